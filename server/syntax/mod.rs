//! The instructions of a Dockerfile.
use crate::text::{Edit, Text};
/// The instructions of a file.
#[derive(Debug)]
pub struct File {}
impl File {
    /// Splits a text.
    pub fn new(_source: &str) -> File {
        File {}
    }
    /// After an edit.
    pub fn edited(&self, _text: &Text, _edit: &Edit) -> File {
        File {}
    }
}

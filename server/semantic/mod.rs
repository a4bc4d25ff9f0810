//! What the instructions mean.
use crate::syntax::File;
/// The model.
#[derive(Debug)]
pub struct Model {}
impl Model {
    /// Builds the model.
    pub fn new(_file: &File) -> Model {
        Model {}
    }
}

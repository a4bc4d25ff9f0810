//! What users can set, wherever it was written.

/// The settings in force for one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {}

//! Correctness: what builds something else than meant, or breaks.

pub(crate) mod inline_comment;
pub(crate) mod install_without_update;
pub(crate) mod missing_copy_source;
pub(crate) mod missing_yes;
pub(crate) mod unknown_stage;

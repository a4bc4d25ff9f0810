//! Syntax: what does not build.

pub(crate) mod unknown_instruction;

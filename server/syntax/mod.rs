//! The syntax: instruction boundaries exactly as BuildKit draws them, and what is inside each instruction.
//! Knows nothing of stages or of what a command does. Never fails: broken input is data.

mod ascii;
pub mod ast;
pub mod directives;
pub mod expansion;
pub mod file;
pub mod flags;
pub mod git_address;
pub mod heredoc;
pub mod instruction;
pub mod joined;
pub mod json;
pub mod key_values;
pub(crate) mod marks;
pub mod mount;
pub mod names;
mod pattern;
pub mod placeholder;
pub mod port;
pub mod reference;
pub mod shell;
pub(crate) mod slot;
pub mod trailing_comment;
pub mod tree;
pub mod value;
pub mod word;
pub mod zone;

#[cfg(test)]
mod tests;

pub use ast::{Arguments, Ast, Kind};
pub use file::{File, Item};
pub use instruction::Instruction;
pub use joined::{Joined, Part};
pub use shell::Script;
pub use zone::Zone;

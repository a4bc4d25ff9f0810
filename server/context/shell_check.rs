//! What `shellcheck` says of shell text, behind one trait: who runs the program is at the edge.

use std::sync::Arc;

use crate::syntax::Part;

/// The program, or what is known of its answers.
pub trait ShellCheck: Send + Sync {
    /// Whether there is such a program at all: without one nothing needs to be prepared for it.
    fn is_there(&self) -> bool;
    /// What it says of each of these scripts, which begin with a `#!` line; `None` where that is not known (yet).
    fn ask(&self, scripts: &[Arc<str>]) -> Vec<Option<Answer>>;
}

/// What the program says of one script; nothing where it failed.
pub type Answer = Arc<[Comment]>;

/// One thing that the program says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The number behind `SC`.
    pub code: u16,
    /// How bad it is.
    pub level: Level,
    /// What it says, as the program writes it.
    pub message: Box<str>,
    /// Where, in bytes of the script.
    pub part: Part,
    /// What to write instead, in no order; none where it knows no better.
    pub replacements: Vec<Replacement>,
}

/// How bad the program finds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The script does not do what it says.
    Error,
    /// It may not.
    Warning,
    /// It may not in rare cases.
    Info,
    /// It could be written better.
    Style,
}

/// A text in the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What is replaced, in bytes of the script.
    pub part: Part,
    /// What is written there.
    pub text: Box<str>,
}

/// No program.
#[derive(Clone, Copy, Debug)]
pub struct NoShellCheck;

impl ShellCheck for NoShellCheck {
    fn is_there(&self) -> bool {
        false
    }

    fn ask(&self, scripts: &[Arc<str>]) -> Vec<Option<Answer>> {
        vec![None; scripts.len()]
    }
}

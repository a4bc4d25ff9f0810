//! One analysis' view of the program that checks shell text: before the disk is looked at, it answers from memory only,
//! and says whether that was enough.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::analysis::Pass;
use crate::context::shell_check::{Answer, ShellCheck};
use crate::shellcheck::Program;

/// The view of one analysis.
pub(crate) struct Shells<'a> {
    program: &'a Program,
    asks: bool,
    missed: AtomicBool,
}

impl Shells<'_> {
    /// The view of a pass: the first one starts no process.
    pub(crate) fn new(program: &Program, pass: Pass) -> Shells<'_> {
        Shells { program, asks: pass == Pass::Second, missed: AtomicBool::new(false) }
    }

    /// Whether something was asked for which there was no answer.
    pub(crate) fn has_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }
}

impl ShellCheck for Shells<'_> {
    fn is_there(&self) -> bool {
        self.program.is_there()
    }

    fn ask(&self, scripts: &[Arc<str>]) -> Vec<Option<Answer>> {
        if self.asks {
            return self.program.ask(scripts);
        }
        let answers: Vec<Option<Answer>> = scripts.iter().map(|script| self.program.known(script)).collect();
        if answers.iter().any(Option::is_none) {
            self.missed.store(true, Ordering::Relaxed);
        }
        answers
    }
}

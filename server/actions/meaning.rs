//! What a rewriting leaves as it is: read again from the document before and after, not from what was edited.

use crate::document::Document;
use crate::semantic::facts::Facts;
use crate::syntax::Kind;
use crate::syntax::shell::{Command, Script};

/// What a rewriting leaves as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The commands that RUN, CMD, ENTRYPOINT and HEALTHCHECK run, with their words, in order.
    Commands,
}

impl Meaning {
    /// Whether two versions of a document agree in it.
    pub(super) fn is_kept(self, before: &Document, after: &Document) -> bool {
        match self {
            Meaning::Commands => commands(before) == commands(after),
        }
    }
}

/// Every command of a document: the keyword and the flags of its instruction, and its words.
fn commands(document: &Document) -> Vec<(Kind, Vec<String>, Vec<String>)> {
    let mut commands = Vec::new();
    for item in document.file().items() {
        let (Some(facts), ast) = (Facts::of(&item.instruction), item.instruction.ast().innermost()) else {
            continue;
        };
        let mut flags: Vec<String> =
            ast.flags.iter().map(|flag| item.instruction.str(flag.part).to_owned()).collect();
        flags.sort_unstable();
        let script = &facts.script;
        let said = script.commands().iter().map(|command| words(script, command));
        commands.extend(said.filter(|words| !words.is_empty()).map(|words| (ast.kind, flags.clone(), words)));
    }
    commands
}

/// The words of a command, each as what it says, or as it is written where only the shell knows that. What only makes a
/// shell stop at errors, or give its place away, says how the others are run.
fn words(script: &Script, command: &Command) -> Vec<String> {
    let all = command.assignments.iter().chain(&command.words);
    let mut words: Vec<String> = all
        .map(|word| word.value.as_deref().map_or_else(|| script.str(word.part).to_owned(), str::to_owned))
        .collect();
    if words == ["set", "-e"] {
        words.clear();
    }
    if words.first().is_some_and(|first| first == "exec") {
        words.remove(0);
    }
    words
}

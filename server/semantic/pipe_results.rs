//! What becomes of what a pipe printed into a variable, `A=$(… | …)`: whether the rest of the script fails where that is empty.

use super::facts::Facts;
use crate::path;
use crate::syntax::Part;
use crate::syntax::shell::{Command, Nesting};

/// Whether the script looks at the variable that a command in a `$(…)` is there for: in a test behind it, or in the path of an
/// address that is downloaded by a program which fails where there is nothing.
pub(super) fn is_looked_at(facts: &Facts, index: usize) -> bool {
    let script = &facts.script;
    let commands = script.commands();
    let Some(inner) = commands.get(index).filter(|inner| inner.nesting.any(Nesting::SUBSTITUTION)) else {
        return false;
    };
    let mut assignments =
        commands.iter().filter(|command| command.words.is_empty()).flat_map(|command| &command.assignments);
    let Some(assignment) = assignments.find(|word| word.part.holds(inner.part)) else {
        return false;
    };
    let name = script.str(assignment.part).split('=').next().unwrap_or_default();
    let variables = script.variables();
    let mut uses = variables
        .iter()
        .filter(|variable| variable.name == name && variable.part.start >= assignment.part.end);
    uses.any(|variable| {
        let reader = commands.iter().rfind(|command| command.part.holds(variable.part));
        match reader {
            Some(reader) => is_test(reader) || fetches(facts, reader, variable.part),
            // What brackets ask is no command.
            None => is_asked(script.text().text(), variable.part.start as usize),
        }
    })
}

fn is_test(command: &Command) -> bool {
    command.words.first().is_some_and(|name| name.is("test"))
}

/// Whether a place stands between the brackets of a test, or behind `case`.
fn is_asked(text: &str, place: usize) -> bool {
    let before = text.get(..place).unwrap_or_default();
    before.rfind("[ ") > before.rfind(" ]")
        || before.trim_end_matches('"').trim_end().rsplit(char::is_whitespace).next() == Some("case")
}

/// Whether a command downloads an address with a part in its path, and fails where the server has nothing there: `curl` does so
/// with `-f` alone.
fn fetches(facts: &Facts, command: &Command, part: Part) -> bool {
    let script = &facts.script;
    let Some((name, arguments)) = command.words.split_first() else {
        return false;
    };
    let word = arguments.iter().find(|word| word.part.holds(part));
    let is_in_path = word.is_some_and(|word| {
        let before = script.str(Part { start: word.part.start, end: part.start });
        before.contains("://") && !before.contains(['?', '#'])
    });
    let fails = match name.value.as_deref().map(path::name) {
        Some("wget") => true,
        Some("curl") => arguments.iter().map(|word| script.str(word.part)).any(|word| {
            word.starts_with("--fail")
                || word.starts_with('-') && !word.starts_with("--") && word.contains('f')
        }),
        _ => false,
    };
    is_in_path && fails
}

//! What commands leave behind in the shell that runs them.

use super::{Part, Surroundings, is_own, mentions};
use crate::semantic::script_ends::may_leave;
use crate::semantic::shell_asks::{Asked, asked};
use crate::syntax::names::{is_name, is_name_char};
use crate::syntax::shell::traces::calculated;
use crate::syntax::shell::{Command, Script, Word};

/// What the shell keeps for whatever comes next, and a new one does not have.
const KEEPING: [&str; 32] = [
    ".", "alias", "autoload", "bind", "cd", "chdir", "coproc", "declare", "emulate", "enable", "eval",
    "exec", "export", "hash", "local", "popd", "pushd", "readonly", "set", "setopt", "shift", "shopt",
    "source", "suspend", "trap", "typeset", "ulimit", "umask", "unalias", "unset", "unsetopt", "zmodload",
];

/// Before these, what is set for one command stays.
const SPECIAL: [&str; 9] = [":", "break", "continue", "exit", "return", "shift", "times", "true", "trap"];

/// What reads variables that it does not name.
const READING: [&str; 8] = [".", "declare", "eval", "fc", "local", "set", "source", "typeset"];

/// Variables that depend on what ran before.
const TELLING: [&str; 14] = [
    "BASH_ARGV",
    "BASH_COMMAND",
    "BASH_REMATCH",
    "COPROC",
    "DIRSTACK",
    "HISTCMD",
    "LINENO",
    "MAPFILE",
    "OLDPWD",
    "OPTARG",
    "OPTIND",
    "PIPESTATUS",
    "REPLY",
    "SECONDS",
];

/// The variables that a part may leave behind.
pub(super) struct State {
    names: Vec<String>,
}

impl State {
    /// `None` where more than variables is left, or one that other programs see.
    pub(super) fn of(surroundings: &Surroundings<'_>, part: &Part<'_>) -> Option<State> {
        let traces = surroundings.traces(part);
        if traces.has_error || traces.defines {
            return None;
        }
        let mut names = traces.names;
        let script = &part.facts.script;
        for (_, command) in part.commands().filter(|(_, command)| is_own(surroundings, command)) {
            names.extend(left_by(command, script)?);
        }
        names.retain(|name| !TELLING.contains(&name.as_str()));
        (!names.iter().any(|name| surroundings.is_seen(name))).then_some(State { names })
    }

    /// Whether a part may read any of it.
    pub(super) fn reaches(&self, after: &Part<'_>) -> bool {
        let reads_all = || {
            let script = &after.facts.script;
            after.commands().any(|(_, command)| match asked(command, script) {
                Asked::Does(name, _) => READING.contains(&name),
                Asked::Tells => false,
                Asked::Unknown => true,
            }) || after.text().contains("${!")
        };
        !self.names.is_empty() && (self.names.iter().any(|name| mentions(after, name)) || reads_all())
    }
}

/// Whether a part asks what the shell has done before it.
pub(super) fn looks_back(after: &Part<'_>) -> bool {
    let text = after.text();
    let is_end = |rest: &str| !rest.starts_with(is_name_char);
    text.contains("$!")
        || text.contains("${_}")
        || text.match_indices("$_").any(|(start, sign)| text.get(start + sign.len()..).is_some_and(is_end))
        || TELLING.iter().any(|name| mentions(after, name))
}

/// Whether a part may leave the shell, so that nothing behind it is done.
pub(super) fn ends_shell(surroundings: &Surroundings<'_>, part: &Part<'_>) -> bool {
    let own = part.commands().filter(|(_, command)| is_own(surroundings, command));
    own.into_iter().any(|(_, command)| may_leave(part.facts, command))
}

/// The variables that a command leaves behind; `None` where it leaves something else, or that is not known.
fn left_by(command: &Command, script: &Script) -> Option<Vec<String>> {
    let (name, words) = match asked(command, script) {
        Asked::Does(name, words) => (name, words),
        Asked::Tells => return Some(Vec::new()),
        Asked::Unknown => return None,
    };
    if KEEPING.contains(&name) {
        return None;
    }
    let mut names = Vec::new();
    if command.words.is_empty() || SPECIAL.contains(&name) {
        let is_end = |char: char| matches!(char, '=' | '+' | '[');
        let assigned = command.assignments.iter().map(|word| script.str(word.part));
        names.extend(assigned.filter_map(|written| Some(written.split(is_end).next()?.to_owned())));
    }
    match name {
        "let" => names.extend(words.iter().flat_map(|word| calculated(script.str(word.part)))),
        "getopts" | "mapfile" | "read" | "readarray" => names.extend(identifiers(words)?),
        "printf" | "wait" if words.first().is_some_and(|word| !word.is("--") && is_option(word)) => {
            names.extend(identifiers(words.get(..2.min(words.len()))?)?);
        }
        _ => {}
    }
    Some(names)
}

fn is_option(word: &Word) -> bool {
    word.value.as_deref().is_none_or(|value| value.starts_with('-'))
}

/// The words that may be names of variables; `None` where only the shell knows one.
fn identifiers(words: &[Word]) -> Option<Vec<String>> {
    let values: Option<Vec<&str>> = words.iter().map(|word| word.value.as_deref()).collect();
    Some(values?.into_iter().filter(|value| is_name(value)).map(str::to_owned).collect())
}

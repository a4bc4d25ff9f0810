//! Whether some commands do the same behind others in one RUN as in a RUN of their own: what those leave behind in the shell
//! and in the container that these would see.
//! Source: POSIX, "2.14 Special Built-In Utilities", "2.9.1.1 Command Search and Execution"; the Bash manual, "errexit".

mod programs;
mod state;

use std::ops::Range;

use super::Model;
use super::environment::Shell;
use super::facts::Facts;
use super::shell_state::is_profile;
use super::variable_mentions::word_stands_in;
use crate::syntax::mount::Mount;
use crate::syntax::shell::traces::{Traces, traces};
use crate::syntax::shell::{Command, Nesting, Shape};
use crate::syntax::word::Value;
use state::State;

/// Some top-level elements of a RUN, one behind the other.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// The RUN.
    pub facts: &'a Facts,
    /// The elements, as indexes of the script's.
    pub elements: Range<usize>,
}

/// What the shell of a RUN is, and which variables its programs see.
pub struct Surroundings<'a> {
    /// The document's.
    pub model: &'a Model,
    /// The RUN, as an index of the file's instructions.
    pub item: usize,
}

impl<'a> Part<'a> {
    /// All of a RUN.
    pub fn whole(facts: &'a Facts) -> Part<'a> {
        Part { facts, elements: 0..facts.script.elements().len() }
    }

    /// Its text.
    fn text(&self) -> &'a str {
        let elements = self.facts.script.elements().get(self.elements.clone()).unwrap_or_default();
        let span = elements.first().zip(elements.last());
        let text = self.facts.script.text().text();
        span.and_then(|(first, last)| text.get(first.part.start as usize..last.part.end as usize))
            .unwrap_or_default()
    }

    /// Its commands, with their indexes.
    fn commands(&self) -> impl Iterator<Item = (usize, &'a Command)> + use<'a> {
        let elements = self.elements.clone();
        let commands = self.facts.script.commands().iter().enumerate();
        commands.filter(move |(_, command)| elements.contains(&command.element))
    }
}

impl Surroundings<'_> {
    fn shell(&self) -> Option<&Shell> {
        self.model.environment_at(self.item).map(|environment| &*environment.shell)
    }

    /// Whether the shell runs a part of a pipeline itself, so that it keeps what that changes.
    fn joins_pipes(&self) -> bool {
        matches!(self.shell(), Some(Shell::Posix(name, _)) if name == "ksh" || name == "zsh")
    }

    /// What a command stands in whose shell is not the one of the RUN.
    fn outside(&self) -> Nesting {
        let own = Nesting::OWN_PROCESS;
        if self.joins_pipes() { own.without(Nesting::PIPELINE) } else { own }
    }

    fn traces(&self, part: &Part<'_>) -> Traces {
        traces(part.text(), self.joins_pipes())
    }

    /// Whether a program that is run would see a variable that the shell gives a value.
    fn is_seen(&self, name: &str) -> bool {
        !name.contains(|char: char| char.is_ascii_lowercase())
            || name.to_ascii_lowercase().ends_with("_proxy")
            || self.joins_pipes()
            || self.model.is_set(name, self.item)
    }
}

/// Whether `after` does the same in a RUN of its own as behind `before`, which is run first. The RUNs have no mounts but
/// such as [`has_lasting_mounts`] says.
pub fn is_apart(surroundings: &Surroundings<'_>, before: &[Part<'_>], after: &Part<'_>) -> bool {
    before.iter().all(|part| {
        let state = State::of(surroundings, part);
        state.is_some_and(|state| !state.reaches(after)) && is_over(surroundings, part)
    }) && !state::looks_back(after)
        && !programs::finds_another(surroundings, before, after)
}

/// Whether nothing of a part goes on behind it, and nothing that it does would be done otherwise if something stood behind
/// it with `&&`.
pub fn is_over(surroundings: &Surroundings<'_>, part: &Part<'_>) -> bool {
    !state::ends_shell(surroundings, part)
        && !programs::leave_processes(part, &surroundings.traces(part))
        && !writes_into_container(part.text())
        && !stops_inside(surroundings, part)
        && !writes_start(surroundings, part)
}

/// Whether a part names a file that the shell of the next RUN reads when it begins.
/// Source: bash, "Bash Startup Files".
fn writes_start(surroundings: &Surroundings<'_>, part: &Part<'_>) -> bool {
    let text = part.text();
    let is_login = surroundings.shell().is_some_and(Shell::reads_profile);
    let mut words = text.split(|char: char| char.is_whitespace() || "\"';&|<>()/".contains(char));
    let is_named = |name: &str| {
        let file = surroundings.model.variable(name, surroundings.item).value;
        matches!(&file, Value::Known(file) if !file.is_empty() && text.contains(file.as_str()))
            || surroundings.model.is_set(name, surroundings.item) && text.contains(name)
    };
    is_login && words.any(is_profile) || ["BASH_ENV", "ENV"].into_iter().any(is_named)
}

/// Whether a part may need a process that something before it has left, such as the server of a client.
pub fn needs_process(after: &Part<'_>) -> bool {
    programs::need_processes(after)
}

/// Whether a text names what each container has of its own: its devices, and the files that the builder lays over its `/etc`.
fn writes_into_container(text: &str) -> bool {
    const FILES: [&str; 3] = ["/etc/hosts", "/etc/resolv.conf", "/etc/hostname"];
    const SAME: [&str; 10] =
        ["fd", "full", "null", "random", "stderr", "stdin", "stdout", "tty", "urandom", "zero"];
    let devices = text.match_indices("/dev/").filter(|(start, _)| {
        let before = text.get(..*start).and_then(|before| before.chars().next_back());
        before.is_none_or(|char| !char.is_ascii_alphanumeric() && !"._-}~".contains(char))
    });
    FILES.iter().any(|file| text.contains(file))
        || devices.into_iter().any(|(start, sign)| {
            let rest = text.get(start + sign.len()..).unwrap_or_default();
            let end = rest.find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(rest.len());
            !SAME.contains(&rest.get(..end).unwrap_or_default())
        })
}

/// Whether a shell that stops at errors would do so inside of what a part ends with, and not where something follows with
/// `&&`.
pub fn stops_inside(surroundings: &Surroundings<'_>, part: &Part<'_>) -> bool {
    let stops = surroundings.shell().is_some_and(Shell::stops_at_errors)
        || part.commands().any(|(_, command)| command.words.first().is_some_and(|word| word.is("set")));
    let Some(last) = part.elements.end.checked_sub(1).filter(|_| stops) else {
        return false;
    };
    let commands = || part.commands().map(|(_, command)| command).filter(|command| command.element == last);
    let inside = Nesting::COMPOUND.and(Nesting::SUBSHELL);
    let own = || commands().filter(|command| !command.nesting.any(Nesting::SCRIPT));
    let substituted = own().filter(|command| command.nesting.any(Nesting::SUBSTITUTION)).count();
    part.facts.script.elements().get(last).is_none_or(|element| element.shape != Shape::Simple)
        || own().any(|command| command.nesting.any(inside))
        || substituted > 1
}

/// Whether what is mounted is there in the next RUN as this one leaves it: a `tmpfs` is new in each, and so is what a bind
/// mount may write.
pub fn has_lasting_mounts(mounts: &[Mount]) -> bool {
    let is_off = |value: Option<&str>| value == Some("false");
    mounts.iter().all(|mount| match mount.kind() {
        "cache" | "secret" | "ssh" => true,
        "bind" => {
            let writes =
                mount.field(&["rw", "readwrite"]).is_some_and(|field| !is_off(field.value.as_deref()));
            let keeps = mount.field(&["ro", "readonly"]).is_some_and(|field| is_off(field.value.as_deref()));
            !writes && !keeps
        }
        _ => false,
    })
}

/// Whether a name stands in a part as a word of its own.
fn mentions(part: &Part<'_>, name: &str) -> bool {
    word_stands_in(part.text(), name)
}

/// Whether a command surely is run by the shell of the RUN itself.
fn is_own(surroundings: &Surroundings<'_>, command: &Command) -> bool {
    !command.nesting.any(surroundings.outside())
}

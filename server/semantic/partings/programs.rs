//! Whether a command may change where a shell finds a program, or leave a process running.

use super::{Part, Surroundings, is_own};
use crate::knowledge::daemons::{leaves_process, needs_process};
use crate::knowledge::shells::is_builtin;
use crate::semantic::facts::Facts;
use crate::syntax::shell::Nesting;
use crate::syntax::shell::traces::{Traces, traces};

/// Programs that every image has in one place, and that put nothing but what they are told into folders with programs.
const BASIC: [&str; 60] = [
    "addgroup",
    "adduser",
    "awk",
    "base64",
    "basename",
    "cat",
    "chgrp",
    "chmod",
    "chown",
    "cp",
    "curl",
    "cut",
    "date",
    "dirname",
    "dpkg",
    "env",
    "expr",
    "find",
    "getent",
    "git",
    "gpg",
    "grep",
    "groupadd",
    "gunzip",
    "gzip",
    "head",
    "id",
    "install",
    "ldconfig",
    "ln",
    "ls",
    "mkdir",
    "mktemp",
    "mv",
    "openssl",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "sed",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "strip",
    "tail",
    "tar",
    "tee",
    "touch",
    "tr",
    "uname",
    "unzip",
    "useradd",
    "usermod",
    "wc",
    "wget",
    "which",
    "xargs",
    "xz",
    "zip",
];

/// Whether the shell that has run `before` would run another program for a name in `after` than a new shell: it goes on
/// with the path where it has found the program first.
pub(super) fn finds_another(surroundings: &Surroundings<'_>, before: &[Part<'_>], after: &Part<'_>) -> bool {
    let names = after.commands().filter(|(_, command)| !command.nesting.any(Nesting::SCRIPT));
    let names: Vec<Option<&str>> =
        names.map(|(_, command)| command.words.first().and_then(|word| word.value.as_deref())).collect();
    let is_asked = |program: &&str| names.iter().any(|name| name.is_none_or(|name| name == *program));
    let mut found: Vec<&str> = Vec::new();
    for part in before {
        for (index, command) in part.commands() {
            if is_own(surroundings, command) {
                let words = command.words.iter().filter_map(|word| word.value.as_deref());
                let asks = command.words.first().is_some_and(|word| word.is("command") || word.is("type"));
                let own = words.take(if asks { usize::MAX } else { 1 });
                found.extend(own.filter(|name| !name.contains('/') && !is_builtin(name)).filter(is_asked));
            }
            if found.iter().any(|program| may_bring(part.facts, index, program)) {
                return true;
            }
        }
        let outputs = || part.facts.script.outputs().iter().map(|word| part.facts.script.str(word.part));
        if found.iter().any(|program| outputs().any(|output| names_it(output, program))) {
            return true;
        }
    }
    false
}

/// Whether a command may put another program of a name in front of the one that there is.
fn may_bring(facts: &Facts, index: usize, program: &str) -> bool {
    let Some(command) = facts.script.commands().get(index) else {
        return true;
    };
    let Some(name) = command.words.first().and_then(|word| word.value.as_deref()) else {
        return !command.words.is_empty() && !is_basic(program);
    };
    let words = || command.words.iter().skip(1).map(|word| facts.script.str(word.part));
    let is_named = words().any(|word| names_it(word, program));
    let package = facts.package_of(index);
    let is_of_distribution = package.is_some_and(|package| package.manager.family.is_of_distribution());
    // Its packages are rarely called as their programs are.
    if is_of_distribution {
        return words().any(|word| word.contains(program));
    }
    if is_named || package.is_some() || is_builtin(name) {
        return is_named;
    }
    if BASIC.contains(&name) {
        return !is_basic(program)
            && words().any(|word| word.trim_end_matches(['/', '"', '\'']).ends_with("bin"));
    }
    name != program && !is_basic(program)
}

fn is_basic(program: &str) -> bool {
    const MANAGERS: [&str; 8] = ["apk", "apt", "apt-get", "dnf", "microdnf", "pacman", "yum", "zypper"];
    BASIC.contains(&program) || MANAGERS.contains(&program)
}

/// Whether a word names a program, as a path or a package does.
fn names_it(word: &str, program: &str) -> bool {
    word.split(|char: char| "/@=:<>~[]\"' ".contains(char)).any(|part| part == program)
}

/// Whether a part leaves a process running, or something else that is the container's.
pub(super) fn leave_processes(part: &Part<'_>, traces: &Traces) -> bool {
    traces.is_asynchronous
        || part.commands().any(|(index, _)| starts_script(part.facts, index))
        || programs(part).iter().any(|(name, words)| leaves_process(name, words))
}

/// Whether a part may need a process that is left by what comes before it.
pub(super) fn need_processes(part: &Part<'_>) -> bool {
    programs(part).iter().any(|(name, words)| needs_process(name, words))
}

/// The programs of a part with the words behind them.
fn programs<'a>(part: &Part<'a>) -> Vec<(&'a str, Vec<&'a str>)> {
    let script = &part.facts.script;
    let is_of_part = |command: usize| {
        script.commands().get(command).is_some_and(|command| part.elements.contains(&command.element))
    };
    let all = part.facts.invocations.iter().filter(|program| is_of_part(program.command));
    all.map(|program| (&*program.name, program.written_arguments(script))).collect()
}

/// Whether a command gives a shell a script that goes on in the background.
fn starts_script(facts: &Facts, index: usize) -> bool {
    let commands = facts.script.commands();
    let (Some(command), Some(next)) = (commands.get(index), commands.get(index + 1)) else {
        return false;
    };
    let is_script = next.nesting.any(Nesting::SCRIPT) && next.part.end <= command.part.end;
    let values = || command.words.iter().map(|word| word.value.as_deref());
    is_script && values().any(|value| value.is_none_or(|value| traces(value, false).is_asynchronous))
}

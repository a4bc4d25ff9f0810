//! Single quotes around a `$`: mostly the text of a script, of settings or of a template, which others read later. They look
//! like a mistake only where a variable is known, and the command that is given the text takes it as it is: as a path, an
//! address, a package.

use crate::knowledge::package_managers::Action;
use crate::semantic::Model;
use crate::semantic::facts::Facts;
use crate::semantic::listings;
use crate::semantic::own_variables;
use crate::syntax::Part;
use crate::syntax::names::{is_name, is_name_char};
use crate::syntax::shell::Word;

/// Programs that use each word as it is.
const TAKE_AS_IT_IS: [&str; 27] = [
    "[", "addgroup", "adduser", "cd", "chgrp", "chmod", "chown", "cp", "curl", "groupadd", "gunzip", "gzip",
    "install", "ln", "ls", "mkdir", "mktemp", "mv", "rm", "rmdir", "tar", "test", "touch", "unzip",
    "useradd", "usermod", "wget",
];

/// Variables that every shell of a build has.
const ALWAYS_SET: [&str; 3] = ["HOME", "PATH", "PWD"];

/// Whether the quotes at a place of the text are there to keep the `$` in them.
pub(super) fn are_meant(facts: &Facts, model: &Model, item: usize, part: Part) -> bool {
    let script = &facts.script;
    let written = script.str(part);
    let names: Vec<&str> = names(written).collect();
    let is_given = |name: &&str| model.is_set(name, item);
    let is_known = names.iter().any(|name| is_given(name) || ALWAYS_SET.contains(name));
    if !is_known || written.contains('\n') {
        return true;
    }
    let holds = |word: &Word| word.part.holds(part);
    let commands = script.commands();
    let found = commands.iter().rposition(|command| {
        command.words.iter().any(holds) || own_variables::settings(command).iter().any(holds)
    });
    // What is no word of a command is one of a test.
    let Some((index, command)) = found.and_then(|index| Some((index, commands.get(index)?))) else {
        return false;
    };
    if let Some(set) = own_variables::settings(command).iter().find(|word| holds(word)) {
        let name = script.str(set.part).split('=').next().unwrap_or_default();
        return !names.contains(&name);
    }
    let Some(invocation) = facts.invocation_of(index) else {
        return true;
    };
    match &*invocation.name {
        "echo" | "printf" => !names.iter().any(is_given) || !listings::is_only_printed(facts, part),
        "git" => {
            !invocation.arguments(script).first().is_some_and(|verb| verb.is("clone") || verb.is("checkout"))
        }
        name if TAKE_AS_IT_IS.contains(&name) => false,
        _ => !facts.package_of(index).is_some_and(|package| package.action == Action::Install),
    }
}

/// The variables that a text would read without the quotes around it.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|char: char| !is_name_char(char)).unwrap_or(rest.len());
        rest.get(..end).filter(|name| is_name(name))
    })
}

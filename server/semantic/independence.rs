//! Commands that read nothing of the project: what they do is the same wherever they stand among the copies of a
//! stage. A short list of what is surely so; whatever is not on it counts as reading.

use super::facts::Facts;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::Script;
use crate::syntax::mount::Mount;
use crate::syntax::shell::Form;
use crate::syntax::{Instruction, Kind};

/// Whether a RUN reads no file of the project, and has no mount that shows some.
pub fn reads_nothing(instruction: &Instruction, facts: &Facts) -> bool {
    instruction.ast().kind == Kind::Run
        && facts.script.form() == Form::Shell
        && instruction.heredocs().is_empty()
        && !facts.script.has_error()
        && !facts.script.text().text().contains(['<', '>'])
        && Mount::all(instruction).iter().all(|mount| mount.kind() == "cache")
        && (0..facts.script.commands().len()).all(|command| command_reads_nothing(facts, command))
}

/// Whether a command of a script reads no file of the project, and writes none there.
pub fn command_reads_nothing(facts: &Facts, command: usize) -> bool {
    let Some(found) = facts.script.commands().get(command) else {
        return false;
    };
    if !found.nesting.is_top()
        || found.words.iter().chain(&found.assignments).any(|word| word.value.is_none())
    {
        return false;
    }
    if found.words.is_empty() {
        return true;
    }
    if let Some(package) = facts.packages.iter().find(|package| package.command == command) {
        return package_reads_nothing(package, &facts.script);
    }
    let Some(invocation) = facts.invocations.iter().find(|invocation| invocation.command == command) else {
        return false;
    };
    let arguments = invocation.arguments(&facts.script).iter().filter_map(|word| word.value.as_deref());
    let arguments: Vec<&str> = arguments.collect();
    let is_elsewhere = |argument: &&str| {
        argument.starts_with('-')
            || ["/root/", "/tmp/", "/var/cache/", "/var/lib/apt/"]
                .iter()
                .any(|folder| argument.starts_with(folder))
                && !argument.contains("..")
    };
    match &*invocation.name {
        ":" | "cd" | "corepack" | "echo" | "export" | "set" | "true" => true,
        "npm" | "pnpm" | "yarn" => {
            matches!(arguments.first(), Some(&("cache" | "config" | "set" | "--version")))
        }
        "go" => arguments.first() == Some(&"env"),
        "rm" => arguments.iter().all(is_elsewhere),
        _ => false,
    }
}

fn package_reads_nothing(package: &PackageCommand, script: &Script) -> bool {
    if package.has_unknown_words || matches!(package.action, Action::Build | Action::Other) {
        return false;
    }
    if matches!(package.action, Action::Clean | Action::UpdateLists) {
        return true;
    }
    let words = package.words(script);
    let values = |indexes: &[usize]| -> Vec<String> {
        indexes.iter().filter_map(|index| Some(words.get(*index)?.value.as_deref()?.to_owned())).collect()
    };
    let (operands, options) = (values(&package.operands), values(&package.options));
    let is_name = |operand: &String| {
        !operand.starts_with(['.', '/', '~', '-'])
            && (operand.starts_with('@') || !operand.contains(['/', '\\']))
            && ![".deb", ".rpm", ".apk", ".whl", ".gz", ".tgz", ".zip"]
                .iter()
                .any(|end| operand.ends_with(end))
    };
    let is_global = match package.manager.family {
        Family::Apt | Family::Apk | Family::Dnf | Family::Zypper | Family::Pacman => true,
        Family::Pip => {
            let reads = [
                "-r", "--req", "-c", "--con", "-e", "--edit", "-f", "--find", "-t", "--target", "--pre",
                "--ro", "--src",
            ];
            !options.iter().any(|option| reads.iter().any(|read| option.starts_with(read)))
        }
        Family::Npm | Family::Pnpm => options.iter().any(|option| option == "-g" || option == "--global"),
        Family::Yarn => words.get(package.program + 1).is_some_and(|word| word.is("global")),
        _ => false,
    };
    is_global && !operands.is_empty() && operands.iter().all(is_name)
}

/// Whether a command changes the shell for those after it, so that they cannot run in a shell of their own.
pub fn changes_shell(facts: &Facts, command: usize) -> bool {
    const PROGRAMS: [&str; 17] = [
        ".", "alias", "cd", "declare", "eval", "exec", "export", "hash", "popd", "pushd", "read", "set",
        "shopt", "source", "trap", "umask", "unset",
    ];
    let Some(found) = facts.script.commands().get(command) else {
        return true;
    };
    let name = found.words.first().and_then(|word| word.value.as_deref());
    name.is_none_or(|name| PROGRAMS.contains(&name) || name == "ulimit")
}

//! Commands that read nothing of the project: what they do is the same wherever they stand among the copies of a
//! stage. A short list of what is surely so; whatever is not on it counts as reading.

use super::dependencies::DependencyInstall;
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::local_values::local_values_and_project;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::{Action, Family};
use crate::path;
use crate::syntax::Script;
use crate::syntax::mount::Mount;
use crate::syntax::shell::{Form, Joint, Shape, Word};
use crate::syntax::{Instruction, Kind};
use crate::text::Span;

/// Whether a RUN neither reads nor changes a file of the project, which lies at `project`, a
/// [`super::dependencies::place`], and has no mount that shows some.
pub fn reads_nothing(instruction: &Instruction, facts: &Facts, project: &str) -> bool {
    instruction.ast().kind == Kind::Run
        && facts.script.form() == Form::Shell
        && instruction.heredocs().is_empty()
        && !facts.script.has_error()
        && !facts.script.text().text().contains(['<', '>'])
        && Mount::all(instruction).iter().all(|mount| mount.kind() == "cache")
        && (0..facts.script.commands().len()).all(|command| command_reads_nothing(facts, command, project))
}

/// As [`reads_nothing`], for one command of a script.
pub fn command_reads_nothing(facts: &Facts, command: usize, project: &str) -> bool {
    let Some(found) = facts.script.commands().get(command) else {
        return false;
    };
    if !found.nesting.is_top() {
        return false;
    }
    if found.words.first().is_some_and(|word| word.is("rm")) {
        let arguments = found.words.iter().skip(1).map(|word| facts.script.str(word.part));
        return arguments
            .into_iter()
            .all(|argument| argument.starts_with('-') || is_elsewhere(argument, project));
    }
    if found.words.iter().chain(&found.assignments).any(|word| word.value.is_none()) {
        return false;
    }
    if found.words.is_empty() {
        return true;
    }
    if let Some(package) = facts.package_of(command) {
        return package_reads_nothing(package, &facts.script);
    }
    let Some(invocation) = facts.invocation_of(command) else {
        return false;
    };
    let arguments = invocation.arguments(&facts.script).iter().filter_map(|word| word.value.as_deref());
    let arguments: Vec<&str> = arguments.collect();
    match &*invocation.name {
        ":" | "cd" | "echo" | "export" | "set" | "true" => true,
        "corepack" => match arguments.as_slice() {
            ["enable" | "disable", ..] => true,
            // Without a name they read the project's manifest.
            ["prepare" | "install", rest @ ..] => rest.iter().any(|word| word.contains('@')),
            _ => false,
        },
        "npm" | "pnpm" => {
            matches!(arguments.first(), Some(&("cache" | "config" | "set" | "--version")))
                && !arguments.iter().any(|word| word.contains("location") || *word == "-L")
        }
        // Its later versions keep their settings in the project.
        "yarn" => matches!(arguments.first(), Some(&("cache" | "--version"))),
        "go" => arguments.first() == Some(&"env"),
        "pip" | "pip3" => matches!(arguments.first(), Some(&("check" | "config" | "--version"))),
        _ => false,
    }
}

/// Whether a path, as the shell reads it, lies where tools keep what they download, and not in the project.
fn is_elsewhere(path: &str, project: &str) -> bool {
    let folders: &[&str] = match project.starts_with('?') {
        true => &["/var/cache/", "/var/lib/apt/"],
        false => &["/root/", "/tmp/", "/var/cache/", "/var/lib/apt/"],
    };
    let folder = path.trim_end_matches(['*', '/']);
    folders.iter().any(|folder| path.starts_with(folder))
        && !path.contains("..")
        && path.chars().all(|char| char.is_ascii_alphanumeric() || "/._-*".contains(char))
        && !path::overlap(folder, project)
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
    // A configuration or a folder of its own.
    let names_path = |word: &Word| {
        word.value.as_deref().is_some_and(|value| {
            matches!(value, "." | "..")
                || value.contains("file:")
                || value.contains('/') && !value.contains("://")
        })
    };
    if !local_values_and_project(package, words).is_empty() {
        return false;
    }
    let is_global = match package.manager.family {
        family if family.is_of_distribution() => !words.iter().skip(package.program + 1).any(names_path),
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

/// How a RUN is kept where only its install comes before the source: `Some(None)` whole, `Some(Some(gap))` in two at
/// this place of its source, `None` where neither is right.
pub fn division(
    instruction: &Instruction,
    facts: &Facts,
    install: &DependencyInstall,
    copy: &FolderCopy,
) -> Option<Option<Span>> {
    let script = &facts.script;
    let install = facts.packages.get(install.package)?.command;
    let is_hidden = |mount: &Mount| {
        let target = mount.target().unwrap_or_default();
        !matches!(mount.kind(), "cache" | "secret" | "ssh")
            || target.contains('$')
            || !target.is_empty() && !target.starts_with('/')
            || target.contains("node_modules")
            // A secret lies over whatever is there.
            || mount.kind() != "secret" && path::is_within(target, &copy.destination) && copy.destination != "/"
    };
    let is_readable = script.form() == Form::Shell
        && instruction.heredocs().is_empty()
        && !script.has_error()
        && !script.text().text().contains(['<', '>'])
        && !script.text().text().trim_end().ends_with('&')
        && !Mount::all(instruction).iter().any(is_hidden)
        && script.commands().get(install)?.nesting.is_top();
    if !is_readable {
        return None;
    }
    let commands_of = |element: usize| {
        let commands = script.commands().iter().enumerate();
        commands.filter(move |(_, command)| command.element == element).map(|(index, _)| index)
    };
    let is_free = |element: usize| {
        script.elements().get(element).is_some_and(|element| element.shape == Shape::Simple)
            && commands_of(element)
                .all(|command| command == install || command_reads_nothing(facts, command, &copy.destination))
    };
    let Some(cut) = (0..script.elements().len()).find(|element| !is_free(*element)) else {
        return Some(None);
    };
    let is_and = |joint: Joint| matches!(joint, Joint::Start | Joint::And);
    let keeps_state = (0..cut).flat_map(commands_of).any(|command| changes_shell(facts, command));
    // What is cleaned up in a later layer stays in the one before.
    let cleans = (cut..script.elements().len()).flat_map(commands_of).any(|command| {
        let package = facts.package_of(command);
        let program = facts.invocation_of(command);
        package.is_some_and(|package| matches!(package.action, Action::Clean | Action::Remove))
            || program.is_none_or(|program| matches!(&*program.name, "rm" | "find" | "mv"))
    });
    let is_divisible = script.commands().get(install)?.element < cut
        && script.elements().iter().all(|element| is_and(element.joint))
        && !keeps_state
        && !cleans;
    let (last, next) = (script.elements().get(cut.checked_sub(1)?)?, script.elements().get(cut)?);
    is_divisible.then(|| Some(script.place(last.part).end..script.place(next.part).start))
}

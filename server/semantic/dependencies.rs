//! Installs of a project's own dependencies: what each reads, and where. Looks at the text alone; which manifests there are is for [`super::manifests`] to see.

use std::cell::LazyCell;

use super::Model;
use super::facts::Facts;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::projects::project;
use crate::knowledge::package_managers::{Action, Family};
use crate::path;
use crate::syntax::shell::{Command, Joint, Nesting};
use crate::syntax::word::Value;
use crate::syntax::{File, Kind, Script};

/// A command that installs what a project says it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyInstall {
    /// The command, as an index of the packages of its RUN's facts.
    pub package: usize,
    /// Whose command it is.
    pub family: Family,
    /// The folder it runs in, as a [`place`].
    pub folder: String,
    /// What it reads there.
    pub reads: Reads,
}

/// What an install reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// The manifests that its tool looks for in the folder.
    Manifests,
    /// These files (as places) and what they include.
    Files(Vec<String>),
    /// The project itself.
    Everything,
}

/// A path in the image, made absolute. Where the folder in force is not known the place begins with `?`, and can be
/// compared as long as no WORKDIR lies between. `None` where it cannot be told.
pub fn place(workdir: &Value, written: &str) -> Option<String> {
    match workdir {
        _ if written.starts_with('/') => Some(path::from_root(written)),
        Value::Known(folder) => Some(path::absolute(folder, written)),
        Value::Unset | Value::Unknown if written.split('/').any(|part| part == "..") => None,
        Value::Unset | Value::Unknown => Some(format!("?{}", path::from_root(written))),
    }
}

/// What a path means to a command that runs at a place. `None` where it cannot be told.
pub(super) fn within(folder: &str, written: &str) -> Option<String> {
    match folder.strip_prefix('?') {
        Some(folder) if !written.starts_with('/') => {
            place(&Value::Unknown, written)?;
            Some(format!("?{}", path::absolute(folder, written)))
        }
        _ => place(&Value::Known(folder.to_owned()), written),
    }
}

impl DependencyInstall {
    /// Whether what this installed needs no second install.
    pub fn covers(&self, later: &DependencyInstall) -> bool {
        let holds = match (&self.reads, &later.reads) {
            (_, Reads::Everything) => true,
            (Reads::Files(files), Reads::Files(others)) => others.iter().all(|other| files.contains(other)),
            _ => self.folder == later.folder,
        };
        self.family == later.family && holds
    }

    /// The place of what a copy has to bring for the install to work.
    pub fn place(&self) -> &str {
        match &self.reads {
            Reads::Files(files) => files.first().map_or(&self.folder, |file| file),
            Reads::Manifests | Reads::Everything => &self.folder,
        }
    }
}

/// The installs of a RUN in the order they are written; none where no POSIX shell reads it.
pub fn installs(file: &File, model: &Model, item: usize) -> Vec<DependencyInstall> {
    let instruction = file.instruction(item);
    let run = instruction.filter(|instruction| instruction.ast().kind == Kind::Run);
    let (Some(facts), Some(environment)) = (run.and_then(|run| Facts::of(run)), model.environment_at(item))
    else {
        return Vec::new();
    };
    if !environment.shell.is_posix() || facts.packages.is_empty() {
        return Vec::new();
    }
    let folders = LazyCell::new(|| folders(facts, &environment.workdir));
    let packages = facts.packages.iter().enumerate().filter(|(_, package)| installs_something(package));
    let install = |(index, package): (usize, &PackageCommand)| {
        let command = facts.script.commands().get(package.command)?;
        let hidden = Nesting::FUNCTION.and(Nesting::SUBSTITUTION).and(Nesting::BROKEN);
        let folder = folders.get(package.command)?.clone()?;
        let reads = if command.nesting.any(hidden) { None } else { reads(package, &facts.script, &folder) }?;
        Some(DependencyInstall { package: index, family: package.manager.family, folder, reads })
    };
    packages.filter_map(install).collect()
}

/// The folder that each command runs in, judging by `cd`.
pub fn folders(facts: &Facts, workdir: &Value) -> Vec<Option<String>> {
    let mut current = place(workdir, ".");
    let commands = facts.script.commands().iter().enumerate();
    let folder = |(index, command): (usize, &Command)| {
        let before = current.clone();
        let invocation = facts.invocation_of(index);
        match invocation.map(|invocation| (&*invocation.name, invocation.arguments(&facts.script))) {
            Some(("cd", [to])) if command.nesting.is_top() && command.joint != Joint::Or => {
                let to = to.value.as_deref().filter(|to| !to.starts_with(['~', '-']));
                current = match (current.take(), to) {
                    (_, Some(to)) if to.starts_with('/') => Some(path::from_root(to)),
                    (Some(folder), Some(to)) => within(&folder, to),
                    _ => None,
                };
            }
            Some(("cd" | "pushd" | "popd", _)) => current = None,
            _ => {}
        }
        before
    };
    commands.map(folder).collect()
}

/// Whether shell text has an install of a project's dependencies, wherever that may be run.
pub fn has_install(facts: &Facts) -> bool {
    facts.packages.iter().any(|package| reads(package, &facts.script, "/").is_some())
}

/// What a command of a package manager reads; `None` where it is no install of a project's dependencies, or where
/// that cannot be told.
fn reads(package: &PackageCommand, script: &Script, folder: &str) -> Option<Reads> {
    if !installs_something(package) {
        return None;
    }
    let is_read_from_files = match package.manager.family {
        Family::Pip => return pip_reads(package, script, folder),
        Family::Uv => package.verb_words == 2,
        Family::Conda => return environment_files(package, script, folder),
        _ => false,
    };
    if is_read_from_files {
        return pip_reads(package, script, folder);
    }
    let project = project(package.manager.family)?;
    let moves = has_option(package, script, project.elsewhere);
    let operands = package.operands.iter().map(|index| package.words(script).get(*index)?.value.as_deref());
    let operands: Vec<&str> = operands.collect::<Option<_>>()?;
    let is_whole = match (project.family, operands.as_slice()) {
        (_, []) => true,
        // One project file.
        (Family::DotNet, [file]) => file.ends_with("proj"),
        _ => false,
    };
    if !is_whole || moves || !project.verbs.iter().any(|verb| is_verb(package, script, verb)) {
        return None;
    }
    Some(match operands.as_slice() {
        [file] => Reads::Files(vec![within(folder, file)?]),
        _ if project.itself.is_some_and(|switch| !package.has_flag(script, &[switch])) => Reads::Everything,
        _ => Reads::Manifests,
    })
}

/// Whether a command of a package manager installs, and is known to its last word.
fn installs_something(package: &PackageCommand) -> bool {
    // `conda env update` makes the environment as well.
    let installs = match package.manager.family {
        Family::Conda => matches!(package.action, Action::Install | Action::Upgrade),
        _ => package.action == Action::Install,
    };
    installs && !package.has_unknown_words
}

/// Whether the sub-command of a package-manager command is this one, as written; empty for the program alone.
fn is_verb(package: &PackageCommand, script: &Script, verb: &str) -> bool {
    let mut words = verb.split_whitespace();
    let last = words.next_back();
    let is_long_enough = package.verb_words == words.count() + usize::from(last.is_some());
    let written = package.words(script).get(package.verb).and_then(|word| word.value.as_deref());
    is_long_enough && last.is_none_or(|last| written == Some(last))
}

/// Whether one of these options is given, alone or with its value behind `=`.
pub(super) fn has_option(package: &PackageCommand, script: &Script, options: &[&str]) -> bool {
    let words = package.words(script);
    let mut given = package.options.iter().filter_map(|index| words.get(*index));
    given.any(|word| {
        let written = script.str(word.part);
        options.iter().any(|option| {
            written.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    })
}

/// The files that conda is told to read, with `-f` or `--file`.
fn environment_files(package: &PackageCommand, script: &Script, folder: &str) -> Option<Reads> {
    let words = package.words(script);
    let mut files = Vec::new();
    for index in &package.options {
        let option = words.get(*index)?.value.as_deref()?;
        let next = || words.get(index + 1).and_then(|word| word.value.as_deref());
        let file = match option {
            "-f" | "--file" => Some(next()?),
            _ => option.strip_prefix("--file="),
        };
        if let Some(file) = file {
            files.push(within(folder, file.strip_prefix("file:").unwrap_or(file))?);
        }
    }
    (!files.is_empty()).then_some(Reads::Files(files))
}

fn pip_reads(package: &PackageCommand, script: &Script, folder: &str) -> Option<Reads> {
    let words = package.words(script);
    let at = |file: &str| within(folder, file);
    let (mut files, mut constraints) = (Vec::new(), Vec::new());
    let mut reads_project = false;
    for index in &package.options {
        let written = words.get(*index)?;
        let option = script.unmatched(written)?;
        let next = || words.get(index + 1).and_then(|word| script.unmatched(word));
        let value = |names: [&str; 2]| match option.split_once('=') {
            Some((name, value)) if name == names[1] => Some(Some(value)),
            _ if names.contains(&option) => Some(next()),
            _ if !option.starts_with("--") => option.strip_prefix(names[0]).map(Some),
            _ => None,
        };
        if let Some(file) = value(["-r", "--requirement"]) {
            files.push(at(file.filter(|file| !file.contains("://"))?)?);
        } else if let Some(project) = value(["-e", "--editable"]) {
            reads_project |= is_local_project(project?);
        } else if let Some(file) = value(["-c", "--constraint"]) {
            let file = file?;
            constraints.extend(if file.contains("://") { None } else { Some(at(file)?) });
        } else if option == "--no-deps" {
            return None;
        }
    }
    let operands = package.operands.iter().filter_map(|index| script.unmatched(words.get(*index)?));
    let operands: Vec<&str> = operands.collect();
    reads_project |= operands.iter().copied().any(is_local_project);
    // `uv pip sync` names files, and no packages.
    if words.get(package.verb).is_some_and(|verb| verb.is("sync")) {
        for file in operands {
            files.push(at(file)?);
        }
    }
    // Constraints alone have nothing installed.
    if !files.is_empty() {
        files.append(&mut constraints);
    }
    match (reads_project, files.is_empty()) {
        (true, _) => Some(Reads::Everything),
        (false, false) => Some(Reads::Files(files)),
        (false, true) => None,
    }
}

/// Whether pip is told to install the project of the folder it runs in: `.`, `.[dev]`, `./`.
fn is_local_project(operand: &str) -> bool {
    let path = operand.split('[').next().unwrap_or(operand);
    matches!(path, "." | "./")
}

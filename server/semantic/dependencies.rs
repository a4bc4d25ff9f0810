//! Installs of a project's own dependencies: what each reads, and where. Looks at the text alone; which manifests there are is for [`super::manifests`] to see.

mod lists;

use std::cell::LazyCell;

use super::Model;
use super::facts::Facts;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::projects::{Project, project};
use crate::knowledge::package_managers::{Action, Family};
use crate::path;
use crate::syntax::shell::{Command, Joint, Nesting, Word};
use crate::syntax::word::Value;
use crate::syntax::{File, Kind, Script};

/// A command that installs what a project says it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyInstall {
    /// The command, as an index of the packages of its RUN's facts.
    pub package: usize,
    /// Whose command it is.
    pub family: Family,
    /// The folder of the project, as a [`place`].
    pub folder: String,
    /// What it reads there.
    pub reads: Reads,
    /// Whether all its words are known. Where they are not, it still installs, but what else it reads cannot be told.
    pub is_known: bool,
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
    let packages =
        facts.packages.iter().enumerate().filter(|(_, package)| installs_something(package, &facts.script));
    let install = |(index, package): (usize, &PackageCommand)| {
        let command = facts.script.commands().get(package.command)?;
        let hidden = Nesting::FUNCTION.and(Nesting::SUBSTITUTION).and(Nesting::BROKEN);
        let folder = folders.get(package.command)?.clone()?;
        if command.nesting.any(hidden) {
            return None;
        }
        let (folder, reads) = reads(package, &facts.script, &folder)?;
        let is_known = !package.has_unknown_words;
        Some(DependencyInstall { package: index, family: package.manager.family, folder, reads, is_known })
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

/// The folder of the project whose dependencies a command of a package manager installs, and what it reads there; `None`
/// where it is no such install, or where that cannot be told. `folder` is the one that it runs in.
fn reads(package: &PackageCommand, script: &Script, folder: &str) -> Option<(String, Reads)> {
    if !installs_something(package, script) {
        return None;
    }
    let files = match package.manager.family {
        Family::Pip => Some(lists::pip_reads(package, script, folder)?),
        Family::Uv if package.verb_words == 2 => Some(lists::pip_reads(package, script, folder)?),
        Family::Conda => Some(lists::environment_files(package, script, folder)?),
        _ => None,
    };
    if let Some(files) = files {
        return Some((folder.to_owned(), files));
    }
    let project = project(package.manager.family)?;
    let folder = project_folder(package, script, project, folder)?;
    let moves = has_option(package, script, project.elsewhere)
        || package.has_unknown_words && may_name_others(package, script, project);
    let words = package.words(script);
    let operands = package.operands.iter().filter(|index| !is_unknown(words, **index));
    let operands: Vec<&str> =
        operands.map(|index| words.get(*index)?.value.as_deref()).collect::<Option<_>>()?;
    let is_whole = match (project.family, operands.as_slice()) {
        (_, []) => true,
        // One project file.
        (Family::DotNet, [file]) => file.ends_with("proj"),
        _ => false,
    };
    if !is_whole || moves || !project.verbs.iter().any(|verb| is_verb(package, script, verb)) {
        return None;
    }
    let reads = match operands.as_slice() {
        [file] => Reads::Files(vec![within(&folder, file)?]),
        _ if project.itself.is_some_and(|switch| !package.has_flag(script, &[switch])) => Reads::Everything,
        _ => Reads::Manifests,
    };
    Some((folder, reads))
}

/// The folder of the project that a command works on: the one that it runs in, or one that an option names, by itself or
/// with the manifest in it. `None` where that cannot be told.
pub(super) fn project_folder(
    package: &PackageCommand,
    script: &Script,
    project: &Project,
    folder: &str,
) -> Option<String> {
    let words = package.words(script);
    let named = |index: &usize| {
        let option = script.str(words.get(*index)?.part);
        let (name, is_joined) = option.split_once('=').map_or((option, false), |(name, _)| (name, true));
        project.folders.contains(&name).then_some((*index, is_joined))
    };
    let mut named = package.options.iter().filter_map(named);
    let Some((index, is_joined)) = named.next() else {
        return Some(folder.to_owned());
    };
    let value = |index: usize| words.get(index)?.value.as_deref();
    let written = if is_joined { value(index)?.split_once('=')?.1 } else { value(index + 1)? };
    let written = match written.rsplit_once('/').unwrap_or((".", written)) {
        (above, "pom.xml" | "Cargo.toml") => above,
        (_, name) if name.ends_with(".xml") => return None,
        _ => written,
    };
    named.next().is_none().then(|| within(folder, written))?
}

/// Whether what follows the sub-command of an install may name packages, or a project.
fn may_name_others(package: &PackageCommand, script: &Script, project: &Project) -> bool {
    package.verb_words == 0 || project.naming.iter().any(|verb| is_verb(package, script, verb))
}

/// Whether a word is one that only the shell knows.
fn is_unknown(words: &[Word], index: usize) -> bool {
    words.get(index).is_none_or(|word| word.value.is_none())
}

/// Whether a command of a package manager installs, and its words are its own: `xargs` may add any.
fn installs_something(package: &PackageCommand, script: &Script) -> bool {
    // `conda env update` makes the environment as well.
    let installs = match package.manager.family {
        Family::Conda => matches!(package.action, Action::Install | Action::Upgrade),
        _ => package.action == Action::Install,
    };
    let words = package.words(script);
    let is_own = !package.has_unknown_words || package.operands.iter().any(|index| is_unknown(words, *index));
    installs && is_own
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

//! Installs of a project's own dependencies, and the copies of whole folders that bring its manifests: what each
//! reads, and where. Looks at the text alone; which manifests there are is for [`super::manifests`] to see.

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::environment::clean;
use super::facts::Facts;
use super::packages::PackageCommand;
use crate::context::path;
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::shell::{Command, Joint, Nesting};
use crate::syntax::word::{self, Value};
use crate::syntax::{Arguments, File, Instruction, Kind, Script};

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

/// A COPY or ADD of one whole folder of the build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderCopy {
    /// The instruction, as an index of the file's.
    pub item: usize,
    /// The folder as a clean path of the context; empty for the context itself.
    pub source: String,
    /// To where, as a [`place`].
    pub destination: String,
}

/// A path in the image, made absolute. Where the folder in force is not known the place begins with `?`, and can be
/// compared as long as no WORKDIR lies between. `None` where it cannot be told.
pub fn place(workdir: &Value, written: &str) -> Option<String> {
    match workdir {
        _ if written.starts_with('/') => Some(clean(written)),
        Value::Known(folder) => Some(clean(&format!("{folder}/{written}"))),
        Value::Unset | Value::Unknown if written.split('/').any(|part| part == "..") => None,
        Value::Unset | Value::Unknown => Some(format!("?{}", clean(written))),
    }
}

/// What a path means to a command that runs at a place. `None` where it cannot be told.
fn within(folder: &str, written: &str) -> Option<String> {
    match folder.strip_prefix('?') {
        Some(folder) if !written.starts_with('/') => {
            place(&Value::Unknown, written)?;
            Some(format!("?{}", clean(&format!("{folder}/{written}"))))
        }
        _ => place(&Value::Known(folder.to_owned()), written),
    }
}

/// `path` below `folder`, without it; both are places. The folder itself is the empty string.
pub fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
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
    let instruction = file.items().get(item).map(|item| &item.instruction);
    let run = instruction.filter(|instruction| instruction.ast().kind == Kind::Run);
    let (Some(facts), Some(environment)) = (run.and_then(|run| Facts::of(run)), model.environment_at(item))
    else {
        return Vec::new();
    };
    if !environment.shell.is_posix() || facts.packages.is_empty() {
        return Vec::new();
    }
    let folders = folders(facts, &environment.workdir);
    let packages = facts.packages.iter().enumerate();
    let install = |(index, package): (usize, &PackageCommand)| {
        let command = facts.script.commands().get(package.command)?;
        let hidden = Nesting::FUNCTION.and(Nesting::SUBSTITUTION).and(Nesting::BROKEN);
        let folder = folders.get(package.command)?.clone()?;
        let reads = if command.nesting.any(hidden) { None } else { reads(package, &facts.script, &folder) }?;
        Some(DependencyInstall { package: index, family: package.manager.family, folder, reads })
    };
    packages.filter_map(install).collect()
}

/// The folder that each command runs in, as far as `cd` tells.
fn folders(facts: &Facts, workdir: &Value) -> Vec<Option<String>> {
    let mut current = place(workdir, ".");
    let commands = facts.script.commands().iter().enumerate();
    let folder = |(index, command): (usize, &Command)| {
        let before = current.clone();
        let invocation = facts.invocation_of(index);
        match invocation.map(|invocation| (&*invocation.name, invocation.arguments(&facts.script))) {
            Some(("cd", [to])) if command.nesting.is_top() && command.joint != Joint::Or => {
                let to = to.value.as_deref().filter(|to| !to.starts_with(['~', '-']));
                current = match (current.take(), to) {
                    (_, Some(to)) if to.starts_with('/') => Some(clean(to)),
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
    if package.action != Action::Install || package.has_unknown_words {
        return None;
    }
    let words = package.words(script);
    let verb = words.get(package.verb)?.value.as_deref()?;
    let moves = |options: &[&str]| {
        let given = package.options.iter().filter_map(|index| words.get(*index));
        given.into_iter().any(|word| {
            let written = script.str(word.part);
            options.iter().any(|option| {
                written.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        })
    };
    let is_whole = package.operands.is_empty();
    let is_install = match package.manager.family {
        Family::Npm => {
            let verbs = ["install", "i", "ci", "clean-install", "ic", "install-clean"];
            is_whole
                && verbs.contains(&verb)
                && !moves(&["-g", "--global", "-C", "--prefix", "-w", "--workspace"])
        }
        Family::Yarn => {
            is_whole && (package.verb == package.program || verb == "install") && !moves(&["--cwd"])
        }
        Family::Pnpm => {
            let elsewhere =
                ["-C", "--dir", "-F", "--filter", "--filter-prod", "-g", "--global", "-r", "--recursive"];
            is_whole && matches!(verb, "install" | "i") && !moves(&elsewhere)
        }
        Family::Go => is_whole && verb == "download" && !moves(&["-C", "-modfile"]),
        Family::Pip => return pip_reads(package, script, folder),
        _ => false,
    };
    is_install.then_some(Reads::Manifests)
}

fn pip_reads(package: &PackageCommand, script: &Script, folder: &str) -> Option<Reads> {
    let words = package.words(script);
    let at = |file: &str| within(folder, file);
    let mut files = Vec::new();
    let mut reads_project = false;
    for index in &package.options {
        let written = words.get(*index)?;
        let option = written.value.as_deref()?;
        let next = || words.get(index + 1).and_then(|word| word.value.as_deref());
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
        } else if option == "--no-deps" {
            return None;
        }
    }
    let operands = package.operands.iter().filter_map(|index| words.get(*index)?.value.as_deref());
    reads_project |= operands.into_iter().any(is_local_project);
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

/// Whether an instruction may be a [`FolderCopy`], as far as it shows by itself.
pub fn may_copy_folder(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    let (source, destination) = match &ast.arguments {
        Arguments::Words(words) => match words.as_slice() {
            [source, destination] => (instruction.str(*source), instruction.str(*destination)),
            _ => return false,
        },
        Arguments::Json(strings) => match strings.as_slice() {
            [source, destination] => (&*source.value, &*destination.value),
            _ => return false,
        },
        _ => return false,
    };
    let is_plain = |text: &str| word::is_plain(text, instruction.escape());
    matches!(ast.kind, Kind::Copy | Kind::Add)
        && (!is_plain(source) || !is_plain(destination) || is_folder_copy(source, destination))
}

/// Whether what is copied is a folder: a file copied to `a` is the file `a`; copied to `a/` it lies in it.
fn is_folder_copy(source: &str, destination: &str) -> bool {
    path::in_context(source).is_empty() || source.ends_with('/') || !destination.ends_with(['/', '.'])
}

impl FolderCopy {
    /// What the instruction `item` copies, if that is one folder of the build context. A word that could name a file
    /// counts where its destination is a folder that other steps work in.
    pub fn of(file: &File, model: &Model, item: usize) -> Option<FolderCopy> {
        let copy = CopyStep::of(file, model, item)?;
        let ([source], false, CopyFrom::Context) = (copy.sources.as_slice(), copy.has_heredocs, &copy.from)
        else {
            return None;
        };
        let source = source.value.as_deref()?;
        let written = copy.destination?.value?;
        if source.contains(['*', '?', '[', ':']) {
            return None;
        }
        let folder = path::in_context(source);
        let is_folder = is_folder_copy(source, &written);
        let environment = model.environment_at(item)?;
        let destination = place(&environment.workdir, &written)?;
        is_folder.then_some(FolderCopy { item, source: folder, destination })
    }

    /// Whether it brings what an install reads, as far as the places tell.
    pub fn serves(&self, install: &DependencyInstall) -> bool {
        let is_file = matches!(install.reads, Reads::Files(_));
        // What is copied to the place of a file is that file.
        below(install.place(), &self.destination).is_some_and(|rest| !(is_file && rest.is_empty()))
    }

    /// The path of the build context that is copied to a place; `None` where it is none.
    pub fn source_of(&self, place: &str) -> Option<String> {
        let rest = below(place, &self.destination)?;
        Some(if rest.is_empty() { self.source.clone() } else { path::join(&self.source, rest) })
    }
}

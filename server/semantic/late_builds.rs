//! Builds that fetch the dependencies of a project themselves, below a copy of its source.

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::dependencies::{DependencyInstall, Reads, folders, has_option, project_folder, within};
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::late_installs::{names_manifest, ranges_above};
use super::packages::PackageCommand;
use crate::context::BuildContext;
use crate::knowledge::package_managers::projects::{PROJECTS, project};
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::mount::Mount;
use crate::syntax::shell::Nesting;
use crate::syntax::word::Value;
use crate::syntax::{File, Instruction, Kind, Script};

/// Whether a RUN has a build that fetches what is missing, as far as it shows by itself: no mount keeps the downloads or
/// shows the source, and the network is there.
pub fn may_fetch(instruction: &Instruction, facts: &Facts) -> bool {
    facts.packages.iter().any(|package| reads(package, &facts.script, "/").is_some())
        && instruction.flag("network").is_none()
        && Mount::all(instruction).iter().all(|mount| matches!(mount.kind(), "secret" | "ssh"))
}

/// The first command of a RUN, one that [`may_fetch`], that both fetches the dependencies and builds, with the copy above
/// it that brings the source and the manifests together. `None` where a step before may have fetched them.
pub fn late_build(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    index: usize,
) -> Option<(DependencyInstall, FolderCopy)> {
    let build = fetching_build(file, model, index)?;
    let copy = origin(file, model, context, index, &build)?;
    Some((build, copy))
}

/// The first command of a RUN, one that [`may_fetch`], that both fetches the dependencies and builds.
pub(super) fn fetching_build(file: &File, model: &Model, index: usize) -> Option<DependencyInstall> {
    let instruction = file.instruction(index)?;
    let facts = Facts::of(instruction)?;
    let environment = model.environment_at(index)?;
    if !environment.shell.is_posix() || is_offline(model, index, &facts.script) {
        return None;
    }
    let hidden = Nesting::FUNCTION.and(Nesting::SUBSTITUTION).and(Nesting::BROKEN);
    let (number, package) = facts.packages.iter().enumerate().find(|(_, package)| fetches(package, facts))?;
    let command = facts.script.commands().get(package.command)?;
    let folders = folders(facts, &environment.workdir);
    let folder = folders.get(package.command)?.clone().filter(|_| !command.nesting.any(hidden))?;
    let (folder, reads) = reads(package, &facts.script, &folder)?;
    let family = package.manager.family;
    Some(DependencyInstall { package: number, family, folder, reads, is_known: true })
}

/// Whether a step above a build may have fetched what it needs, as a command of the same tool or a copy of its downloads.
pub(super) fn may_have_fetched(file: &File, model: &Model, index: usize, build: &DependencyInstall) -> bool {
    ranges_above(model, index).into_iter().flatten().any(|step| {
        let run = file.item(step).filter(|item| item.kind == Kind::Run);
        run.and_then(|run| Facts::of(&run.instruction)).is_some_and(|facts| fetches_same(facts, build))
            || brings_downloads(file, model, step)
    })
}

/// Whether a RUN has a command that fetches what a build does.
fn fetches_same(facts: &Facts, build: &DependencyInstall) -> bool {
    let mut packages = facts.packages.iter();
    packages.any(|package| package.manager.family == build.family && fetches(package, facts))
}

/// The copy of a folder that brings what a build reads, if no step above may have fetched the same.
fn origin(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    index: usize,
    build: &DependencyInstall,
) -> Option<FolderCopy> {
    let mut found: Option<FolderCopy> = None;
    let (mut has_moved, mut has_run) = (false, false);
    for step in ranges_above(model, index).into_iter().flat_map(Iterator::rev) {
        let item = file.item(step)?;
        match item.kind {
            Kind::Run => {
                if Facts::of(&item.instruction).is_some_and(|facts| fetches_same(facts, build)) {
                    return None;
                }
                has_run |= found.is_some();
            }
            Kind::Workdir => has_moved = true,
            Kind::Copy | Kind::Add => {
                // A script may have fetched what the manifests name that were copied above it.
                let is_separate = found.is_none() || has_run;
                let is_named = is_separate && names_manifest(file, model, step, build);
                if brings_downloads(file, model, step) || is_named {
                    return None;
                }
                let can_compare = found.is_none() && (!has_moved || !build.place().starts_with('?'));
                if let Some(copy) = FolderCopy::seen(file, model, context, step).filter(|_| can_compare) {
                    found = Some(copy).filter(|copy| copy.serves(build));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a COPY from another stage or image may bring downloaded dependencies.
fn brings_downloads(file: &File, model: &Model, step: usize) -> bool {
    const FOLDERS: [&str; 6] = ["/go", ".m2", ".gradle", "cargo", ".nuget", "vendor"];
    CopyStep::of(file, model, step).filter(|copy| copy.from != CopyFrom::Context).is_some_and(|copy| {
        copy.sources.iter().any(|source| {
            source.value.as_deref().is_none_or(|source| FOLDERS.iter().any(|folder| source.contains(folder)))
        })
    })
}

/// Whether a variable, or the shell text itself, keeps a tool from fetching.
fn is_offline(model: &Model, index: usize, script: &Script) -> bool {
    let says = |name: &str, value: &str| matches!(model.variable(name, index).value, Value::Known(set) if set.contains(value));
    let text = script.text().text();
    text.contains("mod=vendor")
        || ["GO111MODULE=", "CARGO_NET_OFFLINE=", "GOPROXY=off"].iter().any(|name| text.contains(name))
        || PROJECTS
            .iter()
            .flat_map(|project| project.offline_variables)
            .any(|(name, value)| says(name, value))
}

/// Whether a command of a tool that builds may fetch the dependencies of a project: no program that is installed beside it.
fn fetches(package: &PackageCommand, facts: &Facts) -> bool {
    let words = package.words(&facts.script);
    let mut operands = package.operand_values(&facts.script);
    let verb = words.get(package.verb).and_then(|word| word.value.as_deref()).unwrap_or_default();
    let is_tool = match package.manager.family {
        Family::Go => operands.any(|operand| operand.contains('@')),
        Family::Cargo => matches!(verb, "install" | "binstall") && operands.next().is_some(),
        Family::DotNet => package.verb_words == 2,
        Family::Maven | Family::Gradle => false,
        _ => true,
    };
    !is_tool && matches!(package.action, Action::Install | Action::Build | Action::Upgrade)
}

/// Where a build runs, and what it needs there to know its dependencies; `None` where it is no build that fetches
/// them, or where that cannot be told.
fn reads(package: &PackageCommand, script: &Script, folder: &str) -> Option<(String, Reads)> {
    let family = package.manager.family;
    let builds =
        matches!(family, Family::Go | Family::Cargo | Family::Maven | Family::Gradle | Family::DotNet);
    let project = project(family).filter(|_| builds)?;
    let moves =
        [project.elsewhere, project.offline].iter().any(|options| has_option(package, script, options));
    if package.has_unknown_words || moves {
        return None;
    }
    let folder = &*project_folder(package, script, project, folder)?;
    if let Some(project) = installed_project(package, script) {
        return Some((within(folder, project)?, Reads::Manifests));
    }
    if package.action != Action::Build {
        return None;
    }
    let words = package.words(script);
    let operands = package.operands.iter().map(|index| words.get(*index)?.value.as_deref());
    let operands: Vec<&str> = operands.collect::<Option<_>>()?;
    let verb = words.get(package.verb)?.value.as_deref()?;
    match (family, operands.as_slice()) {
        (Family::Go, names) if names.iter().any(|name| name.contains('@')) => None,
        (Family::DotNet, _) if matches!(verb, "msbuild" | "run") => None,
        (Family::DotNet, [name]) if name.ends_with("proj") || name.ends_with(".sln") => {
            Some((folder.to_owned(), Reads::Files(vec![within(folder, name)?])))
        }
        (Family::DotNet, [name]) if !name.ends_with(".dll") => {
            Some((within(folder, name)?, Reads::Manifests))
        }
        (Family::DotNet, [_, ..]) => None,
        _ => Some((folder.to_owned(), Reads::Manifests)),
    }
}

/// The folder of the project that `cargo install` builds; `None` for programs of a registry.
fn installed_project<'a>(package: &PackageCommand, script: &'a Script) -> Option<&'a str> {
    let words = &script.commands().get(package.command)?.words;
    let is_install = words.get(package.verb).is_some_and(|verb| verb.is("install"));
    let path = |index: &usize| {
        let option = words.get(*index)?.value.as_deref()?;
        if option == "--path" {
            words.get(index + 1)?.value.as_deref()
        } else {
            option.strip_prefix("--path=")
        }
    };
    let is_cargo = package.manager.family == Family::Cargo && is_install && package.operands.is_empty();
    package.options.iter().find_map(path).filter(|_| is_cargo)
}

/// Whether a build of Go is given files: one by itself need not belong to a module.
pub fn names_go_files(package: &PackageCommand, script: &Script) -> bool {
    let mut operands = package.operand_values(script);
    package.manager.family == Family::Go && operands.any(|operand| operand.ends_with(".go"))
}

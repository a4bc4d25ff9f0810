//! Installs of dependencies that come after a copy of more than they read.

use std::ops::Range;

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::dependencies::{DependencyInstall, Reads, installs};
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::stages::Base;
use crate::context::BuildContext;
use crate::knowledge::package_managers::Family;
use crate::knowledge::package_managers::projects::{self, project};
use crate::knowledge::unneeded_files::UNNEEDED;
use crate::path;
use crate::syntax::{File, Kind};

/// So many steps above an install are looked at.
const MOST_STEPS: usize = 500;

/// The first install of a RUN that comes after a copy of what it reads and more, with that copy.
pub fn late_install(file: &File, model: &Model, index: usize) -> Option<(DependencyInstall, FolderCopy)> {
    late_install_by(file, model, index, &|step| FolderCopy::of(file, model, step))
}

/// As [`late_install`], with the folders that the build context shows.
pub fn seen_late_install(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    index: usize,
) -> Option<(DependencyInstall, FolderCopy)> {
    late_install_by(file, model, index, &|step| FolderCopy::seen(file, model, context, step))
}

fn late_install_by(
    file: &File,
    model: &Model,
    index: usize,
    folder_copy: &dyn Fn(usize) -> Option<FolderCopy>,
) -> Option<(DependencyInstall, FolderCopy)> {
    let installs = installs(file, model, index);
    installs.into_iter().filter(|install| !only_links(file, model, index, install)).find_map(|install| {
        let copy = origin(file, model, index, &install, folder_copy)?;
        Some((install, copy))
    })
}

/// Whether an install only links what `pnpm fetch` has downloaded above, below the manifests that it needs to know.
/// Source: pnpm, "pnpm fetch".
fn only_links(file: &File, model: &Model, index: usize, install: &DependencyInstall) -> bool {
    let facts = |step: usize| file.instruction(step).and_then(Facts::of);
    let is_offline = || {
        facts(index).is_some_and(|facts| {
            let package = facts.packages.get(install.package);
            package.is_some_and(|package| package.has_flag(&facts.script, &["--offline", "--prefer-offline"]))
        })
    };
    let fetches = |step: usize| {
        facts(step).is_some_and(|facts| {
            let mut programs = facts.invocations.iter().filter(|invocation| &*invocation.name == "pnpm");
            programs.any(|program| program.arguments(&facts.script).iter().any(|word| word.is("fetch")))
        })
    };
    install.family == Family::Pnpm
        && is_offline()
        && ranges_above(model, index).into_iter().flatten().any(fetches)
}

/// Whether one of some instructions (their indexes, in order) stands above another, in its stage or in those that it is
/// built on.
pub fn is_any_above(model: &Model, some: &[usize], index: usize) -> bool {
    ranges_above(model, index).iter().any(|range| {
        let first = some.partition_point(|item| *item < range.start);
        some.get(first).is_some_and(|item| *item < range.end)
    })
}

/// The steps above an instruction, through the stages that its stage is built on: of each stage those that count, the
/// nearest stage first.
pub(super) fn ranges_above(model: &Model, index: usize) -> Vec<Range<usize>> {
    let stages = model.stages();
    let mut ranges = Vec::new();
    let mut left = MOST_STEPS;
    let mut next = model.stage_at(index).map(|stage| (stage, index));
    while let Some((stage, end)) = next {
        let range = end.saturating_sub(left).max(stage.from() + 1)..end;
        left -= range.len();
        ranges.push(range);
        next = match stage.base {
            // A stage is built only on those above it, so that this ends.
            Base::Stage(base) if left > 0 => stages.get(base).map(|stage| (stage, stage.items.end)),
            _ => None,
        };
    }
    ranges
}

/// The copy of a folder that brings what an install reads, if no step above has installed the same.
fn origin(
    file: &File,
    model: &Model,
    index: usize,
    install: &DependencyInstall,
    folder_copy: &dyn Fn(usize) -> Option<FolderCopy>,
) -> Option<FolderCopy> {
    let mut found: Option<FolderCopy> = None;
    let mut has_moved = false;
    let mut named: Vec<String> = Vec::new();
    for step in ranges_above(model, index).into_iter().flat_map(Iterator::rev) {
        match file.item(step)?.kind {
            Kind::Run if installs(file, model, step).iter().any(|earlier| earlier.covers(install)) => {
                return None;
            }
            // What is not needed any more is taken out of it.
            Kind::Copy if brings_installed(file, model, step, install) => return None,
            Kind::Workdir => has_moved = true,
            Kind::Copy | Kind::Add if found.is_none() => {
                named.extend(named_manifests(file, model, step, install));
                let can_compare = !has_moved || !install.place().starts_with('?');
                let copy = folder_copy(step).filter(|_| can_compare);
                found = copy.filter(|copy| copy.serves(install) && !holds_lists_alone(copy, install));
            }
            Kind::Copy | Kind::Add => named.extend(named_manifests(file, model, step, install)),
            _ => {}
        }
    }
    // A folder below the context need not hold the manifests where another step copies them by name from elsewhere.
    found.filter(|copy| {
        let place = match &install.reads {
            Reads::Files(_) => path::parent(install.place()),
            Reads::Manifests | Reads::Everything => install.place(),
        };
        let folder = copy.source_of(place);
        copy.source.is_empty() || named.iter().all(|named| folder.as_deref() == Some(path::parent(named)))
    })
}

/// Whether a COPY takes what the tool of an install has installed out of another stage or image: `node_modules`.
fn brings_installed(file: &File, model: &Model, step: usize, install: &DependencyInstall) -> bool {
    let mut installed = UNNEEDED.iter().filter(|kind| kind.made_by.contains(&install.family));
    CopyStep::of(file, model, step).filter(|copy| copy.from != CopyFrom::Context).is_some_and(|copy| {
        let sources = || copy.sources.iter().filter_map(|source| source.value.as_deref());
        installed.any(|kind| sources().any(|source| path::name(source.trim_end_matches('/')) == kind.name))
    })
}

/// Whether a folder is called as those are that hold nothing but the lists which an install reads.
fn holds_lists_alone(copy: &FolderCopy, install: &DependencyInstall) -> bool {
    let is_read = matches!(&install.reads, Reads::Files(_));
    is_read && matches!(path::name(&copy.source), "requirements" | "reqs")
}

/// Whether a COPY names a manifest of an install.
pub(super) fn names_manifest(file: &File, model: &Model, step: usize, install: &DependencyInstall) -> bool {
    !named_manifests(file, model, step, install).is_empty()
}

/// The manifests of an install that a COPY names, as clean paths.
fn named_manifests(file: &File, model: &Model, step: usize, install: &DependencyInstall) -> Vec<String> {
    let sources = CopyStep::of(file, model, step).into_iter().flat_map(|copy| &copy.sources);
    let sources = sources.filter_map(|source| source.value.as_deref());
    let is_manifest = |source: &&str| {
        let name = path::name(source.trim_end_matches('/'));
        match &install.reads {
            Reads::Manifests | Reads::Everything => {
                project(install.family).is_some_and(|project| projects::is_manifest(project, name))
            }
            Reads::Files(files) => {
                files.iter().any(|file| file.ends_with(&format!("/{name}"))) || name.contains('*')
            }
        }
    };
    sources.filter(is_manifest).map(path::in_context).collect()
}

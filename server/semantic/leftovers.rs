//! What the steps of a stage leave in their layers, and what later steps delete of it.

use std::collections::HashMap;

use super::Model;
use super::caches::has_mount_like;
use super::commands::Invocation;
use super::copies::CopyStep;
use super::environment::clean;
use super::facts::Facts;
use super::packages::PackageCommand;
use super::stages::{Base, Stage};
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::word::Value;
use crate::syntax::{File, Kind, Script};

/// A command that deletes what an earlier layer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateDeletion {
    /// The RUN, as an index of the file's instructions.
    pub item: usize,
    /// The command, as an index of the script's.
    pub command: usize,
    /// The step that made what is deleted.
    pub made_by: usize,
}

/// Something that can be made by one step and deleted by another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Thing {
    /// The downloads and lists of a package manager.
    Cache(Family),
    /// A package, or apk's name for a group of them.
    Package(Family, String),
    /// A file by its absolute path.
    File(String),
}

/// Stages further down a chain of stages than this know nothing of the first.
const MAX_CHAIN: usize = 64;

/// What a stage has made so far, by the step that made it.
type Made = HashMap<Thing, usize>;

/// Every late deletion of a file, in order.
pub fn late_deletions(file: &File, model: &Model) -> Vec<LateDeletion> {
    let mut found = Vec::new();
    let mut made: Vec<Made> = Vec::new();
    for stage in model.stages() {
        let own = run_stage(file, model, stage, &made, &mut found);
        made.push(own);
    }
    found
}

fn run_stage(
    file: &File,
    model: &Model,
    stage: &Stage,
    earlier: &[Made],
    found: &mut Vec<LateDeletion>,
) -> Made {
    let mut made = Made::new();
    for index in stage.items.clone() {
        let Some(item) = file.items().get(index) else {
            continue;
        };
        let step = match item.instruction.ast().kind {
            Kind::Run
                if model.environment_at(index).is_some_and(|environment| environment.shell.is_posix()) =>
            {
                let mut changes = Facts::of(&item.instruction).map(changes).unwrap_or_default();
                // A mount keeps the caches out of the layer.
                let is_cache = |change: &Change| matches!(change, Change::Makes(Thing::Cache(_)));
                changes.retain(|(_, change)| !is_cache(change) || !has_mount_like(&item.instruction, &[""]));
                changes
            }
            Kind::Copy | Kind::Add => copied(file, model, index),
            _ => continue,
        };
        let mut here = Made::new();
        for (command, change) in step {
            match change {
                Change::Makes(thing) => drop(here.insert(thing, index)),
                Change::Deletes(thing) if here.remove(&thing).is_some() => {}
                Change::Deletes(thing) => {
                    if let Some(made_by) =
                        made.remove(&thing).or_else(|| inherited(model, stage, earlier, &thing))
                    {
                        found.push(LateDeletion { item: index, command, made_by });
                    }
                }
            }
        }
        made.extend(here);
    }
    found.dedup_by_key(|deletion| (deletion.item, deletion.command));
    made
}

fn inherited(model: &Model, stage: &Stage, earlier: &[Made], thing: &Thing) -> Option<usize> {
    let mut base = &stage.base;
    for _ in 0..MAX_CHAIN {
        let Base::Stage(index) = base else {
            return None;
        };
        if let Some(made_by) = earlier.get(*index).and_then(|made| made.get(thing)) {
            return Some(*made_by);
        }
        base = &model.stages().get(*index)?.base;
    }
    None
}

enum Change {
    Makes(Thing),
    Deletes(Thing),
}

/// What the commands of a RUN make and delete, in order.
fn changes(facts: &Facts) -> Vec<(usize, Change)> {
    let mut changes = Vec::new();
    for invocation in &facts.invocations {
        let package = facts.packages.iter().find(|package| package.command == invocation.command);
        let things = match package {
            Some(package) => of_packages(package, &facts.script),
            None => of_program(invocation, &facts.script),
        };
        changes.extend(things.into_iter().map(|change| (invocation.command, change)));
    }
    changes
}

fn of_packages(package: &PackageCommand, script: &Script) -> Vec<Change> {
    let family = package.manager.family;
    let names = || {
        let words = package.words(script);
        let operands = package.operands.iter().filter_map(|index| words.get(*index)?.value.as_deref());
        let groups = words.windows(2).filter_map(|pair| match pair {
            [option, name] if option.is("-t") || option.is("--virtual") => name.value.as_deref(),
            _ => None,
        });
        let groups: Vec<&str> = if family == Family::Apk { groups.collect() } else { Vec::new() };
        operands
            .chain(groups)
            .map(move |name| Thing::Package(family, plain_name(name).to_owned()))
            .collect::<Vec<_>>()
    };
    match package.action {
        Action::Install => {
            let keeps_cache = !package.has_flag(script, package.manager.no_cache);
            let cache = keeps_cache.then(|| Change::Makes(Thing::Cache(family)));
            names().into_iter().map(Change::Makes).chain(cache).collect()
        }
        Action::UpdateLists => vec![Change::Makes(Thing::Cache(family))],
        Action::Remove => names().into_iter().map(Change::Deletes).collect(),
        Action::Clean => vec![Change::Deletes(Thing::Cache(family))],
        Action::Upgrade | Action::Build | Action::Other => Vec::new(),
    }
}

/// A package without its version and architecture.
fn plain_name(name: &str) -> &str {
    name.split(['=', '<', '>', '~', ':', '@']).next().unwrap_or_default()
}

/// Where package managers keep what they download, by the beginning of the path.
const CACHE_FOLDERS: [(&str, Family); 8] = [
    ("/var/lib/apt/lists", Family::Apt),
    ("/var/cache/apt", Family::Apt),
    ("/var/cache/apk", Family::Apk),
    ("/var/cache/yum", Family::Dnf),
    ("/var/cache/dnf", Family::Dnf),
    ("/var/cache/zypp", Family::Zypper),
    ("/root/.cache/pip", Family::Pip),
    ("/root/.npm", Family::Npm),
];

fn of_program(invocation: &Invocation, script: &Script) -> Vec<Change> {
    let arguments = invocation.arguments(script);
    let written = || arguments.iter().map(|word| script.str(word.part).trim_matches(['"', '\'']));
    match &*invocation.name {
        "rm" => written()
            .filter(|word| word.starts_with('/'))
            .map(|path| Change::Deletes(thing_at(path)))
            .collect(),
        "curl" => {
            after(arguments, &["-o", "--output"]).map(|path| Change::Makes(Thing::File(path))).collect()
        }
        "wget" => after(arguments, &["-O", "--output-document"])
            .map(|path| Change::Makes(Thing::File(path)))
            .collect(),
        _ => Vec::new(),
    }
}

fn thing_at(path: &str) -> Thing {
    let folder = CACHE_FOLDERS.iter().find(|(folder, _)| path.starts_with(folder));
    folder.map_or_else(|| Thing::File(clean(path)), |(_, family)| Thing::Cache(*family))
}

/// The absolute paths that stand behind one of these options.
fn after<'a>(
    words: &'a [crate::syntax::shell::Word],
    options: &'a [&'a str],
) -> impl Iterator<Item = String> + 'a {
    words.windows(2).filter_map(move |pair| match pair {
        [option, path] if options.iter().any(|name| option.is(name)) => {
            path.value.as_deref().filter(|path| path.starts_with('/')).map(clean)
        }
        _ => None,
    })
}

/// The files that a COPY or ADD makes, as far as their names are certain.
fn copied(file: &File, model: &Model, index: usize) -> Vec<(usize, Change)> {
    let Some(copy) = CopyStep::of(file, model, index) else {
        return Vec::new();
    };
    let Some(destination) = copy.destination.and_then(|destination| destination.value) else {
        return Vec::new();
    };
    let workdir = model.environment_at(index).map(|environment| &environment.workdir);
    let folder = match workdir {
        _ if destination.starts_with('/') => destination.clone(),
        Some(Value::Known(workdir)) => format!("{workdir}/{destination}"),
        _ => return Vec::new(),
    };
    let into_folder = destination.ends_with('/') || copy.sources.len() > 1;
    let names = copy.sources.iter().filter_map(|source| source.value.as_deref());
    let names = names.filter(|name| !name.contains(['*', '?', '[']) && !name.ends_with('/'));
    let path = |name: &str| match name.rsplit('/').next() {
        Some(base) if into_folder => clean(&format!("{folder}/{base}")),
        _ => clean(&folder),
    };
    names.map(|name| (0, Change::Makes(Thing::File(path(name))))).collect()
}

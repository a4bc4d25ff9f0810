//! What one RUN makes and deletes, as far as its commands tell.

use std::collections::HashSet;

use super::caches::has_mount_like;
use super::commands::Invocation;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::{Action, Family};
use crate::path;
use crate::syntax::shell::Word;
use crate::syntax::{Instruction, Script};

/// Something that can be made by one step and deleted by another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    /// The downloads and lists of a package manager.
    Cache(Family),
    /// A package, or apk's name for a group of them.
    Package(Family, String),
    /// A file by its absolute path.
    File(String),
}

/// What a RUN comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What is there at its end and was not at its beginning.
    pub made: Vec<Thing>,
    /// What it deletes of what was there before, with the command, as an index of the script's.
    pub deleted: Vec<(usize, Thing)>,
}

enum Change {
    Makes(Thing),
    Deletes(Thing),
}

impl Changes {
    /// What the commands of a RUN come to.
    pub(super) fn of(
        instruction: &Instruction,
        script: &Script,
        invocations: &[Invocation],
        packages: &[PackageCommand],
    ) -> Changes {
        let mut changes = Changes::default();
        let mut seen: HashSet<Thing> = HashSet::new();
        // A mount keeps the caches out of the layer.
        let keeps_caches = !has_mount_like(instruction, &[""]);
        for invocation in invocations {
            let package = packages.binary_search_by_key(&invocation.command, |package| package.command);
            let package = package.ok().and_then(|index| packages.get(index));
            let things = match package {
                Some(package) => of_packages(package, script),
                None => of_program(invocation, script),
            };
            for change in things {
                match change {
                    Change::Makes(Thing::Cache(_)) if !keeps_caches => {}
                    Change::Makes(thing) => {
                        if seen.insert(thing.clone()) {
                            changes.made.push(thing);
                        }
                    }
                    Change::Deletes(thing) if seen.remove(&thing) => {
                        changes.made.retain(|made| *made != thing);
                    }
                    Change::Deletes(thing) => changes.deleted.push((invocation.command, thing)),
                }
            }
        }
        changes
    }
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
            let cache = keeps_cache.then_some(Change::Makes(Thing::Cache(family)));
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
    folder.map_or_else(|| Thing::File(path::from_root(path)), |(_, family)| Thing::Cache(*family))
}

/// The absolute paths that stand behind one of these options.
fn after<'a>(words: &'a [Word], options: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    words.windows(2).filter_map(move |pair| match pair {
        [option, path] if options.iter().any(|name| option.is(name)) => {
            path.value.as_deref().filter(|path| path.starts_with('/')).map(path::from_root)
        }
        _ => None,
    })
}

//! The files and folders that one RUN makes and deletes, judging by its commands.

use std::collections::HashSet;

use super::caches::has_mount_like;
use super::commands::Invocation;
use super::package_lists::is_harmless;
use super::packages::PackageCommand;
use super::temporaries::cloned;
use crate::knowledge::package_managers::projects::project;
use crate::knowledge::package_managers::{Action, Family};
use crate::path;
use crate::syntax::shell::{Joint, Nesting, Word};
use crate::syntax::{Instruction, Part, Script};

/// Something that can be made by one step and deleted by another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    /// The downloads of a package manager, and its lists where they lie beside them.
    Cache(Family),
    /// The package lists of apt.
    Lists,
    /// A package, or apk's name for a group of them.
    Package(Family, String),
    /// What only the developers of a project need of its dependencies.
    DevelopmentPackages(Family),
    /// A file by its absolute path, or the files of an ending in a folder: `/tmp/*.deb`.
    File(String),
    /// A file or folder by its path from the folder that the step runs in, without a `cd`: `target`.
    Relative(String),
}

/// What a RUN comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What is there at its end and was not at its beginning.
    pub made: Vec<Thing>,
    /// What it deletes of what was there before.
    pub deleted: Vec<Deletion>,
}

/// A deletion by a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The command, as an index of the script's.
    pub command: usize,
    /// The word that names what goes, in the script's text; else the whole command.
    pub part: Part,
    /// What goes.
    pub thing: Thing,
}

enum Change {
    Makes(Thing),
    /// Perhaps: only what it deletes later is another matter then.
    MayMake(Thing),
    Deletes(Part, Thing),
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
        // What it may have made by itself, be it there at the end or not.
        let mut own: HashSet<Thing> = HashSet::new();
        // A mount keeps the caches out of the layer.
        let keeps_caches = !has_mount_like(instruction, &[""]);
        let (mut next, mut is_plain) = (0, true);
        for invocation in invocations {
            // One that only the shell can name may make anything.
            let unnamed = script.commands().get(next..invocation.command).unwrap_or_default();
            is_plain &= unnamed.iter().all(|command| command.words.is_empty());
            next = invocation.command + 1;
            let package = packages.binary_search_by_key(&invocation.command, |package| package.command);
            let package = package.ok().and_then(|index| packages.get(index));
            let things = match package {
                Some(package) => of_packages(package, script),
                None => of_program(invocation, script),
            };
            for change in things {
                match change {
                    Change::Makes(thing) if may_be_passed_over(invocation, script) => {
                        own.insert(thing);
                    }
                    Change::MayMake(thing) => {
                        own.insert(thing);
                    }
                    Change::Makes(Thing::Cache(_) | Thing::Lists) if !keeps_caches => {}
                    // It may lie in the mount.
                    Change::Makes(thing @ Thing::Relative(_)) if !keeps_caches => {
                        own.insert(thing);
                    }
                    Change::Makes(thing) => {
                        own.insert(thing.clone());
                        if !changes.made.contains(&thing) {
                            changes.made.push(thing);
                        }
                    }
                    Change::Deletes(part, thing) => {
                        changes.made.retain(|made| *made != thing);
                        let is_of_packages = matches!(thing, Thing::Cache(_) | Thing::Lists);
                        if !own.contains(&thing) && (is_plain || !is_of_packages) {
                            let command = invocation.command;
                            changes.deleted.push(Deletion { command, part, thing });
                        }
                    }
                }
            }
            is_plain &= package.is_some() || is_harmless(invocation, script);
        }
        changes
    }
}

/// Whether a command is run in some builds only.
fn may_be_passed_over(invocation: &Invocation, script: &Script) -> bool {
    let at_times = Nesting::BRANCH.and(Nesting::FUNCTION).and(Nesting::BROKEN);
    let command = invocation.command(script);
    command.is_none_or(|command| command.joint == Joint::Or || command.nesting.any(at_times))
}

fn of_packages(package: &PackageCommand, script: &Script) -> Vec<Change> {
    let family = package.manager.family;
    let names = || {
        let words = package.words(script);
        let operands = package.operand_values(script);
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
    let whole = || script.commands().get(package.command).map(|command| command.part);
    let is_apt = family == Family::Apt;
    match package.action {
        Action::Install => {
            // Debian's and Ubuntu's images have `docker-clean`, by which apt deletes what it has downloaded.
            let keeps_cache = !is_apt && !package.has_flag(script, package.manager.no_cache);
            let cache = keeps_cache.then_some(Change::Makes(Thing::Cache(family)));
            let development = changes_development(package, script, false);
            let development = development.then_some(Change::Makes(Thing::DevelopmentPackages(family)));
            let folder = dependencies_folder(package, script).map(Change::Makes);
            let names = names().into_iter().map(Change::Makes);
            names.chain(cache).chain(development).chain(folder).collect()
        }
        Action::UpdateLists if is_apt => vec![Change::Makes(Thing::Lists)],
        Action::UpdateLists => vec![Change::Makes(Thing::Cache(family))],
        Action::Remove if changes_development(package, script, true) => whole()
            .map(|part| Change::Deletes(part, Thing::DevelopmentPackages(family)))
            .into_iter()
            .collect(),
        Action::Remove => whole()
            .into_iter()
            .flat_map(|part| names().into_iter().map(move |name| Change::Deletes(part, name)))
            .collect(),
        Action::Clean if is_apt => {
            let has_lists =
                package.words(script).iter().any(|word| word.is("distclean") || word.is("dist-clean"));
            whole()
                .filter(|_| has_lists)
                .map(|part| Change::Deletes(part, Thing::Lists))
                .into_iter()
                .collect()
        }
        Action::Clean => {
            whole().map(|part| Change::Deletes(part, Thing::Cache(family))).into_iter().collect()
        }
        Action::Upgrade | Action::Build => {
            let cache = Change::MayMake(Thing::Cache(family));
            std::iter::once(cache).chain(build_folder(package, script).map(Change::Makes)).collect()
        }
        Action::Other => Vec::new(),
    }
}

/// The folder that Cargo builds in. Source: The Cargo Book, "Build cache".
fn build_folder(package: &PackageCommand, script: &Script) -> Option<Thing> {
    let is_elsewhere = |word: &Word| {
        let written = script.str(word.part);
        ["--target-dir", "--manifest-path", "--config", "-C"].iter().any(|option| written.starts_with(option))
    };
    let command = script.commands().get(package.command)?;
    let is_plain = command.assignments.is_empty() && !package.words(script).iter().any(is_elsewhere);
    (package.manager.family == Family::Cargo && is_plain).then(|| Thing::Relative("target".to_owned()))
}

/// The folder that the dependencies of a project come to lie in. Source: npm-install(1), yarn and pnpm "install".
fn dependencies_folder(package: &PackageCommand, script: &Script) -> Option<Thing> {
    let is_elsewhere = |word: &Word| {
        let written = script.str(word.part);
        let options = ["--cwd", "--dir", "--global", "--prefix", "--workspace", "-C", "-g", "-w"];
        options.iter().any(|option| written.starts_with(option))
    };
    let is_project = matches!(package.manager.family, Family::Npm | Family::Yarn | Family::Pnpm)
        && package.operands.is_empty()
        && !package.has_unknown_words
        && !package.words(script).iter().any(is_elsewhere);
    is_project.then(|| Thing::Relative("node_modules".to_owned()))
}

/// Whether a command is about all dependencies of a project, with or without the option that leaves out what only its developers
/// need: `npm ci`, `npm prune --omit=dev`.
fn changes_development(package: &PackageCommand, script: &Script, leaves_out: bool) -> bool {
    let production = project(package.manager.family).and_then(|project| project.production.as_ref());
    matches!(package.manager.family, Family::Npm | Family::Pnpm)
        && package.operands.is_empty()
        && !package.has_unknown_words
        && match leaves_out {
            true => package.has_flag(script, &["--omit=dev", "--production", "--prod", "-P"]),
            false => production.is_some_and(|found| {
                ![found.leaves_out, found.elsewhere].iter().any(|flags| package.has_flag(script, flags))
            }),
        }
}

/// A package without its version and architecture.
fn plain_name(name: &str) -> &str {
    name.split(['=', '<', '>', '~', ':', '@']).next().unwrap_or_default()
}

/// Where package managers keep what they download, by the beginning of the path.
const CACHE_FOLDERS: [(&str, Family); 7] = [
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
    let written = |word: &Word| script.str(word.part).trim_matches(['"', '\'']);
    match &*invocation.name {
        "rm" => arguments
            .iter()
            .filter_map(|word| {
                let thing = match written(word) {
                    path if path.starts_with('/') => Some(thing_at(path)),
                    path if path.starts_with('-') => None,
                    _ => relative(word.value.as_deref()?),
                };
                Some(Change::Deletes(word.part, thing?))
            })
            .collect(),
        "git" => {
            let words = invocation.written_arguments(script);
            let folder = cloned(&words).and_then(|folder| match folder.starts_with('/') {
                true => Some(Thing::File(path::from_root(folder))),
                false => relative(folder),
            });
            folder.map(Change::Makes).into_iter().collect()
        }
        "curl" => {
            after(arguments, &["-o", "--output"]).map(|path| Change::Makes(Thing::File(path))).collect()
        }
        "wget" => after(arguments, &["-O", "--output-document"])
            .map(|path| Change::Makes(Thing::File(path)))
            .collect(),
        _ => Vec::new(),
    }
}

/// What lies at a path that begins in the folder of the step, and stays in it.
fn relative(path: &str) -> Option<Thing> {
    let is_inside = !path.starts_with('~')
        && !path.contains(['$', '`', '*', '?', '[', '{'])
        && path.split('/').all(|part| part != "..");
    let clean = path::from_root(path);
    let clean = clean.trim_start_matches('/');
    (is_inside && !clean.is_empty()).then(|| Thing::Relative(clean.to_owned()))
}

fn thing_at(path: &str) -> Thing {
    if path.starts_with("/var/lib/apt/lists") {
        return Thing::Lists;
    }
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

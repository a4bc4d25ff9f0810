//! Whether what a package manager keeps beside what it installs ends up in the layer.

use super::Model;
use super::apt;
use super::cache_mounts::has_docker_clean;
use super::commands::Invocation;
use super::copies::{CopyFrom, CopyStep};
use super::facts::Facts;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::{Action, Cache, Family};
use crate::syntax::mount::Mount;
use crate::syntax::{File, Instruction, Kind};

/// Whether a cache or tmpfs mount of a RUN lies on one of these folders or above it, or only a variable says where it lies.
pub fn has_mount(instruction: &Instruction, folders: &[&str]) -> bool {
    let covers = |target: &str, folder: &&str| {
        let target = target.trim_end_matches('/');
        !target.is_empty() && format!("{folder}/").starts_with(&format!("{target}/"))
    };
    let is_there = |target: &String| folders.iter().any(|folder| covers(target, folder));
    targets(instruction).iter().any(|target| target.contains('$') || is_there(target))
}

/// Whether the target of a cache or tmpfs mount of a RUN has one of these texts in it.
pub fn has_mount_like(instruction: &Instruction, texts: &[&str]) -> bool {
    targets(instruction).iter().any(|target| texts.iter().any(|text| target.contains(text)))
}

fn targets(instruction: &Instruction) -> Vec<String> {
    let mounts = Mount::all(instruction).into_iter();
    let kept_out =
        mounts.filter(|mount| matches!(mount.kind(), "cache" | "tmpfs") || mount.kind().contains('$'));
    kept_out.filter_map(|mount| mount.target().map(str::to_owned)).collect()
}

/// Whether a command of a package manager leaves what it puts into a cache in the layer, as far as its options, the
/// variables, the mounts and what follows in its RUN say. What is not known is not said to stay.
pub fn is_kept(file: &File, model: &Model, item: usize, package: &PackageCommand, cache: &Cache) -> bool {
    const SWITCHES: [&str; 9] = [
        "--no-cache",
        "--no-cache-dir",
        "--no-cache-di",
        "--no-cache-d",
        "--cache",
        "--cache-dir",
        "--cache-folder",
        "--dry-run",
        "--offline",
    ];
    const VARIABLES: [(Family, &str); 2] = [(Family::Pip, "PIP_NO_CACHE_DIR"), (Family::Uv, "UV_NO_CACHE")];
    let Some(instruction) = file.instruction(item) else { return false };
    let Some(facts) = Facts::of(instruction) else { return false };
    let family = package.manager.family;
    let is_apt_lists = family == Family::Apt && cache.path.contains("lists");
    let fills = match package.action {
        Action::Install | Action::Upgrade => !is_apt_lists,
        Action::UpdateLists => is_apt_lists || family != Family::Apt,
        Action::Build => matches!(
            family,
            Family::Go | Family::Cargo | Family::Maven | Family::Gradle | Family::DotNet | Family::Mix
        ),
        Action::Remove | Action::Clean | Action::Other => false,
    };
    let is_apt_archive = family == Family::Apt && !is_apt_lists;
    let is_switched_off = package.has_unknown_options
        || package.has_flag(&facts.script, &SWITCHES)
        || is_apt_archive && has_docker_clean(model, item);
    let off = VARIABLES.iter().filter(|(of, _)| *of == family).map(|(_, name)| *name);
    let is_moved = off
        .chain(cache.variable)
        .any(|name| model.is_set(name, item) || facts.script.text().text().contains(name));
    // Whose home it is does not matter: no two caches have one name.
    let place = cache.path.trim_start_matches('~');
    let top = place.match_indices('/').nth(1).and_then(|(end, _)| place.get(..end));
    let home_top = top.filter(|_| cache.path.starts_with('~'));
    let folders: Vec<&str> = [place].into_iter().chain(home_top).collect();
    let is_mounted = match cache.path.starts_with('~') {
        true => has_mount_like(instruction, &folders) || has_mount(instruction, &[]),
        false => has_mount(instruction, &[place]),
    };
    let is_removed = match is_apt_lists {
        true => {
            apt::removals(facts).any(|command| command > package.command)
                || is_cleaned_by_script(facts, package.command)
        }
        false => is_removed_after(facts, package.command, &folders),
    };
    fills && !is_switched_off && !is_moved && !is_mounted && !is_removed
}

/// Whether a command behind `command` deletes one of these folders or what is in it, has the package manager of `command`
/// clean up, or is a script that may do that.
pub fn is_removed_after(facts: &Facts, command: usize, folders: &[&str]) -> bool {
    let family = facts.package_of(command).map(|package| package.manager.family);
    last_removal(facts, family, folders) > Some(command)
}

/// The last command that deletes one of these folders or what is in it, has a package manager of `family` clean up, or is a
/// script that may do that.
pub fn last_removal(facts: &Facts, family: Option<Family>, folders: &[&str]) -> Option<usize> {
    let cleans =
        |package: &&PackageCommand| package.action == Action::Clean && Some(package.manager.family) == family;
    let cleaning = facts.packages.iter().filter(cleans).map(|package| package.command).max();
    cleaning.max(last_deletion(facts, folders)).max(last_script(facts))
}

/// Whether a program behind `command` is called after cleaning up, such as `clean-layer.sh`: what it deletes is not known.
pub fn is_cleaned_by_script(facts: &Facts, command: usize) -> bool {
    last_script(facts) > Some(command)
}

fn last_script(facts: &Facts) -> Option<usize> {
    let cleans = |invocation: &&Invocation| {
        let mut words = invocation.name.split(['-', '_', '.']);
        words.any(|word| matches!(word, "clean" | "cleanup" | "cleaner"))
    };
    facts.invocations.iter().rev().find(cleans).map(|invocation| invocation.command)
}

/// Whether a command behind `command` deletes one of these folders, what is in it, or all of a folder that it is in.
pub fn is_deleted_after(facts: &Facts, command: usize, folders: &[&str]) -> bool {
    last_deletion(facts, folders) > Some(command)
}

/// The last command that deletes one of these folders, what is in it, or all of a folder that it is in.
pub fn last_deletion(facts: &Facts, folders: &[&str]) -> Option<usize> {
    let script = &facts.script;
    let deletes = |invocation: &&Invocation| {
        let mut words = invocation.arguments(script).iter().map(|word| script.str(word.part));
        matches!(&*invocation.name, "rm" | "find")
            && words.any(|word| folders.iter().any(|folder| word.contains(folder) || holds(word, folder)))
    };
    facts.invocations.iter().rev().find(deletes).map(|invocation| invocation.command)
}

/// Whether a word of a deletion is a folder that `folder` is somewhere in, or all that is in that.
fn holds(word: &str, folder: &str) -> bool {
    let above = word.trim_matches(['"', '\'']).trim_end_matches('*').trim_end_matches('/');
    // `*` leaves out what begins with a dot.
    !folder.contains("/.")
        && above.starts_with('/')
        && folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a COPY or a mount takes a path with one of these texts in it out of the stage, or out of one that is
/// built on it.
pub fn is_taken_from_stage(file: &File, model: &Model, stage: usize, texts: &[&str]) -> bool {
    let is_meant = |path: &str| texts.iter().any(|text| path.contains(text));
    let is_here = |from: &CopyFrom| matches!(from, CopyFrom::Stage(other) if model.has_base(*other, stage));
    let stage_copies = model.stage_copies(file).iter().filter(|(_, other)| model.has_base(*other, stage));
    stage_copies.map(|(index, _)| *index).any(|index| match file.item(index).map(|item| item.kind) {
        Some(Kind::Copy) => CopyStep::of(file, model, index).is_some_and(|copy| {
            let mut sources = copy.sources.iter().filter_map(|source| source.value.as_deref());
            sources.any(is_meant)
        }),
        _ => {
            let mut mounts = model.bind_mounts(file, index).into_iter();
            mounts.any(|(mount, from)| mount.source().is_some_and(is_meant) && is_here(&from))
        }
    })
}

impl Model {
    /// The COPYs and RUNs that take something out of a stage, each with that stage; sorted by the first. They are looked
    /// for once: whoever asks about one stage asks about many.
    pub(crate) fn stage_copies(&self, file: &File) -> &[(usize, usize)] {
        self.stage_copies.get_or_init(|| {
            let mut stage_copies = Vec::new();
            for (index, item) in file.items().iter().enumerate() {
                // Most steps have no flag that could say so.
                if !matches!(item.kind, Kind::Copy | Kind::Run) || item.instruction.ast().flags.is_empty() {
                    continue;
                }
                let from = match item.kind {
                    Kind::Copy => {
                        CopyStep::of(file, self, index).map(|copy| copy.from.clone()).into_iter().collect()
                    }
                    _ => self.bind_mounts(file, index).into_iter().map(|(_, from)| from).collect::<Vec<_>>(),
                };
                stage_copies.extend(from.into_iter().filter_map(|from| match from {
                    CopyFrom::Stage(stage) => Some((index, stage)),
                    _ => None,
                }));
            }
            stage_copies
        })
    }
}

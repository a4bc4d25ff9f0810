//! Cache mounts that the steps of a stage lack, for the rule that finds them and the action that adds them.

use std::cell::OnceCell;

use super::frontend;
use super::prelude::*;
use crate::knowledge::package_managers::cache_folders::cache_folders;
use crate::knowledge::package_managers::projects::offline;
use crate::semantic::brought_folders::{is_brought, is_taken_along};
use crate::semantic::cache_mounts::{KnownFolder, covers, is_meant_for, keeps_usual_folders, usual_folders};
use crate::semantic::cache_readers::{Filled, Reading};
use crate::semantic::cache_settings::moves_cache;
use crate::semantic::caches::{is_taken_from_stage, last_deletion, last_removal};
use crate::semantic::independence::command_reads_nothing;
use crate::semantic::linked_installs::is_installed_by_links;
use crate::semantic::list_updates::run_facts;
use crate::semantic::settled::running_facts;
use crate::semantic::stages::Stage;
use crate::syntax::mount::Mount;
use crate::syntax::shell::RunAs;

/// The commands of a RUN that a mount would spare downloads, and that can have one, each with where the mount would lie.
pub(crate) fn spared<'a>(
    cx: &'a Cx<'a>,
    index: usize,
    facts: &'a Facts,
) -> impl Iterator<Item = (&'a PackageCommand, String)> {
    let downloads = facts.packages.iter().filter(|package| is_download(package));
    let downloads =
        downloads.filter(|package| !package.has_flag(&facts.script, offline(package.manager.family)));
    let mut lacks = Lacks::new(cx, index, facts);
    downloads.filter_map(move |package| {
        let lack = lacks.of(package)?;
        let is_enough = || is_enough_in_steps(cx, index, package.manager.family, &lack.folders);
        let path = lack.folders.first().map(|known| known.path.clone());
        path.filter(|_| *lack.is_enough.get_or_init(is_enough)).map(|path| (package, path))
    })
}

/// The families of tools in a stage that mounts would spare downloads.
pub(crate) fn spared_families(cx: &Cx<'_>, stage: &Stage) -> Vec<Family> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut families = Vec::new();
    for index in stage.from() + 1..stage.items.end {
        let Some(facts) = running_facts(file, model, cx.context, index) else {
            continue;
        };
        for (package, _) in spared(cx, index, &facts) {
            if !families.contains(&package.manager.family) {
                families.push(package.manager.family);
            }
        }
    }
    families
}

/// The edits that give all steps of a stage that run a tool of some families the mounts that they lack, and the file the
/// frontend that knows mounts. `None` where that cannot be said, and where something reads what a tool leaves in the layers.
pub(crate) fn mounts(cx: &Cx<'_>, stage: &Stage, families: &[Family]) -> Option<Vec<Edit>> {
    let (file, model) = (cx.document.file(), cx.document.model());
    if families.contains(&Family::Pnpm) && has_linked_project(cx) {
        return None;
    }
    let is_known = |family: &&Family| !moves_cache(file, model, cx.context, stage.index, **family);
    let families: Vec<Family> = families.iter().filter(is_known).copied().collect();
    if families.is_empty() {
        return None;
    }
    let mut edits = frontend::at_least(cx.document, 2)?;
    for index in stage.from() + 1..stage.items.end {
        let facts = running_facts(file, model, cx.context, index);
        let (Some(item), Some(facts)) = (file.item(index), facts.as_deref()) else {
            continue;
        };
        let mut folders: Vec<KnownFolder> = Vec::new();
        let mut lacks = Lacks::new(cx, index, facts);
        for family in &families {
            let own = facts.packages.iter().filter(|package| package.manager.family == *family);
            let own = own.filter(|package| {
                is_download(package) || package.action == Action::Other || is_read_later(*family)
            });
            let lacking = { own }.find_map(|package| Some(lacks.of(package)?.folders.clone()));
            let lacking = lacking.unwrap_or_default();
            // Two tools can share a folder.
            let is_new = |known: &KnownFolder| folders.iter().all(|other| other.path != known.path);
            let new: Vec<KnownFolder> = lacking.into_iter().filter(is_new).collect();
            folders.extend(new);
        }
        if folders.is_empty() {
            continue;
        }
        if folders.iter().any(|known| is_read_in_layers(cx, stage, known)) {
            return None;
        }
        let mount = |known: &KnownFolder| {
            let sharing = if known.folder.is_locked { ",sharing=locked" } else { "" };
            let owner = known.runner.fields();
            format!(" --mount=type=cache,target={}{sharing}{owner}", known.path)
        };
        let text: String = folders.iter().map(mount).collect();
        let end = item.instruction.place(item.instruction.ast().keyword).end;
        edits.push(Edit::insert(item.start + end, text));
    }
    Some(edits)
}

/// Whether a command may download packages that the project names.
pub(crate) fn is_download(package: &PackageCommand) -> bool {
    let reads_project = package.operands.is_empty() || package.action == Action::Install;
    matches!(package.action, Action::Install | Action::Build)
        && reads_project
        && !runs_script(package)
        && cache_folders(package.manager.family).next().is_some()
}

/// Whether it runs a script of the project, which downloads nothing: `npm run build`.
fn runs_script(package: &PackageCommand) -> bool {
    let runs =
        [Family::Npm, Family::Yarn, Family::Pnpm, Family::Bun, Family::Uv, Family::Poetry, Family::Pdm];
    package.action == Action::Build && runs.contains(&package.manager.family)
}

/// What the commands of a RUN lack. There may be thousands of them, and those of one tool and user lack the same.
struct Lacks<'a> {
    cx: &'a Cx<'a>,
    index: usize,
    facts: &'a Facts,
    known: Vec<(Family, &'a RunAs, Lack)>,
}

/// The folders that the commands of a tool write to and no mount keeps.
struct Lack {
    folders: Vec<KnownFolder>,
    /// The last command that deletes what is in them, or what was installed from there.
    last_removal: Option<usize>,
    /// Whether what a first step leaves in a mount is missed nowhere.
    is_enough: OnceCell<bool>,
}

impl<'a> Lacks<'a> {
    fn new(cx: &'a Cx<'a>, index: usize, facts: &'a Facts) -> Lacks<'a> {
        Lacks { cx, index, facts, known: Vec::new() }
    }

    /// What a command lacks, if it lacks anything.
    fn of(&mut self, package: &'a PackageCommand) -> Option<&Lack> {
        let (family, user) = (package.manager.family, &package.user);
        let is_same = |(other, runner, _): &(Family, &RunAs, Lack)| *other == family && *runner == user;
        let place = self.known.iter().position(is_same).unwrap_or_else(|| {
            self.known.push((family, user, self.lack(family, user)));
            self.known.len() - 1
        });
        let (_, _, lack) = self.known.get(place)?;
        let is_lacking = !lack.folders.is_empty()
            && lack.last_removal <= Some(package.command)
            && keeps_usual_folders(package, self.facts);
        is_lacking.then_some(lack)
    }

    fn lack(&self, family: Family, user: &RunAs) -> Lack {
        let (file, model) = (self.cx.document.file(), self.cx.document.model());
        let mounts = model.mounts(file, self.index);
        let mut folders = usual_folders(file, model, self.index, family, user);
        // One that is meant for the tool and lies elsewhere has a finding of its own; one may lie there already.
        let is_elsewhere =
            mounts.iter().any(|mount| mount.has_unknown_target() || is_meant_for(mount, family));
        // A folder above it, deleted, takes it along; `~` is the home.
        let written = folders.iter().flat_map(|known| [known.path.as_str(), known.folder.path]);
        let above = written
            .clone()
            .filter_map(|path| Some(path.rsplit_once('/')?.0).filter(|above| above.contains("/.")));
        let paths: Vec<&str> = written.chain(above).filter(|path| !path.is_empty()).collect();
        // What it has installed is deleted: all that it is for is the cache in the layer.
        let last_undoing = last_deletion(self.facts, &["node_modules", ".venv"]);
        let last_removal = last_removal(self.facts, Some(family), &paths).max(last_undoing);
        // Where a part of it is kept, what to keep was chosen by hand.
        let is_kept_in_part = mounts.iter().filter_map(Mount::target).any(|target| {
            let below = |known: &KnownFolder| target.strip_prefix(known.path.as_str());
            folders.iter().filter_map(below).any(|rest| rest.starts_with('/'))
        });
        folders.retain(|known| !mounts.iter().any(|mount| covers(mount, &known.path)));
        if is_elsewhere
            || is_kept_in_part
            || folders.iter().any(|known| is_brought(file, model, self.index, &known.path))
            || is_installed_by_links(file, model, self.index, family)
        {
            folders.clear();
        }
        Lack { folders, last_removal, is_enough: OnceCell::new() }
    }
}

/// Whether settings of the build context have pnpm put links to its store into a project.
/// Source: pnpm, "Settings", `enableGlobalVirtualStore`.
fn has_linked_project(cx: &Cx<'_>) -> bool {
    let names_it = |text: String| {
        ["enableGlobalVirtualStore", "enable-global-virtual-store"].iter().any(|name| text.contains(name))
    };
    ["pnpm-workspace.yaml", ".npmrc"].iter().any(|file| cx.context.read(file).is_some_and(names_it))
}

/// Whether what a first step leaves in a mount is missed nowhere.
fn is_enough_in_steps(cx: &Cx<'_>, index: usize, family: Family, folders: &[KnownFolder]) -> bool {
    const HARMLESS: [&str; 22] = [
        "[", "cat", "chmod", "chown", "cp", "date", "du", "file", "find", "install", "ldd", "ln", "ls",
        "mkdir", "mv", "printf", "sed", "strip", "tar", "test", "touch", "upx",
    ];
    if !folders.iter().any(|known| known.folder.is_read_later) {
        return true;
    }
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(stage) = model.stage_at(index) else {
        return false;
    };
    let paths: Vec<&str> = folders.iter().map(|known| known.path.as_str()).collect();
    let is_known = |step: usize| {
        let Some(facts) = run_facts(file, model, step) else {
            return file.item(step).is_some_and(|item| item.kind != Kind::Run);
        };
        let mut lacks = Lacks::new(cx, step, facts);
        (0..facts.script.commands().len()).all(|command| {
            let own = facts.package_of(command).filter(|package| package.manager.family == family);
            if let Some(own) = own {
                return sees(&mut lacks, own, folders);
            }
            let program = facts.invocation_of(command).map(|invocation| &*invocation.name);
            program.is_some_and(|program| HARMLESS.contains(&program))
                || command_reads_nothing(facts, command, "?")
        })
    };
    // What a stage below has downloaded would be hidden by the mount.
    let uses_tool = |step: usize| {
        let facts = run_facts(file, model, step);
        facts.is_some_and(|facts| facts.packages.iter().any(|package| package.manager.family == family))
    };
    let is_below = |other: &Stage| other.index != stage.index && other.items.clone().any(uses_tool);
    !model.may_be_shipped(stage.index)
        && !model.chain(stage.index).any(is_below)
        // A stage that is built on this one reads them as well.
        && !model.is_base(stage.index)
        && !is_taken_from_stage(file, model, stage.index, &paths)
        && !paths.iter().any(|path| is_taken_along(file, model, stage.index, path))
        && (stage.from() + 1..stage.items.end).all(is_known)
}

/// Whether something names a folder of a tool, or works with what is there: in the stage, in one that is built on it or that
/// takes something of it. What a mount keeps is in no layer.
fn is_read_in_layers(cx: &Cx<'_>, stage: &Stage, known: &KnownFolder) -> bool {
    let below_home = known.folder.path.trim_start_matches("~/");
    let folders = [known.path.as_str(), below_home];
    let folders = folders.get(..if below_home.is_empty() { 1 } else { 2 }).unwrap_or_default();
    let family = known.folder.family;
    let filled = Filled { item: stage.from(), family, folders, has_plain_scripts: true };
    // Those that later steps read have been looked at more closely.
    !known.folder.is_read_later && filled.reading(cx.document.file(), cx.document.model()) == Reading::Certain
}

/// Whether later steps read what a tool has downloaded.
pub(crate) fn is_read_later(family: Family) -> bool {
    cache_folders(family).any(|folder| folder.is_read_later)
}

/// Whether a command finds these folders as another step has left them once the mounts are added: it has the mounts, or
/// gets them.
fn sees<'a>(lacks: &mut Lacks<'a>, package: &'a PackageCommand, folders: &[KnownFolder]) -> bool {
    let mounts = lacks.cx.document.model().mounts(lacks.cx.document.file(), lacks.index);
    let has = |path: &str| mounts.iter().any(|mount| covers(mount, path));
    let lacking = lacks.of(package).map(|lack| lack.folders.as_slice()).unwrap_or_default();
    folders.iter().all(|known| lacking.iter().any(|other| other.path == known.path) || has(&known.path))
}

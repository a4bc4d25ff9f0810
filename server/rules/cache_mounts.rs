//! Cache mounts that the steps of a stage lack, for the rule that finds them and the action that adds them.

use super::frontend;
use super::prelude::*;
use crate::knowledge::package_managers::cache_folders::cache_folders;
use crate::knowledge::package_managers::projects::offline;
use crate::semantic::brought_folders::{is_brought, is_taken_along};
use crate::semantic::cache_mounts::{
    KnownFolder, covers, is_installed_by_links, is_meant_for, known_folders,
};
use crate::semantic::cache_readers::{Filled, Reading};
use crate::semantic::cache_settings::moves_cache;
use crate::semantic::caches::{is_deleted_after, is_removed_after, is_taken_from_stage};
use crate::semantic::independence::command_reads_nothing;
use crate::semantic::list_updates::run_facts;
use crate::semantic::settled::settled_facts;
use crate::semantic::stages::Stage;
use crate::syntax::mount::Mount;

/// The commands of a RUN that a mount would spare downloads, and that can have one, each with where the mount would lie.
pub(crate) fn spared<'a>(
    cx: &Cx<'_>,
    index: usize,
    facts: &'a Facts,
) -> impl Iterator<Item = (&'a PackageCommand, String)> {
    let downloads = facts.packages.iter().filter(|package| is_download(package));
    let downloads =
        downloads.filter(|package| !package.has_flag(&facts.script, offline(package.manager.family)));
    downloads.filter_map(move |package| {
        let folders = missing(cx, index, facts, package);
        let path = folders.first()?.path.clone();
        is_enough_in_steps(cx, index, package.manager.family, &folders).then_some((package, path))
    })
}

/// The families of tools in a stage that mounts would spare downloads.
pub(crate) fn spared_families(cx: &Cx<'_>, stage: &Stage) -> Vec<Family> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut families = Vec::new();
    for index in stage.from() + 1..stage.items.end {
        let settled = settled_facts(file, model, cx.context, index);
        let Some(facts) = settled.as_ref().or_else(|| run_facts(file, model, index)) else {
            continue;
        };
        for (package, _) in spared(cx, index, facts) {
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
        let settled = settled_facts(file, model, cx.context, index);
        let facts = settled.as_ref().or_else(|| run_facts(file, model, index));
        let (Some(item), Some(facts)) = (file.item(index), facts) else {
            continue;
        };
        let mut folders: Vec<KnownFolder> = Vec::new();
        for family in &families {
            let own = facts.packages.iter().filter(|package| package.manager.family == *family);
            let own = own.filter(|package| {
                is_download(package) || package.action == Action::Other || is_read_later(*family)
            });
            let lacking = own.map(|package| missing(cx, index, facts, package));
            let lacking = { lacking }.find(|folders| !folders.is_empty()).unwrap_or_default();
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

/// The folders that a command of a RUN writes to and no mount keeps.
fn missing(cx: &Cx<'_>, index: usize, facts: &Facts, package: &PackageCommand) -> Vec<KnownFolder> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(item) = file.item(index) else {
        return Vec::new();
    };
    let mounts = Mount::all(&item.instruction);
    let mut found = known_folders(file, model, index, package, facts);
    // One that is meant for the tool and lies elsewhere has a finding of its own.
    let is_elsewhere = mounts.iter().any(|mount| is_meant_for(mount, package.manager.family));
    // A folder above it, deleted, takes it along; `~` is the home.
    let written = found.iter().flat_map(|known| [known.path.as_str(), known.folder.path]);
    let above = written
        .clone()
        .filter_map(|path| Some(path.rsplit_once('/')?.0).filter(|above| above.contains("/.")));
    let paths: Vec<&str> = written.chain(above).filter(|path| !path.is_empty()).collect();
    // Where a part of it is kept, what to keep was chosen by hand.
    let is_kept_in_part = mounts.iter().any(|mount| {
        let target = mount.target().unwrap_or_default();
        found
            .iter()
            .any(|known| target.strip_prefix(known.path.as_str()).is_some_and(|rest| rest.starts_with('/')))
    });
    // What it has installed is deleted: all that it is for is the cache in the layer.
    let fills_cache_alone = is_deleted_after(facts, package.command, &["node_modules", ".venv"]);
    if is_elsewhere
        || is_kept_in_part
        || fills_cache_alone
        || is_removed_after(facts, package.command, &paths)
    {
        return Vec::new();
    }
    found.retain(|known| !mounts.iter().any(|mount| covers(mount, &known.path)));
    let family = package.manager.family;
    if found.iter().any(|known| is_brought(file, model, index, &known.path))
        || is_installed_by_links(file, model, index, family)
    {
        return Vec::new();
    }
    found
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
        (0..facts.script.commands().len()).all(|command| {
            let own = facts.package_of(command).filter(|package| package.manager.family == family);
            if let Some(own) = own {
                return sees(cx, step, facts, own, folders);
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
fn sees(cx: &Cx<'_>, index: usize, facts: &Facts, package: &PackageCommand, folders: &[KnownFolder]) -> bool {
    let lacking = missing(cx, index, facts, package);
    let mounts = cx.document.file().item(index).map(|item| Mount::all(&item.instruction));
    let has = |path: &str| mounts.iter().flatten().any(|mount| covers(mount, path));
    folders.iter().all(|known| lacking.iter().any(|other| other.path == known.path) || has(&known.path))
}

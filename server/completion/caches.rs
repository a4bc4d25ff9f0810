//! Where package managers keep what a cache mount is for.

use super::Completion;
use super::cursor::Cursor;
use super::path::offered;
use crate::knowledge::images::{self, Manager};
use crate::knowledge::package_managers::{self, PackageManager, projects};
use crate::semantic::facts::Facts;
use crate::syntax::Part;

/// The targets of a cache mount that begin with what is typed.
pub(super) fn complete(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let (file, model) = (cursor.cx.document.file(), cursor.cx.document.model());
    let uses = |index: usize, manager: &PackageManager| {
        let facts = file.instruction(index).and_then(Facts::of);
        facts.is_some_and(|facts| facts.packages.iter().any(|package| package.manager.name == manager.name))
    };
    let image = model.base_image(cursor.index);
    let of_image = image.and_then(|image| image.manager).and_then(Manager::family);
    let is_for = |manager: &PackageManager| {
        image.is_some_and(|image| images::of_projects(manager.family).contains(&image.repository))
    };
    let files = cursor.cx.context.list("").unwrap_or_default();
    let has_lock = |manager: &PackageManager| {
        let locks = projects::project(manager.family).map_or(&[][..], |project| project.locks);
        files.iter().any(|file| locks.contains(&file.as_str()))
    };
    let stage = model.stage_at(cursor.index).map(|stage| stage.items.clone()).unwrap_or_default();
    // What the command runs, then what the rest of the stage runs; what the project is locked with, and what the image is for;
    // what installs on the image. Last, what other distributions have.
    let rank = |manager: &&PackageManager| {
        let is_used = uses(cursor.index, manager);
        let is_of_stage = stage.clone().any(|index| uses(index, manager));
        let is_of_image = of_image == Some(manager.family);
        let is_of_other = of_image.is_some() && manager.family.is_of_distribution();
        (
            !is_used,
            !is_of_stage,
            !has_lock(manager) || !is_for(manager),
            !is_for(manager),
            !is_of_image,
            is_of_other,
        )
    };
    let mounts = model.mounts(file, cursor.index).into_iter();
    let others = mounts.filter(|mount| !mount.part.touches(cursor.joined));
    let mounted: Vec<String> = others
        .filter_map(|mount| mount.value(&["target", "dst", "destination"]).map(str::to_owned))
        .collect();
    let mut managers = package_managers::all().to_vec();
    managers.sort_by_key(rank);
    let caches = managers.into_iter().flat_map(|manager| {
        let folder = |cache: &package_managers::Cache| {
            // Without a user of its own a build runs as root.
            (cache.path.replacen('~', "/root", 1), format!("{} of {}", cache.what, manager.name))
        };
        manager.caches.iter().map(folder)
    });
    let caches = caches.filter(|(folder, _)| !mounted.contains(folder));
    offered(cursor, part, caches.collect())
}

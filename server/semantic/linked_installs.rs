//! Installs that leave links to a cache, and no files of their own.

use super::Model;
use super::cache_mounts::variable;
use super::list_updates::run_facts;
use crate::knowledge::package_managers::Family;
use crate::syntax::File;

/// Whether what a tool installs in a stage, or in one that it is built on, only points to its cache: in a mount it would be
/// missed by later steps and in the image. Source: pnpm 11, "pnpm add", `--global` (each package lies in the global virtual
/// store); uv, "Settings", `link-mode`.
pub fn is_installed_by_links(file: &File, model: &Model, item: usize, family: Family) -> bool {
    let Some(stage) = model.stage_at(item).filter(|_| matches!(family, Family::Pnpm | Family::Uv)) else {
        return false;
    };
    let mut runs = model.chain(stage.index).flat_map(|stage| stage.items.clone());
    runs.any(|item| installs_by_links(file, model, item, family) == Some(true))
}

/// Whether a step has an install of pnpm or uv that only links into the cache; `None` where it is no RUN that can be read.
fn installs_by_links(file: &File, model: &Model, item: usize, family: Family) -> Option<bool> {
    let instruction = file.instruction(item)?;
    let facts = run_facts(file, model, item)?;
    let mut own = facts.packages.iter().filter(|package| package.manager.family == family);
    if family == Family::Pnpm {
        return Some(own.any(|package| package.has_flag(&facts.script, &["-g", "--global"])));
    }
    let mode = variable(model, item, instruction, "UV_LINK_MODE");
    // What is not known may be a link.
    let is_link = mode.is_none_or(|mode| mode.as_deref() == Some("symlink"));
    Some(own.next().is_some() && (is_link || instruction.source().contains("symlink")))
}

//! What the npm of a step can do, as far as its base image and the steps above it tell.
//! Sources: nodejs.org, the table of releases with the npm that each brings; npm's changelog, 5.7.0 (`npm ci`) and 7.0.0 (the
//! lock file); npm Docs, "package-lock.json", "lockfileVersion".

use super::Model;
use super::facts::Facts;
use super::image::Image;
use super::late_installs::ranges_above;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::File;

/// What an npm can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Npm {
    /// Whether it has `npm ci`.
    pub has_ci: bool,
    /// Whether it reads the `packages` of a lock file; one that does not needs the `dependencies` of older ones.
    pub reads_packages: bool,
}

impl Npm {
    /// The npm of the instruction `item`; `None` where it is not known which that is.
    pub fn at(file: &File, model: &Model, item: usize) -> Option<Npm> {
        let steps = ranges_above(model, item).into_iter().flat_map(Iterator::rev);
        let mut installed = steps.filter_map(|step| {
            let facts = Facts::of(file.instruction(step)?)?;
            facts.packages.iter().rev().find_map(|package| installed_npm(package, facts))
        });
        match installed.next() {
            Some(version) => Npm::of_version(version.split('.').next()?.parse().ok()?),
            None => Npm::of_base(model, item),
        }
    }

    fn of_version(major: u32) -> Option<Npm> {
        match major {
            5 => None,
            _ => Some(Npm { has_ci: major > 5, reads_packages: major >= 7 }),
        }
    }

    /// The one that comes with the official image of Node.
    fn of_base(model: &Model, item: usize) -> Option<Npm> {
        let stage = model.root_stage(item)?;
        let known = stage.base_image().filter(|known| known.repository == "node")?;
        let (major, minor) = match stage.likely_image().and_then(Image::version) {
            Some(version) => version,
            None => (known.product?.1.name.parse().ok()?, None),
        };
        // A tag without the second number is the last release of its line.
        let minor = minor.unwrap_or(u32::MAX);
        let has_ci = match major {
            8 => minor >= 12,
            10 => minor >= 3,
            _ => major > 10,
        };
        Some(Npm { has_ci, reads_packages: major >= 15 })
    }
}

/// The version of npm that a command installs for all, as it is written; empty for whichever is the newest.
fn installed_npm<'a>(package: &PackageCommand, facts: &'a Facts) -> Option<&'a str> {
    let script = &facts.script;
    let is_global = package.has_flag(script, &["-g", "--global"]) || package.manager.family == Family::Yarn;
    let words = facts.script.commands().get(package.command).map(|command| &command.words)?;
    let npm = |index: &usize| {
        let name = words.get(*index)?.value.as_deref()?;
        if name == "npm" { Some("") } else { name.strip_prefix("npm@") }
    };
    let is_install = matches!(package.action, Action::Install | Action::Upgrade);
    let is_of_node =
        matches!(package.manager.family, Family::Npm | Family::Pnpm | Family::Yarn | Family::Bun);
    package.operands.iter().find_map(npm).filter(|_| is_install && is_of_node && is_global)
}

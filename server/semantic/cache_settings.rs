//! Files of settings that say where a package manager keeps what it downloads, or that it keeps nothing.
//! Source: pip, "Configuration"; npm-config(7); Yarn, "yarnrc" of both; pnpm, "Settings"; Bun, "bunfig.toml"; uv, "Settings";
//! Poetry, "Configuration"; Composer, "Config"; Maven, "Settings Reference"; NuGet, "nuget.config reference"; conda,
//! ".condarc".

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::package_managers::Family;
use crate::path;
use crate::syntax::File;

/// The files in which a manager looks, and the words that speak of its cache there.
const SETTINGS: [(Family, &[&str], &[&str]); 11] = [
    (Family::Pip, &["pip.conf"], &["cache-dir", "cache_dir"]),
    (Family::Npm, &[".npmrc", "npmrc"], &["cache"]),
    (Family::Yarn, &[".yarnrc", ".yarnrc.yml", ".npmrc"], &["cache", "Cache", "globalFolder"]),
    (
        Family::Pnpm,
        &[".npmrc", "npmrc", "pnpm-workspace.yaml"],
        &["cache-dir", "cacheDir", "store-dir", "storeDir"],
    ),
    (Family::Bun, &["bunfig.toml"], &["cache"]),
    (Family::Uv, &["uv.toml", "pyproject.toml"], &["cache-dir", "no-cache"]),
    (Family::Poetry, &["poetry.toml"], &["cache-dir"]),
    (Family::Composer, &["composer.json"], &["cache-dir", "cache-files-dir"]),
    (Family::Maven, &["settings.xml", ".mvn/maven.config"], &["localRepository", "repo.local"]),
    (Family::DotNet, &["nuget.config", "NuGet.Config", "NuGet.config"], &["globalPackagesFolder"]),
    (Family::Conda, &[".condarc"], &["pkgs_dirs"]),
];

/// Whether a copy from the build context, in a stage or in one that it is built on, brings settings by which a manager keeps
/// what it downloads elsewhere, or not at all.
pub fn moves_cache(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    stage: usize,
    family: Family,
) -> bool {
    let Some((_, names, words)) = SETTINGS.iter().find(|(other, ..)| *other == family) else {
        return false;
    };
    let view = View::new(context);
    let speaks =
        |path: &str| context.read(path).is_some_and(|text| words.iter().any(|word| text.contains(word)));
    let moves = |item: usize| {
        let copy = CopyStep::of(file, model, item).filter(|copy| copy.from == CopyFrom::Context);
        let Some(copy) = copy else { return false };
        let is_renamed = names.iter().any(|name| copy.target().is_some_and(|target| target.ends_with(name)));
        let sources = copy.sources.iter().filter_map(|source| source.value.as_deref());
        let found = sources.filter_map(|source| match view.resolve(source) {
            Sources::Found(paths) => Some(paths),
            _ => None,
        });
        { found }.flatten().any(|path| match context.entry(&path) {
            Lookup::File(_) => (is_renamed || names.contains(&path::name(&path))) && speaks(&path),
            _ => names.iter().any(|name| speaks(&path::join(&path, name))),
        })
    };
    model.chain(stage).flat_map(|stage| stage.items.clone()).any(moves)
}

//! Files of settings that say where a package manager keeps what it downloads, or that it keeps nothing: those that the build
//! context shows to come into a stage, and those that may, as far as the text tells. What cannot be told may have come.
//! Source: pip, "Configuration"; npm-config(7); Yarn, "yarnrc" of both; pnpm, "Settings"; Bun, "bunfig.toml"; uv, "Settings";
//! Poetry, "Configuration"; Composer, "Config"; Maven, "Settings Reference"; NuGet, "nuget.config reference"; conda,
//! ".condarc".

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::facts::Facts;
use super::late_installs::ranges_above;
use super::list_updates::run_facts;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::package_managers::Family;
use crate::path;
use crate::syntax::{File, Kind};

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

/// Whether a step above `item`, or that step itself, may bring a file or folder whose name `is_setting`, or says one of
/// some words in a command.
pub(super) fn may_be_set(
    file: &File,
    model: &Model,
    item: usize,
    is_setting: &dyn Fn(&str) -> bool,
    words: &[&str],
) -> bool {
    let may_bring = |step: usize| {
        let Some(found) = file.item(step) else { return true };
        match found.kind {
            Kind::Copy | Kind::Add => {
                let copy = CopyStep::of(file, model, step);
                copy.is_none_or(|copy| {
                    let is_known = copy.from == CopyFrom::Context && !copy.has_heredocs;
                    let mut sources = copy.sources.iter().map(|source| source.value.as_deref());
                    !is_known
                        || !sources
                            .all(|source| source.is_some_and(|source| is_other_file(source, is_setting)))
                })
            }
            Kind::Run => {
                let source = found.instruction.source();
                words.iter().any(|word| source.contains(word))
                    || !model.bind_mounts(file, step).is_empty()
                    || run_facts(file, model, step).is_none_or(may_bring_files)
            }
            _ => false,
        }
    };
    ranges_above(model, item).into_iter().flatten().chain([item]).any(may_bring)
}

/// Whether a RUN has a command that may bring files from elsewhere, as `git clone` does: one that neither installs nor is
/// known to bring none.
fn may_bring_files(facts: &Facts) -> bool {
    const HARMLESS: [&str; 16] = [
        ":", "addgroup", "adduser", "cd", "chmod", "chown", "echo", "export", "groupadd", "mkdir", "rm",
        "set", "test", "true", "useradd", "usermod",
    ];
    let commands = facts.script.commands().iter().enumerate();
    commands.filter(|(_, command)| !command.words.is_empty()).any(|(index, _)| {
        let program = facts.invocation_of(index);
        let is_harmless = program.is_some_and(|program| HARMLESS.contains(&&*program.name));
        facts.package_of(index).is_none() && !is_harmless
    })
}

/// Whether a source of a copy surely is a file of another name: it has an ending, and no pattern before that.
fn is_other_file(source: &str, is_setting: &dyn Fn(&str) -> bool) -> bool {
    let name = path::name(source);
    let has_ending = name.split('.').next().is_some_and(|stem| !stem.is_empty() && !stem.starts_with('*'));
    let is_hidden_file = name.starts_with('.') && name.len() > 1 && !name.starts_with("..");
    let is_plain = !name.contains(['?', '[', '$']) && !source.contains("://");
    is_plain
        && !is_setting(name)
        && (name.contains('.') && has_ending || is_hidden_file && !name.contains('*'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn may_bring(steps: &str) -> bool {
        let document = Document::new(&format!("FROM a:1\n{steps}\nRUN yarn\n"));
        let (file, model) = (document.file(), document.model());
        let last = file.items().len() - 1;
        may_be_set(file, model, last, &|name| name.starts_with(".yarn"), &["corepack"])
    }

    #[test]
    fn files_that_are_named_bring_no_others() {
        for steps in [
            "COPY package.json yarn.lock ./",
            "COPY package*.json web/.npmrc ./",
            "RUN apk add c && mkdir -p /d",
        ] {
            assert!(!may_bring(steps), "{steps}");
        }
        for steps in [
            "COPY . .",
            "COPY web .",
            "COPY *.json ./",
            "COPY .yarn* ./",
            "COPY .yarnrc.yml package.json ./",
            "COPY $A ./",
            "COPY --from=c package.json ./",
            "COPY <<a.json ./\nE\na.json",
            "ADD https://a/b.tar ./",
            "RUN corepack enable",
            "RUN curl -L https://a/b.tar.gz | tar xz",
            "RUN git clone https://a/b .",
            "RUN --mount=type=bind,target=/d e",
        ] {
            assert!(may_bring(steps), "{steps}");
        }
    }
}

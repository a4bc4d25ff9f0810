//! `fat-base-image`

use std::collections::{BTreeSet, HashSet};

use crate::knowledge::images;
use crate::knowledge::package_uses::{PackageUse, use_of};
use crate::rules::edits::change_tag;
use crate::rules::prelude::*;
use crate::semantic::stages::Stage;

declare_rule! {
    /// ## What it does
    /// Finds a last stage that is built on an image with all that compiles programs, where there is a slim variant with the
    /// same tag.
    ///
    /// ## Why is this bad?
    /// The full variant of an official image brings compilers, headers and version control, hundreds of megabytes that
    /// every machine pulls and that whoever breaks in can use. The slim one has what programs need to run.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22
    /// COPY server.js /srv/
    /// CMD ["node", "/srv/server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22-slim
    /// COPY server.js /srv/
    /// CMD ["node", "/srv/server.js"]
    /// ```
    /// ```dockerfile,good
    /// FROM node:22 AS build
    /// RUN npm ci
    /// FROM node:22-slim
    /// COPY --from=build /srv /srv
    /// ```
    ///
    /// ## Never reported
    /// A development container, by its `devcontainer.json`, by its folder `.devcontainer` or by its base image, and a stage called
    /// after development or tests (`dev`, `test-e2e`) that nothing is built on: people compile there.
    /// A stage that runs what the slim variant is known to lack, such as `make` or `git`, without installing it, or an
    /// installer that nearly always compiles, such as `bundle install`, or that installs headers (`libpq-dev`) or a compiler:
    /// there the way is a stage of its own to build in.
    /// Images whose slim variant is not in Layerwise's tables, those without a tag, and plain distributions: what the slim
    /// one of Debian leaves out are documentation and locales.
    ///
    /// ## Fix safety
    /// Unsafe: a package that is compiled while it is installed may need what the slim variant leaves out.
    pub(crate) static FAT_BASE_IMAGE = {
        id: "fat-base-image", group: Size, severity: Info, since: "0.1.0",
        also: [],
        changes: [Stages],
        check: Steps(is_from_or_run, check),
        fix: Unsafe(fix),
    }
}

/// Programs of full variants that slim ones lack, and those that call them. Source: the Dockerfiles of buildpack-deps, and
/// of the slim variants.
const NEEDS_MORE: [&str; 36] = [
    "autoconf",
    "automake",
    "bundle",
    "bundler",
    "bzip2",
    "c++",
    "cargo",
    "cc",
    "convert",
    "cpan",
    "cpanm",
    "curl",
    "file",
    "g++",
    "gcc",
    "gem",
    "git",
    "gpg",
    "hg",
    "ld",
    "make",
    "mix",
    "node-gyp",
    "patch",
    "pkg-config",
    "python",
    "python3",
    "rebar3",
    "scp",
    "ssh",
    "svn",
    "swift",
    "swiftc",
    "unzip",
    "wget",
    "xz",
];

fn is_from_or_run(instruction: &Instruction) -> bool {
    matches!(instruction.ast().kind, Kind::From | Kind::Run)
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let model = cx.document.model();
    let roots: BTreeSet<usize> = model
        .built_stages()
        .filter(|stage| !model.is_workplace(stage.index))
        .filter_map(|stage| Some(model.root_stage(stage.from())?.index))
        .collect();
    for root in roots.into_iter().filter_map(|root| model.stages().get(root)) {
        check_root(cx, root, steps, out);
    }
}

fn check_root(cx: &Cx<'_>, root: &Stage, steps: &[usize], out: &mut Findings) {
    let (Some(image), Some(part)) = (root.image(), root.base_part) else {
        return;
    };
    let Some((slim, item)) = slim_tag(root).zip(cx.document.file().item(root.from())) else {
        return;
    };
    if needs_more(cx, steps) {
        return;
    }
    let name = shown(image.name());
    let tag = image.tag().unwrap_or_default();
    let message =
        format!("`{name}:{tag}` brings compilers, headers and version control; `{name}:{slim}` does not");
    out.push_at(root.from(), item.instruction.place(part), message);
}

/// The tag of the slim variant of what a stage is built on.
fn slim_tag(stage: &Stage) -> Option<String> {
    let image = stage.image()?;
    let tag = image.tag().filter(|tag| *tag != "latest")?;
    stage.base_image().filter(|known| known.has("git") == Some(true))?;
    let slim = images::slim(image.name(), Some(tag))?;
    // That of a compiler, as `rust`, has all it needs.
    let known = images::describe(image.name(), Some(&slim), false);
    known.is_none_or(|known| known.has("gcc") != Some(true)).then_some(slim)
}

/// Whether a step of the built stage, or of one that it is built on, runs what the slim variant lacks.
fn needs_more(cx: &Cx<'_>, steps: &[usize]) -> bool {
    let model = cx.document.model();
    let in_chain =
        |index: &&usize| model.stage_at(**index).is_some_and(|stage| model.is_shipped(stage.index));
    let mut installed: HashSet<&str> = HashSet::new();
    let items = cx.document.file().items();
    let runs = steps.iter().filter(in_chain).filter_map(|index| items.get(*index));
    for facts in runs.filter_map(|item| Facts::of(&item.instruction)) {
        for package in facts.packages.iter().filter(|package| package.manager.family == Family::Apt) {
            let names = package.operand_values(&facts.script);
            installed.extend(names.map(|name| name.split(['=', ':']).next().unwrap_or_default()));
        }
        // Whoever asks for these compiles, and may need more of them than are named.
        if installed.iter().any(|name| use_of(name) == Some(PackageUse::Building)) {
            return true;
        }
        let is_missing =
            |program: &str| NEEDS_MORE.binary_search(&program).is_ok() && !installed.contains(program);
        if facts.invocations.iter().any(|invocation| is_missing(&invocation.name)) {
            return true;
        }
    }
    false
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let stage = cx.document.model().stage_at(finding.item)?;
        change_tag(cx, stage, slim_tag(stage)?)
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::NoContext;
    use crate::context::shell_check::NoShellCheck;
    use crate::document::Document;
    use crate::semantic::inputs::Inputs;
    use crate::settings::Settings;
    check_rule!(FAT_BASE_IMAGE);

    #[test]
    fn a_development_container_may_compile() {
        let found = |is_for_development: bool| {
            let inputs = Inputs { is_for_development, ..Inputs::default() };
            let document = Document::new("FROM python:3.12\n").with_inputs(inputs.into());
            let settings = Settings::default();
            let cx = Cx {
                document: &document,
                context: &NoContext,
                shell_check: &NoShellCheck,
                settings: &settings,
            };
            crate::rules::run(&cx).iter().filter(|finding| finding.rule.id == FAT_BASE_IMAGE.id).count()
        };
        assert_eq!((found(false), found(true)), (1, 0));
    }

    #[test]
    fn the_last_stage_counts_with_what_it_is_built_on() {
        check(
            "
FROM python:3.12-bookworm AS base
   # ^^^^^^^^^^^^^^^^^^^^ `python:3.12-bookworm` brings compilers, headers and version control; `python:3.12-slim-bookworm` does not
FROM base
RUN pip install -r requirements.txt
",
        );
        check_none("FROM python:3.12 AS base\nFROM base AS other\nFROM scratch\n");
    }

    #[test]
    fn what_has_no_slim_variant_is_left() {
        check_none("FROM golang:1.23\n");
        check_none("FROM node:22-alpine\n");
        check_none("FROM node:22-slim\n");
        check_none("FROM node\n");
        check_none("FROM node:latest\n");
        // Its slim variant lacks documentation and locales, and nothing that weighs.
        check_none("FROM debian:12\n");
        check_none("FROM me/node:22\n");
        check_none("FROM ubuntu:24.04\n");
    }

    #[test]
    fn what_slim_lacks_must_not_be_run() {
        assert!(NEEDS_MORE.is_sorted());
        check_none("FROM node:22\nRUN git clone https://example.com/a\n");
        check_none("FROM ruby:3.3 AS a\nRUN bundle install\nFROM a\n");
        check_none("FROM python:3.12\nRUN cd /a && make\n");
        let finds = |run: &str| {
            crate::fixture::found(&FAT_BASE_IMAGE, &format!("FROM python:3.12\nRUN {run}\n")).len()
        };
        assert_eq!(finds("apt-get update && apt-get install -y curl && curl a"), 1);
        assert_eq!(finds("apt-get update && apt-get install -y build-essential && make"), 0);
        assert_eq!(finds("apt-get update && apt-get install -y libgrpc-dev=1 && pip install grpc"), 0);
        assert_eq!(finds("apt-get update && apt-get install -y curl && make"), 0);
    }

    #[test]
    fn only_a_written_tag_is_changed() {
        check_fix("FROM python:3.12 AS a\nFROM a\n", "FROM python:3.12-slim AS a\nFROM a\n");
        check_no_fix("ARG V=3.12\nFROM python:$V\n");
        check_no_fix("FROM python:3.12@sha256:ab\n");
    }
}

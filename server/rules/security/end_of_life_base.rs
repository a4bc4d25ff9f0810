//! `end-of-life-base`

use crate::knowledge::images::{self, BaseImage, EndedPart};
use crate::rules::edits::change_tag;
use crate::rules::prelude::*;
use crate::semantic::stages::Stage;

declare_rule! {
    /// ## What it does
    /// Finds a base image whose program, or whose distribution, is not supported any more, and official images that were
    /// given up, such as `java`, or `openjdk` but for its early-access builds.
    ///
    /// ## Why is this bad?
    /// Nobody mends the holes that are found in it from now on. Most such images are not rebuilt at all, so that even the
    /// holes stay open that were mended before the end.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:16-alpine
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22-alpine
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12-slim
    /// ```
    ///
    /// ## Which day counts
    /// Layerwise looks neither at the clock nor into the network. The dates of support and the tags are in its own tables,
    /// and an end counts where it lies before the day of these tables, which the message names. Where a distribution has
    /// long-term support for everybody, as Debian has, the end of that counts; support that is sold does not.
    ///
    /// ## Never reported
    /// Images that are not in the tables, and programs whose makers do not say how long they support a release.
    ///
    /// ## Fix safety
    /// Unsafe: the next supported release may build or run your program otherwise. The variant stays; where its
    /// distribution is too old as well, the next supported one is taken. Tags in variables, and images with a digest, are
    /// left to you. Stages of the same tag that exchange files change together; where such a stage has another tag of the image,
    /// or the same release of a distribution, which would change, there is no fix. Nor is there one where a file of the build
    /// context asks for the version (`.ruby-version`, `Gemfile`, `.nvmrc`, `engines`, `requires-python`).
    ///
    /// ## References
    /// <https://endoflife.date>
    pub(crate) static END_OF_LIFE_BASE = {
        id: "end-of-life-base", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Stages],
        check: StageSteps(is_from, check),
        fix: Unsafe(fix),
    }
}

fn is_from(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::From
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps {
        let Some(stage) = cx.document.model().stage_at(*index) else {
            continue;
        };
        let (Some(part), Some(image)) = (stage.base_part, stage.image()) else {
            continue;
        };
        let Some(item) = cx.document.file().item(*index) else {
            continue;
        };
        let (name, today) = (shown(image.text()), images::date());
        let known = stage.base_image();
        let end = known.as_ref().and_then(|known| Some((known, known.ended()?)));
        let message = match end {
            Some((known, end)) => {
                let is_inside = end.part == EndedPart::Distribution && !known.is_distribution();
                let relation = if is_inside { "is built on" } else { "is" };
                let (what, day) = (&end.what, end.day);
                let how = match end.part {
                    EndedPart::Image => "without updates since",
                    EndedPart::Program | EndedPart::Distribution => "which reached end of life on",
                };
                format!("`{name}` {relation} {what}, {how} {day} (data of {today})")
            }
            None if images::is_past(image.name()) => {
                format!("`{name}` is no official image any more, and not built again (data of {today})")
            }
            None => continue,
        };
        out.push_at(*index, item.instruction.place(part), message);
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let stage = cx.document.model().stage_at(finding.item)?;
        let image = stage.image()?;
        let tag = images::supported(image.name(), image.tag())?;
        if is_pinned(cx, stage) {
            return None;
        }
        let (equal, others): (Vec<&Stage>, Vec<&Stage>) =
            partners(cx, stage).into_iter().partition(|other| other.image() == Some(image));
        let mut fix = change_tag(cx, stage, tag.clone())?;
        for other in equal {
            fix.edits.extend(change_tag(cx, other, tag.clone())?.edits);
        }
        (!others.into_iter().any(|other| has_to_fit(stage, other, &tag))).then_some(fix)
    };
    fix().into_iter().collect()
}

/// The stages that begin with an image and exchange files with what is built on this one; each once.
fn partners<'a>(cx: &'a Cx<'_>, stage: &Stage) -> Vec<&'a Stage> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut partners: Vec<&Stage> = Vec::new();
    for (item, from) in model.stage_copies(file) {
        let into = model.stage_at(*item).map_or(*from, |stage| stage.index);
        let partner = match (model.has_base(into, stage.index), model.has_base(*from, stage.index)) {
            (true, false) => *from,
            (false, true) => into,
            _ => continue,
        };
        let root = model.stages().get(partner).and_then(|stage| model.root_stage(stage.from()));
        partners.extend(root.filter(|root| partners.iter().all(|known| known.index != root.index)));
    }
    partners
}

/// Whether what goes from one stage into the other has to fit there: both have the same program, or the same release of a
/// distribution, which the new tag of the first has not.
fn has_to_fit(stage: &Stage, other: &Stage, tag: &str) -> bool {
    let (Some(image), Some(old), Some(other)) = (stage.image(), stage.base_image(), other.base_image())
    else {
        return false;
    };
    let distribution = |image: &BaseImage| {
        let release = image.release.as_ref()?;
        // Distroless images are of a release of Debian.
        let family = if release.family.id == "distroless" { "debian" } else { release.family.id };
        Some((family, release.number.clone()?))
    };
    let own = distribution(old);
    let new = images::describe(image.name(), Some(tag), false).and_then(|new| distribution(&new));
    other.repository == old.repository || own.is_some() && new != own && distribution(other) == own
}

/// Whether a file of the build context says that the project is for the version that the image has.
fn is_pinned(cx: &Cx<'_>, stage: &Stage) -> bool {
    let Some(image) = stage.base_image() else {
        return false;
    };
    let Some((_, cycle)) = image.product else {
        return false;
    };
    let pins = PINS.iter().filter(|(repository, ..)| *repository == image.repository);
    { pins }.any(|(_, file, key)| {
        let text = cx.context.read(file).unwrap_or_default();
        let mut lines = text.lines().map(str::trim_start).filter(|line| line.starts_with(key));
        // From a least version on all later ones will do.
        lines.any(|line| names_version(line, cycle.name) && (!line.contains(">=") || line.contains('<')))
    })
}

/// Files that say which version of an image's program a project is for: the repository of the image, the file, and what the line
/// begins with. Source: the manuals of Bundler, npm, nvm, pyenv and the Python packaging guide.
const PINS: [(&str, &str, &str); 8] = [
    ("node", ".node-version", ""),
    ("node", ".nvmrc", ""),
    ("node", "package.json", "\"node\":"),
    ("python", ".python-version", ""),
    ("python", "pyproject.toml", "python ="),
    ("python", "pyproject.toml", "requires-python"),
    ("ruby", ".ruby-version", ""),
    ("ruby", "Gemfile", "ruby "),
];

/// Whether a version, such as `3.9`, stands in a line, by itself or with a patch behind it.
fn names_version(line: &str, version: &str) -> bool {
    let is_part = |char: char| char.is_ascii_digit() || char == '.';
    line.match_indices(version).any(|(start, _)| {
        let before = line.get(..start).unwrap_or_default();
        let after = line.get(start + version.len()..).unwrap_or_default();
        !before.ends_with(is_part) && !after.starts_with(|char: char| char.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(END_OF_LIFE_BASE);

    #[test]
    fn the_program_and_the_distribution_count() {
        let today = images::date();
        check(&format!(
            "
FROM node:16 AS build
   # ^^^^^^^ `node:16` is Node.js 16, which reached end of life on 2023-09-11 (data of {today})
FROM --platform=linux/amd64 docker.io/library/debian:10-slim
                          # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `docker.io/library/debian:10-slim` is Debian 10, which reached end of life on 2024-06-30 (data of {today})
FROM python:3.11-buster@sha256:ab
   # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `python:3.11-buster@sha256:ab` is built on Debian 10, which reached end of life on 2024-06-30 (data of {today})
FROM rust:1.45
   # ^^^^^^^^^ `rust:1.45` is built on Debian 10, which reached end of life on 2024-06-30 (data of {today})
"
        ));
    }

    #[test]
    fn images_that_were_given_up_are_found() {
        let today = images::date();
        check(&format!(
            "
FROM openjdk:17-slim
   # ^^^^^^^^^^^^^^^ `openjdk:17-slim` is a deprecated image, without updates since 2022-07-31 (data of {today})
FROM docker.io/openjdk
   # ^^^^^^^^^^^^^^^^^ `docker.io/openjdk` is a deprecated image, without updates since 2022-07-31 (data of {today})
FROM java:8
   # ^^^^^^ `java:8` is no official image any more, and not built again (data of {today})
"
        ));
        // Later versions were built only until they were released: Temurin's first day of each.
        check(&format!(
            "
FROM openjdk:24-jdk
   # ^^^^^^^^^^^^^^ `openjdk:24-jdk` is a deprecated image, without updates since 2025-03-20 (data of {today})
FROM openjdk:18-jdk
   # ^^^^^^^^^^^^^^ `openjdk:18-jdk` is a deprecated image, without updates since 2022-07-31 (data of {today})
"
        ));
        check_none("FROM openjdk:99-jdk\n");
        check_none("FROM openjdk:26-ea-jdk-slim\nFROM me/java:8\nFROM openjdk@sha256:ab\n");
        check_none("ARG V\nFROM openjdk:$V\nFROM openjdk:$V-jdk\n");
        check_no_fix("FROM openjdk:17-slim\n");
    }

    #[test]
    fn an_old_repository_ends_with_its_program() {
        let today = images::date();
        check(&format!(
            "
FROM mcr.microsoft.com/dotnet/core/sdk:3.0 AS build
   # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `mcr.microsoft.com/dotnet/core/sdk:3.0` is Microsoft .NET 3.0, which reached end of life on 2020-03-03 (data of {today})
FROM mcr.microsoft.com/dotnet/core/aspnet:3.1
   # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `mcr.microsoft.com/dotnet/core/aspnet:3.1` is Microsoft .NET 3.1, which reached end of life on 2022-12-13 (data of {today})
"
        ));
        check_none("FROM mcr.microsoft.com/dotnet/core/samples:aspnetapp\n");
        // What is supported is in another repository.
        check_no_fix("FROM mcr.microsoft.com/dotnet/core/aspnet:3.1\n");
    }

    #[test]
    fn what_is_supported_or_not_known_is_left() {
        check_none(
            "FROM node:22\nFROM debian:12\nFROM node\nFROM me/node:16\nFROM scratch\nFROM node@sha256:ab\n",
        );
        check_none("ARG V\nFROM node:$V\nFROM node:${V}-buster-slim\nFROM rust:1.75\n");
    }

    #[test]
    fn a_default_counts_and_is_not_changed() {
        check_no_fix("ARG V=16\nFROM node:$V\n");
        check_no_fix("FROM node:16@sha256:ab\n");
        check_no_fix("FROM centos:7\n");
    }

    #[test]
    fn what_goes_together_is_left() {
        check_no_fix("FROM python:3.9 AS a\nFROM python:3.9-slim\nCOPY --from=a /venv /venv\n");
        check_fix(
            "FROM node:20-alpine AS a\nFROM node:20-alpine\nCOPY --from=a /app /app\n",
            "FROM node:22-alpine AS a\nFROM node:22-alpine\nCOPY --from=a /app /app\n",
        );
        check_no_fix(
            "FROM golang:1.21-bullseye AS a\nFROM gcr.io/distroless/cc-debian11\nCOPY --from=a /b /b\n",
        );
        check_fix(
            "FROM node:16-bookworm AS a\nFROM nginx:1.29\nCOPY --from=a /dist /b\n",
            "FROM node:22-bookworm AS a\nFROM nginx:1.29\nCOPY --from=a /dist /b\n",
        );
    }

    #[test]
    fn what_the_project_asks_for_is_left() {
        for (file, text, from) in [
            (".ruby-version", "2.5.6", "ruby:2.5.6-alpine"),
            ("Gemfile", "gem 'a'\nruby '2.5.6'", "ruby:2.5"),
            ("package.json", "{ \"engines\": {\n  \"node\": \">=16 <=16.20.2\"\n} }", "node:16"),
            ("pyproject.toml", "[project]\nrequires-python = \"<3.10,>=3.9\"", "python:3.9"),
        ] {
            check_no_fix(&format!("#- {file}\n{text}\n#- Dockerfile\nFROM {from}\nCOPY . .\n"));
        }
        check_fix(
            "#- package.json\n{ \"engines\": {\n  \"node\": \">=16\"\n} }\n#- Dockerfile\nFROM node:16\nCOPY . .\n",
            "FROM node:22\nCOPY . .\n",
        );
    }

    #[test]
    fn the_variant_stays() {
        check_fix("FROM debian:buster-slim AS a\n", "FROM debian:bookworm-slim AS a\n");
        check_fix("FROM python:3.11-slim-buster\n", "FROM python:3.11-slim-bookworm\n");
        check_fix(
            "FROM public.ecr.aws/docker/library/alpine:3.12.1\n",
            "FROM public.ecr.aws/docker/library/alpine:3.22\n",
        );
        check_fix("FROM mcr.microsoft.com/dotnet/sdk:6.0\n", "FROM mcr.microsoft.com/dotnet/sdk:10.0\n");
    }
}

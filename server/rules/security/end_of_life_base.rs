//! `end-of-life-base`

use crate::knowledge::images::{self, EndedPart};
use crate::rules::edits::change_tag;
use crate::rules::prelude::*;

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
    /// left to you.
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
        change_tag(cx, stage, tag)
    };
    fix().into_iter().collect()
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

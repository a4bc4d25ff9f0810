//! Images, their tags and platforms: the likeliest first.

use super::*;

/// The first names, or tags, that begin as what is typed.
fn first(fixture: &str, count: usize) -> String {
    let (text, found) = completions(fixture);
    let offset = fixture.lines().last().unwrap().find("$0").unwrap();
    let start = text.rfind('\n').map_or(0, |end| end + 1);
    let begins = |completion: &&Completion| {
        let typed = &text[completion.edit.span.start..start + offset];
        completion.label.starts_with(typed)
    };
    let labels: Vec<&str> =
        found.iter().filter(begins).map(|found| found.label.as_str()).take(count).collect();
    labels.join(" ")
}

#[test]
fn the_usual_image_of_a_letter_comes_first() {
    assert_eq!(first("FROM p$0", 4), "python php postgres perl");
    assert_eq!(first("FROM r$0", 3), "rust ruby redis");
    assert_eq!(first("FROM d$0", 1), "debian");
    assert_ne!(first("FROM o$0", 1), "openjdk");
    assert!(labels("FROM o$0").contains("openjdk"));
    assert_eq!(first("FROM docker.io/library/py$0", 1), "python");
    check_labels("FROM docker.io/library/al$0:1", &labels("FROM docker.io/library/al$0"));
}

#[test]
fn the_image_for_the_project_comes_before_the_usual_ones() {
    let of = |file: &str| first(&format!("#- {file}\n#- Dockerfile\nFROM $0"), 2);
    assert_eq!(of("package.json"), "node alpine");
    assert_eq!(of("go.mod"), "golang alpine");
    assert_eq!(of("pom.xml"), "maven eclipse-temurin");
    assert_eq!(of("requirements.txt"), "python alpine");
    assert_eq!(of("README.md"), "alpine debian");
    assert_eq!(first("#- go.mod\n#- Dockerfile\nFROM g$0", 1), "golang");
}

#[test]
fn tags_have_codenames_and_the_newest_version() {
    assert_eq!(first("FROM debian:$0", 5), "13 13-slim trixie trixie-slim 12");
    assert_eq!(first("FROM debian:b$0", 2), "bookworm bookworm-slim");
    assert_eq!(first("FROM ubuntu:n$0", 1), "noble");
    assert!(first("FROM node:lts$0", 9).starts_with("lts lts-slim lts-alpine"));
    assert_eq!(first("FROM rust:1$0", 3), "1.98 1.98-slim 1.98-alpine");
    assert!(labels("FROM rust:1$0").split(' ').any(|tag| tag == "1"));
    assert_eq!(first("FROM maven:3$0", 2), "3.9 3.9-eclipse-temurin");
    assert_eq!(first("FROM httpd:2$0", 2), "2.4 2.4-alpine");
    let tags = labels("FROM alpine:$0");
    assert!(tags.contains(" edge latest 3.20 "), "{tags}");
}

#[test]
fn what_compiles_for_other_platforms_runs_where_it_is_built() {
    assert_eq!(first("FROM --platform=$0", 2), "$BUILDPLATFORM linux/amd64");
    assert!(labels("FROM --platform=$$0").starts_with("BUILDPLATFORM TARGETARCH"));
    assert!(labels("FROM a\nARG $0").starts_with("TARGETARCH TARGETOS TARGETPLATFORM BUILDPLATFORM"));
    assert!(labels("ARG V=1\nFROM a:$$0").starts_with("V TARGETARCH"));
}

#[test]
fn of_tags_that_differ_in_a_number_the_newest_comes_first() {
    let found = labels("FROM maven:3.9-eclipse-temurin$0");
    let places: Vec<Option<usize>> = [25, 21, 17, 11, 8]
        .iter()
        .map(|java| found.split(' ').position(|tag| tag == format!("3.9-eclipse-temurin-{java}")))
        .collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}: {found}");
}

#[test]
fn images_of_other_registries_have_names_and_tags() {
    let names = labels("FROM gcr.io/distroless/$0");
    assert!(names.contains("gcr.io/distroless/static-debian13") && !names.contains('*'), "{names}");
    assert!(labels("FROM mcr.microsoft.com/$0").contains("mcr.microsoft.com/windows/servercore"));
    assert_eq!(labels("FROM gcr.io/distroless/cc-debian12:$0"), "nonroot debug debug-nonroot");
    assert_eq!(labels("FROM mcr.microsoft.com/windows/nanoserver:$0"), "ltsc2025 ltsc2022");
    assert!(labels("FROM oven/bun:$0").starts_with("1 1-slim 1-alpine "));
    assert!(labels("FROM denoland/deno:$0").starts_with("alpine debian "));
    assert!(labels("FROM archlinux:$0").starts_with("base base-devel "));
    assert!(labels("FROM traefik:$0").starts_with("3.7 "));
    assert!(labels("FROM traefik:v$0").contains("v3.7"));
}

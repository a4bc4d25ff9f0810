use super::table::{pairs, table};
use super::version::Version;
use super::*;

fn image(reference: &str) -> BaseImage {
    let (name, tag) = reference.split_once(':').map_or((reference, None), |(name, tag)| (name, Some(tag)));
    describe(name, tag, false).expect(reference)
}

/// Distribution and release of an image, as one text.
fn release(reference: &str) -> String {
    let Some(release) = image(reference).release else {
        return String::new();
    };
    format!("{} {}", release.family.id, release.number.unwrap_or_default()).trim_end().to_owned()
}

fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    text.len() == 10
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        && number(8..10).is_some_and(|day| (1..=31).contains(&day))
}

#[test]
fn the_tables_are_well_formed() {
    assert!(is_day(date()));
    for names in [&table().official, &table().past] {
        assert!(names.is_sorted_by(|left, right| left < right));
    }
    for repository in table().repositories.values() {
        let name = repository.name;
        for cycle in &repository.cycles {
            assert!(Version::new(cycle.name).is_some(), "{name} {cycle:?}");
            for day in [cycle.first, cycle.last, cycle.last_long].into_iter().flatten() {
                assert!(is_day(day), "{name} {cycle:?}");
            }
        }
        let mut suffixes = std::collections::HashSet::new();
        for (suffix, runs) in &repository.suffixes {
            assert!(suffixes.insert(suffix), "{name}: {suffix} twice");
            assert_eq!(runs.split(' ').count() % 2, 0, "{name} {suffix}");
            let versions: Vec<Version> =
                pairs(runs).filter_map(|(version, _)| Version::new(version)).collect();
            assert_eq!(versions.len(), pairs(runs).count(), "{name} {suffix}");
            assert!(versions.is_sorted_by(|left, right| left.compare(right).is_le()), "{name} {suffix}");
            for (_, base) in pairs(runs).filter(|(_, base)| !matches!(*base, "-" | "+" | "?")) {
                let release = tag::release(base.split('+').next().unwrap_or_default());
                assert!(release.is_some(), "{name} {suffix}: {base}");
            }
        }
        for (alias, version) in &repository.names {
            assert!(Version::new(version).is_some(), "{name}: {alias}");
        }
    }
}

/// Literals read in the Dockerfiles, the lists of tags and the pages of dates themselves.
#[test]
fn images_are_built_on_what_their_dockerfiles_say() {
    for (reference, expected) in [
        ("node:22", "debian 12"),
        ("node:22.11.0-slim", "debian 12"),
        ("node:16", "debian 10"),
        ("node:14.17.0-buster", "debian 10"),
        ("node:20-alpine3.20", "alpine 3.20"),
        ("node:lts-jod", ""),
        ("python:3.11.2", "debian 11"),
        ("python:3.11.4-slim", "debian 12"),
        ("python:3.14", "debian 13"),
        ("golang:1.22", "debian 12"),
        ("golang:1.20-alpine", "alpine 3.19"),
        ("rust:1.70", "debian 11"),
        ("ruby:3.2.0-slim", "debian 11"),
        ("php:8.1.0-fpm", "debian 11"),
        ("nginx:1.25.1", "debian 12"),
        ("postgres:14.2", "debian 11"),
        ("mysql:8.0.28", "debian 10"),
        ("mysql:8.0.36", "oraclelinux 8"),
        ("eclipse-temurin:17-jdk-jammy", "ubuntu 22.04"),
        ("amazoncorretto:17.0.6", "amazonlinux 2"),
        ("swift:5.9", "ubuntu 22.04"),
        ("debian:bookworm-20240110-slim", "debian 12"),
        ("ubuntu:jammy", "ubuntu 22.04"),
        ("ubuntu", "ubuntu 26.04"),
        ("alpine:3.19.1", "alpine 3.19"),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", "debian 12"),
        ("mcr.microsoft.com/dotnet/sdk:6.0-alpine3.18", "alpine 3.18"),
        ("mcr.microsoft.com/dotnet/runtime:8.0-jammy-chiseled", "ubuntu 22.04"),
        ("nvidia/cuda:12.4.1-devel-ubuntu22.04", "ubuntu 22.04"),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", "rhel 9"),
        ("gcr.io/distroless/static-debian12:nonroot", "distroless 12"),
        ("python:3.12-windowsservercore-ltsc2022", "windows"),
        ("scratch", "scratch"),
    ] {
        assert_eq!(release(reference), expected, "{reference}");
    }
}

#[test]
fn a_tag_that_is_not_known_says_what_all_tags_have() {
    assert_eq!(release("node:*-alpine"), "alpine");
    assert_eq!(release("node:*-slim"), "debian");
    assert_eq!(release("node:22-*"), "");
    assert_eq!(image("node:22-*").product.map(|(_, cycle)| cycle.name), Some("22"));
    assert_eq!(release("node:*"), "");
    assert_eq!(image("node:*").sets("NODE_VERSION"), Some(true));
    assert_eq!(image("node:*").user, Some("root"));
    // Newer than the data: no release, and what all releases have in common.
    assert_eq!((release("node:99").as_str(), release("mysql:99").as_str()), ("debian", ""));
    let by_digest = describe("golang", None, true).expect("golang");
    assert_eq!((by_digest.release.clone(), by_digest.workdir), (None, None));
    assert_eq!(by_digest.sets("GOPATH"), Some(true));
    assert!(describe("me/node", Some("22"), false).is_none());
}

#[test]
fn images_hold_what_their_dockerfiles_say() {
    let debian = image("debian:12");
    assert_eq!((debian.shell, debian.manager), (Some(BinSh::Dash), Some(Manager::Apt)));
    assert_eq!((debian.libc, debian.glibc), (Some(Libc::Glibc), Some("2.36")));
    assert_eq!((debian.has("curl"), debian.has("jq"), debian.sets("LANG")), (Some(false), None, Some(false)));
    let alpine = image("alpine:3.20");
    assert_eq!((alpine.shell, alpine.has_bash), (Some(BinSh::Ash), Some(false)));
    assert_eq!((alpine.libc, alpine.userland), (Some(Libc::Musl), Some(Userland::BusyBox)));
    assert_eq!(image("bash:5.2").has_bash, Some(true));
    assert_eq!(image("maven:3.9-eclipse-temurin-21-alpine").has_bash, None);
    let golang = image("golang:1.22");
    assert_eq!(golang.workdir, Some("/go"));
    assert!(golang.environment.contains(&("GOPATH", Some("/go"))));
    assert_eq!((golang.has("git"), image("golang:1.22-alpine").has("git")), (Some(true), Some(false)));
    let node = image("node:22");
    assert_eq!(node.users, [User { name: "node", id: "1000", group: "1000" }]);
    assert_eq!((node.user, node.workdir, node.command), (Some("root"), Some("/"), Some("[ \"node\" ]")));
    assert_eq!((node.has("git"), image("node:22-slim").has("git")), (Some(true), None));
    assert_eq!(image("nginx:1.27").stop_signal, Some("SIGQUIT"));
    assert_eq!(image("redis:7").workdir, Some("/data"));
    assert_eq!(image("rust:1.80").sets("CARGO_HOME"), Some(true));
    assert_eq!(image("python:3.12").sets("NODE_VERSION"), None);
    assert_eq!(image("archlinux").sets("LANG"), Some(true));
    assert_eq!(image("postgres:16-alpine").users.first().map(|user| user.id), Some("70"));
    assert_eq!(image("ubuntu:24.04").users.len(), 1);
    assert_eq!(image("ubuntu:22.04").users.len(), 0);
    let chiseled = image("mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled");
    assert_eq!((chiseled.shell, chiseled.user), (Some(BinSh::None), Some("1654")));
    assert_eq!(image("gcr.io/distroless/base-debian12:nonroot").user, Some("65532"));
    assert_eq!(image("cgr.dev/chainguard/python:latest-dev").manager, Some(Manager::Apk));
    assert_eq!(image("cgr.dev/chainguard/python").manager, None);
    assert_eq!(image("scratch").has("curl"), Some(false));
}

#[test]
fn the_end_of_life_is_that_of_the_program_or_of_the_distribution() {
    let ended = |reference: &str| image(reference).ended().map(|end| format!("{} {}", end.what, end.day));
    assert_eq!(ended("node:16").as_deref(), Some("Node.js 16 2023-09-11"));
    assert_eq!(ended("node:22"), None);
    assert_eq!(ended("python:2").as_deref(), Some("Python 2.7 2020-01-01"));
    assert_eq!(ended("python:3"), None);
    assert_eq!(ended("python:3.11-buster").as_deref(), Some("Debian 10 2024-06-30"));
    assert_eq!(ended("debian:10-slim").as_deref(), Some("Debian 10 2024-06-30"));
    assert_eq!(ended("debian:12"), None);
    assert_eq!(ended("ubuntu:18.04").as_deref(), Some("Ubuntu 18.04 2023-05-31"));
    assert_eq!(ended("alpine:3.12").as_deref(), Some("Alpine Linux 3.12 2022-05-01"));
    assert_eq!(ended("centos:7").as_deref(), Some("CentOS 7 2024-06-30"));
    assert_eq!(ended("mcr.microsoft.com/dotnet/sdk:6.0").as_deref(), Some("Microsoft .NET 6 2024-11-12"));
}

#[test]
fn siblings_are_tags_that_are_there() {
    assert_eq!(slim("node", Some("22")).as_deref(), Some("22-slim"));
    assert_eq!(slim("node", Some("22-bookworm")).as_deref(), Some("22-bookworm-slim"));
    assert_eq!(slim("python", Some("3.12-bookworm")).as_deref(), Some("3.12-slim-bookworm"));
    assert_eq!(slim("debian", Some("bookworm")).as_deref(), Some("bookworm-slim"));
    assert_eq!(slim("python", None).as_deref(), Some("slim"));
    assert_eq!(slim("golang", Some("1.22")), None);
    assert_eq!(slim("node", Some("22-slim")), None);
    assert_eq!(slim("node", Some("22-alpine")), None);
    assert_eq!(supported("node", Some("16-alpine")).as_deref(), Some("22-alpine"));
    assert_eq!(supported("debian", Some("buster-slim")).as_deref(), Some("bookworm-slim"));
    assert_eq!(supported("debian", Some("10")).as_deref(), Some("12"));
    assert_eq!(supported("ubuntu", Some("18.04")).as_deref(), Some("22.04"));
    assert_eq!(supported("alpine", Some("3.12.1")).as_deref(), Some("3.22"));
    assert_eq!(supported("python", Some("3.11-buster")).as_deref(), Some("3.11-bookworm"));
    assert_eq!(supported("node", Some("12-stretch")).as_deref(), Some("22-bookworm"));
    assert_eq!(supported("centos", Some("7")), None);
}

#[test]
fn the_newest_tags_are_offered_first_and_old_ones_last() {
    let offers = tags("node");
    let place = |tag: &str| offers.iter().position(|offer| offer.tag == tag);
    assert!(place("26") < place("24") && place("24-slim") < place("lts-krypton").or(place("16")));
    assert_eq!(
        offers.iter().find(|offer| offer.tag == "16").and_then(|offer| offer.ended),
        Some("2023-09-11")
    );
    assert!(names().any(|(name, title)| name == "node" && title == Some("Node.js")));
    assert!(names().any(|(name, _)| name == "adminer"));
}

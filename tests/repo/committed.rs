//! What must hold for every committed file: its length, and that it tells nothing of the machine it was written on.

use std::env;

use ignore::WalkBuilder;

use crate::sources::sources;
use crate::{assert_none, root};

/// The most lines of a source file without its tests, and with them.
const MOST_LINES: (usize, usize) = (300, 600);

/// Every text file that is or would be committed: its path from the root, and its text.
fn files() -> Vec<(String, String)> {
    let is_wanted = |entry: &ignore::DirEntry| entry.file_name() != ".git";
    let walk = WalkBuilder::new(root())
        .hidden(false)
        .parents(false)
        .require_git(false)
        .filter_entry(is_wanted)
        .build();
    let files: Vec<(String, String)> = walk
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| {
            let text = std::fs::read_to_string(entry.path()).ok()?;
            let path = entry.path().strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            Some((path, text))
        })
        .collect();
    assert!(files.iter().any(|(path, _)| path == "Cargo.lock"));
    files
}

/// Every line that `is_wrong` rejects, with where it stands. This file, which must spell what it looks for, is
/// left out.
fn wrong_lines(is_wrong: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, text) in files().iter().filter(|(path, _)| path != "tests/repo/committed.rs") {
        let lines = text.lines().enumerate().filter(|(_, line)| is_wrong(path, line));
        problems.extend(lines.map(|(index, line)| format!("{path}:{}: {}", index + 1, line.trim())));
    }
    problems
}

/// What the repository holds at its top. The output of a tool that was run here is none of it.
const TOP_LEVEL: [&str; 19] = [
    ".ci",
    ".clippy.toml",
    ".github",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "THIRD-PARTY.md",
    "action.yml",
    "editors",
    "queries",
    "rustfmt.toml",
    "server",
    "tests",
];

#[test]
fn nothing_stands_at_the_top_that_does_not_belong_there() {
    let mut unknown: Vec<String> = files()
        .into_iter()
        .map(|(path, _)| path.split('/').next().unwrap_or_default().to_owned())
        .filter(|top| !TOP_LEVEL.contains(&top.as_str()))
        .collect();
    unknown.dedup();
    assert_none(&unknown);
}

#[test]
fn no_source_file_is_too_long() {
    let mut problems = Vec::new();
    for source in sources("server").iter().chain(&sources("tests")) {
        let (product, all) = (source.product().len(), source.text.lines().count());
        let in_tests = source.path.starts_with("tests/");
        if (product > MOST_LINES.0 && !in_tests) || all > MOST_LINES.1 {
            problems.push(format!("{}: {product} lines, {all} with its tests", source.path));
        }
    }
    assert_none(&problems);
}

#[test]
fn no_file_names_a_folder_of_this_machine() {
    let own = root().to_string_lossy().into_owned();
    let home = env::var("HOME").unwrap_or_default();
    // Short ones, and those that Dockerfiles use, stand in fixtures by right.
    let is_telling = |folder: &str| {
        folder.matches('/').count() >= 3
            && !["/usr/", "/opt/", "/home/node/"].iter().any(|usual| folder.starts_with(usual))
    };
    let cargo = format!("{home}/.cargo");
    let folders =
        [own.as_str(), cargo.as_str()].into_iter().filter(|folder| is_telling(folder)).collect::<Vec<_>>();
    assert_none(&wrong_lines(|_, line| {
        folders.iter().any(|folder| line.contains(folder))
            || ["/Users/", "C:\\Users\\", "/home/runner/", "file:///home/"]
                .iter()
                .any(|start| line.contains(start))
    }));
}

#[test]
fn packages_come_from_the_public_registries_by_their_names() {
    assert_none(&wrong_lines(|path, line| {
        let line = line.trim();
        if path.ends_with("Cargo.lock") {
            return line.starts_with("source = ")
                && line != "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        }
        if path.ends_with("package-lock.json") {
            return line.starts_with("\"resolved\"");
        }
        false
    }));
    let configured = [".cargo/config.toml", ".cargo/config", ".npmrc", "pip.conf", ".yarnrc"];
    let files = files().into_iter().map(|(path, _)| path);
    let found: Vec<String> =
        files.filter(|path| configured.iter().any(|name| path.ends_with(name))).collect();
    assert_none(&found);
}

#[test]
fn no_address_of_a_private_host_is_committed() {
    assert_none(&wrong_lines(|_, line| {
        line.split("://").skip(1).any(|rest| {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || ".-_@:".contains(c)))
                .unwrap_or(rest.len());
            let authority = &rest[..end];
            let host =
                authority.rsplit('@').next().unwrap_or(authority).split(':').next().unwrap_or_default();
            let private =
                ["10.", "172.16.", "172.17.", "192.168."].iter().any(|start| host.starts_with(start));
            private || [".internal", ".intranet", ".lan", ".corp"].iter().any(|end| host.ends_with(end))
        })
    }));
}

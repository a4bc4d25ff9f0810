//! Every rule is a file that is registered, documented and tested; the page of all rules is current.

use std::collections::BTreeSet;
use std::{env, fs};

use layerwise::rules::{ALL, Rule, hadolint_page, page};
use layerwise::settings::{GROUPS, group_name};

use crate::sources::{Source, sources};
use crate::{assert_none, root};

/// The files that hold one rule each: those in a folder of a group.
fn rule_files() -> Vec<Source> {
    let groups = GROUPS.map(group_name);
    let files = sources("server/rules").into_iter();
    files
        .filter(|source| match source.path.split('/').collect::<Vec<_>>()[..] {
            ["server", "rules", group, file] => groups.contains(&group) && file != "mod.rs",
            _ => false,
        })
        .collect()
}

#[test]
fn every_rule_file_is_registered_and_every_rule_has_its_file() {
    let files: BTreeSet<String> = rule_files().into_iter().map(|source| source.path).collect();
    let rules: BTreeSet<String> = ALL
        .iter()
        .map(|rule| format!("server/rules/{}/{}.rs", group_name(rule.group), rule.id.replace('-', "_")))
        .collect();
    let files_only = files.difference(&rules).map(|path| format!("{path} is not in rules::ALL"));
    let rules_only = rules.difference(&files).map(|path| format!("{path} is missing"));
    assert_none(&files_only.chain(rules_only).collect::<Vec<_>>());
    assert!(!files.is_empty());
}

#[test]
fn the_rules_are_sorted_by_their_ids() {
    assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
}

/// Whether a rule only says why nothing of it is ever reported: it has nothing to show and nothing to test.
fn is_never_reported(rule: &Rule) -> bool {
    rule.docs.contains("## Never reported\n")
}

/// That the examples are what they are called, the library's own tests see.
#[test]
fn every_rule_is_documented_with_a_bad_and_a_good_example() {
    const PARTS: [&[&str]; 4] = [
        &["## What it does\n"],
        &["## Why is this bad?\n"],
        &["## Example\n```dockerfile,bad\n", "## Example\n```dockerignore,bad\n"],
        &[
            "```dockerfile,good\n",
            "```dockerfile,fixed\n",
            "```dockerignore,good\n",
            "```dockerignore,fixed\n",
        ],
    ];
    let mut problems = Vec::new();
    for rule in ALL.iter().filter(|rule| !is_never_reported(rule)) {
        let docs: String = rule.docs.lines().map(|line| line.trim().to_owned() + "\n").collect();
        let missing = PARTS.iter().filter(|part| !part.iter().any(|words| docs.contains(words)));
        problems.extend(missing.map(|part| format!("{} lacks {part:?} in its docs", rule.id)));
    }
    assert_none(&problems);
}

#[test]
fn every_rule_file_has_tests_of_its_own() {
    let silent: Vec<String> = ALL
        .iter()
        .filter(|rule| is_never_reported(rule))
        .map(|rule| rule.id.replace('-', "_") + ".rs")
        .collect();
    let files =
        rule_files().into_iter().filter(|source| !silent.iter().any(|name| source.path.ends_with(name)));
    let untested = files.filter(|source| {
        let tests = &source.text[source.product().join("\n").len()..];
        !tests.contains("mod tests") || !tests.contains("#[test]")
    });
    assert_none(&untested.map(|source| format!("{} has no tests", source.path)).collect::<Vec<_>>());
}

/// A generated page is what is committed, or is written anew.
fn check_page(path: &str, page: &str) {
    let file = root().join(path);
    if env::var_os("LAYERWISE_UPDATE").is_some_and(|value| value == "1") {
        fs::write(&file, page).unwrap();
    }
    // A checkout on Windows may have other line ends.
    let written = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    let differs = written.lines().zip(page.lines()).find(|(written, current)| written != current);
    assert!(
        written == page,
        "{path} is stale, first at {differs:?}: `LAYERWISE_UPDATE=1 cargo test --test repo` writes it anew"
    );
}

#[test]
fn the_page_of_all_rules_is_current() {
    check_page("server/rules/RULES.md", &page::page());
}

#[test]
fn the_page_for_those_who_come_from_hadolint_is_current() {
    check_page("server/rules/HADOLINT.md", &hadolint_page::page());
}

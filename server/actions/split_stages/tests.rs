//! One stage becomes two, or stays one.

use super::super::tests::{check, check_none};
use super::SPLIT_STAGES;

mod dotnet;
mod environments;
mod evidence;
mod folders;
mod go;
mod java;
mod node;
mod python;
mod rust;
mod site;

/// A Dockerfile with files beside it.
fn with(dockerfile: &str, files: &[(&str, &str)]) -> String {
    let files: String = files.iter().map(|(path, text)| format!("#- {path}\n{text}\n")).collect();
    format!("#- Dockerfile\n{dockerfile}{files}")
}

/// A file with the cursor in its last FROM.
fn marked(dockerfile: &str) -> String {
    let (before, after) = dockerfile.split_at(dockerfile.rfind("FROM ").expect("a stage") + 1);
    format!("{before}$0{after}")
}

/// The new stage that the last stage of a file gets, from its FROM on; the title names its base.
fn runtime(dockerfile: &str, files: &[(&str, &str)]) -> String {
    let fixture = with(&marked(dockerfile), files);
    let all = super::super::tests::rewritten(&SPLIT_STAGES, &fixture);
    let (title, text) = all.first().unwrap_or_else(|| panic!("an offer for {dockerfile}"));
    let (_, stage) = text.rsplit_once("\n\nFROM ").expect("a new stage");
    let base = stage.split_whitespace().next().unwrap();
    assert_eq!(title, &format!("Split into build and runtime stages (final base {base})"));
    stage.to_owned()
}

/// Nothing is offered for a file.
fn none(dockerfile: &str, files: &[(&str, &str)]) {
    let fixture = with(&marked(dockerfile), files);
    let all = super::super::tests::rewritten(&SPLIT_STAGES, &fixture);
    assert_eq!(all, [], "{dockerfile}");
}

/// Files with others in their place, or added.
fn but<'a>(files: &[(&'a str, &'a str)], others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let is_kept = |file: &&(&str, &str)| others.iter().all(|(path, _)| *path != file.0);
    files.iter().filter(is_kept).chain(others).copied().collect()
}

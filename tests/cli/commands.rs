//! The small commands, and wrong usage.

use serde_json::Value;

use crate::folder::{CLEAN, Folder, LISTS_KEPT};

fn here() -> Folder {
    Folder::new(&[("Dockerfile", CLEAN)])
}

#[test]
fn wrong_usage_ends_with_2_and_help_with_0() {
    let folder = here();
    let wrong: [&[&str]; 5] = [
        &[],
        &["chekc"],
        &["check", "--format", "xml"],
        &["check", "--build-arg", "VERSION"],
        &["completions", "csh"],
    ];
    for arguments in wrong {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.text()), (2, ""), "{arguments:?}");
        assert!(!run.errors.is_empty(), "{arguments:?}");
    }
    for arguments in [["--help"], ["--version"], ["help"]] {
        let run = folder.run(&arguments);
        assert_eq!((run.code, run.errors.as_str()), (0, ""), "{arguments:?}");
        assert!(!run.text().is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_rules_are_listed_with_everything_about_them() {
    let folder = here();
    let run = folder.run(&["rules", "--format", "json"]);
    assert_eq!(run.code, 0);
    let rules: Vec<Value> = serde_json::from_slice(&run.output).unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "apt-lists-kept").unwrap();
    assert_eq!(rule["group"], "size");
    assert_eq!(rule["severity"], "info");
    assert_eq!(rule["safety"], "safe");
    assert_eq!(rule["also"], serde_json::json!(["DL3009"]));
    let text = folder.run(&["rules"]);
    assert_eq!(text.text().lines().count(), rules.len() + 1);
    for rule in &rules {
        assert!(rule["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{rule}");
        let id = rule["id"].as_str().unwrap();
        let line = format!("{id} ");
        assert!(text.text().lines().any(|row| row.starts_with(&line)), "{id}");
    }
}

#[test]
fn a_rule_is_explained_by_its_id_and_by_the_code_of_another_tool() {
    let folder = here();
    let by_id = folder.run(&["explain", "apt-lists-kept"]);
    assert_eq!(by_id.code, 0);
    assert!(by_id.text().starts_with("# apt-lists-kept\n\n"), "{}", by_id.text());
    assert!(by_id.text().contains("\n## Why is this bad?\n"), "{}", by_id.text());
    assert_eq!(folder.run(&["explain", "dl3009"]).text(), by_id.text());
    let unknown = folder.run(&["explain", "apt-lits-kept"]);
    assert_eq!(unknown.code, 2);
    assert_eq!(unknown.errors, "error: unknown rule `apt-lits-kept`; did you mean `apt-lists-kept`?\n");
}

#[test]
fn completions_name_the_commands() {
    let folder = here();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = folder.run(&["completions", shell]);
        assert_eq!(run.code, 0, "{shell}");
        assert!(run.text().contains("explain"), "{shell}");
    }
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let folder = here();
    assert_eq!(folder.run(&["man", "pages"]).code, 0);
    for (page, words) in [
        ("layerwise", "layerwise\\-check"),
        ("layerwise-check", "\\-\\-fail\\-on"),
        ("layerwise-fix", "\\-\\-diff"),
    ] {
        let page = String::from_utf8(folder.bytes(&format!("pages/{page}.1"))).unwrap();
        assert!(page.contains(".TH ") && page.contains(words), "{page}");
    }
    assert_eq!(folder.run(&["man", "Dockerfile/pages"]).code, 2);
}

#[test]
fn the_sample_of_the_readme_offers_a_cache_fix() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sample");
    let report = here().report(1, &[sample]);
    let findings = report["files"][0]["findings"].as_array().unwrap();
    let cache = findings.iter().find(|finding| finding["rule"] == "source-before-dependencies").unwrap();
    assert_eq!(cache["fixes"][0]["safety"], "suggested");
    assert!(cache["fixes"][0]["edits"].to_string().contains("package-lock.json"), "{cache}");
}

#[test]
fn a_closed_pipe_is_no_complaint() {
    use std::process::{Command, Stdio};
    // More than a pipe holds, so that the program still writes when nobody reads any more.
    let folder = Folder::new(&[("Dockerfile", LISTS_KEPT.repeat(2000))]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_layerwise"))
        .args(["check", "Dockerfile"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stderr, b"");
}

//! What ShellCheck finds, by way of the command line.

use std::fs;

use crate::folder::{Folder, rules};
use crate::programs::shellcheck;

/// Nothing of our own is found at this; SC2086 and SC2116 are ShellCheck's.
const UNQUOTED: &str = "FROM me/app:1\nRUN cat /c/$A \\\n  \"$(echo b)\"\n";

/// The codes and severities that are found with these settings files and arguments.
#[track_caller]
fn check(files: &[(&str, &str)], code: i32, arguments: &[&str], expected: &[(&str, &str)]) {
    let folder = Folder::new(&[files, &[("Dockerfile", UNQUOTED)]].concat());
    let report = folder.report(code, &[arguments, &["Dockerfile"]].concat());
    let findings = report["files"][0]["findings"].as_array().unwrap().iter();
    let of_shellcheck = findings.filter(|finding| finding["rule"] == "shellcheck");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let found: Vec<(String, String)> =
        of_shellcheck.map(|finding| (text(&finding["also"][0]), text(&finding["severity"]))).collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|(code, severity)| ((*code).to_owned(), (*severity).to_owned())).collect();
    assert_eq!(found, expected, "{files:?} {arguments:?}");
}

#[test]
fn its_findings_stand_beside_ours_and_settings_speak_of_its_codes() {
    let Some(program) = shellcheck() else { return };
    let both = [("SC2086", "info"), ("SC2116", "hint")];
    check(&[], 0, &["--shellcheck", &program], &both);
    let settings = format!("shellcheck = '{program}'\n");
    let set = ("layerwise.toml", settings.as_str());
    check(&[set], 0, &[], &both);
    check(&[set], 0, &["--shellcheck", "off"], &[]);
    check(&[set], 0, &["--disable", "shellcheck"], &[]);
    check(&[set, (".hadolint.yaml", "ignored: [SC2086]\n")], 0, &[], &both[1..]);
    check(
        &[set, (".hadolint.yaml", "override: { error: [SC2116] }\n")],
        1,
        &[],
        &[both[0], ("SC2116", "error")],
    );
    let single = format!("{settings}[rules]\nSC2086 = 'off'\nsc2116 = 'error'\n");
    check(&[("layerwise.toml", &single)], 1, &[], &[("SC2116", "error")]);
    check(&[set], 0, &["--disable", "sc2086"], &both[1..]);
    let warning = format!("{settings}[rules]\nshellcheck = 'warning'\n");
    check(&[("layerwise.toml", &warning)], 1, &[], &[("SC2086", "warning"), ("SC2116", "warning")]);
}

#[test]
fn its_fixes_are_suggested_and_come_to_an_end() {
    let Some(program) = shellcheck() else { return };
    let folder = Folder::new(&[("Dockerfile", UNQUOTED)]);
    let read = || fs::read_to_string(folder.path("Dockerfile")).unwrap();
    folder.run(&["fix", "--shellcheck", &program, "Dockerfile"]);
    assert_eq!(read(), UNQUOTED);
    for _ in 0..2 {
        folder.run(&["fix", "--suggested", "--shellcheck", &program, "Dockerfile"]);
        assert_eq!(read(), "FROM me/app:1\nRUN cat /c/\"$A\" \\\n  \"$(echo b)\"\n");
    }
}

#[test]
fn a_program_that_is_not_there_is_one_warning_and_loses_nothing() {
    let folder =
        Folder::new(&[("a/Dockerfile", "FROM node\nRUN b\n"), ("b/Dockerfile", "FROM a:1\nRUN c\n")]);
    let run = folder.run(&["check", "--format", "json", "--shellcheck", "/nonexistent/shellcheck", "."]);
    let warning = "warning: `/nonexistent/shellcheck` cannot be used to check shell text: ";
    assert!(run.errors.starts_with(warning) && run.errors.lines().count() == 1, "{}", run.errors);
    let report: serde_json::Value = serde_json::from_str(run.text()).unwrap();
    assert_eq!(rules(&report)[0].1, ["floating-base-tag"]);
}

#[test]
fn a_code_is_explained() {
    let run = Folder::new::<&str>(&[]).run(&["explain", "sc2086"]);
    assert!(run.text().starts_with("# shellcheck\n"), "{}", run.text());
}

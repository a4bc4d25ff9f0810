//! `layerwise.toml` and the flags that beat it.

use expect_test::expect;

use crate::folder::{CLEAN, Folder, LISTS_KEPT, rules};

/// The rules that find something in `Dockerfile`, which is `LISTS_KEPT`.
fn check(settings: &str, arguments: &[&str], code: i32, expected: &[&str]) {
    let folder = Folder::new(&[("a/Dockerfile", LISTS_KEPT), ("layerwise.toml", settings)]);
    let report = folder.report(code, &[arguments, &["a/Dockerfile"]].concat());
    assert_eq!(rules(&report)[0].1, expected, "{settings} {arguments:?}");
}

#[test]
fn a_level_is_set_and_a_rule_is_turned_off() {
    check("", &[], 0, &["apt-lists-kept"]);
    check("[rules]\napt-lists-kept = 'error'\n", &[], 1, &["apt-lists-kept"]);
    check("[rules]\napt-lists-kept = { level = 'off' }\n", &[], 0, &[]);
}

#[test]
fn the_command_line_beats_the_settings() {
    check("[rules]\napt-lists-kept = 'off'\n", &["--enable", "apt-lists-kept"], 0, &["apt-lists-kept"]);
    check("[rules]\napt-lists-kept = 'error'\n", &["--disable", "size"], 0, &[]);
    check("", &["--disable", "size", "--enable", "apt-lists-kept"], 0, &["apt-lists-kept"]);
    check("[check]\nfail-on = 'info'\n", &[], 1, &["apt-lists-kept"]);
    check("[check]\nfail-on = 'info'\n", &["--fail-on", "error"], 0, &["apt-lists-kept"]);
}

#[test]
fn a_code_of_another_tool_names_the_rules_that_carry_it() {
    check("[rules]\nDL3009 = 'error'\n", &[], 1, &["apt-lists-kept"]);
    check("[rules]\nDL3009 = 'off'\n", &[], 0, &[]);
    check("", &["--disable", "dl3009"], 0, &[]);
    check("[rules]\nDL3009 = 'off'\n", &["--enable", "DL3009"], 0, &["apt-lists-kept"]);
}

#[test]
fn a_syntax_rule_that_is_turned_off_is_told_to_be_on() {
    let folder = Folder::new(&[("Dockerfile", CLEAN)]);
    let run = folder.run(&["check", "--disable", "syntax", "--disable", "unknown-instruction", "Dockerfile"]);
    assert_eq!(run.code, 0);
    let expected = "warning: the rules of `syntax` are always on\n\
                    warning: `unknown-instruction` is a syntax rule, which is always on\n";
    assert_eq!(run.errors, expected);
}

#[test]
fn a_rule_that_does_not_exist_is_wrong_usage_on_the_command_line() {
    let folder = Folder::new(&[("Dockerfile", CLEAN)]);
    let run = folder.run(&["check", "--disable", "apt-list-kept", "Dockerfile"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.errors, "error: unknown rule or group `apt-list-kept`; did you mean `apt-lists-kept`?\n");
}

#[test]
fn what_is_wrong_in_the_settings_is_said_once_and_nothing_fails() {
    let settings = "[rules]\napt-list-kept = \"off\"\nuntrusted-registry = { allowed = [\"x\"] }\n[chekc]\nfail-on = \"info\"\n";
    let folder = Folder::new(&[
        ("a/Dockerfile", LISTS_KEPT),
        ("b/Dockerfile", LISTS_KEPT),
        ("layerwise.toml", settings),
    ]);
    let run = folder.run(&["check", "."]);
    assert_eq!(run.code, 0);
    let root = folder.path("");
    let root = root.canonicalize().unwrap();
    let errors =
        run.errors.replace(&*folder.path("").to_string_lossy(), "").replace(&*root.to_string_lossy(), "");
    expect![[r#"
        warning: unknown rule `apt-list-kept`; did you mean `apt-lists-kept`?
         --> layerwise.toml:2:1
          |
        2 | apt-list-kept = "off"
          | ^^^^^^^^^^^^^

        warning: unknown key `rules.untrusted-registry.allowed`; did you mean `allow`?
         --> layerwise.toml:3:24
          |
        3 | untrusted-registry = { allowed = ["x"] }
          |                        ^^^^^^^

        warning: unknown key `chekc`; did you mean `check`?
         --> layerwise.toml:4:2
          |
        4 | [chekc]
          |  ^^^^^

    "#]]
    .assert_eq(&errors);
    assert!(run.text().ends_with("2 files checked: 2 infos; `layerwise fix` repairs 2\n"), "{}", run.text());
}

/// As `check`, with a `.hadolint.yaml` beside the Dockerfile's folder.
#[track_caller]
fn check_hadolint(settings: &str, arguments: &[&str], code: i32, expected: &[&str]) {
    let folder = Folder::new(&[("a/Dockerfile", LISTS_KEPT), (".hadolint.yaml", settings)]);
    let report = folder.report(code, &[arguments, &["a/Dockerfile"]].concat());
    assert_eq!(rules(&report)[0].1, expected, "{settings} {arguments:?}");
}

#[test]
fn the_settings_of_hadolint_hold_and_the_command_line_beats_them() {
    const LISTS: &[&str] = &["apt-lists-kept"];
    check_hadolint("ignored: [DL3009]\n", &[], 0, &[]);
    check_hadolint("ignored: [DL3009]\n", &["--enable", "apt-lists-kept"], 0, LISTS);
    check_hadolint("override: { error: [DL3009] }\n", &[], 1, LISTS);
    check_hadolint("override: { error: [DL3009] }\nno-fail: true\n", &[], 0, LISTS);
    check_hadolint("no-fail: true\n", &["--fail-on", "info"], 1, LISTS);
    check_hadolint("failure-threshold: info\n", &["--no-fail"], 0, LISTS);
    check_hadolint("failure-threshold: error\n", &["-t", "style"], 1, LISTS);
    check_hadolint(
        "failure-threshold: error\n",
        &["--failure-threshold", "info", "--ignore", "DL3009"],
        0,
        &[],
    );
    check_hadolint("failure-threshold: info\n", &[], 1, LISTS);
    check_hadolint("failure-threshold: none\n", &[], 1, LISTS);
    check_hadolint("failure-threshold: info\n", &["--fail-on", "error"], 0, LISTS);
}

#[test]
fn the_settings_of_hadolint_are_also_those_of_the_user() {
    for path in ["home/.config/hadolint.yml", "home/.hadolint/config.yaml", "home/.hadolint.yaml"] {
        let folder = Folder::new(&[("a/Dockerfile", LISTS_KEPT), (path, "ignored: [DL3009]\n")]);
        assert_eq!(rules(&folder.report(0, &["a/Dockerfile"]))[0].1, [""; 0], "{path}");
    }
}

#[test]
fn the_settings_of_hadolint_choose_the_form_of_the_report() {
    let folder = Folder::new(&[("a/Dockerfile", CLEAN), (".hadolint.yaml", "format: json\n")]);
    assert!(folder.run(&["check", "a/Dockerfile"]).text().starts_with('{'));
    assert!(folder.run(&["check", "--format", "text", "a/Dockerfile"]).text().starts_with("1 file checked"));
}

#[test]
fn what_is_wrong_in_the_settings_of_hadolint_is_said_and_the_rest_holds() {
    let settings = "ignored:\n  - DL3009\n  - DL38\nignore: []\n";
    let folder = Folder::new(&[("Dockerfile", LISTS_KEPT), (".hadolint.yml", settings)]);
    let run = folder.run(&["check", "Dockerfile"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.text(), "1 file checked: no findings\n");
    for line in ["warning: unknown rule `DL38`", ".hadolint.yml:3:5", "did you mean `ignored`?"] {
        assert!(run.errors.contains(line), "{}", run.errors);
    }
}

#[test]
fn settings_of_a_folder_hold_for_its_files_only() {
    let off = "[rules]\napt-lists-kept = 'off'\n";
    let folder =
        Folder::new(&[("a/Dockerfile", LISTS_KEPT), ("b/Dockerfile", LISTS_KEPT), ("b/layerwise.toml", off)]);
    let report = folder.report(0, &["."]);
    let counts: Vec<usize> = rules(&report).iter().map(|(_, rules)| rules.len()).collect();
    assert_eq!(counts, [1, 0]);
}

#[test]
fn the_context_of_the_settings_is_relative_to_them() {
    let settings = "[context]\ndir = 'sources'\n";
    let folder =
        Folder::new(&[("a/b/Dockerfile", CLEAN), ("a/sources/x", ""), ("a/layerwise.toml", settings)]);
    let context = folder.report(0, &["a/b/Dockerfile"])["files"][0]["context"].take();
    assert!(context.as_str().unwrap().ends_with("sources"), "{context}");
    let missing = Folder::new(&[("Dockerfile", CLEAN), ("layerwise.toml", settings)]);
    let run = missing.run(&["check", "Dockerfile"]);
    assert_eq!(run.code, 0);
    assert!(run.errors.contains("in `context.dir` is not a folder"), "{}", run.errors);
}

#[test]
fn build_arguments_are_those_of_the_command_line_before_those_of_the_settings() {
    let source = "ARG TAG=12\nFROM debian:${TAG}\nCMD [\"bash\"]\n";
    let set = "[context]\nargs = { TAG = 'latest' }\n";
    let folder =
        Folder::new(&[("a/Dockerfile", source), ("b/Dockerfile", source), ("b/layerwise.toml", set)]);
    let found = |code: i32, arguments: &[&str]| rules(&folder.report(code, arguments))[0].1.join(" ");
    assert_eq!(found(0, &["a/Dockerfile"]), "");
    assert_eq!(found(1, &["--build-arg", "TAG=latest", "a/Dockerfile"]), "floating-base-tag");
    assert_eq!(found(1, &["b/Dockerfile"]), "floating-base-tag");
    assert_eq!(found(0, &["--build-arg", "TAG=12", "b/Dockerfile"]), "");
}

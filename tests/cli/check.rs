//! `check`: what is printed, in both forms, and how the program ends.

use expect_test::expect;
use serde_json::json;

use crate::folder::{BROKEN, CLEAN, Folder, LISTS_KEPT, rules};

#[test]
fn the_text_shows_the_source_the_codes_and_the_fix() {
    let folder = Folder::new(&[("Dockerfile", LISTS_KEPT)]);
    let run = folder.run(&["check", "Dockerfile"]);
    assert_eq!((run.code, run.errors.as_str()), (0, ""));
    expect![[r#"
        info[apt-lists-kept]: `apt-get update` leaves the package lists in this layer (DL3009)
         --> Dockerfile:2:5
          |
        2 | RUN apt-get update && apt-get install -y --no-install-recommends curl
          |     ^^^^^^^^^^^^^^
          |
          = help: Delete the package lists in this layer (safe fix)

        1 file checked: 1 info; `layerwise fix` repairs 1
    "#]]
    .assert_eq(run.text());
}

#[test]
fn the_json_has_the_documented_shape() {
    let folder = Folder::new(&[("Dockerfile", LISTS_KEPT)]);
    let mut report = folder.report(0, &["Dockerfile"]);
    // The words of the rule are its own business.
    let finding = &mut report["files"][0]["findings"][0];
    let message = finding["message"].take();
    assert!(message.as_str().is_some_and(|message| !message.is_empty()), "{message}");
    let title = finding["fixes"][0]["title"].take();
    assert!(title.as_str().is_some_and(|title| !title.is_empty()), "{title}");
    let context = report["files"][0]["context"].take();
    assert!(context.is_string(), "{context}");
    assert_eq!(
        report,
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "files": [{
                "path": "Dockerfile",
                "context": null,
                "findings": [{
                    "rule": "apt-lists-kept",
                    "also": ["DL3009"],
                    "group": "size",
                    "severity": "info",
                    "message": null,
                    "range": {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 18}},
                    "fixes": [{
                        "title": null,
                        "safety": "safe",
                        "edits": [{
                            "range": {
                                "start": {"line": 1, "character": 69},
                                "end": {"line": 1, "character": 69}
                            },
                            "new_text": " && rm -rf /var/lib/apt/lists/*"
                        }]
                    }]
                }]
            }],
            "summary": {"files": 1, "error": 0, "warning": 0, "info": 1, "hint": 0, "fixable": 1}
        })
    );
}

#[test]
fn json_columns_count_utf16_code_units() {
    let folder = Folder::new(&[("Dockerfile", "FROM debian:12\nRUN echo 🐳 é && apt-get install curl\n")]);
    let report = folder.report(1, &["Dockerfile"]);
    let findings = report["files"][0]["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["rule"] == "missing-yes").unwrap();
    // Counted in bytes it would be 28, in characters 24.
    assert_eq!(finding["range"]["start"], json!({"line": 1, "character": 25}));
}

#[test]
fn the_exit_code_tells_findings_at_the_fail_level() {
    let folder = Folder::new(&[("clean", CLEAN), ("info", LISTS_KEPT), ("error", BROKEN)]);
    let code = |arguments: &[&str]| folder.run(&[&["check"], arguments].concat()).code;
    assert_eq!(code(&["clean"]), 0);
    assert_eq!(code(&["info"]), 0);
    assert_eq!(code(&["error"]), 1);
    assert_eq!(code(&["--fail-on", "info", "info"]), 1);
    assert_eq!(code(&["--fail-on", "hint", "clean"]), 0);
    assert_eq!(code(&["clean", "error"]), 1);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_done() {
    let folder = Folder::new(&[("one/Dockerfile", BROKEN), ("three/Dockerfile", CLEAN)]);
    let run =
        folder.run(&["check", "--format", "json", "one/Dockerfile", "two/Dockerfile", "three/Dockerfile"]);
    assert_eq!(run.code, 2);
    assert!(run.errors.starts_with("error: `two/Dockerfile` cannot be read: "), "{}", run.errors);
    let report = serde_json::from_slice(&run.output).unwrap();
    let expected = [("one/Dockerfile", vec!["unknown-instruction"]), ("three/Dockerfile", vec![])];
    let expected =
        expected.map(|(path, rules)| (path.to_owned(), rules.into_iter().map(str::to_owned).collect()));
    assert_eq!(rules(&report), expected);
    assert_eq!(report["summary"]["files"], 2);
}

#[test]
fn standard_input_has_no_path_and_no_context() {
    let folder = Folder::new(&[("Dockerfile", CLEAN)]);
    let run = folder.run_with_input(&["check", "--format", "json", "-"], BROKEN.as_bytes());
    assert_eq!((run.code, run.errors.as_str()), (1, ""));
    let report: serde_json::Value = serde_json::from_slice(&run.output).unwrap();
    assert_eq!(report["files"][0]["path"], "<stdin>");
    assert_eq!(report["files"][0]["context"], json!(null));
    assert_eq!(rules(&report)[0].1, ["unknown-instruction"]);
    // With others it would be unclear which is meant.
    assert_eq!(folder.run(&["check", "-", "Dockerfile"]).code, 2);
}

#[test]
fn the_context_is_the_folder_of_the_dockerfile_or_the_one_that_is_named() {
    let folder = Folder::new(&[("a/Dockerfile", CLEAN), ("b/x", "")]);
    let context = |arguments: &[&str]| {
        let report = folder.report(0, &[arguments, &["a/Dockerfile"]].concat());
        report["files"][0]["context"].as_str().unwrap().replace('\\', "/")
    };
    assert!(context(&[]).ends_with("/a"));
    assert!(context(&["--context", "b"]).ends_with('b'));
    let missing = folder.run(&["check", "--context", "c", "a/Dockerfile"]);
    assert_eq!((missing.code, missing.errors.as_str()), (2, "error: `c` is not a folder\n"));
}

#[test]
fn any_bytes_are_checked() {
    let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let folder =
        Folder::new(&[("noise", bytes.as_slice()), ("empty", b""), ("marked", b"\xef\xbb\xbfFROM a:1\r\n")]);
    let report = folder.report(1, &["noise", "empty", "marked"]);
    assert_eq!(report["summary"]["files"], 3);
    assert_eq!(rules(&report)[2].1, [""; 0]);
}

#[test]
fn control_characters_of_a_file_do_not_reach_the_terminal() {
    let folder = Folder::new(&[("Dockerfile", "FROM a:1\nF\x1b[31mETCH b\n")]);
    let run = folder.run(&["check", "Dockerfile"]);
    assert_eq!(run.code, 1);
    assert!(!run.text().contains('\x1b'), "{}", run.text());
}

#[test]
fn a_target_of_a_file_that_is_no_stage_is_a_finding_and_hides_none() {
    let source = LISTS_KEPT.replace("debian:12", "debian:12 AS prod");
    let compose = "services: {web: {build: {context: ., target: prd}}}\n";
    for (file, text) in [("layerwise.toml", "[context]\ntarget = 'prd'\n"), ("compose.yaml", compose)] {
        let folder = Folder::new(&[("Dockerfile", source.as_str()), (file, text)]);
        let report = folder.report(1, &["Dockerfile"]);
        assert_eq!(rules(&report)[0].1, ["unknown-target", "apt-lists-kept"], "{file}");
        let message = format!("the target `prd` of `{file}` is no stage; did you mean `prod`?");
        assert_eq!(report["files"][0]["findings"][0]["message"], message);
        let run = folder.run(&["layers", "Dockerfile"]);
        assert_eq!((run.code, run.errors), (0, format!("warning: {message}\n")));
    }
}

#[test]
fn a_stage_that_is_not_there_is_no_target() {
    let folder = Folder::new(&[("Dockerfile", "FROM debian:12 AS build\nFROM debian:12 AS release\n")]);
    let run = folder.run(&["check", "--target", "BUILD", "Dockerfile"]);
    assert_eq!((run.code, run.errors.as_str()), (0, ""));
    let run = folder.run(&["check", "--target", "relase", "Dockerfile"]);
    assert_eq!(run.code, 2);
    assert!(
        run.errors.contains("`Dockerfile` has no stage `relase`; did you mean `release`?"),
        "{}",
        run.errors
    );
    let report = folder.report(2, &["--target", "relase", "Dockerfile"]);
    assert!(rules(&report)[0].1.iter().all(|rule| rule != "unknown-target"), "{report}");
    let run = folder.run(&["layers", "--target", "relase", "Dockerfile"]);
    assert_eq!((run.code, run.text()), (2, ""));
    assert_eq!(run.errors, "error: `Dockerfile` has no stage `relase`; did you mean `release`?\n");
    let run = folder.run(&["fix", "--target", "relase", "Dockerfile"]);
    assert_eq!(run.code, 2);
    assert!(run.errors.contains("no stage `relase`"), "{}", run.errors);
}

#[test]
fn an_ignore_file_is_checked_in_its_folder() {
    let ignore = "*.log\n../x\ndocs/no-way\n!keep.md\n";
    let dockerfile = "FROM scratch\n";
    let folder = Folder::new(&[
        (".dockerignore", ignore),
        ("keep.md", ""),
        ("a.log", ""),
        ("a/Dockerfile.dockerignore", "no/way\nkeep.md\n"),
        ("a/Dockerfile", dockerfile),
        ("compose.yaml", "services: {a: {build: {context: ., dockerfile: a/Dockerfile}}}"),
    ]);
    let report = folder.report(1, &[".dockerignore", "a/Dockerfile.dockerignore"]);
    let codes = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let expected = [
        (".dockerignore".to_owned(), codes(&["unreachable-pattern", "unmatched-pattern", "idle-exception"])),
        ("a/Dockerfile.dockerignore".to_owned(), codes(&["unmatched-pattern"])),
    ];
    assert_eq!(rules(&report), expected);
    let off =
        folder.run(&["check", "--disable", "unreachable-pattern", "--fail-on", "warning", ".dockerignore"]);
    assert_eq!(off.code, 0, "{}", off.text());
}

#[test]
fn the_ignore_files_of_the_dockerfiles_that_are_found_are_checked_too() {
    let folder = Folder::new(&[
        (".dockerignore", "../x\n"),
        ("a/.dockerignore", "../x\n"),
        ("a/Dockerfile", CLEAN),
        ("a/b/Dockerfile", CLEAN),
        ("c/api.Dockerfile", "FROM debian:12\nCOPY d/e /f\n"),
        ("c/api.Dockerfile.dockerignore", "../x\nno/way\n"),
        ("c/.dockerignore", "../x\n"),
        ("d/e", ""),
        ("g/Dockerfile.dockerignore", "../x\n"),
        (
            "compose.yaml",
            "services: {b: {build: a/b}, a: {build: {context: a, dockerfile: b/Dockerfile}}, c: {build: {context: ., dockerfile: c/api.Dockerfile}}}",
        ),
    ]);
    let checked = |arguments: &[&str]| -> Vec<(String, usize)> {
        let rules = rules(&folder.report(1, arguments));
        rules.into_iter().map(|(path, rules)| (path.replace('\\', "/"), rules.len())).collect()
    };
    let expected = |files: &[(&str, usize)]| -> Vec<(String, usize)> {
        files.iter().map(|(path, count)| ((*path).to_owned(), *count)).collect()
    };
    // What no build reads that was found is left alone; no file is checked twice.
    let files = [("a/Dockerfile", 0), ("a/b/Dockerfile", 0), ("c/api.Dockerfile", 0)];
    let beside = [("a/.dockerignore", 1), ("c/api.Dockerfile.dockerignore", 2)];
    assert_eq!(checked(&[".", "a"]), expected(&[&files[..], &beside].concat()));
    let named = [("a/.dockerignore", 1), ("a/Dockerfile", 0), ("a/b/Dockerfile", 0)];
    assert_eq!(checked(&["a/.dockerignore", "a"]), expected(&named));
    // One above the folder that is searched is not what was asked about, and a file that is named stands for itself.
    assert_eq!(rules(&folder.report(0, &["a/b"])).len(), 1);
    assert_eq!(rules(&folder.report(0, &["a/Dockerfile"])).len(), 1);
}

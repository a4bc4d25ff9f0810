//! `fix`: which bytes change, which do not, and what is said.

use expect_test::expect;

use crate::folder::{BROKEN, CLEAN, Folder, LISTS_KEPT, LISTS_REMOVED};

#[test]
fn safe_fixes_are_applied_and_counted_and_a_second_run_changes_nothing() {
    let folder = Folder::new(&[("Dockerfile", LISTS_KEPT), ("b/Dockerfile", CLEAN)]);
    let run = folder.run(&["fix", "."]);
    assert_eq!((run.code, run.text(), run.errors.as_str()), (0, "fixed Dockerfile: 1 finding\n", ""));
    assert_eq!(folder.bytes("Dockerfile"), LISTS_REMOVED.as_bytes());
    assert_eq!(folder.bytes("b/Dockerfile"), CLEAN.as_bytes());
    let again = folder.run(&["fix", "."]);
    let note = "note: nothing to fix: no findings\n";
    assert_eq!((again.code, again.text(), again.errors.as_str()), (0, "", note));
    assert_eq!(folder.bytes("Dockerfile"), LISTS_REMOVED.as_bytes());
}

#[test]
fn suggested_fixes_wait_for_their_flag() {
    let source =
        "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n";
    let folder = Folder::new(&[("Dockerfile", source)]);
    assert_eq!(folder.run(&["fix", "Dockerfile"]).code, 0);
    assert_eq!(folder.bytes("Dockerfile"), source.as_bytes());
    let run = folder.run(&["fix", "--suggested", "Dockerfile"]);
    assert_eq!((run.code, run.text()), (0, "fixed Dockerfile: 1 finding\n"));
    let fixed = String::from_utf8(folder.bytes("Dockerfile")).unwrap();
    assert_eq!(fixed.replace(" --no-install-recommends", ""), source);
    assert_ne!(fixed, source);
}

#[test]
fn the_rules_that_are_fixed_can_be_named() {
    let source = "FROM debian:12\nRUN apt-get update && apt-get install --no-install-recommends curl\n";
    let folder = Folder::new(&[("Dockerfile", source)]);
    let run = folder.run(&["fix", "--rule", "missing-yes", "Dockerfile"]);
    assert_eq!((run.code, run.text()), (0, "fixed Dockerfile: 1 finding\n"));
    let fixed = String::from_utf8(folder.bytes("Dockerfile")).unwrap();
    assert_eq!(fixed.replace(" -y", ""), source);
    let unknown = folder.run(&["fix", "--rule", "mising-yes", "Dockerfile"]);
    assert_eq!(unknown.code, 2);
    assert_eq!(unknown.errors, "error: unknown rule `mising-yes`; did you mean `missing-yes`?\n");
}

#[test]
fn actions_are_done_wherever_they_can_be_one_after_the_other() {
    let source = "FROM node:22\nRUN npm ci\nRUN echo b\n\nFROM debian:12\nRUN echo c\nRUN echo d\n";
    let folder = Folder::new(&[("Dockerfile", source), ("clean", CLEAN)]);
    let shown = folder.run(&["fix", "--action", "merge-run", "--diff", "Dockerfile"]);
    assert_eq!((shown.code, shown.errors.as_str()), (1, ""));
    assert!(shown.text().contains("+RUN npm ci \\\n+    && echo b\n"), "{}", shown.text());
    assert_eq!(folder.bytes("Dockerfile"), source.as_bytes());
    let arguments = ["fix", "--action", "merge-run", "--action", "add-cache-mounts", "Dockerfile", "clean"];
    let run = folder.run(&arguments);
    assert_eq!((run.code, run.text(), run.errors.as_str()), (0, "rewrote Dockerfile\n", ""));
    let after = "# syntax=docker/dockerfile:1\nFROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci \\\n    && echo b\n\nFROM debian:12\nRUN echo c \\\n    && echo d\n";
    assert_eq!(String::from_utf8(folder.bytes("Dockerfile")).unwrap(), after);
    assert_eq!(folder.bytes("clean"), CLEAN.as_bytes());
    let again = folder.run(&arguments);
    let note = "note: none of `merge-run`, `add-cache-mounts` is offered for any of the 2 files\n";
    assert_eq!((again.code, again.text(), again.errors.as_str()), (0, "", note));
    let filtered = folder.run_with_input(&["fix", "--action", "split-run", "-"], after.as_bytes());
    assert!(filtered.text().ends_with("\nRUN echo c\nRUN echo d\n"), "{}", filtered.text());
}

#[test]
fn an_unknown_action_is_told_with_the_nearest_one() {
    let folder = Folder::new(&[("Dockerfile", CLEAN)]);
    let unknown = folder.run(&["fix", "--action", "merge-rum", "Dockerfile"]);
    assert_eq!((unknown.code, unknown.text()), (2, ""));
    let told = ["invalid value 'merge-rum' for '--action <ID>'", "a similar value exists: 'merge-run'"];
    assert!(told.iter().all(|line| unknown.errors.contains(line)), "{}", unknown.errors);
    let both = folder.run(&["fix", "--action", "merge-run", "--suggested", "Dockerfile"]);
    assert_eq!((both.code, both.text()), (2, ""));
    let help = folder.run(&["fix", "--help"]);
    assert!(help.text().contains("merge-run:"), "{}", help.text());
}

#[test]
fn a_diff_shows_what_would_change_and_changes_nothing() {
    let folder = Folder::new(&[("Dockerfile", LISTS_KEPT), ("clean", CLEAN)]);
    let run = folder.run(&["fix", "--diff", "Dockerfile", "clean"]);
    assert_eq!((run.code, run.errors.as_str()), (1, ""));
    expect![[r#"
        --- Dockerfile
        +++ Dockerfile
        @@ -1,2 +1,2 @@
         FROM debian:12
        -RUN apt-get update && apt-get install -y --no-install-recommends curl
        +RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    "#]]
    .assert_eq(run.text());
    assert_eq!(folder.bytes("Dockerfile"), LISTS_KEPT.as_bytes());
    assert_eq!(folder.run(&["fix", "--diff", "clean"]).code, 0);
}

#[test]
fn standard_input_is_filtered() {
    let folder = Folder::new(&[("Dockerfile", CLEAN)]);
    let fixed = folder.run_with_input(&["fix", "-"], LISTS_KEPT.as_bytes());
    assert_eq!((fixed.code, fixed.text(), fixed.errors.as_str()), (0, LISTS_REMOVED, ""));
    let kept = folder.run_with_input(&["fix", "-"], b"FROM a:1\xff\n");
    assert_eq!((kept.code, kept.output.as_slice()), (0, b"FROM a:1\xff\n".as_slice()));
    let diff = folder.run_with_input(&["fix", "--diff", "-"], LISTS_KEPT.as_bytes());
    assert_eq!(diff.code, 1);
    assert!(diff.text().starts_with("--- <stdin>\n+++ <stdin>\n@@ "), "{}", diff.text());
}

/// Applies the safe fixes to a file with `before` in it and compares with the same file with the fix in it.
fn check_bytes(before: &[u8], after: &[u8]) {
    let folder = Folder::new(&[("Dockerfile", before)]);
    let run = folder.run(&["fix", "Dockerfile"]);
    assert_eq!(run.code, 0, "{}", run.errors);
    let fixed = folder.bytes("Dockerfile");
    assert_eq!(fixed, after, "{:?}", String::from_utf8_lossy(&fixed));
}

const INSTALL: &[u8] = b"RUN apt-get update && apt-get install -y --no-install-recommends curl";
const CLEAN_UP: &[u8] = b" && rm -rf /var/lib/apt/lists/*";

#[test]
fn a_byte_order_mark_and_windows_line_ends_stay() {
    let head = b"\xef\xbb\xbfFROM debian:12\r\n";
    check_bytes(
        &[head, INSTALL, b"\r\nCMD bash\r\n"].concat(),
        &[head, INSTALL, CLEAN_UP, b"\r\nCMD bash\r\n"].concat(),
    );
}

#[test]
fn bytes_that_are_not_utf8_and_nul_stay() {
    let head = b"# caf\xe9 \xff\xfe\xf0\x9f\x90\nFROM debian:12\n";
    let tail = b"\nLABEL a=\"\xe9\x00\" b=\"\xc3\xa9\"\n# \x00\x80\n";
    check_bytes(&[head, INSTALL, tail].concat(), &[head, INSTALL, CLEAN_UP, tail].concat());
}

#[test]
fn mixed_line_ends_and_a_missing_last_one_stay() {
    let head = b"# a\rb\nFROM debian:12\r\nENV A=1\n";
    check_bytes(&[head, INSTALL].concat(), &[head, INSTALL, CLEAN_UP].concat());
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_fixed() {
    let folder = Folder::new(&[("b", LISTS_KEPT)]);
    let run = folder.run(&["fix", "a", "b"]);
    assert_eq!((run.code, run.text()), (2, "fixed b: 1 finding\n"));
    assert!(run.errors.starts_with("error: `a` cannot be read: "), "{}", run.errors);
    assert_eq!(folder.bytes("b"), LISTS_REMOVED.as_bytes());
}

#[test]
fn a_broken_file_is_fixed_once_its_lines_are_instructions() {
    let kept = format!("{LISTS_KEPT}FETCH a\n");
    let folder = Folder::new(&[("Dockerfile", &kept)]);
    assert_eq!(folder.run(&["fix", "Dockerfile"]).code, 0);
    assert_eq!(folder.bytes("Dockerfile"), kept.as_bytes());
    let broken = Folder::new(&[("Dockerfile", BROKEN)]);
    assert_eq!(broken.run(&["fix", "Dockerfile"]).text(), "");
    assert_eq!(broken.bytes("Dockerfile"), BROKEN.as_bytes());
}

#[cfg(unix)]
#[test]
fn a_file_is_replaced_as_a_whole_and_its_permissions_and_links_stay() {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let folder = Folder::new(&[("real/Dockerfile", LISTS_KEPT)]);
    let (file, link) = (folder.path("real/Dockerfile"), folder.path("Dockerfile"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/Dockerfile", &link).unwrap();
    let opened = fs::File::open(&file).unwrap();
    assert_eq!(folder.run(&["fix", "Dockerfile"]).code, 0);
    assert_eq!(folder.bytes("real/Dockerfile"), LISTS_REMOVED.as_bytes());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let old = opened.metadata().unwrap();
    assert_ne!(fs::metadata(&file).unwrap().ino(), old.ino());
    assert_eq!(old.len(), LISTS_KEPT.len() as u64, "who had it open still reads all of the old one");
    assert_eq!(fs::read_dir(folder.path("real")).unwrap().count(), 1, "nothing else is left behind");
}

/// A copy of everything, with modules beside it that nobody needs.
const MODULES: [(&str, &str); 3] = [
    ("app/Dockerfile", "FROM node:22\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\n"),
    ("app/package.json", "{}"),
    ("app/node_modules/a/index.js", ""),
];

#[test]
fn a_fix_may_create_a_file_beside() {
    let folder = Folder::new(&MODULES);
    let arguments = ["fix", "--suggested", "--rule", "missing-dockerignore", "app"];
    assert_eq!(folder.run(&["fix", "--rule", "missing-dockerignore", "app"]).text(), "");
    let shown = folder.run(&[&arguments[..], &["--diff"]].concat());
    expect![[r#"
        --- /dev/null
        +++ app/.dockerignore
        @@ -0,0 +1 @@
        +**/node_modules
    "#]]
    .assert_eq(shown.text());
    assert_eq!((shown.code, folder.path("app/.dockerignore").exists()), (1, false));
    let run = folder.run(&arguments);
    assert_eq!((run.code, run.text(), run.errors.as_str()), (0, "created app/.dockerignore\n", ""));
    assert_eq!(folder.bytes("app/.dockerignore"), b"**/node_modules\n");
    assert_eq!(folder.bytes("app/Dockerfile"), MODULES[0].1.as_bytes());
    assert_eq!(folder.run(&arguments).text(), "");
}

/// A copy that has a hint of its own once the ignore file is there.
#[test]
fn a_fix_of_a_file_beside_may_let_a_hint_appear() {
    let folder = Folder::new(&[
        (
            "Dockerfile",
            "FROM golang:1.25-alpine AS build\nWORKDIR /app\nCOPY . .\nRUN go build -o main main.go\nFROM alpine:3.22\nCOPY --from=build /app/main /\n",
        ),
        ("go.mod", "module a\n\ngo 1.25\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
        ("start.sh", "#!/bin/sh\n"),
        ("app.env", "A=1\n"),
        ("README.md", "a"),
        (".git/HEAD", "ref: refs/heads/main\n"),
    ]);
    let run = folder.run(&["fix", "--suggested", "--rule", "missing-dockerignore", "."]);
    assert_eq!((run.code, run.text()), (0, "created .dockerignore\n"));
}

#[test]
fn a_fix_may_change_a_file_beside_and_standard_input_leaves_it_out() {
    let folder = Folder::new(&MODULES);
    std::fs::write(folder.path("app/.dockerignore"), "dist").unwrap();
    let arguments = ["fix", "--suggested", "--rule", "incomplete-dockerignore", "--context", "app"];
    let filtered = folder.run_with_input(&[&arguments[..], &["-"]].concat(), MODULES[0].1.as_bytes());
    assert_eq!((filtered.code, filtered.text()), (0, MODULES[0].1));
    assert_eq!(folder.bytes("app/.dockerignore"), b"dist");
    let run = folder.run(&[&arguments[..], &["app/Dockerfile"]].concat());
    assert_eq!((run.code, run.text(), run.errors.as_str()), (0, "changed app/.dockerignore\n", ""));
    assert_eq!(folder.bytes("app/.dockerignore"), b"dist\n**/node_modules\n");
}

#[test]
fn an_action_may_create_a_file_beside_and_extend_it() {
    let folder = Folder::new(&MODULES);
    let arguments = ["fix", "--action", "create-dockerignore", "app"];
    let run = folder.run(&arguments);
    assert_eq!((run.code, run.text(), run.errors.as_str()), (0, "created app/.dockerignore\n", ""));
    let made = "**/node_modules\nDockerfile*\n";
    assert_eq!(String::from_utf8(folder.bytes("app/.dockerignore")).unwrap(), made);
    assert_eq!(folder.bytes("app/Dockerfile"), MODULES[0].1.as_bytes());
    assert_eq!(folder.run(&arguments).text(), "");
    // Without a word of it in a `.gitignore` it may be a source file as others.
    std::fs::write(folder.path("app/.env"), "A=1").unwrap();
    assert_eq!(folder.run(&arguments).text(), "");
    std::fs::write(folder.path("app/.gitignore"), ".env\n").unwrap();
    assert_eq!(folder.run(&arguments).text(), "changed app/.dockerignore\n");
    assert_eq!(
        String::from_utf8(folder.bytes("app/.dockerignore")).unwrap(),
        "**/node_modules\nDockerfile*\n.git\n.env\n"
    );
    let local = folder.run(&["fix", "--action", "extract-stage", "app"]);
    assert_eq!((local.code, local.text()), (2, ""));
}

#[test]
fn what_several_dockerfiles_want_of_one_ignore_file_is_done_at_once() {
    let folder = Folder::new(&[
        ("Dockerfile", "FROM node:22\nCOPY . /app\nRUN npm ci\n"),
        ("Dockerfile.api", "FROM node:22\nCOPY . /api\nRUN npm ci\n"),
        (".dockerignore", "dist\n"),
        ("package.json", "{}"),
        ("compose.yaml", ""),
    ]);
    let arguments = ["fix", "--action", "create-dockerignore"];
    let shown = folder.run(&[&arguments[..], &["--diff", "."]].concat());
    assert_eq!(shown.text().matches("+**/node_modules").count(), 1, "{}", shown.text());
    let run = folder.run(&[&arguments[..], &["."]].concat());
    assert_eq!((run.code, run.text()), (0, "changed .dockerignore\n"));
    let lines = "dist\n**/node_modules\nDockerfile*\ncompose*.yaml\n";
    assert_eq!(String::from_utf8(folder.bytes(".dockerignore")).unwrap(), lines);
    assert_eq!(folder.run(&[&arguments[..], &["."]].concat()).text(), "");
}

#[test]
fn an_ignore_file_is_fixed_as_a_dockerfile_is() {
    let folder = Folder::new(&[(".dockerignore", "# all\n*.log\n../x\nno-way\n*.log\n"), ("a.log", "")]);
    let run = folder.run(&["fix", "--suggested", ".dockerignore"]);
    assert_eq!((run.code, run.text()), (0, "fixed .dockerignore: 2 findings\n"));
    assert_eq!(folder.bytes(".dockerignore"), b"# all\n*.log\nno-way\n");
}

#[test]
fn the_ignore_file_of_a_dockerfile_that_is_found_is_fixed_after_it() {
    let folder = Folder::new(&[
        ("app/Dockerfile", "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"),
        ("app/.dockerignore", "dist\n../x\n"),
        ("app/dist/a", ""),
        ("app/package.json", "{}"),
        ("app/package-lock.json", "{}"),
        ("app/node_modules/a/b.js", ""),
    ]);
    let arguments =
        ["fix", "--suggested", "--rule", "incomplete-dockerignore", "--rule", "unreachable-pattern"];
    let shown = folder.run(&[&arguments[..], &["--diff", "app"]].concat());
    assert_eq!((shown.code, folder.bytes("app/.dockerignore")), (1, b"dist\n../x\n".to_vec()));
    assert!(
        shown.text().contains("--- app/.dockerignore") && shown.text().contains("-../x"),
        "{}",
        shown.text()
    );
    let run = folder.run(&[&arguments[..], &["app"]].concat());
    let said = "changed app/.dockerignore\nfixed app/.dockerignore: 1 finding\n";
    assert_eq!((run.code, run.text(), run.errors.as_str()), (0, said, ""));
    assert_eq!(folder.bytes("app/.dockerignore"), b"dist\n**/node_modules\n");
}

#[test]
fn an_action_and_fixes_are_two_runs() {
    let folder = Folder::new(&[("Dockerfile", LISTS_KEPT)]);
    for more in [["--suggested", "."], ["--rule=sudo", "."]] {
        let run = folder.run(&[&["fix", "--action", "merge-run"][..], &more].concat());
        assert_eq!(run.code, 2);
        assert!(run.errors.contains("`--action` rewrites and fixes nothing"), "{}", run.errors);
        assert_eq!(folder.bytes("Dockerfile"), LISTS_KEPT.as_bytes());
    }
}

#[test]
fn what_is_not_fixed_is_told_with_the_reason() {
    let note = |source: &str, arguments: &[&str]| {
        let run =
            Folder::new(&[("Dockerfile", source)]).run(&[&["fix"], arguments, &["Dockerfile"]].concat());
        assert_eq!((run.code, run.text()), (0, ""), "{}", run.errors);
        run.errors
    };
    assert_eq!(
        note("FROM node:22\nRUN npm ci\nFROM scratch\n", &["--rule", "missing-cache-mount"]),
        "note: nothing was fixed: 1 finding of `missing-cache-mount`, 1 repaired only in an editor, one by one: the fix is unsafe\n"
    );
    assert_eq!(
        note(crate::folder::BROKEN, &["--rule", "unknown-instruction"]),
        "note: nothing was fixed: 1 finding of `unknown-instruction`, 1 without a fix\n"
    );
    assert_eq!(
        note("FROM debian:12\n", &["--rule", "DL3009"]),
        "note: nothing to fix: no findings of `DL3009`\n"
    );
    assert_eq!(
        note("FROM debian:12\n", &["--action", "split-stages", "--diff"]),
        "note: `split-stages` is not offered for this file\n"
    );
}

#[test]
fn a_file_that_is_left_alone_is_told_with_the_line() {
    let broken = format!("{LISTS_KEPT}FETCH a\n");
    let folder = Folder::new(&[
        ("Dockerfile", broken.as_str()),
        ("b/Dockerfile", "FROM a\n\n# c\n{{if d}}\nRUN e\n{{end}}\n"),
    ]);
    let run = folder.run(&["fix", "Dockerfile"]);
    assert_eq!((run.code, run.text()), (0, ""));
    let left = "note: Dockerfile is left alone but for its syntax: line 3 is no instruction\n";
    let count =
        "note: nothing was fixed: 2 findings, 1 left alone while a line is no instruction, 1 without a fix\n";
    assert_eq!(run.errors, format!("{left}{count}"));
    let template = folder.run(&["fix", "b", "--diff"]);
    let note = "note: b/Dockerfile is left alone: line 4 is for a template engine\n";
    assert!(template.errors.replace('\\', "/").starts_with(note), "{}", template.errors);
    // Beside another that is fixed, too.
    std::fs::write(folder.path("c"), LISTS_KEPT).unwrap();
    let both = folder.run(&["fix", "c", "Dockerfile"]);
    assert_eq!((both.text(), both.errors.as_str()), ("fixed c: 1 finding\n", left));
    // What only it keeps from being repaired is not promised.
    let checked = folder.run(&["check", "Dockerfile"]);
    assert!(checked.text().ends_with("\n1 file checked: 1 error, 1 info\n"), "{}", checked.text());
}

#[test]
fn a_file_beside_is_left_alone_too_while_a_line_is_no_instruction() {
    let folder = Folder::new(&MODULES);
    let arguments = ["fix", "--suggested", "--rule", "missing-dockerignore", "app"];
    std::fs::write(folder.path("app/Dockerfile"), format!("{}FETCH a\n", MODULES[0].1)).unwrap();
    assert_eq!(folder.run(&arguments).text(), "");
    assert!(!folder.path("app/.dockerignore").exists());
}

//! `fmt`: which bytes change, which do not, and what is said.

use expect_test::expect;

use crate::folder::{CLEAN, Folder};

const ROUGH: &str = "  FROM debian:12\nRUN a \\\n\tb  \n";
const SMOOTH: &str = "FROM debian:12\nRUN a \\\n    b\n";

#[test]
fn files_are_formatted_in_place_and_a_second_run_changes_nothing() {
    let folder = Folder::new(&[("Dockerfile", ROUGH), ("b/Dockerfile", CLEAN)]);
    let run = folder.run(&["fmt", "."]);
    assert_eq!((run.code, run.text(), run.errors.as_str()), (0, "formatted Dockerfile\n", ""));
    assert_eq!(folder.bytes("Dockerfile"), SMOOTH.as_bytes());
    assert_eq!(folder.bytes("b/Dockerfile"), CLEAN.as_bytes());
    let again = folder.run(&["fmt", "."]);
    let note = "note: nothing to format: the 2 files are as they are written by `fmt`\n";
    assert_eq!((again.code, again.text(), again.errors.as_str()), (0, "", note));
}

#[test]
fn a_check_shows_what_would_change_and_changes_nothing() {
    let folder = Folder::new(&[("Dockerfile", ROUGH), ("clean", CLEAN)]);
    let run = folder.run(&["fmt", "--check", "Dockerfile", "clean"]);
    assert_eq!((run.code, run.errors.as_str()), (1, ""));
    expect![[r#"
        --- Dockerfile
        +++ Dockerfile
        @@ -1,3 +1,3 @@
        -  FROM debian:12
        +FROM debian:12
         RUN a \
        -	b  
        +    b
    "#]]
    .assert_eq(run.text());
    assert_eq!(folder.bytes("Dockerfile"), ROUGH.as_bytes());
    assert_eq!(folder.run(&["fmt", "--check", "clean"]).code, 0);
}

#[test]
fn standard_input_is_filtered() {
    let folder = Folder::new(&[("Dockerfile", CLEAN)]);
    let run = folder.run_with_input(&["fmt", "-"], ROUGH.as_bytes());
    assert_eq!((run.code, run.text(), run.errors.as_str()), (0, SMOOTH, ""));
    assert_eq!(folder.run_with_input(&["fmt", "--check", "-"], ROUGH.as_bytes()).code, 1);
}

#[test]
fn bytes_that_are_not_utf8_stay() {
    let source = b"\xef\xbb\xbf  FROM a\r\nRUN b \xff\xfe '\xe9' \\\r\n\xe9 \\\r\n  # \xe9\xff\r\nc\x00\r\n";
    let expected =
        b"\xef\xbb\xbfFROM a\r\nRUN b \xff\xfe '\xe9' \\\r\n    \xe9 \\\r\n    # \xe9\xff\r\n    c\x00\r\n";
    let folder = Folder::new(&[("Dockerfile", source)]);
    assert_eq!(folder.run(&["fmt", "Dockerfile"]).code, 0);
    assert_eq!(folder.bytes("Dockerfile"), expected);
}

#[test]
fn settings_hold_and_what_is_wrong_with_them_is_said() {
    let settings = "[format]\nindent = 2\noperators = \"leding\"\nmax-blank-lines = 0\n";
    let folder = Folder::new(&[("Dockerfile", "FROM a\n\nRUN b && \\\nc\n"), ("layerwise.toml", settings)]);
    let run = folder.run(&["fmt", "Dockerfile"]);
    assert_eq!(folder.bytes("Dockerfile"), b"FROM a\nRUN b && \\\n  c\n");
    assert_eq!(run.code, 0);
    assert!(run.errors.contains("unknown place `leding`; did you mean `leading`?"), "{}", run.errors);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_formatted() {
    let folder = Folder::new(&[("b", ROUGH)]);
    let run = folder.run(&["fmt", "a", "b"]);
    assert_eq!((run.code, run.text()), (2, "formatted b\n"));
    assert!(run.errors.starts_with("error: `a` cannot be read: "), "{}", run.errors);
    assert_eq!(folder.bytes("b"), SMOOTH.as_bytes());
}

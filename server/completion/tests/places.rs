//! What comes first, and paths and names where they are written in other ways.

use super::*;

#[test]
fn a_blank_asks_for_no_flags() {
    assert_eq!(labels_typed("FROM a\nRUN $0"), "<<EOF");
    assert_eq!(labels_typed("FROM a\nHEALTHCHECK $0"), "CMD NONE");
    assert!(!labels_typed("FROM $0").contains("--platform"));
    assert!(labels_typed("FROM -$0").contains("--platform"));
    let files = labels("#- src/a.c\n#- Dockerfile\nFROM a\nCOPY $0");
    assert!(files.starts_with("src/ ") && files.ends_with("--parents"), "{files}");
}

#[test]
fn paths_are_known_in_an_array() {
    let context = "#- src/a.c\n#- my file.txt\n#- Dockerfile\nFROM a\nWORKDIR /app\n";
    let shown_in = |line: &str| shown(&format!("{context}{line}"));
    let found = shown_in("COPY [\"$0");
    assert_eq!(found[..2], ["COPY [\"my file.txt|  0 B", "COPY [\"src/|"]);
    assert_eq!(shown_in("COPY [\"s$0\", \"b\"]")[1], "COPY [\"src/|\", \"b\"]");
    assert_eq!(shown_in("COPY [\"my f$0\", \"b\"]")[0], "COPY [\"my file.txt|\", \"b\"]  0 B");
    assert_eq!(shown_in("COPY --link [\"src/$0\"]"), ["COPY --link [\"src/a.c|\"]  0 B"]);
    assert_eq!(shown_in("COPY [\"src\", \"$0\"]")[0], "COPY [\"src\", \"./|\"]  /app");
    assert_eq!(shown_in("COPY [\"src\", \"/ap$0")[0], "COPY [\"src\", \"/app/|  the WORKDIR of line 2");
    assert_eq!(shown_in("COPY [\"src\"$0"), [""; 0]);
    assert!(!labels(&format!("{context}COPY $0")).contains("my file"));
    let staged = "FROM a AS b\nWORKDIR /srv/x\nFROM c\nCOPY --from=b [\"/s$0\", \"y\"]";
    assert_eq!(shown(staged), ["COPY --from=b [\"/srv/x/|\", \"y\"]  the WORKDIR of line 2"]);
}

#[test]
fn names_that_mean_something_else_are_left_out() {
    let context = "#- a$b\n#- [id].txt\n#- c*\n#- d,e\n#- f\n#- Dockerfile\nFROM a\n";
    check_labels(&format!("{context}ADD --link=false [\"$0\"]"), "d,e f Dockerfile");
    check_labels(&format!("{context}RUN --mount=type=bind,source=$0"), "f Dockerfile");
}

#[test]
fn a_file_of_ones_own_has_a_destination() {
    assert!(labels("FROM a\nWORKDIR /w\nCOPY <<EOF $0").starts_with("./ /w/ /etc/"));
    assert!(labels("FROM a\nWORKDIR /w\nCOPY <<EOF /$0").starts_with("/w/ /etc/"));
    assert!(labels("FROM a\nWORKDIR /w\nCOPY <<EOF /$0\nEOF").starts_with("/w/ /etc/"));
}

#[test]
fn values_of_mounts_and_excluded_paths_are_known() {
    check(
        "FROM a\nRUN --mount=type=secret,id=npm b\nRUN --mount=type=cache,id=go,target=/g b\nRUN --mount=type=secret,id=$0 c",
        expect!["RUN --mount=type=secret,id=npm| c  also in line 2"],
    );
    check_labels(
        "FROM a\nRUN --mount=type=cache,id=go,target=/g b\nRUN --mount=type=cache,target=/g,id=$0",
        "go",
    );
    check_none("FROM a\nRUN --mount=type=cache,id=$0,target=/g b");
    check(
        "FROM a AS b\nWORKDIR /srv\nFROM c\nRUN --mount=type=bind,from=b,source=/$0 d",
        expect!["RUN --mount=type=bind,from=b,source=/srv/| d  the WORKDIR of line 2"],
    );
    check_labels("FROM a AS b\nWORKDIR /srv\nFROM c\nRUN --mount=type=bind,from=0,source=/$0 d", "");
    check_labels("#- src/a.c\n#- Dockerfile\nFROM a\nCOPY --exclude=src/$0 . .", "a.c");
    check_none("#- src/a.c\n#- Dockerfile\nFROM a\nCOPY --from=b --exclude=src/$0 . .");
}

#[test]
fn the_folder_of_the_tool_that_runs_comes_first() {
    let first = |line: &str| labels(line).split(' ').next().unwrap().to_owned();
    assert_eq!(first("FROM node:22\nRUN --mount=type=cache,target=$0 npm ci"), "/root/.npm");
    assert_eq!(
        first("FROM a\nRUN --mount=type=cache,target=/r$0 a && python3 -m pip install b"),
        "/root/.cache/pip"
    );
    assert_eq!(first("FROM alpine:3.20\nRUN --mount=type=cache,target=$0"), "/var/cache/apk");
    assert_eq!(first("FROM debian:12\nRUN --mount=type=cache,target=$0"), "/var/lib/apt/lists");
}

#[test]
fn ports_follow_the_image() {
    let first = |text: &str| labels(text).split(' ').take(3).collect::<Vec<_>>().join(" ");
    assert_eq!(first("FROM a\nEXPOSE $0"), "80 443 8080");
    assert_eq!(first("FROM docker.io/library/postgres:16 AS b\nFROM b\nEXPOSE $0"), "5432 80 443");
    assert_eq!(first("FROM node:22\nENV PORT=4444\nEXPOSE $0"), "4444 3000 80");
}

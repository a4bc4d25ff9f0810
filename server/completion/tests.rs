use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{Completion, Kind, complete};
use crate::fixture::{self, Fixture};
use crate::hover;

fn completions(fixture: &str) -> (String, Vec<Completion>) {
    let (fixture, offset) = Fixture::cursor(fixture);
    let found = fixture.look(|cx| complete(cx, offset));
    (fixture.document.text().to_string(), found)
}

/// What is offered at `$0`: the line after it is taken, and the detail.
fn shown(fixture: &str) -> Vec<String> {
    let (text, found) = completions(fixture);
    let after = |completion: &Completion| {
        let edit = &completion.edit;
        let (before, after) = (&text[..edit.span.start], &text[edit.span.end..]);
        let start = before.rsplit('\n').next().unwrap_or_default();
        let end = after.lines().next().unwrap_or_default();
        format!("{start}{}|{end}", edit.new_text)
    };
    let detail = |completion: &Completion| completion.detail.clone().unwrap_or_default();
    found
        .iter()
        .map(|completion| format!("{}  {}", after(completion), detail(completion)).trim_end().to_owned())
        .collect()
}

fn labels(fixture: &str) -> String {
    let labels: Vec<String> = completions(fixture).1.into_iter().map(|completion| completion.label).collect();
    labels.join(" ")
}

fn check(fixture: &str, expected: Expect) {
    expected.assert_eq(&shown(fixture).join("\n"));
}

/// As `check`, without images.
fn check_stages(fixture: &str, expected: Expect) {
    let images = completions(fixture).1.iter().filter(|found| found.kind == Kind::Image).count();
    let mut all = shown(fixture);
    all.truncate(all.len() - images);
    expected.assert_eq(&all.join("\n"));
}

fn check_labels(fixture: &str, expected: &str) {
    assert_eq!(labels(fixture), expected);
}

fn check_none(fixture: &str) {
    assert_eq!(shown(fixture), [""; 0]);
}

const KEYWORDS: &str = "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL \
                        STOPSIGNAL USER VOLUME WORKDIR";
const KEPT: &str =
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR";

#[test]
fn stages_above_can_be_copied_from() {
    check("FROM a AS Build\nFROM b\nCOPY --from=$0", expect!["COPY --from=Build|  stage 0, from a"]);
    check_stages(
        "FROM a AS b\nFROM c\nFROM b\nCOPY --chown=x --from=b$0x y z\nFROM d AS later",
        expect![[r#"
        COPY --chown=x --from=1| y z  stage 1, from c
        COPY --chown=x --from=b| y z  stage 0, from a"#]],
    );
    check(
        "FROM a AS b\nFROM c AS B\nFROM d\nFROM e\nRUN --mount=type=bind,from=$0,target=/x e",
        expect!["RUN --mount=type=bind,from=B|,target=/x e  stage 1, from c"],
    );
    check("FROM a AS b\nFROM d\nRUN --mount=from=b,target=$0/x e", expect![[""]]);
    check_none("FROM a AS b\nFROM d\nCOPY --from=\"$0\" x y");
    check_none("FROM a AS b\nFROM d\nADD --from=$0");
    check_none("FROM a AS b\nFROM d\nONBUILD COPY --from=$0");
}

#[test]
fn from_takes_stages_above_by_name() {
    check(
        "FROM a AS b\nFROM c\nFROM $0",
        expect![[r#"
        FROM b|  stage 0, from a
        FROM --platform=|  default $TARGETPLATFORM"#]],
    );
    check(
        "FROM a AS b\nFROM $0",
        expect![[r#"
        FROM b|  stage 0, from a
        FROM --platform=|  default $TARGETPLATFORM"#]],
    );
    check_stages(
        "FROM a AS base\nFROM b$0ase AS c\nFROM d AS e",
        expect!["FROM base| AS c  stage 0, from a"],
    );
    check_labels("FROM a AS b\nFROM b $0", "AS");
    check_none("FROM a AS b\nFROM b AS $0");
}

#[test]
fn images_are_known_by_name_and_tag() {
    assert!(shown("FROM no$0").contains(&"FROM node|  Node.js".to_owned()));
    assert!(shown("FROM a\nCOPY --from=ngi$0 b c").contains(&"COPY --from=nginx| b c  nginx".to_owned()));
    assert!(!labels("FROM ja$0").split(' ').any(|name| name == "java"));
    let tags = shown("FROM docker.io/library/node:$0 AS b");
    let place = |wanted: &str| {
        tags.iter().position(|tag| tag.starts_with(&format!("FROM docker.io/library/node:{wanted}| AS b")))
    };
    let (supported, slim, old) = (place("22"), place("22-slim"), place("16-alpine"));
    assert!(supported.is_some() && supported < slim && slim < old, "{tags:?}");
    assert!(
        tags.contains(
            &"FROM docker.io/library/node:16-alpine| AS b  end of life since 2023-09-11".to_owned()
        )
    );
    assert!(
        shown("FROM a AS b\nFROM node:2$02@sha256:a")
            .iter()
            .any(|tag| tag.starts_with("FROM node:24|@sha256:a"))
    );
    check_none("FROM me/node:$0");
    check_none("FROM node@sha256:$0");
}

#[test]
fn keywords_begin_a_line() {
    check_labels("$0", KEYWORDS);
    check_labels("\u{feff}$0", KEYWORDS);
    check_labels("FROM a\n$0", KEYWORDS);
    check_labels("FROM a\n  $0\nRUN b\n", KEYWORDS);
    check_labels("FROM a\n# c\n$0\n# d\n", KEYWORDS);
    assert!(
        shown("FROM a\nC$0O b")
            .contains(&"COPY| b  Copies files from the build context, a stage or an image".to_owned())
    );
    check_none("FROM a\n  $0  RUN b\n");
}

#[test]
fn keywords_follow_the_case_of_the_file() {
    check_labels("from a\n$0", &KEYWORDS.to_lowercase());
    check_labels("from a\nR$0", &KEYWORDS.to_lowercase());
    check_labels("r$0\nFROM a", KEYWORDS);
    check_labels("from a\nfrom b $0", "as");
}

#[test]
fn onbuild_keeps_an_instruction() {
    check_labels("FROM a\nONBUILD $0", KEPT);
    check_labels("FROM a\nONBUILD C$0OP", KEPT);
    check_labels("FROM a\nONBUILD $0RUN b", KEPT);
    check_labels("FROM a\nONBUILD\\\n $0", KEPT);
    check_labels("FROM a\nONBUILD COPY --l$0", "--chmod --chown --exclude --from --link --parents");
    check_none("FROM a\nONBUILD RUN b $0");
}

#[test]
fn flags_stand_before_arguments() {
    check(
        "FROM a\nCOPY --$0",
        expect![[r#"
        COPY --chmod=|
        COPY --chown=|  default 0:0
        COPY --exclude=|
        COPY --from=|
        COPY --link|  default false
        COPY --parents|  default false"#]],
    );
    check(
        "FROM a\nRUN --mo$0unt=type=cache -x",
        expect![[r#"
        RUN --device|=type=cache -x
        RUN --mount|=type=cache -x
        RUN --network|=type=cache -x  default default
        RUN --security|=type=cache -x  default sandbox"#]],
    );
    check_labels("FROM a\nCOPY --link --fr$0 b c", "--chmod --chown --exclude --from --parents");
    check_labels("FROM a\nCOPY $0", "--chmod --chown --exclude --from --link --parents");
    check_labels("FROM a\nCOPY \\\n$0", "--chmod --chown --exclude --from --link --parents");
    check_labels("FROM a\nCOPY -$0", "--chmod --chown --exclude --from --link --parents");
    check_labels("FROM --$0", "--platform");
    check_labels(
        "FROM a\nHEALTHCHECK $0",
        "--interval --retries --start-interval --start-period --timeout CMD NONE",
    );
    check_labels("FROM a\nHEALTHCHECK --retries=1 C$0", "CMD NONE");
    check_none("FROM a\nCOPY b --$0");
    check_none("FROM a\nRUN b --$0");
    check_none("FROM a\nWORKDIR --$0");
    check_none("FROM a\nCOPY\\\n$0");
}

#[test]
fn every_flag_is_documented() {
    let (_, found) = completions("FROM a\nRUN --$0");
    assert!(found.iter().all(|completion| completion.documentation.is_some()));
    assert_eq!(found.len(), 4);
}

#[test]
fn values_of_flags_are_offered() {
    check(
        "FROM a\nRUN --network=$0 b",
        expect![[r#"
        RUN --network=default| b
        RUN --network=host| b
        RUN --network=none| b"#]],
    );
    check(
        "FROM a\nCOPY --link=t$0 b c",
        expect![[r#"
        COPY --link=true| b c
        COPY --link=false| b c"#]],
    );
    assert!(labels("FROM --platform=li$0").starts_with("linux/amd64 linux/arm64 "));
    check_none("FROM a\nCOPY --chown=$0");
}

#[test]
fn variables_stand_behind_a_dollar() {
    check(
        "FROM a\nARG A=1\nENV BB=2\nCOPY x$$0 y",
        expect![[r#"
        COPY x$A| y  ARG, 1
        COPY x$BB| y  ENV, 2"#]],
    );
    check("FROM a\nENV BB=2\nCOPY x${B$0B y", expect!["COPY x${BB}| y  ENV, 2"]);
    check("FROM a\nENV BB=2\nCOPY x${B$0:-c} y", expect!["COPY x${BB|:-c} y  ENV, 2"]);
    check("FROM a\nENV BB=2\nCOPY \"${$0}\" y", expect![[r#"COPY "${BB|}" y  ENV, 2"#]]);
    check(
        "ARG V=1\nFROM a:$V$0",
        expect![[r#"
            FROM a:$BUILDARCH|  set by the builder
            FROM a:$BUILDOS|  set by the builder
            FROM a:$BUILDOSVERSION|  set by the builder
            FROM a:$BUILDPLATFORM|  set by the builder
            FROM a:$BUILDVARIANT|  set by the builder
            FROM a:$TARGETARCH|  set by the builder
            FROM a:$TARGETOS|  set by the builder
            FROM a:$TARGETOSVERSION|  set by the builder
            FROM a:$TARGETPLATFORM|  set by the builder
            FROM a:$TARGETSTAGE|  set by the builder
            FROM a:$TARGETVARIANT|  set by the builder
            FROM a:$V|  ARG, 1"#]],
    );
    check("ARG V=1\nFROM a AS b\nENV W\nFROM b\nRUN echo $$0", expect!["RUN echo $W|  ENV, empty"]);
    check("FROM a\nARG A=1\nENV B=2\nCMD echo $$0", expect!["CMD echo $B|  ENV, 2"]);
    check("FROM a\nARG A=1\nRUN --mount=target=/$$0", expect!["RUN --mount=target=/$A|  ARG, 1"]);
}

#[test]
fn variables_are_offered_only_where_they_are_read() {
    check_none("FROM a\nENV A=1\nCOPY \\$$0 y");
    check_none("FROM a\nENV A=1\nCOPY '$$0' y");
    check_none("FROM a\nENV A=1\nCMD [\"$$0");
    check_none("FROM a\nENV A=1\nFROM b AS $$0");
    check_none("FROM a\nENV A=1\nMAINTAINER $$0");
    check_none("FROM a\nENV A=1\nCOPY --from=$$0");
    check_none("FROM a\nENV A=1\nRUN --mount=from=$$0");
    check_none("FROM a\nRUN echo $$0\nENV A=1");
    check_none("FROM a\nENV A=1\nSHELL [\"powershell\"]\nRUN echo $$0");
}

#[test]
fn nothing_is_offered_in_other_text() {
    check_none("FROM a\n# C$0");
    check_none("# $0\nFROM a");
    check_none("FROM a\n# $0\n");
    check_none("FROM a\nRUN b && \\\n  $0");
    check_none("FROM a\nRUN b && \\\n  $0\n  c");
    check_none("FROM a\nRUN b && \\\n  C$0\n  c");
    check_none("FROM a\nRUN b && \\\n  # C$0\n  c");
    check_none("FROM a\nRUN <<E\nC$0\nE\n");
    check_none("FROM a\nRUN <<E\nC$0");
    check_none("FROM a\nENV A=1\nCOPY <<E /x\n$$0\nE\n");
    check_none("FROM a\nCOPY <<E /x\nb\nE$0\n");
    check_none("FROM a\nRUN b \\$0\n  c");
    check_none("FROM a\nCO\\\nP$0Y b c");
}

proptest! {
    #[test]
    fn half_typed_files_are_answered_everywhere(source in fixture::half_typed()) {
        let fixture = Fixture::new(&source);
        let text = fixture.document.text().to_string();
        let offsets = (0..=text.len()).filter(|offset| text.is_char_boundary(*offset));
        for offset in offsets {
            for completion in fixture.look(|cx| complete(cx, offset)) {
                let span = completion.edit.span;
                prop_assert!(span.start <= offset && offset <= span.end, "{} at {offset}", completion.label);
                prop_assert!(text.get(span).is_some_and(|replaced| !replaced.contains('\n')));
            }
            if let Some(hover) = fixture.look(|cx| hover::find(cx, offset)) {
                let span = hover.span;
                prop_assert!(span.start <= offset && offset <= span.end, "{} at {offset}", hover.markdown);
                prop_assert!(text.get(span).is_some());
            }
        }
    }
}

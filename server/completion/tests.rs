use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{Asked, Completion, Kind, complete};
use crate::fixture::{self, Fixture};
use crate::hover;

mod images;
mod order;
mod places;
mod shell;
mod unmeant;

fn completions(fixture: &str) -> (String, Vec<Completion>) {
    completions_asked(fixture, Asked::ByHand)
}

fn completions_asked(fixture: &str, asked: Asked) -> (String, Vec<Completion>) {
    let (fixture, offset) = Fixture::cursor(fixture);
    let found = fixture.look(|cx| complete(cx, offset, asked));
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

/// Those for somebody who has just typed what stands before the cursor.
fn labels_typed(fixture: &str) -> String {
    let found = completions_asked(fixture, Asked::ByTyping).1;
    found.into_iter().map(|completion| completion.label).collect::<Vec<_>>().join(" ")
}

fn check(fixture: &str, expected: Expect) {
    expected.assert_eq(&shown(fixture).join("\n"));
}

/// As `check`, without images.
fn check_stages(fixture: &str, expected: Expect) {
    let found = completions(fixture).1.into_iter().map(|found| found.kind);
    let all = shown(fixture).into_iter().zip(found).filter(|(_, kind)| *kind != Kind::Image);
    expected.assert_eq(&all.map(|(line, _)| line).collect::<Vec<_>>().join("\n"));
}

fn check_labels(fixture: &str, expected: &str) {
    assert_eq!(labels(fixture), expected);
}

fn check_none(fixture: &str) {
    assert_eq!(shown(fixture), [""; 0]);
}

const KEYWORDS: &str = "RUN COPY WORKDIR ENV ARG FROM CMD ENTRYPOINT EXPOSE USER LABEL ADD HEALTHCHECK VOLUME SHELL \
                        STOPSIGNAL ONBUILD MAINTAINER";
/// The keywords where only a FROM or an ARG can stand.
fn above_stages() -> String {
    format!("FROM ARG {}", KEYWORDS.replace("FROM ", "").replace("ARG ", ""))
}

const KEPT: &str =
    "RUN COPY WORKDIR ENV ARG CMD ENTRYPOINT EXPOSE USER LABEL ADD HEALTHCHECK VOLUME SHELL STOPSIGNAL";

#[test]
fn stages_above_can_be_copied_from() {
    check_stages("FROM a AS Build\nFROM b\nCOPY --from=$0", expect!["COPY --from=Build|  stage 0, from a"]);
    check_stages(
        "FROM a AS b\nFROM c\nFROM b\nCOPY --chown=x --from=b$0x y z\nFROM d AS later",
        expect![[r#"
        COPY --chown=x --from=b| y z  stage 0, from a
        COPY --chown=x --from=1| y z  stage 1, from c"#]],
    );
    check_stages(
        "FROM a AS b\nFROM c\nFROM d\nCOPY --from=0$0",
        expect!["COPY --from=1|  stage 1, from c\nCOPY --from=0|  stage b, from a"],
    );
    check_stages(
        "FROM a AS b\nFROM c AS B\nFROM d\nFROM e\nRUN --mount=type=bind,from=$0,target=/x e",
        expect!["RUN --mount=type=bind,from=B|,target=/x e  stage 1, from c"],
    );
    check_none("FROM a AS b\nFROM d\nCOPY --from=\"$0\" x y");
    check_none("FROM a AS b\nFROM d\nADD --from=$0");
    check_none("FROM a AS b\nFROM d\nONBUILD COPY --from=$0");
}

#[test]
fn from_takes_stages_above_by_name() {
    check_stages(
        "FROM a AS b\nFROM c\nFROM $0",
        expect![[r#"
        FROM b|  stage 0, from a
        FROM --platform=|  default $TARGETPLATFORM"#]],
    );
    check_stages(
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
    check_none("FROM node:22@$0");
    assert!(labels("FROM $0").starts_with("alpine debian ubuntu node python golang "));
    assert!(labels("FROM a AS b\nFROM c\nCOPY --from=$0").starts_with("b alpine debian "));
}

#[test]
fn keywords_begin_a_line() {
    check_labels("$0", &format!("{} # syntax=docker/dockerfile:1", above_stages()));
    check_labels("\n$0", &above_stages());
    check_labels("# a\n$0\nFROM a", &above_stages());
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
    check_labels("r$0\nFROM a", &above_stages());
    check_labels("from a\nfrom b $0", "as");
}

#[test]
fn onbuild_keeps_an_instruction() {
    check_labels("FROM a\nONBUILD $0", KEPT);
    check_labels("FROM a\nONBUILD C$0OP", KEPT);
    check_labels("FROM a\nONBUILD $0RUN b", KEPT);
    check_labels("FROM a\nONBUILD\\\n $0", KEPT);
    check_labels("FROM a\nONBUILD COPY --l$0", "--from --chown --link --chmod --exclude --parents");
    check_none("FROM a\nONBUILD RUN b $0");
    check_labels("FROM a\nARG C\nENV D=1\nONBUILD ARG E\nONBUILD COPY ${$0\nONBUILD ARG F\nENV G=2", "D E G");
}

#[test]
fn flags_stand_before_arguments() {
    check(
        "FROM a\nCOPY --$0",
        expect![[r#"
        COPY --from=|
        COPY --chown=|  default 0:0
        COPY --link|  default false
        COPY --chmod=|
        COPY --exclude=|
        COPY --parents|  default false"#]],
    );
    check(
        "FROM a\nRUN --mo$0unt=type=cache -x",
        expect![[r#"
        RUN --mount|=type=cache -x
        RUN --device|=type=cache -x
        RUN --network|=type=cache -x  default default
        RUN --security|=type=cache -x  default sandbox"#]],
    );
    check_labels("FROM a\nCOPY --link --fr$0 b c", "--from --chown --chmod --exclude --parents");
    check_labels("FROM a\nCOPY $0", "<<EOF --from --chown --link --chmod --exclude --parents");
    check_labels("FROM a\nCOPY \\\n$0", "<<EOF --from --chown --link --chmod --exclude --parents");
    check_labels("FROM a\nCOPY -$0", "--from --chown --link --chmod --exclude --parents");
    check_labels("FROM --$0", "--platform");
    check_labels(
        "FROM a\nHEALTHCHECK $0",
        "CMD NONE --interval --retries --start-interval --start-period --timeout",
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
    check_none("FROM a\nADD --checksum=$0");
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
            FROM a:$V|  ARG, 1
            FROM a:$TARGETARCH|  set by the builder
            FROM a:$TARGETOS|  set by the builder
            FROM a:$TARGETPLATFORM|  set by the builder
            FROM a:$BUILDPLATFORM|  set by the builder
            FROM a:$TARGETVARIANT|  set by the builder
            FROM a:$BUILDARCH|  set by the builder
            FROM a:$BUILDOS|  set by the builder
            FROM a:$BUILDOSVERSION|  set by the builder
            FROM a:$BUILDVARIANT|  set by the builder
            FROM a:$TARGETOSVERSION|  set by the builder
            FROM a:$TARGETSTAGE|  set by the builder"#]],
    );
    check("ARG V=1\nFROM a AS b\nENV W\nFROM b\nUSER $$0", expect!["USER $W|  ENV, empty"]);
    // What a build can be given comes last.
    check_labels(
        "FROM a\nENV W=1\nRUN echo $$0",
        "W ALL_PROXY FTP_PROXY HTTPS_PROXY HTTP_PROXY NO_PROXY all_proxy ftp_proxy http_proxy https_proxy no_proxy",
    );
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
    check_none("FROM a\nCOPY $$0\nENV A=1");
    check_none("FROM a\nENV A=1\nSHELL [\"powershell\"]\nRUN echo $$0");
}

#[test]
fn nothing_is_offered_in_other_text() {
    check_none("FROM a\n# C$0");
    check_none("FROM b\n# $0\nFROM a");
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

/// A build context to copy from.
const CONTEXT: &str = "#- .dockerignore\n*.log\nout\n#- app.js\n1234\n#- b.log\nx\n#- out/a\n#- src/main.c\n#- src/lib/b.c\n#- Dockerfile\n";

#[test]
fn files_of_the_build_context_can_be_copied() {
    check(
        &format!("{CONTEXT}FROM a\nCOPY s$0 /x\n"),
        expect![[r#"
            COPY app.js| /x  5 B
            COPY src/| /x
            COPY .dockerignore| /x  10 B
            COPY Dockerfile| /x  17 B
            COPY b.log| /x  kept out of the build by .dockerignore
            COPY out/| /x  kept out of the build by .dockerignore"#]],
    );
    let excepted = CONTEXT.replace("out\n", "out\nsrc\n!c.log\n!src/lib\n");
    let shown = shown(&format!("{excepted}FROM a\nCOPY s$0 /x\n")).join("\n");
    assert!(
        shown.contains("COPY src/| /x\n")
            && shown.ends_with("out/| /x  kept out of the build by .dockerignore")
    );
    check(
        &format!("{CONTEXT}FROM a\nCOPY src/l$0/b.c /x\n"),
        expect!["COPY src/lib|/b.c /x\nCOPY src/main.c|/b.c /x  0 B"],
    );
    check(
        &format!("{CONTEXT}FROM a\nADD /src/$0 /x\n"),
        expect!["ADD /src/lib/| /x\nADD /src/main.c| /x  0 B"],
    );
    check(
        &format!("{CONTEXT}FROM a\nRUN --mount=type=bind,source=src/$0,target=/x b\n"),
        expect![
            "RUN --mount=type=bind,source=src/lib/|,target=/x b\nRUN --mount=type=bind,source=src/main.c|,target=/x b  0 B"
        ],
    );
    check_none(&format!("{CONTEXT}FROM a\nCOPY src/*$0 /x\n"));
    check_none(&format!("{CONTEXT}FROM a\nCOPY --from=a src/$0 /x\n"));
    check_none("FROM a\nCOPY src/$0");
}

#[test]
fn a_destination_is_a_folder_of_the_image() {
    check(
        "FROM a\nWORKDIR /app\nCOPY a /data/\nWORKDIR sub\nCOPY b /$0",
        expect![[r#"
            COPY b /app/sub/|  the WORKDIR of line 4
            COPY b /data/|  copied to in line 3
            COPY b /app/|  the WORKDIR of line 2
            COPY b /etc/|  configuration
            COPY b /opt/|  programs with all that belongs to them
            COPY b /srv/|  what is served
            COPY b /tmp/|  what goes again
            COPY b /usr/local/bin/|  programs of one's own"#]],
    );
    check("FROM a\nWORKDIR /app\nCOPY b .$0", expect!["COPY b ./|  /app"]);
    check(
        "FROM a AS b\nWORKDIR /app\nFROM c\nCOPY --from=b /a$0 d",
        expect!["COPY --from=b /app/| d  the WORKDIR of line 2"],
    );
    check(
        "FROM a\nRUN --mount=type=cache,target=/root/.np$0 b",
        expect!["RUN --mount=type=cache,target=/root/.npm| b  the downloaded packages of npm"],
    );
}

#[test]
fn a_mount_is_filled_in() {
    check_labels("FROM a\nRUN --mount=$0", "type source target from readonly readwrite");
    check_labels("FROM a\nRUN --mount=type=$0", "bind cache secret ssh tmpfs");
    assert!(labels("FROM a\nRUN --mount=type=cache,sharing=$0").contains("locked"));
    assert!(labels("FROM a\nRUN --mount=type=tmpfs,target=/t,$0").starts_with("size"));
    check(
        "FROM a\nRUN --mount=type=bind,r$0=true b",
        expect![[r#"
        RUN --mount=type=bind,source|=true b  default: the root of from
        RUN --mount=type=bind,target|=true b  default: the WORKDIR, unless that is /
        RUN --mount=type=bind,from|=true b  default: the build context
        RUN --mount=type=bind,readonly|=true b  default: true
        RUN --mount=type=bind,readwrite|=true b  default: false"#]],
    );
    check_none("FROM a\nRUN --mount=\"type=$0\"");
    check_none("FROM a\nRUN --mount=type=nothing,sharing=$0");
}

#[test]
fn names_are_given() {
    check(
        "ARG V=1\nFROM a\nARG $0",
        expect![[r#"
            ARG V|  declared above the first FROM, 1
            ARG TARGETARCH|  set by the builder, such as arm64
            ARG TARGETOS|  set by the builder, such as linux
            ARG TARGETPLATFORM|  set by the builder, such as linux/arm64
            ARG BUILDPLATFORM|  set by the builder, such as linux/amd64
            ARG TARGETVARIANT|  set by the builder, such as v7
            ARG BUILDARCH|  set by the builder, such as amd64
            ARG BUILDOS|  set by the builder, such as linux
            ARG BUILDOSVERSION|  set by the builder
            ARG BUILDVARIANT|  set by the builder
            ARG TARGETOSVERSION|  set by the builder
            ARG TARGETSTAGE|  set by the builder, such as default"#]],
    );
    assert!(labels("FROM a\nENV P$0").contains("PATH"));
    check(
        "FROM a\nARG V\nENV V$0",
        expect![[r#"
        ENV V=$V|  keeps the argument of this name
        ENV LANG=C.UTF-8|  C.UTF-8
        ENV LC_ALL=C.UTF-8|  C.UTF-8
        ENV PATH=/opt/app/bin:$PATH|  /opt/app/bin:$PATH
        ENV TZ=Etc/UTC|  Etc/UTC
        ENV ASPNETCORE_HTTP_PORTS=8080|  8080
        ENV BUNDLE_WITHOUT=development:test|  development:test
        ENV CARGO_HOME=/usr/local/cargo|  /usr/local/cargo
        ENV CGO_ENABLED=0|  0
        ENV DOTNET_CLI_TELEMETRY_OPTOUT=1|  1
        ENV GEM_HOME=/usr/local/bundle|  /usr/local/bundle
        ENV GOFLAGS=-mod=readonly|  -mod=readonly
        ENV JAVA_OPTS=-XX:MaxRAMPercentage=75|  -XX:MaxRAMPercentage=75
        ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75|  -XX:MaxRAMPercentage=75
        ENV NODE_ENV=production|  production
        ENV NODE_OPTIONS=--enable-source-maps|  --enable-source-maps
        ENV PIP_DISABLE_PIP_VERSION_CHECK=1|  1
        ENV PIP_NO_CACHE_DIR=1|  1
        ENV PNPM_HOME=/pnpm|  /pnpm
        ENV PYTHONDONTWRITEBYTECODE=1|  1
        ENV PYTHONUNBUFFERED=1|  1
        ENV RAILS_ENV=production|  production
        ENV RUST_BACKTRACE=1|  1
        ENV UV_COMPILE_BYTECODE=1|  1
        ENV UV_LINK_MODE=copy|  copy"#]],
    );
    check_none("FROM a\nENV A=$0");
    check_none("FROM a\nENV A b $0");
    assert!(labels("FROM a\nLABEL org.$0").contains("org.opencontainers.image.source"));
    assert!(!labels("FROM a\nLABEL org.opencontainers.image.source=x org.$0").contains("image.source"));
    for value in ["$0", "M$0", "\"$0\"", "'$0"] {
        let source = format!("FROM a\nLABEL org.opencontainers.image.licenses={value}");
        assert!(labels(&source).starts_with("MIT Apache-2.0 "), "{value}");
    }
    check_none("FROM a\nLABEL a=$0");
    let source = "FROM a\nLABEL org.opencontainers.image.licenses=\"$0\"";
    assert_eq!(shown(source)[0], "LABEL org.opencontainers.image.licenses=\"MIT|\"");
    let (_, found) = completions("FROM a\nENV $0");
    assert!(found.iter().any(|found| found.snippet.as_deref() == Some("PATH=${1:/opt/app/bin:\\$PATH}")));
}

#[test]
fn everybody_knows_ports_signals_and_shells() {
    assert!(shown("FROM a\nEXPOSE 54$0").contains(&"EXPOSE 5432|  PostgreSQL".to_owned()));
    check_labels("FROM a\nEXPOSE 53/$0", "tcp udp sctp");
    check_none("FROM a\nEXPOSE a$0");
    assert!(labels("FROM a\nSTOPSIGNAL $0").starts_with("SIGTERM SIGINT SIGQUIT"));
    assert!(shown("FROM a\nSHELL [$0]").iter().any(|line| line.starts_with("SHELL [\"/bin/sh\", \"-c\"]|")));
    check_none("FROM a\nSHELL [\"a\", $0");
}

#[test]
fn users_are_those_of_the_image_and_of_the_file() {
    check(
        "FROM node:22 AS a\nRUN useradd app\nFROM a\nUSER $0",
        expect![
            "USER app|  created in line 2\nUSER node|  of the base image, number 1000\nUSER root|  number 0"
        ],
    );
    check(
        "FROM a\nRUN adduser app\nCOPY --chown=app:$0 b c",
        expect![[r#"
        COPY --chown=app:app| b c  created in line 2
        COPY --chown=app:root| b c  number 0"#]],
    );
}

#[test]
fn a_heredoc_begins() {
    check(
        "FROM a\nRUN <$0",
        expect![[r#"
        RUN <<EOF
        EOF|  a script in the lines below"#]],
    );
    let (_, found) = completions("FROM a\nRUN <<$0");
    assert_eq!(found[0].edit.new_text, "<<EOF\nEOF");
    assert_eq!(found[0].snippet.as_deref(), Some("<<EOF\n$0\nEOF"));
    check_none("FROM a\nRUN <$0 b");
    check_none("FROM a\nCOPY --from=a <$0");
}

#[test]
fn modifiers_stand_behind_a_name() {
    check(
        "FROM a\nUSER ${A:$0}",
        expect![[r#"
        USER ${A:-|}  the default where it is unset or empty
        USER ${A:+|}  the text where it is set and not empty
        USER ${A:?|}  fails with the message where it is unset or empty"#]],
    );
    check_none("FROM a\nUSER $A:$0");
    check_none("FROM a\nCMD [\"${A:$0");
}

#[test]
fn directives_stand_at_the_head() {
    check_labels("# $0", "syntax check escape");
    check_labels("# syntax=docker/dockerfile:1\n# $0\nFROM a", "check escape");
    check("# esc$0=`\nFROM a", expect!["# escape|=`  The character that escapes and that continues a line"]);
    check_none("# F$0");
    assert!(labels("# syntax=$0").contains("docker/dockerfile:1"));
    check_labels("# escape=$0", "` \\");
    assert!(labels("# check=skip=StageNameCasing,$0;error=true").contains("JSONArgsRecommended"));
    check_none("#$0# a\nFROM b".replace("#$0#", "# a\n#$0#").as_str());
}

#[test]
fn rules_are_silenced_by_name() {
    assert!(
        shown("FROM a\n# layerwise: ignore=apt-lists-kept,apt-r$0 b")
            .iter()
            .any(|line| line.starts_with("# layerwise: ignore=apt-lists-kept,apt-recommends| b"))
    );
    assert!(!labels("FROM a\n# layerwise: ignore=apt-lists-kept,$0").contains("apt-lists-kept"));
    assert!(labels("FROM a\n# hadolint ignore=$0").contains("DL3006"));
    check_labels("FROM a\n# lay$0", "layerwise: ignore= layerwise: ignore-file=");
    check_none("FROM a\n# layerwise: ignore=apt-lists-kept because $0");
    check_none("FROM a\n# a comment $0");
}

proptest! {
    #[test]
    fn half_typed_files_are_answered_everywhere(source in fixture::half_typed()) {
        let fixture = Fixture::new(&source);
        let text = fixture.document.text().to_string();
        let offsets = (0..=text.len()).filter(|offset| text.is_char_boundary(*offset));
        for offset in offsets {
            for completion in fixture.look(|cx| complete(cx, offset, Asked::ByHand)) {
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

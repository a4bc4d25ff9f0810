use expect_test::{Expect, expect};

use super::find;
use crate::document::Cx;
use crate::fixture::Fixture;
use crate::settings::{GROUPS, Settings, group_name};

/// The hover at `$0`: the text it is about, and what it says.
fn shown(fixture: &str, settings: &Settings) -> String {
    let (fixture, offset) = Fixture::cursor(fixture);
    let hover = fixture.look(|cx| find(&Cx { settings, ..*cx }, offset));
    hover.map_or_else(String::new, |hover| {
        format!("[{}]\n{}\n", fixture.document.text().slice(hover.span), hover.markdown)
    })
}

/// Without what rules find: new ones come all the time.
pub(super) fn subject(fixture: &str) -> String {
    let disabled = GROUPS.map(|group| group_name(group).to_owned()).to_vec();
    shown(fixture, &Settings { disabled, ..Settings::default() })
}

fn check(fixture: &str, expected: Expect) {
    expected.assert_eq(&subject(fixture));
}

/// The hover is about this text, and says this among other things.
pub(super) fn check_says(fixture: &str, about: &str, says: &str) {
    let shown = subject(fixture);
    assert!(shown.starts_with(&format!("[{about}]\n")) && shown.contains(says), "{shown}");
}

fn check_none(fixture: &str) {
    assert_eq!(subject(fixture), "");
}

#[test]
fn a_keyword_tells_what_its_instruction_depends_on_and_runs_again() {
    let fixture = |keyword: &str| {
        let source = "FROM a AS b\nARG V=1\nCOPY src .\nRUN npm ci\nRUN true\nFROM c\nCOPY --from=b /x /y\n";
        format!("#- src/a\n#- Dockerfile\n{}", source.replacen(keyword, &format!("$0{keyword}"), 1))
    };
    check_says(
        &fixture("COPY"),
        "COPY",
        "It depends on `src` in `context`.\n\nA change of it runs lines 4, 5 again; line 4 takes long.",
    );
    check_says(
        &fixture("COPY"),
        "COPY",
        "One more step runs again only where the files that come from it turn out different.",
    );
    check_says(
        &fixture("RUN"),
        "RUN",
        "It depends on the arguments `V`.\n\nA change of it runs line 5 again",
    );
    check_says(&fixture("ARG"), "ARG", "A change of it runs lines 4, 5 again");
    check_says(&fixture("COPY --from"), "COPY", "It depends on the stages `b`.");
}

#[test]
fn a_keyword_is_explained_also_behind_onbuild() {
    check_says("FROM scratch\nco$0py a b", "copy", "COPY [");
    check_says("FROM scratch\nON$0BUILD RUN a", "ONBUILD", "ONBUILD");
    check_says("FROM scratch\nONBUILD $0RUN a", "RUN", "RUN [");
    check_says("FROM scratch\nHEALTHCHECK --retries=1 C$0MD a", "CMD", "HEALTHCHECK CMD");
}

#[test]
fn a_flag_is_explained() {
    check_says("FROM scratch\nCOPY --ch$0own=a b c", "--chown=a", "**`COPY --chown`**");
    check_says("FROM scratch\nHEALTHCHECK --inter$0val CMD a", "--interval", "--interval");
    check_says("FROM scratch\nCOPY --fr$0omm=a b c", "--fromm", "`unknown-flag`");
}

#[test]
fn a_mount_is_explained_by_its_type_and_keys() {
    check_says("FROM scratch\nRUN --mount=ty$0pe=cache,target=/x a", "type=cache", "`tmpfs`");
    check_says("FROM scratch\nRUN --mount=type=ca$0che,target=/x a", "cache", "**`type=cache`**");
    check_says("FROM scratch\nRUN --mount=type=cache,tar$0get=/x a", "target=/x", "**`target`**");
    check_says(
        "FROM scratch\nRUN --mo$0unt=type=cache,target=/x a",
        "--mount=type=cache,target=/x",
        "--mount",
    );
}

#[test]
fn a_variable_shows_its_value_and_where_it_is_set() {
    check(
        "FROM scratch\nENV A=1 \\\n  B=2\nCOPY x$0${B} y",
        expect![[r#"
        [${B}]
        **`B`** = `2`

        - Set by `ENV` in line 3
    "#]],
    );
    check(
        "FROM scratch\nARG A=1\nENV B=${A:-x} C=${D:-$0$A}",
        expect![[r#"
        [$A]
        **`A`** = `1`

        - Default of `ARG` in line 2; a build can give another
    "#]],
    );
    check(
        "FROM scratch\nARG A=1\nENV B=$0${D:-$A}",
        expect![[r#"
        [${D:-$A}]
        **`D`** is not set

        - Nothing above sets it
        - `${D:-$A}` comes to `1`
    "#]],
    );
    check(
        "ARG V=22\nFROM node:$0$V",
        expect![[r#"
        [$V]
        **`V`** = `22`

        - Default of `ARG` in line 1; a build can give another
    "#]],
    );
    check(
        "ARG V=22\nFROM node\nARG V\nRUN echo $0$V",
        expect![[r#"
        [$V]
        **`V`** = `22`

        - Default of `ARG` in line 1, which `ARG` in line 3 takes over; a build can give another
    "#]],
    );
    check(
        "FROM scratch\nARG A=1 B=$0$A",
        expect![[r#"
        [$A]
        **`A`** = `1`

        - Default of `ARG` here; a build can give another
    "#]],
    );
}

#[test]
fn a_variable_without_a_value_says_why() {
    check(
        "ARG V=22\nFROM scratch\nUSER $0$V",
        expect![[r#"
        [$V]
        **`V`** is not set

        - `ARG` in line 1 stands before `FROM`: a stage sees it only after an `ARG V` of its own
    "#]],
    );
    check(
        "FROM node\nUSER $0$V\nENV V=1",
        expect![[r#"
        [$V]
        **`V`** has a value that is not known here

        - It is set below, in line 3
        - Nothing above sets it; the base image may
    "#]],
    );
    check(
        "FROM scratch\nARG V\nUSER $0$V",
        expect![[r#"
        [$V]
        **`V`** has a value that is not known here

        - `ARG` in line 2 has no default: a build gives the value with `--build-arg`
    "#]],
    );
    check(
        "FROM scratch\nARG V\nENV W=$V\nUSER $0$W",
        expect![[r#"
        [$W]
        **`W`** has a value that is not known here

        - Set by `ENV` in line 3
        - Written as `$V`: a variable in it has a value that is not known
    "#]],
    );
    check(
        "FROM a\nENV V=1\nFROM $0$V",
        expect![[r#"
        [$V]
        **`V`** is not set

        - Only an `ARG` above, before the first `FROM`, can give it a value
    "#]],
    );
}

#[test]
fn a_declaration_shows_what_it_leads_to() {
    check(
        "FROM scratch\nENV A=1 \\\n  B$0=$A\"2\"\nENV B=3",
        expect![[r#"
        [B]
        **`B`** = `2`

        - Set by `ENV` here
    "#]],
    );
    check(
        "ARG $0V=22\nFROM a",
        expect![[r#"
        [V]
        **`V`** = `22`

        - Default of `ARG` here; a build can give another
    "#]],
    );
    check(
        "ARG V=22\nFROM a\nARG $0V\nFROM b",
        expect![[r#"
        [V]
        **`V`** = `22`

        - Default of `ARG` in line 1, which `ARG` here takes over; a build can give another
    "#]],
    );
    check(
        "EN$0V V=22",
        expect![[r#"
            [ENV]
            ```dockerfile
            ENV name=value [name=value ...]
            ENV name value
            ```

            Sets variables for the instructions that follow, for stages based on this one, and for the container. It wins over an `ARG` of the same name.

            - **Cache**: its value is part of the key of every `RUN` after it. A version that changes often belongs far down.
            - **Size**: none. The value stays in the image for all to read: no place for a secret. `RUN unset` does not remove it.
            - All values of one `ENV` see the variables as they were before it.

            ```dockerfile
            ENV NODE_ENV=production \
             PATH=/app/node_modules/.bin:$PATH
            ```

            [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#env)

            ---

            Found here: `no-stage` (error)
        "#]],
    );
    check(
        "ENV $0V=22",
        expect![[r#"
        [V]
        **`V`** = `22`

        - Set by `ENV` here
    "#]],
    );
}

#[test]
fn a_predefined_variable_is_explained() {
    check(
        "FROM --platform=$0$BUILDPLATFORM a",
        expect![[r#"
        [$BUILDPLATFORM]
        **`BUILDPLATFORM`** has a value that is not known here

        - Set by the builder

        **`BUILDPLATFORM`**: The platform of the machine that builds. `FROM --platform=$BUILDPLATFORM` runs a stage without emulation.

        - `FROM` lines see it; a stage does after an `ARG` for it.
        - Example: `linux/amd64`

        [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope)
    "#]],
    );
}

#[test]
fn a_shell_shows_the_variables_of_the_builder_and_no_other() {
    check(
        "FROM a\nENV V=1\nRUN echo \"x$0$V\"",
        expect![[r#"
        [$V]
        **`V`** = `1`

        - Set by `ENV` in line 2
    "#]],
    );
    check(
        "FROM a\nARG V=1\nRUN <<EOF\necho $0$V\nEOF",
        expect![[r#"
        [$V]
        **`V`** = `1`

        - Default of `ARG` in line 2; a build can give another
    "#]],
    );
    check(
        "FROM a\nARG V=1\nCMD echo $0$V",
        expect![[r#"
        [$V]
        **`V`**: not set when a container runs: an `ARG` lasts as long as the build
    "#]],
    );
    check(
        "FROM a\nENV V=1\nCMD echo $0$V",
        expect![[r#"
        [$V]
        **`V`** = `1`

        - Set by `ENV` in line 2
    "#]],
    );
    check_none("FROM a\nRUN echo $0$V");
    check_none("FROM a\nENV V=1\nRUN echo '$0$V'");
    check_none("FROM a\nENV V=1\nRUN V=2; echo $0$V");
    check_says(
        "FROM a\nENV V=1\nRUN [\"echo\", \"$0$V\"]",
        "\"$V\"",
        "given to the program as it is written",
    );
    check_says("FROM a\nENV V=1\nRUN [\"sh\", \"-c\", \"echo $0$V\"]", "$V", "**`V`** = `1`");
    check_none("FROM a\nENV V=1\nSHELL [\"powershell\"]\nRUN echo $0$V");
}

#[test]
fn heredocs_of_copy_show_variables_where_the_builder_expands_them() {
    check_says("FROM a\nENV V=1\nCOPY <<E /x\n$0$V\nE", "$V", "= `1`");
    check_none("FROM a\nENV V=1\nCOPY <<'E' /x\n$0$V\nE");
    check_none("FROM a\nENV V=1\nCOPY <<E /x\nCO$0PY a b\nE");
}

#[test]
fn onbuild_leaves_values_to_the_later_build() {
    for run in ["COPY $0$V /x", "RUN echo $0$V"] {
        let shown = "**`V`** = `2`\n\n- Set by `ENV` in line 4";
        check_says(&format!("FROM a\nENV V=1\nONBUILD {run}\nENV V=2\nFROM b\nENV V=3"), "$V", shown);
    }
    check_none("FROM a\nARG V=1\nONBUILD RUN echo $0$V");
    let later = "**`V`**: gets its value in the build that begins with this image";
    check_says("FROM a\nENV V=1\nONBUILD ARG V=3\nONBUILD RUN echo $0$V", "$V", later);
    check_says("FROM a\nARG V=1\nONBUILD COPY $0$V /x", "$V", later);
}

#[test]
fn a_stage_shows_its_base_and_its_uses() {
    let file = "ARG V=1\nFROM golang:$V AS Build\nFROM build AS test\nFROM scratch\nCOPY --from=BUILD a b\n\
                RUN --mount=type=bind,from=build,target=/x c\n";
    check(
        &file.replace("AS Build", "AS Bu$0ild"),
        expect![[r#"
        [Build]
        **Stage `build` (number 0)**

        - Declared in line 2, built on `golang:1`
        - Used in line 3 by `FROM` of stage `test` (number 1)
        - Used in line 5 by `COPY` of stage number 2
        - Used in line 6 by `RUN` of stage number 2
    "#]],
    );
    check(
        &file.replace("FROM build", "FROM $0build"),
        expect![[r#"
        [build]
        **Stage `build` (number 0)**

        - Declared in line 2, built on `golang:1`
        - Used in line 3 by `FROM` of stage `test` (number 1)
        - Used in line 5 by `COPY` of stage number 2
        - Used in line 6 by `RUN` of stage number 2
    "#]],
    );
    check_says(&file.replace("=BUILD", "=BU$0ILD"), "BUILD", "**Stage `build` (number 0)**");
    check_says(&file.replace("from=build", "from=b$0uild"), "build", "**Stage `build` (number 0)**");
    check(
        &file.replace("AS test", "AS $0test"),
        expect![[r#"
        [test]
        **Stage `test` (number 1)**

        - Declared in line 3, built on `build` (number 0)
        - No other stage uses it
    "#]],
    );
    check(
        "FROM a\nFROM scratch AS $0b",
        expect![[r#"
        [b]
        **Stage `b` (number 1)**

        - Declared in line 2, built on nothing (`scratch`)
        - The last stage: it is built unless `--target` names another
    "#]],
    );
}

#[test]
fn an_image_falls_into_its_parts() {
    check(
        "FROM adm$0iner",
        expect![[r#"
            [adminer]
            **Image** `adminer`

            - Registry: Docker Hub
            - Repository: `library/adminer`
            - Tag: `latest`, because none is written
        "#]],
    );
    check(
        "ARG V=1\nFROM ghcr.io/a/b$0:$V@sha256:ab",
        expect![[r#"
        [ghcr.io/a/b:$V@sha256:ab]
        **Image** `ghcr.io/a/b:1@sha256:ab`

        - Written as `ghcr.io/a/b:$V@sha256:ab`
        - Registry: `ghcr.io`
        - Repository: `a/b`
        - Tag: `1`
        - Digest: `sha256:ab`
    "#]],
    );
    check(
        "FROM a\nCOPY --from=hay$0stack:1 a b",
        expect![[r#"
        [haystack:1]
        **Image** `haystack:1`

        - Registry: Docker Hub
        - Repository: `library/haystack`
        - Tag: `1`
        - No stage has this name: it is an image, or a context that the build is given
    "#]],
    );
    check(
        "FROM scr$0atch",
        expect![[r#"
        [scratch]
        **`scratch`**: no image at all: the stage begins without files, and so without a shell
    "#]],
    );
    check_none("ARG V\nFROM $0a$V");
}

#[test]
fn what_is_in_a_known_image_is_told() {
    check(
        "FROM no$0de:16.20.2-slim",
        expect![[r#"
        [node:16.20.2-slim]
        **Image** `node:16.20.2-slim`

        - Registry: Docker Hub
        - Repository: `library/node`
        - Tag: `16.20.2-slim`
        - Built on: Debian 10 (buster), glibc 2.28
        - Has: `/bin/sh` is dash, bash, GNU tools, `apt-get`
        - Starts with: user `root`, folder `/`, `ENTRYPOINT` `["docker-entrypoint.sh"]`, `CMD` `[ "node" ]`
        - Users beside root: `node` (1000:1000)
        - Sets: `NODE_VERSION`
        - Support: Node.js 16 ended on 2023-09-11, Debian 10 ended on 2024-06-30
        - As known on 2026-08-21
    "#]],
    );
    check(
        "FROM docker.io/library/alp$0ine:3.12",
        expect![[r#"
        [docker.io/library/alpine:3.12]
        **Image** `docker.io/library/alpine:3.12`

        - Registry: `docker.io`
        - Repository: `library/alpine`
        - Tag: `3.12`
        - Built on: Alpine Linux 3.12, musl
        - Has: `/bin/sh` is the ash of BusyBox, no bash, BusyBox tools, `apk`
        - Starts with: user `root`, folder `/`, `CMD` `["/bin/sh"]`
        - Support: Alpine Linux 3.12 ended on 2022-05-01
        - As known on 2026-08-21
    "#]],
    );
    check(
        "FROM gcr.io/distr$0oless/static-debian12:nonroot",
        expect![[r#"
            [gcr.io/distroless/static-debian12:nonroot]
            **Image** `gcr.io/distroless/static-debian12:nonroot`

            - Registry: `gcr.io`
            - Repository: `distroless/static-debian12`
            - Tag: `nonroot`
            - Built on: distroless Debian 12
            - Has: no shell, no package manager
            - Starts with: user `65532`
            - Users beside root: `nonroot` (65532:65532)
            - As known on 2026-08-21
        "#]],
    );
    check(
        "ARG V\nFROM nod$0e:${V}-alpine",
        expect![[r#"
        [node:${V}-alpine]
        **Image** `node:${V}-alpine`

        - Built on: Alpine Linux, musl
        - Has: `/bin/sh` is the ash of BusyBox, no bash, BusyBox tools, `apk`
        - Starts with: user `root`
        - Users beside root: `node` (1000:1000)
        - Sets: `NODE_VERSION`
        - As known on 2026-08-21
    "#]],
    );
}

#[test]
fn a_workdir_shows_the_folder_it_leads_to() {
    check(
        "FROM scratch\nWORKDIR /a\nWORKDIR b/../$0c",
        expect![[r#"
        [b/../c]
        **Folder**: `/a/c`
    "#]],
    );
    check(
        "FROM a\nWORKDIR $0b",
        expect![[r#"
        [b]
        **Folder**: not known: it depends on the base image's folder or on a variable without a known value
    "#]],
    );
    check_says("FROM a AS b\nWORKDIR /x\nWORKDIR $0y\nFROM c", "y", "`/x/y`");
}

#[test]
fn platforms_and_signals_are_explained() {
    check(
        "FROM --platform=linux/aarch$064 a",
        expect![[r#"
        [linux/aarch64]
        **`linux/arm64`**: 64-bit ARM: Apple silicon, AWS Graviton, Raspberry Pi 3 and later
    "#]],
    );
    check(
        "FROM scratch\nSTOPSIGNAL SIG$0QUIT",
        expect![[r#"
        [SIGQUIT]
        **`SIGQUIT`** (3): Quit; nginx and PHP-FPM end gracefully
    "#]],
    );
}

#[test]
fn directives_are_explained_and_other_comments_are_not() {
    check_says("# esc$0ape=`\nFROM a", "# escape=`", "**`# escape=`**");
    check_says("# syntax=docker/docker$0file:1\n", "# syntax=docker/dockerfile:1", "**`# syntax=`**");
    check_none("# RUN$0 a\nFROM a");
    check_none("FROM a\n# syn$0tax=x\nRUN b");
    check_none("FROM a\n# a co$0mment\n");
}

#[test]
fn a_rule_in_a_comment_is_documented() {
    check_says(
        "FROM a\n# layerwise: ignore=floating-base-tag,missing$0-yes it asks\nRUN a",
        "missing-yes",
        "## missing-yes",
    );
    check_says("# hadolint ignore=DL3006,DL3$0014\nFROM a", "DL3014", "## missing-yes");
    check_says("FROM a\n# hadolint global ignore=DL3$0014\n", "DL3014", "## missing-yes");
    check_none("FROM a\n# layerwise: ignore=missing-yes missing$0-yes\nRUN a");
    check_none("FROM a\n# see missing$0-yes\nRUN a");
}

#[test]
fn findings_follow_what_else_there_is() {
    let shown = |fixture| shown(fixture, &Settings::default());
    let image = shown("FROM node:la$0test");
    assert!(image.starts_with("[node:latest]\n**Image**"), "{image}");
    let finding = "\n\n---\n\nFound here: `floating-base-tag` (warning)";
    assert!(image.contains(finding), "{image}");
    let install = shown("FROM debian:12\nRUN apt-get ins$0tall curl");
    assert!(
        install.starts_with("[apt-get install]\n**`") && install.contains("`missing-yes` ("),
        "{install}"
    );
    let silenced = shown("FROM debian:12\n# layerwise: ignore=missing-yes\nRUN apt-get ins$0tall curl");
    assert!(!silenced.contains("missing-yes"), "{silenced}");
    assert!(shown("FROM scratch\nCO$0PPY a b").starts_with("[COPPY]\n**`unknown-instruction`** (error): "));
}

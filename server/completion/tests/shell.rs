//! Package managers and variables in the shell text of a RUN.

use super::*;

#[test]
fn package_managers_are_known_in_a_shell() {
    check_labels("FROM a\nRUN apt$0", "apt-get apt aptitude");
    assert!(labels("FROM a\nRUN set -e; sudo apt-get $0").starts_with("install update upgrade"));
    assert!(labels("FROM a\nRUN A=1 apt-get install -$0 b").starts_with("--no-install-recommends"));
    assert!(labels("FROM a\nRUN b && go mod $0").contains("download"));
    assert!(labels("FROM a\nRUN apk add --$0").starts_with("--no-cache"));
    check_none("FROM a\nRUN echo 'apt$0");
    check_none("FROM a\nRUN echo apt$0");
    check_none("FROM a\nRUN b && $0");
    check_none("FROM a\nSHELL [\"pwsh\"]\nRUN apt$0");
}

#[test]
fn a_command_is_known_wherever_it_stands() {
    for before in [
        "(apk $0)",
        "(apk $0",
        "{ apk $0; }",
        "{ apk $0",
        "if a; then apk $0; fi",
        "if a; then apk $0",
        "if a; then b; else apk $0",
        "if apk $0",
        "while a; do apk $0",
        "for a in b; do apk $0; done",
        "for a in b; do c && apk $0",
        "case a in b) apk $0 ;; esac",
        "$(apk $0)",
        "A=$(apk $0",
        "! apk $0",
        "time apk $0",
        "sudo -E time apk $0",
        "sh -c 'a && apk $0'",
        "a && \\\n    apk $0",
        "a &&\\\n# c\n    apk $0 && b",
        "f() { apk $0; }",
        "<<E\na\nif b; then apk $0\nE",
        "<<-E\n\ta\n\tapk $0\n\tE",
        "<<'E'\n#!/bin/bash -e\napk $0\nE",
        "<<E\napk $0",
    ] {
        let found = labels(&format!("FROM a\nRUN {before}"));
        assert!(found.starts_with("add update upgrade del"), "{before}: {found}");
    }
    assert!(labels("FROM a\nRUN python3.12 -m pip $0").starts_with("install uninstall wheel"));
    assert!(labels("FROM a\nRUN if a; then apt$0").starts_with("apt-get"));
    assert!(labels("FROM a\nONBUILD RUN (apk $0)").starts_with("add"));
    check_none("FROM a\nRUN <<E\n#!/usr/bin/env python3\napk $0\nE");
    check_none("FROM a\nRUN cat <<E > f\napk $0\nE");
    check_none("FROM a\nCOPY <<E /f\napk $0\nE");
    check_none("FROM a\nRUN a # apk $0");
    check_none("FROM a\nRUN <<E\n# apk $0\nE");
    check_none("FROM a\nRUN A=apk $0");
}

#[test]
fn a_run_begins_with_the_package_manager_of_its_image() {
    assert!(labels("FROM debian:12\nRUN $0").starts_with("apt-get pip "));
    assert!(labels_typed("FROM alpine:3.20\nRUN --mount=type=tmpfs,target=/a $0").starts_with("apk pip "));
    assert!(!labels("FROM alpine:3.20\nRUN $0").contains("apt"));
    assert!(labels("FROM a\nRUN $0").starts_with("apt-get apt "));
    // Of another image nothing is known, and in the middle any command may be meant.
    for text in ["FROM a\nRUN $0", "FROM debian:12\nRUN b && $0", "FROM debian:12\nRUN <<E\n$0\nE"] {
        assert!(!labels_typed(text).contains("apt"), "{text}");
    }
    assert!(!labels("FROM debian:12\nRUN $0\nb").contains("apk"));
}

#[test]
fn a_script_reads_variables() {
    check(
        "FROM a\nENV BB=2\nRUN <<E\nset -e\necho $B$0\nE",
        expect![[r#"
        echo $BB|  ENV, 2
        echo $ALL_PROXY|  set where the build is given it
        echo $FTP_PROXY|  set where the build is given it
        echo $HTTPS_PROXY|  set where the build is given it
        echo $HTTP_PROXY|  set where the build is given it
        echo $NO_PROXY|  set where the build is given it
        echo $all_proxy|  set where the build is given it
        echo $ftp_proxy|  set where the build is given it
        echo $http_proxy|  set where the build is given it
        echo $https_proxy|  set where the build is given it
        echo $no_proxy|  set where the build is given it"#]],
    );
    for script in ["echo $$0", "echo ${$0", "echo ${$0}", "echo \"a ${$0\"", "if a; then b $$0"] {
        let found = shown(&format!("FROM a\nENV BB=2\nRUN <<E\n{script}\nE"));
        assert!(found[0].contains("BB"), "{script}: {found:?}");
        assert_eq!(found[0].matches("${").count(), found[0].matches('}').count(), "{script}: {found:?}");
    }
    check_none("FROM a\nENV BB=2\nRUN <<E\necho '$$0'\nE");
    check_none("FROM a\nENV BB=2\nRUN <<E\necho \\$$0\nE");
    check_none("FROM a\nENV BB=2\nRUN <<E\n#!/usr/bin/env python3\n$$0\nE");
}

#[test]
fn options_stand_behind_their_sub_command() {
    check_none("FROM a\nRUN go -$0");
    check_none("FROM a\nRUN pip --$0");
    assert!(labels("FROM a\nRUN go build -$0").contains("-ldflags"));
    assert!(!labels("FROM a\nRUN go mod download -$0").contains("-ldflags"));
    assert!(labels("FROM a\nRUN pip install --$0").starts_with("--no-cache-dir --requirement"));
    assert!(!labels("FROM a\nRUN pip install --no-cache-dir --$0").contains("--no-cache"));
    assert!(labels("FROM a\nRUN npm i --$0").contains("--omit=dev"));
    assert!(labels("FROM a\nRUN pacman -Syu --$0").starts_with("--needed --noconfirm"));
    assert!(labels("FROM a\nRUN pacman -$0").starts_with("-S -Sy -Syu"));
}

#[test]
fn sub_commands_are_offered_by_their_names() {
    check_labels(
        "FROM a\nRUN npm $0",
        "ci install run prune cache update uninstall rebuild config pack start test",
    );
    let shown = shown("FROM a\nRUN go $0");
    assert!(shown.contains(&"RUN go mod|  with download, tidy, vendor, verify".to_owned()), "{shown:?}");
    assert!(labels("FROM a\nRUN conda env $0").starts_with("create update remove"));
}

#[test]
fn a_blank_asks_for_no_options() {
    assert_eq!(labels_typed("FROM a\nRUN apt-get install $0"), "");
    assert_eq!(labels_typed("FROM a\nRUN apt-get install -y curl \\\n    $0"), "");
    assert!(labels_typed("FROM a\nRUN apt-get install -y curl -$0").contains("--target-release"));
    assert!(labels("FROM a\nRUN apt-get install -y curl $0").contains("--target-release"));
    assert!(labels_typed("FROM a\nRUN apt-get $0").starts_with("install update"));
    assert_eq!(labels_typed("FROM a\nENV A=1 \\\n    $0"), "");
    assert_eq!(labels_typed("FROM a\nLABEL a=1 $0"), "");
    assert!(labels_typed("FROM a\nENV A=1 P$0").contains("PATH"));
    assert!(labels_typed("FROM a\nENV $0").contains("PATH"));
    assert!(labels("FROM a\nENV A=1 $0").contains("PATH"));
}

#[test]
fn the_package_manager_of_the_image_comes_first() {
    check_labels("FROM alpine:3.20\nRUN ap$0", "apk apt-get apt aptitude");
    check_labels("FROM debian:12\nRUN ap$0", "apt-get apt aptitude apk");
    check_labels("FROM rockylinux:9-minimal AS a\nFROM a\nRUN mi$0", "microdnf micromamba mix");
}

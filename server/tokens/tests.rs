use super::*;
use crate::text::Edit;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::sync::Arc;

fn shown(document: &Document) -> String {
    let mut shown = String::new();
    for highlighted in highlighted(document, 0..document.text().len()) {
        for token in &*highlighted.tokens {
            let text = &highlighted.text[token.start..token.end];
            let mut line = format!("{:?} {text}", token.kind);
            for (modifier, name) in [
                (Modifiers::DECLARATION, "declaration"),
                (Modifiers::DEPRECATED, "deprecated"),
                (Modifiers::DEFAULT_LIBRARY, "default"),
            ] {
                if token.modifiers.0 & modifier.0 != 0 {
                    line = format!("{line} ({name})");
                }
            }
            shown.push_str(&line);
            shown.push('\n');
        }
    }
    shown
}

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&shown(&Document::new(source)));
}

#[test]
fn images_stages_and_variables() {
    check(
        "# syntax=a\n# b\nARG V=22\nFROM --platform=$P node:${V:-20} AS x\nFROM scratch\nMAINTAINER z\n# end",
        expect![[r#"
            Macro # syntax=a
            Comment # b
            Keyword ARG
            Variable V (declaration)
            Operator =
            String 22
            Keyword FROM
            Property --platform
            Operator =
            Variable $P
            Type node
            Operator :
            Variable ${V
            Operator :-
            String 20
            Variable }
            Keyword AS
            Namespace x (declaration)
            Keyword FROM
            Type scratch (default)
            Keyword MAINTAINER (deprecated)
            String z
            Comment # end
        "#]],
    );
}

#[test]
fn values_of_all_kinds() {
    check(
        "ENV A=\"x$B\" C=d\\\n # e\n f\nLABEL a.b='c'\nEXPOSE 80/udp\nCOPY --from=x a$B /b\nCMD [\"a\\n\"]\nHEALTHCHECK --retries=3 CMD a\nONBUILD USER b\n",
        expect![[r#"
            Keyword ENV
            Variable A (declaration)
            Operator =
            String "x
            Variable $B
            String "
            Variable C (declaration)
            Operator =
            String d
            Operator \
            Comment # e
            Variable f (declaration)
            Keyword LABEL
            Property a.b
            Operator =
            String 'c'
            Keyword EXPOSE
            Number 80/udp
            Keyword COPY
            Property --from
            Operator =
            Namespace x
            String a
            Variable $B
            String /b
            Keyword CMD
            Operator [
            String "a\n"
            Operator ]
            Keyword HEALTHCHECK
            Property --retries
            Operator =
            String 3
            Keyword CMD
            Function a
            Keyword ONBUILD
            Keyword USER
            String b
        "#]],
    );
}

#[test]
fn a_command_is_shown_as_the_shell_reads_it() {
    check(
        "RUN --mount=type=cache,target=/c set -e && \\\n  # why\n  X=\"a $(b)\" apt-get in\\\nstall -y ${c:-d} | tee f\n",
        expect![[r#"
            Keyword RUN
            Property --mount
            Operator =
            Parameter type
            Operator =
            EnumMember cache
            Operator ,
            Parameter target
            Operator =
            String /c
            Function set (default)
            Parameter -e
            Operator &&
            Operator \
            Comment # why
            Variable X (declaration)
            Operator =
            String "a
            Operator $(
            Function b
            Operator )
            String "
            Function apt-get
            Operator \
            Parameter -y
            Variable ${c
            Operator :-
            String d
            Variable }
            Operator |
            Function tee
        "#]],
    );
}

#[test]
fn heredocs_are_scripts_or_files() {
    check(
        "RUN <<E\nif a; then\n  b 'c\n d'\nfi\nE\n",
        expect![[r#"
        Keyword RUN
        Namespace <<E
        Keyword if
        Function a
        Operator ;
        Keyword then
        Function b
        String 'c
        String d'
        Keyword fi
        Namespace E
    "#]],
    );
    check(
        "COPY <<E <<'F' /a\nx $b\nE\n$c\nF\n",
        expect![[r#"
        Keyword COPY
        Namespace <<E
        Namespace <<'F'
        String /a
        String x
        Variable $b
        Namespace E
        String $c
        Namespace F
    "#]],
    );
    check(
        "RUN <<E\n#!/usr/bin/env python3\nimport a\nE\n",
        expect![[r#"
        Keyword RUN
        Namespace <<E
        Namespace E
    "#]],
    );
}

#[test]
fn a_heredoc_that_a_program_reads_is_its_script_or_data() {
    check(
        "RUN <<E bash -e\nif a; then\n  b 'c'\nfi\nE\n",
        expect![[r#"
        Keyword RUN
        Namespace <<E
        Function bash
        Parameter -e
        Keyword if
        Function a
        Operator ;
        Keyword then
        Function b
        String 'c'
        Keyword fi
        Namespace E
    "#]],
    );
    for (call, marker) in
        [("<<E python3 -u", &["Namespace <<E"][..]), ("python3 -u <<E", &["Namespace E", "Operator <<"])]
    {
        let source = format!("RUN {call}\nif a: it's\nE\n");
        let shown = shown(&Document::new(&source));
        let mut lines: Vec<&str> = shown.lines().collect();
        lines.sort_unstable();
        let words = ["Function python3", "Keyword RUN", "Namespace E", "Parameter -u", "String if a: it's"];
        let mut expected = [&words, marker].concat();
        expected.sort_unstable();
        assert_eq!(lines, expected, "{call}");
    }
}

#[test]
fn another_shell_is_left_alone() {
    check(
        "# escape=`\nFROM a\nSHELL [\"powershell\"]\nRUN if ($a) { b } `\n  # c\n  d\n",
        expect![[r#"
        Macro # escape=`
        Keyword FROM
        Type a
        Keyword SHELL
        Operator [
        String "powershell"
        Operator ]
        Keyword RUN
        Operator `
        Comment # c
    "#]],
    );
}

#[test]
fn what_is_broken_keeps_its_words() {
    check(
        "FR\\\nOM a b\nENV Y\nRUN it's\nFOO a\nFROM a AS \nARG ${\n",
        expect![[r#"
            Keyword FR
            Operator \
            Keyword OM
            Type a
            Keyword ENV
            Variable Y (declaration)
            Keyword RUN
            Function it
            Keyword FOO
            Keyword FROM
            Type a
            Keyword AS
            Keyword ARG
            Variable ${ (declaration)
        "#]],
    );
}

#[test]
fn a_part_of_the_text_is_highlighted_alone() {
    let document = Document::new("FROM a\nRUN b\nRUN c\n# d\n");
    let texts = |span: Span| -> Vec<String> {
        highlighted(&document, span).map(|highlighted| highlighted.text.into_owned()).collect()
    };
    assert_eq!(texts(8..9), ["RUN b\n"]);
    assert_eq!(texts(13..14), ["RUN b\n", "RUN c\n"]);
    assert_eq!(texts(20..21), ["RUN c\n", "# d\n"][1..]);
    assert_eq!(texts(0..99).concat(), document.text().to_string());
}

#[test]
fn an_edit_leaves_the_tokens_of_the_other_instructions() {
    let document = Document::new("FROM a\nRUN b\nRUN c\n");
    shown(&document);
    let edited = document.edited(&Edit::replace(11..12, "bb"));
    let (before, after) = (document.file().items(), edited.file().items());
    assert!(Arc::ptr_eq(&before[2].instruction, &after[2].instruction));
    let tokens = |item: &Item| of_instruction(&item.instruction, true).as_ptr();
    assert_eq!(tokens(&before[2]), tokens(&after[2]));
    assert_ne!(tokens(&before[1]), tokens(&after[1]));
}

proptest! {
    #[test]
    fn any_text_gives_tokens_that_lie_in_order_on_their_lines(
        words in prop::collection::vec(prop::sample::select(&[
            "FROM ", "RUN ", "COPY <<E /a", "ENV ", "A=b", " $x", "${y:-", "}", "\"", "'", "é🐳", "\\\n", "\n", "\r",
            "#", "E\n", "[\"a\"]", " AS ", "<<E", "--mount=", ",", "&&", "$(", ")", "`", "if ", "\u{100}", "\0",
        ][..]), 0..40)
    ) {
        let document = Document::new(&words.concat());
        let mut end = 0;
        for highlighted in highlighted(&document, 0..document.text().len()) {
            prop_assert_eq!(highlighted.start, end);
            end += highlighted.text.len();
            let mut last = 0;
            for token in &*highlighted.tokens {
                prop_assert!(last <= token.start && token.start < token.end);
                last = token.end;
                let text = highlighted.text.get(token.start..token.end);
                prop_assert!(text.is_some_and(|text| !text.contains(['\n', '\r'])));
            }
        }
        prop_assert_eq!(end, document.text().len());
    }
}

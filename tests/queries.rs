//! The queries for editors: they fit the grammar, and say what each piece of a Dockerfile is.

use std::ops::Range;

use expect_test::{Expect, expect};
use layerwise::knowledge::instructions;
use tree_sitter::{Node, Parser, Query, QueryCursor, StreamingIterator, Tree};

const HIGHLIGHTS: &str = include_str!("../queries/highlights.scm");
const INJECTIONS: &str = include_str!("../queries/injections.scm");

fn query(text: &str) -> Query {
    Query::new(&tree_sitter_dockerfile::LANGUAGE.into(), text).expect("a query that fits the grammar")
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_dockerfile::LANGUAGE.into())
        .expect("a grammar of this library's version");
    parser.parse(text, None).expect("a tree")
}

/// What a piece of text looks like: for every node the last capture, as editors take it.
fn highlights(text: &str) -> Vec<(Range<usize>, String)> {
    let query = query(HIGHLIGHTS);
    let tree = parse(text);
    let mut cursor = QueryCursor::new();
    let mut captures = cursor.captures(&query, tree.root_node(), text.as_bytes());
    let mut found: Vec<(Range<usize>, usize, String)> = Vec::new();
    while let Some((matched, index)) = captures.next() {
        let capture = matched.captures[*index];
        let name = query.capture_names()[capture.index as usize];
        if name.starts_with('_') {
            continue;
        }
        let range = capture.node.byte_range();
        match found.iter_mut().find(|(other, ..)| *other == range) {
            Some(entry) if entry.1 <= matched.pattern_index => {
                (entry.1, entry.2) = (matched.pattern_index, name.to_owned());
            }
            Some(_) => {}
            None => found.push((range, matched.pattern_index, name.to_owned())),
        }
    }
    found.into_iter().map(|(range, _, name)| (range, name)).collect()
}

fn check(text: &str, expected: Expect) {
    let mut lines = String::new();
    for (range, name) in highlights(text) {
        lines.push_str(&format!("{name}: {}\n", text[range].escape_debug()));
    }
    expected.assert_eq(&lines);
}

/// The languages in a file and their text, with the children of a node left out unless the query keeps them.
fn injections(text: &str) -> Vec<(String, String)> {
    let query = query(INJECTIONS);
    let tree = parse(text);
    let content = query.capture_index_for_name("injection.content").expect("a capture");
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut found = Vec::new();
    while let Some(matched) = matches.next() {
        let settings = query.property_settings(matched.pattern_index);
        let setting = |key: &str| settings.iter().find(|setting| &*setting.key == key);
        let language = setting("injection.language").and_then(|setting| setting.value.clone());
        let with_children = setting("injection.include-children").is_some();
        for node in matched.nodes_for_capture_index(content) {
            let language = language.as_deref().expect("a language").to_owned();
            found.push((node.start_byte(), language, content_of(node, text, with_children)));
        }
    }
    found.sort();
    found.into_iter().map(|(_, language, content)| (language, content)).collect()
}

fn content_of(node: Node<'_>, text: &str, with_children: bool) -> String {
    if with_children {
        return text[node.byte_range()].to_owned();
    }
    let mut content = String::new();
    let mut start = node.start_byte();
    for child in node.children(&mut node.walk()) {
        content.push_str(&text[start..child.start_byte()]);
        start = child.end_byte();
    }
    content.push_str(&text[start..node.end_byte()]);
    content
}

fn languages(text: &str) -> Vec<String> {
    injections(text)
        .into_iter()
        .map(|(language, _)| language)
        .filter(|language| language != "comment")
        .collect()
}

fn scripts(text: &str) -> Vec<String> {
    let scripts = injections(text).into_iter().filter(|(language, _)| language == "bash");
    scripts.map(|(_, content)| content).collect()
}

#[test]
fn captures_have_names_that_editors_know() {
    // From Neovim's list of captures, which the themes of Helix and Zed follow.
    const KNOWN: [&str; 21] = [
        "attribute",
        "comment",
        "constant",
        "keyword",
        "keyword.directive",
        "label",
        "number",
        "operator",
        "property",
        "punctuation.bracket",
        "punctuation.delimiter",
        "punctuation.special",
        "string",
        "string.escape",
        "string.special",
        "string.special.path",
        "type",
        "type.builtin",
        "variable",
        "variable.builtin",
        "variable.parameter",
    ];
    for name in query(HIGHLIGHTS).capture_names() {
        assert!(name.starts_with('_') || KNOWN.contains(name), "{name}");
    }
}

#[test]
fn every_keyword_is_highlighted_in_any_case() {
    for instruction in instructions::all() {
        let (_, example) = instruction.documentation.split_once("```dockerfile\n").expect("an example");
        let (example, _) = example.split_once("\n```").expect("its end");
        let lower = example.replacen(instruction.keyword, &instruction.keyword.to_lowercase(), 1);
        for text in [example, &lower] {
            let keywords = highlights(text).into_iter().filter(|(_, name)| name == "keyword");
            let keywords: Vec<&str> = keywords.map(|(range, _)| &text[range]).collect();
            let keyword = instruction.keyword;
            assert!(keywords.iter().any(|found| found.eq_ignore_ascii_case(keyword)), "{text}");
        }
    }
}

#[test]
fn images_variables_and_stages() {
    check(
        "ARG V=22\nFROM --platform=$BUILDPLATFORM node:${V:-20}@sha256:ab AS build\nFROM scratch\n",
        expect![[r#"
            keyword: ARG
            variable.parameter: V
            operator: =
            string: 22
            keyword: FROM
            attribute: --platform=$BUILDPLATFORM
            operator: =
            punctuation.special: $
            variable: BUILDPLATFORM
            type: node
            constant: :${V:-20}
            punctuation.delimiter: :
            punctuation.special: $
            punctuation.special: {
            variable: V
            operator: :-
            punctuation.special: }
            constant: @sha256:ab
            punctuation.delimiter: @
            keyword: AS
            label: build
            keyword: FROM
            type.builtin: scratch
        "#]],
    );
}

#[test]
fn names_and_values() {
    check(
        "ENV A=\"x$B\\\"\" C=d\nLABEL a.b='c'\nUSER app:1\nEXPOSE 80/udp\n",
        expect![[r#"
        keyword: ENV
        variable: A
        operator: =
        string: \"x$B\\\"\"
        punctuation.special: $
        variable: B
        string.escape: \\\"
        variable: C
        operator: =
        string: d
        keyword: LABEL
        property: a.b
        operator: =
        string: \'c\'
        keyword: USER
        string.special: app
        punctuation.delimiter: :
        string.special: 1
        keyword: EXPOSE
        number: 80/udp
    "#]],
    );
}

#[test]
fn flags_mounts_paths_and_continuations() {
    check(
        "COPY --from=build --chown=$U a /b/\nRUN --mount=type=cache,target=/c \\\n  make\n",
        expect![[r#"
            keyword: COPY
            attribute: --from=build
            operator: =
            attribute: --chown=$U
            operator: =
            punctuation.special: $
            variable: U
            string.special.path: a
            string.special.path: /b/
            keyword: RUN
            attribute: --
            attribute: mount
            operator: =
            variable.parameter: type=cache
            operator: =
            punctuation.delimiter: ,
            variable.parameter: target=/c
            operator: =
            punctuation.special: \\\n
        "#]],
    );
}

#[test]
fn exec_form_and_health() {
    check(
        "HEALTHCHECK NONE\nCMD [\"a\\n\", \"b\"]\n",
        expect![[r#"
        keyword: HEALTHCHECK
        keyword: NONE
        keyword: CMD
        punctuation.bracket: [
        string: \"a\\n\"
        string.escape: \\n
        punctuation.delimiter: ,
        string: \"b\"
        punctuation.bracket: ]
    "#]],
    );
}

#[test]
fn copied_heredoc_is_a_string() {
    check(
        "COPY <<EOF /a\nhi\nEOF\n",
        expect![[r#"
        keyword: COPY
        label: <<EOF
        string.special.path: /a
        string: hi\n
        label: EOF
    "#]],
    );
}

#[test]
fn directives_only_count_at_the_top() {
    check(
        "# Syntax = a\n# escape=`\n# check=skip=all\n# syntax=b\nFROM a\n# check=c\n",
        expect![[r#"
        keyword.directive: # Syntax = a\n
        keyword.directive: # escape=`\n
        keyword.directive: # check=skip=all\n
        comment: # syntax=b\n
        keyword: FROM
        type: a
        comment: # check=c\n
    "#]],
    );
    check(
        "# hello\n# syntax=a\nFROM a\n",
        expect![[r#"
        comment: # hello\n
        comment: # syntax=a\n
        keyword: FROM
        type: a
    "#]],
    );
}

#[test]
fn a_command_is_shell_text_without_continuations_and_comments() {
    let text = "RUN a && \\\n    # why\n    b \"$C\"\nCMD exec d\nHEALTHCHECK CMD e\n";
    assert_eq!(scripts(text), ["a &&         b \"$C\"", "exec d", "e"]);
}

#[test]
fn a_script_keeps_its_lines() {
    for command in ["<<EOF", "<<-EOF", "<<'EOF'", "<<EOF bash -e", "/bin/sh -eux <<EOF"] {
        let text = format!("RUN {command}\nset -e\nif a; then\nb\nfi\nEOF\n");
        let scripts = scripts(&text);
        let script = scripts.last().expect("a script");
        assert_eq!(script, "set -e\nif a; then\nb\nfi\n", "{command}");
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_bash::LANGUAGE.into()).expect("a grammar");
        let tree = parser.parse(script, None).expect("a tree");
        assert!(!tree.root_node().has_error(), "{command}");
    }
}

#[test]
fn an_interpreter_decides_the_language() {
    assert_eq!(languages("RUN <<EOF python3\nprint(1)\nEOF\n"), ["bash", "python"]);
    assert_eq!(languages("RUN /usr/bin/node <<EOF\n1\nEOF\n"), ["bash", "javascript"]);
    assert_eq!(languages("RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n"), ["bash", "python"]);
    assert_eq!(languages("RUN <<EOF\n#!/bin/bash -e\na\nEOF\n"), ["bash", "bash"]);
    assert_eq!(languages("RUN <<EOF\n#!/usr/bin/perl\n1;\nEOF\n"), ["bash"]);
}

#[test]
fn the_input_of_a_program_is_no_script() {
    assert_eq!(languages("RUN cat <<EOF > /a\nhello (\nEOF\n"), ["bash"]);
    assert_eq!(languages("RUN ssh <<EOF\nhello\nEOF\n"), ["bash"]);
}

#[test]
fn a_copied_file_has_the_language_of_its_ending() {
    assert_eq!(languages("COPY <<EOF /etc/a.json\n{}\nEOF\n"), ["json"]);
    assert_eq!(languages("ADD --chmod=644 <<-EOF a/b.yml\nx: 1\nEOF\n"), ["yaml"]);
    assert_eq!(languages("COPY <<EOF /run.sh\n#!/bin/sh\na\nEOF\n"), ["bash"]);
    assert_eq!(languages("COPY <<EOF /run\n#!/bin/sh\na\nEOF\n"), ["bash"]);
    assert_eq!(languages("COPY <<EOF /etc/ajson\n{}\nEOF\n"), [""; 0]);
}

#[test]
fn exec_form_is_json() {
    let text = "ENTRYPOINT [\"a\", \"b\\n\"]\n";
    assert_eq!(injections(text), [("json".to_owned(), "[\"a\", \"b\\n\"]".to_owned())]);
}

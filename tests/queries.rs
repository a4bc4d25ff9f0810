//! The queries for editors: each set fits its grammar, and says what each piece of a Dockerfile is.

use std::ops::Range;

use expect_test::{Expect, expect};
use layerwise::knowledge::instructions;
use tree_sitter::{Language, Node, Parser, Query, QueryCursor, StreamingIterator, Tree};

const HIGHLIGHTS: &str = include_str!("../queries/containerfile/highlights.scm");
const INJECTIONS: &str = include_str!("../queries/containerfile/injections.scm");

/// The grammar of this server.
fn containerfile() -> Language {
    tree_sitter_dockerfile::LANGUAGE.into()
}

/// The grammar that Neovim and Helix ship.
fn dockerfile() -> Language {
    tree_sitter_dockerfile_updated::language()
}

fn query(text: &str) -> Query {
    Query::new(&containerfile(), text).expect("a query that fits the grammar")
}

fn parse(text: &str) -> Tree {
    parse_with(&containerfile(), text)
}

fn parse_with(language: &Language, text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(language).expect("a grammar of this library's version");
    parser.parse(text, None).expect("a tree")
}

/// The text of the nodes that a query captures under a name, in their order.
fn captured(language: &Language, query: &str, name: &str, text: &str) -> Vec<String> {
    let query = Query::new(language, query).expect("a query that fits the grammar");
    let index = query.capture_index_for_name(name).expect("a capture");
    let tree = parse_with(language, text);
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut found = Vec::new();
    while let Some(matched) = matches.next() {
        found.extend(matched.nodes_for_capture_index(index).map(|node| node.byte_range()));
    }
    found.sort_by_key(|range| range.start);
    found.into_iter().map(|range| text[range].to_owned()).collect()
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

const DOCKERFILE_INJECTIONS: &str = include_str!("../queries/dockerfile/injections.scm");

/// The languages of the pieces that one match puts together, and their text, in the grammar that editors ship.
fn shipped_injections(text: &str) -> Vec<(String, String)> {
    let query = Query::new(&dockerfile(), DOCKERFILE_INJECTIONS).expect("a query that fits the grammar");
    let tree = parse_with(&dockerfile(), text);
    let content = query.capture_index_for_name("injection.content").expect("a capture");
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut found = Vec::new();
    while let Some(matched) = matches.next() {
        let mut settings = query.property_settings(matched.pattern_index).iter();
        let language = settings.find(|setting| &*setting.key == "injection.language");
        let language = language.and_then(|setting| setting.value.as_deref()).expect("a language");
        let ranges: Vec<Range<usize>> =
            matched.nodes_for_capture_index(content).map(|node| node.byte_range()).collect();
        let parts = ranges.iter().map(|range| &text[range.clone()]);
        found.push((ranges[0].start, language.to_owned(), parts.collect()));
    }
    found.sort();
    found.into_iter().map(|(_, language, content)| (language, content)).collect()
}

#[test]
fn both_grammars_have_every_query() {
    for (folder, language) in [("containerfile", containerfile()), ("dockerfile", dockerfile())] {
        for name in ["folds", "highlights", "indents", "injections", "locals", "tags", "textobjects"] {
            let path = format!("{}/queries/{folder}/{name}.scm", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).expect("a query");
            let query = Query::new(&language, &text);
            assert!(query.is_ok(), "{path}: {:?}", query.err());
        }
    }
}

#[test]
fn names_are_listed_and_found() {
    let text = "ARG V=1\nFROM a:$V AS build\nENV HOME=/h\nFROM build\n";
    for (folder, language) in [("containerfile", containerfile()), ("dockerfile", dockerfile())] {
        let read = |name: &str| {
            std::fs::read_to_string(format!("{}/queries/{folder}/{name}.scm", env!("CARGO_MANIFEST_DIR")))
                .expect("a query")
        };
        assert_eq!(
            captured(&language, &read("tags"), "name", text),
            ["V", "a", "V", "build", "HOME", "build"]
        );
        assert_eq!(captured(&language, &read("locals"), "local.definition.namespace", text), ["build"]);
        assert_eq!(captured(&language, &read("locals"), "local.definition.var", text), ["V", "HOME"]);
        let runs = "FROM a\nRUN b \\\n  c\nCMD [\"d\"]\n# e\n# f\n";
        assert_eq!(captured(&language, &read("folds"), "fold", runs)[0], "RUN b \\\n  c");
        assert_eq!(captured(&language, &read("indents"), "indent.begin", runs).len(), 2);
        let inside = captured(&language, &read("textobjects"), "function.inside", runs);
        assert_eq!(inside, ["b \\\n  c", "[\"d\"]"]);
    }
}

#[test]
fn after_a_shell_of_powershell_a_command_is_that_too() {
    let text = "RUN a\nSHELL [\"powershell\", \"-Command\"]\nRUN b\n";
    assert_eq!(languages(text), ["bash", "json", "bash", "powershell"]);
    let shipped = shipped_injections(text).into_iter().filter(|(language, _)| language == "powershell");
    assert_eq!(shipped.map(|(_, text)| text).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn the_shipped_grammar_gives_a_command_without_its_continuations() {
    let injections = shipped_injections("RUN a && \\\n    # why\n    b && \\\n  c\n");
    assert_eq!(injections[0], ("bash".to_owned(), "a && b && c".to_owned()), "{injections:?}");
    assert_eq!(injections.len(), 2, "{injections:?}");
}

#[test]
fn the_shipped_grammar_knows_scripts_and_copied_files() {
    let languages = |text: &str| -> Vec<String> {
        let found = shipped_injections(text).into_iter();
        found.map(|(language, _)| language).filter(|language| language != "comment").collect()
    };
    assert_eq!(languages("RUN <<EOF\na\nEOF\n"), ["bash", "bash"]);
    assert_eq!(languages("RUN <<EOF python3\nprint(1)\nEOF\n"), ["bash", "python"]);
    assert_eq!(languages("RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n"), ["bash", "python"]);
    assert_eq!(languages("COPY <<EOF /a.json\n{}\nEOF\n"), ["json"]);
    assert_eq!(languages("COPY <<EOF /a.txt\n{}\nEOF\n"), [""; 0]);
    assert_eq!(languages("CMD [\"a\"]\n"), ["json"]);
}

//! What shell text leaves behind by its syntax, beside what its commands do: variables that it sets, functions that it
//! defines, and what it does not wait for.
//! Source: POSIX, "2.6.2 Parameter Expansion", "2.9.3 Lists"; the Bash manual, "Shell Arithmetic".

use tree_sitter::Node;

use super::grammar;
use crate::syntax::names::{is_name, is_name_char};

/// What shell text leaves behind in the shell that reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// The variables that loops, expansions and arithmetic may set.
    pub names: Vec<String>,
    /// Whether it defines a function.
    pub defines: bool,
    /// Whether it goes on while something that it has started runs.
    pub is_asynchronous: bool,
    /// Whether the grammar could not read all of it: then the rest says nothing.
    pub has_error: bool,
}

/// What is run in a shell of its own, whose variables end with it.
const APART: [&str; 3] = ["subshell", "command_substitution", "process_substitution"];

/// What stands in every text that leaves any of this; most have none of them, and need not be read.
const SIGNS: [&str; 9] = ["&", "for", "select", "${", "((", "$[", ">(", "<(", "()"];

/// The traces of a text. `joins_pipes` says whether the shell runs a part of a pipeline itself.
pub fn traces(text: &str, joins_pipes: bool) -> Traces {
    let is_plain = |sign: &&str| match *sign {
        "&" => !text.replace("&&", "").contains('&'),
        sign => !text.contains(sign),
    };
    let mut traces = Traces::default();
    if SIGNS.iter().all(is_plain) && !text.contains("function") {
        return traces;
    }
    let Some(tree) = grammar::parse(text) else {
        return Traces { has_error: true, ..traces };
    };
    traces.has_error = tree.root_node().has_error();
    let mut stack = vec![(tree.root_node(), true)];
    while let Some((node, is_own)) = stack.pop() {
        let kind = node.kind();
        let is_own = is_own && !APART.contains(&kind) && (joins_pipes || kind != "pipeline");
        traces.is_asynchronous |= kind == "process_substitution";
        if is_own {
            traces.defines |= kind == "function_definition";
            traces.names.extend(names(node, text));
        }
        let is_arithmetic = is_arithmetic(node, text);
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            traces.is_asynchronous |= child.kind() == "&" && !is_arithmetic;
            stack.push((child, is_own));
        }
    }
    traces
}

/// Whether `&` is a bitwise operator in it.
fn is_arithmetic(node: Node<'_>, text: &str) -> bool {
    matches!(node.kind(), "binary_expression" | "arithmetic_expansion" | "c_style_for_statement")
        || node.kind() == "compound_statement" && written(node, text).starts_with("((")
}

fn written<'text>(node: Node<'_>, text: &'text str) -> &'text str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// The variables that a node sets itself.
fn names(node: Node<'_>, text: &str) -> Vec<String> {
    let written = written(node, text);
    match node.kind() {
        "for_statement" => {
            let name = node.child_by_field_name("variable").and_then(|name| text.get(name.byte_range()));
            name.into_iter().map(str::to_owned).collect()
        }
        "arithmetic_expansion" => calculated(written),
        // Its body stands in nodes of its own.
        "c_style_for_statement" => calculated(
            written.split("))").next().and_then(|head| head.strip_prefix("for")).unwrap_or(written),
        ),
        "compound_statement" if written.starts_with("((") => calculated(written),
        "expansion" => {
            let inner = written.trim_start_matches(['$', '{', '!', '#']);
            let end = inner.find(|char: char| !is_name_char(char)).unwrap_or(inner.len());
            let (name, rest) = inner.split_at(end);
            match rest.strip_prefix(':').unwrap_or(rest).chars().next() {
                Some('=') => vec![name.to_owned()],
                Some('-' | '+' | '?') => Vec::new(),
                _ if rest.starts_with([':', '[']) => calculated(written),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The variables that arithmetic may set.
pub fn calculated(text: &str) -> Vec<String> {
    let bare = ["==", "!=", "<=", ">="].iter().fold(text.to_owned(), |text, sign| text.replace(sign, " "));
    if !bare.contains('=')
        && !bare.contains("++")
        && !bare.contains("--")
        && !text.contains("<<=")
        && !text.contains(">>=")
    {
        return Vec::new();
    }
    let words = bare.split(|char: char| !is_name_char(char));
    words.filter(|word| is_name(word)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let mut names = traces(text, false).names;
        names.sort();
        names
    }

    #[test]
    fn loops_expansions_and_arithmetic_set_variables() {
        assert_eq!(names("for a in b; do c; done"), ["a"]);
        assert_eq!(names(": ${a:=b} \"${c=d}\" ${e:-f=g} ${h#*=}"), ["a", "c"]);
        assert_eq!(names("echo $((a = 1)) $((b == 1)) $((c <= 2))"), ["a"]);
        assert_eq!(names("((a++)) && b"), ["a"]);
        assert_eq!(names("for ((a = 0; a < 3; a++)); do b; done"), ["a", "a", "a"]);
        assert_eq!(
            names("(for a in b; do c; done) && echo $(: ${d:=e}) && for f in g; do h; done | i"),
            [""; 0]
        );
        assert_eq!(traces("for f in g; do h; done | i", true).names, ["f"]);
    }

    #[test]
    fn what_is_not_waited_for_is_seen() {
        for text in ["a &", "{ a & }", "(a &) && b", "for a in b; do c & done", "a > >(b)", "a & b"] {
            assert!(traces(text, false).is_asynchronous, "{text}");
        }
        for text in ["a && b 2>&1", "a &>b", "a 'b&c' \"d&e\"", "echo $((1 & 2))", "((a & 1))"] {
            assert!(!traces(text, false).is_asynchronous, "{text}");
        }
    }

    #[test]
    fn functions_are_seen_wherever_they_are_defined() {
        for text in ["a() { b; }", "{ a() { b; }; }", "function a { b; }"] {
            assert!(traces(text, false).defines, "{text}");
        }
        assert!(!traces("(a() { b; }) && c", false).defines);
    }
}

//! What `queries/containerfile/highlights.scm` says of an instruction.

use std::cell::RefCell;
use std::sync::OnceLock;

use tree_sitter::{Query, QueryCursor, StreamingIterator};

use super::paint::Layer;
use super::{Kind, Modifiers};
use crate::syntax::Instruction;
use crate::text::Span;

const TEXT: &str = include_str!("../../queries/containerfile/highlights.scm");

/// Nothing deeper in a tree is looked at: a cursor has a match open for each node that it is in, and looks at all of them at
/// each step.
const DEEPEST: u32 = 200;

/// So many matches may be open: more than the patterns can have so deep.
const MOST_MATCHES: u32 = 1_000;

thread_local! {
    static CURSOR: RefCell<QueryCursor> = RefCell::new(cursor());
}

fn cursor() -> QueryCursor {
    let mut cursor = QueryCursor::new();
    cursor.set_max_start_depth(Some(DEEPEST));
    cursor.set_match_limit(MOST_MATCHES);
    cursor
}

/// The query, and how each of its captures looks.
struct Highlights {
    query: Query,
    looks: Vec<Option<(Kind, Modifiers)>>,
}

fn highlights() -> Option<&'static Highlights> {
    static HIGHLIGHTS: OnceLock<Option<Highlights>> = OnceLock::new();
    let compile = || {
        let query = Query::new(&tree_sitter_dockerfile::LANGUAGE.into(), TEXT).ok()?;
        let looks = query.capture_names().iter().map(|name| look(name)).collect();
        Some(Highlights { query, looks })
    };
    HIGHLIGHTS.get_or_init(compile).as_ref()
}

/// How a capture looks; `None` for one that only helps a predicate.
fn look(capture: &str) -> Option<(Kind, Modifiers)> {
    let kind = match capture {
        "keyword" => Kind::Keyword,
        "keyword.directive" => Kind::Macro,
        "comment" => Kind::Comment,
        "attribute" | "property" => Kind::Property,
        "type" => Kind::Type,
        "type.builtin" => return Some((Kind::Type, Modifiers::DEFAULT_LIBRARY)),
        "constant" => Kind::EnumMember,
        "label" => Kind::Namespace,
        "number" => Kind::Number,
        "variable" => Kind::Variable,
        "variable.builtin" => return Some((Kind::Variable, Modifiers::DEFAULT_LIBRARY)),
        "variable.parameter" => Kind::Parameter,
        "operator" => Kind::Operator,
        _ if capture.starts_with("string") => Kind::String,
        _ if capture.starts_with("punctuation") => Kind::Operator,
        _ => return None,
    };
    Some((kind, Modifiers::default()))
}

/// The height of the lowest layer that the query makes.
pub(super) const LOWEST: u16 = 1;
/// Above all that the query makes.
pub(super) const ABOVE: u16 = 1000;

/// A layer for each capture. In `shell`, the text that a shell reads, only the names of heredocs and
/// the continuations count: the grammar does not know shells.
pub(super) fn layers(instruction: &Instruction, shell: Option<&Span>, layers: &mut Vec<Layer>) {
    let (Some(tree), Some(Highlights { query, looks })) = (instruction.tree(), highlights()) else {
        return;
    };
    CURSOR.with_borrow_mut(|cursor| {
        let mut captures = cursor.captures(query, tree.root(), tree.text().as_bytes());
        while let Some((matched, index)) = captures.next() {
            let Some(capture) = matched.captures.get(*index) else { continue };
            let (Some(look), Some(span)) =
                (looks.get(capture.index as usize).copied().flatten(), tree.place(capture.node))
            else {
                continue;
            };
            if is_ours(capture.node.kind()) {
                continue;
            }
            let is_shell = shell.is_some_and(|shell| shell.start <= span.start && span.start < shell.end);
            if is_shell && capture.node.kind() != "line_continuation" && look.0 != Kind::Namespace {
                continue;
            }
            let pattern = u16::try_from(matched.pattern_index).unwrap_or(ABOVE);
            layers.push(Layer { span, look: Some(look), height: (LOWEST + pattern).min(ABOVE - 1) });
        }
    });
}

/// Whether our own lexers know better: what a comment is, and what a variable is in which text.
fn is_ours(node: &str) -> bool {
    matches!(node, "comment" | "variable" | "expansion_operator" | "$" | "{" | "}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    #[test]
    fn deep_nesting_leaves_few_matches_open() {
        let source = format!("ENV X={}b{}\n", "${A:-".repeat(3_000), "}".repeat(3_000));
        let mut found = Vec::new();
        layers(&File::new(&source).items()[0].instruction, None, &mut found);
        assert!(!found.is_empty());
        assert!(!CURSOR.with_borrow(QueryCursor::did_exceed_match_limit));
    }

    #[test]
    fn every_capture_looks_like_something() {
        let Highlights { query, looks } = highlights().expect("a query that fits the grammar");
        for (name, look) in query.capture_names().iter().zip(looks) {
            assert_eq!(look.is_none(), name.starts_with('_'), "{name}");
        }
    }
}

//! The grammar's tree of one instruction: the structure inside it, for queries. Boundaries, keywords and what is an
//! error come from our own code; see [`Instruction`](super::Instruction).

use std::cell::RefCell;

use tree_sitter::{Node, Parser};

use super::ascii::in_ascii;
use crate::text::Span;

thread_local! {
    static PARSER: RefCell<Option<Parser>> = RefCell::new(parser());
}

/// What tells the grammar that the escape character is the backtick.
const BACKTICK: &str = "# escape=`\n";

fn parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_dockerfile::LANGUAGE.into()).ok()?;
    Some(parser)
}

/// The tree of one instruction. Immutable.
#[derive(Debug)]
pub struct Tree {
    tree: tree_sitter::Tree,
    text: Box<str>,
    /// The length of what stands before the instruction in `text`.
    prefix: usize,
    /// Where the instruction begins in its source.
    start: usize,
}

impl Tree {
    /// Parses the bytes of `span` of an instruction's source; `None` where the parser gives up.
    pub(super) fn parse(source: &str, span: Span, escape: char) -> Option<Tree> {
        let prefix = if escape == '`' { BACKTICK } else { "" };
        let start = span.start;
        let text = [prefix, &in_ascii(source.get(span)?)].concat();
        let tree = PARSER.with_borrow_mut(|parser| parser.as_mut()?.parse(text.as_bytes(), None))?;
        Some(Tree { tree, text: text.into(), prefix: prefix.len(), start })
    }

    /// The root. Its places count in [`Tree::text`]; see [`Tree::place`].
    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// The text that was parsed, each byte that is not ASCII being an `x`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a node stands in the instruction's source; `None` for what stands before the instruction.
    pub fn place(&self, node: Node<'_>) -> Option<Span> {
        let offset = |byte: usize| Some(byte.checked_sub(self.prefix)? + self.start);
        Some(offset(node.start_byte())?..offset(node.end_byte())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    /// The kinds and texts of the tree's leaves, without what stands before the instruction.
    fn leaves(source: &str, index: usize) -> Vec<(String, String)> {
        let file = File::new(source);
        let item = &file.items()[index];
        let tree = item.instruction.tree().expect("a tree");
        let mut leaves = Vec::new();
        let mut stack = vec![tree.root()];
        while let Some(node) = stack.pop() {
            if node.child_count() == 0
                && let Some(place) = tree.place(node).filter(|place| !place.is_empty())
            {
                leaves.push((node.kind().to_owned(), source[item.absolute(place)].to_owned()));
            }
            let children: Vec<Node<'_>> = node.children(&mut node.walk()).collect();
            stack.extend(children.into_iter().rev());
        }
        leaves
    }

    fn texts(source: &str, index: usize) -> Vec<String> {
        leaves(source, index).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn places_are_those_of_the_source() {
        assert_eq!(texts("# é\nFROM a\n\n# ü\nCOPY é ü\n", 1), ["COPY", "é", "ü"]);
    }

    #[test]
    fn a_backtick_escapes_where_the_file_says_so() {
        let continued = ("line_continuation".to_owned(), "`\n".to_owned());
        let source = "# escape=`\nFROM a\nENV a=b `\n  c=d\n";
        assert!(leaves(source, 1).contains(&continued), "{:?}", leaves(source, 1));
        assert_eq!(texts(source, 0).last().map(String::as_str), Some("a"));
        let tree_of_backslash = leaves("FROM a\nENV a=b `\n  c=d\n", 1);
        assert!(!tree_of_backslash.contains(&continued));
    }

    #[test]
    fn a_half_written_instruction_leaves_the_next_alone() {
        assert_eq!(texts("ENV Y\nUSER a\n", 1), ["USER", "a"]);
        assert_eq!(texts("RUN cat <<<a\nUSER a\n", 1), ["USER", "a"]);
    }

    #[test]
    fn an_instruction_is_read_the_same_after_any_other() {
        let sexp = |source: &str| {
            let file = File::new(source);
            file.items()[0].instruction.tree().expect("a tree").root().to_sexp()
        };
        let alone = sexp("RUN a\n");
        for broken in ["RUN <<E <<F\nx\n", "COPY <<\u{100}é /a\nb\n", "# escape=`\nRUN a `", "ENV \"${"] {
            sexp(broken);
            assert_eq!(sexp("RUN a\n"), alone, "{broken}");
        }
    }

    #[test]
    fn a_heredoc_ends_at_a_name_that_is_not_ascii() {
        let kinds: Vec<String> = leaves("COPY <<É /a\nb\nÉ\n", 0).into_iter().map(|(kind, _)| kind).collect();
        assert!(kinds.iter().any(|kind| kind == "heredoc_end"), "{kinds:?}");
    }
}

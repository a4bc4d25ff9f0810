//! The call of the grammar, kept to what its scanner can take.

use std::borrow::Cow;
use std::cell::RefCell;

use tree_sitter::{Parser, Tree};

use super::comments;
use crate::syntax::ascii::in_ascii;

thread_local! {
    static PARSER: RefCell<Option<Parser>> = RefCell::new(parser());
}

fn parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    Some(parser)
}

/// The tree of shell text, its places being bytes of `text`; `None` where the parser gives up.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let plain = without_comments_in_backticks(in_ascii(text));
    // A parser's scanner remembers heredocs of the text before: each text with some gets a parser of its own.
    if text.contains("<<") {
        return parser()?.parse(plain.as_bytes(), None);
    }
    PARSER.with_borrow_mut(|parser| parser.as_mut()?.parse(plain.as_bytes(), None))
}

/// The text with blanks for the comments in backticks, its places being the same; where nothing else stands in them, with the
/// command that does nothing.
fn without_comments_in_backticks(text: Cow<'_, str>) -> Cow<'_, str> {
    let comments = comments::in_backticks(&text);
    if comments.is_empty() {
        return text;
    }
    let mut bytes = text.into_owned().into_bytes();
    for (part, is_all) in comments {
        let Some(comment) = bytes.get_mut(part.start as usize..part.end as usize) else { continue };
        comment.fill(b' ');
        if let Some(first) = comment.first_mut().filter(|_| is_all) {
            *first = b':';
        }
    }
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_text() {
        let text = "ä {𝛼..𝛽} \u{a0}ü";
        let plain = in_ascii(text);
        assert!(plain.is_ascii());
        assert_eq!(plain, "xx {xxxx..xxxx} xxxx");
        let tree = parse(text).unwrap();
        assert_eq!(tree.root_node().end_byte(), text.len());
    }

    #[test]
    fn a_text_is_read_the_same_after_any_other() {
        let broken = "a <<E <<F\nx\n$(b <<G";
        let texts = ["a <<E\nx\nE\nb", "a; (b", "if <<"];
        for text in texts {
            let alone = parser().unwrap().parse(text, None).unwrap().root_node().to_sexp();
            parse(broken);
            assert_eq!(parse(text).unwrap().root_node().to_sexp(), alone, "{text}");
        }
    }
}

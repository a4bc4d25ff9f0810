//! Commands that are joined by `&&` and `||`. Source: POSIX, "2.9.3 Lists".

use super::{Part, grammar};

/// `A && B || C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What stands behind the `&&`.
    pub then: Part,
    /// What stands behind the `||`.
    pub otherwise: Part,
}

/// The choice in which the `&&` at a place of a shell text stands, if it is in one.
pub fn choice(text: &str, and: Part) -> Option<Choice> {
    let tree = grammar::parse(text)?;
    let part = |node: tree_sitter::Node<'_>| Part::new(node.start_byte(), node.end_byte());
    let operator = tree.root_node().descendant_for_byte_range(and.start as usize, and.start as usize + 2)?;
    let then = part(operator.next_named_sibling().filter(|_| operator.kind() == "&&")?);
    let mut inner = operator.parent()?;
    loop {
        let list = inner.parent()?;
        match list.kind() {
            "list" if list.child(1).is_some_and(|joint| joint.kind() == "||") => {
                let otherwise = list.named_child(1).map(part).filter(|part| part.start >= then.end)?;
                return Some(Choice { then, otherwise });
            }
            "list" | "redirected_statement" => inner = list,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<(&str, &str)> {
        let at = text.find("&&").unwrap();
        let found = choice(text, Part::new(at, at + 2))?;
        let str = |part: Part| &text[part.start as usize..part.end as usize];
        Some((str(found.then), str(found.otherwise)))
    }

    #[test]
    fn what_stands_behind_both_operators_is_found() {
        assert_eq!(shown("a && b || c"), Some(("b", "c")));
        assert_eq!(shown("x; (a && b 2>&1 || { c; exit 1; }) | d"), Some(("b", "{ c; exit 1; }")));
        assert_eq!(shown("if a && b >c || d && e; then f; fi"), Some(("b", "d")));
        assert_eq!(shown("a && [ -e b ] || c 2>d"), Some(("[ -e b ]", "c")));
        assert_eq!(shown("a && b"), None);
        assert_eq!(shown("a || b && c"), None);
    }
}

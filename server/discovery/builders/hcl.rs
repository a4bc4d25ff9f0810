//! HCL as the tree that JSON and YAML make, so that a bake file reads the same in each. What is no plain value (a variable,
//! a call of a function, a text with either in it) is a word that is not known.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};

use super::tree::merged;
use crate::settings::yaml::{Node, Value};

/// A word that says nothing by itself.
const UNKNOWN: &str = "${}";

/// The most levels and the most values of a file. A bake file has five and some hundred.
const MOST_DEPTH: usize = 32;
const MOST_NODES: usize = 20_000;

/// The blocks and attributes of a text; `None` where it cannot be read, or nests or repeats too much. A block with labels is
/// a table of tables, as in JSON.
pub(super) fn parse(source: &str) -> Option<Node> {
    let body: Body = source.parse().ok()?;
    Reader { nodes: 0 }.table(&body, 0)
}

struct Reader {
    /// So many values were read.
    nodes: usize,
}

impl Reader {
    fn table(&mut self, body: &Body, depth: usize) -> Option<Node> {
        let mut pairs: Vec<(Node, Node)> = Vec::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    pairs.push((word(attribute.key.as_str()), self.node(&attribute.value, depth + 1)?));
                }
                Structure::Block(block) => {
                    let depth = depth + 1 + block.labels.len();
                    self.count(depth)?;
                    let labels = block.labels.iter().rev();
                    let inner = labels.fold(self.table(&block.body, depth)?, |inner, label| {
                        node_of(vec![(word(label.as_str()), inner)])
                    });
                    pairs.push((word(block.ident.as_str()), inner));
                }
            }
        }
        Some(node_of(merged(pairs)))
    }

    fn node(&mut self, expression: &Expression, depth: usize) -> Option<Node> {
        self.count(depth)?;
        let value = match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(value) => Value::Scalar(value.value().to_string()),
            Expression::Number(value) => Value::Scalar(value.value().to_string()),
            Expression::String(value) => Value::Scalar(value.value().clone()),
            Expression::Array(array) => {
                Value::List(array.iter().map(|item| self.node(item, depth + 1)).collect::<Option<_>>()?)
            }
            Expression::Object(object) => {
                let mut pairs = Vec::new();
                for (key, value) in object.iter() {
                    let key = match key {
                        ObjectKey::Ident(name) => {
                            Node { span: name.span().unwrap_or_default(), ..word(name.as_str()) }
                        }
                        ObjectKey::Expression(expression) => self.node(expression, depth + 1)?,
                    };
                    pairs.push((key, self.node(value.expr(), depth + 1)?));
                }
                Value::Table(pairs)
            }
            Expression::Parenthesis(inner) => return self.node(inner.inner(), depth + 1),
            _ => Value::Scalar(UNKNOWN.to_owned()),
        };
        Some(Node { span: expression.span().unwrap_or_default(), value })
    }

    /// One more value, so deep; `None` where that is too much.
    fn count(&mut self, depth: usize) -> Option<()> {
        self.nodes += 1;
        (depth <= MOST_DEPTH && self.nodes <= MOST_NODES).then_some(())
    }
}

fn word(text: &str) -> Node {
    Node { span: 0..0, value: Value::Scalar(text.to_owned()) }
}

fn node_of(pairs: Vec<(Node, Node)>) -> Node {
    Node { span: 0..0, value: Value::Table(pairs) }
}

#[cfg(test)]
mod tests {
    use super::super::tree::{get, scalar};
    use super::*;

    /// What `target.NAME.KEY` says.
    fn said(source: &str, name: &str, key: &str) -> Option<String> {
        let tree = parse(source)?;
        Some(scalar(get(get(get(&tree, "target")?, name)?, key)?)?.to_owned())
    }

    #[test]
    fn blocks_of_one_name_come_together_and_the_last_word_holds() {
        let source = "target \"a\" {\n x = \"1\"\n y = \"1\"\n}\ntarget \"b\" {\n x = \"2\"\n}\ntarget \"a\" {\n x = \"3\"\n}\n";
        assert_eq!(said(source, "a", "x").as_deref(), Some("3"));
        assert_eq!(said(source, "a", "y").as_deref(), Some("1"));
        assert_eq!(said(source, "b", "x").as_deref(), Some("2"));
    }

    #[test]
    fn what_is_huge_or_nests_too_deeply_is_refused() {
        let targets = |count: usize| -> String {
            (0..count).map(|index| format!("target \"t{index}\" {{\n x = \"1\"\n}}\n")).collect()
        };
        assert_eq!(said(&targets(5_000), "t4999", "x").as_deref(), Some("1"));
        assert!(parse(&targets(20_000)).is_none());
        assert!(parse(&format!("a {} {{\n}}\n", "\"b\" ".repeat(5_000))).is_none());
        assert!(parse(&format!("a = {}1{}\n", "[".repeat(40), "]".repeat(40))).is_none());
    }
}

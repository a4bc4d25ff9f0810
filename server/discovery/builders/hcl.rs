//! HCL as the tree that JSON and YAML make, so that a bake file reads the same in each. What is no plain value (a variable,
//! a call of a function, a text with either in it) is a word that is not known.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};

use crate::settings::yaml::{Node, Value};

/// A word that says nothing by itself.
const UNKNOWN: &str = "${}";

/// The blocks and attributes of a text; `None` where it cannot be read. A block with labels is a table of tables, as in
/// JSON.
pub(super) fn parse(source: &str) -> Option<Node> {
    let body: Body = source.parse().ok()?;
    Some(table(&body))
}

fn table(body: &Body) -> Node {
    let mut pairs: Vec<(Node, Node)> = Vec::new();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                pairs.push((word(attribute.key.as_str()), node(&attribute.value)))
            }
            Structure::Block(block) => {
                let labels = block.labels.iter().rev();
                let inner = labels
                    .fold(table(&block.body), |inner, label| node_of(vec![(word(label.as_str()), inner)]));
                pairs.push((word(block.ident.as_str()), inner));
            }
        }
    }
    node_of(merged(pairs))
}

/// Blocks of one kind together, and what is said again later in the place of what was said first.
fn merged(pairs: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    let mut merged: Vec<(Node, Node)> = Vec::new();
    for (key, node) in pairs {
        let known = merged.iter_mut().find(|(other, _)| other.value == key.value).map(|(_, known)| known);
        match (known, node) {
            (None, node) => merged.push((key, node)),
            (Some(Node { value: Value::Table(known), .. }), Node { value: Value::Table(more), .. }) => {
                let all = std::mem::take(known);
                *known = self::merged(all.into_iter().chain(more).collect());
            }
            (Some(known), node) => *known = node,
        }
    }
    merged
}

fn node(expression: &Expression) -> Node {
    let value = match expression {
        Expression::Null(_) => Value::Null,
        Expression::Bool(value) => Value::Scalar(value.value().to_string()),
        Expression::Number(value) => Value::Scalar(value.value().to_string()),
        Expression::String(value) => Value::Scalar(value.value().clone()),
        Expression::Array(array) => Value::List(array.iter().map(node).collect()),
        Expression::Object(object) => {
            let key = |key: &ObjectKey| match key {
                ObjectKey::Ident(name) => word(name.as_str()),
                ObjectKey::Expression(expression) => node(expression),
            };
            Value::Table(object.iter().map(|(name, value)| (key(name), node(value.expr()))).collect())
        }
        _ => Value::Scalar(UNKNOWN.to_owned()),
    };
    Node { span: expression.span().unwrap_or_default(), value }
}

fn word(text: &str) -> Node {
    Node { span: 0..0, value: Value::Scalar(text.to_owned()) }
}

fn node_of(pairs: Vec<(Node, Node)>) -> Node {
    Node { span: 0..0, value: Value::Table(pairs) }
}

//! The variables that shell text reads. Knows which of them the text itself has set before.

use std::collections::HashMap;

use tree_sitter::Node;

use super::{Part, grammar};

/// A `$name` or `${name…}` of shell text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellVariable {
    /// The variable's name.
    pub name: String,
    /// From the `$` to its end.
    pub part: Part,
    /// The name alone.
    pub name_part: Part,
    /// Whether the text sets the variable itself somewhere before.
    pub is_assigned: bool,
}

/// The variables that shell text reads, in the order they are written; none of what a quote keeps as it is.
pub fn variables(text: &str) -> Vec<ShellVariable> {
    let Some(tree) = grammar::parse(text) else {
        return Vec::new();
    };
    let mut variables = Vec::new();
    // Where each name is set for the first time.
    let mut assigned: HashMap<&str, usize> = HashMap::new();
    let mut stack = vec![tree.root_node()];
    while let Some(node) = stack.pop() {
        match node.kind() {
            "simple_expansion" | "expansion" => variables.extend(variable(node, text)),
            // What is on the right of `=` is read before.
            "variable_assignment" => assign(&mut assigned, node.child_by_field_name("name"), node, text),
            "for_statement" => {
                let name = node.child_by_field_name("variable");
                assign(&mut assigned, name, name.unwrap_or(node), text);
            }
            _ => {}
        }
        let mut cursor = node.walk();
        stack.extend(node.named_children(&mut cursor));
    }
    for variable in &mut variables {
        let start = variable.part.start as usize;
        variable.is_assigned = assigned.get(variable.name.as_str()).is_some_and(|end| *end <= start);
    }
    variables.sort_by_key(|variable| (variable.part.start, std::cmp::Reverse(variable.part.end)));
    variables
}

fn variable(node: Node<'_>, text: &str) -> Option<ShellVariable> {
    let mut cursor = node.walk();
    let name = node.named_children(&mut cursor).find(|child| child.kind() == "variable_name")?;
    Some(ShellVariable {
        name: text.get(name.byte_range())?.to_owned(),
        part: Part::new(node.start_byte(), node.end_byte()),
        name_part: Part::new(name.start_byte(), name.end_byte()),
        is_assigned: false,
    })
}

fn assign<'text>(
    assigned: &mut HashMap<&'text str, usize>,
    name: Option<Node<'_>>,
    until: Node<'_>,
    text: &'text str,
) {
    if let Some(name) = name.and_then(|name| text.get(name.byte_range())) {
        let end = assigned.entry(name).or_insert(usize::MAX);
        *end = until.end_byte().min(*end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let mark = |variable: &ShellVariable| if variable.is_assigned { "=" } else { "" };
        let shown = |variable: ShellVariable| {
            let part = variable.part.start as usize..variable.part.end as usize;
            format!("{}{} {}", mark(&variable), variable.name, &text[part])
        };
        variables(text).into_iter().map(shown).collect()
    }

    #[test]
    fn quotes_and_comments_hide_variables() {
        assert_eq!(shown("echo $a \"x${b:-$c}\" '$d' \\$e # $f"), ["a $a", "b ${b:-$c}", "c $c"]);
        assert_eq!(shown("cat <<E\n$a\nE\ncat <<'F'\n$b\nF\n"), ["a $a"]);
    }

    #[test]
    fn what_the_text_sets_is_marked() {
        assert_eq!(shown("a=$a:x && b $a; for c in $c; do d $c; done"), ["a $a", "=a $a", "=c $c", "=c $c"]);
    }
}

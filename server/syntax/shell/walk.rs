//! From the grammar's tree to commands. Nothing outside this folder knows the names of its nodes.

use tree_sitter::Node;

use super::bashisms::{Bashism, bashism};
use super::calls::{self, Definition};
use super::globs::has_glob;
use super::grammar::parse;
use super::guards::{Guard, begins_list, guards};
use super::inner;
use super::{Command, Element, Joint, Nesting, Part, RunAs, Shape, Word};

struct Visit<'tree> {
    node: Node<'tree>,
    joint: Joint,
    nesting: Nesting,
    /// The top-level element; `None` while still above the elements.
    element: Option<usize>,
    /// The kind of the node around it: asking a node for its parent is slow.
    around: &'tree str,
    /// Whether it begins a list: lists nest to the left.
    in_list: bool,
}

/// What a shell text holds, in the order it is written.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) commands: Vec<Command>,
    pub(super) elements: Vec<Element>,
    /// The files that redirections write.
    pub(super) outputs: Vec<Word>,
    pub(super) bashisms: Vec<Bashism>,
    pub(super) functions: Vec<Definition>,
    pub(super) guards: Vec<Guard>,
    pub(super) has_error: bool,
}

pub(super) fn commands(text: &str) -> Walked {
    let Some(tree) = parse(text) else {
        return Walked { has_error: true, ..Walked::default() };
    };
    let mut walked = Walked { has_error: tree.root_node().has_error(), ..Walked::default() };
    let Walked { commands, elements, outputs, bashisms, guards: found, .. } = &mut walked;
    let root = Visit {
        node: tree.root_node(),
        joint: Joint::Start,
        nesting: Nesting::default(),
        element: None,
        around: "",
        in_list: false,
    };
    // An explicit stack: shell text nests as deep as it likes.
    let mut stack = vec![root];
    let mut children = Vec::new();
    let mut definitions = Vec::new();
    while let Some(mut visit) = stack.pop() {
        let kind = visit.node.kind();
        let splits = matches!(kind, "program" | "list")
            || is_redirected_list(visit.node)
            || visit.node.is_error() && visit.element.is_none();
        if let (None, Some(last)) = (visit.element, elements.last_mut().filter(|_| is_redirection(kind))) {
            last.part.end = part(visit.node).end;
            visit.element = elements.len().checked_sub(1);
        } else if visit.element.is_none() && !splits {
            visit.element = Some(elements.len());
            elements.push(Element { part: part(visit.node), joint: visit.joint, shape: shape(visit.node) });
        }
        if let Some(command) = command(&visit, text) {
            let inner = inner::scripts(&command, text, false);
            commands.push(command);
            inner.into_iter().for_each(|inner| inner.append_to(commands, outputs));
        }
        outputs.extend(output(visit.node, text));
        bashisms.extend(bashism(visit.node));
        found.extend(guards(visit.node, visit.in_list, text));
        definitions.extend(definition(visit.node, text));
        expand(&visit, &mut children);
        stack.extend(children.drain(..).rev());
    }
    walked.commands = calls::in_order(walked.commands, &definitions);
    walked.functions = definitions;
    walked
}

/// The function that a node defines.
fn definition(node: Node<'_>, text: &str) -> Option<Definition> {
    let name = node.child_by_field_name("name").filter(|_| node.kind() == "function_definition")?;
    Some(Definition { name: text.get(name.byte_range())?.into(), part: part(node) })
}

/// Whether the grammar takes a redirection for one of a whole list, where the shell gives it to the last command.
/// Source: POSIX, "2.10.2 Shell Grammar Rules".
fn is_redirected_list(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.kind() == "redirected_statement"
        && node.child_by_field_name("body").is_some_and(|body| body.kind() == "list")
        && node.named_children(&mut cursor).skip(1).all(|child| is_redirection(child.kind()))
}

fn is_redirection(kind: &str) -> bool {
    matches!(kind, "file_redirect" | "herestring_redirect")
}

/// The file that a redirection writes.
fn output(node: Node<'_>, text: &str) -> Option<Word> {
    let mut cursor = node.walk();
    let mut writes = node.children(&mut cursor).filter(|child| !child.is_named());
    let is_output = node.kind() == "file_redirect"
        && writes.any(|operator| matches!(operator.kind(), ">" | ">>" | ">|" | "&>" | "&>>" | "<>"));
    node.child_by_field_name("destination").filter(|_| is_output).map(|file| word(file, text))
}

fn part(node: Node<'_>) -> Part {
    Part::new(node.start_byte(), node.end_byte())
}

fn shape(node: Node<'_>) -> Shape {
    if node.has_error() {
        return Shape::Broken;
    }
    match node.kind() {
        "redirected_statement" => node.child_by_field_name("body").map_or(Shape::Simple, shape),
        "if_statement"
        | "while_statement"
        | "for_statement"
        | "c_style_for_statement"
        | "case_statement"
        | "compound_statement"
        | "subshell" => Shape::Compound,
        "function_definition" => Shape::Function,
        _ => Shape::Simple,
    }
}

/// What begins with a command that a pipe before it leads to.
const READERS: [&str; 4] = ["subshell", "compound_statement", "while_statement", "if_statement"];

/// The children of a node with what they inherit, in order.
fn expand<'tree>(visit: &Visit<'tree>, children: &mut Vec<Visit<'tree>>) {
    let kind = visit.node.kind();
    let inner = visit.nesting.and(inside(kind));
    let mut joint = if kind == "list"
        || kind == "pipeline"
        || kind == "redirected_statement"
        || kind == "negated_command"
        || visit.joint == Joint::Pipe && READERS.contains(&kind)
    {
        visit.joint
    } else {
        Joint::Start
    };
    let mut cursor = visit.node.walk();
    if !cursor.goto_first_child() {
        return;
    }
    let mut in_list = begins_list(kind, visit.in_list);
    loop {
        let node = cursor.node();
        if node.is_named() && node.kind() != "comment" {
            let mut nesting = inner;
            if cursor.field_name() == Some("condition") {
                nesting = visit.nesting.and(Nesting::CONDITION);
            }
            children.push(Visit { node, joint, nesting, element: visit.element, around: kind, in_list });
            in_list = false;
            joint = Joint::Then;
        } else {
            joint = match node.kind() {
                "&&" => Joint::And,
                "||" => Joint::Or,
                "|" | "|&" => Joint::Pipe,
                "&" => Joint::Background,
                ";" | ";;" | "\n" => Joint::Then,
                "then" | "else" | "do" => Joint::Start,
                _ => joint,
            };
        }
        if !cursor.goto_next_sibling() {
            return;
        }
    }
}

fn inside(kind: &str) -> Nesting {
    match kind {
        "subshell" => Nesting::SUBSHELL,
        "compound_statement" => Nesting::GROUP,
        "if_statement" | "elif_clause" | "else_clause" | "case_item" => Nesting::BRANCH,
        "do_group" => Nesting::LOOP,
        "function_definition" => Nesting::FUNCTION,
        "command_substitution" | "process_substitution" => Nesting::SUBSTITUTION,
        "pipeline" => Nesting::PIPELINE,
        "negated_command" => Nesting::NEGATED,
        "ERROR" => Nesting::BROKEN,
        _ => Nesting::default(),
    }
}

fn command(visit: &Visit<'_>, text: &str) -> Option<Command> {
    let node = visit.node;
    let is_prefix = matches!(visit.around, "command" | "variable_assignments" | "declaration_command");
    let mut assignments = Vec::new();
    let mut words = Vec::new();
    match node.kind() {
        "command" => {
            let mut cursor = node.walk();
            for child in node.children(&mut cursor) {
                match child.kind() {
                    "variable_assignment" => assignments.push(word(child, text)),
                    "file_redirect" | "herestring_redirect" | "subshell" => {}
                    "command_name" => words.push(word(child.child(0).unwrap_or(child), text)),
                    _ => words.push(word(child, text)),
                }
            }
        }
        "declaration_command" | "unset_command" => {
            let mut cursor = node.walk();
            words.extend(node.children(&mut cursor).map(|child| word(child, text)));
        }
        "variable_assignment" if !is_prefix => assignments.push(word(node, text)),
        "variable_assignments" => {
            let mut cursor = node.walk();
            assignments.extend(node.named_children(&mut cursor).map(|child| word(child, text)));
        }
        _ => return None,
    }
    // No command begins so: it is a comment that fills its backticks, see `grammar`.
    if words.first().is_some_and(|word| text.as_bytes().get(word.part.start as usize) == Some(&b'#')) {
        return None;
    }
    let first = assignments.first().or(words.first())?;
    let last = words.last().or(assignments.last())?;
    Some(Command {
        part: Part { start: first.part.start, end: last.part.end },
        joint: visit.joint,
        nesting: visit.nesting,
        element: visit.element.unwrap_or(0),
        user: RunAs::Own,
        assignments,
        words,
    })
}

fn word(node: Node<'_>, text: &str) -> Word {
    let mut value = String::new();
    let is_known = literal(node, text, &mut value);
    let written = || text.get(node.byte_range()).unwrap_or_default();
    let is_known = is_known && !has_glob(written());
    Word { part: part(node), value: is_known.then(|| value.into()) }
}

/// Appends what a word says; `false` where only the shell can tell.
fn literal(node: Node<'_>, text: &str, value: &mut String) -> bool {
    let written = text.get(node.byte_range()).unwrap_or_default();
    match node.kind() {
        "raw_string" => {
            let inner = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            value.push_str(inner.unwrap_or(written));
            true
        }
        "string" => {
            let mut cursor = node.walk();
            let is_plain = node.named_children(&mut cursor).all(|child| child.kind() == "string_content");
            let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(written);
            unescape(inner, |escaped| matches!(escaped, '"' | '$' | '`' | '\\' | '\n'), value);
            is_plain
        }
        "concatenation" | "variable_assignment" => {
            let mut cursor = node.walk();
            let mut is_known = true;
            for child in node.children(&mut cursor) {
                is_known &= literal(child, text, value);
            }
            is_known
        }
        "word" | "number" | "variable_name" | "regex" => {
            unescape(written, |_| true, value);
            node.named_child_count() == 0
        }
        "=" | "export" | "declare" | "local" | "readonly" | "typeset" | "unset" | "unsetenv" | "=="
        | "=~" => {
            value.push_str(written);
            true
        }
        _ => false,
    }
}

fn unescape(written: &str, escapes: impl Fn(char) -> bool, value: &mut String) {
    let mut chars = written.chars();
    while let Some(char) = chars.next() {
        match (char, chars.clone().next()) {
            ('\\', Some(escaped)) if escapes(escaped) => {
                chars.next();
                value.extend(Some(escaped).filter(|escaped| *escaped != '\n'));
            }
            _ => value.push(char),
        }
    }
}

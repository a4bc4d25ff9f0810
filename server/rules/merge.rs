//! Merges RUN instructions that follow each other into one.

use super::edits::{can_be_extended, line_joint};
use crate::document::Document;
use crate::semantic::facts::Facts;
use crate::syntax::shell::{Command, Form, Joint, Nesting, Shape};
use crate::syntax::{Arguments, Item, Kind};
use crate::text::Edit;

/// What the shell remembers from one command to the next, and a new RUN does not.
const STATE: [&str; 20] = [
    ".", "alias", "cd", "declare", "eval", "exec", "exit", "export", "local", "popd", "pushd", "read",
    "readonly", "set", "shopt", "source", "trap", "ulimit", "umask", "unset",
];

/// The edit that puts the commands of the RUN at `second` behind those of the RUN just before it. `None`
/// where that would change what is run, or lose something. With `state_matters`, the first may not leave a
/// state of the shell behind that the second would see.
pub(crate) fn merge(document: &Document, second: usize, state_matters: bool) -> Option<Edit> {
    let items = document.file().items();
    // Windows PowerShell knows no `&&`, and a program that cmd has just installed is on the path of the next step only.
    if !document.model().environment_at(second)?.shell.is_posix() {
        return None;
    }
    let (first, second) = (items.get(second.checked_sub(1)?)?, items.get(second)?);
    let (first_facts, second_facts) = (mergeable(first)?, mergeable(second)?);
    let has_state = || leaves_state(first_facts, usize::MAX);
    if flags(first) != flags(second)
        || !can_be_extended(first, first_facts)
        || !is_plain_chain(second_facts)
        || state_matters && has_state()
        || comments(second).any(|comment| comment.contains("layerwise") || comment.contains("hadolint"))
    {
        return None;
    }
    let last = first_facts.script.elements().last()?;
    let start = first.absolute(first_facts.script.place(last.part)).end;
    let rest = second.instruction.place(second.instruction.ast().rest);
    Some(Edit::replace(start..second.absolute(rest).start, seam(first, first_facts, second)))
}

/// The facts of a RUN that is nothing but commands for the shell.
fn mergeable(item: &Item) -> Option<&Facts> {
    let instruction = &item.instruction;
    let is_text = matches!(instruction.ast().arguments, Arguments::Text(_));
    let facts = Facts::of(instruction).filter(|facts| facts.script.form() == Form::Shell)?;
    (instruction.ast().kind == Kind::Run
        && is_text
        && instruction.heredocs().is_empty()
        && !instruction.is_open())
    .then_some(facts)
}

fn flags(item: &Item) -> Vec<&str> {
    let mut flags: Vec<&str> =
        item.instruction.ast().flags.iter().map(|flag| item.instruction.str(flag.part)).collect();
    flags.sort_unstable();
    flags
}

/// Whether all of it is joined by `&&`, so that it can stand behind another `&&`.
fn is_plain_chain(facts: &Facts) -> bool {
    let elements = facts.script.elements();
    let after = elements.last().and_then(|last| facts.script.text().text().get(last.part.end as usize..));
    !facts.script.has_error()
        && elements.iter().all(|element| {
            matches!(element.joint, Joint::Start | Joint::And)
                && matches!(element.shape, Shape::Simple | Shape::Compound)
        })
        && after.is_some_and(|after| after.trim().is_empty())
}

/// Whether the first top-level elements, so many, leave a state of the shell behind.
pub(crate) fn leaves_state(facts: &Facts, elements: usize) -> bool {
    let script = &facts.script;
    let outside = Nesting::SUBSHELL.and(Nesting::SUBSTITUTION).and(Nesting::PIPELINE).and(Nesting::SCRIPT);
    let remembered = |command: &&Command| command.element < elements && !command.nesting.any(outside);
    script.elements().iter().take(elements).any(|element| element.shape == Shape::Function)
        || script.commands().iter().filter(remembered).any(|command| match command.words.first() {
            None => !command.assignments.is_empty(),
            Some(word) => STATE.into_iter().any(|name| word.is(name)),
        })
}

fn comments(item: &Item) -> impl Iterator<Item = &str> {
    let instruction = &item.instruction;
    instruction.comments().iter().filter_map(|span| instruction.source().get(span.clone()))
}

/// What stands between the two: the comments of the second keep their place.
fn seam(first: &Item, facts: &Facts, second: &Item) -> String {
    let newline = first.instruction.newline();
    let joint = line_joint(first, facts);
    let (head, tail) = joint.split_once('\n').unwrap_or((&joint, ""));
    let indent: String = tail.chars().take_while(|char| char.is_whitespace()).collect();
    let comments: String =
        comments(second).map(|comment| format!("{indent}{}{newline}", comment.trim_end())).collect();
    format!("{head}\n{comments}{tail}")
}

//! Merges RUN instructions that follow each other into one.

use super::edits::end::{can_be_extended, line_joint};
use crate::document::Document;
use crate::semantic::facts::Facts;
use crate::semantic::partings::{Part, Surroundings, has_lasting_mounts, is_apart, is_over};
use crate::syntax::mount::Mount;
use crate::syntax::shell::{Form, Joint, Shape};
use crate::syntax::{Arguments, Item, Kind};
use crate::text::Edit;

/// What the second of two RUN instructions may see of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sees {
    /// What it leaves in its shell and in the container, as all those do that are merged with it already, from this one on.
    All(usize),
    /// Nothing: it does the same in any folder, with any variables.
    Nothing,
}

/// The edit that puts the commands of the RUN at `second` behind those of the RUN just before it. `None`
/// where that would change what is run, or lose something.
pub(crate) fn merge(document: &Document, second: usize, sees: Sees) -> Option<Edit> {
    let (items, model) = (document.file().items(), document.model());
    // Windows PowerShell knows no `&&`, and a program that cmd has just installed is on the path of the next step only.
    if !model.environment_at(second)?.shell.is_posix() {
        return None;
    }
    let before = second.checked_sub(1)?;
    let (first, later) = (items.get(before)?, items.get(second)?);
    let (first_facts, facts) = (mergeable(first)?, mergeable(later)?);
    let surroundings = Surroundings { model, item: before };
    let is_apart = || match sees {
        Sees::Nothing => is_over(&surroundings, &Part::whole(first_facts)),
        Sees::All(from) => {
            let parts: Option<Vec<Part<'_>>> =
                (from..second).map(|index| Some(Part::whole(mergeable(items.get(index)?)?))).collect();
            parts.is_some_and(|parts| is_apart(&surroundings, &parts, &Part::whole(facts)))
        }
    };
    if flags(first) != flags(later)
        || !has_lasting_mounts(&Mount::all(&first.instruction))
        || !can_be_extended(first, first_facts)
        || !is_plain_chain(facts)
        || comments(later)
            .any(|comment| comment.contains("layerwise") || comment.contains("hadolint") || is_line(comment))
        || !is_apart()
    {
        return None;
    }
    let last = first_facts.script.elements().last()?;
    let start = first.absolute(first_facts.script.place(last.part)).end;
    let rest = later.instruction.place(later.instruction.ast().rest);
    Some(Edit::replace(start..later.absolute(rest).start, seam(first, first_facts, later)))
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

/// Whether a comment is a line drawn across the file, such as those that a section begins with: `# -----`.
fn is_line(comment: &str) -> bool {
    let text: String = comment.chars().filter(|char| !char.is_whitespace()).collect();
    text.len() > 4 && text.chars().all(|char| char.is_ascii_punctuation())
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

//! Edits that several rules make.

pub(crate) mod behind;
pub(crate) mod end;
pub(crate) mod instruction;

use super::Finding;
use super::prelude::{Family, package_at};
use crate::document::Cx;
use crate::fix::{Fix, Safety};
use crate::semantic::cache_readers::{Filled, Reading};
use crate::semantic::facts::Facts;
use crate::semantic::stages::Stage;
use crate::semantic::variable_uses::VariableUse;
use crate::syntax::Item;
use crate::syntax::shell::{Element, Form, Joint, Nesting};
use crate::text::{Edit, Span};

/// Where a word of a command stands in the document; `None` where there is no such word.
fn place(item: &Item, facts: &Facts, command: usize, word: usize) -> Option<Span> {
    let word = facts.script.commands().get(command)?.words.get(word)?;
    Some(item.absolute(facts.script.place(word.part)))
}

/// A text as a word of a command, and what stands between two words there; `None` where the text would end the quotes of the
/// script that the command is in.
fn as_word(facts: &Facts, command: usize, text: &str) -> Option<(String, &'static str)> {
    let is_script = facts.script.commands().get(command)?.nesting.any(Nesting::SCRIPT);
    let is_plain = !text.contains(['"', '\'', '\\', '$', '`']);
    match facts.script.form() {
        _ if is_script => is_plain.then(|| (text.to_owned(), " ")),
        Form::Exec => Some((format!("\"{text}\""), ", ")),
        Form::Shell | Form::Heredoc => Some((text.to_owned(), " ")),
    }
}

/// Puts an argument after a word of a command, in shell text or in the exec form. `None` where there is no
/// such word.
pub(crate) fn argument_after(
    item: &Item,
    facts: &Facts,
    command: usize,
    word: usize,
    argument: &str,
) -> Option<Edit> {
    let (argument, between) = as_word(facts, command, argument)?;
    Some(Edit::insert(place(item, facts, command, word)?.end, format!("{between}{argument}")))
}

/// As [`argument_after`], before a word.
pub(crate) fn argument_before(
    item: &Item,
    facts: &Facts,
    command: usize,
    word: usize,
    argument: &str,
) -> Option<Edit> {
    let (argument, between) = as_word(facts, command, argument)?;
    Some(Edit::insert(place(item, facts, command, word)?.start, format!("{argument}{between}")))
}

/// Writes something else for a word of a command, in shell text or in the exec form. `None` where there is no such word.
pub(crate) fn replace_word(
    item: &Item,
    facts: &Facts,
    command: usize,
    word: usize,
    text: &str,
) -> Option<Edit> {
    let (text, _) = as_word(facts, command, text)?;
    Some(Edit::replace(place(item, facts, command, word)?, text))
}

/// Takes some words of a command away, the first of them at `word`, with the blanks before them. `None` for the first word of
/// all, and where there are not so many.
pub(crate) fn remove_words(
    item: &Item,
    facts: &Facts,
    command: usize,
    word: usize,
    count: usize,
) -> Option<Edit> {
    let words = &facts.script.commands().get(command)?.words;
    let before = words.get(word.checked_sub(1)?)?;
    let last = words.get(word + count.checked_sub(1)?)?;
    let span = facts.script.place(before.part).end..facts.script.place(last.part).end;
    Some(Edit::delete(item.absolute(span)))
}

/// Takes a command away with the operator that joins it to a neighbour. `None` where it is all there is, or what is left
/// would run otherwise than before.
pub(crate) fn remove_command(item: &Item, facts: &Facts, command: usize) -> Option<Edit> {
    let script = &facts.script;
    let command = script.commands().get(command)?;
    let elements = script.elements();
    let element = elements.get(command.element)?;
    let is_joined = |element: &Element| matches!(element.joint, Joint::And | Joint::Then);
    let is_chain = elements.iter().skip(1).all(is_joined);
    if !command.nesting.is_top() || element.part != command.part || !is_chain || script.form() == Form::Exec {
        return None;
    }
    let (start, end) = match (elements.get(command.element + 1), command.element.checked_sub(1)) {
        (Some(next), _) => (script.place(element.part).start, script.place(next.part).start),
        (None, Some(before)) => {
            (script.place(elements.get(before)?.part).end, script.place(element.part).end)
        }
        (None, None) => return None,
    };
    Some(Edit::delete(item.absolute(start..end)))
}

/// The safe fix that puts a flag behind the verb of the package-manager command that a finding stands in.
pub(crate) fn flag_behind_verb(cx: &Cx<'_>, finding: &Finding, flag: &str) -> Vec<Fix> {
    let edit = package_at(cx, finding)
        .and_then(|(item, facts, package)| argument_after(item, facts, package.command, package.verb, flag));
    let fix = |edit| Fix::new(format!("Add `{flag}`"), Safety::Safe, vec![edit]);
    edit.map(fix).into_iter().collect()
}

/// As `flag_behind_verb`, for a flag that keeps a cache out of the layer whose path has one of `folders` in it: none where
/// something behind the RUN reads that.
pub(crate) fn flag_against_cache(cx: &Cx<'_>, finding: &Finding, flag: &str, folders: &[&str]) -> Vec<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_read = |family: Family| {
        let filled = Filled { item: finding.item, family, folders, has_plain_scripts: false };
        // These tools do not work without the network: a script that cannot be read has nothing of their caches.
        filled.reading(file, model) == Reading::Certain
    };
    if package_at(cx, finding).is_none_or(|(_, _, package)| is_read(package.manager.family)) {
        return Vec::new();
    }
    flag_behind_verb(cx, finding, flag)
}

/// The suggested fix that changes the name of the variable that a finding is about, also where that is read once
/// more inside (`${A:+$A}`); `meant` gives the name instead.
pub(crate) fn rename_variable<'a>(
    cx: &Cx<'_>,
    finding: &Finding,
    uses: Vec<VariableUse>,
    meant: impl Fn(&str) -> Option<&'a str>,
) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let Some(here) = uses.iter().find(|found| item.absolute(found.span.clone()) == finding.span) else {
        return Vec::new();
    };
    let Some(name) = meant(&here.name) else {
        return Vec::new();
    };
    let inside = uses.iter().filter(|found| *found == here || found.is_inside(here));
    let edits = inside.map(|found| Edit::replace(item.absolute(found.name_span.clone()), name)).collect();
    vec![Fix::new(format!("Change `{}` to `{name}`", here.name), Safety::Suggested, edits)]
}

/// The unsafe fix that gives the image of a stage another tag. `None` where the tag is not written there, or a digest stands
/// behind it.
pub(crate) fn change_tag(cx: &Cx<'_>, stage: &Stage, tag: String) -> Option<Fix> {
    let item = cx.document.file().item(stage.from())?;
    let image = stage.image().filter(|image| image.digest().is_none())?;
    let place = item.absolute(item.instruction.place(stage.base_part?));
    let is_literal =
        item.instruction.str(stage.base_part?) == image.text() && place.len() == image.text().len();
    let start = place.end.checked_sub(image.tag()?.len()).filter(|_| is_literal)?;
    let edit = Edit::replace(start..place.end, tag.clone());
    Some(Fix::new(format!("Change the tag to `{tag}`"), Safety::Unsafe, vec![edit]))
}

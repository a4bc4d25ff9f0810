//! Edits that several rules make.

pub(crate) mod behind;
pub(crate) mod instruction;

use super::Finding;
use super::prelude::{Family, package_at};
use crate::document::Cx;
use crate::fix::{Fix, Safety};
use crate::semantic::cache_readers::{Filled, Reading};
use crate::semantic::commands::Invocation;
use crate::semantic::facts::Facts;
use crate::semantic::script_ends;
use crate::semantic::stages::Stage;
use crate::semantic::variable_uses::VariableUse;
use crate::syntax::Item;
use crate::syntax::shell::{Element, Form, Joint, Nesting, Shape};
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

/// Puts a command behind the last one of a RUN, to be run where that succeeds, in the style that the RUN is
/// written in. `None` where the end of the shell text cannot be extended without changing what it says.
pub(crate) fn append_command(item: &Item, facts: &Facts, command: &str) -> Option<Edit> {
    let mut words = command.split_whitespace();
    if !can_be_extended(item, facts) || words.any(|word| script_ends::may_hide(facts, word)) {
        return None;
    }
    let last = facts.script.elements().last()?;
    let end = item.absolute(facts.script.place(last.part)).end;
    Some(Edit::insert(end, format!("{}{command}", joint(item, facts))))
}

/// Whether ` && command` at the end of the shell text does what it says.
pub(super) fn can_be_extended(item: &Item, facts: &Facts) -> bool {
    let script = &facts.script;
    let has_other_heredocs = script.form() == Form::Shell && !item.instruction.heredocs().is_empty();
    let Some(last) = script.elements().last() else {
        return false;
    };
    let after = script.text().text().get(last.part.end as usize..).unwrap_or_default();
    let is_state = |invocation: &Invocation| {
        let words = || invocation.arguments(script).iter().filter_map(|word| word.value.as_deref());
        match &*invocation.name {
            // Without globbing, `*` is a file name.
            "set" => words().any(|word| word == "noglob" || word.starts_with('-') && word.contains('f')),
            "shopt" => words().any(|word| word.contains("glob")),
            "trap" => true,
            _ => false,
        }
    };
    script.form() != Form::Exec
        && script_ends::reaches_end(facts)
        && !has_other_heredocs
        && !script.has_error()
        && matches!(last.shape, Shape::Simple | Shape::Compound)
        && after.trim().is_empty()
        // `a || true && b` means something else than `a || true`.
        && last.joint != Joint::Or
        && !facts.invocations.iter().any(is_state)
}

/// What joins a further command on a line of its own, in the style that the RUN is written in.
pub(super) fn line_joint(item: &Item, facts: &Facts) -> String {
    let joint = joint(item, facts);
    if joint.contains('\n') {
        return joint;
    }
    format!(" {}{}    && ", item.instruction.escape(), item.instruction.newline())
}

/// What joins a further command: as the last two commands are joined where that can be copied.
fn joint(item: &Item, facts: &Facts) -> String {
    let script = &facts.script;
    let instruction = &item.instruction;
    if script.form() == Form::Heredoc {
        return " && ".to_owned();
    }
    let stops_at_errors = facts.invocations.first().is_some_and(|invocation| {
        let mut words = invocation.arguments(script).iter().filter_map(|word| word.value.as_deref());
        &*invocation.name == "set" && words.any(|word| word.starts_with('-') && word.contains('e'))
    });
    let newline = instruction.newline();
    let escape = instruction.escape();
    let pairs = script.elements().iter().rev().zip(script.elements().iter().rev().skip(1));
    for (right, left) in pairs {
        let gap = script.place(left.part).end..script.place(right.part).start;
        let gap = instruction.source().get(gap).unwrap_or_default();
        let operator = match right.joint {
            Joint::And => "&&",
            Joint::Then if stops_at_errors => ";",
            _ => continue,
        };
        let (Some(first), Some(last)) = (gap.split('\n').next(), gap.split('\n').next_back()) else {
            continue;
        };
        if gap.contains('\n') {
            let indent: String = last.chars().take_while(|char| char.is_whitespace()).collect();
            return match (first.contains(operator), operator) {
                (true, ";") => format!("; {escape}{newline}{indent}"),
                (true, _) => format!(" && {escape}{newline}{indent}"),
                (false, _) => format!(" {escape}{newline}{indent}&& "),
            };
        }
    }
    if !instruction.is_multiline() {
        return " && ".to_owned();
    }
    let text = instruction.source().get(instruction.span()).unwrap_or_default();
    let last_line = text.rsplit('\n').next().unwrap_or_default();
    let indent: String = last_line.chars().take_while(|char| char.is_whitespace()).collect();
    format!(" {escape}{newline}{indent}&& ")
}

//! `exec-form` and `shell-form`: a command as a list of words, or as shell text.

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::{Fix, Subject};
use crate::rules::exec_form;
use crate::semantic::stages::Base;
use crate::syntax::{Arguments, Kind as Instruction, Part};
use crate::text::Edit;

pub(super) static EXEC_FORM: Action = Action {
    id: "exec-form",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Write a command as a list of words",
    is_local: false,
    changes: &[Subject::Configuration],
    keeps: Meaning::Commands,
    find: to_exec_form,
};

pub(super) static SHELL_FORM: Action = Action {
    id: "shell-form",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Write a list of words as a shell command",
    is_local: false,
    changes: &[Subject::Configuration],
    keeps: Meaning::Commands,
    find: to_shell_form,
};

fn to_exec_form(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let Some(Arguments::Text(part)) = command(place) else {
        return Vec::new();
    };
    let list = exec_form::list(cx, place.index());
    list.map(|list| candidate(place, *part, "Write it in exec form", list)).into_iter().collect()
}

fn to_shell_form(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let Some(Arguments::Json(strings)) = command(place) else {
        return Vec::new();
    };
    let (Some(first), Some(last)) = (strings.first(), strings.last()) else {
        return Vec::new();
    };
    let (kind, words) = (place.ast().kind, strings.iter().map(|string| string.value.as_str()));
    // The builder reads continuations and, in what is no RUN, nothing else; no quoting helps against a line break.
    let is_plain =
        |word: &str| !word.contains(['\n', '\r', '\0']) && !word.contains(place.instruction().escape());
    if place.posix(cx).is_none() || has_no_shell(cx, place.index()) || !words.clone().all(is_plain) {
        return Vec::new();
    }
    // A container's own arguments are put behind an ENTRYPOINT that is a list, and behind no other.
    if kind == Instruction::Entrypoint || kind == Instruction::Cmd && has_entrypoint(cx, place.index()) {
        return Vec::new();
    }
    let is_assignment = |word: &str| word.contains('=');
    if words.clone().next().is_some_and(is_assignment) {
        return Vec::new();
    }
    let words: Vec<String> = words.map(quoted).collect();
    // The shell gives its place to the program, which then is signalled as before.
    let exec = if kind == Instruction::Cmd { "exec " } else { "" };
    // The brackets stand outside of the strings.
    let line = place.instruction().line().text();
    let start = line.get(..first.part.start as usize).and_then(|head| head.rfind('['));
    let end = line
        .get(last.part.end as usize..)
        .and_then(|tail| Some(last.part.end as usize + tail.find(']')? + 1));
    let text = format!("{exec}{}", words.join(" "));
    let part = start.zip(end).map(|(start, end)| Part::new(start, end));
    part.map(|part| candidate(place, part, "Write it in shell form", text)).into_iter().collect()
}

/// The command that the instruction at a place holds.
fn command<'a>(place: &Place<'a>) -> Option<&'a Arguments> {
    let ast = place.ast();
    let is_whole = place.instruction().heredocs().is_empty()
        && place.instruction().inner_comments().is_empty()
        && place.items.clone().count() == 1;
    match (ast.kind, &ast.arguments) {
        _ if !is_whole => None,
        (Instruction::Run | Instruction::Cmd | Instruction::Entrypoint, arguments) => Some(arguments),
        (Instruction::Healthcheck, Arguments::Healthcheck(_, command)) => Some(command),
        _ => None,
    }
}

fn candidate(place: &Place<'_>, part: Part, title: &str, text: String) -> Fix {
    let span = place.item.absolute(place.instruction().place(part));
    rewriting(title, vec![Edit::replace(span, text)])
}

/// Whether the stage is built on nothing, so that there may be no shell in it.
fn has_no_shell(cx: &Cx<'_>, item: usize) -> bool {
    let model = cx.document.model();
    let root = model.stage_at(item).and_then(|stage| model.chain(stage.index).last());
    root.is_none_or(|root| matches!(root.base, Base::Scratch | Base::Unknown))
}

/// Whether the stage has an ENTRYPOINT: a CMD is put behind it only where both are lists.
fn has_entrypoint(cx: &Cx<'_>, item: usize) -> bool {
    let stage = cx.document.model().stage_at(item);
    let items = stage.and_then(|stage| cx.document.file().items().get(stage.items.clone()));
    items.unwrap_or_default().iter().any(|item| item.instruction.ast().kind == Instruction::Entrypoint)
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let is_bare = |char: char| char.is_ascii_alphanumeric() || "_-./:=,+@%".contains(char);
    if !word.is_empty() && word.chars().all(is_bare) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\"'\"'"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn words_become_a_list() {
        check(&EXEC_FORM, "FROM a\nRUN $0b 'c d' \\\n  e\n", "FROM a\nRUN [\"b\", \"c d\", \"e\"]\n");
        check(&EXEC_FORM, "FROM a\nCMD b$0 c\n", "FROM a\nCMD [\"b\", \"c\"]\n");
        check(
            &EXEC_FORM,
            "FROM a\nHEALTHCHECK --retries=1 CMD b$0 c\n",
            "FROM a\nHEALTHCHECK --retries=1 CMD [\"b\", \"c\"]\n",
        );
    }

    #[test]
    fn what_needs_a_shell_stays() {
        for command in
            ["RUN$0 b && c", "CMD$0 $B", "RUN$0 cd b", "CMD$0 [\"b\"]", "ONBUILD$0 CMD b", "USER$0 b"]
        {
            check_none(&EXEC_FORM, &format!("FROM a\n{command}\n"));
        }
        check_none(&EXEC_FORM, "FROM a\nCMD [\"b\"]\nENTRYPOINT$0 c\n");
        check_none(&EXEC_FORM, "FROM a\nSHELL [\"b\"]\nRUN$0 c\n");
        check_none(&EXEC_FORM, "FROM a\nRUN$0 b \\\n# c\nd\n");
    }

    #[test]
    fn a_list_becomes_shell_text() {
        check(&SHELL_FORM, "FROM a\nRUN $0[\"b\", \"c d\", \"e'f\"]\n", "FROM a\nRUN b 'c d' 'e'\"'\"'f'\n");
        check(&SHELL_FORM, "FROM a\nCMD [\"b\",$0 \\\n \"$c\" ]\n", "FROM a\nCMD exec b '$c'\n");
        check(&SHELL_FORM, "FROM a\nHEALTHCHECK CMD $0[ \"b\" ]\n", "FROM a\nHEALTHCHECK CMD b\n");
    }

    #[test]
    fn a_list_that_is_more_than_a_command_stays() {
        check_none(&SHELL_FORM, "FROM scratch\nRUN $0[\"b\"]\n");
        check_none(&SHELL_FORM, "FROM scratch AS a\nFROM a\nRUN $0[\"b\"]\n");
        check_none(&SHELL_FORM, "FROM a\nENTRYPOINT [\"b\"]\nCMD $0[\"c\"]\n");
        check_none(&SHELL_FORM, "FROM a\nENTRYPOINT$0 [\"b\"]\n");
        check_none(&SHELL_FORM, "FROM a\nRUN $0[\"b\", \"\\\\\"]\n");
        check_none(&SHELL_FORM, "FROM a\nRUN $0[]\n");
        check_none(&SHELL_FORM, "FROM a\nRUN $0[\"b=c\", \"d\"]\n");
        check_none(&SHELL_FORM, "FROM a\nSHELL [\"pwsh\"]\nRUN $0[\"b\"]\n");
    }
}

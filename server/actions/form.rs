//! `exec-form` and `shell-form`: a command as a list of words, or as shell text.

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::{Fix, Subject};
use crate::knowledge::package_managers::Action as Deed;
use crate::knowledge::plain_programs::is_plain;
use crate::knowledge::shells::is_builtin;
use crate::path;
use crate::rules::exec_form;
use crate::semantic::commands::Invocation;
use crate::semantic::environment::Shell;
use crate::semantic::facts::Facts;
use crate::semantic::stages::Base;
use crate::syntax::{Arguments, Item, Kind as Instruction, Part};
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
    let list = exec_form::list(cx, place.index()).filter(|_| is_worth_it(place));
    let title = exec_form::title(place.ast().kind);
    list.map(|list| candidate(place, *part, &title, list)).into_iter().collect()
}

/// Whether a command is better off without a shell: it gets the signals of a container that is stopped. A step of the build
/// gets none, and of a program that is not known nobody can say that it needs no shell.
fn is_worth_it(place: &Place<'_>) -> bool {
    let program = || Facts::of(place.instruction())?.invocations.first().map(|program| &*program.name);
    place.ast().kind != Instruction::Run || program().is_some_and(is_plain)
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
    let is_literal =
        |word: &str| !word.contains(['\n', '\r', '\0']) && !word.contains(place.instruction().escape());
    let does_no_more = place.posix(cx).is_some_and(|environment| has_plain_options(&environment.shell))
        && !cx.document.model().is_set("BASH_ENV", place.index());
    if !does_no_more || has_no_shell(cx, place.index()) || !words.clone().all(is_literal) {
        return Vec::new();
    }
    // A container's own arguments are put behind an ENTRYPOINT that is a list, and behind no other.
    if kind == Instruction::Entrypoint || kind == Instruction::Cmd && may_have_entrypoint(cx, place.index()) {
        return Vec::new();
    }
    let is_shells = |word: &str| word.contains('=') || is_builtin(word);
    if words.clone().next().is_some_and(is_shells) {
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
    part.map(|part| candidate(place, part, &format!("Write `{}` in shell form", kind.keyword()), text))
        .into_iter()
        .collect()
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

/// Whether a shell with these options does nothing before a command: one for logins reads files that set variables.
fn has_plain_options(shell: &Shell) -> bool {
    let Shell::Posix(_, options) = shell else {
        return false;
    };
    let is_known = |option: &String| match option.strip_prefix('-') {
        Some(letters) => letters.chars().all(|letter| "ceouC".contains(letter)),
        None => matches!(option.as_str(), "errexit" | "nounset" | "pipefail"),
    };
    options.iter().all(is_known)
}

/// The instructions above one in its stage and in those that this is built on.
fn above<'a>(cx: &Cx<'a>, item: usize) -> impl Iterator<Item = &'a Item> {
    let (model, items) = (cx.document.model(), cx.document.file().items());
    let stages = model.stage_at(item).into_iter().flat_map(|stage| model.chain(stage.index));
    stages.flat_map(move |stage| items.get(stage.from()..stage.items.end.min(item)).unwrap_or_default())
}

/// Whether the stage is built on nothing, so that there may be no shell in it, or a step takes that away.
fn has_no_shell(cx: &Cx<'_>, item: usize) -> bool {
    let model = cx.document.model();
    let root = model.stage_at(item).and_then(|stage| model.chain(stage.index).last());
    let removes = |item: &Item| {
        let facts = Facts::of(&item.instruction).filter(|_| item.kind == Instruction::Run);
        facts.is_some_and(|facts| facts.invocations.iter().any(|program| removes_shell(facts, program)))
    };
    root.is_none_or(|root| matches!(root.base, Base::Scratch | Base::Unknown)) || above(cx, item).any(removes)
}

/// Whether a program takes a shell away, or the folder that it is in.
fn removes_shell(facts: &Facts, program: &Invocation) -> bool {
    let is_shell = |word: &str| {
        let word = word.trim_end_matches(['/', '*']);
        let name = path::name(word);
        ["ash", "bash", "busybox", "dash", "sh"].contains(&name) || name == "bin" && word.starts_with('/')
    };
    let words = || program.written_arguments(&facts.script);
    let removes = matches!(&*program.name, "find" | "mv" | "rm" | "unlink")
        || facts.package_of(program.command).is_some_and(|package| package.action == Deed::Remove);
    removes && words().into_iter().any(is_shell)
}

/// Whether the image has an ENTRYPOINT, or may have one: a CMD is put behind it only where both are lists.
fn may_have_entrypoint(cx: &Cx<'_>, item: usize) -> bool {
    let (model, items) = (cx.document.model(), cx.document.file().items());
    let stage = model.stage_at(item);
    // A distribution alone has none.
    let base = model.base_image(item);
    let has_none = base.is_some_and(|base| base.entrypoint.map_or(base.is_distribution(), str::is_empty));
    let own = stage.and_then(|stage| items.get(stage.items.clone())).unwrap_or_default();
    let mut all = own.iter().chain(above(cx, item));
    !has_none || all.any(|item| item.instruction.ast().kind == Instruction::Entrypoint)
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
        check(&EXEC_FORM, "FROM a\nRUN $0cp 'c d' \\\n  e\n", "FROM a\nRUN [\"cp\", \"c d\", \"e\"]\n");
        check(&EXEC_FORM, "FROM a\nCMD b$0 c\n", "FROM a\nCMD [\"b\", \"c\"]\n");
        check(
            &EXEC_FORM,
            "FROM a\nHEALTHCHECK --retries=1 CMD b$0 c\n",
            "FROM a\nHEALTHCHECK --retries=1 CMD [\"b\", \"c\"]\n",
        );
    }

    #[test]
    fn what_needs_a_shell_stays() {
        for command in [
            "RUN$0 b",
            "RUN$0 apt-get update",
            "RUN$0 b && c",
            "CMD$0 $B",
            "RUN$0 cd b",
            "CMD$0 [\"b\"]",
            "ONBUILD$0 CMD b",
            "USER$0 b",
        ] {
            check_none(&EXEC_FORM, &format!("FROM a\n{command}\n"));
        }
        check_none(&EXEC_FORM, "FROM a\nCMD [\"b\"]\nENTRYPOINT$0 c\n");
        check_none(&EXEC_FORM, "FROM a\nSHELL [\"b\"]\nRUN$0 c\n");
        check_none(&EXEC_FORM, "FROM a\nRUN$0 b \\\n# c\nd\n");
    }

    #[test]
    fn a_list_becomes_shell_text() {
        check(&SHELL_FORM, "FROM a\nRUN $0[\"b\", \"c d\", \"e'f\"]\n", "FROM a\nRUN b 'c d' 'e'\"'\"'f'\n");
        check(
            &SHELL_FORM,
            "FROM debian:12\nCMD [\"b\",$0 \\\n \"$c\" ]\n",
            "FROM debian:12\nCMD exec b '$c'\n",
        );
        check(&SHELL_FORM, "FROM a\nHEALTHCHECK CMD $0[ \"b\" ]\n", "FROM a\nHEALTHCHECK CMD b\n");
    }

    #[test]
    fn a_list_that_a_shell_would_run_otherwise_stays() {
        check_none(&SHELL_FORM, "FROM debian:12 AS a\nENTRYPOINT [\"echo\"]\nFROM a\nCMD $0[\"b\"]\n");
        check_none(&SHELL_FORM, "FROM postgres:16\nCMD $0[\"b\"]\n");
        check_none(&SHELL_FORM, "FROM me/unknown\nCMD $0[\"b\"]\n");
        check_none(&SHELL_FORM, "FROM a\nSHELL [\"/bin/bash\", \"-lc\"]\nRUN $0[\"b\"]\n");
        check_none(&SHELL_FORM, "FROM a\nSHELL [\"/bin/bash\", \"--login\", \"-c\"]\nRUN $0[\"b\"]\n");
        check_none(&SHELL_FORM, "FROM a\nENV BASH_ENV=/b\nSHELL [\"/bin/bash\", \"-c\"]\nRUN $0[\"b\"]\n");
        for program in ["echo", "test", "printf", "kill", "pwd", "if"] {
            check_none(&SHELL_FORM, &format!("FROM a\nRUN $0[\"{program}\", \"b\"]\n"));
        }
        for remove in ["rm /bin/sh", "mv /bin/busybox /b", "rm -rf /bin/*", "apk del busybox"] {
            check_none(&SHELL_FORM, &format!("FROM a\nRUN {remove}\nRUN $0[\"b\"]\n"));
        }
        let bash = "FROM a\nSHELL [\"/bin/bash\", \"-euo\", \"pipefail\", \"-c\"]\nRUN rm /b\n";
        check(&SHELL_FORM, &format!("{bash}RUN $0[\"c\"]\n"), &format!("{bash}RUN c\n"));
    }

    #[test]
    fn a_script_that_only_a_shell_can_run_stays() {
        for before in ["RUN printf 'b\\n' >/s && chmod +x /s", "COPY <<E /s\nb\nE", "COPY s.sh /s"] {
            let files = "#- s.sh\nb\n#- Dockerfile\n";
            check_none(&EXEC_FORM, &format!("{files}FROM a\n{before}\nCMD$0 /s c\n"));
        }
        for before in
            ["RUN printf '#!/bin/sh\\nb\\n' >/s", "COPY <<E /s\n#!/bin/sh\nb\nE", "COPY s.sh /s", "RUN b"]
        {
            let files = "#- s.sh\n#!/bin/sh\nb\n#- Dockerfile\n";
            check(
                &EXEC_FORM,
                &format!("{files}FROM a\n{before}\nCMD$0 /s c\n"),
                &format!("FROM a\n{before}\nCMD [\"/s\", \"c\"]\n"),
            );
        }
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

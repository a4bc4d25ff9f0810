//! `run-to-heredoc` and `heredoc-to-run`: a RUN as a script in lines of its own, or joined on continued lines.

mod script_lines;

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::Fix;
use crate::rules::frontend;
use crate::semantic::facts::Facts;
use crate::semantic::shell_asks::name_for_shell;
use crate::syntax::shell::{Command, Element, Form, Joint, Nesting, Script, Shape};
use crate::text::{Edit, Span};

pub(super) static RUN_TO_HEREDOC: Action = Action {
    id: "run-to-heredoc",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Write a `RUN` as a heredoc",
    is_local: false,
    changes: &[],
    keeps: Meaning::Commands,
    find: to_heredoc,
};

pub(super) static HEREDOC_TO_RUN: Action = Action {
    id: "heredoc-to-run",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Write a heredoc as continued lines",
    is_local: false,
    changes: &[],
    keeps: Meaning::Commands,
    find: to_run,
};

/// The frontend that first reads heredocs, after the dot.
const FRONTEND: u32 = 4;
const MARKER: &str = "EOF";
const INDENT: &str = "    ";

fn to_heredoc(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let edits = || {
        let instruction = place.instruction();
        let facts = place.run(cx, &[Form::Shell])?;
        let elements = facts.script.elements();
        let are_joined_by = |joint: Joint| elements.iter().skip(1).all(|element| element.joint == joint);
        let is_chain = are_joined_by(Joint::And) && can_stop_at_errors(facts, 0);
        // A line of its own is to a shell what `;` is.
        let is_row = are_joined_by(Joint::Then) && stops_at_errors(facts) && !reads_by_lines(&facts.script);
        let last = elements.last().filter(|_| elements.len() > 1 && (is_chain || is_row))?;
        let after = facts.script.text().text().get(last.part.end as usize..)?;
        let has_room = instruction.heredocs().is_empty()
            && instruction.newline() == "\n"
            && matches!(after.trim(), "" | ";");
        if !has_room {
            return None;
        }
        let mut body = if is_chain { String::from("set -e\n") } else { String::new() };
        let mut end = instruction.place(instruction.ast().rest).start;
        for element in elements {
            let span = facts.script.place(element.part);
            for comment in comments(place, end..span.start) {
                body.push_str(&format!("{comment}\n"));
            }
            body.push_str(&format!("{}\n", lines(place, facts, element)));
            end = span.end;
        }
        if body.lines().any(|line| line == MARKER) || !comments(place, end..instruction.span().end).is_empty()
        {
            return None;
        }
        let start = place.item.absolute(instruction.place(instruction.ast().rest)).start;
        let has_other = cx.document.file().items().iter().any(|item| !item.instruction.heredocs().is_empty());
        let mut edits = if has_other { Vec::new() } else { frontend::at_least(cx.document, FRONTEND)? };
        edits.push(Edit::replace(start..place.item.span().end, format!("<<{MARKER}\n{body}{MARKER}")));
        Some(edits)
    };
    edits().map(|edits| rewriting("Write it as a heredoc", edits)).into_iter().collect()
}

/// Whether a script with `set -e` does what its commands, from a top-level element on, do when `&&` joins them: no part of
/// them looks at the exit code of another, or is read from elsewhere.
pub(super) fn can_stop_at_errors(facts: &Facts, first: usize) -> bool {
    const STATE: [&str; 10] =
        [".", "alias", "eval", "exec", "exit", "return", "set", "setopt", "source", "trap"];
    let script = &facts.script;
    let inside = Nesting::PIPELINE.and(Nesting::SCRIPT);
    let is_plain = |command: &Command| {
        // A name that is not known may be any of them.
        let is_state = || name_for_shell(command, script).is_none_or(|name| STATE.contains(&name));
        let outside = Nesting::COMPOUND
            .and(Nesting::SUBSHELL)
            .and(Nesting::SUBSTITUTION)
            .and(Nesting::NEGATED)
            .and(Nesting::BROKEN);
        (command.nesting.is_top() || command.nesting.any(inside) && !command.nesting.any(outside))
            && !is_state()
    };
    script.commands().iter().filter(|command| command.element >= first).all(is_plain)
        && script.elements().iter().all(|element| element.shape == Shape::Simple)
}

/// Whether the first thing that a script does is to have it end at errors: `set -eux`.
pub(super) fn stops_at_errors(facts: &Facts) -> bool {
    let script = &facts.script;
    let Some((name, options)) = script.commands().first().and_then(|command| command.words.split_first())
    else {
        return false;
    };
    let is_plain = |word: &str| {
        let letters = word.strip_prefix('-').unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|letter| matches!(letter, 'e' | 'u' | 'x'))
    };
    let mut written = options.iter().map(|word| script.str(word.part));
    let is_whole = script.elements().iter().all(|element| element.shape != Shape::Broken);
    name.is("set") && is_whole && written.clone().all(is_plain) && written.any(|word| word.contains('e'))
}

/// The comments in a part of the instruction's source.
fn comments<'a>(place: &Place<'a>, span: Span) -> Vec<&'a str> {
    let instruction = place.instruction();
    let inside = instruction
        .inner_comments()
        .iter()
        .filter(|comment| span.start <= comment.start && comment.end <= span.end);
    inside.filter_map(|comment| Some(instruction.source().get(comment.clone())?.trim())).collect()
}

/// An element as a shell reads it: as it is written, unless the builder takes something away that a shell would keep.
fn lines(place: &Place<'_>, facts: &Facts, element: &Element) -> String {
    let instruction = place.instruction();
    let span = facts.script.place(element.part);
    let source = instruction.source().get(span.clone()).unwrap_or_default();
    let is_inside = |other: &Span| span.start <= other.start && other.end <= span.end;
    let is_same = instruction.escape() == '\\'
        && !script_lines::has_quoted_break(source)
        && !instruction.inner_comments().iter().chain(instruction.blank_lines()).any(is_inside)
        && source.lines().all(|line| line.trim_end() == line);
    if is_same {
        script_lines::without_needless_escapes(source)
    } else {
        facts.script.str(element.part).to_owned()
    }
}

fn to_run(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let edits = || {
        let instruction = place.instruction();
        let facts = place.run(cx, &[Form::Heredoc])?;
        let script = &facts.script;
        let marker = instruction.str(instruction.ast().rest);
        let [heredoc] = instruction.heredocs() else { return None };
        let body = instruction.source().get(heredoc.body.clone())?;
        let is_plain = marker.starts_with("<<")
            && !marker.contains(char::is_whitespace)
            && instruction.escape() == '\\'
            && !body.starts_with("#!")
            && !body.contains("<<")
            && !reads_by_lines(script);
        let mut elements = script.elements().iter();
        let stops = elements.clone().next().is_some_and(|first| script.str(first.part) == "set -e");
        let mut joined = stops && script.elements().len() > 1;
        if joined {
            let rest = script.elements().get(1..)?;
            // `set -e` lets a failure on the left of `&&` pass.
            joined = rest.iter().all(|element| element.joint == Joint::Then)
                && !script.text().text().contains("$-")
                && can_stop_at_errors(facts, 1);
        }
        let mut end = heredoc.body.start;
        let (mut head, mut text) = (String::new(), String::new());
        if joined {
            end = script.place(elements.next()?.part).end;
        }
        for element in elements {
            let span = script.place(element.part);
            let written = instruction.source().get(span.clone())?;
            let notes = between(instruction.source().get(end..span.start)?)?;
            let is_joinable =
                continues_alike(written) && matches!(element.shape, Shape::Simple | Shape::Compound);
            if !is_plain || !is_joinable {
                return None;
            }
            let joint = match element.joint {
                _ if text.is_empty() => "",
                Joint::Then if joined => "&& ",
                Joint::And => "&& ",
                Joint::Or => "|| ",
                Joint::Then => ";",
                Joint::Start | Joint::Background | Joint::Pipe => return None,
            };
            if text.is_empty() {
                head = notes.iter().map(|note| format!("{note}\n")).collect();
            } else {
                let notes: String = notes.iter().map(|note| format!("{INDENT}{note}\n")).collect();
                let (semicolon, operator) = if joint == ";" { (";", "") } else { ("", joint) };
                text.push_str(&format!("{semicolon} \\\n{notes}{INDENT}{operator}"));
            }
            text.push_str(written);
            end = span.end;
        }
        let tail = between(instruction.source().get(end..heredoc.body.end)?)?;
        if text.is_empty() || !tail.is_empty() || instruction.newline() != "\n" {
            return None;
        }
        let start = place.item.absolute(instruction.place(instruction.ast().rest)).start;
        let mut edits = vec![Edit::replace(start..place.item.span().end, text)];
        if !head.is_empty() {
            edits.push(Edit::insert(place.item.span().start, head));
        }
        Some(edits)
    };
    edits().map(|edits| rewriting("Write it on continued lines", edits)).into_iter().collect()
}

/// Whether a shell may read a line otherwise for what an earlier one did: it puts aliases in where it reads a line, and reads
/// all of a list before it does any of it.
fn reads_by_lines(script: &Script) -> bool {
    const READING: [&str; 7] = [".", "alias", "eval", "setopt", "shopt", "source", "unalias"];
    let own = script.commands().iter().filter(|command| !command.nesting.any(Nesting::SCRIPT));
    own.into_iter().any(|command| name_for_shell(command, script).is_none_or(|name| READING.contains(&name)))
}

/// Whether the builder continues the lines of a command as the shell does: it takes lines for comments that begin with `#`,
/// and knows no quotes.
fn continues_alike(written: &str) -> bool {
    let slashes = |line: &str| line.len() - line.trim_end_matches('\\').len();
    let lines = written.lines().count();
    written.lines().rev().skip(1).all(|line| slashes(line) % 2 == 1)
        && written.lines().skip(1).all(|line| !line.trim_start().starts_with('#'))
        && (lines < 2 || !written.contains('\''))
}

/// The comments between two commands; `None` where something stands there that is not understood.
fn between(gap: &str) -> Option<Vec<&str>> {
    let mut notes = Vec::new();
    let mut is_continued = false;
    for (number, line) in gap.split('\n').enumerate() {
        let line = line.trim();
        // Behind a `\` a shell goes on with the word, or ends the line there: only the builder takes it for a comment.
        if number > 0 && line.starts_with('#') && !is_continued {
            notes.push(line);
        } else if !line.chars().all(|char| matches!(char, ';' | '&' | '|' | '\\' | ' ' | '\t')) {
            return None;
        }
        is_continued = line.ends_with('\\');
    }
    Some(notes)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn a_chain_becomes_a_script() {
        check(
            &RUN_TO_HEREDOC,
            "# syntax=docker/dockerfile:1\nFROM a\nRUN$0 --network=none b c && \\\n  # d\n  e \\\n    f | g\nUSER h\n",
            "# syntax=docker/dockerfile:1\nFROM a\nRUN --network=none <<EOF\nset -e\nb c\n# d\ne \\\n    f | g\nEOF\nUSER h\n",
        );
        check(
            &RUN_TO_HEREDOC,
            "FROM a\nRUN$0 b && c\n",
            "# syntax=docker/dockerfile:1\nFROM a\nRUN <<EOF\nset -e\nb\nc\nEOF\n",
        );
    }

    #[test]
    fn a_row_that_stops_at_errors_becomes_a_script() {
        check(
            &RUN_TO_HEREDOC,
            "# syntax=docker/dockerfile:1\nFROM a\nRUN$0 set -eux; \\\n\tb c; \\\n# d\n\tif e; then \\\n\t\tf; \\\n\tfi; \\\n\tg \\\n\t\t'h'\n",
            "# syntax=docker/dockerfile:1\nFROM a\nRUN <<EOF\nset -eux\nb c\n# d\nif e; then\n\t\tf;\n\tfi\ng \\\n\t\t'h'\nEOF\n",
        );
        let ticks = "# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nSHELL [\"/bin/sh\", \"-c\"]\n";
        check(
            &RUN_TO_HEREDOC,
            &format!("{ticks}RUN$0 b `\n  c && `\n  d\n"),
            &format!("{ticks}RUN <<EOF\nset -e\nb   c\nd\nEOF\n"),
        );
        check(
            &RUN_TO_HEREDOC,
            &format!("{ticks}RUN$0 set -e -x; b || c; d;\n").replace("b || c", "b"),
            &format!("{ticks}RUN <<EOF\nset -e -x\nb\nd\nEOF\n"),
        );
        for run in
            ["set -eu; b && c; d", "set -x; b; c", "set -e; alias b=c; b", "set -e; b & c", "set -eo $A; b"]
        {
            check_none(&RUN_TO_HEREDOC, &format!("FROM a\nRUN$0 {run}\n"));
        }
    }

    #[test]
    fn what_a_script_would_do_otherwise_stays() {
        for run in [
            "b",
            "b; c",
            "b || c",
            "(b; c) && d",
            "if b; then c; fi && d",
            "! b && c",
            "set +e && b",
            ". ./b && c",
            "a=$(b; c) && d",
        ] {
            check_none(&RUN_TO_HEREDOC, &format!("FROM a\nRUN$0 {run}\n"));
        }
        check_none(&RUN_TO_HEREDOC, "# syntax=docker/dockerfile:experimental\nFROM a\nRUN$0 b && c\n");
        check_none(&RUN_TO_HEREDOC, "FROM a\nSHELL [\"cmd\"]\nRUN$0 b && c\n");
        check_none(&RUN_TO_HEREDOC, "FROM a\r\nRUN$0 b && c\r\n");
    }

    #[test]
    fn a_script_becomes_a_chain() {
        check(
            &HEREDOC_TO_RUN,
            "FROM a\nRUN$0 <<EOF\nset -e\nb c\n# d\ne \\\n  f\nEOF\nUSER g\n",
            "FROM a\nRUN b c \\\n    # d\n    && e \\\n  f\nUSER g\n",
        );
        check(
            &HEREDOC_TO_RUN,
            "FROM a\nRUN$0 <<EOF\nb\nc || d\nEOF\n",
            "FROM a\nRUN b; \\\n    c \\\n    || d\n",
        );
        check(&HEREDOC_TO_RUN, "FROM a\nRUN$0 <<EOF\nset -e\n# x\nb\nEOF\n", "FROM a\n# x\nRUN b\n");
    }

    #[test]
    fn a_script_whose_parts_stop_at_errors_stays() {
        // Joined by `&&`, the first line would go on after `b`.
        let source = "FROM a\nRUN$0 <<EOF\nset -e\n(b; c) | d\ne\nEOF\n";
        check(&HEREDOC_TO_RUN, source, "FROM a\nRUN set -e; \\\n    (b; c) | d; \\\n    e\n");
    }

    #[test]
    fn what_only_goes_on_in_a_script_is_no_chain() {
        // `set -e` lets a failure left of `&&` pass.
        check(
            &HEREDOC_TO_RUN,
            "FROM a\nRUN$0 <<EOF\nset -e\n[ -f /b ] && rm /b\nc\nEOF\n",
            "FROM a\nRUN set -e; \\\n    [ -f /b ] \\\n    && rm /b; \\\n    c\n",
        );
        check(
            &HEREDOC_TO_RUN,
            "FROM a\nRUN$0 <<EOF\nset -e\necho $-\nb\nEOF\n",
            "FROM a\nRUN set -e; \\\n    echo $-; \\\n    b\n",
        );
    }

    #[test]
    fn what_is_read_line_by_line_stays_in_lines() {
        for body in [
            "alias b=c\nb",
            "command . ./b\nc",
            "$B c\nd",
            ". ./b\nc",
            "b\neval \"$C\"\nd",
            "echo b\\\n#c >d\ne",
            "echo 'b\\\nc'\nd",
            "echo \"b\\\\\nc\"\nd",
        ] {
            check_none(&HEREDOC_TO_RUN, &format!("FROM a\nRUN$0 <<EOF\n{body}\nEOF\n"));
        }
        check_none(&RUN_TO_HEREDOC, "FROM a\nRUN$0 alias b=c && b\n");
    }

    #[test]
    fn what_is_no_list_of_commands_stays_a_script() {
        for body in ["#!/bin/bash\nb", "if b\nthen c\nfi", "b # c\nd", "cat <<X\nX", "b &\nc"] {
            check_none(&HEREDOC_TO_RUN, &format!("FROM a\nRUN$0 <<EOF\n{body}\nEOF\n"));
        }
        check_none(&HEREDOC_TO_RUN, "FROM a\nRUN$0 <<EOF cat\nb\nEOF\n");
        check_none(&HEREDOC_TO_RUN, "FROM a\nCOPY$0 <<EOF /b\nb\nEOF\n");
    }
}

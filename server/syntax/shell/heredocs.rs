//! The shell text of a RUN with heredocs.

use super::Form;
use super::interpreters::Interpreter;
use crate::syntax::heredoc::Heredoc;
use crate::syntax::{Ast, Instruction, Joined, Kind, Part};

/// The text that a shell reads for a RUN with heredocs.
pub(super) struct Read {
    pub(super) text: Joined,
    pub(super) form: Form,
    /// The shell that reads it, where that is not the one of the instruction.
    pub(super) interpreter: Option<Interpreter>,
}

/// What a shell reads for a RUN with heredocs. Where the heredoc is all there is, its lines are the script; else the whole
/// command goes to the shell with its heredocs. That may do no more than to start a shell, which reads the lines then:
/// `<<EOF bash`.
/// Source: BuildKit, `frontend/dockerfile/dockerfile2llb/convert.go`, `dispatchRun`.
pub(super) fn read(instruction: &Instruction, ast: &Ast, rest: Part) -> Option<Read> {
    let [first, others @ ..] = instruction.heredocs() else { return None };
    let is_single = others.is_empty();
    if is_single && first.marker == rest {
        let body = instruction.source().get(first.body.clone())?;
        let interpreter = match body.lines().next().and_then(|line| line.trim_start().strip_prefix("#!")) {
            Some(line) => Some(Interpreter::of_line(line)?),
            None => None,
        };
        return Some(Read { text: body_text(body, first), form: Form::Heredoc, interpreter });
    }
    if ast.kind != Kind::Run {
        return None;
    }
    if is_single && let Some(read) = given(instruction, rest, first) {
        return Some(read);
    }
    let is_leading = first.marker.start == rest.start;
    let mut text = match is_single && is_leading {
        true => with_marker_behind(instruction, rest, first),
        false => instruction.line().piece(rest),
    };
    let last = instruction.heredocs().last()?;
    let end = last.end.as_ref().map_or(last.body.end, |end| end.end);
    // The line break before the first body belongs to the text.
    let start = first.body.start.checked_sub(1)?;
    text.push(instruction.source().get(start..end)?, start);
    Some(Read { text, form: Form::Shell, interpreter: None })
}

/// The lines of a heredoc that a shell reads as its script. Without quotes around the name, the shell that starts it
/// replaces variables in them; where they have backslashes against that, it is left open what the other one reads.
/// Source: POSIX, "2.7.4 Here-Document".
fn given(instruction: &Instruction, rest: Part, heredoc: &Heredoc) -> Option<Read> {
    let is_input = instruction.str(heredoc.marker).starts_with("<<");
    let body = instruction.source().get(heredoc.body.clone()).filter(|_| is_input)?;
    if heredoc.expand && ["\\$", "\\`", "\\\\"].iter().any(|escape| body.contains(escape)) {
        return None;
    }
    let (mut call, after) = around(instruction, rest, heredoc);
    call.append(&after);
    let interpreter = Interpreter::of_call(call)?;
    Some(Read { text: body_text(body, heredoc), form: Form::Heredoc, interpreter: Some(interpreter) })
}

/// What stands before the marker of a heredoc, and behind it.
fn around(instruction: &Instruction, rest: Part, heredoc: &Heredoc) -> (Joined, Joined) {
    let piece = |start, end| instruction.line().piece(Part { start, end });
    (piece(rest.start, heredoc.marker.start), piece(heredoc.marker.end, rest.end))
}

/// The words of a RUN that begins with the marker of its heredoc, with the marker behind the first command: the grammar
/// knows it nowhere else, and to the shell it is the same. Its letters there stand nowhere in the source.
/// Source: POSIX, "2.9.1 Simple Commands".
fn with_marker_behind(instruction: &Instruction, rest: Part, heredoc: &Heredoc) -> Joined {
    let (_, words) = around(instruction, rest, heredoc);
    let length = words.text().len();
    let ends = ["&&", "||", "|", ";"].iter().filter_map(|joint| words.text().find(joint));
    let end = ends.min().unwrap_or(length);
    let command = Part::new(0, end);
    if words.str(command).trim().is_empty()
        || words.str(command).contains(['"', '\'', '`', '(']) && end < length
    {
        return instruction.line().piece(rest);
    }
    let mut text = words.piece(command);
    let place = words.span(command).end;
    text.push_made(&format!(" {} ", instruction.str(heredoc.marker)), place);
    text.append(&words.piece(Part::new(end, length)));
    text
}

fn body_text(body: &str, heredoc: &Heredoc) -> Joined {
    let mut text = Joined::default();
    if !heredoc.chomp {
        text.push(body, heredoc.body.start);
        return text;
    }
    let mut start = heredoc.body.start;
    for line in body.split_inclusive('\n') {
        let kept = line.trim_start_matches('\t');
        text.push(kept, start + line.len() - kept.len());
        start += line.len();
    }
    text
}

//! The shell text of a RUN with heredocs.

use super::Form;
use super::shells::is_posix_shell;
use crate::path;
use crate::syntax::heredoc::Heredoc;
use crate::syntax::{Ast, Instruction, Joined, Kind, Part};

/// The text that the shell receives for a RUN with heredocs. Where the heredoc is all there is, its lines
/// are the script; else the whole command goes to the shell with its heredocs.
/// Source: BuildKit, `frontend/dockerfile/dockerfile2llb/convert_runmount.go` and `dispatchRun`.
pub(super) fn text(instruction: &Instruction, ast: &Ast, rest: Part) -> Option<(Joined, Form)> {
    let first = instruction.heredocs().first()?;
    if instruction.heredocs().len() == 1 && first.marker == rest {
        let body = instruction.source().get(first.body.clone())?;
        return is_shell_script(body).then(|| (body_text(body, first), Form::Heredoc));
    }
    if ast.kind != Kind::Run {
        return None;
    }
    let mut text = instruction.line().piece(rest);
    let last = instruction.heredocs().last()?;
    let end = last.end.as_ref().map_or(last.body.end, |end| end.end);
    // The line break before the first body belongs to the text.
    let start = first.body.start.checked_sub(1)?;
    text.push(instruction.source().get(start..end)?, start);
    Some((text, Form::Shell))
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

/// Whether a script is for a POSIX shell: it has no `#!` line, or one that names such a shell.
fn is_shell_script(body: &str) -> bool {
    let first = body.lines().next().unwrap_or_default();
    let Some(interpreter) = first.trim_start().strip_prefix("#!") else {
        return true;
    };
    let mut words = interpreter.split_whitespace().filter(|word| !word.starts_with('-'));
    let name = |word: &str| path::name(word).to_owned();
    let mut program = words.next().map(name);
    if program.as_deref() == Some("env") {
        program = words.next().map(name);
    }
    program.as_deref().is_some_and(is_posix_shell)
}

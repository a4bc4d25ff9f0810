//! The exec form of what is written in shell form, where no shell is needed to say the same.

use super::prelude::*;
use crate::semantic::environment::Shell;
use crate::syntax::shell::{Form, Joint, Shape};

/// What a shell does itself, or may do otherwise than the program of that name.
const BUILTINS: [&str; 48] = [
    ".", ":", "[", "[[", "alias", "bg", "break", "builtin", "case", "cd", "command", "continue", "declare",
    "echo", "eval", "exec", "exit", "export", "false", "fg", "getopts", "hash", "jobs", "kill", "let",
    "local", "popd", "printf", "pushd", "pwd", "read", "readonly", "return", "set", "shift", "shopt",
    "source", "test", "time", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
];

/// The suggested fix that makes a list of the CMD, ENTRYPOINT or HEALTHCHECK command that a finding is about, whose span is
/// all of the command. None where a shell has something to do there.
pub(super) fn write_in_exec_form(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = list(cx, finding.item).map(|list| {
        let edit = Edit::replace(finding.span.clone(), list);
        Fix::new("Write it in exec form", Safety::Suggested, vec![edit])
    });
    fix.into_iter().collect()
}

/// The command of an instruction (its index) as a JSON list; `None` where a shell has something to do there.
pub(crate) fn list(cx: &Cx<'_>, item: usize) -> Option<String> {
    let instruction = &cx.document.file().items().get(item)?.instruction;
    let environment = cx.document.model().environment_at(item);
    let is_posix = environment.is_some_and(|environment| *environment.shell == Shell::default_posix());
    if !is_posix || instruction.ast().kind == Kind::Entrypoint && has_command(cx, item) {
        return None;
    }
    let words = words(instruction)?;
    let json: Vec<String> = words.iter().map(|word| serde_json::Value::from(*word).to_string()).collect();
    Some(format!("[{}]", json.join(", ")))
}

/// Whether the stage has a CMD, whose words the exec form of its ENTRYPOINT would take up.
fn has_command(cx: &Cx<'_>, item: usize) -> bool {
    let items = cx.document.file().items();
    let stage = cx.document.model().stage_at(item).and_then(|stage| items.get(stage.items.clone()));
    stage.unwrap_or_default().iter().any(|item| item.instruction.ast().kind == Kind::Cmd)
}

/// The words of a single command that needs no shell.
fn words(instruction: &Instruction) -> Option<Vec<&str>> {
    let script = &Facts::of(instruction)?.script;
    // The commands behind it are those of a script that it is given as a word.
    let (Some(command), [element]) = (script.commands().first(), script.elements()) else {
        return None;
    };
    let after = script.text().text().get(element.part.end as usize..)?;
    let is_alone = script.form() == Form::Shell
        && !script.has_error()
        && element.shape == Shape::Simple
        && element.joint == Joint::Start
        && element.part == command.part
        && command.assignments.is_empty()
        && after.trim().is_empty();
    let words: Vec<&str> = command.words.iter().map(|word| word.value.as_deref()).collect::<Option<_>>()?;
    let program = words.first()?;
    let is_plain = |word: &&str| !word.starts_with('~') && !word.contains('{');
    (is_alone && !BUILTINS.contains(program) && words.iter().all(is_plain)).then_some(words)
}

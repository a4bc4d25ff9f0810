//! The exec form of what is written in shell form, where no shell is needed to say the same.

use super::prelude::*;
use crate::context::view::View;
use crate::knowledge::shells::is_builtin;
use crate::semantic::arrivals::arrival;
use crate::semantic::copies::CopyStep;
use crate::semantic::dependencies::place;
use crate::semantic::environment::Shell;
use crate::syntax::shell::{Form, Joint, Shape};

/// The suggested fix that makes a list of the CMD, ENTRYPOINT or HEALTHCHECK command that a finding is about, whose span is
/// all of the command. None where a shell has something to do there.
pub(super) fn write_in_exec_form(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = list(cx, finding.item).and_then(|list| {
        let edit = Edit::replace(finding.span.clone(), list);
        let kind = cx.document.file().instruction(finding.item)?.ast().innermost().kind;
        Some(Fix::new(title(kind), Safety::Suggested, vec![edit]))
    });
    fix.into_iter().collect()
}

/// What the fix is called for an instruction of this kind.
pub(crate) fn title(kind: Kind) -> String {
    format!("Write `{}` in exec form", kind.keyword())
}

/// The command of an instruction (its index) as a JSON list; `None` where a shell has something to do there.
pub(crate) fn list(cx: &Cx<'_>, item: usize) -> Option<String> {
    let instruction = cx.document.file().instruction(item)?;
    let environment = cx.document.model().environment_at(item);
    let is_posix = environment.is_some_and(|environment| *environment.shell == Shell::default_posix());
    if !is_posix || instruction.ast().kind == Kind::Entrypoint && has_command(cx, item) {
        return None;
    }
    let words = words(instruction)?;
    if words.first().is_some_and(|program| is_bare_script(cx, item, program)) {
        return None;
    }
    let json: Vec<String> = words.iter().map(|word| serde_json::Value::from(*word).to_string()).collect();
    Some(format!("[{}]", json.join(", ")))
}

/// Whether a program is a script that only a shell can run, as it does not say what is to read it: as far as it is seen where
/// it comes from.
fn is_bare_script(cx: &Cx<'_>, item: usize, program: &str) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let folder = |item: usize| model.environment_at(item).map(|environment| &environment.workdir);
    let target = folder(item).and_then(|folder| place(folder, program)).filter(|_| program.contains('/'));
    let target = target.filter(|target| target.starts_with('/'));
    let Some((target, stage)) = target.zip(model.stage_at(item)) else {
        return false;
    };
    let view = View::new(cx.context);
    let is_bare = |step: usize| {
        let instruction = file.instruction(step)?;
        let is_target =
            |written: &str| folder(step).and_then(|folder| place(folder, written)).as_ref() == Some(&target);
        if instruction.ast().kind == Kind::Run {
            let script = &Facts::of(instruction)?.script;
            let mut outputs = script.outputs().iter().filter_map(|word| word.value.as_deref());
            return outputs.any(is_target).then(|| !instruction.source().contains("#!"));
        }
        let copy = CopyStep::of(file, model, step)?;
        if copy.has_heredocs {
            let body = instruction.heredocs().first().map(|heredoc| heredoc.body.clone());
            let text = body.and_then(|body| instruction.source().get(body)).unwrap_or_default();
            return copy.target().is_some_and(is_target).then(|| !text.trim_start().starts_with("#!"));
        }
        let path = arrival(file, model, &view, step, &target)?;
        // What is no text is a program of its own.
        Some(cx.context.read(&path).is_some_and(|text| !text.starts_with("#!")))
    };
    let steps =
        model.chain(stage.index).flat_map(|stage| (stage.from() + 1..stage.items.end.min(item)).rev());
    { steps }.find_map(is_bare).unwrap_or(false)
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
    (is_alone && !is_builtin(program) && words.iter().all(is_plain)).then_some(words)
}

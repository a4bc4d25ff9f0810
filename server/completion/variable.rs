//! Variables behind `$` and `${`, where the builder or a shell would put their values in.

use std::collections::BTreeSet;

use super::cursor::Cursor;
use super::{Completion, Kind, command};
use crate::document::Cx;
use crate::knowledge::flags;
use crate::knowledge::markdown;
use crate::knowledge::variables::{self, Scope};
use crate::semantic::triggers;
use crate::semantic::variables::{Origin, Variable};
use crate::syntax::names::is_name_char;
use crate::syntax::shell::Form;
use crate::syntax::shell::variables::{ShellVariable, variables as shell_variables};
use crate::syntax::word::Value;
use crate::syntax::{Kind as Instruction, Part};
use crate::text::Span;

/// Values longer than this many characters are cut.
const LONGEST: usize = 60;

/// A `$name` that is typed.
struct Typed {
    /// The name, in the joined line.
    name: Part,
    /// Whether a `}` is still to be put behind it.
    lacks_brace: bool,
}

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let typed = typed(cursor)?;
    let span = cursor.place(typed.name)?;
    if !is_expanded(cursor) {
        return Some(Vec::new());
    }
    let mut completions = known(cursor.cx, cursor.index, cursor.ast.kind, &span, typed.lacks_brace);
    if cursor.flag_value().is_some_and(|(name, _)| name == "platform") {
        // Every other value of it is written as it is.
        completions.sort_by_key(|completion| completion.label != "BUILDPLATFORM");
    }
    if cursor.ast.kind == Instruction::Run && cursor.flag_value().is_none() {
        completions.extend(given(&completions, &span, typed.lacks_brace));
    }
    Some(completions)
}

/// In a heredoc that is the script of a RUN, at a byte offset of the document; `None` where no variable is typed.
pub(super) fn in_script(cx: &Cx<'_>, index: usize, offset: usize) -> Option<Vec<Completion>> {
    let item = cx.document.file().item(index)?;
    let (before, after) = item.instruction.source().split_at_checked(offset.checked_sub(item.start)?)?;
    let lacks_brace = before.trim_end_matches(is_name_char).ends_with("${") && !is_followed(after);
    let typed = if lacks_brace { "x}" } else { "x" };
    let (local, _, script) = command::with_letter(item, offset, typed)?;
    if script.form() != Form::Heredoc || !cx.document.model().has_posix_shell(index) {
        return None;
    }
    let place = |variable: ShellVariable| script.place(variable.name_part);
    let mut places = shell_variables(script.text().text()).into_iter().map(place);
    let name = places.find(|name| name.start <= local && local < name.end)?;
    let span = item.start + name.start..item.start + name.end - 1;
    let mut completions = known(cx, index, Instruction::Run, &span, lacks_brace);
    completions.extend(given(&completions, &span, lacks_brace));
    Some(completions)
}

/// The variables that an instruction of this kind reads.
fn known(cx: &Cx<'_>, index: usize, kind: Instruction, span: &Span, lacks_brace: bool) -> Vec<Completion> {
    let model = cx.document.model();
    let is_kept = cx.document.file().item(index).is_some_and(|item| item.kind == Instruction::Onbuild);
    if is_kept {
        return in_trigger(cx, index, span, lacks_brace);
    }
    let mut names = model.variable_names(index);
    if model.stage_at(index).is_none_or(|stage| stage.from() == index) {
        names.retain(|name| !variables::is_global_name(name));
        names.extend(variables::usual_first().into_iter().map(|known| known.name));
    }
    let completion = |name: &str| completion(cx, index, kind, name, span.clone(), lacks_brace);
    names.into_iter().filter_map(completion).collect()
}

/// What an instruction that ONBUILD keeps finds in the other build: what ENV leaves it, and what is kept above.
fn in_trigger(cx: &Cx<'_>, index: usize, span: &Span, lacks_brace: bool) -> Vec<Completion> {
    let model = cx.document.model();
    let kept = triggers::names_before(cx.document, index);
    let names: BTreeSet<&str> = model.left_names(index).into_iter().chain(kept.iter().copied()).collect();
    let completion = |name: &str| match kept.contains(name) {
        true => Some(named(name, "ONBUILD".to_owned(), span.clone(), lacks_brace)),
        false => described(name, &model.left_variable(name, index)?, span.clone(), lacks_brace),
    };
    names.into_iter().filter_map(completion).collect()
}

/// What every RUN has once the build is given it.
fn given(others: &[Completion], span: &Span, lacks_brace: bool) -> Vec<Completion> {
    let brace = if lacks_brace { "}" } else { "" };
    let known = variables::all().iter().filter(|known| known.scope == Scope::Run);
    let new = known.filter(|known| others.iter().all(|other| other.label != known.name));
    let completion = |known: &variables::Variable| {
        let completion = Completion::new(Kind::Variable, known.name, span.clone());
        let completion = completion.detail("set where the build is given it");
        completion.documentation(markdown::variable(known.name)).writing(format!("{}{brace}", known.name))
    };
    new.map(completion).collect()
}

/// The `$name` or `${name` that the cursor is in.
fn typed(cursor: &Cursor<'_>) -> Option<Typed> {
    if cursor.is_in_keyword() {
        return None;
    }
    let before = cursor.before(cursor.ast.keyword.end as usize);
    let head = before.trim_end_matches(is_name_char);
    let start = cursor.joined - (before.len() - head.len());
    let after = cursor.line().get(cursor.joined..)?;
    let end = cursor.joined + after.find(|char| !is_name_char(char)).unwrap_or(after.len());
    let (head, is_braced) = match head.strip_suffix('{') {
        Some(head) => (head, true),
        None => (head, false),
    };
    let head = head.strip_suffix('$')?;
    if !is_braced && after.starts_with('{') {
        // The name stands in the braces.
        return None;
    }
    if is_kept(head, cursor.instruction().escape()) {
        return None;
    }
    let lacks_brace = is_braced && !is_followed(cursor.line().get(end..)?);
    Some(Typed { name: Part::new(start, end), lacks_brace })
}

/// Whether the brace of a name stands behind it, or a modifier, which has its own brace further on.
fn is_followed(after: &str) -> bool {
    after.starts_with(|next| "}:-+?#%/".contains(next))
}

/// Whether what comes next stands behind an escape character or in single quotes.
fn is_kept(head: &str, escape: char) -> bool {
    let (mut quote, mut is_escaped) = (None, false);
    for char in head.chars() {
        match (is_escaped, quote, char) {
            (true, _, _) => is_escaped = false,
            (_, None | Some('"'), _) if char == escape => is_escaped = true,
            (_, None, '\'' | '"') => quote = Some(char),
            (_, Some(open), _) if char == open => quote = None,
            _ => {}
        }
    }
    is_escaped || quote == Some('\'')
}

/// Whether a value is put in where the cursor is.
pub(super) fn is_expanded(cursor: &Cursor<'_>) -> bool {
    let keyword = cursor.ast.kind.keyword();
    if let Some((name, value)) = cursor.flag_value() {
        let field = cursor.before(value.start as usize).rsplit(',').next().unwrap_or_default();
        let names_stage = field.to_ascii_lowercase().starts_with("from=");
        return !names_stage && flags::flag(keyword, name).is_some_and(|flag| flag.expands);
    }
    match cursor.ast.kind {
        Instruction::Run | Instruction::Cmd | Instruction::Entrypoint => {
            has_shell(cursor) && !cursor.instruction().str(cursor.ast.rest).starts_with('[')
        }
        Instruction::From => cursor.argument() == 0,
        Instruction::Maintainer | Instruction::Shell | Instruction::Unknown | Instruction::Onbuild => false,
        Instruction::Healthcheck => cursor.argument() > 0 && has_shell(cursor),
        _ => true,
    }
}

/// Whether a POSIX shell reads what is typed: others write variables in their own way.
fn has_shell(cursor: &Cursor<'_>) -> bool {
    let environment = cursor.cx.document.model().environment_at(cursor.index);
    environment.is_none_or(|environment| environment.shell.is_posix())
}

/// `None` for a variable that is not there when the cursor's text is read.
fn completion(
    cx: &Cx<'_>,
    index: usize,
    kind: Instruction,
    name: &str,
    span: Span,
    lacks_brace: bool,
) -> Option<Completion> {
    let variable = cx.document.model().variable(name, index);
    let is_env = matches!(variable.origin, Some(Origin::Env(_)));
    let needs_env = matches!(kind, Instruction::Cmd | Instruction::Entrypoint | Instruction::Healthcheck);
    if needs_env && !is_env {
        return None;
    }
    described(name, &variable, span, lacks_brace)
}

/// A variable with what it is worth; `None` where nothing says so.
fn described(name: &str, variable: &Variable, span: Span, lacks_brace: bool) -> Option<Completion> {
    let keyword = match variable.origin? {
        Origin::Env(_) => "ENV",
        Origin::Arg(_) | Origin::GlobalArg(..) | Origin::BuildArgument(_) => "ARG",
        Origin::Predefined => "set by the builder",
    };
    let detail = match &variable.value {
        Value::Known(value) => format!("{keyword}, {}", shortened(value)),
        Value::Unset | Value::Unknown => keyword.to_owned(),
    };
    Some(named(name, detail, span, lacks_brace))
}

fn named(name: &str, detail: String, span: Span, lacks_brace: bool) -> Completion {
    let brace = if lacks_brace { "}" } else { "" };
    let completion = Completion::new(Kind::Variable, name, span).detail(detail);
    completion.documentation(markdown::variable(name)).writing(format!("{name}{brace}"))
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None if value.is_empty() => "empty".to_owned(),
        None => value.to_owned(),
    }
}

//! A variable, where it is declared and wherever the builder or a shell reads it.

use super::Hover;
use super::markup::{code, facts};
use super::origin;
use crate::document::cursor::Cursor;
use crate::knowledge::environment_names::environment_name;
use crate::knowledge::markdown;
use crate::semantic::triggers;
use crate::semantic::variable_uses::{Reader, VariableUse, kept_variable_uses};
use crate::semantic::variables::{Origin, Variable};
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Kind, Zone};

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    used(cursor).or_else(|| declared(cursor))
}

fn used(cursor: &Cursor<'_>) -> Option<Hover> {
    if !matches!(cursor.zone, Zone::Line(_) | Zone::HeredocBody(_)) {
        return None;
    }
    let uses = kept_variable_uses(cursor.instruction(), cursor.model().has_posix_shell(cursor.index));
    let here = uses.filter(|found| found.span.start <= cursor.local && cursor.local <= found.span.end);
    // Of two that touch, the one that begins here; of two in one another, the inner.
    let found = here.max_by_key(|found| found.span.start)?;
    let markdown = match (cursor.item.kind, found.reader) {
        (Kind::Onbuild, reader) => in_trigger(cursor, &found.name, reader)?,
        _ if cursor.model().stages().is_empty() => in_fragment(cursor, found)?,
        _ => describe_use(cursor, found)?,
    };
    Some(Hover { span: cursor.item.absolute(found.span.clone()), markdown })
}

/// In what an ONBUILD keeps for another build. `None` where nothing is known of the variable, and the shell may set it.
fn in_trigger(cursor: &Cursor<'_>, name: &str, reader: Reader) -> Option<String> {
    let is_given = triggers::names_before(cursor.cx.document, cursor.index).contains(name);
    match cursor.model().left_variable(name, cursor.index).filter(|_| !is_given) {
        Some(variable) => Some(describe(cursor, name, &variable, None)),
        None if is_given || reader == Reader::Builder => {
            Some(format!("**{}**: gets its value in the build that begins with this image", code(name)))
        }
        None => None,
    }
}

/// In a file without any FROM: what is written will stand behind one, so that what stands above counts.
fn in_fragment(cursor: &Cursor<'_>, found: &VariableUse) -> Option<String> {
    let items = cursor.cx.document.file().items();
    for index in (0..cursor.index).rev() {
        let instruction = &items.get(index)?.instruction;
        let ast = instruction.ast();
        let (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
            continue;
        };
        let Some(pair) = pairs.iter().rev().find(|pair| instruction.str(pair.key) == found.name) else {
            continue;
        };
        let value =
            pair.value.and_then(|value| cursor.model().expand_at(index, instruction.str(value)).value);
        let is_env = ast.kind == Kind::Env;
        let origin = if is_env { Origin::Env(index) } else { Origin::Arg(index) };
        let value = match value {
            Some(value) => Value::Known(value),
            None if !is_env && pair.value.is_none() => Value::Unset,
            None => Value::Unknown,
        };
        let variable = Variable { value, origin: Some(origin) };
        return Some(describe(cursor, &found.name, &variable, None));
    }
    describe_use(cursor, found)
}

fn describe_use(cursor: &Cursor<'_>, found: &VariableUse) -> Option<String> {
    let variable = cursor.model().variable_used(cursor.index, cursor.instruction(), found);
    match (found.reader, variable.origin) {
        (Reader::Shell | Reader::Container, None) => None,
        (Reader::Builder, _) | (Reader::Shell, _) | (Reader::Container, Some(Origin::Env(_))) => {
            let expanded = cursor.model().expand_at(cursor.index, &found.written).value;
            let comes_to =
                expanded.filter(|_| found.reader == Reader::Builder && found.written.contains('{'));
            let comes_to = comes_to.filter(|text| variable.value != Value::Known(text.clone()));
            let comes_to = comes_to.map(|text| format!("{} comes to {}", code(&found.written), code(&text)));
            Some(describe(cursor, &found.name, &variable, comes_to))
        }
        (Reader::Container, Some(_)) => Some(format!(
            "**{}**: not set when a container runs: an `ARG` lasts as long as the build",
            code(&found.name)
        )),
    }
}

fn declared(cursor: &Cursor<'_>) -> Option<Hover> {
    let ast = cursor.instruction().ast();
    let (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
        return None;
    };
    let pair = pairs.iter().find(|pair| cursor.is_on(pair.key))?;
    let name = cursor.instruction().str(pair.key);
    let mut variable = cursor.model().variable_after(name, cursor.index);
    if ast.kind == Kind::Env && variable.origin != Some(Origin::Env(cursor.index)) {
        // Before the first FROM there is no stage that could hold it.
        let written = pair.value.map_or("", |value| cursor.instruction().str(value));
        let value = cursor.model().expand_at(cursor.index, written).value;
        let value = value.map_or(Value::Unknown, Value::Known);
        variable = Variable { value, origin: Some(Origin::Env(cursor.index)) };
    }
    Some(cursor.hover(pair.key, describe(cursor, name, &variable, None)))
}

fn describe(cursor: &Cursor<'_>, name: &str, variable: &Variable, comes_to: Option<String>) -> String {
    let shown = code(name);
    let heading = match &variable.value {
        Value::Known(value) => format!("**{shown}** = {}", code(value)),
        Value::Unset => format!("**{shown}** is not set"),
        Value::Unknown if matches!(variable.origin, Some(Origin::BuildArgument(_))) => {
            format!("**{shown}** depends on who builds")
        }
        Value::Unknown => format!("**{shown}** has a value that is not known here"),
    };
    let mut lines = origin::facts(cursor, name, variable);
    lines.extend(comes_to);
    let text = facts(&heading, &lines);
    let known = markdown::variable(name);
    let known = known.or_else(|| Some(environment_name(name)?.documentation.to_owned()));
    match known {
        Some(known) => format!("{text}\n\n{known}"),
        None => text,
    }
}

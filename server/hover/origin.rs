//! Where a variable got its value, or why it has none, in words.

use super::markup::code;
use super::stage::markup_of;
use crate::document::cursor::Cursor;
use crate::semantic::variables::{Origin, Variable};
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Instruction, Part};

/// Where a variable got its value, or why it has none.
pub(super) fn facts(cursor: &Cursor<'_>, name: &str, variable: &Variable) -> Vec<String> {
    let place = |item| place(cursor, name, item);
    let is_known = matches!(variable.value, Value::Known(_));
    match variable.origin {
        Some(Origin::Env(item)) => {
            let mut facts = vec![format!("Set by `ENV` {}", place(item))];
            facts.extend(unknown_inside(cursor, name, item).filter(|_| !is_known));
            facts
        }
        Some(Origin::Arg(item)) if is_known => {
            vec![format!("Default of `ARG` {}; a build can give another", place(item))]
        }
        Some(Origin::Arg(item)) if written(cursor, name, item).is_some() => {
            let default = format!("Default of `ARG` {}", place(item));
            [default].into_iter().chain(unknown_inside(cursor, name, item)).collect()
        }
        Some(Origin::Arg(item)) => {
            vec![format!("`ARG` {} has no default: a build gives the value with `--build-arg`", place(item))]
        }
        Some(Origin::GlobalArg(first, item)) => vec![format!(
            "Default of `ARG` {}, which `ARG` {} takes over; a build can give another",
            place(first),
            place(item)
        )],
        Some(Origin::BuildArgument(item)) if !is_known => given(cursor, name, item),
        Some(Origin::BuildArgument(item)) => vec![format!("Given to the build, for `ARG` {}", place(item))],
        Some(Origin::Predefined) => vec!["Set by the builder".to_owned()],
        None => absent(cursor, name, variable),
    }
}

/// So many builds are told apart.
const MOST_BUILDS: usize = 8;

/// What builds that do not agree give an ARG, and what it is worth where none does.
fn given(cursor: &Cursor<'_>, name: &str, item: usize) -> Vec<String> {
    let default = |item: usize| {
        let value = cursor.model().expand_at(item, written(cursor, name, item)?).value?;
        Some(format!("Default of `ARG` {}: {}", place(cursor, name, item), code(&value)))
    };
    let from = cursor.model().stages().first().map_or(0, |first| first.from());
    let mut facts: Vec<String> =
        default(item).or_else(|| (0..from).rev().find_map(default)).into_iter().collect();
    if facts.is_empty() {
        facts.push(format!("`ARG` {} has no default", place(cursor, name, item)));
    }
    let builds = cursor.cx.document.inputs().builds.iter().take(MOST_BUILDS);
    facts.extend(builds.map(|build| match build.arguments.get(name) {
        Some(Some(value)) => format!("{} gives {}", markup_of(build), code(value)),
        Some(None) => format!("{} gives a value that is not known", markup_of(build)),
        None => format!("{} leaves it at its default", markup_of(build)),
    }));
    facts
}

/// That a value is not known because of what is written in it.
fn unknown_inside(cursor: &Cursor<'_>, name: &str, item: usize) -> Option<String> {
    let written = code(written(cursor, name, item)?);
    Some(format!("Written as {written}: a variable in it has a value that is not known"))
}

/// Why nothing in the file says what a variable is worth.
fn absent(cursor: &Cursor<'_>, name: &str, variable: &Variable) -> Vec<String> {
    let Some(stage) = cursor.model().stage_at(cursor.index).filter(|stage| stage.from() != cursor.index)
    else {
        return vec!["Only an `ARG` above, before the first `FROM`, can give it a value".to_owned()];
    };
    let mut facts = Vec::new();
    let from = cursor.model().stages().first().map_or(0, |first| first.from());
    if let Some(Origin::Arg(item) | Origin::BuildArgument(item)) = cursor.model().variable(name, from).origin
    {
        facts.push(format!(
            "`ARG` {} stands before `FROM`: a stage sees it only after an {} of its own",
            place(cursor, name, item),
            code(&format!("ARG {name}"))
        ));
    }
    let last = stage.items.end.saturating_sub(1);
    if let Some(Origin::Env(item) | Origin::Arg(item)) = cursor.model().variable_after(name, last).origin {
        facts.push(match item == cursor.index {
            true => {
                "This instruction sets it for what stands below; in it, the value from above still counts"
                    .to_owned()
            }
            false => format!("It is set below, {}", place(cursor, name, item)),
        });
    }
    match variable.value {
        Value::Unknown => facts.push("Nothing above sets it; the base image may".to_owned()),
        _ if facts.is_empty() => facts.push("Nothing above sets it".to_owned()),
        _ => {}
    }
    facts
}

/// Where an instruction says something of a variable.
fn place(cursor: &Cursor<'_>, name: &str, item: usize) -> String {
    if item == cursor.index {
        return "here".to_owned();
    }
    format!("in line {}", cursor.line_of(item, |instruction| key(instruction, name)))
}

fn key(instruction: &Instruction, name: &str) -> Option<Part> {
    let Arguments::KeyValues(pairs) = &instruction.ast().arguments else {
        return None;
    };
    pairs.iter().map(|pair| pair.key).rfind(|key| instruction.str(*key) == name)
}

/// What an ARG or ENV gives a variable, as it is written.
fn written<'a>(cursor: &Cursor<'a>, name: &str, item: usize) -> Option<&'a str> {
    let instruction = &cursor.cx.document.file().item(item)?.instruction;
    // One that is kept for another build counts here where a stage is built on its own.
    let Arguments::KeyValues(pairs) = &instruction.ast().innermost().arguments else {
        return None;
    };
    let pair = pairs.iter().rfind(|pair| instruction.str(pair.key) == name)?;
    pair.value.map(|value| instruction.str(value))
}

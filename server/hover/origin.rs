//! Where a variable got its value, or why it has none, in words.

use super::markup::code;
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
            facts.extend((!is_known).then(unknown_inside));
            facts
        }
        Some(Origin::Arg(item)) if is_known => {
            vec![format!("Default of `ARG` {}; a build can give another", place(item))]
        }
        Some(Origin::Arg(item)) if has_default(cursor, name, item) => {
            vec![format!("Default of `ARG` {}", place(item)), unknown_inside()]
        }
        Some(Origin::Arg(item)) => {
            vec![format!("`ARG` {} has no default: a build gives the value with `--build-arg`", place(item))]
        }
        Some(Origin::GlobalArg(first, item)) => vec![format!(
            "Default of `ARG` {}, which `ARG` {} takes over; a build can give another",
            place(first),
            place(item)
        )],
        Some(Origin::BuildArgument(item)) => vec![format!("Given to the build, for `ARG` {}", place(item))],
        Some(Origin::Predefined) => vec!["Set by the builder".to_owned()],
        None => absent(cursor, name, variable),
    }
}

fn unknown_inside() -> String {
    "A variable in it has a value that is not known".to_owned()
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

fn has_default(cursor: &Cursor<'_>, name: &str, item: usize) -> bool {
    let Some(item) = cursor.cx.document.file().item(item) else {
        return false;
    };
    let Arguments::KeyValues(pairs) = &item.instruction.ast().arguments else {
        return false;
    };
    pairs.iter().any(|pair| pair.value.is_some() && item.instruction.str(pair.key) == name)
}

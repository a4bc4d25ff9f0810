//! Users: those that the base image is known to have, and those that the file creates.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::knowledge::flags::{self, ValueKind};
use crate::semantic::facts::Facts;
use crate::semantic::stages::Stage;
use crate::semantic::users::created;
use crate::syntax::{Kind as Instruction, Part};
use crate::text::Span;

/// In USER.
pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let is_user = cursor.ast.kind == Instruction::User && cursor.argument() == 0;
    if is_user { users(cursor, cursor.word) } else { None }
}

/// In `--chown=`.
pub(super) fn of_flag(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let (name, value) = cursor.flag_value()?;
    let known = flags::flag(cursor.ast.kind.keyword(), name)?;
    if known.value == ValueKind::Owner { users(cursor, value) } else { None }
}

/// The users before the colon, and behind it their groups, which mostly have the same names.
fn users(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let written = cursor.instruction().str(part);
    if written.contains(['"', '\'', '$']) {
        return Some(Vec::new());
    }
    let (start, end) = (part.start as usize, part.end as usize);
    let part = match written.find(':').map(|colon| start + colon) {
        Some(colon) if cursor.joined > colon => Part::new(colon + 1, end),
        Some(colon) => Part::new(start, colon),
        None => part,
    };
    let span = cursor.place(part)?;
    let mut users: Vec<Completion> = Vec::new();
    let mut add = |name: &str, detail: String, span: Span| {
        if users.iter().all(|other| other.label != name) {
            users.push(Completion::new(Kind::User, name, span).detail(detail));
        }
    };
    let model = cursor.cx.document.model();
    let mut end = cursor.index;
    for found in model.stage_at(cursor.index).into_iter().flat_map(|stage| model.chain(stage.index)) {
        for (name, item) in created_before(cursor, found, end) {
            let line = cursor.line_number(item);
            add(&name, format!("created in line {line}"), span.clone());
        }
        if let Some(image) = found.base_image() {
            for user in &image.users {
                add(user.name, format!("of the base image, number {}", user.id), span.clone());
            }
        }
        end = usize::MAX;
    }
    add("root", "number 0".to_owned(), span);
    Some(users)
}

/// The users that a stage creates before an instruction, the last first, with the instruction of each.
fn created_before(cursor: &Cursor<'_>, stage: &Stage, end: usize) -> Vec<(String, usize)> {
    let items = cursor.cx.document.file().items();
    let range = stage.items.start..stage.items.end.min(end);
    let runs = range.rev().filter_map(|index| Some((index, Facts::of(&items.get(index)?.instruction)?)));
    let users = runs.flat_map(|(index, facts)| {
        created(facts).into_iter().filter_map(move |creation| Some((creation.name?, index)))
    });
    users.collect()
}

//! Users: those that the base image is known to have, and those that the file creates.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::knowledge::flags::{self, ValueKind};
use crate::semantic::users::{UserOrigin, users_before};
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
    for user in users_before(cursor.cx.document.file(), model, cursor.index) {
        let about = match user.origin {
            UserOrigin::Created(item, _) => format!("created in line {}", cursor.line_number(item)),
            UserOrigin::Image(number, _) => format!("of the base image, number {number}"),
        };
        add(&user.name, about, span.clone());
    }
    add("root", "number 0".to_owned(), span);
    Some(users)
}

//! The types and keys of a mount.

use super::Hover;
use crate::document::cursor::Cursor;
use crate::knowledge::markdown;
use crate::syntax::mount::{Field, Mount};
use crate::syntax::{Kind, Part};

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    if cursor.ast().kind != Kind::Run {
        return None;
    }
    let mounts = Mount::all(cursor.instruction());
    let mount = mounts.iter().find(|mount| cursor.is_on(mount.part))?;
    // Where quotes hide the place of a field, the flag is all that can be shown.
    let mut fields = mount.fields.iter().filter(|field| field.key_part != mount.part);
    let field = fields.find(|field| cursor.is_on(field.key_part) || cursor.is_on(field.value_part))?;
    about_type(cursor, field).or_else(|| {
        let markdown = markdown::mount_key(mount.kind(), &field.key)?;
        let end = field.key_part.end.max(field.value_part.end);
        Some(cursor.hover(Part { start: field.key_part.start, end }, markdown))
    })
}

fn about_type(cursor: &Cursor<'_>, field: &Field) -> Option<Hover> {
    if field.key != "type" || !cursor.is_on(field.value_part) {
        return None;
    }
    Some(cursor.hover(field.value_part, markdown::mount_type(field.value.as_deref()?)?))
}

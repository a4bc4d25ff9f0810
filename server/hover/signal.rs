//! The signal of a STOPSIGNAL.

use super::Hover;
use crate::document::cursor::Cursor;
use crate::knowledge::markdown;
use crate::syntax::{Arguments, Kind};

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    let ast = cursor.ast();
    let Arguments::Text(part) = ast.arguments else {
        return None;
    };
    if ast.kind != Kind::Stopsignal || !cursor.is_on(part) {
        return None;
    }
    let value = cursor.model().expand_at(cursor.index, cursor.instruction().str(part)).value?;
    Some(cursor.hover(part, markdown::signal(&value)?))
}

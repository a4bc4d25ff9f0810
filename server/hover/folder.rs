//! The folder that a WORKDIR leads to.

use super::Hover;
use super::markup::code;
use crate::document::cursor::Cursor;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Kind};

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    let ast = cursor.instruction().ast();
    let Arguments::Text(part) = ast.arguments else {
        return None;
    };
    if ast.kind != Kind::Workdir || !cursor.is_on(part) {
        return None;
    }
    let stage = cursor.model().stage_at(cursor.index)?;
    let environment = match stage.items.end == cursor.index + 1 {
        true => cursor.model().environment_after(stage.index),
        false => cursor.model().environment_at(cursor.index + 1),
    };
    let markdown = match &environment?.workdir {
        Value::Known(folder) => format!("**Folder**: {}", code(folder)),
        Value::Unset | Value::Unknown => {
            "**Folder**: not known: it depends on the base image's folder or on a variable without a known value"
                .to_owned()
        }
    };
    Some(cursor.hover(part, markdown))
}

//! Flags and the platforms they name.

use super::Hover;
use super::markup::code;
use crate::document::cursor::Cursor;
use crate::knowledge::flags::{self, ValueKind};
use crate::knowledge::markdown;
use crate::syntax::flags::Flag;

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    let ast = cursor.ast();
    let flag = ast.flags.iter().find(|flag| cursor.is_on(flag.part))?;
    let keyword = ast.kind.keyword();
    let name = flag.name_in(cursor.instruction().line().text());
    platform(cursor, flag, keyword, name)
        .or_else(|| Some(cursor.hover(flag.part, markdown::flag(keyword, name)?)))
}

fn platform(cursor: &Cursor<'_>, flag: &Flag, keyword: &str, name: &str) -> Option<Hover> {
    let part = flag.value_part.filter(|part| cursor.is_on(*part))?;
    flags::flag(keyword, name).filter(|known| known.value == ValueKind::Platform)?;
    let value = cursor.model().expand_at(cursor.index, &flag.value).value?;
    let known = markdown::platform(&value)?;
    let markdown = match value == cursor.instruction().str(part) {
        true => known,
        false => format!("{known}\n\nWritten as {}", code(cursor.instruction().str(part))),
    };
    Some(cursor.hover(part, markdown))
}

//! The keyword of an instruction, also of the one that an ONBUILD keeps, and of a HEALTHCHECK's command.

use super::Hover;
use super::layer;
use crate::document::cursor::Cursor;
use crate::knowledge::markdown;
use crate::syntax::{Arguments, Ast};

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    find_in(cursor, cursor.instruction().ast())
}

fn find_in(cursor: &Cursor<'_>, ast: &Ast) -> Option<Hover> {
    if cursor.is_on(ast.keyword) {
        let documentation = markdown::instruction(ast.kind.keyword())?;
        let layer = layer::describe(cursor);
        let parts = [documentation, layer];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        return Some(cursor.hover(ast.keyword, parts.join("\n\n")));
    }
    match &ast.arguments {
        Arguments::Trigger(kept) => find_in(cursor, kept),
        Arguments::Healthcheck(word, _) if cursor.is_on(*word) => {
            let keyword = cursor.instruction().str(*word);
            Some(cursor.hover(*word, markdown::health_check(keyword)?))
        }
        _ => None,
    }
}

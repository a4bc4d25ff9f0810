//! The folder that a WORKDIR leads to.

use super::Hover;
use super::markup::code;
use crate::document::cursor::Cursor;
use crate::path;
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
    let of_image = || {
        let model = cursor.model();
        let is_first = matches!(model.environment_at(cursor.index)?.workdir, Value::Unset);
        let image = model.base_image(cursor.index).filter(|_| is_first)?;
        let written = model.expand_at(cursor.index, cursor.instruction().str(part)).value?;
        Some(path::absolute(image.workdir?, &written))
    };
    let environment = environment?;
    let of_windows = || {
        let written = cursor.model().expand_at(cursor.index, cursor.instruction().str(part)).value?;
        environment.is_absolute(&written).then_some(written)
    };
    let markdown = match &environment.workdir {
        Value::Known(folder) => format!("**Folder**: {}", code(folder)),
        Value::Unset | Value::Unknown => match (of_windows(), of_image()) {
            (Some(folder), _) => format!("**Folder**: {}", code(&folder)),
            (None, Some(folder)) => format!("**Folder**: {}, in that of the base image", code(&folder)),
            (None, None) => {
                "**Folder**: not known: it depends on the base image's folder or on a variable without a known value"
                    .to_owned()
            }
        },
    };
    Some(cursor.hover(part, markdown))
}

#[cfg(test)]
mod tests {
    use super::super::tests::subject;

    #[test]
    fn a_folder_lies_in_that_of_the_base_image() {
        assert!(subject("FROM node:22\nWORKDIR a$0pp\n").contains("`/app`"));
        assert!(subject("FROM httpd:2.4\nWORKDIR a$0\nWORKDIR b\n").contains("`/usr/local/apache2/a`"));
        assert!(subject("FROM a\nWORKDIR a$0pp\n").contains("not known"));
        let windows = "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nWORKDIR ";
        assert!(subject(&format!("{windows}C:\\a$0pp\n")).contains("**Folder**: `C:\\app`"));
        assert!(subject(&format!("{windows}a$0pp\n")).contains("not known"));
    }
}

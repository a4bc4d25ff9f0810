//! A stage, at its name and wherever it is used.

use super::Hover;
use super::markup::{code, facts};
use crate::document::cursor::Cursor;
use crate::semantic::copies::CopyFrom;
use crate::semantic::inputs::Build;
use crate::semantic::stage_uses::SourceWord;
use crate::semantic::stages::{Base, Stage};
use crate::syntax::Part;

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    let (part, stage) = declared(cursor).or_else(|| used(cursor))?;
    Some(cursor.hover(part, describe(cursor, stage)))
}

fn declared<'a>(cursor: &Cursor<'a>) -> Option<(Part, &'a Stage)> {
    let stage = cursor.model().stage_at(cursor.index).filter(|stage| stage.from() == cursor.index)?;
    let part = stage.name_part.filter(|part| cursor.is_on(*part))?;
    Some((part, stage))
}

fn used<'a>(cursor: &Cursor<'a>) -> Option<(Part, &'a Stage)> {
    let words = cursor.model().source_words(cursor.cx.document.file(), cursor.index);
    let word = words.into_iter().find(|word| cursor.is_on(word.part))?;
    match word.source {
        CopyFrom::Stage(stage) => Some((word.part, cursor.model().stages().get(stage)?)),
        _ => None,
    }
}

fn describe(cursor: &Cursor<'_>, stage: &Stage) -> String {
    let base = match &stage.base {
        Base::Scratch => "built on nothing (`scratch`)".to_owned(),
        Base::Stage(base) => match cursor.model().stages().get(*base) {
            Some(base) => format!("built on {}", title(base)),
            None => "built on another stage".to_owned(),
        },
        Base::Image(image) => format!("built on {}", code(image.text())),
        Base::Unknown => "built on what is not known here".to_owned(),
    };
    let line = cursor.line_of(stage.from(), |_| stage.name_part);
    let mut lines = vec![format!("Declared in line {line}, {base}")];
    let uses = cursor.model().stage_uses(cursor.cx.document.file(), stage.index);
    lines.extend(uses.iter().map(|found| about_use(cursor, found)));
    let inputs = cursor.cx.document.inputs();
    let builds = stage.name.iter().flat_map(|name| inputs.builds_of(name));
    lines.extend(builds.map(|build| format!("The target of {}", markup_of(build))));
    let is_last = stage.index + 1 == cursor.model().stages().len();
    if is_last {
        lines.push("The last stage: it is built unless `--target` names another".to_owned());
    } else if uses.is_empty() && lines.len() == 1 {
        lines.push("No other stage uses it".to_owned());
    }
    facts(&format!("**Stage {}**", title(stage)), &lines)
}

pub(super) fn markup_of(build: &Build) -> String {
    match build.name.as_str() {
        "" => code(&build.shown),
        name => format!("{} in {}", code(name), code(&build.shown)),
    }
}

/// The name and the number of a stage.
fn title(stage: &Stage) -> String {
    match &stage.name {
        Some(name) => format!("{} (number {})", code(name), stage.index),
        None => format!("number {}", stage.index),
    }
}

fn about_use(cursor: &Cursor<'_>, found: &SourceWord) -> String {
    let line = cursor.line_of(found.item, |_| Some(found.part));
    let items = cursor.cx.document.file().items();
    let keyword = items.get(found.item).map_or("", |item| item.instruction.ast().kind.keyword());
    match cursor.model().stage_at(found.item) {
        Some(stage) => format!("Used in line {line} by `{keyword}` of stage {}", title(stage)),
        None => format!("Used in line {line} by `{keyword}`"),
    }
}

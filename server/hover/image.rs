//! An image: the base of a stage, or where files are copied from.

use super::Hover;
use super::base_image;
use super::markup::{code, facts};
use crate::document::cursor::Cursor;
use crate::semantic::copies::CopyFrom;
use crate::semantic::image::Image;
use crate::semantic::stages::Base;
use crate::syntax::{Kind, Part};

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    let words = cursor.model().source_words(cursor.cx.document.file(), cursor.index);
    let word = words.into_iter().find(|word| cursor.is_on(word.part))?;
    match &word.source {
        CopyFrom::Image(name) => Some(cursor.hover(word.part, describe(cursor, word.part, name))),
        CopyFrom::Unknown => context(cursor, word.part)
            .or_else(|| scratch(cursor, word.part))
            .or_else(|| partly_known(cursor, word.part)),
        CopyFrom::Context | CopyFrom::Stage(_) => None,
    }
}

/// A context that the build is given.
fn context(cursor: &Cursor<'_>, part: Part) -> Option<Hover> {
    let name = cursor.model().expand_at(cursor.index, cursor.instruction().str(part)).value?;
    let what = cursor.cx.document.inputs().context(&name)?;
    let text = format!("**Context** {}: the build is given {}", code(&name), code(what));
    Some(cursor.hover(part, text))
}

fn scratch(cursor: &Cursor<'_>, part: Part) -> Option<Hover> {
    let stage = cursor.model().stage_at(cursor.index)?;
    if stage.base != Base::Scratch || stage.from() != cursor.index {
        return None;
    }
    let text = "**`scratch`**: no image at all: the stage begins without files, and so without a shell";
    Some(cursor.hover(part, text.to_owned()))
}

/// An image whose tag has a variable without a value in it.
fn partly_known(cursor: &Cursor<'_>, part: Part) -> Option<Hover> {
    let stage = cursor.model().stage_at(cursor.index).filter(|stage| stage.from() == cursor.index)?;
    let known = stage.base_image()?;
    let lines = base_image::describe(known);
    let heading = format!("**Image** {}", code(cursor.instruction().str(part)));
    (!lines.is_empty()).then(|| cursor.hover(part, facts(&heading, &lines)))
}

fn describe(cursor: &Cursor<'_>, part: Part, name: &str) -> String {
    let image = Image::new(name);
    let written = cursor.instruction().str(part);
    let mut lines = Vec::new();
    if written != name {
        lines.push(format!("Written as {}", code(written)));
    }
    match image.registry() {
        Some(registry) => lines.push(format!("Registry: {}", code(registry))),
        None => lines.push("Registry: Docker Hub".to_owned()),
    }
    lines.push(format!("Repository: {}", code(&repository(&image))));
    lines.extend(image.tag().map(|tag| format!("Tag: {}", code(tag))));
    lines.extend(image.digest().map(|digest| format!("Digest: {}", code(digest))));
    if image.tag().is_none() && image.digest().is_none() {
        lines.push("Tag: `latest`, because none is written".to_owned());
    }
    if cursor.ast().kind != Kind::From {
        lines.push("No stage has this name: it is an image, or a context that the build is given".to_owned());
    }
    if let Some(known) = image.known() {
        lines.extend(base_image::describe(&known));
    }
    facts(&format!("**Image** {}", code(name)), &lines)
}

/// The path in the registry; Docker Hub keeps its official images under `library`.
fn repository(image: &Image) -> String {
    let name = image.name();
    match image.registry() {
        Some(registry) => name.strip_prefix(registry).unwrap_or(name).trim_start_matches('/').to_owned(),
        None if name.contains('/') => name.to_owned(),
        None => format!("library/{name}"),
    }
}

//! Stages, and images, wherever one can be named: FROM, `COPY --from=`, the `from=` of a mount.

use super::cursor::Cursor;
use super::{Completion, Kind, flag, image};
use crate::knowledge::flags::{self, ValueKind};
use crate::semantic::stages::{Base, Stage};
use crate::syntax::{Kind as Instruction, Part};
use crate::text::Span;

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    if cursor.instruction().ast().kind == Instruction::Onbuild {
        // The stages of a later build, which are not known here.
        return None;
    }
    if let Some((name, value)) = cursor.flag_value() {
        let known = flags::flag(cursor.ast.kind.keyword(), name)?;
        return match known.value {
            ValueKind::Stage => sources(cursor, value, true),
            // BuildKit counts stages for COPY alone.
            ValueKind::Mount => sources(cursor, mount_source(cursor, value)?, false),
            _ => None,
        };
    }
    let written = cursor.instruction().str(cursor.word);
    if cursor.ast.kind != Instruction::From || !cursor.is_among_flags() || written.starts_with('-') {
        return None;
    }
    let mut completions = sources(cursor, cursor.word, false)?;
    if written.is_empty() {
        completions.extend(flag::complete(cursor).unwrap_or_default());
    }
    Some(completions)
}

/// The value of `from=` where the cursor is in it.
fn mount_source(cursor: &Cursor<'_>, mount: Part) -> Option<Part> {
    let before = cursor.before(mount.start as usize);
    let field = cursor.joined - before.rsplit(',').next()?.len();
    let end = mount.end as usize;
    let rest = cursor.line().get(field..end)?;
    let written = rest.split(',').next()?;
    let (key, _) = written.split_once('=')?;
    let start = field + key.len() + 1;
    let is_source = key.eq_ignore_ascii_case("from") && start <= cursor.joined;
    is_source.then(|| Part::new(start, field + written.len()))
}

/// The stages above, and images: the usual ones, and once something is typed all; behind a colon the tags of one.
fn sources(cursor: &Cursor<'_>, part: Part, by_number: bool) -> Option<Vec<Completion>> {
    if let Some(tags) = image::tags(cursor, part) {
        return Some(tags);
    }
    if cursor.before(part.start as usize).contains('@') {
        // A digest is nothing that anybody knows by heart.
        return Some(Vec::new());
    }
    let mut completions = stages(cursor, part, by_number)?;
    let part = image::name_part(cursor, part);
    let images = if part.is_empty() { image::usual(cursor, part) } else { image::names(cursor, part) };
    completions.extend(images?);
    Some(completions)
}

/// The stages above, those with a name first; `by_number` where they can be named by their numbers, too: those without a name,
/// and once a number is typed all.
fn stages(cursor: &Cursor<'_>, part: Part, by_number: bool) -> Option<Vec<Completion>> {
    let written = cursor.instruction().str(part);
    let span = cursor.place(part)?;
    if written.contains(['"', '\'']) {
        return None;
    }
    let model = cursor.cx.document.model();
    // A FROM belongs to the stage that it begins.
    let own = model.stage_at(cursor.index)?.index;
    let above = model.stages().get(..own)?;
    let is_number = by_number && written.starts_with(|first: char| first.is_ascii_digit());
    let named = |stage: &&Stage| match &stage.name {
        _ if is_number => true,
        // Of two stages with one name, the later one is meant.
        Some(name) => {
            !above.iter().any(|other| other.index > stage.index && other.name.as_ref() == Some(name))
        }
        None => by_number,
    };
    // The nearest first.
    let mut wanted: Vec<&Stage> = above.iter().rev().filter(named).collect();
    wanted.sort_by_key(|stage| stage.name.is_none() && !is_number);
    Some(wanted.into_iter().map(|stage| completion(cursor, stage, is_number, span.clone())).collect())
}

fn completion(cursor: &Cursor<'_>, stage: &Stage, is_number: bool, span: Span) -> Completion {
    let (name, number) = (name(cursor, stage), stage.index.to_string());
    let base = base(cursor, stage);
    let detail = match &name {
        Some(name) if is_number => format!("stage {name}, {base}"),
        _ => format!("stage {number}, {base}"),
    };
    let label = name.filter(|_| !is_number).unwrap_or(number);
    Completion::new(Kind::Stage, label, span).detail(detail)
}

/// The name as it is declared.
fn name(cursor: &Cursor<'_>, stage: &Stage) -> Option<String> {
    let item = cursor.cx.document.file().item(stage.from())?;
    Some(item.instruction.str(stage.name_part?).to_owned())
}

fn base(cursor: &Cursor<'_>, stage: &Stage) -> String {
    match &stage.base {
        Base::Scratch => "from scratch".to_owned(),
        Base::Image(image) => format!("from {}", image.text()),
        Base::Stage(index) => {
            let base = cursor.cx.document.model().stages().get(*index);
            let name = base.and_then(|base| name(cursor, base));
            name.map_or_else(|| format!("from stage {index}"), |name| format!("from {name}"))
        }
        Base::Unknown => "from what is not known".to_owned(),
    }
}

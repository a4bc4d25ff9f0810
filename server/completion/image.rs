//! Images and their tags, as the tables know them: no registry is asked.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::knowledge::images;
use crate::syntax::Part;
use crate::text::Span;

/// The images that are known by name.
pub(super) fn names(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let span = cursor.place(part)?;
    let all = images::names();
    Some(
        all.map(|(name, title)| completion(name.to_owned(), title.map(str::to_owned), span.clone()))
            .collect(),
    )
}

/// The name of an image without its tag and digest, which stay.
pub(super) fn name_part(cursor: &Cursor<'_>, part: Part) -> Part {
    let after = cursor.line().get(cursor.joined..part.end as usize).unwrap_or_default();
    // A colon before a slash is that of a registry's port.
    let path = after.rfind('/').unwrap_or_default();
    let end = after.get(path..).and_then(|rest| rest.find([':', '@'])).map(|end| cursor.joined + path + end);
    Part::new(part.start as usize, end.unwrap_or(part.end as usize))
}

/// Those that are offered before anything is typed.
pub(super) fn usual(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let all = names(cursor, part)?;
    let named = |name: &&str| all.iter().find(|known| known.label == **name).cloned();
    Some(images::USUAL.iter().filter_map(named).collect())
}

/// The tags of the image in front of the colon that the cursor is behind; `None` where it is behind none. The newest
/// first, those without support last.
pub(super) fn tags(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let before = cursor.before(part.start as usize);
    let (name, typed) = before.rsplit_once(':')?;
    if typed.contains(['/', '@']) {
        // A registry's port, or a digest.
        return None;
    }
    let start = cursor.joined - typed.len();
    let written = cursor.instruction().str(part);
    let end = written.find('@').map_or(part.end as usize, |at| part.start as usize + at);
    let span = cursor.place(Part::new(start, end.max(start)))?;
    let offers = images::tags(name).into_iter().map(|offer| {
        let is_over = offer.ended.is_some();
        let detail = offer.ended.map(|day| format!("end of life since {day}"));
        let known = format!("Known on {}", images::date());
        completion(offer.tag, detail, span.clone()).documentation(Some(known)).deprecated(is_over)
    });
    Some(offers.collect())
}

fn completion(label: String, detail: Option<String>, span: Span) -> Completion {
    Completion { detail, ..Completion::new(Kind::Image, label, span) }
}

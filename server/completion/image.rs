//! Images and their tags, as the tables know them: no registry is asked.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::knowledge::images;
use crate::knowledge::package_managers::Family;
use crate::knowledge::package_managers::projects::{self, PROJECTS};
use crate::syntax::Part;
use crate::text::Span;

/// The images that are known by name.
pub(super) fn names(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let written = cursor.instruction().str(part);
    let official = OFFICIAL.iter().find(|start| cursor.before(part.start as usize).starts_with(**start));
    let start = part.start as usize + official.map_or(0, |start| start.len());
    let span = cursor.place(Part::new(start, part.end as usize))?;
    let all = images::names().filter(|(name, _)| official.is_none() || !name.contains('/'));
    let likely = if written.is_empty() { Vec::new() } else { likely(cursor) };
    let mut all: Vec<(&str, Option<&str>)> = all.collect();
    all.sort_by_key(|(name, _)| likely.iter().position(|likely| likely == name).unwrap_or(likely.len()));
    let all = all.into_iter();
    Some(
        all.map(|(name, title)| completion(name.to_owned(), title.map(str::to_owned), span.clone()))
            .collect(),
    )
}

/// What the full names of official images begin with.
const OFFICIAL: [&str; 2] = ["docker.io/library/", "library/"];

/// The images for what the build context holds a manifest of.
fn likely(cursor: &Cursor<'_>) -> Vec<&'static str> {
    let files = cursor.cx.context.list("").unwrap_or_default();
    let has_project = |project: &&projects::Project| {
        let known = |file: &String| {
            let is_lock = project.locks.contains(&file.as_str());
            // The manifest that Bun reads is that of Node.js.
            let is_own = project.family != Family::Bun;
            is_lock || is_own && project.manifests.iter().any(|name| projects::is_name(name, file))
        };
        files.iter().any(known)
    };
    let of_projects = PROJECTS.iter().filter(has_project).map(|project| project.family);
    let of_list = files.iter().any(|file| file == "requirements.txt").then_some(Family::Pip);
    let mut likely: Vec<&str> = Vec::new();
    for name in of_projects.chain(of_list).flat_map(images::of_projects) {
        if !likely.contains(name) {
            likely.push(name);
        }
    }
    likely
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
    let named = |name: &str| all.iter().find(|known| known.label == name).cloned();
    let mut wanted = likely(cursor);
    wanted.extend(images::USUAL);
    let mut seen = std::collections::HashSet::new();
    wanted.retain(|name| seen.insert(*name));
    Some(wanted.into_iter().filter_map(named).collect())
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

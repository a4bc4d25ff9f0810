//! Paths: of the build context for what is copied, and folders of the image for where it goes.

use super::cursor::Cursor;
use super::{Completion, Kind, brought};
use crate::context::dockerfile_name::is_dockerfile_name;
use crate::context::view::View;
use crate::context::{Lookup, size};
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::stages::Base;
use crate::syntax::word::Value;
use crate::syntax::{Kind as Instruction, Part};

/// So many entries of a folder are offered.
const MOST_ENTRIES: usize = 500;

/// Folders that things are copied to: one's own, and those that every Linux image has.
const FOLDERS: [(&str, &str); 6] = [
    ("/app/", "the application"),
    ("/etc/", "configuration"),
    ("/opt/", "programs with all that belongs to them"),
    ("/srv/", "what is served"),
    ("/tmp/", "what goes again"),
    ("/usr/local/bin/", "programs of one's own"),
];

/// Folders that the pages of images work in, the most usual first. Source: Docker's guides for each language; the pages of
/// the official images of Node.js, Python and Go.
const WORKDIRS: [(&str, &str); 6] = [
    ("/app", "the application"),
    ("/usr/src/app", "the application, with its source"),
    ("/src", "what is built"),
    ("/workspace", "what is worked on"),
    ("/srv", "what is served"),
    ("/opt", "programs with all that belongs to them"),
];

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    match cursor.ast.kind {
        Instruction::Copy | Instruction::Add => {
            let (argument, part) = argument(cursor)?;
            if argument > 1 && cursor.is_behind_blank() {
                // The instruction is whole as it stands.
                return None;
            }
            if argument == 0 || !is_last(cursor, part) {
                return copied(cursor, part);
            }
            // Most copies have one source.
            let mut found = destinations(cursor, part).unwrap_or_default();
            let sources = more_sources(cursor, part).unwrap_or_default();
            let new = |source: &Completion| found.iter().all(|folder| folder.label != source.label);
            let sources: Vec<Completion> = sources.into_iter().filter(new).collect();
            found.extend(sources);
            Some(found)
        }
        Instruction::Workdir => {
            let (argument, part) = argument(cursor)?;
            if argument == 0 { workdirs(cursor, part) } else { None }
        }
        _ => None,
    }
}

/// The path under the cursor, and how many stand before it; `None` in quotes, but for the strings of an array.
fn argument(cursor: &Cursor<'_>) -> Option<(usize, Part)> {
    let start = cursor.ast.rest.start as usize;
    if cursor.instruction().str(cursor.ast.rest).starts_with('[') && start < cursor.joined {
        return string(cursor, start);
    }
    let written = cursor.instruction().str(cursor.word);
    let is_plain = !written.starts_with(['-', '[', '"', '\'', '<']);
    is_plain.then(|| (cursor.argument(), cursor.word))
}

/// The string under the cursor in the array that begins at `start`, without its quotes, and how many stand before it.
fn string(cursor: &Cursor<'_>, start: usize) -> Option<(usize, Part)> {
    let before = cursor.before(start);
    if before.contains('\\') {
        return None;
    }
    let quotes = before.matches('"').count();
    let first = start + before.rfind('"').filter(|_| quotes % 2 == 1)? + 1;
    let after = cursor.line().get(cursor.joined..)?;
    // One that is still open ends where it could be closed.
    let ends = |char: char| "\",]".contains(char) || !after.contains('"') && char.is_whitespace();
    let end = cursor.joined + after.find(ends).unwrap_or(after.len());
    Some((quotes / 2, Part::new(first, end)))
}

/// Whether no word of the instruction stands behind a part.
fn is_last(cursor: &Cursor<'_>, part: Part) -> bool {
    let rest = cursor.line().get(part.end as usize..).unwrap_or_default();
    rest.trim_matches(|char: char| char.is_whitespace() || "\"]".contains(char)).is_empty()
}

/// What can be copied, where the destination is meant as a rule: nothing for an absolute path, and of the build context only
/// what goes on with what is typed.
fn more_sources(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let typed = cursor.before(part.start as usize);
    if typed.starts_with('/') {
        return None;
    }
    let name = path::name(typed).to_lowercase();
    let found = copied(cursor, part)?.into_iter();
    Some(found.filter(|found| found.label.to_lowercase().starts_with(&name)).collect())
}

/// What can be copied: of the build context, or of the stage that `--from` names.
fn copied(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let Some(flag) = cursor.ast.flag(cursor.line(), "from") else {
        return sources(cursor, part);
    };
    of_stage(cursor, part, &cursor.cx.document.model().expand_at(cursor.index, &flag.value).value)
}

/// The folders of the stage that is named so; `None` where it is another thing.
pub(super) fn of_stage(cursor: &Cursor<'_>, part: Part, name: &Option<String>) -> Option<Vec<Completion>> {
    let model = cursor.cx.document.model();
    match model.copy_from(name) {
        CopyFrom::Stage(stage) => {
            let last = model.stages().get(stage)?.items.end;
            let mut folders = stage_folders(cursor, stage, last);
            let typed = cursor.before(part.start as usize);
            folders.extend(brought::files(cursor.cx, stage, path::parent(typed)));
            offered(cursor, part, folders)
        }
        _ => None,
    }
}

/// Files and folders of the build context; what few images need comes behind the others, and those that the ignore file keeps
/// out of it come last, and say so.
pub(super) fn sources(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let typed = cursor.before(part.start as usize);
    if typed.contains(['$', '*', '?', '[', '"', '\'', '\\']) || typed.contains("://") {
        return None;
    }
    let (folder, _) = typed.rsplit_once('/').unwrap_or(("", typed));
    let start = part.start as usize + if typed.contains('/') { folder.len() + 1 } else { 0 };
    let rest = cursor.line().get(start..part.end as usize)?;
    let end = start + rest.find('/').unwrap_or(rest.len());
    let span = cursor.place(Part::new(start, end))?;
    let is_string = cursor.line().get(..part.start as usize)?.ends_with('"');
    let is_flag = cursor.flag_value().is_some();
    let folder = path::in_context(folder);
    let context = cursor.cx.context;
    let (view, ignore) = (View::new(context), context.ignore_file().map(|(path, _)| path));
    let mut completions: Vec<((bool, bool), Completion)> = Vec::new();
    for name in context.list(&folder)?.into_iter().take(MOST_ENTRIES) {
        if !is_writable(&name, is_string, is_flag) {
            continue;
        }
        let whole = path::join(&folder, &name);
        let is_rare = name.starts_with('.') || is_dockerfile_name(&name);
        let (kind, label, detail) = match context.entry(&whole) {
            Lookup::File(bytes) => (Kind::File, name, Some(size::shown(bytes))),
            Lookup::Folder => (Kind::Folder, format!("{name}/"), None),
            Lookup::Absent | Lookup::Unknown => continue,
        };
        let is_ignored = view.keeps_out(&whole, kind == Kind::Folder);
        let text = if rest.contains('/') { label.trim_end_matches('/').to_owned() } else { label.clone() };
        let mut completion = Completion::new(kind, label, span.clone()).writing(text);
        completion.detail = match (&ignore, is_ignored) {
            (Some(ignore), true) => Some(format!("kept out of the build by {ignore}")),
            _ => detail,
        };
        completions.push(((is_ignored, is_rare), completion));
    }
    completions.sort_by_key(|(place, _)| *place);
    Some(completions.into_iter().map(|(_, completion)| completion).collect())
}

/// Whether a name means itself where it is written: a word ends at a blank, a string and a field at their own characters, and
/// the builder reads variables and patterns.
fn is_writable(name: &str, is_string: bool, is_flag: bool) -> bool {
    let ends_word = |char: char| char.is_whitespace() && !is_string || char == ',' && is_flag;
    !name.contains(['$', '*', '?', '[', '"', '\'', '\\'])
        && !name.contains(ends_word)
        && !name.starts_with("--")
}

/// Where a stage can work: its own folders, that of its base image, and the usual ones.
fn workdirs(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let model = cursor.cx.document.model();
    let mut folders = stage_folders(cursor, model.stage_at(cursor.index)?.index, cursor.index);
    let of_image = model.base_image(cursor.index).and_then(|image| image.workdir);
    let of_image = of_image.filter(|folder| *folder != "/");
    folders.extend(of_image.map(|folder| (folder.to_owned(), "the folder of the base image".to_owned())));
    folders.extend(WORKDIRS.map(|(folder, about)| (folder.to_owned(), about.to_owned())));
    for (folder, _) in &mut folders {
        let kept = folder.trim_end_matches('/').len();
        folder.truncate(kept.max(1));
    }
    offered(cursor, part, folders)
}

/// Folders of the image: those of the file, then those that every image has.
pub(super) fn destinations(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let model = cursor.cx.document.model();
    let mut folders = Vec::new();
    if let Some(environment) = model.environment_at(cursor.index)
        && let Value::Known(workdir) = &environment.workdir
    {
        folders.push(("./".to_owned(), workdir.clone()));
    }
    let stage = model.stage_at(cursor.index)?;
    let own = stage_folders(cursor, stage.index, cursor.index);
    // A stage that has a folder of its own needs no other.
    let usual = FOLDERS.into_iter().skip(usize::from(!own.is_empty()));
    folders.extend(own);
    folders.extend(usual.map(|(folder, about)| (folder.to_owned(), about.to_owned())));
    offered(cursor, part, folders)
}

/// The folders that a stage is known to have before an instruction, the last first: its WORKDIRs, and those it copies to; then
/// those of the stage that it is built on.
fn stage_folders(cursor: &Cursor<'_>, stage: usize, before: usize) -> Vec<(String, String)> {
    let mut folders = own_folders(cursor, stage, before);
    let mut next = stage;
    // A stage is built on one above it.
    while let Some(Base::Stage(base)) = cursor.cx.document.model().stages().get(next).map(|stage| &stage.base)
        && *base < next
    {
        next = *base;
        folders.extend(own_folders(cursor, next, usize::MAX));
    }
    folders
}

fn own_folders(cursor: &Cursor<'_>, stage: usize, before: usize) -> Vec<(String, String)> {
    let (file, model) = (cursor.cx.document.file(), cursor.cx.document.model());
    let Some(stage) = model.stages().get(stage) else {
        return Vec::new();
    };
    let mut folders = Vec::new();
    for index in (stage.items.start + 1..stage.items.end.min(before)).rev() {
        let Some(item) = file.item(index) else { continue };
        let line = cursor.line_number(index);
        match item.instruction.ast().kind {
            Instruction::Workdir => {
                let after = match index + 1 == stage.items.end {
                    true => model.environment_after(stage.index),
                    false => model.environment_at(index + 1),
                };
                if let Some(Value::Known(folder)) = after.map(|after| &after.workdir) {
                    let folder = format!("{}/", folder.trim_end_matches('/'));
                    folders.push((folder, format!("the WORKDIR of line {line}")));
                }
            }
            Instruction::Copy | Instruction::Add => {
                let destination = CopyStep::of(file, model, index).and_then(CopyStep::target);
                if let Some(folder) = destination.filter(|path| path.starts_with('/') && path.ends_with('/'))
                {
                    folders.push((folder.to_owned(), format!("copied to in line {line}")));
                }
            }
            _ => {}
        }
    }
    folders
}

/// Each folder once, if it begins with what is typed.
pub(super) fn offered(
    cursor: &Cursor<'_>,
    part: Part,
    folders: Vec<(String, String)>,
) -> Option<Vec<Completion>> {
    let typed = cursor.before(part.start as usize);
    // What follows in the path stays.
    let rest = cursor.line().get(cursor.joined..part.end as usize)?;
    let (end, goes_on) = match rest.find('/') {
        Some(slash) => (cursor.joined + slash, true),
        None => (part.end as usize, false),
    };
    let span = cursor.place(Part::new(part.start as usize, end))?;
    let mut completions: Vec<Completion> = Vec::new();
    for (mut folder, about) in folders {
        let Some(more) = folder.strip_prefix(typed) else { continue };
        if goes_on {
            let end = more.find('/').unwrap_or(more.len());
            folder.truncate(typed.len() + end);
        }
        if !folder.is_empty() && completions.iter().all(|other| other.label != folder) {
            // What goes on, and what is no file, is a folder.
            let kind = if about == brought::FILE { Kind::File } else { Kind::Folder };
            completions.push(Completion::new(kind, folder, span.clone()).detail(about));
        }
    }
    Some(completions)
}

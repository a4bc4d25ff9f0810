//! Paths: of the build context for what is copied, and folders of the image for where it goes.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::context::dockerfile_name::is_dockerfile_name;
use crate::context::view::View;
use crate::context::{Lookup, size};
use crate::knowledge::package_managers;
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::syntax::word::Value;
use crate::syntax::{Kind as Instruction, Part};

/// So many entries of a folder are offered.
const MOST_ENTRIES: usize = 500;

/// Folders that every Linux image has, and that things are copied to.
const FOLDERS: [(&str, &str); 5] = [
    ("/etc/", "configuration"),
    ("/opt/", "programs with all that belongs to them"),
    ("/srv/", "what is served"),
    ("/tmp/", "what goes again"),
    ("/usr/local/bin/", "programs of one's own"),
];

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let written = cursor.instruction().str(cursor.word);
    match cursor.ast.kind {
        _ if written.starts_with(['-', '[', '"', '\'', '<']) => None,
        Instruction::Copy | Instruction::Add => {
            // Most copies have one source.
            let is_source = cursor.argument() == 0;
            let mut found =
                if is_source { Vec::new() } else { destinations(cursor, cursor.word).unwrap_or_default() };
            found.extend(copied(cursor).unwrap_or_default());
            Some(found)
        }
        Instruction::Workdir if cursor.argument() == 0 => destinations(cursor, cursor.word),
        _ => None,
    }
}

/// What can be copied: of the build context, or of the stage that `--from` names.
fn copied(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let Some(flag) = cursor.ast.flag(cursor.line(), "from") else {
        return sources(cursor, cursor.word);
    };
    let model = cursor.cx.document.model();
    match model.copy_from(&model.expand_at(cursor.index, &flag.value).value) {
        CopyFrom::Stage(stage) => {
            let last = model.stages().get(stage)?.items.end;
            offered(cursor, cursor.word, stage_folders(cursor, stage, last))
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
    let folder = path::in_context(folder);
    let context = cursor.cx.context;
    let (view, ignore) = (View::new(context), context.ignore_file().map(|(path, _)| path));
    let mut completions: Vec<((bool, bool), Completion)> = Vec::new();
    for name in context.list(&folder)?.into_iter().take(MOST_ENTRIES) {
        // A word ends at a blank.
        if name.contains(char::is_whitespace) {
            continue;
        }
        let whole = path::join(&folder, &name);
        let is_rare = name.starts_with('.') || is_dockerfile_name(&name);
        let (kind, label, detail) = match context.entry(&whole) {
            Lookup::File(bytes) => (Kind::File, name, Some(size::shown(bytes))),
            Lookup::Folder => (Kind::Folder, format!("{name}/"), None),
            Lookup::Absent | Lookup::Unknown => continue,
        };
        let is_ignored = view.is_ignored(&whole) && (kind == Kind::File || !view.has_exceptions());
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

/// Folders of the image: those of the file, then those that every image has.
pub(super) fn destinations(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let model = cursor.cx.document.model();
    let mut folders = Vec::new();
    if let Some(environment) = model.environment_at(cursor.index)
        && let Value::Known(workdir) = &environment.workdir
        && cursor.ast.kind != Instruction::Workdir
    {
        folders.push(("./".to_owned(), workdir.clone()));
    }
    let stage = model.stage_at(cursor.index)?;
    folders.extend(stage_folders(cursor, stage.index, cursor.index));
    folders.extend(FOLDERS.map(|(folder, about)| (folder.to_owned(), about.to_owned())));
    offered(cursor, part, folders)
}

/// Where package managers keep what a cache mount is for.
pub(super) fn caches(cursor: &Cursor<'_>, part: Part) -> Option<Vec<Completion>> {
    let caches = package_managers::all().iter().flat_map(|manager| {
        let folder = |cache: &package_managers::Cache| {
            // Without a user of its own a build runs as root.
            (cache.path.replacen('~', "/root", 1), format!("{} of {}", cache.what, manager.name))
        };
        manager.caches.iter().map(folder)
    });
    offered(cursor, part, caches.collect())
}

/// The folders that a stage is known to have before an instruction, the last first: its WORKDIRs, and those it copies to.
fn stage_folders(cursor: &Cursor<'_>, stage: usize, before: usize) -> Vec<(String, String)> {
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
fn offered(cursor: &Cursor<'_>, part: Part, folders: Vec<(String, String)>) -> Option<Vec<Completion>> {
    let typed = cursor.before(part.start as usize);
    let span = cursor.place(part)?;
    let mut completions: Vec<Completion> = Vec::new();
    for (folder, about) in folders {
        if folder.starts_with(typed) && completions.iter().all(|other| other.label != folder) {
            completions.push(Completion::new(Kind::Folder, folder, span.clone()).detail(about));
        }
    }
    Some(completions)
}

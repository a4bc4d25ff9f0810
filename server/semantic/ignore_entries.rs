//! What an ignore file may leave out of a build context: of all that mostly has no business in an image, what is there or
//! is to be expected there, and what no build of the same folder names or needs.

use super::folder_copies::FolderCopy;
use super::ignorable::{Steps, folders, is_trusted, is_where_it_belongs, mentions, named};
use super::script_texts::script_texts;
use crate::context::dockerfile_name::is_dockerfile_name;
use crate::context::glob::Glob;
use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::document::Document;
use crate::knowledge::unneeded_files::{UNNEEDED, Unneeded};
use crate::path;
use crate::syntax::Kind;

/// So many other Dockerfiles are read; where there are more, nothing is known.
const MOST_DOCKERFILES: usize = 20;

/// In a context of more files, Dockerfiles may be anywhere.
const MOST_FILES: usize = 10_000;

/// A Dockerfile that is built from the same folder.
struct Build {
    document: Document,
    /// The paths of the context that its steps name.
    named: Vec<String>,
    copies_folders: bool,
}

/// The lines, in the order of [`UNNEEDED`]. Those that the ignore file in force makes needless are among them: what it says
/// is for [`new_ignore_entries`] to ask. `None` where a build of the folder reads what cannot be told, or where the folder is
/// no known context.
pub fn ignore_entries(document: &Document, context: &dyn BuildContext) -> Option<Vec<&'static str>> {
    let view = View::new(context);
    let folders = folders(context)?;
    let builds = builds(document, context, &view, &folders)?;
    let is_wanted = |kind: &&Unneeded| {
        is_expected(kind, context, &folders) && builds.iter().all(|build| build.spares(kind, context, &view))
    };
    Some(UNNEEDED.iter().filter(is_wanted).map(|kind| kind.pattern).collect())
}

/// The lines that leave out what has these names, be it there now or not; `None` where there is none for one of them, or where a
/// build of the folder may need it.
pub fn lines_for(
    document: &Document,
    context: &dyn BuildContext,
    names: &[&str],
) -> Option<Vec<&'static str>> {
    let view = View::new(context);
    let builds = builds(document, context, &view, &folders(context)?)?;
    let line = |name: &&str| {
        let kind = UNNEEDED.iter().find(|kind| kind.name == *name)?;
        builds.iter().all(|build| build.spares(kind, context, &view)).then_some(kind.pattern)
    };
    names.iter().map(line).collect()
}

/// All that is built from the folder; `None` where one reads what cannot be told, or where the folder is no known context.
fn builds(
    document: &Document,
    context: &dyn BuildContext,
    view: &View<'_>,
    folders: &[String],
) -> Option<Vec<Build>> {
    let own = Build::of(Document::new(&document.text().to_string()))?;
    if !is_trusted(context, view, &own.named) || !view.problems().is_empty() {
        return None;
    }
    let mut builds = vec![own];
    // An ignore file of its own is read for no other Dockerfile.
    if view.ignore_path() == ".dockerignore" {
        for text in other_dockerfiles(context, folders)? {
            builds.push(Build::of(Document::new(&text))?);
        }
    }
    Some(builds)
}

/// Those of [`ignore_entries`] that the ignore file in force neither has nor takes back; none where no folder is copied from
/// the context.
pub fn new_ignore_entries(document: &Document, context: &dyn BuildContext) -> Vec<&'static str> {
    let copies = folder_copies(document);
    if copies.is_empty() {
        return Vec::new();
    }
    let is_whole = copies.iter().any(|copy| copy.source.is_empty());
    let view = View::new(context);
    let exceptions: Vec<String> = context
        .ignore_file()
        .map(|(_, text)| {
            text.lines().map(str::trim).filter(|line| line.starts_with('!')).map(str::to_owned).collect()
        })
        .unwrap_or_default();
    let is_new = |pattern: &&str| {
        let name = pattern.trim_start_matches("**/");
        let sample = name.replace('*', "");
        let is_nested = pattern.starts_with("**/");
        let is_there = view.is_ignored(&sample)
            && (!is_nested
                || !exceptions.is_empty()
                || view.is_ignored(&format!("a/{sample}"))
                || !is_below_the_top(pattern, context));
        let stem = name.split('*').next().unwrap_or(name);
        (is_whole || is_nested) && !is_there && !exceptions.iter().any(|line| line.contains(stem))
    };
    ignore_entries(document, context).unwrap_or_default().into_iter().filter(is_new).collect()
}

/// Whether an ignore file may leave out these names at the top of the context, where one copy of a Dockerfile brings them
/// as a part of the whole and needs none: no other step does, of this or another Dockerfile of the folder.
pub fn may_be_left_out(document: &Document, context: &dyn BuildContext, names: &[String]) -> bool {
    let view = View::new(context);
    let text = document.text().to_string();
    let takes = |named: &str| {
        let top = named.split('/').next().unwrap_or_default();
        let is_taken = |name: &String| Glob::wildcard(top).map_or(true, |glob| glob.matches(name));
        top.is_empty() || names.iter().any(is_taken)
    };
    let takes_none = |document: &Document, most: usize| {
        named_paths(document).is_some_and(|named| named.iter().filter(|path| takes(path)).count() <= most)
    };
    let others = || {
        // An ignore file of its own is read for no other Dockerfile.
        if view.ignore_path() != ".dockerignore" {
            return Some(Vec::new());
        }
        let is_far = |path: &str| {
            let mut parts = path.rsplit('/');
            parts.next().is_some_and(is_dockerfile_name) && parts.count() > 1
        };
        let walk = view.walk("", MOST_FILES);
        let is_seen = walk.is_complete && !walk.files.iter().any(|(path, _)| is_far(path));
        other_dockerfiles(context, &folders(context).filter(|_| is_seen)?)
    };
    let is_free = |other: &String| *other == text || takes_none(&Document::new(other), 0);
    view.problems().is_empty()
        && takes_none(document, 1)
        && others().is_some_and(|others| others.iter().all(is_free))
}

/// The paths of the context that the steps of a Dockerfile name; `None` where one is not known.
fn named_paths(document: &Document) -> Option<Vec<String>> {
    let named = named(document.file(), document.model()).filter(|named| named.is_complete);
    named.map(|named| named.paths)
}

fn folder_copies(document: &Document) -> Vec<FolderCopy> {
    let (file, model) = (document.file(), document.model());
    (0..file.items().len()).filter_map(|index| FolderCopy::of(file, model, index)).collect()
}

impl Build {
    /// `None` where it is not known what it reads.
    fn of(document: Document) -> Option<Build> {
        let named = named_paths(&document)?;
        let copies_folders = !folder_copies(&document).is_empty();
        Some(Build { document, named, copies_folders })
    }

    /// Whether it neither names nor needs what is of this kind.
    fn spares(&self, kind: &Unneeded, context: &dyn BuildContext, view: &View<'_>) -> bool {
        let (file, model) = (self.document.file(), self.document.model());
        let is_match = |part: &str| {
            part == kind.name
                || part.chars().any(|char| char != '*')
                    && Glob::wildcard(part).is_ok_and(|glob| glob.matches(kind.name))
                || Glob::wildcard(kind.pattern.trim_start_matches("**/")).is_ok_and(|glob| glob.matches(part))
        };
        let is_named = self.named.iter().any(|source| source.split('/').any(is_match));
        let is_needed = self.copies_folders
            && (!Steps { file, model, context, view, named: &self.named }.spare(kind)
                || !kind.is_reported
                    && (is_mentioned(&self.document, kind.name) || self.scripts_name(kind, context, view)));
        !is_named && !is_needed
    }

    /// Whether a script that a step runs names it.
    fn scripts_name(&self, kind: &Unneeded, context: &dyn BuildContext, view: &View<'_>) -> bool {
        let (file, model) = (self.document.file(), self.document.model());
        let texts = script_texts(file, model, context, view);
        texts.iter().any(|text| text.contains(kind.name))
    }
}

/// Whether a command names it; where a copy does, that is known already.
fn is_mentioned(document: &Document, name: &str) -> bool {
    let has_run = document.file().items().iter().any(|item| item.kind == Kind::Run);
    has_run && mentions(document.file(), name)
}

/// Whether it is there, or to be expected, and wherever the name is seen it is what is meant.
fn is_expected(kind: &Unneeded, context: &dyn BuildContext, folders: &[String]) -> bool {
    let is_nested = kind.pattern.starts_with("**/");
    let folders = folders.iter().take(if is_nested { folders.len() } else { 1 });
    let is_there = |folder: &&String| is_present(kind, context, folder);
    let is_other = |folder: &&String| is_there(folder) && !is_where_it_belongs(kind, context, folder);
    (folders.clone().any(|folder| is_there(&folder))
        || folders.clone().any(|folder| is_due(kind, context, folder)))
        && !folders.clone().any(|folder| is_other(&folder))
}

/// Whether what a line leaves out is there, or to be expected, in a folder of the context: a line for the top alone does not
/// leave it out.
fn is_below_the_top(pattern: &str, context: &dyn BuildContext) -> bool {
    let Some(kind) = UNNEEDED.iter().find(|kind| kind.pattern == pattern) else {
        return true;
    };
    let is_one = |folder: &String| is_present(kind, context, folder) || is_due(kind, context, folder);
    folders(context).is_none_or(|folders| folders.iter().skip(1).any(is_one))
}

/// Whether something in a folder says that it is to be expected there.
fn is_due(kind: &Unneeded, context: &dyn BuildContext, folder: &str) -> bool {
    let mut signs = kind.expected_with.iter().map(|sign| context.entry(&path::join(folder, sign)));
    signs.any(|entry| matches!(entry, Lookup::File(_) | Lookup::Folder))
}

fn is_present(kind: &Unneeded, context: &dyn BuildContext, folder: &str) -> bool {
    matches!(context.entry(&path::join(folder, kind.name)), Lookup::File(_) | Lookup::Folder)
}

/// The texts of the Dockerfiles at the top of the context and in the folders there; `None` where they are many, or one
/// cannot be read.
fn other_dockerfiles(context: &dyn BuildContext, folders: &[String]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for folder in folders {
        for name in context.list(folder)?.into_iter().filter(|name| is_dockerfile_name(name)) {
            let path = path::join(folder, &name);
            if texts.len() == MOST_DOCKERFILES {
                return None;
            }
            if matches!(context.entry(&path), Lookup::File(_)) {
                texts.push(context.read(&path)?);
            }
        }
    }
    Some(texts)
}

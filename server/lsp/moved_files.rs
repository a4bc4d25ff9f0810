//! Files of the build context that are about to get other names: the Dockerfiles of the client's folders that copy them
//! follow, open or not, and the ignore files that name them; so do the compose files and the like that name a Dockerfile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tower_lsp::ls_types::{
    DocumentChanges, FileOperationFilter, FileOperationPattern, FileOperationRegistrationOptions, FileRename,
    Uri, WorkspaceEdit, WorkspaceFileOperationsServerCapabilities,
};

use super::analysis::{Pass, with_cx};
use super::kind::DocumentKind;
use super::state::{Shared, Snapshot};
use super::surroundings::file_path;
use super::workspace_edit::{document_edit, file_edit};
use super::workspace_files::{unopened, unopened_paths};
use crate::discovery;
use crate::discovery::builders::{builder_files, builders_in};
use crate::discovery::ignore_files::{IGNORE_FILE, in_force};
use crate::dockerignore;
use crate::document::Document;
use crate::navigation::{self, Moved};
use crate::text::Edit;

/// What the client is asked to ask.
pub(crate) fn operations() -> WorkspaceFileOperationsServerCapabilities {
    let pattern = FileOperationPattern { glob: "**".to_owned(), matches: None, options: None };
    let filter = FileOperationFilter { scheme: Some("file".to_owned()), pattern };
    WorkspaceFileOperationsServerCapabilities {
        will_rename: Some(FileOperationRegistrationOptions { filters: vec![filter] }),
        ..WorkspaceFileOperationsServerCapabilities::default()
    }
}

/// A file that gets another path.
struct Renamed {
    old: PathBuf,
    new: PathBuf,
}

/// The edits of all documents together; `None` where nothing names the files.
pub(crate) fn follow(shared: &Shared, renames: &[FileRename]) -> Option<WorkspaceEdit> {
    let path = |uri: &str| file_path(&uri.parse::<Uri>().ok()?);
    let renames = renames.iter();
    let renames: Vec<Renamed> = renames
        .filter_map(|rename| Some(Renamed { old: path(&rename.old_uri)?, new: path(&rename.new_uri)? }))
        .collect();
    let open = shared.snapshots();
    let mut edits: Vec<WorkspaceEdit> = Vec::new();
    // Each with the folder that its patterns are relative to.
    let mut ignore_files: BTreeMap<PathBuf, PathBuf> = own_ignore_files(shared, &renames).collect();
    let mut look = |snapshot: &Snapshot, is_open: bool| {
        let Some(folder) = snapshot.surroundings.folder() else { return };
        let moved = inside(folder, &renames);
        if moved.is_empty() {
            return;
        }
        let ask =
            || with_cx(snapshot, Pass::Second, |cx| (navigation::follow(cx, &moved), in_force(cx.context))).0;
        let (changes, ignore_file) = ask();
        ignore_files.extend(ignore_file.map(|file| (file, folder.to_owned())));
        edits.extend(edit(shared, snapshot, is_open, &changes));
    };
    open.iter().filter(|snapshot| snapshot.is_dockerfile()).for_each(|snapshot| look(snapshot, true));
    for path in unopened_paths(shared, &open) {
        let snapshot = unopened(shared, &path);
        // Few files name what moves, and to find the others' build contexts would take time.
        let names_it = |snapshot: &Snapshot| {
            let source = snapshot.document.text().to_string();
            renames
                .iter()
                .filter_map(|renamed| renamed.old.file_name()?.to_str())
                .any(|name| source.contains(name))
        };
        if let Some(snapshot) = snapshot.filter(names_it) {
            look(&snapshot, false);
        }
    }
    for (path, folder) in ignore_files {
        let opened = open.iter().find(|snapshot| file_path(&snapshot.uri).as_ref() == Some(&path));
        let Some(snapshot) = opened.cloned().or_else(|| unopened(shared, &path)) else { continue };
        let changes = dockerignore::follow(&snapshot.document, &inside(&folder, &renames));
        edits.extend(edit(shared, &snapshot, opened.is_some(), &changes));
    }
    edits.extend(builders_of(shared, &renames));
    edits.into_iter().reduce(together)
}

/// The edits of the builders' files beside and above what moves, in the client's folders, that name a Dockerfile there.
fn builders_of(shared: &Shared, renames: &[Renamed]) -> Vec<WorkspaceEdit> {
    let files: BTreeSet<PathBuf> =
        folders_above(shared, renames).iter().flat_map(|folder| builder_files(folder)).collect();
    let edit = |path: PathBuf| {
        let uri = Uri::from_file_path(&path)?;
        let text = match shared.document(&uri) {
            Some((document, _)) => document.text().to_string(),
            None => discovery::read(&path).ok()?,
        };
        let mut edits: Vec<Edit> = Vec::new();
        for (builder, dockerfile) in builders_in(&path, text.clone()) {
            let Some(named) = builder.dockerfile else { continue };
            let written = text.get(named.place.clone()).unwrap_or_default();
            let followed =
                renames.iter().find_map(|renamed| renamed.followed(&dockerfile, &path, &named.base));
            let Some(new) = followed else { continue };
            let start = if written.starts_with("./") && !new.starts_with("..") { "./" } else { "" };
            let edit = Edit::replace(named.place, format!("{start}{new}"));
            // Services can share what they say.
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
        let snapshot = shared.unopened(uri, Document::new(""), DocumentKind::Other);
        if edits.is_empty() {
            return None;
        }
        file_edit(&snapshot, path, Some(&text), &edits, &|uri| shared.document(uri))
    };
    files.into_iter().filter_map(edit).collect()
}

impl Renamed {
    /// What a Dockerfile is called afterwards, relative to a folder, if it moves and `file`, which names it, and that folder do
    /// not; `None` too for a name that cannot be written as it is.
    fn followed(&self, dockerfile: &Path, file: &Path, base: &Path) -> Option<String> {
        let rest = dockerfile.strip_prefix(&self.old).ok()?;
        if file.starts_with(&self.old) || base.starts_with(&self.old) {
            return None;
        }
        let new: PathBuf = self.new.components().chain(rest.components()).collect();
        let shared = base.components().zip(new.components()).take_while(|(one, other)| one == other).count();
        let ups = base.components().skip(shared).map(|_| "..");
        let parts: Option<Vec<&str>> =
            new.components().skip(shared).map(|part| part.as_os_str().to_str()).collect();
        let path = ups.chain(parts?).collect::<Vec<_>>().join("/");
        path.chars().all(|char| char.is_ascii_alphanumeric() || "._-/".contains(char)).then_some(path)
    }
}

/// The `.dockerignore` files beside and above what moves, in the client's folders.
fn own_ignore_files(shared: &Shared, renames: &[Renamed]) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    let files = folders_above(shared, renames).into_iter().map(|folder| (folder.join(IGNORE_FILE), folder));
    files.filter(|(file, _)| file.is_file())
}

/// The folders around what moves, as far as the client has them open.
fn folders_above(shared: &Shared, renames: &[Renamed]) -> BTreeSet<PathBuf> {
    let workspace = shared.workspace();
    let folders = renames.iter().flat_map(|renamed| renamed.old.ancestors().skip(1));
    let is_open = |folder: &&Path| workspace.folders.iter().any(|root| folder.starts_with(root));
    folders.filter(is_open).map(Path::to_owned).collect()
}

fn edit(shared: &Shared, snapshot: &Snapshot, is_open: bool, edits: &[Edit]) -> Option<WorkspaceEdit> {
    if edits.is_empty() {
        return None;
    }
    if is_open {
        return Some(document_edit(snapshot, edits));
    }
    let source = snapshot.document.text().to_string();
    file_edit(snapshot, file_path(&snapshot.uri)?, Some(&source), edits, &|uri| shared.document(uri))
}

/// What moves from one place of a folder to another, with `/` between the parts of the paths.
fn inside(folder: &Path, renames: &[Renamed]) -> Vec<Moved> {
    let below = |path: &Path| {
        let parts = path.strip_prefix(folder).ok()?.iter().map(|part| part.to_str());
        let parts: Vec<&str> = parts.collect::<Option<_>>()?;
        (!parts.is_empty()).then(|| parts.join("/"))
    };
    let moved = |renamed: &Renamed| Some(Moved { old: below(&renamed.old)?, new: below(&renamed.new)? });
    renames.iter().filter_map(moved).collect()
}

fn together(mut left: WorkspaceEdit, right: WorkspaceEdit) -> WorkspaceEdit {
    if let (Some(DocumentChanges::Edits(all)), Some(DocumentChanges::Edits(more))) =
        (&mut left.document_changes, right.document_changes)
    {
        all.extend(more);
    }
    if let (Some(all), Some(more)) = (&mut left.changes, right.changes) {
        all.extend(more);
    }
    left
}

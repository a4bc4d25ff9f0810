//! Files of the build context that are about to get other names: the open Dockerfiles that copy them follow.

use std::path::Path;

use tower_lsp::ls_types::{
    DocumentChanges, FileOperationFilter, FileOperationPattern, FileOperationRegistrationOptions, FileRename,
    Uri, WorkspaceEdit, WorkspaceFileOperationsServerCapabilities,
};

use super::analysis::{Pass, with_cx};
use super::state::Snapshot;
use super::surroundings::file_path;
use super::workspace_edit::document_edit;
use crate::navigation;

/// What the client is asked to ask.
pub(crate) fn operations() -> WorkspaceFileOperationsServerCapabilities {
    let pattern = FileOperationPattern { glob: "**".to_owned(), matches: None, options: None };
    let filter = FileOperationFilter { scheme: Some("file".to_owned()), pattern };
    WorkspaceFileOperationsServerCapabilities {
        will_rename: Some(FileOperationRegistrationOptions { filters: vec![filter] }),
        ..WorkspaceFileOperationsServerCapabilities::default()
    }
}

/// The edits of all these documents together; `None` where nothing names the files.
pub(crate) fn follow(snapshots: &[Snapshot], renames: &[FileRename]) -> Option<WorkspaceEdit> {
    let edits = snapshots.iter().filter(|snapshot| snapshot.is_dockerfile()).filter_map(|snapshot| {
        let mut edits = renames.iter().flat_map(|rename| edits(snapshot, rename)).collect::<Vec<_>>();
        edits.sort_by_key(|edit| edit.span.start);
        edits.dedup_by_key(|edit| edit.span.start);
        (!edits.is_empty()).then(|| document_edit(snapshot, &edits))
    });
    edits.reduce(together)
}

fn edits(snapshot: &Snapshot, rename: &FileRename) -> Vec<crate::text::Edit> {
    let Some(folder) = snapshot.surroundings.folder() else {
        return Vec::new();
    };
    match (inside(folder, &rename.old_uri), inside(folder, &rename.new_uri)) {
        (Some(old), Some(new)) => with_cx(snapshot, Pass::Second, |cx| navigation::follow(cx, &old, &new)).0,
        _ => Vec::new(),
    }
}

/// The path of a file in a folder, with `/` between its parts; `None` where it lies elsewhere.
fn inside(folder: &Path, uri: &str) -> Option<String> {
    let path = file_path(&uri.parse::<Uri>().ok()?)?;
    let parts = path.strip_prefix(folder).ok()?.iter().map(|part| part.to_str());
    let parts: Vec<&str> = parts.collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.join("/"))
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

//! From a fix to the protocol's edit of several files, as the client takes it.

use std::collections::HashMap;
use std::sync::Arc;

use tower_lsp::ls_types::{
    CreateFile, DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::convert;
use super::state::Snapshot;
use crate::document::{Cx, Document};
use crate::fix::{FileEdit, Fix};
use crate::text::Text;

/// The text and version of a document, if it is open.
pub(crate) type OpenDocuments<'a> = dyn Fn(&Uri) -> Option<(Arc<Document>, i32)> + 'a;

/// The edits of one file.
struct FileChange {
    uri: Uri,
    version: Option<i32>,
    create: bool,
    edits: Vec<TextEdit>,
}

/// The edit that makes a fix; `None` where the client cannot make it, or another file is not as it was when the
/// fix was made.
pub(crate) fn workspace_edit(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    fix: &Fix,
    open: &OpenDocuments<'_>,
) -> Option<WorkspaceEdit> {
    let text = snapshot.document.text();
    let mut changes = Vec::new();
    if !fix.edits.is_empty() {
        let edits = convert::text_edits(text, &fix.edits, snapshot.support.encoding);
        let (uri, version) = (snapshot.uri.clone(), Some(snapshot.version));
        changes.push(FileChange { uri, version, create: false, edits });
    }
    for file in &fix.files {
        changes.push(file_change(snapshot, cx, file, open)?);
    }
    if !snapshot.support.document_changes {
        let changes: HashMap<Uri, Vec<TextEdit>> =
            changes.into_iter().map(|change| (change.uri, change.edits)).collect();
        return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let creates = changes.iter().any(|change| change.create);
    let document_changes = if creates {
        DocumentChanges::Operations(changes.into_iter().flat_map(operations).collect())
    } else {
        DocumentChanges::Edits(changes.into_iter().map(text_document_edit).collect())
    };
    Some(WorkspaceEdit { document_changes: Some(document_changes), ..WorkspaceEdit::default() })
}

fn file_change(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    file: &FileEdit,
    open: &OpenDocuments<'_>,
) -> Option<FileChange> {
    let path = snapshot.surroundings.folder()?.join(&file.path);
    let uri = Uri::from_file_path(path)?;
    let opened = open(&uri);
    if file.create {
        // A file that is being written but not saved yet is not to be replaced.
        if !snapshot.support.create_files || opened.is_some() {
            return None;
        }
        let edits = convert::text_edits(&Text::default(), &file.edits, snapshot.support.encoding);
        return Some(FileChange { uri, version: None, create: true, edits });
    }
    let source = cx.context.read(&file.path)?;
    let text = Text::new(&source);
    let version = match opened {
        Some((document, _)) if document.text().to_string() != source => return None,
        Some((_, version)) => Some(version),
        None => None,
    };
    let edits = convert::text_edits(&text, &file.edits, snapshot.support.encoding);
    Some(FileChange { uri, version, create: false, edits })
}

fn operations(change: FileChange) -> Vec<DocumentChangeOperation> {
    let create =
        change.create.then(|| CreateFile { uri: change.uri.clone(), options: None, annotation_id: None });
    let create = create.map(|create| DocumentChangeOperation::Op(ResourceOp::Create(create)));
    create.into_iter().chain([DocumentChangeOperation::Edit(text_document_edit(change))]).collect()
}

fn text_document_edit(change: FileChange) -> TextDocumentEdit {
    TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri: change.uri, version: change.version },
        edits: change.edits.into_iter().map(OneOf::Left).collect(),
    }
}

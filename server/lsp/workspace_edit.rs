//! From a fix to the protocol's edit of several files, as the client takes it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::{
    CreateFile, DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::convert;
use super::state::Snapshot;
use crate::document::{Cx, Document};
use crate::fix::Fix;
use crate::text::{Edit, Text};

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
    let mut changes = Vec::new();
    if !fix.edits.is_empty() {
        changes.push(document_change(snapshot, &fix.edits));
    }
    for file in &fix.files {
        let path = snapshot.surroundings.folder()?.join(&file.path);
        let source = if file.create { None } else { Some(cx.context.read(&file.path)?) };
        changes.push(file_change(snapshot, path, source.as_deref(), &file.edits, open)?);
    }
    Some(combined(snapshot, changes))
}

/// The edit of the document alone.
pub(crate) fn document_edit(snapshot: &Snapshot, edits: &[Edit]) -> WorkspaceEdit {
    combined(snapshot, vec![document_change(snapshot, edits)])
}

/// The edit of another file that has the text `source`, or of a new one; `None` where the client cannot make it, or
/// the file is open with another text.
pub(crate) fn file_edit(
    snapshot: &Snapshot,
    path: PathBuf,
    source: Option<&str>,
    edits: &[Edit],
    open: &OpenDocuments<'_>,
) -> Option<WorkspaceEdit> {
    Some(combined(snapshot, vec![file_change(snapshot, path, source, edits, open)?]))
}

/// What changes in a file beside the document.
pub(crate) struct OtherFile<'a> {
    pub(crate) path: &'a Path,
    /// Its text now.
    pub(crate) source: &'a str,
    pub(crate) edits: Vec<Edit>,
}

/// The edit of the document and of files beside it; the path of one that is open with another text is an error.
pub(crate) fn edit_of_files<'a>(
    snapshot: &Snapshot,
    edits: &[Edit],
    files: &[OtherFile<'a>],
    open: &OpenDocuments<'_>,
) -> Result<WorkspaceEdit, &'a Path> {
    let mut changes = vec![document_change(snapshot, edits)];
    for file in files {
        let change = file_change(snapshot, file.path.to_owned(), Some(file.source), &file.edits, open);
        changes.push(change.ok_or(file.path)?);
    }
    Ok(combined(snapshot, changes))
}

fn combined(snapshot: &Snapshot, changes: Vec<FileChange>) -> WorkspaceEdit {
    if !snapshot.support.document_changes {
        let changes: HashMap<Uri, Vec<TextEdit>> =
            changes.into_iter().map(|change| (change.uri, change.edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let creates = changes.iter().any(|change| change.create);
    let document_changes = if creates {
        DocumentChanges::Operations(changes.into_iter().flat_map(operations).collect())
    } else {
        DocumentChanges::Edits(changes.into_iter().map(text_document_edit).collect())
    };
    WorkspaceEdit { document_changes: Some(document_changes), ..WorkspaceEdit::default() }
}

fn document_change(snapshot: &Snapshot, edits: &[Edit]) -> FileChange {
    let edits = convert::text_edits(snapshot.document.text(), edits, snapshot.support.encoding);
    FileChange { uri: snapshot.uri.clone(), version: Some(snapshot.version), create: false, edits }
}

fn file_change(
    snapshot: &Snapshot,
    path: PathBuf,
    source: Option<&str>,
    edits: &[Edit],
    open: &OpenDocuments<'_>,
) -> Option<FileChange> {
    let uri = Uri::from_file_path(path)?;
    let opened = open(&uri);
    let Some(source) = source else {
        // A file that is being written but not saved yet is not to be replaced.
        if !snapshot.support.create_files || opened.is_some() {
            return None;
        }
        let edits = convert::text_edits(&Text::default(), edits, snapshot.support.encoding);
        return Some(FileChange { uri, version: None, create: true, edits });
    };
    let version = match opened {
        Some((document, _)) if document.text().to_string() != source => return None,
        Some((_, version)) => Some(version),
        None => None,
    };
    let edits = convert::text_edits(&Text::new(source), edits, snapshot.support.encoding);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{FileEdit, Safety};
    use crate::lsp::analysis::{Pass, with_cx};
    use crate::lsp::capabilities::ClientSupport;
    use crate::lsp::kind::DocumentKind;
    use crate::lsp::state::Shared;
    use crate::lsp::surroundings::Workspace;
    use serde_json::{Value, json};

    const IGNORE_FILE: &str = ".dockerignore";

    fn client(document_changes: bool, operations: &[&str]) -> Value {
        json!({ "workspace": { "workspaceEdit": {
            "documentChanges": document_changes, "resourceOperations": operations,
        } } })
    }

    /// The edit of a fix that adds to the Dockerfile and to the ignore file, as the client is given it. The ignore
    /// file is on disk with one text and open with another, where these are given.
    fn edit(client: Value, on_disk: Option<&str>, opened: Option<&str>) -> Option<Value> {
        let folder = tempfile::tempdir().unwrap();
        let uri = |name: &str| Uri::from_file_path(folder.path().join(name)).unwrap();
        if let Some(text) = on_disk {
            std::fs::write(folder.path().join(IGNORE_FILE), text).unwrap();
        }
        let shared = Shared::default();
        let support = ClientSupport::new(&serde_json::from_value(client).unwrap());
        shared.initialize(support, Workspace::default());
        shared.open(uri("Dockerfile"), 4, Document::new("FROM a:1\nCOPY . .\n"), DocumentKind::Dockerfile);
        if let Some(text) = opened {
            shared.open(uri(IGNORE_FILE), 9, Document::new(text), DocumentKind::IgnoreFile);
        }
        let end = on_disk.map_or(0, str::len);
        let edits = vec![Edit::insert(end, ".git\n")];
        let fix = Fix {
            title: String::new(),
            safety: Safety::Safe,
            edits: vec![Edit::insert(0, "# a\n")],
            files: vec![FileEdit { path: IGNORE_FILE.to_owned(), create: on_disk.is_none(), edits }],
        };
        let snapshot = shared.snapshot(&uri("Dockerfile")).unwrap();
        let make = |cx: &Cx<'_>| workspace_edit(&snapshot, cx, &fix, &|uri| shared.document(uri));
        let edit = serde_json::to_value(with_cx(&snapshot, Pass::Second, make).0?).unwrap();
        // Addresses without the folder.
        let prefix = uri("").as_str().to_owned();
        Some(serde_json::from_str(&edit.to_string().replace(&prefix, "")).unwrap())
    }

    fn insertion(line: u32, new_text: &str) -> Value {
        let place = json!({ "line": line, "character": 0 });
        json!({ "range": { "start": place, "end": place }, "newText": new_text })
    }

    fn document_edit(uri: &str, version: Option<i32>, edit: &Value) -> Value {
        json!({ "textDocument": { "uri": uri, "version": version }, "edits": [edit] })
    }

    #[test]
    fn a_new_file_is_made_before_it_is_written() {
        let edit = edit(client(true, &["create"]), None, None).unwrap();
        let expected = json!({ "documentChanges": [
            document_edit("Dockerfile", Some(4), &insertion(0, "# a\n")),
            { "kind": "create", "uri": IGNORE_FILE },
            document_edit(IGNORE_FILE, None, &insertion(0, ".git\n")),
        ] });
        assert_eq!(edit, expected);
    }

    #[test]
    fn a_client_that_makes_no_files_is_not_asked_to() {
        assert_eq!(edit(client(true, &["delete"]), None, None), None);
        assert_eq!(edit(client(false, &["create"]), None, None), None);
        // Nor is a file replaced that is being written and was not saved yet.
        assert_eq!(edit(client(true, &["create"]), None, Some("dist\n")), None);
    }

    #[test]
    fn another_file_is_changed_where_it_is() {
        let edit = |opened| edit(client(true, &[]), Some("dist\n"), opened);
        let expected = |version| {
            json!({ "documentChanges": [
                document_edit("Dockerfile", Some(4), &insertion(0, "# a\n")),
                document_edit(IGNORE_FILE, version, &insertion(1, ".git\n")),
            ] })
        };
        assert_eq!(edit(None), Some(expected(None)));
        assert_eq!(edit(Some("dist\n")), Some(expected(Some(9))));
        // The edit is one of the text on disk.
        assert_eq!(edit(Some("dist\n\n")), None);
    }

    #[test]
    fn a_client_without_versions_is_given_plain_changes() {
        let expected = json!({ "changes": {
            "Dockerfile": [insertion(0, "# a\n")], IGNORE_FILE: [insertion(1, ".git\n")],
        } });
        assert_eq!(edit(client(false, &[]), Some("dist\n"), None), Some(expected));
    }
}

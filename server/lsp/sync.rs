//! Keeping the text as the client has it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tower_lsp::ls_types::{
    TextDocumentContentChangeEvent, TextDocumentItem, VersionedTextDocumentIdentifier,
};

use super::convert;
use super::guard::panic_message;
use super::kind::DocumentKind;
use super::state::Shared;
use crate::document::Document;
use crate::text::{Edit, Encoding};

/// Opens a document. One that is open already is replaced, as its client has it.
pub(crate) fn open(shared: &Shared, item: TextDocumentItem) {
    let TextDocumentItem { uri, language_id, version, text } = item;
    if shared.document(&uri).is_some() {
        tracing::warn!("`{}` was opened, but it is open", uri.as_str());
    }
    let kind = DocumentKind::new(&uri, &language_id);
    let document = match kind {
        DocumentKind::IgnoreFile => Document::ignore_file(&text),
        DocumentKind::Dockerfile | DocumentKind::Other => Document::new(&text),
    };
    shared.open(uri, version, document, kind);
}

/// Applies changes in their order. Changes of a document that is not open are logged and ignored.
pub(crate) fn change(
    shared: &Shared,
    identifier: &VersionedTextDocumentIdentifier,
    changes: &[TextDocumentContentChangeEvent],
) {
    let VersionedTextDocumentIdentifier { uri, version } = identifier;
    let encoding = shared.support().encoding;
    let changed = shared.change(uri, *version, |document| {
        changes.iter().fold(document, |document, change| Arc::new(changed(&document, change, encoding)))
    });
    if changed.is_none() {
        tracing::warn!("`{}` was changed, but it is not open", uri.as_str());
    }
}

fn changed(document: &Document, change: &TextDocumentContentChangeEvent, encoding: Encoding) -> Document {
    let Some(range) = change.range else { return document.with_text(&change.text) };
    let span = convert::span(document.text(), range, encoding);
    let edit = Edit::replace(span, change.text.as_str());
    match catch_unwind(AssertUnwindSafe(|| document.edited(&edit))) {
        Ok(document) => document,
        Err(panic) => {
            // A change that is lost puts every later one in the wrong place: what can be kept is the text.
            tracing::error!("an edit failed: {}", panic_message(panic.as_ref()));
            let mut text = document.text().clone();
            text.replace(edit.span.clone(), &edit.new_text);
            document.with_text(&text.to_string())
        }
    }
}

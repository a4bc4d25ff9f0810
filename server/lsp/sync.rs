//! Keeping the text as the client has it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tower_lsp::ls_types::{
    TextDocumentContentChangeEvent, TextDocumentItem, VersionedTextDocumentIdentifier,
};

use super::convert;
use super::guard::panic_message;
use super::kind::DocumentKind;
use super::state::Shared;
use crate::document::Document;
use crate::rules::unfinished;
use crate::text::{Edit, Encoding};

/// Who has not typed for so long has finished, and is told what is wrong with it.
const TIME_TO_TYPE: Duration = Duration::from_secs(1);

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

/// Applies changes in their order. Changes of a document that is not open are logged and ignored. What is held back because
/// somebody types is told after a while.
pub(crate) fn change(
    shared: &Arc<Shared>,
    identifier: &VersionedTextDocumentIdentifier,
    changes: &[TextDocumentContentChangeEvent],
) {
    let VersionedTextDocumentIdentifier { uri, version } = identifier;
    let encoding = shared.support().encoding;
    let held_back = shared.change(uri, *version, |document| {
        let document =
            changes.iter().fold(document, |document, change| Arc::new(changed(&document, change, encoding)));
        let typed = typed(&document, changes, encoding);
        (document, typed)
    });
    if held_back.is_none() {
        tracing::warn!("`{}` was changed, but it is not open", uri.as_str());
    } else if held_back == Some(true) {
        let (shared, uri, version) = (Arc::clone(shared), uri.clone(), *version);
        tokio::spawn(async move {
            tokio::time::sleep(TIME_TO_TYPE).await;
            shared.end_typing(&uri, Some(version));
        });
    }
}

/// Where somebody types who makes these changes, in bytes of the text after them: one word at most, or a line break, at the
/// end of a line. `None` for all other changes.
fn typed(
    document: &Document,
    changes: &[TextDocumentContentChangeEvent],
    encoding: Encoding,
) -> Option<usize> {
    let [TextDocumentContentChangeEvent { range: Some(range), text, .. }] = changes else { return None };
    let words = text.split_whitespace().count();
    let is_typed = range.start.line == range.end.line && words <= usize::from(!text.contains('\n'));
    let start = convert::offset(document.text(), range.start, encoding);
    let offset = start + text.len();
    (is_typed && unfinished::is_at_end(document.text(), offset)).then_some(offset)
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

//! Whether somebody types, and where: in a change of the text, and while a client asks for completions, or has asked for
//! them. Many clients say the same of both.

use std::sync::Arc;

use tower_lsp::ls_types::{CompletionTriggerKind, TextDocumentPositionParams, Uri};

use super::Shared;
use crate::document::Document;
use crate::text::{Encoding, Text};

/// Where completions were asked for.
pub(super) struct Completed {
    uri: Uri,
    version: i32,
    /// In bytes.
    offset: usize,
}

impl Shared {
    /// Puts a new version in the place of an open document: `edit` gives it, and where somebody types in it, in bytes. Whether
    /// what is unfinished there is held back; `None` where the document is not open.
    pub(crate) fn change(
        &self,
        uri: &Uri,
        version: i32,
        edit: impl FnOnce(Arc<Document>) -> (Arc<Document>, Option<usize>),
    ) -> Option<bool> {
        // Only the reader's thread changes documents: nothing can come between the two locks.
        let document = Arc::clone(&self.lock().documents.get(uri)?.document);
        let (document, typed) = edit(document);
        let mut state = self.lock();
        // Not every client that asks for diagnostics can be told to ask again.
        let typed = typed.filter(|_| !state.support.pull || state.support.refresh);
        let open = state.documents.get_mut(uri)?;
        let replaced = std::mem::replace(&mut open.document, document);
        open.version = version;
        open.typed = typed;
        state.replaced.push(replaced);
        self.demand(state, uri.clone());
        Some(typed.is_some())
    }

    /// Has what is unfinished where somebody types told, if this is still the version, or whichever it is.
    pub(crate) fn end_typing(&self, uri: &Uri, version: Option<i32>) {
        let mut state = self.lock();
        let Some(open) = state.documents.get_mut(uri) else { return };
        let is_newest = version.is_none_or(|version| open.version == version);
        if is_newest && open.typed.take().is_some() {
            self.demand(state, uri.clone());
        }
    }

    /// Whether a question for completions follows what was typed: the client says so, or the word has grown by what was
    /// typed since it asked last, and is no number, about which VS Code does not ask unasked. `false` where the document is
    /// not open.
    pub(crate) fn is_typing(
        &self,
        place: &TextDocumentPositionParams,
        kind: Option<CompletionTriggerKind>,
    ) -> bool {
        let uri = &place.text_document.uri;
        let Some(snapshot) = self.snapshot(uri) else { return false };
        let now = Completed {
            uri: uri.clone(),
            version: snapshot.version,
            offset: snapshot.offset(place.position),
        };
        let text = snapshot.document.text();
        let has_grown = |last: &Completed| {
            let versions =
                now.version.checked_sub(last.version).and_then(|count| usize::try_from(count).ok());
            let letters = now.offset.saturating_sub(last.offset);
            last.uri == now.uri
                && versions.is_some_and(|versions| (1..=letters).contains(&versions))
                && !text.slice(last.offset..now.offset).contains(char::is_whitespace)
                && !ends_in_number(text, now.offset)
        };
        let mut state = self.lock();
        let has_grown = state.completed.as_ref().is_some_and(has_grown);
        state.completed = Some(now);
        match kind {
            Some(CompletionTriggerKind::INVOKED) => has_grown,
            Some(_) => true,
            None => false,
        }
    }
}

/// Whether the word that ends at a byte offset is a number.
fn ends_in_number(text: &Text, offset: usize) -> bool {
    let column = text.position(offset, Encoding::Utf8).character as usize;
    let line = text.slice(offset.saturating_sub(column)..offset);
    let word = line.rsplit(|char: char| !char.is_ascii_alphanumeric() && char != '.').next();
    word.is_some_and(|word| word.parse::<f64>().is_ok())
}

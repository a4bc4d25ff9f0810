//! Whether somebody types while a client asks for completions, or has asked for them. Many clients say the same of both.

use tower_lsp::ls_types::{CompletionTriggerKind, TextDocumentPositionParams, Uri};

use super::Shared;
use crate::text::{Encoding, Text};

/// Where completions were asked for.
pub(super) struct Completed {
    uri: Uri,
    version: i32,
    /// In bytes.
    offset: usize,
}

impl Shared {
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

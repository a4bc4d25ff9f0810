//! Keeping the text as the client has it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tower_lsp::ls_types::{
    TextDocumentContentChangeEvent, TextDocumentItem, Uri, VersionedTextDocumentIdentifier,
};

use super::convert;
use super::guard::panic_message;
use super::state::Shared;
use crate::document::Document;
use crate::text::{Edit, Encoding};

/// Opens a document. One that is open already is replaced, as its client has it.
pub(crate) fn open(shared: &Shared, item: TextDocumentItem) {
    let TextDocumentItem { uri, language_id, version, text } = item;
    if shared.document(&uri).is_some() {
        tracing::warn!("`{}` was opened, but it is open", uri.as_str());
    }
    let is_dockerfile = is_dockerfile(&uri, &language_id);
    shared.open(uri, version, Document::new(&text), is_dockerfile);
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
    let Some(range) = change.range else { return Document::new(&change.text) };
    let span = convert::span(document.text(), range, encoding);
    let edit = Edit::replace(span, change.text.as_str());
    match catch_unwind(AssertUnwindSafe(|| document.edited(&edit))) {
        Ok(document) => document,
        Err(panic) => {
            // A change that is lost puts every later one in the wrong place: what can be kept is the text.
            tracing::error!("an edit failed: {}", panic_message(panic.as_ref()));
            let mut text = document.text().clone();
            text.replace(edit.span.clone(), &edit.new_text);
            Document::new(&text.to_string())
        }
    }
}

/// Whether a document is a Dockerfile. Clients name its language in many ways, and users start the server for
/// files of their own names: only what is known to be something else is not.
fn is_dockerfile(uri: &Uri, language_id: &str) -> bool {
    const OTHERS: [&str; 8] =
        ["dockercompose", "dockerbake", "dockerignore", "ignore", "json", "toml", "yaml", "yml"];
    let language = language_id.to_ascii_lowercase();
    let path = uri.path().as_str();
    !OTHERS.iter().any(|other| language == *other || language.ends_with(&format!(".{other}")))
        && !path.ends_with("ignore")
        && !path.ends_with(".toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_something_else_is_no_dockerfile() {
        for (uri, language_id, expected) in [
            ("file:///a/Dockerfile", "dockerfile", true),
            ("file:///a/build", "Dockerfile", true),
            ("untitled:Untitled-1", "", true),
            ("file:///a/.dockerignore", "dockerignore", false),
            ("file:///a/Dockerfile.dockerignore", "dockerfile", false),
            ("file:///a/compose.yaml", "yaml.docker-compose", true),
            ("file:///a/compose.yaml", "yaml", false),
            ("file:///a/layerwise.toml", "plaintext", false),
        ] {
            assert_eq!(is_dockerfile(&uri.parse().unwrap(), language_id), expected, "{uri} {language_id}");
        }
    }
}

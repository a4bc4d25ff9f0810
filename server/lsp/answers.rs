//! What is shown at a place, in the protocol's words.

use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, Hover, HoverContents, TextEdit,
};

use super::convert;
use super::state::Snapshot;
use crate::completion::{Completion, Kind};
use crate::hover;

/// A hover, as the client takes it.
pub(crate) fn hover(snapshot: &Snapshot, hover: &hover::Hover) -> Hover {
    let contents = convert::markup(&hover.markdown, &snapshot.support.hover_markup);
    let range = convert::range(snapshot.document.text(), &hover.span, snapshot.support.encoding);
    Hover { contents: HoverContents::Markup(contents), range: Some(range) }
}

/// A completion, as the client takes it.
pub(crate) fn completion_item(snapshot: &Snapshot, completion: Completion) -> CompletionItem {
    let Completion { label, kind, detail, documentation, edit } = completion;
    let documentation = documentation.map(|markdown| {
        Documentation::MarkupContent(convert::markup(&markdown, &snapshot.support.completion_markup))
    });
    let range = convert::range(snapshot.document.text(), &edit.span, snapshot.support.encoding);
    CompletionItem {
        label,
        kind: Some(match kind {
            Kind::Instruction => CompletionItemKind::KEYWORD,
            Kind::Stage => CompletionItemKind::MODULE,
            Kind::Flag => CompletionItemKind::PROPERTY,
            Kind::Value => CompletionItemKind::VALUE,
            Kind::Variable => CompletionItemKind::VARIABLE,
        }),
        detail,
        documentation,
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, edit.new_text))),
        ..CompletionItem::default()
    }
}

//! What can be typed, in the protocol's words: as an array of whole items for a client that knows nothing else, and as a list
//! that says once what most of its items have in common for one that does. A client that says why it asks is to ask again
//! with each letter, because nothing is proposed to somebody who has typed a whole word: Enter would take it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionItemTag, CompletionTextEdit,
    Documentation, InsertReplaceEdit, InsertTextFormat, Position, Range, TextEdit, Uri,
};

use super::convert;
use super::kind::DocumentKind;
use super::state::Snapshot;
use crate::completion::{self, Asked, Completion, Kind};
use crate::dockerignore;
use crate::document::Cx;
use crate::text::Span;

/// What can be typed at a place.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Completions {
    Items(Vec<Item>),
    List(List),
}

/// Items with what they have in common. The framework's own list does not know that.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List {
    is_incomplete: bool,
    #[serde(skip_serializing_if = "Defaults::is_empty")]
    item_defaults: Defaults,
    items: Vec<Item>,
}

/// What an item has that does not say otherwise.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Defaults {
    #[serde(skip_serializing_if = "Option::is_none")]
    edit_range: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insert_text_format: Option<InsertTextFormat>,
}

impl Defaults {
    fn is_empty(&self) -> bool {
        self.edit_range.is_none() && self.insert_text_format.is_none()
    }
}

/// An item; its text stands beside the edit where the list says what is replaced.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    #[serde(flatten)]
    item: CompletionItem,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_edit_text: Option<String>,
    #[serde(skip)]
    place: Place,
}

/// What is replaced: always the same, or as the user has it set, what is before the cursor or all of the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
enum Place {
    One(Range),
    Either { insert: Range, replace: Range },
}

/// Where a completion was offered whose documentation is still to be asked for.
#[derive(Deserialize, Serialize)]
pub(crate) struct Unresolved {
    pub(crate) uri: Uri,
    pub(crate) position: Position,
}

/// A documentation of more bytes than this is left to be asked for.
const SHORT: usize = 200;

/// The documentation of what is offered under this label at a byte offset.
pub(crate) fn documentation(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    offset: usize,
    label: &str,
) -> Option<Documentation> {
    let mut found = found(snapshot, cx, offset, Asked::ByHand).into_iter();
    let markdown = found.find(|completion| completion.label == label)?.documentation?;
    Some(documented(snapshot, &markdown))
}

fn documented(snapshot: &Snapshot, markdown: &str) -> Documentation {
    Documentation::MarkupContent(convert::markup(markdown, &snapshot.support.completion_markup))
}

fn found(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize, asked: Asked) -> Vec<Completion> {
    match snapshot.kind {
        DocumentKind::IgnoreFile => dockerignore::complete(cx, offset),
        DocumentKind::Dockerfile | DocumentKind::Other => completion::complete(cx, offset, asked),
    }
}

/// Whether the letters that are typed stand in a label, in their order: no client shows another.
fn is_spelled(cx: &Cx<'_>, completion: &Completion, offset: usize) -> bool {
    let start = completion.edit.span.start.min(offset);
    let mut rest = completion.label.chars();
    let typed = cx.document.text().slice(start..offset);
    typed.chars().all(|letter| rest.any(|other| other.eq_ignore_ascii_case(&letter)))
}

/// What can be typed at a byte offset; nothing for somebody who `is_typing` and has typed a whole word.
pub(crate) fn at(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize, is_typing: bool) -> Completions {
    let asked = if is_typing { Asked::ByTyping } else { Asked::ByHand };
    let mut completions = found(snapshot, cx, offset, asked);
    if snapshot.support.completion_context {
        // The names of rules come with pages. Who asks again with each letter is told those alone that fit.
        completions.retain(|found| found.kind != Kind::Rule || is_spelled(cx, found, offset));
    }
    if is_typing && completion::is_whole(cx, offset, &completions) {
        completions.clear();
    }
    let items = completions.into_iter().enumerate();
    let items: Vec<Item> = items.map(|(order, found)| item(snapshot, offset, order, found)).collect();
    let support = &snapshot.support;
    let has_list = support.default_range || support.default_format;
    if !support.completion_context && (items.is_empty() || !has_list) {
        return Completions::Items(items);
    }
    let list = list(items, support.default_range, support.default_format);
    Completions::List(List { is_incomplete: support.completion_context, ..list })
}

/// Says once what most of the items have in common.
fn list(mut items: Vec<Item>, has_range: bool, has_format: bool) -> List {
    let edit_range = most(items.iter().map(|item| item.place)).filter(|_| has_range);
    for item in items.iter_mut().filter(|item| Some(item.place) == edit_range) {
        let text = match item.item.text_edit.take() {
            Some(CompletionTextEdit::Edit(edit)) => edit.new_text,
            Some(CompletionTextEdit::InsertAndReplace(edit)) => edit.new_text,
            None => continue,
        };
        // Without a text it is the label.
        item.text_edit_text = (text != item.item.label).then_some(text);
    }
    let formats = items.iter().map(|item| item.item.insert_text_format);
    let insert_text_format = most(formats.map(|format| format == Some(InsertTextFormat::SNIPPET)))
        .filter(|most_are| has_format && *most_are)
        .map(|_| InsertTextFormat::SNIPPET);
    if insert_text_format.is_some() {
        for item in &mut items {
            item.item.insert_text_format = match item.item.insert_text_format {
                Some(InsertTextFormat::SNIPPET) => None,
                _ => Some(InsertTextFormat::PLAIN_TEXT),
            };
        }
    }
    List { is_incomplete: false, item_defaults: Defaults { edit_range, insert_text_format }, items }
}

/// What there is most of.
fn most<T: Copy + Eq + std::hash::Hash>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: HashMap<T, usize> = HashMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(one, _)| one)
}

/// A completion, as the client takes it. Without a word of its order, clients sort by the labels.
fn item(snapshot: &Snapshot, offset: usize, order: usize, completion: Completion) -> Item {
    let Completion { label, kind, detail, documentation, edit, snippet, is_deprecated } = completion;
    let support = &snapshot.support;
    let is_long = |markdown: &String| support.resolve_documentation && markdown.len() > SHORT;
    let data = documentation.as_ref().filter(|markdown| is_long(markdown)).and_then(|_| {
        let position = convert::range(snapshot.document.text(), &(offset..offset), support.encoding).start;
        serde_json::to_value(Unresolved { uri: snapshot.uri.clone(), position }).ok()
    });
    let documentation =
        documentation.filter(|_| data.is_none()).map(|markdown| documented(snapshot, &markdown));
    let tags = (is_deprecated && support.completion_tags).then(|| vec![CompletionItemTag::DEPRECATED]);
    let snippet = snippet.filter(|_| support.snippets);
    let insert_text_format = snippet.is_some().then_some(InsertTextFormat::SNIPPET);
    let range = |span: &Span| convert::range(snapshot.document.text(), span, support.encoding);
    // What is written behind a label, such as `=`, belongs behind the whole word.
    let is_word = snippet.is_none() && edit.new_text == label;
    let is_inside = edit.span.start <= offset && offset < edit.span.end;
    let place = match support.insert_replace && is_word && is_inside {
        true => Place::Either { insert: range(&(edit.span.start..offset)), replace: range(&edit.span) },
        false => Place::One(range(&edit.span)),
    };
    let new_text = snippet.unwrap_or(edit.new_text);
    let text_edit = match place {
        Place::One(range) => CompletionTextEdit::Edit(TextEdit { range, new_text }),
        Place::Either { insert, replace } => {
            CompletionTextEdit::InsertAndReplace(InsertReplaceEdit { new_text, insert, replace })
        }
    };
    let is_beside = support.label_details && is_told_beside(kind);
    let description = detail.clone().filter(|_| is_beside);
    let label_details =
        description.map(|text| CompletionItemLabelDetails { detail: None, description: Some(text) });
    let item = CompletionItem {
        label,
        label_details,
        kind: Some(item_kind(kind)),
        detail,
        documentation,
        sort_text: Some(format!("{order:04}")),
        insert_text_format,
        text_edit: Some(text_edit),
        tags,
        data,
        ..CompletionItem::default()
    };
    Item { item, text_edit_text: None, place }
}

/// Whether what is said of a thing is short, and tells it from the others in the list: a value, a base, a size, a date.
fn is_told_beside(kind: Kind) -> bool {
    match kind {
        Kind::Stage | Kind::Image | Kind::Variable | Kind::File | Kind::Folder => true,
        Kind::Instruction | Kind::Flag | Kind::Value | Kind::Command | Kind::Rule | Kind::User => false,
    }
}

fn item_kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Instruction => CompletionItemKind::KEYWORD,
        Kind::Stage => CompletionItemKind::MODULE,
        Kind::Image => CompletionItemKind::REFERENCE,
        Kind::Flag => CompletionItemKind::PROPERTY,
        Kind::Value => CompletionItemKind::VALUE,
        Kind::Variable => CompletionItemKind::VARIABLE,
        Kind::File => CompletionItemKind::FILE,
        Kind::Folder => CompletionItemKind::FOLDER,
        Kind::Command => CompletionItemKind::FUNCTION,
        Kind::Rule => CompletionItemKind::ENUM_MEMBER,
        Kind::User => CompletionItemKind::CONSTANT,
    }
}

//! Highlighting in the protocol's words: five numbers for each token, counted from the one before. Tokens never
//! overlap and stand on one line each, which every client can show.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use tower_lsp::ls_types::{
    Range, SemanticTokenModifier, SemanticTokenType, SemanticTokensFullOptions, SemanticTokensLegend,
    SemanticTokensOptions,
};

use super::convert;
use super::state::Snapshot;
use crate::text::{Encoding, Span};
use crate::tokens::{self, Highlighted, Kind, Token};

/// The answer for a document that is not open, as JSON text.
pub(crate) const EMPTY: &str = r#"{"data":[]}"#;

/// So many numbers make a token.
const NUMBERS: usize = 5;

/// The kinds of tokens; their places are the numbers that are sent.
const KINDS: [Kind; 13] = [
    Kind::Keyword,
    Kind::Comment,
    Kind::Macro,
    Kind::Type,
    Kind::EnumMember,
    Kind::Namespace,
    Kind::Variable,
    Kind::Parameter,
    Kind::Property,
    Kind::String,
    Kind::Number,
    Kind::Operator,
    Kind::Function,
];

/// The protocol's name of a kind.
fn name(kind: Kind) -> SemanticTokenType {
    match kind {
        Kind::Keyword => SemanticTokenType::KEYWORD,
        Kind::Comment => SemanticTokenType::COMMENT,
        Kind::Macro => SemanticTokenType::MACRO,
        Kind::Type => SemanticTokenType::TYPE,
        Kind::EnumMember => SemanticTokenType::ENUM_MEMBER,
        Kind::Namespace => SemanticTokenType::NAMESPACE,
        Kind::Variable => SemanticTokenType::VARIABLE,
        Kind::Parameter => SemanticTokenType::PARAMETER,
        Kind::Property => SemanticTokenType::PROPERTY,
        Kind::String => SemanticTokenType::STRING,
        Kind::Number => SemanticTokenType::NUMBER,
        Kind::Operator => SemanticTokenType::OPERATOR,
        Kind::Function => SemanticTokenType::FUNCTION,
    }
}

/// What the server offers.
pub(crate) fn options() -> SemanticTokensOptions {
    let modifiers = [
        SemanticTokenModifier::DECLARATION,
        SemanticTokenModifier::DEPRECATED,
        SemanticTokenModifier::DEFAULT_LIBRARY,
    ];
    SemanticTokensOptions {
        legend: SemanticTokensLegend {
            token_types: KINDS.into_iter().map(name).collect(),
            token_modifiers: modifiers.to_vec(),
        },
        range: Some(true),
        full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
        ..SemanticTokensOptions::default()
    }
}

/// The tokens of one version of a document, as the client was told.
pub(crate) struct Sent {
    /// Never the same for two.
    pub(crate) id: String,
    data: Vec<u32>,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

impl Sent {
    /// The tokens of a snapshot.
    pub(crate) fn new(snapshot: &Snapshot) -> Sent {
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed).to_string();
        Sent { id, data: data(snapshot, 0..snapshot.document.text().len()) }
    }

    /// What to answer to a client that has the tokens `known`, as JSON text.
    pub(crate) fn answer(&self, known: Option<&Sent>) -> String {
        // Maps have string keys and numbers are finite: this does not fail.
        let encoded = match known {
            None => serde_json::to_string(&Full { result_id: Some(&self.id), data: &self.data }),
            Some(known) => serde_json::to_string(&Delta {
                result_id: &self.id,
                edits: edit(&known.data, &self.data).into_iter().collect(),
            }),
        };
        encoded.unwrap_or_default()
    }
}

/// The tokens of what touches a range, as JSON text.
pub(crate) fn of_range(snapshot: &Snapshot, range: Range) -> String {
    let span = convert::span(snapshot.document.text(), range, snapshot.support.encoding);
    let data = data(snapshot, span);
    serde_json::to_string(&Full { result_id: None, data: &data }).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Full<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    result_id: Option<&'a str>,
    data: &'a [u32],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Delta<'a> {
    result_id: &'a str,
    edits: Vec<TokensEdit<'a>>,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TokensEdit<'a> {
    start: usize,
    delete_count: usize,
    data: &'a [u32],
}

/// The one edit that makes `new` of `old`; `None` where they are the same.
fn edit<'a>(old: &[u32], new: &'a [u32]) -> Option<TokensEdit<'a>> {
    if old == new {
        return None;
    }
    let common = |(one, other): &(&[u32], &[u32])| one == other;
    let head = old.chunks(NUMBERS).zip(new.chunks(NUMBERS)).take_while(common).count() * NUMBERS;
    let (old, new) = (old.get(head..)?, new.get(head..)?);
    let tail = old.rchunks(NUMBERS).zip(new.rchunks(NUMBERS)).take_while(common).count() * NUMBERS;
    let data = new.get(..new.len() - tail)?;
    Some(TokensEdit { start: head, delete_count: old.len() - tail, data })
}

fn data(snapshot: &Snapshot, span: Span) -> Vec<u32> {
    if !snapshot.is_dockerfile() {
        return Vec::new();
    }
    let document = &snapshot.document;
    let mut all = tokens::highlighted(document, span).peekable();
    let mut encoder = Encoder::new(snapshot.support.encoding);
    let start = all.peek().map_or(0, |first| first.start);
    encoder.line = document.text().position(start, Encoding::Utf8).line;
    all.for_each(|highlighted| encoder.add(&highlighted));
    encoder.data
}

/// Counts lines and columns while it goes through the text once.
struct Encoder {
    encoding: Encoding,
    data: Vec<u32>,
    /// The place it has reached.
    line: u32,
    column: u32,
    /// Where the last token began.
    last_line: u32,
    last_column: u32,
}

impl Encoder {
    fn new(encoding: Encoding) -> Encoder {
        Encoder { encoding, data: Vec::new(), line: 0, column: 0, last_line: 0, last_column: 0 }
    }

    /// Adds text with its tokens; it follows what was added before.
    fn add(&mut self, highlighted: &Highlighted<'_>) {
        let text = &*highlighted.text;
        let mut position = 0;
        for token in &*highlighted.tokens {
            self.advance(text, position..token.start);
            let length = self.width(text.get(token.start..token.end).unwrap_or_default());
            self.push(token, length);
            self.column += length;
            position = token.end;
        }
        self.advance(text, position..text.len());
    }

    fn push(&mut self, token: &Token, length: u32) {
        let column = if self.line == self.last_line { self.column - self.last_column } else { self.column };
        let kind = KINDS.iter().position(|kind| *kind == token.kind).unwrap_or_default();
        let line = self.line - self.last_line;
        self.data.extend([line, column, length, clamp(kind), u32::from(token.modifiers.bits())]);
        (self.last_line, self.last_column) = (self.line, self.column);
    }

    fn advance(&mut self, text: &str, span: Span) {
        let skipped = text.get(span.clone()).unwrap_or_default();
        let mut line_start = 0;
        for (offset, byte) in skipped.bytes().enumerate() {
            let is_break = match byte {
                b'\n' => true,
                b'\r' => text.as_bytes().get(span.start + offset + 1) != Some(&b'\n'),
                _ => false,
            };
            if is_break {
                self.line += 1;
                self.column = 0;
                line_start = offset + 1;
            }
        }
        self.column += self.width(skipped.get(line_start..).unwrap_or_default());
    }

    fn width(&self, text: &str) -> u32 {
        clamp(match self.encoding {
            Encoding::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            Encoding::Utf16 => text.encode_utf16().count(),
            Encoding::Utf32 => text.chars().count(),
        })
    }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::text::Text;
    use proptest::prelude::*;

    /// What the numbers say: the text of each token.
    fn decoded(text: &Text, data: &[u32], encoding: Encoding) -> Vec<String> {
        let (mut line, mut column) = (0, 0);
        let mut texts = Vec::new();
        for token in data.chunks(NUMBERS) {
            column = if token[0] == 0 { column + token[1] } else { token[1] };
            line += token[0];
            let offset = |character| text.offset(crate::text::Position { line, character }, encoding);
            texts.push(text.slice(offset(column)..offset(column + token[2])));
        }
        texts
    }

    fn expected(document: &Document) -> Vec<String> {
        let all = tokens::highlighted(document, 0..document.text().len());
        all.flat_map(|highlighted| {
            let text = highlighted.text;
            let tokens = highlighted.tokens.iter();
            tokens.map(|token| text[token.start..token.end].to_owned()).collect::<Vec<_>>()
        })
        .collect()
    }

    fn applied(old: &[u32], new: &[u32]) -> Vec<u32> {
        let mut data = old.to_vec();
        if let Some(edit) = edit(old, new) {
            data.splice(edit.start..edit.start + edit.delete_count, edit.data.iter().copied());
        }
        data
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let mut names: Vec<SemanticTokenType> = KINDS.into_iter().map(name).collect();
        names.sort_by_key(|name| name.as_str().to_owned());
        names.dedup_by_key(|name| name.as_str().to_owned());
        assert_eq!(names.len(), KINDS.len());
    }

    #[test]
    fn an_edit_is_as_small_as_the_change() {
        let (old, new) = ([0, 0, 4, 0, 0, 1, 0, 3, 0, 0], [0, 0, 4, 0, 0, 2, 0, 3, 0, 0]);
        let changed = TokensEdit { start: 5, delete_count: 5, data: &[2, 0, 3, 0, 0] };
        assert_eq!(edit(&old, &new), Some(changed));
        assert_eq!(edit(&old, &old), None);
        assert_eq!(edit(&[], &old), Some(TokensEdit { start: 0, delete_count: 0, data: &old }));
        assert_eq!(edit(&old, &[]), Some(TokensEdit { start: 0, delete_count: 10, data: &[] }));
    }

    proptest! {
        #[test]
        fn an_edit_makes_the_new_of_the_old(
            old in prop::collection::vec(prop::collection::vec(0..2u32, NUMBERS..=NUMBERS), 0..6),
            new in prop::collection::vec(prop::collection::vec(0..2u32, NUMBERS..=NUMBERS), 0..6),
        ) {
            let (old, new) = (old.concat(), new.concat());
            prop_assert_eq!(applied(&old, &new), new);
        }

        #[test]
        fn the_numbers_lead_to_the_tokens(source in "(RUN|ENV a=|# |é🐳|\"| \\\\|\r|\r\n|\n|x){0,30}") {
            let document = Document::new(&source);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let mut encoder = Encoder::new(encoding);
                tokens::highlighted(&document, 0..source.len()).for_each(|highlighted| encoder.add(&highlighted));
                prop_assert_eq!(decoded(document.text(), &encoder.data, encoding), expected(&document));
            }
        }
    }
}

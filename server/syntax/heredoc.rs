//! Heredocs as BuildKit finds them: by words of the whole instruction, after its own quoting rules.
//! Source: BuildKit, `frontend/dockerfile/parser/parser.go` (`heredocsFromLine`, `heredocFromMatch`).

use super::joined::Part;
use super::word::{self, Reading, Value};
use crate::text::Span;

/// `<<NAME` and the lines that belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The name that ends it.
    pub name: String,
    /// The whole `<<NAME`, in the joined line.
    pub marker: Part,
    /// Whether variables in its lines are expanded by the builder: no part of the name is quoted.
    pub expand: bool,
    /// `<<-`: leading tabs of its lines are dropped.
    pub chomp: bool,
    /// Its lines, in bytes of the instruction's source.
    pub body: Span,
    /// The line that ends it, without its line break; `None` where the file ends first.
    pub end: Option<Span>,
}

/// A heredoc before its lines were looked for.
pub(super) struct Marker {
    pub(super) name: String,
    pub(super) part: Part,
    pub(super) expand: bool,
    pub(super) chomp: bool,
}

/// The heredocs that a joined line begins.
pub(super) fn markers(line: &str) -> Vec<Marker> {
    if !line.contains("<<") {
        return Vec::new();
    }
    let words = word::expand(line, Reading::heredocs(), &|_| Value::Unset).words;
    words.into_iter().filter_map(|(word, span)| marker(&word, span)).collect()
}

/// Whether BuildKit takes a word of COPY or ADD for a heredoc.
pub(crate) fn is_heredoc(word: &str) -> bool {
    word.contains("<<") && marker(word, 0..word.len()).is_some()
}

/// `^(\d*)<<(-?)\s*([^<]*)$`, the rest being one word.
fn marker(word: &str, span: Span) -> Option<Marker> {
    let (descriptor, rest) = word.split_once("<<")?;
    if !descriptor.chars().all(|char| char.is_ascii_digit()) || rest.contains('<') {
        return None;
    }
    let (chomp, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start_matches(['\t', '\n', '\u{c}', '\r', ' ']);
    let plain = Reading { raw_quotes: false, raw_escapes: false, ..Reading::heredocs() };
    let name = single_word(rest, plain)?;
    let raw = single_word(rest, Reading { raw_quotes: true, ..plain })?;
    let quotes = |text: &str| text.matches(['\'', '"']).count();
    let expand = quotes(&name) == quotes(&raw);
    Some(Marker { name, part: Part::new(span.start, span.end), expand, chomp })
}

fn single_word(text: &str, reading: Reading) -> Option<String> {
    let mut words = word::expand(text, reading, &|_| Value::Unset).words.into_iter();
    let (word, _) = words.next()?;
    words.next().is_none().then_some(word)
}

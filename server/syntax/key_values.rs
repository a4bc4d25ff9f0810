//! The words of ENV, LABEL and ARG: `name=value …`, or the old `name value`.
//! Source: BuildKit, `frontend/dockerfile/parser/line_parsers.go` (`parseWords`, `parseNameVal`).

use super::joined::Part;

/// One `name=value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyValue {
    /// The name as written.
    pub key: Part,
    /// The value as written, with its quotes; `None` where there is no `=` and no old-style value.
    pub value: Option<Part>,
    /// Whether a blank stands where `=` belongs.
    pub legacy: bool,
}

impl KeyValue {
    /// From the name to the end of the value.
    pub fn part(&self) -> Part {
        Part { start: self.key.start, end: self.value.unwrap_or(self.key).end }
    }
}

/// ENV and LABEL: the old form where the first word has no `=`.
pub(super) fn read(line: &str, start: usize, escape: char) -> Vec<KeyValue> {
    let words = words(line, start, escape);
    let Some(first) = words.first() else {
        return Vec::new();
    };
    if text(line, *first).contains('=') {
        return words.into_iter().map(|word| key_value(line, word)).collect();
    }
    // The old form is cut at the first blank, whatever is quoted there.
    let rest = line.get(start..).unwrap_or_default();
    let key_length = rest.find(is_blank).unwrap_or(rest.len());
    let key = Part::new(start, start + key_length);
    let after = rest.get(key_length..).unwrap_or_default();
    let value_start = start + key_length + (after.len() - after.trim_start_matches(is_blank).len());
    let value = (key_length < rest.len()).then(|| Part::new(value_start, line.len()));
    vec![KeyValue { key, value, legacy: true }]
}

/// ARG: every word on its own, with or without `=`.
pub(super) fn read_arguments(line: &str, start: usize, escape: char) -> Vec<KeyValue> {
    words(line, start, escape).into_iter().map(|word| key_value(line, word)).collect()
}

fn key_value(line: &str, word: Part) -> KeyValue {
    match text(line, word).find('=') {
        Some(equals) => {
            let middle = word.start as usize + equals;
            let key = Part::new(word.start as usize, middle);
            KeyValue { key, value: Some(Part::new(middle + 1, word.end as usize)), legacy: false }
        }
        None => KeyValue { key: word, value: None, legacy: false },
    }
}

fn text(line: &str, part: Part) -> &str {
    line.get(part.start as usize..part.end as usize).unwrap_or_default()
}

/// The blanks at which BuildKit splits: `[\t\v\f\r ]`.
pub(super) fn is_blank(char: char) -> bool {
    matches!(char, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// Words at blanks outside quotes, as written.
fn words(line: &str, start: usize, escape: char) -> Vec<Part> {
    let rest = line.get(start..).unwrap_or_default();
    let mut words = Vec::new();
    let mut begin = None;
    let mut quote = None;
    let mut chars = rest.char_indices();
    while let Some((offset, char)) = chars.next() {
        match quote {
            None if char.is_whitespace() => {
                if let Some(begin) = begin.take() {
                    words.push(Part::new(start + begin, start + offset));
                }
                continue;
            }
            None if char == '\'' || char == '"' => quote = Some(char),
            None if char == escape => drop(chars.next()),
            Some(open) if char == open => quote = None,
            Some('"') if char == escape => drop(chars.next()),
            _ => {}
        }
        begin.get_or_insert(offset);
    }
    if let Some(begin) = begin {
        words.push(Part::new(start + begin, line.len()));
    }
    words
}

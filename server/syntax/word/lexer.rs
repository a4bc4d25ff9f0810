//! The lexer itself: one pass over the text, step by step as BuildKit's.

use super::{Expanded, Reading, Use, Value, WordError, WordErrorKind};
use crate::text::Span;

pub(super) fn expand(text: &str, reading: Reading, lookup: &dyn Fn(&str) -> Value) -> Expanded {
    if super::is_plain(text, reading.escape) {
        let words = if reading.split { plain_words(text) } else { Vec::new() };
        return Expanded { value: Some(text.to_owned()), words, ..Expanded::default() };
    }
    let mut lexer = Lexer {
        text,
        position: 0,
        reading,
        lookup,
        unknown: false,
        depth: 0,
        too_deep: false,
        uses: Vec::new(),
    };
    let outcome = lexer.until(None, reading.raw_escapes);
    let unknown = lexer.unknown || lexer.too_deep;
    let uses = std::mem::take(&mut lexer.uses);
    match outcome {
        Ok((value, words)) => Expanded { value: (!unknown).then_some(value), words, uses, error: None },
        Err(_) if lexer.too_deep => Expanded { uses, ..Expanded::default() },
        Err(error) => Expanded { error: Some(error), uses, ..Expanded::default() },
    }
}

/// The words of a text in which nothing has a meaning of its own.
fn plain_words(text: &str) -> Words {
    let mut words = WordBuffer { is_wanted: true, ..WordBuffer::default() };
    text.char_indices().for_each(|(start, char)| words.char(char, start));
    words.finish(text.len());
    words.done
}

/// How deep `${…}` may stand in one another before their value counts as unknown.
const MAX_DEPTH: u32 = 64;

pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
    pub(super) reading: Reading,
    pub(super) lookup: &'a dyn Fn(&str) -> Value,
    /// A value in the text is unknown.
    pub(super) unknown: bool,
    depth: u32,
    too_deep: bool,
    pub(super) uses: Vec<Use>,
}

type Words = Vec<(String, Span)>;

/// The words of a text while they are being put together; `None` for a word not yet begun.
#[derive(Default)]
struct WordBuffer {
    is_wanted: bool,
    done: Words,
    open: Option<(String, usize)>,
}

impl WordBuffer {
    fn raw(&mut self, text: &str, start: usize) {
        if self.is_wanted {
            self.open.get_or_insert_with(|| (String::new(), start)).0.push_str(text);
        }
    }

    fn char(&mut self, char: char, start: usize) {
        if !self.is_wanted {
            return;
        }
        if !char.is_whitespace() {
            self.open.get_or_insert_with(|| (String::new(), start)).0.push(char);
        } else if self.open.as_ref().is_some_and(|(word, _)| !word.is_empty()) {
            self.finish(start);
        }
    }

    fn finish(&mut self, end: usize) {
        if let Some((word, start)) = self.open.take().filter(|(word, _)| !word.is_empty()) {
            self.done.push((word, start..end));
        }
    }
}

impl Lexer<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.position..)?.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.position += char.len_utf8();
        Some(char)
    }

    pub(super) fn error<T>(&self, kind: WordErrorKind, start: usize) -> Result<T, WordError> {
        Err(WordError { kind, span: start..self.position })
    }

    /// Reads up to `stop`, which is consumed, or to the end where there is none.
    pub(super) fn until(
        &mut self,
        stop: Option<char>,
        raw_escapes: bool,
    ) -> Result<(String, Words), WordError> {
        if self.depth > MAX_DEPTH {
            self.too_deep = true;
            return self.error(WordErrorKind::UnterminatedVariable, self.position);
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.reading.raw_escapes, raw_escapes);
        let result = self.until_stop(stop);
        self.reading.raw_escapes = outer;
        self.depth -= 1;
        result
    }

    fn until_stop(&mut self, stop: Option<char>) -> Result<(String, Words), WordError> {
        let mut result = String::new();
        let mut words = WordBuffer { is_wanted: self.reading.split, ..WordBuffer::default() };
        let begin = self.position;
        while let Some(char) = self.peek() {
            let start = self.position;
            if stop == Some(char) {
                self.next();
                words.finish(start);
                return Ok((result, words.done));
            }
            match char {
                '$' => {
                    let value = self.dollar()?;
                    value.chars().for_each(|char| words.char(char, start));
                    result.push_str(&value);
                }
                '<' => {
                    let value = self.possible_heredoc();
                    words.raw(&value, start);
                    result.push_str(&value);
                }
                '\'' | '"' if !self.reading.plain_quotes => {
                    let value = if char == '"' { self.double_quote()? } else { self.single_quote()? };
                    words.raw(&value, start);
                    result.push_str(&value);
                }
                _ => {
                    self.next();
                    let mut literal = char;
                    if char == self.reading.escape {
                        if self.reading.raw_escapes {
                            words.raw(char.encode_utf8(&mut [0; 4]), start);
                            result.push(char);
                        }
                        let Some(escaped) = self.next() else {
                            break;
                        };
                        literal = escaped;
                        words.raw(literal.encode_utf8(&mut [0; 4]), start);
                    } else {
                        words.char(char, start);
                    }
                    result.push(literal);
                }
            }
        }
        match stop {
            Some(_) => self.error(WordErrorKind::UnterminatedVariable, begin),
            None => {
                words.finish(self.position);
                Ok((result, words.done))
            }
        }
    }

    fn single_quote(&mut self) -> Result<String, WordError> {
        let start = self.position;
        self.next();
        while let Some(char) = self.next() {
            if char == '\'' {
                let span =
                    if self.reading.raw_quotes { start..self.position } else { start + 1..self.position - 1 };
                return Ok(self.text.get(span).unwrap_or_default().to_owned());
            }
        }
        self.error(WordErrorKind::UnterminatedQuote('\''), start)
    }

    fn double_quote(&mut self) -> Result<String, WordError> {
        let start = self.position;
        let mut result = String::new();
        result.extend(self.next().filter(|_| self.reading.raw_quotes));
        while let Some(char) = self.peek() {
            match char {
                '"' => {
                    result.extend(self.next().filter(|_| self.reading.raw_quotes));
                    return Ok(result);
                }
                '$' => result.push_str(&self.dollar()?),
                _ => {
                    let mut literal = char;
                    self.next();
                    if char == self.reading.escape {
                        if self.reading.raw_escapes {
                            result.push(char);
                        }
                        match self.peek() {
                            None => continue,
                            Some(escaped)
                                if escaped == '"' || escaped == '$' || escaped == self.reading.escape =>
                            {
                                self.next();
                                literal = escaped;
                            }
                            Some(_) => {}
                        }
                    }
                    result.push(literal);
                }
            }
        }
        self.error(WordErrorKind::UnterminatedQuote('"'), start)
    }

    fn possible_heredoc(&mut self) -> String {
        let start = self.position;
        self.next();
        if self.peek() == Some('<') {
            self.next();
            while matches!(self.peek(), Some('\t' | '\r' | ' ')) {
                self.next();
            }
        }
        self.text.get(start..self.position).unwrap_or_default().to_owned()
    }

    pub(super) fn record(&mut self, name: &str, start: usize, name_start: usize, modifier: String) {
        let name_span = name_start..name_start + name.len();
        self.uses.push(Use { name: name.to_owned(), span: start..self.position, name_span, modifier });
    }

    pub(super) fn close(&mut self, index: usize, modifier: String) {
        let end = self.position;
        if let Some(found) = self.uses.get_mut(index) {
            found.span.end = end;
            found.modifier = modifier;
        }
    }

    pub(super) fn value(&mut self, name: &str) -> Option<String> {
        match (self.lookup)(name) {
            Value::Known(value) => Some(value),
            Value::Unset => None,
            Value::Unknown => {
                self.unknown = true;
                Some(String::new())
            }
        }
    }

    pub(super) fn name(&mut self) -> String {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let length = match rest.chars().next() {
            Some(first) if first.is_numeric() => rest.find(|char: char| !char.is_numeric()),
            Some(first) if matches!(first, '@' | '*' | '#' | '?' | '-' | '$' | '!') => Some(first.len_utf8()),
            _ => rest.find(|char: char| !(char.is_alphabetic() || char.is_numeric() || char == '_')),
        };
        let name = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        self.position += name.len();
        name.to_owned()
    }
}

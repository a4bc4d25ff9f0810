//! BuildKit's word lexer: quotes, escapes and `$variables` as the *builder* reads them (not as a shell does).
//! Source: BuildKit, `frontend/dockerfile/shell/lex.go`; the order of its steps is kept, so that what it
//! accepts is accepted here and what it rejects is rejected at the same character.

use super::pattern;
use crate::text::Span;

/// How a text is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The escape character.
    pub escape: char,
    /// Keep quotes in the result.
    pub raw_quotes: bool,
    /// Keep escape characters in the result.
    pub raw_escapes: bool,
    /// Treat quotes as ordinary characters (heredoc bodies).
    pub plain_quotes: bool,
    /// Leave variables without a value as they are written.
    pub keep_unset: bool,
}

impl Reading {
    /// As arguments of an instruction are read.
    pub fn arguments(escape: char) -> Reading {
        Reading { escape, raw_quotes: false, raw_escapes: false, plain_quotes: false, keep_unset: false }
    }

    /// As BuildKit looks for heredocs: nothing is taken away, and the escape character is always `\`.
    pub(crate) fn heredocs() -> Reading {
        Reading { escape: '\\', raw_quotes: true, raw_escapes: true, plain_quotes: false, keep_unset: true }
    }
}

/// What a variable is worth somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// This text.
    Known(String),
    /// It has no value.
    Unset,
    /// It cannot be known here.
    Unknown,
}

/// A `$name` or `${name…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The variable's name.
    pub name: String,
    /// From the `$` to its end, in bytes of the text.
    pub span: Span,
    /// The name alone, in bytes of the text.
    pub name_span: Span,
    /// What follows the name: `:-`, `+`, `#`, `//` …; empty for a plain use.
    pub modifier: String,
}

/// What a text comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text after expansion; `None` where a value in it is unknown.
    pub value: Option<String>,
    /// The text split at unquoted blanks, each word with its place in the text.
    pub words: Vec<(String, Span)>,
    /// Every variable in the text, outer before inner.
    pub uses: Vec<Use>,
    /// Why the text is rejected; `value` and `words` are empty then, as in BuildKit.
    pub error: Option<WordError>,
}

/// Why BuildKit rejects a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordError {
    /// What is wrong.
    pub kind: WordErrorKind,
    /// Where, in bytes of the text.
    pub span: Span,
}

/// What can be wrong with a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordErrorKind {
    /// A `'` or `"` without its partner.
    UnterminatedQuote(char),
    /// A `${` without `}`, or a `/` pattern without its second `/`.
    UnterminatedVariable,
    /// `${}`, `${:…`, `${{`.
    BadSubstitution,
    /// A modifier that BuildKit does not have, such as `:=`.
    UnsupportedModifier(String),
    /// A `#`, `%` or `/` pattern with an escape that means nothing.
    InvalidPattern,
    /// `${name:?message}` of a variable without a value.
    Required(String),
}

/// Reads a text; `lookup` gives the values of variables.
pub fn expand(text: &str, reading: Reading, lookup: &dyn Fn(&str) -> Value) -> Expanded {
    let mut lexer = Lexer { text, position: 0, reading, lookup, unknown: false, uses: Vec::new() };
    let outcome = lexer.until(None, reading.raw_escapes);
    let unknown = lexer.unknown;
    let uses = std::mem::take(&mut lexer.uses);
    match outcome {
        Ok((value, words)) => Expanded { value: (!unknown).then_some(value), words, uses, error: None },
        Err(error) => Expanded { error: Some(error), uses, ..Expanded::default() },
    }
}

struct Lexer<'a> {
    text: &'a str,
    position: usize,
    reading: Reading,
    lookup: &'a dyn Fn(&str) -> Value,
    unknown: bool,
    uses: Vec<Use>,
}

type Words = Vec<(String, Span)>;

/// The words of a text while they are being put together; `None` for a word not yet begun.
#[derive(Default)]
struct WordBuffer {
    done: Words,
    open: Option<(String, usize)>,
}

impl WordBuffer {
    fn raw(&mut self, text: &str, start: usize) {
        self.open.get_or_insert_with(|| (String::new(), start)).0.push_str(text);
    }

    fn char(&mut self, char: char, start: usize) {
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
    fn peek(&self) -> Option<char> {
        self.text.get(self.position..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.position += char.len_utf8();
        Some(char)
    }

    fn error<T>(&self, kind: WordErrorKind, start: usize) -> Result<T, WordError> {
        Err(WordError { kind, span: start..self.position })
    }

    /// Reads up to `stop`, which is consumed, or to the end where there is none.
    fn until(&mut self, stop: Option<char>, raw_escapes: bool) -> Result<(String, Words), WordError> {
        let outer = std::mem::replace(&mut self.reading.raw_escapes, raw_escapes);
        let result = self.until_stop(stop);
        self.reading.raw_escapes = outer;
        result
    }

    fn until_stop(&mut self, stop: Option<char>) -> Result<(String, Words), WordError> {
        let mut result = String::new();
        let mut words = WordBuffer::default();
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

    fn dollar(&mut self) -> Result<String, WordError> {
        let start = self.position;
        self.next();
        if self.peek() != Some('{') {
            let name_start = self.position;
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            self.record(&name, start, name_start, String::new());
            return Ok(match self.value(&name) {
                Some(value) => value,
                None if self.reading.keep_unset => format!("${name}"),
                None => String::new(),
            });
        }
        self.next();
        match self.peek() {
            None => return self.error(WordErrorKind::UnterminatedVariable, start),
            Some('{' | '}' | ':') => {
                self.next();
                return self.error(WordErrorKind::BadSubstitution, start);
            }
            Some(_) => {}
        }
        self.braced(start)
    }

    /// After `${`.
    fn braced(&mut self, start: usize) -> Result<String, WordError> {
        let name_start = self.position;
        let name = self.name();
        let index = self.uses.len();
        self.record(&name, start, name_start, String::new());
        let mut modifier = String::new();
        let Some(mut operator) = self.next() else {
            return self.error(WordErrorKind::UnterminatedVariable, start);
        };
        modifier.push(operator);
        if operator == '}' {
            self.close(index, String::new());
            return Ok(match self.value(&name) {
                Some(value) => value,
                None if self.reading.keep_unset => format!("${{{name}}}"),
                None => String::new(),
            });
        }
        let null_is_unset = operator == ':';
        if null_is_unset {
            let Some(second) = self.next() else {
                return self.error(WordErrorKind::UnterminatedVariable, start);
            };
            operator = second;
            modifier.push(operator);
        }
        let is_pattern = matches!(operator, '#' | '%');
        if (null_is_unset && is_pattern)
            || !(null_is_unset || matches!(operator, '+' | '-' | '?' | '#' | '%' | '/'))
        {
            return self.error(WordErrorKind::UnsupportedModifier(modifier), start);
        }
        if operator == '/' && !null_is_unset {
            return self.replacement(&name, start, index);
        }
        let word = match self.until(Some('}'), is_pattern) {
            Ok((word, _)) => word,
            Err(error) if self.peek().is_some() => return Err(error),
            Err(_) => return self.error(WordErrorKind::UnterminatedVariable, start),
        };
        self.close(index, modifier.clone());
        let value = self.value(&name);
        if value.is_none() && self.reading.keep_unset {
            return Ok(format!("${{{name}{modifier}{word}}}"));
        }
        let present = value.filter(|value| !(null_is_unset && value.is_empty()));
        match operator {
            '-' => Ok(present.unwrap_or(word)),
            '+' => Ok(present.map(|_| word).unwrap_or_default()),
            '?' => match present {
                Some(value) => Ok(value),
                None => self.error(WordErrorKind::Required(name), start),
            },
            '#' | '%' => {
                let (pattern, greedy) = match word.strip_prefix(operator) {
                    Some(rest) => (rest, true),
                    None => (word.as_str(), false),
                };
                let Some(pattern) = pattern::parse(pattern) else {
                    return self.error(WordErrorKind::InvalidPattern, start);
                };
                let value = present.unwrap_or_default();
                Ok(match operator {
                    '#' => pattern::without_prefix(&pattern, &value, greedy),
                    _ => pattern::without_suffix(&pattern, &value, greedy),
                })
            }
            _ => self.error(WordErrorKind::UnsupportedModifier(modifier), start),
        }
    }

    /// After `${name/`.
    fn replacement(&mut self, name: &str, start: usize, index: usize) -> Result<String, WordError> {
        let all = self.peek() == Some('/');
        if all {
            self.next();
        }
        let mut parts = [String::new(), String::new()];
        for (part, stop) in parts.iter_mut().zip(['/', '}']) {
            *part = match self.until(Some(stop), true) {
                Ok((word, _)) => word,
                Err(error) if self.peek().is_some() => return Err(error),
                Err(_) => return self.error(WordErrorKind::UnterminatedVariable, start),
            };
        }
        let [pattern, replacement] = parts;
        self.close(index, if all { "//".to_owned() } else { "/".to_owned() });
        let value = self.value(name);
        if value.is_none() && self.reading.keep_unset {
            return Ok(format!("${{{name}/{pattern}/{replacement}}}"));
        }
        match pattern::parse(&pattern) {
            Some(pattern) => Ok(pattern::replaced(&pattern, &value.unwrap_or_default(), &replacement, all)),
            None => self.error(WordErrorKind::InvalidPattern, start),
        }
    }

    fn record(&mut self, name: &str, start: usize, name_start: usize, modifier: String) {
        let name_span = name_start..name_start + name.len();
        self.uses.push(Use { name: name.to_owned(), span: start..self.position, name_span, modifier });
    }

    fn close(&mut self, index: usize, modifier: String) {
        let end = self.position;
        if let Some(found) = self.uses.get_mut(index) {
            found.span.end = end;
            found.modifier = modifier;
        }
    }

    fn value(&mut self, name: &str) -> Option<String> {
        match (self.lookup)(name) {
            Value::Known(value) => Some(value),
            Value::Unset => None,
            Value::Unknown => {
                self.unknown = true;
                Some(String::new())
            }
        }
    }

    fn name(&mut self) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Value {
        match name {
            "x" => Value::Known("ab.tar.gz".to_owned()),
            "empty" => Value::Known(String::new()),
            "who" => Value::Unknown,
            _ => Value::Unset,
        }
    }

    fn value(text: &str) -> String {
        let expanded = expand(text, Reading::arguments('\\'), &lookup);
        match (expanded.error, expanded.value) {
            (Some(error), _) => format!("error {:?}", error.kind),
            (None, None) => "unknown".to_owned(),
            (None, Some(value)) => value,
        }
    }

    #[test]
    fn variables_and_their_modifiers_expand() {
        assert_eq!(value("$x-${x}_$y!"), "ab.tar.gz-ab.tar.gz_!");
        assert_eq!(value("${y:-d}${y-d}${empty:-d}${empty-d}${x:-d}"), "dddab.tar.gz");
        assert_eq!(value("${y:+d}${y+d}${empty:+d}${empty+d}${x:+d}"), "dd");
        assert_eq!(value("${x%.*} ${x%%.*} ${x#*.} ${x##*.}"), "ab.tar ab tar.gz gz");
        assert_eq!(value("${x/./-} ${x//./-} ${x//\\//-}"), "ab-tar.gz ab-tar-gz ab.tar.gz");
        assert_eq!(value("${y:-${x:-z}}"), "ab.tar.gz");
        assert_eq!(value("${x:?no}"), "ab.tar.gz");
        assert_eq!(value("a$ b$"), "a$ b$");
        assert_eq!(value("${who:-a}"), "unknown");
    }

    #[test]
    fn quotes_and_escapes_go_away() {
        assert_eq!(value(r#"'$x' "$x" \$x "\$x\"\a" \a"#), r#"$x ab.tar.gz $x $x"\a a"#);
    }

    #[test]
    fn what_buildkit_rejects_is_an_error() {
        assert_eq!(value("'a"), "error UnterminatedQuote('\\'')");
        assert_eq!(value("\"a$"), "error UnterminatedQuote('\"')");
        assert_eq!(value("${x"), "error UnterminatedVariable");
        assert_eq!(value("${x:-"), "error UnterminatedVariable");
        assert_eq!(value("${x/a}"), "error UnterminatedVariable");
        assert_eq!(value("${}"), "error BadSubstitution");
        assert_eq!(value("${x:=a}"), "error UnsupportedModifier(\":=\")");
        assert_eq!(value("${x^^}"), "error UnsupportedModifier(\"^\")");
        assert_eq!(value("${y:?no}"), "error Required(\"y\")");
        assert_eq!(value("${x#\\a}"), "error InvalidPattern");
    }

    #[test]
    fn uses_carry_their_places_outer_before_inner() {
        let text = "a${y:-b$x}c";
        let uses = expand(text, Reading::arguments('\\'), &lookup).uses;
        let shown: Vec<(&str, &str, &str)> = uses
            .iter()
            .map(|found| (&text[found.span.clone()], &text[found.name_span.clone()], found.modifier.as_str()))
            .collect();
        assert_eq!(shown, [("${y:-b$x}", "y", ":-"), ("$x", "x", "")]);
    }

    #[test]
    fn words_split_at_blanks_outside_quotes() {
        let words = expand("a 'b c'd  $x\\ e", Reading::arguments('\\'), &lookup).words;
        let shown: Vec<(&str, Span)> =
            words.iter().map(|(word, span)| (word.as_str(), span.clone())).collect();
        assert_eq!(shown, [("a", 0..1), ("b cd", 2..8), ("ab.tar.gz e", 10..15)]);
    }
}

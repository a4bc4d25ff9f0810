//! The JSON (exec) form of arguments: `["a", "b"]`, decided as BuildKit does with Go's decoder.
//! Source: BuildKit, `frontend/dockerfile/parser/line_parsers.go` (`parseJSON`).

use super::joined::Part;

/// One string of a JSON array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonString {
    /// The string with its quotes, in the joined line.
    pub part: Part,
    /// What it says.
    pub value: String,
}

/// What a text that may be a JSON array is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    /// An array of strings.
    Strings(Vec<JsonString>),
    /// A valid array with something else in it, at this place; BuildKit rejects it.
    OtherValues(Part),
    /// No JSON array: the shell form.
    No,
}

/// Nesting beyond this is no JSON to Go's decoder either.
const MAX_DEPTH: usize = 10_000;

/// Reads the text from `start` of a joined line to its end.
pub(super) fn read(line: &str, start: usize) -> Json {
    let rest = line.get(start..).unwrap_or_default();
    let start = start + (rest.len() - rest.trim_start().len());
    let mut reader = Reader { line, position: start };
    if reader.peek() != Some(b'[') {
        return Json::No;
    }
    reader.array().unwrap_or(Json::No)
}

struct Reader<'a> {
    line: &'a str,
    position: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.position).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.position += 1;
        }
    }

    /// The outermost array, and nothing after it.
    fn array(&mut self) -> Option<Json> {
        let mut strings = Vec::new();
        let mut other = None;
        self.eat(b'[');
        self.blanks();
        if !self.eat(b']') {
            loop {
                self.blanks();
                let start = self.position;
                if self.peek() == Some(b'"') {
                    let value = self.string()?;
                    strings.push(JsonString { part: Part::new(start, self.position), value });
                } else {
                    self.value()?;
                    other = other.or(Some(Part::new(start, self.position)));
                }
                self.blanks();
                if self.eat(b']') {
                    break;
                }
                self.eat(b',').then_some(())?;
            }
        }
        self.blanks();
        if self.peek().is_some() {
            return None;
        }
        Some(other.map_or(Json::Strings(strings), Json::OtherValues))
    }

    /// Any value but a string at the outermost level; an explicit stack, so that no input overflows ours.
    fn value(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                byte @ (b'[' | b'{') => {
                    self.position += 1;
                    open.push(byte);
                    (open.len() < MAX_DEPTH).then_some(())?;
                    self.blanks();
                    let close = if byte == b'[' { b']' } else { b'}' };
                    if !self.eat(close) {
                        if byte == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                    open.pop();
                }
                b'"' => {
                    self.string()?;
                }
                _ => self.scalar()?,
            }
            loop {
                self.blanks();
                match open.last() {
                    None => return Some(()),
                    Some(b'{') if self.eat(b'}') => drop(open.pop()),
                    Some(b'[') if self.eat(b']') => drop(open.pop()),
                    Some(kind) => {
                        let is_object = *kind == b'{';
                        self.eat(b',').then_some(())?;
                        if is_object {
                            self.key()?;
                        }
                        break;
                    }
                }
            }
        }
    }

    fn key(&mut self) -> Option<()> {
        self.blanks();
        (self.peek() == Some(b'"')).then_some(())?;
        self.string()?;
        self.blanks();
        self.eat(b':').then_some(())
    }

    fn scalar(&mut self) -> Option<()> {
        let rest = self.line.get(self.position..)?;
        let length = rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
        let word = rest.get(..length)?;
        self.position += length;
        let is_word = matches!(word, "true" | "false" | "null");
        (is_word || is_number(word)).then_some(())
    }

    fn string(&mut self) -> Option<String> {
        self.eat(b'"');
        let mut value = String::new();
        loop {
            let rest = self.line.get(self.position..)?;
            let char = rest.chars().next()?;
            self.position += char.len_utf8();
            match char {
                '"' => return Some(value),
                '\\' => value.push(self.escape()?),
                char if char < ' ' => return None,
                char => value.push(char),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.position += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.code_unit()?;
                let rest = self.line.get(self.position..)?;
                // Go pairs surrogates where it can and writes U+FFFD for a lone one.
                if (0xD800..0xDC00).contains(&high) && rest.starts_with("\\u") {
                    let before = self.position;
                    self.position += 2;
                    let low = self.code_unit()?;
                    if (0xDC00..0xE000).contains(&low) {
                        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                        return Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    self.position = before;
                }
                char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return None,
        })
    }

    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.line.get(self.position..self.position + 4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
        self.position += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`
fn is_number(word: &str) -> bool {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Option<Vec<String>> {
        match read(text, 0) {
            Json::Strings(strings) => Some(strings.into_iter().map(|string| string.value).collect()),
            _ => None,
        }
    }

    #[test]
    fn arrays_of_strings_are_the_exec_form() {
        assert_eq!(values(r#" [ "a" , "b\"\u00e9\ud83d\udc33\ud800" ] "#).unwrap(), ["a", "b\"é🐳\u{fffd}"]);
        assert_eq!(values("[]").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_json_is_the_shell_form() {
        for text in [
            "[",
            "[\"a\"",
            "['a']",
            "[\"a\",]",
            "[\"a\"] b",
            "[a]",
            "a",
            "",
            "[\"\\x\"]",
            "[\"a\" \"b\"]",
            "[01]",
            "[{1:2}]",
        ] {
            assert_eq!(read(text, 0), Json::No, "{text}");
        }
    }

    #[test]
    fn other_values_are_rejected_at_the_first_one() {
        for text in ["1", "-1.5e+3", "null", "{\"a\":[{}]}", "[\"b\"]", "[]"] {
            let line = format!("[\"a\", {text}, 2]");
            assert_eq!(read(&line, 0), Json::OtherValues(Part::new(6, 6 + text.len())), "{text}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        assert_eq!(read(&"[".repeat(1_000_000), 0), Json::No);
    }
}

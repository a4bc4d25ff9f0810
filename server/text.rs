//! Text, byte offsets and positions. Inside, a place is a byte [`Span`]; lines and columns exist only here
//! and at the edges. A line ends at `\n`, `\r\n` or a lone `\r`, as in the Language Server Protocol; what a
//! *Dockerfile* line is (`\n` alone ends it) is the splitter's business, not this module's.

use std::ops::Range;

use ropey::Rope;

/// A place in a text: byte offsets, the end excluded.
pub type Span = Range<usize>;

/// A position as the protocol counts it: a 0-based line and a 0-based column in units of an [`Encoding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// 0-based line.
    pub line: u32,
    /// 0-based column, in code units of the encoding in use.
    pub character: u32,
}

/// The unit in which the columns of a [`Position`] count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the protocol's default.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// One change: the bytes of `span` are replaced by `new_text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes, in bytes.
    pub span: Span,
    /// What comes.
    pub new_text: String,
}

impl Edit {
    /// Puts `new_text` before the byte at `offset`.
    pub fn insert(offset: usize, new_text: impl Into<String>) -> Edit {
        Edit { span: offset..offset, new_text: new_text.into() }
    }

    /// Replaces the bytes of `span`.
    pub fn replace(span: Span, new_text: impl Into<String>) -> Edit {
        Edit { span, new_text: new_text.into() }
    }

    /// Removes the bytes of `span`.
    pub fn delete(span: Span) -> Edit {
        Edit { span, new_text: String::new() }
    }
}

/// A document's text. Cloning is cheap: clones share their storage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    rope: Rope,
}

impl Text {
    /// The text of a string.
    pub fn new(source: &str) -> Text {
        Text { rope: Rope::from_str(source) }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether there is no byte at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of `span`, clamped to the text and to character boundaries.
    pub fn slice(&self, span: Span) -> String {
        let start = self.floor(span.start);
        let end = self.floor(span.end).max(start);
        self.rope.byte_slice(start..end).into()
    }

    /// Replaces the bytes of `span`, clamped to the text and to character boundaries, by `new_text`.
    pub fn replace(&mut self, span: Span, new_text: &str) {
        let start = self.rope.byte_to_char(self.floor(span.start));
        let end = self.rope.byte_to_char(self.floor(span.end)).max(start);
        if start < end {
            self.rope.remove(start..end);
        }
        if !new_text.is_empty() {
            self.rope.insert(start, new_text);
        }
    }

    /// The edit with its span clamped to the text and to character boundaries.
    #[must_use]
    pub fn clamp(&self, edit: &Edit) -> Edit {
        let start = self.floor(edit.span.start);
        Edit { span: start..self.floor(edit.span.end).max(start), new_text: edit.new_text.clone() }
    }

    /// The position of a byte offset; an offset past the end or inside a character is moved back.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = self.floor(offset);
        let line = self.rope.byte_to_line(offset);
        let start = self.rope.line_to_byte(line);
        let character = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 | Encoding::Utf32 => {
                let char_start = self.rope.byte_to_char(start);
                let char_offset = self.rope.byte_to_char(offset);
                match encoding {
                    Encoding::Utf16 => {
                        self.rope.char_to_utf16_cu(char_offset) - self.rope.char_to_utf16_cu(char_start)
                    }
                    _ => char_offset - char_start,
                }
            }
        };
        Position { line: clamp_u32(line), character: clamp_u32(character) }
    }

    /// The byte offset of a position. A line past the end is the end of the text, a column past the end of
    /// its line the end of that line (before its line break), a column inside a character its start.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.len();
        }
        let start = self.rope.line_to_byte(line);
        let end = self.line_end(line);
        let column = position.character as usize;
        let offset = match encoding {
            Encoding::Utf8 => start.saturating_add(column),
            Encoding::Utf16 => {
                let unit = self.rope.char_to_utf16_cu(self.rope.byte_to_char(start)).saturating_add(column);
                let unit = unit.min(self.rope.len_utf16_cu());
                self.rope.char_to_byte(self.rope.utf16_cu_to_char(unit))
            }
            Encoding::Utf32 => {
                let char = self.rope.byte_to_char(start).saturating_add(column);
                self.rope.char_to_byte(char.min(self.rope.len_chars()))
            }
        };
        self.floor(offset.min(end))
    }

    /// The piece of storage that holds a byte offset, with the offset and the line at which it begins. A piece
    /// begins and ends between characters, and never inside a `\r\n`.
    pub fn piece(&self, offset: usize) -> (&str, usize, usize) {
        let (piece, start, _, line) = self.rope.chunk_at_byte(offset.min(self.len()));
        (piece, start, line)
    }

    /// Number of lines; a text that ends with a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.rope.len_lines()
    }

    /// The byte offset at which a 0-based line ends, before its line break; the text's end for a line past it.
    pub fn line_end(&self, line: usize) -> usize {
        if line >= self.rope.len_lines() {
            return self.len();
        }
        let start = self.rope.line_to_byte(line);
        let next = self.rope.line_to_byte(line + 1);
        let mut end = next;
        if end > start && self.rope.byte(end - 1) == b'\n' {
            end -= 1;
            if end > start && self.rope.byte(end - 1) == b'\r' {
                end -= 1;
            }
        } else if end > start && self.rope.byte(end - 1) == b'\r' {
            end -= 1;
        }
        end
    }

    /// The nearest character boundary at or before `offset`, inside the text.
    fn floor(&self, offset: usize) -> usize {
        if offset >= self.len() {
            return self.len();
        }
        let (chunk, chunk_start, _, _) = self.rope.chunk_at_byte(offset);
        let mut inside = offset - chunk_start;
        while !chunk.is_char_boundary(inside) {
            inside -= 1;
        }
        chunk_start + inside
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.rope.chunks().try_for_each(|chunk| formatter.write_str(chunk))
    }
}

fn clamp_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The bytes of a file as text. Docker reads a Dockerfile as bytes and accepts any; each byte that is not
/// UTF-8 becomes one U+FFFD here and is remembered, so that edits can be made in the original bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The text, with U+FFFD for every invalid byte.
    pub text: String,
    /// Where in `text` (byte offsets) the replaced bytes stand, ascending.
    pub invalid: Vec<usize>,
}

impl Decoded {
    /// Decodes the bytes of a file; never fails.
    pub fn new(bytes: &[u8]) -> Decoded {
        let mut decoded = Decoded::default();
        for chunk in bytes.utf8_chunks() {
            decoded.text.push_str(chunk.valid());
            for _ in chunk.invalid() {
                decoded.invalid.push(decoded.text.len());
                decoded.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        decoded
    }

    /// Applies edits (sorted, disjoint, in offsets of `text`) to the bytes that were decoded.
    pub fn apply(&self, bytes: &[u8], edits: &[Edit]) -> Vec<u8> {
        let mut result = Vec::with_capacity(bytes.len());
        let mut done = 0;
        for edit in edits {
            let (start, end) = (self.byte_offset(edit.span.start), self.byte_offset(edit.span.end));
            result.extend_from_slice(bytes.get(done..start).unwrap_or_default());
            result.extend_from_slice(edit.new_text.as_bytes());
            done = end;
        }
        result.extend_from_slice(bytes.get(done..).unwrap_or_default());
        result
    }

    /// The offset in the original bytes of an offset in `text`.
    fn byte_offset(&self, offset: usize) -> usize {
        let before = self.invalid.partition_point(|place| *place < offset);
        offset - before * (char::REPLACEMENT_CHARACTER.len_utf8() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_in_the_unit_of_the_encoding() {
        let text = Text::new("a\né🐳x\n");
        let offset = "a\né🐳".len();
        assert_eq!(text.position(offset, Encoding::Utf8), at(1, 6));
        assert_eq!(text.position(offset, Encoding::Utf16), at(1, 3));
        assert_eq!(text.position(offset, Encoding::Utf32), at(1, 2));
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line_and_a_form_feed_does_not() {
        let text = Text::new("a\rb\u{c}c\u{2028}d\r\ne");
        assert_eq!(text.line_count(), 3);
        assert_eq!(text.offset(at(1, 99), Encoding::Utf8), "a\rb\u{c}c\u{2028}d".len());
        assert_eq!(text.position(text.len(), Encoding::Utf16), at(2, 1));
    }

    #[test]
    fn positions_out_of_range_are_clamped() {
        let text = Text::new("FROM a\n🐳");
        assert_eq!(text.offset(at(0, u32::MAX), Encoding::Utf16), 6);
        assert_eq!(text.offset(at(u32::MAX, 0), Encoding::Utf32), text.len());
        // The middle of a surrogate pair, and of a UTF-8 sequence.
        assert_eq!(text.offset(at(1, 1), Encoding::Utf16), 7);
        assert_eq!(text.offset(at(1, 2), Encoding::Utf8), 7);
        assert_eq!(Text::new("").offset(at(3, 3), Encoding::Utf8), 0);
    }

    #[test]
    fn edits_are_made_in_the_original_bytes() {
        let bytes = b"A\xff\xfe B C\xe9\n";
        let decoded = Decoded::new(bytes);
        assert_eq!(decoded.text, "A\u{fffd}\u{fffd} B C\u{fffd}\n");
        let place = decoded.text.find('B').unwrap();
        let edits = [Edit::replace(place..place + 1, "bb")];
        assert_eq!(decoded.apply(bytes, &edits), b"A\xff\xfe bb C\xe9\n");
        assert_eq!(decoded.apply(bytes, &[]), bytes);
    }

    proptest! {
        #[test]
        fn positions_round_trip(source in "[a-b\r\n\u{c}é🐳\u{2028}]{0,40}") {
            let text = Text::new(&source);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                for (offset, _) in source.char_indices() {
                    // Between \r and \n there is no position of its own: it is the end of the line.
                    let between = source[..offset].ends_with('\r') && source[offset..].starts_with('\n');
                    let back = text.offset(text.position(offset, encoding), encoding);
                    prop_assert_eq!(back, if between { offset - 1 } else { offset });
                }
            }
        }

        #[test]
        fn any_bytes_decode_and_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let decoded = Decoded::new(&bytes);
            prop_assert_eq!(decoded.apply(&bytes, &[]), bytes.clone());
            let all = [Edit::replace(0..decoded.text.len(), "x")];
            prop_assert_eq!(decoded.apply(&bytes, &all), b"x".to_vec());
        }
    }
}

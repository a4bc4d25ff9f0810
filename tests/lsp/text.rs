//! A text as the client keeps it: changes with the protocol's positions, done the plain way.

use serde_json::{Value, json};

use crate::client::{position, range};

/// The unit in which columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

pub(crate) const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

impl Encoding {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
            Encoding::Utf32 => "utf-32",
        }
    }

    fn width(self, character: char) -> usize {
        match self {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}

/// The line and the column of a byte offset. A line ends at `\n`, `\r\n` or `\r`.
fn line_and_column(text: &str, offset: usize, encoding: Encoding) -> (u32, u32) {
    let (mut line, mut column) = (0, 0);
    let mut characters = text[..offset].chars().peekable();
    while let Some(character) = characters.next() {
        // Inside a line break the line has not ended yet.
        let is_split = character == '\r' && characters.peek().is_none() && text[offset..].starts_with('\n');
        let is_pair = character == '\r' && characters.peek() == Some(&'\n');
        if (character == '\n' || character == '\r') && !is_pair && !is_split {
            (line, column) = (line + 1, 0);
        } else if !is_pair {
            column += encoding.width(character);
        }
    }
    (line, u32::try_from(column).unwrap())
}

/// Replaces the bytes of `start..end`, and gives the change as the protocol has it.
pub(crate) fn replace(
    text: &mut String,
    start: usize,
    end: usize,
    new_text: &str,
    encoding: Encoding,
) -> Value {
    let range = range(line_and_column(text, start, encoding), line_and_column(text, end, encoding));
    text.replace_range(start..end, new_text);
    json!({ "range": range, "text": new_text })
}

/// Applies edits of the protocol to a text, in UTF-16; they must be disjoint.
pub(crate) fn apply(text: &str, edits: &[Value]) -> String {
    let offset = |place: &Value| {
        let wanted = |offset: &usize| {
            let (line, column) = line_and_column(text, *offset, Encoding::Utf16);
            position(line, column) == *place
        };
        (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)).find(wanted).unwrap()
    };
    let mut changes: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    changes.sort();
    let mut result = text.to_owned();
    for (start, end, new_text) in changes.into_iter().rev() {
        result.replace_range(start..end, new_text);
    }
    result
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// A change at a random place that is no place inside a character or a `\r\n`.
pub(crate) fn random_change(text: &mut String, numbers: &mut Numbers, encoding: Encoding) -> Value {
    const PIECES: [&str; 12] =
        ["", "", "A", "x", " ", "é", "🐳", "\n", "\r\n", "\r", "FROM 🐳é\n", "\nFROM a AS 🐳\r\n"];
    let place = |text: &str, limit: usize, numbers: &mut Numbers| {
        let mut offset = numbers.below(limit + 1).min(text.len());
        let is_bad = |offset: usize| {
            !text.is_char_boundary(offset)
                || (text[..offset].ends_with('\r') && text[offset..].starts_with('\n'))
        };
        while is_bad(offset) {
            offset -= 1;
        }
        offset
    };
    let start = place(text, text.len(), numbers);
    let limit = if text.len() > 400 { start + 24 } else { start + 6 };
    let end = place(text, limit, numbers).max(start);
    let new_text = PIECES[numbers.below(PIECES.len())];
    replace(text, start, end, new_text, encoding)
}

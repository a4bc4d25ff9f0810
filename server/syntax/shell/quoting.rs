//! What a text in quotes says, with the way back to how it is written.
//! Source: POSIX, "2.2 Quoting"; RFC 8259, "7. Strings".

use super::Part;

/// The quotes around a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// `'…'`
    Single,
    /// `"…"` of a shell.
    Double,
    /// `"…"` of JSON.
    Json,
}

/// A text that stood in quotes.
pub(super) struct Quoted {
    /// What it says.
    pub(super) text: String,
    /// Where what it says and what is written go apart: an offset of the text, and that of the same place in what is
    /// written, quotes included; sorted.
    seams: Vec<(u32, u32)>,
}

impl Quoting {
    /// The quotes that a word of a shell text begins with.
    pub(super) fn of(written: &str) -> Option<Quoting> {
        match written.chars().next()? {
            '\'' => Some(Quoting::Single),
            '"' => Some(Quoting::Double),
            _ => None,
        }
    }
}

impl Quoted {
    /// Reads a word that is in quotes from its first to its last byte. `None` for another, and where something in it is
    /// replaced by the output of a command before anybody reads it.
    pub(super) fn read(written: &str, quoting: Quoting) -> Option<Quoted> {
        let quote = if quoting == Quoting::Single { '\'' } else { '"' };
        let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
        let mut quoted = Quoted { text: String::with_capacity(inner.len()), seams: vec![(0, 1)] };
        let mut chars = inner.char_indices().peekable();
        while let Some((index, char)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let said = match (quoting, char, next) {
                (_, char, _) if char == quote => return None,
                (Quoting::Double, '`', _) | (Quoting::Double, '$', Some('(')) => return None,
                (Quoting::Double, '\\', Some(next @ ('"' | '\\' | '$' | '`'))) => Some(next),
                (Quoting::Json, '\\', Some(next @ ('"' | '\\' | '/'))) => Some(next),
                (Quoting::Json, '\\', Some('n')) => Some('\n'),
                (Quoting::Json, '\\', Some('t')) => Some('\t'),
                // Rare, and none of them belongs into a script.
                (Quoting::Json, '\\', _) => return None,
                _ => None,
            };
            quoted.text.push(said.unwrap_or(char));
            if said.is_some() {
                chars.next();
                let places = u32::try_from(quoted.text.len()).ok().zip(u32::try_from(index + 3).ok());
                quoted.seams.extend(places);
            }
        }
        Some(quoted)
    }

    /// Where a part of the text stands in what is written.
    pub(super) fn written(&self, part: Part) -> Part {
        let place = |offset: u32, seam: Option<&(u32, u32)>| {
            seam.map_or(offset, |(text, written)| written + (offset - text))
        };
        let before = |offset: u32| self.seams.partition_point(|(text, _)| *text <= offset).checked_sub(1);
        let start = place(part.start, before(part.start).and_then(|index| self.seams.get(index)));
        let end = place(part.end, before(part.end).and_then(|index| self.seams.get(index)));
        Part { start, end: end.max(start) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(written: &str, quoting: Quoting) -> Option<String> {
        Quoted::read(written, quoting).map(|quoted| quoted.text)
    }

    #[test]
    fn each_kind_of_quotes_has_its_own_escapes() {
        assert_eq!(said(r#"'a\"b'"#, Quoting::Single).as_deref(), Some(r#"a\"b"#));
        assert_eq!(said(r#""a\"b\nc""#, Quoting::Double).as_deref(), Some(r#"a"b\nc"#));
        assert_eq!(said(r#""a\"b\nc""#, Quoting::Json).as_deref(), Some("a\"b\nc"));
    }

    #[test]
    fn what_is_replaced_before_or_not_all_in_quotes_is_none() {
        for none in [r#""a $(b)""#, r#""a `b`""#, r#""a"b""#, "'a", "a"] {
            assert_eq!(said(none, Quoting::Double), None, "{none}");
        }
        assert_eq!(said(r#""a \$(b)""#, Quoting::Double).as_deref(), Some("a $(b)"));
        assert_eq!(said(r#""a\u0026""#, Quoting::Json), None);
    }
}

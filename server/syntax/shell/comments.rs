//! Comments inside of backticks, as in `` a `# why` b ``: a way to comment the lines of a command that goes on. To a shell the
//! text in backticks ends at the next backtick, whatever it says, and a comment in it too; the grammar reads on to the end of
//! the line.
//! Source: POSIX, "2.6.3 Command Substitution" and "2.10 Shell Grammar".

use super::Part;

/// The comments inside of the backticks of a shell text, in order, each with whether nothing else stands in these backticks.
pub(super) fn in_backticks(text: &str) -> Vec<(Part, bool)> {
    let mut comments = Vec::new();
    if !text.contains('`') || !text.contains('#') {
        return comments;
    }
    let mut reader = Reader { text, position: 0 };
    let mut quote = None;
    while let Some(char) = reader.next() {
        match (quote, char) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => drop(reader.next()),
            (_, '`') => {
                let (start, end) = (reader.position, reader.end_of_backticks());
                comments.extend(comments_of(text.get(start..end).unwrap_or_default(), start));
                reader.position = end + 1;
            }
            (None, '\'' | '"') => quote = Some(char),
            (None, '#') if reader.is_at_word_start() => reader.position = reader.end_of_line(),
            _ => {}
        }
    }
    comments
}

/// The comments of the text between two backticks that begins at `start`.
fn comments_of(inner: &str, start: usize) -> Vec<(Part, bool)> {
    let mut parts = Vec::new();
    let mut reader = Reader { text: inner, position: 0 };
    let (mut quote, mut says_more) = (None, false);
    while let Some(char) = reader.next() {
        match (quote, char) {
            (Some(open), char) if open == char => quote = None,
            (None, '#') if reader.is_at_word_start() => {
                let end = reader.end_of_line();
                parts.push(Part::new(start + reader.position - 1, start + end));
                reader.position = end;
                continue;
            }
            (None | Some('"'), '\\') => drop(reader.next()),
            (None, '\'' | '"') => quote = Some(char),
            _ => {}
        }
        says_more |= !char.is_whitespace();
    }
    parts.into_iter().map(|part| (part, !says_more)).collect()
}

struct Reader<'text> {
    text: &'text str,
    position: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.rest().chars().next()?;
        self.position += char.len_utf8();
        Some(char)
    }

    fn end_of_line(&self) -> usize {
        self.position + self.rest().find('\n').unwrap_or(self.rest().len())
    }

    /// Where the backtick stands that closes those which were opened before; the end of the text where none does.
    fn end_of_backticks(&self) -> usize {
        let mut is_escaped = false;
        let closes = |char: char| {
            let closes = char == '`' && !is_escaped;
            is_escaped = char == '\\' && !is_escaped;
            closes
        };
        self.position + self.rest().find(closes).unwrap_or(self.rest().len())
    }

    /// Whether the character that was just read begins a word.
    fn is_at_word_start(&self) -> bool {
        let before = self.text.get(..self.position.saturating_sub(1)).unwrap_or_default();
        before.is_empty() || before.ends_with(|char: char| char.is_whitespace() || ";&|()".contains(char))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<(&str, bool)> {
        let show = |(part, is_all): (Part, bool)| (&text[part.start as usize..part.end as usize], is_all);
        in_backticks(text).into_iter().map(show).collect()
    }

    #[test]
    fn a_comment_in_backticks_ends_with_them() {
        assert_eq!(
            shown("a `# it's` b `c # d` \"`#e`\" f"),
            [("# it's", true), ("# d", false), ("#e", true)]
        );
        assert_eq!(shown("a `# b\n# c\n` d"), [("# b", true), ("# c", true)]);
        assert_eq!(shown("a `b '#c' \"# d\" e#f \\`` # `# g`\nh `# i`"), [("# i", true)]);
        assert_eq!(shown("a '`# b`' \\`# c` d\n'`# e'"), []);
    }

    proptest! {
        #[test]
        fn comments_are_in_the_text(text in "[a `#'\"\\\\\n(é]{0,40}") {
            for (part, _) in in_backticks(&text) {
                prop_assert!(text[part.start as usize..part.end as usize].starts_with('#'));
            }
        }
    }
}

//! What kind of text an offset of an instruction stands in: its own words, a comment, a heredoc.

use super::instruction::Instruction;
use crate::text::Span;

/// The kind of text around an offset of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// Its words: the offset in the joined line.
    Line(usize),
    /// A blank line between its continued lines, or the line that an open instruction still lacks: the offset
    /// in the joined line at which words would be put in.
    Blank(usize),
    /// A comment above it or between its lines: from the `#` to the end of the line, in bytes of its source.
    Comment(Span),
    /// The lines of the heredoc of this index.
    HeredocBody(usize),
    /// The line that ends the heredoc of this index.
    HeredocEnd(usize),
    /// Indentation, blank lines above it, a continuation character.
    Outside,
}

impl Instruction {
    /// What an offset (in bytes of the source) stands in. Both ends of a word and of a comment belong to it.
    pub fn zone_at(&self, offset: usize) -> Zone {
        let comments = self.comments().iter().chain(self.inner_comments());
        if let Some(comment) = { comments }.find(|comment| comment.start <= offset && offset <= comment.end) {
            return Zone::Comment(comment.clone());
        }
        for (index, heredoc) in self.heredocs().iter().enumerate() {
            match &heredoc.end {
                Some(end) if (end.start..=end.end).contains(&offset) => return Zone::HeredocEnd(index),
                // Before its first line is begun, what stands there is the line of the instruction.
                None if heredoc.body.start <= offset && self.is_line_start(heredoc.body.start) => {
                    return Zone::HeredocBody(index);
                }
                _ if heredoc.body.contains(&offset) => return Zone::HeredocBody(index),
                _ => {}
            }
        }
        if offset < self.span().start {
            return Zone::Outside;
        }
        let joined = self.line().offset(offset);
        let is_blank = self.blank_lines().iter().any(|line| line.contains(&offset));
        if is_blank || self.is_open() && offset >= self.source().len() && self.lacks_line() {
            return Zone::Blank(joined);
        }
        if self.line().holds(offset) { Zone::Line(joined) } else { Zone::Outside }
    }

    fn is_line_start(&self, offset: usize) -> bool {
        self.source().get(..offset).is_some_and(|before| before.ends_with('\n'))
    }

    /// Whether its last line is continued, and so far nothing follows.
    fn lacks_line(&self) -> bool {
        let last = self.source().rsplit('\n').next().unwrap_or_default();
        last.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    /// The zone of every offset of the first instruction, one letter each.
    fn letters(source: &str) -> String {
        let file = File::new(source);
        let letter = |offset| match file.items()[0].instruction.zone_at(offset) {
            Zone::Line(_) => 'L',
            Zone::Blank(_) => 'B',
            Zone::Comment(_) => 'c',
            Zone::HeredocBody(_) => 'h',
            Zone::HeredocEnd(_) => 'e',
            Zone::Outside => '.',
        };
        (0..=source.len()).map(letter).collect()
    }

    #[test]
    fn each_kind_of_text_is_told_apart() {
        assert_eq!(letters("#c\n\n R \\\n\n #d\n x"), "ccc..LLL.B.cccLLL");
        assert_eq!(letters("RUN <<E\nab\nE"), "LLLLLLLLhhhee");
        assert_eq!(letters("RUN <<E\nab"), "LLLLLLLLhhh");
        assert_eq!(letters("RUN <<E\n"), "LLLLLLLLh");
        assert_eq!(letters("RUN <<E"), "LLLLLLLL");
    }

    #[test]
    fn an_open_instruction_goes_on_at_the_end() {
        assert_eq!(letters("RUN \\\n"), "LLLLL.B");
        assert_eq!(letters("RUN \\\n "), "LLLLL.BB");
        assert_eq!(letters("RUN a"), "LLLLLL");
    }
}

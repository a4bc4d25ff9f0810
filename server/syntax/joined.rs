//! A text put together from pieces of a longer one, with the way back: what an instruction says once its
//! continuations, comments and blank lines are gone, and where each byte of that stood.

use crate::text::Span;

/// A place in a [`Joined`] text: byte offsets, the end excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Part {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Part {
    /// A place from byte offsets; offsets past 4 GiB are cut off there.
    pub fn new(start: usize, end: usize) -> Part {
        Part { start: narrow(start), end: narrow(end) }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether there is no byte in it.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The place `inner` of this place.
    pub fn within(self, inner: Span) -> Part {
        Part::new(self.start as usize + inner.start, self.start as usize + inner.end)
    }

    /// Whether another place lies in it.
    pub fn holds(self, inner: Part) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }

    /// Whether `offset` is inside or touches it.
    pub fn touches(self, offset: usize) -> bool {
        self.start as usize <= offset && offset <= self.end as usize
    }
}

/// Pieces of a source put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Where the piece begins in the joined text.
    joined: u32,
    /// Where it begins in the source.
    source: u32,
}

impl Joined {
    /// Appends a piece that stands at `source` in the source.
    pub(crate) fn push(&mut self, piece: &str, source: usize) {
        if piece.is_empty() {
            return;
        }
        self.pieces.push(Piece { joined: narrow(self.text.len()), source: narrow(source) });
        self.text.push_str(piece);
    }

    /// Appends a text that stands nowhere: all of it leads to the place `source`.
    pub(crate) fn push_made(&mut self, text: &str, source: usize) {
        for (index, char) in text.char_indices() {
            self.push(text.get(index..index + char.len_utf8()).unwrap_or_default(), source);
        }
    }

    /// Appends another text of the same source.
    pub(crate) fn append(&mut self, other: &Joined) {
        let start = narrow(self.text.len());
        let pieces = other.pieces.iter().map(|piece| Piece { joined: piece.joined + start, ..*piece });
        self.pieces.extend(pieces);
        self.text.push_str(&other.text);
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a place; empty where the place is not in it.
    pub fn str(&self, part: Part) -> &str {
        self.text.get(part.start as usize..part.end as usize).unwrap_or_default()
    }

    /// Where a place stands in the source: from its first to its last byte, with whatever the pieces leave
    /// out between them. An empty place at a seam stays at the end of the earlier piece.
    pub fn span(&self, part: Part) -> Span {
        let end = self.source_of_end(part.end);
        if part.is_empty() {
            return end..end;
        }
        let start = self.source_of_start(part.start);
        start..end.max(start)
    }

    /// Where the pieces of a place stand in the source, in order: what was left out between them is in none.
    pub fn spans(&self, part: Part) -> Vec<Span> {
        let end = part.end.min(narrow(self.text.len()));
        let first = self.pieces.partition_point(|piece| piece.joined <= part.start).saturating_sub(1);
        let pieces = self.pieces.get(first..).unwrap_or_default();
        let nexts = pieces.iter().skip(1).map(|next| next.joined).chain([end]);
        let touched = pieces.iter().zip(nexts).take_while(|(piece, _)| piece.joined < end);
        touched
            .map(|(piece, next)| {
                let source = |joined: u32| (piece.source + joined.saturating_sub(piece.joined)) as usize;
                source(part.start.max(piece.joined))..source(next.min(end))
            })
            .filter(|span| !span.is_empty())
            .collect()
    }

    /// A part of it as a text of its own, with the same way back.
    pub fn piece(&self, part: Part) -> Joined {
        let mut piece = Joined::default();
        let (mut start, end) = (part.start, part.end.min(narrow(self.text.len())));
        while start < end {
            let index = self.pieces.partition_point(|piece| piece.joined <= start);
            let next = self.pieces.get(index).map_or(end, |next| next.joined.min(end));
            piece.push(self.str(Part { start, end: next }), self.source_of_start(start));
            start = next;
        }
        piece
    }

    /// The joined offset of a source offset; one between pieces belongs to the end of the earlier piece.
    pub fn offset(&self, source: usize) -> usize {
        let source = narrow(source);
        let index = self.pieces.partition_point(|piece| piece.source <= source);
        let Some(piece) = index.checked_sub(1).and_then(|index| self.pieces.get(index)) else {
            return 0;
        };
        let next = self.pieces.get(index).map_or(narrow(self.text.len()), |next| next.joined);
        (piece.joined + (source - piece.source)).min(next) as usize
    }

    /// Whether a source offset stands in one of the pieces or at an end of one.
    pub fn holds(&self, source: usize) -> bool {
        let joined = self.offset(source);
        let empty = self.span(Part::new(joined, joined));
        empty.start == source || self.source_of_start(narrow(joined)) == source
    }

    /// Whether the piece boundaries leave something of the source out inside the place.
    pub fn is_broken(&self, part: Part) -> bool {
        let span = self.span(part);
        span.len() != part.len()
    }

    fn source_of_start(&self, offset: u32) -> usize {
        let index = self.pieces.partition_point(|piece| piece.joined <= offset);
        self.in_piece(index.saturating_sub(1), offset)
    }

    fn source_of_end(&self, offset: u32) -> usize {
        let index = self.pieces.partition_point(|piece| piece.joined < offset);
        self.in_piece(index.saturating_sub(1), offset)
    }

    fn in_piece(&self, index: usize, offset: u32) -> usize {
        self.pieces
            .get(index)
            .map_or(0, |piece| (piece.source + offset.saturating_sub(piece.joined)) as usize)
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined() -> Joined {
        // "ab\<newline>cd"
        let mut joined = Joined::default();
        joined.push("ab", 0);
        joined.push("cd", 4);
        joined
    }

    #[test]
    fn a_place_over_a_seam_spans_what_was_left_out() {
        let joined = joined();
        assert_eq!(joined.text(), "abcd");
        assert_eq!(joined.span(Part::new(1, 3)), 1..5);
        assert!(joined.is_broken(Part::new(1, 3)));
        assert!(!joined.is_broken(Part::new(2, 4)));
    }

    #[test]
    fn the_pieces_of_a_place_are_told_apart() {
        let joined = joined();
        assert_eq!(joined.spans(Part::new(1, 3)), [1..2, 4..5]);
        assert_eq!(joined.spans(Part::new(2, 4)).first(), Some(&(4..6)));
        assert_eq!(joined.spans(Part::new(2, 2)), [0..0; 0]);
        assert_eq!(joined.spans(Part::new(0, 9)), [0..2, 4..6]);
        assert_eq!(Joined::default().spans(Part::new(0, 1)), [0..0; 0]);
    }

    #[test]
    fn a_place_that_ends_at_a_seam_ends_there() {
        let joined = joined();
        assert_eq!(joined.span(Part::new(0, 2)), 0..2);
        assert_eq!(joined.span(Part::new(2, 4)), 4..6);
        assert_eq!(joined.span(Part::new(2, 2)), 2..2);
    }

    #[test]
    fn source_offsets_find_their_way_back() {
        let joined = joined();
        let offsets: Vec<usize> = (0..=6).map(|source| joined.offset(source)).collect();
        assert_eq!(offsets, [0, 1, 2, 2, 2, 3, 4]);
    }
}

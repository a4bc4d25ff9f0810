//! Instructions that are none: lines that begin as one, and belong to the instruction above, whose last line ends with the
//! escape character.
//! Source: Docker reference, "Format" and "escape": a line that ends with the escape character goes on in the next one that
//! is neither empty nor a comment.

use super::facts::Facts;
use crate::syntax::shell::Command;
use crate::syntax::{Arguments, Instruction, Kind};
use crate::text::Span;

/// The place, in the source of an instruction, of the first keyword of another that stands in capitals at the beginning of one
/// of its lines, as a word of its own with more words behind it. Heredocs are not looked into: an instruction with one has none.
pub fn swallowed_keyword(instruction: &Instruction) -> Option<Span> {
    if !instruction.is_multiline() || !instruction.heredocs().is_empty() {
        return None;
    }
    let source = instruction.source();
    let begins_line = |place: &Span| source.get(..place.start).is_some_and(|before| before.ends_with('\n'));
    let is_keyword = |place: &Span| {
        let written = source.get(place.clone()).unwrap_or_default();
        let kind = Kind::of(written);
        kind != Kind::Unknown && written == kind.keyword()
    };
    let mut found = words(instruction).into_iter().filter(|(place, is_last)| !is_last && begins_line(place));
    found.find(|(place, _)| is_keyword(place)).map(|(place, _)| place)
}

/// The words of an instruction, as far as words can be told apart in it, and whether each is the last of its command.
fn words(instruction: &Instruction) -> Vec<(Span, bool)> {
    let with_last = |places: Vec<Span>| {
        let last = places.len().saturating_sub(1);
        places.into_iter().enumerate().map(move |(index, place)| (place, index == last))
    };
    if let Some(Facts { script, .. }) = Facts::of(instruction) {
        let places = |command: &Command| command.words.iter().map(|word| script.place(word.part)).collect();
        return script.commands().iter().flat_map(|command| with_last(places(command))).collect();
    }
    match &instruction.ast().arguments {
        Arguments::Words(words) => {
            with_last(words.iter().map(|word| instruction.place(*word)).collect()).collect()
        }
        _ => Vec::new(),
    }
}

//! The command that is being typed in the shell text of a RUN, on its line or in its heredoc: read as the shell model reads
//! every other, with a letter put in for the one that comes next.

use crate::document::Cx;
use crate::path;
use crate::syntax::shell::shells::is_posix_shell;
use crate::syntax::shell::wrappers;
use crate::syntax::shell::{Form, RunAs, Word};
use crate::syntax::{Instruction, Item, Kind, Script, Zone};
use crate::text::Span;

/// What stands for the letter that comes next, so that there is a word to be read.
const LETTER: &str = "x";

/// The same, with one more word behind it: behind a half-typed `if`, a word alone is none of a command.
const LETTER_AND_WORD: &str = "x x";

/// Words that a shell reads where a command could stand, and behind which one stands. A half-typed `if` or `for` leaves them
/// where its parts are looked for in vain. Source: POSIX, "2.4 Reserved Words".
const RESERVED: [&str; 10] = ["!", "{", "do", "elif", "else", "if", "then", "time", "until", "while"];

/// A word of a command that is being typed.
pub(super) struct TypedWord {
    /// The program and the words behind it, up to the typed one, which is the last: the program itself, where there is no other.
    pub(super) words: Vec<Word>,
    /// The typed word up to the cursor.
    pub(super) typed: String,
    /// All of the typed word, in the document.
    pub(super) span: Span,
}

/// The word at a byte offset of the document; `None` where no plain word of a command of a RUN can be typed: in quotes, in
/// comments, in what another shell reads.
pub(super) fn word_at(cx: &Cx<'_>, index: usize, offset: usize) -> Option<TypedWord> {
    let item = cx.document.file().item(index)?;
    if !cx.document.model().has_posix_shell(index) {
        return None;
    }
    read(item, offset, LETTER).or_else(|| read(item, offset, LETTER_AND_WORD))
}

fn read(item: &Item, offset: usize, typed: &str) -> Option<TypedWord> {
    let (local, probe, script) = with_letter(item, offset, typed)?;
    if is_data(&probe, local, script.form()) {
        return None;
    }
    let holds = |word: &Word| {
        let place = script.place(word.part);
        place.start <= local && local < place.end
    };
    let words_to = |command: &crate::syntax::shell::Command| {
        let last = command.words.iter().position(holds)?;
        Some(command.words.get(..=last)?.to_vec())
    };
    let found = script.commands().iter().filter_map(words_to);
    // A script in quotes is a word of the command around it.
    let words = found.min_by_key(|words| words.last().map_or(usize::MAX, |word| word.part.len()))?;
    let is_reserved = |word: &&Word| RESERVED.iter().any(|reserved| word.is(reserved));
    let reserved = words.iter().take(words.len() - 1).take_while(is_reserved).count();
    let words = words.get(reserved..)?;
    let program = wrappers::programs(words, &RunAs::Own).pop()?.word;
    let place = script.place(words.last()?.part);
    let written = probe.source().get(place.clone())?;
    let is_plain = written.chars().all(|char| char.is_ascii_alphanumeric() || "-_=.:+".contains(char));
    let typed = probe.source().get(place.start..local).filter(|_| is_plain)?.to_owned();
    let span = item.start + place.start..item.start + place.end - LETTER.len();
    Some(TypedWord { words: words.get(program..)?.to_vec(), typed, span })
}

/// Whether the lines of a heredoc are what a command reads that is no shell.
fn is_data(instruction: &Instruction, local: usize, form: Form) -> bool {
    if form == Form::Heredoc || !matches!(instruction.zone_at(local), Zone::HeredocBody(_)) {
        return false;
    }
    let words = instruction.str(instruction.ast().innermost().rest).split_whitespace();
    let program = words.filter(|word| !word.contains("<<")).map(path::name).next();
    program.is_some_and(|program| !is_posix_shell(program))
}

/// The shell text of a RUN as it would be with something typed at a byte offset of the document: that offset in the
/// instruction, the instruction, and the script.
pub(super) fn with_letter(item: &Item, offset: usize, typed: &str) -> Option<(usize, Instruction, Script)> {
    if item.instruction.ast().innermost().kind != Kind::Run {
        return None;
    }
    let local = offset.checked_sub(item.start)?;
    let (head, tail) = item.instruction.source().split_at_checked(local)?;
    let probe = item.instruction.with_source(&[head, typed, tail].concat())?;
    let script = Script::of(&probe)?;
    Some((local, probe, script))
}

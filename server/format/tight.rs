//! Where blanks are part of what an instruction says: strings, escaped characters, `${…}`. Everywhere else one blank
//! is as good as another number of them. Reads the joined line, for the reader that the text is meant for.

use crate::semantic::environment::Shell;
use crate::syntax::{Arguments, Ast, Kind};
use crate::text::Span;

use super::lines::BLANKS;
use super::scan::Scan;

/// What reads the arguments of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// The builder, word by word.
    Words,
    /// The builder, as JSON.
    Json,
    /// A POSIX shell.
    PosixShell,
    /// PowerShell or cmd.
    WindowsShell,
}

/// The joined line of an instruction, with where its blanks are part of what it says.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    text: &'a str,
    /// What reads the arguments.
    pub(super) reader: Reader,
    /// Where the arguments begin.
    pub(super) arguments: usize,
    /// In order and apart.
    tight: Vec<Span>,
}

impl<'a> Reading<'a> {
    /// Reads a joined line; `None` where it cannot be told what blanks mean in it.
    pub(super) fn new(ast: &Ast, text: &'a str, escape: char, shell: &Shell) -> Option<Reading<'a>> {
        let (reader, arguments) = reader(ast.innermost(), shell)?;
        let arguments = arguments.min(text.len());
        let mut scan = Scan::new(text, arguments);
        scan.words(escape)?;
        scan.go_on();
        match reader {
            Reader::Words => scan.words(escape)?,
            Reader::Json => scan.json()?,
            Reader::PosixShell => scan.posix_shell()?,
            Reader::WindowsShell => scan.windows_shell(shell)?,
        }
        Some(Reading { text, reader, arguments, tight: scan.into_tight() })
    }

    /// Whether an offset of the joined line is inside of something whose blanks count.
    fn is_inside(&self, offset: usize) -> bool {
        let index = self.tight.partition_point(|span| span.end <= offset);
        self.tight.get(index).is_some_and(|span| span.start < offset)
    }

    /// Whether the byte at an offset belongs to something whose blanks count.
    pub(super) fn is_tight(&self, offset: usize) -> bool {
        let index = self.tight.partition_point(|span| span.end <= offset);
        self.tight.get(index).is_some_and(|span| span.start <= offset)
    }

    /// Whether blanks can be put in at an offset, or taken away as long as one remains, and nothing changes.
    pub(super) fn is_loose(&self, offset: usize) -> bool {
        if self.is_inside(offset) {
            return false;
        }
        let (left, right) = self.text.split_at_checked(offset).unwrap_or((self.text, ""));
        let is_blank = |offset: usize| !self.is_tight(offset);
        let left_blank = left.ends_with(BLANKS) && offset.checked_sub(1).is_some_and(is_blank);
        let right_blank = right.starts_with(BLANKS) && is_blank(offset);
        left_blank || right_blank || offset > self.arguments && self.is_between_tokens(left, right)
    }

    /// Whether a word ends here though there is no blank.
    fn is_between_tokens(&self, left: &str, right: &str) -> bool {
        let is_operator = |char: char| ";&|()<>".contains(char);
        match self.reader {
            Reader::Json => true,
            Reader::PosixShell => {
                let after = left.strip_suffix("&&").or_else(|| left.strip_suffix("||"));
                let after = after.or_else(|| left.strip_suffix(';'));
                let before = right.strip_prefix("&&").or_else(|| right.strip_prefix("||"));
                after.is_some_and(|rest| !rest.ends_with(is_operator)) && !right.starts_with(is_operator)
                    || before.is_some_and(|rest| !rest.starts_with(is_operator))
                        && !left.ends_with(is_operator)
            }
            Reader::Words | Reader::WindowsShell => false,
        }
    }

    /// The texts whose blanks count, in order.
    pub(super) fn tight_texts(&self) -> impl Iterator<Item = &'a str> {
        let text = self.text;
        self.tight.iter().filter_map(move |span| text.get(span.clone()))
    }
}

/// What reads the arguments, and where they begin; `None` where blanks are part of a value, and where the arguments
/// are not what they look like.
fn reader(ast: &Ast, shell: &Shell) -> Option<(Reader, usize)> {
    let start = ast.rest.start as usize;
    match &ast.arguments {
        _ if ast.kind == Kind::Unknown => None,
        Arguments::None | Arguments::Words(_) => Some((Reader::Words, start)),
        Arguments::KeyValues(pairs) => {
            let is_legacy = pairs.iter().any(|pair| pair.legacy);
            (!is_legacy).then_some((Reader::Words, start))
        }
        Arguments::Healthcheck(_, command) => command_reader(command, start, shell),
        arguments if matches!(ast.kind, Kind::Run | Kind::Cmd | Kind::Entrypoint | Kind::Shell) => {
            command_reader(arguments, start, shell)
                .filter(|(reader, _)| *reader == Reader::Json || ast.kind != Kind::Shell)
        }
        _ => None,
    }
}

fn command_reader(arguments: &Arguments, start: usize, shell: &Shell) -> Option<(Reader, usize)> {
    match arguments {
        Arguments::None => Some((Reader::Words, start)),
        Arguments::Json(strings) => {
            Some((Reader::Json, strings.first().map_or(start, |string| string.part.start as usize)))
        }
        Arguments::Text(part) if shell.is_posix() => Some((Reader::PosixShell, part.start as usize)),
        Arguments::Text(part) => Some((Reader::WindowsShell, part.start as usize)),
        _ => None,
    }
}

//! Which shapes still fit what is written, and which part of them the cursor is in.

use super::shapes::{self, Shape};
use crate::semantic::image::Image;
use crate::syntax::{Ast, Kind, Part};

/// Shapes, the likeliest first, and the index of the part that the cursor is in.
pub(super) type Active = (Vec<&'static Shape>, usize);

/// The arguments as written, and the cursor among them.
struct Arguments<'a> {
    text: &'a str,
    /// In bytes of `text`; `None` before it, and where there is none.
    cursor: Option<usize>,
    /// The words at blanks.
    words: Vec<Part>,
}

impl Arguments<'_> {
    /// How many words end before the cursor: one that the cursor touches does not.
    fn word(&self) -> usize {
        let Some(cursor) = self.cursor else { return 0 };
        self.words.iter().filter(|word| (word.end as usize) < cursor).count()
    }

    fn str(&self, word: Part) -> &str {
        self.text.get(word.start as usize..word.end as usize).unwrap_or_default()
    }

    /// Whether the cursor is behind the first `=` of a word.
    fn is_in_value(&self, word: Part) -> bool {
        let equals = self.str(word).find('=').map(|equals| word.start as usize + equals);
        equals.zip(self.cursor).is_some_and(|(equals, cursor)| equals < cursor)
    }
}

/// What fits at `offset` of `line`, the joined line; the cursor is behind the keyword of `ast` and in no flag.
pub(super) fn find(ast: &Ast, line: &str, offset: usize) -> Option<Active> {
    let start = ast.rest.start as usize;
    let text = line.get(start..).filter(|_| !ast.rest.is_empty()).unwrap_or_default();
    let cursor = offset.checked_sub(start).filter(|_| !text.is_empty());
    let arguments = Arguments { text, cursor, words: words(text) };
    let (plain, json) = shapes::of(ast.kind);
    match ast.kind {
        Kind::Arg => Some(argument(&arguments, plain)),
        Kind::Env | Kind::Label => Some(pairs(&arguments, plain)),
        Kind::From => from(&arguments, plain),
        Kind::Healthcheck => healthcheck(&arguments, plain),
        Kind::User => Some(user(&arguments, plain)),
        Kind::Onbuild | Kind::Maintainer | Kind::Stopsignal | Kind::Workdir => {
            Some((plain.iter().collect(), 0))
        }
        Kind::Add | Kind::Copy => copy(&arguments, plain, json),
        Kind::Cmd | Kind::Entrypoint | Kind::Run | Kind::Shell | Kind::Volume | Kind::Expose => {
            list(&arguments, plain, json)
        }
        Kind::Unknown => None,
    }
}

fn words(text: &str) -> Vec<Part> {
    let mut words = Vec::new();
    let mut start = 0;
    for word in text.split(char::is_whitespace) {
        if !word.is_empty() {
            words.push(Part::new(start, start + word.len()));
        }
        let after = text.get(start + word.len()..).and_then(|rest| rest.chars().next());
        start += word.len() + after.map_or(0, char::len_utf8);
    }
    words
}

/// Where the cursor is in a JSON array.
struct Array {
    /// Commas before the cursor.
    before: usize,
    /// Commas behind it after which a string follows.
    behind: usize,
    is_closed: bool,
}

/// The array under the cursor; `None` where the text is none or the cursor has left it.
fn array(arguments: &Arguments<'_>) -> Option<Array> {
    let cursor = arguments.cursor?;
    let inner = arguments.text.strip_prefix('[')?;
    if !inner.trim_start().is_empty() && !inner.trim_start().starts_with(['"', ']', ',']) {
        return None;
    }
    let mut array = Array { before: 0, behind: 0, is_closed: false };
    let mut chars = arguments.text.char_indices();
    let (mut is_string, mut is_separated) = (false, false);
    while let Some((offset, char)) = chars.next() {
        match char {
            '\\' if is_string => drop(chars.next()),
            '"' => {
                is_string = !is_string;
                array.behind += usize::from(std::mem::take(&mut is_separated));
            }
            ',' if !is_string && offset < cursor => array.before += 1,
            ',' if !is_string => is_separated = true,
            ']' if !is_string => {
                array.is_closed = offset < cursor;
                return (cursor <= offset + 1).then_some(array);
            }
            _ => {}
        }
    }
    Some(array)
}

/// Words or strings of which any number may follow: the last but the bracket stands for the rest.
fn list(arguments: &Arguments<'_>, plain: &'static [Shape], json: &'static [Shape]) -> Option<Active> {
    if arguments.cursor.is_none() {
        return Some((plain.iter().chain(json).collect(), 0));
    }
    if let (Some(array), Some(shape)) = (array(arguments), json.first()) {
        let last = shape.parameters.len().saturating_sub(1);
        let active = match (arguments.cursor, array.is_closed) {
            (Some(0), _) => 0,
            (_, true) => last,
            (_, false) => (array.before + 1).min(last.saturating_sub(1)),
        };
        return Some((vec![shape], active));
    }
    let shape = plain.first()?;
    Some((vec![shape], arguments.word().min(shape.parameters.len().saturating_sub(1))))
}

fn copy(arguments: &Arguments<'_>, plain: &'static [Shape], json: &'static [Shape]) -> Option<Active> {
    if arguments.cursor.is_none() {
        return Some((plain.iter().chain(json).collect(), 1));
    }
    if let Some(array) = array(arguments) {
        let active = match (arguments.cursor, array.is_closed, array.before, array.behind) {
            (Some(0), ..) => 1,
            (_, true, ..) => 5,
            (_, false, 0, _) => 2,
            (_, false, _, 0) => 4,
            (_, false, _, _) => 3,
        };
        return Some((json.iter().collect(), active));
    }
    let active = match arguments.word() {
        0 => 1,
        word if word + 1 < arguments.words.len() => 2,
        _ => 3,
    };
    Some((plain.iter().collect(), active))
}

fn argument(arguments: &Arguments<'_>, shapes: &'static [Shape]) -> Active {
    let index = arguments.word();
    match arguments.words.get(index) {
        Some(word) if arguments.str(*word).contains('=') => {
            (shapes.iter().skip(1).collect(), usize::from(arguments.is_in_value(*word)))
        }
        _ => (shapes.iter().collect(), 0),
    }
}

fn pairs(arguments: &Arguments<'_>, shapes: &'static [Shape]) -> Active {
    let only = |range: std::ops::Range<usize>| shapes.get(range).unwrap_or_default().iter().collect();
    let Some(first) = arguments.words.first().filter(|_| arguments.cursor.is_some()) else {
        return (only(0..3), 0);
    };
    let index = arguments.word();
    if !arguments.str(*first).contains('=') {
        let is_old = index > 0 || arguments.words.len() > 1;
        return (only(if is_old { 2..3 } else { 0..3 }), index.min(1));
    }
    let is_in_value = arguments.words.get(index).is_some_and(|word| arguments.is_in_value(*word));
    let part = usize::from(is_in_value);
    match index {
        0 => (only(if arguments.words.len() > 1 { 1..2 } else { 0..2 }), part),
        _ => (only(1..2), 2 + part),
    }
}

fn from(arguments: &Arguments<'_>, shapes: &'static [Shape]) -> Option<Active> {
    let Some(first) = arguments.words.first().filter(|_| arguments.cursor.is_some()) else {
        return Some((shapes.iter().collect(), 0));
    };
    let written = arguments.str(*first);
    let image = Image::new(written);
    // 0 for a name alone, 1 with a tag, 2 with a digest.
    let form = if image.digest().is_some() { 2 } else { usize::from(image.tag().is_some()) };
    let separator = if form == 2 { written.find('@') } else { Some(image.name().len()) };
    let index = arguments.word();
    let active = match index {
        0 => usize::from(form > 0 && arguments.cursor > separator),
        1 | 2 => index + 1,
        _ => return None,
    };
    let is_named = index > 0 || arguments.words.len() > 1;
    let fits = |number: &usize| (form == 0 || number % 3 == form) && (!is_named || *number >= 3);
    Some(((0..shapes.len()).filter(fits).filter_map(|number| shapes.get(number)).collect(), active))
}

fn healthcheck(arguments: &Arguments<'_>, shapes: &'static [Shape]) -> Option<Active> {
    let [command, none] = shapes else { return None };
    let Some(first) = arguments.words.first() else {
        return Some((vec![command, none], 0));
    };
    let word = arguments.str(*first).to_ascii_uppercase();
    let is_none = !word.is_empty() && "NONE".starts_with(&word);
    let second = arguments.words.get(arguments.word()).map(|word| arguments.str(*word)).unwrap_or_default();
    match (arguments.cursor, arguments.word()) {
        (None, _) => Some((if is_none { vec![none] } else { vec![command] }, 0)),
        (_, 0) if is_none => Some((vec![none], 0)),
        (_, 0) => Some((vec![command], 1)),
        _ if is_none => None,
        // A flag comes too late here: it belongs to the command.
        (_, 1) if second.starts_with("--") => None,
        _ => Some((vec![command], 2)),
    }
}

fn user(arguments: &Arguments<'_>, shapes: &'static [Shape]) -> Active {
    match arguments.text.find(':') {
        Some(colon) => (
            shapes.iter().filter(|shape| shape.parameters.len() == 2).collect(),
            usize::from(arguments.cursor > Some(colon)),
        ),
        None => (shapes.iter().collect(), 0),
    }
}

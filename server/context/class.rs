//! Sets of characters: the bracketed classes of Go's globs, and those of its regular expressions together with what a
//! backslash means there. Knows nothing of paths.

use std::str::Chars;

use super::glob::Flaw;

/// Which characters can stand at one place.
#[derive(Clone, Debug)]
pub(crate) enum Set {
    Char(char),
    NotSlash,
    NotNewline,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Set {
    /// Whether `ch` is in it.
    pub(crate) fn has(&self, ch: char) -> bool {
        match self {
            Set::Char(only) => *only == ch,
            Set::NotSlash => ch != '/',
            Set::NotNewline => ch != '\n',
            Set::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&ch)) != *negated
            }
        }
    }
}

/// Takes the next character if it is the wanted one, and says so.
pub(crate) fn eat(chars: &mut Chars<'_>, wanted: char) -> bool {
    let found = chars.as_str().starts_with(wanted);
    if found {
        chars.next();
    }
    found
}

/// The rest of a class of `filepath.Match`, in which `-` and `]` need a backslash and a range may be upside down.
pub(crate) fn wildcard_class(chars: &mut Chars<'_>) -> Result<Set, Flaw> {
    let negated = eat(chars, '^');
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && eat(chars, ']') {
            return Ok(Set::Class { negated, ranges });
        }
        let low = wildcard_class_char(chars)?;
        let high = if eat(chars, '-') { wildcard_class_char(chars)? } else { low };
        ranges.push((low, high));
    }
}

fn wildcard_class_char(chars: &mut Chars<'_>) -> Result<char, Flaw> {
    match chars.next() {
        Some('\\') => chars.next(),
        Some('-' | ']') => None,
        other => other,
    }
    .ok_or(Flaw::Malformed)
}

/// The rest of a class of Go's regular expressions, in which a range upside down is an error.
pub(crate) fn expression_class(chars: &mut Chars<'_>) -> Result<Set, Flaw> {
    let negated = eat(chars, '^');
    let mut ranges = Vec::new();
    let mut is_first = true;
    loop {
        if !is_first && eat(chars, ']') {
            return Ok(Set::Class { negated, ranges });
        }
        is_first = false;
        if chars.as_str().strip_prefix("[:").is_some_and(|rest| rest.contains(":]")) {
            return Err(Flaw::Unsupported);
        }
        let low = match expression_class_char(chars)? {
            Escape::Char(ch) => ch,
            Escape::Ranges(perl) => {
                ranges.extend_from_slice(perl);
                continue;
            }
        };
        let has_high = chars.as_str().strip_prefix('-').is_some_and(|rest| !rest.starts_with(']'));
        let high = match has_high.then(|| chars.nth(1)) {
            None => low,
            Some(Some('\\')) => match escape(chars)? {
                Escape::Char(ch) => ch,
                Escape::Ranges(_) => return Err(Flaw::Malformed),
            },
            Some(high) => high.ok_or(Flaw::Malformed)?,
        };
        if high < low {
            return Err(Flaw::Malformed);
        }
        ranges.push((low, high));
    }
}

fn expression_class_char(chars: &mut Chars<'_>) -> Result<Escape, Flaw> {
    match chars.next() {
        Some('\\') => escape(chars),
        other => other.map(Escape::Char).ok_or(Flaw::Malformed),
    }
}

/// What an escaped character stands for.
pub(crate) enum Escape {
    Char(char),
    Ranges(&'static [(char, char)]),
}

/// What follows a backslash in Go's regular expressions. A letter is not itself there, so `a\d` in an ignore file
/// matches `a5`, and `dir\cache` is an error.
pub(crate) fn escape(chars: &mut Chars<'_>) -> Result<Escape, Flaw> {
    let escape = match chars.next() {
        Some('d') => Escape::Ranges(&[('0', '9')]),
        Some('D') => Escape::Ranges(&[('\0', '/'), (':', char::MAX)]),
        Some('s') => Escape::Ranges(&[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')]),
        Some('S') => Escape::Ranges(&[('\0', '\x08'), ('\x0b', '\x0b'), ('\x0e', '\x1f'), ('!', char::MAX)]),
        Some('w') => Escape::Ranges(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        Some('W') => Escape::Ranges(&[('\0', '/'), (':', '@'), ('[', '^'), ('`', '`'), ('{', char::MAX)]),
        Some('a') => Escape::Char('\x07'),
        Some('f') => Escape::Char('\x0c'),
        Some('n') => Escape::Char('\n'),
        Some('r') => Escape::Char('\r'),
        Some('t') => Escape::Char('\t'),
        Some('v') => Escape::Char('\x0b'),
        Some('A' | 'b' | 'B' | 'z' | 'Q' | 'x' | 'p' | 'P' | '0'..='7') => return Err(Flaw::Unsupported),
        Some(ch) if ch.is_ascii() && !ch.is_ascii_alphanumeric() => Escape::Char(ch),
        _ => return Err(Flaw::Malformed),
    };
    Ok(escape)
}

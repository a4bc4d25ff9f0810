//! What can stand behind the name in `${NAME…}`.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::syntax::Part;
use crate::syntax::names::is_name_char;

/// A modifier: what is written, what it is filled in with, what it does, and whether the builder had it from the start.
const MODIFIERS: [(&str, &str, &str); 8] = [
    (":-", "default", "the default where it is unset or empty"),
    (":+", "text", "the text where it is set and not empty"),
    (":?", "message", "fails with the message where it is unset or empty"),
    ("-", "default", "the default where it is unset"),
    ("#", "pattern", "without the shortest match at its start (frontend 1.7)"),
    ("%", "pattern", "without the shortest match at its end (frontend 1.7)"),
    ("/", "pattern/text", "with the first match replaced (frontend 1.7)"),
    ("//", "pattern/text", "with every match replaced (frontend 1.7)"),
];

/// Behind `${NAME:`: behind the name alone a variable is still typed.
pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let before = cursor.before(cursor.ast.keyword.end as usize);
    let typed = before.strip_suffix([':', '#', '%', '/'])?;
    let name_start = typed.trim_end_matches(is_name_char);
    if !name_start.ends_with("${") || name_start.len() == typed.len() || !super::variable::is_expanded(cursor)
    {
        return None;
    }
    let start = cursor.joined - 1;
    let rest = cursor.line().get(cursor.joined..cursor.word.end as usize)?;
    if !rest.is_empty() && !rest.starts_with('}') {
        return Some(Vec::new());
    }
    let span = cursor.place(Part::new(start, cursor.joined))?;
    let close = if rest.starts_with('}') { "" } else { "}" };
    let begun = cursor.line().get(start..cursor.joined)?;
    let fitting = MODIFIERS.iter().filter(|(modifier, ..)| modifier.starts_with(begun));
    let completion = |(modifier, filled, about): &(&str, &str, &str)| {
        Completion::new(Kind::Value, format!("{modifier}{filled}"), span.clone())
            .detail(*about)
            .writing(format!("{modifier}{close}"))
            .snippet(format!("{modifier}${{1:{filled}}}{}", if close.is_empty() { "" } else { "\\}" }))
    };
    Some(fitting.map(completion).collect())
}

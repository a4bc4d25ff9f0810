//! Values of flags that are one of a few words: choices, platforms, permissions, `true` and `false`, and defaults.

use super::cursor::Cursor;
use super::{Completion, Kind, path};
use crate::knowledge::flags::{self, ValueKind};
use crate::knowledge::platforms;

/// Permissions that files are usually given.
const MODES: [(&str, &str); 5] = [
    ("755", "the owner writes, everybody reads and runs"),
    ("644", "the owner writes, everybody reads"),
    ("700", "for the owner alone, to run"),
    ("600", "for the owner alone"),
    ("u=rwX,go=rX", "folders and programs can be entered and run, others only read (frontend 1.14)"),
];

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let (name, part) = cursor.flag_value()?;
    if cursor.instruction().str(part).contains(['"', '\'', '$']) {
        return Some(Vec::new());
    }
    let known = flags::flag(cursor.ast.kind.keyword(), name)?;
    if known.value == ValueKind::Pattern && cursor.ast.flag(cursor.line(), "from").is_none() {
        return path::sources(cursor, part);
    }
    let words: Vec<(&str, Option<&str>)> = match known.value {
        ValueKind::Bool => vec![("true", None), ("false", None)],
        ValueKind::Choice(words) => words.iter().map(|word| (*word, None)).collect(),
        ValueKind::Platform => {
            let known = platforms::all().iter().map(|platform| (platform.name, Some(platform.summary)));
            // What compiles for other platforms runs where it is built. The platform of the image is the default.
            let built = ("$BUILDPLATFORM", Some("the platform of the machine that builds"));
            let typed = cursor.before(part.start as usize).to_ascii_uppercase();
            let is_begun = "BUILDPLATFORM".starts_with(&typed);
            std::iter::once(built).filter(|_| is_begun).chain(known).collect()
        }
        ValueKind::Mode => MODES.iter().map(|(mode, about)| (*mode, Some(*about))).collect(),
        ValueKind::Duration | ValueKind::Number => {
            known.default.iter().map(|value| (*value, Some("the default"))).collect()
        }
        _ => Vec::new(),
    };
    let span = cursor.place(part)?;
    let completion = |(word, summary): (&str, Option<&str>)| Completion {
        detail: summary.map(str::to_owned),
        ..Completion::new(Kind::Value, word, span.clone())
    };
    Some(words.into_iter().map(completion).collect())
}

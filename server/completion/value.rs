//! Values of flags that are one of a few words: choices, platforms, `true` and `false`.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::knowledge::flags::{self, ValueKind};
use crate::knowledge::platforms;
use crate::text::Edit;

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let (name, part) = cursor.flag_value()?;
    if cursor.instruction().str(part).contains(['"', '\'', '$']) {
        return Some(Vec::new());
    }
    let known = flags::flag(cursor.ast.kind.keyword(), name)?;
    let words: Vec<(&str, Option<&str>)> = match known.value {
        ValueKind::Bool => vec![("true", None), ("false", None)],
        ValueKind::Choice(words) => words.iter().map(|word| (*word, None)).collect(),
        ValueKind::Platform => {
            platforms::all().iter().map(|platform| (platform.name, Some(platform.summary))).collect()
        }
        _ => Vec::new(),
    };
    let span = cursor.place(part)?;
    let completion = |(word, summary): (&str, Option<&str>)| Completion {
        label: word.to_owned(),
        kind: Kind::Value,
        detail: summary.map(str::to_owned),
        documentation: None,
        edit: Edit::replace(span.clone(), word),
    };
    Some(words.into_iter().map(completion).collect())
}

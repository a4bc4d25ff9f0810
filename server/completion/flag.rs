//! Flags, where nothing but other flags stands before.

use super::cursor::Cursor;
use super::{Completion, Kind, keyword};
use crate::knowledge::flags::{self, Flag, ValueKind};
use crate::knowledge::markdown;
use crate::syntax::{Kind as Instruction, Part};
use crate::text::Span;

/// Flags that are offered before others, in this order: a choice.
const FIRST: [&str; 4] = ["from", "mount", "chown", "link"];

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let written = cursor.instruction().str(cursor.word);
    if !cursor.is_among_flags() {
        return None;
    }
    let mut completions = Vec::new();
    if cursor.ast.kind == Instruction::Healthcheck && !written.starts_with('-') {
        completions.extend(keyword::of_healthcheck(cursor));
    }
    if written.is_empty() && !cursor.is_behind_blank() || written.starts_with('-') {
        completions.extend(flags_at(cursor, written)?);
    }
    Some(completions)
}

fn flags_at(cursor: &Cursor<'_>, written: &str) -> Option<Vec<Completion>> {
    // What stands behind `=` stays.
    let name = written.find('=').unwrap_or(written.len());
    let part = Part::new(cursor.word.start as usize, cursor.word.start as usize + name);
    let has_value = name < written.len();
    if cursor.joined > part.end as usize {
        return None;
    }
    let span = cursor.place(part)?;
    let keyword = cursor.ast.kind.keyword();
    let wanted = flags::of(keyword).iter().filter(|flag| flag.repeatable || !is_given(cursor, flag));
    let mut wanted: Vec<&Flag> = wanted.collect();
    let place = |flag: &&Flag| FIRST.iter().position(|first| *first == flag.name).unwrap_or(FIRST.len());
    wanted.sort_by_key(place);
    Some(wanted.into_iter().map(|flag| completion(keyword, flag, span.clone(), has_value)).collect())
}

/// Whether a flag stands elsewhere in the instruction.
fn is_given(cursor: &Cursor<'_>, flag: &Flag) -> bool {
    let mut given = cursor.ast.flags_named(cursor.line(), flag.name);
    given.any(|given| given.part.start != cursor.word.start)
}

fn completion(keyword: &str, flag: &Flag, span: Span, has_value: bool) -> Completion {
    let label = format!("--{}", flag.name);
    let equals = if has_value || flag.value == ValueKind::Bool { "" } else { "=" };
    let completion = Completion::new(Kind::Flag, label.as_str(), span);
    Completion { detail: flag.default.map(|default| format!("default {default}")), ..completion }
        .documentation(markdown::flag(keyword, flag.name))
        .writing(format!("{label}{equals}"))
}

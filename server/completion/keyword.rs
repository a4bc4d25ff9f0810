//! Keywords: at the start of a line, behind ONBUILD, and the words that FROM and HEALTHCHECK know.

use super::cursor::Cursor;
use super::{Completion, Kind, comment};
use crate::document::Cx;
use crate::knowledge::instructions::{self, InstructionDoc};
use crate::knowledge::markdown;
use crate::syntax::{Kind as Instruction, Zone};
use crate::text::{Encoding, Span};

/// What an instruction is filled in with, in the protocol's notation.
const FORMS: [(&str, &str); 17] = [
    ("ADD", "${1:source} ${2:destination}"),
    ("ARG", "${1:name}"),
    ("CMD", "[\"${1:program}\"]"),
    ("COPY", "${1:source} ${2:destination}"),
    ("ENTRYPOINT", "[\"${1:program}\"]"),
    ("ENV", "${1:name}=${2:value}"),
    ("EXPOSE", "${1:port}"),
    ("FROM", "${1:image}"),
    ("HEALTHCHECK", "CMD ${1:command}"),
    ("LABEL", "${1:key}=\"${2:value}\""),
    ("ONBUILD", "${1:instruction}"),
    ("RUN", "${1:command}"),
    ("SHELL", "[\"${1:program}\", \"${2:option}\"]"),
    ("STOPSIGNAL", "${1:signal}"),
    ("USER", "${1:name}"),
    ("VOLUME", "${1:folder}"),
    ("WORKDIR", "${1:folder}"),
];

/// The instructions in the order in which they are offered: a choice, those first that every file has.
const USUAL: [&str; 18] = [
    "RUN",
    "COPY",
    "WORKDIR",
    "ENV",
    "ARG",
    "FROM",
    "CMD",
    "ENTRYPOINT",
    "EXPOSE",
    "USER",
    "LABEL",
    "ADD",
    "HEALTHCHECK",
    "VOLUME",
    "SHELL",
    "STOPSIGNAL",
    "ONBUILD",
    "MAINTAINER",
];

/// What BuildKit does not let an ONBUILD keep.
const NOT_KEPT: [&str; 3] = ["FROM", "MAINTAINER", "ONBUILD"];

/// At a blank line between instructions.
pub(super) fn at_line_start(cx: &Cx<'_>, offset: usize) -> Option<Vec<Completion>> {
    let file = cx.document.file();
    if let Some(item) = file.index_of_typing(offset).and_then(|index| file.item(index)) {
        let local = offset.checked_sub(item.start)?;
        let is_above = local < item.instruction.span().start;
        if !is_above || item.instruction.zone_at(local) != Zone::Outside {
            return None;
        }
    }
    let text = cx.document.text();
    let position = text.position(offset, Encoding::Utf8);
    let start = offset.checked_sub(position.character as usize)?;
    let line = text.slice(start..text.line_end(position.line as usize));
    let is_blank = line.trim_start_matches('\u{feff}').trim().is_empty();
    if !is_blank {
        return None;
    }
    let mut completions = keywords(cx, usize::MAX, offset..offset, |_| true);
    if cx.document.text().len() == offset && file.items().is_empty() && position.line == 0 {
        completions.extend(comment::first(offset..offset));
    }
    Some(completions)
}

/// In a half-typed keyword, and where a word is expected.
pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    if cursor.is_in_keyword() {
        return Some(keywords(cursor.cx, cursor.index, cursor.place(cursor.word)?, |_| true));
    }
    match (cursor.ast.kind, cursor.argument()) {
        (Instruction::Onbuild, 0) => {
            let is_kept = |keyword: &str| !NOT_KEPT.contains(&keyword);
            Some(keywords(cursor.cx, cursor.index, cursor.place(cursor.word)?, is_kept))
        }
        // A stage needs no name.
        (Instruction::From, 1) if cursor.is_behind_blank() => Some(Vec::new()),
        (Instruction::From, 1) => words(cursor, &["AS"]),
        _ => None,
    }
}

/// What a HEALTHCHECK does.
pub(super) fn of_healthcheck(cursor: &Cursor<'_>) -> Vec<Completion> {
    words(cursor, &["CMD", "NONE"]).unwrap_or_default()
}

fn words(cursor: &Cursor<'_>, known: &[&str]) -> Option<Vec<Completion>> {
    let span = cursor.place(cursor.word)?;
    let is_lower = is_lower(cursor.cx, usize::MAX);
    let word = |word: &&str| {
        let completion = Completion::new(Kind::Value, cased(word, is_lower), span.clone());
        completion.documentation(markdown::instruction(word))
    };
    Some(known.iter().map(word).collect())
}

fn keywords(cx: &Cx<'_>, index: usize, span: Span, is_wanted: impl Fn(&str) -> bool) -> Vec<Completion> {
    let is_lower = is_lower(cx, index);
    let wanted = instructions::all().iter().filter(|instruction| is_wanted(instruction.keyword));
    let text = cx.document.text();
    let line = text.position(span.end, Encoding::Utf8).line;
    // What stands behind the keyword stays.
    let has_room = text.slice(span.end..text.line_end(line as usize)).trim().is_empty();
    let mut wanted: Vec<&InstructionDoc> = wanted.copied().collect();
    wanted.sort_by_key(|instruction| USUAL.iter().position(|keyword| *keyword == instruction.keyword));
    // Nothing else can stand above the first stage.
    let first = cx.document.model().stages().first().and_then(|stage| cx.document.file().item(stage.from()));
    if first.is_none_or(|first| span.start <= first.span().start) {
        let place = |keyword: &str| ["FROM", "ARG"].iter().position(|first| *first == keyword);
        wanted.sort_by_key(|instruction| place(instruction.keyword).unwrap_or(usize::MAX));
    }
    wanted.into_iter().map(|instruction| keyword(instruction, span.clone(), is_lower, has_room)).collect()
}

fn keyword(instruction: &InstructionDoc, span: Span, is_lower: bool, has_room: bool) -> Completion {
    let keyword = cased(instruction.keyword, is_lower);
    let completion = Completion::new(Kind::Instruction, keyword.as_str(), span)
        .detail(instruction.summary)
        .documentation(markdown::instruction(instruction.keyword))
        .deprecated(instruction.deprecated);
    match FORMS.iter().find(|(name, _)| has_room && *name == instruction.keyword) {
        Some((_, form)) => completion.snippet(format!("{keyword} {form}")),
        None => completion,
    }
}

fn cased(word: &str, is_lower: bool) -> String {
    if is_lower { word.to_ascii_lowercase() } else { word.to_owned() }
}

/// Whether the file writes its keywords in lower case: the first one, but for the instruction that is typed, says.
fn is_lower(cx: &Cx<'_>, typed: usize) -> bool {
    let items = cx.document.file().items().iter().enumerate();
    let mut others = items.filter(|(index, _)| *index != typed).map(|(_, item)| &item.instruction);
    let first = others.find(|instruction| instruction.ast().kind != Instruction::Unknown);
    first
        .is_some_and(|first| !first.str(first.ast().keyword).contains(|char: char| char.is_ascii_uppercase()))
}

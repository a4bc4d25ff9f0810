//! Variables: where ARG and ENV say them, and wherever the builder or a shell reads them.

use std::collections::HashSet;

use super::{Occurrence, Said, Subject, Symbol};
use crate::document::cursor::Cursor;
use crate::knowledge::variables;
use crate::semantic::facts::Facts;
use crate::semantic::variable_mentions::{Mention, Role};
use crate::semantic::variable_uses::{Reader, kept_variable_uses};
use crate::syntax::names::is_name_char;
use crate::syntax::{Arguments, Kind, Zone};
use crate::text::Span;

/// Of a long chain of values made from each other, no more than this many are named.
const MOST_DEFINITIONS: usize = 100;

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Symbol> {
    // `ENV =1`, half typed, names nothing.
    let (name, here) = used(cursor).or_else(|| declared(cursor)).filter(|(name, _)| !name.is_empty())?;
    let mentions = cursor.model().variable_mentions(cursor.file(), &name);
    let mention = mentions.iter().find(|mention| mention.item == cursor.index && mention.span == here)?;
    let before = |mention: &Mention| mentions.get(mention.source?);
    let chain: Vec<&Mention> =
        std::iter::successors(before(mention), |mention| before(mention)).take(MOST_DEFINITIONS).collect();
    let own = Some(mention).filter(|mention| mention.role.is_declaration());
    let same: Vec<&Mention> = mentions.iter().filter(|other| other.group == mention.group).collect();
    let occurrence = |mention: &Mention| {
        let span = cursor.absolute(mention.item, mention.span.clone())?;
        Some(Occurrence { span, is_declaration: mention.role.is_declaration(), is_name: true })
    };
    Some(Symbol {
        subject: Subject::Variable,
        here: cursor.item.absolute(here),
        definitions: match own {
            Some(own) if chain.is_empty() => said(cursor, own).into_iter().collect(),
            _ => chain.iter().filter_map(|mention| said(cursor, mention)).collect(),
        },
        declaration: own.or(chain.first().copied()).and_then(|mention| said(cursor, mention)),
        occurrences: same.iter().filter_map(|mention| occurrence(mention)).collect(),
        obstacle: obstacle(cursor, &name, &same),
        name,
    })
}

/// The variable that something reads here: its name and where that stands.
fn used(cursor: &Cursor<'_>) -> Option<(String, Span)> {
    if !matches!(cursor.zone, Zone::Line(_) | Zone::HeredocBody(_)) {
        return None;
    }
    let uses = kept_variable_uses(cursor.instruction(), cursor.model().has_posix_shell(cursor.index));
    let here = uses.filter(|found| {
        found.span.start <= cursor.local && cursor.local <= found.name_span.end.max(found.span.start)
    });
    // Of two that touch, the one that begins here.
    let found = here.max_by_key(|found| found.span.start)?;
    Some((found.name.clone(), found.name_span.clone()))
}

/// The variable that an ARG or ENV names here.
fn declared(cursor: &Cursor<'_>) -> Option<(String, Span)> {
    let instruction = cursor.instruction();
    let ast = instruction.ast().innermost();
    let (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
        return None;
    };
    let pair = pairs.iter().find(|pair| cursor.is_on(pair.key))?;
    Some((instruction.str(pair.key).to_owned(), instruction.place(pair.key)))
}

/// The name and value that a declaration gives.
fn said(cursor: &Cursor<'_>, mention: &Mention) -> Option<Said> {
    let name = cursor.absolute(mention.item, mention.span.clone())?;
    let instruction = cursor.file().instruction(mention.item)?;
    let pairs = match &instruction.ast().innermost().arguments {
        Arguments::KeyValues(pairs) => pairs.as_slice(),
        _ => &[],
    };
    let pair = pairs.iter().find(|pair| instruction.place(pair.key) == mention.span);
    let whole = pair.and_then(|pair| cursor.part(mention.item, pair.part()));
    Some(Said { whole: whole.unwrap_or_else(|| name.clone()), name })
}

fn obstacle(cursor: &Cursor<'_>, name: &str, same: &[&Mention]) -> Option<String> {
    if variables::variable(name).is_some() && !same.iter().any(|mention| mention.role == Role::Env) {
        return Some(format!("`{name}` is a name that the builder gives"));
    }
    if same.iter().any(|mention| mention.role.is_declaration()) {
        return in_foreign_shell(cursor, name, same);
    }
    // A shell may set it itself, in a way that is not seen as an assignment: `read name`.
    let by_shell =
        same.iter().filter(|mention| matches!(mention.role, Role::Use(Reader::Shell | Reader::Container)));
    let facts = |mention: &&Mention| Facts::of(cursor.file().instruction(mention.item)?);
    let mut scripts = by_shell.filter_map(facts).map(|facts| facts.script.text().text());
    scripts.any(|text| is_bare_word(text, name)).then(|| format!("a command may set `{name}`"))
}

/// Says where a command that is not understood may read the variable: `$env:name`, `%name%`.
fn in_foreign_shell(cursor: &Cursor<'_>, name: &str, same: &[&Mention]) -> Option<String> {
    let stage_of = |item: usize| cursor.model().stage_at(item).map(|stage| stage.index);
    let stages: HashSet<usize> = same.iter().filter_map(|mention| stage_of(mention.item)).collect();
    let mut items = cursor.file().items().iter().enumerate();
    let (_, item) = items.find(|(index, item)| {
        let ast = item.instruction.ast().innermost();
        let is_command = matches!(ast.kind, Kind::Run | Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck);
        is_command
            && !matches!(ast.arguments, Arguments::Json(_))
            && item.instruction.source().contains(name)
            && !cursor.model().has_posix_shell(*index)
            && stage_of(*index).is_some_and(|stage| stages.contains(&stage))
    })?;
    let line = cursor.cx.document.line_number(item.span().start);
    Some(format!("the command in line {line} may read `{name}`, but its shell is not understood"))
}

/// Whether a name stands in shell text otherwise than behind `$` and `${`.
fn is_bare_word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(start, _)| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + name.len()..).unwrap_or_default();
        !before.ends_with(is_name_char)
            && !after.starts_with(is_name_char)
            && !before.ends_with(['$', '{', '#', '!'])
    })
}

//! Variables: where ARG and ENV say them, and wherever the builder or a shell reads them.

use std::collections::HashSet;

use super::{Occurrence, Said, Subject, Symbol};
use crate::document::cursor::Cursor;
use crate::knowledge::environment_names::environment_name;
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
    found(cursor, false)
}

/// As `find`; of an argument, with every other variable that the build gives the same value.
pub(super) fn with_others(cursor: &Cursor<'_>) -> Option<Symbol> {
    found(cursor, true)
}

fn found(cursor: &Cursor<'_>, has_others: bool) -> Option<Symbol> {
    // `ENV =1`, half typed, names nothing.
    let (name, here) = used(cursor).or_else(|| declared(cursor)).filter(|(name, _)| !name.is_empty())?;
    let mentions = cursor.model().variable_mentions(cursor.file(), &name);
    let mention = mentions.iter().find(|mention| mention.item == cursor.index && mention.span == here)?;
    let before = |mention: &Mention| mentions.get(mention.source?);
    let chain: Vec<&Mention> =
        std::iter::successors(before(mention), |mention| before(mention)).take(MOST_DEFINITIONS).collect();
    let own = Some(mention).filter(|mention| mention.role.is_declaration());
    let arguments = mentions.iter().filter(|other| matches!(other.role, Role::Arg(_)));
    let arguments: Vec<_> = arguments.map(|other| other.group).collect();
    let is_argument = |other: &Mention| arguments.contains(&other.group);
    let is_same = |other: &&Mention| {
        other.group == mention.group || has_others && is_argument(mention) && is_argument(other)
    };
    let same: Vec<&Mention> = mentions.iter().filter(is_same).collect();
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
        obstacle: obstacle(cursor, &name, &mentions, &same),
        name,
    })
}

/// The argument of the build that the ARG at the cursor, or what it gives a value to, names.
pub(super) fn argument(cursor: &Cursor<'_>) -> Option<String> {
    let (name, here) = used(cursor).or_else(|| declared(cursor)).filter(|(name, _)| !name.is_empty())?;
    let mentions = cursor.model().variable_mentions(cursor.file(), &name);
    let mention = mentions.iter().find(|mention| mention.item == cursor.index && mention.span == here)?;
    let mut arguments = mentions.iter().filter(|mention| matches!(mention.role, Role::Arg(_)));
    arguments.any(|argument| argument.group == mention.group).then_some(name)
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

fn obstacle(cursor: &Cursor<'_>, name: &str, all: &[Mention], same: &[&Mention]) -> Option<String> {
    if variables::variable(name).is_some() && !same.iter().any(|mention| mention.role == Role::Env) {
        return Some(format!("`{name}` is a name that the builder gives"));
    }
    if is_well_known(name) {
        return Some(format!("`{name}` is a name that programs look for"));
    }
    if same.iter().any(|mention| mention.role.is_declaration()) {
        return takes_over(cursor, name, all, same).or_else(|| in_foreign_shell(cursor, name, same));
    }
    let by_shell =
        || same.iter().filter(|mention| matches!(mention.role, Role::Use(Reader::Shell | Reader::Container)));
    let is_declared = all.iter().any(|mention| mention.role.is_declaration());
    // What nothing but the builder reads is about to be declared: few base images give it a value.
    if !is_declared && cursor.model().stage_at(cursor.index).is_some() && by_shell().next().is_some() {
        return Some(format!(
            "no line of this file declares `{name}`: the base image or a shell gives it its value"
        ));
    }
    // A shell may set it itself, in a way that is not seen as an assignment: `read name`.
    let facts = |mention: &&Mention| Facts::of(cursor.file().instruction(mention.item)?);
    let mut scripts = by_shell().filter_map(facts).map(|facts| facts.script.text().text());
    scripts.any(|text| is_bare_word(text, name)).then(|| format!("a command may set `{name}`"))
}

/// Whether programs read a variable by this name, whoever sets it.
fn is_well_known(name: &str) -> bool {
    const OF_SHELLS: [&str; 8] = ["HOME", "HOSTNAME", "IFS", "LOGNAME", "PWD", "SHELL", "TERM", "USER"];
    environment_name(name).is_some() || OF_SHELLS.contains(&name)
}

/// Says where a declaration is made from the value that the base image has under the same name: `ENV A=/x:$A`.
fn takes_over(cursor: &Cursor<'_>, name: &str, all: &[Mention], same: &[&Mention]) -> Option<String> {
    let is_own = |mention: &&Mention| {
        let is_from_base = mention.source.is_none() && !mention.role.is_declaration();
        let mut declared =
            same.iter().filter(|other| other.item == mention.item && other.role.is_declaration());
        is_from_base
            && declared.any(|other| {
                said(cursor, other)
                    .zip(cursor.absolute(mention.item, mention.span.clone()))
                    .is_some_and(|(said, used)| said.whole.start <= used.start && used.end <= said.whole.end)
            })
    };
    let item = cursor.file().item(all.iter().find(is_own)?.item)?;
    let line = cursor.cx.document.line_number(item.span().start);
    Some(format!("line {line} takes over what the base image has in `{name}`"))
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

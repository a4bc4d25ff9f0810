//! Package managers in the shell text of a RUN: the programs, their sub-commands and their options.

use super::command::{self, TypedWord};
use super::cursor::Cursor;
use super::{Asked, Completion, Kind};
use crate::document::Cx;
use crate::knowledge::images::Manager;
use crate::knowledge::package_managers::options::options;
use crate::knowledge::package_managers::sub_commands::sub_commands;
use crate::knowledge::package_managers::{self, Action, Family, PackageManager};
use crate::semantic::packages;
use crate::syntax::Kind as Instruction;
use crate::text::Span;

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let is_run = cursor.ast.kind == Instruction::Run && !cursor.is_in_keyword();
    if is_run { at(cursor.cx, cursor.index, cursor.offset, cursor.asked) } else { None }
}

/// At a byte offset of the document, in the shell text of the instruction `index`.
pub(super) fn at(cx: &Cx<'_>, index: usize, offset: usize, asked: Asked) -> Option<Vec<Completion>> {
    let TypedWord { words, typed, span } = command::word_at(cx, index, offset)?;
    let behind = words.get(..words.len() - 1)?;
    let Some(program) = behind.first() else {
        return Some(programs(cx, index, &typed, &span, asked));
    };
    let (manager, first) = packages::manager(program.value.as_deref()?, 0, behind)?;
    let words: Vec<&str> =
        behind.iter().skip(first).map(|word| word.value.as_deref().unwrap_or_default()).collect();
    if let Some(found) = of_project(cx, manager, &words, &span) {
        return Some(found);
    }
    Some(of_manager(manager, &words, &typed, &span, asked))
}

/// What the files of the project name: the scripts that `run` takes, and lists of requirements.
fn of_project(cx: &Cx<'_>, manager: &PackageManager, words: &[&str], span: &Span) -> Option<Vec<Completion>> {
    match (manager.family, words) {
        (Family::Npm | Family::Yarn | Family::Pnpm | Family::Bun, ["run" | "run-script"]) => {
            let manifest: serde_json::Value = serde_json::from_str(&cx.context.read("package.json")?).ok()?;
            let scripts = manifest.get("scripts")?.as_object()?.iter();
            let script = |(name, text): (&String, &serde_json::Value)| {
                Completion::new(Kind::Command, name, span.clone()).detail(text.as_str().unwrap_or_default())
            };
            Some(scripts.map(script).collect())
        }
        (Family::Pip | Family::Uv, [.., "-r" | "--requirement"]) => {
            let names = cx.context.list("")?.into_iter();
            let lists = names.filter(|name| name.contains("requirements") && name.ends_with(".txt"));
            Some(lists.map(|name| Completion::new(Kind::File, name, span.clone())).collect())
        }
        _ => None,
    }
}

/// Those that begin as what is typed, the one of the base image first. Where nothing is typed any program could stand: they are
/// offered at the beginning of a RUN alone, without those of other distributions, and unasked only where the image says which.
fn programs(cx: &Cx<'_>, index: usize, typed: &str, span: &Span, asked: Asked) -> Vec<Completion> {
    let image = cx.document.model().base_image(index);
    let of_image = image.and_then(|image| image.manager).and_then(Manager::program);
    let is_begun = !typed.is_empty();
    if !is_begun && (!is_empty(cx, index) || of_image.is_none() && asked == Asked::ByTyping) {
        return Vec::new();
    }
    let is_of_other = |manager: &&&PackageManager| {
        let is_own = of_image.is_none_or(|program| manager.programs.contains(&program));
        manager.family.is_of_distribution() && !is_own
    };
    let managers = package_managers::all().iter().filter(|manager| is_begun || !is_of_other(manager));
    // Behind its usual name stand others that mean the same.
    let names = managers.filter_map(|manager| manager.programs.first().copied());
    let mut fitting: Vec<&str> = names.filter(|program| program.starts_with(typed)).collect();
    fitting.sort_by_key(|program| of_image != Some(program));
    fitting
        .into_iter()
        .map(|program| Completion::new(Kind::Command, program, span.clone()).detail("a package manager"))
        .collect()
}

/// Whether a RUN has no command yet.
fn is_empty(cx: &Cx<'_>, index: usize) -> bool {
    let instruction = cx.document.file().instruction(index);
    instruction
        .is_some_and(|instruction| instruction.str(instruction.ast().innermost().rest).trim().is_empty())
}

fn of_manager(
    manager: &PackageManager,
    words: &[&str],
    typed: &str,
    span: &Span,
    asked: Asked,
) -> Vec<Completion> {
    let operands = operands(manager, words);
    let is_option = typed.starts_with('-');
    let mut completions = Vec::new();
    // Pacman's operations are written as options.
    if !is_option || manager.family == Family::Pacman {
        completions.extend(next_words(manager, &operands, span));
    }
    if is_option || typed.is_empty() && asked == Asked::ByHand {
        completions.extend(flags(manager, &operands, words, span));
    }
    completions
}

/// What is no option and no option's value; pacman's operation, and what follows it.
fn operands<'a>(manager: &PackageManager, words: &[&'a str]) -> Vec<&'a str> {
    let mut operands = Vec::new();
    let mut is_value = false;
    for word in words {
        if is_value {
            is_value = false;
        } else if word.starts_with('-') && manager.verb(&[*word]).is_none() {
            is_value = manager.value_options.contains(word);
        } else {
            operands.push(*word);
        }
    }
    operands
}

/// The next words of the sub-commands that begin with what is there.
fn next_words(manager: &PackageManager, operands: &[&str], span: &Span) -> Vec<Completion> {
    let mut completions: Vec<Completion> = Vec::new();
    for (written, about) in sub_commands(manager.name) {
        let words: Vec<&str> = written.split(' ').collect();
        let Some((next, rest)) = words.strip_prefix(operands).and_then(<[&str]>::split_first) else {
            continue;
        };
        let known = completions.iter_mut().find(|other| other.label == *next);
        match (known, rest) {
            (Some(known), [more, ..]) => {
                known.detail = known.detail.take().map(|detail| format!("{detail}, {more}"));
            }
            (Some(_), []) => {}
            (None, rest) => {
                let detail = rest.first().map_or((*about).to_owned(), |more| format!("with {more}"));
                completions.push(Completion::new(Kind::Command, *next, span.clone()).detail(detail));
            }
        }
    }
    completions
}

/// What the sub-command takes that is there; the likeliest first.
fn flags(manager: &PackageManager, operands: &[&str], words: &[&str], span: &Span) -> Vec<Completion> {
    let action = manager.verb(operands).map(|verb| verb.action);
    let changes = matches!(action, Some(Action::Install | Action::Upgrade | Action::Remove));
    // Of those that say the same, the first is the usual one; of a short and a long one, the long one says what it does.
    let is_yes = words.iter().any(|word| manager.yes.contains(word));
    let yes = manager.yes.first().filter(|_| changes && !is_yes);
    let is_kept_out = words.iter().any(|word| manager.no_cache.contains(word));
    let cache = manager.no_cache.iter().find(|flag| flag.starts_with("--"));
    let cache = cache.filter(|_| action == Some(Action::Install) && !is_kept_out);
    let cache = cache.into_iter().map(|flag| (*flag, "leaves no downloads behind"));
    let own = options(manager.family, operands);
    let mut own = own.filter(|(flag, _)| !words.contains(flag));
    let first = own.next();
    let yes = yes.into_iter().map(|flag| (*flag, "asks nothing"));
    let all = cache.chain(first).chain(yes).chain(own);
    all.map(|(flag, about)| Completion::new(Kind::Flag, flag, span.clone()).detail(about)).collect()
}

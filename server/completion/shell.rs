//! Package managers in the shell text of a RUN: the programs, their sub-commands and their flags.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::knowledge::package_managers::{self, Action, Family, PackageManager, Verb};
use crate::syntax::{Kind as Instruction, Part};
use crate::text::Span;

/// What runs another program, and may stand before it.
const WRAPPERS: [&str; 4] = ["sudo", "env", "exec", "command"];

/// Flags of an install that are worth a word and that the tables of the managers do not hold.
const INSTALL_FLAGS: [(Family, &str, &str); 8] = [
    (Family::Apt, "--no-install-recommends", "leaves out packages that are only recommended"),
    (Family::Apk, "--virtual", "gives the packages a name by which they are removed again"),
    (Family::Pip, "--requirement", "the packages that a file lists"),
    (Family::Pip, "--require-hashes", "fails where a package has not the hash that the file says"),
    (Family::Npm, "--omit=dev", "leaves out what only development needs"),
    (Family::Yarn, "--immutable", "fails where the lock file would change"),
    (Family::Pnpm, "--frozen-lockfile", "fails where the lock file would change"),
    (Family::Composer, "--no-dev", "leaves out what only development needs"),
];

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let environment = cursor.cx.document.model().environment_at(cursor.index);
    let is_foreign = environment.is_some_and(|environment| !environment.shell.is_posix());
    let start = cursor.ast.rest.start as usize;
    if cursor.ast.kind != Instruction::Run || is_foreign || !cursor.instruction().heredocs().is_empty() {
        return None;
    }
    let before = cursor.before(start);
    let (words, typed) = command(before)?;
    let end = cursor.word.end as usize;
    let part = Part::new(cursor.joined - typed.len(), end.max(cursor.joined));
    let is_clean = cursor
        .instruction()
        .str(part)
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "-_=.".contains(char));
    let span = cursor.place(part).filter(|_| is_clean)?;
    let mut words = words.into_iter().skip_while(|word| WRAPPERS.contains(word) || word.contains('='));
    let Some(program) = words.next() else {
        return Some(programs(typed, &span));
    };
    let manager = package_managers::of_program(program)?;
    let words: Vec<&str> = words.collect();
    Some(of_manager(manager, &words, typed, &span))
}

/// The words of the simple command that is typed, and the one at the cursor; `None` inside of quotes and of a comment.
fn command(before: &str) -> Option<(Vec<&str>, &str)> {
    let mut quote = None;
    let mut start = 0;
    for (offset, char) in before.char_indices() {
        match (quote, char) {
            (None, '"' | '\'' | '`') => quote = Some(char),
            (Some(open), _) if open == char => quote = None,
            (None, '&' | '|' | ';' | '(' | '\n') => start = offset + char.len_utf8(),
            (None, '#') if before.get(..offset)?.ends_with(char::is_whitespace) => return None,
            _ => {}
        }
    }
    let text = before.get(start..).filter(|_| quote.is_none())?;
    let typed = text.rsplit(char::is_whitespace).next()?;
    let words = text.get(..text.len() - typed.len())?.split_whitespace().collect();
    Some((words, typed))
}

fn programs(typed: &str, span: &Span) -> Vec<Completion> {
    if typed.is_empty() {
        // Any program could stand here.
        return Vec::new();
    }
    let all = package_managers::all().iter().flat_map(|manager| manager.programs.iter());
    let fitting = all.filter(|program| program.starts_with(typed));
    fitting
        .map(|program| Completion::new(Kind::Command, *program, span.clone()).detail("a package manager"))
        .collect()
}

fn of_manager(manager: &PackageManager, words: &[&str], typed: &str, span: &Span) -> Vec<Completion> {
    let operands: Vec<&str> = operands(manager, words);
    let verb = manager.verb(&operands).filter(|verb| !verb.words.is_empty());
    let mut completions = Vec::new();
    if !typed.starts_with('-') && verb.is_none_or(|verb| verb.words.len() < operands.len() + 1) {
        completions.extend(verbs(manager, &operands, span));
    }
    if (typed.starts_with('-') || typed.is_empty()) && manager.family != Family::Pacman {
        completions.extend(flags(manager, verb, words, span));
    }
    completions
}

/// What is no option and no option's value.
fn operands<'a>(manager: &PackageManager, words: &[&'a str]) -> Vec<&'a str> {
    let mut operands = Vec::new();
    let mut is_value = false;
    for word in words {
        if is_value {
            is_value = false;
        } else if word.starts_with('-') {
            is_value = manager.value_options.contains(word);
        } else {
            operands.push(*word);
        }
    }
    operands
}

/// The next words of the sub-commands that begin with what is there.
fn verbs(manager: &PackageManager, operands: &[&str], span: &Span) -> Vec<Completion> {
    let mut completions: Vec<Completion> = Vec::new();
    for verb in manager.verbs.iter().filter(|verb| verb.words.starts_with(operands)) {
        let Some(next) = verb.words.get(operands.len()) else { continue };
        if completions.iter().all(|other| other.label != **next) {
            let completion = Completion::new(Kind::Command, *next, span.clone());
            completions.push(completion.detail(about(verb)));
        }
    }
    completions
}

fn about(verb: &Verb) -> &'static str {
    match verb.action {
        Action::Install => "fetches and installs",
        Action::UpdateLists => "fetches the lists of packages",
        Action::Upgrade => "brings packages to newer versions",
        Action::Remove => "takes packages away",
        Action::Clean => "deletes caches",
        Action::Build => "builds the project",
        Action::Other => "a sub-command",
    }
}

fn flags(manager: &PackageManager, verb: Option<&Verb>, words: &[&str], span: &Span) -> Vec<Completion> {
    let changes =
        verb.is_some_and(|verb| matches!(verb.action, Action::Install | Action::Upgrade | Action::Remove));
    let installs = verb.is_some_and(|verb| verb.action == Action::Install);
    let is_short = |flag: &&&str| !flag.contains('=');
    // One of those that say the same, the first of which is the usual one.
    let is_yes = words.iter().any(|word| manager.yes.contains(word));
    let yes = manager.yes.iter().find(is_short).filter(|_| changes && !is_yes);
    let yes = yes.into_iter().map(|flag| (*flag, "asks nothing"));
    let cache =
        manager.no_cache.iter().filter(|_| installs).map(|flag| (*flag, "leaves no downloads behind"));
    let own = INSTALL_FLAGS.iter().filter(|(family, ..)| installs && *family == manager.family);
    let own = own.map(|(_, flag, about)| (*flag, *about));
    let values = manager.value_options.iter().filter(|flag| flag.starts_with("--"));
    let values = values.map(|flag| (*flag, "takes a value"));
    let mut completions: Vec<Completion> = Vec::new();
    for (flag, about) in cache.chain(own).chain(yes).chain(values) {
        if !words.contains(&flag) && completions.iter().all(|other| other.label != flag) {
            completions.push(Completion::new(Kind::Flag, flag, span.clone()).detail(about));
        }
    }
    completions
}

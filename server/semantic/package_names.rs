//! The packages that a command names one after the other, and the order in which people look for them.

use std::cmp::Ordering;

use super::packages::PackageCommand;
use crate::knowledge::package_managers::Action;
use crate::syntax::Script;
use crate::syntax::shell::{Form, Nesting, Word};

/// The packages of an install of a distribution's manager, where nothing else stands between them and all of them are
/// known by name; none otherwise.
pub fn names<'a>(package: &PackageCommand, script: &'a Script) -> Vec<&'a Word> {
    let words = package.words(script);
    let is_whole = package.manager.family.is_of_distribution()
        && package.action == Action::Install
        && !package.has_unknown_words
        && script.form() != Form::Exec
        && !script
            .commands()
            .get(package.command)
            .is_none_or(|found| found.nesting.any(Nesting::BROKEN.and(Nesting::SCRIPT)));
    let (Some(first), Some(last)) = (package.operands.first(), package.operands.last()) else {
        return Vec::new();
    };
    let list = words.get(*first..=*last).unwrap_or_default();
    if !is_whole || list.len() != package.operands.len() || !list.iter().all(is_name) {
        return Vec::new();
    }
    list.iter().collect()
}

fn is_name(word: &Word) -> bool {
    let name = text(word);
    !name.is_empty() && !name.starts_with(['-', '.', '/', '@']) && !name.contains("://")
}

/// What a word says; empty where only the shell knows.
pub fn text(word: &Word) -> &str {
    word.value.as_deref().unwrap_or_default()
}

/// In the order of names, whatever their case, and then of what stands behind them.
pub fn compare(left: &Word, right: &Word) -> Ordering {
    let key = |word: &Word| {
        let text = text(word);
        let end = text.find(['=', '<', '>', '~', ':']).unwrap_or(text.len());
        (text.get(..end).unwrap_or_default().to_lowercase(), text.to_owned())
    };
    key(left).cmp(&key(right))
}

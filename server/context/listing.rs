//! What lies in the build context, level by level, and what the patterns make of it.

use super::ignore::{IgnoreFile, Pattern, Verdict};
use super::patterns::is_plain;
use super::{BuildContext, Lookup};
use crate::path;

/// So many entries are looked at for one answer, at most.
const MOST_ENTRIES: usize = 2_000;
/// So many steps of matching are made for one character of every entry, at most.
const MOST_STEPS: usize = 2_000_000;

/// The upper levels of a build context, and what an ignore file says of them.
pub(crate) struct Listing {
    entries: Vec<Entry>,
    /// So many levels are there without a gap.
    whole_levels: usize,
}

/// A file or folder.
struct Entry {
    path: String,
    is_folder: bool,
    /// The folder that it lies in, as an index; `None` for the build context.
    parent: Option<usize>,
    verdict: Verdict,
}

/// What a pattern comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Matches {
    /// What it matches, folders with a `/` behind them; nothing inside of a folder that is matched.
    pub(crate) matched: Vec<String>,
    /// Those of which it changes whether they are ignored.
    pub(crate) changed: Vec<String>,
    /// Whether this is all.
    pub(crate) is_complete: bool,
}

impl Listing {
    /// Reads as many levels as these patterns can match, or as the limits allow.
    pub(crate) fn new<'a>(
        context: &dyn BuildContext,
        ignore: &IgnoreFile,
        patterns: impl Iterator<Item = &'a Pattern>,
    ) -> Listing {
        let wanted = patterns.map(levels).max().unwrap_or(0);
        let most = MOST_ENTRIES.min(MOST_STEPS / ignore.cost().max(1));
        let mut listing = Listing { entries: Vec::new(), whole_levels: 0 };
        let mut folders: Vec<Option<usize>> = vec![None];
        while listing.whole_levels < wanted {
            let first = listing.entries.len();
            for folder in folders {
                if listing.extend(context, ignore, folder, most).is_none() {
                    return listing;
                }
            }
            let new = listing.entries.iter().enumerate().skip(first);
            folders = new.filter(|(_, entry)| entry.is_folder).map(|(index, _)| Some(index)).collect();
            // Below the last folder there is nothing more to see.
            listing.whole_levels = if folders.is_empty() { usize::MAX } else { listing.whole_levels + 1 };
        }
        listing
    }

    /// Adds what lies in a folder; `None` where that is not known, or too much.
    fn extend(
        &mut self,
        context: &dyn BuildContext,
        ignore: &IgnoreFile,
        folder: Option<usize>,
        most: usize,
    ) -> Option<()> {
        let above = folder.and_then(|folder| self.entries.get(folder));
        let (folder_path, above) =
            above.map_or_else(Default::default, |above| (above.path.clone(), above.verdict.clone()));
        for name in context.list(&folder_path)? {
            let path = path::join(&folder_path, &name);
            let is_folder = match context.entry(&path) {
                Lookup::File(_) => false,
                Lookup::Folder => true,
                Lookup::Absent => continue,
                Lookup::Unknown => return None,
            };
            if self.entries.len() >= most {
                return None;
            }
            let verdict = ignore.verdict_below(&path, &above);
            self.entries.push(Entry { path, is_folder, parent: folder, verdict });
        }
        Some(())
    }

    /// What the pattern of this index comes to.
    pub(crate) fn matches(&self, context: &dyn BuildContext, ignore: &IgnoreFile, index: usize) -> Matches {
        let Some(pattern) = ignore.patterns().get(index) else { return Matches::default() };
        if is_plain(pattern.text()) {
            return plain(context, ignore, index, pattern.text());
        }
        let mut matches = Matches { is_complete: levels(pattern) <= self.whole_levels, ..Matches::default() };
        let mut is_inside: Vec<bool> = Vec::new();
        for entry in &self.entries {
            let was_inside = entry.parent.and_then(|parent| is_inside.get(parent)).copied().unwrap_or(false);
            let is_match = was_inside || pattern.matches(&entry.path);
            is_inside.push(is_match);
            let is_below_changed = entry
                .parent
                .and_then(|parent| self.entries.get(parent))
                .is_some_and(|parent| parent.verdict.is_changed_by(index));
            if is_match && !was_inside {
                matches.matched.push(shown(&entry.path, entry.is_folder));
            }
            if entry.verdict.is_changed_by(index) && !is_below_changed {
                matches.changed.push(shown(&entry.path, entry.is_folder));
            }
        }
        matches
    }
}

/// A pattern that is a path needs no search.
fn plain(context: &dyn BuildContext, ignore: &IgnoreFile, index: usize, path: &str) -> Matches {
    let is_folder = match context.entry(path) {
        Lookup::File(_) => false,
        Lookup::Folder => true,
        Lookup::Absent => return Matches { is_complete: true, ..Matches::default() },
        Lookup::Unknown => return Matches::default(),
    };
    let matched = vec![shown(path, is_folder)];
    let changed = if ignore.verdict(path).is_changed_by(index) { matched.clone() } else { Vec::new() };
    Matches { matched, changed, is_complete: true }
}

/// So many levels have to be seen to know what a pattern matches; for a plain one none.
fn levels(pattern: &Pattern) -> usize {
    let text = pattern.text();
    if is_plain(text) {
        0
    } else if text.contains("**") || text.contains(['[', ']', '\\', '^']) {
        usize::MAX
    } else {
        1 + text.matches('/').count()
    }
}

fn shown(path: &str, is_folder: bool) -> String {
    format!("{path}{}", if is_folder { "/" } else { "" })
}

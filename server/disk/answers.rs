//! What the disk has said, kept until it is forgotten.

use std::collections::HashMap;

use crate::context::Lookup;
use crate::context::links::Behind;
use crate::context::making::Around;

/// What the disk has said, by path.
#[derive(Default)]
pub(super) struct Answers {
    /// How often something was forgotten: an answer from before is not kept after.
    pub(super) generation: u64,
    pub(super) entries: HashMap<String, Lookup>,
    pub(super) links: HashMap<String, Behind>,
    pub(super) lists: HashMap<String, Option<Vec<String>>>,
    pub(super) texts: HashMap<String, Option<String>>,
    pub(super) own_ignore: HashMap<String, OwnIgnore>,
    pub(super) making: HashMap<String, Around>,
}

/// What is known of the ignore file beside the Dockerfile.
#[derive(Clone)]
pub(super) enum OwnIgnore {
    Absent,
    Unreadable,
    Text(String),
}

impl Answers {
    /// Drops what was said of a clean path, of all in it and of the folders above it.
    pub(super) fn forget(&mut self, path: &str) {
        self.generation += 1;
        let stays = |other: &str| !is_in(other, path) && !is_in(path, other);
        self.entries.retain(|other, _| stays(other));
        self.lists.retain(|other, _| stays(other));
        // A link elsewhere may lead here.
        self.links.clear();
        self.texts.clear();
        self.own_ignore.clear();
        self.making.clear();
    }
}

/// Whether a clean path is this folder or in it.
fn is_in(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

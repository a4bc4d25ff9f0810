//! The Dockerfiles of the client's folders, open or not, within bounds.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::Uri;

use super::kind::DocumentKind;
use super::state::{Shared, Snapshot};
use super::surroundings::file_path;
use crate::discovery;
use crate::discovery::dockerfiles::search;
use crate::discovery::ignore_files::is_ignore_file;
use crate::document::Document;

/// So many entries of folders are looked at, and so many Dockerfiles are read.
const MOST_ENTRIES: usize = 500_000;
const MOST_FILES: usize = 5_000;

/// The Dockerfiles of the client's folders: those that are known, where the client says when they change, else those that are
/// found now, as long as `goes_on`. So many changes were counted before.
pub(crate) fn dockerfiles(shared: &Shared, changes: u64, goes_on: &dyn Fn() -> bool) -> Arc<Vec<PathBuf>> {
    if let Some(known) = shared.known_dockerfiles().filter(|_| hears_of_changes(shared)) {
        return known;
    }
    let workspace = shared.workspace();
    let entries = workspace.folders.iter().flat_map(|folder| search(folder)).take(MOST_ENTRIES);
    let entries = entries.take_while(|_| goes_on());
    let found: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().flatten()).take(MOST_FILES).collect();
    if found.len() == MOST_FILES {
        tracing::warn!(
            "{MOST_FILES} Dockerfiles of the client's folders are known, and others where they are opened"
        );
    }
    let found = Arc::new(found);
    if goes_on() {
        shared.keep_dockerfiles(&found, changes);
    }
    found
}

/// Whether what is known of files that are not open stays true until the client says that they have changed.
pub(crate) fn hears_of_changes(shared: &Shared) -> bool {
    shared.support().watch_files
}

/// The paths of the Dockerfiles that are not open.
pub(crate) fn unopened_paths(shared: &Shared, open: &[Snapshot]) -> Vec<PathBuf> {
    let open: HashSet<PathBuf> = open.iter().filter_map(|snapshot| file_path(&snapshot.uri)).collect();
    let changes = *shared.changes().borrow();
    let all = dockerfiles(shared, changes, &|| true);
    all.iter().filter(|path| !open.contains(*path)).cloned().collect()
}

/// A file that is not open, as if it was; `None` where it cannot be read.
pub(crate) fn unopened(shared: &Shared, path: &Path) -> Option<Snapshot> {
    let uri = Uri::from_file_path(path)?;
    let source = match discovery::read(path) {
        Ok(source) => source,
        Err(error) => {
            tracing::info!("`{}` cannot be read: {error}", path.display());
            return None;
        }
    };
    // No client counts it.
    let source = source.strip_prefix('\u{feff}').unwrap_or(&source);
    let (document, kind) = match is_ignore_file(path) {
        true => (Document::ignore_file(source), DocumentKind::IgnoreFile),
        false => (Document::new(source), DocumentKind::Dockerfile),
    };
    Some(shared.unopened(uri, document, kind))
}

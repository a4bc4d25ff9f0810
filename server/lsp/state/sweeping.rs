//! What is known of the files of the client's folders that are not open, and when that is out of date.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;
use tower_lsp::ls_types::SymbolInformation;

use super::Shared;
use crate::context::dockerfile_name::is_dockerfile_name;
use crate::discovery::ignore_files::is_ignore_file;

/// What is known of files.
pub(super) struct Sweep {
    /// The Dockerfiles; `None` where they are to be searched for.
    dockerfiles: Option<Arc<Vec<PathBuf>>>,
    seen: HashMap<PathBuf, Seen>,
    /// The stages and variables of files.
    symbols: HashMap<PathBuf, Arc<Vec<SymbolInformation>>>,
    /// Counts the changes.
    changes: watch::Sender<u64>,
}

/// What was found in a file.
#[derive(Clone)]
pub(crate) struct Seen {
    /// The result's id.
    pub(crate) id: String,
    /// The ignore file of its build.
    pub(crate) ignore_file: Option<PathBuf>,
    /// The folder of its build context.
    pub(crate) folder: Option<PathBuf>,
}

impl Default for Sweep {
    fn default() -> Sweep {
        Sweep {
            dockerfiles: None,
            seen: HashMap::new(),
            symbols: HashMap::new(),
            changes: watch::Sender::new(0),
        }
    }
}

impl Sweep {
    /// Everything may be different.
    pub(super) fn forget_all(&mut self) {
        self.dockerfiles = None;
        self.seen.clear();
        self.symbols.clear();
        self.wake();
    }

    /// These files have changed, were made, or are no more.
    pub(super) fn forget(&mut self, paths: &[PathBuf]) {
        if paths.iter().any(|path| may_bring_dockerfiles(path)) {
            self.dockerfiles = None;
        }
        let touches = |folder: &Path| paths.iter().any(|path| path.starts_with(folder));
        self.seen.retain(|file, seen| {
            !file.parent().is_some_and(touches) && !seen.folder.as_deref().is_some_and(touches)
        });
        self.symbols.retain(|file, _| !paths.contains(file));
        self.wake();
    }

    /// Wakes who waits for a change.
    pub(super) fn wake(&mut self) {
        self.changes.send_modify(|changes| *changes += 1);
    }
}

impl Shared {
    /// Notes that files have changed, for those that are not open.
    pub(crate) fn note_files(&self, paths: &[PathBuf]) {
        self.lock().sweep.forget(paths);
    }

    /// What tells of changes, as counted.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.lock().sweep.changes.subscribe()
    }

    /// The Dockerfiles, where they were searched for since that could be out of date.
    pub(crate) fn known_dockerfiles(&self) -> Option<Arc<Vec<PathBuf>>> {
        self.lock().sweep.dockerfiles.clone()
    }

    /// What was found in a file, where that is not out of date.
    pub(crate) fn seen(&self, path: &Path) -> Option<Seen> {
        self.lock().sweep.seen.get(path).cloned()
    }

    /// The stages and variables of a file, where they are not out of date.
    pub(crate) fn known_symbols(&self, path: &Path) -> Option<Arc<Vec<SymbolInformation>>> {
        self.lock().sweep.symbols.get(path).cloned()
    }

    /// Keeps the stages and variables of a file, unless something has changed since so many changes.
    pub(crate) fn keep_symbols(&self, path: &Path, symbols: &Arc<Vec<SymbolInformation>>, changes: u64) {
        let sweep = &mut self.lock().sweep;
        if *sweep.changes.borrow() == changes {
            sweep.symbols.insert(path.to_owned(), Arc::clone(symbols));
        }
    }

    /// Keeps the Dockerfiles that were found, unless something has changed since so many changes.
    pub(crate) fn keep_dockerfiles(&self, dockerfiles: &Arc<Vec<PathBuf>>, changes: u64) {
        let sweep = &mut self.lock().sweep;
        if *sweep.changes.borrow() == changes {
            sweep.dockerfiles = Some(Arc::clone(dockerfiles));
        }
    }

    /// Keeps what was found in a file, unless something has changed since so many changes.
    pub(crate) fn keep_seen(&self, path: &Path, seen: Seen, changes: u64) {
        let sweep = &mut self.lock().sweep;
        if *sweep.changes.borrow() == changes {
            sweep.seen.insert(path.to_owned(), seen);
        }
    }
}

/// Whether a Dockerfile may come or go with a path. A name without an end may be that of a folder.
fn may_bring_dockerfiles(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.extension().is_none()
        || is_dockerfile_name(&name)
        || is_ignore_file(path)
        || name.ends_with("ignore")
}

//! The one that publishes: it gives every document what it needs, first from memory, then from the disk.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;
use tower_lsp::Client;
use tower_lsp::ls_types::Uri;

use super::analysis::{Analysis, Pass};
use super::guard::panic_message;
use super::kind::DocumentKind;
use super::output::Output;
use super::report;
use super::state::{Reported, Shared, Snapshot};
use crate::discovery::Discovered;

/// The one that publishes. Documents wait for it in a queue, each once: whatever has happened to a document
/// meanwhile, the worker sees only its newest version.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    client: Client,
    output: Output,
    runtime: Handle,
    /// The settings files whose problems the client shows.
    settings_files: HashMap<PathBuf, Arc<Discovered>>,
}

impl Worker {
    /// A worker; looks at the disk are made on the runtime's threads for blocking work.
    pub(crate) fn new(shared: Arc<Shared>, client: Client, output: Output, runtime: Handle) -> Worker {
        Worker { shared, client, output, runtime, settings_files: HashMap::new() }
    }

    /// Works until the end.
    pub(crate) fn run(mut self) {
        while let Some(uri) = self.shared.next_work() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.tend(&uri))) {
                tracing::error!(
                    "diagnostics of `{}` failed: {}",
                    uri.as_str(),
                    panic_message(panic.as_ref())
                );
            }
            self.shared.drop_replaced();
        }
    }

    /// Does what a document needs now, whatever has happened to it.
    fn tend(&mut self, uri: &Uri) {
        let Some(snapshot) = self.shared.snapshot(uri) else {
            if !self.shared.support().pull {
                self.output.send_blocking(report::withdrawn(uri));
            }
            return;
        };
        if snapshot.kind == DocumentKind::Other {
            return;
        }
        let analysis = match &snapshot.analysis {
            Some(analysis) if analysis.is_current(&snapshot) => Arc::clone(analysis),
            // The text has been reported on, but what is around it has changed: what the client shows stays
            // until the new answer is whole.
            Some(analysis) if analysis.is_of_text(&snapshot) => return self.look(snapshot),
            // The client will ask.
            _ if snapshot.support.pull => return,
            _ => {
                let analysis = Arc::new(Analysis::new(&snapshot, Pass::First));
                self.shared.keep(&snapshot, &analysis);
                analysis
            }
        };
        self.report(&snapshot, &analysis);
        self.report_settings(&snapshot);
        if !analysis.is_complete {
            // What the look finds is measured against what is shown now.
            self.look(Snapshot { analysis: Some(analysis), ..snapshot });
        }
    }

    /// Makes the second pass, off this thread. When it is done, the document is tended again.
    fn look(&self, snapshot: Snapshot) {
        if !self.shared.begin_look(&snapshot.uri) {
            return;
        }
        let shared = Arc::clone(&self.shared);
        self.runtime.spawn_blocking(move || {
            let analysis = catch_unwind(AssertUnwindSafe(|| Analysis::new(&snapshot, Pass::Second)));
            match analysis {
                Ok(analysis) => {
                    shared.keep(&snapshot, &Arc::new(analysis));
                    shared.end_look(&snapshot.uri);
                }
                // Not tended again: the next look would end the same way.
                Err(panic) => {
                    tracing::error!("a look at the disk failed: {}", panic_message(panic.as_ref()));
                    shared.abandon_look(&snapshot.uri);
                }
            }
        });
    }

    /// Tells the client, if it was told something else before.
    fn report(&self, snapshot: &Snapshot, analysis: &Analysis) {
        let reported = Reported { version: snapshot.version, id: analysis.id };
        if snapshot.support.pull {
            let is_outdated = snapshot.reported.is_some_and(|reported| reported.id != analysis.id);
            if is_outdated && snapshot.support.refresh {
                let client = self.client.clone();
                self.runtime.spawn(async move {
                    if let Err(error) = client.workspace_diagnostic_refresh().await {
                        tracing::debug!("the client does not refresh diagnostics: {error}");
                    }
                });
            }
        } else if snapshot.reported != Some(reported) {
            self.shared.report(&snapshot.uri, reported);
            self.output.send_blocking(report::published(&snapshot.uri, snapshot.version, analysis));
        }
    }

    /// Shows what is wrong in the settings files of a document, once, and withdraws what was mended.
    fn report_settings(&mut self, snapshot: &Snapshot) {
        let surroundings = &snapshot.surroundings;
        for discovered in surroundings.discovered().into_iter().chain(surroundings.hadolint()) {
            self.report_settings_file(snapshot, discovered);
        }
    }

    fn report_settings_file(&mut self, snapshot: &Snapshot, discovered: &Arc<Discovered>) {
        let Some(path) = discovered.path.as_deref() else { return self.withdraw_settings() };
        if self.settings_files.get(path).is_some_and(|shown| Arc::ptr_eq(shown, discovered)) {
            return;
        }
        let was_wrong = self
            .settings_files
            .insert(path.to_owned(), Arc::clone(discovered))
            .is_some_and(|shown| !shown.problems.is_empty());
        if (was_wrong || !discovered.problems.is_empty())
            && let Some(uri) = Uri::from_file_path(path)
        {
            let encoding = snapshot.support.encoding;
            self.output.send_blocking(report::published_settings(&uri, discovered, encoding));
        }
    }

    /// Withdraws what was shown of settings files that are no more.
    fn withdraw_settings(&mut self) {
        let gone: Vec<PathBuf> = self.settings_files.keys().filter(|path| !path.is_file()).cloned().collect();
        for path in gone {
            self.settings_files.remove(&path);
            if let Some(uri) = Uri::from_file_path(&path) {
                self.output.send_blocking(report::withdrawn(&uri));
            }
        }
    }
}

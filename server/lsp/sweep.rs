//! The findings of all Dockerfiles in the client's folders, open or not, and of the ignore files of their builds:
//! `workspace/diagnostic`. Clients ask again as soon as they are answered. One that has everything is therefore not answered
//! before there is something new, if it tells of changes.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{ProgressToken, Uri, WorkspaceDiagnosticParams};

use super::analysis::{Analysis, Pass, with_cx};
use super::guard::panic_message;
use super::kind::DocumentKind;
use super::output::Output;
use super::progress::{self, Progress};
use super::report;
use super::server::Server;
use super::server::questions::in_background;
use super::state::sweeping::Seen;
use super::state::{Shared, Snapshot};
use super::surroundings::file_path;
use super::workspace_files;
use crate::discovery::ignore_files::in_force;
use crate::settings::Diagnostics;

/// So much text of an answer is sent at a time to a client that takes it in parts.
const PART: usize = 1 << 16;
/// Changes come together: so long is waited for the rest of them.
const SETTLING: Duration = Duration::from_millis(200);

impl Server {
    /// `workspace/diagnostic`, with the report as JSON text.
    pub(crate) async fn encoded_workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<String> {
        self.withdraw(self.shared.note_workspace_question()).await;
        let mut changes = self.shared.changes();
        let known = params.previous_result_ids.into_iter();
        let known = known.filter_map(|known| Some((file_path(&known.uri)?, (known.uri, known.value))));
        let mut sweep = Sweep {
            shared: Arc::clone(&self.shared),
            output: self.output.clone(),
            known: known.collect(),
            parts_to: params.partial_result_params.partial_result_token,
            progress_to: params.work_done_progress_params.work_done_token,
            is_cancelled: Arc::default(),
        };
        // A request that is cancelled is dropped, wherever it waits.
        let _cancel = CancelOnDrop(Arc::clone(&sweep.is_cancelled));
        loop {
            let count = *changes.borrow_and_update();
            let run = move || {
                let answer = sweep.run(count);
                (answer, sweep)
            };
            let (answer, after) = in_background(run).await?;
            sweep = Sweep { progress_to: None, ..after };
            if let Some(answer) = answer {
                return Ok(answer);
            }
            if changes.changed().await.is_err() || self.shared.is_shut_down() {
                return Ok(whole(&[]));
            }
            tokio::time::sleep(SETTLING).await;
        }
    }
}

/// One look at all files for one client that asks.
struct Sweep {
    shared: Arc<Shared>,
    output: Output,
    /// What the client has: the address and the result's id, by the file's path.
    known: HashMap<PathBuf, (Uri, String)>,
    /// Where it takes the answer in parts.
    parts_to: Option<ProgressToken>,
    /// Where it hears how far the work is.
    progress_to: Option<ProgressToken>,
    is_cancelled: Arc<AtomicBool>,
}

impl Sweep {
    /// The answer; `None` where it would be nothing new, and the client is better not answered yet. So many changes were
    /// counted before.
    fn run(&self, changes: u64) -> Option<String> {
        let mut progress = Progress::begin(&self.output, self.progress_to.as_ref(), "Checking Dockerfiles");
        let folders = &self.shared.workspace().folders;
        let goes_on = || !self.is_cancelled.load(Ordering::Relaxed);
        let dockerfiles = workspace_files::dockerfiles(&self.shared, changes, &goes_on);
        let open = self.shared.snapshots().into_iter();
        let open: HashMap<PathBuf, Snapshot> =
            open.filter_map(|snapshot| Some((file_path(&snapshot.uri)?, snapshot))).collect();
        let mut answer =
            Answer { sweep: self, parts: Vec::new(), length: 0, old: Vec::new(), has_news: false };
        let (mut reached, mut told): (HashSet<PathBuf>, HashSet<PathBuf>) = Default::default();
        let mut files: Vec<PathBuf> = dockerfiles.to_vec();
        if self.shared.asks_of_workspace_alone() {
            // Nothing else tells the client of them.
            let known = open.iter().filter(|(_, snapshot)| snapshot.kind != DocumentKind::Other);
            files.extend(known.map(|(path, _)| path.clone()));
        }
        let mut next = 0;
        while let Some(path) = files.get(next).filter(|_| goes_on()).cloned() {
            next += 1;
            if reached.insert(path.clone())
                && let Some(seen) = self.look_safely(&path, open.get(&path), changes, &mut answer)
            {
                told.insert(path);
                let is_here = |file: &PathBuf| folders.iter().any(|folder| file.starts_with(folder));
                files.extend(seen.ignore_file.filter(is_here));
            }
            progress.report(next, files.len());
        }
        for (_, (uri, _)) in self.known.iter().filter(|(path, _)| !told.contains(*path)) {
            answer.add(report::withdrawn_part(uri));
        }
        answer.finish()
    }

    /// As `look`; a panic costs no more than the one file.
    fn look_safely(
        &self,
        path: &Path,
        open: Option<&Snapshot>,
        changes: u64,
        answer: &mut Answer<'_>,
    ) -> Option<Seen> {
        // A part is added whole or not at all.
        let look = AssertUnwindSafe(|| self.look(path, open, changes, answer));
        catch_unwind(look).unwrap_or_else(|panic| {
            tracing::error!("`{}` failed: {}", path.display(), panic_message(panic.as_ref()));
            None
        })
    }

    /// Adds what is found in a file to the answer; `None` where it cannot be read.
    fn look(
        &self,
        path: &Path,
        open: Option<&Snapshot>,
        changes: u64,
        answer: &mut Answer<'_>,
    ) -> Option<Seen> {
        let known = self.known.get(path).map(|(_, id)| id.as_str());
        if open.is_none()
            && workspace_files::hears_of_changes(&self.shared)
            && let Some(seen) = self.shared.seen(path).filter(|seen| known == Some(seen.id.as_str()))
        {
            answer.keep(report::unchanged_part(&Uri::from_file_path(path)?, None, &seen.id));
            return Some(seen);
        }
        let snapshot = match open {
            Some(snapshot) => snapshot.clone(),
            None => workspace_files::unopened(&self.shared, path).filter(is_wanted)?,
        };
        let analysis = match &snapshot.analysis {
            Some(analysis) if analysis.is_complete && analysis.is_current(&snapshot) => Arc::clone(analysis),
            _ => Arc::new(Analysis::new(&snapshot, Pass::Second)),
        };
        let version = open.map(|snapshot| snapshot.version);
        let (id, part) = report::workspace_part(&snapshot.uri, version, &analysis);
        if known == Some(id.as_str()) {
            answer.keep(report::unchanged_part(&snapshot.uri, version, &id));
        } else {
            answer.add(part);
        }
        let in_force = || with_cx(&snapshot, Pass::Second, |cx| in_force(cx.context)).0;
        let ignore_file = snapshot.is_dockerfile().then(in_force).flatten();
        let folder = snapshot.surroundings.folder().map(Path::to_owned);
        let seen = Seen { id, ignore_file, folder };
        if open.is_none() {
            self.shared.keep_seen(path, seen.clone(), changes);
        }
        Some(seen)
    }
}

/// Whether a file is to be reported on that is not open.
fn is_wanted(snapshot: &Snapshot) -> bool {
    snapshot.surroundings.settings().diagnostics != Some(Diagnostics::Open)
}

/// The answer as it grows.
struct Answer<'a> {
    sweep: &'a Sweep,
    parts: Vec<String>,
    length: usize,
    /// What the client has already.
    old: Vec<String>,
    has_news: bool,
}

impl Answer<'_> {
    /// Adds what the client does not have.
    fn add(&mut self, part: String) {
        self.has_news = true;
        self.length += part.len();
        self.parts.push(part);
        if self.length > PART {
            self.send();
        }
    }

    /// Adds what the client has, which is said only if there is news too.
    fn keep(&mut self, part: String) {
        self.old.push(part);
    }

    /// Sends what there is, if the client takes parts.
    fn send(&mut self) {
        if let Some(token) = &self.sweep.parts_to
            && !self.parts.is_empty()
        {
            let part = progress::notification(token, &whole(&self.parts));
            self.sweep.output.send_blocking(part);
            self.parts.clear();
            self.length = 0;
        }
    }

    fn finish(mut self) -> Option<String> {
        if !self.has_news
            && !self.sweep.known.is_empty()
            && workspace_files::hears_of_changes(&self.sweep.shared)
        {
            return None;
        }
        self.parts.append(&mut self.old);
        self.send();
        // Empty where all of it was sent.
        Some(whole(&self.parts))
    }
}

/// The answer with these parts.
fn whole(parts: &[String]) -> String {
    format!(r#"{{"items":[{}]}}"#, parts.join(","))
}

/// Tells a work that it is for nothing when it is dropped.
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

//! What the server knows, under the one mutex: the open documents, what the client can and what it has set.
//! Everything that comes in changes it at once; everything that goes out is made from a [`Snapshot`]. The mutex
//! is never held while something is analysed or awaited, and no change leaves it half done: a panic elsewhere
//! cannot spoil it.

mod asking;
mod looking;
mod snapshots;
pub(super) mod sweeping;
mod typing;

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tower_lsp::ls_types::{ClientCapabilities, Position, Uri};

use super::analysis::Analysis;
use super::capabilities::ClientSupport;
use super::convert;
use super::kind::DocumentKind;
use super::surroundings::{Surroundings, Workspace};
use super::tokens::Sent;
use crate::document::Document;

/// The state, shared by the reader, the handlers and the worker.
pub(crate) struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

/// What the mutex guards.
pub(crate) struct State {
    support: Arc<ClientSupport>,
    documents: HashMap<Uri, Open>,
    workspace: Arc<Workspace>,
    /// Documents that the worker is to look at, each once, the longest waiting first.
    work: VecDeque<Uri>,
    /// Versions that changes have replaced. To drop one takes time: that is left to the worker.
    replaced: Vec<Arc<Document>>,
    asking: asking::Asking,
    sweep: sweeping::Sweep,
    /// Where completions were last asked for.
    completed: Option<typing::Completed>,
    is_shut_down: bool,
    is_stopped: bool,
}

/// One open document.
struct Open {
    document: Arc<Document>,
    version: i32,
    kind: DocumentKind,
    surroundings: Arc<Surroundings>,
    /// Where somebody types, in bytes.
    typed: Option<usize>,
    analysis: Option<Arc<Analysis>>,
    reported: Option<Reported>,
    tokens: Option<Arc<Sent>>,
    is_looking: bool,
}

/// What the client was last told of a document: the version, and the analysis' id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reported {
    pub(crate) version: i32,
    pub(crate) id: u64,
}

/// One version of one document with everything it depends on.
#[derive(Clone)]
pub(crate) struct Snapshot {
    /// The document's address.
    pub(crate) uri: Uri,
    /// The version, as the client counts.
    pub(crate) version: i32,
    /// The text and what it means.
    pub(crate) document: Arc<Document>,
    /// What the document is.
    pub(crate) kind: DocumentKind,
    /// The settings and the build context.
    pub(crate) surroundings: Arc<Surroundings>,
    /// Where somebody types, in bytes: what is unfinished there is not told yet.
    pub(crate) typed: Option<usize>,
    /// The last analysis, perhaps of an older version.
    pub(crate) analysis: Option<Arc<Analysis>>,
    /// What the client was last told.
    pub(crate) reported: Option<Reported>,
    /// What the client can.
    pub(crate) support: Arc<ClientSupport>,
}

impl Snapshot {
    /// Whether it is of a Dockerfile.
    pub(crate) fn is_dockerfile(&self) -> bool {
        self.kind == DocumentKind::Dockerfile
    }

    /// The same with what its build is given, where that has been found. Nothing is copied where it is so already.
    pub(crate) fn for_its_build(&self) -> Cow<'_, Snapshot> {
        let inputs = self.surroundings.inputs();
        if self.document.inputs() == inputs {
            return Cow::Borrowed(self);
        }
        let document = Arc::new(self.document.with_inputs(Arc::clone(inputs)));
        Cow::Owned(Snapshot { document, ..self.clone() })
    }

    /// The byte offset of a position of the client's.
    pub(crate) fn offset(&self, position: Position) -> usize {
        convert::offset(self.document.text(), position, self.support.encoding)
    }
}

impl Default for Shared {
    fn default() -> Shared {
        let support = ClientSupport::new(&ClientCapabilities::default());
        let state = State {
            support: Arc::new(support),
            documents: HashMap::new(),
            workspace: Arc::default(),
            work: VecDeque::new(),
            replaced: Vec::new(),
            asking: asking::Asking::default(),
            sweep: sweeping::Sweep::default(),
            completed: None,
            is_shut_down: false,
            is_stopped: false,
        };
        Shared { state: Mutex::new(state), work: Condvar::new() }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what the client can and has set.
    pub(crate) fn initialize(&self, support: ClientSupport, workspace: Workspace) {
        let mut state = self.lock();
        state.support = Arc::new(support);
        state.workspace = Arc::new(workspace);
    }

    /// What all documents have around them.
    pub(crate) fn workspace(&self) -> Arc<Workspace> {
        Arc::clone(&self.lock().workspace)
    }

    /// What the client can.
    pub(crate) fn support(&self) -> Arc<ClientSupport> {
        Arc::clone(&self.lock().support)
    }

    /// Opens a document, or replaces it where it is open.
    pub(crate) fn open(&self, uri: Uri, version: i32, document: Document, kind: DocumentKind) {
        let mut state = self.lock();
        let surroundings = Arc::new(Surroundings::new(&uri, Arc::clone(&state.workspace)));
        let open = Open {
            document: Arc::new(document),
            version,
            kind,
            surroundings,
            typed: None,
            analysis: None,
            reported: None,
            tokens: None,
            is_looking: false,
        };
        state.documents.insert(uri.clone(), open);
        self.demand(state, uri);
    }

    /// Forgets a document; `None` where it is not open.
    pub(crate) fn close(&self, uri: &Uri) -> Option<()> {
        let mut state = self.lock();
        state.documents.remove(uri)?;
        self.demand(state, uri.clone());
        Some(())
    }

    /// The text and version of an open document, whatever it is.
    pub(crate) fn document(&self, uri: &Uri) -> Option<(Arc<Document>, i32)> {
        let state = self.lock();
        state.documents.get(uri).map(|open| (Arc::clone(&open.document), open.version))
    }

    /// Keeps an analysis, if the document is still what was analysed.
    pub(crate) fn keep(&self, snapshot: &Snapshot, analysis: &Arc<Analysis>) {
        if let Some(open) = self.lock().documents.get_mut(&snapshot.uri)
            && open.document.has_text_of(&snapshot.document)
            && Arc::ptr_eq(&open.surroundings, &snapshot.surroundings)
        {
            // With what its build is given: every later version has it too.
            open.document = Arc::clone(&analysis.document);
            open.analysis = Some(Arc::clone(analysis));
        }
    }

    /// Notes what the client is being told of a document.
    pub(crate) fn report(&self, uri: &Uri, reported: Reported) {
        if let Some(open) = self.lock().documents.get_mut(uri) {
            open.reported = Some(reported);
        }
    }

    /// Notes what tokens the client is being told of a document; gives those that it was told last.
    pub(crate) fn send_tokens(&self, uri: &Uri, tokens: &Arc<Sent>) -> Option<Arc<Sent>> {
        self.lock().documents.get_mut(uri)?.tokens.replace(Arc::clone(tokens))
    }

    /// Has the worker look at a document.
    pub(crate) fn request_work(&self, uri: &Uri) {
        let state = self.lock();
        self.demand(state, uri.clone());
    }

    /// Changes what all documents have around them. Settings files are read anew.
    pub(crate) fn change_workspace(&self, change: impl FnOnce(&mut Workspace)) {
        let mut state = self.lock();
        let mut workspace = state.workspace.renewed();
        change(&mut workspace);
        state.workspace = Arc::new(workspace);
        state.sweep.forget_all();
        self.renew(state, |_| true);
    }

    /// Gives new surroundings to the documents whose old ones `is_stale`.
    pub(crate) fn forget(&self, is_stale: impl Fn(&Surroundings) -> bool) {
        self.renew(self.lock(), is_stale);
    }

    fn renew(&self, mut state: MutexGuard<'_, State>, is_stale: impl Fn(&Surroundings) -> bool) {
        let State { documents, workspace, work, .. } = &mut *state;
        for (uri, open) in documents.iter_mut().filter(|(_, open)| is_stale(&open.surroundings)) {
            open.surroundings = Arc::new(Surroundings::new(uri, Arc::clone(workspace)));
            if !work.contains(uri) {
                work.push_back(uri.clone());
            }
        }
        self.work.notify_one();
    }

    fn demand(&self, mut state: MutexGuard<'_, State>, uri: Uri) {
        state.note_document();
        if !state.work.contains(&uri) {
            state.work.push_back(uri);
        }
        drop(state);
        self.work.notify_one();
    }

    /// Waits for the next document that the worker is to look at; `None` at the end.
    pub(crate) fn next_work(&self) -> Option<Uri> {
        let idle = |state: &mut State| state.work.is_empty() && !state.is_stopped;
        let mut state = self.work.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        if state.is_stopped { None } else { state.work.pop_front() }
    }

    /// Drops the versions that changes have replaced.
    pub(crate) fn drop_replaced(&self) {
        let replaced = std::mem::take(&mut self.lock().replaced);
        drop(replaced);
    }

    /// The client has asked for the end.
    pub(crate) fn shut_down(&self) {
        let mut state = self.lock();
        state.is_shut_down = true;
        state.sweep.wake();
    }

    /// Whether the client has asked for the end.
    pub(crate) fn is_shut_down(&self) -> bool {
        self.lock().is_shut_down
    }

    /// Ends the worker.
    pub(crate) fn stop(&self) {
        self.lock().is_stopped = true;
        self.work.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lsp::analysis::Pass;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn open(source: &str) -> (Shared, Uri) {
        let (shared, uri) = (Shared::default(), "untitled:a".parse::<Uri>().unwrap());
        shared.open(uri.clone(), 1, Document::new(source), DocumentKind::Dockerfile);
        (shared, uri)
    }

    fn analyse(shared: &Shared, uri: &Uri) -> (Snapshot, Arc<Analysis>) {
        let snapshot = shared.snapshot(uri).unwrap();
        let analysis = Arc::new(Analysis::new(&snapshot, Pass::First));
        (snapshot, analysis)
    }

    #[test]
    fn what_was_found_in_an_older_version_is_dropped() {
        let (shared, uri) = open("FROM a\n");
        let (snapshot, analysis) = analyse(&shared, &uri);
        shared.change(&uri, 2, |_| (Arc::new(Document::new("FROM b\n")), None)).unwrap();
        shared.keep(&snapshot, &analysis);
        assert!(shared.snapshot(&uri).unwrap().analysis.is_none());
        let (snapshot, analysis) = analyse(&shared, &uri);
        shared.keep(&snapshot, &analysis);
        assert!(shared.snapshot(&uri).unwrap().analysis.is_some());
    }

    #[test]
    fn what_was_found_with_older_settings_is_dropped() {
        let (shared, uri) = open("FROM a\n");
        let (snapshot, analysis) = analyse(&shared, &uri);
        shared.change_workspace(|_| {});
        shared.keep(&snapshot, &analysis);
        assert!(shared.snapshot(&uri).unwrap().analysis.is_none());
    }

    #[test]
    fn a_document_waits_for_the_worker_once() {
        let (shared, uri) = open("FROM a\n");
        for version in 2..9 {
            shared.change(&uri, version, |document| (document, None)).unwrap();
        }
        assert_eq!(shared.next_work(), Some(uri));
        shared.stop();
        assert_eq!(shared.next_work(), None);
    }

    #[test]
    fn one_look_is_made_at_a_time() {
        let (shared, uri) = open("FROM a\n");
        assert!(shared.begin_look(&uri) && !shared.begin_look(&uri));
        shared.end_look(&uri);
        assert!(shared.begin_look(&uri));
        shared.abandon_look(&uri);
        assert!(shared.begin_look(&uri));
    }

    #[test]
    fn a_panic_under_the_mutex_is_survived() {
        let (shared, uri) = open("FROM a\n");
        let panics = || shared.change_workspace(|_| panic!("on purpose"));
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert_eq!(shared.snapshot(&uri).unwrap().document.text().to_string(), "FROM a\n");
        assert!(shared.change(&uri, 2, |document| (document, None)).is_some());
    }
}

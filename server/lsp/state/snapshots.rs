//! Documents as they are at a moment.

use std::sync::Arc;

use tower_lsp::ls_types::Uri;

use super::{Open, Shared, Snapshot};
use crate::document::Document;
use crate::lsp::capabilities::ClientSupport;
use crate::lsp::kind::DocumentKind;
use crate::lsp::surroundings::Surroundings;

impl Shared {
    /// A document as it is now; `None` where it is not open.
    pub(crate) fn snapshot(&self, uri: &Uri) -> Option<Snapshot> {
        let state = self.lock();
        Some(state.documents.get(uri)?.snapshot(uri, &state.support))
    }

    /// As `snapshot`; `None` too for what is no Dockerfile.
    pub(crate) fn dockerfile(&self, uri: &Uri) -> Option<Snapshot> {
        self.snapshot(uri).filter(|snapshot| snapshot.is_dockerfile())
    }

    /// A file that is not open, as if it was.
    pub(crate) fn unopened(&self, uri: Uri, document: Document, kind: DocumentKind) -> Snapshot {
        let state = self.lock();
        let surroundings = Arc::new(Surroundings::new(&uri, Arc::clone(&state.workspace)));
        Snapshot {
            uri,
            version: 0,
            document: Arc::new(document),
            kind,
            surroundings,
            typed: None,
            analysis: None,
            reported: None,
            support: Arc::clone(&state.support),
        }
    }

    /// Every open document as it is now, sorted by address.
    pub(crate) fn snapshots(&self) -> Vec<Snapshot> {
        let state = self.lock();
        let documents = state.documents.iter();
        let mut snapshots: Vec<Snapshot> =
            documents.map(|(uri, open)| open.snapshot(uri, &state.support)).collect();
        snapshots.sort_by(|one, other| one.uri.as_str().cmp(other.uri.as_str()));
        snapshots
    }
}

impl Open {
    fn snapshot(&self, uri: &Uri, support: &Arc<ClientSupport>) -> Snapshot {
        Snapshot {
            uri: uri.clone(),
            version: self.version,
            document: Arc::clone(&self.document),
            kind: self.kind,
            surroundings: Arc::clone(&self.surroundings),
            typed: self.typed,
            analysis: self.analysis.clone(),
            reported: self.reported,
            support: Arc::clone(support),
        }
    }
}

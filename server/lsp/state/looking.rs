//! Looks at the disk for a document: one at a time.

use tower_lsp::ls_types::Uri;

use super::Shared;

impl Shared {
    /// Begins a look at the disk for a document; `false` where one is under way.
    pub(crate) fn begin_look(&self, uri: &Uri) -> bool {
        let mut state = self.lock();
        let Some(open) = state.documents.get_mut(uri) else { return false };
        !std::mem::replace(&mut open.is_looking, true)
    }

    /// Ends it, and has the worker see what it brought, or what has changed meanwhile.
    pub(crate) fn end_look(&self, uri: &Uri) {
        let mut state = self.lock();
        let Some(open) = state.documents.get_mut(uri) else { return };
        open.is_looking = false;
        self.demand(state, uri.clone());
    }

    /// Ends it without anything to see.
    pub(crate) fn abandon_look(&self, uri: &Uri) {
        if let Some(open) = self.lock().documents.get_mut(uri) {
            open.is_looking = false;
        }
    }
}

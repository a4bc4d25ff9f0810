//! Clients that say they ask for diagnostics, and whether they do. Some only say so: they would never be told
//! anything. Such a client is told unasked after a while, until its first question.

use std::sync::Arc;

use tower_lsp::ls_types::Uri;

use super::{Shared, State};
use crate::lsp::capabilities::ClientSupport;

/// What is known of a client that says it asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Asking {
    /// It has had nothing to ask about.
    #[default]
    NotYet,
    /// It could have asked by now.
    Awaited,
    /// It has asked about a document.
    Asks,
    /// It has asked about the whole workspace alone: its open documents are in those answers.
    AsksOfWorkspace,
    /// It has not asked in time, and is told unasked.
    GivenUp,
}

impl Shared {
    /// Begins to wait for the first question; `false` where it is not, or no longer, waited for.
    pub(crate) fn await_question(&self) -> bool {
        let mut state = self.lock();
        let begins = state.support.pull && state.asking == Asking::NotYet;
        if begins {
            state.asking = Asking::Awaited;
        }
        begins
    }

    /// Stops waiting: without a question so far, every document is reported on unasked from now on.
    pub(crate) fn give_up_on_questions(&self) {
        let mut state = self.lock();
        if state.asking == Asking::Awaited {
            tracing::info!("the client has not asked for diagnostics: they are published");
            state.set_pull(false);
            state.asking = Asking::GivenUp;
        }
        self.renew(state, |_| true);
    }

    /// Notes a question about a document. Where it was not expected any more, these have been reported on unasked.
    pub(crate) fn note_question(&self) -> Vec<Uri> {
        self.note(Asking::Asks)
    }

    /// Notes a question about the workspace, as `note_question` does.
    pub(crate) fn note_workspace_question(&self) -> Vec<Uri> {
        match self.lock().asking {
            Asking::Asks | Asking::AsksOfWorkspace => return Vec::new(),
            Asking::NotYet | Asking::Awaited | Asking::GivenUp => {}
        }
        self.note(Asking::AsksOfWorkspace)
    }

    /// Whether the client asks about the workspace, and about no document.
    pub(crate) fn asks_of_workspace_alone(&self) -> bool {
        self.lock().asking == Asking::AsksOfWorkspace
    }

    fn note(&self, asking: Asking) -> Vec<Uri> {
        let mut state = self.lock();
        let before = std::mem::replace(&mut state.asking, asking);
        if before != Asking::GivenUp {
            return Vec::new();
        }
        state.set_pull(true);
        let documents = state.documents.iter_mut();
        documents.filter_map(|(uri, open)| open.reported.take().map(|_| uri.clone())).collect()
    }
}

impl State {
    /// Notes that an open document is not what it was: a question about the workspace may wait for that.
    pub(super) fn note_document(&mut self) {
        if self.asking == Asking::AsksOfWorkspace {
            self.sweep.wake();
        }
    }

    fn set_pull(&mut self, pull: bool) {
        self.support = Arc::new(ClientSupport { pull, ..ClientSupport::clone(&self.support) });
    }
}

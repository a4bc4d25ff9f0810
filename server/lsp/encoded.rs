//! The handlers whose answers are big: they are written as JSON text once. See `transport`.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, SemanticTokensDeltaParams, SemanticTokensParams, SemanticTokensRangeParams, Uri,
};

use super::analysis::{Analysis, Pass};
use super::kind::DocumentKind;
use super::server::Server;
use super::server::questions::in_background;
use super::state::{Reported, Snapshot};
use super::{report, tokens};

impl Server {
    /// `textDocument/diagnostic`, with the report as JSON text.
    pub(crate) async fn encoded_diagnostic(&self, params: DocumentDiagnosticParams) -> Result<String> {
        self.withdraw(self.shared.note_question()).await;
        let uri = params.text_document.uri;
        let Some(snapshot) = self.shared.snapshot(&uri) else { return Ok(report::EMPTY.to_owned()) };
        let was_found = snapshot.surroundings.is_found();
        let analysis = self.analysis(&snapshot).await?;
        self.shared.keep(&snapshot, &analysis);
        self.shared.report(&uri, Reported { version: snapshot.version, id: analysis.id });
        if !analysis.is_complete || !was_found {
            // What the disk adds is announced when it is known, and so is what is wrong with a settings file.
            self.shared.request_work(&uri);
        }
        Ok(report::answer(&analysis, params.previous_result_id.as_deref()))
    }

    /// Takes back what was published, for a client that asks for it instead.
    pub(super) async fn withdraw(&self, published: Vec<Uri>) {
        for uri in published {
            self.client().publish_diagnostics(uri, Vec::new(), None).await;
        }
    }

    /// `textDocument/semanticTokens/full`, with the answer as JSON text.
    pub(crate) async fn encoded_tokens(&self, params: SemanticTokensParams) -> Result<String> {
        self.tokens(params.text_document.uri, None).await
    }

    /// `textDocument/semanticTokens/full/delta`, with the answer as JSON text.
    pub(crate) async fn encoded_tokens_delta(&self, params: SemanticTokensDeltaParams) -> Result<String> {
        self.tokens(params.text_document.uri, Some(params.previous_result_id)).await
    }

    /// `textDocument/semanticTokens/range`, with the answer as JSON text.
    pub(crate) async fn encoded_tokens_range(&self, params: SemanticTokensRangeParams) -> Result<String> {
        let Some(snapshot) = self.shared.snapshot(&params.text_document.uri) else {
            return Ok(tokens::EMPTY.to_owned());
        };
        in_background(move || tokens::of_range(&snapshot, params.range)).await
    }

    async fn tokens(&self, uri: Uri, previous: Option<String>) -> Result<String> {
        let Some(snapshot) = self.shared.snapshot(&uri) else { return Ok(tokens::EMPTY.to_owned()) };
        let shared = Arc::clone(&self.shared);
        in_background(move || {
            let sent = Arc::new(tokens::Sent::new(&snapshot));
            let last = shared.send_tokens(&uri, &sent);
            sent.answer(last.as_deref().filter(|last| previous.as_ref() == Some(&last.id)))
        })
        .await
    }

    /// What is to be answered: the whole truth, unless the client can be told to ask again when it is known.
    async fn analysis(&self, snapshot: &Snapshot) -> Result<Arc<Analysis>> {
        // What is wrong in an ignore file, the disk says.
        let can_follow = snapshot.support.refresh && snapshot.kind != DocumentKind::IgnoreFile;
        let suffices = |analysis: &Analysis| analysis.is_complete || can_follow;
        let current = snapshot.analysis.clone().filter(|analysis| analysis.is_current(snapshot));
        if let Some(analysis) = current.filter(|analysis| suffices(analysis)) {
            return Ok(analysis);
        }
        if snapshot.surroundings.is_found() {
            let analysis = Analysis::new(snapshot, Pass::First);
            if suffices(&analysis) {
                return Ok(Arc::new(analysis));
            }
        }
        let pass = if can_follow { Pass::First } else { Pass::Second };
        let snapshot = snapshot.clone();
        in_background(move || Arc::new(Analysis::new(&snapshot, pass))).await
    }
}

//! How a question about a document is answered: at once where memory knows enough, else where it keeps no one waiting.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    CodeAction, CodeActionOrCommand, CodeActionParams, CodeActionResponse, CompletionParams,
    DocumentSymbolParams, Documentation, FoldingRangeParams, GotoDefinitionResponse, Position, SignatureHelp,
    SignatureHelpParams, SignatureHelpTriggerKind, TextDocumentIdentifier, TextDocumentPositionParams, Uri,
};

use super::Server;
use crate::actions::Scope;
use crate::document::Cx;
use crate::lsp::actions;
use crate::lsp::analysis::{Pass, with_cx};
use crate::lsp::answers::{self, BuildContextAnswer};
use crate::lsp::completions;
use crate::lsp::kind::DocumentKind;
use crate::lsp::state::Snapshot;
use crate::lsp::{structure, targets};
use crate::signature;

impl Server {
    /// Answers a question about a document: at once where memory knows enough, else off this thread.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        snapshot: Snapshot,
        question: impl Fn(&Snapshot, &Cx<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        if snapshot.surroundings.is_found() {
            let (answer, is_complete) = with_cx(&snapshot, Pass::First, |cx| question(&snapshot, cx));
            if is_complete {
                return Ok(answer);
            }
        }
        in_background(move || with_cx(&snapshot, Pass::Second, |cx| question(&snapshot, cx)).0).await
    }

    /// As `ask`, of a Dockerfile that may be open; `None` where it is not, or is no Dockerfile.
    pub(super) async fn ask_about<T: Send + 'static>(
        &self,
        document: &TextDocumentIdentifier,
        question: impl Fn(&Snapshot, &Cx<'_>) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        match self.shared.dockerfile(&document.uri) {
            Some(snapshot) => self.ask(snapshot, question).await,
            None => Ok(None),
        }
    }

    /// As `ask_about`, of a place, whose byte offset the question is given.
    pub(super) async fn ask_at<T: Send + 'static>(
        &self,
        place: TextDocumentPositionParams,
        question: impl Fn(&Snapshot, &Cx<'_>, usize) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let TextDocumentPositionParams { text_document, position } = place;
        let at = move |snapshot: &Snapshot, cx: &Cx<'_>| question(snapshot, cx, snapshot.offset(position));
        self.ask_about(&text_document, at).await
    }

    /// As `ask_at`, of an ignore file too.
    pub(super) async fn ask_anywhere<T: Send + 'static>(
        &self,
        place: TextDocumentPositionParams,
        question: impl Fn(&Snapshot, &Cx<'_>, usize) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let TextDocumentPositionParams { text_document, position } = place;
        let snapshot = self.shared.snapshot(&text_document.uri);
        let Some(snapshot) = snapshot.filter(|snapshot| snapshot.kind != DocumentKind::Other) else {
            return Ok(None);
        };
        self.ask(snapshot, move |snapshot, cx| question(snapshot, cx, snapshot.offset(position))).await
    }

    /// The stage that a place of a builder's file names.
    pub(super) async fn stage_of_target(
        &self,
        snapshot: Snapshot,
        position: Position,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let shared = Arc::clone(&self.shared);
        in_background(move || targets::definition(&snapshot, position, &|uri| shared.document(uri))).await
    }

    /// `textDocument/completion`, with the answer as JSON text.
    pub(crate) async fn encoded_completion(&self, params: CompletionParams) -> Result<String> {
        let CompletionParams { text_document_position: place, context, .. } = params;
        let is_typing = self.shared.is_typing(&place, context.map(|context| context.trigger_kind));
        let encoded = move |snapshot: &Snapshot, cx: &Cx<'_>, offset| {
            serde_json::to_string(&completions::at(snapshot, cx, offset, is_typing)).ok()
        };
        let answer = self.ask_anywhere(place, encoded).await?;
        Ok(answer.unwrap_or_else(|| "null".to_owned()))
    }

    /// `completionItem/resolve`: a completion as it came, with its documentation, as JSON text.
    pub(crate) async fn encoded_resolved_completion(&self, mut item: Map<String, Value>) -> Result<String> {
        let unresolved = item.get("data").cloned().map(serde_json::from_value::<completions::Unresolved>);
        if let Some(Ok(unresolved)) = unresolved {
            let label = item.get("label").and_then(Value::as_str).unwrap_or_default();
            let documentation = self.documentation(unresolved, label.to_owned()).await?;
            let documentation = documentation.and_then(|all| serde_json::to_value(all).ok());
            item.extend(documentation.map(|all| ("documentation".to_owned(), all)));
        }
        // Maps have string keys and numbers are finite: this does not fail.
        Ok(serde_json::to_string(&item).unwrap_or_default())
    }

    async fn documentation(
        &self,
        unresolved: completions::Unresolved,
        label: String,
    ) -> Result<Option<Documentation>> {
        let completions::Unresolved { uri, position } = unresolved;
        let place = TextDocumentPositionParams { text_document: TextDocumentIdentifier { uri }, position };
        let documentation = move |snapshot: &Snapshot, cx: &Cx<'_>, offset| {
            completions::documentation(snapshot, cx, offset, &label)
        };
        self.ask_anywhere(place, documentation).await
    }

    /// `textDocument/signatureHelp`.
    pub(super) async fn signature_at(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        let kind = params.context.map(|context| context.trigger_kind);
        self.ask_at(params.text_document_position_params, move |snapshot, cx, offset| {
            // Who types a command is not told at every blank that more words can follow.
            let is_needless = kind == Some(SignatureHelpTriggerKind::TRIGGER_CHARACTER)
                && signature::is_in_command(cx, offset);
            let help = signature::find(cx, offset).filter(|_| !is_needless)?;
            Some(answers::signature_help(snapshot, help))
        })
        .await
    }

    /// `textDocument/documentSymbol`, with the answer as JSON text.
    pub(crate) async fn encoded_outline(&self, params: DocumentSymbolParams) -> Result<String> {
        self.ask_encoded(&params.text_document, structure::outline).await
    }

    /// `textDocument/foldingRange`, with the answer as JSON text.
    pub(crate) async fn encoded_folds(&self, params: FoldingRangeParams) -> Result<String> {
        self.ask_encoded(&params.text_document, structure::folds).await
    }

    /// `textDocument/codeAction`: fixes and rewritings, proven in two halves side by side that take about as long.
    pub(super) async fn actions(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let Some(snapshot) = self.shared.snapshot(&params.text_document.uri) else { return Ok(None) };
        let (own, open) = (Arc::new(params), Arc::clone(&self.shared));
        let (params, shared) = (Arc::clone(&own), Arc::clone(&open));
        // Begins first: it asks for the model at once, for which the other half waits then.
        let of_place = self.ask_slowly(snapshot.clone(), move |snapshot, cx| {
            actions::rewritings(snapshot, cx, &own, &|uri| open.document(uri), Scope::Place)
        });
        let others = self.ask_slowly(snapshot, move |snapshot, cx| {
            let open = |uri: &Uri| shared.document(uri);
            let fixes = actions::fixes(snapshot, cx, &params, &open);
            (fixes, actions::rewritings(snapshot, cx, &params, &open, Scope::Stage))
        });
        let (of_place, (mut actions, of_stage)) = tokio::try_join!(of_place, others)?;
        for rewriting in of_place.into_iter().chain(of_stage) {
            // What mends a finding is not offered a second time without it.
            if actions.iter().all(|action: &CodeAction| action.title != rewriting.title) {
                actions.push(rewriting);
            }
        }
        Ok(Some(actions.into_iter().map(CodeActionOrCommand::from).collect()))
    }

    /// `codeAction/resolve`: an action with the edit that it stands for.
    pub(super) async fn resolve(&self, mut action: CodeAction) -> Result<CodeAction> {
        let unresolved = action.data.clone().and_then(|data| serde_json::from_value(data).ok());
        let Some(unresolved): Option<actions::Unresolved> = unresolved else {
            // It has all that it will have.
            return Ok(action);
        };
        let Some(snapshot) = self.shared.snapshot(&unresolved.uri) else {
            return Err(Error::content_modified());
        };
        let shared = Arc::clone(&self.shared);
        let is_rewriting = unresolved.chosen.is_some();
        let edit = self.ask_slowly(snapshot, move |snapshot, cx| {
            actions::resolve(snapshot, cx, &unresolved, &|uri| shared.document(uri))
        });
        action.edit = edit.await?;
        if is_rewriting && action.edit.is_none() {
            return Err(Error::content_modified());
        }
        Ok(action)
    }

    /// `layerwise/buildContext`
    pub(crate) async fn build_context(
        &self,
        document: TextDocumentIdentifier,
    ) -> Result<Option<BuildContextAnswer>> {
        self.ask_about(&document, answers::build_context).await
    }

    /// As `ask_about`, with the answer as JSON text.
    async fn ask_encoded<T: Serialize + 'static>(
        &self,
        document: &TextDocumentIdentifier,
        question: fn(&Snapshot) -> T,
    ) -> Result<String> {
        // Maps have string keys and numbers are finite: this does not fail.
        let encoded = move |snapshot: &Snapshot, _: &Cx<'_>| serde_json::to_string(&question(snapshot)).ok();
        let answer = self.ask_about(document, encoded).await?;
        Ok(answer.unwrap_or_else(|| "null".to_owned()))
    }

    /// As `ask`, for what always takes long.
    pub(super) async fn ask_slowly<T: Send + 'static>(
        &self,
        snapshot: Snapshot,
        question: impl FnOnce(&Snapshot, &Cx<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        in_background(move || with_cx(&snapshot, Pass::Second, |cx| question(&snapshot, cx)).0).await
    }
}

/// Runs what takes time where it keeps no one waiting.
pub(in crate::lsp) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!("a request failed: {error}");
        Error::internal_error()
    })
}

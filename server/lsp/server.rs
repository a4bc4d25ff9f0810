//! The handlers: from the protocol's words to a question, and back. Every handler touches the state before its
//! first `.await`, because what follows that runs beside other handlers.

mod outside;
pub(super) mod questions;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::request::{GotoDeclarationParams, GotoDeclarationResponse};
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer};

use super::capabilities::ClientSupport;
use super::kind::DocumentKind;
use super::output::Output;
use super::state::Shared;
use super::surroundings::{Workspace, file_path};
use super::{answers, convert, formatting, hierarchy, moved_files, navigation, registration};
use super::{settings, structure, sync, workspace_symbols};
use crate::hints;
use crate::lenses;
use crate::links;

/// How long a client that says it asks for diagnostics may take to ask for the first ones.
const TIME_TO_ASK: Duration = Duration::from_secs(1);

/// The language server.
pub(crate) struct Server {
    pub(super) shared: Arc<Shared>,
    client: Client,
    pub(super) output: Output,
}

impl Server {
    /// A server that talks to `client`; what must come before an answer goes to `output`, where answers go too.
    pub(crate) fn new(shared: Arc<Shared>, client: Client, output: Output) -> Server {
        Server { shared, client, output }
    }

    /// The client.
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }
}

impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let support = ClientSupport::new(&params.capabilities);
        let capabilities = support.offers();
        let folders = registration::folders(&params);
        let settings = params.initialization_options.as_ref().and_then(settings::section);
        self.shared.initialize(support, Workspace::new(settings.cloned().unwrap_or_default(), folders));
        Ok(InitializeResult {
            capabilities,
            server_info: Some(ServerInfo {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        let support = self.shared.support();
        // Side by side: a client may answer the one and not the other.
        tokio::join!(self.register(registration::registrations(&support)), async {
            if support.configuration {
                self.pull_settings().await;
            }
        });
    }

    async fn shutdown(&self) -> Result<()> {
        self.shared.shut_down();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        sync::open(&self.shared, params.text_document);
        if self.shared.await_question() {
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move {
                tokio::time::sleep(TIME_TO_ASK).await;
                shared.give_up_on_questions();
            });
        }
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        sync::change(&self.shared, &params.text_document, &params.content_changes);
    }

    async fn will_save_wait_until(
        &self,
        params: WillSaveTextDocumentParams,
    ) -> Result<Option<Vec<TextEdit>>> {
        let WillSaveTextDocumentParams { text_document, reason } = params;
        self.ask_about(&text_document, move |snapshot, cx| formatting::on_save(snapshot, cx, reason)).await
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.shared.end_typing(&params.text_document.uri, None);
        // Not every client watches files; what was saved here is known to have changed.
        if let Some(path) = file_path(&params.text_document.uri) {
            self.forget(&[path]);
        }
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        if self.shared.close(&uri).is_some() {
            self.shared.note_files(file_path(&uri).as_slice());
        } else {
            tracing::warn!("`{}` was closed, but it is not open", uri.as_str());
        }
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        match settings::section(&params.settings) {
            Some(settings) => self.set_settings(settings.clone()),
            None if self.shared.support().configuration => self.pull_settings().await,
            None => self.set_settings(Value::Null),
        }
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.change_folders(&params.event);
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let paths: Vec<PathBuf> = params.changes.iter().filter_map(|change| file_path(&change.uri)).collect();
        self.forget(&paths);
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.ask_anywhere(params.text_document_position_params, answers::hover_at).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        self.signature_at(params).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.ask_about(&params.text_document, |snapshot, cx| Some(answers::links(snapshot, &links::find(cx))))
            .await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.ask_about(&params.text_document, move |snapshot, cx| {
            let span = convert::span(snapshot.document.text(), params.range, snapshot.support.encoding);
            Some(answers::hints(snapshot, hints::find(cx, span)))
        })
        .await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.ask_about(&params.text_document, |snapshot, cx| {
            let cost = if snapshot.support.hints { Vec::new() } else { answers::cost_lenses(cx) };
            Some(answers::lenses(snapshot, lenses::find(cx).into_iter().chain(cost).collect()))
        })
        .await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.ask_about(&params.text_document, move |snapshot, cx| {
            Some(formatting::edits(snapshot, cx, &params.options, None))
        })
        .await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.ask_about(&params.text_document, move |snapshot, cx| {
            Some(formatting::edits(snapshot, cx, &params.options, Some(params.range)))
        })
        .await
    }

    async fn on_type_formatting(
        &self,
        params: DocumentOnTypeFormattingParams,
    ) -> Result<Option<Vec<TextEdit>>> {
        let DocumentOnTypeFormattingParams { text_document_position, ch, options } = params;
        self.ask_at(text_document_position, move |snapshot, cx, offset| {
            Some(formatting::on_type(snapshot, cx, &options, offset, &ch))
        })
        .await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let place = params.text_document_position_params;
        match self.shared.snapshot(&place.text_document.uri) {
            Some(snapshot) if snapshot.kind == DocumentKind::Other => {
                self.stage_of_target(snapshot, place.position).await
            }
            _ => self.ask_anywhere(place, navigation::definition).await,
        }
    }

    async fn goto_declaration(
        &self,
        params: GotoDeclarationParams,
    ) -> Result<Option<GotoDeclarationResponse>> {
        self.ask_at(params.text_document_position_params, navigation::declaration).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let with_declaration = params.context.include_declaration;
        self.ask_at(params.text_document_position, move |snapshot, cx, offset| {
            Some(navigation::references(snapshot, cx, offset, with_declaration))
        })
        .await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        self.ask_at(params.text_document_position_params, navigation::highlights).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        navigation::granted(self.ask_at(params, navigation::prepare_rename).await?)
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let RenameParams { text_document_position, new_name, .. } = params;
        let shared = Arc::clone(&self.shared);
        let answer = self.ask_at(text_document_position, move |snapshot, cx, offset| {
            navigation::rename(snapshot, cx, offset, &new_name, &|uri| shared.document(uri))
        });
        navigation::granted(answer.await?)
    }

    async fn linked_editing_range(
        &self,
        params: LinkedEditingRangeParams,
    ) -> Result<Option<LinkedEditingRanges>> {
        self.ask_at(params.text_document_position_params, navigation::linked).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        self.ask_at(params.text_document_position_params, hierarchy::prepare).await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        self.ask_at(hierarchy::place(params.item), hierarchy::incoming).await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        self.ask_at(hierarchy::place(params.item), hierarchy::outgoing).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        let shared = Arc::clone(&self.shared);
        let found = questions::in_background(move || workspace_symbols::find(&shared, &params.query));
        Ok(Some(found.await?.into()))
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let SelectionRangeParams { text_document, positions, .. } = params;
        self.ask_about(&text_document, move |snapshot, _| Some(structure::selections(snapshot, &positions)))
            .await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.actions(params).await
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        let shared = Arc::clone(&self.shared);
        questions::in_background(move || moved_files::follow(&shared, &params.files)).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        self.resolve(action).await
    }
}

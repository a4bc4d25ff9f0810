//! The handlers: from the protocol's words to a question, and back. Every handler touches the state before its
//! first `.await`, because what follows that runs beside other handlers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer};

use super::analysis::{Pass, with_cx};
use super::capabilities::ClientSupport;
use super::state::{Shared, Snapshot};
use super::surroundings::{Workspace, file_path};
use super::{actions, answers, convert, registration, settings, sync};
use crate::completion;
use crate::discovery;
use crate::document::Cx;
use crate::hints;
use crate::hover;
use crate::lenses;
use crate::links;
use crate::signature;

/// How long a client that says it asks for diagnostics may take to ask for the first ones.
const TIME_TO_ASK: Duration = Duration::from_secs(1);

/// The language server.
pub(crate) struct Server {
    pub(super) shared: Arc<Shared>,
    client: Client,
}

impl Server {
    /// A server that talks to `client`.
    pub(crate) fn new(shared: Arc<Shared>, client: Client) -> Server {
        Server { shared, client }
    }

    /// The client.
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// Answers a question about a document: at once where memory knows enough, else off this thread.
    async fn ask<T: Send + 'static>(
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

    /// As `ask`, for what always takes long.
    async fn ask_slowly<T: Send + 'static>(
        &self,
        snapshot: Snapshot,
        question: impl FnOnce(&Snapshot, &Cx<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        in_background(move || with_cx(&snapshot, Pass::Second, |cx| question(&snapshot, cx)).0).await
    }

    /// Asks the client to say when something changes.
    async fn register(&self, registrations: Vec<Registration>) {
        if registrations.is_empty() {
            return;
        }
        if let Err(error) = self.client.register_capability(registrations).await {
            tracing::warn!("the client does not watch for changes: {error}");
        }
    }

    /// Asks the client for its settings; what cannot be had stays as it was.
    async fn pull_settings(&self) {
        let item = ConfigurationItem { scope_uri: None, section: Some(settings::SECTION.to_owned()) };
        match self.client.configuration(vec![item]).await {
            Ok(answer) => {
                if let Some(settings) = settings::answered(answer) {
                    self.set_settings(settings);
                }
            }
            Err(error) => tracing::warn!("the client does not give its settings: {error}"),
        }
    }

    fn set_settings(&self, settings: Value) {
        if self.shared.workspace().settings != settings {
            self.shared.change_workspace(|workspace| workspace.settings = settings);
        }
    }
}

/// Runs what takes time where it keeps no one waiting.
pub(super) async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!("a request failed: {error}");
        Error::internal_error()
    })
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

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        // Not every client watches files; what was saved here is known to have changed.
        if let Some(path) = file_path(&params.text_document.uri) {
            self.forget(&[path]);
        }
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        if self.shared.close(&uri).is_none() {
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
        let paths = |folders: &[WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| file_path(&folder.uri)).collect()
        };
        let (added, removed) = (paths(&params.event.added), paths(&params.event.removed));
        self.shared.change_workspace(|workspace| {
            workspace.folders.retain(|folder| !removed.contains(folder));
            workspace.folders.extend(added);
        });
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let paths: Vec<PathBuf> = params.changes.iter().filter_map(|change| file_path(&change.uri)).collect();
        self.forget(&paths);
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let Some(snapshot) = self.shared.snapshot(&text_document.uri) else { return Ok(None) };
        self.ask(snapshot, move |snapshot, cx| {
            let hover = hover::find(cx, snapshot.offset(position))?;
            Some(answers::hover(snapshot, &hover))
        })
        .await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let Some(snapshot) = self.shared.snapshot(&text_document.uri) else { return Ok(None) };
        self.ask(snapshot, move |snapshot, cx| {
            let completions = completion::complete(cx, snapshot.offset(position));
            let items =
                completions.into_iter().map(|completion| answers::completion_item(snapshot, completion));
            Some(CompletionResponse::Array(items.collect()))
        })
        .await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let Some(snapshot) = self.shared.dockerfile(&text_document.uri) else { return Ok(None) };
        self.ask(snapshot, move |snapshot, cx| {
            let help = signature::find(cx, snapshot.offset(position))?;
            Some(answers::signature_help(snapshot, help))
        })
        .await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let Some(snapshot) = self.shared.dockerfile(&params.text_document.uri) else { return Ok(None) };
        self.ask(snapshot, |snapshot, cx| Some(answers::links(snapshot, &links::find(cx)))).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let Some(snapshot) = self.shared.dockerfile(&params.text_document.uri) else { return Ok(None) };
        self.ask(snapshot, move |snapshot, cx| {
            let span = convert::span(snapshot.document.text(), params.range, snapshot.support.encoding);
            Some(answers::hints(snapshot, hints::find(cx, span)))
        })
        .await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let Some(snapshot) = self.shared.dockerfile(&params.text_document.uri) else { return Ok(None) };
        self.ask(snapshot, |snapshot, cx| Some(answers::lenses(snapshot, lenses::find(cx)))).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let Some(snapshot) = self.shared.snapshot(&params.text_document.uri) else { return Ok(None) };
        let shared = Arc::clone(&self.shared);
        let answer = self.ask_slowly(snapshot, move |snapshot, cx| {
            actions::find(snapshot, cx, &params, &|uri| shared.document(uri))
        });
        answer.await.map(Some)
    }

    async fn code_action_resolve(&self, mut action: CodeAction) -> Result<CodeAction> {
        let unresolved = action.data.clone().and_then(|data| serde_json::from_value(data).ok());
        let Some(actions::Unresolved { uri }) = unresolved else {
            return Err(Error::invalid_params("this action was not made here"));
        };
        let Some(snapshot) = self.shared.snapshot(&uri) else { return Err(Error::content_modified()) };
        let shared = Arc::clone(&self.shared);
        let edit = self.ask_slowly(snapshot, move |snapshot, cx| {
            actions::fix_all(snapshot, cx, &|uri| shared.document(uri))
        });
        action.edit = edit.await?;
        Ok(action)
    }
}

impl Server {
    /// Forgets what was read of the disk, where a change of these files can make a difference.
    fn forget(&self, paths: &[PathBuf]) {
        let is_settings = |path: &PathBuf| path.file_name().is_some_and(|name| name == discovery::FILE_NAME);
        if paths.iter().any(is_settings) {
            self.shared.change_workspace(|_| {});
        } else {
            self.shared.forget(|surroundings| paths.iter().any(|path| surroundings.may_depend_on(path)));
        }
    }
}

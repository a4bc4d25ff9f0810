//! What the client can, reduced to what matters here, and what the server therefore offers.

use tower_lsp::ls_types::{
    ClientCapabilities, CodeActionOptions, CodeLensOptions, CompletionOptions, DeclarationCapability,
    DiagnosticOptions, DiagnosticServerCapabilities, DocumentLinkOptions, GotoCapability,
    LinkedEditingRangeServerCapabilities, MarkupKind, OneOf, PositionEncodingKind, RenameOptions,
    ResourceOperationKind, SaveOptions, ServerCapabilities, SignatureHelpOptions,
    TextDocumentClientCapabilities, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use super::{actions, answers, formatting, moved_files, tokens};
use crate::text::Encoding;

/// What the client can.
#[derive(Clone, Debug)]
pub(crate) struct ClientSupport {
    /// How positions count.
    pub(crate) encoding: Encoding,
    /// It asks for diagnostics itself.
    pub(crate) pull: bool,
    /// It can be told to ask again.
    pub(crate) refresh: bool,
    /// It answers `workspace/configuration`.
    pub(crate) configuration: bool,
    /// It can be asked to say when settings change.
    pub(crate) watch_configuration: bool,
    /// It can be asked to say when files change.
    pub(crate) watch_files: bool,
    /// It waits for edits before it saves.
    pub(crate) save_edits: bool,
    /// It reads code actions that are no commands.
    pub(crate) code_actions: bool,
    /// It knows preferred actions.
    pub(crate) preferred: bool,
    /// What it shows of a finding.
    pub(crate) findings: FindingSupport,
    /// It asks for an action's edit when the action is chosen.
    pub(crate) resolve_edit: bool,
    /// It applies edits of named versions.
    pub(crate) document_changes: bool,
    /// It creates files.
    pub(crate) create_files: bool,
    /// It highlights what the server says.
    pub(crate) tokens: bool,
    /// It has a command that shows places.
    pub(crate) show_references: bool,
    /// It shows hints between the words.
    pub(crate) hints: bool,
    /// It takes the parts of a signature as places in it.
    pub(crate) label_offsets: bool,
    /// It takes an active parameter for each signature.
    pub(crate) active_parameter: bool,
    /// How it takes what is said of a signature.
    pub(crate) signature_markup: MarkupKind,
    /// It takes links for the places of a definition.
    pub(crate) definition_links: bool,
    /// It takes links for the places of a declaration.
    pub(crate) declaration_links: bool,
    /// It asks what would be renamed before it asks for a new name.
    pub(crate) prepare_rename: bool,
    /// It shows an outline as a tree.
    pub(crate) symbol_tree: bool,
    /// How it takes a hover.
    pub(crate) hover_markup: MarkupKind,
    /// It asks what follows a file that gets another name.
    pub(crate) rename_files: bool,
    /// It says why it asks for completions.
    pub(crate) completion_context: bool,
    /// It fills in the places of a snippet.
    pub(crate) snippets: bool,
    /// It lets its user choose whether a completion keeps the rest of the word.
    pub(crate) insert_replace: bool,
    /// It shows something beside the labels of completions.
    pub(crate) label_details: bool,
    /// It takes once what all completions of a list replace.
    pub(crate) default_range: bool,
    /// It takes once what most completions of a list are written as.
    pub(crate) default_format: bool,
    /// It can strike out what nobody is to write any more.
    pub(crate) completion_tags: bool,
    /// It asks for the documentation of one completion once it shows it.
    pub(crate) resolve_documentation: bool,
    /// How it takes a completion's documentation.
    pub(crate) completion_markup: MarkupKind,
}

/// What a client shows of a finding beside its message.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FindingSupport {
    /// Places that explain it.
    pub(crate) related: bool,
    /// Its tag. Clients that know tags pass over those that they do not know, as the protocol has it.
    pub(crate) tags: bool,
    /// A page that explains its code.
    pub(crate) pages: bool,
}

impl FindingSupport {
    /// Reads what the client says, be it of findings that come to it or of those that it asks for.
    fn new(client: &TextDocumentClientCapabilities) -> FindingSupport {
        let (published, pulled) = (client.publish_diagnostics.as_ref(), client.diagnostic.as_ref());
        FindingSupport {
            related: published.and_then(|published| published.related_information) == Some(true)
                || pulled.and_then(|pulled| pulled.related_information) == Some(true),
            tags: published.is_some_and(|published| published.tag_support.is_some())
                || pulled.is_some_and(|pulled| pulled.tag_support.is_some()),
            pages: published.and_then(|published| published.code_description_support) == Some(true)
                || pulled.and_then(|pulled| pulled.code_description_support) == Some(true),
        }
    }
}

impl ClientSupport {
    /// Reads what the client says of itself; what it does not say it cannot.
    pub(crate) fn new(client: &ClientCapabilities) -> ClientSupport {
        let general = client.general.clone().unwrap_or_default();
        let workspace = client.workspace.clone().unwrap_or_default();
        let text_document = client.text_document.clone().unwrap_or_default();
        let findings = FindingSupport::new(&text_document);
        let action = text_document.code_action.unwrap_or_default();
        let edit = workspace.workspace_edit.unwrap_or_default();
        let resolves = |property: &str| {
            let resolve = action.resolve_support.as_ref();
            resolve.is_some_and(|resolve| resolve.properties.iter().any(|name| name == property))
        };
        let creates = edit.resource_operations.unwrap_or_default().contains(&ResourceOperationKind::Create);
        let document_changes = edit.document_changes == Some(true);
        let signature = text_document.signature_help.and_then(|help| help.signature_information);
        let signature = signature.unwrap_or_default();
        let completion = text_document.completion.unwrap_or_default();
        let completion_context = completion.context_support == Some(true);
        let defaults = completion.completion_list.and_then(|list| list.item_defaults).unwrap_or_default();
        let has_default = |name: &str| defaults.iter().any(|known| known == name);
        let completion = completion.completion_item.unwrap_or_default();
        ClientSupport {
            encoding: encoding(&general.position_encodings.unwrap_or_default()),
            pull: text_document.diagnostic.is_some(),
            refresh: workspace.diagnostics.and_then(|diagnostics| diagnostics.refresh_support) == Some(true),
            configuration: workspace.configuration == Some(true),
            watch_configuration: workspace
                .did_change_configuration
                .is_some_and(|watch| watch.dynamic_registration == Some(true)),
            watch_files: workspace
                .did_change_watched_files
                .is_some_and(|watch| watch.dynamic_registration == Some(true)),
            resolve_edit: action.data_support == Some(true) && resolves("edit"),
            save_edits: text_document.synchronization.and_then(|sync| sync.will_save_wait_until)
                == Some(true),
            code_actions: action.code_action_literal_support.is_some(),
            preferred: action.is_preferred_support == Some(true),
            findings,
            document_changes,
            create_files: document_changes && creates,
            tokens: text_document.semantic_tokens.is_some(),
            hints: text_document.inlay_hint.is_some(),
            show_references: has_command(client, answers::SHOW_REFERENCES),
            label_offsets: signature.parameter_information.and_then(|part| part.label_offset_support)
                == Some(true),
            active_parameter: signature.active_parameter_support == Some(true),
            signature_markup: markup(signature.documentation_format),
            definition_links: links(text_document.definition),
            declaration_links: links(text_document.declaration),
            prepare_rename: text_document.rename.and_then(|rename| rename.prepare_support) == Some(true),
            symbol_tree: text_document
                .document_symbol
                .is_some_and(|symbol| symbol.hierarchical_document_symbol_support == Some(true)),
            hover_markup: markup(text_document.hover.and_then(|hover| hover.content_format)),
            rename_files: workspace.file_operations.and_then(|files| files.will_rename) == Some(true),
            completion_context,
            snippets: completion.snippet_support == Some(true),
            insert_replace: completion.insert_replace_support == Some(true),
            label_details: completion.label_details_support == Some(true),
            default_range: has_default("editRange"),
            default_format: has_default("insertTextFormat"),
            completion_tags: completion.tag_support.is_some(),
            resolve_documentation: completion
                .resolve_support
                .is_some_and(|resolve| resolve.properties.iter().any(|name| name == "documentation")),
            completion_markup: markup(completion.documentation_format),
        }
    }

    /// What the server offers to this client.
    pub(crate) fn offers(&self) -> ServerCapabilities {
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            will_save_wait_until: self.save_edits.then_some(true),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        };
        let folders = WorkspaceFoldersServerCapabilities {
            supported: Some(true),
            change_notifications: Some(OneOf::Left(true)),
        };
        ServerCapabilities {
            position_encoding: Some(encoding_kind(self.encoding)),
            text_document_sync: Some(sync.into()),
            hover_provider: Some(true.into()),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(
                    // Of a dot at least it is to be said that nothing need follow it.
                    [" ", "=", ",", "-", "$", "{", ":", "/", "#", "<", "."].map(str::to_owned).to_vec(),
                ),
                resolve_provider: Some(self.resolve_documentation),
                ..CompletionOptions::default()
            }),
            call_hierarchy_provider: Some(true.into()),
            definition_provider: Some(OneOf::Left(true)),
            declaration_provider: Some(DeclarationCapability::Simple(true)),
            references_provider: Some(OneOf::Left(true)),
            document_highlight_provider: Some(OneOf::Left(true)),
            rename_provider: Some(match self.prepare_rename {
                true => OneOf::Right(RenameOptions {
                    prepare_provider: Some(true),
                    work_done_progress_options: WorkDoneProgressOptions::default(),
                }),
                false => OneOf::Left(true),
            }),
            linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
            document_symbol_provider: Some(OneOf::Left(true)),
            workspace_symbol_provider: Some(OneOf::Left(true)),
            folding_range_provider: Some(true.into()),
            selection_range_provider: Some(true.into()),
            code_action_provider: self.code_actions.then(|| self.action_options().into()),
            diagnostic_provider: self.pull.then(|| {
                DiagnosticServerCapabilities::Options(DiagnosticOptions {
                    workspace_diagnostics: true,
                    ..DiagnosticOptions::default()
                })
            }),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            document_formatting_provider: Some(OneOf::Left(true)),
            document_range_formatting_provider: Some(OneOf::Left(true)),
            document_on_type_formatting_provider: Some(formatting::triggers()),
            inlay_hint_provider: Some(OneOf::Left(true)),
            code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
            signature_help_provider: Some(SignatureHelpOptions {
                trigger_characters: Some([" ", "=", ",", "[", "\"", ":", "@"].map(str::to_owned).to_vec()),
                ..SignatureHelpOptions::default()
            }),
            semantic_tokens_provider: self.tokens.then(|| tokens::options().into()),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(folders),
                file_operations: self.rename_files.then(moved_files::operations),
            }),
            ..ServerCapabilities::default()
        }
    }

    fn action_options(&self) -> CodeActionOptions {
        CodeActionOptions {
            code_action_kinds: Some(actions::kinds()),
            resolve_provider: self.resolve_edit.then_some(true),
            ..CodeActionOptions::default()
        }
    }
}

/// Whether the client says that it has a command: `experimental.commands.commands` lists what it has.
fn has_command(client: &ClientCapabilities, name: &str) -> bool {
    let commands =
        client.experimental.as_ref().and_then(|all| all.get("commands")?.get("commands")?.as_array());
    commands.is_some_and(|commands| commands.iter().any(|command| command == name))
}

/// The encoding that costs least among those that the client takes; UTF-16 is always taken.
fn encoding(offered: &[PositionEncodingKind]) -> Encoding {
    let preferred = [Encoding::Utf8, Encoding::Utf32];
    let is_offered = |encoding: &Encoding| offered.contains(&encoding_kind(*encoding));
    preferred.into_iter().find(is_offered).unwrap_or(Encoding::Utf16)
}

fn encoding_kind(encoding: Encoding) -> PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    }
}

fn links(goto: Option<GotoCapability>) -> bool {
    goto.and_then(|goto| goto.link_support) == Some(true)
}

/// The first format is the preferred one; a client that names none takes plain text.
fn markup(formats: Option<Vec<MarkupKind>>) -> MarkupKind {
    formats.and_then(|formats| formats.into_iter().next()).unwrap_or(MarkupKind::PlainText)
}

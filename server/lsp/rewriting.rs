//! Code actions that write a place in another way: offered by name, made when they are chosen where the client can ask.

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{CodeAction, CodeActionKind, CodeActionParams, WorkspaceEdit};

use super::actions::Unresolved;
use super::convert;
use super::state::Snapshot;
use super::workspace_edit::{OpenDocuments, workspace_edit};
use crate::actions::{self, Kind, Offer};
use crate::document::Cx;

/// What finds an offer again.
#[derive(Serialize, Deserialize)]
pub(crate) struct Chosen {
    /// The action.
    id: String,
    /// What it is called: an action can do several things at a place.
    title: String,
    /// The version of the document that it was offered for.
    version: i32,
    /// From where, in bytes.
    start: usize,
    /// To where.
    end: usize,
}

/// The protocol's kind of an action.
pub(crate) fn kind(kind: Kind) -> CodeActionKind {
    match kind {
        Kind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        Kind::Inline => CodeActionKind::REFACTOR_INLINE,
        Kind::Extract => CodeActionKind::REFACTOR_EXTRACT,
    }
}

/// What can be done at a range, of the kinds that are wanted.
pub(super) fn find(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    params: &CodeActionParams,
    is_wanted: &dyn Fn(&CodeActionKind) -> bool,
    open: &OpenDocuments<'_>,
) -> Vec<CodeAction> {
    let span = convert::span(snapshot.document.text(), params.range, snapshot.support.encoding);
    let offers = actions::find(cx, &span, &|action| is_wanted(&kind(action.kind)));
    let action = |offer: Offer| {
        // Not every client can change or make other files.
        let edit = workspace_edit(snapshot, cx, &offer.fix, open)?;
        let action = CodeAction {
            title: offer.fix.title.clone(),
            kind: Some(kind(offer.action.kind)),
            ..CodeAction::default()
        };
        if !snapshot.support.resolve_edit {
            return Some(CodeAction { edit: Some(edit), ..action });
        }
        let chosen = Chosen {
            id: offer.action.id.to_owned(),
            title: offer.fix.title,
            version: snapshot.version,
            start: span.start,
            end: span.end,
        };
        let unresolved = Unresolved { uri: snapshot.uri.clone(), chosen: Some(chosen) };
        Some(CodeAction { data: serde_json::to_value(unresolved).ok(), ..action })
    };
    offers.into_iter().filter_map(action).collect()
}

/// The edit of an offer; `None` where the document has changed since.
pub(super) fn resolve(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    chosen: &Chosen,
    open: &OpenDocuments<'_>,
) -> Option<WorkspaceEdit> {
    if chosen.version != snapshot.version {
        return None;
    }
    let offers = actions::find(cx, &(chosen.start..chosen.end), &|action| action.id == chosen.id);
    let offer = offers.into_iter().find(|offer| offer.fix.title == chosen.title)?;
    workspace_edit(snapshot, cx, &offer.fix, open)
}

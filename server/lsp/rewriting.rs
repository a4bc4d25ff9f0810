//! Code actions that write a place in another way: offered by name, made when they are chosen where the client can ask.

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{CodeAction, CodeActionKind, CodeActionParams, Diagnostic, WorkspaceEdit};

use super::actions::Unresolved;
use super::convert;
use super::state::Snapshot;
use super::workspace_edit::{OpenDocuments, workspace_edit};
use crate::actions::{self, Action, Kind, Offer, Scope};
use crate::document::Cx;
use crate::rules::Finding;
use crate::text::Span;

/// Rules with the actions that mend their findings.
const ANSWERS: [(&str, &[&str]); 1] = [("build-tools-in-final-image", &["split-stages", "split-site"])];

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

/// The kind of the action that does all that is good for a stage.
const OPTIMISE: CodeActionKind = CodeActionKind::new("refactor.rewrite.optimise");

/// The protocol's kind of an action.
pub(crate) fn kind(kind: Kind) -> CodeActionKind {
    match kind {
        Kind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        Kind::Inline => CodeActionKind::REFACTOR_INLINE,
        Kind::Extract => CodeActionKind::REFACTOR_EXTRACT,
        Kind::Optimise => OPTIMISE,
    }
}

/// What can be done at a range, or with its stage, of the kinds that are wanted.
pub(super) fn find(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    params: &CodeActionParams,
    scope: Scope,
    is_wanted: &dyn Fn(&CodeActionKind) -> bool,
    open: &OpenDocuments<'_>,
) -> Vec<CodeAction> {
    let span = convert::span(snapshot.document.text(), params.range, snapshot.support.encoding);
    // What does several things at once stands in no menu beside them: it is asked for by its kind.
    let is_some_kind = params.context.only.iter().flatten().any(|wanted| !wanted.as_str().is_empty());
    let is_named = |action: &Action| action.kind != Kind::Optimise || is_some_kind;
    let is_asked_for =
        |action: &Action| action.scope == scope && is_named(action) && is_wanted(&kind(action.kind));
    let offers = actions::find(cx, &span, &is_asked_for);
    offers.into_iter().filter_map(|offer| code_action(snapshot, cx, offer, &span, open)).collect()
}

/// The actions that mend a finding: what is too large for a fix.
pub(super) fn answers(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    finding: &Finding,
    diagnostic: Option<Diagnostic>,
    open: &OpenDocuments<'_>,
) -> Vec<CodeAction> {
    let Some((_, ids)) = ANSWERS.into_iter().find(|(rule, _)| *rule == finding.rule.id) else {
        return Vec::new();
    };
    let span = finding.span.start..finding.span.start;
    let offers = actions::find(cx, &span, &|action| ids.contains(&action.id));
    let answer = |offer| {
        let action = code_action(snapshot, cx, offer, &span, open)?;
        let diagnostics = Some(diagnostic.iter().cloned().collect());
        Some(CodeAction { kind: Some(CodeActionKind::QUICKFIX), diagnostics, ..action })
    };
    offers.into_iter().filter_map(answer).collect()
}

/// An offer for a span, with its edit where the client cannot ask for that later; `None` where it cannot make it: not every
/// client can change or make other files.
fn code_action(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    offer: Offer,
    span: &Span,
    open: &OpenDocuments<'_>,
) -> Option<CodeAction> {
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

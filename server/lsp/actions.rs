//! Code actions: the proven fixes of the findings at a range, what silences these, what a place can be rewritten to, and
//! one that applies every safe fix.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionTriggerKind, NumberOrString, Uri, WorkspaceEdit,
};

use super::analysis::Analysis;
use super::convert;
use super::kind::DocumentKind;
use super::report;
use super::rewriting;
use super::silences;
use super::state::Snapshot;
use super::workspace_edit::{OpenDocuments, workspace_edit};
use crate::actions::{Kind, Scope};
use crate::document::Cx;
use crate::fix::{self, Fix, Fixer, Safety};
use crate::rules::{self, Finding, Rule};
use crate::text::Span;

/// The kind of the action that applies every safe fix.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.layerwise");

/// Every kind of action that is offered.
pub(crate) fn kinds() -> Vec<CodeActionKind> {
    let rewriting = [Kind::Rewrite, Kind::Inline, Kind::Extract, Kind::Optimise].map(rewriting::kind);
    [CodeActionKind::QUICKFIX].into_iter().chain(rewriting).chain([FIX_ALL]).collect()
}

const FIX_ALL_TITLE: &str = "Apply all safe fixes";

/// What is kept of an action until it is chosen.
#[derive(Serialize, Deserialize)]
pub(crate) struct Unresolved {
    /// The document to be fixed.
    pub(crate) uri: Uri,
    /// What was chosen; without it every safe fix.
    #[serde(default)]
    pub(crate) chosen: Option<rewriting::Chosen>,
}

/// The quick fixes for a range, and the action that applies every safe fix. `open` knows the other open documents. Proving
/// fixes takes time.
pub(crate) fn fixes(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    params: &CodeActionParams,
    open: &OpenDocuments<'_>,
) -> Vec<CodeAction> {
    let mut actions = Vec::new();
    let has_part = [CodeActionKind::QUICKFIX, FIX_ALL].iter().any(|kind| is_wanted(params, kind));
    if snapshot.kind == DocumentKind::Other || !has_part {
        return actions;
    }
    let current = snapshot.analysis.clone().filter(|analysis| analysis.is_current(snapshot));
    let whole = current.filter(|analysis| analysis.is_complete && analysis.is_whole());
    let analysis = match &whole {
        Some(analysis) => Arc::clone(analysis),
        None => Analysis::near(snapshot, &reach(snapshot, params)).into(),
    };
    if is_wanted(params, &CodeActionKind::QUICKFIX) {
        push_quick_fixes(&mut actions, &analysis, snapshot, cx, params, open);
    }
    if is_wanted(params, &FIX_ALL) {
        let is_asked_for = params.context.only.is_some();
        let is_safe = |rule: &Rule| rule.safety == Some(Safety::Safe);
        let has_safe = analysis.findings.iter().any(|finding| is_safe(finding.rule))
            || whole.is_none() && rules::finds_any(cx, &is_safe);
        // A rule with safe fixes has none for each of its findings. That is asked once all of them are known.
        let can_mend = || {
            let (fixer, waits) = (Fixer::new(cx), fix::waiting(cx.document));
            let mut findings = analysis.findings.iter().filter(|found| is_safe(found.rule) && !waits(found));
            findings.any(|found| fixer.offers(found).iter().any(|fix| fix.safety == Safety::Safe))
        };
        if has_safe && !is_asked_for && snapshot.support.resolve_edit {
            actions.extend((whole.is_none() || can_mend()).then(|| unresolved(&snapshot.uri)));
        } else if has_safe && let Some(edit) = fix_all(snapshot, cx, open) {
            actions.push(CodeAction { edit: Some(edit), ..fix_all_action() });
        }
    }
    actions
}

/// What a range can be rewritten to, or its stage. Proving takes time here, too.
pub(crate) fn rewritings(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    params: &CodeActionParams,
    open: &OpenDocuments<'_>,
    scope: Scope,
) -> Vec<CodeAction> {
    if snapshot.kind == DocumentKind::Other {
        return Vec::new();
    }
    rewriting::find(snapshot, cx, params, scope, &|kind| is_wanted(params, kind), open)
}

/// Whether a request asks for actions of a kind.
fn is_wanted(params: &CodeActionParams, kind: &CodeActionKind) -> bool {
    match &params.context.only {
        Some(only) => only.iter().any(|wanted| includes(wanted, kind)),
        // Editors ask by themselves when the cursor moves, for a light bulb: the full list is not needed then.
        None => {
            *kind == CodeActionKind::QUICKFIX
                || params.context.trigger_kind != Some(CodeActionTriggerKind::AUTOMATIC)
        }
    }
}

/// The edit of an action that was offered without one; `None` where it can no longer be made.
pub(crate) fn resolve(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    unresolved: &Unresolved,
    open: &OpenDocuments<'_>,
) -> Option<WorkspaceEdit> {
    match &unresolved.chosen {
        Some(chosen) => rewriting::resolve(snapshot, cx, chosen, open),
        None => fix_all(snapshot, cx, open),
    }
}

/// The edit of the action that applies every safe fix; `None` where nothing changes.
fn fix_all(snapshot: &Snapshot, cx: &Cx<'_>, open: &OpenDocuments<'_>) -> Option<WorkspaceEdit> {
    let fixed = fix::fix_all(cx, Safety::Safe, &|_| true)?;
    let title = FIX_ALL_TITLE.to_owned();
    let fix = Fix { title, safety: Safety::Safe, edits: fixed.edits, files: fixed.files };
    workspace_edit(snapshot, cx, &fix, open)
}

fn fix_all_action() -> CodeAction {
    CodeAction { title: FIX_ALL_TITLE.to_owned(), kind: Some(FIX_ALL), ..CodeAction::default() }
}

/// The action without its edit, which is made when the action is chosen.
fn unresolved(uri: &Uri) -> CodeAction {
    let data = serde_json::to_value(Unresolved { uri: uri.clone(), chosen: None }).ok();
    CodeAction { data, ..fix_all_action() }
}

/// From the first byte of what is asked about, and of the findings that the request names, to the last.
fn reach(snapshot: &Snapshot, params: &CodeActionParams) -> Span {
    let span = |range| convert::span(snapshot.document.text(), range, snapshot.support.encoding);
    let named = params.context.diagnostics.iter().map(|diagnostic| span(diagnostic.range));
    named.fold(span(params.range), |all, one| all.start.min(one.start)..all.end.max(one.end))
}

fn push_quick_fixes(
    actions: &mut Vec<CodeAction>,
    analysis: &Analysis,
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    params: &CodeActionParams,
    open: &OpenDocuments<'_>,
) {
    let span = convert::span(snapshot.document.text(), params.range, snapshot.support.encoding);
    let fixer = Fixer::new(cx);
    let wanted = wanted(analysis, &span, params);
    for (index, finding) in wanted.iter().filter_map(|index| Some((*index, analysis.findings.get(*index)?))) {
        let diagnostic = report::diagnostic(analysis, index);
        let mut has_preferred = false;
        for fix in fixer.offers(finding) {
            let Some(edit) = workspace_edit(snapshot, cx, &fix, open) else { continue };
            let same = actions.iter_mut().find(|action| action.edit.as_ref() == Some(&edit));
            if let Some(CodeAction { diagnostics: Some(diagnostics), .. }) = same {
                diagnostics.extend(diagnostic.clone());
                continue;
            }
            let is_preferred = fix.safety == Safety::Safe && !has_preferred && snapshot.support.preferred;
            has_preferred |= is_preferred;
            actions.push(CodeAction {
                title: fix.title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(diagnostic.iter().cloned().collect()),
                edit: Some(edit),
                is_preferred: is_preferred.then_some(true),
                ..CodeAction::default()
            });
        }
    }
    for (index, finding) in wanted.iter().filter_map(|index| Some((*index, analysis.findings.get(*index)?))) {
        let diagnostic = report::diagnostic(analysis, index);
        actions.extend(rewriting::answers(snapshot, cx, finding, diagnostic, open));
    }
    actions.extend(silences::find(snapshot, cx, analysis, &wanted, open));
}

/// So many findings are answered at once: each of their fixes is proven on a copy of the document.
const MOST_ANSWERED: usize = 24;

/// The findings that a range touches or the request names, as indexes in their order; of too many those nearest to where the
/// range begins.
fn wanted(analysis: &Analysis, span: &Span, params: &CodeActionParams) -> Vec<usize> {
    let touches = |finding: &Finding| finding.span.start <= span.end && span.start <= finding.span.end;
    let findings = analysis.findings.iter().enumerate();
    let all = findings.filter(|(index, finding)| touches(finding) || is_named(analysis, *index, params));
    let mut all: Vec<(usize, usize)> =
        all.map(|(index, finding)| (finding.span.start.abs_diff(span.start), index)).collect();
    if all.len() > MOST_ANSWERED {
        all.sort_unstable();
        all.truncate(MOST_ANSWERED);
    }
    let mut wanted: Vec<usize> = all.into_iter().map(|(_, index)| index).collect();
    wanted.sort_unstable();
    wanted
}

/// Whether the request names the finding: some editors name those of a whole line.
fn is_named(analysis: &Analysis, index: usize, params: &CodeActionParams) -> bool {
    let (Some(finding), Some(range)) = (analysis.findings.get(index), analysis.ranges.get(index)) else {
        return false;
    };
    params.context.diagnostics.iter().any(|diagnostic| {
        let is_same_rule =
            matches!(&diagnostic.code, Some(NumberOrString::String(code)) if code == finding.rule.id);
        is_same_rule && diagnostic.range == *range
    })
}

/// Whether a kind is another or a part of it: `source` includes `source.fixAll`, everything is part of ``.
fn includes(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_includes_itself_and_its_parts() {
        for wanted in ["", "source", "source.fixAll", "source.fixAll.layerwise"] {
            assert!(includes(&CodeActionKind::from(wanted), &FIX_ALL), "{wanted}");
        }
        for other in ["quickfix", "sour", "source.fix", "source.fixAll.layerwise.more", "source.fixAll.other"]
        {
            assert!(!includes(&CodeActionKind::from(other), &FIX_ALL), "{other}");
        }
    }
}

//! `order-layers`: what a stage copies and is told late comes below what does not read it.
//!
//! Manifests are copied before the source by the fix of `source-before-dependencies`; whole steps are moved one group
//! at a time, see [`moves`]. Each change has to spare reruns by itself, see [`gain`], and may cost none.

mod gain;
mod moves;

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::{Cx, Document};
use crate::fix::{Fix, Fixer, difference};
use crate::rules::cache::source_before_dependencies::SOURCE_BEFORE_DEPENDENCIES;
use crate::rules::run_one;
use crate::syntax::Kind as Keyword;
use gain::Gain;

pub(super) static ORDER_LAYERS: Action = Action {
    id: "order-layers",
    kind: Kind::Rewrite,
    scope: Scope::Stage,
    summary: "Move what changes often below the costly steps of a stage that do not read it",
    is_local: false,
    changes: &[],
    keeps: Meaning::CommandsInAnyOrder,
    find: order,
};

/// So many changes are made to a stage at most.
const MOST_CHANGES: usize = 50;

fn order(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let Some(stage) = cx.document.model().stage_at(place.index()) else {
        return Vec::new();
    };
    let fix = |after: Document| rewriting("Order the layers of this stage", difference(cx.document, &after));
    ordered(cx, stage.index).map(fix).into_iter().collect()
}

/// The document after all changes that spare reruns of a stage; `None` where there are none.
fn ordered(cx: &Cx<'_>, stage: usize) -> Option<Document> {
    let mut current: Option<Document> = None;
    let mut tries = moves::MOST_TRIES;
    for _ in 0..MOST_CHANGES {
        let next = {
            let cx = Cx { document: current.as_ref().unwrap_or(cx.document), ..*cx };
            if !has_reason(cx.document, stage) {
                break;
            }
            manifests_first(&cx, stage).or_else(|| moves::better(&cx, stage, &mut tries))
        };
        match next {
            Some(next) => current = Some(next),
            None => break,
        }
    }
    current
}

/// Whether a RUN stands below something that may differ from build to build.
fn has_reason(document: &Document, stage: usize) -> bool {
    let Some(stage) = document.model().stages().get(stage) else {
        return false;
    };
    let items = document.file().items().get(stage.items.clone()).unwrap_or_default();
    let mut kinds = items.iter().map(|item| item.kind);
    kinds.any(|kind| matches!(kind, Keyword::Copy | Keyword::Add | Keyword::Arg | Keyword::Env))
        && kinds.any(|kind| kind == Keyword::Run)
}

/// The document with the manifests of a project above its source, for the first install of the stage where that can be
/// done and spares something.
fn manifests_first(cx: &Cx<'_>, stage: usize) -> Option<Document> {
    let findings = run_one(cx, &SOURCE_BEFORE_DEPENDENCIES, stage);
    let fixer = Fixer::new(cx);
    findings.iter().find_map(|finding| {
        let fixes = finding.rule.fix.map(|fix| fix(cx, finding)).unwrap_or_default();
        // What has to change another file as well is for the fix alone.
        fixes.iter().filter(|fix| fix.files.is_empty()).find_map(|fix| {
            let after = fixer.rewritten(&fix.edits, &[]).ok()?;
            Gain::between(cx, &after, stage).is_worthwhile().then_some(after)
        })
    })
}

#[cfg(test)]
mod tests;

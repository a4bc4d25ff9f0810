//! `optimise-stage`: what the other refactorings and the safe fixes do for one stage, in one go.

use super::cache_mounts::ADD_CACHE_MOUNTS;
use super::order_layers::ORDER_LAYERS;
use super::{Action, Kind, Meaning, Place, Scope, apply_at, rewriting};
use crate::document::{Cx, Document};
use crate::fix::{Fix, Subject, difference, fix_stage};

pub(super) static OPTIMISE_STAGE: Action = Action {
    id: "optimise-stage",
    kind: Kind::Optimise,
    scope: Scope::Stage,
    summary: "Order the layers of a stage, add cache mounts, and apply its safe fixes",
    is_local: false,
    changes: &[Subject::Stages, Subject::Configuration, Subject::Comments],
    keeps: Meaning::OfItsParts,
    find: optimise,
};

/// A part of what is done.
enum Part {
    Action(&'static Action),
    SafeFixes,
}

fn optimise(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let Some(stage) = cx.document.model().stage_at(place.index()) else {
        return Vec::new();
    };
    let stage = stage.index;
    let mut current: Option<Document> = None;
    for part in [Part::Action(&ORDER_LAYERS), Part::Action(&ADD_CACHE_MOUNTS), Part::SafeFixes] {
        let cx = Cx { document: current.as_ref().unwrap_or(cx.document), ..*cx };
        let next = match part {
            Part::Action(action) => done(&cx, action, stage),
            Part::SafeFixes => fix_stage(&cx, stage),
        };
        current = next.or(current);
    }
    let fix = |after: Document| rewriting("Optimise this stage", difference(cx.document, &after));
    current.map(fix).into_iter().collect()
}

/// The document after what an action does with a stage, proven.
fn done(cx: &Cx<'_>, action: &'static Action, stage: usize) -> Option<Document> {
    let from = cx.document.model().stages().get(stage)?.from();
    apply_at(cx, action, from)?.document
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn a_stage_is_ordered_then_mounted_then_fixed_and_others_are_left() {
        let title = check(
            &OPTIMISE_STAGE,
            "# syntax=docker/dockerfile:1\nFROM node:22 AS a\nWORKDIR /app\nCOPY . /app\n# The $0tools.\nRUN apt-get update && apt-get install -y make\nRUN npm install -g serve\nEXPOSE 80/TCP\nFROM a\nEXPOSE 81/TCP\n",
            "# syntax=docker/dockerfile:1\nFROM node:22 AS a\nWORKDIR /app\n# The tools.\nRUN apt-get update && apt-get install -y make && rm -rf /var/lib/apt/lists/*\nRUN --mount=type=cache,target=/root/.npm npm install -g serve\nCOPY . /app\nEXPOSE 80/tcp\nFROM a\nEXPOSE 81/TCP\n",
        );
        assert_eq!(title, "Optimise this stage");
    }

    #[test]
    fn a_stage_that_is_as_it_should_be_is_left() {
        check_none(&OPTIMISE_STAGE, "FROM debian:13\nWORKDIR /app\nCOPY$0 . /app\nCMD [\"a\"]\n");
        check_none(&OPTIMISE_STAGE, "ARG$0 A\nFROM debian:13\n");
    }
}

//! `merge-run`: RUN instructions that follow each other become one.

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::Fix;
use crate::rules::merge::merge;
use crate::text::Edit;

pub(super) static MERGE_RUN: Action = Action {
    id: "merge-run",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Merge a `RUN` with the ones beside it",
    is_local: false,
    changes: &[],
    keeps: Meaning::Commands,
    find,
};

fn find(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let seam = |second: usize| place_is_posix(cx, second).then(|| merge(cx.document, second, true)).flatten();
    let first = place.index();
    if place.items.end() > &first {
        let all: Option<Vec<Edit>> = place.items.clone().skip(1).map(seam).collect();
        let title = format!("Merge {} `RUN` instructions", place.items.clone().count());
        return all.map(|edits| rewriting(title, edits)).into_iter().collect();
    }
    let beside = [(first, "above"), (first + 1, "below")].into_iter();
    let candidate = |(second, side)| {
        let title = format!("Merge with the `RUN` {side}");
        Some(rewriting(title, vec![seam(second)?]))
    };
    beside.filter_map(candidate).collect()
}

fn place_is_posix(cx: &Cx<'_>, item: usize) -> bool {
    cx.document.model().environment_at(item).is_some_and(|environment| environment.shell.is_posix())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn a_run_goes_to_the_one_above_or_below() {
        let title = check(
            &MERGE_RUN,
            "FROM a\nRUN b && c\n# d\nRU$0N e\n",
            "FROM a\nRUN b && c \\\n    # d\n    && e\n",
        );
        assert_eq!(title, "Merge with the `RUN` above");
        let title = check(&MERGE_RUN, "FROM a\nRUN b$0\nRUN c\n", "FROM a\nRUN b \\\n    && c\n");
        assert_eq!(title, "Merge with the `RUN` below");
    }

    #[test]
    fn a_selection_becomes_one() {
        let title = check(
            &MERGE_RUN,
            "FROM a\nRUN $0b\nRUN c\nRUN d$0\nRUN e\n",
            "FROM a\nRUN b \\\n    && c \\\n    && d\nRUN e\n",
        );
        assert_eq!(title, "Merge 3 `RUN` instructions");
        check_none(&MERGE_RUN, "FROM a\nRUN $0b\nUSER c\nRUN d$0\n");
    }

    #[test]
    fn what_is_not_the_same_afterwards_stays_apart() {
        check_none(&MERGE_RUN, "FROM a\nRUN cd b\nRUN $0c\n");
        check_none(&MERGE_RUN, "FROM a\nRUN --network=none b\nRUN $0c\n");
        check_none(&MERGE_RUN, "FROM a\nSHELL [\"cmd\"]\nRUN b\nRUN $0c\n");
        check_none(&MERGE_RUN, "FROM a\nRUN b\nRUN $0[\"c\"]\n");
        check_none(&MERGE_RUN, "FROM a\nRUN b\n# $0 x\nRUN c\n");
    }
}

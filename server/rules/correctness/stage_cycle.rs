//! `stage-cycle`

use crate::rules::prelude::*;
use crate::semantic::stage_needs::{ForwardWord, StageNeeds, may_need_stage};

declare_rule! {
    /// ## What it does
    /// Finds a stage that needs itself: it copies from itself, or from a stage that is made from it.
    ///
    /// ## Why is this bad?
    /// Docker builds neither, and the build fails.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS build
    /// COPY --from=test /results /results
    /// FROM build AS test
    /// RUN go test ./...
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS build
    /// RUN go build ./...
    /// FROM build AS test
    /// RUN go test ./...
    /// ```
    pub(crate) static STAGE_CYCLE = {
        id: "stage-cycle", group: Correctness, severity: Error, since: "0.1.0",
        also: ["DL3023"],
        check: Steps(may_need_stage, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let needs = StageNeeds::of(file, model, steps);
    // A circle has a word that leads forward, or to its own stage.
    for ForwardWord { stage, needed, word } in needs.forward() {
        let Some(item) = file.item(word.item).filter(|_| needs.leads(*needed, *stage)) else {
            continue;
        };
        let name = item.instruction.str(word.part);
        let message = match stage == needed {
            true => format!("`{name}` is this very stage"),
            false => format!("`{name}` is made from this stage, which needs it"),
        };
        out.push_at(word.item, item.instruction.place(word.part), message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(STAGE_CYCLE);

    #[test]
    fn a_stage_cannot_need_itself() {
        check("FROM a:1 AS b\nCOPY --from=b /c /d\n          # ^ `b` is this very stage\n");
        check(
            "FROM a:1\nRUN --mount=type=bind,from=x,target=/y z\nCOPY --from=0 /c /d\n          # ^ `0` is this very stage\n",
        );
    }

    #[test]
    fn nor_round_a_circle() {
        check(
            "
FROM a:1 AS a
RUN --mount=from=c,target=/x y
               # ^ `c` is made from this stage, which needs it
FROM a:1 AS b
COPY --from=a /x /y
FROM b AS c
",
        );
    }

    #[test]
    fn later_stages_are_no_circle() {
        check_none("FROM a:1 AS a\nCOPY --from=b /x /y\nFROM a:1 AS b\nFROM a\nCOPY --from=b /x /y\n");
    }
}

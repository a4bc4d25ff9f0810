//! `later-stage`

use crate::rules::prelude::*;
use crate::semantic::stage_needs::{ForwardWord, StageNeeds, may_need_stage};

declare_rule! {
    /// ## What it does
    /// Finds a `COPY --from` or a mount's `from=` with a stage that begins further down.
    ///
    /// ## Why is this bad?
    /// Docker makes the stages of a file from top to bottom and can copy from none that is still to come: the build
    /// fails with "it needs to be defined before current stage".
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// COPY --from=build /go/bin/tool /usr/local/bin/
    ///
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    ///
    /// FROM debian:12
    /// COPY --from=build /go/bin/tool /usr/local/bin/
    /// ```
    ///
    /// ## References
    /// BuildKit, `frontend/dockerfile/dockerfile2llb/convert.go` (`dispatch`) and `convert_runmount.go`.
    pub(crate) static LATER_STAGE = {
        id: "later-stage", group: Correctness, severity: Error, since: "0.1.0",
        also: ["DL3022"],
        check: Steps(may_need_stage, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let needs = StageNeeds::of(file, model, steps);
    for ForwardWord { stage, needed, word } in needs.forward() {
        // A circle has a finding of its own.
        if needs.leads(*needed, *stage) {
            continue;
        }
        let Some(item) = file.item(word.item) else {
            continue;
        };
        let message = format!("the stage `{}` begins further down", item.instruction.str(word.part));
        out.push_at(word.item, item.instruction.place(word.part), message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LATER_STAGE);

    #[test]
    fn names_numbers_and_mounts_lead_nowhere_further_down() {
        check(
            "
FROM a:1 AS a
COPY --from=b /x /y
            ^ the stage `b` begins further down
COPY --from=1 /x /y
            ^ the stage `1` begins further down
RUN --mount=from=B,target=/x y
                 ^ the stage `B` begins further down
FROM a:1 AS b
",
        );
        check(
            "
FROM a:1 AS a
COPY --from=b /x /y
            ^ the stage `b` begins further down
FROM a:1 AS b
FROM a
COPY --from=b /x /y
",
        );
    }

    #[test]
    fn a_circle_and_what_stands_above_are_left() {
        check_none("FROM a:1 AS a\nCOPY --from=a /x /y\nFROM a:1 AS b\nCOPY --from=a /x /y\n");
        // A number is a name like any other to a mount.
        check_none("FROM a:1 AS a\nRUN --mount=from=1,target=/x y\nFROM a:1 AS b\n");
    }
}

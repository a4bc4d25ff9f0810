//! `stage-cycle`

use crate::rules::prelude::*;
use crate::semantic::copies::CopyFrom;
use crate::semantic::stage_uses::SourceWord;

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

/// So many words that lead forward are followed at most.
const MOST_WORDS: usize = 64;

fn may_need_stage(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    match ast.kind {
        Kind::From => true,
        Kind::Copy | Kind::Run => instruction.str(ast.part()).contains("from="),
        _ => false,
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    // For each stage the stages that it needs.
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); model.stages().len()];
    let mut forward: Vec<(usize, usize, SourceWord)> = Vec::new();
    for word in steps.iter().flat_map(|index| model.source_words(file, *index)) {
        let (Some(stage), CopyFrom::Stage(needed)) = (model.stage_at(word.item), &word.source) else {
            continue;
        };
        let (stage, needed) = (stage.index, *needed);
        needs.get_mut(stage).into_iter().for_each(|needs| needs.push(needed));
        // A circle has a word that leads forward, or to its own stage.
        if needed >= stage && forward.len() < MOST_WORDS {
            forward.push((stage, needed, word));
        }
    }
    for (stage, needed, word) in forward {
        let Some(item) = file.items().get(word.item).filter(|_| leads(&needs, needed, stage)) else {
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

/// Whether a stage needs another, directly or through others; each needs itself.
fn leads(needs: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; needs.len()];
    let mut pending = vec![from];
    while let Some(stage) = pending.pop() {
        if stage == to {
            return true;
        }
        match seen.get_mut(stage) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        pending.extend(needs.get(stage).into_iter().flatten());
    }
    false
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
    fn later_stages_are_fine() {
        check_none("FROM a:1 AS a\nCOPY --from=b /x /y\nFROM a:1 AS b\nFROM a\nCOPY --from=b /x /y\n");
    }
}

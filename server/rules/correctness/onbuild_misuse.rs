//! `onbuild-misuse`

use crate::rules::prelude::*;
use crate::semantic::copies::CopyFrom;

declare_rule! {
    /// ## What it does
    /// Finds an ONBUILD that cannot do what it says: one that copies from a stage of this file, though it runs in the builds
    /// of other files, and one in a stage from which others only copy, so that nothing ever runs it.
    ///
    /// ## Why is this bad?
    /// ONBUILD is kept in the image and runs when another build begins with `FROM` this image. The stages of this file are
    /// not there then: the name is taken for one of the other file's stages, or for an image of a registry. And
    /// `COPY --from` is no `FROM`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS tools
    /// RUN go install example.com/lint@v1.0.0
    /// FROM golang:1.23
    /// ONBUILD COPY --from=tools /go/bin/lint /usr/local/bin/
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS tools
    /// RUN go install example.com/lint@v1.0.0
    /// FROM golang:1.23
    /// COPY --from=tools /go/bin/lint /usr/local/bin/
    /// ONBUILD RUN lint ./...
    /// ```
    ///
    /// ## References
    /// - [ONBUILD](https://docs.docker.com/reference/dockerfile/#onbuild)
    pub(crate) static ONBUILD_MISUSE = {
        id: "onbuild-misuse", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(picks, check),
    }
}

fn picks(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    match ast.kind {
        Kind::Onbuild => true,
        Kind::Copy | Kind::Run => instruction.str(ast.part()).contains("from="),
        _ => false,
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut sources = None;
    for index in steps {
        let Some(item) = file.item(*index).filter(|item| item.instruction.ast().kind == Kind::Onbuild) else {
            continue;
        };
        // A stage of this file that is built on this one runs it here, where the stages are.
        let Some(stage) = model.stage_at(*index).filter(|stage| !model.is_base(stage.index)) else {
            continue;
        };
        let sources = sources.get_or_insert_with(|| {
            let words = steps.iter().flat_map(|step| model.source_words(file, *step));
            words.map(|word| word.source).collect::<Vec<CopyFrom>>()
        });
        let is_last = stage.index + 1 == model.stages().len();
        if !is_last && sources.contains(&CopyFrom::Stage(stage.index)) {
            let place = item.instruction.place(item.instruction.ast().keyword);
            out.push_at(*index, place, "nothing runs this: other stages only copy from this one");
            continue;
        }
        for word in model.trigger_words(file, *index) {
            if matches!(word.source, CopyFrom::Stage(_)) {
                let message = format!(
                    "`{}` is a stage of this file, and the ONBUILD runs in the builds of others",
                    item.instruction.str(word.part)
                );
                out.push_at(*index, item.instruction.place(word.part), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(ONBUILD_MISUSE);

    #[test]
    fn a_stage_that_is_not_there_is_found() {
        check(
            "
FROM a AS x
FROM b
ONBUILD COPY --from=x /c /d
                  # ^ `x` is a stage of this file, and the ONBUILD runs in the builds of others
ONBUILD RUN --mount=from=X,target=/c d
                       # ^ `X` is a stage of this file, and the ONBUILD runs in the builds of others
",
        );
    }

    #[test]
    fn a_stage_that_is_only_copied_from_is_found() {
        check(
            "
FROM a AS x
ONBUILD RUN b
^^^^^^^ nothing runs this: other stages only copy from this one
FROM b
COPY --from=x /c /d
",
        );
    }

    #[test]
    fn what_can_run_is_silent() {
        check_none("FROM a AS x\nFROM b\nONBUILD COPY --from=0 /c /d\nONBUILD COPY --from=image /c /d\n");
        check_none("FROM a AS x\nFROM b AS y\nONBUILD COPY --from=x /c /d\nFROM y\n");
        check_none("FROM a AS x\nONBUILD RUN b\nFROM c\nCOPY d e\n");
    }
}

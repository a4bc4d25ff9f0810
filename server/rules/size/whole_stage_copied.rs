//! `whole-stage-copied`

use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep, CopyWord};
use crate::semantic::stages::Base;

declare_rule! {
    /// ## What it does
    /// Finds a COPY that brings all files of another stage, from its root to the root.
    ///
    /// ## Why is this bad?
    /// All that was needed to build is shipped as well, in one layer that shares nothing with the base image: every change
    /// makes all of it anew. What the other stage was set to do (ENV, USER, CMD) does not come along.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=build / /
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=build /go/bin/tool /usr/local/bin/
    /// ```
    ///
    /// ## Silent
    /// Where the source is built on `scratch`: it holds nothing but what was put there to be copied. Where the stage is `FROM scratch` and begins with the COPY: that makes one layer of many, and is meant. Where an image is copied from, or a stage that is nothing but one, which hadolint names too: images of single tools are
    /// made to be put over another.
    pub(crate) static WHOLE_STAGE_COPIED = {
        id: "whole-stage-copied", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3067"],
        check: Steps(is_copy, check),
    }
}

fn is_copy(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    ast.kind == Kind::Copy && instruction.flag("from").is_some()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps.iter().filter(|index| ships(cx, **index)) {
        let (Some(item), Some(step)) = (file.item(*index), CopyStep::of(file, model, *index)) else {
            continue;
        };
        let CopyFrom::Stage(stage) = step.from else {
            continue;
        };
        let is_root = |word: &&CopyWord| word.value.as_deref() == Some("/");
        let source = step
            .sources
            .iter()
            .find(is_root)
            .filter(|_| step.destination.as_ref().is_some_and(|word| is_root(&word)));
        let is_squash =
            model.stage_at(*index).is_some_and(|own| own.base == Base::Scratch && own.from() + 1 == *index);
        if let Some(source) = source.filter(|_| !is_squash && makes_files(cx, stage)) {
            let flag = item.instruction.flag("from");
            let name = flag.map_or("", |flag| flag.value.as_str());
            let message = format!("this ships every file of `{}`", shown(name));
            out.push_at(*index, item.instruction.place(source.part), message);
        }
    }
}

/// Whether a step of a stage, or of those that it is built on, adds files to those of an image.
fn makes_files(cx: &Cx<'_>, stage: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    if model.chain(stage).any(|found| found.base == Base::Scratch) {
        return false;
    }
    let mut steps = model.chain(stage).filter_map(|found| file.items().get(found.items.clone())).flatten();
    steps.any(|item| matches!(item.kind, Kind::Run | Kind::Copy | Kind::Add))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WHOLE_STAGE_COPIED);

    #[test]
    fn what_no_image_is_built_on_ships_nothing() {
        let copied = "FROM a:1 AS a\nRUN make\nFROM b:1 AS b\nCOPY --from=a / /\nRUN make\n";
        check_none(&format!("{copied}FROM c:1\nCOPY --from=b /out /out\n"));
    }

    #[test]
    fn a_whole_file_system_is_found() {
        check(
            "FROM a AS b\nRUN x\nFROM c\nCOPY --from=b / /\n            # ^ this ships every file of `b`\n",
        );
        check(
            "FROM a AS x\nADD y /\nFROM x AS b\nFROM c\nCOPY --from=B [\"/\", \"/\"]\n             # ^^^ this ships every file of `B`\n",
        );
    }

    #[test]
    fn a_part_of_it_and_an_image_are_silent() {
        check_none(
            "FROM a AS b\nRUN x\nFROM c\nCOPY --from=b /d /\nCOPY --from=b / /d\nCOPY / /\nCOPY --from=b /\n",
        );
        check_none("FROM a AS b\nFROM c\nCOPY --from=b / /\nCOPY --from=d / /\n");
    }

    #[test]
    fn what_was_put_together_on_scratch_is_silent() {
        check_none("FROM scratch AS a\nCOPY b /\nFROM a AS c\nCOPY d /\nFROM e\nCOPY --from=c / /\n");
    }

    #[test]
    fn a_stage_that_is_made_one_layer_is_silent() {
        check_none("FROM a AS b\nRUN x\nFROM scratch\nCOPY --from=b / /\nCMD [\"c\"]\n");
        check(
            "FROM a AS b\nRUN x\nFROM scratch\nCOPY c /\nCOPY --from=b / /\n            # ^ this ships every file of `b`\n",
        );
    }
}

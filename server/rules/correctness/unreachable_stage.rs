//! `unreachable-stage`

use crate::rules::prelude::*;
use crate::semantic::copies::CopyFrom;

declare_rule! {
    /// ## What it does
    /// Finds a stage without a name, not the last one, that no other stage uses.
    ///
    /// A stage with a name may be built with `--target`.
    ///
    /// ## Why is this bad?
    /// It is in no image, and BuildKit does not even build it: most often a `COPY --from` was forgotten.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// CMD ["tool"]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=build /go/bin/tool /usr/local/bin/
    /// CMD ["tool"]
    /// ```
    pub(crate) static UNREACHABLE_STAGE = {
        id: "unreachable-stage", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        tag: Unnecessary,
        check: Steps(uses_stage, check),
    }
}

fn uses_stage(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    match ast.kind {
        Kind::From => true,
        Kind::Copy | Kind::Run | Kind::Onbuild => instruction.str(ast.part()).contains("from="),
        _ => false,
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some((_, earlier)) = model.stages().split_last() else {
        return;
    };
    if earlier.iter().all(|stage| stage.name.is_some()) {
        return;
    }
    let mut used = vec![false; model.stages().len()];
    for word in steps.iter().flat_map(|index| model.source_words(file, *index)) {
        match word.source {
            CopyFrom::Stage(stage) => used.get_mut(stage).into_iter().for_each(|used| *used = true),
            // It may be any.
            CopyFrom::Unknown => match file.item(word.item) {
                Some(item) if item.instruction.ast().kind == Kind::From => {}
                _ => return,
            },
            CopyFrom::Context | CopyFrom::Image(_) => {}
        }
    }
    let is_useless = |index: usize| used.get(index) == Some(&false);
    for stage in earlier.iter().filter(|stage| is_useless(stage.index)) {
        // A FROM that is broken may have been meant to name it.
        let item = file.item(stage.from());
        let has_only_base = |item: &&Item| matches!(&item.instruction.ast().arguments, Arguments::Words(words) if words.len() == 1);
        if let Some(item) = item.filter(has_only_base) {
            let place = item.instruction.place(item.instruction.ast().part());
            out.push_at(stage.from(), place, "nothing uses this stage, and it has no name to build it by");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNREACHABLE_STAGE);

    #[test]
    fn a_stage_nobody_can_name_is_found() {
        check("FROM a:1\n^^^^^^^^ nothing uses this stage, and it has no name to build it by\nFROM b:1\n");
    }

    #[test]
    fn names_numbers_and_the_last_stage_are_left() {
        check_none("FROM a:1 AS a\nFROM b:1\nFROM c:1\nCOPY --from=1 /a /b\n");
        check_none("FROM a:1\nFROM b:1\nCOPY --from=$X /a /b\n");
        check_none("FROM a:1 AS\nFROM b:1\n");
    }
}

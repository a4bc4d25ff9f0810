//! `extract-stage`: what stands above the cursor becomes a stage that this one is built on.

use super::place::free_stage_name;
use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::{Fix, Subject};
use crate::semantic::stages::Stage;
use crate::syntax::{Arguments, Item, Kind as Keyword};
use crate::text::Edit;

pub(super) static EXTRACT_STAGE: Action = Action {
    id: "extract-stage",
    kind: Kind::Extract,
    scope: Scope::Place,
    summary: "Make a stage of what stands above",
    is_local: true,
    changes: &[Subject::Stages],
    keeps: Meaning::Commands,
    find,
};

fn find(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let edits = || {
        let (model, items) = (cx.document.model(), cx.document.file().items());
        let stage = model.stage_at(place.index())?;
        let (above, below) =
            (items.get(stage.from() + 1..place.index())?, items.get(place.index()..stage.items.end)?);
        if above.is_empty()
            || is_bound(above, below)
            || hides_environment(cx, place.index(), above)
            || counts_stages(items)
        {
            return None;
        }
        let from = items.get(stage.from())?;
        let line = &from.instruction;
        let name = base_name(cx, stage);
        let (keyword, newline) = (line.str(line.ast().keyword), line.newline());
        let word = if keyword == keyword.to_ascii_lowercase() { "as" } else { "AS" };
        let own = stage.name_part.map(|part| line.str(part));
        let naming = match stage.name_part {
            Some(part) => Edit::replace(from.absolute(line.place(part)), name.as_str()),
            None => Edit::insert(from.absolute(line.place(stage.base_part?)).end, format!(" {word} {name}")),
        };
        let own = own.map_or_else(String::new, |own| format!(" {word} {own}"));
        let beginning = format!("{newline}{keyword} {name}{own}{newline}");
        Some((name, vec![naming, Edit::insert(place.item.start, beginning)]))
    };
    let candidate = |(name, edits)| rewriting(format!("Extract what stands above as stage `{name}`"), edits);
    edits().map(candidate).into_iter().collect()
}

/// Whether the two halves would be read otherwise in two stages: what ONBUILD keeps would be run, and an ENTRYPOINT
/// forgets the CMD of the stage below.
fn is_bound(above: &[Item], below: &[Item]) -> bool {
    let has = |items: &[Item], kind| items.iter().any(|item| item.instruction.ast().kind == kind);
    has(above, Keyword::Onbuild) || has(above, Keyword::Cmd) && has(below, Keyword::Entrypoint)
}

/// Whether an ARG of these instructions stands for a variable that an ENV sets too, there or in what the stage is built on: in
/// its own stage the later of them counts, in the next one the ENV.
fn hides_environment(cx: &Cx<'_>, item: usize, above: &[Item]) -> bool {
    let names = |items: &[Item], kind: Keyword| -> Vec<String> {
        let pairs = items.iter().filter(|item| item.instruction.ast().kind == kind).flat_map(|item| {
            let instruction = &item.instruction;
            let pairs = match &instruction.ast().arguments {
                Arguments::KeyValues(pairs) => pairs.as_slice(),
                _ => &[],
            };
            pairs.iter().map(|pair| instruction.str(pair.key).to_owned())
        });
        pairs.collect()
    };
    let (model, items) = (cx.document.model(), cx.document.file().items());
    let base = model.base_image(item);
    let mut inherited: Vec<String> = names(above, Keyword::Env);
    for stage in model.stage_at(item).into_iter().flat_map(|stage| model.chain(stage.index).skip(1)) {
        inherited.extend(names(items.get(stage.items.clone()).unwrap_or_default(), Keyword::Env));
    }
    let arguments = names(above, Keyword::Arg);
    arguments
        .iter()
        .any(|name| inherited.contains(name) || base.as_ref().is_some_and(|base| base.may_set(name)))
}

/// Whether a stage may be named by its number, which changes.
fn counts_stages(items: &[Item]) -> bool {
    let is_counting = |item: &Item| {
        let (instruction, ast) = (&item.instruction, item.instruction.ast().innermost());
        let line = instruction.line().text();
        let mut from = ast.flags_named(line, "from");
        from.any(|flag| flag.value.contains('$') || flag.value.parse::<usize>().is_ok())
    };
    items.iter().any(is_counting)
}

/// A name for what stands above in a stage.
fn base_name(cx: &Cx<'_>, stage: &Stage) -> String {
    let own = stage.name_part.zip(cx.document.file().item(stage.from()));
    match own {
        Some((part, item)) => {
            free_stage_name(cx, &format!("{}-base", item.instruction.str(part).to_lowercase()))
        }
        None => free_stage_name(cx, "base"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn what_stands_above_becomes_a_stage() {
        let title = check(
            &EXTRACT_STAGE,
            "FROM --platform=$BUILDPLATFORM a AS App\nRUN b\n\n# c\nCO$0PY d e\nFROM x\nCOPY --from=app e e\n",
            "FROM --platform=$BUILDPLATFORM a AS app-base\nRUN b\n\nFROM app-base AS App\n\n# c\nCOPY d e\nFROM x\nCOPY --from=app e e\n",
        );
        assert_eq!(title, "Extract what stands above as stage `app-base`");
        check(&EXTRACT_STAGE, "FROM a\nRUN b\nRUN $0c\n", "FROM a AS base\nRUN b\n\nFROM base\nRUN c\n");
    }

    #[test]
    fn what_two_stages_would_do_otherwise_stays_one() {
        check_none(&EXTRACT_STAGE, "FROM a\nRUN$0 b\n");
        check_none(&EXTRACT_STAGE, "FROM a\nONBUILD RUN b\nRUN$0 c\n");
        // In a stage of its own an ARG hides an ENV above it; in the next one it does not.
        check_none(&EXTRACT_STAGE, "FROM a\nENV V=1\nARG V=3\nRUN$0 b\n");
        check_none(&EXTRACT_STAGE, "FROM a AS x\nENV V=1\nFROM x\nARG V=3\nRUN$0 b\n");
        check_none(&EXTRACT_STAGE, "FROM python:3.12\nARG PYTHON_VERSION=3\nRUN$0 b\n");
        check_none(&EXTRACT_STAGE, "FROM a\nCMD [\"b\"]\nENTRYPOINT$0 [\"c\"]\n");
        check_none(&EXTRACT_STAGE, "FROM a\nRUN b\nRUN$0 c\nFROM d\nCOPY --from=0 e f\n");
    }
}

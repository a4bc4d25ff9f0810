//! `unknown-stage`

use crate::knowledge::images::is_official;
use crate::rules::prelude::*;
use crate::semantic::stages::Stage;
use crate::settings::suggestion::slip_of;
use crate::syntax::mount::Mount;

declare_rule! {
    /// ## What it does
    /// Finds a name in FROM, `COPY --from` or a mount's `from=` that is no stage of the file and looks like a slip in
    /// the name of one, and a `COPY --from` with the number of no stage.
    ///
    /// A name that is far from every stage's is an image, or a context given to the build, and is left alone.
    ///
    /// ## Why is this bad?
    /// Docker takes the name for an image and looks for it in the registry. Most often there is none, and the build
    /// ends there; if there is one, its files are someone else's. With a number of no stage nothing is built.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=biuld /go/bin/tool /usr/local/bin/
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=build /go/bin/tool /usr/local/bin/
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12
    /// COPY --from=busybox:1.37 /bin/busybox /bin/
    /// ```
    ///
    /// ## hadolint
    /// hadolint names every `--from` of a COPY that is no stage above it and has no `:`: that is also an image without a tag, a
    /// variable, and a context that the build is given. The first is what [floating-base-tag](#floating-base-tag) finds, the others
    /// are no mistake: here a name is found where it looks like a slip in the name of a stage, in mounts too.
    pub(crate) static UNKNOWN_STAGE = {
        id: "unknown-stage", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3022"],
        changes: [Stages],
        check: Steps(names_source, check),
        fix: Suggested(fix),
    }
}

/// A name that is no stage's.
struct Unknown {
    item: usize,
    part: Part,
    /// What it comes to.
    name: String,
    /// What is wrong with it.
    problem: Problem,
}

enum Problem {
    /// It looks like the name of this stage, as that is written.
    Like(String),
    /// It is a number, and the last stage has this one.
    Number(usize),
}

/// Whether it can name a stage.
fn names_source(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    match (ast.kind, &ast.arguments) {
        // What names an image in full is no slip for a stage.
        (Kind::From, Arguments::Words(words)) => {
            let base = words.first().map_or("", |part| instruction.str(*part));
            base.contains('$') || !names_image(base)
        }
        (Kind::Copy, _) => instruction.flag("from").is_some(),
        (Kind::Onbuild, _) => {
            let kept = ast.innermost();
            kept.kind == Kind::Copy && kept.flag(instruction.line().text(), "from").is_some()
        }
        (Kind::Run, _) => Mount::all(instruction).iter().any(|mount| mount.field(&["from"]).is_some()),
        _ => false,
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for unknown in steps.iter().flat_map(|index| unknown_in(cx, *index)) {
        let Some(item) = cx.document.file().item(unknown.item) else {
            continue;
        };
        let name = &unknown.name;
        let message = match &unknown.problem {
            Problem::Like(stage) => format!("`{name}` is no stage; did you mean `{stage}`?"),
            Problem::Number(0) => format!("`{name}` is the number of no stage: the only one is 0"),
            Problem::Number(last) => {
                format!("`{name}` is the number of no stage: they go from 0 to {last}")
            }
        };
        let pushed = out.push_at(unknown.item, item.instruction.place(unknown.part), message);
        if matches!(unknown.problem, Problem::Number(_)) {
            pushed.fails_build();
        }
    }
}

/// The names in one instruction that are no stages'.
fn unknown_in(cx: &Cx<'_>, index: usize) -> Vec<Unknown> {
    let Some(item) = cx.document.file().item(index) else {
        return Vec::new();
    };
    let model = cx.document.model();
    let instruction = &item.instruction;
    let ast = instruction.ast();
    let kept = ast.innermost();
    let names: Vec<(Part, String)> = match ast.kind {
        Kind::From => {
            let stage = model.stage_at(index);
            let image = stage.and_then(|stage| Some((stage.base_part?, stage.image()?.text().to_owned())));
            image.into_iter().collect()
        }
        // What ONBUILD keeps names stages of another file, unless this one runs it.
        Kind::Onbuild if !model.stage_at(index).is_some_and(|stage| model.is_base(stage.index)) => Vec::new(),
        Kind::Copy | Kind::Onbuild => {
            let flag = kept.flag(instruction.line().text(), "from");
            let name =
                flag.and_then(|flag| Some((flag.value_part?, model.expand_at(index, &flag.value).value?)));
            name.into_iter().collect()
        }
        Kind::Run => {
            let mounts = Mount::all(instruction);
            let field = |mount: &Mount| {
                let field = mount.field(&["from"])?;
                Some((field.value_part, model.expand_at(index, field.value.as_deref()?).value?))
            };
            mounts.iter().filter_map(field).collect()
        }
        _ => Vec::new(),
    };
    let stages = match ast.kind {
        // Only the stages above can be built upon.
        Kind::From => model.stages().get(..model.stage_at(index).map_or(0, |stage| stage.index)),
        _ => Some(model.stages()),
    };
    let stages = stages.unwrap_or_default();
    let unknown = |(part, name): (Part, String)| {
        let problem = problem(cx, ast.kind, stages, &name)?;
        Some(Unknown { item: index, part, name, problem })
    };
    names.into_iter().filter_map(unknown).collect()
}

/// Whether a name has what only an image's can have, or is not known.
fn names_image(name: &str) -> bool {
    name.contains(['/', ':', '.', '@', '$'])
}

fn problem(cx: &Cx<'_>, kind: Kind, stages: &[Stage], name: &str) -> Option<Problem> {
    let all = cx.document.model().stages();
    // BuildKit counts stages for COPY alone; for a mount a number is a name like any other.
    if matches!(kind, Kind::Copy | Kind::Onbuild)
        && let Ok(number) = name.parse::<i64>()
    {
        let last = all.len().checked_sub(1)?;
        return usize::try_from(number).map_or(true, |number| number > last).then_some(Problem::Number(last));
    }
    if kind == Kind::Onbuild
        || names_image(name)
        || name.chars().count() < 3
        || is_official(name)
        || kind != Kind::From && name == "scratch"
        || cx.document.model().stage_named(name).is_some()
        || cx.document.inputs().context(name).is_some()
    {
        return None;
    }
    let (_, written) = stages
        .iter()
        .filter_map(|stage| Some((stage.name.as_deref()?, written_name(cx, stage)?)))
        .filter(|(stage, _)| is_near(name, stage))
        .min_by_key(|(stage, _)| strsim::damerau_levenshtein(&name.to_lowercase(), stage))?;
    Some(Problem::Like(written))
}

/// Whether a name is so near to a stage's that it is a slip. Of names this short another one is too easily made
/// by one other letter: there only letters in the wrong order are slips.
fn is_near(name: &str, stage: &str) -> bool {
    if name.chars().count().min(stage.chars().count()) > 3 {
        return slip_of(name, [stage]).is_some();
    }
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(name) == sorted(stage)
}

/// The name of a stage as its FROM writes it.
fn written_name(cx: &Cx<'_>, stage: &Stage) -> Option<String> {
    let item = cx.document.file().item(stage.from())?;
    Some(item.instruction.str(stage.name_part?).to_owned())
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let unknown = unknown_in(cx, finding.item);
    let here = unknown
        .into_iter()
        .filter(|unknown| item.absolute(item.instruction.place(unknown.part)) == finding.span);
    here.filter_map(|unknown| match unknown.problem {
        // A name that comes from a variable is set elsewhere.
        Problem::Like(stage) if item.instruction.str(unknown.part) == unknown.name => {
            let edit = Edit::replace(finding.span.clone(), stage.clone());
            Some(Fix::new(format!("Change `{}` to `{stage}`", unknown.name), Safety::Suggested, vec![edit]))
        }
        Problem::Like(_) | Problem::Number(_) => None,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNKNOWN_STAGE);

    #[test]
    fn a_number_that_an_onbuild_keeps_counts_where_this_file_runs_it() {
        check(
            "FROM a:1 AS a\nONBUILD COPY --from=9 /a /b\n                  # ^ `9` is the number of no stage: they go from 0 to 1\nFROM a\n",
        );
        check_none(
            "FROM a:1 AS build\nFROM a:1\nONBUILD COPY --from=9 /a /b\nONBUILD COPY --from=biuld /a /b\n",
        );
    }

    #[test]
    fn a_slip_is_found_wherever_a_stage_is_named() {
        check(
            "
FROM a:1 AS Builder
FROM biulder AS test
   # ^^^^^^^ `biulder` is no stage; did you mean `Builder`?
COPY --from=bilder /a /b
          # ^^^^^^ `bilder` is no stage; did you mean `Builder`?
RUN --mount=type=bind,from=tset,target=/a b
                         # ^^^^ `tset` is no stage; did you mean `test`?
",
        );
    }

    #[test]
    fn a_number_of_no_stage_is_found() {
        check(
            "
FROM a:1
FROM a:1
COPY --from=0 /a /b
COPY --from=2 /a /b
          # ^ `2` is the number of no stage: they go from 0 to 1
",
        );
        check_no_fix("FROM a:1\nCOPY --from=1 /a /b\n");
    }

    #[test]
    fn images_and_contexts_are_left_alone() {
        check_none("FROM a:1 AS nodes\nCOPY --from=node /a /b\n");
        check_none("FROM a:1 AS build\nCOPY --from=build/a /a /b\nCOPY --from=build:1 /a /b\n");
        check_none("FROM a:1 AS build\nCOPY --from=artifacts /a /b\nCOPY --from=$X /a /b\n");
        check_none("FROM a:1 AS api\nCOPY --from=app /a /b\nFROM a:1 AS app\n");
        check_none("FROM a:1 AS api\nCOPY --from=apt /a /b\n");
    }

    #[test]
    fn later_stages_count_but_for_from() {
        check_none("FROM biuld\nFROM a:1 AS build\n");
        check(
            "FROM a:1\nCOPY --from=biuld /a /b\n          # ^^^^^ `biuld` is no stage; did you mean `build`?\nFROM a:1 AS build\n",
        );
    }

    #[test]
    fn what_onbuild_keeps_is_about_another_file() {
        check_none("FROM a:1 AS build\nONBUILD COPY --from=biuld /a /b\n");
    }

    #[test]
    fn the_name_is_written_as_the_stage_writes_it() {
        check_fix(
            "FROM a:1 AS Build\nFROM a:1\nRUN --mount=from=biuld,target=/a b\n",
            "FROM a:1 AS Build\nFROM a:1\nRUN --mount=from=Build,target=/a b\n",
        );
        check_fix("FROM a:1 AS base\nFROM bsae\n", "FROM a:1 AS base\nFROM base\n");
        check_no_fix("FROM a:1 AS build\nARG X=biuld\nCOPY --from=$X /a /b\n");
    }
}

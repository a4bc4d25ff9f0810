//! Each line says what is changed, and then for every step its line and whether it runs again. What the engine itself
//! says of many more is in `tests/builds`.

use super::rerun::{Change, Rerun};
use super::{Cost, Layers};
use crate::context::view::View;
use crate::fixture::Fixture;

/// `line:yes` for each step, after a change of `-FILE…` and of arguments.
fn reruns(fixture: &str, changed: &str) -> String {
    let words = || changed.split_whitespace();
    let change = Change {
        files: words().filter_map(|word| word.strip_prefix('-')).map(str::to_owned).collect(),
        arguments: words().filter(|word| !word.starts_with(['-', '@'])).map(str::to_owned).collect(),
        instructions: words().filter_map(|word| word.strip_prefix('@')?.parse().ok()).collect(),
    };
    Fixture::new(fixture).look(|cx| {
        let layers = Layers::of(cx.document.file(), cx.document.model());
        let reruns = layers.reruns(cx.document, &View::new(cx.context), &change);
        let shown = layers.steps().zip(reruns.into_iter().flatten()).map(|((_, step), doubt)| {
            let rerun = match doubt.rerun {
                Rerun::No => "no",
                Rerun::Maybe => "maybe",
                Rerun::Yes => "yes",
            };
            format!("{}:{rerun}", step.item)
        });
        shown.collect::<Vec<_>>().join(" ")
    })
}

fn check(fixture: &str, changed: &str, expected: &str) {
    assert_eq!(reruns(fixture, changed), expected, "{fixture}{changed}");
}

#[test]
fn a_copied_file_runs_its_copy_and_all_below_again() {
    let fixture = "#- package.json\n#- src/a.js\n#- .dockerignore\n*.md\n#- Dockerfile\n\
                   FROM a\nWORKDIR /x\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n";
    check(fixture, "-src/a.js", "0:no 1:no 2:no 3:no 4:yes 5:yes");
    check(fixture, "-package.json", "0:no 1:no 2:yes 3:yes 4:yes 5:yes");
    check(fixture, "-README.md", "0:no 1:no 2:no 3:no 4:no 5:no");
    check(fixture, "-.dockerignore", "0:no 1:no 2:maybe 3:maybe 4:yes 5:yes");
    check(fixture, "-src/package.json", "0:no 1:no 2:no 3:no 4:yes 5:yes");
}

#[test]
fn what_is_copied_from_another_stage_counts_by_its_content() {
    let fixture = "#- a\n#- Dockerfile\nFROM x AS b\nCOPY a .\nRUN make\nFROM x AS unused\nCOPY a .\nFROM x\n\
                   COPY --from=b /o /o\nRUN --mount=type=bind,from=b,target=/m c\n";
    check(fixture, "-a", "0:no 1:yes 2:yes 5:no 6:maybe 7:maybe");
    check(fixture, "-other", "0:no 1:no 2:no 5:no 6:no 7:no");
}

#[test]
fn a_stage_that_is_built_on_another_follows_it() {
    let fixture = "#- a\n#- Dockerfile\nFROM x AS b\nCOPY a .\nFROM b\nRUN c\n";
    check(fixture, "-a", "0:no 1:yes 2:yes 3:yes");
}

#[test]
fn an_argument_is_part_of_every_run_below_it_in_its_stage() {
    let fixture = "FROM a\nRUN b\nARG V=1\nCOPY c d\nRUN e\nFROM a\nRUN f\nCOPY --from=0 g h\n";
    check(fixture, "V", "0:no 1:no 3:no 4:yes 5:no 6:no 7:maybe");
    let hidden = "FROM a\nARG V=1\nENV V=2\nRUN b\n";
    check(hidden, "V", "0:no 3:no");
    let kept = "FROM a\nARG V=1\nENV W=x$V\nARG V\nFROM 0\n";
    check(kept, "V", "4:no");
}

#[test]
fn a_global_argument_reaches_from_and_the_stages_that_ask_for_it() {
    let fixture =
        "ARG V=1\nARG W=$V\nFROM a:$W AS x\nRUN b\nFROM a\nRUN c\nARG W\nRUN d\nCOPY --from=x e f\n";
    check(fixture, "V", "2:yes 3:yes 4:no 5:no 7:yes 8:yes");
}

#[test]
fn expanded_text_is_text() {
    let fixture = "#- s\n#- Dockerfile\nFROM a\nARG V\nCOPY s /$V\nWORKDIR /w\nCOPY --link s /l\nRUN c\n";
    check(fixture, "V", "0:no 2:yes 3:yes 4:maybe 5:yes");
    check("FROM a\nARG V\nCOPY <<E /x\n$V\nE\nCOPY <<'E' /x\n$V\nE\n", "V", "0:no 2:yes 3:yes");
    check("FROM a\nARG V\nCOPY <<'E' /x\n$V\nE\n", "V", "0:no 2:no");
    check("FROM a\nARG V\nCOPY --link s /${V:+x}\n", "V", "0:no 2:maybe");
}

#[test]
fn where_a_source_lies_is_no_part_of_it_but_its_name_is() {
    let context = "#- a/b\n#- Dockerfile\n";
    check(&format!("{context}FROM a\nARG V=a\nCOPY $V/b d\n"), "V", "0:no 2:maybe");
    check(&format!("{context}FROM a\nARG V=b\nCOPY a/$V d\n"), "V", "0:no 2:yes");
    check(&format!("{context}FROM a\nARG V=b\nCOPY --chown=$V a/b d\n"), "V", "0:no 2:yes");
}

#[test]
fn an_ignored_file_may_bring_a_folder_that_is_not() {
    let fixture = "#- s/a\n#- .dockerignore\n**/*.md\n#- Dockerfile\nFROM a\nCOPY s /s\n";
    check(fixture, "-s/a.md", "0:no 1:no");
    check(fixture, "-s/t/a.md", "0:no 1:yes");
}

#[test]
fn an_instruction_that_says_something_else_reaches_what_depends_on_it() {
    let fixture = "FROM a\nENV B=1\nCOPY c d\nUSER e\nRUN f\nCMD g\n";
    check(fixture, "@1", "0:no 2:no 4:yes");
    check(fixture, "@3", "0:no 2:no 4:yes");
    check(fixture, "@2", "0:no 2:yes 4:yes");
    check(fixture, "@5", "0:no 2:no 4:no");
    check(fixture, "@0", "0:yes 2:yes 4:yes");
}

#[test]
fn what_onbuild_keeps_runs_where_its_stage_is_built_on() {
    let fixture = "#- s\n#- Dockerfile\nFROM a AS b\nONBUILD COPY s /s\nONBUILD RUN x\nFROM b\nRUN y\n";
    check(fixture, "-s", "0:no 3:no 3:yes 3:yes 4:yes");
}

#[test]
fn a_mount_of_the_context_counts_by_its_content_and_a_cache_not_at_all() {
    let fixture = "#- s/a\n#- Dockerfile\nFROM a\nRUN --mount=type=bind,source=s,target=/s b\n\
                   FROM a\nRUN --mount=target=/s b\nRUN --mount=type=cache,target=/s --mount=type=secret,id=s c\n";
    check(fixture, "-s/a", "2:no 3:yes 4:yes");
    check(fixture, "-t", "2:no 3:yes 4:yes");
    let part = "#- s/a\n#- Dockerfile\nFROM a\nRUN --mount=type=bind,source=s,target=/s b\n";
    check(part, "-s/a", "0:no 1:yes");
    check(part, "-t", "0:no 1:no");
}

#[test]
fn what_is_not_seen_is_maybe() {
    check("FROM a\nCOPY $X d\n", "-f", "0:no 1:maybe");
    check("#- f\n#- Dockerfile\nFROM a\nARG X\nCOPY $X d\n", "-f", "0:no 2:maybe");
    check("FROM a\nCOPY c d\n", "-c", "0:no 1:maybe");
}

#[test]
fn excluded_files_and_patterns_are_told_apart() {
    let fixture = "#- s/a.md\n#- Dockerfile\nFROM a\nCOPY --exclude=*.md s /s\nCOPY --parents **/a.md /p\n";
    check(fixture, "-s/a.md", "0:no 1:no 2:yes");
    check(fixture, "-s/a.txt", "0:no 1:yes 2:yes");
}

#[test]
fn a_step_knows_what_it_reads_and_costs() {
    Fixture::new("FROM a\nARG V\nADD https://x.y/z ./b /c\nRUN make\nWORKDIR /\n").look(|cx| {
        let layers = Layers::of(cx.document.file(), cx.document.model());
        let steps: Vec<_> = layers.steps().map(|(_, step)| step).collect();
        assert_eq!(steps.len(), 3);
        assert_eq!(steps[1].inputs.remotes, ["https://x.y/z"]);
        assert_eq!(steps[1].inputs.context[0].path.as_deref(), Some("b"));
        assert_eq!((steps[1].cost, steps[2].cost), (Cost::High, Cost::High));
        assert!(steps[2].inputs.arguments.contains("V"));
    });
}

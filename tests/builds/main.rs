//! Real builds: what a fix says of an image, held against the images that an engine builds before and after it.
//!
//! A case is a folder in `cases`: `Dockerfile`, `Dockerfile.fixed` (what `layerwise fix` makes of it), `context` (what is
//! copied from; may be missing) and `case.toml` (see [`case::Case`]). Without an engine only the text is compared.
//! `LAYERWISE_DOCKER` names the command of one, such as `docker`: then both files are built and the images compared.
//! An image that an engine without a registry lacks is made of a file in `stand-ins`, where the case says so.
//! What `layerwise layers` says is held against the engine's own answers in the same way: see [`rerun`].
//! `LAYERWISE_CASE` picks the cases whose names it is a part of. With `LAYERWISE_UPDATE` the texts are written anew.

#![allow(clippy::unwrap_used, reason = "all of this is a test, the helpers too")]

mod case;
mod difference;
mod engine;
mod image;
mod rerun;

use case::Case;
use difference::Difference;
use engine::Engine;

#[test]
fn fixes_write_what_the_cases_expect() {
    let problems: Vec<String> = Case::all().iter().filter_map(Case::text_problem).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
#[allow(clippy::print_stdout, reason = "the sizes are worth reading")]
fn images_differ_only_as_the_cases_permit() {
    let Some(engine) = Engine::from_environment() else {
        println!("skipped: no engine is named");
        return;
    };
    let mut problems = Vec::new();
    println!("| case | bytes before | bytes after | saved |\n|---|--:|--:|--:|");
    for case in Case::all() {
        engine.provide(&case);
        let (before, after) = (engine.build(&case, "Dockerfile"), engine.build(&case, "Dockerfile.fixed"));
        let (old, new) = (before.image.size, after.image.size);
        println!("| {} | {old} | {new} | {} |", case.name, old.cast_signed() - new.cast_signed());
        problems.extend(case.size_problem(old, new));
        problems.extend(case.problems_of(&Difference::between(&before.image, &after.image)));
        if !case.expected.smoke.is_empty() {
            let (said, says) = (engine.run(&before, &case), engine.run(&after, &case));
            if said != says {
                problems.push(format!("{}: it says {says:?} instead of {said:?}", case.name));
            }
        }
        if case.expected.starts {
            let (said, says) = (engine.start(&before), engine.start(&after));
            if said != says || !said.0 {
                problems.push(format!("{}: it starts with {says:?} instead of {said:?}", case.name));
            }
        }
        [before, after].iter().for_each(|built| engine.forget(built));
        for edit in &case.expected.edit {
            problems.extend(engine.edit_problems(&case, edit));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

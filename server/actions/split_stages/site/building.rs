//! What the commands of a stage build of a site: the folder that each tool writes, and nothing that takes it away again.

use super::super::scripts::{Line, Step, follow, package, step};
use super::super::subject::{Subject, Task};
use super::super::{Artefact, Language};
use super::generators;
use crate::knowledge::project_files::NODE as FILES;
use crate::path;

/// Sites: what serves them runs on none of the language's images.
pub(super) static SITE: Language = Language {
    images: &["node"],
    files: &FILES,
    runs_source: false,
    builds,
    runtime: |_, _| None,
    runs: |_, _| false,
};

/// Programs of packages that look at the sources, or write beside them.
const HARMLESS: [&str; 13] = [
    "biome",
    "browserslist",
    "eslint",
    "jest",
    "oxlint",
    "prettier",
    "stylelint",
    "svelte-check",
    "tsc",
    "tsr",
    "update-browserslist-db",
    "vitest",
    "vue-tsc",
];

/// Programs that say who may do what: whatever they say, everybody can read the site.
const OF_USERS: [&str; 6] = ["addgroup", "adduser", "chown", "groupadd", "useradd", "usermod"];

fn builds(subject: &Subject<'_>, task: &Task<'_>, before: &[Artefact]) -> Option<Vec<Artefact>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    if words.first().is_some_and(|program| OF_USERS.contains(program)) {
        return Some(Vec::new());
    }
    let package = package(subject, &task.folder).unwrap_or_default();
    if matches!(step(&words, &package), Some(Step::Install | Step::Tools(_) | Step::Passing)) {
        return Some(Vec::new());
    }
    let build_path = subject.variable(task, "BUILD_PATH").map(|value| format!("BUILD_PATH={value}"));
    let mut assignments: Vec<&str> = task.assignments.iter().map(String::as_str).collect();
    assignments.extend(build_path.as_deref());
    let mut built: Vec<Artefact> = Vec::new();
    let line = Line { assignments, words };
    follow(&package, &line, 0, &mut |line| {
        if let Some(place) = generators::output(subject, &task.folder, line) {
            built.push(Artefact::at(place));
            return Some(());
        }
        let (program, rest) = line.words.split_first()?;
        match *program {
            // A package.json may have more in it than one folder that is made anew.
            "rimraf" | "rm" | "del-cli" => {
                let places = rest.iter().filter(|word| !word.starts_with('-'));
                let mut places = places.map(|place| path::absolute(&task.folder, place));
                let all = || before.iter().chain(&built);
                let is_free = |place: String| all().all(|artefact| !path::overlap(&artefact.from, &place));
                places.all(is_free).then_some(())
            }
            "astro" | "svelte-kit" | "next" => {
                matches!(rest, ["build" | "check" | "sync" | "lint" | "telemetry", ..]).then_some(())
            }
            program => HARMLESS.contains(&program).then_some(()),
        }
    })?;
    (!built.is_empty() || is_known(&line.words)).then_some(built)
}

/// Whether a command that builds nothing is one of Node.js all the same.
fn is_known(words: &[&str]) -> bool {
    words.first().is_some_and(|program| matches!(*program, "npm" | "npx" | "yarn" | "pnpm" | "bun" | "bunx"))
}

//! Node.js: a server that is compiled from TypeScript, with the packages that it needs to run.
//! Source: TypeScript, `outDir`; NestJS, "CLI overview"; nodejs/docker-node, README.md (Yarn).

use super::deeds::Deeds;
use super::imports::loads;
use super::modules::{Manager, Modules};
use super::scripts::{Line, Step, follow, package, step, texts};
use super::subject::{Subject, Task};
use super::words::Words;
use super::{Artefact, Language, Runtime};
use crate::knowledge::images;
use crate::knowledge::project_files::NODE as FILES;
use crate::path;

pub(super) static NODE: Language =
    Language { images: &["node"], files: &FILES, runs_source: false, builds, runtime: run_on, runs };

/// npm leaves packages out by `--omit` since version 7, which comes with Node.js 16.
const FIRST_TO_OMIT: u32 = 16;

/// The last release whose images have Yarn.
const LAST_WITH_YARN: u32 = 25;

fn builds(subject: &Subject<'_>, task: &Task<'_>, _: &[Artefact]) -> Option<Vec<Artefact>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    let package = package(subject, &task.folder).unwrap_or_default();
    let is_test = matches!(words.as_slice(), ["npm" | "yarn" | "pnpm", "test", ..]);
    if is_test || matches!(step(&words, &package), Some(Step::Install | Step::Tools(_) | Step::Passing)) {
        return Some(Vec::new());
    }
    let mut outputs = Vec::new();
    let line = Line { assignments: Vec::new(), words };
    follow(&package, &line, 0, &mut |line| {
        match line.words.as_slice() {
            ["tsc", rest @ ..] => outputs.push(compiled(subject, task, rest)?),
            ["nest", "build"] => outputs.push(compiled(subject, task, &[])?),
            ["tsc-alias" | "resolve-tspaths"]
            | ["rimraf" | "shx", ..]
            | ["rm", "-rf", "dist" | "./dist" | "build"] => {}
            _ => return None,
        }
        Some(())
    })?;
    // A RUN that only removes is judged elsewhere.
    (!outputs.is_empty()).then_some(outputs)
}

/// The folder that the compiler writes into.
fn compiled(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Artefact> {
    let words = Words::read(words, &["p", "project", "outDir"])?;
    let is_plain = words.operands.is_empty()
        && !words.has(&["outFile", "noEmit", "w", "watch", "b", "build", "declarationDir"]);
    is_plain.then_some(())?;
    let folder = match words.value(&["outDir"]) {
        Some(folder) => folder.to_owned(),
        None => {
            let file = words.value(&["p", "project"]).unwrap_or("tsconfig.json");
            (file.ends_with(".json")).then_some(())?;
            let base = || out_dir(&subject.read(&task.place("tsconfig.json")?)?);
            out_dir(&subject.read(&task.place(file)?)?).or_else(base)?
        }
    };
    let place = task.place(&folder)?;
    let is_apart = place != task.folder && subject.brought.iter().all(|file| file.place != place);
    is_apart.then(|| Artefact::at(place))
}

/// `outDir` of a tsconfig.json, which may have comments.
fn out_dir(text: &str) -> Option<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let found = lines.filter_map(|line| line.split_once("\"outDir\"")).map(|(_, rest)| rest);
    let value = { found }.next()?.split('"').nth(1)?;
    (!value.contains('$')).then(|| value.to_owned())
}

/// Whether what is started is a file, by `node` or by a script that says just that.
fn runs(subject: &Subject<'_>, words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let has_yarn = || major(subject).is_some_and(|major| major <= LAST_WITH_YARN);
    let script = match words.as_slice() {
        ["node", rest @ ..] => return rest.iter().any(|word| !word.starts_with('-')),
        ["npm", "start"] => "start",
        ["npm", "run", script] => script,
        ["yarn", "run", script] | ["yarn", script] if has_yarn() => script,
        _ => return false,
    };
    let folder = subject.folder_at(subject.stage.items.end - 1);
    let text = || {
        let folder = folder?;
        // A Yarn that the project brings is not there.
        let is_classic = subject.read(&path::absolute(&folder, ".yarnrc.yml")).is_none();
        (words.first() != Some(&"yarn") || is_classic).then_some(())?;
        let package = package(subject, &folder)?;
        let [text] = <[&str; 1]>::try_from(texts(&package, script)?).ok()?;
        Some(text.to_owned())
    };
    // Without a path the file is beside package.json, which is taken over with all but the sources.
    text().is_some_and(|text| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let file = words.last().map(|file| file.trim_start_matches("./")).unwrap_or_default();
        let is_plain = !text.contains(['&', '|', ';', '$', '=']);
        let is_built = file.starts_with("dist/") || file.starts_with("build/") || file.starts_with("out/");
        words.first() == Some(&"node") && is_plain && is_built && !file.ends_with(".ts")
    })
}

/// The release of Node.js.
fn major(subject: &Subject<'_>) -> Option<u32> {
    subject.base.product?.1.name.parse().ok()
}

fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    let tag = subject.tag()?;
    let modules = Modules::of(subject, deeds.end)?;
    let is_new = modules.manager() != Manager::Npm || major(subject)? >= FIRST_TO_OMIT;
    let parent = |artefact: &Artefact| artefact.from.rsplit_once('/').map(|(above, _)| above.to_owned());
    let is_here = deeds.artefacts.iter().all(|artefact| parent(artefact).as_ref() == Some(&modules.folder));
    (is_new && is_here && !deeds.artefacts.is_empty() && deeds.headers.is_empty()).then_some(())?;
    // What may need a library finds it in the image that it was installed in.
    let slim = images::slim(subject.image.name(), Some(tag))
        .filter(|_| modules.are_self_contained(subject) == Some(true));
    modules.are_self_contained(subject)?;
    let mut runtime =
        Runtime::new(format!("{}:{}", subject.image.name(), slim.as_deref().unwrap_or(tag)), &[]);
    let development = modules.development();
    if !development.is_empty() {
        (modules.can_be_pruned() && !loads(subject, &development)?).then_some(())?;
        let is_inside = subject.folder_at(deeds.end - 1).as_ref() == Some(&modules.folder);
        let cd = if is_inside { String::new() } else { format!("cd {} && ", modules.folder) };
        runtime.steps.push((usize::MAX, format!("RUN {}", modules.pruning(&cd))));
    }
    runtime.more.push(Artefact::at(path::absolute(&modules.folder, "node_modules")));
    Some(runtime)
}

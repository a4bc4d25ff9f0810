//! Node.js: a server that is compiled from TypeScript, with the packages that it needs to run.
//! Source: npm, `npm ci`, `npm prune` and package-lock.json; TypeScript, `outDir`; NestJS, "CLI overview".

use serde_json::Value;

use super::deeds::Deeds;
use super::subject::{Subject, Task};
use super::words::Words;
use super::{Artefact, Language, Runtime};
use crate::knowledge::images;
use crate::knowledge::project_files::NODE as FILES;
use crate::syntax::Kind;

pub(super) static NODE: Language =
    Language { images: &["node"], files: &FILES, runs_source: false, builds, runtime: run_on, runs };

/// Packages whose install script builds or fetches nothing that needs a library of the system.
const SELF_CONTAINED: [&str; 15] = [
    "@nestjs/core",
    "@scarf/scarf",
    "@swc/core",
    "argon2",
    "bcrypt",
    "better-sqlite3",
    "bufferutil",
    "core-js",
    "core-js-pure",
    "es5-ext",
    "esbuild",
    "fsevents",
    "msgpackr-extract",
    "protobufjs",
    "utf-8-validate",
];

/// npm leaves packages out by `--omit` since version 7, which comes with Node.js 16.
const FIRST_TO_OMIT: u32 = 16;

fn builds(subject: &Subject<'_>, task: &Task<'_>, _: &[Artefact]) -> Option<Vec<Artefact>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["npm", verb @ ("ci" | "install" | "i" | "clean-install"), rest @ ..] => {
            let words = Words::read(rest, &[])?;
            let is_of_project = words.operands.is_empty() && !words.has(&["prefix", "C", "w", "workspace"]);
            // What the whole image gets is not the project's.
            let is_tool = words.has(&["g", "global"]) && matches!(*verb, "install" | "i");
            (is_of_project || is_tool).then(Vec::new)
        }
        ["npm", "run" | "run-script", script] => {
            script_output(subject, task, script).map(|output| vec![output])
        }
        ["npx", "tsc", rest @ ..] | ["tsc", rest @ ..] => {
            compiled(subject, task, rest).map(|output| vec![output])
        }
        ["npx", "nest", "build"] | ["nest", "build"] => {
            compiled(subject, task, &[]).map(|output| vec![output])
        }
        ["npm", "cache" | "config" | "set" | "audit" | "test", ..] | ["npm", "--version"] => Some(Vec::new()),
        _ => None,
    }
}

/// The folder that a script of the project compiles into.
fn script_output(subject: &Subject<'_>, task: &Task<'_>, name: &str) -> Option<Artefact> {
    let package = package(subject, &task.folder)?;
    let scripts = package.get("scripts")?;
    let script = scripts.get(name)?.as_str()?;
    (scripts.get(format!("pre{name}")).is_none() && scripts.get(format!("post{name}")).is_none())
        .then_some(())?;
    let mut output = None;
    for command in script.split("&&") {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["tsc", rest @ ..] => output = Some(compiled(subject, task, rest)?),
            ["nest", "build"] => output = Some(compiled(subject, task, &[])?),
            ["tsc-alias" | "resolve-tspaths"]
            | ["rimraf" | "shx", ..]
            | ["rm", "-rf", "dist" | "./dist" | "build"] => {}
            _ => return None,
        }
    }
    output
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

fn package(subject: &Subject<'_>, folder: &str) -> Option<Value> {
    let text = subject.read(&format!("{}/package.json", folder.trim_end_matches('/')))?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

/// Whether the packages that stay need no library of the system, as far as the lock file tells.
fn is_self_contained(subject: &Subject<'_>, folder: &str) -> Option<bool> {
    let text = subject.read(&format!("{}/package-lock.json", folder.trim_end_matches('/')))?;
    let lock: Value = serde_json::from_str(&text).ok()?;
    let is_free = |(place, package): (&String, &Value)| {
        let name = place.rsplit("node_modules/").next().unwrap_or_default();
        let is = |field: &str| package.get(field).and_then(Value::as_bool) == Some(true);
        is("dev")
            || place.is_empty()
            || !is("hasInstallScript") && !is("link")
            || SELF_CONTAINED.contains(&name)
    };
    Some(lock.get("packages")?.as_object()?.iter().all(is_free))
}

/// Whether what is started is a file, by `node` or by a script that says just that.
fn runs(subject: &Subject<'_>, words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let script = match words.as_slice() {
        ["node", rest @ ..] => return rest.iter().any(|word| !word.starts_with('-')),
        ["npm", "start"] | ["npm", "run", "start"] => "start",
        ["npm", "run", script] => script,
        _ => return false,
    };
    let folder = subject.folder_at(subject.stage.items.end - 1);
    let text = || {
        let package = package(subject, &folder?)?;
        Some(package.get("scripts")?.get(script)?.as_str()?.to_owned())
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

fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    let tag = subject.tag()?;
    let folder = subject.folder_at(deeds.end - 1)?;
    let (_, cycle) = subject.base.product?;
    let is_new = cycle.name.parse::<u32>().is_ok_and(|major| major >= FIRST_TO_OMIT);
    let parent = |artefact: &Artefact| artefact.from.rsplit_once('/').map(|(above, _)| above.to_owned());
    let is_here = deeds.artefacts.iter().all(|artefact| parent(artefact).as_deref() == Some(folder.as_str()));
    let modules = format!("{}/node_modules", folder.trim_end_matches('/'));
    let has_dev = package(subject, &folder)?.get("devDependencies").is_some();
    let is_known = is_new && is_here && !deeds.artefacts.is_empty() && deeds.headers.is_empty();
    let installs = subject.items().filter(|(index, item)| *index < deeds.end && item.kind == Kind::Run);
    let mut tasks = installs.filter_map(|(index, _)| subject.tasks(index)).flatten();
    let installs = tasks.any(|task| {
        task.folder == folder
            && matches!(task.words.as_slice(), [npm, verb, ..] if npm == "npm" && matches!(verb.as_str(), "ci" | "install" | "i"))
    });
    (is_known && installs && subject.is_absent(&modules) && is_self_contained(subject, &folder)?)
        .then_some(())?;
    let slim = images::slim(subject.image.name(), Some(tag)).unwrap_or_else(|| tag.to_owned());
    let mut runtime = Runtime::new(format!("{}:{slim}", subject.image.name()), &[]);
    if has_dev {
        runtime.steps.push((usize::MAX, "RUN npm prune --omit=dev".to_owned()));
    }
    runtime.more.push(Artefact::at(modules));
    Some(runtime)
}

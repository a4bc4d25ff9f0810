//! What `layerwise layers` says of a change, held against what an engine did after it.
//!
//! A folder in `reruns` has a `Dockerfile`, a `context` and `reruns.txt`: for each change what a real engine did, which
//! is compared with what `layerwise layers` says. A change is a file of the context that gets other content, or `--arg
//! NAME=VALUE`; `--target STAGE` may stand before it. Below it there is a line for each step of the build: its line in the
//! Dockerfile, and `cached` or `ran`. With an engine, all is built anew, and has to come to what is written; with
//! `LAYERWISE_UPDATE` too, it is written. `{n}` becomes a number that no build before has seen, in the Dockerfile and in a
//! change: what an engine has once built with a value or a folder, it takes from its cache the next time.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::case::copy_folder;
use crate::engine::Engine;

/// A change, and what became of the steps.
struct Change {
    /// As it is written.
    title: String,
    target: Option<String>,
    /// A path of the context.
    file: Option<String>,
    /// `NAME=VALUE`.
    argument: Option<String>,
    /// The line of each step, counted from 0, and whether it was cached.
    outcomes: Vec<(u64, bool)>,
}

#[test]
fn the_simulator_says_what_the_engine_does() {
    let engine = Engine::from_environment();
    let updates = std::env::var_os("LAYERWISE_UPDATE").is_some();
    let picked = std::env::var("LAYERWISE_CASE").unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/builds/reruns");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> =
        folders.filter(|folder| folder.to_string_lossy().contains(&picked)).collect();
    folders.sort();
    let mut problems = Vec::new();
    let mut count = 0;
    for folder in folders {
        let recorded = folder.join("reruns.txt");
        let mut changes = read(&fs::read_to_string(&recorded).unwrap());
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for change in &mut changes {
            if let Some(engine) = &engine {
                let found = change.build(engine, &folder);
                if !updates && found != change.outcomes {
                    problems.push(format!("{name}: {}: the engine says {found:?}", change.title));
                }
                change.outcomes = found;
            }
            problems.extend(
                change.problem(&folder).map(|problem| format!("{name}: {}: {problem}", change.title)),
            );
            count += 1;
        }
        if updates && engine.is_some() {
            fs::write(recorded, changes.iter().map(Change::written).collect::<String>()).unwrap();
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(count >= 60 || !picked.is_empty(), "only {count} changes");
}

fn read(text: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("    "), changes.last_mut()) {
            (Some(outcome), Some(change)) => {
                let (number, outcome) = outcome.split_once(' ').unwrap();
                let is_cached = match outcome {
                    "cached" => true,
                    "ran" => false,
                    _ => panic!("{line}"),
                };
                change.outcomes.push((number.parse::<u64>().unwrap() - 1, is_cached));
            }
            _ => changes.push(Change::new(line)),
        }
    }
    changes
}

impl Change {
    fn new(title: &str) -> Change {
        let (mut target, mut file, mut argument) = (None, None, None);
        let mut words = title.split(' ').map(str::to_owned);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--target" => target = words.next(),
                "--arg" => argument = words.next(),
                _ => file = Some(word),
            }
        }
        Change { title: title.to_owned(), target, file, argument, outcomes: Vec::new() }
    }

    fn written(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for (line, is_cached) in &self.outcomes {
            let _ = writeln!(text, "    {} {}", line + 1, if *is_cached { "cached" } else { "ran" });
        }
        text
    }

    /// What an engine does after the change.
    fn build(&self, engine: &Engine, folder: &Path) -> Vec<(u64, bool)> {
        let workspace = tempfile::tempdir().unwrap();
        copy_folder(folder, workspace.path());
        let number = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let numbered = |text: &str| text.replace("{n}", &number.to_string());
        let dockerfile = workspace.path().join("Dockerfile");
        let text = numbered(&fs::read_to_string(&dockerfile).unwrap());
        fs::write(dockerfile, text).unwrap();
        let mut arguments: Vec<&str> = Vec::new();
        arguments.extend(self.target.iter().flat_map(|target| ["--target", target]));
        engine.outcomes(workspace.path(), &arguments);
        if let Some(file) = &self.file {
            let path = workspace.path().join("context").join(numbered(file));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // Blanks in every format, and a number nevertheless.
            let blanks = format!("{number:b}").replace('0', " \n").replace('1', "\n");
            fs::write(&path, fs::read_to_string(&path).unwrap_or_default() + &blanks).unwrap();
        }
        let argument = self.argument.as_deref().map(numbered);
        arguments.extend(argument.iter().flat_map(|argument| ["--build-arg", argument]));
        engine.outcomes(workspace.path(), &arguments)
    }

    /// What `layerwise layers` says otherwise.
    fn problem(&self, folder: &Path) -> Option<String> {
        let name = self.argument.as_deref().and_then(|argument| argument.split('=').next());
        let run = Command::new(env!("CARGO_BIN_EXE_layerwise"))
            .args(["layers", "--format", "json", "--context", "context", "Dockerfile"])
            .args(self.target.iter().flat_map(|target| ["--target", target]))
            .args(self.file.iter().flat_map(|file| ["--changed", file]))
            .args(name.iter().flat_map(|name| ["--arg", name]))
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let report: Value = serde_json::from_slice(&run.stdout).unwrap();
        let stages = report["stages"].as_array().unwrap().iter();
        let mut steps: Vec<(u64, &str)> = stages
            .flat_map(|stage| stage["steps"].as_array().unwrap())
            .filter(|step| step["kind"] != "FROM")
            .map(|step| (step["line"].as_u64().unwrap(), step["rerun"].as_str().unwrap()))
            .collect();
        // Several steps of one line are what ONBUILD keeps: they follow each other.
        steps.sort_by_key(|(line, rerun)| (*line, *rerun == "no"));
        let agrees = |((line, rerun), (other, is_cached)): (&(u64, &str), &(u64, bool))| {
            line == other
                && match *rerun {
                    "no" => *is_cached,
                    "yes" => !is_cached,
                    _ => true,
                }
        };
        let is_same = steps.len() == self.outcomes.len() && steps.iter().zip(&self.outcomes).all(agrees);
        (!is_same).then(|| format!("{steps:?} is not {:?}", self.outcomes))
    }
}

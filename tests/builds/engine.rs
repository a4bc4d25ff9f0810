//! The engine that builds: a docker command, BuildKit behind it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use crate::case::{Case, ContextEdit};
use crate::image::Image;

/// An engine.
pub(crate) struct Engine {
    command: OsString,
}

/// What a build has made.
pub(crate) struct Built {
    tag: String,
    pub(crate) image: Image,
}

/// A step of a build, and whether it was taken from the cache.
struct Step {
    name: String,
    is_cached: bool,
}

/// Where a case is built.
struct Workspace {
    folder: TempDir,
}

impl Engine {
    /// The one that `LAYERWISE_DOCKER` names; `None` where that is not set.
    pub(crate) fn from_environment() -> Option<Engine> {
        Some(Engine { command: std::env::var_os("LAYERWISE_DOCKER")? })
    }

    /// Sees to it that the images are there which a case is built on, as far as it names stand-ins for them.
    pub(crate) fn provide(&self, case: &Case) {
        let stand_ins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/builds/stand-ins");
        for (image, file) in &case.expected.stand_ins {
            let has = |arguments: &[&str]| self.docker(arguments).output().unwrap().status.success();
            if !has(&["image", "inspect", image]) && !has(&["pull", "--quiet", image]) {
                let folder = tempfile::tempdir().unwrap();
                let dockerfile = folder.path().join("Dockerfile");
                fs::copy(stand_ins.join(format!("{file}.Dockerfile")), &dockerfile).unwrap();
                let place = folder.path().to_str().unwrap();
                self.output(&["build", "--network=host", "--quiet", "--tag", image, place]);
            }
        }
    }

    /// Builds a case from one of its files, and reads the image.
    pub(crate) fn build(&self, case: &Case, dockerfile: &str) -> Built {
        let tag = format!("layerwise-test/{}:{}", case.name, dockerfile.to_lowercase());
        self.steps(&Workspace::new(case, dockerfile), Some(&tag));
        let inspected: Value = serde_json::from_str(&self.output(&["image", "inspect", &tag])).unwrap();
        let container = self.output(&["create", &tag, "none"]);
        let mut export = self.docker(&["export", container.trim()]).stdout(Stdio::piped()).spawn().unwrap();
        let image = Image::read(export.stdout.take().unwrap(), &inspected[0]);
        assert!(export.wait().unwrap().success());
        self.output(&["rm", container.trim()]);
        Built { tag, image }
    }

    /// What the command of a case prints in an image, and whether it succeeds.
    pub(crate) fn run(&self, built: &Built, case: &Case) -> (bool, String, String) {
        let (program, arguments) = case.expected.smoke.split_first().unwrap();
        self.output_of(&["--entrypoint", program, &built.tag], arguments)
    }

    /// What an image prints that is run as it is, and whether it succeeds.
    pub(crate) fn start(&self, built: &Built) -> (bool, String, String) {
        self.output_of(&[&built.tag], &[])
    }

    fn output_of(&self, image: &[&str], arguments: &[String]) -> (bool, String, String) {
        let command = [&["run", "--rm", "--network=none"], image].concat();
        let run = self.docker(&command).args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (run.status.success(), text(&run.stdout), text(&run.stderr))
    }

    /// Takes the name of an image away, and with it what no cache holds.
    pub(crate) fn forget(&self, built: &Built) {
        self.output(&["image", "rm", "--force", &built.tag]);
    }

    /// What is wrong with the steps that are run again after an edit of the context.
    pub(crate) fn edit_problems(&self, case: &Case, edit: &ContextEdit) -> Vec<String> {
        let steps_after_edit = |dockerfile: &str| {
            let workspace = Workspace::new(case, dockerfile);
            self.steps(&workspace, None);
            workspace.apply(edit);
            self.steps(&workspace, None)
        };
        let mut problems = Vec::new();
        let mut expect = |dockerfile: &str, parts: &[String], is_cached: bool| {
            let steps = if parts.is_empty() { Vec::new() } else { steps_after_edit(dockerfile) };
            for part in parts {
                let found = steps.iter().find(|step| step.name.contains(part.as_str()));
                let what = match found {
                    Some(step) if step.is_cached == is_cached => continue,
                    Some(step) if step.is_cached => "was cached",
                    Some(_) => "was run",
                    None => "is no step",
                };
                problems.push(format!(
                    "{}: {dockerfile}: after an edit of {}, {part} {what}",
                    case.name, edit.file
                ));
            }
        };
        expect("Dockerfile", &edit.rerun_before, false);
        expect("Dockerfile.fixed", &edit.cached, true);
        problems
    }

    /// Builds, and tells what became of each step.
    fn steps(&self, workspace: &Workspace, tag: Option<&str>) -> Vec<Step> {
        let arguments: Vec<&str> = tag.into_iter().flat_map(|tag| ["--tag", tag]).collect();
        self.steps_by_digest(workspace.folder.path(), &arguments).into_values().collect()
    }

    /// Builds `Dockerfile` with `context` in a folder, and tells of each step in which line it stands, counted from 0,
    /// and whether it was taken from the cache; base images are none. In the order of the file.
    pub(crate) fn outcomes(&self, folder: &Path, arguments: &[&str]) -> Vec<(u64, bool)> {
        let report = folder.join("metadata.json");
        let metadata = ["--metadata-file", report.to_str().unwrap()];
        let steps = self.steps_by_digest(folder, &[&metadata, arguments].concat());
        let metadata: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
        let provenance = &metadata["buildx.build.provenance"];
        let places = &provenance["metadata"]["https://mobyproject.org/buildkit@v1#metadata"]["source"];
        let mut outcomes = Vec::new();
        for (digest, step) in steps {
            let id = provenance["buildConfig"]["digestMapping"][&digest].as_str().unwrap_or_default();
            // Stages that begin alike share their steps.
            for place in places["locations"][id]["locations"].as_array().into_iter().flatten() {
                let line = place["ranges"][0]["start"]["line"].as_u64().unwrap() - 1;
                // The files of `--link`, and how they are put on top of the others, are one step.
                let is_base = step.name.starts_with("FROM ") || step.name.contains("] FROM ");
                if !is_base && !step.name.contains("] LINK ") {
                    outcomes.push((line, step.is_cached));
                }
            }
        }
        outcomes.sort_unstable();
        outcomes
    }

    /// Builds in a folder, and tells what became of each step.
    fn steps_by_digest(&self, folder: &Path, arguments: &[&str]) -> BTreeMap<String, Step> {
        let mut command =
            self.docker(&["build", "--network=host", "--progress=rawjson", "--file", "Dockerfile"]);
        command.args(arguments).arg("context").env("BUILDX_METADATA_PROVENANCE", "max");
        let run = command.current_dir(folder).output().unwrap();
        let log = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{}", tail(&log));
        // A step is told of several times; once cached, it stays so.
        let mut steps: BTreeMap<String, Step> = BTreeMap::new();
        for line in log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            for vertex in line["vertexes"].as_array().into_iter().flatten() {
                let name = vertex["name"].as_str().unwrap_or_default().to_owned();
                let digest = vertex["digest"].as_str().unwrap_or_default().to_owned();
                let step = steps.entry(digest).or_insert(Step { name, is_cached: false });
                step.is_cached |= vertex["cached"].as_bool().unwrap_or_default();
            }
        }
        assert!(!steps.is_empty(), "the builder tells nothing of its steps");
        steps
    }

    fn output(&self, arguments: &[&str]) -> String {
        let run = self.docker(arguments).output().unwrap();
        assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    }

    fn docker(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.command);
        command.args(arguments);
        command
    }
}

impl Workspace {
    fn new(case: &Case, dockerfile: &str) -> Workspace {
        let folder = tempfile::tempdir().unwrap();
        case.copy_context(&folder.path().join("context"));
        let text = fs::read_to_string(case.folder.join(dockerfile)).unwrap();
        // The frontend of the engine is as good as one that it would have to fetch.
        let text = text.replacen("# syntax=", "# frontend ", 1);
        fs::write(folder.path().join("Dockerfile"), text).unwrap();
        Workspace { folder }
    }

    fn apply(&self, edit: &ContextEdit) {
        let path: &Path = &self.folder.path().join("context").join(&edit.file);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        // A file that is not there is a new one.
        let text =
            fs::read_to_string(path).unwrap_or_default() + &edit.append.replace("{n}", &now.to_string());
        fs::write(path, text).unwrap();
    }
}

/// The end of a log, where the error is.
fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

//! One case: what is fixed, and what may differ between the images before and after.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::difference::Difference;

/// One folder of `cases`.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) expected: Expected,
}

/// `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// What it is about.
    #[serde(rename = "about")]
    _about: String,
    /// The rules that are fixed, suggested fixes too.
    #[serde(default)]
    rules: Vec<String>,
    /// The refactorings that are done instead.
    #[serde(default)]
    actions: Vec<String>,
    /// How the size of the image changes.
    size: Size,
    /// Paths, without a leading `/`, that are in the image before and not after; globs. Each has to match one.
    #[serde(default)]
    gone: Vec<String>,
    /// As `gone`: not before, but after.
    #[serde(default)]
    new: Vec<String>,
    /// As `gone`: in both, but with other content, owner or mode.
    #[serde(default)]
    changed: Vec<String>,
    /// The fields of the image's configuration that differ, such as `WorkingDir`.
    #[serde(default)]
    configuration: Vec<String>,
    /// A command that prints the same, run in both images.
    #[serde(default)]
    pub(crate) smoke: Vec<String>,
    /// Whether both images, run as they are, say the same.
    #[serde(default)]
    pub(crate) starts: bool,
    /// Images that an engine without a registry lacks, and the files in `stand-ins` that make up for them.
    #[serde(default)]
    pub(crate) stand_ins: BTreeMap<String, String>,
    /// Edits of the context after which steps are run again or not.
    #[serde(default)]
    pub(crate) edit: Vec<ContextEdit>,
}

/// How the size of an image changes.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Size {
    Smaller,
    /// Up or down by no more than what lists and time stamps make.
    Same,
    Larger,
}

/// A change of one file of the context between two builds; the file may be a new one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContextEdit {
    /// Relative to the context.
    pub(crate) file: String,
    /// What is put at its end; `{n}` becomes a number that was not there before.
    pub(crate) append: String,
    /// Parts of steps of the fixed file that are then taken from the cache, such as `npm ci`.
    #[serde(default)]
    pub(crate) cached: Vec<String>,
    /// As `cached`: steps of the file before the fix that are run again.
    #[serde(default)]
    pub(crate) rerun_before: Vec<String>,
}

/// So many bytes more or less are no difference in size.
const SAME_SIZE: u64 = 20_000;

impl Case {
    /// Those that `LAYERWISE_CASE` picks, or all; by name.
    pub(crate) fn all() -> Vec<Case> {
        let picked = std::env::var("LAYERWISE_CASE").unwrap_or_default();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/builds/cases");
        let mut cases: Vec<Case> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| Case::read(entry.unwrap().path()))
            .filter(|case| case.name.contains(&picked))
            .collect();
        cases.sort_by(|left, right| left.name.cmp(&right.name));
        assert!(!cases.is_empty(), "no case is called {picked}");
        cases
    }

    fn read(folder: PathBuf) -> Case {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(folder.join("case.toml")).unwrap();
        let expected = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Case { name, folder, expected }
    }

    /// A copy of the build context in a folder of its own.
    pub(crate) fn copy_context(&self, to: &Path) {
        fs::create_dir_all(to).unwrap();
        let from = self.folder.join("context");
        if from.exists() {
            copy_folder(&from, to);
        }
    }

    /// What is wrong with the text that `layerwise fix` writes: it is not what the case expects, or a second run
    /// changes it.
    pub(crate) fn text_problem(&self) -> Option<String> {
        let workspace = tempfile::tempdir().unwrap();
        let (context, file) = (workspace.path().join("context"), workspace.path().join("Dockerfile"));
        self.copy_context(&context);
        fs::copy(self.folder.join("Dockerfile"), &file).unwrap();
        let expected = self.folder.join("Dockerfile.fixed");
        for _ in 0..2 {
            self.fix(workspace.path());
            let fixed = fs::read_to_string(&file).unwrap();
            if std::env::var_os("LAYERWISE_UPDATE").is_some() {
                fs::write(&expected, &fixed).unwrap();
            }
            if fixed != fs::read_to_string(&expected).unwrap() {
                return Some(format!("{} is fixed to:\n{fixed}", self.name));
            }
        }
        let is_same = fs::read(&file).unwrap() == fs::read(self.folder.join("Dockerfile")).unwrap();
        is_same.then(|| format!("{}: nothing is fixed", self.name))
    }

    fn fix(&self, folder: &Path) {
        let rules = self.expected.rules.iter().flat_map(|rule| ["--rule", rule]);
        let suggested = (!self.expected.rules.is_empty()).then_some("--suggested");
        let actions = self.expected.actions.iter().flat_map(|action| ["--action", action]);
        let run = Command::new(env!("CARGO_BIN_EXE_layerwise"))
            .args(["fix", "--context", "context"])
            .args(suggested.into_iter().chain(rules).chain(actions))
            .arg("Dockerfile")
            .current_dir(folder)
            // Whoever runs the tests may have settings of their own.
            .envs(["USERPROFILE", "LOCALAPPDATA", "XDG_CONFIG_HOME"].map(|name| (name, "")))
            .env("HOME", folder)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{}: {errors}", self.name);
    }

    /// What is wrong with the sizes of the two images, in bytes.
    pub(crate) fn size_problem(&self, before: u64, after: u64) -> Option<String> {
        let is_same = before.abs_diff(after) <= SAME_SIZE;
        let is_as_expected = match self.expected.size {
            Size::Same => is_same,
            Size::Smaller => after < before && !is_same,
            Size::Larger => after > before && !is_same,
        };
        (!is_as_expected).then(|| format!("{}: {before} bytes became {after}", self.name))
    }

    /// What differs and may not, and what may differ and does not.
    pub(crate) fn problems_of(&self, difference: &Difference) -> Vec<String> {
        let parts = [
            ("gone", &self.expected.gone, &difference.gone),
            ("new", &self.expected.new, &difference.new),
            ("changed", &self.expected.changed, &difference.changed),
            ("configuration", &self.expected.configuration, &difference.configuration),
        ];
        let problems = parts.into_iter().flat_map(|(part, permitted, found)| {
            let globs = globs(permitted);
            let unexpected = found.iter().filter(|path| !globs.is_match(path)).take(20);
            let unexpected = unexpected.map(|path| format!("{}: {part}: {path}", self.name));
            let is_idle = |glob: &&String| !found.iter().any(|path| self::globs([*glob]).is_match(path));
            let idle = permitted.iter().filter(is_idle);
            unexpected
                .chain(idle.map(|glob| format!("{}: nothing is {part} like {glob}", self.name)))
                .collect::<Vec<_>>()
        });
        problems.collect()
    }
}

fn globs<'a>(texts: impl IntoIterator<Item = &'a String>) -> GlobSet {
    let mut globs = GlobSetBuilder::new();
    for text in texts {
        globs.add(Glob::new(text).unwrap());
    }
    globs.build().unwrap()
}

/// Copies all that is in a folder to another, which is there.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

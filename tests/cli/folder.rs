//! A folder for one test, and the program run in it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Lists that stay in the layer: one finding with a safe fix, below the default fail level.
pub(crate) const LISTS_KEPT: &str =
    "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n";

/// What the safe fix makes of it.
pub(crate) const LISTS_REMOVED: &str = "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n";

/// An error, which is above the default fail level and has no safe fix.
pub(crate) const BROKEN: &str = "FROM debian:12\nFETCH curl\n";

/// Nothing to say.
pub(crate) const CLEAN: &str = "FROM debian:12\nCMD [\"bash\"]\n";

/// A temporary folder, removed at the end of the test.
pub(crate) struct Folder {
    root: TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) output: Vec<u8>,
    pub(crate) errors: String,
}

impl Folder {
    /// A folder with these files: their paths and their bytes.
    pub(crate) fn new<Bytes: AsRef<[u8]>>(files: &[(&str, Bytes)]) -> Folder {
        let folder = Folder { root: tempfile::tempdir().unwrap() };
        for (path, bytes) in files {
            let path = folder.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    /// The absolute path of a file.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap()
    }

    /// Runs the program here, without input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, b"")
    }

    /// Runs the program here, and writes `input` to its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_layerwise"))
            // No other program is found that this machine may have.
            .env("PATH", "")
            .args(arguments)
            .current_dir(self.root.path())
            .env_remove("CLICOLOR_FORCE")
            // Whoever runs the tests may have settings of their own.
            .envs(["USERPROFILE", "LOCALAPPDATA", "XDG_CONFIG_HOME"].map(|name| (name, "")))
            .env("HOME", self.path("home"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Small enough for the pipe. Who does not read it may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            output: output.stdout,
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The report of `check --format json` with more arguments; its exit code must be `code`.
    pub(crate) fn report(&self, code: i32, arguments: &[&str]) -> Value {
        let run = self.run(&[&["check", "--format", "json"], arguments].concat());
        assert_eq!(run.code, code, "{}", run.errors);
        serde_json::from_slice(&run.output).unwrap()
    }
}

impl Run {
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.output).unwrap()
    }
}

/// The rules of the findings in a report, file by file.
pub(crate) fn rules(report: &Value) -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let files = report["files"].as_array().unwrap();
    files
        .iter()
        .map(|file| {
            let findings = file["findings"].as_array().unwrap();
            (text(&file["path"]), findings.iter().map(|finding| text(&finding["rule"])).collect())
        })
        .collect()
}

//! Which files of the build context an install of dependencies reads, if those are all that it reads. Rather says
//! nothing than too little: a script, a local package or a file that cannot be read ends the search.
//! Source: the manuals of npm, Yarn, pnpm and pip; the Go Modules Reference.

use serde_json::Value;

use super::dependencies::{DependencyInstall, FolderCopy, Reads};
use super::packages::PackageCommand;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::context::{BuildContext, path};
use crate::knowledge::package_managers::Family;
use crate::syntax::Script;

/// What a tool looks for in the folder of a project.
struct Project {
    family: Family,
    /// The file without which there is no project.
    manifest: &'static str,
    /// Read where they are there.
    others: &'static [&'static str],
    /// Where one of these is there, more may be read, or the copy that follows would overwrite what was installed.
    blockers: &'static [&'static str],
}

const PROJECTS: [Project; 4] = [
    Project {
        family: Family::Npm,
        manifest: "package.json",
        others: &["package-lock.json", "npm-shrinkwrap.json", ".npmrc"],
        blockers: &["node_modules", "binding.gyp"],
    },
    Project {
        family: Family::Yarn,
        manifest: "package.json",
        others: &["yarn.lock", ".npmrc", ".yarnrc", ".yarnrc.yml"],
        blockers: &["node_modules", "binding.gyp", ".yarn", ".pnp.cjs", "lerna.json"],
    },
    Project {
        family: Family::Pnpm,
        manifest: "package.json",
        others: &["pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"],
        blockers: &["node_modules", "binding.gyp", ".pnpmfile.cjs", ".pnpmfile.mjs", "patches"],
    },
    Project { family: Family::Go, manifest: "go.mod", others: &["go.sum"], blockers: &["vendor", "go.work"] },
];

/// A requirements file may include others; so many are followed.
const MOST_FILES: usize = 16;

/// Lifecycle scripts that an install of the project runs in its folder.
/// Source: npm, "scripts", "Life Cycle Operation Order".
const SCRIPTS: [&str; 9] = [
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
    "prepack",
    "dependencies",
];

/// The files of the build context that an install reads, as clean paths, sorted; `None` where it reads others too, or
/// where that cannot be told. `copy` is what brings them into the image.
pub fn files(
    context: &dyn BuildContext,
    view: &View<'_>,
    copy: &FolderCopy,
    install: &DependencyInstall,
    package: &PackageCommand,
    script: &Script,
) -> Option<Vec<String>> {
    let mut files = match &install.reads {
        Reads::Everything => None,
        Reads::Manifests => {
            let folder = copy.source_of(&install.folder)?;
            let project = PROJECTS.iter().find(|project| project.family == install.family)?;
            project_files(context, view, project, &folder, package, script)
        }
        Reads::Files(places) => {
            let starts = places.iter().map(|place| copy.source_of(place)).collect::<Option<Vec<_>>>()?;
            let moves = ["-t", "--target", "--prefix", "--root", "--src", "-f", "--find-links"];
            let is_plain = !package.has_flag(script, &moves)
                && package.operands.iter().all(|index| {
                    let value = package.words(script).get(*index).and_then(|word| word.value.as_deref());
                    value.is_some_and(|value| !value.contains(['/', '\\']) && !is_archive(value))
                });
            if is_plain { requirements(context, view, copy, starts) } else { None }
        }
    }?;
    files.sort_unstable();
    files.dedup();
    Some(files)
}

/// Whether the build gets this file: `None` where that is not known.
fn is_there(view: &View<'_>, path: &str) -> Option<bool> {
    match view.resolve(path) {
        Sources::Found(paths) => Some(paths.iter().any(|found| found == path)),
        Sources::Missing | Sources::IgnoredAll => Some(false),
        Sources::Unknown => None,
    }
}

fn project_files(
    context: &dyn BuildContext,
    view: &View<'_>,
    project: &Project,
    folder: &str,
    package: &PackageCommand,
    script: &Script,
) -> Option<Vec<String>> {
    for blocker in project.blockers {
        (!is_there(view, &path::join(folder, blocker))?).then_some(())?;
    }
    let mut files = vec![path::join(folder, project.manifest)];
    is_there(view, files.first()?)?.then_some(())?;
    for name in project.others {
        let path = path::join(folder, name);
        if is_there(view, &path)? {
            files.push(path);
        }
    }
    let read = |name: &str| context.read(&path::join(folder, name));
    let has = |name: &str| files.contains(&path::join(folder, name));
    let is_whole = match project.family {
        Family::Go => is_whole_module(&read(project.manifest)?),
        _ => {
            let words = package.words(script);
            let is_clean = words.get(package.verb).is_some_and(|verb| {
                matches!(verb.value.as_deref(), Some("ci" | "ic" | "clean-install" | "install-clean"))
            });
            let has_lock = has("package-lock.json") || has("npm-shrinkwrap.json");
            let skips_scripts = package.has_flag(script, &["--ignore-scripts"]);
            let is_plain =
                |name: &str| !has(name) || read(name).is_some_and(|text| is_plain_setting(name, &text));
            (!is_clean || has_lock)
                && is_whole_package(&read(project.manifest)?, skips_scripts)
                && [".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml"].into_iter().all(is_plain)
        }
    };
    is_whole.then_some(files)
}

/// Whether all that a `package.json` asks for comes from a registry, and nothing of the project runs.
fn is_whole_package(text: &str, skips_scripts: bool) -> bool {
    let Ok(Value::Object(mut package)) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'))
    else {
        return false;
    };
    let scripts = package.remove("scripts").unwrap_or_default();
    let runs = |scripts: &Value| SCRIPTS.iter().any(|script| scripts.get(script).is_some());
    // Its install script writes code from a schema that lies in the project.
    let generates = ["dependencies", "devDependencies", "optionalDependencies"].iter().any(|field| {
        let names = package.get(*field).and_then(Value::as_object);
        names.is_some_and(|names| names.keys().any(|name| name == "prisma" || name == "@prisma/client"))
    });
    !["workspaces", "patchedDependencies"].iter().any(|field| package.contains_key(*field))
        && package.get("pnpm").and_then(|pnpm| pnpm.get("patchedDependencies")).is_none()
        && (skips_scripts || !(generates || runs(&scripts)))
        && is_remote(&Value::Object(package))
}

/// Whether no string in a value is a path of the project that a dependency is taken from.
fn is_remote(value: &Value) -> bool {
    match value {
        Value::String(text) => !["file:", "link:", "portal:", "workspace:", "patch:", "exec:"]
            .iter()
            .any(|start| text.starts_with(start)),
        Value::Array(values) => values.iter().all(is_remote),
        Value::Object(fields) => fields.iter().all(|(name, value)| match value {
            Value::Object(versions) if name.ends_with("ependencies") => {
                let mut versions = versions.values().filter_map(Value::as_str);
                versions.all(|version| !version.starts_with(['.', '/']) && !version.starts_with("~/"))
                    && is_remote(value)
            }
            _ => is_remote(value),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether a settings file of a tool names no other file of the project.
fn is_plain_setting(name: &str, text: &str) -> bool {
    let words: &[&str] = match name {
        ".yarnrc" => &["path", "mirror", "folder"],
        ".yarnrc.yml" => &["yarnPath", "plugins", "patch", "Folder", "constraints"],
        "pnpm-workspace.yaml" => &["packages", "patched", "pnpmfile", "Dir"],
        _ => &["cafile", "certfile", "keyfile", "prefix", "userconfig", "globalconfig", "pnpmfile", "-dir"],
    };
    !words.iter().any(|word| text.contains(word))
}

/// Whether no module of a `go.mod` is replaced by a folder.
fn is_whole_module(text: &str) -> bool {
    text.lines().all(|line| {
        let target =
            line.split("//").next().unwrap_or_default().split_once("=>").map(|(_, target)| target.trim());
        target.is_none_or(|target| !target.starts_with(['.', '/', '"', '`']))
    })
}

/// The requirements files with those they include; `None` where one names a path that is no such file.
fn requirements(
    context: &dyn BuildContext,
    view: &View<'_>,
    copy: &FolderCopy,
    starts: Vec<String>,
) -> Option<Vec<String>> {
    let mut files: Vec<String> = Vec::new();
    let mut pending = starts;
    while let Some(file) = pending.pop() {
        if files.contains(&file) {
            continue;
        }
        if files.len() >= MOST_FILES || !is_there(view, &file)? {
            return None;
        }
        let text = context.read(&file)?.replace("\\\r\n", " ").replace("\\\n", " ");
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        for line in text.lines() {
            if let Some(included) = included(line)? {
                // A path that leaves what is copied comes from somewhere else.
                let path = path::clean(&path::join(folder, included));
                let is_inside = copy.source.is_empty() && !path.starts_with("..")
                    || path.strip_prefix(&copy.source).is_some_and(|rest| rest.starts_with('/'));
                pending.push(is_inside.then_some(path)?);
            }
        }
        files.push(file);
    }
    Some(files)
}

/// The file that a line of a requirements file includes, if it includes one; `None` where it names another path.
fn included(line: &str) -> Option<Option<&str>> {
    let line = match line.find(" #") {
        Some(comment) => line.get(..comment).unwrap_or_default(),
        None => line,
    };
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Some(None);
    }
    for option in ["--requirement", "--constraint", "-r", "-c"] {
        if let Some(rest) = line.strip_prefix(option) {
            let file = rest.trim_start_matches(['=', ' ', '\t']);
            let is_plain = !file.is_empty() && !file.contains([' ', '$', '\\']) && !file.starts_with('/');
            let is_remote = file.contains("://");
            return if is_remote { Some(None) } else { is_plain.then_some(Some(file)) };
        }
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_path = |word: &&str| {
        word.contains("file:")
            || !word.contains("://")
                && (word.contains(['/', '\\']) || word.starts_with('.') || is_archive(word))
    };
    let marker = words.iter().position(|word| word.starts_with(';') || word.starts_with("--hash"));
    let named = words.get(..marker.unwrap_or(words.len())).unwrap_or_default();
    let is_editable = |word: &&str| word.starts_with("-e") || word.starts_with("--editable");
    (!named.iter().any(|word| is_path(word) || is_editable(word))).then_some(None)
}

fn is_archive(word: &str) -> bool {
    [".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2"].iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_needs_more_than_its_manifest_is_seen() {
        let whole = |text: &str| is_whole_package(text, false);
        assert!(whole(r#"{"scripts": {"build": "a"}, "dependencies": {"a": "~1.0", "b": "github:a/b"}}"#));
        for text in [
            "",
            "[]",
            r#"{"workspaces": ["a"]}"#,
            r#"{"scripts": {"postinstall": "node a.js"}}"#,
            r#"{"dependencies": {"a": "file:../a"}}"#,
            r#"{"devDependencies": {"a": "./a"}}"#,
            r#"{"optionalDependencies": {"a": "~/a"}}"#,
            r#"{"resolutions": {"a": "patch:a@1#./a.patch"}}"#,
            r#"{"pnpm": {"patchedDependencies": {}}}"#,
            r#"{"dependencies": {"@prisma/client": "5"}}"#,
        ] {
            assert!(!whole(text), "{text}");
        }
        assert!(is_whole_package(r#"{"scripts": {"prepare": "husky"}}"#, true));
    }

    #[test]
    fn a_module_replaced_by_a_folder_is_seen() {
        assert!(is_whole_module("module a\nreplace b => c v1 // => ./d\n"));
        assert!(!is_whole_module("module a\nreplace (\n\tb v1 => ../c\n)\n"));
    }

    #[test]
    fn lines_of_requirements_are_told_apart() {
        assert_eq!(included("-r base.txt # b"), Some(Some("base.txt")));
        assert_eq!(included("--constraint=c/d.txt"), Some(Some("c/d.txt")));
        for line in [
            "",
            "# ./a",
            "a==1",
            "a[b]>=1 ; python_version < '3'",
            "git+https://a/b.git",
            "a @ https://b/c.whl",
            "-i https://a/b",
            "a==1 --hash=sha256:a/b",
        ] {
            assert_eq!(included(line), Some(None), "{line}");
        }
        for line in [
            "./a",
            "-e .",
            "-e ../b",
            "a/b.whl",
            "b.tar.gz",
            "-e git+https://a/b.git",
            "a @ file:///b",
            "--find-links wheels/",
            "-r $A",
            "-r /a",
        ] {
            assert_eq!(included(line), None, "{line}");
        }
    }
}

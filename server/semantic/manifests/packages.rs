//! `package.json` and the settings beside it: whether an install of npm, Yarn, pnpm or Bun reads nothing else of the
//! project, and which workspaces it has.

use serde_json::{Map, Value};

use super::Reading;
use crate::context::sources::Sources;
use crate::knowledge::package_managers::Family;
use crate::path;

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

/// Adds the manifests of the workspaces to what an install reads; `None` where it reads more than manifests.
pub(super) fn add_packages(reading: &Reading<'_>, folder: &str, files: &mut Vec<String>) -> Option<()> {
    let package = reading.package;
    let words = package.words(reading.script);
    let is_clean = words.get(package.verb).is_some_and(|verb| {
        matches!(verb.value.as_deref(), Some("ci" | "ic" | "clean-install" | "install-clean"))
    });
    let is_named = |name: &str| files.contains(&path::join(folder, name));
    let has_lock = is_named("package-lock.json") || is_named("npm-shrinkwrap.json");
    let is_lock_missing = is_clean && reading.project.family == Family::Npm && !has_lock;
    let read = |name: &str| reading.context.read(&path::join(folder, name));
    let is_plain =
        |name: &str| !is_named(name) || read(name).is_some_and(|text| is_plain_setting(name, &text));
    let settings = [".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", "bunfig.toml"];
    if is_lock_missing || !settings.into_iter().all(is_plain) {
        return None;
    }
    let skips_scripts = package.has_flag(reading.script, &["--ignore-scripts"]);
    let root = object(&read("package.json")?)?;
    let mut patterns = patterns(&root)?;
    if reading.project.family == Family::Pnpm && is_named("pnpm-workspace.yaml") {
        patterns = pnpm_patterns(&read("pnpm-workspace.yaml")?)?;
    }
    let has_workspaces = !patterns.is_empty();
    is_whole_package(root, skips_scripts, has_workspaces).then_some(())?;
    for pattern in patterns {
        let found = match reading.view.resolve(&path::join(folder, &pattern)) {
            Sources::Found(paths) => paths,
            Sources::Missing | Sources::IgnoredAll => Vec::new(),
            Sources::Unknown => return None,
        };
        for workspace in found {
            let manifest = path::join(&workspace, "package.json");
            if !reading.is_there(&manifest)? {
                continue;
            }
            let has_more = ["node_modules", ".npmrc", "binding.gyp"];
            for name in has_more {
                (!reading.is_there(&path::join(&workspace, name))?).then_some(())?;
            }
            let package = object(&reading.context.read(&manifest)?)?;
            // What it offers as programs is linked to files of its own.
            let has_programs = package.contains_key("bin") || package.contains_key("directories");
            let is_whole = !has_programs && is_whole_package(package, skips_scripts, true);
            is_whole.then_some(())?;
            files.push(manifest);
        }
    }
    Some(())
}

fn object(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
        Ok(Value::Object(package)) => Some(package),
        _ => None,
    }
}

/// The folders of the workspaces, as `package.json` has them; `None` where they cannot be told.
fn patterns(package: &Map<String, Value>) -> Option<Vec<String>> {
    let list = match package.get("workspaces") {
        None => return Some(Vec::new()),
        Some(Value::Object(fields)) if !fields.contains_key("nohoist") => {
            fields.get("packages")?.as_array()?
        }
        Some(value) => value.as_array()?,
    };
    list.iter().map(|pattern| plain_pattern(pattern.as_str()?)).collect()
}

/// As `patterns`, of a `pnpm-workspace.yaml`.
fn pnpm_patterns(text: &str) -> Option<Vec<String>> {
    let mut patterns = Vec::new();
    let mut is_list = false;
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or_default();
        match line.trim().strip_prefix("- ") {
            Some(item) if is_list => patterns.push(plain_pattern(item.trim().trim_matches(['"', '\'']))?),
            Some(_) => {}
            None if line.trim().is_empty() || line.starts_with('#') => {}
            None if line.trim_end() == "packages:" => is_list = true,
            None if line.starts_with("packages") => return None,
            None => is_list = false,
        }
    }
    Some(patterns)
}

/// A pattern that means the same to a COPY.
fn plain_pattern(pattern: &str) -> Option<String> {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    let is_plain = pattern.chars().all(|char| char.is_ascii_alphanumeric() || "/._-*@".contains(char))
        && !pattern.contains("**")
        && !pattern.contains("..")
        && !pattern.is_empty();
    is_plain.then(|| pattern.to_owned())
}

/// Whether all that a `package.json` asks for comes from a registry or a workspace, and nothing of the project runs.
fn is_whole_package(mut package: Map<String, Value>, skips_scripts: bool, has_workspaces: bool) -> bool {
    let scripts = package.remove("scripts").unwrap_or_default();
    let runs = |scripts: &Value| SCRIPTS.iter().any(|script| scripts.get(script).is_some());
    // Its install script writes code from a schema that lies in the project.
    let generates = ["dependencies", "devDependencies", "optionalDependencies"].iter().any(|field| {
        let names = package.get(*field).and_then(Value::as_object);
        names.is_some_and(|names| names.keys().any(|name| name == "prisma" || name == "@prisma/client"))
    });
    !package.contains_key("patchedDependencies")
        && package.get("pnpm").and_then(|pnpm| pnpm.get("patchedDependencies")).is_none()
        && (skips_scripts || !(generates || runs(&scripts)))
        && is_remote(&Value::Object(package), has_workspaces)
}

/// Whether no string in a value is a path of the project that a dependency is taken from.
fn is_remote(value: &Value, has_workspaces: bool) -> bool {
    match value {
        Value::String(text) => {
            let is_local =
                ["file:", "link:", "portal:", "patch:", "exec:"].iter().any(|start| text.starts_with(start));
            !is_local && (has_workspaces || !text.starts_with("workspace:"))
        }
        Value::Array(values) => values.iter().all(|value| is_remote(value, has_workspaces)),
        Value::Object(fields) => fields.iter().all(|(name, value)| match value {
            Value::Object(versions) if name.ends_with("ependencies") => {
                let mut versions = versions.values().filter_map(Value::as_str);
                !versions.any(is_path) && is_remote(value, has_workspaces)
            }
            _ => is_remote(value, has_workspaces),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether a version of a dependency is a path. Source: npm-package-arg, `resolve`.
fn is_path(version: &str) -> bool {
    version.starts_with(['.', '/'])
        || version.starts_with("~/")
        || !version.contains(':')
            && (version.matches('/').count() > 1
                || [".tgz", ".tar.gz", ".tar"].iter().any(|end| version.ends_with(end)))
}

/// Whether a settings file of a tool names no other file of the project.
fn is_plain_setting(name: &str, text: &str) -> bool {
    let words: &[&str] = match name {
        ".yarnrc" => &["path", "mirror", "folder"],
        ".yarnrc.yml" => &["patch", "Folder", "constraints"],
        "pnpm-workspace.yaml" => &["patched", "pnpmfile", "Dir"],
        "bunfig.toml" => &["preload", "cafile", "dir"],
        _ => &["cafile", "certfile", "keyfile", "prefix", "userconfig", "globalconfig", "pnpmfile", "-dir"],
    };
    !words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_needs_more_than_its_manifest_is_seen() {
        let is_whole =
            |text: &str, skips| object(text).is_some_and(|package| is_whole_package(package, skips, false));
        let whole = |text: &str| is_whole(text, false);
        assert!(whole(
            r#"{"scripts": {"build": "a"}, "dependencies": {"a": "~1.0", "b": "github:a/b", "c": "a/c"}}"#
        ));
        assert!(whole(r#"{"dependencies": {"a": "https://b/c/d.tgz", "e": "npm:@f/g@1"}}"#));
        for text in [
            "",
            "[]",
            r#"{"dependencies": {"a": "workspace:*"}}"#,
            r#"{"scripts": {"postinstall": "node a.js"}}"#,
            r#"{"dependencies": {"a": "file:../a"}}"#,
            r#"{"devDependencies": {"a": "./a"}}"#,
            r#"{"optionalDependencies": {"a": "~/a"}}"#,
            r#"{"dependencies": {"a": "a-1.0.tgz"}}"#,
            r#"{"dependencies": {"a": "lib/a/b"}}"#,
            r#"{"resolutions": {"a": "patch:a@1#./a.patch"}}"#,
            r#"{"pnpm": {"patchedDependencies": {}}}"#,
            r#"{"dependencies": {"@prisma/client": "5"}}"#,
        ] {
            assert!(!whole(text), "{text}");
        }
        assert!(is_whole(r#"{"scripts": {"prepare": "husky"}}"#, true));
    }

    #[test]
    fn workspaces_are_read_where_a_copy_can_name_them() {
        let read = |text: &str| patterns(&object(text).unwrap());
        assert_eq!(read(r#"{"workspaces": ["./a/*", "b"]}"#), Some(vec!["a/*".to_owned(), "b".to_owned()]));
        assert_eq!(read(r#"{"workspaces": {"packages": ["a"]}}"#), Some(vec!["a".to_owned()]));
        assert_eq!(read(r#"{"workspaces": ["a/**"]}"#), None);
        assert_eq!(read(r#"{"workspaces": ["!a"]}"#), None);
        let yaml = "# a\npackages:\n  - 'apps/*' # b\n  - \"lib\"\ncatalog:\n  - x\n";
        assert_eq!(pnpm_patterns(yaml), Some(vec!["apps/*".to_owned(), "lib".to_owned()]));
        assert_eq!(pnpm_patterns("packages: [a]\n"), None);
        assert_eq!(pnpm_patterns("packages:\n  - '!a'\n"), None);
    }
}

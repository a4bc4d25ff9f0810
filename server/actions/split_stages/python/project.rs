//! What a project of Python asks for: `pyproject.toml` or `Pipfile`, and the lock file beside it.
//! Source: PyPA, "pyproject.toml specification"; uv, "Configuring projects"; Poetry, "The pyproject.toml file"; Pipenv,
//! "Pipfile & Pipfile.lock"; PDM, "Lockfile".

use super::super::subject::Subject;
use super::managers::{Install, Place, Tool};
use super::pip::plain;
use super::versions::Version;
use crate::path;
use crate::semantic::tables::{Tables, unquoted};

/// A project, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// The packages that it needs to run, in lower case with `-`, with their extras.
    pub(super) names: Vec<String>,
    /// All that its lock file names.
    pub(super) locked: Vec<String>,
    /// The programs that it installs itself.
    pub(super) scripts: Vec<String>,
    /// Whether it can be installed like a package.
    pub(super) is_package: bool,
    /// Whether it is.
    pub(super) is_installed: bool,
    /// Whether it has packages that only its development needs and that are installed without being asked for.
    pub(super) has_dev: bool,
    /// Whether it gives names to commands that its tool runs, or variables to them.
    pub(super) has_commands: bool,
}

/// Backends that build nothing but what is written in Python, if they are not told to do more.
const BACKENDS: [&str; 7] = [
    "flit_core.buildapi",
    "hatchling.build",
    "pdm.backend",
    "poetry.core.masonry.api",
    "poetry.masonry.api",
    "setuptools.build_meta",
    "uv_build",
];

/// What a manifest says where a build writes files, or compiles.
const DOES_MORE: [&str; 10] = [
    ".hooks",
    "custom-hook",
    "ext-modules",
    "ext_modules",
    "mypyc",
    "run-setuptools",
    "version-file",
    "version_file",
    "write-to",
    "write_to",
];

/// The project that installs install, all of them by one tool in one folder; `None` where it is not known, or the Python of
/// the image may not be the one that the tool takes.
pub(super) fn project(subject: &Subject<'_>, installs: &[Install]) -> Option<Project> {
    let first = installs.first()?;
    let is_one = installs.iter().all(|other| (other.tool, &other.folder) == (first.tool, &first.folder));
    is_one.then_some(())?;
    let read = |name: &str| subject.read(&path::absolute(&first.folder, name));
    if first.tool == Tool::Pipenv {
        return pipenv(subject, first, &Tables::read(&read("Pipfile")?), &read("Pipfile.lock")?);
    }
    let text = read("pyproject.toml")?;
    let tables = Tables::read(&text);
    let constraints = [
        tables.string("project.requires-python"),
        tables.string("tool.poetry.dependencies.python").filter(|_| first.tool == Tool::Poetry),
    ];
    let python = Version::of_tag(subject.tag()?)?;
    constraints.iter().flatten().all(|constraint| python.meets(constraint)).then_some(())?;
    let (locked, is_known) = match first.tool {
        Tool::Uv => uv_lock(&Tables::read(&read("uv.lock")?)),
        Tool::Poetry => poetry_lock(&Tables::read(&read("poetry.lock")?)),
        _ => pdm_lock(&Tables::read(&read("pdm.lock")?)),
    };
    is_known.then_some(())?;
    let names = names(&tables, first.tool)?;
    // A lock file that is older than the manifest is written anew by some tools.
    names.iter().all(|name| locked.iter().any(|other| other == base(name))).then_some(())?;
    let is_left_out = |install: &Install| {
        let names = ["no-install-project", "no-install-workspace", "no-root", "no-self"];
        install.options.iter().any(|option| names.contains(&option.as_str()))
    };
    let is_package = is_package(&tables, first.tool);
    let is_installed = is_package && !installs.iter().all(is_left_out);
    (!is_installed || is_built_of_python(subject, &first.folder, &tables, &text)).then_some(())?;
    // uv finds the workspace that a folder is in, and puts the environment there.
    let mut above = first.folder.clone();
    while let Some((folder, _)) = above.rsplit_once('/').filter(|_| first.tool == Tool::Uv) {
        subject.read(&format!("{folder}/pyproject.toml")).is_none().then_some(())?;
        above = folder.to_owned();
    }
    let scripts = tables.of("project.scripts").chain(tables.of("tool.poetry.scripts"));
    Some(Project {
        scripts: scripts.map(|(name, _)| name.to_owned()).collect(),
        names,
        locked,
        is_package,
        is_installed,
        has_dev: ["dependency-groups", "tool.uv.dev-dependencies", "tool.uv.default-groups"]
            .iter()
            .any(|path| tables.has(path)),
        has_commands: tables.has("tool.pdm.scripts"),
    })
}

/// The project in a folder, as pip installs it; `None` where it is not known what that brings.
pub(super) fn of_pip(subject: &Subject<'_>, folder: &str) -> Option<Project> {
    let text = subject.read(&path::absolute(folder, "pyproject.toml"))?;
    let tables = Tables::read(&text);
    let is_told = tables.has("project.name") && !tables.strings("project.dynamic").contains(&"dependencies");
    (is_told && is_built_of_python(subject, folder, &tables, &text)).then_some(())?;
    let scripts = tables.of("project.scripts").map(|(name, _)| name.to_owned()).collect();
    let names = tables.strings("project.dependencies").into_iter().map(plain).collect::<Option<_>>()?;
    Some(Project { names, scripts, is_installed: true, ..Project::default() })
}

/// The name of a package without its extras.
pub(super) fn base(name: &str) -> &str {
    name.split('[').next().unwrap_or_default()
}

/// The packages that a `pyproject.toml` asks for; `None` where it does not say.
fn names(tables: &Tables, tool: Tool) -> Option<Vec<String>> {
    let is_told = !tables.strings("project.dynamic").contains(&"dependencies");
    let mut names: Vec<String> =
        tables.strings("project.dependencies").into_iter().map(plain).collect::<Option<_>>()?;
    if tool == Tool::Poetry {
        for (name, value) in tables.of("tool.poetry.dependencies") {
            let is_optional = value.contains("optional")
                || tables.has(&format!("tool.poetry.dependencies.{name}.optional"));
            if name != "python" && !is_optional {
                let extras: Vec<&str> = value
                    .split_once("extras")
                    .and_then(|(_, rest)| rest.split_once('[')?.1.split_once(']'))
                    .map(|(extras, _)| extras.split(',').filter_map(|extra| unquoted(extra.trim())).collect())
                    .unwrap_or_default();
                let end = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
                names.push(format!("{}{end}", plain(name)?));
            }
        }
    }
    names.dedup();
    // With Poetry the older table may say it.
    (is_told || tool == Tool::Poetry).then_some(names)
}

/// Whether a project is one that is installed like a package.
fn is_package(tables: &Tables, tool: Tool) -> bool {
    match tool {
        Tool::Uv => match tables.value("tool.uv.package") {
            Some(value) => value == "true",
            None => tables.has("build-system"),
        },
        Tool::Poetry => tables.value("tool.poetry.package-mode") != Some("false"),
        _ => tables.value("tool.pdm.distribution") != Some("false"),
    }
}

/// Whether a build of the project itself leaves nothing beside its sources, and compiles nothing.
fn is_built_of_python(subject: &Subject<'_>, folder: &str, tables: &Tables, text: &str) -> bool {
    let backend = tables.string("build-system.build-backend");
    let has_script = ["setup.py", "setup.cfg", "hatch_build.py", "pdm_build.py", "build.py"]
        .iter()
        .any(|name| subject.read(&path::absolute(folder, name)).is_some());
    backend.is_some_and(|backend| BACKENDS.contains(&backend))
        && !has_script
        && !DOES_MORE.iter().any(|word| text.contains(word))
        && !tables.has("tool.poetry.build")
}

/// The names in a lock file, and whether all that it names comes from elsewhere, or is the project itself.
fn uv_lock(lock: &Tables) -> (Vec<String>, bool) {
    let (mut names, mut is_known) = (Vec::new(), true);
    for package in lock.array("package") {
        let value = |key: &str| package.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        names.extend(value("name").and_then(unquoted).map(str::to_owned));
        let source = value("source").unwrap_or_default();
        let is_remote =
            ["registry", "git", "url"].iter().any(|kind| source.contains(&format!("{kind} = \"http")));
        let is_itself = matches!(source, "{ editable = \".\" }" | "{ virtual = \".\" }");
        is_known &= is_remote || is_itself;
    }
    (names, is_known)
}

fn poetry_lock(lock: &Tables) -> (Vec<String>, bool) {
    let packages = lock.array("package");
    let names = packages.iter().flatten().filter(|(key, _)| *key == "name");
    let is_local =
        |(key, value): (&str, &str)| key == "type" && matches!(unquoted(value), Some("directory" | "file"));
    (
        names.filter_map(|(_, value)| plain(unquoted(value)?)).collect(),
        !lock.of("package.source").any(is_local) && !packages.is_empty(),
    )
}

fn pdm_lock(lock: &Tables) -> (Vec<String>, bool) {
    let packages = lock.array("package");
    let names = packages.iter().flatten().filter(|(key, _)| *key == "name");
    let is_local = packages.iter().flatten().any(|(key, _)| *key == "path");
    (names.filter_map(|(_, value)| plain(unquoted(value)?)).collect(), !is_local && !packages.is_empty())
}

fn pipenv(subject: &Subject<'_>, install: &Install, manifest: &Tables, lock: &str) -> Option<Project> {
    let lock: serde_json::Value = serde_json::from_str(lock).ok()?;
    let python = Version::of_tag(subject.tag()?)?;
    let asked = [manifest.string("requires.python_version"), manifest.string("requires.python_full_version")];
    let is_free = install.place == Place::System;
    (is_free || asked.iter().flatten().all(|asked| python.is_asked_for(asked))).then_some(())?;
    let has_dev = install.options.iter().any(|option| matches!(option.as_str(), "d" | "dev"));
    let groups =
        lock.as_object()?.iter().filter(|(group, _)| *group == "default" || has_dev && *group == "develop");
    let (mut names, mut locked) = (Vec::new(), Vec::new());
    for (group, packages) in groups {
        for (name, package) in packages.as_object()? {
            let is_local = ["path", "file", "editable"].iter().any(|key| package.get(key).is_some());
            (!is_local).then_some(())?;
            let name = plain(name)?;
            if group == "default" {
                let extras = package.get("extras").and_then(serde_json::Value::as_array);
                let extras: Vec<&str> =
                    extras.into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
                let end = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
                names.push(format!("{name}{end}"));
            }
            locked.push(name);
        }
    }
    let is_locked = |(name, _): (&str, &str)| plain(name).is_some_and(|name| locked.contains(&name));
    manifest.of("packages").all(is_locked).then_some(())?;
    let has_commands =
        manifest.has("scripts") || subject.read(&path::absolute(&install.folder, ".env")).is_some();
    Some(Project { names, locked, has_commands, ..Project::default() })
}

//! uv, Poetry, Pipenv and PDM: into which environment a command of theirs installs.
//! Source: uv, "Projects: Environments", "Python versions" and "Using environments"; Poetry, "Configuration" and "Managing
//! environments"; Pipenv, "Configuration" and "Virtual environments"; PDM, "Working with Virtual Environments".

use super::super::subject::{Subject, Task};
use super::{options, places};
use crate::path;
use crate::syntax::Kind;

/// What installs the packages of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Pdm,
    Pipenv,
    Poetry,
    Uv,
    /// `uv pip`.
    UvPip,
}

/// Where packages are installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Into an environment in this folder, absolute and clean.
    Own(String),
    /// Beside those of the image.
    System,
    /// Into an environment whose folder nobody has named.
    Unnamed,
}

/// A command that installs.
#[derive(Clone, Debug)]
pub(super) struct Install {
    pub(super) tool: Tool,
    /// The instruction, as an index of the file's.
    pub(super) item: usize,
    /// The folder of the project.
    pub(super) folder: String,
    pub(super) place: Place,
    /// The options without dashes.
    pub(super) options: Vec<String>,
}

/// What a command of such a tool does.
#[derive(Debug)]
pub(super) enum Step {
    /// Nothing that is left.
    Passing,
    /// It makes an empty environment in a folder.
    Environment(String),
    Install(Install),
}

/// What a command does; `None` where it is none of these tools, or that is not known.
pub(super) fn step(subject: &Subject<'_>, task: &Task<'_>) -> Option<Step> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["uv" | "poetry" | "pipenv" | "pdm", "--version"]
        | ["uv", "cache" | "version", ..]
        | ["uv", "pip", "check" | "freeze" | "list" | "show" | "tree", ..]
        | ["poetry", "about" | "cache" | "check" | "show", ..]
        | ["pipenv", "check" | "graph" | "verify", ..]
        | ["pdm", "cache" | "list", ..]
        | ["pdm", "config", "check_update", _] => Some(Step::Passing),
        ["uv", "sync", rest @ ..] => install(subject, task, Tool::Uv, rest),
        ["uv", "pip", "install" | "sync", rest @ ..] => install(subject, task, Tool::UvPip, rest),
        ["uv", "venv", rest @ ..] => places::uv_venv(subject, task, rest).map(Step::Environment),
        ["poetry", "install" | "sync", rest @ ..] => install(subject, task, Tool::Poetry, rest),
        ["poetry", "config", rest @ ..] => places::setting(rest).map(|_| Step::Passing),
        ["pipenv", "install" | "sync", rest @ ..] => install(subject, task, Tool::Pipenv, rest),
        ["pdm", "install" | "sync", rest @ ..] => install(subject, task, Tool::Pdm, rest),
        _ => None,
    }
}

/// The installs of a stage that can be read, in order.
pub(super) fn installs(subject: &Subject<'_>) -> Vec<Install> {
    let runs = subject.items().filter(|(_, item)| item.kind == Kind::Run);
    let tasks = runs.filter_map(|(index, _)| subject.tasks(index)).flatten();
    let install = |task: Task<'_>| match step(subject, &task)? {
        Step::Install(install) => Some(install),
        Step::Passing | Step::Environment(_) => None,
    };
    tasks.filter_map(install).collect()
}

fn install(subject: &Subject<'_>, task: &Task<'_>, tool: Tool, words: &[&str]) -> Option<Step> {
    let words = options::read(words, tool)?;
    let options: Vec<String> = words.options().map(|(name, _)| name.to_owned()).collect();
    let has = |names: &[&str]| words.has(names);
    let here = path::absolute(&task.folder, ".venv");
    let place = match tool {
        Tool::Uv => {
            places::uv_is_plain(subject, task)?;
            let place = subject.variable(task, "UV_PROJECT_ENVIRONMENT");
            Place::Own(place.map_or(here, |place| path::absolute(&task.folder, &place)))
        }
        Tool::UvPip if has(&["system"]) => Place::System,
        Tool::UvPip => {
            places::uv_is_plain(subject, task)?;
            Place::Own(subject.variable(task, "VIRTUAL_ENV").map_or(here, |place| path::from_root(&place)))
        }
        Tool::Poetry => places::poetry(subject, task)?,
        Tool::Pipenv => places::pipenv(subject, task, has(&["system"]))?,
        Tool::Pdm => {
            let moves = ["PDM_USE_VENV", "PDM_VENV_IN_PROJECT", "PDM_PYTHON", "PDM_IGNORE_ACTIVE_VENV"];
            moves.iter().all(|name| subject.variable(task, name).is_none()).then_some(())?;
            subject.read(&path::absolute(&task.folder, "pdm.toml")).is_none().then_some(())?;
            Place::Own(subject.variable(task, "VIRTUAL_ENV").map_or(here, |place| path::from_root(&place)))
        }
    };
    let is_apart = |place: &str| {
        let is_of_system = ["/", "/usr", "/usr/local", "/opt", "/root", "/home"].contains(&place);
        place.starts_with('/')
            && !place.contains('$')
            && !is_of_system
            && !path::is_within(&task.folder, place)
    };
    if let Place::Own(place) = &place {
        (is_apart(place) && subject.is_absent(place)).then_some(())?;
    }
    Some(Step::Install(Install { tool, item: task.item, folder: task.folder.clone(), place, options }))
}

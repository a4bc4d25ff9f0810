//! Where uv, Poetry and Pipenv put the packages of a project, and with which Python.
//! Source: uv, "Configuration", "Environment variables" and "Python versions"; Poetry, "Configuration"; Pipenv,
//! "Configuration".

use super::super::subject::{Subject, Task};
use super::managers::Place;
use super::versions::Version;
use super::{options, pip};
use crate::path;
use crate::semantic::tables::Tables;
use crate::syntax::Kind;

/// `None` where uv may take another Python than that of the image, or leave packages where they are not taken over.
/// A Python that uv has fetched would stay behind.
pub(super) fn uv_is_plain(subject: &Subject<'_>, task: &Task<'_>) -> Option<()> {
    const MOVES: [&str; 9] = [
        "UV_CONFIG_FILE",
        "UV_MANAGED_PYTHON",
        "UV_NO_BINARY",
        "UV_NO_BINARY_PACKAGE",
        "UV_NO_SYSTEM_PYTHON",
        "UV_PROJECT",
        "UV_SYSTEM_PYTHON",
        "UV_WORKING_DIR",
        "UV_WORKING_DIRECTORY",
    ];
    let python = Version::of_tag(subject.tag()?)?;
    let value = |name: &str| subject.variable(task, name);
    let is_plain = MOVES.iter().all(|name| value(name).is_none())
        && value("UV_LINK_MODE").is_none_or(|mode| mode != "symlink")
        && value("UV_PYTHON").is_none_or(|asked| python.is_asked_for(&asked))
        && value("UV_PYTHON_PREFERENCE").is_none_or(|preference| preference.ends_with("system"));
    let of_settings = |name: &str| -> Option<()> {
        let Some(text) = subject.read(&path::absolute(&task.folder, name)) else { return Some(()) };
        let words = ["link-mode", "python-preference", "no-binary", "system = ", "managed = "];
        (!words.iter().any(|word| text.contains(word))).then_some(())
    };
    of_settings("uv.toml")?;
    of_settings("pyproject.toml")?;
    let is_asked = |name: &str| {
        let mut asked = subject.brought.iter().filter(|file| path::name(&file.name) == name);
        asked.all(|file| {
            let folder = file.place.rsplit_once('/').map_or("/", |(folder, _)| folder);
            !path::is_within(&task.folder, folder)
                || subject.cx.context.read(&file.path).is_some_and(|text| python.is_asked_for(&text))
        })
    };
    (is_plain && is_asked(".python-version") && is_asked(".python-versions")).then_some(())
}

/// The folder of the environment that `uv venv` makes.
pub(super) fn uv_venv(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<String> {
    let words = options::of_venv(words)?;
    uv_is_plain(subject, task)?;
    let python = Version::of_tag(subject.tag()?)?;
    let is_known = words.value(&["p", "python"]).is_none_or(|asked| python.is_asked_for(asked))
        && subject.variable(task, "UV_PROJECT_ENVIRONMENT").is_none();
    is_known.then_some(())?;
    // It looks for the version that the project asks for, too.
    let project =
        subject.read(&path::absolute(&task.folder, "pyproject.toml")).map(|text| Tables::read(&text));
    let constraint = project.as_ref().and_then(|tables| tables.string("project.requires-python"));
    constraint.is_none_or(|constraint| python.meets(constraint)).then_some(())?;
    match words.operands.as_slice() {
        [] => Some(path::absolute(&task.folder, ".venv")),
        [place] => pip::environment(subject, task, place),
        _ => None,
    }
}

/// A setting of `poetry config` as its name and value; `None` for one that is not known.
pub(super) fn setting<'a>(words: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let words: Vec<&str> = words.iter().copied().filter(|word| *word != "--local").collect();
    let [name, value] = words[..] else { return None };
    let is_known = matches!(
        name,
        "virtualenvs.create"
            | "virtualenvs.in-project"
            | "virtualenvs.prefer-active-python"
            | "virtualenvs.use-poetry-python"
    ) || name.starts_with("installer.") && !name.contains("binary");
    (is_known && matches!(value, "true" | "false" | "1" | "0")).then_some((name, value))
}

/// Where Poetry installs; `None` where that is not known.
pub(super) fn poetry(subject: &Subject<'_>, task: &Task<'_>) -> Option<Place> {
    let moves = ["POETRY_VIRTUALENVS_PATH", "POETRY_VIRTUALENVS_OPTIONS_SYSTEM_SITE_PACKAGES"];
    moves.iter().all(|name| subject.variable(task, name).is_none()).then_some(())?;
    if let Some(place) = subject.variable(task, "VIRTUAL_ENV") {
        return Some(Place::Own(path::from_root(&place)));
    }
    let file = subject.read(&path::absolute(&task.folder, "poetry.toml")).map(|text| Tables::read(&text));
    let file = file.unwrap_or_default();
    let is_plain = file.of("virtualenvs").all(|(name, _)| matches!(name, "create" | "in-project"));
    is_plain.then_some(())?;
    let is_set = |name: &str| -> Option<bool> {
        let variable = format!("POETRY_{}", name.replace(['.', '-'], "_").to_uppercase());
        let earlier = subject.items().filter(|(index, item)| *index <= task.item && item.kind == Kind::Run);
        let tasks: Vec<Task<'_>> = earlier.filter_map(|(index, _)| subject.tasks(index)).flatten().collect();
        let configured = tasks.iter().rev().find_map(|task| {
            let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
            let ["poetry", "config", rest @ ..] = words.as_slice() else { return None };
            let (found, value) = setting(rest)?;
            (found == name).then_some(matches!(value, "true" | "1"))
        });
        let text = subject.variable(task, &variable).or_else(|| file.value(name).map(str::to_owned));
        text.map(|text| matches!(text.to_lowercase().as_str(), "true" | "1")).or(configured)
    };
    Some(match (is_set("virtualenvs.create"), is_set("virtualenvs.in-project")) {
        (Some(false), _) => Place::System,
        (_, Some(true)) => Place::Own(path::absolute(&task.folder, ".venv")),
        _ => Place::Unnamed,
    })
}

/// Where Pipenv installs; `None` where that is not known.
pub(super) fn pipenv(subject: &Subject<'_>, task: &Task<'_>, is_system: bool) -> Option<Place> {
    let moves = [
        "PIPENV_CUSTOM_VENV_NAME",
        "PIPENV_DEFAULT_PYTHON_VERSION",
        "PIPENV_IGNORE_VIRTUALENVS",
        "PIPENV_PIPFILE",
        "PIPENV_PYTHON",
        "PIPENV_SITE_PACKAGES",
        "PIPENV_SYSTEM",
        "WORKON_HOME",
    ];
    moves.iter().all(|name| subject.variable(task, name).is_none()).then_some(())?;
    let is_in_project = subject.variable(task, "PIPENV_VENV_IN_PROJECT");
    Some(match (is_system, subject.variable(task, "VIRTUAL_ENV"), is_in_project.as_deref()) {
        (true, Some(_), _) => return None,
        (true, None, _) => Place::System,
        (false, Some(place), _) => Place::Own(path::from_root(&place)),
        (false, None, Some("1" | "true" | "True")) => Place::Own(path::absolute(&task.folder, ".venv")),
        (false, None, Some(_)) => return None,
        (false, None, None) => Place::Unnamed,
    })
}

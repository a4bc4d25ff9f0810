//! pip: what it installs, and the names of what it is asked for.
//! Source: pip, "Requirements File Format" and `pip install`; Python, "venv".

use super::super::subject::{Subject, Task};
use super::super::words::Words;
use super::project::{self, Project};
use crate::path;
use crate::semantic::tables::Tables;
use crate::syntax::Kind;

/// Options of pip that take the next word as their value.
const VALUE_OPTIONS: [&str; 12] = [
    "c",
    "constraint",
    "e",
    "editable",
    "extra-index-url",
    "f",
    "find-links",
    "i",
    "index-url",
    "r",
    "requirement",
    "timeout",
];

/// Whether a command of pip installs packages that can be taken over, or nothing.
pub(super) fn is_plain(words: &[&str]) -> bool {
    match words {
        ["install", rest @ ..] => Words::read(rest, &VALUE_OPTIONS)
            .is_some_and(|words| !words.has(&["prefix", "root", "t", "target", "user", "src", "python"])),
        ["check" | "list" | "freeze" | "--version" | "cache", ..] => true,
        _ => false,
    }
}

/// The folder of the project that a word of `pip install` names, if it names one.
fn own(task: &Task<'_>, word: &str) -> Option<String> {
    let is_folder = matches!(word, "." | "./") || word.starts_with("./") && !word.contains('[');
    task.place(word).filter(|_| is_folder)
}

/// The projects of the build context that a command of pip installs; `None` where one is not known. `words` are those
/// behind `install`.
pub(super) fn projects(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<Project>> {
    let folders = words.iter().filter_map(|word| own(task, word));
    folders.map(|folder| project::of_pip(subject, &folder)).collect()
}

/// The folder of a virtual environment, which may be that of a variable.
pub(super) fn environment(subject: &Subject<'_>, task: &Task<'_>, word: &str) -> Option<String> {
    match word.strip_prefix('$').map(|name| name.trim_matches(['{', '}'])) {
        Some(name) => {
            subject.variable(task, name).filter(|place| place.starts_with('/')).map(|it| path::from_root(&it))
        }
        None => task.place(word),
    }
}

/// The words behind `pip`, or those of `python -m venv` from `venv` on.
pub(super) fn pip<'a>(task: &'a Task<'_>) -> Option<Vec<&'a str>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    let is_python = |name: &str| matches!(name, "python" | "python3");
    match words.as_slice() {
        ["pip" | "pip3", rest @ ..] => Some(rest.to_vec()),
        [python, "-m", "pip", rest @ ..] if is_python(python) => Some(rest.to_vec()),
        [python, "-m", "venv", place] if is_python(python) => Some(vec!["venv", place]),
        _ => None,
    }
}

/// The tasks of pip above the end of what builds, in order.
pub(super) fn tasks<'a>(subject: &Subject<'a>) -> Vec<Task<'a>> {
    let runs = subject.items().filter(|(_, item)| item.kind == Kind::Run);
    runs.filter_map(|(index, _)| subject.tasks(index)).flatten().filter(|task| pip(task).is_some()).collect()
}

/// The names of the packages that a command of pip asks for, in lower case with `-`, with their extras; `None` where they
/// cannot be read. `words` are those behind `install`.
pub(super) fn requirements(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<String>> {
    let (mut names, mut pending) = (Vec::new(), Vec::new());
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            // What is built from source uses libraries that only the larger image has.
            option if option.starts_with("--no-binary") => return None,
            // What stays where it is has to be a folder.
            "-e" | "--editable" => {
                own(task, rest.next()?)?;
            }
            "-r" | "--requirement" | "--requirements" => pending.push(task.place(rest.next()?)?),
            option if option.starts_with("--requirement") => {
                pending.push(task.place(option.split_once('=')?.1)?)
            }
            option if option.starts_with("-r") => pending.push(task.place(option.get(2..)?)?),
            option if VALUE_OPTIONS.contains(&option.trim_start_matches('-')) && option.starts_with('-') => {
                rest.next();
            }
            option if option.starts_with("-e") || option.starts_with("--editable") => return None,
            option if option.starts_with('-') => {}
            folder if own(task, folder).is_some() => {}
            name => names.push(plain(name)?),
        }
    }
    included(subject, pending, &mut names)?;
    Some(names)
}

/// Adds the names in files of requirements, and in those that they include.
fn included(subject: &Subject<'_>, mut pending: Vec<String>, names: &mut Vec<String>) -> Option<()> {
    const MOST_FILES: usize = 16;
    let mut seen = 0;
    while let Some(place) = pending.pop() {
        seen += 1;
        let text = subject.read(&place).filter(|_| seen <= MOST_FILES)?;
        if place.ends_with("/pyproject.toml") {
            let tables = Tables::read(&text);
            (!tables.has("project.dynamic")).then_some(())?;
            for requirement in tables.strings("project.dependencies") {
                names.push(plain(requirement)?);
            }
            continue;
        }
        let folder = path::parent(&place).to_owned();
        for line in text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim()) {
            if line.is_empty() || line.starts_with('#') || line.starts_with("--hash") {
                continue;
            }
            match line.strip_prefix("-r ").or_else(|| line.strip_prefix("--requirement ")) {
                Some(file) => pending.push(format!("{folder}/{}", file.trim())),
                None if line.starts_with("--no-binary") => return None,
                None if line.starts_with(['-', '.', '/']) && !line.starts_with("--") => return None,
                None if line.starts_with('-') => {}
                None => names.push(plain(line)?),
            }
        }
    }
    Some(())
}

/// A requirement without its version: `uvicorn[standard]`. `None` for a path or an address.
pub(super) fn plain(requirement: &str) -> Option<String> {
    let end = requirement.find(['=', '<', '>', '~', '!', ';', ' ', '@']).unwrap_or(requirement.len());
    let name = requirement.get(..end)?;
    (!name.is_empty() && !name.contains(['/', '$']) && !name.starts_with('.'))
        .then(|| name.to_lowercase().replace('_', "-"))
}

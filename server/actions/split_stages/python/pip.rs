//! pip: what it installs, and the names of what it is asked for.
//! Source: pip, "Requirements File Format" and `pip install`; Python, "venv".

use super::super::subject::{Subject, Task};
use super::super::tables::Tables;
use super::super::words::Words;
use crate::syntax::Kind;

/// Options of pip that take the next word as their value.
pub(super) const VALUE_OPTIONS: [&str; 10] = [
    "c",
    "constraint",
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
        ["install", rest @ ..] => Words::read(rest, &VALUE_OPTIONS).is_some_and(|words| {
            let moves = ["e", "editable", "prefix", "root", "t", "target", "user", "src", "python"];
            !words.has(&moves) && !words.has_like(&["e."])
        }),
        ["check" | "list" | "freeze" | "--version" | "cache", ..] => true,
        _ => false,
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
            "-r" | "--requirement" | "--requirements" => pending.push(task.place(rest.next()?)?),
            option if option.starts_with("--requirement") => {
                pending.push(task.place(option.split_once('=')?.1)?)
            }
            option if option.starts_with("-r") => pending.push(task.place(option.get(2..)?)?),
            option if VALUE_OPTIONS.contains(&option.trim_start_matches('-')) && option.starts_with('-') => {
                rest.next();
            }
            option if option.starts_with('-') => {}
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
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
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

//! The files that name what to install, where an install is told them: the lists of pip, the environments of conda.

use super::{Reads, within};
use crate::semantic::packages::PackageCommand;
use crate::syntax::Script;

/// The files that conda is told to read, with `-f` or `--file`.
pub(super) fn environment_files(package: &PackageCommand, script: &Script, folder: &str) -> Option<Reads> {
    let words = package.words(script);
    let mut files = Vec::new();
    for index in &package.options {
        let option = words.get(*index)?.value.as_deref()?;
        let next = || words.get(index + 1).and_then(|word| word.value.as_deref());
        let file = match option {
            "-f" | "--file" => Some(next()?),
            _ => option.strip_prefix("--file="),
        };
        if let Some(file) = file {
            files.push(within(folder, file.strip_prefix("file:").unwrap_or(file))?);
        }
    }
    (!files.is_empty()).then_some(Reads::Files(files))
}

/// The lists and the project that pip, or `uv pip`, is told to install; `None` where it is told to install neither.
pub(super) fn pip_reads(package: &PackageCommand, script: &Script, folder: &str) -> Option<Reads> {
    let words = package.words(script);
    let at = |file: &str| within(folder, file);
    let (mut files, mut constraints) = (Vec::new(), Vec::new());
    let mut reads_project = false;
    for index in &package.options {
        let written = words.get(*index)?;
        let option = script.unmatched(written)?;
        let next = || words.get(index + 1).and_then(|word| script.unmatched(word));
        let value = |names: [&str; 2]| match option.split_once('=') {
            Some((name, value)) if name == names[1] => Some(Some(value)),
            _ if names.contains(&option) => Some(next()),
            _ if !option.starts_with("--") => option.strip_prefix(names[0]).map(Some),
            _ => None,
        };
        if let Some(file) = value(["-r", "--requirement"]) {
            files.push(at(file.filter(|file| !file.contains("://"))?)?);
        } else if let Some(project) = value(["-e", "--editable"]) {
            reads_project |= is_local_project(project?);
        } else if let Some(file) = value(["-c", "--constraint"]) {
            let file = file?;
            constraints.extend(if file.contains("://") { None } else { Some(at(file)?) });
        } else if option == "--no-deps" {
            return None;
        }
    }
    let operands = package.operands.iter().filter_map(|index| script.unmatched(words.get(*index)?));
    let operands: Vec<&str> = operands.collect();
    reads_project |= operands.iter().copied().any(is_local_project);
    // `uv pip sync` names files, and no packages.
    if words.get(package.verb).is_some_and(|verb| verb.is("sync")) {
        for file in operands {
            files.push(at(file)?);
        }
    }
    // Constraints alone have nothing installed.
    if !files.is_empty() {
        files.append(&mut constraints);
    }
    match (reads_project, files.is_empty()) {
        (true, _) => Some(Reads::Everything),
        (false, false) => Some(Reads::Files(files)),
        (false, true) => None,
    }
}

/// Whether pip is told to install the project of the folder it runs in: `.`, `.[dev]`, `./`.
fn is_local_project(operand: &str) -> bool {
    let path = operand.split('[').next().unwrap_or(operand);
    matches!(path, "." | "./")
}

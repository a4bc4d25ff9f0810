//! Which files a command is about, and their bytes.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::discovery::dockerfiles::search;
use crate::discovery::ignore_files::is_ignore_file;

/// The most bytes of a file that are read. Real Dockerfiles have some thousand.
const MOST_BYTES: u64 = 64 << 20;

/// One thing to work on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Input {
    /// Standard input.
    Stdin,
    /// A file, by the path as it was given or found.
    File(PathBuf),
}

/// The inputs of a command, in the order of the arguments, and what could not be looked at.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) inputs: Vec<Input>,
    pub(super) problems: Vec<String>,
    /// The folders that were searched.
    folders: Vec<PathBuf>,
}

impl Found {
    /// Those of the ignore files that a search is about: they lie in a folder that was searched, and are not named
    /// themselves. Each once, in their order, under the name of that folder.
    pub(super) fn of_search(&self, ignore_files: impl IntoIterator<Item = PathBuf>) -> Vec<Input> {
        let searched: Vec<(&PathBuf, PathBuf)> =
            self.folders.iter().filter_map(|folder| Some((folder, fs::canonicalize(folder).ok()?))).collect();
        let named = self.inputs.iter().filter_map(|input| match input {
            Input::File(path) if is_ignore_file(path) => fs::canonicalize(path).ok(),
            Input::File(_) | Input::Stdin => None,
        });
        let mut seen: HashSet<PathBuf> = named.collect();
        let mut inputs = Vec::new();
        for path in ignore_files {
            let Ok(place) = fs::canonicalize(path) else { continue };
            let inside = |(folder, place_of_folder): &(&PathBuf, PathBuf)| {
                Some(folder.join(place.strip_prefix(place_of_folder).ok()?))
            };
            if let Some(path) = searched.iter().find_map(inside).filter(|_| seen.insert(place.clone())) {
                inputs.push(Input::File(path.strip_prefix(".").unwrap_or(&path).to_owned()));
            }
        }
        inputs
    }
}

impl Input {
    /// The input as it is shown to users.
    pub(super) fn name(&self) -> String {
        match self {
            Input::Stdin => "<stdin>".to_owned(),
            Input::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// The name, safe to be printed.
    pub(super) fn shown(&self) -> String {
        annotate_snippets::normalize_untrusted_str(&self.name())
    }

    /// All its bytes. Fails where there is no such file, it cannot be read, or it is huge.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Input::Stdin => read_bounded(io::stdin().lock()),
            Input::File(path) => read_bounded(fs::File::open(path)?),
        }
    }
}

/// The files that the arguments mean. A named file is always taken; a folder is searched, without what version control
/// keeps for itself and without what `.gitignore` leaves out, but for those that are named. A file that is reached twice is
/// taken once.
pub(super) fn find(paths: &[PathBuf]) -> anyhow::Result<Found> {
    if paths.iter().any(|path| path.as_os_str() == "-") {
        if paths.len() > 1 {
            bail!("`-` stands for standard input and cannot be combined with other paths");
        }
        return Ok(Found { inputs: vec![Input::Stdin], ..Found::default() });
    }
    let mut found = Found::default();
    let mut seen = HashSet::new();
    for path in paths {
        let mut add = |path: PathBuf| {
            let identity = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            if seen.insert(identity) {
                found.inputs.push(Input::File(path));
            }
        };
        if path.is_dir() {
            for entry in search(path) {
                match entry {
                    Ok(Some(path)) => add(path.strip_prefix(".").unwrap_or(&path).to_owned()),
                    Ok(None) => {}
                    Err(problem) => found.problems.push(problem),
                }
            }
            found.folders.push(path.clone());
        } else {
            add(path.clone());
        }
    }
    Ok(found)
}

/// The one Dockerfile that a path means; of a folder the one that `docker build` takes, or else its only one.
pub(super) fn one(path: &Path) -> anyhow::Result<Input> {
    let mut found = find(&[path.to_owned()])?;
    if let Some(problem) = found.problems.first() {
        bail!("{problem}");
    }
    let shown = path.display();
    let own = path.join("Dockerfile");
    let own = Input::File(own.strip_prefix(".").unwrap_or(&own).to_owned());
    if found.inputs.len() > 1 && found.inputs.contains(&own) {
        return Ok(own);
    }
    match (found.inputs.pop(), found.inputs.as_slice()) {
        (Some(only), []) => Ok(only),
        (None, _) => bail!("`{shown}` is a folder without a Dockerfile"),
        (Some(last), [first, ..]) => {
            let (first, last, count) = (first.name(), last.name(), found.inputs.len() + 1);
            bail!("`{shown}` has {count} Dockerfiles, such as `{first}` and `{last}`, and this takes one")
        }
    }
}

fn read_bounded(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!("it has more than {MOST_BYTES} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_bytes_are_refused() {
        assert!(read_bounded(io::repeat(b'a')).is_err());
        assert_eq!(read_bounded(io::repeat(b'a').take(3)).unwrap(), b"aaa");
    }
}

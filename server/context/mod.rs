//! What is on disk, behind one trait. Nothing here touches the disk itself.

mod class;
pub(crate) mod dockerfile_name;
mod git_ignore;
pub(crate) mod glob;
pub(crate) mod ignore;
pub mod links;
pub(crate) mod listing;
pub mod making;
pub(crate) mod overlay;
pub(crate) mod patterns;
pub mod shell_check;
pub(crate) mod size;
pub mod sources;
pub mod view;

use crate::path;
use links::Behind;
use std::collections::{BTreeMap, BTreeSet};

/// The folder a build is given. Paths are relative to it, cleaned, with `/` between their parts; the folder
/// itself is the empty string.
pub trait BuildContext: Send + Sync {
    /// Whether the user named this folder, or whether it was guessed, or nothing is known at all.
    fn certainty(&self) -> Certainty;
    /// The folder as it is shown to users; `None` where there is none.
    fn root(&self) -> Option<String>;
    /// Why this folder was taken, for people; `None` where there is nothing to say.
    fn origin(&self) -> Option<String> {
        None
    }
    /// What is at `path`.
    fn entry(&self, path: &str) -> Lookup;
    /// The names in the folder at `path`, sorted; `None` where it is not known (no folder, too many entries).
    fn list(&self, path: &str) -> Option<Vec<String>>;
    /// Where `path` leads through symbolic links, if there are any.
    fn behind(&self, _path: &str) -> Behind {
        Behind::Itself
    }
    /// The content of a small text file; `None` where there is none, or it is too big, or not known.
    fn read(&self, path: &str) -> Option<String>;
    /// The ignore file in force: `<Dockerfile>.dockerignore` before `.dockerignore`: its path and its text.
    fn ignore_file(&self) -> Option<(String, String)>;
    /// The `.gitignore` files of the folders above, up to that of the repository, the nearest first: the path of this folder from
    /// there, and the text. None where the folder is in no repository, or at its top.
    fn git_ignore_files_above(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    /// The makefiles, scripts and workflows of the repository that are not in this folder, or deeper in it than
    /// [`making`] looks.
    fn making_around(&self) -> making::Around {
        making::Around::default()
    }
}

/// How sure it is that a folder is the build context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Named on the command line, in the settings, or by the file that starts the build.
    Given,
    /// Taken because the Dockerfile lies there.
    Guessed,
    /// There is no folder: text from standard input, an unsaved file.
    None,
}

/// The answer to "what is there?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// A file of so many bytes.
    File(u64),
    /// A folder.
    Folder,
    /// Nothing.
    Absent,
    /// It could not be known: out of bounds, behind a link that leaves the context, not readable.
    Unknown,
}

/// No folder at all: nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct NoContext;

impl BuildContext for NoContext {
    fn certainty(&self) -> Certainty {
        Certainty::None
    }

    fn root(&self) -> Option<String> {
        None
    }

    fn entry(&self, _path: &str) -> Lookup {
        Lookup::Unknown
    }

    fn list(&self, _path: &str) -> Option<Vec<String>> {
        None
    }

    fn read(&self, _path: &str) -> Option<String> {
        None
    }

    fn ignore_file(&self) -> Option<(String, String)> {
        None
    }
}

/// A folder that is only written down, for tests. Its Dockerfile is `Dockerfile`.
#[derive(Clone, Debug)]
pub struct MemoryContext {
    certainty: Certainty,
    files: BTreeMap<String, String>,
    folders: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

impl MemoryContext {
    /// An empty folder.
    pub fn new(certainty: Certainty) -> MemoryContext {
        MemoryContext {
            certainty,
            files: BTreeMap::new(),
            folders: BTreeSet::new(),
            unknown: BTreeSet::new(),
        }
    }

    /// A given folder with these files: their paths and their contents.
    pub fn of_files(files: &[(&str, &str)]) -> MemoryContext {
        let context = MemoryContext::new(Certainty::Given);
        files.iter().fold(context, |context, (path, content)| context.file(path, content))
    }

    /// With a file, and with the folders above it.
    #[must_use]
    pub fn file(mut self, path: &str, content: &str) -> MemoryContext {
        let path = path::in_context(path);
        if let Some((folder, _)) = path.rsplit_once('/') {
            self = self.folder(folder);
        }
        self.files.insert(path, content.to_owned());
        self
    }

    /// With a folder, and with those above it.
    #[must_use]
    pub fn folder(mut self, path: &str) -> MemoryContext {
        self.folders.extend(path::ancestry(&path::in_context(path)).map(str::to_owned));
        self
    }

    /// With a path that is listed but of which nothing can be known.
    #[must_use]
    pub fn unknown(mut self, path: &str) -> MemoryContext {
        self.unknown.insert(path::in_context(path));
        self
    }
}

impl BuildContext for MemoryContext {
    fn certainty(&self) -> Certainty {
        self.certainty
    }

    fn root(&self) -> Option<String> {
        (self.certainty != Certainty::None).then(|| "context".to_owned())
    }

    fn entry(&self, path: &str) -> Lookup {
        if path::ancestry(path).any(|ancestor| self.unknown.contains(ancestor)) {
            return Lookup::Unknown;
        }
        match self.files.get(path) {
            Some(content) => Lookup::File(content.len() as u64),
            None if path.is_empty() || self.folders.contains(path) => Lookup::Folder,
            None => Lookup::Absent,
        }
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        if self.entry(path) != Lookup::Folder {
            return None;
        }
        let paths = self.files.keys().chain(&self.folders).chain(&self.unknown);
        let name = |child: &String| {
            let (folder, name) = child.rsplit_once('/').unwrap_or(("", child));
            (folder == path).then(|| name.to_owned())
        };
        Some(paths.filter_map(name).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn read(&self, path: &str) -> Option<String> {
        match self.entry(path) {
            Lookup::File(_) => self.files.get(path).cloned(),
            Lookup::Folder | Lookup::Absent | Lookup::Unknown => None,
        }
    }

    fn ignore_file(&self) -> Option<(String, String)> {
        let path = ["Dockerfile.dockerignore", ".dockerignore"]
            .into_iter()
            .find(|path| self.files.contains_key(*path))?;
        Some((path.to_owned(), self.read(path)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_brings_its_folders() {
        let context = MemoryContext::of_files(&[("src/app/main.c", "int"), ("./src/../README", "")]);
        assert_eq!(context.entry(""), Lookup::Folder);
        assert_eq!(context.entry("src/app"), Lookup::Folder);
        assert_eq!(context.entry("src/app/main.c"), Lookup::File(3));
        assert_eq!(context.entry("app"), Lookup::Absent);
        assert_eq!(context.list(""), Some(vec!["README".to_owned(), "src".to_owned()]));
        assert_eq!(context.list("src"), Some(vec!["app".to_owned()]));
        assert_eq!(context.list("README"), None);
        assert_eq!(context.read("src/app/main.c").as_deref(), Some("int"));
    }

    #[test]
    fn below_an_unknown_path_all_is_unknown() {
        let context = MemoryContext::of_files(&[("link/a", "a")]).unknown("link");
        assert_eq!(context.entry("link"), Lookup::Unknown);
        assert_eq!(context.entry("link/a"), Lookup::Unknown);
        assert_eq!(context.read("link/a"), None);
        assert_eq!(context.list(""), Some(vec!["link".to_owned()]));
    }

    #[test]
    fn the_ignore_file_of_the_dockerfile_comes_first() {
        let context = MemoryContext::of_files(&[(".dockerignore", "a")]);
        assert_eq!(context.ignore_file(), Some((".dockerignore".to_owned(), "a".to_owned())));
        let context = context.file("Dockerfile.dockerignore", "b");
        assert_eq!(context.ignore_file(), Some(("Dockerfile.dockerignore".to_owned(), "b".to_owned())));
    }

    #[test]
    fn no_context_knows_nothing() {
        assert_eq!(NoContext.certainty(), Certainty::None);
        assert_eq!(NoContext.entry(""), Lookup::Unknown);
        assert_eq!(NoContext.list(""), None);
        assert_eq!(NoContext.root(), None);
    }
}

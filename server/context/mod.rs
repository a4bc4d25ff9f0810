//! What is on disk, behind one trait. Nothing here touches the disk itself.

/// The folder a build is given. Paths are relative to it, cleaned, with `/` between their parts; the folder
/// itself is the empty string.
pub trait BuildContext: Send + Sync {
    /// Whether the user named this folder, or whether it was guessed, or nothing is known at all.
    fn certainty(&self) -> Certainty;
    /// The folder as it is shown to users; `None` where there is none.
    fn root(&self) -> Option<String>;
    /// What is at `path`.
    fn entry(&self, path: &str) -> Lookup;
    /// The names in the folder at `path`, sorted; `None` where it is not known (no folder, too many entries).
    fn list(&self, path: &str) -> Option<Vec<String>>;
    /// The content of a small text file; `None` where there is none, or it is too big, or not known.
    fn read(&self, path: &str) -> Option<String>;
    /// The ignore file in force: `<Dockerfile>.dockerignore` before `.dockerignore`: its path and its text.
    fn ignore_file(&self) -> Option<(String, String)>;
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

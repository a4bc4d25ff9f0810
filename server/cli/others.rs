//! Files beside the Dockerfile that fixes change or make, such as the ignore file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::replace::replace;
use crate::document::Cx;
use crate::fix::FileEdit;
use crate::text::Text;

/// A file of the build context before and after.
pub(super) struct OtherFile {
    path: PathBuf,
    /// `None` where it is new.
    before: Option<String>,
    after: String,
}

impl OtherFile {
    /// The files that edits change; none where the context has no folder.
    pub(super) fn all(cx: &Cx<'_>, edits: &[FileEdit]) -> Vec<OtherFile> {
        let Some(root) = cx.context.root() else {
            return Vec::new();
        };
        let file = |edit: &FileEdit| {
            let before = if edit.create { None } else { cx.context.read(&edit.path) };
            let mut text = Text::new(before.as_deref().unwrap_or_default());
            edit.edits.iter().rev().for_each(|edit| text.replace(edit.span.clone(), &edit.new_text));
            OtherFile { path: Path::new(&root).join(&edit.path), before, after: text.to_string() }
        };
        edits.iter().map(file).collect()
    }

    /// Adds what is done to a file to what is done to others: where two add lines to the end of one, each line once.
    pub(super) fn collect(files: &mut Vec<OtherFile>, other: OtherFile) {
        let lines_added = |file: &OtherFile| {
            let added = file.after.strip_prefix(file.before.as_deref().unwrap_or_default())?;
            Some(added.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>())
        };
        let same = files.iter_mut().find(|file| file.path == other.path && file.before == other.before);
        match same.and_then(|file| Some((lines_added(file)?, lines_added(&other)?, file))) {
            Some((present, more, file)) => {
                file.after.extend(more.into_iter().filter(|line| !present.contains(line)));
            }
            None => files.push(other),
        }
    }

    /// The names before and after for a diff, with the texts.
    pub(super) fn sides(&self) -> [(String, &str); 2] {
        let name = shown(&self.path);
        let before = if self.before.is_some() { name.clone() } else { "/dev/null".to_owned() };
        [(before, self.before.as_deref().unwrap_or_default()), (name, self.after.as_str())]
    }

    /// Writes the file, and says so. A file that is not as it was when the fix was made stays: another Dockerfile of the
    /// same run may have changed it.
    pub(super) fn write(&self) -> io::Result<Option<String>> {
        let verb = match &self.before {
            None => {
                let file = OpenOptions::new().write(true).create_new(true).open(&self.path);
                match file {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
                    file => file?.write_all(self.after.as_bytes())?,
                }
                "created"
            }
            Some(before) if fs::read(&self.path)? == before.as_bytes() => {
                replace(&self.path, self.after.as_bytes())?;
                "changed"
            }
            Some(_) => return Ok(None),
        };
        Ok(Some(format!("{verb} {}", shown(&self.path))))
    }

    /// The path as it is shown.
    pub(super) fn name(&self) -> String {
        shown(&self.path)
    }
}

/// A path from the working folder, where it lies in it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let relative = here.and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned()));
    relative.unwrap_or_else(|| path.to_owned()).to_string_lossy().into_owned()
}

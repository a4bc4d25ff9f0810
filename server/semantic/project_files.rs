//! The files of a build context that say how a project is built, by their names: what is installed or made is not among them.

use std::collections::VecDeque;

use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::unneeded_files::UNNEEDED;
use crate::path;

/// So many entries of the context are looked at.
const MOST_ENTRIES: usize = 4_000;

/// So many files are read for one question.
const MOST_FILES: usize = 48;

/// The files that the build gets and whose paths are wanted, as clean paths with their texts. `None` where they are many, or
/// one cannot be read.
pub fn project_files(
    context: &dyn BuildContext,
    view: &View<'_>,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut left = MOST_ENTRIES;
    let mut folders = VecDeque::from([String::new()]);
    while let Some(folder) = folders.pop_front() {
        for name in context.list(&folder)? {
            left = left.checked_sub(1)?;
            let path = path::join(&folder, &name);
            let is_left_out = || view.is_ignored(&path) && !view.has_exceptions();
            match context.entry(&path) {
                Lookup::Folder if !is_made(&name) && !is_left_out() => folders.push_back(path),
                Lookup::File(_) if is_wanted(&path) && !view.is_ignored(&path) => {
                    let text = context.read(&path).filter(|_| found.len() < MOST_FILES)?;
                    found.push((path, text));
                }
                _ => {}
            }
        }
    }
    Some(found)
}

/// Whether a folder of this name holds what no project is built from.
fn is_made(name: &str) -> bool {
    let is_unneeded = UNNEEDED.iter().any(|kind| kind.is_reported && kind.name == name);
    is_unneeded || matches!(name, "vendor" | "dist" | ".next" | ".github" | ".idea" | ".vscode")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;

    fn paths(context: &MemoryContext) -> Option<Vec<String>> {
        let files = project_files(context, &View::new(context), &|path| path.ends_with("a.toml"))?;
        Some(files.into_iter().map(|(path, _)| path).collect())
    }

    #[test]
    fn what_the_build_gets_is_read() {
        let context = MemoryContext::of_files(&[
            (".dockerignore", "c\n"),
            ("a.toml", ""),
            ("b/a.toml", ""),
            ("b/x", ""),
            ("c/a.toml", ""),
            ("node_modules/a.toml", ""),
        ]);
        assert_eq!(paths(&context), Some(vec!["a.toml".to_owned(), "b/a.toml".to_owned()]));
    }

    #[test]
    fn where_there_are_many_nothing_is_known() {
        let many = (0..=MOST_FILES).fold(MemoryContext::of_files(&[]), |context, index| {
            context.file(&format!("{index}/a.toml"), "")
        });
        assert_eq!(paths(&many), None);
    }
}

//! What git leaves out of a repository: the `.gitignore` files of the build context, and of the folders above it. What is
//! matched by them is made where it is needed, and is in no fresh checkout.
//! Source: gitignore(5).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::BuildContext;
use crate::path;

/// The name of such a file.
const NAME: &str = ".gitignore";

/// What the `.gitignore` files that concern a build context leave out. Each is read when it is first asked.
pub(super) struct GitIgnore {
    /// Those of the folders above the context, the nearest first, with the path of the context from there.
    above: Vec<(String, Gitignore)>,
    /// Those in it, by folder; `None` where there is none.
    own: RefCell<HashMap<String, Option<Rc<Gitignore>>>>,
}

impl GitIgnore {
    /// Reads those above the context.
    pub(super) fn new(context: &dyn BuildContext) -> GitIgnore {
        let above = context.git_ignore_files_above().into_iter();
        let above = above.filter_map(|(way, text)| Some((way, read(&text)?))).collect();
        GitIgnore { above, own: RefCell::default() }
    }

    /// Whether git leaves out what is, or might be, at a clean path of the same context, be that a file or a folder; nothing in a
    /// folder that is left out can be taken back. What cannot be read leaves nothing out.
    pub(super) fn leaves_out(&self, context: &dyn BuildContext, path: &str) -> bool {
        let is_out = |path: &str, is_folder: bool| self.verdict(context, path, is_folder).is_ignore();
        path::ancestry(path).any(|ancestor| is_out(ancestor, true) || ancestor == path && is_out(path, false))
            || self.leaves_out_context()
    }

    /// Whether it leaves out the whole context, as a folder of a repository.
    fn leaves_out_context(&self) -> bool {
        self.above
            .iter()
            .any(|(way, file)| path::ancestry(way).any(|folder| file.matched(folder, true).is_ignore()))
    }

    /// What the nearest file says that says anything of one path by itself.
    fn verdict(&self, context: &dyn BuildContext, path: &str, is_folder: bool) -> Match<()> {
        let (mut folder, mut rest) = path.rsplit_once('/').unwrap_or(("", path));
        loop {
            let said = self.file_in(context, folder).map(|file| file.matched(rest, is_folder).map(|_| ()));
            match said {
                Some(said) if !said.is_none() => return said,
                _ if folder.is_empty() => break,
                _ => folder = path::parent(folder),
            }
            rest = path.get(folder.len()..).unwrap_or_default().trim_start_matches('/');
        }
        let above =
            self.above.iter().map(|(way, file)| file.matched(path::join(way, path), is_folder).map(|_| ()));
        { above }.find(|said| !said.is_none()).unwrap_or(Match::None)
    }

    fn file_in(&self, context: &dyn BuildContext, folder: &str) -> Option<Rc<Gitignore>> {
        if let Some(known) = self.own.borrow().get(folder) {
            return known.clone();
        }
        let text = context.read(&path::join(folder, NAME));
        let file = text.and_then(|text| read(&text)).map(Rc::new);
        self.own.borrow_mut().insert(folder.to_owned(), file.clone());
        file
    }
}

/// A file as git reads it; a line that cannot be matched says nothing.
fn read(text: &str) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    for line in text.trim_start_matches('\u{feff}').lines() {
        let _is_a_pattern = builder.add_line(None, line).is_ok();
    }
    builder.build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Certainty, Lookup, MemoryContext};

    fn leaves_out(files: &[(&str, &str)], path: &str) -> bool {
        let context = MemoryContext::of_files(files);
        GitIgnore::new(&context).leaves_out(&context, path)
    }

    #[test]
    fn the_last_pattern_of_the_nearest_file_counts() {
        let files = [(".gitignore", "*.zip\n/build\ndist/\n!keep.zip\n"), ("a/.gitignore", "!b.zip\n/c\n")];
        for out in ["x.zip", "a/x.zip", "build", "build/a", "dist", "a/dist/b", "a/c", "a/c/d"] {
            assert!(leaves_out(&files, out), "{out}");
        }
        for kept in ["a/build", "keep.zip", "a/keep.zip", "a/b.zip", "c", "d", "a", ""] {
            assert!(!leaves_out(&files, kept), "{kept}");
        }
    }

    #[test]
    fn what_lies_in_a_folder_that_is_left_out_cannot_come_back() {
        assert!(leaves_out(&[(".gitignore", "/build\n!/build/a\n")], "build/a"));
        assert!(leaves_out(&[(".gitignore", "build\n"), ("build/.gitignore", "!a\n")], "build/a"));
        assert!(!leaves_out(&[(".gitignore", "/build/*\n!/build/a\n")], "build/a"));
        assert!(!leaves_out(&[], "build"));
    }

    /// A context that is a folder of a repository.
    struct Below(MemoryContext);

    impl BuildContext for Below {
        fn certainty(&self) -> Certainty {
            self.0.certainty()
        }
        fn root(&self) -> Option<String> {
            None
        }
        fn entry(&self, path: &str) -> Lookup {
            self.0.entry(path)
        }
        fn list(&self, path: &str) -> Option<Vec<String>> {
            self.0.list(path)
        }
        fn read(&self, path: &str) -> Option<String> {
            self.0.read(path)
        }
        fn ignore_file(&self) -> Option<(String, String)> {
            None
        }
        fn git_ignore_files_above(&self) -> Vec<(String, String)> {
            vec![("b".to_owned(), "!x.o\n".to_owned()), ("a/b".to_owned(), "*.o\n/a/b/dist\n".to_owned())]
        }
    }

    #[test]
    fn files_above_the_context_count_after_its_own() {
        let context = Below(MemoryContext::of_files(&[(".gitignore", "!/y.o\n")]));
        let git = GitIgnore::new(&context);
        for out in ["z.o", "dist", "c/y.o"] {
            assert!(git.leaves_out(&context, out), "{out}");
        }
        for kept in ["x.o", "y.o", "c/dist"] {
            assert!(!git.leaves_out(&context, kept), "{kept}");
        }
    }
}

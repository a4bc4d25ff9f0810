//! A build context with some of its files as a fix would leave them.

use std::collections::BTreeMap;

use super::links::Behind;
use super::making::Around;
use super::{BuildContext, Certainty, Lookup};

/// The ignore file that is looked for where the Dockerfile has none of its own.
const IGNORE_FILE: &str = ".dockerignore";

/// A build context in which some files have other texts, or are new.
pub(crate) struct Overlay<'a> {
    under: &'a dyn BuildContext,
    texts: BTreeMap<String, String>,
}

impl<'a> Overlay<'a> {
    /// Nothing is changed yet.
    pub(crate) fn new(under: &'a dyn BuildContext) -> Overlay<'a> {
        Overlay { under, texts: BTreeMap::new() }
    }

    /// Gives the file at a clean path this text.
    pub(crate) fn set(&mut self, path: &str, text: String) {
        self.texts.insert(path.to_owned(), text);
    }

    /// The files that were given a text, sorted by path, with the texts.
    pub(crate) fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }
}

impl BuildContext for Overlay<'_> {
    fn certainty(&self) -> Certainty {
        self.under.certainty()
    }

    fn root(&self) -> Option<String> {
        self.under.root()
    }

    fn entry(&self, path: &str) -> Lookup {
        self.texts.get(path).map_or_else(|| self.under.entry(path), |text| Lookup::File(text.len() as u64))
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let mut names = self.under.list(path)?;
        let own = self.texts.keys().filter_map(|own| {
            let (folder, name) = own.rsplit_once('/').unwrap_or(("", own));
            (folder == path).then(|| name.to_owned())
        });
        names.extend(own);
        names.sort_unstable();
        names.dedup();
        Some(names)
    }

    fn behind(&self, path: &str) -> Behind {
        self.under.behind(path)
    }

    fn read(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned().or_else(|| self.under.read(path))
    }

    fn git_ignore_files_above(&self) -> Vec<(String, String)> {
        self.under.git_ignore_files_above()
    }

    fn making_around(&self) -> Around {
        self.under.making_around()
    }

    fn ignore_file(&self) -> Option<(String, String)> {
        match self.under.ignore_file() {
            Some((path, text)) => Some((path.clone(), self.texts.get(&path).cloned().unwrap_or(text))),
            None => Some((IGNORE_FILE.to_owned(), self.texts.get(IGNORE_FILE)?.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::MemoryContext;
    use super::*;

    #[test]
    fn a_text_hides_the_one_below() {
        let under = MemoryContext::of_files(&[("a", "old"), ("b/c", "")]);
        let mut overlay = Overlay::new(&under);
        assert_eq!(overlay.ignore_file(), None);
        overlay.set("a", "newer".to_owned());
        overlay.set(".dockerignore", "b".to_owned());
        assert_eq!((overlay.read("a").as_deref(), overlay.entry("a")), (Some("newer"), Lookup::File(5)));
        assert_eq!(overlay.list("").unwrap(), [".dockerignore", "a", "b"]);
        assert_eq!(overlay.list("b").unwrap(), ["c"]);
        assert_eq!(overlay.ignore_file().unwrap(), (".dockerignore".to_owned(), "b".to_owned()));
        assert_eq!(overlay.texts().len(), 2);
    }
}

//! A build context that remembers what it was asked, so that an analysis can be made without the disk: the
//! first pass after a keystroke answers from memory only, and says whether that was enough.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::context::links::Behind;
use crate::context::making::Around;
use crate::context::{BuildContext, Certainty, Lookup};

/// More answers than this are forgotten all at once: paths that are being typed leave one each.
const MOST_ANSWERS: usize = 10_000;

/// A build context and what it has answered.
pub(crate) struct Recall {
    context: Box<dyn BuildContext>,
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    count: usize,
    certainty: HashMap<String, Certainty>,
    root: HashMap<String, Option<String>>,
    entries: HashMap<String, Lookup>,
    links: HashMap<String, Behind>,
    lists: HashMap<String, Option<Vec<String>>>,
    texts: HashMap<String, Option<String>>,
    ignore_file: HashMap<String, Option<(String, String)>>,
    git_ignore_files: HashMap<String, Vec<(String, String)>>,
    making: HashMap<String, Around>,
}

impl Recall {
    /// A context that has not been asked yet.
    pub(crate) fn new(context: Box<dyn BuildContext>) -> Recall {
        Recall { context, answers: Mutex::default() }
    }

    /// A view that answers from memory only: what was never asked is unknown.
    pub(crate) fn remembered(&self) -> View<'_> {
        View { recall: self, asks: false, missed: AtomicBool::new(false) }
    }

    /// A view that asks the context where the memory has no answer.
    pub(crate) fn asking(&self) -> View<'_> {
        View { recall: self, asks: true, missed: AtomicBool::new(false) }
    }
}

/// One analysis' view of the context.
pub(crate) struct View<'a> {
    recall: &'a Recall,
    asks: bool,
    missed: AtomicBool,
}

impl View<'_> {
    /// Whether something was asked for which there was no answer.
    pub(crate) fn has_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }

    fn answer<T: Clone>(
        &self,
        table: fn(&mut Answers) -> &mut HashMap<String, T>,
        path: &str,
        ask: impl FnOnce(&dyn BuildContext) -> T,
        unknown: T,
    ) -> T {
        let lock = || self.recall.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = table(&mut lock()).get(path) {
            return answer.clone();
        }
        if !self.asks {
            self.missed.store(true, Ordering::Relaxed);
            return unknown;
        }
        let answer = ask(self.recall.context.as_ref());
        let mut answers = lock();
        if answers.count >= MOST_ANSWERS {
            *answers = Answers::default();
        }
        answers.count += 1;
        table(&mut answers).insert(path.to_owned(), answer.clone());
        answer
    }
}

impl BuildContext for View<'_> {
    fn certainty(&self) -> Certainty {
        self.answer(|answers| &mut answers.certainty, "", |context| context.certainty(), Certainty::None)
    }

    fn root(&self) -> Option<String> {
        self.answer(|answers| &mut answers.root, "", |context| context.root(), None)
    }

    fn origin(&self) -> Option<String> {
        self.recall.context.origin()
    }

    fn entry(&self, path: &str) -> Lookup {
        self.answer(|answers| &mut answers.entries, path, |context| context.entry(path), Lookup::Unknown)
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.answer(|answers| &mut answers.lists, path, |context| context.list(path), None)
    }

    fn behind(&self, path: &str) -> Behind {
        self.answer(|answers| &mut answers.links, path, |context| context.behind(path), Behind::Unknown)
    }

    fn read(&self, path: &str) -> Option<String> {
        self.answer(|answers| &mut answers.texts, path, |context| context.read(path), None)
    }

    fn ignore_file(&self) -> Option<(String, String)> {
        self.answer(|answers| &mut answers.ignore_file, "", |context| context.ignore_file(), None)
    }

    fn git_ignore_files_above(&self) -> Vec<(String, String)> {
        let ask = |context: &dyn BuildContext| context.git_ignore_files_above();
        self.answer(|answers| &mut answers.git_ignore_files, "", ask, Vec::new())
    }

    fn making_around(&self) -> Around {
        self.answer(|answers| &mut answers.making, "", |context| context.making_around(), Around::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says of every path that it is a file of as many bytes as its name has.
    struct Names;

    impl BuildContext for Names {
        fn certainty(&self) -> Certainty {
            Certainty::Given
        }
        fn root(&self) -> Option<String> {
            Some("root".to_owned())
        }
        fn entry(&self, path: &str) -> Lookup {
            Lookup::File(path.len() as u64)
        }
        fn list(&self, path: &str) -> Option<Vec<String>> {
            Some(vec![path.to_owned()])
        }
        fn read(&self, path: &str) -> Option<String> {
            Some(path.to_owned())
        }
        fn ignore_file(&self) -> Option<(String, String)> {
            None
        }
    }

    #[test]
    fn memory_knows_what_was_asked_and_nothing_else() {
        let recall = Recall::new(Box::new(Names));
        let (before, asking) = (recall.remembered(), recall.asking());
        assert_eq!((before.certainty(), before.has_missed()), (Certainty::None, true));
        assert_eq!((asking.certainty(), asking.entry("ab")), (Certainty::Given, Lookup::File(2)));
        assert_eq!(asking.list("ab"), Some(vec!["ab".to_owned()]));
        assert!(asking.ignore_file().is_none() && !asking.has_missed());

        let after = recall.remembered();
        assert_eq!((after.certainty(), after.entry("ab")), (Certainty::Given, Lookup::File(2)));
        assert_eq!(after.list("ab"), Some(vec!["ab".to_owned()]));
        assert!(after.ignore_file().is_none() && !after.has_missed());
        assert_eq!((after.read("ab"), after.has_missed()), (None, true));
        assert_eq!(recall.remembered().entry("abc"), Lookup::Unknown);
    }

    #[test]
    fn memory_is_bounded() {
        let recall = Recall::new(Box::new(Names));
        for number in 0..=MOST_ANSWERS {
            recall.asking().entry(&number.to_string());
        }
        assert_eq!(recall.answers.lock().unwrap().entries.len(), 1);
    }
}

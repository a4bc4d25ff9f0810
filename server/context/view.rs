//! A build context seen through its ignore file: what the build gets of it. Nothing here warns: what was not seen is
//! `Unknown`, and never missing.

use std::cell::OnceCell;
use std::ops::ControlFlow;

use super::git_ignore::GitIgnore;
use super::ignore::{IgnoreFile, Problem, Verdict};
use super::sources::Sources;
use super::{BuildContext, Certainty, Lookup};
use crate::path;

/// So many entries are looked at for one question at most.
const MOST_VISITS: usize = 20_000;
/// So many steps of matching are made for one path at most.
const MOST_STEPS: usize = 200_000_000;
/// So many steps of matching count as one more entry.
const STEPS_PER_VISIT: usize = 20_000;

/// A build context seen through its ignore file.
pub struct View<'a> {
    pub(super) context: &'a dyn BuildContext,
    ignore: IgnoreFile,
    ignore_path: Option<String>,
    /// Whether there is an ignore file that could not be read.
    is_ignore_unknown: bool,
    git: OnceCell<GitIgnore>,
}

/// The files in a folder that the build gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Their paths and sizes in bytes, folder by folder, sorted by name.
    pub files: Vec<(String, u64)>,
    /// Whether these are all: no limit was reached, and nothing met that is not known.
    pub is_complete: bool,
}

/// What is at a path, for the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Found,
    Ignored,
    Absent,
    Unknown,
}

/// What one question may still cost.
pub(super) struct Budget {
    visits: usize,
}

impl<'a> View<'a> {
    /// Reads the ignore file, once.
    pub fn new(context: &'a dyn BuildContext) -> View<'a> {
        let (path, text) = context.ignore_file().unzip();
        let is_ignore_unknown = text.is_none() && context.entry(".dockerignore") != Lookup::Absent;
        let ignore = text.map(|text| IgnoreFile::new(&text)).unwrap_or_default();
        View { context, ignore, ignore_path: path, is_ignore_unknown, git: OnceCell::new() }
    }

    /// The path of the ignore file in force, as it is shown to users; `.dockerignore` where there is none yet.
    pub fn ignore_path(&self) -> &str {
        self.ignore_path.as_deref().unwrap_or(".dockerignore")
    }

    /// The patterns of the ignore file that cannot be matched. As long as there is one, only what is absent is known.
    pub fn problems(&self) -> &[Problem] {
        self.ignore.problems()
    }

    /// Whether the ignore file takes anything back with `!`.
    pub fn has_exceptions(&self) -> bool {
        self.ignore.has_exceptions()
    }

    /// Whether a `!` of the ignore file takes back, or means to, what lies at a path of the context, or what is called the same
    /// elsewhere.
    pub fn takes_back(&self, path: &str) -> bool {
        self.ignore.takes_back(&path::in_context(path))
    }

    /// Whether the ignore file ignores all there is and takes nothing back.
    pub fn ignores_everything(&self) -> bool {
        self.knows_ignored() && self.ignore.ignores_everything()
    }

    /// Whether the ignore file ignores this path of the context, be there something or not. The context itself is
    /// never ignored, and nothing is where the ignore file is broken, not known, or far too long for such a path.
    pub fn is_ignored(&self, path: &str) -> bool {
        let path = path::in_context(path);
        self.can_judge(&path) && self.ignore.verdict(&path).is_ignored
    }

    /// Whether the build gets nothing of what is, or might be, at this path of the context: of a folder it may get what an
    /// exception takes back.
    pub fn keeps_out(&self, path: &str, is_folder: bool) -> bool {
        self.is_ignored(path) && !(is_folder && self.ignore.may_except_below(&path::in_context(path)))
    }

    /// Whether the build gets what is, or might be, at this path of the context; `None` where that is not known.
    pub fn lets_through(&self, path: &str) -> Option<bool> {
        let path = path::in_context(path);
        self.can_judge(&path).then(|| !self.ignore.verdict(&path).is_ignored)
    }

    /// Whether git leaves out what is, or might be, at this path of the context: it is made where it is needed, and in no fresh
    /// checkout.
    pub fn is_left_out_by_git(&self, path: &str) -> bool {
        let git = self.git.get_or_init(|| GitIgnore::new(self.context));
        git.leaves_out(self.context, &path::in_context(path))
    }

    /// Whether there is surely nothing at this path of the context, ignored or not.
    pub fn is_absent(&self, path: &str) -> bool {
        self.context.entry(&path::in_context(path)) == Lookup::Absent
    }

    /// The files in a folder that the build gets, at most `limit`; none if it is no folder.
    pub fn walk(&self, folder: &str, limit: usize) -> Walk {
        let mut files = Vec::new();
        let folder = path::in_context(folder);
        let is_complete = self.can_judge(&folder)
            && self.visit(&folder, &mut Budget::new(), |path, lookup| {
                let Lookup::File(bytes) = lookup else { return ControlFlow::Continue(()) };
                if files.len() == limit {
                    return ControlFlow::Break(());
                }
                files.push((path.to_owned(), bytes));
                ControlFlow::Continue(())
            });
        Walk { files, is_complete }
    }

    /// How many files a source brings to the build, and how many bytes; `None` where that is not known, or too many.
    pub fn weigh(&self, source: &str) -> Option<(usize, u64)> {
        let Sources::Found(paths) = self.resolve(source) else {
            return None;
        };
        let mut weight = (0, 0);
        for path in paths {
            match self.context.entry(&path) {
                Lookup::File(bytes) => weight = (weight.0 + 1, weight.1 + bytes),
                _ => {
                    let walk = self.walk(&path, MOST_VISITS);
                    walk.is_complete.then_some(())?;
                    let bytes: u64 = walk.files.iter().map(|(_, bytes)| bytes).sum();
                    weight = (weight.0 + walk.files.len(), weight.1 + bytes);
                }
            }
        }
        Some(weight)
    }

    /// Whether this folder can be taken for the build context: it was given, or it was guessed and more than half of
    /// the sources that can be known are there. A source that is the whole folder is no evidence: every folder has one.
    pub fn is_trustworthy<'source>(&self, sources: impl Iterator<Item = &'source str>) -> bool {
        match self.context.certainty() {
            Certainty::Given => true,
            Certainty::None => false,
            Certainty::Guessed => {
                let (mut known, mut there) = (0, 0);
                for source in sources.filter(|source| !path::in_context(source).is_empty()) {
                    match self.resolve(source) {
                        Sources::Found(_) | Sources::IgnoredAll => (known, there) = (known + 1, there + 1),
                        Sources::Missing => known += 1,
                        Sources::Unknown => {}
                    }
                }
                there * 2 > known
            }
        }
    }

    /// What is at a clean path. A folder that is ignored is still there where an exception takes back something in it.
    pub(super) fn presence(&self, path: &str, budget: &mut Budget) -> Presence {
        let lookup = self.context.entry(path);
        match lookup {
            Lookup::Absent => return Presence::Absent,
            Lookup::Unknown => return Presence::Unknown,
            Lookup::File(_) | Lookup::Folder if !self.can_judge(path) => return Presence::Unknown,
            Lookup::File(_) | Lookup::Folder => {}
        }
        if !self.ignore.verdict(path).is_ignored {
            return Presence::Found;
        }
        if lookup != Lookup::Folder || !self.ignore.may_except_below(path) {
            return Presence::Ignored;
        }
        let mut has_survivor = false;
        let is_complete = self.visit(path, budget, |_, _| {
            has_survivor = true;
            ControlFlow::Break(())
        });
        match (has_survivor, is_complete) {
            (true, _) => Presence::Found,
            (false, true) => Presence::Ignored,
            (false, false) => Presence::Unknown,
        }
    }

    fn knows_ignored(&self) -> bool {
        !self.is_ignore_unknown && self.ignore.problems().is_empty()
    }

    /// Whether it can be said, quickly enough to be asked while typing, if a clean path is ignored.
    fn can_judge(&self, path: &str) -> bool {
        let steps =
            path.len().saturating_mul(path::ancestry(path).count()).saturating_mul(self.ignore.cost());
        self.knows_ignored() && steps <= MOST_STEPS
    }

    /// Shows everything in a folder that the build gets. Returns whether that was all of it.
    fn visit(
        &self,
        folder: &str,
        budget: &mut Budget,
        mut see: impl FnMut(&str, Lookup) -> ControlFlow<()>,
    ) -> bool {
        let start = self.context.entry(folder);
        let mut is_complete = start != Lookup::Unknown;
        let mut pending: Vec<(String, Lookup, Verdict)> =
            vec![(folder.to_owned(), start, self.ignore.verdict(folder))];
        while let Some((path, lookup, verdict)) = pending.pop() {
            if path != folder && !verdict.is_ignored && see(&path, lookup).is_break() {
                return false;
            }
            if lookup != Lookup::Folder || (verdict.is_ignored && !self.ignore.may_except_below(&path)) {
                continue;
            }
            let Some(names) = self.context.list(&path) else {
                is_complete = false;
                continue;
            };
            for name in names.iter().rev() {
                let child = path::join(&path, name);
                if !budget.spend(1 + child.len() * self.ignore.cost() / STEPS_PER_VISIT) {
                    return false;
                }
                let verdict = self.ignore.verdict_below(&child, &verdict);
                let lookup = self.context.entry(&child);
                let may_hide = !verdict.is_ignored || self.ignore.may_except_below(&child);
                is_complete &= lookup != Lookup::Unknown || !may_hide;
                pending.push((child, lookup, verdict));
            }
        }
        is_complete
    }
}

impl Budget {
    pub(super) fn new() -> Budget {
        Budget { visits: MOST_VISITS }
    }

    /// Takes so many visits away, and says whether they were left.
    pub(super) fn spend(&mut self, visits: usize) -> bool {
        match self.visits.checked_sub(visits) {
            Some(left) => self.visits = left,
            None => self.visits = 0,
        }
        self.visits > 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::MemoryContext;
    use super::*;

    fn names(walk: &Walk) -> Vec<&str> {
        walk.files.iter().map(|(path, _)| path.as_str()).collect()
    }

    #[test]
    fn is_ignored_takes_paths_as_they_are_written() {
        let context = MemoryContext::of_files(&[(".dockerignore", "docs\n!docs/keep\n")]);
        let view = View::new(&context);
        assert!(view.is_ignored("docs") && view.is_ignored("./docs/a") && view.is_ignored("/docs/"));
        assert!(!view.is_ignored("docs/keep") && !view.is_ignored("src") && !view.is_ignored("."));
        assert!(view.has_exceptions());
    }

    #[test]
    fn a_walk_sees_what_the_build_gets() {
        let files =
            [(".dockerignore", "*\n!src\nsrc/*.log\n"), ("src/a", "1"), ("src/b.log", "22"), ("c", "")];
        let context = MemoryContext::of_files(&files);
        let walk = View::new(&context).walk(".", 10);
        assert_eq!(walk.files, [("src/a".to_owned(), 1)]);
        assert!(walk.is_complete);
    }

    #[test]
    fn a_walk_goes_folder_by_folder_and_stops_at_its_limit() {
        let context = MemoryContext::of_files(&[("a/x", ""), ("a/y/z", ""), ("b", ""), ("c", "")]);
        let view = View::new(&context);
        assert_eq!(names(&view.walk("", 9)), ["a/x", "a/y/z", "b", "c"]);
        assert_eq!(names(&view.walk("a", 9)), ["a/x", "a/y/z"]);
        assert!(view.walk("", 4).is_complete);
        assert_eq!(names(&view.walk("", 2)), ["a/x", "a/y/z"]);
        assert!(!view.walk("", 2).is_complete);
    }

    #[test]
    fn a_walk_past_the_unknown_is_not_complete() {
        let context = MemoryContext::of_files(&[("a", "")]).unknown("link");
        let walk = View::new(&context).walk("", 9);
        assert_eq!((names(&walk), walk.is_complete), (vec!["a"], false));
        assert!(!View::new(&context).walk("link", 9).is_complete);
        let context = context.file(".dockerignore", "link");
        assert!(View::new(&context).walk("", 9).is_complete);
        let context = context.file(".dockerignore", "link\n!link/a");
        assert!(!View::new(&context).walk("", 9).is_complete);
    }

    #[test]
    fn a_broken_ignore_file_leaves_only_what_is_absent_known() {
        let context = MemoryContext::of_files(&[(".dockerignore", "a\n[\n"), ("a", ""), ("b", "")]);
        let view = View::new(&context);
        assert_eq!(view.problems().len(), 1);
        assert!(!view.is_ignored("a"));
        assert_eq!(view.resolve("b"), Sources::Unknown);
        assert_eq!(view.resolve("c"), Sources::Missing);
        assert!(!view.walk("", 9).is_complete);
    }

    #[test]
    fn an_ignore_file_that_cannot_be_read_is_no_empty_one() {
        let context = MemoryContext::of_files(&[("a", "")]).unknown(".dockerignore");
        assert_eq!(View::new(&context).resolve("a"), Sources::Unknown);
    }

    #[test]
    fn a_source_weighs_what_the_build_gets_of_it() {
        let context =
            MemoryContext::of_files(&[("s/a", "123"), ("s/b/c", "4"), ("s/d.md", "x"), ("e", "55")]);
        let context = context.file(".dockerignore", "**/*.md");
        let view = View::new(&context);
        assert_eq!(view.weigh("s"), Some((2, 4)));
        assert_eq!(view.weigh("[es]"), Some((3, 6)));
        assert_eq!(view.weigh("none"), None);
        assert_eq!(View::new(&context.unknown("s/b")).weigh("s"), None);
    }

    #[test]
    fn a_guess_is_trusted_for_most_of_its_sources() {
        let context = MemoryContext::new(Certainty::Guessed).file("a", "").file("b", "").unknown("link");
        let context = context.file(".dockerignore", "b");
        let is_trusted = |sources: &[&str]| View::new(&context).is_trustworthy(sources.iter().copied());
        assert!(is_trusted(&["a"]) && is_trusted(&["a", "b", "missing"]) && is_trusted(&["a", "link/x"]));
        assert!(!is_trusted(&["a", "missing"]) && !is_trusted(&["missing"]) && !is_trusted(&["link/x"]));
        assert!(!is_trusted(&["."]) && !is_trusted(&[]));
        assert!(View::new(&MemoryContext::of_files(&[])).is_trustworthy(["missing"].into_iter()));
        assert!(!View::new(&super::super::NoContext).is_trustworthy(["a"].into_iter()));
    }

    #[test]
    fn what_would_take_too_long_is_unknown() {
        let path = "a/".repeat(500);
        let context =
            MemoryContext::of_files(&[(&path, ""), ("b", ""), (".dockerignore", &"a*/*b\n".repeat(5_000))]);
        let view = View::new(&context);
        assert_eq!(view.resolve(&path), Sources::Unknown);
        assert_eq!(view.resolve("b"), Sources::Found(vec!["b".to_owned()]));
    }

    #[test]
    fn a_question_costs_no_more_than_its_budget() {
        let context = (0..MOST_VISITS + 1).fold(MemoryContext::new(Certainty::Given), |context, index| {
            context.file(&format!("f{index}"), "")
        });
        let view = View::new(&context);
        assert!(!view.walk("", usize::MAX).is_complete);
        assert_eq!(view.resolve("*x"), Sources::Unknown);
    }
}

//! What the sources of COPY, ADD and bind mounts find in a build context: plain paths and wildcards, as BuildKit
//! reads them.

use super::Lookup;
use super::glob::{Glob, Run};
use super::ignore::Pattern;
use super::view::{Budget, Presence, View};
use crate::path;

/// What a source names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sources {
    /// These paths, sorted, which the build gets; a folder stands for all in it. At most [`MOST_PATHS`], and there may
    /// be more where the context could not be seen whole.
    Found(Vec<String>),
    /// There is nothing of that name.
    Missing,
    /// There is something, and all of it is ignored.
    IgnoredAll,
    /// It is not known.
    Unknown,
}

/// So many paths are named for one source at most.
pub const MOST_PATHS: usize = 1_000;

/// What a search has met so far.
#[derive(Default)]
struct Findings {
    found: Vec<String>,
    has_ignored: bool,
    /// Whether there may be more than was seen.
    is_partial: bool,
}

impl View<'_> {
    /// What a source finds: as written, but with its variables and quotes resolved. `**` is no more than `*` here.
    pub fn resolve(&self, source: &str) -> Sources {
        let path = path::in_context(source);
        let (folder, wildcard) = split_wildcards(&path);
        if wildcard.is_empty() {
            return self.plain(path);
        }
        let Ok(glob) = Glob::wildcard(wildcard) else { return Sources::Unknown };
        let mut findings = Findings::default();
        self.search(folder, glob.run(), &mut findings);
        findings.sources()
    }

    /// What a source of `COPY --parents` finds. Here `**` is any number of folders, and what stands before a `/./` is a
    /// plain path.
    pub fn resolve_parents(&self, source: &str) -> Sources {
        let (folder, pattern) = source.split_once("/./").unwrap_or(("", source));
        let (folder, pattern) = (path::in_context(folder), path::in_context(pattern));
        if !has_wildcard(&pattern) {
            return self.plain(path::in_context(&path::join(&folder, &pattern)));
        }
        let Ok(pattern) = Pattern::new(&pattern) else { return Sources::Unknown };
        match self.context.entry(&folder) {
            Lookup::Folder => {}
            Lookup::Unknown => return Sources::Unknown,
            Lookup::File(_) | Lookup::Absent => return Sources::Missing,
        }
        let prefix = path::join(&folder, "");
        let mut findings = Findings::default();
        let mut pending = vec![folder];
        let mut budget = Budget::new();
        while let Some(folder) = pending.pop() {
            for path in self.children(&folder, &mut budget, &mut findings) {
                if pattern.matches(path.strip_prefix(&prefix).unwrap_or(&path)) {
                    let presence = self.presence(&path, &mut budget);
                    findings.add(path, presence);
                } else {
                    match self.context.entry(&path) {
                        Lookup::Folder => pending.push(path),
                        Lookup::Unknown => findings.is_partial = true,
                        Lookup::File(_) | Lookup::Absent => {}
                    }
                }
            }
        }
        findings.sources()
    }

    /// What a clean path without wildcards finds.
    fn plain(&self, path: String) -> Sources {
        let mut findings = Findings::default();
        let presence = self.presence(&path, &mut Budget::new());
        findings.add(path, presence);
        findings.sources()
    }

    /// Goes down from `folder` as long as the wildcard can still match. A folder that matches is not entered.
    fn search<'run>(&self, folder: &str, run: Run<'run>, findings: &mut Findings) {
        match self.context.entry(folder) {
            Lookup::Folder => {}
            Lookup::Unknown => findings.is_partial = true,
            Lookup::File(_) | Lookup::Absent => {}
        }
        let mut pending: Vec<(String, Run<'run>)> = vec![(folder.to_owned(), run)];
        let mut budget = Budget::new();
        while let Some((folder, run)) = pending.pop() {
            for path in self.children(&folder, &mut budget, findings) {
                let name = path::name(&path);
                let mut run = run.clone();
                run.feed(name);
                if run.is_match() {
                    let presence = self.presence(&path, &mut budget);
                    findings.add(path, presence);
                    continue;
                }
                run.feed("/");
                if run.is_dead() {
                    continue;
                }
                match self.context.entry(&path) {
                    Lookup::Folder => pending.push((path, run)),
                    Lookup::Unknown => findings.is_partial = true,
                    Lookup::File(_) | Lookup::Absent => {}
                }
            }
        }
    }

    /// The paths in a folder; fewer, and the findings are partial, where they are not known or too many.
    fn children(&self, folder: &str, budget: &mut Budget, findings: &mut Findings) -> Vec<String> {
        if self.context.entry(folder) != Lookup::Folder {
            return Vec::new();
        }
        let names = self.context.list(folder);
        findings.is_partial |= names.is_none();
        let names = names.unwrap_or_default();
        if !budget.spend(names.len()) {
            findings.is_partial = true;
            return Vec::new();
        }
        names.iter().map(|name| path::join(folder, name)).collect()
    }
}

impl Findings {
    fn add(&mut self, path: String, presence: Presence) {
        match presence {
            Presence::Found => self.found.push(path),
            Presence::Ignored => self.has_ignored = true,
            Presence::Absent => {}
            Presence::Unknown => self.is_partial = true,
        }
    }

    fn sources(mut self) -> Sources {
        if !self.found.is_empty() {
            self.found.sort_unstable();
            self.found.truncate(MOST_PATHS);
            return Sources::Found(self.found);
        }
        match (self.is_partial, self.has_ignored) {
            (true, _) => Sources::Unknown,
            (false, true) => Sources::IgnoredAll,
            (false, false) => Sources::Missing,
        }
    }
}

/// Splits a path before its first part with a wildcard: what comes before is a plain path, backslashes and all.
pub(super) fn split_wildcards(path: &str) -> (&str, &str) {
    let mut start = 0;
    for part in path.split('/') {
        if has_wildcard(part) {
            let (folder, wildcard) = path.split_at_checked(start).unwrap_or((path, ""));
            return (folder.strip_suffix('/').unwrap_or(folder), wildcard);
        }
        start += part.len() + 1;
    }
    (path, "")
}

fn has_wildcard(part: &str) -> bool {
    let mut chars = part.chars();
    while let Some(ch) = chars.next() {
        match ch {
            '*' | '?' | '[' => return true,
            '\\' => {
                chars.next();
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::MemoryContext;
    use super::*;

    fn context(ignored: &str) -> MemoryContext {
        let files = ["README.md", "[x", "app/main.c", "app/main.h", "app/sub/deep.c", "lib/a.c"];
        files.into_iter().fold(MemoryContext::of_files(&[(".dockerignore", ignored)]), |context, path| {
            context.file(path, "")
        })
    }

    fn found(paths: &[&str]) -> Sources {
        Sources::Found(paths.iter().map(|path| (*path).to_owned()).collect())
    }

    fn check(ignored: &str, cases: &[(&str, Sources)]) {
        let context = context(ignored);
        for (source, expected) in cases {
            assert_eq!(View::new(&context).resolve(source), *expected, "{source:?}");
        }
    }

    #[test]
    fn plain_sources_are_cleaned_into_the_context() {
        let cases = [".", "/", "./", "..", "../../"].map(|source| (source, found(&[""])));
        check("", &cases);
        let cases = ["app", "app/", "/app", "./app/.", "../app", "app/sub/.."]
            .map(|source| (source, found(&["app"])));
        check("", &cases);
        check(
            "",
            &[("App", Sources::Missing), ("main.c", Sources::Missing), ("app/main.c/x", Sources::Missing)],
        );
    }

    #[test]
    fn wildcards_stop_at_folders() {
        check(
            "",
            &[
                ("*.md", found(&["README.md"])),
                ("app/*.[ch]", found(&["app/main.c", "app/main.h"])),
                ("*/main.?", found(&["app/main.c", "app/main.h"])),
                ("**/*.c", found(&["app/main.c", "lib/a.c"])),
                ("*/*/*.c", found(&["app/sub/deep.c"])),
                ("a*", found(&["app"])),
                ("*.c", Sources::Missing),
                ("nothing/*", Sources::Missing),
                ("[[]x", found(&["[x"])),
                ("[", Sources::Unknown),
            ],
        );
    }

    #[test]
    fn the_ignore_file_has_its_say() {
        check(
            "app\n!app/sub\nlib\n*.md\n",
            &[
                ("app", found(&["app"])),
                ("app/sub", found(&["app/sub"])),
                ("app/main.c", Sources::IgnoredAll),
                ("app/main.*", Sources::IgnoredAll),
                ("lib", Sources::IgnoredAll),
                ("lib/a.c", Sources::IgnoredAll),
                ("*.md", Sources::IgnoredAll),
                ("*", found(&[".dockerignore", "[x", "app"])),
                (".", found(&[""])),
                ("missing", Sources::Missing),
            ],
        );
        check("app\n!app/nothing\n", &[("app", Sources::IgnoredAll)]);
    }

    #[test]
    fn behind_the_unknown_nothing_is_missing() {
        let context = context("").unknown("link");
        let view = View::new(&context);
        for source in ["link", "link/a", "link/*", "l*k", "*/nothing"] {
            assert_eq!(view.resolve(source), Sources::Unknown, "{source:?}");
        }
        assert_eq!(view.resolve("nothing*"), Sources::Missing);
        assert_eq!(view.resolve("*/main.c"), found(&["app/main.c"]));
        assert_eq!(View::new(&super::super::NoContext).resolve("a"), Sources::Unknown);
        assert_eq!(View::new(&super::super::NoContext).resolve("*"), Sources::Unknown);
    }

    #[test]
    fn parents_match_across_folders() {
        let context = context("*.h\n**/*.h\n").unknown("link");
        let view = View::new(&context);
        assert_eq!(view.resolve_parents("**/*.c"), found(&["app/main.c", "app/sub/deep.c", "lib/a.c"]));
        assert_eq!(view.resolve_parents("./app/./sub/*.c"), found(&["app/sub/deep.c"]));
        assert_eq!(view.resolve_parents("app/./sub"), found(&["app/sub"]));
        assert_eq!(view.resolve_parents("app/./*.h"), Sources::IgnoredAll);
        assert_eq!(view.resolve_parents("app/./*.x"), Sources::Missing);
        assert_eq!(view.resolve_parents("**/*.x"), Sources::Unknown);
        assert_eq!(view.resolve_parents("link/./*.x"), Sources::Unknown);
    }

    proptest! {
        #[test]
        fn what_is_found_is_there_and_not_ignored(
            source in "(app|lib|[*?a./\\[\\]-]){0,5}",
            ignored in "(!?[*a./]{1,4}\n){0,4}",
        ) {
            let context = context(&ignored);
            let view = View::new(&context);
            let Sources::Found(paths) = view.resolve(&source) else { return Ok(()) };
            prop_assert!(!paths.is_empty());
            for path in paths {
                prop_assert_eq!(view.resolve(&path.replace('[', "[[]")), Sources::Found(vec![path]));
            }
        }
    }
}

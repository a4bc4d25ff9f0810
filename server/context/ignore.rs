//! Ignore files as the build reads them: moby's `ignorefile` for the lines, its `patternmatcher` for the patterns,
//! and the walk of BuildKit's `fsutil` for what they say of a path. Git's rules are others.

use super::glob::{Flaw, Glob};
use crate::path;

/// A pattern that cannot be matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its 0-based line in the ignore file.
    pub line: usize,
    /// Its text, cleaned.
    pub pattern: String,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// A parsed ignore file.
#[derive(Clone, Debug, Default)]
pub(crate) struct IgnoreFile {
    patterns: Vec<Pattern>,
    problems: Vec<Problem>,
    cost: usize,
}

/// What the patterns say of one path; its children need it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) is_ignored: bool,
    /// For each pattern, whether it has matched this path or one above it.
    matched: Vec<bool>,
}

/// One pattern, without its `!`.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: String,
    /// Its 0-based line in the ignore file.
    line: usize,
    is_exception: bool,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    Exact,
    Prefix(String),
    Suffix(String),
    Glob(Glob),
}

/// A longer line makes Go's scanner give up on the file.
const LONGEST_LINE: usize = 64 * 1024 - 1;
/// What all globs of one file may cost for each character: no real file costs more, and matching stays quick.
const MOST_COST: usize = 64 * 1024;

impl IgnoreFile {
    /// Reads the text of an ignore file. Broken lines are left out and listed as problems.
    pub(crate) fn new(text: &str) -> IgnoreFile {
        let mut file = IgnoreFile::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, content) in text.split('\n').enumerate() {
            if content.len() > LONGEST_LINE {
                file.problems.push(Problem { line, pattern: String::new(), flaw: Flaw::Malformed });
                break;
            }
            let Some(entry) = entry(content) else { continue };
            match Pattern::of_entry(&entry) {
                Ok(Some(pattern)) => {
                    file.cost += pattern.cost();
                    if file.cost > MOST_COST {
                        file.problems.push(Problem { line, pattern: entry, flaw: Flaw::Unsupported });
                        break;
                    }
                    file.patterns.push(Pattern { line, ..pattern });
                }
                Ok(None) => {}
                Err(flaw) => file.problems.push(Problem { line, pattern: entry, flaw }),
            }
        }
        file
    }

    /// The patterns, in their order.
    pub(crate) fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The lines that cannot be matched. Where there is one, nothing else this file says holds for the build.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many steps one character of a path takes, at most.
    pub(crate) fn cost(&self) -> usize {
        self.cost
    }

    /// Whether any pattern has a `!`.
    pub(crate) fn has_exceptions(&self) -> bool {
        self.patterns.iter().any(|pattern| pattern.is_exception)
    }

    /// Whether one pattern ignores all there is, which BuildKit looks for where the context itself is copied.
    pub(crate) fn ignores_everything(&self) -> bool {
        let everything = |pattern: &Pattern| matches!(pattern.text.as_str(), "*" | "**" | "**/*");
        !self.has_exceptions() && self.patterns.iter().any(everything)
    }

    /// What is said of `path`, a clean one.
    pub(crate) fn verdict(&self, path: &str) -> Verdict {
        path::ancestry(path)
            .fold(Verdict::default(), |parent, ancestor| self.verdict_below(ancestor, &parent))
    }

    /// What is said of `path` where this is said of the folder it lies in: the last pattern that matches it, or
    /// has matched a folder above it, wins.
    ///
    /// A pattern that could change nothing when the folder's turn came is not counted as matching the folder. So
    /// `a/b` and then `!a` ignore `a/b`; the function of moby that looks at one path alone says otherwise, but it
    /// is this that decides what is sent.
    pub(crate) fn verdict_below(&self, path: &str, parent: &Verdict) -> Verdict {
        let mut verdict = Verdict { is_ignored: false, matched: vec![false; self.patterns.len()] };
        let inherited = parent.matched.iter().copied().chain(std::iter::repeat(false));
        for ((pattern, inherited), matched) in self.patterns.iter().zip(inherited).zip(&mut verdict.matched) {
            if inherited || (pattern.is_exception == verdict.is_ignored && pattern.matches(path)) {
                *matched = true;
                verdict.is_ignored = !pattern.is_exception;
            }
        }
        verdict
    }

    /// Whether an exception takes back, or means to, what lies at `path`, or what is called the same elsewhere.
    pub(crate) fn takes_back(&self, path: &str) -> bool {
        let exceptions = || self.patterns.iter().filter(|pattern| pattern.is_exception);
        let name = path::name(path);
        exceptions().any(|pattern| pattern.may_be_about(path, name))
            // What reaches the image of an ignored folder was taken back one by one.
            || exceptions().next().is_some() && self.verdict(path).is_ignored
    }

    /// Whether something in `folder`, which is ignored, may be taken back by an exception.
    pub(crate) fn may_except_below(&self, folder: &str) -> bool {
        let inside = format!("{folder}/");
        self.patterns.iter().filter(|pattern| pattern.is_exception).any(|pattern| {
            let text = pattern.text.strip_suffix("/**").unwrap_or(&pattern.text);
            let text = text.strip_suffix("/*").unwrap_or(text);
            text.contains(['*', '[', ']', '?', '^', '\\']) || format!("{text}/").starts_with(&inside)
        })
    }
}

impl Pattern {
    /// Whether an exception may be about what is called `name` and lies at `path`: it matches that or a folder above it, or names
    /// it on its own way.
    fn may_be_about(&self, path: &str, name: &str) -> bool {
        path::ancestry(path).any(|above| self.matches(above)) || self.text.split('/').any(|part| part == name)
    }
}

impl Verdict {
    /// Whether the pattern of this index has changed what is said of this path, or of one above it.
    pub(crate) fn is_changed_by(&self, pattern: usize) -> bool {
        self.matched.get(pattern).is_some_and(|matched| *matched)
    }
}

impl Pattern {
    /// Its text as it is matched: cleaned, without the `!`.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Its 0-based line in the ignore file.
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    /// Whether it takes back what others ignore.
    pub(crate) fn is_exception(&self) -> bool {
        self.is_exception
    }

    /// Reads a pattern without a `!`.
    pub(crate) fn new(text: &str) -> Result<Pattern, Flaw> {
        Glob::wildcard(text)?;
        let (expression, shape) = translate(text);
        let shape = match shape {
            Some(shape) => shape,
            None => Shape::Glob(Glob::expression(&expression)?),
        };
        Ok(Pattern { text: text.to_owned(), line: 0, is_exception: false, shape })
    }

    /// Reads an entry of an ignore file, with or without a `!`; `None` where nothing is left of it.
    fn of_entry(entry: &str) -> Result<Option<Pattern>, Flaw> {
        let entry = entry.trim();
        if entry.is_empty() {
            return Ok(None);
        }
        let entry = path::clean(entry);
        match entry.strip_prefix('!') {
            Some("") => Err(Flaw::Malformed),
            Some(text) => Ok(Some(Pattern { is_exception: true, ..Pattern::new(text)? })),
            None => Pattern::new(&entry).map(Some),
        }
    }

    /// Whether it matches this path, whatever it says of the folders above.
    pub(crate) fn matches(&self, path: &str) -> bool {
        match &self.shape {
            Shape::Exact => path == self.text,
            Shape::Prefix(prefix) => path.starts_with(prefix),
            Shape::Suffix(suffix) => path.ends_with(suffix) || suffix.strip_prefix('/') == Some(path),
            Shape::Glob(glob) => glob.matches(path),
        }
    }

    fn cost(&self) -> usize {
        match &self.shape {
            Shape::Exact | Shape::Prefix(_) | Shape::Suffix(_) => 1,
            Shape::Glob(glob) => glob.cost(),
        }
    }
}

/// A line as an entry of moby's list; `None` for comments and empty lines. Only a `#` that comes first of all makes
/// a comment.
fn entry(line: &str) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let line = line.trim();
    let (mark, pattern) = match line.strip_prefix('!') {
        Some(pattern) => ("!", pattern.trim()),
        None => ("", line),
    };
    if pattern.is_empty() {
        return (!mark.is_empty()).then(|| mark.to_owned());
    }
    let cleaned = path::clean(pattern);
    let relative = cleaned.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&cleaned);
    Some(format!("{mark}{relative}"))
}

/// What moby makes of a pattern: a regular expression, or a shape that needs none.
///
/// It does not look for classes: a `*` in brackets is replaced like any other, and Go's regular expressions see what
/// comes of it. Likewise `**` before plain text only means "ends with", so `**file` matches `myfile`.
fn translate(pattern: &str) -> (String, Option<Shape>) {
    let mut expression = String::new();
    let mut is_plain = true;
    let mut is_suffix = false;
    let mut chars = pattern.chars();
    while let Some(ch) = chars.next() {
        match ch {
            '*' if chars.as_str().starts_with('*') => {
                let is_first = chars.as_str().len() + 1 == pattern.len();
                chars.next();
                if chars.as_str().starts_with('/') {
                    chars.next();
                }
                let is_last = chars.as_str().is_empty();
                if is_first {
                    is_suffix = true;
                } else if is_last && is_plain && !is_suffix {
                    let prefix = pattern.strip_suffix("**").unwrap_or(pattern);
                    return (String::new(), Some(Shape::Prefix(prefix.to_owned())));
                } else {
                    is_plain = false;
                }
                expression.push_str(if is_last { ".*" } else { "(.*/)?" });
                continue;
            }
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '.' | '+' | '(' | ')' | '|' | '{' | '}' | '$' => {
                expression.extend(['\\', ch]);
                continue;
            }
            '\\' => {
                expression.push(ch);
                expression.extend(chars.next());
            }
            _ => expression.push(ch),
        }
        is_plain &= !matches!(ch, '*' | '?' | '\\' | '[' | ']');
    }
    let shape = match (is_plain, is_suffix) {
        (false, _) => None,
        (true, true) => Some(Shape::Suffix(pattern.strip_prefix("**").unwrap_or(pattern).to_owned())),
        (true, false) => Some(Shape::Exact),
    };
    (expression, shape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_ignored(lines: &[&str], path: &str) -> bool {
        IgnoreFile::new(&lines.join("\n")).verdict(path).is_ignored
    }

    #[test]
    fn one_pattern_matches_as_in_moby() {
        for (pattern, path, expected) in [
            ("**", "dir/file", true),
            ("**/", "file", true),
            ("**/**", "dir/file", true),
            ("dir/**", "dir/dir2/file", true),
            ("dir/**", "dir", false),
            ("**/dir", "dir/file", true),
            ("**/dir2/*", "dir/dir2/file", true),
            ("**/dir2/**", "dir/dir2/dir3/file", true),
            ("**file", "dir/myfile", true),
            ("**/file", "dir/myfile", false),
            ("**/file*.txt*", "dir/dir/file.txt", true),
            ("**/**/*.txt2", "dir/dir/file.txt", false),
            ("**/*.txt", "file.txt", true),
            ("a**/*.txt", "a/dir/dir/file.txt", true),
            ("a/*.txt", "a/dir/file.txt", false),
            ("a/*.txt**", "a/file.txt", true),
            ("a[b-d]e", "ace", true),
            ("a[^b-d]e", "ace", false),
            (".*", "foo", false),
            ("abc.def", "abcZdef", false),
            ("abc?def", "abcZdef", true),
            ("a\\\\", "a\\", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("**/.foo", "bar.foo", false),
            ("a.|)$(}+{bc", "a.|)$(}+{bc", true),
            ("a(b)c/def", "a(b)c/xyz", false),
            ("*.md", "docs/a.md", false),
            ("docs", "docs/a/b.md", true),
            ("docs", "old/docs", false),
            ("*", "a/b/c", true),
            ("*/b", "a/b/c", true),
            ("*/b", "b", false),
        ] {
            assert_eq!(is_ignored(&[pattern], path), expected, "{pattern:?} {path:?}");
        }
    }

    #[test]
    fn lines_are_cleaned() {
        for line in [
            "a/b",
            "/a/b",
            "./a/b",
            "a//b/",
            " a/b\t",
            "a/./b",
            "a/x/../b",
            "/../a/b",
            "a/b\r",
            "\u{feff}a/b",
        ] {
            assert!(is_ignored(&[line], "a/b"), "{line:?}");
        }
        for line in ["#a/b", "\u{feff}#a/b", "../a/b", "", "!", ".", "/", "  "] {
            assert!(!is_ignored(&[line], "a/b"), "{line:?}");
        }
        assert!(is_ignored(&[" #a"], "#a"));
        assert!(is_ignored(&["!a", "a"], "a"));
        assert!(!is_ignored(&["a", " !  /a/ "], "a"));
        assert!(is_ignored(&["", "\u{feff}a"], "\u{feff}a"));
    }

    #[test]
    fn the_last_match_wins() {
        let lines = ["**", "!util/web", "util/web/tmp"];
        assert!(is_ignored(&lines, "util/other"));
        assert!(!is_ignored(&lines, "util/web/a"));
        assert!(is_ignored(&lines, "util/web/tmp/a"));
        assert!(!is_ignored(&["docs", "!docs/README.md"], "docs/README.md"));
        assert!(is_ignored(&["!docs/README.md", "docs"], "docs/README.md"));
        assert!(is_ignored(&["a/b", "!a"], "a/b"));
    }

    #[test]
    fn broken_patterns_are_problems() {
        let file = IgnoreFile::new("ok\n[\n!\ndir\\cache\na[\\x41]\n");
        let flaws: Vec<_> = file.problems().iter().map(|problem| (problem.line, problem.flaw)).collect();
        let malformed = Flaw::Malformed;
        assert_eq!(flaws, [(1, malformed), (2, malformed), (3, malformed), (4, Flaw::Unsupported)]);
        assert!(file.verdict("ok").is_ignored);
    }

    #[test]
    fn a_line_too_long_ends_the_file() {
        let file = IgnoreFile::new(&format!("a\n{}\nb", "x".repeat(LONGEST_LINE + 1)));
        assert_eq!(file.problems().first().map(|problem| problem.line), Some(1));
        assert!(file.verdict("a").is_ignored && !file.verdict("b").is_ignored);
    }

    #[test]
    fn too_many_globs_are_a_problem() {
        let file = IgnoreFile::new(&"a*a*a*a*\n".repeat(10_000));
        assert_eq!(file.problems().first().map(|problem| problem.flaw), Some(Flaw::Unsupported));
    }

    /// A matcher that goes back would still be here next year.
    #[test]
    fn many_stars_are_no_trouble() {
        let path = "a".repeat(500);
        assert!(!is_ignored(&[&format!("{}b", "a*".repeat(100))], &path));
        assert!(!is_ignored(&[&format!("{}b/x", "**/*".repeat(50))], &"a/".repeat(100)));
    }

    #[test]
    fn only_folders_an_exception_leads_through_are_entered() {
        let file = IgnoreFile::new("*\n!a/b/**\n");
        assert!(file.may_except_below("a") && file.may_except_below("a/b"));
        assert!(!file.may_except_below("a/b/c") && !file.may_except_below("ab"));
        assert!(IgnoreFile::new("*\n!**/x\n").may_except_below("anything"));
    }

    #[test]
    fn everything_is_ignored_only_without_exceptions() {
        assert!(IgnoreFile::new("a\n*\n").ignores_everything());
        assert!(!IgnoreFile::new("*\n!a\n").ignores_everything());
        assert!(!IgnoreFile::new("*.md").ignores_everything());
    }

    proptest! {
        /// The short ways for plain patterns say what the expression says.
        #[test]
        fn shapes_agree_with_their_expressions(pattern in "[ab.*/]{1,8}", path in "[ab.]{1,3}(/[ab.]{1,3}){0,3}") {
            let pattern = path::clean(&pattern);
            let (_, shape) = translate(&pattern);
            // What moby writes is not the same there: `**b` ends with `b`, while `^(.*/)?b$` is more.
            let is_same = !matches!(shape, Some(Shape::Suffix(suffix)) if !suffix.starts_with('/'));
            let (longer, _) = translate(&format!("{pattern}?"));
            let expression = longer.strip_suffix("[^/]").unwrap_or(&longer);
            let by_expression = Glob::expression(expression).map(|glob| glob.matches(&path));
            let by_shape = Pattern::new(&pattern).map(|pattern| pattern.matches(&path));
            prop_assume!(is_same && !pattern.ends_with("**"));
            prop_assert_eq!(by_shape, by_expression);
        }

        #[test]
        fn what_lies_in_an_ignored_folder_is_ignored(
            lines in prop::collection::vec("[ab*?/\\[\\]\\\\^.# -]{0,6}", 0..5),
            folder in "[ab]{1,2}(/[ab]{1,2}){0,2}",
        ) {
            let file = IgnoreFile::new(&lines.join("\n"));
            let inside = file.verdict(&format!("{folder}/x")).is_ignored;
            prop_assert!(inside || !file.verdict(&folder).is_ignored);
        }

        #[test]
        fn a_last_exception_takes_back(lines in prop::collection::vec("!?[ab*/]{1,6}", 0..5), path in "[ab]{1,2}(/[ab]{1,2}){0,2}") {
            let text = format!("{}\n!**\n", lines.join("\n"));
            prop_assert!(!IgnoreFile::new(&text).verdict(&path).is_ignored);
        }
    }
}

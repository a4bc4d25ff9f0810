//! Globs as Go reads them: those of COPY sources (`filepath.Match`), and the regular expressions that moby makes
//! of ignore patterns. Matching takes time linear in the text times the pattern: nothing backtracks.

use std::ops::Range;

use super::class::{Escape, Set, eat, escape, expression_class, wildcard_class};

/// What keeps a pattern from being matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is no pattern: the build fails.
    Malformed,
    /// It means something to the build that is not known here.
    Unsupported,
}

/// A compiled glob.
#[derive(Clone, Debug)]
pub(crate) struct Glob {
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    /// One character of the set.
    One(Set),
    /// Any number of characters of the set.
    Many(Set),
    /// So many of the following steps can be left out together.
    Optional(usize),
    /// Nothing may stand before.
    Start,
}

/// A glob on its way through a text: where in the pattern it can be by now.
#[derive(Clone)]
pub(crate) struct Run<'a> {
    glob: &'a Glob,
    reached: Reached,
    /// Room for the next places, kept so that no character costs an allocation.
    next: Reached,
}

/// A set of places in a pattern.
#[derive(Clone)]
struct Reached {
    marks: Vec<bool>,
    /// Outside of this there are no marks: a pattern that begins with plain text is looked at in one place only.
    span: Range<usize>,
}

impl Glob {
    /// Reads a pattern of Go's `filepath.Match`: `*` and `?` stop at `/`, a class does not, `**` is `*` twice.
    ///
    /// Where a class takes a `/` after a `*`, Go gives up early and this does not.
    pub(crate) fn wildcard(pattern: &str) -> Result<Glob, Flaw> {
        let mut chars = pattern.chars();
        let mut steps = Vec::new();
        while let Some(ch) = chars.next() {
            steps.push(match ch {
                '*' => Step::Many(Set::NotSlash),
                '?' => Step::One(Set::NotSlash),
                '[' => Step::One(wildcard_class(&mut chars)?),
                '\\' => Step::One(Set::Char(chars.next().ok_or(Flaw::Malformed)?)),
                _ => Step::One(Set::Char(ch)),
            });
        }
        Ok(Glob { steps })
    }

    /// Reads a regular expression of Go: the little of that language that moby writes, anchored at both ends.
    pub(crate) fn expression(expression: &str) -> Result<Glob, Flaw> {
        let mut chars = expression.chars();
        let mut steps = Vec::new();
        while let Some(ch) = chars.next() {
            let set = match ch {
                '^' => {
                    steps.push(Step::Start);
                    continue;
                }
                // The one group there is, `(.*/)?`: any folders, or none.
                '(' => {
                    chars.nth(".*/)?".len() - 1);
                    steps.push(Step::Optional(2));
                    steps.push(Step::Many(Set::NotNewline));
                    steps.push(Step::One(Set::Char('/')));
                    continue;
                }
                '.' => Set::NotNewline,
                '[' => expression_class(&mut chars)?,
                '\\' => match escape(&mut chars)? {
                    Escape::Char(ch) => Set::Char(ch),
                    Escape::Ranges(ranges) => Set::Class { negated: false, ranges: ranges.to_vec() },
                },
                _ => Set::Char(ch),
            };
            steps.push(if eat(&mut chars, '*') { Step::Many(set) } else { Step::One(set) });
        }
        Ok(Glob { steps })
    }

    /// Whether it matches the whole text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut run = self.run();
        run.feed(text);
        run.is_match()
    }

    /// A run that has seen nothing yet.
    pub(crate) fn run(&self) -> Run<'_> {
        let mut reached = Reached::new(self.steps.len() + 1);
        let next = reached.clone();
        reached.mark(0);
        self.pass_by(&mut reached, true);
        Run { glob: self, reached, next }
    }

    /// How much matching costs for each character, at most.
    pub(crate) fn cost(&self) -> usize {
        self.steps.len() + 1
    }

    /// Marks what can be reached without a character. Such ways only lead forward: one pass finds them all.
    fn pass_by(&self, reached: &mut Reached, at_start: bool) {
        let mut index = reached.span.start;
        while index < reached.span.end {
            if reached.has(index) {
                match self.steps.get(index) {
                    Some(Step::Many(_)) => reached.mark(index + 1),
                    Some(Step::Start) if at_start => reached.mark(index + 1),
                    Some(Step::Optional(skipped)) => {
                        reached.mark(index + 1);
                        reached.mark(index + 1 + skipped);
                    }
                    Some(Step::One(_) | Step::Start) | None => {}
                }
            }
            index += 1;
        }
    }
}

impl Run<'_> {
    /// Goes on through `text`.
    pub(crate) fn feed(&mut self, text: &str) {
        for ch in text.chars() {
            self.next.clear();
            for index in self.reached.span.clone() {
                if !self.reached.has(index) {
                    continue;
                }
                match self.glob.steps.get(index) {
                    Some(Step::One(set)) if set.has(ch) => self.next.mark(index + 1),
                    Some(Step::Many(set)) if set.has(ch) => self.next.mark(index),
                    _ => {}
                }
            }
            self.glob.pass_by(&mut self.next, false);
            std::mem::swap(&mut self.reached, &mut self.next);
            if self.is_dead() {
                return;
            }
        }
    }

    /// Whether what was seen is a match as it stands.
    pub(crate) fn is_match(&self) -> bool {
        self.reached.has(self.glob.steps.len())
    }

    /// Whether nothing that follows can make it a match.
    pub(crate) fn is_dead(&self) -> bool {
        self.reached.span.is_empty()
    }
}

impl Reached {
    fn new(count: usize) -> Reached {
        Reached { marks: vec![false; count], span: 0..0 }
    }

    fn has(&self, index: usize) -> bool {
        self.marks.get(index).is_some_and(|mark| *mark)
    }

    fn mark(&mut self, index: usize) {
        let Some(mark) = self.marks.get_mut(index) else { return };
        *mark = true;
        self.span = match self.span.is_empty() {
            true => index..index + 1,
            false => self.span.start.min(index)..self.span.end.max(index + 1),
        };
    }

    fn clear(&mut self) {
        if let Some(marks) = self.marks.get_mut(self.span.clone()) {
            marks.fill(false);
        }
        self.span = 0..0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wildcard(pattern: &str, text: &str) -> Result<bool, Flaw> {
        Glob::wildcard(pattern).map(|glob| glob.matches(text))
    }

    fn expression(expression: &str, text: &str) -> Result<bool, Flaw> {
        Glob::expression(expression).map(|glob| glob.matches(text))
    }

    #[test]
    fn wildcards_match_as_in_go() {
        for (pattern, text, is_match) in [
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("*", "", true),
            ("*", "a/b", false),
            ("*c", "abc", true),
            ("a*", "ab/c", false),
            ("a*/b", "abc/b", true),
            ("**/b", "a/b", true),
            ("**/b", "a/a/b", false),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", true),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false),
            ("a?b", "a☺b", true),
            ("a?b", "a/b", false),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[^b-d]", "abc", false),
            ("ab[^e-g]", "abc", true),
            ("ab[d-b]", "abc", false),
            ("a[^a]b", "a☺b", true),
            ("a???b", "a☺b", false),
            ("[a-ζ]*", "α", true),
            ("[\\]a]", "]", true),
            ("[\\-x]", "-", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("[[]x", "[x", true),
        ] {
            assert_eq!(wildcard(pattern, text), Ok(is_match), "{pattern:?} {text:?}");
        }
    }

    #[test]
    fn what_go_refuses_is_malformed() {
        for pattern in ["[]a]", "[-]", "[x-]", "[-x]", "[", "[^", "[^bc", "a[", "a\\", "*[]", "[a-b-c]"] {
            assert_eq!(wildcard(pattern, "a"), Err(Flaw::Malformed), "{pattern:?}");
        }
    }

    #[test]
    fn expressions_match_as_in_go() {
        for (pattern, text, is_match) in [
            ("(.*/)?a", "a", true),
            ("(.*/)?a", "x/y/a", true),
            ("(.*/)?a", "xa", false),
            ("a.*", "a\n", false),
            ("a\\d", "a5", true),
            ("a\\d", "ad", false),
            ("a[\\w-]", "a-", true),
            ("a^b", "a^b", false),
            ("[[^/]*]", "//]", true),
        ] {
            assert_eq!(expression(pattern, text), Ok(is_match), "{pattern:?} {text:?}");
        }
        assert_eq!(expression("dir\\cache", "dir"), Err(Flaw::Malformed));
        assert_eq!(expression("[b-a]", "a"), Err(Flaw::Malformed));
        assert_eq!(expression("[[:alpha:]]", "a"), Err(Flaw::Unsupported));
        assert_eq!(expression("\\pN", "1"), Err(Flaw::Unsupported));
    }

    /// A matcher that goes back would still be here next year.
    #[test]
    fn many_stars_are_no_trouble() {
        let text = "a".repeat(500);
        assert_eq!(wildcard(&format!("{}b", "a*".repeat(100)), &text), Ok(false));
        assert_eq!(expression(&format!("{}b", "(.*/)?".repeat(100)), &"a/".repeat(300)), Ok(false));
    }

    proptest! {
        #[test]
        fn escaped_text_matches_itself_alone(text in "[\\[\\]^*?/a\\\\(.)é-]{0,12}", other in "[a/é*\\[-]{0,3}") {
            let pattern: String = text.chars().flat_map(|ch| ['\\', ch]).collect();
            prop_assert_eq!(wildcard(&pattern, &text), Ok(true));
            prop_assert_eq!(wildcard(&pattern, &other), Ok(text == other));
        }

        #[test]
        fn stars_match_as_the_recursive_definition_says(pattern in "[ab*?/]{0,8}", text in "[ab/]{0,8}") {
            prop_assert_eq!(wildcard(&pattern, &text), Ok(naive(pattern.as_bytes(), text.as_bytes())));
        }

        #[test]
        fn a_run_in_pieces_is_the_same_run(pattern in "[ab*?/]{0,8}", text in "[ab/]{0,8}", cut in 0..9_usize) {
            let Ok(glob) = Glob::wildcard(&pattern) else { return Ok(()) };
            let (head, tail) = text.split_at(cut.min(text.len()));
            let mut run = glob.run();
            run.feed(head);
            run.feed(tail);
            prop_assert_eq!(run.is_match(), glob.matches(&text));
        }
    }

    fn naive(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], _) => text.is_empty(),
            ([b'*', rest @ ..], _) => {
                naive(rest, text) || text.first().is_some_and(|ch| *ch != b'/' && naive(pattern, &text[1..]))
            }
            ([b'?', rest @ ..], [ch, others @ ..]) => *ch != b'/' && naive(rest, others),
            ([want, rest @ ..], [ch, others @ ..]) => want == ch && naive(rest, others),
            (_, []) => false,
        }
    }
}

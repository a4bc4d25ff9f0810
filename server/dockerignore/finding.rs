//! What is wrong in an ignore file. What follows from its text alone is said always; what follows from the folder,
//! only where that is known to be the build context and was read whole. A pattern for what is not there yet is no
//! mistake: it is only hinted at.

use std::collections::HashMap;
use std::sync::Arc;

use super::listing::Listing;
use super::{Reading, is_plain};
use crate::context::Certainty;
use crate::context::glob::Flaw;
use crate::context::ignore::{Pattern, Problem};
use crate::document::Cx;
use crate::rules::{Check, Finding, Group, Related, Rule, Severity};

static MALFORMED: Rule = kind("malformed-pattern", Severity::Error);
static UNREACHABLE: Rule = kind("unreachable-pattern", Severity::Warning);
static DUPLICATE: Rule = kind("duplicate-pattern", Severity::Info);
static IDLE: Rule = kind("idle-exception", Severity::Info);
static UNMATCHED: Rule = kind("unmatched-pattern", Severity::Hint);

/// Kinds of findings in ignore files are no rules of Dockerfiles: only their names and severities matter.
const fn kind(id: &'static str, severity: Severity) -> Rule {
    Rule {
        id,
        group: Group::Correctness,
        severity,
        default_on: true,
        since: "0.1.0",
        also: &[],
        docs: "",
        safety: None,
        changes: &[],
        check: Check::File(|_, _| {}),
        only: None,
        fix: None,
    }
}

/// What is wrong in an ignore file, by place. Where a pattern is broken, that is all: the build fails.
pub fn find(cx: &Cx<'_>) -> Vec<Finding> {
    let reading = Reading::new(cx);
    let problems = reading.ignore.problems();
    if !problems.is_empty() {
        return problems.iter().filter_map(|problem| malformed(&reading, problem)).collect();
    }
    let patterns = reading.ignore.patterns();
    let mut findings: Vec<Option<Finding>> = by_form(&reading);
    if cx.context.certainty() == Certainty::Given {
        let open = || findings.iter().zip(patterns).filter(|(found, _)| found.is_none());
        let listing = Listing::new(cx.context, &reading.ignore, open().map(|(_, pattern)| pattern));
        for (index, (finding, pattern)) in findings.iter_mut().zip(patterns).enumerate() {
            if finding.is_none() {
                *finding = in_folder(cx, &reading, &listing, index, pattern);
            }
        }
    }
    findings.into_iter().flatten().collect()
}

fn malformed(reading: &Reading, problem: &Problem) -> Option<Finding> {
    let message = match problem.flaw {
        Flaw::Unsupported => return None,
        Flaw::Malformed if problem.pattern.is_empty() => "this line is too long: the build fails".to_owned(),
        Flaw::Malformed => format!("`{}` is no pattern: the build fails", problem.pattern),
    };
    Some(finding(&MALFORMED, reading, problem.line, message))
}

/// For each pattern what its text, and the text above it, has wrong.
fn by_form(reading: &Reading) -> Vec<Option<Finding>> {
    let mut lines: HashMap<(bool, &str), usize> = HashMap::new();
    let mut has_ignored = false;
    let patterns = reading.ignore.patterns().iter();
    let by_form = patterns.map(|pattern| {
        let (line, text) = (pattern.line(), pattern.text());
        let is_exception = pattern.is_exception();
        // What stands between with the other sign can make a repetition count.
        lines.retain(|(sign, _), _| *sign == is_exception);
        let earlier = lines.insert((is_exception, text), line);
        has_ignored |= !is_exception;
        if let Some(why) = never_matches(text) {
            return Some(finding(&UNREACHABLE, reading, line, format!("`{text}` never matches: {why}")));
        }
        if let Some(earlier) = earlier {
            let message = format!("line {} says the same", earlier + 1);
            let related = Related { span: reading.span(earlier), message: "here".into() };
            let found = finding(&DUPLICATE, reading, line, message);
            return Some(Finding { related: Some(Arc::new(related)), ..found });
        }
        let message = || format!("`!{text}` takes nothing back: nothing is ignored above it");
        (!has_ignored).then(|| finding(&IDLE, reading, line, message()))
    });
    by_form.collect()
}

/// Why a clean pattern cannot match, by its form.
fn never_matches(text: &str) -> Option<&'static str> {
    match text {
        "." | "/" => Some("it is the build context itself"),
        _ if text == ".." || text.starts_with("../") => Some("it lies outside of the build context"),
        _ => None,
    }
}

/// What is wrong with a pattern in this folder.
fn in_folder(
    cx: &Cx<'_>,
    reading: &Reading,
    listing: &Listing,
    index: usize,
    pattern: &Pattern,
) -> Option<Finding> {
    let matches = listing.matches(cx.context, &reading.ignore, index);
    if !matches.is_complete {
        return None;
    }
    let (line, mark) = (pattern.line(), if pattern.is_exception() { "!" } else { "" });
    let text = pattern.text();
    if matches.matched.is_empty() {
        let what = if is_plain(text) { "is not in" } else { "matches nothing in" };
        return Some(finding(&UNMATCHED, reading, line, format!("`{text}` {what} the build context")));
    }
    let is_idle = pattern.is_exception() && matches.changed.is_empty();
    let message = || format!("`{mark}{text}` takes nothing back: what it matches is not ignored above it");
    is_idle.then(|| finding(&IDLE, reading, line, message()))
}

fn finding(rule: &'static Rule, reading: &Reading, line: usize, message: String) -> Finding {
    Finding {
        rule,
        item: 0,
        span: reading.span(line),
        message: message.into(),
        also: &[],
        severity: rule.severity,
        related: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;
    use crate::dockerignore::tests::look;

    /// What is found in an ignore file, in a folder with these files.
    fn found(source: &str, files: &[&str]) -> Vec<String> {
        let files: Vec<(&str, &str)> = files.iter().map(|path| (*path, "")).collect();
        found_in(source, &MemoryContext::of_files(&files))
    }

    fn found_in(source: &str, context: &MemoryContext) -> Vec<String> {
        let finding = |finding: Finding| {
            format!("[{}] {}: {}", &source[finding.span], finding.rule.id, finding.message)
        };
        look(source, context, find).into_iter().map(finding).collect()
    }

    #[test]
    fn what_is_broken_is_all_that_is_found() {
        assert_eq!(
            found("..\n  a[ \n", &[]),
            ["[a[] malformed-pattern: `a[` is no pattern: the build fails"]
        );
    }

    #[test]
    fn what_lies_outside_never_matches() {
        let outside = "unreachable-pattern: `../a` never matches: it lies outside of the build context";
        assert_eq!(found("../a\n/../b\n", &["b"]), [format!("[../a] {outside}")]);
        let itself = "unreachable-pattern: `.` never matches: it is the build context itself";
        assert_eq!(found("\u{feff}./\r\n", &[]), [format!("[./] {itself}")]);
    }

    #[test]
    fn a_repetition_counts_where_the_other_sign_is_between() {
        assert_eq!(found("a\n# a\n/a/\n", &["a"]), ["[/a/] duplicate-pattern: line 1 says the same"]);
        assert!(found("*\n!a\n*\n!a/b\n", &["a/b"]).is_empty());
    }

    #[test]
    fn an_exception_needs_what_is_ignored_above() {
        let nothing = "`!a` takes nothing back: nothing is ignored above it";
        assert_eq!(found("!a\na\n", &["a"]), [format!("[!a] idle-exception: {nothing}")]);
        let not_this = "`!a` takes nothing back: what it matches is not ignored above it";
        assert_eq!(found("b*\n!a\n", &["a", "b"]), [format!("[!a] idle-exception: {not_this}")]);
        assert!(found("d\n!d/*.md\n", &["d/x.md"]).is_empty());
    }

    #[test]
    fn what_matches_nothing_is_found_where_all_was_seen() {
        let nothing =
            |text| format!("[{text}] unmatched-pattern: `{text}` matches nothing in the build context");
        assert_eq!(
            found("*.log\n**/*.md\nc/?\nb\n", &["a.txt", "b/c.md", "c/dd"]),
            [nothing("*.log"), nothing("c/?")]
        );
        let plain = "unmatched-pattern: `x/y` is not in the build context";
        assert_eq!(found("x/y\n", &["x/z"]), [format!("[x/y] {plain}")]);
        let unknown = MemoryContext::of_files(&[("a/b", "")]).unknown("a/link");
        assert_eq!(found_in("*.log\n*/*.log\n**/*.md\n", &unknown), [nothing("*.log")]);
        let guessed = MemoryContext::new(Certainty::Guessed).file("a", "");
        assert!(found_in("*.log\nx\n", &guessed).is_empty());
    }

    #[test]
    fn a_folder_too_big_is_not_judged() {
        let names: Vec<String> = (0..3_000).map(|number| format!("d/{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(found("**/*.md\nd/*.md\n", &names).is_empty());
        assert_eq!(found("*.md\n", &names).len(), 1);
    }
}

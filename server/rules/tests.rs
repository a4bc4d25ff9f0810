//! Tests of all rules at once: what their documentation shows is what they do.

use super::{ALL, Rule, Severity};
use crate::context::NoContext;
use crate::context::shell_check::NoShellCheck;
use crate::document::Cx;
use crate::fixture;
use crate::settings::{Level, RuleSettings, Settings};

/// The blocks of a rule's documentation: what each is for, and its text.
fn blocks(rule: &Rule) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in rule.docs.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match &mut open {
            None => {
                open = line
                    .strip_prefix("```dockerfile,")
                    .or_else(|| line.strip_prefix("```dockerignore,"))
                    .map(|kind| (kind.to_owned(), String::new()))
            }
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some((_, text)) => {
                // A page of text holds no NUL byte, and no line that is too long.
                text.push_str(&line.replace('␀', "\0").replace("=…", &format!("={}", "x".repeat(65_535))));
                text.push('\n');
            }
        }
    }
    blocks
}

#[test]
fn rules_are_sorted_by_id() {
    assert!(ALL.is_sorted_by_key(|rule| rule.id), "sort `ALL`");
    assert!(ALL.iter().all(|rule| super::by_id(rule.id).is_some_and(|found| found.id == rule.id)));
}

#[test]
fn a_fix_and_its_safety_go_together() {
    for rule in ALL {
        assert_eq!(rule.fix.is_some(), rule.safety.is_some(), "{}", rule.id);
    }
}

#[test]
fn every_rule_shows_something_bad_and_something_good() {
    // A rule that only tells why it stays silent has nothing to show.
    for rule in ALL.iter().filter(|rule| !rule.docs.contains("## Never reported")) {
        let blocks = blocks(rule);
        let has = |wanted: &[&str]| blocks.iter().any(|(kind, _)| wanted.contains(&kind.as_str()));
        assert!(has(&["bad"]) && has(&["good", "fixed"]), "{}", rule.id);
        assert_eq!(has(&["fixed"]), rule.fix.is_some(), "{}: a rule shows what its fix makes", rule.id);
    }
}

#[test]
fn what_is_shown_is_what_happens() {
    for rule in ALL {
        let mut bad = None;
        for (kind, text) in blocks(rule) {
            let found = fixture::found(rule, &text);
            match kind.as_str() {
                "bad" => {
                    assert!(fixture::finds(rule, &text), "{} finds nothing in\n{text}", rule.id);
                    bad = Some(text);
                }
                "good" => assert_eq!(found, [""; 0], "{} finds this in\n{text}", rule.id),
                "fixed" => {
                    assert_eq!(found, [""; 0], "{} finds this in\n{text}", rule.id);
                    let bad = bad.as_deref().expect("a bad block before the fixed one");
                    fixture::check_fix(rule, bad, &text);
                }
                other => panic!("{}: an unknown kind of block, `{other}`", rule.id),
            }
        }
    }
}

#[test]
fn what_fails_the_build_is_an_error_unless_its_level_is_set() {
    let document = crate::document::Document::new("FROM a:1\nCOPY --from=9 b /c\n");
    let severity = |settings: &Settings| {
        let cx = Cx { document: &document, context: &NoContext, shell_check: &NoShellCheck, settings };
        let found = super::run(&cx).into_iter().find(|finding| finding.rule.id == "unknown-stage");
        found.map(|finding| finding.severity)
    };
    assert_eq!(severity(&Settings::default()), Some(Severity::Error));
    let set = |level| {
        let rule = RuleSettings { level: Some(level), ..RuleSettings::default() };
        Settings { rules: [("unknown-stage".to_owned(), rule)].into(), ..Settings::default() }
    };
    assert_eq!(severity(&set(Level::On(Severity::Warning))), Some(Severity::Warning));
    assert_eq!(severity(&set(Level::Off)), None);
}

//! Runs the rules over a document, and makes findings of what they find.

mod collect;
mod reach;

use std::collections::HashMap;

use super::check_options::{CheckOptions, is_check_name};
use super::suppress::Suppressions;
use super::survey::Survey;
use super::{ALL, Check, Finding, Rule, Severity};
use crate::document::Cx;
use crate::text::Span;
use collect::{Level, collect};
use reach::Reach;

/// A part of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Those that need the text alone: no file is asked for.
    Text,
    /// Those that ask the build context.
    Context,
}

impl Rule {
    /// Whether it is about ignore files, and never about Dockerfiles.
    pub(crate) fn is_about_ignore_files(&self) -> bool {
        matches!(self.check, Check::Patterns(_) | Check::ContextPatterns(_))
    }
}

/// Runs every rule that is on; sorted by place, then by rule.
pub fn run(cx: &Cx<'_>) -> Vec<Finding> {
    run_within(cx, None)
}

/// As [`run`], for those who want to know only what touches a span (in bytes): findings that do not may be missing.
#[cfg_attr(not(feature = "lsp"), allow(dead_code))]
pub(crate) fn run_near(cx: &Cx<'_>, span: &Span) -> Vec<Finding> {
    let reach = cx.document.patterns().is_none().then(|| Reach::of(cx.document, span));
    run_within(cx, reach.as_ref())
}

/// Whether something is found by a rule that is on and `wanted`, but not ShellCheck.
#[cfg(feature = "lsp")]
pub(crate) fn finds_any(cx: &Cx<'_>, wanted: &dyn Fn(&Rule) -> bool) -> bool {
    let survey = Survey::of(cx.document, &|index| ALL.get(index).is_some_and(|rule| wanted(rule)));
    let find = |pass: Pass, wanted: &dyn Fn(&Rule) -> bool| {
        !run_surveyed(cx, pass, &survey, &Wanted { rules: wanted, reach: None }).is_empty()
    };
    // What is kept with the instructions comes at no cost.
    let is_kept = |rule: &Rule| matches!(rule.check, Check::Instruction(_) | Check::Run(_));
    find(Pass::Text, &|rule| is_kept(rule) && wanted(rule))
        || find(Pass::Text, &|rule| !is_kept(rule) && wanted(rule))
        || find(Pass::Context, wanted)
}

fn run_within(cx: &Cx<'_>, reach: Option<&Reach<'_>>) -> Vec<Finding> {
    let survey = match reach {
        Some(reach) => Survey::near(cx.document, reach.items()),
        None => Survey::of(cx.document, &|_| true),
    };
    let wanted = Wanted { rules: &|_| true, reach };
    let mut findings = run_surveyed(cx, Pass::Text, &survey, &wanted);
    let own = findings.len();
    findings.extend(run_surveyed(cx, Pass::Context, &survey, &wanted));
    drop_duplicates(&mut findings, own);
    sort(&mut findings);
    findings
}

/// What ShellCheck says goes where a rule says the same; the first `own` findings are those of the text alone.
fn drop_duplicates(findings: &mut Vec<Finding>, own: usize) {
    let said = findings.split_off(own);
    let mut of_items: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, finding) in findings.iter().enumerate().filter(|_| !said.is_empty()) {
        of_items.entry(finding.item).or_default().push(index);
    }
    let is_said = |other: &Finding| {
        let own = of_items.get(&other.item).into_iter().flatten().filter_map(|index| findings.get(*index));
        other.rule.id == "shellcheck" && own.into_iter().any(|own| says_the_same(own, other))
    };
    let rest: Vec<Finding> = said.into_iter().filter(|other| !is_said(other)).collect();
    findings.extend(rest);
}

/// Whether a rule says what ShellCheck says of the same place, or that no shell can read the text.
fn says_the_same(own: &Finding, other: &Finding) -> bool {
    let is_syntax = || other.also.iter().any(|code| code.starts_with("SC1"));
    let touches = own.span.start < other.span.end && other.span.start < own.span.end;
    touches && other.also.iter().any(|code| own.also.contains(code))
        || own.rule.id == "shell-syntax-error" && is_syntax()
}

/// Runs the rules of one pass that are on; sorted by place, then by rule.
pub fn run_pass(cx: &Cx<'_>, pass: Pass) -> Vec<Finding> {
    run_surveyed(cx, pass, &Survey::of(cx.document, &|_| true), &Wanted { rules: &|_| true, reach: None })
}

/// What is asked for.
struct Wanted<'a> {
    /// The rules, of those that are on.
    rules: &'a dyn Fn(&Rule) -> bool,
    /// Where; without it everywhere.
    reach: Option<&'a Reach<'a>>,
}

fn run_surveyed(cx: &Cx<'_>, pass: Pass, survey: &Survey<'_>, wanted: &Wanted<'_>) -> Vec<Finding> {
    let options = CheckOptions::of(cx.document);
    let own = |rule: &Rule| severity_with(cx, &options, rule);
    let level = |rule: &Rule| {
        let named = || cx.settings.is_named_for_hadolint(rule).then_some(rule.severity);
        let severity = (wanted.rules)(rule).then(|| own(rule).or_else(named)).flatten();
        Level { severity, is_set: cx.settings.sets_level(rule) }
    };
    let levels: Vec<Level> = ALL.iter().map(|rule| level(rule)).collect();
    let mut findings = collect(cx, pass, survey, &levels, wanted.reach);
    let suppressions = Suppressions::of(cx, survey);
    findings.retain_mut(|finding| {
        let heard = cx.settings.heard(finding, || own(finding.rule).is_some());
        finding.severity = heard.unwrap_or(finding.severity);
        heard.is_some() && !suppressions.cover(cx.document, finding)
    });
    say_one(&mut findings);
    // BuildKit asks the base image for a variable; where that is not known, nor is whether it finds anything.
    let is_sure =
        |finding: &Finding| finding.rule.id != "undefined-variable" || finding.severity != Severity::Hint;
    let is_check =
        |finding: &&mut Finding| is_sure(finding) && finding.also.iter().any(|code| is_check_name(code));
    for finding in findings.iter_mut().filter(|_| options.error).filter(is_check) {
        finding.severity = Severity::Error;
    }
    findings
}

/// A rule that is not told beside another, and of what: one command, or the whole step.
struct Outweighed {
    by: &'static str,
    rule: &'static str,
    in_step: bool,
}

/// What would be opposed or doubled advice. An upgrade that asks for a confirmation is to be given an answer or to go: first
/// that it fails. A cache that is kept in the layer is no matter for a mount as well, while the action for mounts is there.
const OUTWEIGHED: [Outweighed; 6] = [
    Outweighed { by: "missing-yes", rule: "system-upgrade", in_step: false },
    Outweighed { by: "composer-cache-kept", rule: "missing-cache-mount", in_step: true },
    Outweighed { by: "conda-cache-kept", rule: "missing-cache-mount", in_step: true },
    Outweighed { by: "npm-cache-kept", rule: "missing-cache-mount", in_step: true },
    Outweighed { by: "pip-cache-kept", rule: "missing-cache-mount", in_step: true },
    Outweighed { by: "yarn-cache-kept", rule: "missing-cache-mount", in_step: true },
];

/// Leaves one of two findings whose advice is opposed, or the same.
fn say_one(findings: &mut Vec<Finding>) {
    let is_outweighed = |rule: &str| OUTWEIGHED.iter().any(|outweighed| outweighed.rule == rule);
    if !findings.iter().any(|finding| is_outweighed(finding.rule.id)) {
        return;
    }
    let weighty = findings.iter().flat_map(|finding| {
        let own = OUTWEIGHED.iter().filter(|outweighed| outweighed.by == finding.rule.id);
        own.map(|outweighed| (finding.item, outweighed, finding.span.clone()))
    });
    let weighty: Vec<(usize, &Outweighed, Span)> = weighty.collect();
    findings.retain(|finding| {
        !weighty.iter().any(|(item, outweighed, span)| {
            *item == finding.item
                && outweighed.rule == finding.rule.id
                && (outweighed.in_step || *span == finding.span)
        })
    });
}

/// Runs one rule on a stage, given by its index, be the rule on or not, with its own severity, as far as it needs the text
/// alone, and what the build context adds to that; comments that silence it count.
pub(crate) fn run_one(cx: &Cx<'_>, rule: &Rule, stage: usize) -> Vec<Finding> {
    let Some(stage) = cx.document.model().stages().get(stage) else {
        return Vec::new();
    };
    let is_wanted = |other: &Rule| other.id == rule.id;
    let survey = Survey::of(cx.document, &|index| ALL.get(index).is_some_and(|other| is_wanted(other)));
    let reach = Reach::of_items(cx.document, stage.items.clone());
    let mut findings = collect_unset(cx, &survey, &is_wanted, Some(&reach));
    let suppressions = Suppressions::of(cx, &survey);
    findings.retain(|finding| finding.rule.id == rule.id && !suppressions.cover(cx.document, finding));
    findings
}

/// How bad the findings of a rule are in this document; `None` where the rule does not run.
#[cfg(feature = "lsp")]
pub(crate) fn severity(cx: &Cx<'_>, rule: &Rule) -> Option<Severity> {
    severity_with(cx, &CheckOptions::of(cx.document), rule)
}

fn severity_with(cx: &Cx<'_>, options: &CheckOptions, rule: &Rule) -> Option<Severity> {
    cx.settings.severity(rule).or_else(|| options.turn_on(rule).then_some(rule.severity))
}

/// Runs the rules that are `wanted` and need the text alone, and what the build context adds to those, whether they are
/// on or not, with their own severity; comments that silence a rule do not count.
pub(crate) fn run_unheard(cx: &Cx<'_>, wanted: &dyn Fn(&Rule) -> bool) -> Vec<Finding> {
    let survey = Survey::of(cx.document, &|index| ALL.get(index).is_some_and(|rule| wanted(rule)));
    collect_unset(cx, &survey, wanted, None)
}

fn collect_unset(
    cx: &Cx<'_>,
    survey: &Survey<'_>,
    wanted: &dyn Fn(&Rule) -> bool,
    reach: Option<&Reach<'_>>,
) -> Vec<Finding> {
    let levels = |wanted: &dyn Fn(&Rule) -> bool| -> Vec<Level> {
        let severity = |rule: &Rule| wanted(rule).then_some(rule.severity);
        ALL.iter().map(|rule| Level { severity: severity(rule), is_set: false }).collect()
    };
    let is_added = |rule: &Rule| matches!(rule.check, Check::StepsAndContext(..)) && wanted(rule);
    let mut findings = collect(cx, Pass::Text, survey, &levels(wanted), reach);
    findings.extend(collect(cx, Pass::Context, survey, &levels(&is_added), reach));
    sort(&mut findings);
    findings
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| (finding.span.start, finding.span.end, finding.rule.id);
        key(left).cmp(&key(right))
    });
}

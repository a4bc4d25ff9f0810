//! Runs the rules over a document, and makes findings of what they find.

mod reach;

use std::collections::HashMap;

use super::check_options::{CheckOptions, is_check_name};
use super::found::{Findings, Found};
use super::stage_memo::Memo;
use super::suppress::Suppressions;
use super::survey::Survey;
use super::{ALL, Check, Finding, Rule, Severity};
use crate::document::{Cx, Document};
use crate::semantic::facts::Facts;
use crate::syntax::shell::Form;
use crate::syntax::{Instruction, Item};
use crate::text::Span;
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
    let survey = Survey::of(cx.document, &|_| true);
    let wanted = Wanted { rules: &|_| true, reach };
    let mut findings = run_surveyed(cx, Pass::Text, &survey, &wanted);
    let own = findings.len();
    findings.extend(run_surveyed(cx, Pass::Context, &survey, &wanted));
    say_once(&mut findings, own);
    sort(&mut findings);
    findings
}

/// What ShellCheck says goes where a rule says the same; the first `own` findings are those of the text alone.
fn say_once(findings: &mut Vec<Finding>, own: usize) {
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
    let is_check = |finding: &&mut Finding| finding.also.iter().any(|code| is_check_name(code));
    for finding in findings.iter_mut().filter(|_| options.error).filter(is_check) {
        finding.severity = Severity::Error;
    }
    findings
}

/// Runs one rule, be it on or not, with its own severity, as far as it needs the text alone, and what the build context
/// adds to that; comments that silence it are heard.
pub(crate) fn run_one(cx: &Cx<'_>, rule: &Rule) -> Vec<Finding> {
    let is_wanted = |other: &Rule| other.id == rule.id;
    let survey = Survey::of(cx.document, &|index| ALL.get(index).is_some_and(|other| is_wanted(other)));
    let mut findings = collect_unset(cx, &survey, &is_wanted);
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
/// on or not, with their own severity; comments that silence a rule are not heard.
pub(crate) fn run_unheard(cx: &Cx<'_>, wanted: &dyn Fn(&Rule) -> bool) -> Vec<Finding> {
    let survey = Survey::of(cx.document, &|index| ALL.get(index).is_some_and(|rule| wanted(rule)));
    collect_unset(cx, &survey, wanted)
}

fn collect_unset(cx: &Cx<'_>, survey: &Survey<'_>, wanted: &dyn Fn(&Rule) -> bool) -> Vec<Finding> {
    let levels = |wanted: &dyn Fn(&Rule) -> bool| -> Vec<Level> {
        let severity = |rule: &Rule| wanted(rule).then_some(rule.severity);
        ALL.iter().map(|rule| Level { severity: severity(rule), is_set: false }).collect()
    };
    let is_added = |rule: &Rule| matches!(rule.check, Check::StepsAndContext(..)) && wanted(rule);
    let mut findings = collect(cx, Pass::Text, survey, &levels(wanted), None);
    findings.extend(collect(cx, Pass::Context, survey, &levels(&is_added), None));
    sort(&mut findings);
    findings
}

/// How bad the findings of a rule are.
#[derive(Clone, Copy)]
struct Level {
    /// None where the rule is off.
    severity: Option<Severity>,
    /// Whether a user said so.
    is_set: bool,
}

impl Level {
    /// What a finding gets; none where its rule is off.
    fn of(self, found: &Found) -> Option<Severity> {
        let own = found.severity.filter(|_| !self.is_set);
        self.severity.map(|severity| own.unwrap_or(severity))
    }
}

fn collect(
    cx: &Cx<'_>,
    pass: Pass,
    survey: &Survey<'_>,
    levels: &[Level],
    reach: Option<&Reach<'_>>,
) -> Vec<Finding> {
    let is_near = |item: usize| reach.is_none_or(|reach| reach.holds(item));
    let severity = |found: &Found| levels.get(found.rule)?.of(found);
    let items = cx.document.file().items();
    let mut findings = Vec::new();
    let own = survey.found.iter().filter(|(index, _)| pass == Pass::Text && is_near(*index));
    for (index, item, found) in own.filter_map(|(index, found)| Some((*index, items.get(*index)?, *found))) {
        let wanted = found.iter().filter_map(|found| Some((found, severity(found)?)));
        let heard = wanted.filter(|(found, _)| holds(cx, index, item, found));
        findings.extend(heard.filter_map(|(found, severity)| finding(item, index, found, severity)));
    }
    let mut found = Findings::new();
    let mut stages = Memo::new(cx.document);
    for ((index, rule), steps) in ALL.iter().enumerate().zip(&survey.steps) {
        if levels.get(index).is_none_or(|level| level.severity.is_none()) {
            continue;
        }
        found.begin(index, rule);
        if let Some(patterns) = cx.document.patterns() {
            match (&rule.check, pass) {
                (Check::Patterns(check), Pass::Text) | (Check::ContextPatterns(check), Pass::Context) => {
                    check(cx, patterns, &mut found)
                }
                _ => {}
            }
            continue;
        }
        match (&rule.check, pass) {
            (Check::Steps(_, check) | Check::StepsAndContext(_, check, _), Pass::Text)
            | (Check::ContextSteps(_, check) | Check::StepsAndContext(_, _, check), Pass::Context)
                if !steps.is_empty() && reach.is_none_or(|reach| reach.holds_any(steps)) =>
            {
                check(cx, steps, &mut found);
                let is_of_step =
                    |found: &Found| found.rule != index || steps.binary_search(&found.item).is_ok();
                debug_assert!(found.found.iter().all(is_of_step), "`{}` finds it elsewhere", rule.id);
            }
            (Check::StepsAnywhere(_, check), Pass::Text) if !steps.is_empty() => check(cx, steps, &mut found),
            (Check::StageSteps(_, check), Pass::Text) if !steps.is_empty() => match reach {
                Some(reach) => reach.stages(steps).for_each(|steps| check(cx, steps, &mut found)),
                None => stages.run(cx, index, *check, steps, &mut found),
            },
            (Check::File(check), Pass::Text) | (Check::Context(check), Pass::Context) => {
                check(cx, &mut found)
            }
            _ => {}
        }
    }
    let found = found.found.iter().filter(|found| is_near(found.item));
    findings.extend(found.filter_map(|found| match items.get(found.item) {
        Some(item) => finding(item, found.item, found, severity(found)?),
        None => behind_all(cx.document, found, severity(found)?),
    }));
    sort(&mut findings);
    // A function that is called twice is read twice.
    findings.dedup_by(|left, right| {
        left.rule.id == right.rule.id && left.span == right.span && left.message == right.message
    });
    findings
}

/// Whether a finding that an instruction has by itself holds in this file.
fn holds(cx: &Cx<'_>, index: usize, item: &Item, found: &Found) -> bool {
    let Some(rule) = ALL.get(found.rule) else {
        return false;
    };
    let is_read = !matches!(rule.check, Check::Run(_)) || runs_posix(cx.document, index, &item.instruction);
    is_read && rule.only.is_none_or(|only| only(cx, index))
}

/// Whether a POSIX shell reads a RUN, or no shell at all.
fn runs_posix(document: &Document, index: usize, instruction: &Instruction) -> bool {
    let is_exec = || Facts::of(instruction).is_some_and(|facts| facts.script.form() == Form::Exec);
    document.model().environment_at(index).is_some_and(|environment| environment.shell.is_posix())
        || is_exec()
}

fn finding(item: &Item, index: usize, found: &Found, severity: Severity) -> Option<Finding> {
    Some(Finding {
        rule: ALL.get(found.rule)?,
        item: index,
        span: item.absolute(found.span.clone()),
        message: found.message.clone(),
        also: found.also,
        severity,
        related: found.related.clone(),
    })
}

/// A finding behind the last instruction, or in a file without any; its place counts from there.
fn behind_all(document: &Document, found: &Found, severity: Severity) -> Option<Finding> {
    let start = document.file().tail().start;
    let span = start + found.span.start..start + found.span.end;
    let rule = ALL.get(found.rule)?;
    let (message, related) = (found.message.clone(), found.related.clone());
    Some(Finding { rule, item: found.item, span, message, also: found.also, severity, related })
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| (finding.span.start, finding.span.end, finding.rule.id);
        key(left).cmp(&key(right))
    });
}

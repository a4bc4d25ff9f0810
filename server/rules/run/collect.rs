//! Asks the rules, each in the way it wants to be asked.

use std::collections::HashMap;

use super::reach::Reach;
use super::{Pass, sort};
use crate::document::{Cx, Document};
use crate::rules::found::{Findings, Found};
use crate::rules::stage_memo::Memo;
use crate::rules::survey::Survey;
use crate::rules::{ALL, Check, Finding, Group, Severity, is_of_template};
use crate::semantic::facts::Facts;
use crate::semantic::settled::{never_run, never_run_in_image, settled_facts};
use crate::syntax::placeholder::has_placeholder;
use crate::syntax::shell::Form;
use crate::syntax::{Instruction, Item, Kind, Script};
use crate::text::Span;

/// How bad the findings of a rule are.
#[derive(Clone, Copy)]
pub(super) struct Level {
    /// None where the rule is off.
    pub(super) severity: Option<Severity>,
    /// Whether a user said so.
    pub(super) is_set: bool,
}

impl Level {
    /// What a finding gets; none where its rule is off.
    fn of(self, found: &Found) -> Option<Severity> {
        let own = found.severity.filter(|_| !self.is_set);
        self.severity.map(|severity| own.unwrap_or(severity))
    }
}

/// What the rules find in one pass, each rule with its level; with a reach, findings of other instructions may be missing. Sorted by
/// place, then by rule.
pub(super) fn collect(
    cx: &Cx<'_>,
    pass: Pass,
    survey: &Survey<'_>,
    levels: &[Level],
    reach: Option<&Reach<'_>>,
) -> Vec<Finding> {
    let is_near = |item: usize| reach.is_none_or(|reach| reach.holds(item));
    let severity = |found: &Found| {
        let is_wanted = |option| ALL.get(found.rule).is_some_and(|rule| cx.settings.asks(rule.id, option));
        levels.get(found.rule).filter(|_| found.option.is_none_or(is_wanted))?.of(found)
    };
    let items = cx.document.file().items();
    if let Some((index, item, found)) = template_line(items, survey) {
        let told = severity(found).filter(|_| pass == Pass::Text && is_near(index));
        return told.and_then(|severity| finding(item, index, found, severity)).into_iter().collect();
    }
    let mut findings = Vec::new();
    let own = survey.found.iter().filter(|(index, _)| pass == Pass::Text && is_near(*index));
    for (index, item, found) in own.filter_map(|(index, found)| Some((*index, items.get(*index)?, *found))) {
        let settled = settled_found(cx, index, item, found);
        let found = settled.as_deref().unwrap_or(found);
        let wanted = found.iter().filter_map(|found| Some((found, severity(found)?)));
        let heard = wanted.filter(|(found, _)| holds(cx, index, item, found));
        findings.extend(heard.filter_map(|(found, severity)| finding(item, index, found, severity)));
    }
    let mut found = Findings::new();
    let mut stages = Memo::new(cx.document);
    for (index, rule) in ALL.iter().enumerate() {
        let steps = survey.steps.of(index);
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
        let near = reach.map_or(steps, |reach| reach.of_steps(steps));
        let before = found.found.len();
        match (&rule.check, pass) {
            (Check::Steps(_, check) | Check::StepsAndContext(_, check, _), Pass::Text)
            | (Check::ContextSteps(_, check), Pass::Context)
                if !near.is_empty() =>
            {
                check(cx, steps, &mut found);
            }
            (Check::Each(_, check), Pass::Text)
            | (Check::ContextEach(_, check) | Check::StepsAndContext(_, _, check), Pass::Context)
                if !near.is_empty() =>
            {
                check(cx, near, &mut found);
            }
            (Check::StepsAnywhere(_, check), Pass::Text) if !steps.is_empty() => check(cx, steps, &mut found),
            (Check::StageSteps(_, check), Pass::Text) if !steps.is_empty() => match reach {
                Some(reach) => reach.stages(steps).for_each(|steps| check(cx, steps, &mut found)),
                None => stages.run(cx, index, *check, steps, &mut found),
            },
            (Check::File(check), Pass::Text) => check(cx, &mut found),
            _ => {}
        }
        let is_of_step = |found: &Found| found.rule != index || steps.binary_search(&found.item).is_ok();
        let is_bound = !matches!(rule.check, Check::StepsAnywhere(..) | Check::File(_));
        debug_assert!(
            !is_bound || found.found.iter().skip(before).all(is_of_step),
            "`{}` finds it elsewhere",
            rule.id
        );
    }
    let found = found.found.iter().filter(|found| is_near(found.item));
    findings.extend(found.filter_map(|found| match items.get(found.item) {
        Some(item) => finding(item, found.item, found, severity(found)?),
        None => behind_all(cx.document, found, severity(found)?),
    }));
    drop_settled(cx, &mut findings);
    drop_filled(items, &mut findings);
    sort(&mut findings);
    // A function that is called twice is read twice.
    findings.dedup_by(|left, right| {
        left.rule.id == right.rule.id && left.span == right.span && left.message == right.message
    });
    findings
}

/// The first line that makes a file a template, with what is found in it. Each such line is found to be no instruction, so
/// that nothing else need be looked at.
fn template_line<'a>(items: &'a [Item], survey: &Survey<'a>) -> Option<(usize, &'a Item, &'a Found)> {
    let lines = survey.found.iter().filter_map(|(index, found)| Some((*index, items.get(*index)?, *found)));
    let mut lines =
        lines.filter(|(_, item, _)| item.kind == Kind::Unknown && is_of_template(&item.instruction));
    let (index, item, found) = lines.next()?;
    let is_it = |found: &&Found| ALL.get(found.rule).is_some_and(|rule| rule.id == "unknown-instruction");
    Some((index, item, found.iter().find(is_it)?))
}

/// What an instruction has by itself where files that its shell text asks for decide which commands run; `None` where all may.
fn settled_found(cx: &Cx<'_>, index: usize, item: &Item, found: &[Found]) -> Option<Vec<Found>> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let facts = settled_facts(file, model, cx.context, index)?;
    let is_of_text =
        |found: &&Found| !ALL.get(found.rule).is_some_and(|rule| matches!(rule.check, Check::Run(_)));
    let mut findings = Findings::new();
    findings.found.extend(found.iter().filter(is_of_text).cloned());
    for (index, rule) in ALL.iter().enumerate() {
        if let Check::Run(check) = &rule.check {
            findings.begin(index, rule);
            check(&item.instruction, &facts, &mut findings);
        }
    }
    Some(findings.found)
}

/// Leaves out what is found about commands that never run in the base image, and about the cost of those that never run with the
/// files of the build context: another context may have others.
fn drop_settled(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut spans: HashMap<(usize, bool), Vec<Span>> = HashMap::new();
    findings.retain(|finding| {
        let is_of_cost = matches!(finding.rule.group, Group::Cache | Group::Size);
        let is_of_text = finding.rule.group == Group::Syntax || finding.rule.id == "shellcheck";
        let Some(item) = file.item(finding.item).filter(|item| !is_of_text && item.kind == Kind::Run) else {
            return true;
        };
        let never = spans.entry((finding.item, is_of_cost)).or_insert_with(|| {
            let script = Facts::of(&item.instruction).map(|facts| &facts.script);
            let never = match is_of_cost {
                true => never_run(file, model, cx.context, finding.item),
                false => never_run_in_image(file, model, finding.item),
            };
            let place =
                |script: &Script| never.into_iter().map(|part| item.absolute(script.place(part))).collect();
            script.map(place).unwrap_or_default()
        });
        !never.iter().any(|span| span.start <= finding.span.start && finding.span.end <= span.end)
    });
}

/// Leaves out what is found in instructions that a template engine fills in, but for what Docker refuses as it stands. No image
/// has a name with such a place: a FROM with one shows that the file is a template.
fn drop_filled(items: &[Item], findings: &mut Vec<Finding>) {
    let is_filled = |item: &Item| has_placeholder(item.instruction.source());
    if items.iter().any(|item| item.kind == Kind::From && is_filled(item)) {
        findings.retain(|finding| {
            let filled = items.get(finding.item).filter(|item| is_filled(item));
            // The text of a RUN is read by a shell, and not before it runs.
            filled.is_none_or(|item| item.kind != Kind::Run && finding.rule.severity == Severity::Error)
        });
    }
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

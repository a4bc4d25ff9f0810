//! Applies every fix that is wanted, in rounds, until nothing is left to mend.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::{Fix, Fixer, Safety};
use crate::document::{Cx, Document};
use crate::rules::{self, Finding};
use crate::text::Edit;

/// A circle of fixes ends here. Each round mends at least one finding of each instruction that has one.
const MAX_ROUNDS: usize = 1000;

/// The edits that mend every finding that `wanted` accepts and that has a proven fix at or above a safety,
/// applied to a fixed point; `None` where nothing changes. The edits are sorted and disjoint, in bytes of
/// the document of `cx`. Only the document is changed: a fix that needs other files is left out.
pub fn fix_all(cx: &Cx<'_>, least: Safety, wanted: &dyn Fn(&Finding) -> bool) -> Option<Vec<Edit>> {
    let mut current: Option<Document> = None;
    for _ in 0..MAX_ROUNDS {
        let next = {
            let cx = Cx { document: current.as_ref().unwrap_or(cx.document), ..*cx };
            round(&cx, least, wanted)
        };
        let Some(next) = next else {
            break;
        };
        current = Some(next);
    }
    let edits = difference(cx.document, &current?);
    (!edits.is_empty()).then_some(edits)
}

/// The document after as many fixes as fit beside each other; `None` where there is none.
fn round(cx: &Cx<'_>, least: Safety, wanted: &dyn Fn(&Finding) -> bool) -> Option<Document> {
    let findings = rules::run(cx);
    let has_fix = |finding: &&Finding| finding.rule.safety.is_some_and(|safety| safety >= least);
    let findings: Vec<&Finding> = findings.iter().filter(has_fix).filter(|finding| wanted(finding)).collect();
    if findings.is_empty() {
        return None;
    }
    let fixer = Fixer::new(cx);
    let candidate = |finding: &Finding| fixer.candidates(finding, least).into_iter().find(is_alone);
    if let Some(document) = together(cx, &fixer, &findings, &candidate) {
        return Some(document);
    }
    // One of them cannot be made, or not beside the others.
    let proven = |finding: &Finding| {
        let fixes = fixer.candidates(finding, least).into_iter().filter(is_alone);
        fixes.into_iter().find(|fix| fixer.proof.check(&[(finding, fix)]).is_ok())
    };
    together(cx, &fixer, &findings, &proven).or_else(|| {
        findings.iter().find_map(|finding| fixer.proof.check(&[(finding, &proven(finding)?)]).ok())
    })
}

fn is_alone(fix: &Fix) -> bool {
    fix.files.is_empty()
}

/// The document after all the fixes that `choose` gives, if they hold together. Each instruction has one
/// owner: a second fix of the same instruction waits for the next round.
fn together(
    cx: &Cx<'_>,
    fixer: &Fixer<'_>,
    findings: &[&Finding],
    choose: &dyn Fn(&Finding) -> Option<Fix>,
) -> Option<Document> {
    let mut owned: Vec<Range<usize>> = Vec::new();
    let mut chosen: Vec<(&Finding, Fix)> = Vec::new();
    for finding in findings {
        if owned.iter().any(|owned| owned.contains(&finding.item)) {
            continue;
        }
        let Some(fix) = choose(finding) else {
            continue;
        };
        let items = touched(cx.document, &fix);
        if owned.iter().all(|owned| owned.end <= items.start || items.end <= owned.start) {
            owned.push(items);
            chosen.push((finding, fix));
        }
    }
    let pairs: Vec<(&Finding, &Fix)> = chosen.iter().map(|(finding, fix)| (*finding, fix)).collect();
    if pairs.is_empty() { None } else { fixer.proof.check(&pairs).ok() }
}

/// The instructions that the edits of a fix reach, as indexes of the file's.
fn touched(document: &Document, fix: &Fix) -> Range<usize> {
    let start = fix.edits.first().map_or(0, |edit| edit.span.start);
    let end = fix.edits.last().map_or(0, |edit| edit.span.end);
    let items = document.file().items();
    let first = items.partition_point(|item| item.end() < start);
    let last = items.partition_point(|item| item.start <= end);
    first..last.max(first + 1)
}

/// What to edit to come from one version of a document to a later one: each run of instructions that are
/// not the same becomes one edit, without what its two texts have in common at both ends.
fn difference(before: &Document, after: &Document) -> Vec<Edit> {
    let old = before.file().items();
    let places: HashMap<_, _> = old.iter().map(|item| (Arc::as_ptr(&item.instruction), item)).collect();
    let mut edits = Vec::new();
    let (mut old_start, mut new_start) = (0, 0);
    for item in after.file().items() {
        let Some(same) = places.get(&Arc::as_ptr(&item.instruction)) else {
            continue;
        };
        if same.start >= old_start {
            let old_text = before.text().slice(old_start..same.start);
            edits.extend(replacement(old_start, &old_text, &after.text().slice(new_start..item.start)));
            (old_start, new_start) = (same.end(), item.end());
        }
    }
    let old_text = before.text().slice(old_start..before.text().len());
    edits.extend(replacement(old_start, &old_text, &after.text().slice(new_start..after.text().len())));
    edits
}

/// The edit from one text to another, if they differ.
fn replacement(start: usize, old: &str, new: &str) -> Option<Edit> {
    if old == new {
        return None;
    }
    let mut prefix = common(old.chars(), new.chars());
    // No position stands between the two characters of a line break.
    if old.get(..prefix).is_some_and(|text| text.ends_with('\r')) {
        prefix -= 1;
    }
    let (old_rest, new_rest) = (old.get(prefix..).unwrap_or_default(), new.get(prefix..).unwrap_or_default());
    let mut suffix = common(old_rest.chars().rev(), new_rest.chars().rev());
    if old_rest.get(old_rest.len() - suffix..).is_some_and(|text| text.starts_with('\n')) {
        suffix -= 1;
    }
    let new_text = new_rest.get(..new_rest.len() - suffix).unwrap_or_default();
    Some(Edit::replace(start + prefix..start + old.len() - suffix, new_text))
}

/// How many bytes two texts have in common at their heads.
fn common(left: impl Iterator<Item = char>, right: impl Iterator<Item = char>) -> usize {
    left.zip(right).take_while(|(left, right)| left == right).map(|(char, _)| char.len_utf8()).sum()
}

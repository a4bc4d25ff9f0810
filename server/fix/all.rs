//! Applies every fix that is wanted, in rounds, until nothing is left to mend.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::proof::{Counts, SHELLCHECK, counted};
use super::{FileEdit, Fix, Fixer, Safety};
use crate::context::Lookup;
use crate::context::overlay::Overlay;
use crate::context::shell_check::NoShellCheck;
use crate::document::{Cx, Document};
use crate::rules::{self, Finding, Group, Severity};
use crate::semantic::swallowed_lines::swallowed_keyword;
use crate::syntax::{Item, Kind};
use crate::text::{Edit, Text};

/// The rule that mends what keeps the others.
const SWALLOWED_INSTRUCTION: &str = "swallowed-instruction";
/// A circle of fixes ends here. Each round mends at least one finding of each instruction that has one.
const MAX_ROUNDS: usize = 1000;

/// What applying every fix comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixedAll {
    /// Edits of the document, sorted and disjoint.
    pub edits: Vec<Edit>,
    /// Edits of other files of the build context, each of its whole text.
    pub files: Vec<FileEdit>,
}

impl FixedAll {
    /// From the document of `cx` to a later version of it, and from its build context to what lies over it; `None` where
    /// nothing changes.
    pub(crate) fn between(cx: &Cx<'_>, after: Option<&Document>, overlay: &Overlay<'_>) -> Option<FixedAll> {
        let edits = after.map(|after| difference(cx.document, after)).unwrap_or_default();
        let texts = overlay.texts().iter();
        let files: Vec<FileEdit> = texts.map(|(path, text)| file_edit(cx, path, text)).collect();
        (!edits.is_empty() || !files.is_empty()).then_some(FixedAll { edits, files })
    }
}

/// The edits that mend every finding that `wanted` accepts and that has a proven fix at or above a safety,
/// applied to a fixed point; `None` where nothing changes. Edits are in bytes of what `cx` shows.
pub fn fix_all(cx: &Cx<'_>, least: Safety, wanted: &dyn Fn(&Finding) -> bool) -> Option<FixedAll> {
    // What ShellCheck says has no fix that is safe: then it is not asked at all.
    let is_asked =
        rules::by_id(SHELLCHECK).and_then(|rule| rule.safety).is_some_and(|safety| safety >= least);
    let cx = &if is_asked { *cx } else { Cx { shell_check: &NoShellCheck, ..*cx } };
    let mut current: Option<Document> = None;
    let mut overlay = Overlay::new(cx.context);
    for _ in 0..MAX_ROUNDS {
        let next = {
            let cx = Cx { document: current.as_ref().unwrap_or(cx.document), context: &overlay, ..*cx };
            let findings = rules::run(&cx);
            round(&cx, &findings, least, wanted)
                .map(|document| Changed::Document(Box::new(document)))
                .or_else(|| file_round(&cx, &findings, least, wanted))
                .or_else(|| joint_round(&cx, &findings, least, wanted))
        };
        match next {
            Some(Changed::Document(document)) => current = Some(*document),
            Some(Changed::Files(texts)) => {
                texts.into_iter().for_each(|(path, text)| overlay.set(&path, text))
            }
            Some(Changed::Both(document, texts)) => {
                current = Some(*document);
                texts.into_iter().for_each(|(path, text)| overlay.set(&path, text));
            }
            None => break,
        }
    }
    FixedAll::between(cx, current.as_ref(), &overlay)
}

/// The document with the safe fixes of one stage, applied to a fixed point; `None` where there are none. Other files stay
/// as they are.
pub(crate) fn fix_stage(cx: &Cx<'_>, stage: usize) -> Option<Document> {
    let mut current: Option<Document> = None;
    for _ in 0..MAX_ROUNDS {
        let document = current.as_ref().unwrap_or(cx.document);
        let cx = Cx { document, shell_check: &NoShellCheck, ..*cx };
        let model = document.model();
        let is_here =
            |finding: &Finding| model.stage_at(finding.item).is_some_and(|found| found.index == stage);
        match round(&cx, &rules::run(&cx), Safety::Safe, &is_here) {
            Some(next) => current = Some(next),
            None => break,
        }
    }
    current
}

/// The first line of a document that is no instruction. What the file means is not known while there is one.
pub fn line_without_instruction(document: &Document) -> Option<&Item> {
    document.file().items().iter().find(|item| item.kind == Kind::Unknown)
}

/// Tells of a finding whether it is mended in bulk only once every line is an instruction, and belongs to none by mistake.
pub fn waiting(document: &Document) -> impl Fn(&Finding) -> bool {
    let is_broken = OnceCell::new();
    move |finding| {
        let look = || line_without_instruction(document).is_some();
        let has_swallowed = || {
            let instruction = document.file().instruction(finding.item);
            finding.rule.id != SWALLOWED_INSTRUCTION && instruction.and_then(swallowed_keyword).is_some()
        };
        finding.rule.group != Group::Syntax && (*is_broken.get_or_init(look) || has_swallowed())
    }
}

/// What one round has changed.
enum Changed {
    Document(Box<Document>),
    /// Paths of the build context, and the new texts.
    Files(Vec<(String, String)>),
    /// One by the other.
    Both(Box<Document>, Vec<(String, String)>),
}

/// The first fix of these findings, of other files alone, that takes its finding away and has no rule warn of more: the texts that it gives them.
fn file_round(
    cx: &Cx<'_>,
    findings: &[Finding],
    least: Safety,
    wanted: &dyn Fn(&Finding) -> bool,
) -> Option<Changed> {
    let before = counted(findings);
    let has_fix =
        |finding: &&Finding| finding.rule.safety.is_some_and(|safety| safety >= least) && wanted(finding);
    let waits = waiting(cx.document);
    let has_context = |finding: &&Finding| {
        matches!(finding.rule.check, rules::Check::ContextSteps(..) | rules::Check::ContextEach(..))
            && !waits(finding)
    };
    for finding in findings.iter().filter(has_context).filter(has_fix) {
        let fixes = Fixer::new(cx).candidates(finding, least).into_iter();
        for fix in fixes.filter(|fix| fix.edits.is_empty() && !fix.files.is_empty()) {
            let texts: Option<Vec<_>> = fix.files.iter().map(|file| changed_text(cx, file)).collect();
            let Some(texts) = texts else { continue };
            let mut overlay = Overlay::new(cx.context);
            texts.iter().for_each(|(path, text)| overlay.set(path, text.clone()));
            let found = rules::run(&Cx { context: &overlay, ..*cx });
            let after = counted(&found);
            let difference = |rule: &str| {
                let count = |counts: &Counts| counts.get(rule).copied().unwrap_or_default();
                count(&after).cmp(&count(&before))
            };
            let is_no_worse =
                |found: &Finding| found.severity < Severity::Warning || difference(found.rule.id).is_le();
            if difference(finding.rule.id).is_lt() && found.iter().all(is_no_worse) {
                return Some(Changed::Files(texts));
            }
        }
    }
    None
}

/// The first proven fix of these findings that changes the document and other files with it.
fn joint_round(
    cx: &Cx<'_>,
    findings: &[Finding],
    least: Safety,
    wanted: &dyn Fn(&Finding) -> bool,
) -> Option<Changed> {
    let waits = waiting(cx.document);
    let fixer = Fixer::new(cx);
    findings.iter().filter(|finding| wanted(finding) && !waits(finding)).find_map(|finding| {
        let fixes = fixer.candidates(finding, least).into_iter();
        fixes.filter(|fix| !fix.edits.is_empty() && !fix.files.is_empty()).find_map(|fix| {
            let texts = fix.files.iter().map(|file| changed_text(cx, file)).collect::<Option<Vec<_>>>()?;
            let document = fixer.proof.check(&[(finding, &fix)]).ok()?;
            Some(Changed::Both(Box::new(document), texts))
        })
    })
}

/// The path of a file and its text after a fix; `None` where it is not as the fix took it to be.
pub(crate) fn changed_text(cx: &Cx<'_>, file: &FileEdit) -> Option<(String, String)> {
    let is_there = matches!(cx.context.entry(&file.path), Lookup::File(_));
    if is_there == file.create {
        return None;
    }
    let mut text = Text::new(&if file.create { String::new() } else { cx.context.read(&file.path)? });
    file.edits.iter().rev().for_each(|edit| text.replace(edit.span.clone(), &edit.new_text));
    Some((file.path.clone(), text.to_string()))
}

/// The edit that gives a file a text.
fn file_edit(cx: &Cx<'_>, path: &str, text: &str) -> FileEdit {
    let before = cx.context.read(path);
    let edits = replacement(0, before.as_deref().unwrap_or_default(), text).into_iter().collect();
    FileEdit { path: path.to_owned(), create: before.is_none(), edits }
}

/// The document after as many fixes of these findings as fit beside each other; `None` where there is none.
fn round(
    cx: &Cx<'_>,
    findings: &[Finding],
    least: Safety,
    wanted: &dyn Fn(&Finding) -> bool,
) -> Option<Document> {
    let has_fix = |finding: &&Finding| finding.rule.safety.is_some_and(|safety| safety >= least);
    let waits = waiting(cx.document);
    let findings: Vec<&Finding> =
        { findings.iter() }.filter(has_fix).filter(|finding| wanted(finding) && !waits(finding)).collect();
    if findings.is_empty() {
        return None;
    }
    let fixer = Fixer::new(cx);
    let usable = |fixes: Vec<Fix>| fixes.into_iter().find(|fix| fix.safety >= least && fix.files.is_empty());
    let candidates =
        findings.iter().filter_map(|finding| Some((*finding, usable(fixer.candidates(finding, least))?)));
    if let Some(document) = together(&fixer, candidates) {
        return Some(document);
    }
    // One of them cannot be made, or not beside the others.
    let offers = fixer.offers_each(&findings);
    let proven = || {
        findings.iter().zip(&offers).filter_map(|(finding, fixes)| Some((*finding, usable(fixes.clone())?)))
    };
    together(&fixer, proven())
        .or_else(|| proven().find_map(|(finding, fix)| fixer.proof.check(&[(finding, &fix)]).ok()))
}

/// The document after all of these fixes that do not touch each other, the first ones first, if they hold together. One
/// that touches another waits for the next round.
fn together<'a>(fixer: &Fixer<'_>, fixes: impl Iterator<Item = (&'a Finding, Fix)>) -> Option<Document> {
    // Where each chosen fix begins and ends.
    let mut owned: BTreeMap<usize, usize> = BTreeMap::new();
    let mut chosen: Vec<(&Finding, Fix)> = Vec::new();
    for (finding, fix) in fixes {
        let reach = fix.reach();
        let before = owned.range(..=reach.end).next_back();
        if before.is_none_or(|(_, end)| *end < reach.start) {
            owned.insert(reach.start, reach.end);
            chosen.push((finding, fix));
        }
    }
    let pairs: Vec<(&Finding, &Fix)> = chosen.iter().map(|(finding, fix)| (*finding, fix)).collect();
    if pairs.is_empty() { None } else { fixer.proof.check(&pairs).ok() }
}

/// What to edit to come from one version of a document to a later one: each run of instructions that are
/// not the same becomes one edit, without what its two texts have in common at both ends.
pub(crate) fn difference(before: &Document, after: &Document) -> Vec<Edit> {
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::context::NoContext;
    use crate::context::shell_check::{Answer, ShellCheck};
    use crate::settings::Settings;

    /// Counts how often it is asked.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl ShellCheck for Counting {
        fn is_there(&self) -> bool {
            true
        }

        fn ask(&self, scripts: &[Arc<str>]) -> Vec<Option<Answer>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            scripts.iter().map(|_| Some(Vec::new().into())).collect()
        }
    }

    /// The text after all fixes of this safety or a better one.
    fn fixed(text: &str, least: Safety) -> String {
        let document = Document::new(text);
        let settings = Settings::default();
        let cx =
            Cx { document: &document, context: &NoContext, shell_check: &NoShellCheck, settings: &settings };
        let fixed = fix_all(&cx, least, &|_| true).map(|all| crate::fix::apply(&document, &all.edits));
        fixed.map_or_else(|| text.to_owned(), |fixed| fixed.expect("edits").text().to_string())
    }

    #[test]
    fn nothing_but_syntax_is_mended_while_a_line_is_no_instruction() {
        let mended = "FROM a:1\nCMD [\"b\"]\n";
        assert_eq!(fixed("FROM a:1\nCMD [\"c\"]\nCMD [\"b\"]\n", Safety::Safe), mended);
        let broken = "FROM a:1\nFOO\nCMD [\"c\"]\nCMD [\"b\"]\n";
        assert_eq!(fixed(broken, Safety::Suggested), broken);
        let template = "FROM a:1\n{{if c}}\nCMD [\"c\"]\n{{end}}\nCMD [\"b\"]\n";
        assert_eq!(fixed(template, Safety::Unsafe), template);
        let slip = "FROM a:1\nCMDD [\"c\"]\nCMD [\"b\"]\n";
        assert_eq!(fixed(slip, Safety::Suggested), mended);
    }

    #[test]
    fn an_instruction_that_holds_another_by_mistake_ends_first() {
        let swallowed = "FROM node:24-slim\nRUN npm ci \\\n\nCMD [\"b\"]\n";
        assert_eq!(fixed(swallowed, Safety::Suggested), swallowed);
        let ended = "FROM node:24-slim\nRUN npm ci && npm cache clean --force\n\nCMD [\"b\"]\n";
        assert_eq!(fixed(swallowed, Safety::Unsafe), ended);
    }

    #[test]
    fn what_is_not_mended_in_bulk_is_offered_as_unsafe() {
        let safeties = |text: &str| {
            let (document, settings) = (Document::new(text), Settings::default());
            let cx = Cx {
                document: &document,
                context: &NoContext,
                shell_check: &NoShellCheck,
                settings: &settings,
            };
            let findings = rules::run(&cx);
            let found = findings.iter().find(|finding| finding.rule.id == "duplicate-instruction");
            let offers = crate::fix::offers(&cx, found.expect("a finding"));
            offers.into_iter().map(|fix| fix.safety).collect::<Vec<_>>()
        };
        assert_eq!(safeties("FROM a:1\nCMD [\"c\"]\nCMD [\"b\"]\n"), [Safety::Safe]);
        assert_eq!(safeties("FROM a:1\nXYZZY\nCMD [\"c\"]\nCMD [\"b\"]\n"), [Safety::Unsafe]);
    }

    #[test]
    fn shellcheck_is_asked_only_for_what_may_have_its_fixes() {
        let document = Document::new("FROM a\nRUN apt-get update\n");
        let (settings, shell_check) = (Settings::default(), Counting::default());
        let cx =
            Cx { document: &document, context: &NoContext, shell_check: &shell_check, settings: &settings };
        assert!(fix_all(&cx, Safety::Safe, &|_| true).is_some());
        assert_eq!(shell_check.0.load(Ordering::Relaxed), 0);
        fix_all(&cx, Safety::Suggested, &|_| true);
        assert!(shell_check.0.load(Ordering::Relaxed) > 0);
    }
}

//! The proof: a candidate is applied to a copy, the copy is analysed again, and nothing may be lost but what
//! the rule is about.

use std::cell::{OnceCell, Ref, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::line_endings::LineEndings;
use super::touched::Touched;
use super::{Fix, Subject, apply};
use crate::document::{Cx, Document};
use crate::rules::{Finding, Group, Rule, Severity, run_unheard, shell_check};
use crate::syntax::Kind;
use crate::text::Edit;

/// Why a candidate is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The edits overlap, lie outside the text, or change nothing.
    BadEdits,
    /// An instruction that no edit touches is not what it was.
    OtherInstruction,
    /// A comment is lost.
    Comment,
    /// The file ends inside an instruction, or a shell text can no longer be read.
    Syntax,
    /// Line endings, the final newline or the byte order mark are not what they were.
    LineEnding,
    /// The stages are not what they were.
    Stages,
    /// What the image is set to do is not what it was.
    Configuration,
    /// The finding is still there.
    StillFound,
    /// Something new is found.
    NewFinding(&'static str),
}

/// The rule whose findings a program makes.
pub(super) const SHELLCHECK: &str = "shellcheck";

/// How many findings rules have, by their ids.
pub(super) type Counts = HashMap<&'static str, usize>;

/// What a document must keep. It is looked at when a first candidate is proven.
pub(super) struct Proof<'a> {
    cx: &'a Cx<'a>,
    /// How many findings rules have before, as far as somebody has asked.
    counts: RefCell<Counts>,
    line_endings: OnceCell<LineEndings>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(cx: &'a Cx<'a>) -> Proof<'a> {
        Proof { cx, counts: RefCell::default(), line_endings: OnceCell::new() }
    }

    fn line_endings(&self) -> &LineEndings {
        self.line_endings.get_or_init(|| LineEndings::of(self.cx.document))
    }

    /// The document after some fixes, each with its finding, if they mend the findings and lose nothing. The
    /// fixes have their instructions for themselves.
    pub(super) fn check(&self, fixes: &[(&Finding, &Fix)]) -> Result<Document, Refusal> {
        let before = self.cx.document;
        let mut edits: Vec<Edit> = fixes.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect();
        if edits.is_empty() && fixes.iter().all(|(_, fix)| !fix.files.is_empty()) {
            // Fixes of other files alone leave the document as it is; only their rule can say what they mend.
            return Ok(before.edited(&Edit::insert(0, "")));
        }
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let may_change =
            |subject: Subject| fixes.iter().any(|(finding, _)| finding.rule.changes.contains(&subject));
        let after = self.keeping(&edits, &may_change)?;
        self.check_findings(fixes, &after)?;
        self.check_shells(fixes, &after).map(|()| after)
    }

    /// The document after edits that mend no finding, if they lose nothing but `changes`, and no rule finds more errors.
    pub(super) fn rewritten(&self, edits: &[Edit], changes: &[Subject]) -> Result<Document, Refusal> {
        let after = self.keeping(edits, &|subject| changes.contains(&subject))?;
        let is_bad = |rule: &Rule| rule.severity >= Severity::Error;
        let found = counts(self.cx, &after, &is_bad);
        self.finds_no_more(&found, &is_bad).map(|()| after)
    }

    /// How many findings these rules have before, and perhaps some others.
    fn before(&self, rules: &[&'static str]) -> Ref<'_, Counts> {
        let known = self.counts.borrow();
        let new: Vec<&'static str> = rules.iter().copied().filter(|rule| !known.contains_key(rule)).collect();
        drop(known);
        if !new.is_empty() {
            let found = counts(self.cx, self.cx.document, &|rule| new.contains(&rule.id));
            let mut known = self.counts.borrow_mut();
            known.extend(new.into_iter().map(|rule| (rule, 0)));
            known.extend(found);
        }
        self.counts.borrow()
    }

    /// The document after edits (sorted), if what they may not change is what it was.
    fn keeping(&self, edits: &[Edit], may_change: &dyn Fn(Subject) -> bool) -> Result<Document, Refusal> {
        let before = self.cx.document;
        let after = apply(before, edits).ok_or(Refusal::BadEdits)?;
        let touched = Touched::of(before, &after);
        let checks = [
            (keeps_other_instructions(before, &after, edits), Refusal::OtherInstruction),
            (may_change(Subject::Comments) || touched.keeps_comments(before, &after), Refusal::Comment),
            (touched.keeps_syntax(), Refusal::Syntax),
            (self.line_endings().are_kept(&LineEndings::of(&after)), Refusal::LineEnding),
            (may_change(Subject::Stages) || touched.keeps(|kind| kind == Kind::From), Refusal::Stages),
            (may_change(Subject::Configuration) || touched.keeps(configures), Refusal::Configuration),
        ];
        match checks.into_iter().find(|(holds, _)| !holds) {
            Some((_, refusal)) => Err(refusal),
            None => Ok(after),
        }
    }

    /// As `check_findings`, asking who has found it. A code that is said less often is mended; none may be said more often.
    fn check_shells(&self, fixes: &[(&Finding, &Fix)], after: &Document) -> Result<(), Refusal> {
        let is_of_shell = |finding: &Finding| finding.rule.id == SHELLCHECK;
        let mended = fixes.iter().filter(|(finding, _)| is_of_shell(finding)).count();
        if mended == 0 {
            return Ok(());
        }
        let (before, after) =
            (shell_check::counts(self.cx), shell_check::counts(&Cx { document: after, ..*self.cx }));
        let said = |counts: &HashMap<u16, usize>| counts.values().sum::<usize>();
        if said(&after) + mended > said(&before) {
            return Err(Refusal::StillFound);
        }
        let is_more = |(code, count): (&u16, &usize)| *count > before.get(code).copied().unwrap_or(0);
        if after.iter().any(is_more) { Err(Refusal::NewFinding(SHELLCHECK)) } else { Ok(()) }
    }

    /// Each fix takes a finding of its rule away, and no rule has more to warn of (after fixes of syntax alone: no
    /// more errors to find).
    fn check_findings(&self, fixes: &[(&Finding, &Fix)], after: &Document) -> Result<(), Refusal> {
        // What could not be read before was not looked at before: a line that now reads may be warned of.
        let reads_more = fixes.iter().all(|(finding, _)| finding.rule.group == Group::Syntax);
        let least = if reads_more { Severity::Error } else { Severity::Warning };
        // Where comments move, nobody is told of what they describe who does not ask for it.
        let moves_comments = fixes.iter().all(|(finding, _)| finding.rule.changes == [Subject::Comments]);
        // Nor was what an instruction has swallowed, which says nothing against its end: only what does not work counts.
        let ends_instruction = fixes.iter().all(|(finding, _)| finding.rule.id == "swallowed-instruction");
        let is_bad = |rule: &Rule| {
            (!ends_instruction || matches!(rule.group, Group::Syntax | Group::Correctness))
                && rule.severity >= least
                && !(moves_comments && self.cx.settings.severity(rule).is_none())
        };
        let is_own = |rule: &Rule| fixes.iter().any(|(finding, _)| finding.rule.id == rule.id);
        let after = counts(self.cx, after, &|rule| is_bad(rule) || is_own(rule));
        let own: Vec<&'static str> = fixes.iter().map(|(finding, _)| finding.rule.id).collect();
        let before = self.before(&own);
        let left = |rule: &str| after.get(rule).copied().unwrap_or(0);
        let mut mended: HashMap<&'static str, usize> = HashMap::new();
        for (finding, _) in fixes {
            *mended.entry(finding.rule.id).or_default() += 1;
        }
        let is_mended = |(rule, fixes): (&&'static str, &usize)| {
            // A rule that asks the build context is not run here.
            let before = before.get(rule).copied().unwrap_or(0);
            before == 0 || left(rule) + fixes <= before
        };
        if !mended.iter().all(is_mended) {
            return Err(Refusal::StillFound);
        }
        drop(before);
        self.finds_no_more(&after, &is_bad)
    }

    /// No rule that finds what is `bad` has more findings than before. What has none now had no fewer.
    fn finds_no_more(&self, after: &Counts, is_bad: &dyn Fn(&Rule) -> bool) -> Result<(), Refusal> {
        let is_bad = |rule: &&&str| crate::rules::by_id(rule).is_some_and(is_bad);
        let found: Vec<&'static str> = after.keys().filter(is_bad).copied().collect();
        let before = self.before(&found);
        let count = |counts: &Counts, rule: &str| counts.get(rule).copied().unwrap_or(0);
        let more = found.into_iter().filter(|rule| count(after, rule) > count(&before, rule));
        // The least, so that the same refusal is named every time.
        more.min().map_or(Ok(()), |rule| Err(Refusal::NewFinding(rule)))
    }
}

/// How many findings each of the rules that are `wanted` has in a document.
fn counts(cx: &Cx<'_>, document: &Document, wanted: &dyn Fn(&Rule) -> bool) -> Counts {
    counted(&run_unheard(&Cx { document, ..*cx }, wanted))
}

/// How many of some findings each rule has.
pub(super) fn counted(findings: &[Finding]) -> Counts {
    let mut counts = HashMap::new();
    for finding in findings {
        *counts.entry(finding.rule.id).or_default() += 1;
    }
    counts
}

/// Every instruction that no edit touches stands where the edits have moved it, byte for byte.
fn keeps_other_instructions(before: &Document, after: &Document, edits: &[Edit]) -> bool {
    let mut edits = edits.iter().peekable();
    let mut shift: isize = 0;
    let mut left = after.file().items().iter();
    before.file().items().iter().all(|item| {
        let span = item.span();
        while let Some(edit) = edits.next_if(|edit| edit.span.end <= span.start) {
            shift += edit.new_text.len().cast_signed() - edit.span.len().cast_signed();
        }
        if edits.peek().is_some_and(|edit| edit.span.start <= span.end) {
            return true;
        }
        let Some(start) = span.start.checked_add_signed(shift) else {
            return false;
        };
        left.find(|found| found.span().start >= start).is_some_and(|found| {
            found.span().start == start
                && (Arc::ptr_eq(&found.instruction, &item.instruction)
                    || found.instruction.source().get(found.instruction.span())
                        == item.instruction.source().get(item.instruction.span()))
        })
    })
}

fn configures(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Env
            | Kind::Label
            | Kind::Workdir
            | Kind::User
            | Kind::Expose
            | Kind::Volume
            | Kind::Stopsignal
            | Kind::Healthcheck
            | Kind::Cmd
            | Kind::Entrypoint
    )
}

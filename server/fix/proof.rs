//! The proof: a candidate is applied to a copy, the copy is analysed again, and nothing may be lost but what
//! the rule is about.

use std::collections::HashMap;

use super::{Fix, Subject, apply};
use crate::document::{Cx, Document};
use crate::rules::{Finding, Group, Severity, run_everything, shell_check};
use crate::semantic::facts::Facts;
use crate::syntax::directives::DirectiveKind;
use crate::syntax::{Item, Kind};
use crate::text::{Edit, Span};

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

/// What a document must keep.
pub(super) struct Proof<'a> {
    cx: &'a Cx<'a>,
    counts: HashMap<&'static str, usize>,
    stages: Vec<String>,
    configuration: Vec<String>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(cx: &'a Cx<'a>) -> Proof<'a> {
        let document = cx.document;
        Proof {
            cx,
            counts: counts(cx, document),
            stages: stages(document),
            configuration: configuration(document),
        }
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
        let found = counts(self.cx, &after);
        self.finds_no_more(&found, Severity::Error).map(|()| after)
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
            (keeps_line_endings(before, &after), Refusal::LineEnding),
            (may_change(Subject::Stages) || stages(&after) == self.stages, Refusal::Stages),
            (
                may_change(Subject::Configuration) || configuration(&after) == self.configuration,
                Refusal::Configuration,
            ),
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
        let after = counts(self.cx, after);
        let before = |rule: &str| self.counts.get(rule).copied().unwrap_or(0);
        let left = |rule: &str| after.get(rule).copied().unwrap_or(0);
        let mut mended: HashMap<&'static str, usize> = HashMap::new();
        for (finding, _) in fixes {
            *mended.entry(finding.rule.id).or_default() += 1;
        }
        let is_mended = |(rule, fixes): (&&'static str, &usize)| {
            // A rule that asks the build context is not run here.
            !self.counts.contains_key(rule) || left(rule) + fixes <= before(rule)
        };
        if !mended.iter().all(is_mended) {
            return Err(Refusal::StillFound);
        }
        // What could not be read before was not looked at before: a line that now reads may be warned of.
        let reads_more = fixes.iter().all(|(finding, _)| finding.rule.group == Group::Syntax);
        let least = if reads_more { Severity::Error } else { Severity::Warning };
        self.finds_no_more(&after, least)
    }

    /// No rule of at least this severity has more findings than before.
    fn finds_no_more(&self, after: &HashMap<&'static str, usize>, least: Severity) -> Result<(), Refusal> {
        let before = |rule: &str| self.counts.get(rule).copied().unwrap_or(0);
        let is_bad = |rule| crate::rules::by_id(rule).is_some_and(|rule| rule.severity >= least);
        let more = after.iter().filter(|(rule, found)| **found > before(rule) && is_bad(rule));
        // The least, so that the same refusal is named every time.
        more.map(|(rule, _)| *rule).min().map_or(Ok(()), |rule| Err(Refusal::NewFinding(rule)))
    }
}

/// How many findings each rule has in a document.
fn counts(cx: &Cx<'_>, document: &Document) -> HashMap<&'static str, usize> {
    let mut counts = HashMap::new();
    for finding in run_everything(&Cx { document, ..*cx }) {
        *counts.entry(finding.rule.id).or_default() += 1;
    }
    counts
}

/// The instructions before and after that are not the same.
struct Touched<'a> {
    before: &'a [Item],
    after: &'a [Item],
}

impl<'a> Touched<'a> {
    fn of(before: &'a Document, after: &'a Document) -> Touched<'a> {
        let (mut before, mut after) = (before.file().items(), after.file().items());
        let same = |left: &Item, right: &Item| std::sync::Arc::ptr_eq(&left.instruction, &right.instruction);
        while let ([first, rest @ ..], [other, others @ ..]) = (before, after)
            && same(first, other)
        {
            (before, after) = (rest, others);
        }
        while let ([rest @ .., last], [others @ .., other]) = (before, after)
            && same(last, other)
        {
            (before, after) = (rest, others);
        }
        Touched { before, after }
    }

    fn keeps_comments(&self, before: &Document, after: &Document) -> bool {
        let mut kept = comments(self.after, after);
        comments(self.before, before).into_iter().all(|comment| {
            let found = kept.iter().position(|other| *other == comment);
            found.map(|index| kept.swap_remove(index)).is_some()
        })
    }

    /// No instruction is left open that was closed, no shell text unreadable that was readable, and no
    /// instruction unknown that was known.
    fn keeps_syntax(&self) -> bool {
        let is_open = |item: &Item| item.instruction.is_open();
        let is_unknown = |item: &Item| item.instruction.ast().innermost().kind == Kind::Unknown;
        let is_unreadable =
            |item: &Item| Facts::of(&item.instruction).is_some_and(|facts| facts.script.has_error());
        let flaws: [&dyn Fn(&Item) -> bool; 3] = [&is_open, &is_unknown, &is_unreadable];
        flaws.into_iter().all(|flaw| {
            let count = |items: &[Item]| items.iter().filter(|item| flaw(item)).count();
            count(self.after) <= count(self.before)
        })
    }
}

/// The comments of some instructions, and those after the last instruction of the file. The frontend's name is none: a
/// fix may need a newer one.
fn comments(items: &[Item], document: &Document) -> Vec<String> {
    let mut comments = Vec::new();
    let syntax = document.file().directives().get(DirectiveKind::Syntax).map(|directive| &directive.span);
    let is_syntax = |item: &Item, span: &Span| {
        syntax.is_some_and(|syntax| syntax.contains(&item.absolute(span.clone()).start))
    };
    for item in items {
        let instruction = &item.instruction;
        let spans = instruction.comments().iter().chain(instruction.inner_comments());
        let spans = spans.filter(|span| !is_syntax(item, span));
        let texts = spans.filter_map(|span| instruction.source().get(span.clone()));
        comments.extend(texts.map(|text| text.trim().to_owned()));
        if instruction.ast().innermost().kind == Kind::Run {
            // Those of a script.
            let bodies = instruction
                .heredocs()
                .iter()
                .filter_map(|heredoc| instruction.source().get(heredoc.body.clone()));
            let lines = bodies.flat_map(str::lines).map(str::trim).filter(|line| line.starts_with('#'));
            comments.extend(lines.map(str::to_owned));
        }
    }
    let tail = document.text().slice(document.file().tail());
    comments.extend(tail.lines().map(str::trim).filter(|line| line.starts_with('#')).map(str::to_owned));
    comments
}

/// Every instruction that no edit touches stands where the edits have moved it, byte for byte.
fn keeps_other_instructions(before: &Document, after: &Document, edits: &[Edit]) -> bool {
    let mut edits = edits.iter().peekable();
    let mut shift: isize = 0;
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
        let found = after.file().index_at(start).and_then(|index| after.file().items().get(index));
        found.is_some_and(|found| {
            found.span().start == start
                && found.instruction.source().get(found.instruction.span())
                    == item.instruction.source().get(item.instruction.span())
        })
    })
}

fn keeps_line_endings(before: &Document, after: &Document) -> bool {
    let (before, after) = (before.text().to_string(), after.text().to_string());
    let has_only_crlf = |text: &str| text.matches('\n').count() == text.matches("\r\n").count();
    let was_crlf = before.contains('\n') && has_only_crlf(&before);
    before.ends_with('\n') == after.ends_with('\n')
        && before.starts_with('\u{feff}') == after.starts_with('\u{feff}')
        && (!was_crlf || has_only_crlf(&after))
        && (before.contains('\r') || !after.contains('\r'))
}

/// The FROM instructions.
fn stages(document: &Document) -> Vec<String> {
    texts(document, |kind| kind == Kind::From)
}

fn configuration(document: &Document) -> Vec<String> {
    texts(document, |kind| {
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
    })
}

fn texts(document: &Document, wanted: impl Fn(Kind) -> bool) -> Vec<String> {
    let instructions = document.file().items().iter().map(|item| &item.instruction);
    let wanted = instructions.filter(|instruction| wanted(instruction.ast().kind));
    wanted.map(|instruction| instruction.line().text().to_owned()).collect()
}

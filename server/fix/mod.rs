//! Fixes: edits with a title and a safety, proven before they are offered.

mod all;
mod line_endings;
mod proof;
mod touched;

use crate::document::{Cx, Document};
use crate::rules::{self, Finding, Group, shell_check};
use crate::text::{Edit, Span};
pub use all::{FixedAll, fix_all, line_without_instruction, waiting};
pub(crate) use all::{changed_text, difference, fix_stage};
use proof::Proof;
pub use proof::Refusal;
pub(crate) use touched::Touched;

/// How far a fix can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// May need more changes to work.
    Unsafe,
    /// Better, but a person looks first.
    Suggested,
    /// The build still works and the image is the same but for what the rule is about.
    Safe,
}

/// Something that a fix leaves as it is, unless its rule is about just that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The stages: how many, their names, images and platforms.
    Stages,
    /// What the image is set to do: ENV, LABEL, WORKDIR, USER, EXPOSE, VOLUME, STOPSIGNAL, HEALTHCHECK, CMD
    /// and ENTRYPOINT.
    Configuration,
    /// The comments.
    Comments,
}

/// A set of edits that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// An imperative: "Pin the tag".
    pub title: String,
    /// How far it can be trusted.
    pub safety: Safety,
    /// Edits of the document, sorted and disjoint.
    pub edits: Vec<Edit>,
    /// Edits of other files of the build context.
    pub files: Vec<FileEdit>,
}

impl Fix {
    /// A fix of the document alone. The edits may come in any order.
    pub(crate) fn new(title: impl Into<String>, safety: Safety, mut edits: Vec<Edit>) -> Fix {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        Fix { title: title.into(), safety, edits, files: Vec::new() }
    }

    /// From the first byte that it edits to the last.
    fn reach(&self) -> Span {
        let start = self.edits.first().map_or(0, |edit| edit.span.start);
        start..self.edits.last().map_or(start, |edit| edit.span.end)
    }
}

/// Edits of another file of the build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// Relative to the build context.
    pub path: String,
    /// Whether the file is new.
    pub create: bool,
    /// Edits, sorted and disjoint.
    pub edits: Vec<Edit>,
}

/// So many findings have their fixes proven one by one.
const MOST_ALONE: usize = 100;

/// A fix before its proof.
struct Candidate<'a> {
    /// The finding, as an index of those asked about.
    index: usize,
    finding: &'a Finding,
    fix: Fix,
}

/// Candidates in groups whose edits do not touch, as indexes.
fn apart(candidates: &[Candidate<'_>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    let reach =
        |index: &usize| candidates.get(*index).map(|candidate| candidate.fix.reach()).unwrap_or_default();
    order.sort_by_key(|index| reach(index).start);
    // The groups with the end of each. Fixes seldom overlap, so that they are few.
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    for index in order {
        let span = reach(&index);
        match groups.iter_mut().find(|(end, _)| *end < span.start) {
            Some((end, group)) => {
                *end = span.end;
                group.push(index);
            }
            None => groups.push((span.end, vec![index])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Finds the proven fixes of one version of a document.
pub struct Fixer<'a> {
    cx: &'a Cx<'a>,
    proof: Proof<'a>,
    /// Whether a finding is mended in bulk only once every line is an instruction.
    waits: Box<dyn Fn(&Finding) -> bool + 'a>,
}

impl<'a> Fixer<'a> {
    /// For the document of `cx`.
    pub fn new(cx: &'a Cx<'a>) -> Fixer<'a> {
        Fixer { cx, proof: Proof::new(cx), waits: Box::new(waiting(cx.document)) }
    }

    /// The proven fixes of a finding of this document, the best first.
    pub fn offers(&self, finding: &Finding) -> Vec<Fix> {
        let candidates = self.candidates(finding, Safety::Unsafe).into_iter();
        candidates
            .filter(|fix| match self.proof.check(&[(finding, fix)]) {
                Ok(_) => true,
                Err(refusal) => {
                    tracing::trace!(rule = finding.rule.id, fix = fix.title, ?refusal, "fix not offered");
                    false
                }
            })
            .collect()
    }

    /// The document after edits that mend nothing but write something in another way, if they lose nothing but `changes`,
    /// and break nothing.
    pub(crate) fn rewritten(&self, edits: &[Edit], changes: &[Subject]) -> Result<Document, Refusal> {
        self.proof.rewritten(edits, changes)
    }

    /// The proven fixes of each of these findings. Where they are many, fixes that lie apart are proven together, and
    /// alone only where that fails: a proof costs a look at the whole file.
    pub fn offers_each(&self, findings: &[&Finding]) -> Vec<Vec<Fix>> {
        self.ask_ahead(findings);
        if findings.len() <= MOST_ALONE {
            return findings.iter().map(|finding| self.offers(finding)).collect();
        }
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        for (index, finding) in findings.iter().enumerate() {
            let fixes = self.candidates(finding, Safety::Unsafe).into_iter();
            candidates.extend(fixes.map(|fix| Candidate { index, finding, fix }));
        }
        let mut proven = vec![false; candidates.len()];
        for group in apart(&candidates) {
            self.prove(&candidates, &group, &mut proven);
        }
        let mut offers = vec![Vec::new(); findings.len()];
        for (candidate, _) in candidates.into_iter().zip(proven).filter(|(_, proven)| *proven) {
            offers.get_mut(candidate.index).into_iter().for_each(|offers| offers.push(candidate.fix.clone()));
        }
        offers
    }

    /// Has all scripts checked at once that the proofs of these findings will ask about one by one.
    fn ask_ahead(&self, findings: &[&Finding]) {
        let mut scripts = Vec::new();
        for finding in findings.iter().filter(|finding| finding.rule.id == proof::SHELLCHECK) {
            for fix in self.candidates(finding, Safety::Unsafe) {
                let Some(document) = apply(self.cx.document, &fix.edits) else { continue };
                scripts.extend(shell_check::open_scripts(&Cx { document: &document, ..*self.cx }));
            }
        }
        if scripts.len() > 1 {
            self.cx.shell_check.ask(&scripts);
        }
    }

    /// Marks those candidates of a group that are proven, halving the group where it does not hold together.
    fn prove(&self, candidates: &[Candidate<'_>], group: &[usize], proven: &mut [bool]) {
        let chosen = group.iter().filter_map(|index| candidates.get(*index));
        let pairs: Vec<(&Finding, &Fix)> =
            chosen.map(|candidate| (candidate.finding, &candidate.fix)).collect();
        if self.proof.check(&pairs).is_ok() {
            for index in group {
                proven.get_mut(*index).into_iter().for_each(|proven| *proven = true);
            }
        } else if let (left, right @ [_, ..]) = group.split_at(group.len() / 2)
            && !left.is_empty()
        {
            self.prove(candidates, left, proven);
            self.prove(candidates, right, proven);
        }
    }

    /// What the rule suggests at or above a safety, the best first, without proof.
    fn candidates(&self, finding: &Finding, least: Safety) -> Vec<Fix> {
        let mut candidates = finding.rule.fix.map(|fix| fix(self.cx, finding)).unwrap_or_default();
        // What the file means is not known yet.
        if (self.waits)(finding) {
            candidates.iter_mut().for_each(|fix| fix.safety = Safety::Unsafe);
        }
        // Stable: a rule's own order stands among fixes of the same safety.
        candidates.sort_by_key(|fix| std::cmp::Reverse(fix.safety));
        candidates.retain(|fix| fix.safety >= least && !self.is_of_half_an_instruction(finding, fix));
        candidates
    }

    /// Whether a fix edits an instruction whose rest stands below by mistake: what it does is not all there. What mends
    /// that comes first.
    fn is_of_half_an_instruction(&self, finding: &Finding, fix: &Fix) -> bool {
        let file = self.cx.document.file();
        let places = fix.edits.iter().flat_map(|edit| [edit.span.start, edit.span.end]);
        let mut items = places.filter_map(|offset| file.index_at(offset));
        finding.rule.group != Group::Syntax && items.any(|item| rules::has_lost_its_rest(file, item))
    }
}

/// The proven fixes of one finding, the best first. For several findings of a document use one [`Fixer`].
pub fn offers(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    Fixer::new(cx).offers(finding)
}

/// The document after edits that are sorted and disjoint; `None` where they are not, or change nothing.
pub(crate) fn apply(document: &Document, edits: &[Edit]) -> Option<Document> {
    let (first, last) = (edits.first()?, edits.last()?);
    let mut text = String::new();
    let mut position = first.span.start;
    for edit in edits {
        let is_whole = document.text().clamp(edit) == *edit;
        if edit.span.start < position || edit.span.start > edit.span.end || !is_whole {
            return None;
        }
        text.push_str(&document.text().slice(position..edit.span.start));
        text.push_str(&edit.new_text);
        position = edit.span.end;
    }
    // One edit of all that lies between: instructions that stay what they are stay the same.
    let changed = document.edited(&Edit::replace(first.span.start..last.span.end, text));
    (changed.text() != document.text()).then_some(changed)
}

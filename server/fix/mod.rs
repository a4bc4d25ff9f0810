//! Fixes: edits with a title and a safety, proven before they are offered.

mod all;
mod proof;

use crate::document::{Cx, Document};
use crate::rules::Finding;
use crate::text::Edit;
pub use all::fix_all;
use proof::Proof;
pub use proof::Refusal;

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

/// Finds the proven fixes of one version of a document.
pub struct Fixer<'a> {
    cx: &'a Cx<'a>,
    proof: Proof<'a>,
}

impl<'a> Fixer<'a> {
    /// For the document of `cx`.
    pub fn new(cx: &'a Cx<'a>) -> Fixer<'a> {
        Fixer { cx, proof: Proof::new(cx) }
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

    /// What the rule suggests at or above a safety, the best first, without proof.
    fn candidates(&self, finding: &Finding, least: Safety) -> Vec<Fix> {
        let mut candidates = finding.rule.fix.map(|fix| fix(self.cx, finding)).unwrap_or_default();
        // Stable: a rule's own order stands among fixes of the same safety.
        candidates.sort_by_key(|fix| std::cmp::Reverse(fix.safety));
        candidates.retain(|fix| fix.safety >= least);
        candidates
    }
}

/// The proven fixes of one finding, the best first. For several findings of a document use one [`Fixer`].
pub fn offers(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    Fixer::new(cx).offers(finding)
}

/// The document after edits that are sorted and disjoint; `None` where they are not, or change nothing.
pub(crate) fn apply(document: &Document, edits: &[Edit]) -> Option<Document> {
    let mut limit = document.text().len();
    let mut changed: Option<Document> = None;
    for edit in edits.iter().rev() {
        let is_whole = document.text().clamp(edit) == *edit;
        if edit.span.end > limit || edit.span.start > edit.span.end || !is_whole {
            return None;
        }
        limit = edit.span.start;
        changed = Some(changed.as_ref().unwrap_or(document).edited(edit));
    }
    changed.filter(|changed| changed.text() != document.text())
}

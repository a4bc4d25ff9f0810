//! Fixes: edits with a title and a safety, proven before they are offered.

use crate::document::Cx;
use crate::rules::Finding;
use crate::text::Edit;

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

/// The proven fixes of a finding, the best first.
pub fn offers(_cx: &Cx<'_>, _finding: &Finding) -> Vec<Fix> {
    Vec::new()
}

/// The document's text with every finding that `wanted` accepts fixed, at or above a safety, to a fixed
/// point; `None` where nothing changes.
pub fn fix_all(_cx: &Cx<'_>, _least: Safety, _wanted: &dyn Fn(&Finding) -> bool) -> Option<Vec<Edit>> {
    None
}

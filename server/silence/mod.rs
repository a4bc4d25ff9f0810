//! How a finding is silenced: by a comment above its instruction, by one for the whole file, and, for the checks of
//! BuildKit, by BuildKit's own directive. An error of syntax cannot be silenced: the file does not build.

mod check;
mod comment;
mod place;
#[cfg(test)]
mod tests;

use crate::document::Cx;
use crate::rules::{Finding, Group};
use crate::text::Edit;

/// One way to silence a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// An imperative: "Ignore `sudo` in this file".
    pub title: String,
    /// The edit of the document after which the finding is gone.
    pub edit: Edit,
}

/// The ways to silence a finding of this document, the narrowest first; none for an error of syntax.
pub fn offers(cx: &Cx<'_>, finding: &Finding) -> Vec<Silence> {
    if finding.rule.group == Group::Syntax {
        return Vec::new();
    }

    let here = comment::above(cx.document, finding);
    let everywhere = comment::of_file(cx.document, finding);
    let checks = check::names(finding).filter_map(|name| check::skip(cx.document, name));
    here.into_iter().chain(everywhere).chain(checks).collect()
}

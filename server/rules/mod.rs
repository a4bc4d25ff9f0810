//! The rules: one file each, registered in `ALL`, run by [`run`].

pub mod page;

use crate::document::Cx;
use crate::fix::{Fix, Safety};
use crate::text::Span;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Hint,
    /// Could be better.
    Info,
    /// Should be changed.
    Warning,
    /// Does not build.
    Error,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Does not build.
    Syntax,
    /// Builds something else than meant.
    Correctness,
    /// Rebuilds more than needed.
    Cache,
    /// Ships more than needed.
    Size,
    /// Can be attacked.
    Security,
    /// Reads badly.
    Style,
}

/// One rule.
pub struct Rule {
    /// Kebab-case; completes "allow …".
    pub id: &'static str,
    /// What it is about.
    pub group: Group,
    /// Severity where the user says nothing.
    pub severity: Severity,
    /// Whether it runs where the user says nothing.
    pub default_on: bool,
    /// The version that brought it.
    pub since: &'static str,
    /// The codes of other tools that its findings can carry.
    pub also: &'static [&'static str],
    /// The documentation, Markdown.
    pub docs: &'static str,
    /// The best safety of its fixes; `None` where it has no fix.
    pub safety: Option<Safety>,
    pub(crate) check: fn(&Cx<'_>, &mut Findings),
    pub(crate) fix: Option<fn(&Cx<'_>, &Finding) -> Vec<Fix>>,
}

/// One problem in one place.
#[derive(Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// Where, in bytes of the document.
    pub span: Span,
    /// What, as a sentence without a full stop.
    pub message: String,
    /// The codes of other tools for exactly this problem.
    pub also: Vec<&'static str>,
    /// How bad, after the settings.
    pub severity: Severity,
}

/// What the checks have found so far.
#[derive(Default)]
pub struct Findings {}

/// Every rule, sorted by id.
pub static ALL: &[&Rule] = &[];

/// Runs every rule that is on; sorted by place, then by rule.
pub fn run(_cx: &Cx<'_>) -> Vec<Finding> {
    Vec::new()
}

//! Whether a comment silences a finding: those of Layerwise, of hadolint (see [`super::pragma`]) and of BuildKit,
//! `# check=skip=NAME[,NAME]` of the file or of the next instruction.

use super::check_options::CheckOptions;
use super::pragma::{self, Scope, Speaker};
use super::survey::Survey;
use super::{Finding, Rule};
use crate::document::{Cx, Document};
use crate::syntax::{Instruction, Item};

/// What the comments of a file say of all of it.
pub(super) struct Suppressions {
    names: Vec<String>,
    /// The instructions below comments that silence something; in order.
    commented: Vec<usize>,
    checks: CheckOptions,
    /// Whether the comments of hadolint are read.
    hears_hadolint: bool,
}

impl Suppressions {
    /// What the comments of a document say.
    pub(super) fn of(cx: &Cx<'_>, survey: &Survey<'_>) -> Suppressions {
        let document = cx.document;
        let mut suppressions = Suppressions {
            names: Vec::new(),
            commented: survey.commented.clone(),
            checks: CheckOptions::of(document),
            hears_hadolint: !cx.settings.hadolint.disable_ignore_pragma,
        };
        let in_items = survey.silenced.iter().map(|(speaker, name)| (*speaker, (*name).to_owned()));
        let tail = document.text().slice(document.file().tail());
        // A file that is nothing but a tail may begin with a byte order mark.
        let in_tail = tail.trim_start_matches('\u{feff}').lines().flat_map(|line| named(line, Scope::File));
        let names = in_items.chain(in_tail).filter(|(speaker, _)| suppressions.hears(*speaker));
        suppressions.names = names.map(|(_, name)| name).collect();
        suppressions
    }

    /// Whether a comment silences a finding.
    pub(super) fn cover(&self, document: &Document, finding: &Finding) -> bool {
        let items = document.file().items();
        let above = |index: usize, scope: Scope| {
            self.item(items, index).is_some_and(|item| {
                let names = of_instruction(&item.instruction, scope).into_iter();
                let mut heard = names.filter(|(speaker, _)| self.hears(*speaker));
                heard.any(|(_, name)| finding.is_called(&name))
            })
        };
        self.names.iter().any(|name| finding.is_called(name))
            || self.checks.skip(finding)
            || above(finding.item, Scope::Instruction)
            || self.cover_pattern(document, finding)
            || self
                .item(items, finding.item)
                .is_some_and(|item| CheckOptions::above(&item.instruction).skip(finding))
            || document.model().stage_at(finding.item).is_some_and(|stage| above(stage.from(), Scope::Stage))
    }

    /// An instruction, if comments above it silence something.
    fn item<'a>(&self, items: &'a [Item], index: usize) -> Option<&'a Item> {
        items.get(index).filter(|_| self.commented.binary_search(&index).is_ok())
    }

    /// Whether a comment right above a pattern of an ignore file silences a finding.
    fn cover_pattern(&self, document: &Document, finding: &Finding) -> bool {
        let Some(patterns) = document.patterns() else { return false };
        let line = patterns.line_of(finding.span.start).unwrap_or_default();
        let above = patterns.lines().get(..line).unwrap_or_default().iter().rev();
        let texts = above.map(|span| document.text().slice(span.clone()));
        let comments = texts.take_while(|text| text.starts_with('#'));
        let names = comments.flat_map(|text| named(&text, Scope::Instruction)).collect::<Vec<_>>();
        names.iter().any(|(speaker, name)| self.hears(*speaker) && finding.is_called(name))
    }

    fn hears(&self, speaker: Speaker) -> bool {
        hears(self.hears_hadolint, speaker)
    }
}

fn hears(hears_hadolint: bool, speaker: Speaker) -> bool {
    hears_hadolint || speaker == Speaker::Layerwise
}

/// Whether a comment above an instruction silences a rule in it: for one that tells of several instructions at once.
pub(crate) fn is_silenced(cx: &Cx<'_>, instruction: &Instruction, rule: &Rule) -> bool {
    let is_heard = |speaker: Speaker| hears(!cx.settings.hadolint.disable_ignore_pragma, speaker);
    let mut names = of_instruction(instruction, Scope::Instruction).into_iter();
    names.any(|(speaker, name)| is_heard(speaker) && (name == rule.id || rule.also.contains(&&*name)))
}

/// Whether comments above an instruction silence something in it, or in the stage that it begins.
pub(super) fn is_commented(instruction: &Instruction) -> bool {
    let says = |scope: Scope| !of_instruction(instruction, scope).is_empty();
    says(Scope::Instruction)
        || says(Scope::Stage)
        || CheckOptions::above(instruction) != CheckOptions::default()
}

/// The names that an instruction's comments silence in the whole file.
pub(super) fn of_file(instruction: &Instruction) -> Vec<(Speaker, String)> {
    let comments = instruction.comments().iter().chain(instruction.inner_comments());
    let texts = comments.filter_map(|span| instruction.source().get(span.clone()));
    texts.flat_map(|comment| named(comment, Scope::File)).collect()
}

/// The names that the comments above an instruction silence in it, or in the stage that it begins.
fn of_instruction(instruction: &Instruction, scope: Scope) -> Vec<(Speaker, String)> {
    let texts = instruction.comments().iter().filter_map(|span| instruction.source().get(span.clone()));
    texts.flat_map(|comment| named(comment, scope)).collect()
}

/// The names in a comment that speaks of this, each with whose words they are.
fn named(comment: &str, scope: Scope) -> Vec<(Speaker, String)> {
    let pragma = pragma::read(comment).filter(|pragma| pragma.scope == scope);
    let names = |pragma: pragma::Pragma| -> Vec<(Speaker, String)> {
        pragma.names(comment).map(|name| (pragma.speaker, name.to_owned())).collect()
    };
    pragma.map(names).unwrap_or_default()
}

//! Whether a comment silences a finding: those of Layerwise, of hadolint (see [`super::pragma`]) and of BuildKit,
//! `# check=skip=NAME[,NAME]` of the file or of the next instruction.

use super::Finding;
use super::check_options::CheckOptions;
use super::pragma::{self, Scope};
use super::run::kept;
use crate::document::Document;
use crate::syntax::Instruction;

/// What the comments of a file say of all of it.
pub(super) struct Suppressions {
    names: Vec<String>,
    checks: CheckOptions,
}

impl Suppressions {
    /// Reads every comment of a document.
    pub(super) fn of(document: &Document) -> Suppressions {
        let items = document.file().items().iter();
        let mut names: Vec<String> = Vec::new();
        for kept in items.filter_map(|item| kept(&item.instruction)) {
            names.extend(kept.file_suppressions.iter().cloned());
        }
        let tail = document.text().slice(document.file().tail());
        names.extend(tail.lines().flat_map(|line| named(line, Scope::File)));
        Suppressions { names, checks: CheckOptions::of(document) }
    }

    /// Whether a comment silences a finding.
    pub(super) fn cover(&self, document: &Document, finding: &Finding) -> bool {
        let items = document.file().items();
        let by_name = |name: &String| matches_name(name, finding);
        let above = |index: usize, scope: Scope| {
            items.get(index).is_some_and(|item| of_instruction(&item.instruction, scope).iter().any(by_name))
        };
        self.names.iter().any(by_name)
            || self.checks.skip(finding)
            || above(finding.item, Scope::Instruction)
            || items
                .get(finding.item)
                .is_some_and(|item| CheckOptions::above(&item.instruction).skip(finding))
            || document.model().stage_at(finding.item).is_some_and(|stage| above(stage.from(), Scope::Stage))
    }
}

fn matches_name(name: &str, finding: &Finding) -> bool {
    name == finding.rule.id || finding.also.iter().any(|code| code.eq_ignore_ascii_case(name))
}

/// The names that an instruction's comments silence in the whole file.
pub(super) fn of_file(instruction: &Instruction) -> Vec<String> {
    let comments = instruction.comments().iter().chain(instruction.inner_comments());
    let texts = comments.filter_map(|span| instruction.source().get(span.clone()));
    texts.flat_map(|comment| named(comment, Scope::File)).collect()
}

/// The names that the comments above an instruction silence in it, or in the stage that it begins.
fn of_instruction(instruction: &Instruction, scope: Scope) -> Vec<String> {
    let texts = instruction.comments().iter().filter_map(|span| instruction.source().get(span.clone()));
    texts.flat_map(|comment| named(comment, scope)).collect()
}

/// The names in a comment that speaks of this.
fn named(comment: &str, scope: Scope) -> Vec<String> {
    let pragma = pragma::read(comment).filter(|pragma| pragma.scope == scope);
    pragma.map(|pragma| pragma.names(comment).map(str::to_owned).collect()).unwrap_or_default()
}

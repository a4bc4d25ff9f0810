//! Comments that silence rules: those of Layerwise, of hadolint and of BuildKit.
//!
//! - `# layerwise: ignore=RULE[,RULE] [reason]` and `# hadolint ignore=CODE[,CODE]` speak of the next
//!   instruction;
//! - `# layerwise: ignore-file=RULE[,RULE] [reason]` and `# hadolint global ignore=CODE[,CODE]` of the file;
//! - `# check=skip=NAME[,NAME]` of the file, for BuildKit's names.
//!
//! Source of the latter two: hadolint's README, "Ignoring Rules"; Docker reference, "check".

use super::Finding;
use super::run::kept;
use crate::document::Document;
use crate::syntax::Instruction;
use crate::syntax::directives::DirectiveKind;

/// What the comments of a file say of all of it.
pub(super) struct Suppressions {
    names: Vec<String>,
    skipped_checks: Vec<String>,
}

/// A comment that silences rules.
struct Pragma<'a> {
    whole_file: bool,
    names: &'a str,
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
        names.extend(tail.lines().filter_map(pragma).filter(|pragma| pragma.whole_file).flat_map(split));
        Suppressions { names, skipped_checks: skipped_checks(document) }
    }

    /// Whether a comment silences a finding.
    pub(super) fn cover(&self, document: &Document, finding: &Finding) -> bool {
        let codes = || finding.also.iter().copied();
        let by_name = |name: &String| matches_name(name, finding);
        self.names.iter().any(by_name)
            || self.skipped_checks.iter().any(|skipped| {
                codes().any(|code| {
                    is_check_name(code) && (skipped == "all" || code.eq_ignore_ascii_case(skipped))
                })
            })
            || of_instruction(document, finding.item).iter().any(by_name)
    }
}

fn matches_name(name: &str, finding: &Finding) -> bool {
    name == finding.rule.id || finding.also.iter().any(|code| code.eq_ignore_ascii_case(name))
}

/// Whether a code is the name of one of BuildKit's checks.
fn is_check_name(code: &str) -> bool {
    !code.contains(|char: char| char.is_ascii_digit())
}

/// The names that an instruction's comments silence in the whole file.
pub(super) fn of_file(instruction: &Instruction) -> Vec<String> {
    let comments = instruction.comments().iter().chain(instruction.inner_comments());
    let texts = comments.filter_map(|span| instruction.source().get(span.clone()));
    texts.filter_map(pragma).filter(|pragma| pragma.whole_file).flat_map(split).collect()
}

/// The names that the comments above an instruction silence in it.
fn of_instruction(document: &Document, item: usize) -> Vec<String> {
    let Some(item) = document.file().items().get(item) else {
        return Vec::new();
    };
    let instruction = &item.instruction;
    let texts = instruction.comments().iter().filter_map(|span| instruction.source().get(span.clone()));
    texts.filter_map(pragma).filter(|pragma| !pragma.whole_file).flat_map(split).collect()
}

fn pragma(comment: &str) -> Option<Pragma<'_>> {
    let text = comment.trim_start().strip_prefix('#')?.trim_start();
    if let Some(rest) = text.strip_prefix("layerwise:") {
        let (key, names) = rest.split_once('=')?;
        let names = names.split_whitespace().next()?;
        return match key.trim() {
            "ignore" => Some(Pragma { whole_file: false, names }),
            "ignore-file" => Some(Pragma { whole_file: true, names }),
            _ => None,
        };
    }
    let rest = text.strip_prefix("hadolint")?.trim_start();
    let (whole_file, rest) = match rest.strip_prefix("global") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, rest),
    };
    let names = rest.strip_prefix("ignore")?.trim_start().strip_prefix('=')?;
    Some(Pragma { whole_file, names })
}

fn split(pragma: Pragma<'_>) -> Vec<String> {
    // Blanks may follow the commas; text after the last name is no name.
    let names = pragma.names.split(',').filter_map(|name| name.split_whitespace().next());
    names.map(str::to_owned).collect()
}

fn skipped_checks(document: &Document) -> Vec<String> {
    let Some(directive) = document.file().directives().get(DirectiveKind::Check) else {
        return Vec::new();
    };
    let settings = directive.value.split(';').filter_map(|setting| setting.trim().split_once('='));
    let skipped = settings.filter(|(key, _)| key.trim().eq_ignore_ascii_case("skip"));
    skipped.flat_map(|(_, names)| names.split(',').map(|name| name.trim().to_owned())).collect()
}

//! Comments that silence rules: those of Layerwise, of hadolint and of BuildKit.
//!
//! - `# layerwise: ignore=RULE[,RULE] [reason]` and `# hadolint ignore=CODE[,CODE]` speak of the next
//!   instruction;
//! - `# layerwise: ignore-file=RULE[,RULE] [reason]` and `# hadolint global ignore=CODE[,CODE]` of the file;
//! - `# check=skip=NAME[,NAME]` of the file or of the next instruction, for BuildKit's names.
//!
//! Source of the latter two: hadolint's README, "Ignoring Rules"; Docker reference, "check".

use super::Finding;
use super::check_options::CheckOptions;
use crate::document::Document;
use crate::syntax::Instruction;

/// What the comments of a file say of all of it.
pub(super) struct Suppressions {
    names: Vec<String>,
    checks: CheckOptions,
}

/// A comment that silences rules.
struct Pragma<'a> {
    whole_file: bool,
    names: &'a str,
}

impl Suppressions {
    /// What the comments of a document say: `names` are those that the comments of instructions silence in all of it.
    pub(super) fn of(document: &Document, names: &[&str]) -> Suppressions {
        let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let tail = document.text().slice(document.file().tail());
        names.extend(tail.lines().filter_map(pragma).filter(|pragma| pragma.whole_file).flat_map(split));
        Suppressions { names, checks: CheckOptions::of(document) }
    }

    /// Whether a comment silences a finding.
    pub(super) fn cover(&self, document: &Document, finding: &Finding) -> bool {
        let item = document.file().items().get(finding.item);
        let by_name = |name: &String| matches_name(name, finding);
        self.names.iter().any(by_name)
            || self.checks.skip(finding)
            || item.is_some_and(|item| {
                of_instruction(&item.instruction).iter().any(by_name)
                    || CheckOptions::above(&item.instruction).skip(finding)
            })
    }
}

fn matches_name(name: &str, finding: &Finding) -> bool {
    name == finding.rule.id || finding.also.iter().any(|code| code.eq_ignore_ascii_case(name))
}

/// The names that an instruction's comments silence in the whole file.
pub(super) fn of_file(instruction: &Instruction) -> Vec<String> {
    let comments = instruction.comments().iter().chain(instruction.inner_comments());
    let texts = comments.filter_map(|span| instruction.source().get(span.clone()));
    texts.filter_map(pragma).filter(|pragma| pragma.whole_file).flat_map(split).collect()
}

/// The names that the comments above an instruction silence in it.
fn of_instruction(instruction: &Instruction) -> Vec<String> {
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

//! What the rules share that judge the values of labels: each has a list of labels in its option `labels`.

use super::Findings;
use super::prelude::{Instruction, Kind, shown};
use crate::document::Cx;
use crate::semantic::labels::labels;

/// The option that lists a rule's labels.
pub(super) const OPTION: &str = "labels";

/// Whether an instruction sets labels.
pub(super) fn sets_labels(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Label
}

/// Finds the values of a rule's labels that are known, not empty, and not `meant`; the message says what they are not.
pub(super) fn check_values(
    cx: &Cx<'_>,
    steps: &[usize],
    rule: &str,
    out: &mut Findings,
    meant: (&str, fn(&str) -> bool),
) {
    let listed = cx.settings.strings(rule, OPTION);
    if listed.is_empty() {
        return;
    }
    let (what, is_valid) = meant;
    for step in steps {
        let Some(item) = cx.document.file().item(*step) else {
            continue;
        };
        for label in labels(&item.instruction) {
            let (Some(key), Some(value)) = (&label.key, &label.value) else {
                continue;
            };
            if listed.contains(&key.as_str()) && !value.is_empty() && !is_valid(value) {
                let message = format!("`{}` is no {what}", shown(value));
                out.push_at(*step, item.instruction.place(label.value_part), message);
            }
        }
    }
}

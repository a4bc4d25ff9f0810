//! `duplicate-stage-name`

use std::collections::HashMap;

use crate::rules::prelude::*;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds a stage with the name of an earlier one. Case does not matter.
    ///
    /// ## Why is this bad?
    /// The name stands for the last stage that bears it: what reads the earlier one gets other files, or none.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS build
    /// FROM node:22.11 AS build
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS server
    /// FROM node:22.11 AS client
    /// ```
    pub(crate) static DUPLICATE_STAGE_NAME = {
        id: "duplicate-stage-name", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DuplicateStageName", "DL3024"],
        check: Steps(is_from, check),
    }
}

fn is_from(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::From
}

fn check(cx: &Cx<'_>, _: &[usize], out: &mut Findings) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for stage in cx.document.model().stages() {
        let (Some(name), Some(part)) = (&stage.name, stage.name_part) else {
            continue;
        };
        let Some(item) = cx.document.file().item(stage.from()) else {
            continue;
        };
        let place = item.instruction.place(part);
        if let Some(earlier) = seen.insert(name, item.absolute(place.clone())) {
            let message = format!("an earlier stage is named `{name}` too");
            let pushed = out.push_at(stage.from(), place, message);
            pushed.also(DUPLICATE_STAGE_NAME.also).related(earlier, "the earlier one");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DUPLICATE_STAGE_NAME);

    #[test]
    fn case_does_not_matter() {
        check("FROM a:1 AS b\nFROM a:1 AS B\n          # ^ an earlier stage is named `b` too\n");
        check_none("FROM a:1 AS b\nFROM b\nFROM a:1\nFROM a:1 AS c\n");
    }
}

//! `reserved-stage-name`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds stages named `scratch` or `context`.
    ///
    /// ## Why is this bad?
    /// To Docker these names mean the empty image and the build context: the stage is not found by them everywhere.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20 AS scratch
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM alpine:3.20 AS base
    /// ```
    pub(crate) static RESERVED_STAGE_NAME = {
        id: "reserved-stage-name", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["ReservedStageName", "DL3063"],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let Some(part) = instruction.ast().stage_name() else {
        return;
    };
    let name = instruction.str(part);
    if ["context", "scratch"].iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
        let message = format!("`{name}` has a meaning of its own and names no stage");
        out.push(instruction.place(part), message).also(RESERVED_STAGE_NAME.also);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(RESERVED_STAGE_NAME);

    #[test]
    fn case_does_not_matter() {
        check(
            "FROM a:1 AS Context\n          # ^^^^^^^ `Context` has a meaning of its own and names no stage\n",
        );
        check_none("FROM scratch AS a\nFROM a:1 AS contexts\n");
    }
}

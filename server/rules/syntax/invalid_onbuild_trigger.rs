//! `invalid-onbuild-trigger`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds an ONBUILD with an instruction that cannot be kept for later: FROM, MAINTAINER, or another ONBUILD.
    ///
    /// ## Why is this bad?
    /// Docker refuses the file.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// ONBUILD ONBUILD COPY . /app
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// ONBUILD COPY . /app
    /// ```
    pub(crate) static INVALID_ONBUILD_TRIGGER = {
        id: "invalid-onbuild-trigger", group: Syntax, severity: Error, since: "0.1.0",
        also: ["DL3043"],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    if let Arguments::Trigger(inner) = &instruction.ast().arguments
        && matches!(inner.kind, Kind::From | Kind::Maintainer | Kind::Onbuild)
    {
        let message = format!("`ONBUILD` cannot keep `{}`", inner.kind.keyword());
        out.push(instruction.place(inner.keyword), message);
    }
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_ONBUILD_TRIGGER);
    use super::*;

    #[test]
    fn what_cannot_be_kept_is_marked() {
        check(
            "
FROM a:1
ONBUILD onbuild RUN b
        ^^^^^^^ `ONBUILD` cannot keep `ONBUILD`
ONBUILD FROM b
        ^^^^ `ONBUILD` cannot keep `FROM`
ONBUILD MAINTAINER b
        ^^^^^^^^^^ `ONBUILD` cannot keep `MAINTAINER`
",
        );
        check_none("FROM a:1\nONBUILD RUN b\nONBUILD\n");
    }
}

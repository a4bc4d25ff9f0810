//! `undeclared-arg-in-from`

use crate::knowledge::variables::global_names;
use crate::rules::edits::rename_variable;
use crate::rules::prelude::*;
use crate::semantic::variable_uses::{VariableUse, variable_uses};
use crate::settings::suggestion::{slip_of, with_suggestion};

declare_rule! {
    /// ## What it does
    /// Finds a variable in FROM that no ARG before the first FROM declares, and that Docker does not know.
    ///
    /// ## Why is this bad?
    /// It is empty, whatever the build is given: the name of the image is another one, or none.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// ARG VERSION=24.04
    /// FROM ubuntu:$VERSOIN
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// ARG VERSION=24.04
    /// FROM ubuntu:$VERSION
    /// ```
    pub(crate) static UNDECLARED_ARG_IN_FROM = {
        id: "undeclared-arg-in-from", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["UndefinedArgInFrom"],
        changes: [Stages],
        check: StageSteps(reads_variable, check),
        fix: Suggested(fix),
    }
}

pub(super) fn reads_variable(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::From && instruction.line().text().contains('$')
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps {
        for found in undeclared(cx, *index) {
            let message = format!("no ARG before the first FROM declares `{}`", found.name);
            out.push_at(*index, found.span, with_suggestion(message, meant(cx, *index, &found.name)));
        }
    }
}

fn undeclared(cx: &Cx<'_>, index: usize) -> Vec<VariableUse> {
    let uses = cx.document.file().item(index).map(|item| variable_uses(&item.instruction, false));
    let is_undeclared =
        |found: &VariableUse| !cx.document.model().is_set(&found.name, index) && found.is_asked_for();
    uses.into_iter().flatten().filter(is_undeclared).collect()
}

/// The argument that was likely meant.
fn meant<'a>(cx: &Cx<'a>, index: usize, name: &str) -> Option<&'a str> {
    let declared = cx.document.model().variable_names(index).into_iter();
    slip_of(name, declared.chain(global_names()))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    rename_variable(cx, finding, undeclared(cx, finding.item), |name| meant(cx, finding.item, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNDECLARED_ARG_IN_FROM);

    #[test]
    fn only_arguments_before_from_count() {
        check(
            "
ARG A
FROM $A:${B:-1} AS x
      # ^^^^^^^ no ARG before the first FROM declares `B`
ARG C=1
FROM a:$C
     # ^^ no ARG before the first FROM declares `C`
",
        );
        check(
            "FROM --platform=$BUILDPLATFROM a:1\n              # ^^^^^^^^^^^^^^ no ARG before the first FROM declares `BUILDPLATFROM`; did you mean `BUILDPLATFORM`?\n",
        );
    }

    #[test]
    fn what_docker_sets_is_known() {
        check_none("ARG A\nFROM --platform=$BUILDPLATFORM a:$A-$TARGETARCH-$TARGETOSVERSION-$TARGETSTAGE\n");
    }

    #[test]
    fn braces_and_operators_stay() {
        check_fix("ARG VERSION\nFROM a:${VERSIN:-1}\n", "ARG VERSION\nFROM a:${VERSION:-1}\n");
        check_no_fix("FROM a:$OTHER\n");
    }
}

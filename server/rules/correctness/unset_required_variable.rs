//! `unset-required-variable`

use crate::rules::prelude::*;
use crate::syntax::expansion;
use crate::syntax::word::WordErrorKind;

declare_rule! {
    /// ## What it does
    /// Finds a `${NAME:?message}` or `${NAME?message}` where nothing gives `NAME` a value.
    ///
    /// Where the base image may set the variable, or an ARG without a default stands for a build argument, the value is
    /// not known and nothing is said.
    ///
    /// ## Why is this bad?
    /// The build ends there, with the message.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// ARG BASE_TAG=12
    /// FROM debian:${TAG:?missing}
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// ARG TAG=12
    /// FROM debian:${TAG:?missing}
    /// ```
    ///
    /// ## References
    /// Docker reference, "Environment replacement"; BuildKit, `frontend/dockerfile/shell/lex.go`.
    pub(crate) static UNSET_REQUIRED_VARIABLE = {
        id: "unset-required-variable", group: Correctness, severity: Error, since: "0.1.0",
        also: [],
        check: Steps(may_require, check),
    }
}

fn may_require(instruction: &Instruction) -> bool {
    let source = instruction.source();
    instruction.ast().kind != Kind::Onbuild && source.contains("${") && source.contains('?')
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let model = cx.document.model();
    for index in steps {
        let Some(item) = cx.document.file().item(*index) else {
            continue;
        };
        let lookup = |name: &str| model.variable(name, *index).value;
        for error in expansion::errors_with(&item.instruction, &lookup) {
            if let WordErrorKind::Required(name) = error.kind {
                let message =
                    format!("`{}` has no value here: the build ends with this message", shown(&name));
                out.push_at(*index, error.span, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNSET_REQUIRED_VARIABLE);

    #[test]
    fn what_nothing_sets_is_found() {
        check(
            "
FROM a:${A:?no}
       ^^^^^^^^ `A` has no value here: the build ends with this message
FROM scratch
ENV B= C=${B:?empty}
         ^^^^^^^^^^^ `B` has no value here: the build ends with this message
WORKDIR /${D?}
         ^^^^^ `D` has no value here: the build ends with this message
",
        );
    }

    #[test]
    fn what_is_set_or_not_known_is_not() {
        check_none("ARG A\nFROM a:${A:?no}\nWORKDIR /${B:?no}\nARG C\nUSER ${C:?no}\nENV D= E=${D?no}\n");
        check_none("FROM scratch\nRUN echo ${A:?no}\nONBUILD USER ${A:?no}\nARG F=1\nUSER ${F:?no}\n");
    }
}

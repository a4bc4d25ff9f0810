//! `unsupported-modifier`

use crate::rules::prelude::*;
use crate::syntax::expansion;
use crate::syntax::word::WordErrorKind;

declare_rule! {
    /// ## What it does
    /// Finds what the builder cannot do inside `${…}`: a modifier that it does not have, such as `:=` or `^^`, no name
    /// at all, and a pattern with an escape that means nothing.
    ///
    /// The builder has `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/` and `//`.
    ///
    /// ## Why is this bad?
    /// The builder refuses the file. Where a shell is to expand the variable, put it in a RUN.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// ARG MODE
    /// ENV MODE=${MODE:=production}
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// ARG MODE
    /// ENV MODE=${MODE:-production}
    /// ```
    pub(crate) static UNSUPPORTED_MODIFIER = {
        id: "unsupported-modifier", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for error in expansion::errors(instruction) {
        let message = match &error.kind {
            WordErrorKind::UnsupportedModifier(modifier) => {
                format!("the builder has no modifier `{modifier}`")
            }
            WordErrorKind::BadSubstitution => "`${` has no variable's name".to_owned(),
            WordErrorKind::InvalidPattern => {
                "a pattern has only `\\*`, `\\?` and `\\\\` with an escape".to_owned()
            }
            _ => continue,
        };
        if !is_in_comment(instruction, error.span.start) {
            out.push(error.span, message);
        }
    }
}

#[cfg(test)]
mod tests {
    check_rule!(UNSUPPORTED_MODIFIER);
    use super::*;

    #[test]
    fn what_the_builder_cannot_do_is_marked() {
        check(
            "
FROM a:1
ENV A=${B:=c} C=${D^^} E=${F:#g}
      ^^^^^^^ the builder has no modifier `:=`
                ^^^^ the builder has no modifier `^`
                         ^^^^^ the builder has no modifier `:#`
LABEL a=${} b=${:-c}
        ^^^ `${` has no variable's name
              ^^^ `${` has no variable's name
USER ${A#\\b}
     ^^^^^^^ a pattern has only `\\*`, `\\?` and `\\\\` with an escape
WORKDIR /${A.b}
         ^^^^ the builder has no modifier `.`
",
        );
    }

    #[test]
    fn every_modifier_of_the_builder_is_taken() {
        check_none(
            "FROM a:1\nENV A=${B:-c}${B-c}${B:+c}${B+c}${B:?c}${B?c}${B#c}${B##c}${B%c}${B%%c}${B/c/d}${B//c/d}\n",
        );
        check_none("FROM a:1\nRUN echo ${A^^} ${B:=c}\n");
    }
}

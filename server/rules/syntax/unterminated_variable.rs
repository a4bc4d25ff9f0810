//! `unterminated-variable`

use crate::rules::prelude::*;
use crate::syntax::expansion;
use crate::syntax::word::WordErrorKind;

declare_rule! {
    /// ## What it does
    /// Finds a `${` without its `}`, and a `${name/pattern` without the `/` before the replacement, where the builder
    /// puts values in: in every instruction but RUN, CMD, ENTRYPOINT, HEALTHCHECK and SHELL, in flags and mounts, and
    /// in the lines of a heredoc of COPY or ADD.
    ///
    /// ## Why is this bad?
    /// The builder refuses the file. A literal `${` has the escape character before it.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// ARG VERSION=1
    /// ENV APP_VERSION=${VERSION
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// ARG VERSION=1
    /// ENV APP_VERSION=${VERSION}
    /// ```
    pub(crate) static UNTERMINATED_VARIABLE = {
        id: "unterminated-variable", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for error in expansion::errors(instruction) {
        if error.kind == WordErrorKind::UnterminatedVariable && !is_in_comment(instruction, error.span.start)
        {
            let text = instruction.source().get(error.span.clone()).unwrap_or_default();
            let lacks_slash = text.contains('/') && text.ends_with('}');
            let lacking = if lacks_slash { "/" } else { "}" };
            out.push(error.span, format!("`${{` lacks its `{lacking}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    check_rule!(UNTERMINATED_VARIABLE);
    use super::*;

    #[test]
    fn the_text_from_the_dollar_on_is_marked() {
        check(
            "
FROM ${A
     ^^^ `${` lacks its `}`
ENV A=${B:-c D=${E}
      ^^^^^^ `${` lacks its `}`
USER ${A/b}
     ^^^^^^ `${` lacks its `/`
RUN --mount=type=cache,target=${A b
                              ^^^ `${` lacks its `}`
COPY --from=${ a b
            ^^ `${` lacks its `}`
",
        );
    }

    #[test]
    fn only_what_the_builder_expands_is_looked_at() {
        check_none("FROM a:1\nRUN echo ${A\nCMD ${A\nCOPY <<'E' /a\n${A\nE\nENV A=\\${B C='${D'\n");
        check("FROM a:1\nCOPY <<E /a\nx ${A\n  ^^^ `${` lacks its `}`\nE\n");
    }
}

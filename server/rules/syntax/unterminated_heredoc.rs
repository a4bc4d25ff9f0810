//! `unterminated-heredoc`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a heredoc whose end is missing: no line below holds its name and nothing else.
    ///
    /// Blanks before or after the name are no end; only `<<-` allows tabs before it.
    ///
    /// ## Why is this bad?
    /// The heredoc takes every line to the end of the file, and the file does not build.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN <<EOF
    /// apt-get update
    ///   EOF
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN <<EOF
    /// apt-get update
    /// EOF
    /// ```
    pub(crate) static UNTERMINATED_HEREDOC = {
        id: "unterminated-heredoc", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    // Those behind it were not even begun.
    if let Some(open) = instruction.heredocs().iter().find(|heredoc| heredoc.end.is_none()) {
        let message = format!("no line below is `{}` alone, which ends this heredoc", open.name);
        out.push(instruction.place(open.marker), message);
    }
}

#[cfg(test)]
mod tests {
    check_rule!(UNTERMINATED_HEREDOC);
    use super::*;

    #[test]
    fn the_first_open_heredoc_is_marked() {
        check(
            "FROM a:1\nRUN <<A <<B <<C\n        ^^^ no line below is `B` alone, which ends this heredoc\nA\nB \n",
        );
        check(
            "FROM a:1\nCOPY <<-'E F' /a\n     ^^^^^^^^ no line below is `E F` alone, which ends this heredoc\n",
        );
    }

    #[test]
    fn an_ended_heredoc_is_left_alone() {
        check_none("FROM a:1\nRUN <<-A\n\tA\nRUN cat <<<a\nRUN echo $((1<<2)) \"<<A\"\nCMD <<A\n");
    }
}

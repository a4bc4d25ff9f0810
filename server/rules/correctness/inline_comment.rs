//! `inline-comment`

use crate::rules::comment_fix::move_comment;
use crate::rules::prelude::*;
use crate::syntax::trailing_comment::trailing_comment;

declare_rule! {
    /// ## What it does
    /// Finds a `#` comment after the arguments of an instruction. In RUN, CMD and ENTRYPOINT a shell reads it, and a
    /// comment there is one; after their JSON form it is not. Where Docker refuses the instruction because of the
    /// comment, `extra-argument` finds it.
    ///
    /// ## Why is this bad?
    /// Docker has comments on lines of their own only. Behind an instruction, the `#` and its words are arguments: files
    /// to copy, a part of a path, names of build arguments, or the end of the JSON form.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// WORKDIR /app # where the app lives
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// # where the app lives
    /// WORKDIR /app
    /// ```
    pub(crate) static INLINE_COMMENT = {
        id: "inline-comment", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Stages, Configuration],
        check: Instruction(check),
        fix: Suggested(move_comment),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let Some(comment) = trailing_comment(instruction).filter(|comment| !comment.is_refused) else {
        return;
    };
    let ast = instruction.ast().innermost();
    let message = match (ast.kind, &ast.arguments) {
        (Kind::Run | Kind::Cmd | Kind::Entrypoint, _) => {
            "with a comment behind it the JSON is none: a shell runs the line"
        }
        (Kind::Arg, _) => "a comment after the arguments declares its words as build arguments",
        (Kind::Copy | Kind::Add, _) => "a comment after the arguments names files to copy",
        (Kind::Volume, _) => "a comment after the arguments names volumes",
        _ => "a comment after the arguments is a part of the value",
    };
    out.push(instruction.place(comment.part), message);
}

#[cfg(test)]
mod tests {
    check_rule!(INLINE_COMMENT);
    use super::*;

    #[test]
    fn comments_that_docker_takes_for_something_else() {
        check(
            "
FROM a:1
COPY b c/ # d
          ^^^ a comment after the arguments names files to copy
ARG A=1 # the A
        ^^^^^^^ a comment after the arguments declares its words as build arguments
USER 1000 #me
          ^^^ a comment after the arguments is a part of the value
VOLUME /a # b
          ^^^ a comment after the arguments names volumes
CMD [\"a\"] # b
          ^^^ with a comment behind it the JSON is none: a shell runs the line
",
        );
    }

    #[test]
    fn comments_of_a_shell_and_refused_ones_are_left_alone() {
        check_none("FROM a:1\nRUN a # b\nCMD a # b\nEXPOSE 80 # b\nENV A=#b\n# c\nUSER 1\n");
    }

    #[test]
    fn the_comment_moves_up() {
        check_fix("FROM a:1\nCMD [\"b\", \\\n  \"c\"] # d\n", "FROM a:1\n# d\nCMD [\"b\", \\\n  \"c\"]\n");
    }
}

//! `extra-argument`

use crate::rules::comment_fix::move_comment;
use crate::rules::prelude::*;
use crate::syntax::trailing_comment::trailing_comment;

declare_rule! {
    /// ## What it does
    /// Finds words that an instruction has no use for: more than an image and `AS name` after FROM, a command after
    /// HEALTHCHECK NONE, and a comment behind the arguments of an instruction that then cannot be read.
    ///
    /// ## Why is this bad?
    /// The file does not build. A comment has a line of its own in a Dockerfile: behind an instruction, its words are
    /// arguments.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// EXPOSE 8080 # the web server
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// # the web server
    /// EXPOSE 8080
    /// ```
    /// ```dockerfile,bad
    /// FROM debian:12 base
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12 AS base
    /// ```
    pub(crate) static EXTRA_ARGUMENT = {
        id: "extra-argument", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        changes: [Stages, Configuration],
        check: Instruction(check),
        fix: Suggested(move_comment),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    if let Some(comment) = trailing_comment(instruction) {
        if comment.is_refused {
            let place = instruction.place(comment.part);
            out.push(place, "a comment after the arguments is read as arguments, which are refused here");
        }
        return;
    }
    let ast = instruction.ast().innermost();
    match &ast.arguments {
        Arguments::Words(words) if ast.kind == Kind::From => {
            let is_as = |word: &Part| instruction.str(*word).eq_ignore_ascii_case("AS");
            let extra = match words.as_slice() {
                [] | [_] => None,
                [_, word] if is_as(word) => None,
                [_, word, _, rest @ ..] if is_as(word) => rest.first(),
                [_, word, ..] => Some(word),
            };
            if let Some(extra) = extra {
                let place = instruction.place(Part { start: extra.start, end: ast.rest.end });
                out.push(place, "`FROM` takes an image, and `AS` with a stage name");
            }
        }
        Arguments::Healthcheck(kind, command)
            if instruction.str(*kind).eq_ignore_ascii_case("NONE")
                && !matches!(**command, Arguments::None) =>
        {
            let text = instruction.str(Part { start: kind.end, end: ast.rest.end });
            let blanks = text.len() - text.trim_start().len();
            let part = Part::new(kind.end as usize + blanks, ast.rest.end as usize);
            out.push(instruction.place(part), "`HEALTHCHECK NONE` takes no command");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    check_rule!(EXTRA_ARGUMENT);
    use super::*;

    #[test]
    fn from_takes_an_image_and_a_name() {
        check(
            "
FROM a b
       ^ `FROM` takes an image, and `AS` with a stage name
FROM a b c
       ^^^ `FROM` takes an image, and `AS` with a stage name
FROM a As b c d
            ^^^ `FROM` takes an image, and `AS` with a stage name
FROM {{ a }}
        ^^^^ `FROM` takes an image, and `AS` with a stage name
",
        );
        check_none("FROM a\nFROM a AS b\nFROM a as\nFROM --platform=a b as c\n");
    }

    #[test]
    fn no_health_check_has_no_command() {
        check(
            "FROM a\nHEALTHCHECK NONE  [\"a\"]\n                  ^^^^^ `HEALTHCHECK NONE` takes no command\n",
        );
        check_none("FROM a\nHEALTHCHECK NONE\nHEALTHCHECK CMD NONE a\n");
    }

    #[test]
    fn a_comment_that_is_refused_moves_up() {
        check(
            "FROM a # b\n       ^^^ a comment after the arguments is read as arguments, which are refused here\n",
        );
        check_fix("FROM a:1 AS b \t# c\nUSER 1\n", "# c\nFROM a:1 AS b\nUSER 1\n");
        check_fix("FROM a:1\r\n  ENV A=b # it's\r\n", "FROM a:1\r\n  # it's\r\n  ENV A=b\r\n");
        check_fix("FROM a:1\nENV A=b \\\n  C=d # c\n", "FROM a:1\n# c\nENV A=b \\\n  C=d\n");
        check_no_fix("FROM a:1\nEXPOSE 80 # c \\\n  443\n");
        check_none("FROM a:1\nCOPY a b # c\n");
    }
}

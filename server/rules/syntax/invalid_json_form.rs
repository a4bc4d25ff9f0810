//! `invalid-json-form`

use crate::rules::prelude::*;
use crate::syntax::trailing_comment::trailing_comment;

declare_rule! {
    /// ## What it does
    /// Finds a JSON array of arguments with something else than strings in it, and a SHELL that is no JSON array.
    ///
    /// Text that only looks like JSON, such as `['a']`, is the shell form to Docker.
    ///
    /// ## Why is this bad?
    /// Arguments are strings. Docker refuses numbers, `true`, `null`, arrays and objects among them, and takes SHELL in
    /// no other form. In JSON, strings have double quotes, and a backslash is written twice.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// CMD ["sleep", 10]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// SHELL ["/bin/bash", "-c"]
    /// CMD ["sleep", "10"]
    /// ```
    pub(crate) static INVALID_JSON_FORM = {
        id: "invalid-json-form", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    let arguments = match &ast.arguments {
        Arguments::Healthcheck(_, command) => command,
        arguments => arguments,
    };
    match arguments {
        Arguments::BadJson(part) => {
            let text = shown(instruction.str(*part));
            out.push(
                instruction.place(*part),
                format!("`{text}` is no string: a JSON form holds only strings"),
            );
        }
        Arguments::Text(part) if ast.kind == Kind::Shell && trailing_comment(instruction).is_none() => {
            out.push(instruction.place(*part), "SHELL takes a JSON array of strings");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_JSON_FORM);
    use super::*;

    #[test]
    fn the_first_value_that_is_no_string_is_marked() {
        check(
            "
FROM a:1
RUN [\"a\", 1, null]
          ^ `1` is no string: a JSON form holds only strings
COPY [[\"a\"], \"b\"]
      ^^^^^ `[\"a\"]` is no string: a JSON form holds only strings
HEALTHCHECK CMD [true]
                 ^^^^ `true` is no string: a JSON form holds only strings
ONBUILD VOLUME [{}]
                ^^ `{}` is no string: a JSON form holds only strings
",
        );
    }

    #[test]
    fn a_shell_is_json() {
        check("FROM a:1\nSHELL /bin/bash -c\n      ^^^^^^^^^^^^ SHELL takes a JSON array of strings\n");
        check("FROM a:1\nSHELL ['a']\n      ^^^^^ SHELL takes a JSON array of strings\n");
        check(
            "# escape=`\nFROM a:1\nSHELL [\"C:\\a\"]\n      ^^^^^^^^ SHELL takes a JSON array of strings\n",
        );
    }

    #[test]
    fn text_that_is_no_json_is_the_shell_form() {
        check_none(
            "FROM a:1\nRUN [ -f a ]\nCMD ['a', 1]\nCMD [a\nCOPY [a] b\nSHELL [\"a\"]\nENTRYPOINT []\n",
        );
    }
}

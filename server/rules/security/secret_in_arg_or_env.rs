//! `secret-in-arg-or-env`

use crate::rules::prelude::*;
use crate::syntax::Arguments;

declare_rule! {
    /// ## What it does
    /// Finds ARG and ENV with a name such as `API_KEY`, `GITHUB_TOKEN` or `password`. A name with `public`, `file` or
    /// `version` in it is left alone.
    ///
    /// ## Why is this bad?
    /// Whoever has the image can read the value: ENV is part of it, and ARG of its history.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// ARG GITHUB_TOKEN
    /// RUN wget --header="Authorization: Bearer $GITHUB_TOKEN" https://example.com/private
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM alpine:3.20
    /// RUN --mount=type=secret,id=github,env=GH \
    ///     wget --header="Authorization: Bearer $GH" https://example.com/private
    /// ```
    pub(crate) static SECRET_IN_ARG_OR_ENV = {
        id: "secret-in-arg-or-env", group: Security, severity: Warning, since: "0.1.0",
        also: ["SecretsUsedInArgOrEnv", "DL3064"],
        check: Instruction(check),
        only: is_in_stage,
    }
}

/// The words that make a name one of a secret, and those that take that back.
/// Source: BuildKit, `dockerfile2llb/validations.go` (`getSecretsRegex`).
const SECRET: [&str; 10] =
    ["apikey", "auth", "credential", "credentials", "key", "passwd", "password", "pword", "secret", "token"];
const HARMLESS: [&str; 3] = ["file", "public", "version"];

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast();
    let (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
        return;
    };
    for pair in pairs {
        let name = instruction.str(pair.key);
        let has = |words: &[&str]| {
            name.split('_').any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
        };
        if has(&SECRET) && !has(&HARMLESS) {
            let stays = if ast.kind == Kind::Arg { "the history of the image" } else { "the image" };
            let message = format!("`{name}` looks like a secret, and its value stays in {stays}");
            out.push(instruction.place(pair.key), message).also(SECRET_IN_ARG_OR_ENV.also);
        }
    }
}

/// What stands before the first FROM is in no image.
fn is_in_stage(cx: &Cx<'_>, item: usize) -> bool {
    cx.document.model().stage_at(item).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SECRET_IN_ARG_OR_ENV);

    #[test]
    fn a_word_of_the_name_says_it() {
        check(
            "FROM a:1\nENV A=1 My_Token=2\n      # ^^^^^^^^ `My_Token` looks like a secret, and its value stays in the image\n",
        );
        check(
            "FROM a:1\nARG KEY\n  # ^^^ `KEY` looks like a secret, and its value stays in the history of the image\n",
        );
    }

    #[test]
    fn other_words_do_not() {
        check_none(
            "ARG TOKEN\nFROM a:1\nENV TOKENS=1 KEY_FILE=2 PUBLIC_KEY=3 MONKEY=4 KEY_VERSION=5\nLABEL key=1\n",
        );
    }
}

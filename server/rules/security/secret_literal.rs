//! `secret-literal`

use crate::rules::prelude::*;
use crate::semantic::secrets::known_keys;

declare_rule! {
    /// ## What it does
    /// Finds keys of known services that are written out in ENV, ARG, LABEL, RUN, CMD and the like, and in the lines of
    /// heredocs: of AWS, GitHub, GitLab, Slack, npm, PyPI, Stripe, Google, OpenAI and others, and private keys. Each is known
    /// by how it begins and how long it is; the report shows the beginning alone, and blackens the key where it shows the line.
    /// Also passwords of users that a RUN gives to `chpasswd` (`echo "app:hunter22" | chpasswd`).
    ///
    /// ## Why is this bad?
    /// Whoever has the file, the image or its history can use the key, and deleting the line takes it back from nobody: it has
    /// to be replaced where it was made. A build that needs one gets it through `RUN --mount=type=secret`, a container through
    /// its environment.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// ENV GITLAB_TOKEN=glpat-k3Vb9QzR7mXwT2cLp8Jd
    /// RUN npm ci
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// # syntax=docker/dockerfile:1
    /// FROM node:22.11
    /// RUN --mount=type=secret,id=gitlab,env=GITLAB_TOKEN npm ci
    /// ```
    ///
    /// ## Never reported
    /// What is plainly an example (`AKIAIOSFODNN7EXAMPLE`, `ghp_xxxx…`), keys for tests (`sk_test_…`), the head of a private key
    /// without its body, as a `grep` looks for it, and keys that a password protects. Passwords that only stand for one
    /// (`root:password`).
    ///
    /// ## References
    /// - <https://docs.docker.com/build/building/secrets/>
    pub(crate) static SECRET_LITERAL = {
        id: "secret-literal", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for secret in known_keys(instruction) {
        let name = if secret.shown == "…" { String::new() } else { format!("`{}` is ", secret.shown) };
        let start = if name.is_empty() { "this is " } else { &name };
        let message = format!("{start}{}: whoever has this file or the image can use it", secret.what);
        out.push(secret.span, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SECRET_LITERAL);

    /// A key of GitHub's form, put together so that none stands here.
    fn key() -> String {
        format!("ghp{}", "_k3Vb9QzR7mXwT2cLp8JdY5hNfG6sAeU4k3Vb")
    }

    #[test]
    fn a_key_is_found_wherever_the_image_keeps_it_and_never_shown() {
        let key = key();
        let message = "`ghp_…` is a GitHub token: whoever has this file or the image can use it";
        for line in [
            format!("ENV A={key}"),
            format!("ARG A=\"{key}\""),
            format!("LABEL a.b={key}"),
            format!("RUN curl -H 'Authorization: token {key}' b"),
            format!("CMD [\"a\", \"--token={key}\"]"),
            format!("ONBUILD ENV A {key}"),
        ] {
            let found = crate::fixture::found(&SECRET_LITERAL, &format!("FROM a\n{line}\n"));
            assert_eq!(found.len(), 1, "{line}");
            assert!(found[0].ends_with(message) && !found[0].contains(&key), "{found:?}");
        }
    }

    #[test]
    fn the_lines_of_heredocs_are_read() {
        let key = key();
        check(&format!(
            "FROM a\nCOPY <<E /b\nx\ntoken={key}\n    # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `ghp_…` is a GitHub token: whoever has this file or the image can use it\nE\n"
        ));
    }

    #[test]
    fn comments_examples_and_other_instructions_are_silent() {
        let key = key();
        check_none(&format!(
            "FROM a\n# {key}\nRUN b \\\n# {key}\n c\nWORKDIR /{key}\nENV A=AKIAIOSFODNN7EXAMPLE\n"
        ));
    }
}

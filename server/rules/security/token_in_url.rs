//! `token-in-url`

use crate::rules::prelude::*;
use crate::semantic::secrets::credentials;

declare_rule! {
    /// ## What it does
    /// Finds passwords and tokens that are written out in an address (`https://user:password@host/`), in a setting of npm
    /// (`//registry/:_authToken=…`) and in a line of a `.netrc`.
    ///
    /// ## Why is this bad?
    /// The address stays in the history of the image, in the log of the build, and, for a `git clone`, in the `.git/config` of
    /// the clone. `RUN --mount=type=secret` gives a step the same without leaving it anywhere.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM python:3.13-slim
    /// RUN pip install --index-url https://ci:hunter22@pypi.corp.io/simple flask==3.1.0
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// # syntax=docker/dockerfile:1
    /// FROM python:3.13-slim
    /// RUN --mount=type=secret,id=netrc,target=/root/.netrc pip install --index-url https://pypi.corp.io/simple flask==3.1.0
    /// ```
    ///
    /// ## Never reported
    /// A password in a variable (`https://$TOKEN@host/`): where the variable is an ARG or ENV, `secret-in-arg-or-env` speaks of
    /// that. Words that only stand for a password (`user:password@`), and addresses of this machine, of a network's own hosts
    /// (`db`) and of examples. A key of a known service is one of `secret-literal`.
    pub(crate) static TOKEN_IN_URL = {
        id: "token-in-url", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for secret in credentials(instruction) {
        let message =
            format!("`{}` is {}: whoever has this file or the image can use it", secret.shown, secret.what);
        out.push(secret.span, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(TOKEN_IN_URL);

    #[test]
    fn a_password_is_found_and_never_shown() {
        check(
            "
FROM a
RUN git clone https://bob:s3cr8tX@git.corp.io/a && \\
    npm config set //npm.corp.io/:_authToken=k3Vb9QzR7mXwT2cLp8
                                           # ^^^^^^^^^^^^^^^^^^ `:_authToken=…` is a token of npm: whoever has this file or the image can use it
"
            .replace(
                " && \\\n",
                " && \\\n                    # ^^^^^^^^^^^ `bob:…@` is a password in an address: whoever has this file or the image can use it\n",
            )
            .as_str(),
        );
    }

    #[test]
    fn variables_and_stand_ins_are_silent() {
        check_none(
            "FROM a\nARG T\nRUN git clone https://x-access-token:$T@github.com/a/b\nENV U=https://user:pass@a.io/b\n",
        );
    }

    #[test]
    fn a_key_of_a_known_service_is_for_another_rule() {
        let key = format!("npm{}", "_k3Vb9QzR7mXwT2cLp8JdY5hNfG6sAeU4k3Vb");
        check_none(&format!("FROM a\nRUN npm config set //npm.example.com/:_authToken={key}\n"));
        check_none(&format!("FROM a\nRUN git clone https://a:{key}@b.io/c\n"));
    }
}

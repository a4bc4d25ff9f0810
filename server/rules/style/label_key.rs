//! `label-key`

use crate::rules::prelude::*;
use crate::semantic::labels::labels;

declare_rule! {
    /// ## What it does
    /// Finds the key of a label that is not as Docker advises: small letters, digits, `.`, `-`, `_` and `/`, a letter first, a
    /// letter or digit last, no `..` and no `--`, and none of Docker's own namespaces (`com.docker.`, `io.docker.`,
    /// `org.dockerproject.`).
    ///
    /// ## Why is this bad?
    /// Any key works. But those who ask for labels write them so, and a namespace of Docker's own can get a meaning that was
    /// not meant.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// LABEL Maintainer="Jane Doe"
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// LABEL maintainer="Jane Doe"
    /// ```
    ///
    /// ## Silent
    /// At a key with a variable in it, and at `/` and `_`, which Docker's page does not name and hadolint takes.
    ///
    /// ## References
    /// - <https://docs.docker.com/engine/manage-resources/labels/#key-format-recommendations>
    pub(crate) static LABEL_KEY = {
        id: "label-key", group: Style, severity: Hint, since: "0.1.0",
        also: ["DL3048"],
        default_on: false,
        check: Instruction(check),
    }
}

/// The namespaces that Docker keeps for itself.
const RESERVED: [&str; 3] = ["com.docker.", "io.docker.", "org.dockerproject."];

fn check(instruction: &Instruction, out: &mut Findings) {
    for label in labels(instruction) {
        let Some(key) = label.key else {
            continue;
        };
        let message = if RESERVED.iter().any(|namespace| key.starts_with(namespace)) {
            format!("the namespace of `{}` is one of Docker's own", shown(&key))
        } else if !is_plain(&key) {
            format!("`{}` is no key of small letters, digits and single separators", shown(&key))
        } else {
            continue;
        };
        out.push(instruction.place(label.key_part), message);
    }
}

fn is_plain(key: &str) -> bool {
    let is_small = |char: char| char.is_ascii_lowercase();
    let is_end = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    key.starts_with(is_small)
        && key.ends_with(is_end)
        && key.chars().all(|char| is_end(char) || ".-_/".contains(char))
        && !key.contains("..")
        && !key.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_KEY);

    #[test]
    fn keys_are_small_and_plain() {
        check(
            "
FROM a
LABEL A=b a.b-c_d/e1=f io.docker.x=g
    # ^ `A` is no key of small letters, digits and single separators
                     # ^^^^^^^^^^^ the namespace of `io.docker.x` is one of Docker's own
",
        );
        for key in ["1a", "a-", "a..b", "a--b", "a+b", "'a b'", ".a", "aB"] {
            assert!(!is_plain(key), "{key}");
        }
        check_none("FROM a\nLABEL $A=b \"c\"=d\nENV A=b\n");
    }
}

//! `label-email`

use crate::knowledge::label_values::is_email;
use crate::rules::labels::{OPTION, check_values, sets_labels};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds the value of a label that is not an e-mail address. Silent where no list of labels is set.
    ///
    /// ## Why is this bad?
    /// A name before the address keeps a program from writing to it.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-email = { labels = ["maintainer.email"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL maintainer.email="Jane <jane@example.com>"
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-email = { labels = ["maintainer.email"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL maintainer.email="jane@example.com"
    /// ```
    ///
    /// ## Silent
    /// At an empty value, which is `label-empty`, and at one with a variable, which each build can set. hadolint reports
    /// both.
    ///
    /// ## References
    /// - <https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1>
    pub(crate) static LABEL_EMAIL = {
        id: "label-email", group: Style, severity: Warning, since: "0.1.0",
        also: ["DL3058"],
        options: [RuleOption::strings(
            OPTION,
            "the keys of the labels. Those of kind `email` in the `label-schema` of a `.hadolint.yaml` are the \
             same list.",
        )],
        check: Steps(sets_labels, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    check_values(cx, steps, LABEL_EMAIL.id, out, ("e-mail address", is_email));
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_EMAIL);

    #[test]
    fn the_labels_of_the_list_are_looked_at() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: email, b: text }
#- Dockerfile
FROM x
LABEL a='?' b='?' c='?'
      # ^^^ `?` is no e-mail address
LABEL a= a=$B
LABEL a='jane@example.com'
ONBUILD LABEL a='?'
",
        );
        check_none("FROM x\nLABEL a='?'\n");
    }
}

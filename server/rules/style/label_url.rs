//! `label-url`

use crate::knowledge::label_values::is_url;
use crate::rules::labels::{OPTION, check_values, sets_labels};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds the value of a label that is not an absolute address. Silent where no list of labels is set.
    ///
    /// ## Why is this bad?
    /// Who follows the address of a project or a manual from the label needs a whole one.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-url = { labels = ["org.opencontainers.image.url"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.url="github.com/me/app"
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-url = { labels = ["org.opencontainers.image.url"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.url="https://github.com/me/app"
    /// ```
    ///
    /// ## Silent
    /// At an empty value, which is `label-empty`, and at one with a variable, which each build can set. hadolint reports
    /// both.
    ///
    /// ## References
    /// - <https://www.rfc-editor.org/rfc/rfc3986#section-3>
    pub(crate) static LABEL_URL = {
        id: "label-url", group: Style, severity: Warning, since: "0.1.0",
        also: ["DL3052"],
        options: [RuleOption::strings(
            OPTION,
            "the keys of the labels. Those of kind `url` in the `label-schema` of a `.hadolint.yaml` are the same \
             list.",
        )],
        check: Steps(sets_labels, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    check_values(cx, steps, LABEL_URL.id, out, ("URL", is_url));
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_URL);

    #[test]
    fn the_labels_of_the_list_are_looked_at() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: url, b: text }
#- Dockerfile
FROM x
LABEL a='?' b='?' c='?'
      # ^^^ `?` is no URL
LABEL a= a=$B
LABEL a='https://github.com/me/app'
ONBUILD LABEL a='?'
",
        );
        check_none("FROM x\nLABEL a='?'\n");
    }
}

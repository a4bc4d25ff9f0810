//! `label-time`

use crate::knowledge::label_values::is_time;
use crate::rules::labels::{OPTION, check_values, sets_labels};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds the value of a label that is not a time as RFC 3339 writes it. Silent where no list of labels is set.
    ///
    /// ## Why is this bad?
    /// Programs that sort images by their age read no other time.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-time = { labels = ["org.opencontainers.image.created"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.created="2026-01-02"
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-time = { labels = ["org.opencontainers.image.created"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.created="2026-01-02T03:04:05Z"
    /// ```
    ///
    /// ## Silent
    /// At an empty value, which is `label-empty`, and at one with a variable, which each build can set. hadolint reports
    /// both.
    ///
    /// ## References
    /// - <https://www.rfc-editor.org/rfc/rfc3339#section-5.6>
    pub(crate) static LABEL_TIME = {
        id: "label-time", group: Style, severity: Warning, since: "0.1.0",
        also: ["DL3053"],
        options: [RuleOption::strings(
            OPTION,
            "the keys of the labels. Those of kind `rfc3339` in the `label-schema` of a `.hadolint.yaml` are the \
             same list.",
        )],
        check: Steps(sets_labels, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    check_values(cx, steps, LABEL_TIME.id, out, ("time of RFC 3339", is_time));
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_TIME);

    #[test]
    fn the_labels_of_the_list_are_looked_at() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: rfc3339, b: text }
#- Dockerfile
FROM x
LABEL a='?' b='?' c='?'
      # ^^^ `?` is no time of RFC 3339
LABEL a= a=$B
LABEL a='2026-01-02T03:04:05Z'
ONBUILD LABEL a='?'
",
        );
        check_none("FROM x\nLABEL a='?'\n");
    }
}

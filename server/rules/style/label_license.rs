//! `label-license`

use crate::knowledge::licenses::is_license_expression;
use crate::rules::labels::{OPTION, check_values, sets_labels};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds the value of a label that is not an SPDX licence expression. Silent where no list of labels is set.
    ///
    /// ## Why is this bad?
    /// Programs that look after licences know these names and no others.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-license = { labels = ["org.opencontainers.image.licenses"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.licenses="Apache 2"
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-license = { labels = ["org.opencontainers.image.licenses"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.licenses="Apache-2.0"
    /// ```
    ///
    /// ## Silent
    /// At an empty value, which is `label-empty`, and at one with a variable, which each build can set. hadolint reports
    /// both.
    ///
    /// hadolint takes one identifier only, in just this case; `MIT OR Apache-2.0` is reported there, and is what the
    /// specification of images asks for.
    ///
    /// ## References
    /// - <https://spdx.org/licenses/>
    /// - <https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/>
    pub(crate) static LABEL_LICENSE = {
        id: "label-license", group: Style, severity: Warning, since: "0.1.0",
        also: ["DL3054"],
        options: [RuleOption::strings(
            OPTION,
            "the keys of the labels. Those of kind `spdx` in the `label-schema` of a `.hadolint.yaml` are the \
             same list.",
        )],
        check: Steps(sets_labels, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    check_values(cx, steps, LABEL_LICENSE.id, out, ("SPDX licence expression", is_license_expression));
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_LICENSE);

    #[test]
    fn the_labels_of_the_list_are_looked_at() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: spdx, b: text }
#- Dockerfile
FROM x
LABEL a='?' b='?' c='?'
      # ^^^ `?` is no SPDX licence expression
LABEL a= a=$B
LABEL a='Apache-2.0'
ONBUILD LABEL a='?'
",
        );
        check_none("FROM x\nLABEL a='?'\n");
    }
}

//! `label-version`

use crate::knowledge::label_values::is_version;
use crate::rules::labels::{OPTION, check_values, sets_labels};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds the value of a label that is not a semantic version. Silent where no list of labels is set.
    ///
    /// ## Why is this bad?
    /// Programs that compare versions need three numbers with nothing before them.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-version = { labels = ["org.opencontainers.image.version"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.version="v1.2"
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-version = { labels = ["org.opencontainers.image.version"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.version="1.2.0"
    /// ```
    ///
    /// ## Silent
    /// At an empty value, which is `label-empty`, and at one with a variable, which each build can set. hadolint reports
    /// both.
    ///
    /// hadolint takes leading zeros, as in `01.2.3`, which the specification rules out.
    ///
    /// ## References
    /// - <https://semver.org/>
    pub(crate) static LABEL_VERSION = {
        id: "label-version", group: Style, severity: Warning, since: "0.1.0",
        also: ["DL3056"],
        options: [RuleOption::strings(
            OPTION,
            "the keys of the labels. Those of kind `semver` in the `label-schema` of a `.hadolint.yaml` are the \
             same list.",
        )],
        check: Steps(sets_labels, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    check_values(cx, steps, LABEL_VERSION.id, out, ("semantic version", is_version));
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_VERSION);

    #[test]
    fn the_labels_of_the_list_are_looked_at() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: semver, b: text }
#- Dockerfile
FROM x
LABEL a='?' b='?' c='?'
      # ^^^ `?` is no semantic version
LABEL a= a=$B
LABEL a='1.2.0'
ONBUILD LABEL a='?'
",
        );
        check_none("FROM x\nLABEL a='?'\n");
    }
}

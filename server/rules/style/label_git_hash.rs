//! `label-git-hash`

use crate::knowledge::label_values::is_git_hash;
use crate::rules::labels::{OPTION, check_values, sets_labels};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds the value of a label that is not a hash of git. Silent where no list of labels is set.
    ///
    /// ## Why is this bad?
    /// A branch or a tag can move: only the hash tells which source the image was built from.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-git-hash = { labels = ["org.opencontainers.image.revision"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.revision="main"
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-git-hash = { labels = ["org.opencontainers.image.revision"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.revision="8eff933"
    /// ```
    ///
    /// ## Silent
    /// At an empty value, which is `label-empty`, and at one with a variable, which each build can set. hadolint reports
    /// both.
    ///
    /// hadolint takes 7 or 40 small digits; git takes any number between, large ones too, and has hashes of 64 digits.
    ///
    /// ## References
    /// - <https://git-scm.com/docs/gitrevisions>
    pub(crate) static LABEL_GIT_HASH = {
        id: "label-git-hash", group: Style, severity: Warning, since: "0.1.0",
        also: ["DL3055"],
        options: [RuleOption::strings(
            OPTION,
            "the keys of the labels. Those of kind `hash` in the `label-schema` of a `.hadolint.yaml` are the \
             same list.",
        )],
        check: Steps(sets_labels, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    check_values(cx, steps, LABEL_GIT_HASH.id, out, ("hash of git", is_git_hash));
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_GIT_HASH);

    #[test]
    fn the_labels_of_the_list_are_looked_at() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: hash, b: text }
#- Dockerfile
FROM x
LABEL a='?' b='?' c='?'
      # ^^^ `?` is no hash of git
LABEL a= a=$B
LABEL a='8eff933'
ONBUILD LABEL a='?'
",
        );
        check_none("FROM x\nLABEL a='?'\n");
    }
}

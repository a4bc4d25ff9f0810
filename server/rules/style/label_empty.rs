//! `label-empty`

use crate::rules::labels::{OPTION, sets_labels};
use crate::rules::prelude::*;
use crate::semantic::labels::labels;

declare_rule! {
    /// ## What it does
    /// Finds a label without a value. Silent where no list of labels is set.
    ///
    /// ## Why is this bad?
    /// The label is there and says nothing. Outside of the list that is left alone: an empty value takes back what the base
    /// image says.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-empty = { labels = ["org.opencontainers.image.title"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.title=""
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-empty = { labels = ["org.opencontainers.image.title"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.title="App"
    /// ```
    pub(crate) static LABEL_EMPTY = {
        id: "label-empty", group: Style, severity: Warning, since: "0.1.0",
        also: ["DL3051"],
        options: [RuleOption::strings(
            OPTION,
            "the keys of the labels. Those in the `label-schema` of a `.hadolint.yaml` are the same list.",
        )],
        check: Steps(sets_labels, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let listed = cx.settings.strings(LABEL_EMPTY.id, OPTION);
    if listed.is_empty() {
        return;
    }
    for step in steps {
        let Some(item) = cx.document.file().item(*step) else {
            continue;
        };
        for label in labels(&item.instruction) {
            let key = label.key.as_deref().filter(|key| listed.contains(key));
            if let Some(key) = key.filter(|_| label.value.as_deref() == Some("")) {
                let message = format!("the label `{}` is empty", shown(key));
                out.push_at(*step, item.instruction.place(label.key_part), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_EMPTY);

    #[test]
    fn labels_of_the_list_have_a_value() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: url, b: text }
#- Dockerfile
FROM x
LABEL a='' b=$C c=
    # ^ the label `a` is empty
LABEL b
    # ^ the label `b` is empty
LABEL b=d
",
        );
        check_none("FROM x\nLABEL a=\n");
    }
}

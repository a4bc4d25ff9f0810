//! `label-unexpected`

use crate::rules::labels::sets_labels;
use crate::rules::pattern;
use crate::rules::prelude::*;
use crate::semantic::labels::labels;

declare_rule! {
    /// ## What it does
    /// Finds a label that is not among those that are allowed. Silent where no list is set.
    ///
    /// ## Why is this bad?
    /// Where the labels are agreed upon, another one is a slip of the pen or something that nobody reads.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-unexpected = { allow = ["org.opencontainers.image.title"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.titel="App"
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-unexpected = { allow = ["org.opencontainers.image.title"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.title="App"
    /// ```
    pub(crate) static LABEL_UNEXPECTED = {
        id: "label-unexpected", group: Style, severity: Info, since: "0.1.0",
        also: ["DL3050"],
        options: [RuleOption::strings(
            "allow",
            "the keys that are allowed; `*` stands for any characters. The `label-schema` of a `.hadolint.yaml` \
             is the same list where `strict-labels` is set.",
        )],
        check: Steps(sets_labels, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let allowed = cx.settings.strings(LABEL_UNEXPECTED.id, "allow");
    if allowed.is_empty() {
        return;
    }
    for step in steps {
        let Some(item) = cx.document.file().item(*step) else {
            continue;
        };
        for label in labels(&item.instruction) {
            let is_allowed = |key: &str| allowed.iter().any(|allowed| pattern::matches(allowed, key));
            if let Some(key) = label.key.filter(|key| !is_allowed(key)) {
                let message = format!("`{}` is not among the labels that are allowed", shown(&key));
                out.push_at(*step, item.instruction.place(label.key_part), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_UNEXPECTED);

    #[test]
    fn labels_outside_of_the_list_are_found() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: url, 'b.*': text }
strict-labels: true
#- Dockerfile
FROM x
LABEL a=1 c=2 b.c=3 $D=4
        # ^ `c` is not among the labels that are allowed
",
        );
        check_none("#- .hadolint.yaml\nlabel-schema: { a: url }\n#- Dockerfile\nFROM x\nLABEL b=1\n");
        check(
            "
#- .hadolint.yaml
strict-labels: true
#- Dockerfile
FROM x
LABEL a=1
    # ^ `a` is not among the labels that are allowed
",
        );
    }
}

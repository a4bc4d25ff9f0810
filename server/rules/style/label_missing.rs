//! `label-missing`

use crate::rules::labels::OPTION;
use crate::rules::prelude::*;
use crate::semantic::labels::labels;
use crate::semantic::stages::{Base, Stage};

declare_rule! {
    /// ## What it does
    /// Finds an image that does not set a label that is asked for: the stages that no other stage is built on or copies from.
    /// Silent where no list of labels is set.
    ///
    /// ## Why is this bad?
    /// Whoever asks for the label does not find it, or finds the one of the base image.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// label-missing = { labels = ["org.opencontainers.image.source"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// label-missing = { labels = ["org.opencontainers.image.source"] }
    /// #- Dockerfile
    /// FROM debian:12
    /// LABEL org.opencontainers.image.source="https://github.com/me/app"
    /// ```
    ///
    /// ## Silent
    /// At a stage that another one is built on, which hadolint reports as well: it is no image by itself.
    pub(crate) static LABEL_MISSING = {
        id: "label-missing", group: Style, severity: Info, since: "0.1.0",
        also: ["DL3049"],
        options: [RuleOption::strings(
            OPTION,
            "the keys of the labels. Those in the `label-schema` of a `.hadolint.yaml` are the same list.",
        )],
        check: File(check),
    }
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let listed = cx.settings.strings(LABEL_MISSING.id, OPTION);
    if listed.is_empty() {
        return;
    }
    let (file, model) = (cx.document.file(), cx.document.model());
    for stage in model.run_stages(file) {
        let Some(keys) = keys(cx, stage) else {
            continue;
        };
        let missing = listed.iter().filter(|key| !keys.iter().any(|set| set == *key));
        let missing: Vec<String> = missing.map(|key| format!("`{}`", shown(key))).collect();
        let from = file.item(stage.from());
        if let (Some(from), false) = (from, missing.is_empty()) {
            let message = format!("the image has no label {}", missing.join(", "));
            out.push_at(stage.from(), from.instruction.place(from.instruction.ast().keyword), message);
        }
    }
}

/// The keys that a stage and those it is built on set; `None` where a key is not known.
fn keys(cx: &Cx<'_>, stage: &Stage) -> Option<Vec<String>> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut keys = Vec::new();
    let mut stage = stage;
    loop {
        for item in file.items().get(stage.items.clone())? {
            for label in labels(&item.instruction) {
                keys.push(label.key?);
            }
        }
        let Base::Stage(base) = stage.base else {
            return Some(keys);
        };
        stage = model.stages().get(base).filter(|base| base.index < stage.index)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LABEL_MISSING);

    #[test]
    fn images_without_the_labels_are_found() {
        check(
            "
#- .hadolint.yaml
label-schema: { a: url, b: text }
#- Dockerfile
FROM x AS base
LABEL a=1
FROM y AS tools
FROM base
^^^^ the image has no label `b`
COPY --from=tools /a /b
FROM base
LABEL b=2
FROM x
^^^^ the image has no label `a`, `b`
FROM x
LABEL $A=b
",
        );
        check_none("FROM x\n");
    }
}

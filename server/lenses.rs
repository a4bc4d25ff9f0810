//! What is shown above each stage: who uses it, and how many layers it has.

use crate::document::Cx;
use crate::knowledge::instructions::{self, Effect};
use crate::semantic::inputs::Build;
use crate::semantic::stages::{Base, Stage};
use crate::text::Span;

/// A line above a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The keyword of its FROM, in bytes of the document.
    pub span: Span,
    /// The text.
    pub title: String,
    /// Every use of the stage, in bytes of the document.
    pub uses: Vec<Span>,
}

/// The lenses of a document, one for each stage.
pub fn find(cx: &Cx<'_>) -> Vec<Lens> {
    let (file, model, inputs) = (cx.document.file(), cx.document.model(), cx.document.inputs());
    let stages = model.stages();
    let mut uses: Vec<Vec<Span>> = vec![Vec::new(); stages.len()];
    for (stage, word) in model.stage_words(file) {
        if let (Some(uses), Some(item)) = (uses.get_mut(stage), file.item(word.item)) {
            uses.push(item.absolute(item.instruction.place(word.part)));
        }
    }
    let layers = layers(cx, stages);
    let lens = |((stage, uses), layers): ((&Stage, Vec<Span>), usize)| {
        let item = file.item(stage.from())?;
        let is_last = stage.index + 1 == stages.len();
        let builds: Vec<&str> =
            { stage.name.iter() }.flat_map(|name| inputs.builds_of(name)).map(Build::title).collect();
        let usage = match uses.len() {
            0 if !builds.is_empty() => format!("target of {}", builds.join(", ")),
            0 if is_last => "built by default".to_owned(),
            0 => "not used by another stage".to_owned(),
            count => {
                let target = if builds.is_empty() {
                    String::new()
                } else {
                    format!(", target of {}", builds.join(", "))
                };
                let used = if count == 1 { "used once".to_owned() } else { format!("used {count} times") };
                used + &target
            }
        };
        let layers = match layers {
            1 => "1 layer".to_owned(),
            count => format!("{count} layers"),
        };
        let span = item.absolute(item.instruction.place(item.instruction.ast().keyword));
        Some(Lens { span, title: format!("{usage}, {layers}"), uses })
    };
    stages.iter().zip(uses).zip(layers).filter_map(lens).collect()
}

/// How many layers each stage adds to its base image, those of the stages it is built on among them.
fn layers(cx: &Cx<'_>, stages: &[Stage]) -> Vec<usize> {
    let items = cx.document.file().items();
    let mut layers: Vec<usize> = Vec::with_capacity(stages.len());
    for stage in stages {
        let own = items.get(stage.items.clone()).unwrap_or_default().iter().filter(|item| {
            let known = instructions::instruction(item.instruction.ast().kind.keyword());
            known.is_some_and(|known| known.effect == Effect::Layer)
        });
        let below = match stage.base {
            Base::Stage(base) => layers.get(base).copied().unwrap_or_default(),
            Base::Scratch | Base::Image(_) | Base::Unknown => 0,
        };
        layers.push(below + own.count());
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn check(source: &str, expected: &[(&str, &[&str])]) {
        Fixture::new(source).look(|cx| {
            let text = cx.document.text();
            let lenses = find(cx);
            let shown: Vec<(String, Vec<String>)> = lenses
                .into_iter()
                .map(|lens| {
                    assert!(text.slice(lens.span).eq_ignore_ascii_case("from"));
                    (lens.title, lens.uses.into_iter().map(|span| text.slice(span)).collect())
                })
                .collect();
            let shown: Vec<(&str, Vec<&str>)> = shown
                .iter()
                .map(|(title, uses)| (title.as_str(), uses.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<(&str, Vec<&str>)> =
                expected.iter().map(|(title, uses)| (*title, uses.to_vec())).collect();
            assert_eq!(shown, expected);
        });
    }

    #[test]
    fn uses_and_layers_are_counted() {
        check(
            "from a AS x\nRUN b\nFROM X AS y\nENV c=d\nCOPY e f\nFROM g AS z\nFROM y\nCOPY --from=0 h i\n\
             RUN --mount=type=bind,from=x,target=/j k\n",
            &[
                ("used 3 times, 1 layer", &["X", "0", "x"]),
                ("used once, 2 layers", &["y"]),
                ("not used by another stage, 0 layers", &[]),
                ("built by default, 4 layers", &[]),
            ],
        );
    }

    #[test]
    fn without_stages_there_are_none() {
        check("ARG a\nRUN b\n", &[]);
    }
}

//! Stages that are made of the build context, by themselves or through others.

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::stages::Base;
use crate::syntax::{File, Kind};

/// Whether a file of the build context comes into a stage, or is shown to one of its steps: there, in a stage that it is
/// built on, or in one that it takes something from.
pub fn is_made_of_context(file: &File, model: &Model, stage: usize) -> bool {
    let mut seen = vec![false; model.stages().len()];
    let mut left = vec![stage];
    while let Some(index) = left.pop() {
        let Some(stage) = model.stages().get(index) else {
            continue;
        };
        if seen.get_mut(index).is_none_or(|seen| std::mem::replace(seen, true)) {
            continue;
        }
        if let Base::Stage(base) = stage.base {
            left.push(base);
        }
        for step in stage.items.clone().skip(1) {
            for from in sources(file, model, step) {
                match from {
                    CopyFrom::Context => return true,
                    CopyFrom::Stage(other) => left.push(other),
                    CopyFrom::Image(_) | CopyFrom::Unknown => {}
                }
            }
        }
    }
    false
}

/// From where a step takes files that may differ from build to build; what is fetched is none of it.
fn sources(file: &File, model: &Model, step: usize) -> Vec<CopyFrom> {
    match file.item(step).map(|item| item.kind) {
        Some(Kind::Copy | Kind::Add) => {
            let copy = CopyStep::of(file, model, step);
            let is_local = |copy: &&CopyStep| {
                let mut values = copy.sources.iter().map(|source| source.value.as_deref());
                values.any(|value| value.is_none_or(|value| !is_address(value)))
            };
            copy.filter(is_local).map(|copy| copy.from.clone()).into_iter().collect()
        }
        Some(Kind::Run) => model.bind_mounts(file, step).into_iter().map(|(_, from)| from).collect(),
        _ => Vec::new(),
    }
}

/// Whether a source of ADD is fetched from elsewhere.
pub fn is_address(source: &str) -> bool {
    source.contains("://") || source.starts_with("git@")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn made(text: &str) -> bool {
        let document = Document::new(text);
        let last = document.model().stages().len() - 1;
        is_made_of_context(document.file(), document.model(), last)
    }

    #[test]
    fn files_come_by_themselves_or_through_other_stages() {
        for text in [
            "FROM a:1\nCOPY b /c\n",
            "FROM a:1\nRUN --mount=type=bind,target=/src make\n",
            "FROM a:1 AS b\nADD c /d\nFROM b\n",
            "FROM a:1 AS b\nCOPY c /d\nFROM a:1 AS e\nCOPY --from=b /d /f\nFROM a:1\nRUN --mount=from=e,target=/x y\n",
        ] {
            assert!(made(text), "{text}");
        }
        for text in [
            "FROM a:1\nCOPY b /c\nFROM a:1\nRUN d\n",
            "FROM a:1\nADD https://a/b /c\nCOPY --from=d:1 /e /f\n",
            "FROM a:1\nCOPY <<E /f\ng\nE\n",
        ] {
            assert!(!made(text), "{text}");
        }
    }
}

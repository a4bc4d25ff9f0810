//! Which stages a stage uses, and which use it.

use super::{Said, stage};
use crate::document::Cx;
use crate::document::cursor::Cursor;
use crate::text::Span;

/// A stage, as one end of a use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageNode {
    /// As FROM writes it, or `stage` and its number.
    pub name: String,
    /// Its FROM, and the name there: the keyword where it has none.
    pub said: Said,
}

/// A stage beside another, and the words (in bytes of the document, in order) by which one of them uses the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageUse {
    /// The other stage.
    pub stage: StageNode,
    /// The words.
    pub words: Vec<Span>,
}

/// The stage that a byte offset names, or whose FROM it is in.
pub fn stage_node(cx: &Cx<'_>, offset: usize) -> Option<StageNode> {
    node(cx, index(cx, offset)?)
}

/// The stages that use the one at a byte offset, in the order of the file.
pub fn users(cx: &Cx<'_>, offset: usize) -> Vec<StageUse> {
    grouped(cx, offset, |user, used, stage| (used == stage).then_some(user))
}

/// The stages that the one at a byte offset uses, in the order of the file.
pub fn used(cx: &Cx<'_>, offset: usize) -> Vec<StageUse> {
    grouped(cx, offset, |user, used, stage| (user == stage).then_some(used))
}

fn index(cx: &Cx<'_>, offset: usize) -> Option<usize> {
    stage::at(&Cursor::new(cx, offset)?).map(|stage| stage.index)
}

fn node(cx: &Cx<'_>, stage: usize) -> Option<StageNode> {
    let stage = cx.document.model().stages().get(stage)?;
    let item = cx.document.file().item(stage.from())?;
    let (name, part) = match stage.name_part {
        Some(part) => (item.instruction.str(part).to_owned(), part),
        None => (format!("stage {}", stage.index), item.instruction.ast().keyword),
    };
    Some(StageNode {
        name,
        said: Said { whole: item.span(), name: item.absolute(item.instruction.place(part)) },
    })
}

/// The uses of which `other_end` gives a stage for the user, the used one, and the one that was asked about.
fn grouped(cx: &Cx<'_>, offset: usize, other_end: fn(usize, usize, usize) -> Option<usize>) -> Vec<StageUse> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(asked) = index(cx, offset) else {
        return Vec::new();
    };
    let mut words: Vec<Vec<Span>> = vec![Vec::new(); model.stages().len()];
    for (used, word) in model.stage_words(file) {
        let user = model.stage_at(word.item).map(|stage| stage.index);
        let other = user.and_then(|user| other_end(user, used, asked)).and_then(|other| words.get_mut(other));
        if let (Some(words), Some(item)) = (other, file.item(word.item)) {
            words.push(item.absolute(item.instruction.place(word.part)));
        }
    }
    let with_words = words.into_iter().enumerate().filter(|(_, words)| !words.is_empty());
    with_words.filter_map(|(stage, words)| Some(StageUse { stage: node(cx, stage)?, words })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const SOURCE: &str = "FROM a AS Base\nFROM base\nCOPY --from=base x y\nRUN --mount=type=bind,from=0,target=/x b\n\
                          FROM scratch AS last\nCOPY --from=1 y z\n";

    fn shown(uses: &[StageUse]) -> Vec<(&str, Vec<&str>)> {
        uses.iter()
            .map(|found| {
                let words = found.words.iter().map(|span| &SOURCE[span.clone()]).collect();
                (found.stage.name.as_str(), words)
            })
            .collect()
    }

    #[test]
    fn the_ends_of_a_use_are_stages() {
        let fixture = Fixture::new(SOURCE);
        fixture.look(|cx| {
            let of = |text: &str| SOURCE.find(text).expect("the text");
            let base = of("Base");
            assert_eq!(shown(&users(cx, base)), [("stage 1", vec!["base", "base"])]);
            assert_eq!(used(cx, base), []);
            // The word after FROM is the other stage, the keyword is its own.
            assert_eq!(stage_node(cx, of("base\n")).expect("a stage").name, "Base");
            let second = of("FROM base");
            assert_eq!(shown(&used(cx, second)), [("Base", vec!["base", "base"])]);
            assert_eq!(shown(&users(cx, second)), [("last", vec!["1"])]);
            assert_eq!(SOURCE[stage_node(cx, second).expect("a stage").said.name], *"FROM");
            assert_eq!(stage_node(cx, of("1 y z")).expect("a stage").name, "stage 1");
            assert_eq!(stage_node(cx, of("x y")), None);
        });
    }
}

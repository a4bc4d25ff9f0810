//! Where the stages of a file are used: in FROM, in `COPY --from`, in the `from=` of a mount. What an ONBUILD
//! keeps names the stages of another build and is none of these.

use super::Model;
use super::copies::CopyFrom;
use super::stages::Base;
use crate::syntax::mount::Mount;
use crate::syntax::{Ast, File, Instruction, Kind, Part};

/// A word that names where files or a base come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceWord {
    /// The instruction, as an index of the file's.
    pub item: usize,
    /// The word, in the joined line.
    pub part: Part,
    /// What it names.
    pub source: CopyFrom,
}

impl Model {
    /// The words of one instruction that name a stage or an image beside it: FROM's base is among them.
    pub fn source_words(&self, file: &File, item: usize) -> Vec<SourceWord> {
        let Some(instruction) = file.instruction(item) else {
            return Vec::new();
        };
        let word = |(part, source)| SourceWord { item, part, source };
        match instruction.ast().kind {
            Kind::From => self.base_word(item).map(word).into_iter().collect(),
            Kind::Copy => self.flag_words(item, instruction, instruction.ast()).map(word).collect(),
            Kind::Run => self.mount_words(item, instruction).map(word).collect(),
            _ => Vec::new(),
        }
    }

    /// The words of what an ONBUILD keeps that name a stage or an image. A build that begins with this image reads
    /// them: another file's, or this one where a later stage is built on this stage. A number counts the other
    /// file's stages and is none of these.
    pub fn trigger_words(&self, file: &File, item: usize) -> Vec<SourceWord> {
        let Some(instruction) = file.instruction(item) else {
            return Vec::new();
        };
        let kept = instruction.ast().innermost();
        let words: Vec<(Part, CopyFrom)> = match (instruction.ast().kind, kept.kind) {
            (Kind::Onbuild, Kind::Copy) => self.flag_words(item, instruction, kept).collect(),
            (Kind::Onbuild, Kind::Run) => self.mount_words(item, instruction).collect(),
            _ => Vec::new(),
        };
        let named = words.into_iter().filter(|(part, _)| instruction.str(*part).parse::<usize>().is_err());
        named.map(|(part, source)| SourceWord { item, part, source }).collect()
    }

    /// Every word of the file that names a stage, in order, with the stage that it names.
    pub fn stage_words(&self, file: &File) -> impl Iterator<Item = (usize, SourceWord)> {
        let words = (0..file.items().len()).flat_map(|item| self.source_words(file, item));
        words.filter_map(|word| match word.source {
            CopyFrom::Stage(stage) => Some((stage, word)),
            _ => None,
        })
    }

    /// Every use of a stage in the file, in order.
    pub fn stage_uses(&self, file: &File, stage: usize) -> Vec<SourceWord> {
        self.stage_words(file).filter(|(named, _)| *named == stage).map(|(_, word)| word).collect()
    }

    fn base_word(&self, item: usize) -> Option<(Part, CopyFrom)> {
        let stage = self.stage_at(item).filter(|stage| stage.from() == item)?;
        let source = match &stage.base {
            Base::Stage(base) => CopyFrom::Stage(*base),
            Base::Image(image) => CopyFrom::Image(image.text().to_owned()),
            Base::Scratch | Base::Unknown => CopyFrom::Unknown,
        };
        Some((stage.base_part?, source))
    }

    fn flag_words<'a>(
        &self,
        item: usize,
        instruction: &'a Instruction,
        ast: &'a Ast,
    ) -> impl Iterator<Item = (Part, CopyFrom)> + use<'a, '_> {
        let flags = ast.flags_named(instruction.line().text(), "from");
        flags.filter_map(move |flag| {
            let name = self.expand_at(item, &flag.value).value;
            Some((flag.value_part?, self.copy_from(&name)))
        })
    }

    fn mount_words(&self, item: usize, instruction: &Instruction) -> impl Iterator<Item = (Part, CopyFrom)> {
        Mount::all(instruction).into_iter().filter_map(move |mount| {
            let field = mount.field(&["from"])?;
            let name = self.expand_at(item, field.value.as_deref()?).value;
            Some((field.value_part, self.mount_from(&name)))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Document;

    #[test]
    fn a_stage_is_used_by_name_in_any_case_and_by_number_in_copy() {
        let source = "FROM a AS x\nFROM X\nCOPY --from=0 a b\nRUN --mount=type=bind,from=x,target=/y c\n\
                      RUN --mount=type=bind,from=0,target=/y c\n\
                      ONBUILD COPY --from=x a b\nCOPY --from=y a b\n";
        let document = Document::new(source);
        let uses = document.model().stage_uses(document.file(), 0);
        let shown: Vec<(usize, &str)> = uses
            .iter()
            .map(|found| (found.item, document.file().items()[found.item].instruction.str(found.part)))
            .collect();
        assert_eq!(shown, [(1, "X"), (2, "0"), (3, "x")]);
    }
}

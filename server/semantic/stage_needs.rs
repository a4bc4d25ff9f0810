//! Which stages each stage needs: what it is built on, copies from and mounts.
//! Source: BuildKit, `dockerfile2llb/convert.go` (`toCommand`, `dispatch`) and `validations.go`.

use super::Model;
use super::copies::CopyFrom;
use super::stage_uses::SourceWord;
use crate::syntax::{File, Instruction, Kind};

/// Which stages each stage needs.
#[derive(Debug)]
pub struct StageNeeds {
    /// For each stage the stages that it needs, by number.
    needs: Vec<Vec<usize>>,
    /// The words that name a later stage or their own.
    forward: Vec<ForwardWord>,
}

/// A word that names a later stage, or the one that it stands in.
#[derive(Debug)]
pub struct ForwardWord {
    /// The stage that it stands in.
    pub stage: usize,
    /// The stage that it names.
    pub needed: usize,
    /// The word itself.
    pub word: SourceWord,
}

/// So many words that lead forward are followed at most.
const MOST_WORDS: usize = 64;

/// Whether an instruction may name a stage that is needed.
pub fn may_need_stage(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    match ast.kind {
        Kind::From => true,
        Kind::Copy | Kind::Run => instruction.str(ast.part()).contains("from="),
        _ => false,
    }
}

impl StageNeeds {
    /// What the instructions of a file say; `steps` are those that [`may_need_stage`], as indexes. Read once.
    pub fn of<'a>(file: &File, model: &'a Model, steps: &[usize]) -> &'a StageNeeds {
        model.needs.get_or_init(|| StageNeeds::read(file, model, steps))
    }

    fn read(file: &File, model: &Model, steps: &[usize]) -> StageNeeds {
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); model.stages().len()];
        let mut forward = Vec::new();
        for word in steps.iter().flat_map(|index| model.source_words(file, *index)) {
            let (Some(stage), CopyFrom::Stage(needed)) = (model.stage_at(word.item), &word.source) else {
                continue;
            };
            let (stage, needed) = (stage.index, *needed);
            needs.get_mut(stage).into_iter().for_each(|needs| needs.push(needed));
            if needed >= stage && forward.len() < MOST_WORDS {
                forward.push(ForwardWord { stage, needed, word });
            }
        }
        StageNeeds { needs, forward }
    }

    /// The words that name a later stage or their own, in order; the first 64.
    pub fn forward(&self) -> &[ForwardWord] {
        &self.forward
    }

    /// Whether a stage needs another, directly or through others; each needs itself.
    pub fn leads(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.needs.len()];
        let mut pending = vec![from];
        while let Some(stage) = pending.pop() {
            if stage == to {
                return true;
            }
            match seen.get_mut(stage) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            pending.extend(self.needs.get(stage).into_iter().flatten());
        }
        false
    }
}

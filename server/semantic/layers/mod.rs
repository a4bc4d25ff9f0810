//! The steps of a build: for each one of each stage that is needed what it reads, what it costs, and how often what it
//! reads changes. Made when somebody asks, never at a keystroke. What a change runs again is for [`rerun`] to say.

mod cost;
mod influence;
pub mod rerun;
pub mod sources;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::Model;
use super::copies::CopyFrom;
use super::stage_needs::may_need_stage;
use super::stages::{Base, Stage};
use crate::syntax::{File, Kind};

pub use cost::{Cost, costly_commands};
use sources::ContextSource;

/// The steps of the stages that a build needs, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// The stages that are needed, in order.
    pub stages: Vec<StageSteps>,
}

/// The steps of one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageSteps {
    /// The number of the stage.
    pub stage: usize,
    /// Its steps in order: FROM, what the ONBUILD instructions of the stage it is built on keep, and its own.
    pub steps: Vec<Step>,
}

/// One step: an instruction that the builder does something for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The instruction, as an index of the file's; for what an ONBUILD keeps, the FROM that runs it.
    pub item: usize,
    /// The ONBUILD that keeps it, as an index of the file's instructions.
    pub trigger: Option<usize>,
    /// FROM, RUN, COPY, ADD or WORKDIR.
    pub kind: Kind,
    /// What it reads.
    pub inputs: Inputs,
    /// What it costs to run it.
    pub cost: Cost,
    /// Whether its files are a layer by themselves, whatever lies below: `--link`.
    pub is_linked: bool,
}

/// What a step reads beside its own text and the step before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Of the build context.
    pub context: Vec<ContextSource>,
    /// The numbers of other stages, sorted.
    pub stages: BTreeSet<usize>,
    /// Images, as written after expansion.
    pub images: BTreeSet<String>,
    /// What is fetched: URLs and git repositories.
    pub remotes: Vec<String>,
    /// The build arguments that are part of it: for a RUN all that are declared above it, for others those that they name.
    pub arguments: BTreeSet<String>,
    /// Whether it is a RUN with a cache mount.
    pub has_cache_mount: bool,
    /// Whether it reads something that cannot be told.
    pub has_unknown: bool,
}

impl Layers {
    /// The steps that builds of the model's targets make. A file without stages has none, and a target that is not there
    /// needs none.
    pub fn of(file: &File, model: &Model) -> Layers {
        Layers::of_stages(file, model, model.wanted_stages().map(|stage| stage.index).collect())
    }

    /// As [`Layers::of`], where the stage of this number is built.
    pub fn of_stage(file: &File, model: &Model, stage: usize) -> Layers {
        Layers::of_stages(file, model, vec![stage])
    }

    fn of_stages(file: &File, model: &Model, stages: Vec<usize>) -> Layers {
        let needed = needed(file, model, stages);
        let is_needed = |stage: &&Stage| needed.contains(&stage.index);
        let stages = model.stages().iter().filter(is_needed);
        Layers { stages: stages.map(|stage| steps::of_stage(file, model, stage)).collect() }
    }

    /// What the steps below a step of this stage read of the build context, those of the stages it is built on first.
    pub fn sources_below(&self, model: &Model, stage: usize, item: usize) -> Vec<&ContextSource> {
        let mut sources = Vec::new();
        let mut pending = Some(stage);
        let mut chain = Vec::new();
        while let Some(index) = pending.filter(|index| !chain.contains(index)) {
            chain.push(index);
            pending = model.stages().get(index).and_then(Stage::base_stage);
        }
        for index in chain.iter().rev() {
            let found = self.stages.iter().find(|found| found.stage == *index);
            let steps = found.into_iter().flat_map(|found| &found.steps);
            let below = steps.filter(|step| *index != stage || step.item <= item);
            sources.extend(below.flat_map(|step| &step.inputs.context));
        }
        sources
    }

    /// All steps, each with the number of its stage.
    pub fn steps(&self) -> impl Iterator<Item = (usize, &Step)> {
        self.stages.iter().flat_map(|stage| stage.steps.iter().map(|step| (stage.stage, step)))
    }
}

/// The stages that some stages need, themselves among them.
fn needed(file: &File, model: &Model, mut pending: Vec<usize>) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    while let Some(stage) = pending.pop().and_then(|index| model.stages().get(index)) {
        if !needed.insert(stage.index) {
            continue;
        }
        let may_need = |item: &usize| file.item(*item).is_some_and(|item| may_need_stage(&item.instruction));
        let own = stage.items.clone().filter(may_need).flat_map(|item| model.source_words(file, item));
        let kept = steps::triggers(file, model, stage).into_iter();
        let words = own.chain(kept.flat_map(|trigger| model.trigger_words(file, trigger)));
        pending.extend(words.filter_map(|word| match word.source {
            CopyFrom::Stage(stage) => Some(stage),
            CopyFrom::Context | CopyFrom::Image(_) | CopyFrom::Unknown => None,
        }));
    }
    needed
}

impl Stage {
    /// The number of the stage it is built on.
    pub fn base_stage(&self) -> Option<usize> {
        match self.base {
            Base::Stage(base) => Some(base),
            Base::Scratch | Base::Image(_) | Base::Unknown => None,
        }
    }
}

//! The base image that a chain of stages begins with, and what is known of it.

use std::collections::BTreeSet;

use super::Model;
use super::inputs::{Inputs, Targets};
use super::stages::{Base, Stage};
use crate::knowledge::images::{self, BaseImage};
use crate::syntax::File;
use crate::syntax::word::Value;

impl Model {
    /// What the stages begin with that the stage of `item` is built on; `None` before the first FROM.
    pub fn root(&self, item: usize) -> Option<&Base> {
        self.root_stage(item).map(|stage| &stage.base)
    }

    /// What is known of the image that the stage of `item` goes back to.
    pub fn base_image(&self, item: usize) -> Option<&BaseImage> {
        self.root_stage(item)?.base_image()
    }

    /// The absolute folder that the instruction `item` works in: what the file says, or else the image at the beginning.
    pub fn folder_at(&self, item: usize) -> Value {
        match self.environment_at(item).map(|environment| &environment.workdir) {
            Some(Value::Unset) | None => {
                let folder = self.base_image(item).and_then(|image| image.workdir);
                folder.map_or(Value::Unknown, |folder| Value::Known(folder.to_owned()))
            }
            Some(folder) => folder.clone(),
        }
    }

    /// The stages that images are made of, in order: the targets, or else the last one; none where that is not known.
    pub fn built_stages(&self) -> impl Iterator<Item = &Stage> {
        self.built.iter().filter_map(|stage| self.stages().get(*stage))
    }

    /// The stages whose image may be run, in order: those that images are made of, and where nobody says which these are, all
    /// that no other is built on or takes something from too, as `--target` may name them.
    pub fn run_stages<'a>(&'a self, file: &File) -> impl Iterator<Item = &'a Stage> + use<'a> {
        let is_taken: BTreeSet<usize> = self.stage_copies(file).iter().map(|(_, stage)| *stage).collect();
        let may_be_named =
            move |stage: usize| !self.has_targets && !self.is_base(stage) && !is_taken.contains(&stage);
        self.stages()
            .iter()
            .filter(move |stage| self.built.contains(&stage.index) || may_be_named(stage.index))
    }

    /// The stages that images are made of and that are this one, or are built on it.
    pub fn built_on(&self, stage: usize) -> impl Iterator<Item = &Stage> {
        self.built_stages().filter(move |built| self.has_base(built.index, stage))
    }

    /// Finds the stages that images are made of.
    pub(super) fn aim(&mut self, inputs: &Inputs) {
        let last = || self.stages().len().checked_sub(1);
        let named = |names: &BTreeSet<Option<String>>| -> BTreeSet<usize> {
            let stage = |name: &Option<String>| match name {
                Some(name) if !name.is_empty() => self.stage_named(name).map(|stage| stage.index),
                _ => last(),
            };
            names.iter().filter_map(stage).collect()
        };
        let mut built: BTreeSet<usize> = match &inputs.targets {
            Targets::Last => last().into_iter().collect(),
            Targets::These(names) => named(names),
            Targets::Unknown => BTreeSet::new(),
        };
        let workplaces = named(&inputs.workplaces);
        // Who asks for stages that are not there is told so, and of the last one all that can be said.
        if built.is_empty() && inputs.targets != Targets::Unknown {
            built.extend(last());
        }
        self.built = built.into_iter().collect();
        self.workplaces = workplaces.into_iter().collect();
        self.is_for_development = inputs.is_for_development;
        self.may_build_others = inputs.targets == Targets::Unknown;
        self.has_targets = matches!(inputs.targets, Targets::These(_));
    }

    /// The stages that something is made of, to be used or to work in; all of them where that is not known.
    pub fn wanted_stages(&self) -> impl Iterator<Item = &Stage> {
        let is_wanted = |stage: &&Stage| {
            self.may_build_others
                || self.built.contains(&stage.index)
                || self.workplaces.contains(&stage.index)
        };
        self.stages().iter().filter(is_wanted)
    }

    /// Whether the image of a stage is known to be one that people work in or try something in, as a development container:
    /// by who builds it, by what it is built on, or by its name, where nothing is built on it.
    pub fn is_workplace(&self, stage: usize) -> bool {
        let root = self.chain(stage).last().and_then(Stage::likely_image);
        let is_named = || self.stages().get(stage).is_some_and(is_named_workplace) && !self.is_base(stage);
        self.is_for_development
            || root.is_some_and(|image| images::is_for_development(image.name()))
            || is_named()
    }

    /// The stage of this number and those that it is built on, the stage itself first.
    pub fn chain(&self, stage: usize) -> impl Iterator<Item = &Stage> {
        std::iter::successors(self.stages().get(stage), |found| match found.base {
            // A stage is built on an earlier one.
            Base::Stage(base) if base < found.index => self.stages().get(base),
            _ => None,
        })
    }

    /// Whether a stage is another, or is built on it; both are numbers.
    pub fn has_base(&self, stage: usize, base: usize) -> bool {
        let reached = self.chain(stage).find(|found| found.index <= base);
        reached.is_some_and(|found| found.index == base)
    }

    /// The stage at the beginning of the chain that the stage of `item` is the end of; `None` before the first FROM.
    pub fn root_stage(&self, item: usize) -> Option<&Stage> {
        self.chain(self.stage_at(item)?.index).last().filter(|stage| !matches!(stage.base, Base::Stage(_)))
    }
}

/// Whether a stage is called after development or tests: `dev`, `test-noroot`.
fn is_named_workplace(stage: &Stage) -> bool {
    is_workplace_name(stage.name.as_deref().unwrap_or_default())
}

/// Whether a word of a name in lower case says development or tests: `dev`, `test-noroot`, `dockerfile.dev`.
pub fn is_workplace_name(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "ci",
        "debug",
        "dev",
        "devcontainer",
        "devel",
        "develop",
        "development",
        "lint",
        "local",
        "test",
        "testing",
        "tests",
    ];
    name.split(['-', '_', '.']).any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use crate::document::Document;

    fn release(text: &str) -> Option<String> {
        let document = Document::new(text);
        let last = document.file().items().len() - 1;
        let release = document.model().base_image(last)?.release.clone()?;
        Some(format!("{} {}", release.family.id, release.number.unwrap_or_default()).trim_end().to_owned())
    }

    #[test]
    fn the_image_of_a_chain_is_that_of_its_first_stage() {
        let text = "FROM debian:12 AS a\nFROM a AS b\nFROM alpine:3.20\nFROM b\nRUN x\n";
        assert_eq!(release(text).as_deref(), Some("debian 12"));
        assert_eq!(release("FROM me/debian:12\nRUN x\n"), None);
        assert_eq!(release("FROM scratch\nCOPY a b\n").as_deref(), Some("scratch"));
    }

    #[test]
    fn what_variables_leave_open_is_not_known() {
        assert_eq!(release("ARG V\nFROM node:${V}-alpine\nRUN x\n").as_deref(), Some("alpine"));
        assert_eq!(release("ARG V\nFROM node:$V\nRUN x\n"), None);
        assert_eq!(release("ARG V=22\nFROM node:$V-slim\nRUN x\n").as_deref(), Some("debian 12"));
        assert_eq!(release("ARG D\nFROM ${D}ian:12\nRUN x\n"), None);
        assert_eq!(release("ARG NODE=20 OTHER\nFROM node:$NODE-$OTHER\nRUN x\n"), None);
    }
}

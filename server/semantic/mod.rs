//! What the instructions mean: stages, variables, what is copied, what surrounds an instruction, what a RUN
//! does. Built once for each version of a document, immutable, shared by every feature. Broken input gives
//! what can be known of it; a file without FROM has no stages.

pub mod absence;
mod accounts;
pub mod added;
pub mod apt;
pub mod archives;
pub mod arrivals;
pub mod bases;
pub mod brought_folders;
mod build;
pub mod cache_mounts;
pub mod cache_readers;
pub mod cache_settings;
pub mod caches;
pub mod changes;
pub mod commands;
pub mod commuting;
pub mod context_stages;
pub mod copies;
pub mod copy_words;
pub mod dependencies;
pub mod dialects;
pub mod early_copies;
pub mod effects;
pub mod empty_folders;
pub mod environment;
pub mod facts;
pub mod failures;
pub mod folder_copies;
pub mod git_questions;
mod go_commands;
pub mod go_reads;
pub mod harmless_secrets;
pub mod ignorable;
pub mod ignore_entries;
pub mod image;
mod image_questions;
pub mod independence;
pub mod inputs;
pub mod install_variables;
pub mod known_words;
pub mod labels;
pub mod late_builds;
pub mod late_installs;
pub mod layers;
pub mod leftovers;
pub mod link_targets;
pub mod linked;
pub mod linked_installs;
pub mod list_updates;
pub mod listings;
mod local_values;
pub mod makefiles;
pub mod manifests;
pub mod named_files;
pub mod named_manifests;
pub mod node_scripts;
pub mod npm_versions;
pub mod one_words;
pub mod own_variables;
pub mod ownership;
pub mod package_lists;
pub mod package_names;
pub mod packages;
pub mod partings;
mod pipe_results;
pub mod pipes;
pub mod ports;
pub mod project_deeds;
pub mod project_files;
pub mod project_scripts;
pub mod purpose;
pub mod runners;
pub mod script_ends;
pub mod script_texts;
pub mod secrets;
pub mod settings_file;
pub mod settled;
pub mod shell_asks;
pub mod shell_questions;
pub mod shell_state;
pub mod stage_needs;
pub mod stage_uses;
pub mod stages;
pub mod swallowed_lines;
pub(crate) mod tables;
pub mod temporaries;
pub mod triggers;
pub mod unsigned;
pub mod users;
pub mod variable_mentions;
pub mod variable_uses;
pub mod variables;
mod windows;
pub mod writes;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use crate::syntax::word::{self, Expanded, Reading, Value};
use environment::Environment;
use stages::{Base, Stage, Stages};
use variables::{Meaning, Scopes, Variable};

/// What the instructions of one version of a file mean.
#[derive(Debug)]
pub struct Model {
    escape: char,
    /// The stages that images are made of to be used, as numbers, sorted.
    built: Vec<usize>,
    /// The same of images to work in.
    workplaces: Vec<usize>,
    /// Whether no image of the file is shipped.
    is_for_development: bool,
    /// Whether images may be made of others too.
    may_build_others: bool,
    /// Whether somebody says which stages images are made of.
    has_targets: bool,
    /// The names of the contexts that the build is given.
    contexts: BTreeSet<String>,
    stages: Stages,
    scopes: Scopes,
    /// What surrounds the instructions from each index on, sorted by index.
    environments: Vec<(usize, Environment)>,
    /// The steps that take something out of a stage, with that stage; see [`Model::stage_copies`].
    stage_copies: OnceLock<Vec<(usize, usize)>>,
    /// Which stages each stage needs; see [`stage_needs::StageNeeds::of`].
    needs: OnceLock<stage_needs::StageNeeds>,
    /// What each COPY and ADD does, made on first use; see [`copies::CopyStep::of`].
    copies: Vec<OnceLock<Option<Box<copies::CopyStep>>>>,
    /// For each instruction what stands before it. It is asked for so often that a search would be felt.
    counts: Vec<Counts>,
    /// The shell that a comment names for every stage.
    commented_shell: Option<Arc<environment::Shell>>,
}

/// How much of a file stands before an instruction.
#[derive(Clone, Copy, Debug)]
struct Counts {
    /// The stages that begin there or before.
    stages: u32,
    /// As many of the environments.
    environments: u32,
    /// The COPYs and ADDs before it.
    copies: u32,
}

impl Model {
    /// The stages, in order.
    pub fn stages(&self) -> &[Stage] {
        &self.stages.all
    }

    /// The last stage of a name, in any case.
    pub fn stage_named(&self, name: &str) -> Option<&Stage> {
        self.stages.all.get(self.stages.named(name)?)
    }

    /// Whether a build for a target finds its stage; one without a name builds the last stage.
    pub fn has_target(&self, name: &str) -> bool {
        name.is_empty() || self.stage_named(name).is_some()
    }

    /// The stage that the instruction `item` belongs to; `None` before the first FROM.
    pub fn stage_at(&self, item: usize) -> Option<&Stage> {
        let count = self.counts.get(item).map_or(self.stages.all.len(), |counts| counts.stages as usize);
        self.stages.all.get(count.checked_sub(1)?)
    }

    /// What a variable is worth for the instruction `item`.
    pub fn variable(&self, name: &str, item: usize) -> Variable {
        self.meaning(name, item).variable()
    }

    /// Whether the file, or every builder, gives a variable a value for the instruction `item`.
    pub fn is_set(&self, name: &str, item: usize) -> bool {
        self.meaning(name, item).origin().is_some()
    }

    fn meaning(&self, name: &str, item: usize) -> Meaning<'_> {
        match self.stage_at(item) {
            None => self.scopes.in_global(name, item),
            Some(stage) if stage.from() == item => self.scopes.in_from(name),
            Some(stage) => self.scopes.in_stage(stage.index, name, item),
        }
    }

    /// Whether layers of a stage are known to end up in an image: it is that of the stage, or of one that is built on
    /// it.
    pub fn is_shipped(&self, stage: usize) -> bool {
        self.built.iter().any(|built| self.has_base(*built, stage))
    }

    /// As [`Model::is_shipped`], or it is not known.
    pub fn may_be_shipped(&self, stage: usize) -> bool {
        self.may_build_others || self.is_shipped(stage)
    }

    /// Whether another stage is built on this one.
    pub fn is_base(&self, stage: usize) -> bool {
        self.stages.is_base(stage)
    }

    /// Whether nothing in the file says that the instruction `item` is run by another user than root.
    pub fn is_root(&self, item: usize) -> bool {
        match self.environment_at(item).map(|environment| &environment.user) {
            None | Some(Value::Unset) => true,
            Some(Value::Known(user)) => users::is_root(user),
            Some(Value::Unknown) => false,
        }
    }

    /// Whether a name is that of an argument which FROM can read, and which the stage of `item` lacks there.
    pub fn is_undeclared_global(&self, name: &str, item: usize) -> bool {
        self.stage_at(item).is_some_and(|stage| stage.from() != item)
            && !self.is_set(name, item)
            && self.scopes.in_from(name).origin().is_some()
    }

    /// For each stage whether one of some instructions (their indexes) is in it, or in a stage that is built on it.
    pub(crate) fn stages_with(&self, items: &[usize]) -> Vec<bool> {
        let mut has = vec![false; self.stages().len()];
        let mark =
            |stage: usize, has: &mut Vec<bool>| has.get_mut(stage).into_iter().for_each(|has| *has = true);
        for stage in items.iter().filter_map(|item| self.stage_at(*item)) {
            mark(stage.index, &mut has);
        }
        // A stage is built on an earlier one.
        for stage in self.stages().iter().rev() {
            match stage.base {
                Base::Stage(base) if has.get(stage.index) == Some(&true) => mark(base, &mut has),
                _ => {}
            }
        }
        has
    }

    /// What a variable is worth once the instruction `item` of a stage, or before the first, has said its part.
    pub fn variable_after(&self, name: &str, item: usize) -> Variable {
        let meaning = match self.stage_at(item) {
            None => self.scopes.in_global(name, item + 1),
            Some(stage) => self.scopes.in_stage(stage.index, name, item + 1),
        };
        meaning.variable()
    }

    /// What the stage of the instruction `item` leaves a build that begins with it: what ENV says in the end. ARG stays behind.
    pub fn left_variable(&self, name: &str, item: usize) -> Option<Variable> {
        self.scopes.left_by(self.stage_at(item)?.index, name)
    }

    /// The names that have a meaning at the end of the stage of the instruction `item`, sorted.
    pub fn left_names(&self, item: usize) -> Vec<&str> {
        let names = self.stage_at(item).map(|stage| self.scopes.names_in_stage(stage.index, usize::MAX));
        names.into_iter().flatten().collect()
    }

    /// The names that have been given a meaning for the instruction `item`, sorted.
    pub fn variable_names(&self, item: usize) -> Vec<&str> {
        let names = match self.stage_at(item) {
            None => self.scopes.names_in_global(item),
            Some(stage) if stage.from() == item => self.scopes.names_in_global(usize::MAX),
            Some(stage) => self.scopes.names_in_stage(stage.index, item),
        };
        names.into_iter().collect()
    }

    /// What a text of the instruction `item` comes to.
    pub fn expand_at(&self, item: usize, text: &str) -> Expanded {
        word::expand(text, Reading::arguments(self.escape), &|name| self.meaning(name, item).value())
    }

    /// As `expand_at`, and split into words.
    pub fn split_at(&self, item: usize, text: &str) -> Expanded {
        let reading = Reading { split: true, ..Reading::arguments(self.escape) };
        word::expand(text, reading, &|name| self.meaning(name, item).value())
    }
}

#[cfg(test)]
mod tests;

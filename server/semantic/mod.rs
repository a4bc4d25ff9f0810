//! What the instructions mean: stages, variables, what is copied, what surrounds an instruction, what a RUN
//! does. Built once for each version of a document, immutable, shared by every feature. Broken input gives
//! what can be known of it; a file without FROM has no stages.

pub mod absence;
pub mod apt;
pub mod bases;
pub mod caches;
pub mod changes;
pub mod commands;
pub mod copies;
pub mod dependencies;
pub mod environment;
pub mod facts;
pub mod image;
pub mod independence;
pub mod late_installs;
pub mod leftovers;
pub mod list_updates;
pub mod manifests;
pub mod package_lists;
pub mod packages;
pub mod ports;
pub mod shell_state;
pub mod stage_needs;
pub mod stage_uses;
pub mod stages;
pub mod users;
pub mod variable_mentions;
pub mod variable_uses;
pub mod variables;
pub mod writes;

use std::collections::BTreeMap;

use crate::syntax::word::{self, Expanded, Reading, Value};
use crate::syntax::{Arguments, Ast, File, Instruction, Kind};
use environment::{Environment, Shell};
use stages::{Base, Stage, Stages};
use variables::{Scopes, Variable};

/// What a build is given beside its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The build arguments, by name.
    pub arguments: BTreeMap<String, String>,
    /// The stage that is built; `None` for the last.
    pub target: Option<String>,
}

/// What the instructions of one version of a file mean.
#[derive(Debug)]
pub struct Model {
    escape: char,
    /// The stage that is built; `None` for the last.
    target: Option<String>,
    stages: Stages,
    scopes: Scopes,
    /// What surrounds the instructions from each index on, sorted by index.
    environments: Vec<(usize, Environment)>,
    /// The shell that a comment names for every stage.
    told_shell: Option<Shell>,
}

impl Model {
    /// Builds the model.
    pub fn new(file: &File, inputs: &Inputs) -> Model {
        let mut model = Model {
            escape: file.directives().escape(),
            target: inputs.target.clone(),
            stages: Stages::default(),
            scopes: Scopes::default(),
            environments: Vec::new(),
            told_shell: None,
        };
        // The ONBUILD instructions of each stage.
        let mut triggers: Vec<Vec<usize>> = Vec::new();
        for (index, item) in file.items().iter().enumerate() {
            let instruction = &item.instruction;
            model.hear_comments(index, instruction);
            match instruction.ast().kind {
                Kind::From => {
                    triggers.push(Vec::new());
                    model.begin_stage(index, instruction);
                    model.run_triggers(index, file, &triggers, inputs);
                }
                Kind::Onbuild => triggers.last_mut().into_iter().for_each(|stage| stage.push(index)),
                _ => model.add(index, index, instruction, instruction.ast(), inputs),
            }
        }
        model.stages.end(file.items().len());
        model
    }

    /// A FROM that is built on a stage first does what the stage's ONBUILD instructions keep.
    fn run_triggers(&mut self, from: usize, file: &File, triggers: &[Vec<usize>], inputs: &Inputs) {
        let Some(Base::Stage(base)) = self.stages.all.last().map(|stage| &stage.base) else {
            return;
        };
        for trigger in triggers.get(*base).into_iter().flatten() {
            if let Some(item) = file.items().get(*trigger) {
                self.add(from, *trigger, &item.instruction, item.instruction.ast().innermost(), inputs);
            }
        }
    }

    /// What an instruction says of all that follow `index`: it stands there itself, or is kept for there by the
    /// ONBUILD at `origin`.
    fn add(&mut self, index: usize, origin: usize, instruction: &Instruction, ast: &Ast, inputs: &Inputs) {
        match (ast.kind, &ast.arguments) {
            (Kind::Arg, Arguments::KeyValues(pairs)) => {
                for pair in pairs {
                    let name = instruction.str(pair.key);
                    // ARG sees what the same ARG declared before.
                    let default = pair
                        .value
                        .map(|value| value_of(self.expand(index + 1, instruction, instruction.str(value))));
                    self.scopes.declare(index, origin, name, default, &inputs.arguments);
                }
            }
            (Kind::Env, Arguments::KeyValues(pairs)) if !self.stages.all.is_empty() => {
                // ENV does not see what the same ENV sets.
                let seen_before = if index == origin { index } else { index + 1 };
                let values: Vec<Value> = pairs
                    .iter()
                    .map(|pair| pair.value.map_or("", |value| instruction.str(value)))
                    .map(|value| value_of(self.expand(seen_before, instruction, value)))
                    .collect();
                for (pair, value) in pairs.iter().zip(values) {
                    self.scopes.set_env(index, origin, instruction.str(pair.key), value);
                }
            }
            (Kind::Workdir, Arguments::Text(part)) => {
                let folder = value_of(self.expand(index, instruction, instruction.str(*part)));
                self.change(index, |environment| environment.change_folder(folder));
            }
            (Kind::User, Arguments::Text(part)) => {
                let user = value_of(self.expand(index, instruction, instruction.str(*part)));
                self.change(index, |environment| environment.user = user);
            }
            (Kind::Shell, arguments) => self.change(index, |environment| environment.change_shell(arguments)),
            _ if index == origin => self.configure(index, instruction),
            _ => {}
        }
    }

    fn configure(&mut self, index: usize, instruction: &Instruction) {
        let (recommends, yes) =
            (apt::configures_recommends(instruction), packages::configures_yes(instruction));
        if recommends || yes {
            self.change(index, |environment| {
                environment.configures_recommends |= recommends;
                environment.configures_yes |= yes;
            });
        }
    }

    fn begin_stage(&mut self, index: usize, instruction: &Instruction) {
        let scopes = &self.scopes;
        let reading = Reading::arguments(instruction.escape());
        let expand = |text: &str| word::expand(text, reading, &|name| scopes.in_from(name).value);
        let partly = |text: &str| {
            let lookup = |name: &str| match scopes.in_from(name).value {
                Value::Known(value) => Value::Known(value),
                Value::Unset | Value::Unknown => Value::Known("*".to_owned()),
            };
            word::expand(text, reading, &lookup)
        };
        self.stages.begin(index, instruction, &expand, &partly);
        let base = self.stages.all.last().map_or(Base::Unknown, |stage| stage.base.clone());
        let inherited = match base {
            Base::Stage(stage) => self.environment_after(stage),
            Base::Scratch | Base::Image(_) | Base::Unknown => None,
        };
        let environment =
            Environment::at_start(&base, inherited, instruction.escape(), self.told_shell.as_ref());
        self.environments.push((index + 1, environment));
        self.scopes.begin_stage(&base);
    }

    fn change(&mut self, index: usize, change: impl FnOnce(&mut Environment)) {
        if let Some((_, current)) = self.environments.last() {
            let mut next = current.clone();
            change(&mut next);
            self.environments.push((index + 1, next));
        }
    }

    /// The stages, in order.
    pub fn stages(&self) -> &[Stage] {
        &self.stages.all
    }

    /// The last stage of a name, in any case.
    pub fn stage_named(&self, name: &str) -> Option<&Stage> {
        self.stages.all.get(self.stages.named(name)?)
    }

    /// The stage that the instruction `item` belongs to; `None` before the first FROM.
    pub fn stage_at(&self, item: usize) -> Option<&Stage> {
        let index = self.stages.all.partition_point(|stage| stage.items.start <= item);
        self.stages.all.get(index.checked_sub(1)?)
    }

    /// What a variable is worth for the instruction `item`.
    pub fn variable(&self, name: &str, item: usize) -> Variable {
        match self.stage_at(item) {
            None => self.scopes.in_global(name, item),
            Some(stage) if stage.from() == item => self.scopes.in_from(name),
            Some(stage) => self.scopes.in_stage(stage.index, name, item),
        }
    }

    /// Whether layers of a stage end up in an image: it is the one that is built, or another is built on it.
    pub fn is_shipped(&self, stage: usize) -> bool {
        let is_target = match &self.target {
            Some(name) => self.stage_named(name).is_some_and(|target| target.index == stage),
            None => stage + 1 == self.stages.all.len(),
        };
        is_target || self.stages.is_base(stage)
    }

    /// Whether another stage is built on this one.
    pub fn is_base(&self, stage: usize) -> bool {
        self.stages.is_base(stage)
    }

    /// Whether nothing in the file says that the instruction `item` is run by another user than root.
    pub fn is_root(&self, item: usize) -> bool {
        match self.environment_at(item).map(|environment| &environment.user) {
            None | Some(Value::Unset) => true,
            Some(Value::Known(user)) => matches!(user.split(':').next(), Some("root" | "0")),
            Some(Value::Unknown) => false,
        }
    }

    /// Whether a name is that of an argument which FROM can read, and which the stage of `item` lacks there.
    pub fn is_undeclared_global(&self, name: &str, item: usize) -> bool {
        self.stage_at(item).is_some_and(|stage| stage.from() != item)
            && self.variable(name, item).origin.is_none()
            && self.scopes.in_from(name).origin.is_some()
    }

    /// What a variable is worth once the instruction `item` of a stage, or before the first, has said its part.
    pub fn variable_after(&self, name: &str, item: usize) -> Variable {
        match self.stage_at(item) {
            None => self.scopes.in_global(name, item + 1),
            Some(stage) => self.scopes.in_stage(stage.index, name, item + 1),
        }
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
        word::expand(text, Reading::arguments(self.escape), &|name| self.variable(name, item).value)
    }

    /// As `expand_at`, and split into words.
    pub fn split_at(&self, item: usize, text: &str) -> Expanded {
        let reading = Reading { split: true, ..Reading::arguments(self.escape) };
        word::expand(text, reading, &|name| self.variable(name, item).value)
    }

    fn expand(&self, item: usize, instruction: &Instruction, text: &str) -> Expanded {
        let lookup = |name: &str| match self.stages.all.last() {
            None => self.scopes.in_global(name, item).value,
            Some(stage) => self.scopes.in_stage(stage.index, name, item).value,
        };
        word::expand(text, Reading::arguments(instruction.escape()), &lookup)
    }
}

fn value_of(expanded: Expanded) -> Value {
    expanded.value.map_or(Value::Unknown, Value::Known)
}

#[cfg(test)]
mod tests;

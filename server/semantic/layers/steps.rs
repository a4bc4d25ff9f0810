//! The steps of one stage, each with what it reads.
//! Source: BuildKit, `dockerfile2llb/convert.go` (`dispatch`, `dispatchRun`, `dispatchWorkdir`, `initOnBuildTriggers`),
//! `convert_copy.go` and `convert_runmount.go`.

use std::collections::BTreeSet;

use super::cost::{Cost, of_run};
use super::sources::{ContextSource, Reading};
use super::{Inputs, StageSteps, Step};
use crate::path;
use crate::semantic::Model;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::stages::{Base, Stage};
use crate::semantic::variable_uses::variable_uses;
use crate::semantic::variables::Origin;
use crate::syntax::git_address::GitAddress;
use crate::syntax::mount::Mount;
use crate::syntax::word::Value;
use crate::syntax::{Ast, File, Instruction, Kind};

/// The ONBUILD instructions of the stage that a stage is built on, as indexes of the file's.
pub(super) fn triggers(file: &File, model: &Model, stage: &Stage) -> Vec<usize> {
    let base = stage.base_stage().and_then(|base| model.stages().get(base));
    let is_trigger = |item: &usize| file.item(*item).is_some_and(|item| item.kind == Kind::Onbuild);
    base.map(|base| base.items.clone().filter(is_trigger).collect()).unwrap_or_default()
}

/// The steps of a stage.
pub(super) fn of_stage(file: &File, model: &Model, stage: &Stage) -> StageSteps {
    let mut steps = vec![from(file, model, stage)];
    let kept = triggers(file, model, stage).into_iter().map(|trigger| (stage.from(), Some(trigger)));
    let own = stage.items.clone().skip(1).map(|item| (item, None));
    for (item, trigger) in kept.chain(own) {
        let Some(found) = file.item(trigger.unwrap_or(item)) else {
            continue;
        };
        let instruction = &found.instruction;
        let ast = if trigger.is_some() { instruction.ast().innermost() } else { instruction.ast() };
        // What an ONBUILD keeps stands right after the FROM.
        let place = if trigger.is_some() { item + 1 } else { item };
        let reader = Reader { model, item: place, instruction, ast };
        let step = match ast.kind {
            Kind::Run => reader.run(),
            Kind::Copy | Kind::Add => reader.copy(),
            Kind::Workdir => reader.workdir(),
            _ => None,
        };
        steps.extend(step.map(|step| Step { item, trigger, ..step }));
    }
    StageSteps { stage: stage.index, steps }
}

fn from(file: &File, model: &Model, stage: &Stage) -> Step {
    let mut inputs = Inputs::default();
    match &stage.base {
        Base::Stage(base) => drop(inputs.stages.insert(*base)),
        Base::Image(image) => drop(inputs.images.insert(image.text().to_owned())),
        Base::Unknown => inputs.has_unknown = true,
        Base::Scratch => {}
    }
    if let Some(item) = file.item(stage.from()) {
        inputs.arguments = named_arguments(model, stage.from(), &item.instruction);
    }
    Step { item: stage.from(), trigger: None, kind: Kind::From, inputs, cost: Cost::Low, is_linked: false }
}

/// The arguments whose values an instruction's own text has in it, also through other variables.
fn named_arguments(model: &Model, item: usize, instruction: &Instruction) -> BTreeSet<String> {
    let uses = variable_uses(instruction, false);
    let is_argument = |name: &String| model.variable(name, item).origin.is_some_and(is_argument);
    uses.into_iter().map(|found| found.name).filter(is_argument).collect()
}

fn is_argument(origin: Origin) -> bool {
    match origin {
        Origin::Arg(_) | Origin::GlobalArg(..) | Origin::BuildArgument(_) | Origin::Predefined => true,
        Origin::Env(_) => false,
    }
}

/// One instruction, where it stands.
struct Reader<'a> {
    model: &'a Model,
    item: usize,
    instruction: &'a Instruction,
    ast: &'a Ast,
}

impl Reader<'_> {
    fn step(&self, inputs: Inputs, cost: Cost) -> Option<Step> {
        Some(Step { item: self.item, trigger: None, kind: self.ast.kind, inputs, cost, is_linked: false })
    }

    fn run(&self) -> Option<Step> {
        let mut inputs = Inputs::default();
        for mount in Mount::all(self.instruction) {
            self.mount(&mount, &mut inputs);
        }
        // Every argument is in the environment of a RUN, named or not.
        let names = self.model.variable_names(self.item).into_iter();
        let arguments = names.filter(|name| {
            let origin = self.model.variable(name, self.item).origin;
            origin.is_some_and(is_argument)
        });
        inputs.arguments = arguments.map(str::to_owned).collect();
        let cost = of_run(self.instruction, self.model.has_posix_shell(self.item));
        self.step(inputs, cost)
    }

    /// Secrets, agents and temporary folders are no part of what is cached, nor is what a cache mount holds.
    fn mount(&self, mount: &Mount, inputs: &mut Inputs) {
        let kind = self.model.expand_at(self.item, mount.kind()).value;
        let from = mount.value(&["from"]).map(|name| self.model.expand_at(self.item, name).value);
        let is_cache = match kind.as_deref() {
            Some("bind") => false,
            Some("cache") => true,
            Some(_) => return,
            None => return inputs.has_unknown = true,
        };
        inputs.has_cache_mount |= is_cache;
        match from.map(|name| self.model.mount_from(&name)) {
            None if is_cache => {}
            None => {
                let source = mount.value(&["source", "src"]).unwrap_or_default();
                let path = self.model.expand_at(self.item, source).value.map(|path| path::in_context(&path));
                inputs.context.push(ContextSource { path, reading: Reading::Path, excludes: Vec::new() });
            }
            Some(source) => inputs.add(source),
        }
    }

    fn copy(&self) -> Option<Step> {
        let copy = CopyStep::read(self.model, self.item, self.instruction, self.ast)?;
        let line = self.instruction.line().text();
        let has = |name: &str| self.ast.flag(line, name).is_some_and(|flag| flag.value != "false");
        let mut inputs = Inputs::default();
        let mut excludes = Vec::new();
        for flag in self.ast.flags_named(line, "exclude") {
            match self.model.expand_at(self.item, &flag.value).value {
                Some(pattern) => excludes.push(pattern),
                None => inputs.has_unknown = true,
            }
        }
        let reading = if has("parents") { Reading::Parents } else { Reading::Wildcards };
        match copy.from {
            CopyFrom::Context => {
                for word in &copy.sources {
                    match word.value.as_deref().filter(|source| is_remote(source)) {
                        Some(remote) if self.ast.kind == Kind::Add => inputs.remotes.push(remote.to_owned()),
                        _ => {
                            let clean = |source: &str| match reading {
                                Reading::Parents => source.to_owned(),
                                Reading::Wildcards | Reading::Path => path::in_context(source),
                            };
                            let path = word.value.as_deref().map(clean);
                            inputs.context.push(ContextSource { path, reading, excludes: excludes.clone() });
                        }
                    }
                }
            }
            other => inputs.add(other),
        }
        inputs.arguments = named_arguments(self.model, self.item, self.instruction);
        let cost = if inputs.remotes.is_empty() { Cost::Low } else { Cost::High };
        // BuildKit makes a layer of its own only where it has not to change the mode.
        let is_linked = has("link") && self.ast.flag(line, "chmod").is_none();
        Some(Step { is_linked, ..self.step(inputs, cost)? })
    }

    /// The root is there already: nothing is done for it.
    fn workdir(&self) -> Option<Step> {
        let after = self.model.environment_said_at(self.item);
        if after.is_some_and(|after| after.workdir == Value::Known("/".to_owned())) {
            return None;
        }
        let arguments = named_arguments(self.model, self.item, self.instruction);
        self.step(Inputs { arguments, ..Inputs::default() }, Cost::Low)
    }
}

impl Inputs {
    fn add(&mut self, from: CopyFrom) {
        match from {
            CopyFrom::Stage(stage) => drop(self.stages.insert(stage)),
            CopyFrom::Image(image) => drop(self.images.insert(image)),
            CopyFrom::Unknown => self.has_unknown = true,
            CopyFrom::Context => {}
        }
    }
}

fn is_remote(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://") || GitAddress::new(source).is_some()
}

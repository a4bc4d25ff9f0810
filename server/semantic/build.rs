//! Builds the model: one pass over the instructions, which visits only those that say something of what follows.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::environment::{Environment, Shell, shell_of_comments};
use super::inputs::Inputs;
use super::stages::{Base, Stages};
use super::variables::Scopes;
use super::{Counts, Model, apt, cache_mounts, dialects, packages, windows};
use crate::knowledge::images::BinSh;
use crate::syntax::word::{self, Expanded, Reading, Value};
use crate::syntax::{Arguments, Ast, File, Instruction, Item, Kind, Part};

impl Model {
    /// Builds the model.
    pub fn new(file: &File, inputs: &Inputs) -> Model {
        let (mut stages, mut copies) = (0, 0);
        for item in file.items() {
            stages += usize::from(item.kind == Kind::From);
            copies += usize::from(matches!(item.kind, Kind::Add | Kind::Copy));
        }
        let mut model = Model {
            escape: file.directives().escape(),
            built: Vec::new(),
            workplaces: Vec::new(),
            is_for_development: false,
            may_build_others: false,
            has_targets: false,
            contexts: inputs.contexts.keys().cloned().collect(),
            stages: Stages::with_capacity(stages),
            scopes: Scopes::with_capacity(stages),
            environments: Vec::with_capacity(2 * stages),
            stage_copies: OnceLock::new(),
            needs: OnceLock::new(),
            copies: Vec::with_capacity(copies),
            counts: Vec::with_capacity(file.items().len()),
            commented_shell: None,
        };
        // The ONBUILD instructions of each stage.
        let mut triggers: Vec<Vec<usize>> = Vec::new();
        let posix = Arc::new(Shell::default_posix());
        let mut speaks_of_windows = false;
        for (index, item) in file.items().iter().enumerate() {
            let instruction = &item.instruction;
            let said = said(item);
            speaks_of_windows |= said & WINDOWS != 0;
            if said & SHELL != 0 {
                model.hear_comments(index, instruction);
            }
            let environments = model.environments.len() as u32;
            let copies = model.copies.len() as u32;
            if matches!(item.kind, Kind::Add | Kind::Copy) {
                model.copies.push(OnceLock::new());
            }
            match item.kind {
                Kind::From => {
                    triggers.push(Vec::new());
                    model.begin_stage(index, instruction, &posix);
                    model.run_triggers(index, file, &triggers, inputs);
                }
                Kind::Onbuild => triggers.last_mut().into_iter().for_each(|stage| stage.push(index)),
                Kind::Add | Kind::Copy | Kind::Run => model.configure(index, said),
                Kind::Arg | Kind::Env | Kind::Shell | Kind::User | Kind::Workdir => {
                    model.add(index, index, instruction, instruction.ast(), inputs)
                }
                _ => {}
            }
            model.counts.push(Counts { stages: model.stages.all.len() as u32, environments, copies });
        }
        model.stages.end(file.items().len());
        if speaks_of_windows {
            model.hear_windows(&posix);
        }
        model.aim(inputs);
        model
    }

    /// A FROM that is built on a stage first does what the stage's ONBUILD instructions keep.
    fn run_triggers(&mut self, from: usize, file: &File, triggers: &[Vec<usize>], inputs: &Inputs) {
        let Some(Base::Stage(base)) = self.stages.all.last().map(|stage| &stage.base) else {
            return;
        };
        for trigger in triggers.get(*base).into_iter().flatten() {
            if let Some(item) = file.item(*trigger) {
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
                    let name = &*self.name(index, instruction, pair.key);
                    // ARG sees what the same ARG declared before.
                    let default = pair
                        .value
                        .map(|value| value_of(self.expand(index + 1, instruction, instruction.str(value))));
                    self.scopes.declare(index, origin, name, default, inputs);
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
                    let name = self.name(seen_before, instruction, pair.key);
                    self.scopes.set_env(index, origin, &name, value);
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
            _ => {}
        }
    }

    fn configure(&mut self, index: usize, said: u64) {
        if said & (RECOMMENDS | YES | CACHES | DOWNLOADS | REPLACES_SH) != 0 {
            self.change(index, |environment| {
                environment.configures_recommends |= said & RECOMMENDS != 0;
                environment.configures_yes |= said & YES != 0;
                environment.moves_caches |= said & CACHES != 0;
                environment.configures_downloads |= said & DOWNLOADS != 0;
                environment.replaces_sh |= said & REPLACES_SH != 0;
            });
        }
        let told = match said & (ASH | BASH) {
            ASH => BinSh::Ash,
            BASH => BinSh::Bash,
            _ => return,
        };
        let known = self.environments.last().and_then(|(_, environment)| environment.sh_of_manager);
        if known != Some(told) {
            self.change(index, |environment| {
                // Two that do not agree tell nothing.
                environment.replaces_sh |= environment.sh_of_manager.is_some();
                environment.sh_of_manager = Some(told);
            });
        }
    }

    fn begin_stage(&mut self, index: usize, instruction: &Instruction, posix: &Arc<Shell>) {
        let scopes = &self.scopes;
        let reading = Reading::arguments(instruction.escape());
        let expand = |text: &str| word::expand(text, reading, &|name| scopes.in_from(name).value());
        let partly = |text: &str| {
            let lookup = |name: &str| match scopes.in_from(name).value() {
                Value::Known(value) => Value::Known(value),
                Value::Unset | Value::Unknown => Value::Known("*".to_owned()),
            };
            word::expand(text, reading, &lookup)
        };
        self.stages.begin(index, instruction, &expand, &partly, &self.contexts);
        let Some(stage) = self.stages.all.last() else {
            return;
        };
        let inherited = match stage.base {
            Base::Stage(stage) => self.environment_after(stage),
            Base::Scratch | Base::Image(_) | Base::Unknown => None,
        };
        let told = self.commented_shell.as_ref();
        let environment = Environment::at_start(stage, inherited, instruction.escape(), told, posix);
        self.environments.push((index + 1, environment));
        self.scopes.begin_stage(&stage.base);
    }

    pub(super) fn change(&mut self, index: usize, change: impl FnOnce(&mut Environment)) {
        if let Some((_, current)) = self.environments.last() {
            let mut next = current.clone();
            change(&mut next);
            self.environments.push((index + 1, next));
        }
    }

    /// The name that a key of ARG or ENV gives, without quotes and after expansion; as it is written where that is not known.
    /// Source: BuildKit, `instructions/commands.go`, `expandKvp` and `ArgCommand.Expand`.
    fn name<'t>(&self, index: usize, instruction: &'t Instruction, key: Part) -> Cow<'t, str> {
        let written = instruction.str(key);
        match written.contains(['"', '\'', '$', instruction.escape()]) {
            true => self.expand(index, instruction, written).value.map_or(Cow::Borrowed(written), Cow::Owned),
            false => Cow::Borrowed(written),
        }
    }

    fn expand(&self, item: usize, instruction: &Instruction, text: &str) -> Expanded {
        let lookup = |name: &str| match self.stages.all.last() {
            None => self.scopes.in_global(name, item).value(),
            Some(stage) => self.scopes.in_stage(stage.index, name, item).value(),
        };
        word::expand(text, Reading::arguments(instruction.escape()), &lookup)
    }
}

/// What an instruction says of recommended packages, of answering with "yes", of the shell in its comments, of where
/// package managers keep what they download, of what apt does with it, of `/bin/sh`, of Windows, and of what `/bin/sh` is where its package manager is.
const RECOMMENDS: u64 = 1;
const YES: u64 = 2;
const SHELL: u64 = 4;
const CACHES: u64 = 8;
const DOWNLOADS: u64 = 16;
const REPLACES_SH: u64 = 32;
const WINDOWS: u64 = 64;
const ASH: u64 = 128;
const BASH: u64 = 256;

/// The bits of what an instruction says, by itself.
fn said(item: &Item) -> u64 {
    let instruction = &item.instruction;
    let [said] = item.meanings.get_or_init(|| {
        let configures = matches!(item.kind, Kind::Add | Kind::Copy | Kind::Run);
        let sh =
            Some(instruction.source()).filter(|_| item.kind == Kind::Run).and_then(dialects::sh_of_managers);
        let bit = |is_said: bool, bit: u64| if is_said { bit } else { 0 };
        [bit(configures && apt::configures_recommends(instruction), RECOMMENDS)
            | bit(configures && packages::configures_yes(instruction), YES)
            | bit(shell_of_comments(instruction).is_some(), SHELL)
            | bit(configures && cache_mounts::moves_caches(instruction), CACHES)
            | bit(configures && cache_mounts::configures_downloads(instruction), DOWNLOADS)
            | bit(configures && dialects::replaces_sh(instruction.source()), REPLACES_SH)
            | bit(sh == Some(BinSh::Ash), ASH)
            | bit(sh == Some(BinSh::Bash), BASH)
            | bit(windows::speaks_of_windows(instruction), WINDOWS)]
    });
    said
}

fn value_of(expanded: Expanded) -> Value {
    expanded.value.map_or(Value::Unknown, Value::Known)
}

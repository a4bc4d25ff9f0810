//! What a change makes the next build run again.
//! Source: BuildKit, `solver/llbsolver/ops` (`file.go`, `exec.go`, `source.go`): a step is found in the cache by what it
//! does and by what the step below it was found by; what it copies or mounts counts by its content alone.

use super::influence::{Given, Influence};
use super::steps::triggers;
use super::{Layers, StageSteps, Step};
use crate::context::view::View;
use crate::document::Document;
use crate::path;
use crate::semantic::stages::Stage;
use crate::syntax::word::Reading;
use crate::syntax::{Arguments, Ast, File, Instruction, Kind};

/// Whether a step runs again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rerun {
    /// It is taken from the cache.
    #[default]
    No,
    /// The content that is made or found decides.
    Maybe,
    /// It runs again.
    Yes,
}

/// What is changed between two builds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Clean paths of the build context: changed, new or gone.
    pub files: Vec<String>,
    /// Build arguments that get another value.
    pub arguments: Vec<String>,
    /// Instructions that say something else, as indexes of the file's.
    pub instructions: Vec<usize>,
}

/// Why a step runs again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It reads this path of the build context.
    File(String),
    /// This build argument is part of it.
    Argument(String),
    /// This instruction says something else.
    Instruction(usize),
    /// The step of this instruction, below it, runs again.
    Below(usize),
    /// It reads what this stage makes.
    Stage(usize),
}

/// Whether a step runs again, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doubt {
    /// Whether.
    pub rerun: Rerun,
    /// Why; `None` where it does not.
    pub cause: Option<Cause>,
}

impl Doubt {
    pub(super) fn new(rerun: Rerun, cause: Cause) -> Doubt {
        Doubt { rerun, cause: (rerun != Rerun::No).then_some(cause) }
    }

    /// The stronger one, and this where they are the same.
    pub(super) fn or(self, other: Doubt) -> Doubt {
        if other.rerun > self.rerun { other } else { self }
    }

    pub(super) fn at_most(self, most: Rerun) -> Doubt {
        Doubt { rerun: self.rerun.min(most), cause: self.cause }
    }
}

impl Change {
    pub(super) fn of_instruction(&self, item: usize) -> Doubt {
        let is_changed = self.instructions.contains(&item);
        Doubt::new(if is_changed { Rerun::Yes } else { Rerun::No }, Cause::Instruction(item))
    }

    fn has_argument(&self, name: &str) -> bool {
        self.arguments.iter().any(|changed| changed == name)
    }
}

impl Layers {
    /// What a change does to each step: for each stage and each of its steps in order.
    pub fn reruns(&self, document: &Document, view: &View<'_>, change: &Change) -> Vec<Vec<Doubt>> {
        let file = document.file();
        let given = Given { change, inputs: document.inputs(), escape: file.directives().escape() };
        let mut walk = Walk { document, view, given, global: Influence::at_start(change), ends: Vec::new() };
        walk.hear_global(file);
        self.stages.iter().map(|stage| walk.stage(stage)).collect()
    }
}

/// How a stage ends.
struct End {
    stage: usize,
    influence: Influence,
    doubt: Doubt,
}

struct Walk<'a> {
    document: &'a Document,
    view: &'a View<'a>,
    given: Given<'a>,
    global: Influence,
    ends: Vec<End>,
}

impl Walk<'_> {
    fn hear_global(&mut self, file: &File) {
        let first = self.document.model().stages().first().map_or(0, Stage::from);
        for (item, found) in file.items().iter().enumerate().take(first) {
            let instruction = &found.instruction;
            self.global.hear(item, instruction, instruction.ast(), None, &self.given);
        }
    }

    fn end(&self, stage: usize) -> Option<&End> {
        self.ends.iter().find(|end| end.stage == stage)
    }

    fn stage(&mut self, steps: &StageSteps) -> Vec<Doubt> {
        let (file, model) = (self.document.file(), self.document.model());
        let Some(stage) = model.stages().get(steps.stage) else {
            return vec![Doubt::default(); steps.steps.len()];
        };
        let base = stage.base_stage().and_then(|base| self.end(base));
        let mut influence = base.map(|base| base.influence.inherited()).unwrap_or_default();
        let mut doubt = base.map(|base| base.doubt.clone()).unwrap_or_default();
        let mut doubts = Vec::with_capacity(steps.steps.len());
        let mut rest = steps.steps.iter().peekable();
        let kept = triggers(file, model, stage).into_iter().map(|trigger| (stage.from(), Some(trigger)));
        let from = std::iter::once((stage.from(), None));
        let own = stage.items.clone().skip(1).map(|item| (item, None));
        for (item, trigger) in from.chain(kept).chain(own) {
            let origin = trigger.unwrap_or(item);
            let Some(instruction) = file.instruction(origin) else {
                continue;
            };
            let ast = if trigger.is_some() { instruction.ast().innermost() } else { instruction.ast() };
            if let Some(step) = rest.next_if(|step| step.item == item && step.trigger == trigger) {
                let own = self.step(step, origin, instruction, ast, &influence);
                // An engine that cannot put layers side by side copies again; Docker's older stores are such.
                let most = if step.is_linked { Rerun::Maybe } else { Rerun::Yes };
                let below = doubt.clone().at_most(most);
                let found = below.or(own);
                doubt = doubt.or(chain(&found, item));
                doubts.push(found);
            }
            if ast.kind != Kind::From {
                influence.hear(origin, instruction, ast, Some(&self.global), &self.given);
            }
        }
        self.ends.push(End { stage: stage.index, influence, doubt });
        doubts
    }

    /// What the change does to one step, whatever is below it.
    fn step(
        &self,
        step: &Step,
        origin: usize,
        instruction: &Instruction,
        ast: &Ast,
        influence: &Influence,
    ) -> Doubt {
        let mut doubt = self.given.change.of_instruction(origin);
        for file in &self.given.change.files {
            for source in &step.inputs.context {
                let rerun = source.reads(self.view, file);
                doubt = doubt.or(Doubt::new(rerun, Cause::File(file.clone())));
            }
        }
        for stage in &step.inputs.stages {
            let ended = self.end(*stage).map(|end| end.doubt.rerun).unwrap_or_default();
            // Another base is another base; what is copied out of a stage counts by its content.
            let rerun = if step.kind == Kind::From { ended } else { ended.min(Rerun::Maybe) };
            doubt = doubt.or(Doubt::new(rerun, Cause::Stage(*stage)));
        }
        doubt.or(match step.kind {
            Kind::From => self.of_words(instruction, ast, &self.global),
            Kind::Run => self.of_run(step, instruction, influence),
            Kind::Copy | Kind::Add => self.of_copy(instruction, ast, influence),
            _ => self.of_workdir(instruction, ast, influence),
        })
    }

    /// Everything that an instruction says, keyword and all.
    fn of_words(&self, instruction: &Instruction, ast: &Ast, influence: &Influence) -> Doubt {
        influence.of_text(instruction.str(ast.part()), Reading::arguments(instruction.escape()))
    }

    fn of_run(&self, step: &Step, instruction: &Instruction, influence: &Influence) -> Doubt {
        let is_shell_form = !matches!(instruction.ast().innermost().arguments, Arguments::Json(_));
        let shell = if is_shell_form { influence.shell.clone() } else { Doubt::default() };
        let mut doubt = influence.of_all().or(influence.folder.clone()).or(influence.user.clone()).or(shell);
        let has_cache = step.inputs.has_cache_mount;
        for (name, is_part) in [("BUILDKIT_SANDBOX_HOSTNAME", true), ("BUILDKIT_CACHE_MOUNT_NS", has_cache)] {
            if is_part && self.given.change.has_argument(name) {
                doubt = doubt.or(Doubt::new(Rerun::Yes, Cause::Argument(name.to_owned())));
            }
        }
        doubt
    }

    fn of_copy(&self, instruction: &Instruction, ast: &Ast, influence: &Influence) -> Doubt {
        let words = self.of_copied_words(instruction, ast, influence);
        let lines = Reading { plain_quotes: true, ..Reading::arguments('\\') };
        let heredocs = instruction.heredocs().iter().filter(|heredoc| heredoc.expand);
        let bodies = heredocs.filter_map(|heredoc| instruction.source().get(heredoc.body.clone()));
        let doubt = bodies.fold(words, |all, body| all.or(influence.of_text(body, lines)));
        doubt.or(influence.folder.clone())
    }

    /// Where a source lies is no part of what is cached: its content is, and the last part of its name.
    fn of_copied_words(&self, instruction: &Instruction, ast: &Ast, influence: &Influence) -> Doubt {
        let reading = Reading::arguments(instruction.escape());
        let mut words: Vec<&str> = match &ast.arguments {
            Arguments::Words(words) => words.iter().map(|part| instruction.str(*part)).collect(),
            Arguments::Json(strings) => strings.iter().map(|string| string.value.as_str()).collect(),
            _ => Vec::new(),
        };
        let destination = words.pop().unwrap_or_default();
        let flags = ast.flags.iter().map(|flag| instruction.str(flag.part));
        let whole = flags.chain([destination]);
        let doubt = whole.fold(Doubt::default(), |all, text| all.or(influence.of_text(text, reading)));
        words.into_iter().fold(doubt, |all, source| {
            let name = path::name(source.trim_end_matches('/'));
            // A `/` inside `${…}` parts no names.
            let is_whole = name.matches("${").count() == name.matches('}').count();
            let of_name = if is_whole { influence.of_text(name, reading) } else { Doubt::default() };
            all.or(of_name).or(influence.of_text(source, reading).at_most(Rerun::Maybe))
        })
    }

    fn of_workdir(&self, instruction: &Instruction, ast: &Ast, influence: &Influence) -> Doubt {
        let mut doubt = self.of_words(instruction, ast, influence).or(influence.user.clone());
        if !instruction.str(ast.rest).starts_with('/') {
            doubt = doubt.or(influence.folder.clone());
        }
        // The folder is made at that time.
        if self.given.change.has_argument("SOURCE_DATE_EPOCH") {
            doubt = doubt.or(Doubt::new(Rerun::Yes, Cause::Argument("SOURCE_DATE_EPOCH".to_owned())));
        }
        doubt
    }
}

/// What a step means for those above it.
fn chain(found: &Doubt, item: usize) -> Doubt {
    match &found.cause {
        None => Doubt::default(),
        Some(Cause::Below(below)) => Doubt::new(found.rerun, Cause::Below(*below)),
        Some(_) => Doubt::new(found.rerun, Cause::Below(item)),
    }
}

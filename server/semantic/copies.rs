//! What COPY, ADD and bind mounts read, and from where.
//! Source: Docker reference, "COPY", "ADD", "RUN --mount=type=bind"; BuildKit,
//! `dockerfile2llb/convert_copy.go` and `convert.go` (`toCommand`).

use super::Model;
use super::inputs::familiar;
use crate::syntax::mount::Mount;
use crate::syntax::word;
use crate::syntax::{Arguments, Ast, File, Instruction, Kind, Part};

/// What one COPY or ADD does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyStep {
    /// From where.
    pub from: CopyFrom,
    /// What is copied, in order; heredocs are not among them.
    pub sources: Vec<CopyWord>,
    /// To where, as written; `None` where it is missing.
    pub destination: Option<CopyWord>,
    /// Whether it has heredocs for sources.
    pub has_heredocs: bool,
}

/// A path of a COPY or ADD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyWord {
    /// As written, in the joined line.
    pub part: Part,
    /// What it says after expansion; `None` where that is not known.
    pub value: Option<String>,
}

/// Where files are copied from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyFrom {
    /// The build context.
    Context,
    /// The stage of this number.
    Stage(usize),
    /// An image, or a named context given to the build that is not known.
    Image(String),
    /// It cannot be known: also what is in a context that is known to be given to the build.
    Unknown,
}

/// Whether an instruction is one of which there is a [`CopyStep`].
pub fn is_copy(instruction: &Instruction) -> bool {
    matches!(instruction.ast().kind, Kind::Add | Kind::Copy)
}

/// Whether the step `item` of a file brings something of the build context.
pub fn brings_context(file: &File, model: &Model, item: usize) -> bool {
    CopyStep::of(file, model, item).is_some_and(|copy| copy.from == CopyFrom::Context)
}

/// The first word of a COPY or ADD that only a shell would take for more than a path, and which of the words it is: `||`,
/// `2>/dev/null`.
pub fn shell_operator(instruction: &Instruction, ast: &Ast) -> Option<(usize, Part)> {
    let (Kind::Copy | Kind::Add, Arguments::Words(words)) = (ast.kind, &ast.arguments) else {
        return None;
    };
    let is_operator = |part: &Part| {
        let word = instruction.str(*part);
        matches!(word, "&" | "&&" | ";" | "|" | "||")
            || [">", "1>", "2>", "&>"].iter().any(|operator| word.starts_with(operator))
    };
    words.iter().copied().enumerate().find(|(_, part)| is_operator(part))
}

impl CopyStep {
    /// What the instruction `item` of a file copies; `None` where that is no COPY or ADD.
    pub fn of<'a>(file: &File, model: &'a Model, item: usize) -> Option<&'a CopyStep> {
        let found = file.item(item).filter(|found| is_copy(&found.instruction))?;
        let kept = model.copies.get(model.counts.get(item)?.copies as usize)?;
        let instruction = &found.instruction;
        kept.get_or_init(|| CopyStep::read(model, item, instruction, instruction.ast()).map(Box::new))
            .as_deref()
    }

    /// To where it copies, after expansion; `None` where that is not known.
    pub fn target(&self) -> Option<&str> {
        self.destination.as_ref()?.value.as_deref()
    }

    /// What `ast`, which is an instruction or what its ONBUILD keeps, copies where it stands at `item`; `None` where
    /// that is no COPY or ADD.
    pub(super) fn read(model: &Model, item: usize, instruction: &Instruction, ast: &Ast) -> Option<CopyStep> {
        if !matches!(ast.kind, Kind::Copy | Kind::Add) {
            return None;
        }
        let mut words = words(model, item, instruction, ast);
        if shell_operator(instruction, ast).is_some() {
            // What is meant by its paths nobody knows.
            words.clear();
        }
        let destination = words.pop();
        let markers: Vec<Part> = instruction.heredocs().iter().map(|heredoc| heredoc.marker).collect();
        let (heredocs, sources) =
            words.into_iter().partition::<Vec<_>, _>(|word| markers.contains(&word.part));
        let from = match ast.flag(instruction.line().text(), "from") {
            Some(flag) => model.copy_from(&model.expand_at(item, &flag.value).value),
            None => CopyFrom::Context,
        };
        Some(CopyStep { from, sources, destination, has_heredocs: !heredocs.is_empty() })
    }
}

fn words(model: &Model, item: usize, instruction: &Instruction, ast: &Ast) -> Vec<CopyWord> {
    let word = |part: Part, text: &str| CopyWord { part, value: model.expand_at(item, text).value };
    match &ast.arguments {
        Arguments::Words(words) => words.iter().map(|part| word(*part, instruction.str(*part))).collect(),
        Arguments::Json(strings) => strings.iter().map(|string| word(string.part, &string.value)).collect(),
        _ => Vec::new(),
    }
}

impl Model {
    /// What a `COPY --from` names, after expansion. A number is the number of a stage.
    pub fn copy_from(&self, name: &Option<String>) -> CopyFrom {
        match name.as_ref().and_then(|name| name.parse::<usize>().ok()) {
            Some(index) if index < self.stages().len() => CopyFrom::Stage(index),
            Some(_) => CopyFrom::Unknown,
            None => self.mount_from(name),
        }
    }

    /// What a mount's `from=` names, after expansion. BuildKit counts stages for COPY alone: a number is a name like
    /// any other here.
    pub fn mount_from(&self, name: &Option<String>) -> CopyFrom {
        match name.as_ref().map(|name| (name, self.stage_named(name))) {
            Some((_, Some(stage))) => CopyFrom::Stage(stage.index),
            Some((name, None)) if self.contexts.contains(familiar(name)) => CopyFrom::Unknown,
            Some((name, None)) => CopyFrom::Image(name.clone()),
            None => CopyFrom::Unknown,
        }
    }

    /// The mounts of a RUN, with what their values come to; one that is not known stays as it is written.
    /// Source: BuildKit, `parseMount`.
    pub fn mounts(&self, file: &File, item: usize) -> Vec<Mount> {
        let Some(instruction) = file.instruction(item) else {
            return Vec::new();
        };
        let mut mounts = Mount::all(instruction);
        let values =
            mounts.iter_mut().flat_map(|mount| &mut mount.fields).filter_map(|field| field.value.as_mut());
        for value in values.filter(|value| !word::is_plain(value, instruction.escape())) {
            if let Some(known) = self.expand_at(item, value).value {
                *value = known;
            }
        }
        mounts
    }

    /// The mounts of a RUN that read the build context or another stage: where from, and the path there.
    pub fn bind_mounts(&self, file: &File, item: usize) -> Vec<(Mount, CopyFrom)> {
        let mounts = self.mounts(file, item).into_iter().filter(|mount| mount.kind() == "bind");
        let from = |mount: &Mount| match mount.value(&["from"]) {
            Some(name) => self.mount_from(&Some(name.to_owned()).filter(|name| !name.contains('$'))),
            None => CopyFrom::Context,
        };
        mounts.map(|mount| (mount.clone(), from(&mount))).collect()
    }
}

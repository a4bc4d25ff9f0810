//! A file that COPY brings for one RUN, which removes it again: a bind mount shows it to that RUN, and it gets into no layer.
//! Source: Docker reference, "RUN --mount=type=bind".

mod uses;

use super::edits::instruction::remove_instruction;
use super::edits::{remove_command, remove_words};
use super::frontend;
use super::prelude::shown;
use crate::context::Lookup;
use crate::document::Cx;
use crate::fix::{Fix, Safety};
use crate::path;
use crate::semantic::changes::Thing;
use crate::semantic::copies::{CopyStep, CopyWord};
use crate::semantic::facts::Facts;
use crate::semantic::leftovers::copied;
use crate::syntax::shell::{Form, RunAs};
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Item, Kind};
use crate::text::Edit;
use uses::Step;

/// The first frontend that has mounts, by the number behind `docker/dockerfile:1.`.
const MOUNTS: u32 = 2;

/// The folders that the images with a shell have. What a COPY has made beside its file would be missing.
const FOLDERS: [&str; 5] = ["", "/tmp", "/var/tmp", "/root", "/opt"];

/// The fix that mounts what an `rm` of the RUN at `index` removes, where a COPY above brings it for that RUN alone. `command` is
/// that `rm`, as an index of the script's. None where the RUN may do with the file what cannot be done with a mount: to take
/// it away by another name, or to put another one in its place.
pub(crate) fn mount_instead(cx: &Cx<'_>, index: usize, command: usize) -> Option<Fix> {
    let item = cx.document.file().item(index).filter(|item| item.kind == Kind::Run)?;
    let facts = Facts::of(&item.instruction)?;
    let script = &facts.script;
    let removal = facts.invocation_of(command).filter(|found| &*found.name == "rm" && found.program == 0)?;
    let is_clear = script.form() == Form::Shell
        && !script.has_error()
        && item.instruction.heredocs().is_empty()
        && facts.invocations.iter().all(|found| found.user == RunAs::Own)
        && { script.commands().iter().enumerate() }
            .all(|(index, command)| command.words.is_empty() || facts.invocation_of(index).is_some());
    if !is_clear {
        return None;
    }
    let mut words = removal.written_arguments(script).into_iter().zip(1..).collect::<Vec<_>>();
    words.retain(|(word, _)| !word.starts_with('-'));
    let step = Step { cx, instruction: &item.instruction, facts, removal };
    let brought = words.iter().filter_map(|(path, word)| {
        let brought = Brought::of(cx, index, path)?;
        let needs = step.needs(&brought)?;
        Some((*word, brought, needs))
    });
    let brought: Vec<(usize, Brought<'_>, Needs)> = brought.collect();
    let mut edits = frontend::at_least(cx.document, MOUNTS)?;
    if brought.len() == words.len() {
        edits.push(remove_command(item, facts, command)?);
    } else {
        let removed = brought.iter().map(|(word, ..)| remove_words(item, facts, command, *word, 1));
        edits.extend(removed.collect::<Option<Vec<Edit>>>()?);
    }
    for (_, brought, _) in &brought {
        edits.extend(remove_instruction(brought.copy)?);
    }
    let mounts = brought.iter().map(|(_, brought, needs)| brought.mount(*needs)).collect::<String>();
    let keyword = item.instruction.place(item.instruction.ast().keyword);
    edits.push(Edit::insert(item.absolute(keyword).end, mounts));
    let title = match brought.as_slice() {
        [] => return None,
        [(_, only, _)] => format!("Mount `{}` instead of copying it", shown(path::name(&only.target))),
        all => format!("Mount {} files instead of copying them", all.len()),
    };
    Some(Fix::new(title, Safety::Suggested, edits))
}

/// What a mount has to allow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Reading,
    /// To change the mode; it is dropped behind the RUN.
    Writing,
}

/// A file that a COPY brings, and nothing else.
struct Brought<'a> {
    copy: &'a Item,
    /// What names the stage or the image that it comes from.
    from: Option<&'a str>,
    source: &'a str,
    /// Where it is, from the root.
    target: String,
}

impl<'a> Brought<'a> {
    /// The file of this path, where a COPY brings it and no RUN is between that and the instruction at `index`.
    fn of(cx: &Cx<'a>, index: usize, path: &str) -> Option<Brought<'a>> {
        let (file, model) = (cx.document.file(), cx.document.model());
        let target = Some(path::from_root(path)).filter(|_| path.starts_with('/') && is_plain(path))?;
        let folder = path::parent(&target);
        let above = file.items().get(..index)?.iter().enumerate().rev();
        let mut above = above.take_while(|(_, item)| !matches!(item.kind, Kind::Run | Kind::From));
        let (at, copy) = above.find(|(at, _)| brings(cx, *at, &target) || may_replace(cx, *at, &target))?;
        let (instruction, step) = (&copy.instruction, CopyStep::of(file, model, at)?);
        let ast = instruction.ast();
        let ([source], Some(destination)) = (&*step.sources, &step.destination) else {
            return None;
        };
        let from = instruction.flag("from").and_then(|flag| flag.value_part);
        let from = from.map(|part| instruction.str(part));
        let (source, destination) = (instruction.str(source.part), instruction.str(destination.part));
        let is_literal = [Some(source), Some(destination), from].into_iter().flatten().all(is_plain)
            && matches!(ast.arguments, Arguments::Words(_));
        // A mount that is for another user, and one of a stage by its number, is none that shows the same.
        let is_same = copy.kind == Kind::Copy
            && brings(cx, at, &target)
            && ast.flags.len() == usize::from(from.is_some())
            && from.is_none_or(|name| name.parse::<usize>().is_err());
        let is_in_place = FOLDERS.contains(&folder) || model.folder_at(at) == Value::Known(folder.to_owned());
        (is_literal && is_same && is_in_place).then_some(Brought { copy, from, source, target })
    }

    fn mount(&self, needs: Needs) -> String {
        let from = self.from.map(|name| format!("from={name},")).unwrap_or_default();
        let source = if self.from.is_some() { self.source.to_owned() } else { path::in_context(self.source) };
        let writing = if needs == Needs::Writing { ",rw" } else { "" };
        format!(" --mount=type=bind,{from}source={source},target={}{writing}", self.target)
    }

    /// Whether the build context is seen to have it as a file.
    fn is_known(&self, cx: &Cx<'_>) -> bool {
        self.from.is_none() && matches!(cx.context.entry(&path::in_context(self.source)), Lookup::File(_))
    }

    fn is(&self, word: &str) -> bool {
        word.starts_with('/') && path::from_root(word) == self.target
    }
}

/// Whether the instruction at `at` is what makes a file of this path.
fn brings(cx: &Cx<'_>, at: usize, target: &str) -> bool {
    copied(cx.document.file(), cx.document.model(), at).contains(&Thing::File(target.to_owned()))
}

/// Whether the instruction at `at` may put another file in the place of this one, with a folder that is copied.
fn may_replace(cx: &Cx<'_>, at: usize, target: &str) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(step) = CopyStep::of(file, model, at) else { return false };
    let folder = match (step.target(), model.folder_at(at)) {
        (Some(path), _) if path.starts_with('/') => Some(path::from_root(path)),
        (Some(path), Value::Known(folder)) => Some(path::absolute(&folder, path)),
        _ => None,
    };
    let is_file = |word: &CopyWord| {
        word.value.as_deref().is_some_and(|source| is_plain(source) && path::name(source).contains('.'))
    };
    folder.is_none_or(|folder| path::is_within(target, &folder)) && !step.sources.iter().all(is_file)
}

/// Whether a path or a name means itself in an instruction, and in a mount.
fn is_plain(text: &str) -> bool {
    let is_special = |char: char| char.is_whitespace() || "$*?[]{}<>\"'\\,".contains(char);
    !text.is_empty() && !text.contains(is_special)
}

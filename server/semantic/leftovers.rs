//! What the steps of a stage leave in their layers, and what later steps delete of it.

use std::collections::{HashMap, HashSet};

use super::Model;
use super::changes::{Deletion, Thing};
use super::commands::Invocation;
use super::copies::CopyStep;
use super::facts::Facts;
use super::stages::{Base, Stage};
use crate::knowledge::package_managers::Family;
use crate::path;
use crate::syntax::mount::Mount;
use crate::syntax::shell::Word;
use crate::syntax::word::Value;
use crate::syntax::{File, Instruction, Kind, Part};

/// A command that deletes what an earlier layer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateDeletion {
    /// The RUN, as an index of the file's instructions.
    pub item: usize,
    /// The command, as an index of the script's.
    pub command: usize,
    /// What tells the thing, in the script's text.
    pub part: Part,
    /// The step that made what is deleted.
    pub made_by: usize,
}

/// Stages further down a chain of stages than this know nothing of the first.
const MAX_CHAIN: usize = 64;

/// What a stage has made so far, by the step that made it.
type Made = HashMap<Thing, usize>;

/// Whether a RUN deletes something that was there before, as far as it shows by itself.
pub fn deletes(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Run
        && Facts::of(instruction).is_some_and(|facts| !facts.changes.deleted.is_empty())
}

/// The `strip` of a RUN that has nothing before it which could have made what is stripped, as an index of the script's
/// commands: the file is in an earlier layer.
pub fn late_strip(instruction: &Instruction) -> Option<usize> {
    /// Programs that make no binary.
    const HARMLESS: [&str; 8] = [":", "cd", "echo", "export", "find", "ls", "set", "true"];
    let facts = Facts::of(instruction).filter(|_| instruction.ast().kind == Kind::Run)?;
    let strip = facts.invocations.iter().find(|invocation| &*invocation.name == "strip")?;
    let before = facts.invocations.iter().take_while(|invocation| *invocation != strip);
    let is_harmless = |invocation: &Invocation| {
        HARMLESS.contains(&&*invocation.name)
            || facts.package_of(invocation.command).is_some_and(|package| {
                matches!(package.manager.family, Family::Apk | Family::Apt | Family::Dnf)
            })
    };
    let writes_elsewhere = |word: &Word| word.value.as_deref().is_none_or(|word| word.starts_with("-o"));
    let words = strip.arguments(&facts.script);
    let are_known = (0..strip.command).all(|command| facts.invocation_of(command).is_some());
    // What a mount brings is in no layer.
    let is_kept = facts.script.outputs().is_empty() && Mount::all(instruction).is_empty();
    (are_known && is_kept && { before }.all(is_harmless) && !words.iter().any(writes_elsewhere))
        .then_some(strip.command)
}

/// Every late deletion of a file, in order. `deleting` are the instructions that [`deletes`] picks.
pub fn late_deletions(file: &File, model: &Model, deleting: &[usize]) -> Vec<LateDeletion> {
    let runs = deleting.iter().filter_map(|index| {
        let facts = Facts::of(file.instruction(*index)?)?;
        Some(facts.changes.deleted.iter().filter_map(|deletion| found(model, *index, facts, &deletion.thing)))
    });
    // Few files delete anything late: only what is deleted somewhere is looked for.
    let deleted: HashSet<Thing> = runs.flatten().collect();
    let has_file = deleted.iter().any(|thing| matches!(thing, Thing::File(_)));
    // What is copied is files.
    let is_step = |index: usize| has_file || file.item(index).is_some_and(|item| item.kind == Kind::Run);
    let mut late = Vec::new();
    let mut made: Vec<Made> = Vec::new();
    if deleted.is_empty() {
        return late;
    }
    for (stage, counts) in model.stages().iter().zip(model.stages_with(deleting)) {
        let mut own = Made::new();
        for index in stage.items.clone().filter(|index| counts && is_step(*index)) {
            run_step(file, model, index, &deleted, &mut |change| match change {
                Change::Makes(thing) => drop(own.insert(thing, index)),
                Change::Deletes(Deletion { command, part, .. }, thing) => {
                    let made_by = own.remove(&thing).or_else(|| inherited(model, stage, &made, &thing));
                    let (command, part) = (*command, *part);
                    late.extend(made_by.map(|made_by| LateDeletion { item: index, command, part, made_by }));
                }
            });
        }
        made.push(own);
    }
    late.dedup_by_key(|deletion| (deletion.item, deletion.command));
    late
}

/// A thing as every step calls it: one in the folder of a step by its absolute path. `None` where that is not known.
fn found(model: &Model, index: usize, facts: &Facts, thing: &Thing) -> Option<Thing> {
    let Thing::Relative(path) = thing else {
        return Some(thing.clone());
    };
    let is_elsewhere = facts.moves || model.is_set("CARGO_TARGET_DIR", index);
    match model.folder_at(index) {
        Value::Known(folder) if !is_elsewhere => Some(Thing::File(path::absolute(&folder, path))),
        _ => None,
    }
}

enum Change<'a> {
    Makes(Thing),
    Deletes(&'a Deletion, Thing),
}

/// Tells what a step deletes of what was there before, and what it leaves.
fn run_step(
    file: &File,
    model: &Model,
    index: usize,
    deleted: &HashSet<Thing>,
    tell: &mut dyn FnMut(Change<'_>),
) {
    let Some(item) = file.item(index) else {
        return;
    };
    match item.kind {
        Kind::Run if model.environment_at(index).is_some_and(|environment| environment.shell.is_posix()) => {
            let Some(facts) = Facts::of(&item.instruction) else {
                return;
            };
            for deletion in &facts.changes.deleted {
                if let Some(thing) = found(model, index, facts, &deletion.thing) {
                    tell(Change::Deletes(deletion, thing));
                }
            }
            let made = facts.changes.made.iter().filter_map(|thing| found(model, index, facts, thing));
            made.filter(|thing| deleted.contains(thing)).for_each(|thing| tell(Change::Makes(thing)));
        }
        Kind::Copy | Kind::Add => {
            copied(file, model, index).into_iter().for_each(|thing| tell(Change::Makes(thing)));
        }
        _ => {}
    }
}

fn inherited(model: &Model, stage: &Stage, earlier: &[Made], thing: &Thing) -> Option<usize> {
    let mut base = &stage.base;
    for _ in 0..MAX_CHAIN {
        let Base::Stage(index) = base else {
            return None;
        };
        if let Some(made_by) = earlier.get(*index).and_then(|made| made.get(thing)) {
            return Some(*made_by);
        }
        base = &model.stages().get(*index)?.base;
    }
    None
}

/// The files that a COPY or ADD makes, as far as their names are certain.
pub fn copied(file: &File, model: &Model, index: usize) -> Vec<Thing> {
    let Some(copy) = CopyStep::of(file, model, index) else {
        return Vec::new();
    };
    let Some(destination) = copy.target() else {
        return Vec::new();
    };
    let workdir = model.environment_at(index).map(|environment| &environment.workdir);
    let folder = match workdir {
        _ if destination.starts_with('/') => destination.to_owned(),
        Some(Value::Known(workdir)) => format!("{workdir}/{destination}"),
        _ => return Vec::new(),
    };
    let into_folder = destination.ends_with('/') || copy.sources.len() > 1;
    let names = copy.sources.iter().filter_map(|source| source.value.as_deref());
    let names = names.filter(|name| !name.contains(['*', '?', '[']) && !name.ends_with('/'));
    let target = |source: &str| match into_folder {
        true => path::from_root(&format!("{folder}/{}", path::name(source))),
        false => path::from_root(&folder),
    };
    let ending =
        |name: &str| path::name(name).rsplit_once('.').map(|(_, ending)| format!("{folder}/*.{ending}"));
    let groups = names.clone().filter(|_| into_folder).filter_map(ending).map(|path| path::from_root(&path));
    names.clone().map(target).chain(groups).map(Thing::File).collect()
}

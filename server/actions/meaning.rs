//! What a rewriting leaves as it is: read again from the document before and after, not from what was edited.

use super::final_image::FinalImage;
use crate::document::Document;
use crate::fix::Touched;
use crate::semantic::facts::Facts;
use crate::semantic::stages::Base;
use crate::syntax::shell::{Command, Script};
use crate::syntax::{Item, Kind};

/// What a rewriting leaves as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The commands that RUN, CMD, ENTRYPOINT and HEALTHCHECK run, with their words, in order.
    Commands,
    /// As `Commands`, but each RUN may begin with the `set` that the first one begins with.
    CommandsWithSet,
    /// As `Commands`, but cache mounts may be new.
    CommandsWithCaches,
    /// As `Commands`, in any order; one may be run a second time, with one more word.
    CommandsInAnyOrder,
    /// As `Commands`, with the words of each in any order.
    Words,
    /// Whatever the actions and fixes keep that it is made of.
    OfItsParts,
    /// What the stages are called and built on, once the values of variables are put in.
    Bases,
    /// What the image that is built is set to do: its user, folder, ports, volumes, labels, signal, CMD, ENTRYPOINT and
    /// HEALTHCHECK, and its variables but for those that only tools for building read; PATH may begin with more. Its base
    /// and its files differ.
    FinalImage,
    /// Of the final image its ports, volumes, labels, signal and HEALTHCHECK: another program does what it is there for.
    FinalImageButProgram,
}

impl Meaning {
    /// Whether two versions of a document agree in it.
    pub(super) fn is_kept(self, before: &Document, after: &Document) -> bool {
        // The other instructions are the same ones.
        let touched = Touched::of(before, after);
        let (said, says) = (|| commands(touched.before), || commands(touched.after));
        match self {
            Meaning::Commands => said() == says(),
            Meaning::CommandsWithSet => said() == without_repeated_set(says()),
            Meaning::CommandsWithCaches => has_only_new_caches(&said(), &says()),
            Meaning::CommandsInAnyOrder => has_only_repeated(&said(), says()),
            Meaning::Words => sorted(said()) == sorted(says()),
            Meaning::OfItsParts => true,
            Meaning::Bases => bases(before) == bases(after),
            Meaning::FinalImage => match (FinalImage::of(before), FinalImage::of(after)) {
                (Some(before), Some(after)) => before.is_kept(&after),
                _ => false,
            },
            Meaning::FinalImageButProgram => match (FinalImage::of(before), FinalImage::of(after)) {
                (Some(before), Some(after)) => before.is_kept_but_for_its_program(&after),
                _ => false,
            },
        }
    }
}

/// The commands without a `set` that says again what the first command says.
fn without_repeated_set(mut commands: Vec<Said>) -> Vec<Said> {
    let first =
        commands.first().filter(|(_, _, words)| words.first().is_some_and(|word| word == "set")).cloned();
    let mut index = 0;
    commands.retain(|command| {
        index += 1;
        index == 1 || first.as_ref() != Some(command)
    });
    commands
}

/// Whether the commands are the same, with the same flags but for cache mounts that are new.
fn has_only_new_caches(before: &[Said], after: &[Said]) -> bool {
    let is_cache = |flag: &String| flag.starts_with("--mount=type=cache,");
    let is_kept = |((kind, flags, words), (new_kind, new_flags, new_words)): (&Said, &Said)| {
        (kind, words) == (new_kind, new_words)
            && flags.iter().all(|flag| new_flags.contains(flag))
            && new_flags.iter().all(|flag| flags.contains(flag) || is_cache(flag))
    };
    before.len() == after.len() && before.iter().zip(after).all(is_kept)
}

/// Whether all commands are there, in any order, and whatever is new is one of them with one more word.
fn has_only_repeated(before: &[Said], mut after: Vec<Said>) -> bool {
    let is_kept = before.iter().all(|command| {
        let found = after.iter().position(|other| other == command);
        found.map(|index| after.swap_remove(index)).is_some()
    });
    let is_repeated = |(kind, flags, words): &Said| {
        before.iter().any(|(old_kind, old_flags, old)| {
            (kind, flags) == (old_kind, old_flags)
                && words.len() == old.len() + 1
                && old.iter().all(|word| words.contains(word))
        })
    };
    is_kept && after.iter().all(is_repeated)
}

fn bases(document: &Document) -> Vec<(Option<String>, Base)> {
    let stages = document.model().stages().iter();
    stages.map(|stage| (stage.name.clone(), stage.base.clone())).collect()
}

fn sorted(mut commands: Vec<Said>) -> Vec<Said> {
    commands.iter_mut().for_each(|(_, _, words)| words.sort_unstable());
    commands
}

/// The keyword and the flags of an instruction, and the words of a command in it.
type Said = (Kind, Vec<String>, Vec<String>);

/// Every command of some instructions: the keyword and the flags of its instruction, and its words.
fn commands(items: &[Item]) -> Vec<Said> {
    let mut commands = Vec::new();
    for item in items {
        let (Some(facts), ast) = (Facts::of(&item.instruction), item.instruction.ast().innermost()) else {
            continue;
        };
        let mut flags: Vec<String> =
            ast.flags.iter().map(|flag| item.instruction.str(flag.part).to_owned()).collect();
        flags.sort_unstable();
        let script = &facts.script;
        let said = script.commands().iter().map(|command| words(script, command));
        commands.extend(said.filter(|words| !words.is_empty()).map(|words| (ast.kind, flags.clone(), words)));
    }
    commands
}

/// The words of a command, each as what it says, or as it is written where only the shell knows that. What only makes a
/// shell stop at errors, or give its place away, says how the others are run.
fn words(script: &Script, command: &Command) -> Vec<String> {
    let all = command.assignments.iter().chain(&command.words);
    let mut words: Vec<String> = all.map(|word| script.text_of(word).to_owned()).collect();
    if words == ["set", "-e"] {
        words.clear();
    }
    if words.first().is_some_and(|first| first == "exec") {
        words.remove(0);
    }
    words
}

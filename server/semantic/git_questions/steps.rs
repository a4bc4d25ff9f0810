//! In which steps of a file the history of the project is there to be asked.

use crate::context::BuildContext;
use crate::path::{self, below};
use crate::semantic::Model;
use crate::semantic::commands::Invocation;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::dependencies::{place, within};
use crate::semantic::facts::Facts;
use crate::semantic::folder_copies::FolderCopy;
use crate::semantic::late_installs::ranges_above;
use crate::semantic::list_updates::run_facts;
use crate::semantic::project_deeds::steps_that_see;
use crate::syntax::shell::Nesting;
use crate::syntax::{File, Kind};

/// The RUNs in which the `.git` of the build context may be seen: where every copy of the whole context is followed by its
/// deletion, those in between.
pub(super) fn that_see_history(file: &File, model: &Model, context: &dyn BuildContext) -> Vec<usize> {
    let copies = (0..file.items().len()).filter_map(|item| FolderCopy::seen(file, model, context, item));
    let between = |copy: FolderCopy| Some(copy.item..deletion(file, model, &copy)? + 1);
    let between: Option<Vec<_>> = copies.filter(|copy| copy.source.is_empty()).map(between).collect();
    let is_mounted =
        |step: usize| model.bind_mounts(file, step).iter().any(|(_, from)| *from == CopyFrom::Context);
    let sees = |step: &usize| {
        let is_between = |between: &Vec<std::ops::Range<usize>>| {
            between.is_empty() || between.iter().any(|range| range.contains(step))
        };
        between.as_ref().is_none_or(is_between) || is_mounted(*step)
    };
    steps_that_see(file, model, context).filter(sees).collect()
}

/// The step, in the stage of a copy of the context and below it, that deletes the `.git` it has brought: whatever happens, as
/// a command of its own.
pub(crate) fn deletion(file: &File, model: &Model, copy: &FolderCopy) -> Option<usize> {
    let history = format!("{}/.git", copy.destination.trim_end_matches('/'));
    let stage = model.stage_at(copy.item)?;
    let deletes = |step: &usize| {
        let (Some(facts), Some(environment)) = (run_facts(file, model, *step), model.environment_at(*step))
        else {
            return false;
        };
        let folder = place(&environment.workdir, ".").filter(|_| !facts.moves);
        facts.invocations.iter().any(|invocation| {
            let command = invocation.command(&facts.script);
            let is_always = command.is_some_and(|command| {
                command.nesting.is_top()
                    || command.nesting == Nesting::PIPELINE && &*invocation.name == "find"
            });
            is_always
                && !has_choice(facts)
                && is_deleted(facts, invocation, folder.as_deref(), &copy.destination, &history)
        })
    };
    (copy.item + 1..stage.items.end).find(deletes)
}

/// Whether a command of the script is run only where another one failed.
fn has_choice(facts: &Facts) -> bool {
    facts.script.text().text().contains("||")
}

/// Whether a command is `rm -r` of the folder, or a `find` in a folder around it that deletes what is called so.
fn is_deleted(
    facts: &Facts,
    invocation: &Invocation,
    folder: Option<&str>,
    copied: &str,
    history: &str,
) -> bool {
    let words: Vec<&str> = invocation.written_arguments(&facts.script);
    let place_of = |written: &str| within(folder?, written);
    match &*invocation.name {
        "rm" => {
            let is_recursive = words.iter().any(|word| word.starts_with('-') && word.contains(['r', 'R']));
            is_recursive && words.iter().any(|word| place_of(word).as_deref() == Some(history))
        }
        "find" => {
            let names = words.windows(2).any(|pair| matches!(pair, ["-name", ".git"]));
            let is_around = words
                .first()
                .and_then(|word| place_of(word))
                .is_some_and(|folder| below(copied, &folder).is_some());
            let text = facts.script.text().text();
            names
                && is_around
                && ["xargs rm -rf", "xargs rm -fr", "-exec rm -rf", "-exec rm -fr"]
                    .iter()
                    .any(|rm| text.contains(rm))
        }
        _ => false,
    }
}

/// Whether a command in this folder of the image works on what is not of the build context: no copy has brought anything to
/// the folder, to one around it or to one in it, and nothing was put there from elsewhere.
pub(super) fn is_elsewhere(file: &File, model: &Model, step: usize, folder: &str, words: &[&str]) -> bool {
    let is_inner = |word: &str| {
        let value = word.rsplit('=').next().unwrap_or_default();
        !value.starts_with(['/', '~', '$']) && !value.split('/').any(|part| part == "..")
    };
    let is_apart = |other: &str| below(other, folder).is_none() && below(folder, other).is_none();
    let leaves_alone = |above: usize| match file.item(above).map(|item| item.kind) {
        Some(Kind::Copy | Kind::Add) => {
            let copied = CopyStep::of(file, model, above);
            let target = copied.and_then(|copy| {
                let environment = model.environment_at(above)?;
                place(&environment.workdir, copy.target()?)
            });
            target.is_some_and(|target| target.starts_with('/') && is_apart(&target))
        }
        Some(Kind::Run) => run_facts(file, model, above).is_some_and(|facts| {
            facts.invocations.iter().all(|invocation| {
                let moves = matches!(&*invocation.name, "cp" | "install" | "ln" | "mv" | "rsync" | "tar");
                let words = invocation.written_arguments(&facts.script);
                !moves || words.iter().all(|word| is_inner(word) && !path::in_context(word).is_empty())
            })
        }),
        _ => true,
    };
    folder.starts_with('/')
        && words.iter().all(|word| is_inner(word))
        && model.bind_mounts(file, step).is_empty()
        && ranges_above(model, step).into_iter().flatten().all(leaves_alone)
}

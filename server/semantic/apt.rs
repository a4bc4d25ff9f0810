//! What the steps of a file do with apt's package lists and its configuration.
//! Source: apt-get(8), apt.conf(5).

use super::facts::Facts;
use super::package_lists::is_harmless;
use super::packages::Privilege;
use super::{Model, caches};
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::shell::Command;
use crate::syntax::{File, Instruction, Kind};

/// Where the lists lie.
const LISTS: &str = "/var/lib/apt/lists";

/// The commands that delete the package lists, as indexes of the script's, in order.
pub fn removals(facts: &Facts) -> impl Iterator<Item = usize> {
    facts.invocations.iter().filter_map(|invocation| {
        let command = facts.script.commands().get(invocation.command)?;
        let words = invocation.arguments(&facts.script).iter().map(|word| facts.script.str(word.part));
        let is_removal = match &*invocation.name {
            "rm" => deletes_lists(facts, command),
            "find" => facts.script.str(command.part).contains("/var/lib/apt"),
            "apt-get" | "apt" => words.clone().any(|word| matches!(word, "distclean" | "dist-clean")),
            _ => false,
        };
        is_removal.then_some(invocation.command)
    })
}

/// Whether an `rm` deletes the lists, or may: it names them itself, or something that may stand for them where another
/// command of the script names them (`cd /var/lib/apt/lists && rm -rf *`, `D=/var/lib/apt/lists; rm -rf "$D"/*`).
fn deletes_lists(facts: &Facts, command: &Command) -> bool {
    const NAMED: &str = "var/lib/apt";
    let script = &facts.script;
    let is_open = |written: &str| written.contains('$') || !written.trim_start_matches('"').starts_with('/');
    let own = script.str(command.part);
    let mut words = command.words.iter().skip(1).map(|word| script.str(word.part));
    match own.contains(NAMED) {
        // In quotes a `*` is a name, and nothing has it.
        true => {
            words.any(|word| word.contains(NAMED) && !(word.starts_with(['"', '\'']) && is_quoted_glob(word)))
        }
        false => {
            script.text().text().contains(NAMED) && words.any(|word| !word.starts_with('-') && is_open(word))
        }
    }
}

/// Whether a `*` stands in the quotes that a word begins with.
fn is_quoted_glob(word: &str) -> bool {
    let mut inner = word.chars();
    let quote = inner.next();
    inner.take_while(|char| Some(*char) != quote).any(|char| char == '*')
}

/// Whether a cache or tmpfs mount keeps the lists out of the layer.
pub fn has_mount_on_lists(instruction: &Instruction) -> bool {
    caches::has_mount(instruction, &[LISTS])
}

/// What apt's configuration calls the recommended packages.
pub(super) const RECOMMENDS: &str = "Install-Recommends";

/// Whether a step says something about recommended packages in apt's configuration.
pub(super) fn configures_recommends(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Run => Facts::of(instruction).is_some_and(|facts| facts.names_recommends),
        Kind::Copy | Kind::Add => {
            !instruction.heredocs().is_empty() && instruction.source().contains(RECOMMENDS)
        }
        _ => false,
    }
}

/// With whose rights the apt commands of a RUN are run; `None` where they differ, or are another user's.
pub fn privilege(facts: &Facts) -> Option<Privilege> {
    let apt = facts.packages.iter().filter(|package| package.manager.family == Family::Apt);
    let mut privileges = apt.map(|package| package.privilege());
    let first = privileges.next()??;
    privileges.all(|other| other == Some(first)).then_some(first)
}

/// Whether a step after `item`, or the image itself, needs the lists that were there before it: in the stage, and in
/// the stages that are built on it or take files from it. A step that updates the lists serves those after it. Where
/// `item` fetches lists and installs nothing from them, a program that is not known counts as one that does.
pub fn is_relied_on_after(file: &File, model: &Model, item: usize) -> bool {
    let Some(stage) = model.stage_at(item) else {
        return true;
    };
    let facts = file.item(item).and_then(|item| Facts::of(&item.instruction));
    let is_for_others = facts.is_none_or(|facts| !installs_after_update(facts));
    let mut reached = vec![false; model.stages().len()];
    // Stages are built on earlier ones, so one pass finds them all.
    for later in model.stages().iter().skip(stage.index) {
        let (first, has_lists) = match later.base {
            _ if later.index == stage.index => (item + 1, true),
            super::stages::Base::Stage(base) => (later.items.start, reached.get(base) == Some(&true)),
            _ => continue,
        };
        if !has_lists {
            continue;
        }
        let steps = file.items().get(first..later.items.end).unwrap_or_default();
        let uses = steps.iter().map(|item| match use_of_lists(&item.instruction) {
            Use::None if is_for_others && may_run_apt(&item.instruction) => Use::Needs,
            found => found,
        });
        let uses = uses.into_iter().find(|found| *found != Use::None);
        match uses {
            Some(Use::Needs) => return true,
            Some(Use::Updates) => {}
            Some(Use::None) | None => {
                if let Some(reached) = reached.get_mut(later.index) {
                    *reached = true;
                }
            }
        }
    }
    caches::is_taken_from_stage(file, model, stage.index, &["/var/lib/apt"])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    None,
    /// It installs from the lists that it finds.
    Needs,
    /// It fetches the lists first.
    Updates,
}

fn installs_after_update(facts: &Facts) -> bool {
    let mut actions = facts.packages.iter().filter(|package| package.manager.family == Family::Apt);
    actions.any(|package| package.action == Action::UpdateLists)
        && actions.any(|package| matches!(package.action, Action::Install | Action::Upgrade))
}

/// Whether a RUN runs a program of which it is not known that it leaves apt alone.
fn may_run_apt(instruction: &Instruction) -> bool {
    if instruction.ast().innermost().kind != Kind::Run {
        return false;
    }
    let Some(facts) = Facts::of(instruction) else {
        return true;
    };
    let is_known = |command: usize| {
        let invocation = facts.invocation_of(command);
        facts.packages.iter().any(|package| package.command == command)
            || invocation.is_some_and(|invocation| is_harmless(invocation, &facts.script))
    };
    let commands = facts.script.commands().iter().enumerate();
    commands.into_iter().any(|(index, command)| !command.words.is_empty() && !is_known(index))
}

fn use_of_lists(instruction: &Instruction) -> Use {
    let kind = instruction.ast().innermost().kind;
    if !matches!(kind, Kind::Run | Kind::Cmd | Kind::Entrypoint) {
        return Use::None;
    }
    let apt = |facts: &'static str| instruction.source().contains(facts);
    let Some(facts) = Facts::of(instruction) else {
        return if apt("apt") { Use::Needs } else { Use::None };
    };
    let commands = facts.packages.iter().filter(|package| package.manager.family == Family::Apt);
    let first = commands.map(|package| package.action).find_map(|action| match action {
        Action::UpdateLists => Some(Use::Updates),
        Action::Install | Action::Upgrade => Some(Use::Needs),
        _ => None,
    });
    let hidden = [
        "apt-get install",
        "apt install",
        "apt-cache",
        "aptitude install",
        "mk-build-deps",
        "gdebi",
        "tasksel",
    ];
    match first {
        // An update behind ONBUILD is another image's.
        Some(Use::Updates) if instruction.ast().kind == Kind::Run => Use::Updates,
        Some(Use::Needs) => Use::Needs,
        // In a string, or by a program that asks apt.
        _ if first.is_none() && hidden.into_iter().any(apt) => Use::Needs,
        _ => Use::None,
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Document;

    fn is_relied_on(steps: &str) -> bool {
        let document = Document::new(&format!("FROM a AS x\nRUN apt-get update{steps}"));
        super::is_relied_on_after(document.file(), document.model(), 1)
    }

    #[test]
    fn lists_fetched_for_their_own_sake_may_be_for_a_script() {
        assert!(is_relied_on("\nRUN ./setup.sh\n"));
        assert!(is_relied_on("\nRUN [\"/setup\"]\n"));
        assert!(is_relied_on("\nRUN <<E\n#!/usr/bin/python3\na\nE\n"));
        assert!(is_relied_on(" && rm -r /tmp/x\nRUN curl a | bash\n"));
        assert!(!is_relied_on(" && apt-get install -y a\nRUN ./setup.sh\n"));
        assert!(!is_relied_on("\nRUN useradd a && pip install b\nRUN apt-get update && ./setup.sh\n"));
        assert!(!is_relied_on("\nFROM b\nRUN ./setup.sh\n"));
    }

    #[test]
    fn lists_that_another_stage_takes_are_needed() {
        assert!(is_relied_on("\nFROM b\nCOPY --from=x /var/lib/apt/lists /var/lib/apt/lists\n"));
        assert!(is_relied_on("\nFROM b\nRUN --mount=from=x,src=/var/lib/apt,target=/a c\n"));
        assert!(!is_relied_on("\nFROM b\nCOPY --from=x /a /var/lib/apt/lists\n"));
    }

    #[test]
    fn the_image_may_install_when_it_runs() {
        assert!(is_relied_on("\nCMD apt-get install -y a && b\n"));
        assert!(!is_relied_on("\nCMD [\"b\"]\n"));
    }
}

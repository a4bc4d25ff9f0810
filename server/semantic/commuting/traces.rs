//! What earlier steps leave behind that ties a later step to a copy: a package manager's configuration that may name the
//! place, and links that lead there.
//! Source: sources.list(5), apk-repositories(5), ln(1).

use super::runs::Reach;
use super::targets::Target;
use super::{Pair, mentions};
use crate::path;
use crate::semantic::facts::Facts;
use crate::syntax::{Instruction, Kind};

/// So many steps are looked through at most; below more, everything stays.
const MOST_STEPS: usize = 200;

/// Where package managers have their configuration.
const CONFIGURATION: [&str; 16] = [
    "/etc/apk",
    "/etc/apt",
    "/etc/dnf",
    "/etc/npmrc",
    "/etc/pacman.conf",
    "/etc/pacman.d",
    "/etc/pip.conf",
    "/etc/xdg",
    "/etc/yum",
    "/etc/yum.conf",
    "/etc/yum.repos.d",
    "/etc/zypp",
    "/root/.config",
    "/root/.npmrc",
    "/root/.pip",
    "/usr/local/etc",
];

/// Whether a step above the install `run` may have told a package manager of what `copy` writes to `targets`.
pub(super) fn is_configured_above(pair: &Pair<'_>, copy: usize, run: usize, targets: &[Target]) -> bool {
    let tells = |step: usize, instruction: &Instruction| match instruction.ast().kind {
        Kind::Add | Kind::Copy => step != copy && configures(pair, step),
        Kind::Run if step > copy => reaches_system(pair, step, instruction),
        Kind::Run => {
            let names_own = instruction.source().contains("/etc") && names_folder(instruction);
            (names_own || names_any(instruction, targets)) && reaches_system(pair, step, instruction)
        }
        _ => false,
    };
    any_step(pair, run, tells) || are_linked(pair, targets)
}

/// Whether a step above both makes a link that may lead to or from what is written to `targets`.
pub(super) fn are_linked(pair: &Pair<'_>, targets: &[Target]) -> bool {
    any_step(pair, pair.lower, |_, instruction| {
        let source = instruction.source();
        instruction.ast().kind == Kind::Run
            && mentions(instruction, "ln")
            && (source.contains("../") || names_folder(instruction) || names_any(instruction, targets))
    })
}

/// Whether something holds for a step above `end`, in its stage and those that this is built on.
fn any_step(pair: &Pair<'_>, end: usize, holds: impl Fn(usize, &Instruction) -> bool) -> bool {
    let Some(stage) = pair.model.stage_at(end) else {
        return true;
    };
    let chain = pair.model.chain(stage.index);
    let mut steps = chain.flat_map(|stage| stage.from() + 1..stage.items.end.min(end)).enumerate();
    steps.any(|(count, step)| {
        count >= MOST_STEPS || pair.instruction(step).is_none_or(|instruction| holds(step, instruction))
    })
}

/// Whether a copy may bring the configuration of a package manager.
fn configures(pair: &Pair<'_>, copy: usize) -> bool {
    let is_configuration =
        |target: &Target| target.is_of_system() && CONFIGURATION.iter().any(|path| target.touches(path));
    Target::all(pair.file, pair.model, copy).is_none_or(|targets| targets.iter().any(is_configuration))
}

/// Whether a RUN may write something of the system that says more than that it is there.
fn reaches_system(pair: &Pair<'_>, run: usize, instruction: &Instruction) -> bool {
    match Reach::of(pair.file, pair.model, run, &[]) {
        Reach::Packages { .. } => false,
        Reach::Files(files) => !files.is_outside_system() && writes_text(instruction),
        Reach::Unknown => true,
    }
}

/// Whether a RUN of plain commands does more to files than to make, remove and give them.
fn writes_text(instruction: &Instruction) -> bool {
    Facts::of(instruction).is_none_or(|facts| {
        let mut programs = facts.invocations.iter();
        !facts.script.outputs().is_empty()
            || programs.any(|program| matches!(&*program.name, "cp" | "ln" | "mv"))
    })
}

/// Whether an instruction names the folder it runs in.
fn names_folder(instruction: &Instruction) -> bool {
    mentions(instruction, "PWD") || mentions(instruction, "pwd")
}

/// Whether an absolute path stands anywhere in an instruction that is in, above or below what is written.
fn names_any(instruction: &Instruction, targets: &[Target]) -> bool {
    let source = instruction.source();
    let is_start = |start: usize| {
        let before = source.get(..start).and_then(|before| before.chars().next_back());
        before.is_none_or(|char| !char.is_ascii_alphanumeric() && !"._-/~}*".contains(char))
    };
    let is_end = |char: char| char.is_whitespace() || "\"'`;|&<>(){},:=*?$\\[]".contains(char);
    let told: Vec<&Target> = targets.iter().filter(|target| !target.path().starts_with('?')).collect();
    source.match_indices('/').filter(|(start, _)| is_start(*start)).any(|(start, _)| {
        let path =
            path::from_root(source.get(start..).unwrap_or_default().split(is_end).next().unwrap_or_default());
        path != "/" && told.iter().any(|target| target.touches(&path))
    })
}

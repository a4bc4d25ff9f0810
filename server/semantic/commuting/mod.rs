//! Whether two steps of one stage come to the same image in either order: the same files with the same owners, the same
//! configuration. A short list of what surely does; whatever is not on it counts as bound to its place.
//! Source: BuildKit, `dockerfile2llb/convert.go` (`dispatch`); Docker reference, "VOLUME", "COPY --chown --chmod", "WORKDIR".

mod folders;
mod installs;
mod paths;
mod runs;
mod settings;
mod targets;
#[cfg(test)]
mod tests;
mod traces;

use super::Model;
use crate::knowledge::variables::differs_with_builds;
use crate::semantic::list_updates::run_facts;
use crate::semantic::users::is_root;
use crate::semantic::variable_mentions::word_stands_in;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, File, Instruction, Kind};
pub use installs::copy_and_install;
use runs::Reach;
use settings::{is_builders, is_of_project, is_of_shell};
use targets::Target;

/// Whether the step `upper` may as well come below the step `lower`, which stands below it in the same stage. Both are
/// indexes of the file's instructions; what lies between them is not looked at.
pub fn commute(file: &File, model: &Model, upper: usize, lower: usize) -> bool {
    let pair = Pair { file, model, upper, lower };
    let (Some(first), Some(second)) = (pair.kind(upper), pair.kind(lower)) else {
        return false;
    };
    match (Class::of(first), Class::of(second)) {
        (Class::Bound, _) | (_, Class::Bound) => false,
        // The configuration is written in the order of the file.
        (Class::Note | Class::Env | Class::User | Class::Folder, Class::Note)
        | (Class::Note, Class::Env | Class::User | Class::Folder) => false,
        (Class::Note, Class::Copy | Class::Run) | (Class::Copy | Class::Run, Class::Note) => true,
        // Files are copied with the rights of root.
        (Class::User | Class::Shell, Class::Copy) | (Class::Copy, Class::User | Class::Shell) => true,
        (Class::Shell, Class::Arg) | (Class::Arg, Class::Shell) => true,
        (Class::User, Class::Arg)
        | (Class::Note | Class::Folder, Class::Arg)
        | (Class::Arg, _)
        | (_, Class::Arg)
        | (Class::Env, Class::Copy | Class::Run)
        | (Class::Copy | Class::Run, Class::Env) => pair.is_unread(),
        (Class::User | Class::Shell | Class::Env, _) | (_, Class::User | Class::Shell | Class::Env) => false,
        (Class::Folder, Class::Folder) => false,
        (Class::Folder, Class::Copy) => pair.folder_and_copy(upper, lower),
        (Class::Copy, Class::Folder) => pair.folder_and_copy(lower, upper),
        (Class::Folder, Class::Run) => pair.folder_and_run(upper, lower),
        (Class::Run, Class::Folder) => pair.folder_and_run(lower, upper),
        (Class::Copy, Class::Copy) => pair.copies(),
        (Class::Copy, Class::Run) => pair.copy_and_run(upper, lower),
        // The step may make the user that the files are given to.
        (Class::Run, Class::Copy) => !pair.names_owner(lower) && pair.copy_and_run(lower, upper),
        (Class::Run, Class::Run) => pair.runs(),
    }
}

/// Whether nothing that the RUN `run` does reads the variable of a name, where it does not name it itself.
pub fn is_unread_by_run(file: &File, model: &Model, name: &str, run: usize) -> bool {
    !is_builders(name) && Pair { file, model, upper: run, lower: run }.is_unread_by_run(name, run)
}

/// Whether an instruction has this name in it, as a word of its own.
pub fn mentions(instruction: &Instruction, name: &str) -> bool {
    word_stands_in(instruction.source(), name)
}

/// Kinds of instructions that are bound to others in the same way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Arg,
    Copy,
    Env,
    Folder,
    /// It says something of the image, and touches no file.
    Note,
    Run,
    Shell,
    User,
    /// It stays. What changes below a VOLUME is lost in some builders.
    Bound,
}

impl Class {
    fn of(kind: Kind) -> Class {
        match kind {
            Kind::Arg => Class::Arg,
            Kind::Add | Kind::Copy => Class::Copy,
            Kind::Env => Class::Env,
            Kind::Workdir => Class::Folder,
            Kind::Run => Class::Run,
            Kind::Shell => Class::Shell,
            Kind::User => Class::User,
            kind if kind.is_description() => Class::Note,
            _ => Class::Bound,
        }
    }
}

struct Pair<'a> {
    file: &'a File,
    model: &'a Model,
    upper: usize,
    lower: usize,
}

impl<'a> Pair<'a> {
    fn instruction(&self, item: usize) -> Option<&'a Instruction> {
        self.file.item(item).map(|item| &*item.instruction)
    }

    fn kind(&self, item: usize) -> Option<Kind> {
        self.instruction(item).filter(|found| !found.is_open()).map(|found| found.ast().kind)
    }

    /// The names that an ARG or ENV sets; `None` where they cannot be told.
    fn names(&self, item: usize) -> Option<Vec<&'a str>> {
        let instruction = self.instruction(item)?;
        match &instruction.ast().arguments {
            Arguments::KeyValues(pairs) => Some(pairs.iter().map(|pair| instruction.str(pair.key)).collect()),
            _ => None,
        }
    }

    /// Whether neither of the two, of which one is an ARG or ENV, reads what the other sets.
    fn is_unread(&self) -> bool {
        let is_unread_by = |setter: usize, reader: usize| {
            let sets = matches!(self.kind(setter), Some(Kind::Arg | Kind::Env));
            let (Some(names), Some(instruction)) = (self.names(setter), self.instruction(reader)) else {
                return !sets;
            };
            !sets
                || names.iter().all(|name| {
                    !mentions(instruction, name)
                        && !is_builders(name)
                        && (instruction.ast().kind != Kind::Run || self.is_unread_by_run(name, reader))
                })
        };
        is_unread_by(self.upper, self.lower) && is_unread_by(self.lower, self.upper)
    }

    fn is_unread_by_run(&self, name: &str, run: usize) -> bool {
        match Reach::of(self.file, self.model, run, &[]) {
            Reach::Packages { is_of_distribution: true } => is_of_project(name),
            Reach::Packages { is_of_distribution: false } => differs_with_builds(name),
            Reach::Files(_) => !is_of_shell(name),
            Reach::Unknown => false,
        }
    }

    fn has_flag(&self, item: usize, name: &str) -> bool {
        let flag = |found: &'a Instruction| found.flag(name);
        self.instruction(item).and_then(flag).is_some_and(|flag| flag.value != "false")
    }

    fn flag_value(&self, item: usize, name: &str) -> Option<&'a str> {
        let found = self.instruction(item)?;
        found.flag(name).map(|flag| flag.value.as_str())
    }

    /// Whether a COPY gives its files to somebody by name.
    fn names_owner(&self, copy: usize) -> bool {
        self.flag_value(copy, "chown").is_some_and(names_somebody)
    }

    /// Whether a step runs as root, as far as the file and what is known of its base image tell.
    fn is_root(&self, item: usize) -> bool {
        let user = self.model.environment_at(item).map(|environment| &environment.user);
        let base = || self.model.base_image(item).and_then(|image| image.user);
        self.model.is_root(item) && (user != Some(&Value::Unset) || base().is_none_or(is_root))
    }

    fn copies(&self) -> bool {
        let targets = |item| Target::all(self.file, self.model, item);
        let (Some(first), Some(second)) = (targets(self.upper), targets(self.lower)) else {
            return false;
        };
        let same = |flag| self.flag_value(self.upper, flag) == self.flag_value(self.lower, flag);
        // Both may make a folder above.
        let is_linked = [self.upper, self.lower].iter().any(|item| self.has_flag(*item, "link"));
        let is_apart = first.iter().all(|target| second.iter().all(|other| !target.meets(other)));
        is_apart
            && !is_linked
            && same("chown")
            && !traces::are_linked(self, &first)
            && !traces::are_linked(self, &second)
    }

    fn copy_and_run(&self, copy: usize, run: usize) -> bool {
        let Some(targets) = Target::all(self.file, self.model, copy) else {
            return false;
        };
        let folders: Vec<String> = targets.iter().map(Target::path).collect();
        match Reach::of(self.file, self.model, run, &folders) {
            Reach::Packages { is_of_distribution } => {
                let facts = run_facts(self.file, self.model, run);
                let is_led =
                    |facts| settings::variables_point_to(self, run, facts, is_of_distribution, &targets);
                let lies_apart = |target: &Target| {
                    !target.is_of_system() && paths::lie_apart(self.file, self.model, run, target)
                };
                targets.iter().all(lies_apart)
                    && facts.is_some_and(|facts| !is_led(facts))
                    && !traces::is_configured_above(self, copy, run, &targets)
            }
            Reach::Files(files) => {
                let is_apart = |path: &String| targets.iter().all(|target| !target.touches(path));
                !self.has_flag(copy, "link")
                    && files.paths.iter().all(is_apart)
                    && !traces::are_linked(self, &targets)
            }
            Reach::Unknown => false,
        }
    }

    fn runs(&self) -> bool {
        let reach = |item| Reach::of(self.file, self.model, item, &[]);
        match (reach(self.upper), reach(self.lower)) {
            (Reach::Files(first), Reach::Files(second)) => first
                .paths
                .iter()
                .all(|path| second.paths.iter().all(|other| !targets::are_related(path, other))),
            (Reach::Files(files), Reach::Packages { .. }) => files.is_outside_system(),
            // The packages may bring the users that files are given to.
            (Reach::Packages { .. }, Reach::Files(files)) => files.is_outside_system() && !files.names_owner,
            _ => false,
        }
    }
}

/// Whether an owner and group are written with a name that a step may have made.
fn names_somebody(owner: &str) -> bool {
    owner.split(':').any(|part| part != "root" && !part.chars().all(|char| char.is_ascii_digit()))
}

//! What a RUN does outside the system, judging by its commands.
//! Source: the manual pages of the programs named here; npm-config(7), pip's "Configuration".

use super::targets::{is_of_system, workdir};
use super::{Pair, names_somebody};
use crate::knowledge::package_managers::Family;
use crate::path;
use crate::semantic::Model;
use crate::semantic::commands::Invocation;
use crate::semantic::facts::Facts;
use crate::semantic::independence::reads_nothing;
use crate::semantic::list_updates::run_facts;
use crate::semantic::writes::output_path;
use crate::syntax::File;
use crate::syntax::mount::Mount;
use crate::syntax::shell::{Form, Word};
use crate::syntax::word::Value;

/// What a RUN reads and writes.
pub(super) enum Reach {
    /// What package managers install by name.
    Packages {
        /// Whether those are all of the distribution.
        is_of_distribution: bool,
    },
    /// Some files and folders.
    Files(Files),
    /// Anything.
    Unknown,
}

/// Files and folders that a RUN reads or writes.
pub(super) struct Files {
    /// Absolute and clean; whatever lies in them counts too.
    pub(super) paths: Vec<String>,
    /// Whether all are written that way.
    pub(super) is_absolute: bool,
    /// Whether it gives files to somebody by name.
    pub(super) names_owner: bool,
}

impl Files {
    pub(super) fn is_outside_system(&self) -> bool {
        !self.paths.iter().any(|path| is_of_system(path))
    }
}

/// Programs that touch nothing but the files that they name.
const FILE_PROGRAMS: [&str; 10] =
    ["chgrp", "chmod", "chown", "cp", "ln", "mkdir", "mv", "rm", "rmdir", "touch"];

/// Programs that say something, or change the shell.
const SAYING: [&str; 5] = [":", "echo", "printf", "set", "true"];

/// A folder that no path is in, for a project whose folder is not known.
const NOWHERE: &str = "/-";

impl Reach {
    /// What the RUN `item` does; `projects` are the absolute folders of the project, which it has to leave alone to count
    /// as an install of packages.
    pub(super) fn of(file: &File, model: &Model, item: usize, projects: &[String]) -> Reach {
        let (Some(facts), Some(found)) = (run_facts(file, model, item), file.item(item)) else {
            return Reach::Unknown;
        };
        let instruction = &found.instruction;
        let nowhere = [NOWHERE.to_owned()];
        let projects = if projects.is_empty() { &nowhere } else { projects };
        let is_install = projects.iter().all(|project| reads_nothing(instruction, facts, project));
        let mut programs = facts.invocations.iter();
        if is_install && programs.all(|program| stays_in_place(facts, program)) {
            let is_of_distribution = is_of_distribution(facts);
            let is_known = is_of_distribution || has_usual_places(file, model, item, facts);
            return if is_known { Reach::Packages { is_of_distribution } } else { Reach::Unknown };
        }
        let is_plain = facts.script.form() == Form::Shell
            && instruction.heredocs().is_empty()
            && Mount::all(instruction).is_empty()
            && !facts.script.text().text().contains('<');
        files(facts, &workdir(model, item)).filter(|_| is_plain).map_or(Reach::Unknown, Reach::Files)
    }
}

/// Whether a program does not go to a folder that only a step above may have made.
fn stays_in_place(facts: &Facts, program: &Invocation) -> bool {
    let is_there = |word: &Word| {
        word.value.as_deref().is_some_and(|folder| {
            folder.starts_with('/') && is_of_system(&path::from_root(folder)) || folder == "/tmp"
        })
    };
    &*program.name != "cd" || program.arguments(&facts.script).iter().all(is_there)
}

fn is_of_distribution(facts: &Facts) -> bool {
    facts.invocations.iter().all(|program| match facts.package_of(program.command) {
        Some(package) => package.manager.family.is_of_distribution(),
        None => SAYING.contains(&&*program.name) || matches!(&*program.name, "cd" | "export" | "rm"),
    })
}

/// Whether a package manager of a language puts what it installs for all where it usually does, and reads no
/// configuration of the project.
fn has_usual_places(file: &File, model: &Model, item: usize, facts: &Facts) -> bool {
    const STARTS: [&str; 6] = ["COREPACK_", "NPM_", "npm_", "PIP_", "PYTHON", "YARN_"];
    let is_safe = |name: &&str| {
        let matters = matches!(*name, "HOME" | "PATH" | "VIRTUAL_ENV")
            || STARTS.iter().any(|start| name.starts_with(start));
        let value = model.expand_at(item, &format!("${{{name}}}")).value;
        !matters || value.is_some_and(|value| !value.contains('/') || value.contains("://"))
    };
    let pair = Pair { file, model, upper: item, lower: item };
    // These take their settings, and even their own version, from the folder that they run in.
    let is_of_folder =
        facts.packages.iter().any(|package| matches!(package.manager.family, Family::Yarn | Family::Pnpm));
    !is_of_folder && pair.is_root(item) && model.variable_names(item).iter().all(is_safe)
}

/// The files that the commands of a RUN touch; `None` where that cannot be told.
fn files(facts: &Facts, workdir: &Value) -> Option<Files> {
    let script = &facts.script;
    let mut found = Files { paths: Vec::new(), is_absolute: true, names_owner: false };
    if script.has_error() || script.commands().len() != facts.invocations.len() {
        return None;
    }
    for program in &facts.invocations {
        let command = program.command(script)?;
        if !command.nesting.is_top()
            || program.takes_more
            || program.program != 0
            || !command.assignments.is_empty()
        {
            return None;
        }
        if SAYING.contains(&&*program.name) {
            continue;
        }
        let words = program.arguments(script);
        if !FILE_PROGRAMS.contains(&&*program.name) {
            return None;
        }
        let mut operands = words.iter().filter(|word| !script.str(word.part).starts_with('-'));
        if matches!(&*program.name, "chown" | "chgrp" | "chmod") {
            let first = operands.next()?.value.as_deref()?;
            found.names_owner |= &*program.name != "chmod" && names_somebody(first);
        }
        for word in operands {
            let written = word.value.as_deref().filter(|path| !path.starts_with('~'))?;
            found.is_absolute &= written.starts_with('/');
            found.paths.push(match workdir {
                _ if written.starts_with('/') => path::from_root(written),
                Value::Known(folder) => path::absolute(folder, written),
                Value::Unset | Value::Unknown => return None,
            });
        }
    }
    for output in script.outputs() {
        found.is_absolute &= script.str(output.part).starts_with(['/', '"', '\'']);
        found.paths.push(output_path(facts, output, workdir)?);
    }
    Some(found)
}

//! Files of the build context that commands name below a copied folder: they tell which folder the context is where what
//! is copied does not, as in `COPY . .`.

use std::collections::BTreeSet;

use super::Model;
use super::dependencies::{Reads, folders, installs, project_folder, within};
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::project_scripts::makefiles;
use crate::knowledge::package_managers::projects::project;
use crate::syntax::{File, Kind};

/// Paths of the build context, one of which a command needs: `["gradlew"]`, `["pom.xml"]`.
pub type OneOf = Vec<String>;

/// The files of the build context that the RUNs of a file name: programs of the project, and what installs and builds look
/// for in the folder that they run in. What is named by a pattern counts as it is written.
pub fn named_files(file: &File, model: &Model) -> BTreeSet<OneOf> {
    let mut named = BTreeSet::new();
    for stage in model.stages() {
        let mut copies: Vec<FolderCopy> = Vec::new();
        for index in stage.items.clone() {
            copies.extend(FolderCopy::of(file, model, index));
            let Some(run) = file.item(index).filter(|item| item.kind == Kind::Run) else { continue };
            if copies.is_empty() {
                continue;
            }
            let Some(facts) = Facts::of(&run.instruction) else { continue };
            let of_context = |place: &String| copies.iter().rev().find_map(|copy| copy.source_of(place));
            let places = places(file, model, index, facts).into_iter();
            let sources = places.map(|places| places.iter().filter_map(of_context).collect::<OneOf>());
            named.extend(sources.filter(|sources| !sources.is_empty()));
        }
    }
    named
}

/// The places of the files that the commands of a RUN need, each with those that can stand for it.
fn places(file: &File, model: &Model, index: usize, facts: &Facts) -> Vec<OneOf> {
    let Some(environment) = model.environment_at(index).filter(|found| found.shell.is_posix()) else {
        return Vec::new();
    };
    let folders = folders(facts, &environment.workdir);
    let folder_of = |command: usize| folders.get(command)?.as_deref();
    let mut found: Vec<OneOf> = Vec::new();
    for invocation in &facts.invocations {
        let Some(folder) = folder_of(invocation.command) else { continue };
        let words = invocation.command(&facts.script).map(|command| &command.words);
        let program = words.and_then(|words| words.get(invocation.program)?.value.as_deref());
        let is_own = |program: &&str| {
            program.starts_with("./") || program.contains('/') && !program.starts_with(['/', '~', '.'])
        };
        found.extend(
            program.filter(is_own).and_then(|program| within(folder, program)).map(|place| vec![place]),
        );
        if &*invocation.name == "make" {
            let files = makefiles(&invocation.written_arguments(&facts.script)).into_iter().flatten();
            found.push(files.filter_map(|file| within(folder, &file)).collect());
        }
    }
    for package in &facts.packages {
        let Some(project) = project(package.manager.family).filter(|_| package.operands.is_empty()) else {
            continue;
        };
        let folder = folder_of(package.command)
            .and_then(|folder| project_folder(package, &facts.script, project, folder));
        let Some(folder) = folder else { continue };
        let in_folder = |names: &[&str]| names.iter().filter_map(|name| within(&folder, name)).collect();
        found.push(in_folder(project.manifests));
        let verb = package.words(&facts.script).get(package.verb);
        let is_locked = package.has_flag(&facts.script, project.locked)
            || verb.is_some_and(|verb| project.locked.iter().any(|locked| verb.is(locked)));
        if is_locked {
            found.push(in_folder(project.locks));
        }
    }
    for install in installs(file, model, index) {
        if let Reads::Files(files) = install.reads {
            found.extend(files.into_iter().map(|place| vec![place]));
        }
    }
    found
}

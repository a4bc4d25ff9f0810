//! Copies from the build context above an install of dependencies that reads nothing of them: its manifests are copied
//! by name. The manifests are asked whether they name anything of what is copied; what cannot be told counts as read.
//! Source: Go Modules Reference, "go mod download", "replace"; go.dev, "Organizing a Go module".

use super::Model;
use super::arrivals::arrival;
use super::cache_mounts::home_of;
use super::commuting::{commute, copy_and_install};
use super::copies::{CopyFrom, CopyStep};
use super::dependencies::{DependencyInstall, Reads, installs};
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::independence::division;
use super::late_installs::{late_install, names_manifest, ranges_above};
use super::manifests;
use crate::context::BuildContext;
use crate::context::view::View;
use crate::knowledge::package_managers::Family;
use crate::knowledge::package_managers::projects::project;
use crate::path;
use crate::syntax::{File, Kind};
use crate::text::Span;

/// So many steps above an install are looked at.
const MOST_STEPS: usize = 60;

/// An install of dependencies below copies that it does not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyCopies {
    /// The install, which is in the RUN that was asked for.
    pub install: DependencyInstall,
    /// The copies that could come below that RUN, as indexes of the file's instructions; in order, at least one.
    pub copies: Vec<usize>,
    /// Whether the build context shows that the install reads none of them; if not, their names tell.
    pub is_shown: bool,
    /// Where the RUN has to be divided, in its source: what follows may read the copies.
    pub split: Option<Span>,
}

impl EarlyCopies {
    /// Those above the RUN `index` in its stage; `None` where there are none.
    pub fn of(file: &File, model: &Model, context: &dyn BuildContext, index: usize) -> Option<EarlyCopies> {
        let facts = Facts::of(file.instruction(index)?)?;
        let mut installs = installs(file, model, index).into_iter();
        let install = installs.find(|install| reads_manifests_alone(install, facts))?;
        let asked = Asked { file, model, context, index, facts, install: &install };
        let copies = asked.movable();
        if copies.is_empty() || asked.is_settled() {
            return None;
        }
        let split = asked.division()?;
        let (copies, is_shown) = asked.unread(copies)?;
        Some(EarlyCopies { install, copies, is_shown, split })
    }
}

/// Whether an install reads nothing of a project but what its manifests name. A script may read anything, and so may a
/// manifest that is a program.
fn reads_manifests_alone(install: &DependencyInstall, facts: &Facts) -> bool {
    let skips_scripts = || {
        let package = facts.packages.get(install.package);
        package.is_some_and(|package| package.has_flag(&facts.script, &["--ignore-scripts"]))
    };
    let is_known = match install.family {
        Family::Npm | Family::Yarn | Family::Pnpm | Family::Bun => skips_scripts(),
        Family::Bundler
        | Family::Composer
        | Family::Conda
        | Family::DotNet
        | Family::Go
        | Family::Maven
        | Family::Pdm
        | Family::Pip
        | Family::Pipenv
        | Family::Poetry
        | Family::Uv => true,
        _ => false,
    };
    is_known && install.is_known && install.reads != Reads::Everything && install.folder.starts_with('/')
}

/// What is asked about one install.
struct Asked<'a> {
    file: &'a File,
    model: &'a Model,
    context: &'a dyn BuildContext,
    /// The RUN.
    index: usize,
    /// What it says.
    facts: &'a Facts,
    install: &'a DependencyInstall,
}

impl Asked<'_> {
    /// The copies of the stage that could come below the install, judging by the Dockerfile.
    fn movable(&self) -> Vec<usize> {
        let first = self.model.stage_at(self.index).map_or(self.index, |stage| stage.from() + 1);
        let places = self.places();
        let mut found: Vec<usize> = Vec::new();
        for step in (first.max(self.index.saturating_sub(MOST_STEPS))..self.index).rev() {
            let can_pass =
                |between: usize| found.contains(&between) || commute(self.file, self.model, step, between);
            if self.is_of_source(step)
                && copy_and_install(self.file, self.model, step, self.index, &places)
                && (step + 1..self.index).all(can_pass)
            {
                found.push(step);
            }
        }
        found.reverse();
        found
    }

    /// Whether a step copies files of the context by names that no manifest or setting has, and that neither the install
    /// nor a variable mentions.
    fn is_of_source(&self, step: usize) -> bool {
        let Some(copy) = CopyStep::of(self.file, self.model, step) else {
            return false;
        };
        let names: Option<Vec<&str>> =
            copy.sources.iter().map(|source| source.value.as_deref()).chain([copy.target()]).collect();
        let Some(names) = names.filter(|_| copy.from == CopyFrom::Context && !copy.has_heredocs) else {
            return false;
        };
        let is_local = |name: &&str| !name.contains("://") && !name.starts_with("git@");
        let last = |name: &&str| path::name(name.trim_end_matches('/')).to_owned();
        let is_setting = |name: &String| name.len() > 1 && name.starts_with('.') || name == "go.work";
        names.iter().all(is_local)
            && !names.iter().map(last).any(|name| is_setting(&name) || self.is_mentioned(&name))
            && !names_manifest(self.file, self.model, step, self.install)
    }

    /// Whether a word of the install, or the value of a variable that is set for it, has this name in it.
    fn is_mentioned(&self, name: &str) -> bool {
        let has_name = |text: &str| {
            let mut parts = text.split(['/', '=', ':', ',', ' ']);
            name.len() > 1 && parts.any(|part| part == name)
        };
        let package = self.facts.packages.get(self.install.package);
        let mut words = package
            .map(|package| package.words(&self.facts.script).get(package.verb + 1..).unwrap_or_default())
            .unwrap_or_default()
            .iter()
            .filter_map(|word| word.value.as_deref());
        let mut variables = self.model.variable_names(self.index).into_iter();
        words.any(has_name)
            || variables.any(|variable| {
                let value = self.model.expand_at(self.index, &format!("${{{variable}}}")).value;
                matches!(variable, "GOFLAGS" | "GOWORK") || value.is_some_and(|value| has_name(&value))
            })
    }

    /// What the install reads or writes in its folder where that is there, as absolute paths.
    fn places(&self) -> Vec<String> {
        let project = project(self.install.family);
        let names = project.into_iter().flat_map(|project| {
            project.manifests.iter().chain(project.others).chain(project.locks).chain(project.blockers)
        });
        let plain = names.filter(|name| !name.contains('*'));
        let mut places: Vec<String> = plain.map(|name| path_below(&self.install.folder, name)).collect();
        if let Reads::Files(files) = &self.install.reads {
            places.extend(files.iter().cloned());
        }
        places
    }

    /// Whether a step above has installed the same, or the manifests come with the source, which is a finding of its own.
    fn is_settled(&self) -> bool {
        let steps = || ranges_above(self.model, self.index).into_iter().flatten();
        let is_run = |step: &usize| self.file.item(*step).is_some_and(|item| item.kind == Kind::Run);
        let mut earlier = steps().filter(is_run).flat_map(|step| installs(self.file, self.model, step));
        earlier.any(|earlier| earlier.covers(self.install))
            || late_install(self.file, self.model, self.index).is_some()
    }

    /// How the RUN is kept where the install comes before the copies; `None` where it reads more.
    fn division(&self) -> Option<Option<Span>> {
        let run = self.file.instruction(self.index)?;
        let destination = self.install.folder.clone();
        let project = FolderCopy { item: self.index, source: String::new(), destination };
        division(run, self.facts, self.install, &project)
    }

    /// Those of some copies that the install does not read, and whether the build context shows it.
    fn unread(&self, copies: Vec<usize>) -> Option<(Vec<usize>, bool)> {
        let view = View::new(self.context);
        let (project, manifest) = self.project(&view)?;
        let package = self.facts.packages.get(self.install.package)?;
        let script = &self.facts.script;
        let home = home_of(self.file, self.model, self.index, package);
        let home = home.as_deref();
        let files = manifests::files(self.context, &view, &project, self.install, package, script, home);
        let is_seen =
            self.context.read(&manifest).is_some() && view.is_trustworthy(self.sources().into_iter());
        if let Some(found) = files.filter(|_| is_seen) {
            let reads: Vec<String> = found.files.iter().filter_map(|file| project.place_of(file)).collect();
            let is_apart = |copy: &usize| copy_and_install(self.file, self.model, *copy, self.index, &reads);
            let unread: Vec<usize> = copies.into_iter().filter(is_apart).collect();
            return (found.switch.is_none() && !unread.is_empty()).then_some((unread, true));
        }
        let unread: Vec<usize> = copies.into_iter().filter(|copy| self.is_of_main(*copy)).collect();
        (!is_seen && self.install.family == Family::Go && !self.has_modules() && !unread.is_empty())
            .then_some((unread, false))
    }

    /// The folder of the context that the manifests come from, as if it were copied whole to where the install looks for
    /// them, with the path of the first.
    fn project(&self, view: &View<'_>) -> Option<(FolderCopy, String)> {
        let places: Vec<String> = match &self.install.reads {
            Reads::Files(files) => files.clone(),
            _ => {
                let names = project(self.install.family)?.manifests.iter();
                names.map(|name| path_below(&self.install.folder, name)).collect()
            }
        };
        let mut found: Option<(FolderCopy, String)> = None;
        for place in &places {
            let Some((item, source)) = self.origin(view, place) else {
                // Of several manifests the first that is there counts.
                if matches!(self.install.reads, Reads::Files(_)) {
                    return None;
                }
                continue;
            };
            let copy = FolderCopy::around(item, &source, place)?;
            match &found {
                Some((other, _))
                    if (&other.source, &other.destination) != (&copy.source, &copy.destination) =>
                {
                    return None;
                }
                Some(_) => {}
                None => found = Some((copy, source)),
            }
        }
        found
    }

    /// The nearest step above that brings a file to a place, with the path of that file in the context.
    fn origin(&self, view: &View<'_>, place: &str) -> Option<(usize, String)> {
        let mut steps = ranges_above(self.model, self.index).into_iter().flat_map(Iterator::rev);
        steps.find_map(|step| Some((step, arrival(self.file, self.model, view, step, place)?)))
    }

    /// The sources of all copies of the stage from the build context.
    fn sources(&self) -> Vec<&str> {
        let first = self.model.stage_at(self.index).map_or(self.index, |stage| stage.from() + 1);
        let copies = (first..self.index).filter_map(|step| CopyStep::of(self.file, self.model, step));
        let copies = copies.filter(|copy| copy.from == CopyFrom::Context);
        copies.flat_map(|copy| &copy.sources).filter_map(|source| source.value.as_deref()).collect()
    }

    /// Whether a copy brings Go files and programs alone, which no other module can be made of.
    fn is_of_main(&self, copy: usize) -> bool {
        let Some(copy) = CopyStep::of(self.file, self.model, copy) else {
            return false;
        };
        copy.sources.iter().all(|source| {
            let name = source.value.as_deref().map(path::in_context).unwrap_or_default();
            name == "cmd" || name.ends_with("/cmd") || name.ends_with(".go")
        })
    }

    /// Whether the stage copies what only a project of several modules has.
    fn has_modules(&self) -> bool {
        let names = |source: &&str| source.ends_with("go.mod") || source.contains("go.work");
        self.sources().into_iter().filter(names).count() > 1
    }
}

fn path_below(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

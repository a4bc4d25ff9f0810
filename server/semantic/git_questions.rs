//! Whether a build asks git about its project: for a version, for the files that it knows, for what has changed. Without
//! `.git` it fails then, or builds something else. What cannot be told counts as asking.
//! Sources: `go help build`, "-buildvcs"; Composer, "Why are there default versions"; Microsoft, "Source Link included in
//! the .NET SDK"; what plugins do: [`crate::knowledge::git_askers`].

pub(super) mod steps;
pub(super) mod texts;

use std::cell::Cell;

use serde_json::Value;

use super::Model;
use super::arrivals::text_for;
use super::commands::Invocation;
use super::commuting::mentions;
use super::dependencies::{place, within};
use super::facts::Facts;
use super::ignorable;
use super::late_installs::ranges_above;
use super::list_updates::run_facts;
use super::node_scripts::{Ran, Started, ran, started};
use super::project_deeds::{Deed, deeds};
use super::project_files::project_files;
use super::project_scripts::{STEP, script};
use crate::context::BuildContext;
use crate::context::view::View;
use crate::knowledge::git_askers::{SCRIPT_WORDS, is_told_by};
use crate::knowledge::package_managers::{self, Action, Family};
use crate::path;
use crate::syntax::File;
use crate::syntax::shell::Word;
use crate::syntax::word;

/// So many scripts of a project are read for one question.
const MOST_SCRIPTS: usize = 24;

/// Whether a step of a file may ask git about what lies in the build context.
pub fn asks_git(file: &File, model: &Model, context: &dyn BuildContext, view: &View<'_>) -> bool {
    let asked = Asked { file, model, context, view, left: Cell::new(MOST_SCRIPTS) };
    ignorable::mentions(file, ".git/")
        || steps::that_see_history(file, model, context).into_iter().any(|step| asked.asks(step))
}

struct Asked<'a> {
    file: &'a File,
    model: &'a Model,
    context: &'a dyn BuildContext,
    view: &'a View<'a>,
    /// So many scripts may still be read.
    left: Cell<usize>,
}

impl Asked<'_> {
    fn asks(&self, step: usize) -> bool {
        let Some(facts) = self.file.item(step).and_then(|item| Facts::of(&item.instruction)) else {
            return true;
        };
        let folder = match (facts.moves, self.model.environment_at(step)) {
            (false, Some(environment)) => place(&environment.workdir, "."),
            _ => None,
        };
        let deeds = deeds(self.file, self.model, step);
        facts.invocations.iter().any(|invocation| names_history(facts, invocation))
            || deeds.into_iter().any(|deed| self.deed_asks(step, folder.as_deref(), deed))
    }

    /// Whether what is done in a step asks, in this folder of the image, where that is known.
    fn deed_asks(&self, step: usize, folder: Option<&str>, deed: Deed<'_>) -> bool {
        match deed {
            Deed::Unknown => true,
            Deed::Program(words) => folder.is_none_or(|folder| self.program_asks(step, folder, &words)),
            Deed::Tool(family, words) => {
                let is_elsewhere = || {
                    folder.is_some_and(|folder| {
                        steps::is_elsewhere(self.file, self.model, step, folder, &words)
                    })
                };
                self.tool_asks(step, family, &words) && !is_elsewhere()
            }
        }
    }

    /// Whether a script asks, or what it runs in turn; a program that cannot be read does.
    fn program_asks(&self, step: usize, folder: &str, words: &[&str]) -> bool {
        let read =
            |name: &str| text_for(self.file, self.model, self.view, self.context, (step, folder), name);
        let left = self.left.get().checked_sub(1);
        let Some(script) = left.and_then(|_| script(words, &read)) else {
            return true;
        };
        self.left.set(left.unwrap_or_default());
        let (file, model) = (script.document.file(), script.document.model());
        let moves =
            file.item(STEP).and_then(|item| Facts::of(&item.instruction)).is_none_or(|facts| facts.moves);
        let folder = within(folder, &script.folder).filter(|_| !moves);
        texts::mentions_git(&script.text)
            || deeds(file, model, STEP).into_iter().any(|deed| self.deed_asks(step, folder.as_deref(), deed))
    }

    fn tool_asks(&self, step: usize, family: Family, words: &[&str]) -> bool {
        let has = |verbs: &[&str]| words.iter().any(|word| verbs.contains(word));
        match family {
            Family::Npm | Family::Yarn | Family::Pnpm | Family::Bun => self.node_asks(step, family, words),
            Family::Go => has(&["build", "install"]) && self.go_asks(step, words),
            Family::Composer => self.composer_asks(step),
            Family::DotNet => {
                has(&["build", "publish", "pack", "msbuild"])
                    && (self.is_new_sdk(step) || self.installs_git(step) || self.is_told(family))
            }
            _ => self.is_told(family) || is_build(family, words) && self.installs_git(step),
        }
    }

    /// Whether a file of the project says that a tool asks git.
    fn is_told(&self, family: Family) -> bool {
        let files = project_files(self.context, self.view, &|path| is_told_by(family, path));
        files.is_none_or(|files| files.iter().any(|(_, text)| texts::tells_of_git(text)))
    }

    fn node_asks(&self, step: usize, family: Family, words: &[&str]) -> bool {
        let is_manifest = |path: &str| path::name(path) == "package.json";
        let Some(manifests) = project_files(self.context, self.view, &is_manifest) else {
            return true;
        };
        let Started { texts, builds } = started(words, &manifests);
        let has_word = |text: &str| text.split_whitespace().any(|word| SCRIPT_WORDS.contains(&word));
        let runs_asker = |(folder, text): &(String, String)| {
            texts::mentions_git(text)
                || has_word(text)
                || text.split(['&', '|', ';']).any(|command| match ran(command, folder) {
                    Ran::Nothing => false,
                    Ran::File(file) => self.context.read(&file).is_none_or(|text| texts::mentions_git(&text)),
                    Ran::Unknown => true,
                })
        };
        texts.iter().any(runs_asker)
            || builds
                && (manifests.iter().any(|(_, text)| texts::has_plugin(text))
                    || self.is_told(family)
                    || self.installs_git(step))
    }

    /// Go writes the commit into the programs of a module that it finds in a repository, if there is a git to ask.
    fn go_asks(&self, step: usize, words: &[&str]) -> bool {
        const OFF: &str = "-buildvcs=false";
        let flags = self.model.variable("GOFLAGS", step).value;
        let is_off = matches!(flags, word::Value::Known(flags) if flags.contains(OFF))
            || words.iter().any(|word| word.trim_start_matches('-') == OFF.trim_start_matches('-'));
        let is_old = self
            .version_of(step, "golang")
            .is_some_and(|(major, minor)| (major, minor.unwrap_or(u32::MAX)) < (1, 18));
        !is_off && !is_old && self.may_have_git(step)
    }

    /// Composer takes the version of the project from git where nothing says it, and writes it down with what it installs.
    fn composer_asks(&self, step: usize) -> bool {
        let manifest = self.context.read("composer.json");
        let manifest = manifest.and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let is_said = manifest.is_some_and(|manifest| manifest.get("version").is_some())
            || self.model.is_set("COMPOSER_ROOT_VERSION", step);
        !is_said && self.may_have_git(step)
    }

    /// Whether the .NET SDK of a step may be one that writes the commit into what it builds.
    fn is_new_sdk(&self, step: usize) -> bool {
        self.version_of(step, "dotnet/sdk").is_none_or(|(major, _)| major >= 8)
    }

    /// The version in the tag of the image at the beginning of a stage, where that is called so.
    fn version_of(&self, step: usize, name: &str) -> Option<(u32, Option<u32>)> {
        let image = self.model.root_stage(step)?.likely_image()?;
        image.version().filter(|_| image.name() == name || image.name().ends_with(&format!("/{name}")))
    }

    /// Whether git was put into the image of a step: what is built there may run it from any file of the project.
    fn installs_git(&self, step: usize) -> bool {
        let is_git = |word: &Word| {
            let name = word.value.as_deref().map(|value| value.split(['=', '<', '>', '~', '@']).next());
            name == Some(Some("git"))
        };
        let installs = |above: usize| {
            run_facts(self.file, self.model, above).is_some_and(|facts| {
                let mut packages = facts.packages.iter().filter(|package| {
                    package.action == Action::Install && package.manager.family.is_of_distribution()
                });
                packages.any(|package| package.words(&facts.script).iter().any(is_git))
            })
        };
        ranges_above(self.model, step).into_iter().flatten().chain([step]).any(installs)
    }

    /// Whether there may be a git in the image of a step.
    fn may_have_git(&self, step: usize) -> bool {
        let is_known_to_lack =
            self.model.base_image(step).is_some_and(|image| image.has("git") == Some(false));
        let brings = |above: usize| {
            let item = self.file.item(above);
            item.is_none_or(|item| {
                mentions(&item.instruction, "git") || mentions(&item.instruction, "alpine-sdk")
            })
        };
        !is_known_to_lack || ranges_above(self.model, step).into_iter().flatten().chain([step]).any(brings)
    }
}

/// Whether one of the words of a tool has it build.
fn is_build(family: Family, words: &[&str]) -> bool {
    let mut managers = package_managers::all().iter().filter(|manager| manager.family == family);
    managers.any(|manager| {
        let mut verbs = words.iter().filter_map(|word| manager.verb(&[word]));
        verbs.any(|verb| verb.action == Action::Build)
    })
}

/// Whether a command asks git, or does something with what git keeps.
fn names_history(facts: &Facts, invocation: &Invocation) -> bool {
    let words = invocation.arguments(&facts.script).iter();
    let values: Vec<&str> = words.filter_map(|word| word.value.as_deref()).collect();
    match &*invocation.name {
        "git" => !values.iter().any(|word| matches!(*word, "clone" | "config")),
        "rm" | "find" => false,
        _ => values.iter().any(|word| *word == ".git" || word.ends_with("/.git")),
    }
}

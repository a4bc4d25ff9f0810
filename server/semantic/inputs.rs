//! What a build is given beside its files: arguments, targets, contexts with a name, and who says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::Span;

/// What a build is given beside its files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Inputs {
    /// The build arguments, by name.
    pub arguments: BTreeMap<String, String>,
    /// Build arguments that are given with a value that is not known.
    pub unknown_arguments: BTreeSet<String>,
    /// The stages that images are made of to be used.
    pub targets: Targets,
    /// The target that is set, which beats those of builders.
    pub set_target: Option<SetTarget>,
    /// The stages that images are made of to work in; without a name the last one.
    pub workplaces: BTreeSet<Option<String>>,
    /// Whether it is not built to be shipped, as far as that is known: it is the image of a development container.
    pub is_for_development: bool,
    /// Contexts with a name, which FROM and `--from` can read: what each is, as it is written.
    pub contexts: BTreeMap<String, String>,
    /// The ids of secrets that steps can mount, each with the file that says so, as it is shown.
    pub secrets: BTreeMap<String, String>,
    /// Who builds the file, the nearest first.
    pub builds: Vec<Build>,
}

/// Which stages images are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Targets {
    /// The last one.
    #[default]
    Last,
    /// Those of these names; without a name the last one.
    These(BTreeSet<Option<String>>),
    /// Others, which are not known.
    Unknown,
}

/// A target that is set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SetTarget {
    /// The stage that is built.
    pub name: String,
    /// The settings file that says so, as it is shown; `None` where an editor or the command line says so.
    pub file: Option<String>,
}

/// Somebody who builds the file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Build {
    /// The path of the file that says so.
    pub file: String,
    /// The same, as it is shown.
    pub shown: String,
    /// What it calls the build: a service, a target, an image; empty where it gives no name.
    pub name: String,
    /// The stage that is built; `None` where it names none, or it is not known which.
    pub target: Option<String>,
    /// Where the file names that stage, in its bytes; `None` where it is written in another way than it reads.
    pub place: Option<Span>,
    /// The build arguments that it gives, by name; `None` for a value that is not known.
    pub arguments: BTreeMap<String, Option<String>>,
}

impl Build {
    /// How it is called in few words: by its name, or by its file.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { &self.shown } else { &self.name }
    }
}

impl Inputs {
    /// What a context with this name is, as it is written; `None` where the build is given none.
    pub fn context(&self, name: &str) -> Option<&str> {
        self.contexts.get(familiar(name)).map(String::as_str)
    }

    /// The targets that are asked for by name, each with the file that says so, as it is shown.
    pub fn named_targets(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let set = self.set_target.iter().map(|set| (set.name.as_str(), set.file.as_deref()));
        set.chain(
            self.builds
                .iter()
                .filter_map(|build| Some((build.target.as_deref()?, Some(build.shown.as_str())))),
        )
    }

    /// Those who build the stage of this name.
    pub fn builds_of<'a>(&'a self, stage: &'a str) -> impl Iterator<Item = &'a Build> {
        let names =
            |build: &&Build| build.target.as_ref().is_some_and(|target| target.eq_ignore_ascii_case(stage));
        self.builds.iter().filter(names)
    }
}

/// A name as BuildKit looks contexts up by it (`dockerui/namedcontext.go`): that of an image goes without what is there
/// anyway.
pub fn familiar(name: &str) -> &str {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    name.strip_suffix(":latest").unwrap_or(name)
}

//! Images: what is in a base image, and until when it is supported. Facts of one day, see [`date`]; what is not known is
//! `None` and never guessed. `official.txt` is written by the script in `refresh`, which names the sources; `others.txt` by hand.

mod apt;
mod describer;
mod distribution;
mod end_of_life;
mod name;
pub mod runtime;
mod set_shell;
mod siblings;
mod table;
mod tag;
#[cfg(test)]
mod tests;
mod version;

pub use apt::{AptImage, may_be_in_more, may_be_in_plain};
pub use distribution::{BinSh, Family, Libc, Manager, Userland};
pub use end_of_life::{EndOfLife, Part as EndedPart};
pub use set_shell::set_shell;
pub use siblings::{Offer, names, slim, supported, tags};
pub use table::Cycle;
pub use tag::Release;

use super::package_managers;
use describer::Describer;
use table::{Repository, table};
use tag::Tag;

/// Official images that files are likely to begin with, in the order in which they are offered where nothing is typed yet: a choice, no
/// count.
pub const USUAL: [&str; 20] = [
    "alpine",
    "debian",
    "ubuntu",
    "node",
    "python",
    "golang",
    "php",
    "rust",
    "nginx",
    "ruby",
    "eclipse-temurin",
    "buildpack-deps",
    "busybox",
    "amazonlinux",
    "fedora",
    "maven",
    "httpd",
    "postgres",
    "redis",
    "perl",
];

/// Images that projects of a package manager are built on, the likeliest first. Source: the images' own pages, on what each
/// is for.
pub fn of_projects(family: package_managers::Family) -> &'static [&'static str] {
    use package_managers::Family;
    match family {
        Family::Npm | Family::Yarn | Family::Pnpm => &["node"],
        Family::Bun => &["oven/bun", "node"],
        Family::Pip | Family::Uv | Family::Pipenv | Family::Poetry | Family::Pdm => &["python"],
        Family::Go => &["golang"],
        Family::Cargo => &["rust"],
        Family::Gem | Family::Bundler => &["ruby"],
        Family::Composer => &["php", "composer"],
        Family::Maven => &["maven", "eclipse-temurin"],
        Family::Gradle => &["gradle", "eclipse-temurin"],
        Family::DotNet => &["mcr.microsoft.com/dotnet/sdk", "mcr.microsoft.com/dotnet/aspnet"],
        Family::Mix => &["elixir"],
        Family::Apt | Family::Apk | Family::Dnf | Family::Zypper | Family::Pacman | Family::Conda => &[],
    }
}

/// What is known of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseImage {
    /// The repository's shortest name.
    pub repository: &'static str,
    /// What is in it, as people call it, and the line of releases.
    pub product: Option<(&'static str, &'static Cycle)>,
    /// The distribution.
    pub release: Option<Release>,
    /// The C library.
    pub libc: Option<Libc>,
    /// The version of glibc.
    pub glibc: Option<&'static str>,
    /// What `/bin/sh` is.
    pub shell: Option<BinSh>,
    /// Whether there is bash.
    pub has_bash: Option<bool>,
    /// What installs packages.
    pub manager: Option<Manager>,
    /// Whose basic programs it has.
    pub userland: Option<Userland>,
    /// The user that it runs as, as its configuration says it.
    pub user: Option<&'static str>,
    /// The users it has beside those of the distribution.
    pub users: Vec<User>,
    /// The absolute folder that it starts in.
    pub workdir: Option<&'static str>,
    /// The entrypoint; empty for none.
    pub entrypoint: Option<&'static str>,
    /// The command; empty for none.
    pub command: Option<&'static str>,
    /// The signal that stops it; empty where it does not say.
    pub stop_signal: Option<&'static str>,
    /// Variables that it sets, beside PATH; the value where it is the same everywhere.
    pub environment: Vec<(&'static str, Option<&'static str>)>,
    /// Whether it sets no variable but PATH, and no folder.
    pub is_plain: bool,
    /// What it holds beside the distribution, where its packages come with apt and without lists of them.
    pub apt: Option<AptImage>,
    /// When which part of it is not supported any more.
    pub ends: Vec<EndOfLife>,
    tools: Vec<(&'static str, bool)>,
    /// Variables that some of its tags set.
    at_times: Vec<&'static str>,
}

/// A user that an image has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: &'static str,
    /// The number.
    pub id: &'static str,
    /// The number of the group.
    pub group: &'static str,
}

/// The day that the facts are of, as `2026-08-21`.
pub fn date() -> &'static str {
    table().date
}

/// Whether a name without registry and path is that of an official image, present or past.
pub fn is_official(name: &str) -> bool {
    table().official.binary_search(&name).is_ok() || table().past.binary_search(&name).is_ok()
}

/// Whether an image, by its registry and path, is made to be worked in, by an editor or a browser that connects to it, and for
/// nothing else.
/// Source: devcontainers/images, gitpod-io/workspace-images, coder/code-server and jupyter/docker-stacks, README.md of each.
pub fn is_for_development(name: &str) -> bool {
    const STARTS: [&str; 7] = [
        "codercom/code-server",
        "codercom/enterprise-",
        "gitpod/workspace-",
        "jupyter/",
        "mcr.microsoft.com/devcontainers/",
        "mcr.microsoft.com/vscode/devcontainers/",
        "quay.io/jupyter/",
    ];
    STARTS.iter().any(|start| name.starts_with(start))
}

/// Whether an image, by its registry and path, was an official one and is not any more: it is not built again.
pub fn is_past(name: &str) -> bool {
    table().past.binary_search(&name::canonical(name)).is_ok()
}

/// What is known of an image, by its registry and path and its tag, in which `*` stands for what is not known. Without a
/// tag it is `latest`; with a digest and no tag only what holds for every tag is said. `None` for a repository that is
/// not in the tables.
pub fn describe(name: &str, tag: Option<&str>, has_digest: bool) -> Option<BaseImage> {
    let repository = Repository::named(name::canonical(name))?;
    let written = tag.unwrap_or(if has_digest { "*" } else { "latest" });
    Some(Describer::new(repository, name, Tag::new(repository, written)).image())
}

/// What `/bin/sh` is in an image that is not in the tables, where its tag names a distribution: `1.2-alpine`.
pub fn shell_of_tag(tag: &str) -> Option<BinSh> {
    tag::release(tag)?.family.shell.filter(|shell| *shell != BinSh::None)
}

impl BaseImage {
    /// Whether it sets a variable; `None` where that is not known.
    pub fn sets(&self, name: &str) -> Option<bool> {
        let is_set = name == "PATH" || self.environment.iter().any(|(known, _)| *known == name);
        match (is_set, self.is_plain) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }

    /// Whether it sets a variable, or another of the repository's tags is known to.
    pub fn may_set(&self, name: &str) -> bool {
        self.sets(name) == Some(true) || self.at_times.contains(&name)
    }

    /// Whether it has a program or a package, such as `curl`; `None` where that is not known.
    pub fn has(&self, tool: &str) -> Option<bool> {
        if self.shell == Some(BinSh::None) && self.userland == Some(Userland::None) {
            return Some(false);
        }
        let found = self.tools.iter().find(|(known, _)| *known == tool);
        match tool {
            "bash" => self.has_bash,
            _ => found.map(|(_, is_there)| *is_there),
        }
    }

    /// Whether it is a distribution, and nothing more.
    pub fn is_distribution(&self) -> bool {
        self.release.as_ref().is_some_and(|release| release.family.id == self.repository)
    }

    /// What is not supported any more on the day of the data.
    pub fn ended(&self) -> Option<&EndOfLife> {
        self.ends.iter().find(|end| end.day <= date())
    }
}

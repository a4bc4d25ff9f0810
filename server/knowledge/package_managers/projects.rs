//! What each tool reads of a project to install its dependencies: the manifests, the switches that leave the project
//! itself out, and what makes it read more. Source: the manual of each tool.

mod production;
mod table;

use super::Family;
pub use table::PROJECTS;

/// How a tool installs the dependencies of the project it runs in.
#[derive(Debug, PartialEq, Eq)]
pub struct Project {
    /// Whose it is.
    pub family: Family,
    /// The sub-commands that do it where they name no package, as written; empty for the program alone.
    pub verbs: &'static [&'static str],
    /// Those of them that names of packages or projects may follow.
    pub naming: &'static [&'static str],
    /// Options that have it work elsewhere, or on more than one project.
    pub elsewhere: &'static [&'static str],
    /// Options that name the folder of the project, or the manifest in it.
    pub folders: &'static [&'static str],
    /// The files that make a folder a project; the first one that is there counts. `*` stands for a name.
    pub manifests: &'static [&'static str],
    /// Read where they are there; of a folder all files.
    pub others: &'static [&'static str],
    /// Where one of these is there, more may be read, or the copy that follows would overwrite what was installed.
    pub blockers: &'static [&'static str],
    /// The lock files, the newest first.
    pub locks: &'static [&'static str],
    /// Options and sub-commands with which it asks for a lock file.
    pub locked: &'static [&'static str],
    /// The lock files of other tools that it reads where there is none of its own.
    pub foreign_locks: &'static [&'static str],
    /// Whether it installs the project itself too, and which switch leaves that out.
    pub itself: Option<&'static str>,
    /// Where one of these words stands in a manifest, that reads or runs other files of the project.
    pub reading_words: &'static [&'static str],
    /// Options with which it fetches nothing.
    pub offline: &'static [&'static str],
    /// Variables that do the same, and what their value then has in it.
    pub offline_variables: &'static [(&'static str, &'static str)],
    /// How it is told to leave out what only the developers of a project need; `None` where it does so by itself.
    pub production: Option<Production>,
}

/// How a tool is told to leave out what only the developers of a project need.
#[derive(Debug, PartialEq, Eq)]
pub struct Production {
    /// Options that leave it out.
    pub leaves_out: &'static [&'static str],
    /// Options with which nothing of the project is installed, or not that of this folder.
    pub elsewhere: &'static [&'static str],
    /// Options that ask for it by its name.
    pub asks: &'static [&'static str],
    /// The one to add; empty where no option does it.
    pub option: &'static str,
    /// The variables that leave it out.
    pub variables: &'static [&'static str],
    /// The field of a manifest in JSON that names it; empty where that is not read.
    pub field: &'static str,
    /// The tables of a manifest in TOML that may name it; none where it is not one.
    pub tables: &'static [&'static str],
}

/// How a manager installs the dependencies of a project; `None` where it has no such command.
pub fn project(family: Family) -> Option<&'static Project> {
    PROJECTS.iter().find(|project| project.family == family)
}

/// The options with which a tool fetches nothing; none where it has none, or is no tool of projects.
pub fn offline(family: Family) -> &'static [&'static str] {
    match family {
        // They install environments and lists, no projects.
        Family::Conda => &["--offline"],
        Family::Pip => &["--no-index"],
        family => project(family).map_or(&[], |project| project.offline),
    }
}

/// Whether a file of this name is a manifest of the tool, or is read beside it. `*` may stand in the name, as in
/// `package*.json`.
pub fn is_manifest(project: &Project, name: &str) -> bool {
    let mut names = project.manifests.iter().chain(project.others).chain(project.locks);
    names.any(|known| is_name(known, name))
}

/// Whether a file of this name is the manifest or the lock file of any tool.
pub fn is_any_manifest(name: &str) -> bool {
    let mut names = PROJECTS.iter().flat_map(|project| project.manifests.iter().chain(project.locks));
    names.any(|known| is_name(known, name))
}

/// Whether a file is called so, where `*` may stand for what is not known.
pub fn is_name(known: &str, name: &str) -> bool {
    match (known.strip_prefix('*'), name.split_once('*')) {
        (Some(end), _) => name.ends_with(end),
        (None, Some((start, end))) => known.starts_with(start) && known.ends_with(end),
        (None, None) => known == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_stands_once_and_its_verbs_install() {
        for (index, project) in PROJECTS.iter().enumerate() {
            assert!(PROJECTS.iter().skip(index + 1).all(|other| other.family != project.family));
            assert!(project.naming.iter().all(|verb| project.verbs.contains(verb)));
            for option in project.folders {
                assert!(!project.elsewhere.contains(option), "{option}");
                let managers = super::super::all().iter().filter(|manager| manager.family == project.family);
                assert!(
                    managers.into_iter().any(|manager| manager.value_options.contains(option)),
                    "{:?} {option}",
                    project.family
                );
            }
            for verb in project.verbs {
                let words: Vec<&str> = verb.split_whitespace().collect();
                let managers = super::super::all().iter().filter(|manager| manager.family == project.family);
                let mut found = managers.filter_map(|manager| manager.verb(&words)).map(|verb| verb.action);
                assert!(
                    found.any(|action| action == super::super::Action::Install),
                    "{:?} {verb}",
                    project.family
                );
            }
        }
    }

    #[test]
    fn names_with_wildcards_are_manifests() {
        let is = |family, name| is_manifest(project(family).unwrap(), name);
        assert!(is(Family::Npm, "package*.json") && is(Family::Npm, "package-lock.json"));
        assert!(
            is(Family::DotNet, "App.csproj")
                && is(Family::DotNet, "*.csproj")
                && !is(Family::DotNet, "App.cs")
        );
        assert!(is(Family::Poetry, "pyproject.toml") && !is(Family::Pipenv, "requirements.txt"));
    }
}

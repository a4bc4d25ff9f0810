//! The package managers that Dockerfiles call: their sub-commands, options and caches.
//!
//! Source: each tool's own manual. Nothing here reads a command line; that is for the callers.

use crate::path;

mod apk;
mod apt;
pub mod cache_folders;
mod cargo;
mod composer;
mod conda;
mod dnf;
mod dotnet;
pub mod file_options;
pub mod file_variables;
mod go;
mod javascript;
mod jvm;
mod mix;
pub mod options;
mod pacman;
mod pinning;
pub mod projects;
mod python;
mod ruby;
pub mod sub_commands;
mod zypper;

/// Managers whose commands mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// `apt-get`, `apt` and `aptitude`.
    Apt,
    Apk,
    /// `dnf`, `microdnf`, `yum` and `tdnf`.
    Dnf,
    Zypper,
    Pacman,
    Pip,
    Uv,
    Pipenv,
    Poetry,
    Pdm,
    /// `conda`, `mamba` and `micromamba`.
    Conda,
    Npm,
    Yarn,
    Pnpm,
    Bun,
    Go,
    Cargo,
    Gem,
    Bundler,
    Composer,
    Maven,
    Gradle,
    DotNet,
    Mix,
}

/// What a sub-command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Fetches the named packages or, where none is named, the project's dependencies.
    Install,
    /// Fetches the lists of what there is.
    UpdateLists,
    /// Brings installed packages to newer versions; packages that are named may be installed as well (pacman).
    Upgrade,
    /// Takes packages away.
    Remove,
    /// Deletes caches or build results.
    Clean,
    /// Compiles or packs the project, fetching its dependencies where they are missing.
    Build,
    /// Anything else.
    Other,
}

/// A package manager, as one program or several that take the same words.
#[derive(Debug, PartialEq, Eq)]
pub struct PackageManager {
    /// How a message names it.
    pub name: &'static str,
    /// Its kind.
    pub family: Family,
    /// Base names of its programs, without versions.
    pub programs: &'static [&'static str],
    /// Its sub-commands; those that are not listed do what [`Action::Other`] says.
    pub verbs: &'static [Verb],
    /// Options whose value is the next word unless it is glued on, before or after the verb.
    pub value_options: &'static [&'static str],
    /// Options after which it asks nothing; empty where it never asks.
    pub yes: &'static [&'static str],
    /// Options that leave no lists and downloads behind.
    pub no_cache: &'static [&'static str],
    /// The words with which it empties its caches for good; none where a build has no use for them.
    pub clean: Option<&'static str>,
    /// Whether an install asks for confirmation without one of `yes`.
    pub asks: bool,
    /// Where it leaves what it downloaded.
    pub caches: &'static [Cache],
}

/// A sub-command.
#[derive(Debug, PartialEq, Eq)]
pub struct Verb {
    /// One word or more; none for the program alone. For pacman the operation, as `-S` or `--sync`.
    pub words: &'static [&'static str],
    /// What it does.
    pub action: Action,
}

/// A folder of downloads.
#[derive(Debug, PartialEq, Eq)]
pub struct Cache {
    /// The default, absolute or below `~`, the home of the user.
    pub path: &'static str,
    /// The environment variable that moves this folder or one above it.
    pub variable: Option<&'static str>,
    /// What lies there, as the end of a sentence.
    pub what: &'static str,
}

impl Family {
    /// Whether it installs packages of a Linux distribution, and so of the system.
    pub fn is_of_distribution(self) -> bool {
        matches!(self, Family::Apt | Family::Apk | Family::Dnf | Family::Zypper | Family::Pacman)
    }
}

impl PackageManager {
    /// The sub-command that some words start with: the longest one that fits. The words are those after the program,
    /// without options and their values (for pacman with the operation first). None for a word that is not listed.
    pub fn verb(&self, words: &[&str]) -> Option<&'static Verb> {
        let words = match words {
            // Cargo's toolchain, as in `cargo +nightly build`.
            [first, rest @ ..] if self.family == Family::Cargo && first.starts_with('+') => rest,
            _ => words,
        };
        if words.is_empty() {
            return self.verbs.iter().find(|verb| verb.words.is_empty());
        }
        let fitting =
            self.verbs.iter().filter(|verb| !verb.words.is_empty() && words.starts_with(verb.words));
        fitting.max_by_key(|verb| verb.words.len())
    }
}

/// Every package manager.
pub fn all() -> &'static [&'static PackageManager] {
    &ALL
}

/// The manager that a program belongs to, by its base name or a path to it; a version may follow where distributions
/// install it so: `pip3.11`, `gem3.1`. A Python interpreter is none: its `-m pip` is for the caller to see.
pub fn of_program(name: &str) -> Option<&'static PackageManager> {
    let name = path::name(name);
    let exact = all().iter().find(|manager| manager.programs.contains(&name));
    let manager = exact.or_else(|| {
        let bare = name.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
        let versioned = bare.len() < name.len() && VERSIONED.contains(&bare);
        all().iter().find(|manager| versioned && manager.programs.contains(&bare))
    });
    manager.copied()
}

/// Whether a program is a Python interpreter, which runs a manager as `python3.12 -m pip`.
pub fn is_python(name: &str) -> bool {
    let bare =
        path::name(name).trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
    matches!(bare, "python" | "pypy")
}

/// Programs that are also installed with a version after their name.
const VERSIONED: [&str; 5] = ["pip", "gem", "bundle", "bundler", "go"];

static ALL: [&PackageManager; 31] = [
    &apt::APT_GET,
    &apt::APT,
    &apt::APTITUDE,
    &apk::APK,
    &dnf::DNF,
    &dnf::MICRODNF,
    &dnf::YUM,
    &dnf::TDNF,
    &zypper::ZYPPER,
    &pacman::PACMAN,
    &python::PIP,
    &python::UV,
    &python::PIPENV,
    &python::POETRY,
    &python::PDM,
    &conda::CONDA,
    &conda::MAMBA,
    &conda::MICROMAMBA,
    &javascript::NPM,
    &javascript::YARN,
    &javascript::PNPM,
    &javascript::BUN,
    &go::GO,
    &cargo::CARGO,
    &ruby::GEM,
    &ruby::BUNDLER,
    &composer::COMPOSER,
    &jvm::MAVEN,
    &jvm::GRADLE,
    &dotnet::DOTNET,
    &mix::MIX,
];

const fn verb(words: &'static [&'static str], action: Action) -> Verb {
    Verb { words, action }
}

const fn cache(path: &'static str, variable: Option<&'static str>, what: &'static str) -> Cache {
    Cache { path, variable, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(program: &str, words: &[&str]) -> Option<Action> {
        of_program(program)?.verb(words).map(|verb| verb.action)
    }

    #[test]
    fn a_program_belongs_to_one_manager() {
        let mut programs: Vec<&str> = all().iter().flat_map(|manager| manager.programs).copied().collect();
        let count = programs.len();
        programs.sort_unstable();
        programs.dedup();
        assert_eq!(programs.len(), count);
    }

    #[test]
    fn verbs_are_unique_and_say_what_to_install() {
        for manager in all() {
            let mut verbs: Vec<&[&str]> = manager.verbs.iter().map(|verb| verb.words).collect();
            verbs.sort_unstable();
            assert!(verbs.is_sorted_by(|left, right| left < right), "{}", manager.name);
            assert!(manager.verbs.iter().any(|verb| verb.action == Action::Install), "{}", manager.name);
        }
    }

    #[test]
    fn only_pacmans_verbs_are_options() {
        for manager in all() {
            let words = || manager.verbs.iter().flat_map(|verb| verb.words);
            let options = words().filter(|word| word.starts_with('-')).count();
            let expected = if manager.family == Family::Pacman { words().count() } else { 0 };
            assert_eq!(options, expected, "{}", manager.name);
            assert!(words().all(|word| !word.is_empty() && !word.contains(' ')), "{}", manager.name);
        }
    }

    #[test]
    fn options_are_options_and_unique() {
        for manager in all() {
            let mut options: Vec<&str> = manager.value_options.to_vec();
            options.extend(manager.yes);
            options.extend(manager.no_cache);
            let count = options.len();
            for option in &options {
                let name = option.trim_start_matches('-');
                assert!(option.starts_with('-') && !name.is_empty(), "{} {option}", manager.name);
                assert!(!option.contains(' '), "{} {option}", manager.name);
            }
            options.sort_unstable();
            options.dedup();
            assert_eq!(options.len(), count, "{}", manager.name);
            assert!(manager.value_options.iter().all(|option| !option.contains('=')), "{}", manager.name);
        }
    }

    #[test]
    fn who_asks_can_be_told_yes() {
        for manager in all() {
            assert!(!manager.asks || !manager.yes.is_empty(), "{}", manager.name);
        }
    }

    #[test]
    fn what_empties_the_caches_is_a_verb_for_that() {
        for manager in all() {
            let words: Vec<&str> = manager.clean.unwrap_or_default().split_whitespace().collect();
            let action = manager.verb(&words).map(|verb| verb.action);
            assert!(manager.clean.is_none() || action == Some(Action::Clean), "{}", manager.name);
        }
    }

    #[test]
    fn caches_are_absolute_or_below_the_home() {
        for manager in all() {
            assert!(!manager.caches.is_empty(), "{}", manager.name);
            for (index, cache) in manager.caches.iter().enumerate() {
                assert!(cache.path.starts_with('/') || cache.path.starts_with("~/"), "{}", cache.path);
                assert!(!cache.path.ends_with('/'), "{}", cache.path);
                let mut others = manager.caches.iter().skip(index + 1);
                assert!(others.all(|other| other.path != cache.path), "{}", cache.path);
            }
        }
    }

    #[test]
    fn programs_are_found_by_path_and_with_their_version() {
        let name = |program: &str| of_program(program).map(|manager| manager.name);
        assert_eq!(name("apt-get"), Some("apt-get"));
        assert_eq!(name("/usr/bin/apt"), Some("apt"));
        assert_eq!(name("pip3.11"), Some("pip"));
        assert_eq!(name("/opt/venv/bin/pip3"), Some("pip"));
        assert_eq!(name("./mvnw"), Some("mvn"));
        assert_eq!(name("gem2.7"), Some("gem"));
        assert_eq!(name("go1.22.3"), Some("go"));
        assert_eq!(name("apt-get2"), None);
        assert_eq!(name("apt-cache"), None);
        assert_eq!(name("python3"), None);
        assert_eq!(name("pipx"), None);
        assert_eq!(name(""), None);
        assert_eq!(name("3.11"), None);
    }

    #[test]
    fn interpreters_are_known_with_their_version() {
        assert!(is_python("python"));
        assert!(is_python("/usr/bin/python3.12"));
        assert!(is_python("pypy3"));
        assert!(!is_python("python-config"));
        assert!(!is_python("3.12"));
    }

    #[test]
    fn the_longest_verb_fits() {
        assert_eq!(action("go", &["mod", "download"]), Some(Action::Install));
        assert_eq!(action("go", &["mod"]), None);
        assert_eq!(action("npm", &["run", "build"]), Some(Action::Build));
        assert_eq!(action("npm", &["run", "lint"]), None);
        assert_eq!(action("mvn", &["clean", "package"]), Some(Action::Build));
        assert_eq!(action("mvn", &["clean"]), Some(Action::Clean));
        assert_eq!(action("uv", &["pip", "install", "flask"]), Some(Action::Install));
    }

    #[test]
    fn the_program_alone_is_a_verb_only_where_it_does_something() {
        assert_eq!(action("yarn", &[]), Some(Action::Install));
        assert_eq!(action("bundle", &[]), Some(Action::Install));
        assert_eq!(action("npm", &[]), None);
        assert_eq!(action("yarn", &["lint"]), None);
    }

    #[test]
    fn cargos_toolchain_is_no_verb() {
        assert_eq!(action("cargo", &["+nightly", "build"]), Some(Action::Build));
        assert_eq!(action("npm", &["+nightly", "install"]), None);
    }
}

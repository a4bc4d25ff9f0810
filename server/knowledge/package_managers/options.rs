//! The options that are worth offering behind a sub-command, and what each does.
//!
//! Source: each tool's own manual.

mod distributions;
mod languages;

use super::Family;
use distributions::{APK, APT, DNF, PACMAN, ZYPPER};
use languages::{
    BUN, BUNDLER, CARGO, COMPOSER, CONDA, DOTNET, GEM, GO, GRADLE, MAVEN, MIX, NPM, PDM, PIP, PIPENV, PNPM,
    POETRY, UV, YARN,
};

/// An option: the sub-commands that take it, their aliases among them; how it is written; what it does.
type Choice = (&'static [&'static str], &'static str, &'static str);

/// The options that a sub-command takes, by its words; the words of what it is given may follow. Those that have a manager
/// ask nothing or keep no downloads are in the manager's own table.
pub fn options(family: Family, words: &[&str]) -> impl Iterator<Item = (&'static str, &'static str)> {
    let written = words.join(" ");
    let takes = move |names: &[&str]| {
        let is_begun = |name: &&str| {
            written.strip_prefix(*name).is_some_and(|rest| {
                if name.is_empty() { rest.is_empty() } else { rest.is_empty() || rest.starts_with(' ') }
            })
        };
        names.iter().any(is_begun)
    };
    of_family(family)
        .iter()
        .filter(move |(names, ..)| takes(names))
        .map(|(_, option, about)| (*option, *about))
}

fn of_family(family: Family) -> &'static [Choice] {
    match family {
        Family::Apt => APT,
        Family::Apk => APK,
        Family::Dnf => DNF,
        Family::Zypper => ZYPPER,
        Family::Pacman => PACMAN,
        Family::Pip => PIP,
        Family::Uv => UV,
        Family::Pipenv => PIPENV,
        Family::Poetry => POETRY,
        Family::Pdm => PDM,
        Family::Conda => CONDA,
        Family::Npm => NPM,
        Family::Yarn => YARN,
        Family::Pnpm => PNPM,
        Family::Bun => BUN,
        Family::Go => GO,
        Family::Cargo => CARGO,
        Family::Gem => GEM,
        Family::Bundler => BUNDLER,
        Family::Composer => COMPOSER,
        Family::Maven => MAVEN,
        Family::Gradle => GRADLE,
        Family::DotNet => DOTNET,
        Family::Mix => MIX,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Action, all};
    use super::*;

    fn offered(family: Family, words: &[&str]) -> Vec<&'static str> {
        options(family, words).map(|(option, _)| option).collect()
    }

    #[test]
    fn an_option_stands_behind_the_sub_command_that_takes_it() {
        assert!(offered(Family::Go, &[]).is_empty() && offered(Family::Go, &["mod"]).is_empty());
        assert!(offered(Family::Go, &["build", "./..."]).contains(&"-ldflags"));
        assert!(!offered(Family::Go, &["mod", "download"]).contains(&"-ldflags"));
        assert!(offered(Family::Yarn, &[]).contains(&"--immutable"));
        assert!(!offered(Family::Yarn, &["build"]).contains(&"--immutable"));
        assert!(!offered(Family::Npm, &["cit"]).contains(&"--omit=dev"));
    }

    #[test]
    fn only_sub_commands_that_are_known_take_options() {
        for manager in all() {
            for (names, option, _) in of_family(manager.family) {
                let known = names.iter().filter(|name| {
                    let words: Vec<&str> = name.split_whitespace().collect();
                    let offered = super::super::sub_commands::sub_commands(manager.name);
                    manager.verb(&words).is_some()
                        || offered.iter().any(|(other, _)| other.starts_with(*name))
                });
                assert!(known.count() > 0, "{} {option}", manager.name);
            }
            let of_installs = offered(manager.family, &["install"]);
            let installs = manager.verb(&["install"]).map(|verb| verb.action) == Some(Action::Install);
            assert!(!installs || !of_installs.is_empty(), "{}", manager.name);
        }
    }
}

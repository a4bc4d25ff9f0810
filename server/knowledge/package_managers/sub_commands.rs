//! The sub-commands that are worth offering, under the names that each manual gives first, with what they do; other spellings
//! of them are known to the managers' tables alone. The likeliest in a Dockerfile first.
//!
//! Source: each tool's own manual.

mod distributions;
mod languages;

use distributions::{APK, APT, APT_GET, APTITUDE, DNF, MICRODNF, PACMAN, TDNF, ZYPPER};
use languages::{
    BUN, BUNDLER, CARGO, COMPOSER, CONDA, DOTNET, GEM, GO, GRADLE, MAVEN, MIX, NPM, PDM, PIP, PIPENV, PNPM,
    POETRY, UV, YARN,
};

/// The words as they are written, and what they do.
type Table = &'static [(&'static str, &'static str)];

/// The sub-commands of a manager by its name: the words as they are written, and what they do.
pub fn sub_commands(manager: &str) -> Table {
    match manager {
        "apt-get" => APT_GET,
        "apt" => APT,
        "aptitude" => APTITUDE,
        "apk" => APK,
        "dnf" | "yum" => DNF,
        "microdnf" => MICRODNF,
        "tdnf" => TDNF,
        "zypper" => ZYPPER,
        "pacman" => PACMAN,
        "pip" => PIP,
        "uv" => UV,
        "pipenv" => PIPENV,
        "poetry" => POETRY,
        "pdm" => PDM,
        "conda" | "mamba" | "micromamba" => CONDA,
        "npm" => NPM,
        "yarn" => YARN,
        "pnpm" => PNPM,
        "bun" => BUN,
        "go" => GO,
        "cargo" => CARGO,
        "gem" => GEM,
        "bundle" => BUNDLER,
        "composer" => COMPOSER,
        "mvn" => MAVEN,
        "gradle" => GRADLE,
        "dotnet" => DOTNET,
        "mix" => MIX,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Action, all};
    use super::*;

    #[test]
    fn every_manager_has_sub_commands_and_each_is_there_once() {
        for manager in all() {
            let mut words: Vec<&str> = sub_commands(manager.name).iter().map(|(words, _)| *words).collect();
            let count = words.len();
            assert!(count > 0, "{}", manager.name);
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count, "{}", manager.name);
        }
    }

    #[test]
    fn what_is_said_fits_what_the_tables_of_the_managers_say() {
        for manager in all() {
            for (words, about) in sub_commands(manager.name) {
                let words: Vec<&str> = words.split(' ').collect();
                let action = manager.verb(&words).map(|verb| verb.action);
                let says = |starts: &[&str]| starts.iter().any(|start| about.starts_with(start));
                let fits = match action {
                    Some(Action::UpdateLists) => says(&["fetches the package lists"]),
                    Some(Action::Remove) => says(&["removes", "deletes"]),
                    Some(Action::Clean) => says(&["deletes", "lists or deletes"]),
                    _ => !about.is_empty(),
                };
                assert!(fits, "{} {words:?}: {about}", manager.name);
            }
        }
    }
}

//! Variables: whose they are, and whether one leads an install to what a copy brings.
//! Source: pip's "Configuration", npm-config(7), apt.conf(5), curl(1), openssl-env(7).

use super::Pair;
use super::targets::{Target, workdir};
use crate::knowledge::variables::differs_with_builds;
use crate::path;
use crate::semantic::dependencies::place;
use crate::semantic::facts::Facts;
use crate::semantic::variables::Origin;
use crate::syntax::Arguments;
use crate::syntax::names::is_name;
use crate::syntax::word::Value;

/// Names of variables that change what the builder itself does.
pub(super) fn is_builders(name: &str) -> bool {
    name == "SOURCE_DATE_EPOCH" || name.starts_with("BUILDKIT_")
}

/// Whether no package manager of a distribution and no script of a package reads a variable of this name.
pub(super) fn is_of_project(name: &str) -> bool {
    const STARTS: [&str; 12] = [
        "APP_", "CARGO_", "FLASK_", "GO", "NODE_", "NPM_", "PIP_", "POETRY_", "PYTHON", "RAILS_", "RUST",
        "UV_",
    ];
    name == "PORT" || differs_with_builds(name) || STARTS.iter().any(|start| name.starts_with(start))
}

/// Whether a shell, or a program that only handles files, reads a variable of this name.
pub(super) fn is_of_shell(name: &str) -> bool {
    matches!(name, "BASH_ENV" | "CDPATH" | "ENV" | "HOME" | "IFS" | "PATH" | "POSIXLY_CORRECT" | "PWD")
        || name.starts_with("LD_")
}

/// Whether a variable in force for the install `run`, or one that it sets itself, may name a path in, above or below
/// what a copy writes to `targets`.
pub(super) fn variables_point_to(
    pair: &Pair<'_>,
    run: usize,
    facts: &Facts,
    is_of_distribution: bool,
    targets: &[Target],
) -> bool {
    let reached = Reached { folder: workdir(pair.model, run), targets };
    let is_read = |name: &&str| !is_of_distribution || !is_of_project(name);
    let mut in_force = pair.model.variable_names(run).into_iter().filter(is_read);
    let mut own =
        facts.script.assignments_and_words().filter_map(|word| word.value.as_deref()?.split_once('='));
    in_force.any(|name| reached.is_named_by_variable(pair, run, name))
        || own.any(|(name, value)| is_name(name) && reached.is_named(name, value))
}

/// What a copy writes, and the folder in which an install runs.
struct Reached<'a> {
    folder: Value,
    targets: &'a [Target],
}

impl Reached<'_> {
    fn is_named_by_variable(&self, pair: &Pair<'_>, run: usize, name: &str) -> bool {
        let variable = pair.model.variable(name, run);
        match variable.value {
            Value::Known(value) => self.is_named(name, &value),
            Value::Unset => false,
            Value::Unknown => match written(pair, variable.origin, name) {
                Some((item, value)) => value.split(':').any(|part| {
                    let part = part.trim_matches(['"', '\'']);
                    let is_itself = part.trim_start_matches(['$', '{']).trim_end_matches('}') == name;
                    !is_itself
                        && match pair.model.expand_at(item, part).value {
                            Some(value) => self.is_named(name, &value),
                            None => may_be_path(name),
                        }
                }),
                None => may_be_path(name),
            },
        }
    }

    /// Whether the value of a variable names what is written.
    fn is_named(&self, name: &str, value: &str) -> bool {
        let is_here = |part: &&str| !part.contains("://") || part.contains("file:");
        let parts = value.split([' ', '\t', '\n', ',']).filter(is_here);
        { parts }.flat_map(|part| part.split([':', ';', '='])).any(|path| self.is_reached(name, path))
    }

    fn is_reached(&self, name: &str, path: &str) -> bool {
        let touches = |path: &str| self.targets.iter().any(|target| target.touches(path));
        if path.starts_with('/') {
            let path = path::from_root(path);
            let is_told = self.targets.iter().all(|target| !target.path().starts_with('?'));
            return path != "/" && touches(&path) && (is_told || may_be_path(name));
        }
        let is_path = path == "." || path.starts_with("./") || path.starts_with("..");
        (is_path || may_be_path(name) && !is_switch(path))
            && (path.starts_with('~') || place(&self.folder, path).is_none_or(|path| touches(&path)))
    }
}

/// The instruction that sets a variable, and the value as it is written there.
fn written<'a>(pair: &Pair<'a>, origin: Option<Origin>, name: &str) -> Option<(usize, &'a str)> {
    let (Origin::Env(item) | Origin::Arg(item)) = origin? else {
        return None;
    };
    let instruction = pair.instruction(item)?;
    let Arguments::KeyValues(pairs) = &instruction.ast().arguments else {
        return None;
    };
    let found = pairs.iter().rev().find(|pair| instruction.str(pair.key) == name)?;
    Some((item, instruction.str(found.value?)))
}

/// Whether the value of a variable of this name could be a path, even where it does not look like one.
fn may_be_path(name: &str) -> bool {
    const STARTS: [&str; 14] = [
        "APK_",
        "APT_",
        "BUNDLE_",
        "CARGO_",
        "COMPOSER_",
        "COREPACK_",
        "DNF_",
        "GO",
        "NPM_CONFIG_",
        "PIP_",
        "PNPM_",
        "POETRY_",
        "UV_",
        "YARN_",
    ];
    const ENDS: [&str; 8] = ["CERT", "CERTS", "CONFIG", "DIR", "FOLDER", "HOME", "PATH", "PREFIX"];
    const WORDS: [&str; 14] = [
        "BUNDLE",
        "CA",
        "CAINFO",
        "CONF",
        "CONSTRAINT",
        "CONSTRAINTS",
        "DIRECTORY",
        "DIRS",
        "FILE",
        "FILES",
        "KEY",
        "LINKS",
        "RC",
        "ROOT",
    ];
    let name = name.to_ascii_uppercase();
    let last = name.rsplit('_').next().unwrap_or_default();
    name == "VIRTUAL_ENV"
        || STARTS.iter().any(|start| name.starts_with(start))
        || ENDS.iter().any(|end| last.ends_with(end))
        || WORDS.contains(&last)
}

/// Whether a value is a number, or plainly switches something.
fn is_switch(value: &str) -> bool {
    const WORDS: [&str; 16] = [
        "always",
        "development",
        "error",
        "false",
        "ignore",
        "info",
        "never",
        "no",
        "none",
        "off",
        "on",
        "production",
        "silent",
        "true",
        "warn",
        "yes",
    ];
    value.chars().all(|char| char.is_ascii_digit() || char == '.') && !value.starts_with('.')
        || WORDS.contains(&value.to_ascii_lowercase().as_str())
}

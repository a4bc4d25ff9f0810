//! Variables that lead an install to files of the project beside its manifests.

use super::Model;
use super::dependencies::place;
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use crate::knowledge::package_managers::file_variables::{may_name_files, named_files};
use crate::path;
use crate::syntax::word::Value;

/// Whether a variable in force for the RUN `run`, or one that it sets itself, names or may name a file for an install that a
/// copy brings.
pub fn lead_into(model: &Model, run: usize, facts: &Facts, copy: &FolderCopy) -> bool {
    let workdir = model.environment_at(run).map_or(&Value::Unknown, |environment| &environment.workdir);
    let is_brought = |name: &str, value: &str| {
        let mut places = named_files(name, value).into_iter().map(|file| place(workdir, file));
        places.any(|place| place.is_none_or(|place| path::is_within(&place, &copy.destination)))
    };
    let mut in_force = model.variable_names(run).into_iter().filter(|name| may_name_files(name));
    let mut own =
        facts.script.assignments_and_words().filter_map(|word| facts.script.str(word.part).split_once('='));
    in_force.any(|name| match model.variable(name, run).value {
        Value::Known(value) => is_brought(name, &value),
        Value::Unset => false,
        Value::Unknown => true,
    }) || own.any(|(name, value)| is_brought(name, value.trim_matches(['"', '\''])))
}

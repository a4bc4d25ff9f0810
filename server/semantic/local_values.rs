//! The files and folders that options of a package manager name. Which options do: [`file_options`].

use super::packages::PackageCommand;
use crate::knowledge::package_managers::file_options::file_options;
use crate::knowledge::package_managers::projects::project;
use crate::syntax::shell::Word;

/// What options name that is not fetched from elsewhere, as it is written: a bare word would lie in the folder that the
/// command runs in. A value that only the shell knows is empty.
pub(super) fn local_values<'a>(package: &PackageCommand, words: &'a [Word]) -> Vec<&'a str> {
    values_of(package, words, file_options(package.manager.family))
}

/// As [`local_values`], with the project that a tool is told to work on.
pub(super) fn local_values_and_project<'a>(package: &PackageCommand, words: &'a [Word]) -> Vec<&'a str> {
    let folders = project(package.manager.family).map_or(&[][..], |project| project.folders);
    values_of(package, words, &[file_options(package.manager.family), folders].concat())
}

fn values_of<'a>(package: &PackageCommand, words: &'a [Word], names: &[&str]) -> Vec<&'a str> {
    let value = |index: usize| words.get(index).and_then(|word| word.value.as_deref()).unwrap_or_default();
    let named = |index: usize| {
        let option = value(index);
        if matches!(option, "-o" | "--option" | "--setopt") {
            let setting = value(index + 1);
            let name = setting.to_ascii_lowercase();
            let is_folder =
                ["dir", "rootdir", "reposdir", "cachedir"].iter().any(|dir| name.starts_with(dir));
            return is_folder.then_some(setting);
        }
        names.iter().find_map(|name| match option.strip_prefix(name)? {
            "" => Some(value(index + 1)),
            rest => rest.strip_prefix('=').or((!name.starts_with("--")).then_some(rest)),
        })
    };
    let is_local = |value: &&str| !value.contains("://") || value.contains("file:");
    package.options.iter().filter_map(|index| named(*index)).filter(is_local).collect()
}

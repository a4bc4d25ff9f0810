//! Whether what a package manager keeps beside what it installs ends up in the layer.

use super::facts::Facts;
use crate::knowledge::package_managers::Action;
use crate::syntax::Instruction;
use crate::syntax::mount::Mount;

/// Whether a cache or tmpfs mount of a RUN lies on one of these folders or above it.
pub fn has_mount(instruction: &Instruction, folders: &[&str]) -> bool {
    let covers = |target: &str, folder: &&str| {
        let target = target.trim_end_matches('/');
        !target.is_empty() && format!("{folder}/").starts_with(&format!("{target}/"))
    };
    targets(instruction).iter().any(|target| folders.iter().any(|folder| covers(target, folder)))
}

/// Whether the target of a cache or tmpfs mount of a RUN has one of these texts in it.
pub fn has_mount_like(instruction: &Instruction, texts: &[&str]) -> bool {
    targets(instruction).iter().any(|target| texts.iter().any(|text| target.contains(text)))
}

fn targets(instruction: &Instruction) -> Vec<String> {
    let mounts = Mount::all(instruction).into_iter();
    let kept_out = mounts.filter(|mount| matches!(mount.kind(), "cache" | "tmpfs"));
    kept_out.filter_map(|mount| mount.target().map(str::to_owned)).collect()
}

/// Whether a command behind `command` deletes one of these folders or what is in it, or has the package
/// manager of `command` clean up.
pub fn is_removed_after(facts: &Facts, command: usize, folders: &[&str]) -> bool {
    let script = &facts.script;
    let removes = |name: &str| matches!(name, "rm" | "find");
    let later = facts.invocations.iter().filter(|invocation| invocation.command > command);
    let is_removed = later.filter(|invocation| removes(&invocation.name)).any(|invocation| {
        let words = invocation.arguments(script).iter().map(|word| script.str(word.part));
        words.into_iter().any(|word| folders.iter().any(|folder| word.contains(folder)))
    });
    let family = facts.packages.iter().find(|package| package.command == command);
    let cleans = facts.packages.iter().any(|package| {
        package.command > command
            && package.action == Action::Clean
            && family.is_some_and(|family| family.manager.family == package.manager.family)
    });
    is_removed || cleans
}

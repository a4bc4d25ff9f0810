//! What the commands of a RUN, and a script that they run, do with a file that is to be mounted.

use super::{Brought, Needs};
use crate::document::Cx;
use crate::knowledge::package_managers::{Action, Family};
use crate::path;
use crate::semantic::archives::extractions;
use crate::semantic::commands::Invocation;
use crate::semantic::facts::Facts;
use crate::syntax::Instruction;
use crate::syntax::mount::Mount;

/// Shells, and what has the own one read a script.
const SHELLS: [&str; 6] = [".", "ash", "bash", "dash", "sh", "source"];

/// Programs that take files away, or change their modes, owners or names.
const CHANGERS: [&str; 9] = ["chgrp", "chmod", "chown", "mv", "rename", "rm", "rmdir", "shred", "unlink"];

/// Programs that do so where their options say it.
const EDITORS: [&str; 3] = ["find", "perl", "sed"];

/// Programs that only read the files that they are given.
const READERS: [&str; 17] = [
    "[", "apt-key", "base64", "cat", "cmp", "diff", "dpkg", "file", "gpg", "grep", "head", "ls", "md5sum",
    "rpm", "stat", "tail", "test",
];

impl Brought<'_> {
    /// Whether a word of a command may mean it, or a folder that it is in.
    fn is_reached_by(&self, word: &str) -> bool {
        let word = word.trim_matches(['"', '\'']);
        let fixed = word.split(['*', '?', '[', '{', '$', '`', '~']).next().unwrap_or_default();
        let is_open = fixed.len() < word.len();
        match fixed.starts_with('/') {
            _ if word.starts_with('-') => false,
            true if is_open => self.target.starts_with(fixed),
            true => path::is_within(&self.target, &path::from_root(fixed)),
            false => is_open || fixed.starts_with('.') || path::name(fixed) == path::name(&self.target),
        }
    }

    /// Whether it is a shell script of the build context that takes nothing away where it lies, and does not speak of itself.
    fn is_harmless_script(&self, cx: &Cx<'_>) -> bool {
        let text = cx.context.read(&path::in_context(self.source)).filter(|_| self.from.is_none());
        text.is_some_and(|text| {
            let program = text.lines().next().and_then(|line| line.strip_prefix("#!"));
            let is_shell = |line: &str| line.split(['/', ' ']).any(|word| SHELLS.contains(&word));
            let changes = |line: &&str| {
                let mut words = line.split(|char: char| !char.is_ascii_alphanumeric());
                words.any(|word| CHANGERS.contains(&word) || EDITORS.contains(&word))
            };
            let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            let mut reached = lines.filter(changes).flat_map(str::split_whitespace);
            program.is_none_or(is_shell)
                && !text.contains(path::name(&self.target))
                && !reached.any(|word| self.is_reached_by(word))
        })
    }
}

/// A RUN with the `rm` that takes files away.
pub(super) struct Step<'a> {
    pub(super) cx: &'a Cx<'a>,
    pub(super) instruction: &'a Instruction,
    pub(super) facts: &'a Facts,
    pub(super) removal: &'a Invocation,
}

impl Step<'_> {
    /// What the RUN needs of a mount of a file; none where it is not known to do with one, or does not read it.
    pub(super) fn needs(&self, file: &Brought<'_>) -> Option<Needs> {
        let script = &self.facts.script;
        let (mut needs, mut named) = (Needs::Reading, 0);
        for invocation in &self.facts.invocations {
            let words = invocation.written_arguments(script);
            let own = words.iter().filter(|word| file.is(word)).count();
            let is_program =
                file.is(script.str(invocation.command(script)?.words.get(invocation.program)?.part));
            named += own + usize::from(is_program);
            let is_script = is_program || own > 0 && SHELLS.contains(&&*invocation.name);
            let is_changed = own > 0 && &*invocation.name == "chmod";
            let is_read = own == 0 || invocation == self.removal || is_changed || is_script;
            let mut others = words.iter().filter(|word| !file.is(word));
            if is_script && !file.is_harmless_script(self.cx)
                || !is_read && !self.reads(invocation, &words, file)
                || changes(invocation, &words) && others.any(|word| file.is_reached_by(word))
            {
                return None;
            }
            if is_changed {
                needs = Needs::Writing;
            }
        }
        let is_recursive = |word: &&str| word.starts_with('-') && word.contains(['r', 'R']);
        let mentions = script.text().text().matches(path::name(&file.target)).count();
        let mounts = Mount::all(self.instruction);
        let is_over = |mount: &Mount| {
            let is_over = |target: &str| path::overlap(&path::from_root(target), &file.target);
            mount.has_unknown_target() || mount.target().is_some_and(is_over)
        };
        let is_file =
            !self.removal.written_arguments(script).iter().any(is_recursive) || file.is_known(self.cx);
        (named > 1 && mentions == named && is_file && !mounts.iter().any(is_over)).then_some(needs)
    }

    /// Whether a command that is given the file only reads it.
    fn reads(&self, invocation: &Invocation, words: &[&str], file: &Brought<'_>) -> bool {
        const MANAGERS: [Family; 5] = [Family::Apk, Family::Apt, Family::Dnf, Family::Pip, Family::Zypper];
        let is_kept =
            || extractions(self.facts).any(|found| found.command == invocation.command && found.keeps);
        match &*invocation.name {
            // A stage keeps the owner that a COPY does not.
            "cp" | "install" => {
                let keeps = |word: &&str| word.starts_with('-') && word.contains(['a', 'p']);
                words.last().is_some_and(|last| !file.is(last)) && !words.iter().any(keeps)
            }
            "perl" | "find" => false,
            "sed" => !changes(invocation, words),
            "tar" | "bsdtar" | "unzip" => is_kept(),
            name if READERS.contains(&name) => true,
            _ => self.facts.package_of(invocation.command).is_some_and(|package| {
                package.action == Action::Install && MANAGERS.contains(&package.manager.family)
            }),
        }
    }
}

/// Whether a command changes files that it is given, or takes them away.
fn changes(invocation: &Invocation, words: &[&str]) -> bool {
    let mut options = words.iter().filter(|word| word.starts_with('-'));
    match &*invocation.name {
        "find" => options.any(|option| matches!(*option, "-delete" | "-exec" | "-execdir" | "-ok")),
        "perl" => true,
        "sed" => options
            .any(|option| option.starts_with("--in") || !option.starts_with("--") && option.contains('i')),
        name => CHANGERS.contains(&name),
    }
}

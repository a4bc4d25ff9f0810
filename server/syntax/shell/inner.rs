//! The script that a program is given as a word, `sh -c '…'` or `su -c '…'`, read in its place: its commands stand where
//! they are written.

use super::quoting::{Quoted, Quoting};
use super::shells::is_posix_shell;
use super::variables::{self, ShellVariable};
use super::walk::{self, Walked};
use super::wrappers::{self, is_root};
use super::{Command, Nesting, Part, RunAs, Word};

/// Programs that give a script to the shell of a user.
const USER_CHANGERS: [&str; 2] = ["runuser", "su"];

/// A script inside a command.
pub(super) struct Inner {
    walked: Walked,
    quoted: Quoted,
    start: u32,
    nesting: Nesting,
    element: usize,
    user: RunAs,
}

/// Where a part of a script stands in the whole text, in which the script begins at `start`.
fn moved(quoted: &Quoted, start: u32, part: Part) -> Part {
    let Part { start: first, end } = quoted.written(part);
    Part { start: first + start, end: end + start }
}

/// The variables that the scripts of an exec form read, in their places of the whole text. `command` is its own.
pub(super) fn variables(command: &Command, text: &str) -> Vec<ShellVariable> {
    let in_place = |inner: Inner| {
        let found = variables::variables(&inner.quoted.text);
        found.into_iter().map(move |variable| ShellVariable {
            part: moved(&inner.quoted, inner.start, variable.part),
            name_part: moved(&inner.quoted, inner.start, variable.name_part),
            ..variable
        })
    };
    scripts(command, text, true).into_iter().flat_map(in_place).collect()
}

/// The scripts that a command gives to shells, as far as they are written as one word in quotes. `is_json` says that the
/// words are strings of the exec form.
pub(super) fn scripts(command: &Command, text: &str, is_json: bool) -> Vec<Inner> {
    let programs = wrappers::programs(&command.words, &command.user);
    let inner = |program: &wrappers::Program| {
        let name = wrappers::name_at(&command.words, program.word)?;
        let words = command.words.get(program.word + 1..program.end)?;
        let (word, user) = match name {
            name if is_posix_shell(name) => (shell_script(words)?, program.user.clone()),
            name if USER_CHANGERS.contains(&name) => changed_script(words, &program.user)?,
            _ => return None,
        };
        let written = text.get(word.part.start as usize..word.part.end as usize)?;
        let quoting = if is_json { Quoting::Json } else { Quoting::of(written)? };
        let quoted = Quoted::read(written, quoting).filter(|quoted| !quoted.text.trim().is_empty())?;
        Some(Inner {
            walked: walk::commands(&quoted.text),
            quoted,
            start: word.part.start,
            nesting: command.nesting.and(Nesting::SUBSHELL).and(Nesting::SCRIPT),
            element: command.element,
            user,
        })
    };
    programs.iter().filter_map(inner).collect()
}

/// The script of a shell: its first operand, if an option says `-c`.
fn shell_script(words: &[Word]) -> Option<&Word> {
    let (operand, is_script) = shell_operand(words);
    operand.filter(|_| is_script)
}

/// Whether a shell with these words behind its name reads its script from its input.
pub(super) fn reads_input(words: &[Word]) -> bool {
    matches!(shell_operand(words), (None, false))
}

/// The first operand of a shell, and whether an option says `-c`.
fn shell_operand(words: &[Word]) -> (Option<&Word>, bool) {
    let mut is_script = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let is_option = word.value.as_deref().is_some_and(|value| value.starts_with(['-', '+']));
        let Some(option) = word.value.as_deref().filter(|_| is_option) else {
            return (Some(word), is_script);
        };
        let is_cluster = !option.starts_with("--");
        is_script |= is_cluster && option.starts_with('-') && option.contains('c');
        // `-o pipefail`, and the files that bash reads first.
        if is_cluster && option.ends_with(['o', 'O']) || matches!(option, "--rcfile" | "--init-file") {
            words.next();
        }
    }
    (None, is_script)
}

/// The script of `su` or `runuser`, and who runs it.
fn changed_script<'a>(words: &'a [Word], own: &RunAs) -> Option<(&'a Word, RunAs)> {
    const VALUE_OPTIONS: [&str; 8] =
        ["-s", "--shell", "-g", "--group", "-G", "--supp-group", "-w", "--whitelist-environment"];
    let (mut script, mut user) = (None, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.value.as_deref() {
            Some("-" | "--") => {}
            Some(option) if VALUE_OPTIONS.contains(&option) => {
                words.next();
            }
            Some("-u" | "--user") => return None,
            Some(option) if option.starts_with('-') => {
                let is_cluster = !option.starts_with("--") && option.ends_with('c');
                if is_cluster || option == "--command" {
                    script = words.next();
                }
            }
            // What follows the user goes to the shell, which may read more options.
            name if user.is_none() => user = Some(name),
            _ => {}
        }
    }
    let user = match user {
        // Only root can do so without a password, and stays root.
        None => own.clone(),
        Some(name) if is_root(name) => own.clone(),
        Some(name) => RunAs::User(name.map(Box::from)),
    };
    Some((script?, user))
}

impl Inner {
    /// Puts its commands and outputs behind those before it, in their places of the whole text.
    pub(super) fn append_to(self, commands: &mut Vec<Command>, outputs: &mut Vec<Word>) {
        let Inner { walked, quoted, start, nesting, element, user } = self;
        if walked.has_error {
            return;
        }
        let moved = |part: Part| moved(&quoted, start, part);
        let word = |word: Word| Word { part: moved(word.part), ..word };
        commands.extend(walked.commands.into_iter().map(|command| Command {
            part: moved(command.part),
            assignments: command.assignments.into_iter().map(word).collect(),
            words: command.words.into_iter().map(word).collect(),
            joint: command.joint,
            nesting: command.nesting.and(nesting),
            element,
            user: if command.user == RunAs::Own { user.clone() } else { command.user },
        }));
        outputs.extend(walked.outputs.into_iter().map(word));
    }
}

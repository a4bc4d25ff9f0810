//! The script that a shell is given as a word, `sh -c '…'`, read in its place: its commands stand where they are written.

use super::walk::{self, Walked};
use super::{Command, Nesting, Part, Word};

/// The shells that take a script behind `-c`.
const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];
/// Programs that run the one named behind them and leave its words as they are.
const WRAPPERS: [&str; 7] = ["command", "env", "exec", "nice", "nohup", "sudo", "time"];

/// A script inside a command.
pub(super) struct Inner {
    walked: Walked,
    start: u32,
    nesting: Nesting,
    element: usize,
}

/// The script that a command gives a shell, if it is written as one word in quotes and without escapes.
pub(super) fn script(command: &Command, text: &str) -> Option<Inner> {
    let words = &command.words;
    let shell = words.iter().position(|word| word.value.as_deref().is_some_and(is_shell))?;
    let is_run = words.get(..shell)?.iter().enumerate().all(|(index, word)| {
        let value = word.value.as_deref().unwrap_or("?");
        WRAPPERS.contains(&value) || index > 0 && (value.starts_with('-') || value.contains('='))
    });
    let mut rest = words.iter().skip(shell + 1);
    let takes_script = |word: &&Word| !is_other_option(word);
    let option = rest.find(takes_script).and_then(|word| word.value.as_deref())?;
    let is_script = is_run && option.starts_with('-') && !option.starts_with("--") && option.ends_with('c');
    let word = rest.next().filter(|_| is_script)?;
    let written = text.get(word.part.start as usize..word.part.end as usize)?;
    let quote = written.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = written.get(1..)?.strip_suffix(quote)?;
    let is_changed = quote == '"' && (inner.contains('`') || inner.contains("$("));
    if is_changed || inner.contains(['\\', quote]) || inner.trim().is_empty() {
        return None;
    }
    Some(Inner {
        walked: walk::commands(inner),
        start: word.part.start + 1,
        nesting: command.nesting.and(Nesting::SUBSHELL).and(Nesting::SCRIPT),
        element: command.element,
    })
}

fn is_shell(program: &str) -> bool {
    SHELLS.contains(&program.rsplit('/').next().unwrap_or_default())
}

/// An option before `-c`: `-e`, `--login`.
fn is_other_option(word: &Word) -> bool {
    word.value
        .as_deref()
        .is_some_and(|value| value.starts_with('-') && (value.starts_with("--") || !value.ends_with('c')))
}

impl Inner {
    /// Puts its commands and outputs behind those before it, in their places of the whole text.
    pub(super) fn append_to(self, commands: &mut Vec<Command>, outputs: &mut Vec<Word>) {
        let Inner { walked, start, nesting, element } = self;
        if walked.has_error {
            return;
        }
        let moved = |part: Part| Part { start: part.start + start, end: part.end + start };
        let word = |word: Word| Word { part: moved(word.part), ..word };
        commands.extend(walked.commands.into_iter().map(|command| Command {
            part: moved(command.part),
            assignments: command.assignments.into_iter().map(word).collect(),
            words: command.words.into_iter().map(word).collect(),
            joint: command.joint,
            nesting: command.nesting.and(nesting),
            element,
        }));
        outputs.extend(walked.outputs.into_iter().map(word));
    }
}

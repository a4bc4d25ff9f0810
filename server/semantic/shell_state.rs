//! What a RUN only changes in its own shell, which ends with it: commands that nothing follows.

use super::commands::Invocation;
use super::facts::Facts;
use crate::path;
use crate::syntax::shell::{Command, Form, Joint, Word};

/// A command that does nothing but change the shell, and none follows that could see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostState {
    /// The command, as an index of the script's.
    pub command: usize,
    /// What it changes.
    pub state: State,
}

/// What a command changes in its shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The folder it works in.
    Folder,
    /// Its variables, functions or aliases.
    Variables,
}

/// Files that say something about the shell and do nothing else, by name.
const PROFILES: [&str; 16] = [
    ".bash_aliases",
    ".bash_profile",
    ".bashrc",
    ".profile",
    ".zshrc",
    "activate",
    "bash.bashrc",
    "bashrc",
    "conda.sh",
    "env",
    "environment",
    "nvm.sh",
    "profile",
    "sdkman-init.sh",
    "setup.bash",
    "virtualenvwrapper.sh",
];

/// Whether a file of this name says something about the shell and does nothing else.
pub(super) fn is_profile(name: &str) -> bool {
    PROFILES.contains(&name)
}

/// The commands at the end of a script that change nothing but the shell, in order.
pub fn lost(facts: &Facts) -> Vec<LostState> {
    let script = &facts.script;
    let is_followed = script.text().text().trim_end().ends_with('&');
    if script.form() == Form::Exec || script.has_error() || is_followed || !script.outputs().is_empty() {
        return Vec::new();
    }
    let commands = script.commands().iter().enumerate().rev();
    let mut lost: Vec<LostState> = commands
        .map_while(|(index, command)| {
            let is_plain = command.nesting.is_top() && command.joint != Joint::Pipe;
            let is_plain = is_plain && !puts_back(command, facts);
            let state = state(command, facts.invocation_of(index), facts).filter(|_| is_plain)?;
            Some(LostState { command: index, state })
        })
        .collect();
    lost.reverse();
    lost
}

/// Whether a command gives a variable a value that the script has saved before in another one, or takes away one that the
/// script has made: it leaves things as they were.
fn puts_back(command: &Command, facts: &Facts) -> bool {
    let script = &facts.script;
    let pair = |word: &Word| script.str(word.part).split_once('=');
    let is_before = |word: &&Word| word.part.end <= command.part.start;
    let before = || script.assignments_and_words().take_while(is_before).filter_map(pair);
    let is_own = |name: &str| before().any(|(other, _)| other == name);
    let first = command.words.first().and_then(|word| word.value.as_deref());
    let words = command.words.iter().skip(1);
    if first == Some("unset") {
        return { words }.map(|word| script.str(word.part)).all(|word| word.starts_with('-') || is_own(word));
    }
    { command.assignments.iter().chain(words) }.filter_map(pair).any(|(name, value)| {
        before().any(|(saved, old)| variable(value) == Some(saved) && variable(old) == Some(name))
    })
}

/// The variable that a value is, and nothing else: `$A`, `"${A}"`.
fn variable(value: &str) -> Option<&str> {
    Some(value.trim_matches('"').strip_prefix('$')?.trim_matches(['{', '}']))
}

/// What a command changes in its shell, if it does nothing else.
fn state(command: &Command, invocation: Option<&Invocation>, facts: &Facts) -> Option<State> {
    let Some(first) = command.words.first() else {
        return Some(State::Variables);
    };
    // Behind `env` or `sudo` it is another process.
    let invocation = invocation.filter(|invocation| invocation.program == 0)?;
    let mut arguments = invocation.arguments(&facts.script).iter();
    match first.value.as_deref()? {
        "cd" | "pushd" | "popd" => Some(State::Folder),
        "alias" | "export" | "unset" => Some(State::Variables),
        // The file's commands run; only that of some is known what they are about.
        "." | "source" => {
            let file = facts.script.str(arguments.next()?.part).trim_matches(['"', '\'']);
            let name = path::name(file);
            is_profile(name).then_some(State::Variables)
        }
        "conda" | "mamba" => arguments.next()?.is("activate").then_some(State::Variables),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn shown(source: &str) -> Vec<String> {
        let file = File::new(source);
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        let show = |lost: &LostState| facts.script.str(facts.script.commands()[lost.command].part).to_owned();
        lost(facts).iter().map(show).collect()
    }

    #[test]
    fn what_nothing_follows_is_lost() {
        assert_eq!(shown("RUN a && cd b"), ["cd b"]);
        assert_eq!(
            shown("RUN cd a && export B=c; . ~/.bashrc && D=e"),
            ["cd a", "export B=c", ". ~/.bashrc", "D=e"]
        );
        assert_eq!(shown("RUN <<E\nsource $A/bin/activate\nE\n"), ["source $A/bin/activate"]);
        assert_eq!(shown("RUN a && conda activate b"), ["conda activate b"]);
        assert_eq!(shown("RUN a && B=$C; unset D"), ["B=$C", "unset D"]);
        assert_eq!(shown("RUN a; B=c && export D=$B"), ["B=c", "export D=$B"]);
    }

    #[test]
    fn what_something_sees_or_may_do_more_is_not() {
        for run in [
            "cd a && b",
            "cd a || exit 1",
            ". ./setup.sh",
            "(cd a)",
            "if a; then cd b; fi",
            "export A=$(b)",
            "[\"cd\", \"a\"]",
            "b | cd a",
            "sudo cd a",
            "cd a > b",
            "conda install a",
            "o=$IFS; IFS=,; for a in $b; do c; done; IFS=$o",
            "o=$PATH && PATH=/b:$PATH c && export PATH=\"${o}\"",
            "export A=b && c && unset A",
        ] {
            assert_eq!(shown(&format!("RUN {run}")), [""; 0], "{run}");
        }
    }
}

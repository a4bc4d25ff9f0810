//! What a simple command runs: the program behind `sudo`, `env`, `exec` and the like, and its arguments.
//! Source: POSIX, "2.9.1 Simple Commands"; the manual pages of the programs named here.

use crate::syntax::Script;
use crate::syntax::shell::{Command, Word};

/// The program that a simple command runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The command, as an index of the script's.
    pub command: usize,
    /// The word that names the program, as an index of the command's words.
    pub program: usize,
    /// The base name of the program.
    pub name: Box<str>,
    /// Whether `xargs` or `find -exec` gives it further arguments.
    pub takes_more: bool,
}

/// A program that runs another one.
struct Wrapper {
    name: &'static str,
    /// Its options that take the next word as their value.
    value_options: &'static [&'static str],
    /// How many operands come before the program.
    operands: usize,
}

const WRAPPERS: [Wrapper; 11] = [
    Wrapper {
        name: "sudo",
        value_options: &[
            "-u", "-g", "-h", "-p", "-C", "-D", "-R", "-r", "-t", "-T", "-U", "--user", "--group",
        ],
        operands: 0,
    },
    Wrapper { name: "env", value_options: &["-u", "-C", "--unset", "--chdir"], operands: 0 },
    Wrapper { name: "exec", value_options: &["-a"], operands: 0 },
    Wrapper { name: "command", value_options: &[], operands: 0 },
    Wrapper { name: "nice", value_options: &["-n", "--adjustment"], operands: 0 },
    Wrapper { name: "ionice", value_options: &["-c", "-n"], operands: 0 },
    Wrapper { name: "nohup", value_options: &[], operands: 0 },
    Wrapper { name: "time", value_options: &["-f", "-o"], operands: 0 },
    Wrapper { name: "timeout", value_options: &["-s", "-k", "--signal", "--kill-after"], operands: 1 },
    Wrapper { name: "eatmydata", value_options: &[], operands: 0 },
    Wrapper {
        name: "xargs",
        value_options: &[
            "-a",
            "-d",
            "-E",
            "-I",
            "-L",
            "-n",
            "-P",
            "-s",
            "--arg-file",
            "--max-args",
            "--max-procs",
        ],
        operands: 0,
    },
];

impl Invocation {
    /// The programs that the simple commands of a script run; one that only the shell can name is left out.
    pub(crate) fn all(script: &Script) -> Vec<Invocation> {
        let commands = script.commands().iter().enumerate();
        commands.filter_map(|(index, command)| Invocation::of(index, command)).collect()
    }

    fn of(index: usize, command: &Command) -> Option<Invocation> {
        let mut program = 0;
        let mut takes_more = false;
        loop {
            let name = base_name(command.words.get(program)?.value.as_deref()?);
            let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.name == name) else {
                return Some(Invocation { command: index, program, name: name.into(), takes_more });
            };
            takes_more |= name == "xargs";
            // `command -v` only says where a program is.
            let asks = |word: &Word| word.is("-v") || word.is("-V");
            if name == "command" && command.words.get(program + 1).is_some_and(asks) {
                return Some(Invocation { command: index, program, name: name.into(), takes_more });
            }
            let next = after_wrapper(wrapper, &command.words, program + 1);
            if next >= command.words.len() {
                // `sudo` or `env` alone.
                return Some(Invocation { command: index, program, name: name.into(), takes_more });
            }
            program = next;
        }
    }

    /// The words after the program.
    pub fn arguments<'a>(&self, script: &'a Script) -> &'a [Word] {
        let command = script.commands().get(self.command);
        command.and_then(|command| command.words.get(self.program + 1..)).unwrap_or_default()
    }

    /// The words after the program as they are written, without the quotes around them.
    pub fn written_arguments<'a>(&self, script: &'a Script) -> Vec<&'a str> {
        let word = |word: &Word| script.str(word.part).trim_matches(['"', '\'']);
        self.arguments(script).iter().map(word).collect()
    }

    /// The simple command.
    pub fn command<'a>(&self, script: &'a Script) -> Option<&'a Command> {
        script.commands().get(self.command)
    }
}

/// The index of the program that a wrapper runs, or of a word that only the shell knows; one past the last
/// word where there is none.
fn after_wrapper(wrapper: &Wrapper, words: &[Word], start: usize) -> usize {
    let mut operands = wrapper.operands;
    let mut index = start;
    while let Some(word) = words.get(index).and_then(|word| word.value.as_deref()) {
        if word.starts_with('-') {
            index += usize::from(wrapper.value_options.contains(&word));
        } else if !(matches!(wrapper.name, "env" | "sudo") && word.contains('=')) {
            if operands == 0 {
                break;
            }
            operands -= 1;
        }
        index += 1;
    }
    index
}

fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or_default()
}

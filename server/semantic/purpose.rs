//! What an image is there for, as far as its last CMD or ENTRYPOINT tells: to run a program, or to sit in.

use super::Model;
use super::facts::Facts;
use crate::syntax::shell::{Script, Word};
use crate::syntax::{File, Kind};

/// What people start to work in a container.
const SEATS: [&str; 16] = [
    "ash",
    "bash",
    "dash",
    "fish",
    "jupyter",
    "jupyter-lab",
    "ksh",
    "screen",
    "sh",
    "sleep",
    "sshd",
    "supervisord",
    "systemd",
    "tail",
    "tmux",
    "zsh",
];

/// The words of what an image runs, without shells, wrappers and their options; as written where only a shell knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The base name of the program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// Programs that only start another one, as the first process of a container.
const STARTERS: [&str; 5] = ["catatonit", "dumb-init", "gosu", "su-exec", "tini"];

impl Model {
    /// What a stage or those it is built on say that its image runs: the ENTRYPOINT, or else the CMD. `None` where none of them
    /// says it, or where it is not known.
    pub fn run_of(&self, file: &File, stage: usize) -> Option<Run> {
        let (mut command, mut entrypoint) = (None, None);
        let chain = self.chain(stage).into_iter().filter_map(|stage| self.stages().get(stage));
        for index in chain.flat_map(|stage| stage.items.clone().rev()) {
            match file.items().get(index).map(|item| item.kind) {
                Some(Kind::Cmd) => command = command.or(Some(index)),
                Some(Kind::Entrypoint) => entrypoint = entrypoint.or(Some(index)),
                _ => {}
            }
        }
        run(&Facts::of(&file.items().get(entrypoint.or(command)?)?.instruction)?.script)
    }

    /// Whether an image of a stage is there to run a program, and not for somebody to sit in.
    pub fn runs_program(&self, file: &File, stage: usize) -> bool {
        self.run_of(file, stage).is_some_and(|run| {
            let is_seat = SEATS.contains(&run.program.as_str());
            !is_seat
                || run.arguments.iter().any(|argument| argument == "-c" || !argument.starts_with('-'))
                    && is_shell(&run.program)
        })
    }
}

fn is_shell(program: &str) -> bool {
    program.ends_with("sh") && program != "fish"
}

fn run(script: &Script) -> Option<Run> {
    let command = script.commands().first()?;
    let text = |word: &Word| word.value.as_deref().unwrap_or_else(|| script.str(word.part)).to_owned();
    let base = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    let mut words = command.words.iter().map(text).filter(|word| word != "exec").peekable();
    let mut program = base(&words.next()?);
    if STARTERS.contains(&program.as_str()) {
        program = base(&words.find(|word| !word.starts_with('-'))?);
    }
    Some(Run { program, arguments: words.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::Inputs;

    fn shown(source: &str) -> (Option<String>, bool) {
        let file = File::new(source);
        let model = Model::new(&file, &Inputs::default());
        let last = model.stages().len() - 1;
        let run = model.run_of(&file, last).map(|run| format!("{} {}", run.program, run.arguments.join(" ")));
        (run, model.runs_program(&file, last))
    }

    #[test]
    fn the_entrypoint_counts_before_the_command() {
        assert_eq!(shown("FROM a\nCMD [\"/bin/b\", \"c\"]"), (Some("b c".to_owned()), true));
        assert_eq!(
            shown("FROM a AS x\nENTRYPOINT exec b $C\nFROM x\nCMD d"),
            (Some("b $C".to_owned()), true)
        );
        assert_eq!(
            shown("FROM a\nENTRYPOINT [\"tini\", \"-g\", \"--\", \"b\"]"),
            (Some("b ".to_owned()), true)
        );
    }

    #[test]
    fn shells_are_to_sit_in() {
        for (command, runs) in [
            ("bash", false),
            ("[\"/bin/bash\", \"-l\"]", false),
            ("[\"bash\", \"-c\", \"a\"]", true),
            ("[\"sh\", \"start.sh\"]", true),
            ("sleep infinity", false),
            ("[\"tail\", \"-f\", \"/dev/null\"]", false),
        ] {
            assert_eq!(shown(&format!("FROM a\nCMD {command}")).1, runs, "{command}");
        }
        assert_eq!(shown("FROM a\nRUN b"), (None, false));
    }
}

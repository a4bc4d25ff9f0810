//! What an image is there for, as far as its last CMD or ENTRYPOINT says: to run a program, or to work in.

use super::Model;
use super::facts::Facts;
use crate::knowledge::development_servers::is_development_server;
use crate::path;
use crate::syntax::shell::{Command, Nesting, Script, Word};
use crate::syntax::{File, Kind};

/// What people start to work in a container.
const INTERACTIVE_PROGRAMS: [&str; 22] = [
    "ash",
    "bash",
    "code-server",
    "dash",
    "fish",
    "jupyter",
    "jupyter-lab",
    "jupyter-notebook",
    "jupyterhub-singleuser",
    "ksh",
    "openvscode-server",
    "rserver",
    "screen",
    "sh",
    "sleep",
    "sshd",
    "start-notebook.py",
    "start-notebook.sh",
    "systemd",
    "tail",
    "tmux",
    "zsh",
];

/// Programs that take commands from a terminal where they are given nothing else to do.
const INTERPRETERS: [&str; 11] =
    ["R", "ghci", "iex", "irb", "jshell", "julia", "node", "php", "python", "python3", "swift"];

/// What makes files out of files and ends: an image of it is a tool, or brings them out of a build, and is no application.
const TOOLS: [&str; 34] = [
    "ant", "bazel", "bsdtar", "bsdcpio", "c++", "cabal", "cargo", "cat", "cc", "clang", "clang++", "cmake",
    "cp", "cpio", "g++", "gcc", "ghc", "go", "gradle", "javac", "latexmk", "make", "meson", "mvn", "ninja",
    "pandoc", "pdflatex", "protoc", "rsync", "rustc", "stack", "swiftc", "tar", "tsc",
];

/// Words behind such a program with which it runs or serves something all the same: `cargo run`, `make serve`.
const RUNNING: [&str; 9] =
    ["bootRun", "dev", "exec", "run", "serve", "server", "spring-boot:run", "start", "watch"];

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

/// Programs that start another one in an environment, as `conda run -n a jupyter lab` does; with the options that take a value.
const RUNNERS: [(&str, &[&str]); 7] = [
    ("conda", &["-n", "--name", "-p", "--prefix", "--cwd"]),
    ("mamba", &["-n", "--name", "-p", "--prefix", "--cwd"]),
    ("micromamba", &["-n", "--name", "-p", "--prefix", "--cwd"]),
    ("pipenv", &[]),
    ("pixi", &["-e", "--environment"]),
    ("poetry", &["-C", "--directory"]),
    ("uv", &["--with", "--project", "--directory", "--extra", "--group"]),
];

impl Model {
    /// What a stage or those it is built on say that its image runs: the ENTRYPOINT, or else the CMD. `None` where none of them
    /// says it, or where it is not known.
    pub fn run_of(&self, file: &File, stage: usize) -> Option<Run> {
        let [entrypoint, command] = self.runs_of(file, stage);
        entrypoint.or(command)
    }

    /// Whether an image of a stage is there to run a program: not for somebody to sit in, and not a tool for builds.
    pub fn runs_program(&self, file: &File, stage: usize) -> bool {
        let mut runs = self.runs_of(file, stage);
        if runs.iter().all(Option::is_none) {
            runs = self.runs_of_base(stage);
        }
        // An entrypoint that only prepares runs the command.
        runs.iter().any(Option::is_some)
            && runs.iter().flatten().all(|run| !run.is_interactive() && !run.is_tool())
    }

    /// Whether what an image of a stage runs is a server that is made for development.
    pub fn runs_development_server(&self, file: &File, stage: usize) -> bool {
        let words = |run: Run| [run.program].into_iter().chain(run.arguments);
        let words: Vec<String> = self.runs_of(file, stage).into_iter().flatten().flat_map(words).collect();
        is_development_server(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Whether an image of a stage runs the program that the image runs which it goes back to.
    pub fn keeps_program(&self, file: &File, stage: usize) -> bool {
        let programs = |runs: [Option<Run>; 2]| runs.map(|run| run.map(|run| run.program));
        let (own, of_base) = (programs(self.runs_of(file, stage)), programs(self.runs_of_base(stage)));
        own.iter().zip(&of_base).all(|(own, of_base)| own.is_none() || own == of_base)
    }

    /// Those of the image that a stage goes back to.
    fn runs_of_base(&self, stage: usize) -> [Option<Run>; 2] {
        let last = self.stages().get(stage).map(|stage| stage.from() + 1);
        let Some(base) = last.and_then(|item| self.base_image(item)) else {
            return [None, None];
        };
        [base.entrypoint, base.command].map(|words| {
            let mut words = words?.split('"').skip(1).step_by(2).map(str::to_owned);
            let program = path::name(&words.next()?).to_owned();
            Some(Run { program, arguments: words.collect() })
        })
    }

    /// The ENTRYPOINT and the CMD.
    fn runs_of(&self, file: &File, stage: usize) -> [Option<Run>; 2] {
        let steps: Vec<usize> = self.chain(stage).flat_map(|stage| stage.items.clone().rev()).collect();
        [Kind::Entrypoint, Kind::Cmd].map(|kind| {
            let mut items = steps.iter().filter_map(|index| file.item(*index));
            let item = items.find(|item| item.kind == kind)?;
            run(&Facts::of(&item.instruction)?.script)
        })
    }
}

impl Run {
    fn is_tool(&self) -> bool {
        let runs = self
            .arguments
            .iter()
            .any(|argument| RUNNING.contains(&argument.as_str()) || argument == "--daemon");
        TOOLS.contains(&self.program.as_str()) && !runs
    }

    /// What it starts, where it is only there to start that in an environment.
    fn started(&self) -> Option<Run> {
        let (_, with_value) = RUNNERS.iter().find(|(name, _)| *name == self.program)?;
        let (first, rest) = self.arguments.split_first()?;
        let mut rest = rest.iter().map(String::as_str);
        let program = loop {
            match rest.next()? {
                option if with_value.contains(&option) => drop(rest.next()),
                option if option.starts_with('-') => {}
                program => break path::name(program).to_owned(),
            }
        };
        (first == "run").then(|| Run { program, arguments: rest.map(str::to_owned).collect() })
    }

    fn is_interactive(&self) -> bool {
        if let Some(started) = self.started() {
            return started.is_interactive();
        }
        let is_module =
            self.program.starts_with("python") && self.arguments.first().is_some_and(|first| first == "-m");
        let module = self.arguments.get(1).filter(|_| is_module);
        let program = module.map_or(self.program.as_str(), String::as_str);
        let has_work = self.arguments.iter().any(|argument| argument == "-c" || !argument.starts_with('-'));
        (INTERACTIVE_PROGRAMS.contains(&program) && !(has_work && is_shell(program)))
            || INTERPRETERS.contains(&program) && !has_work
    }
}

fn is_shell(program: &str) -> bool {
    program.ends_with("sh") && program != "fish"
}

fn run(script: &Script) -> Option<Run> {
    let commands = script.commands();
    // What a shell is given to run stands behind it.
    let command = match (waiting(commands), commands) {
        (Some(waiting), _) => waiting,
        (None, [_, inner]) if inner.nesting.any(Nesting::SCRIPT) => inner,
        (None, [first, ..]) => last_that_works(commands).unwrap_or(first),
        (None, []) => return None,
    };
    let text = |word: &Word| script.text_of(word).to_owned();
    let mut words = command.words.iter().map(text).filter(|word| word != "exec").peekable();
    let written = words.next()?;
    // That of s6 lies at the root.
    let is_systemd = matches!(written.as_str(), "/sbin/init" | "/usr/sbin/init");
    let mut program = if is_systemd { "systemd" } else { path::name(&written) }.to_owned();
    if STARTERS.contains(&program.as_str()) {
        program = path::name(&words.find(|word| !word.starts_with('-'))?).to_owned();
    }
    Some(Run { program, arguments: words.collect() })
}

/// Whether a script does nothing but wait, as `sleep infinity` does.
pub fn only_waits(script: &Script) -> bool {
    waiting(script.commands()).is_some()
}

/// What a script comes to: the last of its commands that does not merely prepare, or follow what another one says.
fn last_that_works(commands: &[Command]) -> Option<&Command> {
    const PREPARING: [&str; 26] = [
        ".", ":", "[", "awk", "cat", "cd", "chmod", "chown", "cp", "echo", "env", "export", "grep", "ln",
        "mkdir", "mv", "printf", "rm", "sed", "set", "source", "tee", "test", "touch", "true", "ulimit",
    ];
    let is_given = |command: &Command| command.nesting.any(Nesting::SCRIPT);
    let own = if commands.iter().any(is_given) { commands.get(1..)? } else { commands };
    let works = |command: &&Command| {
        !waits(command)
            && program(command).is_none_or(|name| !PREPARING.contains(&name))
            && !command.words.is_empty()
    };
    own.iter().rfind(works).filter(|_| own.len() > 1)
}

/// The command that waits, where a script does nothing else: `while true; do sleep 60; done`.
fn waiting(commands: &[Command]) -> Option<&Command> {
    const IDLE: [&str; 7] = [":", "[", "date", "echo", "trap", "true", "wait"];
    let is_given = |command: &Command| command.nesting.any(Nesting::SCRIPT);
    let own = if commands.iter().any(is_given) { commands.get(1..)? } else { commands };
    let is_idle = |command: &Command| program(command).is_some_and(|name| IDLE.contains(&name));
    let waiting = own.iter().find(|command| waits(command))?;
    own.iter().all(|command| waits(command) || is_idle(command)).then_some(waiting)
}

/// Whether a command does nothing but pass the time.
fn waits(command: &Command) -> bool {
    let has = |text: &str| command.words.iter().any(|word| word.is(text));
    program(command).is_some_and(|name| name == "sleep" || name == "tail" && has("/dev/null"))
}

fn program(command: &Command) -> Option<&str> {
    command.words.first()?.value.as_deref().map(path::name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::inputs::Inputs;

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
            ("[\"sleep\", \"infinity\"]\nENTRYPOINT [\"/init\"]", false),
            ("[\"python3\"]", false),
            ("[\"python3\", \"a.py\"]", true),
            ("[\"tar\", \"cf\", \"-\", \"/a\"]", false),
            ("[\"sh\", \"-c\", \"tar cf - /a\"]", false),
            ("[\"rsync\", \"--daemon\"]", true),
            ("make", false),
            ("cargo run --release", true),
            ("while true; do sleep 1000; done", false),
            ("[\"sh\", \"-c\", \"while :; do echo b; sleep 1; done\"]", false),
            ("[\"sh\", \"-c\", \"trap : TERM INT; sleep infinity & wait\"]", false),
            ("[\"sh\", \"-c\", \"a && tail -f /dev/null\"]", true),
            ("while true; do a; sleep 1; done", true),
            ("cd adm && echo b && cargo build --release && cp target/b c", false),
            ("source b && jupyter lab", false),
            ("cd /b && npm start", true),
            ("python b.py migrate && gunicorn b | tee c", true),
            ("[\"sh\", \"-c\", \"cd b && make\"]", false),
            ("[\"/usr/sbin/init\"]", false),
            ("[\"/init\"]", true),
            ("[\"jupyter\", \"lab\", \"--ip=0.0.0.0\"]", false),
            ("[\"conda\", \"run\", \"--no-capture-output\", \"-n\", \"b\", \"jupyter\", \"lab\"]", false),
            ("[\"conda\", \"run\", \"-n\", \"b\", \"python\", \"c.py\"]", true),
            ("[\"poetry\", \"run\", \"bash\"]", false),
            ("[\"python3\", \"-m\", \"jupyter\", \"lab\"]", false),
            ("[\"python3\", \"-m\", \"b\"]", true),
            ("[\"tini\", \"--\", \"start-notebook.sh\"]", false),
            ("[\"code-server\", \"--bind-addr\", \"0.0.0.0:8080\"]", false),
        ] {
            assert_eq!(shown(&format!("FROM a\nCMD {command}")).1, runs, "{command}");
        }
        assert_eq!(shown("FROM a\nRUN b"), (None, false));
    }
}

//! The command line: the only place that prints. Findings and results go to standard output, everything else to
//! standard error.

mod arguments;
mod check;
mod fix;
mod fmt;
mod inputs;
mod layers;
mod left;
mod others;
mod replace;
mod report;
mod rewrite;
mod rules;
mod session;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Nothing to say.
    Clean,
    /// Findings at or above the fail level, or something that would change where nothing may.
    Findings,
    /// Wrong usage, or a file that cannot be read or written.
    Failure,
}

/// Runs the program with the arguments of this process. `serve` runs the language server: on the standard streams, or on a
/// connection to a port of this machine or to a pipe.
pub fn run(serve: impl FnOnce(Option<u16>, Option<&Path>) -> ExitCode) -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and the version come as errors too. When even they cannot be printed, nothing can.
            let _ = error.print();
            return if error.use_stderr() { Outcome::Failure.into() } else { Outcome::Clean.into() };
        }
    };
    let result = match arguments.command {
        Command::Lsp(arguments) => return serve(arguments.socket, arguments.pipe.as_deref()),
        Command::Check(arguments) => check::run(&arguments),
        Command::Fix(arguments) => fix::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Layers(arguments) => layers::run(&arguments),
        Command::Explain { rule } => rules::explain(&rule),
        Command::Rules { format } => rules::list(format),
        Command::Completions { shell } => completions(shell),
        Command::Man { folder } => manual(&folder),
    };
    match result {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            // A reader that closes the pipe early (`head`) is no error.
            let closed = error
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
            if !closed {
                complain(&format!("{error:#}"));
            }
            Outcome::Failure.into()
        }
    }
}

fn completions(shell: clap_complete::Shell) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "layerwise", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Outcome::Clean)
}

/// A page for the program and one for each command.
fn manual(folder: &Path) -> anyhow::Result<Outcome> {
    let write = || {
        std::fs::create_dir_all(folder)?;
        clap_mangen::generate_to(Arguments::command().disable_help_subcommand(true), folder)
    };
    write().with_context(|| format!("cannot write manual pages into `{}`", folder.display()))?;
    Ok(Outcome::Clean)
}

/// Says on standard error what went wrong.
fn complain(message: &str) {
    say("error", message);
}

/// Says on standard error what was left out.
fn warn(message: &str) {
    say("warning", message);
}

/// Says on standard error why nothing was done.
fn note(message: &str) {
    say("note", message);
}

/// Says on standard error that a folder was searched in vain, which is no failure.
fn say_nothing_found() {
    warn("no Dockerfile was found; what `.gitignore` matches is not searched");
}

/// When standard error is closed, there is nowhere left to print.
fn say(level: &str, message: &str) {
    let message = annotate_snippets::normalize_untrusted_str(message);
    let _ = writeln!(anstream::stderr(), "{level}: {message}");
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        match outcome {
            Outcome::Clean => ExitCode::SUCCESS,
            Outcome::Findings => ExitCode::from(1),
            Outcome::Failure => ExitCode::from(2),
        }
    }
}

//! What the command line takes.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::actions;
use crate::rules::Severity;

/// A language server and linter for Dockerfiles that knows what every line costs.
#[derive(Debug, Parser)]
#[command(name = "layerwise", version, about, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the language server, on standard input and output where nothing else is said.
    Lsp(LspArguments),
    /// Report findings.
    Check(CheckArguments),
    /// Repair what is safe to repair, or rewrite.
    Fix(FixArguments),
    /// Indent continued lines, and remove trailing blanks and blank lines that are too many.
    Fmt(FormatArguments),
    /// Tell what the steps of a build depend on, and what a change runs again.
    Layers(LayersArguments),
    /// Print the documentation of a rule.
    Explain {
        /// The rule, a code of another tool, such as DL3009, a group, or an action.
        rule: String,
    },
    /// List the rules.
    Rules {
        /// How to list them.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages.
    Man {
        /// The folder that they are written into.
        folder: PathBuf,
    },
}

#[derive(Args, Debug)]
pub(super) struct LspArguments {
    /// Talk on standard input and output, as without it.
    #[arg(long, conflicts_with_all = ["socket", "pipe"])]
    stdio: bool,
    /// Connect to the port of this machine on which the client listens, and talk there.
    #[arg(long, value_name = "PORT")]
    pub(super) socket: Option<u16>,
    /// Connect to the pipe on which the client listens, and talk there: a socket in the file system, on Windows a named pipe.
    #[arg(long, value_name = "NAME", conflicts_with = "socket")]
    pub(super) pipe: Option<PathBuf>,
    /// The protocol has clients say who they are here too; the server ends with the connection anyway.
    #[arg(long = "clientProcessId", value_name = "ID", hide = true)]
    client: Option<u32>,
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) build: BuildArguments,
    #[command(flatten)]
    pub(super) selection: SelectionArguments,
    /// How to report [default: text, or what hadolint's settings say].
    #[arg(long, short, value_enum)]
    pub(super) format: Option<Format>,
    /// The least severity that makes the exit code 1 [default: warning, or what the settings say].
    #[arg(long, short = 't', alias = "failure-threshold", value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailLevel>,
    /// Exit with 0 whatever is found.
    #[arg(long, conflicts_with = "fail_on")]
    pub(super) no_fail: bool,
    #[command(flatten)]
    pub(super) paths: PathArguments,
}

#[derive(Args, Debug)]
pub(super) struct FixArguments {
    #[command(flatten)]
    pub(super) build: BuildArguments,
    #[command(flatten)]
    pub(super) selection: SelectionArguments,
    /// Apply suggested fixes too: they change what is installed or when steps run.
    #[arg(long)]
    pub(super) suggested: bool,
    /// Fix the findings of this rule only, or of those that carry this code; may be repeated.
    #[arg(long, value_name = "ID")]
    pub(super) rule: Vec<String>,
    /// Rewrite wherever this action can be done, and fix nothing; may be repeated, one is done after the other. Fixes are
    /// another run: it takes neither `--suggested` nor `--rule`.
    #[arg(long, value_name = "ID", value_parser = action_ids())]
    pub(super) action: Vec<String>,
    /// Print what would change, and change nothing.
    #[arg(long)]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) paths: PathArguments,
}

#[derive(Args, Debug)]
pub(super) struct FormatArguments {
    /// Print what would change, and change nothing.
    #[arg(long)]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) paths: PathArguments,
}

#[derive(Args, Debug)]
pub(super) struct LayersArguments {
    #[command(flatten)]
    pub(super) build: BuildArguments,
    /// A file that is changed, relative to the context; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(super) changed: Vec<String>,
    /// A build argument that gets another value; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(super) arg: Vec<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: ListFormat,
    /// The Dockerfile, a folder with one, or `-` for standard input.
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
}

/// What the build would be given.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Build")]
pub(super) struct BuildArguments {
    /// The folder of the build context [default: what builds the Dockerfile says, else a guess].
    #[arg(long, value_name = "DIR")]
    pub(super) context: Option<PathBuf>,
    /// The stage that is built.
    #[arg(long, value_name = "STAGE")]
    pub(super) target: Option<String>,
    /// A build argument; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(super) build_arg: Vec<(String, String)>,
}

/// What runs, whatever the settings say.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Rules")]
pub(super) struct SelectionArguments {
    /// Turn a rule, those that carry a code, or a group on; may be repeated.
    #[arg(long, value_name = "RULE|GROUP")]
    pub(super) enable: Vec<String>,
    /// Turn a rule, those that carry a code, or a group off; may be repeated. Syntax rules are always on.
    #[arg(long, alias = "ignore", value_name = "RULE|GROUP")]
    pub(super) disable: Vec<String>,
    /// Which `shellcheck` checks shell text: `auto`, `off`, or the path of one [default: auto, or what the settings say].
    #[arg(long, value_name = "auto|off|PATH", value_parser = NonEmptyStringValueParser::new())]
    pub(super) shellcheck: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct PathArguments {
    /// Dockerfiles, folders to search for them, or `-` for standard input. What `.gitignore` matches, tracked or
    /// not, is searched only where it is named.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
}

/// The forms of a report. The other names are hadolint's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    #[value(alias = "tty")]
    Text,
    /// For programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    #[value(alias = "gitlab_codeclimate")]
    Gitlab,
    /// Checkstyle's XML.
    Checkstyle,
    /// A line for each finding, as compilers write it.
    Gnu,
}

/// The forms of the list of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FailLevel {
    /// Those besides are hadolint's names of it.
    #[value(aliases = ["style", "ignore", "none"])]
    Hint,
    Info,
    Warning,
    Error,
}

impl From<FailLevel> for Severity {
    fn from(level: FailLevel) -> Severity {
        match level {
            FailLevel::Hint => Severity::Hint,
            FailLevel::Info => Severity::Info,
            FailLevel::Warning => Severity::Warning,
            FailLevel::Error => Severity::Error,
        }
    }
}

/// The ids of the actions that need no place, with what each does: completions and the help list them.
fn action_ids() -> PossibleValuesParser {
    let actions = actions::ALL.iter().filter(|action| !action.is_local);
    PossibleValuesParser::new(actions.map(|action| PossibleValue::new(action.id).help(action.summary)))
}

fn name_and_value(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("this is not NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::hadolint_file::FORMATS;

    #[test]
    fn every_form_of_hadolint_that_settings_may_name_is_there() {
        for name in FORMATS {
            assert!(Format::from_str(name, false).is_ok(), "{name}");
        }
    }
}

//! `layerwise check`: findings of many files, in the order of the files.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use rayon::iter::{IntoParallelRefIterator, ParallelExtend, ParallelIterator};

use crate::cli::arguments::{CheckArguments, Format};
use crate::cli::inputs::{self, Input};
use crate::cli::report::form::{self, Report};
use crate::cli::report::{Checked, Summary};
use crate::cli::session::{Session, settings_problems};
use crate::cli::{Outcome, complain, say_nothing_found};
use crate::discovery::Discovered;
use crate::fix::Fixer;
use crate::rules::{self, Severity};
use crate::settings::Settings;

/// What is kept of one file.
struct FileResult {
    report: Report,
    summary: Summary,
    fails: bool,
    discovered: [Arc<Discovered>; 2],
    problem: Option<String>,
    /// The one of its build.
    ignore_file: Option<PathBuf>,
}

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<Outcome> {
    let found = inputs::find(&arguments.paths.paths)?;
    let session = Session::new(&arguments.build, &arguments.selection)?;
    let format = arguments.format.or_else(|| format_of_settings(&session)).unwrap_or_default();
    let look = |input| check(input, &session, arguments, format);
    let mut results: Vec<_> = found.inputs.par_iter().map(look).collect();
    let beside = found
        .of_search(results.iter().flatten().filter_map(|result: &FileResult| result.ignore_file.clone()));
    results.par_extend(beside.par_iter().map(look));

    let mut problems = found.problems;
    let mut done = Vec::new();
    for (input, result) in found.inputs.iter().chain(&beside).zip(results) {
        match result {
            Ok(mut result) => {
                problems.extend(result.problem.take());
                done.push(result);
            }
            Err(error) => problems.push(format!("`{}` cannot be read: {error}", input.name())),
        }
    }
    write!(anstream::stderr(), "{}", settings_problems(done.iter().flat_map(|result| &result.discovered)))?;
    problems.iter().for_each(|problem| complain(problem));
    if found.inputs.is_empty() && problems.is_empty() {
        say_nothing_found();
    }

    let fails = done.iter().any(|result| result.fails);
    let summary = done.iter().fold(Summary::default(), |sum, result| sum.plus(&result.summary));
    // Where nothing could be read there is nothing to sum up.
    if done.is_empty() && !problems.is_empty() && format == Format::Text {
        return Ok(Outcome::Failure);
    }
    form::print(format, done.into_iter().map(|result| result.report).collect(), &summary)?;
    Ok(match (problems.is_empty(), fails) {
        (false, _) => Outcome::Failure,
        (true, true) => Outcome::Findings,
        (true, false) => Outcome::Clean,
    })
}

fn check(
    input: &Input,
    session: &Session,
    arguments: &CheckArguments,
    format: Format,
) -> std::io::Result<FileResult> {
    let subject = session.subject(input)?;
    let cx = subject.cx();
    let findings = rules::run(&cx);
    let offers = Fixer::new(&cx).offers_each(&findings.iter().collect::<Vec<_>>());
    let findings: Vec<Checked> =
        findings.into_iter().zip(offers).map(|(finding, offers)| Checked { finding, offers }).collect();
    let fail_on = fail_on(arguments, &subject.settings);
    Ok(FileResult {
        summary: Summary::of(&cx, &findings),
        fails: findings.iter().any(|checked| fail_on.is_some_and(|least| checked.finding.severity >= least)),
        report: Report::new(format, input.name(), &cx, &findings),
        discovered: subject.discovered.clone(),
        ignore_file: subject.ignore_file(),
        problem: subject.missing_target().map(|missing| format!("`{}` has {missing}", input.name())),
    })
}

/// The form that the settings of hadolint ask for, where the program was started.
fn format_of_settings(session: &Session) -> Option<Format> {
    Format::from_str(&session.settings_here().hadolint.format?, false).ok()
}

/// The least severity that fails; `None` where nothing does.
fn fail_on(arguments: &CheckArguments, settings: &Settings) -> Option<Severity> {
    if arguments.no_fail {
        return None;
    }
    let own = arguments.fail_on.map(Severity::from).or(settings.check.fail_on);
    let hadolint = &settings.hadolint;
    let threshold = hadolint.failure_threshold.unwrap_or(Severity::Warning);
    own.or((!hadolint.no_fail).then_some(threshold))
}

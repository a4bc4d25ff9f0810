//! `layerwise fix`: repairs files in place, prints what that would change, or filters standard input.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::bail;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use similar::TextDiff;

use crate::cli::arguments::FixArguments;
use crate::cli::inputs::{self, Input};
use crate::cli::replace::replace;
use crate::cli::session::{Session, settings_problems};
use crate::cli::{Outcome, complain, say_nothing_found};
use crate::discovery::Discovered;
use crate::fix::{Safety, fix_all};
use crate::rules::{ALL, Finding};
use crate::settings::suggestion::{closest_rule, with_suggestion};
use crate::text::Decoded;

/// What is done to one file.
struct FileResult {
    before: Vec<u8>,
    /// `None` where nothing changes.
    after: Option<Vec<u8>>,
    /// How many findings are gone.
    fixed: usize,
    discovered: [Arc<Discovered>; 2],
}

pub(super) fn run(arguments: &FixArguments) -> anyhow::Result<Outcome> {
    let found = inputs::find(&arguments.paths.paths)?;
    let mut session = Session::new(&arguments.build, &arguments.selection)?;
    for id in &arguments.rule {
        if !ALL.iter().any(|rule| rule.id == id) {
            bail!(with_suggestion(format!("unknown rule `{id}`"), closest_rule(id, ALL)));
        }
        session.enable(id);
    }
    let results: Vec<_> = found.inputs.par_iter().map(|input| fix(input, &session, arguments)).collect();

    let mut problems = found.problems;
    let mut discovered = Vec::new();
    let mut changes = false;
    let mut output = io::stdout().lock();
    for (input, result) in found.inputs.iter().zip(results) {
        match result {
            Ok(result) => {
                changes |= result.after.is_some();
                if let Err(error) = finish(input, &result, arguments.diff, &mut output)? {
                    problems.push(format!("`{}` cannot be written: {error}", input.name()));
                }
                discovered.extend(result.discovered);
            }
            Err(problem) => problems.push(format!("`{}` cannot be {problem}", input.name())),
        }
    }
    output.flush()?;
    write!(anstream::stderr(), "{}", settings_problems(discovered.iter()))?;
    problems.iter().for_each(|problem| complain(problem));
    if found.inputs.is_empty() && problems.is_empty() {
        say_nothing_found();
    }
    Ok(match (problems.is_empty(), arguments.diff && changes) {
        (false, _) => Outcome::Failure,
        (true, true) => Outcome::Findings,
        (true, false) => Outcome::Clean,
    })
}

/// The error completes "cannot be …".
fn fix(input: &Input, session: &Session, arguments: &FixArguments) -> Result<FileResult, String> {
    let subject = session.subject(input).map_err(|error| format!("read: {error}"))?;
    let cx = subject.cx();
    let least = if arguments.suggested { Safety::Suggested } else { Safety::Safe };
    let wanted = |finding: &Finding| {
        arguments.rule.is_empty() || arguments.rule.iter().any(|id| id == finding.rule.id)
    };
    let edits = fix_all(&cx, least, &wanted).unwrap_or_default();
    // In the text such a byte is U+FFFD: an edit that carries it on would write that in its place.
    if edits.iter().any(|edit| subject.decoded.invalid.iter().any(|place| edit.span.contains(place))) {
        return Err("fixed: bytes that are not UTF-8 would change".to_owned());
    }
    let after = subject.decoded.apply(&subject.bytes, &edits);
    let after = (after != subject.bytes).then_some(after);
    let fixed = after.as_ref().map_or(0, |after| subject.gone(&Decoded::new(after).text));
    Ok(FileResult { after, fixed, discovered: subject.discovered.clone(), before: subject.bytes })
}

/// Writes the result where it belongs. The inner error is that of the file, the outer one that of the output.
fn finish(
    input: &Input,
    result: &FileResult,
    diff: bool,
    output: &mut impl Write,
) -> io::Result<io::Result<()>> {
    match (&result.after, input) {
        (Some(after), _) if diff => print_diff(&input.name(), &result.before, after, output)?,
        (None, _) if diff => {}
        (after, Input::Stdin) => output.write_all(after.as_ref().unwrap_or(&result.before))?,
        (None, Input::File(_)) => {}
        (Some(after), Input::File(path)) => {
            if let Err(error) = replace(path, after) {
                return Ok(Err(error));
            }
            let name = annotate_snippets::normalize_untrusted_str(&input.name());
            match result.fixed {
                1 => writeln!(output, "fixed {name}: 1 finding")?,
                fixed => writeln!(output, "fixed {name}: {fixed} findings")?,
            }
        }
    }
    Ok(Ok(()))
}

/// Prints a unified diff of the bytes as they are, whatever their encoding.
fn print_diff(name: &str, before: &[u8], after: &[u8], output: &mut impl Write) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().header(name, name).to_writer(output)
}

//! What commands share that write files: the result goes to the file, or is printed, or is only shown as a diff.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use similar::TextDiff;

use crate::cli::inputs::{Found, Input};
use crate::cli::left::Left;
use crate::cli::others::OtherFile;
use crate::cli::replace::replace;
use crate::cli::session::{Subject, settings_problems};
use crate::cli::{Outcome, complain, note, say_nothing_found};
use crate::discovery::Discovered;
use crate::text::Edit;

/// What is done to one file.
pub(super) struct Rewritten {
    before: Vec<u8>,
    /// `None` where nothing changes.
    after: Option<Vec<u8>>,
    discovered: [Arc<Discovered>; 2],
    others: Vec<OtherFile>,
    /// The ignore file of its build, where that is to be worked on too.
    ignore_file: Option<PathBuf>,
    /// What is said of it once it is written.
    said: String,
    left: Left,
    /// Why all of it stays as it is.
    note: Option<String>,
}

impl Rewritten {
    /// A file with edits (sorted, apart), and what is said of the name and the new bytes once they are written. The
    /// error completes "cannot be …" with `verb`.
    pub(super) fn new(
        subject: Subject,
        edits: &[Edit],
        verb: &str,
        say: impl FnOnce(&Subject, &[u8]) -> String,
    ) -> Result<Rewritten, String> {
        // In the text such a byte is U+FFFD: an edit that carries it on would write that in its place.
        if edits.iter().any(|edit| subject.decoded.invalid.iter().any(|place| edit.span.contains(place))) {
            return Err(format!("{verb}: bytes that are not UTF-8 would change"));
        }
        let after = subject.decoded.apply(&subject.bytes, edits);
        let after = (after != subject.bytes).then_some(after);
        let said = after.as_deref().map_or_else(String::new, |after| say(&subject, after));
        let discovered = subject.discovered.clone();
        Ok(Rewritten {
            after,
            said,
            discovered,
            others: Vec::new(),
            ignore_file: None,
            left: Left::default(),
            note: None,
            before: subject.bytes,
        })
    }

    /// With what is done to files beside it.
    pub(super) fn with(self, others: Vec<OtherFile>) -> Rewritten {
        Rewritten { others, ..self }
    }

    /// With what stays as it is, and a reason that all of it does.
    pub(super) fn with_left(self, left: Left, note: Option<String>) -> Rewritten {
        Rewritten { left, note, ..self }
    }

    /// With an ignore file that is to be worked on too, where a search is about it.
    pub(super) fn and_then(self, ignore_file: Option<PathBuf>) -> Rewritten {
        Rewritten { ignore_file, ..self }
    }
}

/// Does `work` to every input and writes the results where they belong, or with `only_shows` prints what would change.
/// The error of `work` completes "cannot be …". Where nothing changes in any file, `nothing` says why, of how many there are
/// and of what stays in them; a filter has its output for that.
pub(super) fn run(
    found: Found,
    only_shows: bool,
    nothing: impl Fn(usize, &Left) -> String,
    work: impl Fn(&Input) -> Result<Rewritten, String> + Send + Sync,
) -> anyhow::Result<Outcome> {
    let mut outcome = Work { only_shows, ..Work::default() };
    outcome.take(&found.inputs, &work)?;
    // Last, and read then: what is done to a Dockerfile may have changed them.
    let ignore_files = std::mem::take(&mut outcome.ignore_files);
    outcome.take(&found.of_search(ignore_files), &work)?;
    let Work { discovered, changes, left, notes, .. } = outcome;
    let problems = [found.problems, outcome.problems].concat();
    write!(anstream::stderr(), "{}", settings_problems(discovered.iter()))?;
    problems.iter().for_each(|problem| complain(problem));
    notes.iter().for_each(|reason| note(reason));
    if found.inputs.is_empty() && problems.is_empty() {
        say_nothing_found();
    }
    let files = found.inputs.iter().filter(|input| **input != Input::Stdin).count();
    if files > 0 && problems.is_empty() && !changes {
        note(&nothing(files, &left));
    }
    Ok(match (problems.is_empty(), only_shows && changes) {
        (false, _) => Outcome::Failure,
        (true, true) => Outcome::Findings,
        (true, false) => Outcome::Clean,
    })
}

/// What was done so far.
#[derive(Default)]
struct Work {
    only_shows: bool,
    problems: Vec<String>,
    discovered: Vec<Arc<Discovered>>,
    changes: bool,
    left: Left,
    notes: Vec<String>,
    ignore_files: Vec<PathBuf>,
}

impl Work {
    /// Does `work` to these inputs, and writes or shows what came of it.
    fn take(
        &mut self,
        inputs: &[Input],
        work: &(impl Fn(&Input) -> Result<Rewritten, String> + Send + Sync),
    ) -> io::Result<()> {
        let results: Vec<_> = inputs.par_iter().map(work).collect();
        let mut output = io::stdout().lock();
        let mut others = Vec::new();
        for (input, result) in inputs.iter().zip(results) {
            match result {
                Ok(result) => {
                    self.changes |= result.after.is_some() || !result.others.is_empty();
                    if let Err(error) = finish(input, &result, self.only_shows, &mut output)? {
                        self.problems.push(format!("`{}` cannot be written: {error}", input.name()));
                    }
                    result.others.into_iter().for_each(|other| OtherFile::collect(&mut others, other));
                    self.left = self.left.plus(&result.left);
                    self.notes.extend(result.note);
                    self.discovered.extend(result.discovered);
                    self.ignore_files.extend(result.ignore_file);
                }
                Err(problem) => self.problems.push(format!("`{}` cannot be {problem}", input.name())),
            }
        }
        for other in &others {
            if let Err(error) = finish_other(other, self.only_shows, &mut output)? {
                self.problems.push(format!("`{}` cannot be written: {error}", other.name()));
            }
        }
        output.flush()
    }
}

/// Writes the result where it belongs. The inner error is that of the file, the outer one that of the output.
fn finish(
    input: &Input,
    result: &Rewritten,
    only_shows: bool,
    output: &mut impl Write,
) -> io::Result<io::Result<()>> {
    match (&result.after, input) {
        (Some(after), _) if only_shows => print_diff(&input.name(), &result.before, after, output)?,
        (None, _) if only_shows => {}
        (after, Input::Stdin) => output.write_all(after.as_ref().unwrap_or(&result.before))?,
        (None, Input::File(_)) => {}
        (Some(after), Input::File(path)) => {
            if let Err(error) = replace(path, after) {
                return Ok(Err(error));
            }
            writeln!(output, "{}", result.said)?;
        }
    }
    Ok(Ok(()))
}

/// As `finish`, for a file beside it.
fn finish_other(other: &OtherFile, only_shows: bool, output: &mut impl Write) -> io::Result<io::Result<()>> {
    if only_shows {
        let [(before, old), (after, new)] = other.sides();
        TextDiff::from_lines(old, new).unified_diff().header(&before, &after).to_writer(output)?;
        return Ok(Ok(()));
    }
    match other.write() {
        Ok(said) => said.into_iter().try_for_each(|said| writeln!(output, "{said}")).map(Ok),
        Err(error) => Ok(Err(error)),
    }
}

/// Prints a unified diff of the bytes as they are, whatever their encoding.
fn print_diff(name: &str, before: &[u8], after: &[u8], output: &mut impl Write) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().header(name, name).to_writer(output)
}

//! `layerwise fmt`: formats files in place, prints what that would change, or filters standard input.

use crate::cli::Outcome;
use crate::cli::arguments::{BuildArguments, FormatArguments, SelectionArguments};
use crate::cli::inputs::{self, Input};
use crate::cli::left::Left;
use crate::cli::rewrite::{self, Rewritten};
use crate::cli::session::Session;
use crate::format::{self, Style};

pub(super) fn run(arguments: &FormatArguments) -> anyhow::Result<Outcome> {
    let found = inputs::find(&arguments.paths.paths)?;
    let session = Session::new(&BuildArguments::default(), &SelectionArguments::default())?;
    let nothing = |files: usize, _: &Left| match files {
        1 => "nothing to format: the file is as it is written by `fmt`".to_owned(),
        _ => format!("nothing to format: the {files} files are as they are written by `fmt`"),
    };
    rewrite::run(found, arguments.check, nothing, |input| format(input, &session))
}

/// The error completes "cannot be …".
fn format(input: &Input, session: &Session) -> Result<Rewritten, String> {
    let subject = session.subject(input).map_err(|error| format!("read: {error}"))?;
    let style = Style::default().with_settings(&subject.settings.format);
    let edits = format::edits(&subject.document, &style, None);
    Rewritten::new(subject, &edits, "formatted", |_, _| format!("formatted {}", input.shown()))
}

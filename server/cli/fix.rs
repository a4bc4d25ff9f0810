//! `layerwise fix`: repairs or rewrites files in place, prints what that would change, or filters standard input.

use anyhow::bail;

use crate::actions::{self, Action};
use crate::cli::Outcome;
use crate::cli::arguments::FixArguments;
use crate::cli::inputs::{self, Input};
use crate::cli::others::OtherFile;
use crate::cli::rewrite::{self, Rewritten};
use crate::cli::session::{Session, Subject};
use crate::fix::{FixedAll, Safety, fix_all};
use crate::rules::{ALL, Finding};
use crate::settings::suggestion::{closest_rule, with_suggestion};
use crate::text::Decoded;

pub(super) fn run(arguments: &FixArguments) -> anyhow::Result<Outcome> {
    if !arguments.action.is_empty() && (arguments.suggested || !arguments.rule.is_empty()) {
        bail!(
            "`--action` rewrites and fixes nothing: run it without `--suggested` and `--rule`, and the fixes on their own"
        );
    }
    let found = inputs::find(&arguments.paths.paths)?;
    let mut session = Session::new(&arguments.build, &arguments.selection)?;
    for id in &arguments.rule {
        if !ALL.iter().any(|rule| rule.id == id) {
            bail!(with_suggestion(format!("unknown rule `{id}`"), closest_rule(id, ALL)));
        }
        session.enable(id);
    }
    // The parser has let no other ids through.
    let chosen: Vec<&'static Action> = arguments.action.iter().filter_map(|id| actions::by_id(id)).collect();
    rewrite::run(found, arguments.diff, |input| match chosen.as_slice() {
        [] => fix(input, &session, arguments),
        chosen => act(input, &session, chosen),
    })
}

/// The error completes "cannot be …".
fn fix(input: &Input, session: &Session, arguments: &FixArguments) -> Result<Rewritten, String> {
    let mut subject = session.subject(input).map_err(|error| format!("read: {error}"))?;
    if let Some(missing) = subject.missing_target() {
        return Err(format!("fixed: it has {missing}"));
    }
    let least = if arguments.suggested { Safety::Suggested } else { Safety::Safe };
    if least == Safety::Safe {
        subject.forget_shell_check();
    }
    let wanted = |finding: &Finding| {
        arguments.rule.is_empty() || arguments.rule.iter().any(|id| id == finding.rule.id)
    };
    let fixed = fix_all(&subject.cx(), least, &wanted);
    let ignore_file = subject.ignore_file();
    let rewritten = rewritten(input, subject, fixed, "fixed", |subject, after| said(input, subject, after))?;
    Ok(rewritten.and_then(ignore_file))
}

/// The file with all edits, and what is done beside it. Standard input is a filter: it writes no files.
fn rewritten(
    input: &Input,
    subject: Subject,
    fixed: Option<FixedAll>,
    verb: &str,
    say: impl FnOnce(&Subject, &[u8]) -> String,
) -> Result<Rewritten, String> {
    let fixed = fixed.unwrap_or_default();
    let others = OtherFile::all(&subject.cx(), &fixed.files);
    let rewritten = Rewritten::new(subject, &fixed.edits, verb, say)?;
    Ok(match input {
        Input::Stdin => rewritten,
        Input::File(_) => rewritten.with(others),
    })
}

/// The error completes "cannot be …".
fn act(input: &Input, session: &Session, chosen: &[&'static Action]) -> Result<Rewritten, String> {
    let subject = session.subject(input).map_err(|error| format!("read: {error}"))?;
    if let Some(missing) = subject.missing_target() {
        return Err(format!("rewritten: it has {missing}"));
    }
    let fixed = actions::apply_everywhere(&subject.cx(), chosen);
    rewritten(input, subject, fixed, "rewritten", |_, _| format!("rewrote {}", input.shown()))
}

fn said(input: &Input, subject: &Subject, after: &[u8]) -> String {
    let name = input.shown();
    match subject.gone(&Decoded::new(after).text) {
        1 => format!("fixed {name}: 1 finding"),
        fixed => format!("fixed {name}: {fixed} findings"),
    }
}

//! `layerwise fix`: repairs or rewrites files in place, prints what that would change, or filters standard input.

use anyhow::{anyhow, bail};

use crate::actions::{self, Action};
use crate::cli::Outcome;
use crate::cli::arguments::FixArguments;
use crate::cli::inputs::{self, Input};
use crate::cli::left::{Left, why_left_alone};
use crate::cli::others::OtherFile;
use crate::cli::rewrite::{self, Rewritten};
use crate::cli::session::{Session, Subject};
use crate::fix::{FixedAll, Safety, apply, fix_all};
use crate::rules::{ALL, Finding, Group, by_id};
use crate::settings::names::rules_named;
use crate::text::Decoded;

pub(super) fn run(arguments: &FixArguments) -> anyhow::Result<Outcome> {
    if !arguments.action.is_empty() && (arguments.suggested || !arguments.rule.is_empty()) {
        bail!(
            "`--action` rewrites and fixes nothing: run it without `--suggested` and `--rule`, and the fixes on their own"
        );
    }
    let found = inputs::find(&arguments.paths.paths)?;
    let mut session = Session::new(&arguments.build, &arguments.selection)?;
    let mut rules: Vec<&'static str> = Vec::new();
    for name in &arguments.rule {
        let named = rules_named(name, ALL).map_err(|message| anyhow!(message))?;
        rules.extend(named.into_iter().map(|rule| rule.id));
    }
    rules.iter().for_each(|id| session.enable(id));
    // The parser has let no other ids through.
    let chosen: Vec<&'static Action> = arguments.action.iter().filter_map(|id| actions::by_id(id)).collect();
    let nothing = |files: usize, left: &Left| match arguments.action.as_slice() {
        [] => left.why_nothing_was_fixed(&arguments.rule),
        actions => not_offered(actions, files),
    };
    rewrite::run(found, arguments.diff, nothing, |input| match chosen.as_slice() {
        [] => fix(input, &session, arguments.suggested, &rules),
        chosen => act(input, &session, chosen),
    })
}

/// The error completes "cannot be …".
fn fix(
    input: &Input,
    session: &Session,
    is_suggested: bool,
    rules: &[&'static str],
) -> Result<Rewritten, String> {
    let mut subject = session.subject(input).map_err(|error| format!("read: {error}"))?;
    if let Some(missing) = subject.missing_target() {
        return Err(format!("fixed: it has {missing}"));
    }
    let least = if is_suggested { Safety::Suggested } else { Safety::Safe };
    if least == Safety::Safe {
        subject.forget_shell_check();
    }
    let wanted = |finding: &Finding| rules.is_empty() || rules.contains(&finding.rule.id);
    let fixed = fix_all(&subject.cx(), least, &wanted);
    let left = if fixed.is_none() { Left::of(&subject.cx(), &wanted) } else { Left::default() };
    let edited = fixed.as_ref().and_then(|fixed| apply(&subject.document, &fixed.edits));
    let is_syntax = |id: &&str| by_id(id).is_some_and(|rule| rule.group == Group::Syntax);
    let note = why_left_alone(&input.name(), edited.as_ref().unwrap_or(&subject.document))
        .filter(|_| rules.is_empty() || !rules.iter().all(is_syntax));
    let ignore_file = subject.ignore_file();
    let rewritten = rewritten(input, subject, fixed, "fixed", |subject, after| said(input, subject, after))?;
    Ok(rewritten.with_left(left, note).and_then(ignore_file))
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

/// What is said where actions can do nothing in so many files.
fn not_offered(actions: &[String], files: usize) -> String {
    let names: Vec<String> = actions.iter().map(|id| format!("`{id}`")).collect();
    let files = if files == 1 { "this file".to_owned() } else { format!("any of the {files} files") };
    match names.as_slice() {
        [name] => format!("{name} is not offered for {files}"),
        names => format!("none of {} is offered for {files}", names.join(", ")),
    }
}

fn said(input: &Input, subject: &Subject, after: &[u8]) -> String {
    let name = input.shown();
    match subject.gone(&Decoded::new(after).text) {
        1 => format!("fixed {name}: 1 finding"),
        fixed => format!("fixed {name}: {fixed} findings"),
    }
}

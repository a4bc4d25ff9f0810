//! Arguments that are one of the values everybody knows: ports, signals, shells, folders.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::knowledge::{markdown, ports, shells, signals};
use crate::path;
use crate::semantic::stages::Base;
use crate::syntax::word::Value;
use crate::syntax::{Kind as Instruction, Part};

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    match cursor.ast.kind {
        Instruction::Expose => expose(cursor),
        Instruction::Stopsignal if cursor.argument() == 0 => stop_signals(cursor),
        Instruction::Shell if cursor.argument() == 0 => arrays(cursor),
        _ => None,
    }
}

fn expose(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    if cursor.argument() > 0 && cursor.is_behind_blank() {
        // One port is enough.
        return None;
    }
    let written = cursor.instruction().str(cursor.word);
    if let Some(slash) = written.find('/') {
        let start = cursor.word.start as usize + slash + 1;
        let span =
            cursor.place(Part::new(start, cursor.word.end as usize)).filter(|_| cursor.joined >= start)?;
        let protocol =
            |(name, about): &(&str, &str)| Completion::new(Kind::Value, *name, span.clone()).detail(*about);
        return Some(ports::PROTOCOLS.iter().map(protocol).collect());
    }
    if !written.chars().all(|char| char.is_ascii_digit()) {
        return None;
    }
    let span = cursor.place(cursor.word)?;
    let model = cursor.cx.document.model();
    let image = match model.root(cursor.index) {
        Some(Base::Image(image)) => Some(path::name(image.name())),
        _ => None,
    };
    let port = |number: String, about: &str| Completion::new(Kind::Value, number, span.clone()).detail(about);
    let mut completions: Vec<Completion> = Vec::new();
    // Many programs are told so where to listen.
    if let Value::Known(told) = model.variable("PORT", cursor.index).value
        && told.parse::<u16>().is_ok()
    {
        completions.push(port(told, "the value of PORT"));
    }
    for (number, about) in ports::likeliest_first(image) {
        let number = number.to_string();
        if completions.iter().all(|other| other.label != number) {
            completions.push(port(number, about));
        }
    }
    let given: Vec<&str> = cursor.instruction().str(cursor.ast.rest).split_whitespace().collect();
    completions.retain(|port| port.label == written || !given.contains(&port.label.as_str()));
    Some(completions)
}

fn stop_signals(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let span = cursor.place(cursor.word)?;
    let signal = |signal: &signals::Signal| {
        Completion::new(Kind::Value, signal.name, span.clone())
            .detail(format!("{}, {}", signal.number, signal.summary))
            .documentation(markdown::signal(signal.name))
    };
    // Those that programs stop on come first.
    let usual = |signal: &&signals::Signal| {
        let place = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGWINCH"]
            .iter()
            .position(|name| *name == signal.name);
        place.unwrap_or(usize::MAX)
    };
    let mut all: Vec<&signals::Signal> = signals::all().iter().collect();
    all.sort_by_key(usual);
    Some(all.into_iter().map(signal).collect())
}

fn arrays(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    // Once a list is begun, its words are the author's.
    let written = cursor.instruction().str(cursor.ast.rest);
    let part = if written == "[" || written == "[]" { cursor.ast.rest } else { cursor.word };
    if !cursor.instruction().str(part).trim_matches(['[', ']']).is_empty() {
        return None;
    }
    let span = cursor.place(part)?;
    let shell =
        |shell: &shells::Shell| Completion::new(Kind::Value, shell.list, span.clone()).detail(shell.summary);
    Some(shells::all().iter().map(shell).collect())
}

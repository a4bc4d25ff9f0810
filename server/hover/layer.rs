//! What an instruction depends on, and what a change of it runs again.

use super::markup::code;
use crate::context::view::View;
use crate::document::cursor::Cursor;
use crate::semantic::layers::rerun::{Change, Rerun};
use crate::semantic::layers::{Cost, Inputs, Layers, Step};
use crate::syntax::Kind;

/// So many lines or names are told of at most.
const MOST_TOLD: usize = 12;

/// Two sentences of Markdown; empty where the instruction is no part of what is built, or nothing depends on it.
pub(super) fn describe(cursor: &Cursor<'_>) -> String {
    let cx = cursor.cx;
    let layers = Layers::of(cx.document.file(), cx.document.model());
    let is_own = |step: &&Step| step.item == cursor.index && step.trigger.is_none();
    let own = layers.steps().map(|(_, step)| step).find(is_own);
    let mut sentences = Vec::new();
    sentences.extend(own.and_then(|step| depends(cursor, &step.inputs)));
    let change = Change { instructions: vec![cursor.index], ..Change::default() };
    let reruns = layers.reruns(cx.document, &View::new(cx.context), &change).into_iter().flatten();
    let mut again = Vec::new();
    let mut perhaps = 0;
    for ((_, step), doubt) in layers.steps().zip(reruns) {
        let is_other = step.item != cursor.index && step.kind != Kind::From;
        match doubt.rerun {
            Rerun::Yes if is_other => again.push((step.item, step.cost)),
            Rerun::Maybe if is_other => perhaps += 1,
            _ => {}
        }
    }
    if !again.is_empty() {
        let line = |(item, _): &(usize, Cost)| {
            let start = cx.document.file().item(*item).map_or(0, |item| item.span().start);
            cx.document.line_number(start).to_string()
        };
        let lines = |lines: Vec<String>| {
            let more = if lines.len() > MOST_TOLD { ", …" } else { "" };
            let told: Vec<&str> = lines.iter().take(MOST_TOLD).map(String::as_str).collect();
            format!("{} {}{more}", if lines.len() == 1 { "line" } else { "lines" }, told.join(", "))
        };
        let long: Vec<String> = again.iter().filter(|(_, cost)| *cost == Cost::High).map(line).collect();
        let takes = match long.len() {
            0 => String::new(),
            1 if again.len() == 1 => ", which takes long".to_owned(),
            1 => format!("; {} takes long", lines(long)),
            count if count == again.len() => ", which take long".to_owned(),
            _ => format!("; {} take long", lines(long)),
        };
        sentences
            .push(format!("A change of it runs {} again{takes}.", lines(again.iter().map(line).collect())));
    }
    if perhaps > 0 {
        let steps =
            if perhaps == 1 { "One more step runs".to_owned() } else { format!("{perhaps} more steps run") };
        sentences.push(format!("{steps} again only where the files that come from it turn out different."));
    }
    sentences.join("\n\n")
}

fn depends(cursor: &Cursor<'_>, inputs: &Inputs) -> Option<String> {
    let stage_name = |stage: &usize| {
        let found = cursor.model().stages().get(*stage).and_then(|stage| stage.name.clone());
        code(&found.unwrap_or_else(|| stage.to_string()))
    };
    let source = |path: &Option<String>| match path.as_deref() {
        None => "a path that is not known".to_owned(),
        Some("") => code("."),
        Some(path) => code(path),
    };
    let list = |what: &str, names: Vec<String>| {
        let more = if names.len() > MOST_TOLD { ", …" } else { "" };
        let told: Vec<&str> = names.iter().take(MOST_TOLD).map(String::as_str).collect();
        (!told.is_empty()).then(|| format!("{what} {}{more}", told.join(", ")))
    };
    let context = match (cursor.cx.context.root(), cursor.cx.context.origin()) {
        (Some(root), Some(origin)) => format!(" in {} ({origin})", code(&root)),
        (Some(root), None) => format!(" in {}", code(&root)),
        (None, _) => String::new(),
    };
    let of_context = list("", inputs.context.iter().map(|found| source(&found.path)).collect());
    let parts: Vec<String> = [
        of_context.map(|names| format!("{}{context}", names.trim_start())),
        list("the stages", inputs.stages.iter().map(stage_name).collect()),
        list("the images", inputs.images.iter().map(|name| code(name)).collect()),
        list("the arguments", inputs.arguments.iter().map(|name| code(name)).collect()),
        list("what is fetched:", inputs.remotes.iter().map(|name| code(name)).collect()),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| format!("It depends on {}.", parts.join("; ")))
}

//! What a COPY brings to the build and what a change of it runs again, and what runs a costly RUN again. Looks at the
//! build context: for requests, never for a keystroke.

use std::ops::Range;

use crate::context::size;
use crate::context::view::View;
use crate::document::Cx;
use crate::semantic::layers::rerun::{Change, Rerun};
use crate::semantic::layers::sources::ContextSource;
use crate::semantic::layers::{Cost, Layers, Step, costly_commands};
use crate::syntax::Kind;

/// So many instructions get a hint at most: no editor shows more at once.
const MOST_STEPS: usize = 200;
/// So many commands or sources are named at most.
const MOST_NAMES: usize = 3;

/// A short text for each of the instructions, as indexes of the file's, that has one.
pub(crate) fn find(cx: &Cx<'_>, items: Range<usize>) -> Vec<(usize, String)> {
    let shows = |switch: Option<bool>| switch != Some(false);
    let (files, reruns) = (shows(cx.settings.hints.files), shows(cx.settings.hints.reruns));
    if !files && !reruns {
        return Vec::new();
    }
    let layers = Layers::of(cx.document.file(), cx.document.model());
    let view = View::new(cx.context);
    let sources = layers.steps().flat_map(|(_, step)| &step.inputs.context);
    let is_trusted = view.is_trustworthy(sources.filter_map(|source| source.path.as_deref()));
    let here = layers.steps().filter(|(_, step)| step.trigger.is_none() && items.contains(&step.item));
    let label = |(stage, step): (usize, &Step)| {
        let label = match step.kind {
            Kind::Copy | Kind::Add if !step.inputs.context.is_empty() => {
                let weight = if files && is_trusted { weight(&view, step) } else { None };
                let again = if reruns { reruns_of(cx, &layers, &view, step) } else { None };
                let parts: Vec<String> = weight.into_iter().chain(again).collect();
                (!parts.is_empty()).then(|| parts.join(" · "))
            }
            Kind::Run if reruns && step.cost == Cost::High => {
                let below = layers.sources_below(cx.document.model(), stage, step.item);
                named(below.into_iter().map(shown))
                    .map(|names| format!("runs again after a change of {names}"))
            }
            _ => None,
        };
        Some((step.item, label?))
    };
    here.take(MOST_STEPS).filter_map(label).collect()
}

/// How many files a step brings, and how big they are.
fn weight(view: &View<'_>, step: &Step) -> Option<String> {
    let mut sum = (0, 0);
    for source in &step.inputs.context {
        if !source.excludes.is_empty() {
            return None;
        }
        let (files, bytes) = view.weigh(source.path.as_deref()?)?;
        sum = (sum.0 + files, sum.1 + bytes);
    }
    let files = if sum.0 == 1 { "1 file".to_owned() } else { format!("{} files", sum.0) };
    Some(format!("{files}, {}", size::shown(sum.1)))
}

/// The costly commands that a change of what a step copies runs again.
fn reruns_of(cx: &Cx<'_>, layers: &Layers, view: &View<'_>, step: &Step) -> Option<String> {
    let change = Change { instructions: vec![step.item], ..Change::default() };
    let reruns = layers.reruns(cx.document, view, &change).into_iter().flatten();
    let again = layers.steps().zip(reruns).filter(|(_, doubt)| doubt.rerun == Rerun::Yes);
    let costly = again.map(|((_, step), _)| step).filter(|step| step.cost == Cost::High);
    let items = cx.document.file().items();
    let commands = costly.filter_map(|step| items.get(step.trigger.unwrap_or(step.item)));
    named(commands.flat_map(|item| costly_commands(&item.instruction)))
        .map(|names| format!("re-runs {names}"))
}

fn shown(source: &ContextSource) -> String {
    match source.path.as_deref() {
        None => "what it copies".to_owned(),
        Some("") => "any file".to_owned(),
        Some(path) => path.to_owned(),
    }
}

/// The first few of some names, each once; `None` where there are none.
fn named(names: impl Iterator<Item = String>) -> Option<String> {
    let mut told: Vec<String> = Vec::new();
    for name in names {
        if told.len() == MOST_NAMES {
            told.push("…".to_owned());
            break;
        }
        if !told.contains(&name) {
            told.push(name);
        }
    }
    (!told.is_empty()).then(|| told.join(", "))
}

//! What a new order of steps spares: for everything that may differ between two builds of a stage, what has to run again.

use std::collections::BTreeSet;

use crate::context::sources::Sources;
use crate::context::view::View;
use crate::document::{Cx, Document};
use crate::path;
use crate::semantic::dependencies::{DependencyInstall, installs};
use crate::semantic::layers::rerun::{Change, Rerun};
use crate::semantic::layers::sources::ContextSource;
use crate::semantic::layers::{Cost, Layers, costly_commands};
use crate::syntax::Kind;

/// So many files of one source stand for all of it, and so many of all sources: each is a build that is thought through.
const MOST_SAMPLES: usize = 12;
const MOST_SAMPLES_OF_ALL: usize = 240;

/// What the costly commands of a stage cost before and after, for each change between two builds.
pub(super) struct Gain(Vec<(usize, usize)>);

impl Gain {
    /// Of a stage in two documents, the first that of `cx`.
    pub(super) fn between(cx: &Cx<'_>, after: &Document, stage: usize) -> Gain {
        let view = View::new(cx.context);
        let (old, new) = (Measured::new(cx.document, stage), Measured::new(after, stage));
        let changes = old.changes(&view).into_iter();
        Gain(changes.map(|change| (old.cost(&view, &change), new.cost(&view, &change))).collect())
    }

    /// Whether something is spared, and nothing costs more than before.
    pub(super) fn is_worthwhile(&self) -> bool {
        self.0.iter().all(|(before, after)| after <= before)
            && self.0.iter().any(|(before, after)| after < before)
    }
}

/// A stage whose costs are asked for.
struct Measured<'a> {
    document: &'a Document,
    stage: usize,
    layers: Layers,
}

impl<'a> Measured<'a> {
    fn new(document: &'a Document, stage: usize) -> Measured<'a> {
        let layers = Layers::of_stage(document.file(), document.model(), stage);
        Measured { document, stage, layers }
    }

    /// What may differ between two builds: a file that the stage or one that it needs copies, an argument that these are given.
    fn changes(&self, view: &View<'_>) -> Vec<Change> {
        let steps = || self.layers.stages.iter().flat_map(|found| &found.steps);
        let sources: Vec<&ContextSource> = steps().flat_map(|step| &step.inputs.context).collect();
        let most = (MOST_SAMPLES_OF_ALL / sources.len().max(1)).clamp(1, MOST_SAMPLES);
        let files: BTreeSet<String> =
            sources.into_iter().flat_map(|source| samples(view, source, most)).collect();
        let arguments: BTreeSet<&String> = steps().flat_map(|step| &step.inputs.arguments).collect();
        let file = |file| Change { files: vec![file], ..Change::default() };
        let argument = |name: &String| Change { arguments: vec![name.clone()], ..Change::default() };
        files.into_iter().map(file).chain(arguments.into_iter().map(argument)).collect()
    }

    /// How many costly commands of the stage a change may run again.
    fn cost(&self, view: &View<'_>, change: &Change) -> usize {
        let reruns = self.layers.reruns(self.document, view, change);
        let stages = self.layers.stages.iter().zip(&reruns).filter(|(stage, _)| stage.stage == self.stage);
        let steps = stages.flat_map(|(stage, reruns)| stage.steps.iter().zip(reruns));
        let costly = steps.filter(|(step, doubt)| step.cost == Cost::High && doubt.rerun != Rerun::No);
        costly.map(|(step, _)| self.weight(step.item)).sum()
    }

    /// How many costly commands a RUN has, without installs of what steps above have installed.
    fn weight(&self, item: usize) -> usize {
        let (file, model) = (self.document.file(), self.document.model());
        let Some((found, stage)) = file.item(item).zip(model.stages().get(self.stage)) else {
            return 0;
        };
        if found.kind != Kind::Run {
            return 1;
        }
        let earlier: Vec<DependencyInstall> =
            (stage.from() + 1..item).flat_map(|item| installs(file, model, item)).collect();
        let own = installs(file, model, item);
        let is_done = |install: &&DependencyInstall| earlier.iter().any(|other| other.covers(install));
        let done = own.iter().filter(is_done).count();
        costly_commands(&found.instruction).len().max(1).saturating_sub(done)
    }
}

/// Paths of the build context that stand for all that a source brings: `most`, or a few more.
fn samples(view: &View<'_>, source: &ContextSource, most: usize) -> Vec<String> {
    let Some(written) = &source.path else {
        return Vec::new();
    };
    let paths = match view.resolve(written) {
        Sources::Found(paths) => paths,
        Sources::Unknown | Sources::Missing => vec![written.replace(['*', '?', '['], "x")],
        Sources::IgnoredAll => return Vec::new(),
    };
    let mut samples = Vec::new();
    for found in paths.into_iter().take(most) {
        let walk = view.walk(&found, most);
        match walk.files.is_empty() {
            true if found.is_empty() => samples.push(path::join(&found, "x")),
            true => samples.push(found),
            false => samples.extend(walk.files.into_iter().map(|(file, _)| file)),
        }
    }
    samples
}

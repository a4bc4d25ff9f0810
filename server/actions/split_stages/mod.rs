//! `split-stages`: the last stage builds, and a new one below it runs what it has built, on an image without the tools.
//! Nothing is offered where it is not known what the program needs: whoever reads the offer can rely on it.

mod brought;
mod cargo;
mod deeds;
mod dotnet;
mod go;
mod gradle;
mod imports;
mod java;
mod maven;
mod modules;
mod node;
mod poms;
mod program;
mod python;
mod rust;
mod scene;
mod scripts;
pub(super) mod site;
mod subject;
mod variables;
mod words;
mod writer;

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::{Fix, Subject as Changed};
use crate::knowledge::images::runtime;
use crate::knowledge::project_files::ProjectFiles;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::image::Image;
use crate::text::Edit;
use deeds::Deeds;
use subject::{Subject, Task};

pub(super) static SPLIT_STAGES: Action = Action {
    id: "split-stages",
    kind: Kind::Rewrite,
    scope: Scope::Stage,
    summary: "Split the last stage into one that builds and one that runs what is built",
    is_local: false,
    changes: &[Changed::Stages, Changed::Configuration],
    keeps: Meaning::FinalImage,
    find,
};

/// What a language needs to have a stage split.
struct Language {
    /// The repositories of the images that build it.
    images: &'static [&'static str],
    /// Which files only the build reads.
    files: &'static ProjectFiles,
    /// Whether the program is its source: all copies are made again.
    runs_source: bool,
    /// What a command builds, beside what was built before; `None` where it is none of this language.
    builds: fn(&Subject<'_>, &Task<'_>, &[Artefact]) -> Option<Vec<Artefact>>,
    /// What it runs on.
    runtime: fn(&Subject<'_>, &Deeds) -> Option<Runtime>,
    /// Whether its runtime images run a program of this name with these arguments, as far as that is no artefact.
    runs: fn(&Subject<'_>, &[String]) -> bool,
}

/// Something that is built: a file or a folder, as absolute and clean paths.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Artefact {
    /// Where it is built.
    from: String,
    /// Where the program expects it.
    to: String,
    /// Whether it is there to build others, and taken over only where it is run.
    is_tool: bool,
}

/// What a program runs on.
#[derive(Clone, Debug)]
struct Runtime {
    /// The image.
    image: String,
    /// What the image is written as that builds, where that has to name its release.
    build_image: Option<String>,
    /// Packages that the image lacks.
    packages: Vec<&'static str>,
    /// Steps of the stage that builds: each is put before the instruction of an index.
    steps: Vec<(usize, String)>,
    /// Steps of the stage that runs.
    settings: Vec<String>,
    /// What is taken over beside what is built.
    more: Vec<Artefact>,
    /// Whether the tools that install the packages of the language stay behind.
    leaves_tools: bool,
    /// Further edits: of the stage that builds, and of what is run.
    edits: Vec<Edit>,
}

const LANGUAGES: [&Language; 6] =
    [&dotnet::DOTNET, &go::GO, &java::JAVA, &node::NODE, &python::PYTHON, &rust::RUST];

impl Artefact {
    fn at(place: String) -> Artefact {
        Artefact { from: place.clone(), to: place, is_tool: false }
    }
}

impl Runtime {
    fn new(image: String, packages: &[&'static str]) -> Runtime {
        Runtime {
            image,
            build_image: None,
            leaves_tools: false,
            packages: packages.to_vec(),
            steps: Vec::new(),
            settings: Vec::new(),
            more: Vec::new(),
            edits: Vec::new(),
        }
    }

    /// The same, with the release written out for what builds; `None` where that cannot be done.
    fn of_same_release(self, subject: &Subject<'_>) -> Option<Runtime> {
        let image = subject.image;
        let tag = runtime::with_release(image.name(), image.tag())?;
        if image.tag() == Some(tag.as_str()) {
            // What a build argument puts there may be another release.
            let written = subject.written()?;
            let end = written.rsplit(['}', '$']).next().unwrap_or_default();
            let release = subject.base.release.as_ref()?;
            let names = [release.codename(), release.number.as_deref()];
            let is_held = names.iter().flatten().any(|name| end.contains(name));
            return (written == image.text() || is_held).then_some(self);
        }
        let build_image = image.digest().is_none().then(|| format!("{}:{tag}", image.name()))?;
        Some(Runtime { build_image: Some(build_image), ..self })
    }
}

fn find(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    split(cx, place.index()).into_iter().collect()
}

fn split(cx: &Cx<'_>, item: usize) -> Option<Fix> {
    let stage = cx.document.model().stage_at(item)?;
    let repository = stage.base_image()?.repository;
    let language = LANGUAGES.into_iter().find(|language| language.images.contains(&repository))?;
    let subject = Subject::new(cx, item, language.files)?;
    let mut deeds = deeds::deeds(&subject, language)?;
    let runtime = (language.runtime)(&subject, &deeds)?;
    deeds.artefacts.extend(runtime.more.iter().cloned());
    let code = brought::Code::read(&subject, language.files)?;
    let needed = if language.runs_source { Vec::new() } else { code.needed(deeds.end)? };
    let runs = program::program(&subject, language, &deeds, &runtime, &needed)?;
    leaves_out(&subject, &deeds, &runtime, &runs).then_some(())?;
    let mut edits = writer::edits(&subject, &deeds, &runtime, &needed, &runs)?;
    edits.extend(runtime.edits);
    subject.knows_all().then_some(())?;
    let title = format!("Split into build and runtime stages (final base {})", runtime.image);
    Some(rewriting(title, edits))
}

/// Whether the new stage has less than the old one beside the sources: a smaller image, fewer packages of the language or of
/// the distribution, none of the tools that were copied from other images.
fn leaves_out(subject: &Subject<'_>, deeds: &Deeds, runtime: &Runtime, runs: &program::Runs) -> bool {
    let image = Image::new(&runtime.image);
    let is_same = image.name() == subject.image.name() && image.tag() == subject.image.tag();
    let is_dropped = |package: &String| !runs.packages.contains(package);
    let (file, model) = (subject.cx.document.file(), subject.cx.document.model());
    let is_tool = |index: usize| {
        let copy = CopyStep::of(file, model, index);
        copy.is_some_and(|copy| copy.from != CopyFrom::Context) && !runs.copies.contains(&index)
    };
    !is_same
        || !runtime.steps.is_empty()
        || runtime.leaves_tools
        || deeds.has_tools
        || !deeds.headers.is_empty()
        || deeds.packages.iter().any(is_dropped)
        || subject.items().any(|(index, _)| index < deeds.end && is_tool(index))
}

#[cfg(test)]
mod tests;

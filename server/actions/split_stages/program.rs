//! What the new stage takes over beside what the program reads, if all that it runs is known to be there.

use super::deeds::Deeds;
use super::scene::Scene;
use super::subject::Subject;
use super::variables::arguments;
use super::{Artefact, Language, Runtime};
use crate::knowledge::images::{self, BaseImage};
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::image::Image;
use crate::syntax::word::Value;
use crate::syntax::{Item, Kind};

/// What the new stage takes over beside what the program reads.
pub(super) struct Runs {
    /// What is built and run.
    pub(super) artefacts: Vec<Artefact>,
    /// The ARGs above the end of what builds that the new stage mentions, as indexes of the file's instructions.
    pub(super) arguments: Vec<usize>,
    /// The copies above it that the new stage makes again.
    pub(super) copies: Vec<usize>,
    /// The packages that the new stage installs.
    pub(super) packages: Vec<String>,
}

/// Packages that bring what is built, and that nothing needs which starts no programs.
const FETCHING: [&str; 15] = [
    "binutils",
    "curl",
    "file",
    "git",
    "gnupg",
    "mercurial",
    "openssh",
    "openssh-client",
    "patch",
    "tar",
    "unzip",
    "upx",
    "wget",
    "xz-utils",
    "zip",
];

/// What the new stage takes over; `None` where something that it runs or reads is not known to be there.
pub(super) fn program(
    subject: &Subject<'_>,
    language: &Language,
    deeds: &Deeds,
    runtime: &Runtime,
    needed: &[String],
) -> Option<Runs> {
    let image = Image::new(&runtime.image).known()?;
    let copies = copies(subject, language, deeds.end)?;
    let text = run_text(subject);
    let is_needed = |name: &&String| {
        let plain = name.split('=').next().unwrap_or_default();
        language.runs_source || !FETCHING.contains(&plain) || text.contains(plain)
    };
    let mut packages: Vec<String> = deeds.packages.iter().filter(is_needed).cloned().collect();
    let is_same_family = || {
        let family = |image: &BaseImage| image.release.as_ref().map(|release| release.family.id);
        family(&image).is_some() && family(&image) == family(subject.base)
    };
    let has_trails = || subject.items().any(|(index, item)| index >= deeds.end && item.kind == Kind::Run);
    let is_plain = packages.is_empty() && deeds.set_ups.is_empty() && !has_trails();
    (is_plain || is_same_family()).then_some(())?;
    has_user(subject, deeds, &image).then_some(())?;
    packages.extend(
        runtime.packages.iter().filter(|name| image.has(name) != Some(true)).map(|name| (*name).to_owned()),
    );
    packages.sort_unstable();
    packages.dedup();
    let mut places: Vec<String> = needed.to_vec();
    places.extend(
        deeds.artefacts.iter().filter(|artefact| !artefact.is_tool).map(|artefact| artefact.to.clone()),
    );
    let is_copied = |item: usize| item >= deeds.end || copies.contains(&item);
    places.extend(subject.brought.iter().filter(|file| is_copied(file.item)).map(|file| file.place.clone()));
    for (index, _) in subject.items().filter(|(index, item)| item.kind == Kind::Copy && is_copied(*index)) {
        let copy = CopyStep::of(subject.cx.document.file(), subject.cx.document.model(), index)?;
        let to = copy.destination.as_ref()?.value.as_deref()?;
        if copy.from != CopyFrom::Context || copy.has_heredocs {
            places.push(path::absolute(&subject.folder_at(index)?, to.trim_end_matches('/')));
        }
    }
    let mut scene = Scene { subject, language, image, places, artefacts: &deeds.artefacts, packages };
    trails(&mut scene, deeds.end)?;
    let used = scene.used()?;
    scene.inherits_the_same_entrypoint().then_some(())?;
    let artefacts = deeds.artefacts.iter().filter(|artefact| !artefact.is_tool || used.contains(artefact));
    let artefacts: Vec<Artefact> = artefacts.cloned().collect();
    let arguments = arguments(subject, deeds.end, &scene.image, &copies)?;
    Some(Runs { artefacts, arguments, copies, packages: scene.packages })
}

/// The copies above `end` that the new stage makes again: those from elsewhere, and all where the program is its source.
fn copies(subject: &Subject<'_>, language: &Language, end: usize) -> Option<Vec<usize>> {
    let mut again = Vec::new();
    let (file, model) = (subject.cx.document.file(), subject.cx.document.model());
    for (index, _) in subject.items().filter(|(index, _)| *index < end) {
        let Some(copy) = CopyStep::of(file, model, index) else { continue };
        let is_for_building = match &copy.from {
            CopyFrom::Context => !copy.has_heredocs && !language.runs_source,
            CopyFrom::Image(image) => is_builder(image),
            CopyFrom::Stage(_) | CopyFrom::Unknown => false,
        };
        if is_for_building {
            continue;
        }
        let is_absolute = copy.destination.as_ref()?.value.as_deref()?.starts_with('/');
        let is_same_folder = subject.folder_at(index) == subject.folder_at(end - 1);
        (is_absolute || is_same_folder).then_some(())?;
        again.push(index);
    }
    Some(again)
}

/// Whether an image holds tools and nothing that they are not needed for: what runs them is rewritten.
fn is_builder(image: &str) -> bool {
    let name = image.split(['@', ':']).next().unwrap_or_default();
    name == "ghcr.io/astral-sh/uv"
}

/// What is written of what is run.
fn run_text(subject: &Subject<'_>) -> String {
    let items = subject.items().map(|(_, item)| item);
    let is_run = |item: &&Item| item.kind.runs_in_container();
    items.filter(is_run).map(|item| item.instruction.line().text().to_owned()).collect()
}

/// What the steps below `end` do that stay in the new stage: they have to find what they work on.
fn trails(scene: &mut Scene<'_>, end: usize) -> Option<()> {
    let runs = scene.subject.items().filter(|(index, item)| *index >= end && item.kind == Kind::Run);
    for (index, _) in runs {
        for task in scene.subject.tasks(index)? {
            let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
            let operands: Vec<&str> =
                words.iter().skip(1).filter(|word| !word.starts_with('-')).copied().collect();
            match words.first() {
                Some(&"mkdir") => scene.places.extend(operands.iter().filter_map(|word| task.place(word))),
                Some(&("chmod" | "chown")) => {
                    let is_there = |word: &&str| scene.has_folder_of(&task, word);
                    operands.iter().skip(1).all(is_there).then_some(())?;
                }
                _ => {}
            }
            if let Some(package) = task.facts.package_of(task.command) {
                let names = package.operand_values(&task.facts.script);
                scene.packages_below(names.map(str::to_owned).collect());
            }
        }
    }
    Some(())
}

/// Whether the user that the image runs as is there: by number, or made by a step that the new stage has.
fn has_user(subject: &Subject<'_>, deeds: &Deeds, image: &BaseImage) -> bool {
    let model = subject.cx.document.model();
    let user = match model.environment_after(subject.stage.index).map(|environment| &environment.user) {
        None | Some(Value::Unset) => return subject.base.user == image.user,
        Some(Value::Unknown) => return false,
        Some(Value::Known(user)) => user,
    };
    let is_made = |index: usize| index >= deeds.end || deeds.set_ups.contains(&index);
    let runs = subject.items().filter(|(index, item)| item.kind == Kind::Run && is_made(*index));
    let text: String = runs.map(|(_, item)| format!("{} ", item.instruction.line().text())).collect();
    user.split(':').all(|name| {
        let is_known = image.users.iter().any(|user| user.name == name);
        let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        name == "root"
            || name == "nobody"
            || is_number
            || is_known
            || text.split([' ', ':']).any(|word| word == name)
    })
}

/// What is known of the image of the new stage.
pub(super) fn known(runtime: &Runtime) -> Option<BaseImage> {
    let image = Image::new(&runtime.image);
    images::describe(image.name(), image.tag(), false)
}

//! The files of the build context that the copies of a stage bring, and which of them a program may read while it runs.

use crate::context::Lookup;
use crate::context::glob::Glob;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::document::Cx;
use crate::knowledge::project_files::ProjectFiles;
use crate::path;
use crate::semantic::added;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::stages::Stage;
use crate::syntax::Kind;
use crate::syntax::word::Value;

use super::subject::Subject;

/// So many files are looked at.
const MOST_FILES: usize = 3_000;
/// So many files of code are read.
const MOST_CODE: usize = 600;
/// So many places are copied from one stage to the other.
const MOST_PLACES: usize = 12;

/// A file that a copy of the stage brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Brought {
    /// The COPY or ADD, as an index of the file's instructions.
    pub(super) item: usize,
    /// Where it is in the build context.
    pub(super) path: String,
    /// Its name below what is copied.
    pub(super) name: String,
    /// Where it is put: absolute and clean.
    pub(super) place: String,
}

/// What the copies of a stage bring of the build context, in order; `None` where that is not known.
pub(super) fn brought(
    cx: &Cx<'_>,
    stage: &Stage,
    view: &View<'_>,
    files: &ProjectFiles,
) -> Option<Vec<Brought>> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut all: Vec<Brought> = Vec::new();
    let copies = stage.items.clone().filter_map(|item| Some((item, CopyStep::of(file, model, item)?)));
    let copies: Vec<(usize, &CopyStep)> = copies.filter(|(_, copy)| copy.from == CopyFrom::Context).collect();
    let named = copies.iter().flat_map(|(_, copy)| &copy.sources).filter_map(|word| word.value.as_deref());
    // That a whole folder is there is no evidence; that it is a project of this kind is.
    let is_there = |name: &&str| matches!(view.resolve(name), Sources::Found(_));
    let manifests = files.manifests.iter().copied().filter(is_there);
    view.is_trustworthy(named.chain(manifests)).then_some(())?;
    for (item, copy) in copies {
        let ast = file.instruction(item)?.ast();
        let line = file.instruction(item)?.line().text();
        if copy.has_heredocs {
            continue;
        }
        let is_remote = |source: &str| source.contains("://") || source.starts_with("git@");
        let is_plain = ast.flag(line, "parents").is_none() && ast.flag(line, "exclude").is_none();
        let destination = copy.destination.as_ref()?.value.as_deref()?;
        let Value::Known(folder) = model.folder_at(item) else { return None };
        let to = path::absolute(&folder, destination);
        let is_folder = destination.ends_with(['/', '.'])
            || copy.sources.len() > 1
            || to == folder
            || all.iter().any(|other| other.place != to && path::is_within(&other.place, &to));
        for source in &copy.sources {
            let source = source.value.as_deref()?;
            (is_plain && !is_remote(source)).then_some(())?;
            let Sources::Found(paths) = view.resolve(source) else { return None };
            for found in paths {
                let walk = view.walk(&found, MOST_FILES);
                walk.is_complete.then_some(())?;
                if walk.files.is_empty() && matches!(cx.context.entry(&found), Lookup::File(_)) {
                    let is_copied = ast.kind == Kind::Copy
                        || added::is_called_as_plain_files_are(&found)
                        || added::is_no_archive(&found, cx.context);
                    is_copied.then_some(())?;
                    let name = path::name(&found).to_owned();
                    let place = if is_folder { path::absolute(&to, &name) } else { to.clone() };
                    all.push(Brought { item, path: found, name, place });
                    continue;
                }
                for (file, _) in walk.files {
                    let name =
                        path::below(&file, &found).filter(|_| !found.is_empty()).unwrap_or(&file).to_owned();
                    let place = path::absolute(&to, &name);
                    all.push(Brought { item, path: file, name, place });
                }
            }
            (all.len() <= MOST_FILES).then_some(())?;
        }
    }
    Some(all)
}

/// What is known of the files that copies bring by reading the code among them.
pub(super) struct Code<'a> {
    subject: &'a Subject<'a>,
    files: &'static ProjectFiles,
    /// The folder of the build context that the project is in.
    root: &'a str,
    /// The places of the files that a compiler puts into the program.
    embedded: Vec<String>,
}

impl<'a> Code<'a> {
    /// Reads the code; `None` where it starts other programs, which may be missing in another image, or cannot be read.
    pub(super) fn read(subject: &'a Subject<'a>, files: &'static ProjectFiles) -> Option<Code<'a>> {
        let root = root(&subject.brought, files);
        let is_own = |file: &&Brought| {
            let path = within(&file.path, root);
            let is_foreign = path.split('/').any(|part| files.folders.contains(&part) && part != "src");
            files.is_code(&file.name) && !is_foreign && !is_test(path)
        };
        let code: Vec<&Brought> = subject.brought.iter().filter(is_own).collect();
        if code.len() > MOST_CODE {
            return None;
        }
        let mut embedded = Vec::new();
        for file in code {
            let text = subject.cx.context.read(&file.path)?;
            (!files.starters.iter().any(|word| text.contains(word))).then_some(())?;
            let folder = path::parent(&file.place);
            for pattern in text
                .lines()
                .filter_map(|line| line.strip_prefix("//go:embed "))
                .flat_map(str::split_whitespace)
            {
                let pattern = pattern.trim_start_matches("all:").trim_matches(['"', '`']);
                let Ok(glob) = Glob::wildcard(&path::absolute(folder, pattern)) else { continue };
                let is_it = |file: &&Brought| path::ancestry(&file.place).any(|above| glob.matches(above));
                embedded.extend(subject.brought.iter().filter(is_it).map(|file| file.place.clone()));
            }
        }
        Some(Code { subject, files, root, embedded })
    }

    /// The places of what the program may read while it runs, of all that the copies above the instruction `end` bring:
    /// folders in which there is nothing else, or files. `None` where they are too many.
    pub(super) fn needed(&self, end: usize) -> Option<Vec<String>> {
        let above = self.subject.brought.iter().filter(|brought| brought.item < end);
        let is_source = |file: &&Brought| {
            let path = within(&file.path, self.root);
            let is_source = if self.keeps_folder(file) {
                self.files.is_source(path::parent(path))
            } else {
                self.files.is_source(path)
            };
            is_source || self.embedded.contains(&file.place)
        };
        let (sources, others): (Vec<&Brought>, Vec<&Brought>) = above.partition(is_source);
        let mut places: Vec<String> = Vec::new();
        for other in others {
            if places.iter().any(|place| path::is_within(&other.place, place)) {
                continue;
            }
            let top = other.place.len().saturating_sub(other.name.len() + 1).max(1);
            let folders =
                path::ancestry(&other.place).filter(|folder| folder.len() > top && *folder != other.place);
            let is_free =
                |folder: &&str| !sources.iter().any(|source| path::is_within(&source.place, folder));
            places.push({ folders }.find(is_free).unwrap_or(&other.place).to_owned());
        }
        (places.len() <= MOST_PLACES).then_some(places)
    }

    /// Whether a file is there for git to keep its folder, which is empty but for that: the program may write there.
    fn keeps_folder(&self, file: &Brought) -> bool {
        let is_keeper =
            |file: &Brought| matches!(path::name(&file.path), ".gitignore" | ".gitkeep" | ".keep");
        let folder = path::parent(&file.place);
        is_keeper(file)
            && !path::parent(&file.name).is_empty()
            && self
                .subject
                .brought
                .iter()
                .all(|other| !path::is_within(&other.place, folder) || is_keeper(other))
    }
}

/// The folder of the build context in which the first manifest is: what the folders around it are called says nothing.
fn root<'a>(brought: &'a [Brought], files: &ProjectFiles) -> &'a str {
    let manifests = brought.iter().filter(|file| files.is_manifest(path::name(&file.path)));
    let first = manifests.min_by_key(|file| file.path.matches('/').count());
    first.map_or("", |file| path::parent(&file.path))
}

/// A path as it is seen from a folder, if it lies in that.
fn within<'a>(path: &'a str, folder: &str) -> &'a str {
    path::below(path, folder).filter(|_| !folder.is_empty()).unwrap_or(path)
}

/// Whether a file is there to test others.
fn is_test(path: &str) -> bool {
    let is_folder = |part: &str| matches!(part, "test" | "tests" | "__tests__" | "testdata" | "spec");
    path.ends_with("_test.go") || path.split('/').any(is_folder)
}

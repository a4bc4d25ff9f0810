//! What lies in a build context, reaches the image through a copy of the whole context or of a folder, and has no
//! business there: history, what was installed or built on the developer's machine, secrets.

use std::ops::Range;

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::git_questions::asks_git;
use super::git_questions::steps::deletion;
use super::git_questions::texts::mentions_git;
use super::settings_file::{is_of_compose, is_private, may_be_loaded, may_be_read};
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::package_managers::Action;
use crate::knowledge::package_managers::projects::PROJECTS;
use crate::knowledge::unneeded_files::{UNNEEDED, Unneeded};
use crate::path;
use crate::syntax::{File, Item, Kind};

/// So many folders of the context are looked into for what lies not at its top.
const MOST_FOLDERS: usize = 100;

/// Something that a copy brings and that is not needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignorable {
    /// Where it lies, as a clean path of the context.
    pub path: String,
    /// The line of an ignore file that leaves it out.
    pub pattern: &'static str,
    /// What keeps it in the image although the build may need it.
    pub doubt: Option<Doubt>,
    /// The first copy that brings it, of those whose layers end up in an image where there are such.
    pub copy: FolderCopy,
}

/// Why it is not known whether something can be left out that reaches an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A step may ask for it.
    IsAskedFor,
    /// As before, and a later step deletes it: too late for the layer.
    IsDeleted,
    /// The program may load it when it starts.
    IsLoaded,
}

/// What the copies of folders bring that an ignore file would better leave out; `None` where it cannot be told.
pub fn ignorable(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    view: &View<'_>,
) -> Option<Vec<Ignorable>> {
    let steps = file.items().iter().enumerate();
    let copies: Vec<FolderCopy> =
        steps.filter_map(|(index, _)| FolderCopy::seen(file, model, context, index)).collect();
    copies.first()?;
    let folders = folders(context)?;
    // Most contexts have none of it, and need no further look.
    let reported = UNNEEDED.iter().filter(|kind| kind.is_reported);
    let is_anywhere = |kind: &Unneeded| {
        let mut paths = folders.iter().map(|folder| path::join(folder, kind.name));
        paths.any(|path| context.entry(&path) != Lookup::Absent)
    };
    if !reported.clone().any(is_anywhere) {
        return None;
    }
    let Named { paths: named, is_complete } = named(file, model)?;
    if !is_trusted(context, view, &named) {
        return None;
    }
    // Of a folder whose content is left out only its name reaches the image: `node_modules/*`.
    let brings = |path: &str| {
        let inside = Some(path).filter(|path| context.entry(path) == Lookup::Folder);
        inside.and_then(|folder| context.list(folder)).is_none_or(|names| {
            names.iter().any(|name| matches!(view.resolve(&path::join(path, name)), Sources::Found(_)))
        })
    };
    let bringing = |path: &str| {
        let is_copied = |copy: &&FolderCopy| {
            copy.source.is_empty()
                || path.strip_prefix(&copy.source).is_some_and(|rest| rest.starts_with('/'))
        };
        let is_found = || matches!(view.resolve(path), Sources::Found(_)) && brings(path);
        let ships =
            |copy: &&FolderCopy| model.stage_at(copy.item).is_some_and(|stage| model.is_shipped(stage.index));
        let mut bringing = copies.iter().filter(is_copied);
        bringing.clone().find(ships).or_else(|| bringing.next()).filter(|_| is_found())
    };
    let mut found = Vec::new();
    let steps = Steps { file, model, context, view, named: &named };
    for kind in reported.filter(|kind| is_complete || !OF_VARIABLES.contains(&kind.name)) {
        let is_nested = kind.pattern.starts_with("**/");
        let places = folders.iter().take(if is_nested { folders.len() } else { 1 });
        let brought = |folder: &String| {
            let path = path::join(folder, kind.name);
            let copy = bringing(&path).filter(|_| is_where_it_belongs(kind, context, folder))?;
            Some((path, copy.clone()))
        };
        let Some((path, copy)) = { places }.find_map(brought) else { continue };
        let doubt = if steps.spare(kind) {
            steps.may_load(kind, &copy).then_some(Doubt::IsLoaded)
        } else if let Some(doubt) = steps.ship_in_doubt(kind, &copy) {
            Some(doubt)
        } else {
            continue;
        };
        found.push(Ignorable { path, pattern: kind.pattern, doubt, copy });
    }
    Some(found)
}

/// Manifests beside those of [`PROJECTS`].
const OTHER_MANIFESTS: [&str; 4] = ["Cargo.toml", "environment.yml", "requirements.txt", "setup.py"];

/// Whether the folder is surely the build context: what steps name lies in it, or the manifests of a project do.
pub(super) fn is_trusted(context: &dyn BuildContext, view: &View<'_>, named: &[String]) -> bool {
    let evidence = PROJECTS.iter().flat_map(|project| project.manifests).chain(&OTHER_MANIFESTS).copied();
    let evidence = evidence.filter(|name| matches!(context.entry(name), Lookup::File(_)));
    view.is_trustworthy(named.iter().map(String::as_str).chain(evidence))
}

/// The folders that are looked into: the context and those at its top, but for what has no business there.
pub(super) fn folders(context: &dyn BuildContext) -> Option<Vec<String>> {
    let mut folders = vec![String::new()];
    for name in context.list("")?.into_iter().take(MOST_FOLDERS) {
        let is_unneeded = UNNEEDED.iter().any(|kind| kind.is_reported && kind.name == name);
        if !is_unneeded && context.entry(&name) == Lookup::Folder {
            folders.push(name);
        }
    }
    Some(folders)
}

/// Whether a kind that has to lie beside something does so in this folder.
pub(super) fn is_where_it_belongs(kind: &Unneeded, context: &dyn BuildContext, folder: &str) -> bool {
    let is_known = |beside: &str| {
        !matches!(context.entry(&path::join(folder, beside)), Lookup::Absent | Lookup::Unknown)
    };
    kind.beside.is_empty() || kind.beside.iter().any(|beside| is_known(beside))
}

/// What a step may be given by a variable, as in `ARG JAR_FILE=target/*.jar`.
const OF_VARIABLES: [&str; 3] = [".env", "obj", "target"];

/// The paths of the context that steps name.
pub(super) struct Named {
    pub(super) paths: Vec<String>,
    /// Whether these are all: each is known.
    pub(super) is_complete: bool,
}

/// The paths of the context that steps name; `None` where there may be any, in the file that is built on this one.
pub(super) fn named(file: &File, model: &Model) -> Option<Named> {
    let mut named = Vec::new();
    let mut is_complete = true;
    for (index, item) in file.items().iter().enumerate() {
        match item.kind {
            Kind::Copy | Kind::Add => {
                let Some(copy) =
                    CopyStep::of(file, model, index).filter(|copy| copy.from == CopyFrom::Context)
                else {
                    continue;
                };
                for source in &copy.sources {
                    named.extend(source.value.as_deref().map(path::in_context));
                    is_complete &= source.value.is_some();
                }
            }
            Kind::Run => {
                let mounts = model.bind_mounts(file, index).into_iter();
                for (mount, _) in mounts.filter(|(_, from)| *from == CopyFrom::Context) {
                    let source = mount.source().unwrap_or_default();
                    is_complete &= !source.contains('$');
                    named.push(path::in_context(source));
                }
            }
            Kind::Onbuild => return None,
            _ => {}
        }
    }
    Some(Named { paths: named, is_complete })
}

/// The steps of a build, with what is around them.
pub(super) struct Steps<'a> {
    pub(super) file: &'a File,
    pub(super) model: &'a Model,
    pub(super) context: &'a dyn BuildContext,
    pub(super) view: &'a View<'a>,
    /// The paths of the context that they name.
    pub(super) named: &'a [String],
}

impl Steps<'_> {
    /// Whether a copy of the whole context ends up in the image.
    fn ship_the_context(&self) -> bool {
        let Steps { file, model, context, .. } = *self;
        let ships = |copy: FolderCopy| {
            copy.source.is_empty()
                && model.stage_at(copy.item).is_none_or(|stage| model.may_be_shipped(stage.index))
        };
        (0..file.items().len()).filter_map(|item| FolderCopy::seen(file, model, context, item)).any(ships)
    }

    /// Whether the program of an image may load it from there.
    fn may_load(&self, kind: &Unneeded, copy: &FolderCopy) -> bool {
        let Steps { model, context, view, .. } = *self;
        let ships = model.stage_at(copy.item).is_some_and(|stage| model.is_shipped(stage.index));
        kind.name == ".env" && ships && may_be_loaded(context, view)
    }

    fn name(&self, kind: &Unneeded) -> bool {
        self.named.iter().any(|source| source.split('/').any(|part| part == kind.name))
    }

    /// Whether the history of the project ends up in the image by a copy of the whole context, with no sign that somebody
    /// wants it there: a step of the build may ask for it, which another stage could do.
    fn ship_in_doubt(&self, kind: &Unneeded, copy: &FolderCopy) -> Option<Doubt> {
        let Steps { file, model, .. } = *self;
        let stage = model.stage_at(copy.item)?.index;
        let ships = model.is_shipped(stage) && model.runs_program(file, stage);
        if kind.name != ".git" || !ships || !copy.source.is_empty() || self.name(kind) {
            return None;
        }
        if deletion(file, model, copy).is_some() {
            return Some(Doubt::IsDeleted);
        }
        let is_wanted = |item: &Item| match item.kind {
            Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck => mentions_git(item.instruction.source()),
            Kind::Run => Facts::of(&item.instruction).is_none_or(|facts| {
                let mut words = facts.packages.iter().flat_map(|package| package.words(&facts.script));
                words.any(|word| word.value.as_deref().is_none_or(|word| word == "git"))
            }),
            _ => false,
        };
        (!file.items().iter().any(is_wanted)).then_some(Doubt::IsAskedFor)
    }

    /// Whether they name nothing of the kind, nothing they run needs it, and what is made in the image is made there.
    pub(super) fn spare(&self, kind: &Unneeded) -> bool {
        let Steps { file, model, context, view, .. } = *self;
        let mut packages = file
            .items()
            .iter()
            .filter_map(|item| Facts::of(&item.instruction))
            .flat_map(|facts| &facts.packages);
        let is_made = kind.made_by.is_empty()
            || packages.any(|package| {
                let is_done = match package.action {
                    Action::Install => !kind.is_built,
                    action => action == Action::Build,
                };
                kind.made_by.contains(&package.manager.family) && is_done
            });
        let is_asked_for = || match kind.name {
            ".git" => asks_git(file, model, context, view),
            ".env" => {
                let is_nobodys = is_private(context) || is_of_compose(context) && !self.ship_the_context();
                !is_nobodys || may_be_read(file, model, context, view)
            }
            _ => false,
        };
        !self.name(kind) && is_made && !is_asked_for()
    }
}

/// Whether an instruction has a word with this text: not as a part of a longer name.
pub(super) fn mentions(file: &File, text: &str) -> bool {
    let has = |source: &str, found: Range<usize>| {
        let before = source.get(..found.start).and_then(|before| before.chars().next_back());
        let after = source.get(found.end..).and_then(|after| after.chars().next());
        let is_name = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
        !is_name(before) && (text.ends_with('/') || !is_name(after))
    };
    file.items().iter().any(|item| {
        let source = item.instruction.line().text();
        source.match_indices(text).any(|(start, _)| has(source, start..start + text.len()))
    })
}

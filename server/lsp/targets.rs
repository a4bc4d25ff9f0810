//! The places beside the document that name a stage of it, the `target` of compose files, bake files and the like, or give an
//! argument of it a value. They
//! are read when they are asked for, and only those count that still say the name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::{GotoDefinitionResponse, Location, Position, Uri};

use super::convert;
use super::state::Snapshot;
use super::surroundings::file_path;
use super::workspace_edit::OpenDocuments;
use crate::discovery;
use crate::discovery::builders::{Builder, Target, builders_in, plain, stray_files};
use crate::document::{Cx, Document};
use crate::navigation;
use crate::text::{Edit, Encoding, Span, Text};

/// A file that names a stage or an argument, with its text and the places.
pub(crate) struct NamingFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) places: Vec<Span>,
    /// Why another name cannot be written there, or not in all places.
    pub(crate) obstacle: Option<String>,
}

/// What files beside the document can name of it.
enum Named {
    /// A stage, as a target.
    Stage(String),
    /// An argument of the build.
    Argument(String),
}

/// The files that name the stage at a byte offset of the document as a target, or give the argument there a value, as they
/// are now.
pub(crate) fn files(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize) -> Vec<NamingFile> {
    let stage = navigation::stage_at(cx, offset).map(Named::Stage);
    let named = stage.or_else(|| navigation::argument_at(cx, offset).map(Named::Argument));
    let (Some(named), Some(own)) = (named, file_path(&snapshot.uri)) else {
        return Vec::new();
    };
    let mut paths: Vec<&Path> = Vec::new();
    for build in &cx.document.inputs().builds {
        let path = Path::new(&build.file);
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let folders = paths.iter().copied().chain([own.as_path()]).filter_map(Path::parent);
    let folders: BTreeSet<&Path> = folders.collect();
    let mut strays: Vec<PathBuf> = folders.into_iter().flat_map(stray_files).collect();
    strays.retain(|stray| !paths.contains(&stray.as_path()));
    let own = plain(&own);
    match named {
        Named::Stage(stage) => {
            let paths = paths.into_iter().chain(strays.iter().map(PathBuf::as_path));
            paths.filter_map(|path| NamingFile::read(path, &stage, &own)).collect()
        }
        Named::Argument(argument) => {
            paths.into_iter().filter_map(|path| NamingFile::giving(path, &argument, &own)).collect()
        }
    }
}

impl NamingFile {
    /// What the file at `path` says of a stage of `own`, a Dockerfile; `None` where it does not name it.
    fn read(path: &Path, stage: &str, own: &Path) -> Option<NamingFile> {
        let text = discovery::read(path).ok()?;
        let (mut places, mut obstacle) = (Vec::new(), None);
        let builds = builders_in(path, text.clone());
        for (builder, _) in builds.iter().filter(|(_, dockerfile)| dockerfile == own) {
            match &builder.target {
                Target::Stage(name, Some(place)) if name.eq_ignore_ascii_case(stage) => {
                    places.push(place.clone());
                }
                Target::Stage(name, None) if name.eq_ignore_ascii_case(stage) => {
                    obstacle = Some("names the stage too, not in letters that can be replaced".to_owned());
                }
                target if target.may_be(stage) => {
                    obstacle = Some("names the stage too, by what is only known to the build".to_owned());
                }
                // The other file is read too.
                Target::Last | Target::Stage(..) | Target::Elsewhere(_) | Target::Unknown(_) => {}
            }
        }
        let may_name = |(builder, dockerfile): &(Builder, PathBuf)| {
            let is_stage =
                matches!(&builder.target, Target::Stage(name, _) if name.eq_ignore_ascii_case(stage));
            dockerfile.as_os_str().is_empty() && (is_stage || builder.target.may_be(stage))
        };
        if builds.iter().any(may_name) {
            obstacle = Some("names such a stage of a Dockerfile that is not known".to_owned());
        }
        places.sort_by_key(|place| place.start);
        places.dedup();
        // What services inherit may be said of stages of several files.
        let is_shared = |(builder, dockerfile): &&(Builder, PathBuf)| {
            dockerfile != own
                && !dockerfile.as_os_str().is_empty()
                && matches!(&builder.target, Target::Stage(_, Some(place)) if places.contains(place))
        };
        if let Some((_, other)) = builds.iter().find(is_shared) {
            let other = other.display();
            obstacle = Some(format!("names the stage too, in one place with a stage of `{other}`"));
        }
        let obstacle = obstacle.map(|obstacle| format!("`{}` {obstacle}", path.display()));
        let names_it = !places.is_empty() || obstacle.is_some();
        names_it.then(|| NamingFile { path: path.to_owned(), text, places, obstacle })
    }

    /// What the file at `path` gives an argument of `own`, a Dockerfile; `None` where it gives none.
    fn giving(path: &Path, name: &str, own: &Path) -> Option<NamingFile> {
        let text = discovery::read(path).ok()?;
        let builds = builders_in(path, text.clone());
        let gives = |builder: &Builder| builder.arguments.contains_key(name);
        let found = |builder: &Builder| -> Vec<Option<Span>> {
            let places = builder.argument_places.iter().filter(|(given, _)| given == name);
            places.map(|(_, place)| place.clone()).collect()
        };
        let (own_builds, others): (Vec<_>, Vec<_>) = builds
            .iter()
            .filter(|(builder, _)| gives(builder))
            .partition(|(_, dockerfile)| dockerfile == own);
        own_builds.first()?;
        let all: Vec<Option<Span>> = own_builds.iter().flat_map(|(builder, _)| found(builder)).collect();
        let is_written = !all.is_empty() && all.iter().all(Option::is_some);
        let mut places: Vec<Span> = all.into_iter().flatten().collect();
        places.sort_by_key(|place| place.start);
        places.dedup();
        let is_shared = |(builder, _): &&&(Builder, PathBuf)| {
            found(builder).iter().flatten().any(|place| places.contains(place))
        };
        let obstacle = match others.iter().find(is_shared) {
            _ if !is_written => {
                Some(format!("gives `{name}` a value too, not in letters that can be replaced"))
            }
            Some((_, other)) => {
                Some(format!("gives `{name}` a value too, in one place with that of `{}`", other.display()))
            }
            None => None,
        };
        let obstacle = obstacle.map(|obstacle| format!("`{}` {obstacle}", path.display()));
        Some(NamingFile { path: path.to_owned(), text, places, obstacle })
    }

    /// The places as the protocol has them.
    pub(crate) fn locations(&self, encoding: Encoding) -> Vec<Location> {
        let Some(uri) = Uri::from_file_path(&self.path) else { return Vec::new() };
        let text = Text::new(&self.text);
        let location = |place| Location::new(uri.clone(), convert::range(&text, place, encoding));
        self.places.iter().map(location).collect()
    }

    /// The edits that write another name in these places.
    pub(crate) fn edits(&self, name: &str) -> Vec<Edit> {
        self.places.iter().map(|place| Edit::replace(place.clone(), name)).collect()
    }
}

/// The stage that the `target` at a place of a builder's file names. `snapshot` is of that file; `open` knows the other
/// open documents.
pub(crate) fn definition(
    snapshot: &Snapshot,
    position: Position,
    open: &OpenDocuments<'_>,
) -> Option<GotoDefinitionResponse> {
    let (path, offset) = (file_path(&snapshot.uri)?, snapshot.offset(position));
    let named = builders_in(&path, snapshot.document.text().to_string()).into_iter().find_map(
        |(builder, dockerfile)| match builder.target {
            Target::Stage(name, Some(place)) if (place.start..=place.end).contains(&offset) => {
                Some((name, dockerfile))
            }
            _ => None,
        },
    );
    let (name, dockerfile) = named?;
    let uri = Uri::from_file_path(&dockerfile)?;
    let document = match open(&uri) {
        Some((document, _)) => document,
        None => Arc::new(Document::new(&discovery::read(&dockerfile).ok()?)),
    };
    let stage = document.model().stage_named(&name)?;
    let item = document.file().item(stage.from())?;
    let span = item.absolute(item.instruction.place(stage.name_part?));
    let range = convert::range(document.text(), &span, snapshot.support.encoding);
    Some(GotoDefinitionResponse::Array(vec![Location::new(uri, range)]))
}

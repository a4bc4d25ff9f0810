//! The places beside the document that name a stage of it: the `target` of compose files, bake files and the like. They
//! are read when they are asked for, and only those count that still say the name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::{GotoDefinitionResponse, Location, Position, Uri};

use super::convert;
use super::state::Snapshot;
use super::surroundings::file_path;
use super::workspace_edit::OpenDocuments;
use crate::discovery;
use crate::discovery::builders::{Target, builders_in};
use crate::document::{Cx, Document};
use crate::navigation;
use crate::text::{Edit, Encoding, Span, Text};

/// A file that names a stage, with its text and the places.
pub(crate) struct NamingFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) places: Vec<Span>,
}

/// The files that name the stage at a byte offset of the document as a target.
pub(crate) fn files(cx: &Cx<'_>, offset: usize) -> Vec<NamingFile> {
    let Some(stage) = navigation::stage_at(cx, offset) else { return Vec::new() };
    let mut files: Vec<NamingFile> = Vec::new();
    for build in cx.document.inputs().builds_of(&stage) {
        let (path, Some(place)) = (Path::new(&build.file), &build.place) else { continue };
        if files.iter().all(|file| file.path != path) {
            let Ok(text) = discovery::read(path) else { continue };
            files.push(NamingFile { path: path.to_owned(), text, places: Vec::new() });
        }
        if let Some(file) = files.iter_mut().find(|file| file.path == path)
            && file.text.get(place.clone()).is_some_and(|text| text.eq_ignore_ascii_case(&stage))
            && !file.places.contains(place)
        {
            file.places.push(place.clone());
        }
    }
    files.iter_mut().for_each(|file| file.places.sort_by_key(|place| place.start));
    files.retain(|file| !file.places.is_empty());
    files
}

impl NamingFile {
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
    let item = document.file().items().get(stage.from())?;
    let span = item.absolute(item.instruction.place(stage.name_part?));
    let range = convert::range(document.text(), &span, snapshot.support.encoding);
    Some(GotoDefinitionResponse::Array(vec![Location::new(uri, range)]))
}

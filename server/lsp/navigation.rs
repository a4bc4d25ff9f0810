//! Places and new names, in the protocol's words.

use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    DocumentHighlight, DocumentHighlightKind, GotoDefinitionResponse, LinkedEditingRanges, Location,
    LocationLink, PrepareRenameResponse, Range, Uri, WorkspaceEdit, error_codes,
};

use super::convert::{self, Positions};
use super::kind::DocumentKind;
use super::state::Snapshot;
use super::targets;
use super::workspace_edit::{OpenDocuments, OtherFile, edit_of_files};
use crate::dockerignore;
use crate::document::Cx;
use crate::navigation::{self, Link, Renaming, Target};
use crate::text::Span;

/// Where the thing at an offset is defined.
pub(crate) fn definition(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize) -> Option<GotoDefinitionResponse> {
    let link = match snapshot.kind {
        DocumentKind::IgnoreFile => dockerignore::definition(cx, offset),
        DocumentKind::Dockerfile | DocumentKind::Other => navigation::definition(cx, offset),
    };
    places(snapshot, &link?, snapshot.support.definition_links)
}

/// Where the thing at an offset is declared.
pub(crate) fn declaration(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize) -> Option<GotoDefinitionResponse> {
    places(snapshot, &navigation::declaration(cx, offset)?, snapshot.support.declaration_links)
}

fn places(snapshot: &Snapshot, link: &Link, takes_links: bool) -> Option<GotoDefinitionResponse> {
    let range = |span: &Span| convert::range(snapshot.document.text(), span, snapshot.support.encoding);
    let origin = range(&link.origin);
    let place = |target: &Target| -> Option<LocationLink> {
        let (target_uri, target_range, target_selection_range) = match target {
            Target::Here(said) => (snapshot.uri.clone(), range(&said.whole), range(&said.name)),
            Target::File(path) => {
                let path = snapshot.surroundings.folder()?.join(path);
                (Uri::from_file_path(path)?, Range::default(), Range::default())
            }
        };
        let origin_selection_range = Some(origin);
        Some(LocationLink { origin_selection_range, target_uri, target_range, target_selection_range })
    };
    let links: Vec<LocationLink> = link.targets.iter().filter_map(place).collect();
    if links.is_empty() {
        return None;
    }
    if takes_links {
        return Some(GotoDefinitionResponse::Link(links));
    }
    let locations = links.into_iter().map(|link| Location::new(link.target_uri, link.target_selection_range));
    Some(GotoDefinitionResponse::Array(locations.collect()))
}

/// The places that name what is at an offset.
pub(crate) fn references(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    offset: usize,
    with_declaration: bool,
) -> Vec<Location> {
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    let occurrences = navigation::occurrences(cx, offset).into_iter();
    let wanted = occurrences.filter(|occurrence| with_declaration || !occurrence.is_declaration);
    let here = wanted.map(|found| Location::new(snapshot.uri.clone(), positions.range(&found.span)));
    let mut locations: Vec<Location> = here.collect();
    let beside = targets::files(snapshot, cx, offset);
    locations.extend(beside.iter().flat_map(|file| file.locations(snapshot.support.encoding)));
    locations
}

/// The same, to be marked in the text.
pub(crate) fn highlights(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize) -> Option<Vec<DocumentHighlight>> {
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    let occurrences = navigation::occurrences(cx, offset).into_iter();
    let highlights = occurrences.map(|found| DocumentHighlight {
        range: positions.range(&found.span),
        kind: Some(match found.is_declaration {
            true => DocumentHighlightKind::WRITE,
            false => DocumentHighlightKind::READ,
        }),
    });
    Some(highlights.collect())
}

/// What would be renamed.
pub(crate) fn prepare_rename(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    offset: usize,
) -> Option<Renaming<PrepareRenameResponse>> {
    Some(match navigation::prepare_rename(cx, offset)? {
        Renaming::Allowed((span, placeholder)) => {
            let range = convert::range(snapshot.document.text(), &span, snapshot.support.encoding);
            Renaming::Allowed(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })
        }
        Renaming::Refused(reason) => Renaming::Refused(reason),
    })
}

/// The edit that renames what is at an offset, here and where others name it as their target. `open` knows the other open
/// documents.
pub(crate) fn rename(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    offset: usize,
    new_name: &str,
    open: &OpenDocuments<'_>,
) -> Option<Renaming<WorkspaceEdit>> {
    let beside = targets::files(snapshot, cx, offset);
    let renaming = match beside.is_empty() {
        true => navigation::rename(cx, offset, new_name)?,
        false => navigation::rename_with_others(cx, offset, new_name)?,
    };
    let edits = match renaming {
        Renaming::Allowed(edits) => edits,
        Renaming::Refused(reason) => return Some(Renaming::Refused(reason)),
    };
    if let Some(obstacle) = beside.iter().find_map(|file| file.obstacle.clone()) {
        return Some(Renaming::Refused(obstacle));
    }
    let files: Vec<OtherFile<'_>> = beside
        .iter()
        .map(|file| OtherFile { path: &file.path, source: &file.text, edits: file.edits(new_name) })
        .collect();
    Some(match edit_of_files(snapshot, &edits, &files, open) {
        Ok(edit) => Renaming::Allowed(edit),
        Err(file) => Renaming::Refused(format!("`{}` names it too, and is not saved", file.display())),
    })
}

/// An answer, or the error that says why there is none.
pub(crate) fn granted<T>(answer: Option<Renaming<T>>) -> Result<Option<T>> {
    match answer {
        None => Ok(None),
        Some(Renaming::Allowed(answer)) => Ok(Some(answer)),
        Some(Renaming::Refused(reason)) => {
            let code = ErrorCode::ServerError(error_codes::REQUEST_FAILED);
            Err(Error { code, message: reason.into(), data: None })
        }
    }
}

/// The places that are typed as one.
pub(crate) fn linked(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize) -> Option<LinkedEditingRanges> {
    let linked = navigation::linked(cx, offset)?;
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    let ranges = linked.spans.iter().map(|span| positions.range(span)).collect();
    Some(LinkedEditingRanges { ranges, word_pattern: Some(linked.pattern.to_owned()) })
}

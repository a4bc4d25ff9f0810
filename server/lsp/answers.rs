//! Answers about a place (hover, signatures and the like) as the protocol has them.

use serde::Serialize;
use serde_json::json;
use tower_lsp::ls_types::{
    CodeLens, Command, DocumentLink, Documentation, Hover, HoverContents, InlayHint, InlayHintLabel,
    Location, ParameterInformation, ParameterLabel, SignatureHelp, SignatureInformation, Uri,
};

use super::convert;
use super::convert::Positions;
use super::kind::DocumentKind;
use super::state::Snapshot;
use crate::context::Certainty;
use crate::dockerignore;
use crate::document::Cx;
use crate::hints::{self, Hint};
use crate::hover;
use crate::lenses::Lens;
use crate::links::{Link, Target};
use crate::signature::{Help, Signature};

/// What is said of a place.
pub(crate) fn hover_at(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize) -> Option<Hover> {
    let found = match snapshot.kind {
        DocumentKind::IgnoreFile => dockerignore::hover(cx, offset),
        DocumentKind::Dockerfile | DocumentKind::Other => hover::find(cx, offset),
    };
    found.map(|found| hover(snapshot, &found))
}

/// A hover, as the client takes it.
fn hover(snapshot: &Snapshot, hover: &hover::Hover) -> Hover {
    let contents = convert::markup(&hover.markdown, &snapshot.support.hover_markup);
    let range = convert::range(snapshot.document.text(), &hover.span, snapshot.support.encoding);
    Hover { contents: HoverContents::Markup(contents), range: Some(range) }
}

/// Links, in order; without those whose target has no address.
pub(crate) fn links(snapshot: &Snapshot, links: &[Link]) -> Vec<DocumentLink> {
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    let link = |link: &Link| {
        let target = match &link.target {
            Target::Url(url) => url.parse::<Uri>().ok()?,
            Target::File(path) => Uri::from_file_path(snapshot.surroundings.folder()?.join(path))?,
        };
        let range = positions.range(&link.span);
        Some(DocumentLink { range, target: Some(target), tooltip: None, data: None })
    };
    links.iter().filter_map(link).collect()
}

/// Hints, in order.
pub(crate) fn hints(snapshot: &Snapshot, hints: Vec<Hint>) -> Vec<InlayHint> {
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    let hint = |hint: Hint| InlayHint {
        position: positions.range(&(hint.offset..hint.offset)).start,
        label: InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: None,
        padding_right: None,
        data: None,
    };
    hints.into_iter().map(hint).collect()
}

/// What a client without hints shows above its lines instead.
pub(crate) fn cost_lenses(cx: &Cx<'_>) -> Vec<Lens> {
    let items = cx.document.file().items();
    let lens = |(item, title): (usize, String)| {
        let found = items.get(item)?;
        let span = found.absolute(found.instruction.place(found.instruction.ast().keyword));
        Some(Lens { span, title, uses: Vec::new() })
    };
    hints::cost::find(cx, 0..items.len()).into_iter().filter_map(lens).collect()
}

/// A question of our own: which build context the findings of a document count on. It takes a
/// `TextDocumentIdentifier`.
pub(crate) const BUILD_CONTEXT: &str = "layerwise/buildContext";

/// The answer to it.
#[derive(Debug, Serialize)]
pub(crate) struct BuildContextAnswer {
    /// The folder's path.
    folder: String,
    /// Whether it was set; else it is a guess.
    given: bool,
}

/// The build context of a document; `None` where there is none.
pub(crate) fn build_context(snapshot: &Snapshot, cx: &Cx<'_>) -> Option<BuildContextAnswer> {
    let folder = snapshot.surroundings.folder()?.to_string_lossy().into_owned();
    Some(BuildContextAnswer { folder, given: cx.context.certainty() == Certainty::Given })
}

/// A command of clients that say they have it: it takes an address, a position and the places to show.
pub(crate) const SHOW_REFERENCES: &str = "layerwise.showReferences";

/// Lenses, in order. No command is known to every client: for most they are only text.
pub(crate) fn lenses(snapshot: &Snapshot, lenses: Vec<Lens>) -> Vec<CodeLens> {
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    let lens = |lens: Lens| {
        let range = positions.range(&lens.span);
        let mut command = Command { title: lens.title, command: String::new(), arguments: None };
        if snapshot.support.show_references && !lens.uses.is_empty() {
            let place = |span| Location { uri: snapshot.uri.clone(), range: positions.range(span) };
            let places: Vec<Location> = lens.uses.iter().map(place).collect();
            command.command = SHOW_REFERENCES.to_owned();
            command.arguments = Some(vec![json!(snapshot.uri), json!(range.start), json!(places)]);
        }
        CodeLens { range, command: Some(command), data: None }
    };
    lenses.into_iter().map(lens).collect()
}

/// Signatures, as the client takes them.
pub(crate) fn signature_help(snapshot: &Snapshot, help: Help) -> SignatureHelp {
    let active = help.active.and_then(|active| u32::try_from(active).ok());
    SignatureHelp {
        signatures: help.signatures.into_iter().map(|one| signature(snapshot, one, active)).collect(),
        active_signature: Some(0),
        active_parameter: active,
    }
}

fn signature(snapshot: &Snapshot, signature: Signature, active: Option<u32>) -> SignatureInformation {
    let markup = &snapshot.support.signature_markup;
    let documented = |text: &str| Documentation::MarkupContent(convert::markup(text, markup));
    let parameters = signature.parameters.iter().map(|parameter| {
        let text = signature.label.get(parameter.span.clone()).unwrap_or_default();
        // The labels are ASCII: bytes are code units.
        let offsets = (u32::try_from(parameter.span.start), u32::try_from(parameter.span.end));
        let label = match offsets {
            (Ok(start), Ok(end)) if snapshot.support.label_offsets => {
                ParameterLabel::LabelOffsets([start, end])
            }
            _ => ParameterLabel::Simple(text.to_owned()),
        };
        ParameterInformation { label, documentation: parameter.documentation.map(documented) }
    });
    SignatureInformation {
        parameters: Some(parameters.collect()),
        documentation: signature.documentation.map(documented),
        active_parameter: active.filter(|_| snapshot.support.active_parameter),
        label: signature.label,
    }
}

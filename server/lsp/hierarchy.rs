//! The hierarchy of stages, in the protocol's words: who uses a stage is who calls it.

use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, Range, SymbolKind,
    TextDocumentIdentifier, TextDocumentPositionParams,
};

use super::convert;
use super::state::Snapshot;
use crate::document::Cx;
use crate::navigation::{StageNode, StageUse, stage_node, used, users};
use crate::text::Span;

/// The stage at an offset.
pub(crate) fn prepare(snapshot: &Snapshot, cx: &Cx<'_>, offset: usize) -> Option<Vec<CallHierarchyItem>> {
    stage_node(cx, offset).map(|stage| vec![item(snapshot, stage)])
}

/// Where the stage of an item begins, for the questions that follow.
pub(crate) fn place(item: CallHierarchyItem) -> TextDocumentPositionParams {
    TextDocumentPositionParams::new(TextDocumentIdentifier::new(item.uri), item.range.start)
}

/// The stages that use the one at an offset.
pub(crate) fn incoming(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    offset: usize,
) -> Option<Vec<CallHierarchyIncomingCall>> {
    let call = |StageUse { stage, words }| CallHierarchyIncomingCall {
        from: item(snapshot, stage),
        from_ranges: ranges(snapshot, &words),
    };
    Some(users(cx, offset).into_iter().map(call).collect())
}

/// The stages that the one at an offset uses.
pub(crate) fn outgoing(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    offset: usize,
) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let call = |StageUse { stage, words }| CallHierarchyOutgoingCall {
        to: item(snapshot, stage),
        from_ranges: ranges(snapshot, &words),
    };
    Some(used(cx, offset).into_iter().map(call).collect())
}

fn item(snapshot: &Snapshot, stage: StageNode) -> CallHierarchyItem {
    CallHierarchyItem {
        name: stage.name,
        kind: SymbolKind::MODULE,
        tags: None,
        detail: None,
        uri: snapshot.uri.clone(),
        range: range(snapshot, &stage.said.whole),
        selection_range: range(snapshot, &stage.said.name),
        data: None,
    }
}

fn ranges(snapshot: &Snapshot, words: &[Span]) -> Vec<Range> {
    words.iter().map(|span| range(snapshot, span)).collect()
}

fn range(snapshot: &Snapshot, span: &Span) -> Range {
    convert::range(snapshot.document.text(), span, snapshot.support.encoding)
}

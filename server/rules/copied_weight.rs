//! What a COPY or ADD adds to a layer, as far as the build context shows.

use crate::context::sources::Sources;
use crate::context::view::View;
use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep};

/// So many bytes are not worth a word: a layer of a few files takes more than that by itself.
pub(crate) const TRIVIAL: u64 = 64 * 1024;

/// How many bytes an instruction copies out of the build context; `None` where that is not known, or where it is no such
/// instruction. A pattern that finds nothing brings nothing.
pub(crate) fn copied_weight(cx: &Cx<'_>, view: &View<'_>, index: usize) -> Option<u64> {
    let copy = CopyStep::of(cx.document.file(), cx.document.model(), index)?;
    let sources = (copy.from == CopyFrom::Context && !copy.has_heredocs).then_some(&copy.sources)?;
    let weight = |source: &str| match view.weigh(source) {
        None if source.contains(['*', '?', '[']) && view.resolve(source) == Sources::Missing => Some(0),
        weight => weight.map(|(_, bytes)| bytes),
    };
    sources.iter().map(|source| weight(source.value.as_deref()?)).sum()
}

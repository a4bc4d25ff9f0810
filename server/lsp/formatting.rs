//! Formatting, in the protocol's words.

use tower_lsp::ls_types::{
    DocumentOnTypeFormattingOptions, FormattingOptions, Range, TextDocumentSaveReason, TextEdit,
};

use super::convert::{self, Positions};
use super::state::Snapshot;
use crate::document::Cx;
use crate::format::{self, Style};
use crate::settings::format::Indent;
use crate::text::Edit;

/// The characters that end a line which is continued, and the end of the line itself.
pub(crate) fn triggers() -> DocumentOnTypeFormattingOptions {
    DocumentOnTypeFormattingOptions {
        first_trigger_character: "\\".to_owned(),
        more_trigger_character: Some(vec!["`".to_owned(), "\n".to_owned()]),
    }
}

/// What formats a document, or the lines of a range.
pub(crate) fn edits(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    options: &FormattingOptions,
    range: Option<Range>,
) -> Vec<TextEdit> {
    let (text, encoding) = (cx.document.text(), snapshot.support.encoding);
    let selection = range.map(|range| convert::span(text, range, encoding));
    answer(snapshot, cx, &format::edits(cx.document, &style(cx, options), selection))
}

/// What is done once a character was typed at an offset.
pub(crate) fn on_type(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    options: &FormattingOptions,
    offset: usize,
    typed: &str,
) -> Vec<TextEdit> {
    let Some(typed) = typed.chars().next() else { return Vec::new() };
    answer(snapshot, cx, &format::on_type(cx.document, &style(cx, options), offset, typed))
}

/// What formats a document before it is saved, as `layerwise fmt` does; `None` where that is not set, and where the editor
/// saves by itself what is still being typed.
pub(crate) fn on_save(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    reason: TextDocumentSaveReason,
) -> Option<Vec<TextEdit>> {
    let settings = &cx.settings.format;
    if settings.on_save != Some(true) || reason == TextDocumentSaveReason::AFTER_DELAY {
        return None;
    }
    let style = Style::default().with_settings(settings);
    Some(answer(snapshot, cx, &format::edits(cx.document, &style, None)))
}

fn answer(snapshot: &Snapshot, cx: &Cx<'_>, edits: &[Edit]) -> Vec<TextEdit> {
    let mut positions = Positions::new(cx.document.text(), snapshot.support.encoding);
    edits.iter().map(|edit| TextEdit::new(positions.range(&edit.span), edit.new_text.clone())).collect()
}

/// The style that is asked for; what the settings say beats it.
fn style(cx: &Cx<'_>, options: &FormattingOptions) -> Style {
    let tab_size = usize::try_from(options.tab_size).unwrap_or(usize::MAX).clamp(1, MOST_COLUMNS);
    let is_on = |option: Option<bool>| option == Some(true);
    let style = Style {
        indent: if options.insert_spaces { Indent::Spaces(tab_size) } else { Indent::Tab },
        tab_size,
        trim_trailing_blanks: is_on(options.trim_trailing_whitespace),
        final_newline: is_on(options.insert_final_newline),
        trim_final_newlines: is_on(options.trim_final_newlines),
        ..Style::default()
    };
    style.with_settings(&cx.settings.format)
}

/// No one has wider tabs.
const MOST_COLUMNS: usize = 32;

//! What is found only because somebody is still typing: a check of the file says it, and so does the server once the line is
//! left.

use super::{Finding, Severity};
use crate::document::Document;
use crate::syntax::ast::KEYWORDS;
use crate::text::{Encoding, Span, Text};

/// Rules that find what is to follow.
const LACKING: [&str; 9] = [
    "empty-continuation",
    "invalid-json-form",
    "missing-argument",
    "mount-on-root",
    "shell-syntax-error",
    "swallowed-instruction",
    "unterminated-heredoc",
    "unterminated-quote",
    "unterminated-variable",
];

/// Whether what is typed at a byte offset ends its line, but for what editors put behind it by themselves, and the escape
/// character of a line that is continued.
pub(crate) fn is_at_end(text: &Text, offset: usize) -> bool {
    let rest = text.slice(offset..line_end(text, offset));
    rest.chars().all(|char| char.is_whitespace() || "\"')]}\\`".contains(char))
}

/// Whether a finding is about what is unfinished while somebody types at a byte offset, at the end of a line: what its
/// instruction lacks, or an error in the last word.
pub(crate) fn is_unfinished(document: &Document, finding: &Finding, offset: usize) -> bool {
    let (text, file) = (document.text(), document.file());
    let is_in_item = || file.index_of_typing(offset) == Some(finding.item);
    let is_array = || text.slice(finding.span.clone()).starts_with('[');
    match finding.rule.id {
        // Nothing but a FROM below the ARGs of an empty file ends this.
        "no-stage" => offset >= file.tail().start || is_in_item() && file.item(finding.item + 1).is_none(),
        "shell-form-entrypoint" => is_in_item() && is_array(),
        rule if LACKING.contains(&rule) => is_in_item(),
        _ if finding.severity != Severity::Error => false,
        "unknown-instruction" => {
            let word = text.slice(finding.span.clone()).to_ascii_uppercase();
            finding.span.end == offset && KEYWORDS.iter().any(|(name, _)| name.starts_with(&word))
        }
        _ => {
            let word = last_word(text, offset);
            word.start <= finding.span.start && finding.span.start < word.end
        }
    }
}

/// From the last blank before a byte offset to the end of its line.
fn last_word(text: &Text, offset: usize) -> Span {
    let column = text.position(offset, Encoding::Utf8).character as usize;
    let start = offset.saturating_sub(column);
    let before = text.slice(start..offset);
    start + before.trim_end_matches(|char: char| !char.is_whitespace()).len()..line_end(text, offset)
}

fn line_end(text: &Text, offset: usize) -> usize {
    text.line_end(text.position(offset, Encoding::Utf8).line as usize)
}

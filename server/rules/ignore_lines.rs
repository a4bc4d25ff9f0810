//! The edit that adds lines to the ignore file of a build context, or makes one.

use crate::context::{BuildContext, Lookup};
use crate::document::Cx;
use crate::fix::FileEdit;
use crate::semantic::ignore_entries::lines_for;
use crate::text::Edit;

/// The ignore file of a context where the Dockerfile has none of its own.
pub(crate) const IGNORE_FILE: &str = ".dockerignore";

/// The ignore file that leaves out what has these names; nothing where there are none, `None` where that cannot be done.
pub(crate) fn leaving_out(cx: &Cx<'_>, names: &[&str]) -> Option<Vec<FileEdit>> {
    if names.is_empty() {
        return Some(Vec::new());
    }
    let lines = lines_for(cx.document, cx.context, names)?;
    Some(vec![with_lines(cx.context, &lines)?])
}

/// The ignore file in force with these lines at its end: nothing that stands there is touched, and its line ends are
/// kept. `None` where there are no lines, or where there is a file that cannot be read.
pub(crate) fn with_lines(context: &dyn BuildContext, lines: &[&str]) -> Option<FileEdit> {
    let (path, text, create) = match context.ignore_file() {
        Some((path, text)) => (path, text, false),
        None if context.entry(IGNORE_FILE) == Lookup::Absent => (IGNORE_FILE.to_owned(), String::new(), true),
        None => return None,
    };
    if lines.is_empty() {
        return None;
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    let added: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
    let edits = vec![Edit::insert(text.len(), format!("{gap}{added}"))];
    Some(FileEdit { path, create, edits })
}

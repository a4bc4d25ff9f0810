//! Patterns that name a file that gets another name.

use crate::context::patterns::is_plain;
use crate::document::Document;
use crate::navigation::Moved;
use crate::path;
use crate::text::Edit;

/// The edits that make the patterns of an ignore file follow files and folders of its build context. Patterns that match
/// whatever they match stay.
pub fn follow(document: &Document, moved: &[Moved]) -> Vec<Edit> {
    let Some(patterns) = document.patterns() else { return Vec::new() };
    let edit = |line: usize, text: &str| {
        let text = text.trim_start_matches('/');
        let found = moved.iter().find_map(|moved| Some((moved, path::below(text, &moved.old)?)));
        let (moved, rest) = found.filter(|(moved, _)| is_plain(text) && is_plain(&moved.new))?;
        let span = patterns.span(line);
        let written = document.text().slice(span.clone());
        // A leading `!` or `/` stays, and a slash at the end.
        let start = span.start + written.find(text)?;
        let new = path::join(&moved.new, rest);
        let new = new.trim_end_matches('/');
        (new.trim() == new && !new.starts_with(['#', '!']))
            .then(|| Edit::replace(start..start + text.len(), new))
    };
    let all = patterns.file().patterns().iter();
    all.filter_map(|pattern| edit(pattern.line(), pattern.text())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_patterns_follow_and_others_stay() {
        let source = "# src/a\nsrc/a\n!/src/a/b/\nsrc/ab\nsrc/*\n*/a\n";
        let followed = |new: &str| {
            let document = Document::ignore_file(source);
            let moved = [Moved { old: "src/a".to_owned(), new: new.to_owned() }];
            let mut text = document.text().clone();
            for edit in follow(&document, &moved).into_iter().rev() {
                text.replace(edit.span, &edit.new_text);
            }
            text.to_string()
        };
        assert_eq!(followed("lib/c d"), "# src/a\nlib/c d\n!/lib/c d/b/\nsrc/ab\nsrc/*\n*/a\n");
        assert_eq!(followed("[id]"), source);
    }
}

//! The version of the Dockerfile frontend that a fix needs: `# syntax=` is added or raised where it does not have it.

use crate::document::Document;
use crate::semantic::image::Image;
use crate::syntax::directives::DirectiveKind;
use crate::text::Edit;

/// What stands at the head of a file which needs no more than the newest frontend of the first version.
const NEWEST: &str = "docker/dockerfile:1";

/// What has to be done so that the frontend is at least `docker/dockerfile:1.MINOR`: nothing, or an edit of the head of
/// the file. `None` where the file names a frontend that cannot be compared. What a builder has built in is not known: without a
/// directive one is added.
pub(crate) fn at_least(document: &Document, minor: u32) -> Option<Vec<Edit>> {
    let directives = document.file().directives();
    let Some(directive) = directives.get(DirectiveKind::Syntax) else {
        // One that BuildKit does not see stands in the way of another.
        if directives.all.iter().any(|directive| directive.kind == DirectiveKind::Syntax) {
            return None;
        }
        let start = if document.text().slice(0..3) == "\u{feff}" { 3 } else { 0 };
        let newline = document.file().items().first().map_or("\n", |item| item.instruction.newline());
        return Some(vec![Edit::insert(start, format!("# syntax={NEWEST}{newline}"))]);
    };
    let image = Image::new(&directive.value);
    let is_known = matches!(image.name(), "docker/dockerfile" | "docker.io/docker/dockerfile");
    if !is_known || image.digest().is_some() {
        return None;
    }
    let (version, channel) = match image.tag() {
        None => return Some(Vec::new()),
        Some(tag) => tag.split_once('-').unwrap_or((tag, "")),
    };
    if matches!(version, "1" | "latest" | "labs") {
        return Some(Vec::new());
    }
    let own: u32 = version.strip_prefix("1.")?.split('.').next()?.parse().ok()?;
    if own >= minor {
        return Some(Vec::new());
    }
    let tag = directive.value.rfind(':')?;
    let channel = if channel.is_empty() { String::new() } else { format!("-{channel}") };
    let span = directive.value_span.start + tag + 1..directive.value_span.end;
    Some(vec![Edit::replace(span, format!("1.{minor}{channel}"))])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of the file after what has to be done; `?` where that cannot be said.
    fn raised(source: &str) -> String {
        let document = Document::new(source);
        let Some(edits) = at_least(&document, 10) else { return "?".to_owned() };
        let edited = edits.iter().fold(document, |document, edit| document.edited(edit));
        edited.text().to_string()
    }

    #[test]
    fn only_an_older_frontend_is_raised() {
        let cases = [
            ("FROM a\r\n", "# syntax=docker/dockerfile:1\r\nFROM a\r\n"),
            ("\u{feff}FROM a\n", "\u{feff}# syntax=docker/dockerfile:1\nFROM a\n"),
            ("# escape=`\nFROM a\n", "# syntax=docker/dockerfile:1\n# escape=`\nFROM a\n"),
            ("# syntax=docker/dockerfile:1\nFROM a\n", "# syntax=docker/dockerfile:1\nFROM a\n"),
            ("# syntax=docker/dockerfile\nFROM a\n", "# syntax=docker/dockerfile\nFROM a\n"),
            ("#syntax=docker/dockerfile:1.4-labs\nFROM a\n", "#syntax=docker/dockerfile:1.10-labs\nFROM a\n"),
            ("# syntax=docker/dockerfile:1.9.0 \nFROM a\n", "# syntax=docker/dockerfile:1.10 \nFROM a\n"),
            ("# syntax=docker/dockerfile:1.12\nFROM a\n", "# syntax=docker/dockerfile:1.12\nFROM a\n"),
            ("# syntax=docker/dockerfile:experimental\nFROM a\n", "?"),
            ("# syntax=a/b:1\nFROM a\n", "?"),
            ("  # syntax=docker/dockerfile:1\nFROM a\n", "?"),
            ("# syntax=docker/dockerfile:1.4@sha256:ab\nFROM a\n", "?"),
        ];
        for (before, after) in cases {
            assert_eq!(raised(before), after);
        }
    }
}

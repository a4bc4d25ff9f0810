//! Findings for people, with excerpts of the source. The cost of an excerpt is that of its lines, not of the file.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

use crate::cli::report::lines::message;
use crate::cli::report::{Checked, Summary};
use crate::document::Cx;
use crate::rules::page::safety_name;
use crate::rules::{Related, Severity};
use crate::semantic::secrets::{credentials, known_keys};
use crate::syntax::Item;
use crate::text::{Encoding, Position, Span, Text};

/// An excerpt of more bytes says nothing to a person: the finding is shown by its first line, or without source
/// where that is too long as well.
const MOST_EXCERPT: usize = 4096;

/// So many other places of a finding are named.
const MOST_RELATED: usize = 8;

/// The findings of one file. `path` is the file as it was given.
pub(in crate::cli) fn findings(path: &str, cx: &Cx<'_>, findings: &[Checked]) -> String {
    let renderer = Renderer::styled();
    let mut output = String::new();
    let mut secrets = Secrets::default();
    for checked in findings {
        let secrets = secrets.of(cx, checked.finding.item);
        output.push_str(&render(&renderer, path, cx.document.text(), checked, secrets));
        output.push_str("\n\n");
    }
    output
}

/// The secrets of the instruction that was asked for last.
#[derive(Default)]
struct Secrets {
    item: Option<usize>,
    spans: Vec<Span>,
}

impl Secrets {
    /// Where secrets stand in the instruction `item`, in bytes of the document.
    fn of(&mut self, cx: &Cx<'_>, item: usize) -> &[Span] {
        if self.item != Some(item) {
            let found = cx.document.file().item(item);
            self.spans = found.map(secrets_of).unwrap_or_default();
            self.item = Some(item);
        }
        &self.spans
    }
}

fn secrets_of(item: &Item) -> Vec<Span> {
    let secrets = known_keys(&item.instruction).into_iter().chain(credentials(&item.instruction));
    secrets.map(|secret| item.absolute(secret.span)).collect()
}

/// An excerpt that begins at `start` of the document, with `*` for every character of a secret, so that no secret gets from a
/// file into a log. What stands where stays as it is.
fn without_secrets(excerpt: &str, start: usize, secrets: &[Span]) -> String {
    let is_secret = |at: usize| secrets.iter().any(|secret| secret.contains(&(start + at)));
    let shown = |(at, char): (usize, char)| if char.is_ascii_graphic() && is_secret(at) { '*' } else { char };
    excerpt.char_indices().map(shown).collect()
}

/// The last line of a report.
pub(in crate::cli) fn summary(summary: &Summary) -> String {
    let severities = [
        (summary.error, "error", "errors"),
        (summary.warning, "warning", "warnings"),
        (summary.info, "info", "infos"),
        (summary.hint, "hint", "hints"),
    ];
    let counts: Vec<String> = severities
        .into_iter()
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    let found = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let files = if summary.files == 1 { "file" } else { "files" };
    let fixes = match (summary.safe, summary.suggested) {
        (0, 0) => String::new(),
        (safe, 0) => format!("; `layerwise fix` repairs {safe}"),
        (0, suggested) => format!("; `layerwise fix --suggested` repairs {suggested}"),
        (safe, suggested) => format!("; `layerwise fix` repairs {safe}, with `--suggested` {suggested} more"),
    };
    format!("{} {files} checked: {found}{fixes}", summary.files)
}

fn render(renderer: &Renderer, path: &str, text: &Text, checked: &Checked, secrets: &[Span]) -> String {
    let finding = &checked.finding;
    let message = message(finding);
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let title = level.primary_title(message).id(finding.rule.id);
    let start = text.position(finding.span.start, Encoding::Utf32);
    let group = match excerpt(text, &finding.span, start) {
        Some((source, span)) => title.element(
            Snippet::source(without_secrets(&source, finding.span.start - span.start, secrets))
                .path(path)
                .line_start(start.line as usize + 1)
                .annotation(AnnotationKind::Primary.span(span)),
        ),
        None => title.element(
            Origin::path(path).line(start.line as usize + 1).char_column(start.character as usize + 1),
        ),
    };
    let place = |related: &Related| {
        let line = text.position(related.span.start, Encoding::Utf8).line + 1;
        normalize_untrusted_str(&format!("line {line}: {}", related.message))
    };
    let mut notes: Vec<String> = finding.related.iter().take(MOST_RELATED).map(place).collect();
    let rest = finding.related.len() - notes.len();
    notes.extend((rest > 0).then(|| format!("and {rest} more")));
    let notes = notes.into_iter().map(|note| Level::NOTE.message(note));
    let helps = checked.offers.iter().map(|fix| {
        let help = format!("{} ({} fix)", fix.title, safety_name(fix.safety));
        Level::HELP.message(normalize_untrusted_str(&help))
    });
    renderer.render(&[group.elements(notes).elements(helps)])
}

/// The whole lines that a span touches and the span inside them, or its first line alone where they are too
/// many; `None` where even that is too long to be shown.
fn excerpt(text: &Text, span: &Span, start: Position) -> Option<(String, Span)> {
    let first = text.offset(Position { character: 0, ..start }, Encoding::Utf8);
    let end_line = text.position(span.end.saturating_sub(1).max(span.start), Encoding::Utf8).line;
    for last_line in [end_line, start.line] {
        let last = text.line_end(last_line as usize);
        if last - first <= MOST_EXCERPT {
            let end = span.end.min(last).max(span.start);
            return Some((text.slice(first..last), span.start - first..end - first));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn check(source: &str, span: Span, expected: Option<(&str, Span)>) {
        let text = Text::new(source);
        let start = text.position(span.start, Encoding::Utf32);
        let found = excerpt(&text, &span, start);
        assert_eq!(found.as_ref().map(|(source, span)| (source.as_str(), span.clone())), expected);
    }

    #[test]
    fn an_excerpt_has_the_lines_of_its_span() {
        check("FROM a\nRUN b \\\n  c\nCMD d\n", 11..18, Some(("RUN b \\\n  c", 4..11)));
        check("FROM a\r\nRUN b\r\n", 8..13, Some(("RUN b", 0..5)));
        check("FROM a\nRUN b\n", 7..13, Some(("RUN b", 0..5)));
        check("FROM a\n", 7..7, Some(("", 0..0)));
    }

    #[test]
    fn too_many_lines_are_shown_by_the_first_and_too_long_a_line_not_at_all() {
        let many = format!("RUN a{}", " \\\n b".repeat(2000));
        check(&many, 0..many.len(), Some(("RUN a \\", 0..7)));
        let long = format!("RUN {}", "a".repeat(5000));
        check(&long, 4..5, None);
    }

    #[test]
    fn the_summary_counts_what_there_is() {
        let nothing = Summary { files: 2, ..Summary::default() };
        assert_eq!(summary(&nothing), "2 files checked: no findings");
        let some = Summary {
            files: 1,
            error: 1,
            warning: 2,
            fixable: 3,
            safe: 2,
            suggested: 1,
            ..Summary::default()
        };
        assert_eq!(
            summary(&some),
            "1 file checked: 1 error, 2 warnings; `layerwise fix` repairs 2, with `--suggested` 1 more"
        );
    }

    #[test]
    fn a_secret_is_blackened_and_keeps_its_place() {
        let document = Document::new("FROM a\nENV B=https://bob:s3cr8tX@c.io/é D=\n");
        let item = &document.file().items()[1];
        let secrets = secrets_of(item);
        let line = "ENV B=https://bob:s3cr8tX@c.io/é D=";
        assert_eq!(without_secrets(line, 7, &secrets), "ENV B=https://***********@c.io/é D=");
        assert_eq!(without_secrets(line, 7, &[]), line);
    }
}

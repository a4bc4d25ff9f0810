//! Findings one to a line: the workflow commands of GitHub Actions, the form of GNU's compilers, and Checkstyle's XML.
//! Columns count characters.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str;

use crate::cli::report::Checked;
use crate::cli::report::place::{Region, plain};
use crate::document::Cx;
use crate::rules::{Finding, Severity};
use crate::settings::severity_name;
use crate::text::Encoding;

fn region(cx: &Cx<'_>, finding: &Finding) -> Region {
    Region::new(cx.document.text(), &finding.span, Encoding::Utf32)
}

/// The message with the codes of other tools.
pub(super) fn message(finding: &Finding) -> String {
    let codes: Vec<&str> = finding.unnamed_codes().collect();
    if codes.is_empty() {
        finding.message.to_string()
    } else {
        format!("{} ({})", finding.message, codes.join(", "))
    }
}

/// Workflow commands of GitHub Actions, which show findings beside the code.
/// Source: GitHub documentation, "Workflow commands"; the escapes are those of `@actions/core`.
pub(super) fn github(path: &str, cx: &Cx<'_>, findings: &[Checked]) -> String {
    let mut output = String::new();
    for finding in findings.iter().map(|checked| &checked.finding) {
        let region = region(cx, finding);
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Hint => "notice",
        };
        let file = property(&plain(path));
        let _ =
            write!(output, "::{command} file={file},line={},endLine={}", region.start_line, region.end_line);
        // GitHub takes columns only of one line.
        if region.start_line == region.end_line {
            let _ = write!(output, ",col={},endColumn={}", region.start_column, region.end_column);
        }
        let text = data(&normalize_untrusted_str(&message(finding)));
        let _ = writeln!(output, ",title={}::{text}", property(&format!("Layerwise ({})", finding.rule.id)));
    }
    output
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// `path:line:column: severity: message [rule]`, which editors and tools know from compilers.
pub(super) fn gnu(path: &str, cx: &Cx<'_>, findings: &[Checked]) -> String {
    let mut output = String::new();
    for finding in findings.iter().map(|checked| &checked.finding) {
        let Region { start_line, start_column, .. } = region(cx, finding);
        let severity = severity_name(finding.severity);
        let line = format!(
            "{path}:{start_line}:{start_column}: {severity}: {} [{}]",
            message(finding),
            finding.rule.id
        );
        output.push_str(&normalize_untrusted_str(&line).replace('\n', " "));
        output.push('\n');
    }
    output
}

/// One file of a Checkstyle report; a clean file has an element too.
pub(super) fn checkstyle(path: &str, cx: &Cx<'_>, findings: &[Checked]) -> String {
    let mut output = format!("  <file name=\"{}\">\n", attribute(path));
    for finding in findings.iter().map(|checked| &checked.finding) {
        let Region { start_line, start_column, .. } = region(cx, finding);
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Hint => "info",
        };
        let _ = writeln!(
            output,
            "    <error line=\"{start_line}\" column=\"{start_column}\" severity=\"{severity}\" message=\"{}\" \
             source=\"layerwise.{}\"/>",
            attribute(&message(finding)),
            finding.rule.id
        );
    }
    output.push_str("  </file>\n");
    output
}

/// What stands before the files of a Checkstyle report, and behind them.
pub(super) const CHECKSTYLE: (&str, &str) =
    ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n", "</checkstyle>\n");

/// A text as the value of an attribute. What XML cannot hold at all becomes U+FFFD.
fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(escaped, "&#{};", u32::from(char));
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_or_an_attribute_is_escaped() {
        assert_eq!(property("a:b,c%\r\n"), "a%3Ab%2Cc%25%0D%0A");
        assert_eq!(data("a:b,c%\n"), "a:b,c%25%0A");
        assert_eq!(
            attribute("<a b='c' & \"d\">\n\u{1}é"),
            "&lt;a b=&apos;c&apos; &amp; &quot;d&quot;&gt;&#10;\u{fffd}é"
        );
    }
}

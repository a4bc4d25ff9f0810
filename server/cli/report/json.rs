//! Findings for programs. Positions are those of the protocol: 0-based, columns in UTF-16 code units.

use std::io::Write;

use serde::Serialize;

use crate::cli::report::{Checked, Summary};
use crate::document::Cx;
use crate::fix::{FileEdit, Fix};
use crate::rules::Related;
use crate::rules::page::safety_name;
use crate::settings::{group_name, severity_name};
use crate::text::{Edit, Encoding, Span, Text};

#[derive(Serialize)]
struct Output<'a> {
    version: &'static str,
    files: Vec<FileReport>,
    summary: &'a Summary,
}

/// The findings of one file.
#[derive(Serialize)]
pub(in crate::cli) struct FileReport {
    path: String,
    context: Option<String>,
    findings: Vec<FindingReport>,
}

#[derive(Serialize)]
struct FindingReport {
    rule: &'static str,
    also: Vec<&'static str>,
    group: &'static str,
    severity: &'static str,
    message: String,
    range: Range,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedReport>,
    fixes: Vec<FixReport>,
}

/// A place that belongs to a finding.
#[derive(Serialize)]
struct RelatedReport {
    message: String,
    range: Range,
}

#[derive(Serialize)]
struct FixReport {
    title: String,
    safety: &'static str,
    edits: Vec<EditReport>,
}

#[derive(Serialize)]
struct EditReport {
    /// Relative to the build context; `None` for the Dockerfile itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    create: bool,
    range: Range,
    new_text: String,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    character: u32,
}

impl FileReport {
    /// `path` is the file as it was given.
    pub(in crate::cli) fn new(path: String, cx: &Cx<'_>, findings: &[Checked]) -> FileReport {
        FileReport {
            path,
            context: cx.context.root(),
            findings: findings.iter().map(|checked| finding_report(cx, checked)).collect(),
        }
    }
}

/// Prints everything.
pub(in crate::cli) fn print(files: Vec<FileReport>, summary: &Summary) -> anyhow::Result<()> {
    let output = Output { version: env!("CARGO_PKG_VERSION"), files, summary };
    let mut json = serde_json::to_string(&output)?;
    json.push('\n');
    std::io::stdout().write_all(json.as_bytes())?;
    Ok(())
}

fn finding_report(cx: &Cx<'_>, checked: &Checked) -> FindingReport {
    let finding = &checked.finding;
    FindingReport {
        rule: finding.rule.id,
        also: finding.also.to_vec(),
        group: group_name(finding.rule.group),
        severity: severity_name(finding.severity),
        message: finding.message.to_string(),
        range: range(cx.document.text(), &finding.span),
        related: finding.related.iter().map(|related| related_report(cx, related)).collect(),
        fixes: checked.offers.iter().map(|fix| fix_report(cx, fix)).collect(),
    }
}

fn related_report(cx: &Cx<'_>, related: &Related) -> RelatedReport {
    RelatedReport { message: related.message.to_string(), range: range(cx.document.text(), &related.span) }
}

fn fix_report(cx: &Cx<'_>, fix: &Fix) -> FixReport {
    let own = fix.edits.iter().map(|edit| edit_report(cx.document.text(), edit, None));
    let others = fix.files.iter().flat_map(|file| {
        let text = if file.create { None } else { cx.context.read(&file.path) };
        let text = Text::new(&text.unwrap_or_default());
        file.edits.iter().map(move |edit| edit_report(&text, edit, Some(file)))
    });
    FixReport {
        title: fix.title.clone(),
        safety: safety_name(fix.safety),
        edits: own.chain(others).collect(),
    }
}

fn edit_report(text: &Text, edit: &Edit, file: Option<&FileEdit>) -> EditReport {
    EditReport {
        path: file.map(|file| file.path.clone()),
        create: file.is_some_and(|file| file.create),
        range: range(text, &edit.span),
        new_text: edit.new_text.clone(),
    }
}

fn range(text: &Text, span: &Span) -> Range {
    let position = |offset| {
        let position = text.position(offset, Encoding::Utf16);
        Position { line: position.line, character: position.character }
    };
    Range { start: position(span.start), end: position(span.end) }
}

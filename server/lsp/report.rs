//! Findings in the protocol's words. They are written as JSON text straight from the analysis, because on a big
//! file writing them costs more than finding them.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Serialize, Serializer};
use tower_lsp::ls_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    NumberOrString, Range, Uri,
};

use super::analysis::Analysis;
use super::{convert, transport};
use crate::discovery::Discovered;
use crate::rules::{Finding, codes};
use crate::text::{Encoding, Text};

/// The name under which findings are shown.
const SOURCE: &str = "layerwise";
/// The code of what is wrong in a settings file.
const SETTINGS_CODE: &str = "settings";

/// The answer for a document that is not open, as JSON text.
pub(crate) const EMPTY: &str = r#"{"kind":"full","items":[]}"#;

/// The answer to a client that asks and already has the result `previous`, as JSON text.
pub(crate) fn answer(analysis: &Analysis, previous: Option<&str>) -> String {
    let id = analysis.id.to_string();
    let report = if previous == Some(id.as_str()) {
        Report { kind: "unchanged", result_id: &id, items: None }
    } else {
        Report { kind: "full", result_id: &id, items: Some(Items(analysis)) }
    };
    // Maps have string keys and numbers are finite: this does not fail.
    serde_json::to_string(&report).unwrap_or_default()
}

/// The part of an answer about a whole workspace that is about one document: its id, the same for the same findings, and
/// its report as JSON text. A `version` where the document is open.
pub(crate) fn workspace_part(uri: &Uri, version: Option<i32>, analysis: &Analysis) -> (String, String) {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(&Items(analysis)).unwrap_or_default().hash(&mut hasher);
    let id = format!("{:x}", hasher.finish());
    let part = Part { kind: "full", uri, version, result_id: Some(&id), items: Some(Items(analysis)) };
    let part = serde_json::to_string(&part).unwrap_or_default();
    (id, part)
}

/// As `workspace_part`, where the client has the findings already.
pub(crate) fn unchanged_part(uri: &Uri, version: Option<i32>, id: &str) -> String {
    let part = Part::<[(); 0]> { kind: "unchanged", uri, version, result_id: Some(id), items: None };
    serde_json::to_string(&part).unwrap_or_default()
}

/// As `workspace_part`, of a document that is no more.
pub(crate) fn withdrawn_part(uri: &Uri) -> String {
    let part = Part { kind: "full", uri, version: None, result_id: None, items: Some([(); 0]) };
    serde_json::to_string(&part).unwrap_or_default()
}

/// The notification that shows an analysis of a version.
pub(crate) fn published(uri: &Uri, version: i32, analysis: &Analysis) -> Vec<u8> {
    notification(&Published { uri, version: Some(version), diagnostics: Items(analysis) })
}

/// The notification that withdraws everything.
pub(crate) fn withdrawn(uri: &Uri) -> Vec<u8> {
    notification(&Published { uri, version: None, diagnostics: [(); 0] })
}

/// The notification that shows what is wrong in a settings file.
pub(crate) fn published_settings(uri: &Uri, discovered: &Discovered, encoding: Encoding) -> Vec<u8> {
    let text = Text::new(&discovered.source);
    let items = discovered.problems.iter().map(|problem| Item {
        range: convert::range(&text, &problem.span.clone().unwrap_or_default(), encoding),
        severity: DiagnosticSeverity::WARNING,
        code: SETTINGS_CODE,
        source: SOURCE,
        message: &problem.message,
        code_description: None,
        tags: None,
        related: &[],
    });
    notification(&Published { uri, version: None, diagnostics: items.collect::<Vec<_>>() })
}

/// One finding as the client has it; for the actions that mend it.
pub(crate) fn diagnostic(analysis: &Analysis, index: usize) -> Option<Diagnostic> {
    let (finding, range) = (analysis.findings.get(index)?, analysis.ranges.get(index)?);
    Some(Diagnostic {
        range: *range,
        severity: Some(convert::severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.id.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: finding.message.to_string(),
        code_description: page(analysis, finding)
            .and_then(|page| Some(CodeDescription { href: page.parse().ok()? })),
        tags: tag(analysis, finding).map(|tag| vec![tag]),
        related_information: Some(related(analysis, index).to_vec()).filter(|related| !related.is_empty()),
        ..Diagnostic::default()
    })
}

/// The places that belong to a finding.
fn related(analysis: &Analysis, index: usize) -> &[DiagnosticRelatedInformation] {
    analysis.related.get(index).map(Vec::as_slice).unwrap_or_default()
}

/// The page that explains the code of a finding, where the client shows it.
fn page(analysis: &Analysis, finding: &Finding) -> Option<String> {
    analysis.support.pages.then(|| codes::page(finding.also)).flatten()
}

fn tag(analysis: &Analysis, finding: &Finding) -> Option<DiagnosticTag> {
    finding.rule.tag.filter(|_| analysis.support.tags).map(convert::tag)
}

fn notification(params: &impl Serialize) -> Vec<u8> {
    let method = "textDocument/publishDiagnostics";
    transport::encode(&Notification { jsonrpc: "2.0", method, params })
}

#[derive(Serialize)]
struct Notification<'a, P> {
    jsonrpc: &'static str,
    method: &'static str,
    params: &'a P,
}

#[derive(Serialize)]
struct Published<'a, D> {
    uri: &'a Uri,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    diagnostics: D,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    kind: &'static str,
    result_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Items<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a, D> {
    kind: &'static str,
    uri: &'a Uri,
    version: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<D>,
}

/// The findings of an analysis as the protocol's diagnostics.
struct Items<'a>(&'a Analysis);

#[derive(Serialize)]
struct Item<'a> {
    range: Range,
    severity: DiagnosticSeverity,
    code: &'static str,
    #[serde(rename = "codeDescription", skip_serializing_if = "Option::is_none")]
    code_description: Option<Page>,
    source: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<[DiagnosticTag; 1]>,
    #[serde(rename = "relatedInformation", skip_serializing_if = "<[_]>::is_empty")]
    related: &'a [DiagnosticRelatedInformation],
}

/// Where a code is explained.
#[derive(Serialize)]
struct Page {
    href: String,
}

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.0.findings.iter().zip(&self.0.ranges).enumerate();
        let item = |(index, (finding, range))| item(self.0, index, finding, range);
        serializer.collect_seq(findings.map(item))
    }
}

fn item<'a>(analysis: &'a Analysis, index: usize, finding: &'a Finding, range: &Range) -> Item<'a> {
    Item {
        range: *range,
        severity: convert::severity(finding.severity),
        code: finding.rule.id,
        code_description: page(analysis, finding).map(|href| Page { href }),
        source: SOURCE,
        message: &finding.message,
        tags: tag(analysis, finding).map(|tag| [tag]),
        related: related(analysis, index),
    }
}

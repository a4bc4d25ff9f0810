//! Findings as SARIF 2.1.0, for code scanning. Columns count UTF-16 code units, as the log says of itself.
//! Source: OASIS, "Static Analysis Results Interchange Format Version 2.1.0".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::cli::report::Checked;
use crate::cli::report::place::{Region, address, fingerprints};
use crate::document::Cx;
use crate::fix::Fix;
use crate::rules::page::{document, summary};
use crate::rules::{Rule, Severity, by_id};
use crate::settings::group_name;
use crate::text::{Encoding, Span, Text};

/// The results of one file. `path` is the file as it was given.
pub(super) fn results(path: &str, cx: &Cx<'_>, findings: &[Checked]) -> Vec<Value> {
    let marks = fingerprints(path, cx, findings);
    let text = cx.document.text();
    let result = |(checked, mark): (&Checked, String)| {
        let finding = &checked.finding;
        // A fix that needs other files, which may be new ones, cannot be told.
        let fixes: Vec<Value> = checked
            .offers
            .iter()
            .filter(|fix| fix.files.is_empty())
            .map(|one| fix(path, text, one))
            .collect();
        let place = |span: &Span| json!({ "artifactLocation": { "uri": address(path) }, "region": region(text, span) });
        let related = finding.related.iter().map(
            |related| json!({ "message": { "text": &*related.message }, "physicalLocation": place(&related.span) }),
        );
        let mut result = json!({
            "ruleId": finding.rule.id,
            "level": level(finding.severity),
            "message": { "text": &*finding.message },
            "locations": [{ "physicalLocation": place(&finding.span) }],
            "partialFingerprints": { "layerwise/v1": mark },
        });
        for (key, values) in [("relatedLocations", related.collect()), ("fixes", fixes)] {
            if let (false, Some(result)) = (values.is_empty(), result.as_object_mut()) {
                result.insert(key.to_owned(), Value::from(values));
            }
        }
        result
    };
    findings.iter().zip(marks).map(result).collect()
}

/// The log of all results.
pub(super) fn log(results: Vec<Value>) -> Value {
    let ids: BTreeSet<&str> = results.iter().filter_map(|result| result.get("ruleId")?.as_str()).collect();
    let rules: Vec<Value> = ids.into_iter().filter_map(by_id).map(rule).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Layerwise",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    })
}

fn rule(rule: &'static Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": summary(rule) },
        "help": { "text": summary(rule), "markdown": document(rule, 1) },
        "defaultConfiguration": { "level": level(rule.severity), "enabled": rule.default_on },
        "properties": { "tags": [group_name(rule.group)], "also": rule.also },
    })
}

fn fix(path: &str, text: &Text, fix: &Fix) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| {
            json!({ "deletedRegion": region(text, &edit.span), "insertedContent": { "text": edit.new_text } })
        })
        .collect();
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{
            "artifactLocation": { "uri": address(path) }, "replacements": replacements,
        }],
    })
}

fn region(text: &Text, span: &Span) -> Value {
    let region = Region::new(text, span, Encoding::Utf16);
    json!({
        "startLine": region.start_line,
        "startColumn": region.start_column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

//! Findings as GitLab's code quality report.
//! Source: GitLab documentation, "Code Quality report format"; Code Climate, "Engine specification", "Issues".

use serde_json::{Value, json};

use crate::cli::report::Checked;
use crate::cli::report::place::{Region, fingerprints, plain};
use crate::document::Cx;
use crate::rules::{Finding, Group, Severity};
use crate::text::Encoding;

/// The issues of one file. `path` is the file as it was given.
pub(super) fn issues(path: &str, cx: &Cx<'_>, findings: &[Checked]) -> Vec<Value> {
    let marks = fingerprints(path, cx, findings);
    let issue = |(checked, mark): (&Checked, String)| {
        let finding = &checked.finding;
        let region = Region::new(cx.document.text(), &finding.span, Encoding::Utf32);
        json!({
            "type": "issue",
            "check_name": finding.rule.id,
            "description": description(finding),
            "categories": [category(finding.rule.group)],
            "severity": severity(finding.severity),
            "fingerprint": mark,
            "location": {
                "path": plain(path),
                "lines": { "begin": region.start_line, "end": region.end_line },
            },
        })
    };
    findings.iter().zip(marks).map(issue).collect()
}

/// The message, and the codes that other tools have for it.
fn description(finding: &Finding) -> String {
    match finding.also {
        [] => finding.message.to_string(),
        codes => format!("{} ({})", finding.message, codes.join(", ")),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
        Severity::Hint => "info",
    }
}

fn category(group: Group) -> &'static str {
    match group {
        Group::Syntax | Group::Correctness => "Bug Risk",
        Group::Cache | Group::Size => "Performance",
        Group::Security => "Security",
        Group::Style => "Style",
    }
}

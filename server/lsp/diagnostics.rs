//! How findings leave: published by the one worker, or as the answer to a request. Both write the findings as
//! JSON text straight from the analysis, because on a big file writing them costs more than finding them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use tokio::runtime::Handle;
use tower_lsp::Client;
use tower_lsp::ls_types::{self, DiagnosticSeverity, NumberOrString, Range, Uri};

use super::analysis::{Analysis, Pass};
use super::guard::panic_message;
use super::output::Output;
use super::state::{Reported, Shared, Snapshot};
use super::{convert, transport};
use crate::rules::Finding;

/// The name under which findings are shown.
const SOURCE: &str = "layerwise";

/// The report of an analysis as JSON text, for a client that asks: what it has is `previous`.
pub(crate) fn encoded_report(analysis: &Analysis, previous: Option<&str>) -> String {
    let id = analysis.id.to_string();
    let report = if previous == Some(id.as_str()) {
        Report { kind: "unchanged", result_id: &id, items: None }
    } else {
        Report { kind: "full", result_id: &id, items: Some(Items::of(analysis)) }
    };
    // Maps have string keys and numbers are finite: this does not fail.
    serde_json::to_string(&report).unwrap_or_default()
}

/// The report for a document that is not open.
pub(crate) const EMPTY_REPORT: &str = r#"{"kind":"full","items":[]}"#;

/// One finding as the client has it; for the actions that mend it.
pub(crate) fn diagnostic(analysis: &Analysis, index: usize) -> Option<ls_types::Diagnostic> {
    let (finding, range) = (analysis.findings.get(index)?, analysis.ranges.get(index)?);
    Some(ls_types::Diagnostic {
        range: *range,
        severity: Some(convert::severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.id.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: finding.message.clone(),
        ..ls_types::Diagnostic::default()
    })
}

/// The one that publishes. Documents wait for it in a queue, each once: whatever has happened to a document
/// meanwhile, the worker sees only its newest version.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    client: Client,
    output: Output,
    runtime: Handle,
}

impl Worker {
    /// A worker; looks at the disk are made on the runtime's threads for blocking work.
    pub(crate) fn new(shared: Arc<Shared>, client: Client, output: Output, runtime: Handle) -> Worker {
        Worker { shared, client, output, runtime }
    }

    /// Works until the end.
    pub(crate) fn run(&self) {
        while let Some(uri) = self.shared.next_work() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.tend(&uri))) {
                tracing::error!(
                    "diagnostics of `{}` failed: {}",
                    uri.as_str(),
                    panic_message(panic.as_ref())
                );
            }
        }
    }

    /// Does what a document needs now, whatever has happened to it.
    fn tend(&self, uri: &Uri) {
        let Some(snapshot) = self.shared.snapshot(uri) else {
            if !self.shared.support().pull {
                self.publish(&Published { uri, version: None, diagnostics: Items::default() });
            }
            return;
        };
        let analysis = match &snapshot.analysis {
            Some(analysis) if analysis.is_current(&snapshot) => Arc::clone(analysis),
            // The text has been reported on, but what is around it has changed: what the client shows stays
            // until the new answer is whole.
            Some(analysis) if analysis.is_of_text(&snapshot) => return self.look(snapshot),
            // The client will ask.
            _ if snapshot.support.pull => return,
            _ => {
                let analysis = Arc::new(Analysis::new(&snapshot, Pass::First));
                self.shared.keep(&snapshot, &analysis);
                analysis
            }
        };
        self.report(&snapshot, &analysis);
        if !analysis.is_complete {
            self.look(snapshot);
        }
    }

    /// Makes the second pass, off this thread. When it is done, the document is tended again.
    fn look(&self, snapshot: Snapshot) {
        if !self.shared.begin_look(&snapshot.uri) {
            return;
        }
        let shared = Arc::clone(&self.shared);
        self.runtime.spawn_blocking(move || {
            let analysis = catch_unwind(AssertUnwindSafe(|| Analysis::new(&snapshot, Pass::Second)));
            match analysis {
                Ok(analysis) => {
                    shared.keep(&snapshot, &Arc::new(analysis));
                    shared.end_look(&snapshot.uri);
                }
                // Not tended again: the next look would end the same way.
                Err(panic) => {
                    tracing::error!("a look at the disk failed: {}", panic_message(panic.as_ref()));
                    shared.abandon_look(&snapshot.uri);
                }
            }
        });
    }

    /// Tells the client, if it was told something else before.
    fn report(&self, snapshot: &Snapshot, analysis: &Analysis) {
        let reported = Reported { version: snapshot.version, id: analysis.id };
        if snapshot.support.pull {
            let is_outdated = snapshot.reported.is_some_and(|reported| reported.id != analysis.id);
            if is_outdated && snapshot.support.refresh {
                let client = self.client.clone();
                self.runtime.spawn(async move {
                    if let Err(error) = client.workspace_diagnostic_refresh().await {
                        tracing::debug!("the client does not refresh diagnostics: {error}");
                    }
                });
            }
        } else if snapshot.reported != Some(reported) {
            self.shared.report(&snapshot.uri, reported);
            let (uri, version) = (&snapshot.uri, Some(snapshot.version));
            self.publish(&Published { uri, version, diagnostics: Items::of(analysis) });
        }
    }

    fn publish(&self, params: &Published<'_>) {
        let method = "textDocument/publishDiagnostics";
        self.output.send_blocking(transport::encode(&Notification { jsonrpc: "2.0", method, params }));
    }
}

#[derive(Serialize)]
struct Notification<'a> {
    jsonrpc: &'static str,
    method: &'static str,
    params: &'a Published<'a>,
}

#[derive(Serialize)]
struct Published<'a> {
    uri: &'a Uri,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    diagnostics: Items<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    kind: &'static str,
    result_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Items<'a>>,
}

/// Findings and their ranges as the protocol's diagnostics.
#[derive(Default)]
struct Items<'a> {
    findings: &'a [Finding],
    ranges: &'a [Range],
}

impl Items<'_> {
    fn of(analysis: &Analysis) -> Items<'_> {
        Items { findings: &analysis.findings, ranges: &analysis.ranges }
    }
}

#[derive(Serialize)]
struct Item<'a> {
    range: Range,
    severity: DiagnosticSeverity,
    code: &'static str,
    source: &'static str,
    message: &'a str,
}

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.findings.iter().zip(self.ranges).map(|(finding, range)| Item {
            range: *range,
            severity: convert::severity(finding.severity),
            code: finding.rule.id,
            source: SOURCE,
            message: &finding.message,
        }))
    }
}

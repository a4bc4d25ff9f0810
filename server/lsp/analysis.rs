//! The findings of one version of a document, with their ranges as the client counts them.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tower_lsp::ls_types::{DiagnosticRelatedInformation, Location, Range};

use super::capabilities::FindingSupport;
use super::convert::Positions;
use super::kind::DocumentKind;
use super::shells::Shells;
use super::state::Snapshot;
use super::surroundings::Surroundings;
use crate::context::shell_check::{NoShellCheck, ShellCheck};
use crate::context::{BuildContext, NoContext};
use crate::document::{Cx, Document};
use crate::rules::{self, Finding, Related};
use crate::text::Span;

/// Where an analysis looks for what is not in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// In memory: pure, for the keystroke.
    First,
    /// On disk, where memory has no answer.
    Second,
}

/// The findings of one version of a document.
pub(crate) struct Analysis {
    /// The document analysed.
    pub(crate) document: Arc<Document>,
    surroundings: Arc<Surroundings>,
    /// The findings, sorted by place.
    pub(crate) findings: Vec<Finding>,
    /// The findings' ranges, in their order.
    pub(crate) ranges: Vec<Range>,
    /// The places that belong to the findings, in their order, where the client shows them.
    pub(crate) related: Vec<Vec<DiagnosticRelatedInformation>>,
    /// What of them the client shows.
    pub(crate) support: FindingSupport,
    /// Whether a look at the disk can add nothing.
    pub(crate) is_complete: bool,
    /// Where somebody typed, if something is unfinished there and not among the findings.
    held_back: Option<usize>,
    /// The same for two analyses that report the same; never the same else.
    pub(crate) id: u64,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

impl Analysis {
    /// Analyses a snapshot. An analysis that finds what the document's last one found keeps its id.
    pub(crate) fn new(snapshot: &Snapshot, pass: Pass) -> Analysis {
        let is_unfinished = |cx: &Cx<'_>, finding: &Finding| {
            snapshot.typed.is_some_and(|typed| rules::unfinished::is_unfinished(cx.document, finding, typed))
        };
        let has_unfinished = Cell::new(false);
        let mut analysis = Analysis::of(snapshot, pass, &|cx| {
            let mut findings = rules::run(cx);
            let count = findings.len();
            findings.retain(|finding| !is_unfinished(cx, finding));
            has_unfinished.set(findings.len() < count);
            findings
        });
        analysis.held_back = snapshot.typed.filter(|_| has_unfinished.get());
        let last = snapshot.analysis.as_ref().filter(|last| last.reports_as(&analysis));
        analysis.id = last.map_or_else(|| NEXT_ID.fetch_add(1, Ordering::Relaxed), |last| last.id);
        analysis
    }

    /// What touches a span of a snapshot (in bytes), with a look at the disk: findings that do not may be missing.
    pub(crate) fn near(snapshot: &Snapshot, span: &Span) -> Analysis {
        Analysis::of(snapshot, Pass::Second, &|cx| rules::run_near(cx, span))
    }

    fn of(snapshot: &Snapshot, pass: Pass, run: &dyn Fn(&Cx<'_>) -> Vec<Finding>) -> Analysis {
        let snapshot = &*snapshot.for_its_build();
        let (findings, is_complete) = with_cx(snapshot, pass, |cx| match snapshot.kind {
            DocumentKind::Dockerfile | DocumentKind::IgnoreFile => run(cx),
            DocumentKind::Other => Vec::new(),
        });
        let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
        let ranges = findings.iter().map(|finding| positions.range(&finding.span)).collect();
        let mut place = |related: &Related| {
            let location = Location { uri: snapshot.uri.clone(), range: positions.range(&related.span) };
            DiagnosticRelatedInformation { location, message: related.message.to_string() }
        };
        let shown = findings.iter().map(|finding| &*finding.related);
        let shown = shown.map(|related| if snapshot.support.findings.related { related } else { &[] });
        let related = shown.map(|related| related.iter().map(&mut place).collect()).collect();
        Analysis {
            document: Arc::clone(&snapshot.document),
            surroundings: Arc::clone(&snapshot.surroundings),
            findings,
            ranges,
            related,
            support: snapshot.support.findings,
            is_complete,
            held_back: None,
            id: 0,
        }
    }

    /// Whether this is an analysis of the snapshot's text.
    pub(crate) fn is_of_text(&self, snapshot: &Snapshot) -> bool {
        self.document.has_text_of(&snapshot.document)
    }

    /// Whether nothing has changed since that the findings depend on.
    pub(crate) fn is_current(&self, snapshot: &Snapshot) -> bool {
        self.is_of_text(snapshot)
            && Arc::ptr_eq(&self.surroundings, &snapshot.surroundings)
            && (self.is_whole() || self.held_back == snapshot.typed)
    }

    /// Whether nothing was held back because it is still being typed.
    pub(crate) fn is_whole(&self) -> bool {
        self.held_back.is_none()
    }

    fn reports_as(&self, other: &Analysis) -> bool {
        let same = |(one, two): (&Finding, &Finding)| {
            one.rule.id == two.rule.id
                && one.severity == two.severity
                && one.message == two.message
                && one.also == two.also
        };
        self.ranges == other.ranges
            && self.related == other.related
            && self.findings.iter().zip(&other.findings).all(same)
    }
}

/// What `ask` says in the snapshot's context, and whether a look at the disk can add nothing.
pub(crate) fn with_cx<T>(snapshot: &Snapshot, pass: Pass, ask: impl FnOnce(&Cx<'_>) -> T) -> (T, bool) {
    let snapshot = &*snapshot.for_its_build();
    let surroundings = &snapshot.surroundings;
    let program = surroundings.shell_check().map(|program| Shells::new(program, pass));
    let shell_check = program.as_ref().map_or(&NoShellCheck as &dyn ShellCheck, |shells| shells);
    let has_missed_shells = || program.as_ref().is_some_and(Shells::has_missed);
    let cx = |context| Cx {
        document: &snapshot.document,
        context,
        shell_check,
        settings: surroundings.settings(),
    };
    let Some(recall) = surroundings.context() else {
        let answer = ask(&cx(&NoContext));
        return (answer, !has_missed_shells());
    };
    let view = match pass {
        Pass::First => recall.remembered(),
        Pass::Second => recall.asking(),
    };
    let answer = ask(&cx(&view as &dyn BuildContext));
    (answer, !view.has_missed() && !has_missed_shells())
}

//! Code actions that silence findings: in the document, and in the settings file of its folder.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use tower_lsp::ls_types::{CodeAction, CodeActionKind, Diagnostic};

use super::analysis::Analysis;
use super::report;
use super::state::Snapshot;
use super::workspace_edit::{OpenDocuments, document_edit, file_edit};
use crate::discovery;
use crate::document::Cx;
use crate::rules::{self, Finding, Group};
use crate::settings::Level;
use crate::settings::turn_off::turn_off;
use crate::silence;
use crate::text::Edit;

/// The actions that silence these findings (indexes of the analysis'), in their order: first those that speak of one
/// instruction, then wider ones. What silences several findings is offered once.
pub(super) fn find(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    analysis: &Analysis,
    wanted: &[usize],
    open: &OpenDocuments<'_>,
) -> Vec<CodeAction> {
    let mut offered = Offered::default();
    for index in wanted {
        let (Some(finding), Some(diagnostic)) =
            (analysis.findings.get(*index), report::diagnostic(analysis, *index))
        else {
            continue;
        };
        for silence in silence::offers(cx, finding) {
            let place = silence.edit.span.start;
            offered.push((silence.title, place), &diagnostic, |title| {
                Some(action(title, document_edit(snapshot, std::slice::from_ref(&silence.edit))))
            });
        }
    }
    for index in wanted {
        let (Some(finding), Some(diagnostic)) =
            (analysis.findings.get(*index), report::diagnostic(analysis, *index))
        else {
            continue;
        };
        // Each code of another program says something else.
        let code = finding.shell_check_code();
        let all = if code.is_some() { " with all its codes" } else { "" };
        for (name, all) in code.map(|code| (code, "")).into_iter().chain([(finding.rule.id, all)]) {
            let title = format!("Turn off `{name}`{all} in {}", discovery::FILE_NAME);
            offered.push((title, 0), &diagnostic, |title| {
                let (path, source, edit) = settings_edit(snapshot, cx, finding, name)?;
                Some(action(title, file_edit(snapshot, path, source.as_deref(), &[edit], open)?))
            });
        }
    }
    offered.actions
}

fn action(title: String, edit: tower_lsp::ls_types::WorkspaceEdit) -> CodeAction {
    CodeAction { title, kind: Some(CodeActionKind::QUICKFIX), edit: Some(edit), ..CodeAction::default() }
}

/// The actions so far, by what they do.
#[derive(Default)]
struct Offered {
    actions: Vec<CodeAction>,
    places: HashMap<(String, usize), usize>,
    refused: HashSet<(String, usize)>,
}

impl Offered {
    /// Makes an action, or adds a diagnostic to the one that does the same.
    fn push(
        &mut self,
        key: (String, usize),
        diagnostic: &Diagnostic,
        make: impl FnOnce(String) -> Option<CodeAction>,
    ) {
        if let Some(action) = self.places.get(&key).and_then(|index| self.actions.get_mut(*index)) {
            action.diagnostics.get_or_insert_default().push(diagnostic.clone());
        } else if !self.refused.contains(&key) {
            match make(key.0.clone()) {
                Some(action) => {
                    self.places.insert(key, self.actions.len());
                    self.actions.push(CodeAction { diagnostics: Some(vec![diagnostic.clone()]), ..action });
                }
                None => drop(self.refused.insert(key)),
            }
        }
    }
}

/// The edit that turns the rule of a finding or its code off in the settings file of a document: the file's path, its text,
/// `None` where it is new, and the edit; `None` where the finding would still be there.
fn settings_edit(
    snapshot: &Snapshot,
    cx: &Cx<'_>,
    finding: &Finding,
    name: &str,
) -> Option<(PathBuf, Option<String>, Edit)> {
    if finding.rule.group == Group::Syntax || !snapshot.support.document_changes {
        return None;
    }
    let discovered = Arc::clone(snapshot.surroundings.discovered()?);
    let (path, source) = match &discovered.path {
        Some(path) => (path.clone(), Some(discovered.source.clone())),
        None => (snapshot.surroundings.home()?.join(discovery::FILE_NAME), None),
    };
    let edit = turn_off(source.as_deref().unwrap_or_default(), name)?;
    // What the client has set beats the file, and so does what the document says.
    let mut file = discovered.settings.clone();
    file.rules.entry(name.to_owned()).or_default().level = Some(Level::Off);
    let settings = snapshot.surroundings.settings_with(file);
    let cx = Cx { settings: &settings, ..*cx };
    let is_off = rules::severity(&cx, finding.rule).is_none() || settings.heard(finding, || true).is_none();
    is_off.then_some((path, source, edit))
}

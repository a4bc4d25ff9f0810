//! What is outside of the documents: the client's settings, and the files that it says have changed.

use std::path::PathBuf;

use serde_json::Value;
use tower_lsp::ls_types::{ConfigurationItem, Registration, WorkspaceFolder, WorkspaceFoldersChangeEvent};

use super::Server;
use crate::discovery;
use crate::lsp::settings;
use crate::lsp::surroundings::file_path;

impl Server {
    /// Asks the client to say when something changes.
    pub(super) async fn register(&self, registrations: Vec<Registration>) {
        if registrations.is_empty() {
            return;
        }
        if let Err(error) = self.client.register_capability(registrations).await {
            tracing::warn!("the client does not watch for changes: {error}");
        }
    }

    /// Asks the client for its settings; what cannot be had stays as it was.
    pub(super) async fn pull_settings(&self) {
        let item = ConfigurationItem { scope_uri: None, section: Some(settings::SECTION.to_owned()) };
        match self.client.configuration(vec![item]).await {
            Ok(answer) => {
                if let Some(settings) = settings::answered(answer) {
                    self.set_settings(settings);
                }
            }
            Err(error) => tracing::warn!("the client does not give its settings: {error}"),
        }
    }

    pub(super) fn set_settings(&self, settings: Value) {
        if self.shared.workspace().settings != settings {
            self.shared.change_workspace(|workspace| workspace.settings = settings);
        }
    }

    /// Takes what the client has opened and closed.
    pub(super) fn change_folders(&self, event: &WorkspaceFoldersChangeEvent) {
        let paths = |folders: &[WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| file_path(&folder.uri)).collect()
        };
        let (added, removed) = (paths(&event.added), paths(&event.removed));
        self.shared.change_workspace(|workspace| {
            workspace.folders.retain(|folder| !removed.contains(folder));
            workspace.folders.extend(added);
        });
    }

    /// Forgets what was read of the disk, where a change of these files can make a difference.
    pub(super) fn forget(&self, paths: &[PathBuf]) {
        self.shared.note_files(paths);
        if paths.iter().any(|path| discovery::matters(path)) {
            self.shared.change_workspace(|_| {});
        } else {
            self.shared.forget(|surroundings| paths.iter().any(|path| surroundings.may_depend_on(path)));
        }
    }
}

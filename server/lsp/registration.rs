//! What is asked of the client once: to say when settings and files change.

use std::path::PathBuf;

use serde::Serialize;
use tower_lsp::ls_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, InitializeParams, Registration,
    WatchKind,
};

use super::capabilities::ClientSupport;
use super::settings::SECTION;
use super::surroundings::file_path;

/// Files whose content matters; of all others it only matters whether they are there.
const READ_FILES: &str = "**/{layerwise.toml,.hadolint.yaml,.hadolint.yml,.dockerignore,*.dockerignore,[Dd]ockerfile,[Dd]ockerfile.*,*.[Dd]ockerfile,[Cc]ontainerfile,[Cc]ontainerfile.*,*.[Cc]ontainerfile,compose*.y*ml,docker-compose*.y*ml,docker-bake*.json,docker-bake*.hcl,devcontainer.json,.devcontainer.json,skaffold*.y*ml,.github/workflows/*.y*ml,package.json,pyproject.toml,go.mod,Cargo.toml}";

/// The registrations that this client takes.
pub(crate) fn registrations(support: &ClientSupport) -> Vec<Registration> {
    let mut registrations = Vec::new();
    if support.watch_configuration {
        let options = serde_json::json!({ "section": SECTION });
        registrations.push(registration("workspace/didChangeConfiguration", &options));
    }
    if support.watch_files {
        let watcher = |glob: &str, kind| FileSystemWatcher {
            glob_pattern: GlobPattern::String(glob.to_owned()),
            kind: Some(kind),
        };
        let options = DidChangeWatchedFilesRegistrationOptions {
            watchers: vec![
                watcher("**/*", WatchKind::Create | WatchKind::Delete),
                watcher(READ_FILES, WatchKind::Change),
            ],
        };
        registrations.push(registration("workspace/didChangeWatchedFiles", &options));
    }
    registrations
}

fn registration(method: &str, options: &impl Serialize) -> Registration {
    Registration {
        id: method.to_owned(),
        method: method.to_owned(),
        register_options: serde_json::to_value(options).ok(),
    }
}

/// The folders that the client has open.
pub(crate) fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().filter_map(|folder| file_path(&folder.uri)).collect();
    }
    // Older clients know one folder only.
    #[expect(deprecated, reason = "they still send it")]
    let root = params.root_uri.as_ref();
    root.and_then(file_path).into_iter().collect()
}

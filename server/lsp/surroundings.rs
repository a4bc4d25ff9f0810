//! What a document's findings depend on besides its text: the settings and the build context. Made when the
//! document is opened and made anew when either has changed; read from disk on first use, off the reader's
//! thread.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;
use tower_lsp::ls_types::Uri;

use super::recall::Recall;

use crate::context::Certainty;
use crate::discovery::builders::builders;
use crate::discovery::ignore_files::{own_context, owner};
use crate::discovery::inputs::inputs;
use crate::discovery::{self, Discovered, Discovery};
use crate::disk::DiskContext;
use crate::semantic::inputs::Inputs;
use crate::settings::{Settings, ShellCheckSetting};
use crate::shellcheck::{Program, Programs};

/// What all documents have around them.
pub(crate) struct Workspace {
    /// The settings as the client sent them.
    pub(crate) settings: Value,
    /// The folders that the client has open.
    pub(crate) folders: Vec<PathBuf>,
    discovery: Discovery,
    programs: Arc<Programs>,
    complaints: Mutex<HashSet<String>>,
}

impl Default for Workspace {
    fn default() -> Workspace {
        Workspace {
            settings: Value::default(),
            folders: Vec::new(),
            discovery: Discovery::default(),
            programs: Arc::new(Programs::new(|complaint| tracing::warn!("{complaint}"))),
            complaints: Mutex::default(),
        }
    }
}

impl Workspace {
    /// A workspace that has read no settings file yet.
    pub(crate) fn new(settings: Value, folders: Vec<PathBuf>) -> Workspace {
        Workspace { settings, folders, ..Workspace::default() }
    }

    /// The same, with every settings file to be read again.
    pub(crate) fn renewed(&self) -> Workspace {
        // What a program has said of a text stays true.
        let programs = Arc::clone(&self.programs);
        Workspace { programs, ..Workspace::new(self.settings.clone(), self.folders.clone()) }
    }

    /// Says what is wrong with the settings, each thing once.
    fn complain(&self, origin: &str, problem: &str) {
        let complaint = format!("{origin}: {problem}");
        let mut complaints = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        if complaints.insert(complaint.clone()) {
            tracing::warn!("{complaint}");
        }
    }
}

/// The settings and the build context of one document.
pub(crate) struct Surroundings {
    path: Option<PathBuf>,
    workspace: Arc<Workspace>,
    found: OnceLock<Found>,
}

struct Found {
    settings: Settings,
    discovered: Arc<Discovered>,
    hadolint: Arc<Discovered>,
    inputs: Arc<Inputs>,
    folder: Option<PathBuf>,
    context: Option<Recall>,
    shell_check: Option<Arc<Program>>,
}

impl Surroundings {
    /// The surroundings of the document at `uri`. Reads nothing yet.
    pub(crate) fn new(uri: &Uri, workspace: Arc<Workspace>) -> Surroundings {
        Surroundings { path: file_path(uri).map(owner), workspace, found: OnceLock::new() }
    }

    /// Whether the disk was read; what follows reads it the first time.
    pub(crate) fn is_found(&self) -> bool {
        self.found.get().is_some()
    }

    /// The settings in force.
    pub(crate) fn settings(&self) -> &Settings {
        &self.found().settings
    }

    /// What a build of the document is given.
    pub(crate) fn inputs(&self) -> &Arc<Inputs> {
        &self.found().inputs
    }

    /// The settings file and what is wrong with it; `None` where none was read.
    pub(crate) fn discovered(&self) -> Option<&Arc<Discovered>> {
        self.found.get().map(|found| &found.discovered)
    }

    /// As `discovered`, of the settings file of hadolint.
    pub(crate) fn hadolint(&self) -> Option<&Arc<Discovered>> {
        self.found.get().map(|found| &found.hadolint)
    }

    /// The build context; `None` where there is none.
    pub(crate) fn context(&self) -> Option<&Recall> {
        self.found().context.as_ref()
    }

    /// What checks shell text, if anything does.
    pub(crate) fn shell_check(&self) -> Option<&Arc<Program>> {
        self.found().shell_check.as_ref()
    }

    /// The build context's folder; `None` where there is none.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.found().folder.as_deref()
    }

    /// Whether a change of the file at `path` can make a difference.
    pub(crate) fn may_depend_on(&self, path: &Path) -> bool {
        // What was not read yet cannot be out of date.
        let folder = self.found.get().and_then(|found| found.folder.as_deref());
        folder.is_some_and(|folder| path.starts_with(folder))
            || self.path.as_deref().and_then(Path::parent).is_some_and(|folder| path.starts_with(folder))
    }

    fn found(&self) -> &Found {
        self.found.get_or_init(|| self.find())
    }

    fn find(&self) -> Found {
        let path = self.path.as_deref();
        let home = path.and_then(Path::parent);
        let settings_files = &self.workspace.discovery;
        let discovered = home.map(|folder| settings_files.find(folder)).unwrap_or_default();
        let root = path.and_then(|path| self.folder_around(path));
        let hadolint = home.map(|folder| settings_files.find_hadolint(folder, root)).unwrap_or_default();
        let mut file = discovered.settings.clone();
        if let Some(ShellCheckSetting::Path(program)) = &file.shellcheck {
            // Files of a folder that is merely opened must not say what is run.
            self.workspace.complain(
                "shellcheck",
                &format!("`{program}` of a settings file is not run by the server: set it in the editor"),
            );
            file.shellcheck = None;
        }
        let (client, problems) = Settings::from_json(&self.workspace.settings);
        for problem in problems {
            self.workspace.complain("the editor's settings", &problem.message);
        }
        let settings = merged(&hadolint, file, client);
        let shell_check = self.workspace.programs.find(settings.shellcheck.as_ref());
        let given = settings.context.dir.as_deref().map(|dir| self.absolute(dir));
        if let Some(folder) = given.as_deref().filter(|folder| !folder.is_dir()) {
            self.workspace.complain("context.dir", &format!("`{}` is not a folder", folder.display()));
        }
        let own = path.and_then(own_context).map(Path::to_owned);
        let given = own.or(given.filter(|folder| folder.is_dir())).map(|folder| (folder, Certainty::Given));
        let unknown = path.filter(|_| given.is_none());
        let found = path.map(|path| builders(settings_files, path, root)).unwrap_or_default();
        let inputs =
            Arc::new(inputs(&settings, &discovered, &found, path, root.or(home).unwrap_or(Path::new(""))));
        let (folder, context) =
            match (given, unknown.and_then(|path| discovery::context::of_saved(&found, path, root))) {
                (Some((folder, certainty)), _) => {
                    let context = DiskContext::new(&folder, path, certainty);
                    (folder, context)
                }
                (None, Some(chosen)) => {
                    let context =
                        DiskContext::new(&chosen.folder, path, chosen.certainty).with_origin(chosen.why);
                    (chosen.folder, context)
                }
                (None, None) => {
                    return Found {
                        settings,
                        discovered,
                        hadolint,
                        inputs,
                        folder: None,
                        context: None,
                        shell_check,
                    };
                }
            };
        let context = Recall::new(Box::new(context));
        Found {
            settings,
            discovered,
            hadolint,
            inputs,
            folder: Some(folder),
            context: Some(context),
            shell_check,
        }
    }

    /// The settings that would be in force if the settings file said `file`.
    pub(crate) fn settings_with(&self, file: Settings) -> Settings {
        merged(&self.found().hadolint, file, Settings::from_json(&self.workspace.settings).0)
    }

    /// The folder where a settings file for the document belongs: the client's folder around it, else its own.
    pub(crate) fn home(&self) -> Option<&Path> {
        let path = self.path.as_deref()?;
        self.folder_around(path).or(path.parent())
    }

    /// A folder of the settings: relative to the client's folder around the document, else to the document's own.
    fn absolute(&self, folder: &str) -> PathBuf {
        let Some(path) = self.path.as_deref() else { return PathBuf::from(folder) };
        self.folder_around(path).or(path.parent()).unwrap_or(path).join(folder)
    }

    /// The nearest of the client's folders that holds a path.
    fn folder_around(&self, path: &Path) -> Option<&Path> {
        let around = self.workspace.folders.iter().filter(|folder| path.starts_with(folder));
        around.max_by_key(|folder| folder.as_os_str().len()).map(PathBuf::as_path)
    }
}

/// What the client set over what was found on disk.
fn merged(hadolint: &Discovered, file: Settings, client: Settings) -> Settings {
    Settings::merge(Settings::merge(hadolint.settings.clone(), file), client)
}

/// The path of a file's address; `None` for what is no file.
pub(crate) fn file_path(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    is_file.then(|| uri.to_file_path()).flatten().map(std::borrow::Cow::into_owned)
}

//! Finds the settings files that hold for a folder: `layerwise.toml` in it or in the nearest folder above, and hadolint's.
//! At the edge: this reads the disk. Who builds a Dockerfile, and with which context, is found by the modules below.

pub mod builders;
pub mod context;
pub(crate) mod dockerfiles;
pub mod ignore_files;
pub mod inputs;

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::settings::{SettingProblem, Settings};

/// The name of a settings file.
pub const FILE_NAME: &str = "layerwise.toml";

/// The names of hadolint's settings file; the first that is there is read.
pub const HADOLINT_NAMES: [&str; 2] = [".hadolint.yaml", ".hadolint.yml"];

/// The most bytes of a settings file that are read.
const MOST_BYTES: u64 = 1 << 20;

/// The settings found so far, by folder.
#[derive(Debug, Default)]
pub struct Discovery {
    folders: Mutex<HashMap<PathBuf, Arc<Discovered>>>,
    hadolint: Mutex<HashMap<PathBuf, Arc<Discovered>>>,
    builds: Mutex<HashMap<PathBuf, Arc<builders::Builds>>>,
}

/// What was found for a folder. Where there is no settings file, the default settings.
#[derive(Debug, Default)]
pub struct Discovered {
    /// The settings file; `None` where there is none.
    pub path: Option<PathBuf>,
    /// Its text, for the places of the problems; empty where it could not be read.
    pub source: String,
    /// What it sets. `context.dir` is relative to the file no more.
    pub settings: Settings,
    /// What in it cannot be used.
    pub problems: Vec<SettingProblem>,
}

impl Discovery {
    /// The settings for the files of a folder; `folder` is absolute. Every folder on the way is looked at once.
    pub fn find(&self, folder: &Path) -> Arc<Discovered> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut passed = Vec::new();
        let mut found = None;
        for ancestor in folder.ancestors() {
            found = folders.get(ancestor).cloned();
            if found.is_none() {
                passed.push(ancestor.to_owned());
                let path = ancestor.join(FILE_NAME);
                found = path.is_file().then(|| Arc::new(load(&path, Settings::from_toml)));
            }
            if found.is_some() {
                break;
            }
        }
        let found = found.unwrap_or_default();
        folders.extend(passed.into_iter().map(|ancestor| (ancestor, Arc::clone(&found))));
        found
    }

    /// hadolint's settings for the files of a folder: the file in it or in the nearest folder above, up to `root` where
    /// that is above, else the one where hadolint looks: in `root`, then the user's. Both folders are absolute.
    pub fn find_hadolint(&self, folder: &Path, root: Option<&Path>) -> Arc<Discovered> {
        let mut folders = self.hadolint.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = folders.get(folder) {
            return Arc::clone(found);
        }
        let inside =
            |ancestor: &&Path| root.is_none_or(|root| ancestor.starts_with(root) || *ancestor == folder);
        let around = folder.ancestors().take_while(inside).chain(root);
        let own = around.flat_map(|folder| HADOLINT_NAMES.map(|name| folder.join(name)));
        let path = own.chain(hadolint_of_user()).find(|path| path.is_file());
        let found = Arc::new(path.map(|path| load(&path, Settings::from_hadolint)).unwrap_or_default());
        folders.insert(folder.to_owned(), Arc::clone(&found));
        found
    }

    /// What the files of a folder build, read once.
    fn builds_in(&self, folder: &Path) -> Arc<builders::Builds> {
        let mut builds = self.builds.lock().unwrap_or_else(PoisonError::into_inner);
        let found = builds.entry(folder.to_owned()).or_insert_with(|| Arc::new(builders::in_folder(folder)));
        Arc::clone(found)
    }

    /// Forgets everything, so that changed files are read again.
    pub fn clear(&self) {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.hadolint.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.builds.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Whether a file has the name of a settings file.
pub fn is_settings_file(path: &Path) -> bool {
    let is_one =
        |name: &std::ffi::OsStr| name == FILE_NAME || HADOLINT_NAMES.iter().any(|known| name == *known);
    path.file_name().is_some_and(is_one)
}

/// Whether a change of a file can change the settings or the build context of documents around it.
pub fn matters(path: &Path) -> bool {
    is_settings_file(path) || builders::is_builder_file(path)
}

/// Where hadolint looks for a user's own settings, in its order.
fn hadolint_of_user() -> Vec<PathBuf> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = if cfg!(windows) { folder("USERPROFILE") } else { folder("HOME") };
    let set = if cfg!(windows) { folder("LOCALAPPDATA") } else { folder("XDG_CONFIG_HOME") };
    let configured = set.or_else(|| home.as_ref().map(|home| home.join(".config")));
    let named = |folder: &Path, name: &str| ["yaml", "yml"].map(|end| folder.join(format!("{name}.{end}")));
    let mut paths: Vec<PathBuf> = configured.iter().flat_map(|folder| named(folder, "hadolint")).collect();
    if let Some(home) = home {
        let own = home.join(".hadolint");
        paths.extend([named(&own, "hadolint"), named(&own, "config"), named(&home, ".hadolint")].concat());
    }
    paths
}

fn load(path: &Path, parse: fn(&str) -> (Settings, Vec<SettingProblem>)) -> Discovered {
    let unusable = |message: String| Discovered {
        path: Some(path.to_owned()),
        problems: vec![SettingProblem { message, span: None }],
        ..Discovered::default()
    };
    let source = match read(path) {
        Ok(source) => source,
        Err(error) => return unusable(format!("this file cannot be read: {error}")),
    };
    let (mut settings, problems) = parse(&source);
    if let (Some(dir), Some(folder)) = (&settings.context.dir, path.parent()) {
        settings.context.dir = Some(folder.join(dir).to_string_lossy().into_owned());
    }
    Discovered { path: Some(path.to_owned()), source, settings, problems }
}

/// The text of a file of settings or of a builder. Fails where it cannot be read, or is too long.
pub(crate) fn read(path: &Path) -> std::io::Result<String> {
    let mut source = String::new();
    fs::File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut source)?;
    if source.len() as u64 > MOST_BYTES {
        return Err(std::io::Error::other(format!("it has more than {MOST_BYTES} bytes")));
    }
    Ok(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_upwards_holds_and_its_folder_is_relative_to_it() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b/c");
        fs::create_dir_all(&deep).unwrap();
        fs::write(root.path().join(FILE_NAME), "[context]\ntarget = 'outer'\n").unwrap();
        fs::write(root.path().join("a").join(FILE_NAME), "[context]\ndir = 'src'\n").unwrap();
        let discovery = Discovery::default();
        let found = discovery.find(&deep);
        assert_eq!(found.path.as_deref(), Some(root.path().join("a").join(FILE_NAME).as_path()));
        assert_eq!(found.settings.context.dir.as_deref(), root.path().join("a/src").to_str());
        assert_eq!(found.settings.context.target, None);
        assert_eq!(discovery.find(root.path()).settings.context.target.as_deref(), Some("outer"));
    }

    #[test]
    fn a_change_is_seen_after_clearing() {
        let root = tempfile::tempdir().unwrap();
        let discovery = Discovery::default();
        assert_eq!(discovery.find(root.path()).settings.context.target, None);
        fs::write(root.path().join(FILE_NAME), "[context]\ntarget = 'new'\n").unwrap();
        assert_eq!(discovery.find(root.path()).settings.context.target, None);
        discovery.clear();
        assert_eq!(discovery.find(root.path()).settings.context.target.as_deref(), Some("new"));
    }

    #[test]
    fn a_file_that_is_no_text_is_a_problem() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(FILE_NAME), b"\xff\xfe").unwrap();
        let found = Discovery::default().find(root.path());
        assert_eq!(found.problems.len(), 1);
        assert!(found.problems[0].message.starts_with("this file cannot be read: "));
        assert_eq!(found.settings, Settings::default());
    }

    #[test]
    fn the_settings_of_hadolint_are_looked_for_up_to_the_root_and_in_it() {
        let root = tempfile::tempdir().unwrap();
        let [inner, outside] = ["work/a/b", "other"].map(|name| root.path().join(name));
        let work = root.path().join("work");
        for folder in [&inner, &outside] {
            fs::create_dir_all(folder).unwrap();
        }
        let write = |folder: &Path, name: &str, code: &str| {
            fs::write(folder.join(name), format!("ignored: [{code}]\n")).unwrap();
        };
        let found = |folder: &Path, root: Option<&Path>| {
            Discovery::default().find_hadolint(folder, root).settings.hadolint.ignored.join(" ")
        };
        write(root.path(), ".hadolint.yml", "DL1");
        write(root.path(), ".hadolint.yaml", "DL3000");
        assert_eq!(found(&inner, Some(root.path())), "DL3000");
        assert_eq!(found(&inner, None), "DL3000");
        write(&work, ".hadolint.yml", "DL3001");
        assert_eq!(found(&inner, Some(&work)), "DL3001");
        write(&inner, ".hadolint.yml", "DL3002");
        assert_eq!(
            (found(&inner, Some(&work)), found(&outside, Some(&work))),
            ("DL3002".into(), "DL3001".into())
        );
        write(&outside, ".hadolint.yml", "DL3003");
        assert_eq!(found(&outside, Some(&work)), "DL3003");
    }
}

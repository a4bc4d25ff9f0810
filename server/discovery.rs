//! Finds the `layerwise.toml` that holds for a folder: in it or in the nearest folder above. At the edge: this
//! reads the disk.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::settings::{SettingProblem, Settings};

/// The name of a settings file.
pub const FILE_NAME: &str = "layerwise.toml";

/// The most bytes of a settings file that are read.
const MOST_BYTES: u64 = 1 << 20;

/// The settings found so far, by folder.
#[derive(Debug, Default)]
pub struct Discovery {
    folders: Mutex<HashMap<PathBuf, Arc<Discovered>>>,
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
                found = path.is_file().then(|| Arc::new(load(&path)));
            }
            if found.is_some() {
                break;
            }
        }
        let found = found.unwrap_or_default();
        folders.extend(passed.into_iter().map(|ancestor| (ancestor, Arc::clone(&found))));
        found
    }

    /// Forgets everything, so that changed files are read again.
    pub fn clear(&self) {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn load(path: &Path) -> Discovered {
    let unusable = |message: String| Discovered {
        path: Some(path.to_owned()),
        problems: vec![SettingProblem { message, span: None }],
        ..Discovered::default()
    };
    let source = match read(path) {
        Ok(source) => source,
        Err(error) => return unusable(format!("this file cannot be read: {error}")),
    };
    let (mut settings, problems) = Settings::from_toml(&source);
    if let (Some(dir), Some(folder)) = (&settings.context.dir, path.parent()) {
        settings.context.dir = Some(folder.join(dir).to_string_lossy().into_owned());
    }
    Discovered { path: Some(path.to_owned()), source, settings, problems }
}

fn read(path: &Path) -> std::io::Result<String> {
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
}

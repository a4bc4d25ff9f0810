//! Contexts that know nothing, until the real ones are there.
use std::path::Path;

use crate::context::{BuildContext, Certainty, Lookup};

pub(crate) struct NoContext;
pub(crate) struct DiskContext(String, Certainty);

impl DiskContext {
    pub(crate) fn new(folder: &Path, _dockerfile: Option<&Path>, certainty: Certainty) -> DiskContext {
        DiskContext(folder.to_string_lossy().into_owned(), certainty)
    }
}

macro_rules! unknown {
    () => {
        fn entry(&self, _path: &str) -> Lookup {
            Lookup::Unknown
        }
        fn list(&self, _path: &str) -> Option<Vec<String>> {
            None
        }
        fn read(&self, _path: &str) -> Option<String> {
            None
        }
        fn ignore_file(&self) -> Option<(String, String)> {
            None
        }
    };
}

impl BuildContext for NoContext {
    fn certainty(&self) -> Certainty {
        Certainty::None
    }
    fn root(&self) -> Option<String> {
        None
    }
    unknown!();
}

impl BuildContext for DiskContext {
    fn certainty(&self) -> Certainty {
        self.1
    }
    fn root(&self) -> Option<String> {
        Some(self.0.clone())
    }
    unknown!();
}

//! Symbolic links of a build context on the way to what a source names. BuildKit follows them there, and copies those below
//! as links. Source: BuildKit, `dockerfile2llb/convert_copy.go` (`FollowSymlinks`) and `solver/llbsolver/ops/exec.go`
//! (`FollowLinks`).

use super::glob::Glob;
use super::sources::{Sources, split_wildcards};
use super::view::View;
use crate::path;

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behind {
    /// There is no link on it.
    Itself,
    /// Through links to this clean path of the context.
    Path(String),
    /// Through links out of the context, or it is not known where to.
    Unknown,
}

impl View<'_> {
    /// Where the paths lead that a source of COPY, ADD or a mount names, for those with a link on them.
    pub fn behind_links(&self, source: &str) -> Vec<Behind> {
        let source = path::in_context(source);
        let (folder, wildcard) = split_wildcards(&source);
        let paths = match self.resolve(&source) {
            _ if wildcard.is_empty() => vec![source.clone()],
            Sources::Found(paths) => paths,
            // What lies behind a link to a folder is not seen.
            _ if self.leads_elsewhere(folder) => return vec![Behind::Unknown],
            _ => {
                let glob = Glob::wildcard(wildcard).ok();
                let names = self.context.list(folder).unwrap_or_default().into_iter();
                let matches = |name: &String| glob.as_ref().is_some_and(|glob| glob.matches(name));
                names.filter(matches).map(|name| path::join(folder, &name)).collect()
            }
        };
        let behind = paths.iter().map(|path| self.context.behind(path));
        behind.filter(|behind| *behind != Behind::Itself).collect()
    }

    /// Whether there is a link at a path or on the way to it.
    pub fn leads_elsewhere(&self, path: &str) -> bool {
        self.context.behind(path) != Behind::Itself
    }
}

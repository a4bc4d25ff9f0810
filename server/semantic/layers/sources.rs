//! What a step reads of the build context, and whether a changed file is among it.
//! Source: BuildKit, `dockerfile2llb/convert_copy.go`; `solver/llbsolver/ops/file.go` and `exec.go`: the content, mode
//! and owner of what is selected are the key, never the time.

use super::rerun::Rerun;
use crate::context::glob::Glob;
use crate::context::ignore::Pattern;
use crate::context::links::Behind;
use crate::context::view::View;
use crate::path;

/// One source in the build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextSource {
    /// The path or wildcard as a clean path, empty for the whole context; `None` where a variable hides it.
    pub path: Option<String>,
    /// How wildcards in it are read.
    pub reading: Reading,
    /// Patterns of `--exclude`.
    pub excludes: Vec<String>,
}

/// How the wildcards of a source are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As COPY and ADD do.
    Wildcards,
    /// As `COPY --parents` does, where `**` is any number of folders.
    Parents,
    /// Not at all: a mount's source is a path.
    Path,
}

impl ContextSource {
    /// Whether a change of the file or folder at `changed`, a clean path of the context, changes what is read.
    /// The file may be new, or gone afterwards.
    pub fn reads(&self, view: &View<'_>, changed: &str) -> Rerun {
        // A file that is ignored may still bring a folder that is not.
        let folders = path::ancestry(changed).filter(|folder| *folder != changed && view.is_absent(folder));
        let new_folder = folders.filter(|folder| view.lets_through(folder) != Some(false)).last();
        let (changed, seen) = match (view.lets_through(changed), new_folder) {
            (Some(true), _) => (changed, Rerun::Yes),
            (Some(false), None) => (changed, Rerun::No),
            (Some(false), Some(folder)) => (folder, Rerun::Yes),
            (None, _) => (changed, Rerun::Maybe),
        };
        let is_ignore_file = view.ignore_path() == changed;
        // A change of what is ignored may change everything that is copied.
        let least = if is_ignore_file { Rerun::Maybe } else { Rerun::No };
        let selected = match &self.path {
            None => Rerun::Maybe,
            Some(source) => match self.selects(source, changed) {
                Rerun::No => self.selects_behind_links(view, source, changed),
                rerun => rerun,
            },
        };
        seen.min(selected).max(least)
    }

    /// As `selects`, of what links on the path of the source lead to. A link that is changed may be one of several on the
    /// way.
    fn selects_behind_links(&self, view: &View<'_>, source: &str, changed: &str) -> Rerun {
        let rerun = |behind: Behind| match behind {
            Behind::Path(target) if is_in(changed, &target) && self.excludes.is_empty() => Rerun::Yes,
            Behind::Path(target) if is_in(changed, &target) || is_in(&target, changed) => Rerun::Maybe,
            Behind::Path(_) if view.leads_elsewhere(changed) => Rerun::Maybe,
            Behind::Path(_) | Behind::Itself => Rerun::No,
            Behind::Unknown => Rerun::Maybe,
        };
        view.behind_links(source).into_iter().map(rerun).max().unwrap_or(Rerun::No)
    }

    fn selects(&self, source: &str, changed: &str) -> Rerun {
        let matched = match self.reading {
            Reading::Path => is_in(changed, source).then_some(source.to_owned()),
            Reading::Wildcards => match Glob::wildcard(source) {
                Ok(glob) => {
                    let whole = source.is_empty().then(String::new);
                    whole.or_else(|| {
                        path::ancestry(changed).find(|path| glob.matches(path)).map(str::to_owned)
                    })
                }
                Err(_) => return Rerun::Maybe,
            },
            Reading::Parents => {
                let (folder, pattern) = source.split_once("/./").unwrap_or(("", source));
                let (folder, pattern) = (path::in_context(folder), path::in_context(pattern));
                let Ok(pattern) = Pattern::new(&pattern) else {
                    return Rerun::Maybe;
                };
                let inside = |path: &str| path.strip_prefix(&path::join(&folder, "")).map(str::to_owned);
                let mut paths = path::ancestry(changed);
                paths.find(|path| inside(path).is_some_and(|path| pattern.matches(&path))).map(str::to_owned)
            }
        };
        let Some(matched) = matched else {
            // The folder that is changed may hold what is read.
            let may_hold = is_in(source, changed) || changed.is_empty();
            return if may_hold { Rerun::Maybe } else { Rerun::No };
        };
        if self.excludes.is_empty() { Rerun::Yes } else { self.survives(&matched, changed) }
    }

    /// Whether what was matched is not excluded. The patterns count from the folder that is copied.
    fn survives(&self, matched: &str, changed: &str) -> Rerun {
        let below = changed.strip_prefix(matched).unwrap_or(changed).trim_start_matches('/');
        let below = if below.is_empty() { path::name(changed).to_owned() } else { below.to_owned() };
        let mut is_excluded = false;
        for pattern in &self.excludes {
            let (pattern, excludes) = match pattern.strip_prefix('!') {
                Some(pattern) => (pattern, false),
                None => (pattern.as_str(), true),
            };
            match Pattern::new(&path::in_context(pattern)) {
                Ok(pattern) if path::ancestry(&below).any(|path| pattern.matches(path)) => {
                    is_excluded = excludes
                }
                Ok(_) => {}
                Err(_) => return Rerun::Maybe,
            }
        }
        if is_excluded { Rerun::No } else { Rerun::Yes }
    }
}

/// Whether a clean path is this folder or file, or in it.
fn is_in(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

//! Symbolic links on the way to a place in the build context.

use std::fs;
use std::path::Path;

use super::inside;
use crate::context::links::Behind;

/// Where the links on the way to `place`, which is below `folder`, lead.
pub(super) fn follow(folder: &Path, place: &Path) -> Behind {
    let is_link = |place: &Path| fs::symlink_metadata(place).is_ok_and(|found| found.is_symlink());
    if !place.ancestors().take_while(|above| *above != folder).any(is_link) {
        return Behind::Itself;
    }
    let found = inside(folder, place).zip(fs::canonicalize(folder).ok());
    let below = found.and_then(|(found, folder)| {
        let below = found.strip_prefix(folder).ok()?;
        let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    });
    below.map_or(Behind::Unknown, Behind::Path)
}

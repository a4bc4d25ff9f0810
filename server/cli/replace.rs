//! Replaces the content of a file so that no reader ever sees half of it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes `bytes` to a new file beside the old one and puts it in its place. Keeps the permissions, and the owner
/// where the system allows it; follows links, so that a link stays a link. Fails, and changes nothing, where the
/// file itself may not be written.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    // The rename needs only a writable folder: ask the file too.
    let metadata = fs::OpenOptions::new().write(true).open(&target)?.metadata()?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut replacement = NamedTempFile::new_in(folder)?;
    replacement.write_all(bytes)?;
    // Before the permissions: a change of the owner may clear some of them.
    keep_owner(replacement.as_file(), &metadata);
    replacement.as_file().set_permissions(metadata.permissions())?;
    replacement.as_file().sync_all()?;
    replacement.persist(&target)?;
    Ok(())
}

/// Only a privileged user may give files away; anyone else owns what they write, as with an editor that saves.
#[cfg(unix)]
fn keep_owner(file: &fs::File, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &fs::File, _metadata: &fs::Metadata) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn permissions_and_links_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("Dockerfile"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o754)).unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o754);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_missing_file_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Dockerfile");
        assert!(replace(&file, b"new").is_err());
        assert!(!file.exists());
    }
}

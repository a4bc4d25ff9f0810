//! Programs of the machine that tests use. Part of more than one test target.

/// The real ShellCheck; none where this machine has none and that is no reason to fail.
pub(crate) fn shellcheck() -> Option<String> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&folders).map(|folder| folder.join("shellcheck")).find(|path| path.is_file());
    assert!(found.is_some() || std::env::var_os("LAYERWISE_NEEDS_SHELLCHECK").is_none());
    found.map(|path| path.to_string_lossy().into_owned())
}

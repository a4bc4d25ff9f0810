//! The shells whose language is that of POSIX, with or without more, by their names.

const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];

/// Whether a program of this name (no path) reads scripts as POSIX has them.
pub fn is_posix_shell(name: &str) -> bool {
    SHELLS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_of_another_language_are_none() {
        assert!(["sh", "ash", "zsh"].into_iter().all(is_posix_shell));
        assert!(!["fish", "pwsh", "cmd", "/bin/sh", ""].into_iter().any(is_posix_shell));
    }
}

//! What packages are for that no program needs while it runs, by the names that distributions give them.
//! Source: the package lists of Debian, Alpine and Fedora.

/// What a package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageUse {
    /// Editing files by hand.
    Editor,
    /// Reading about programs.
    Manual,
    /// Looking at a system by hand.
    Terminal,
    /// Terminals that somebody sits at, or that programs are started in.
    Seat,
    /// Building programs: compilers, headers, and what calls them.
    Building,
}

const EDITORS: [&str; 11] = [
    "emacs",
    "emacs-nox",
    "joe",
    "mcedit",
    "nano",
    "neovim",
    "vim",
    "vim-enhanced",
    "vim-minimal",
    "vim-nox",
    "vim-tiny",
];

const MANUALS: [&str; 7] = ["info", "man", "man-db", "man-pages", "mandoc", "manpages", "manpages-dev"];

const TERMINALS: [&str; 4] = ["htop", "mc", "powertop", "ranger"];

const SEATS: [&str; 4] = ["byobu", "screen", "tmux", "zellij"];

const BUILDING: [&str; 33] = [
    "@development-tools",
    "alpine-sdk",
    "ant",
    "autoconf",
    "automake",
    "base-devel",
    "bison",
    "build-base",
    "build-essential",
    "cargo",
    "clang",
    "cmake",
    "default-jdk",
    "default-jdk-headless",
    "flex",
    "g++",
    "gcc",
    "gcc-c++",
    "gfortran",
    "ghc",
    "golang",
    "golang-go",
    "gradle",
    "libtool",
    "linux-headers",
    "make",
    "maven",
    "meson",
    "nasm",
    "ninja",
    "ninja-build",
    "rustc",
    "yasm",
];

/// What a package is for, by its name without a version; `None` where programs may need it.
pub fn use_of(name: &str) -> Option<PackageUse> {
    let has = |names: &[&str]| names.binary_search(&name).is_ok();
    let is_numbered = |start: &str| {
        let rest = name.strip_prefix(start);
        rest.is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|char| char.is_ascii_digit() || char == '.')
        })
    };
    match name {
        _ if has(&EDITORS) => Some(PackageUse::Editor),
        _ if has(&MANUALS) => Some(PackageUse::Manual),
        _ if has(&TERMINALS) => Some(PackageUse::Terminal),
        _ if has(&SEATS) => Some(PackageUse::Seat),
        _ if has(&BUILDING) || ["gcc-", "g++-", "clang-", "golang-"].into_iter().any(is_numbered) => {
            Some(PackageUse::Building)
        }
        // `openjdk-17-jdk-headless`, `openjdk17-jdk`
        _ if name.starts_with("openjdk") && name.contains("-jdk") => Some(PackageUse::Building),
        _ if ["-dev", "-devel"].iter().any(|end| name.len() > end.len() && name.ends_with(end)) => {
            Some(PackageUse::Building)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [&EDITORS[..], &MANUALS, &TERMINALS, &SEATS, &BUILDING] {
            assert!(table.is_sorted());
        }
    }

    #[test]
    fn versions_in_names_and_their_ends_are_known() {
        for name in ["gcc-12", "g++", "openjdk-17-jdk-headless", "libpq-dev", "zlib-devel", "golang-1.22"] {
            assert_eq!(use_of(name), Some(PackageUse::Building), "{name}");
        }
        for name in ["gcc-base", "openjdk-17-jre", "-dev", "vim-runtime-x", "libgcc-s1", "golang-x"] {
            assert_eq!(use_of(name), None, "{name}");
        }
        assert_eq!(use_of("vim"), Some(PackageUse::Editor));
        assert_eq!(use_of("man-db"), Some(PackageUse::Manual));
    }
}

//! What packages of Debian and Ubuntu recommend: which bring nothing along but what they need, and which leave something out
//! that they are often used with, where apt installs no recommended packages.
//! Source: the package lists of both, as `refresh.py` reads them; `Recommends` of the packages named below.

use std::collections::HashSet;
use std::sync::OnceLock;

const NONE: &str = include_str!("recommends/none.txt");

/// Whether it is known that a package brings no recommended package along, nor does what it needs.
pub fn brings_none(package: &str) -> bool {
    static NAMES: OnceLock<HashSet<&str>> = OnceLock::new();
    NAMES.get_or_init(|| NONE.lines().filter(|line| !line.starts_with('#')).collect()).contains(package)
}

/// A package that another one merely recommends, and without which some commands do not work.
#[derive(Clone, Copy, Debug)]
pub struct Recommended {
    /// The package that recommends it.
    pub by: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Other packages that bring the same.
    pub same: &'static [&'static str],
    /// The programs that need it.
    pub programs: &'static [&'static str],
}

/// Those that are needed often.
pub static RECOMMENDED: &[Recommended] = &[
    of("autoconf", "automake", &[], &["aclocal", "automake", "autoreconf"]),
    of("cmake", "make", &["build-essential", "ninja-build"], &["make"]),
    of("composer", "unzip", &["p7zip-full"], &["unzip"]),
    of("dpkg-dev", "build-essential", &[], &["debuild", "dpkg-buildpackage"]),
    of(
        "git",
        "openssh-client",
        &["openssh-server", "ssh"],
        &["scp", "ssh", "ssh-add", "ssh-agent", "ssh-keygen", "ssh-keyscan"],
    ),
    of("git", "patch", &["build-essential", "dpkg-dev"], &["patch"]),
    of("mercurial", "openssh-client", &["openssh-server", "ssh"], &["scp", "ssh", "ssh-keyscan"]),
    of("rustc", "cargo", &[], &["cargo"]),
    of("xvfb", "xauth", &["openssh-client", "xorg"], &["xauth", "xvfb-run"]),
];

/// Packages that fetch what is compiled, with the programs that do so, and the package that they recommend for that.
pub static COMPILING: &[Recommended] = &[
    of("bundler", "ruby-dev", &["ruby-all-dev", "ruby-full"], &["bundle"]),
    of("cmake", "gcc", &["build-essential", "clang", "g++"], &["cmake"]),
    of("python3-pip", "python3-dev", &["python3-all-dev"], &["pip", "pip3"]),
];

const fn of(
    by: &'static str,
    name: &'static str,
    same: &'static [&'static str],
    programs: &'static [&'static str],
) -> Recommended {
    Recommended { by, name, same, programs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_comments_are_none() {
        assert!(brings_none("tzdata") && brings_none("ca-certificates") && brings_none("make"));
        assert!(!brings_none("git") && !brings_none("curl") && !brings_none("") && !brings_none("# Written"));
        assert!(NONE.lines().skip(2).is_sorted());
    }

    #[test]
    fn what_recommends_something_is_not_among_those_that_bring_none() {
        for recommended in RECOMMENDED.iter().chain(COMPILING) {
            assert!(!brings_none(recommended.by), "{}", recommended.by);
        }
    }
}

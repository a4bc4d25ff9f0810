//! What packages of Debian and Ubuntu recommend: which bring nothing along but what they need, and which leave something out
//! that they are often used with, where apt installs no recommended packages.
//! Source: the package lists of both, as `refresh.py` reads them; `Recommends` of the packages named below.

use std::collections::HashMap;
use std::sync::OnceLock;

const NONE: &str = include_str!("recommends/none.txt");

/// Whether it is known that a package brings no recommended package along, nor does what it needs: in a release of this
/// codename, or, where the release is not known, in every one that the list is made of.
pub fn brings_none(package: &str, codename: Option<&str>) -> bool {
    let is_among = |releases: &&str| {
        releases.is_empty() || codename.is_some_and(|name| releases.split(' ').any(|release| release == name))
    };
    names().get(package).is_some_and(is_among)
}

/// The packages, with the codenames of the releases where it is so, or none where it is so in all.
fn names() -> &'static HashMap<&'static str, &'static str> {
    static NAMES: OnceLock<HashMap<&str, &str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let lines = NONE.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split_once(' ').unwrap_or((line, ""))).collect()
    })
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
    of("cabal-install", "curl", &["wget"], &["cabal"]),
    of("cmake", "make", &["build-essential", "ninja-build"], &["make"]),
    of("composer", "unzip", &["p7zip-full"], &["composer", "unzip"]),
    of("cpanminus", "make", &["build-essential"], &["cpanm"]),
    of("dpkg-dev", "build-essential", &[], &["debuild", "dpkg-buildpackage"]),
    of(
        "git",
        "openssh-client",
        &["openssh-server", "ssh"],
        &["scp", "ssh", "ssh-add", "ssh-agent", "ssh-keygen", "ssh-keyscan"],
    ),
    of("git", "patch", &["build-essential", "dpkg-dev"], &["patch"]),
    of("mercurial", "openssh-client", &["openssh-server", "ssh"], &["scp", "ssh", "ssh-keyscan"]),
    of("protobuf-compiler", "libprotobuf-dev", &[], &["buf", "cargo", "cmake", "make", "protoc"]),
    of("rustc", "cargo", &[], &["cargo"]),
    of("xvfb", "xauth", &["openssh-client", "xorg"], &["xauth", "xvfb-run"]),
];

/// Packages that fetch what is compiled, with the programs that do so, and the package that they recommend for that.
pub static COMPILING: &[Recommended] = &[
    of("bundler", "ruby-dev", &["ruby-all-dev", "ruby-full"], &["bundle"]),
    of("cmake", "gcc", &["build-essential", "clang", "g++"], &["cmake"]),
    of(
        "dpkg-dev",
        "gcc",
        &["build-essential", "clang", "g++"],
        &["cargo", "cc", "cmake", "configure", "g++", "gcc", "make", "pip", "pip3"],
    ),
    of("flex", "gcc", &["build-essential", "clang", "g++"], &["configure", "make"]),
    of("golang", "gcc", &["build-essential", "clang", "g++"], &["go"]),
    of("golang-go", "gcc", &["build-essential", "clang", "g++"], &["go"]),
    of("nim", "gcc", &["build-essential", "clang", "g++"], &["nim", "nimble"]),
    of("npm", "build-essential", &["g++"], &["npm", "npx", "pnpm", "yarn"]),
    of("python3-pip", "build-essential", &["clang", "g++", "gcc"], &["pip", "pip3"]),
    of("python3-pip", "python3-dev", &["python3-all-dev"], &["pip", "pip3"]),
];

/// Packages with what they depend on, and is installed by name too, in all releases. At the end of a name `-` stands for more.
/// Source: the package lists of Debian and Ubuntu, `Depends`.
const BRINGERS: [(&str, &[&str]); 8] = [
    ("build-essential", &["dpkg-dev", "g++", "gcc", "libc6-dev", "make"]),
    ("default-jdk", &["ca-certificates-java", "java-common"]),
    ("default-jdk-headless", &["ca-certificates-java", "java-common"]),
    ("default-jre", &["ca-certificates-java", "java-common"]),
    ("default-jre-headless", &["ca-certificates-java", "java-common"]),
    ("npm", &["nodejs"]),
    ("openjdk-", &["ca-certificates-java", "java-common"]),
    ("python3-pip", &["ca-certificates", "python3", "python3-setuptools", "python3-wheel"]),
];

/// Whether a package comes with another one: it is that one, or the other depends on it.
pub fn comes_with(package: &str, other: &str) -> bool {
    let is_bringer = |name: &str| other == name || name.ends_with('-') && other.starts_with(name);
    let brought = BRINGERS.iter().filter(|(name, _)| is_bringer(name));
    package == other || brought.flat_map(|(_, names)| *names).any(|name| *name == package)
}

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
        let in_all = |package| brings_none(package, None);
        assert!(in_all("tzdata") && in_all("ca-certificates") && in_all("make"));
        assert!(!in_all("git") && !in_all("curl") && !in_all("") && !in_all("#"));
        assert!(NONE.lines().skip(2).is_sorted());
    }

    #[test]
    fn a_package_may_bring_some_in_one_release_and_none_in_another() {
        // A program of its own that recommends by its libraries, and later another name of `pkgconf`.
        for (codename, is_none) in
            [("bullseye", false), ("bookworm", true), ("trixie", true), ("buster", false)]
        {
            assert_eq!(brings_none("pkg-config", Some(codename)), is_none, "{codename}");
        }
        assert!(!brings_none("pkg-config", None) && brings_none("make", Some("buster")));
    }

    #[test]
    fn what_is_needed_comes_along() {
        assert!(comes_with("ca-certificates-java", "openjdk-8-jre-headless") && comes_with("git", "git"));
        assert!(!comes_with("git", "openjdk-8-jdk") && !comes_with("gcc", "build-essential-mipsen"));
    }

    #[test]
    fn what_recommends_something_is_not_among_those_that_bring_none() {
        for recommended in RECOMMENDED.iter().chain(COMPILING) {
            assert!(!names().contains_key(recommended.by), "{}", recommended.by);
        }
    }
}

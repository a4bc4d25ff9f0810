//! The images that bring apt without package lists, and what else is installed in them.
//!
//! Source: the Dockerfiles of the images that `others.txt` marks, which all remove the lists in the step that fetched them.

use super::distribution::Family;
use super::table::Repository;

/// How much an image holds beside what every Debian has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AptImage {
    /// Debian or Ubuntu and nothing more.
    Plain,
    /// A program and what it needs, up to all of `buildpack-deps`: compilers, headers, version control.
    More,
}

/// What an image is, if it is surely one with apt and without package lists.
pub(super) fn image(repository: &Repository, family: &Family) -> Option<AptImage> {
    if !repository.lacks_lists || !matches!(family.id, "debian" | "ubuntu") {
        return None;
    }
    Some(if repository.is_plain { AptImage::Plain } else { AptImage::More })
}

/// Whether Debian or Ubuntu may come with a package. A guess that rather says yes.
/// Source: the packages that are essential or required, and the manifests of both images.
pub fn may_be_in_plain(package: &str) -> bool {
    const STARTS: [&str; 7] = ["apt", "base-", "debian", "init", "lib", "ncurses", "ubuntu"];
    const NAMES: [&str; 34] = [
        "adduser",
        "bash",
        "bsdutils",
        "bzip2",
        "coreutils",
        "dash",
        "debconf",
        "diffutils",
        "dpkg",
        "e2fsprogs",
        "findutils",
        "gcc-12-base",
        "gpgv",
        "grep",
        "gzip",
        "hostname",
        "login",
        "logsave",
        "lsb-base",
        "mawk",
        "mount",
        "passwd",
        "perl-base",
        "procps",
        "readline-common",
        "sed",
        "sensible-utils",
        "sqv",
        "sysvinit-utils",
        "tar",
        "tzdata",
        "ucf",
        "util-linux",
        "zlib1g",
    ];
    STARTS.iter().any(|start| package.starts_with(start)) || NAMES.contains(&package)
}

/// Whether `buildpack-deps`, or what it needs, or a program's image may bring a package. A guess that rather says yes.
/// Source: the Dockerfiles of `buildpack-deps`, `golang` and `php`.
pub fn may_be_in_more(package: &str) -> bool {
    const STARTS: [&str; 13] = [
        "binutils", "cpp", "dpkg", "fonts", "g++", "gcc", "gir1", "gnupg", "krb5", "lib", "perl", "python",
        "x11",
    ];
    const NAMES: [&str; 43] = [
        "apt",
        "autoconf",
        "automake",
        "autotools-dev",
        "bash",
        "bsdmainutils",
        "bzip2",
        "bzr",
        "ca-certificates",
        "comerr-dev",
        "curl",
        "default-libmysqlclient-dev",
        "dirmngr",
        "file",
        "fontconfig",
        "gettext",
        "git",
        "git-man",
        "gpg",
        "hicolor-icon-theme",
        "icu-devtools",
        "imagemagick",
        "lsb-release",
        "m4",
        "make",
        "mercurial",
        "mime-support",
        "netbase",
        "openssh-client",
        "openssl",
        "patch",
        "pkg-config",
        "pkgconf",
        "procps",
        "readline-common",
        "sensible-utils",
        "sq",
        "subversion",
        "tar",
        "tzdata",
        "ucf",
        "unzip",
        "wget",
    ];
    let more =
        ["uuid-dev", "xz-utils", "zlib1g-dev", "mysql-common", "mariadb-common", "media-types", "re2c"];
    STARTS.iter().any(|start| package.starts_with(start))
        || NAMES.contains(&package)
        || more.contains(&package)
        || may_be_in_plain(package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::images::describe;

    #[test]
    fn only_images_with_apt_are_said_to_have_it() {
        let apt = |name, tag| describe(name, tag, false).and_then(|image| image.apt);
        assert_eq!(apt("debian", Some("12-slim")), Some(AptImage::Plain));
        assert_eq!(apt("docker.io/library/ubuntu", None), Some(AptImage::Plain));
        assert_eq!(apt("node", Some("22")), Some(AptImage::More));
        assert_eq!(apt("node", Some("*-slim")), Some(AptImage::More));
        assert_eq!(apt("node", Some("22-alpine")), None);
        assert_eq!(apt("python", Some("3.12-windowsservercore-ltsc2022")), None);
        assert_eq!(apt("ghcr.io/a/debian", None), None);
        assert_eq!(apt("me/debian", None), None);
    }

    #[test]
    fn what_the_images_bring_is_known() {
        assert!(may_be_in_more("git") && may_be_in_more("tar") && may_be_in_plain("tar"));
        assert!(!may_be_in_plain("git") && !may_be_in_more("vim") && !may_be_in_more("cron"));
    }
}

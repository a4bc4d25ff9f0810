//! Those of the package managers of Linux distributions. Source: each one's manual page.

use super::Choice;

const APT_INSTALLS: &[&str] = &["install", "reinstall", "build-dep", "satisfy"];
pub(super) const APT: &[Choice] = &[
    (APT_INSTALLS, "--no-install-recommends", "leaves out packages that are only recommended"),
    (APT_INSTALLS, "--target-release", "the release that packages are taken from"),
    (
        &["install", "upgrade", "dist-upgrade", "full-upgrade"],
        "--allow-downgrades",
        "also goes to older versions",
    ),
    (&["install", "upgrade"], "--download-only", "fetches packages without installing them"),
    (&["install"], "--only-upgrade", "installs nothing that is not installed already"),
    (&["remove", "autoremove"], "--purge", "removes the configuration too"),
    (&["remove", "purge"], "--auto-remove", "also removes what nothing needs any more"),
    (&["update"], "--allow-releaseinfo-change", "takes a repository whose description has changed"),
];

pub(super) const APK: &[Choice] = &[
    (&["add"], "--virtual", "gives the packages a name by which they are removed again"),
    (&["add", "upgrade", "fetch", "update"], "--repository", "one more repository"),
    (&["add"], "--allow-untrusted", "takes packages without a known signature"),
    (&["add", "upgrade"], "--update-cache", "fetches the package lists first"),
    (&["add"], "--root", "another root folder"),
    (&["add"], "--initdb", "begins a new database of packages"),
    (&["upgrade"], "--available", "takes the versions of the repositories, older ones too"),
];

const DNF_INSTALLS: &[&str] = &["install", "reinstall", "upgrade", "update"];
pub(super) const DNF: &[Choice] = &[
    (DNF_INSTALLS, "--setopt=install_weak_deps=False", "leaves out packages that are only recommended"),
    (DNF_INSTALLS, "--setopt=tsflags=nodocs", "leaves out documentation"),
    (DNF_INSTALLS, "--enablerepo", "turns a repository on for this command"),
    (DNF_INSTALLS, "--disablerepo", "turns a repository off for this command"),
    (DNF_INSTALLS, "--releasever", "the release that packages are taken from"),
    (DNF_INSTALLS, "--installroot", "another root folder"),
];

pub(super) const ZYPPER: &[Choice] = &[
    (&["install", "in"], "--no-recommends", "leaves out packages that are only recommended"),
    (&["remove", "rm"], "--clean-deps", "also removes what only they needed"),
    (&["clean", "cc"], "--all", "deletes the package lists too"),
];

pub(super) const PACMAN: &[Choice] =
    &[(&["-S", "-Sy", "-Syu", "-Su", "-U"], "--needed", "leaves what is up to date")];

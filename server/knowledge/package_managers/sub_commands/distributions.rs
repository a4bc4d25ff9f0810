//! Those of the package managers of Linux distributions. Source: each one's manual page.

use super::Table;

pub(super) const APT_GET: Table = &[
    ("install", "installs packages"),
    ("update", "fetches the package lists"),
    ("upgrade", "brings the installed packages to newer versions"),
    ("dist-upgrade", "upgrades, and removes packages that stand in the way"),
    ("remove", "removes packages, but not their configuration"),
    ("purge", "removes packages and their configuration"),
    ("autoremove", "removes packages that nothing needs any more"),
    ("clean", "deletes the downloaded packages"),
    ("build-dep", "installs what a source package needs to be built"),
    ("reinstall", "installs packages again"),
    ("download", "fetches packages without installing them"),
    ("source", "fetches source packages"),
];

pub(super) const APT: Table = &[
    ("install", "installs packages"),
    ("update", "fetches the package lists"),
    ("upgrade", "brings the installed packages to newer versions"),
    ("full-upgrade", "upgrades, and removes packages that stand in the way"),
    ("remove", "removes packages, but not their configuration"),
    ("purge", "removes packages and their configuration"),
    ("autoremove", "removes packages that nothing needs any more"),
    ("clean", "deletes the downloaded packages"),
    ("build-dep", "installs what a source package needs to be built"),
    ("reinstall", "installs packages again"),
];

pub(super) const APTITUDE: Table = &[
    ("install", "installs packages"),
    ("update", "fetches the package lists"),
    ("safe-upgrade", "brings the installed packages to newer versions"),
    ("full-upgrade", "upgrades, and removes packages that stand in the way"),
    ("remove", "removes packages, but not their configuration"),
    ("purge", "removes packages and their configuration"),
    ("clean", "deletes the downloaded packages"),
    ("build-dep", "installs what a source package needs to be built"),
    ("reinstall", "installs packages again"),
];

pub(super) const APK: Table = &[
    ("add", "installs packages"),
    ("update", "fetches the package lists"),
    ("upgrade", "brings the installed packages to newer versions"),
    ("del", "removes packages"),
    ("fix", "repairs or reinstalls packages"),
    ("info", "tells of installed packages"),
    ("fetch", "fetches packages without installing them"),
    ("cache clean", "deletes downloaded packages of older versions"),
    ("cache purge", "deletes all downloaded packages"),
];

pub(super) const DNF: Table = &[
    ("install", "installs packages"),
    ("upgrade", "brings the installed packages to newer versions"),
    ("update", "brings the installed packages to newer versions"),
    ("remove", "removes packages"),
    ("autoremove", "removes packages that nothing needs any more"),
    ("clean all", "deletes package lists and downloaded packages"),
    ("makecache", "fetches the package lists"),
    ("reinstall", "installs packages again"),
    ("downgrade", "brings packages to older versions"),
    ("distro-sync", "brings packages to the versions of the repositories"),
    ("swap", "removes one package and installs another"),
    ("builddep", "installs what a source package needs to be built"),
    ("group install", "installs the packages of a group"),
    ("module enable", "makes the packages of a module available"),
    ("module disable", "makes the packages of a module unavailable"),
    ("module reset", "forgets which module was enabled or disabled"),
    ("module install", "installs the packages of a module"),
];

pub(super) const MICRODNF: Table = &[
    ("install", "installs packages"),
    ("upgrade", "brings the installed packages to newer versions"),
    ("update", "brings the installed packages to newer versions"),
    ("remove", "removes packages"),
    ("clean all", "deletes package lists and downloaded packages"),
    ("makecache", "fetches the package lists"),
    ("reinstall", "installs packages again"),
    ("module enable", "makes the packages of a module available"),
    ("module disable", "makes the packages of a module unavailable"),
];

pub(super) const TDNF: Table = &[
    ("install", "installs packages"),
    ("upgrade", "brings the installed packages to newer versions"),
    ("update", "brings the installed packages to newer versions"),
    ("remove", "removes packages"),
    ("autoremove", "removes packages that nothing needs any more"),
    ("clean all", "deletes package lists and downloaded packages"),
    ("makecache", "fetches the package lists"),
    ("reinstall", "installs packages again"),
];

pub(super) const ZYPPER: Table = &[
    ("install", "installs packages"),
    ("refresh", "fetches the package lists"),
    ("update", "brings the installed packages to newer versions"),
    ("dist-upgrade", "brings the whole distribution to newer versions"),
    ("patch", "installs the patches that are needed"),
    ("remove", "removes packages"),
    ("clean", "deletes the downloaded packages"),
    ("addrepo", "adds a repository"),
    ("source-install", "installs source packages and what building them needs"),
];

pub(super) const PACMAN: Table = &[
    ("-S", "installs packages"),
    ("-Sy", "fetches the package lists, and installs packages"),
    ("-Syu", "fetches the package lists, and upgrades"),
    ("-R", "removes packages"),
    ("-Rns", "removes packages, their configuration and what only they need"),
    ("-Scc", "deletes all downloaded packages"),
    ("-U", "installs a package from a file"),
];

//! Distributions, as their images have them: the C library, `/bin/sh`, the package manager.
//!
//! Sources: Debian policy 10.4 and Ubuntu's default `/bin/sh` (dash); Alpine's and Wolfi's BusyBox; the images of the Red Hat
//! family (bash as sh; dnf, microdnf in the minimal ones, yum before release 8 and before Amazon Linux 2023); distroless,
//! README ("do not contain package managers, shells"). Versions of glibc: mayeut/pep600_compliance (MIT), README, 2026.

use crate::knowledge::package_managers;

/// What is common to all releases of a distribution.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// Lower case, as tags name it.
    pub id: &'static str,
    /// As people write it.
    pub name: &'static str,
    /// The C library that programs are linked to.
    pub libc: Option<Libc>,
    /// What `/bin/sh` is.
    pub shell: Option<BinSh>,
    /// Whether the plain image has bash; `None` where it differs.
    pub bash: Option<bool>,
    /// What installs packages.
    pub manager: Option<Manager>,
    /// Whose `ls`, `sed` and so on it has.
    pub userland: Option<Userland>,
    /// The repository of the table that has its dates.
    pub(super) dates: &'static str,
}

/// A C library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Libc {
    /// GNU.
    Glibc,
    /// musl.
    Musl,
    /// None at all.
    None,
}

/// What `/bin/sh` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinSh {
    /// dash.
    Dash,
    /// The ash of BusyBox.
    Ash,
    /// bash in its POSIX mode.
    Bash,
    /// There is none: nothing in shell form can run.
    None,
}

/// What installs packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    Apt,
    Apk,
    Dnf,
    Microdnf,
    Yum,
    Tdnf,
    Zypper,
    Pacman,
    /// There is none.
    None,
}

/// Whose basic programs an image has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Userland {
    Gnu,
    BusyBox,
    /// There are none.
    None,
}

impl Manager {
    /// The kind of package manager; `None` where there is none.
    pub fn family(self) -> Option<package_managers::Family> {
        match self {
            Manager::Apt => Some(package_managers::Family::Apt),
            Manager::Apk => Some(package_managers::Family::Apk),
            Manager::Dnf | Manager::Microdnf | Manager::Yum | Manager::Tdnf => {
                Some(package_managers::Family::Dnf)
            }
            Manager::Zypper => Some(package_managers::Family::Zypper),
            Manager::Pacman => Some(package_managers::Family::Pacman),
            Manager::None => None,
        }
    }

    /// The program's name; `None` where there is none.
    pub fn program(self) -> Option<&'static str> {
        match self {
            Manager::Apt => Some("apt-get"),
            Manager::Apk => Some("apk"),
            Manager::Dnf => Some("dnf"),
            Manager::Microdnf => Some("microdnf"),
            Manager::Yum => Some("yum"),
            Manager::Tdnf => Some("tdnf"),
            Manager::Zypper => Some("zypper"),
            Manager::Pacman => Some("pacman"),
            Manager::None => None,
        }
    }
}

/// A distribution with glibc, GNU tools and bash, of which Debian's family differs by its `sh`.
const fn gnu(
    id: &'static str,
    name: &'static str,
    dates: &'static str,
    shell: BinSh,
    manager: Manager,
) -> Family {
    Family {
        id,
        name,
        libc: Some(Libc::Glibc),
        shell: Some(shell),
        bash: Some(true),
        manager: Some(manager),
        userland: Some(Userland::Gnu),
        dates,
    }
}

const FAMILIES: [Family; 20] = [
    gnu("almalinux", "AlmaLinux", "almalinux", BinSh::Bash, Manager::Dnf),
    Family {
        libc: Some(Libc::Musl),
        bash: Some(false),
        userland: Some(Userland::BusyBox),
        ..gnu("alpine", "Alpine Linux", "alpine", BinSh::Ash, Manager::Apk)
    },
    gnu("amazonlinux", "Amazon Linux", "amazonlinux", BinSh::Bash, Manager::Dnf),
    gnu("archlinux", "Arch Linux", "", BinSh::Bash, Manager::Pacman),
    gnu("azurelinux", "Azure Linux", "", BinSh::Bash, Manager::Tdnf),
    Family {
        libc: None,
        bash: Some(false),
        userland: Some(Userland::BusyBox),
        ..gnu("busybox", "BusyBox", "", BinSh::Ash, Manager::None)
    },
    gnu("centos", "CentOS", "centos", BinSh::Bash, Manager::Yum),
    gnu("debian", "Debian", "debian", BinSh::Dash, Manager::Apt),
    Family {
        libc: None,
        bash: Some(false),
        userland: Some(Userland::None),
        ..gnu("distroless", "distroless Debian", "", BinSh::None, Manager::None)
    },
    gnu("fedora", "Fedora", "fedora", BinSh::Bash, Manager::Dnf),
    gnu("mariner", "CBL-Mariner", "", BinSh::Bash, Manager::Tdnf),
    gnu("opensuse", "openSUSE", "opensuse", BinSh::Bash, Manager::Zypper),
    gnu("oraclelinux", "Oracle Linux", "oraclelinux", BinSh::Bash, Manager::Dnf),
    gnu("photon", "Photon OS", "", BinSh::Bash, Manager::Tdnf),
    gnu("rhel", "Red Hat Enterprise Linux", "rhel", BinSh::Bash, Manager::Dnf),
    gnu("rockylinux", "Rocky Linux", "rockylinux", BinSh::Bash, Manager::Dnf),
    Family {
        libc: Some(Libc::None),
        bash: Some(false),
        userland: Some(Userland::None),
        ..gnu("scratch", "nothing at all", "", BinSh::None, Manager::None)
    },
    gnu("ubuntu", "Ubuntu", "ubuntu", BinSh::Dash, Manager::Apt),
    Family {
        libc: None,
        shell: None,
        bash: None,
        manager: None,
        userland: None,
        ..gnu("windows", "Windows", "", BinSh::None, Manager::None)
    },
    // Most images have neither shell nor package manager, the variants `-dev` have both.
    Family {
        shell: None,
        bash: None,
        manager: None,
        userland: None,
        ..gnu("wolfi", "Wolfi", "", BinSh::Ash, Manager::Apk)
    },
];

impl Family {
    /// The distribution of an id.
    pub fn named(id: &str) -> Option<&'static Family> {
        FAMILIES.iter().find(|family| family.id == id)
    }

    /// The package manager of a release; `is_minimal` for the images that are called minimal or slim.
    pub(super) fn manager_of(&self, release: Option<&str>, is_minimal: bool) -> Option<Manager> {
        let major = release.and_then(|release| release.split(['.', '-']).next()?.parse::<u32>().ok());
        match (self.id, major) {
            ("rhel" | "almalinux" | "rockylinux", _) if is_minimal => Some(Manager::Microdnf),
            ("oraclelinux", Some(8..)) if is_minimal => Some(Manager::Microdnf),
            ("rhel" | "oraclelinux" | "centos", Some(..8)) => Some(Manager::Yum),
            ("amazonlinux", Some(2 | 2010..=2018)) => Some(Manager::Yum),
            ("rhel" | "oraclelinux" | "centos" | "amazonlinux", None) => None,
            ("centos", _) => Some(Manager::Dnf),
            _ => self.manager,
        }
    }
}

/// The version of glibc in a release.
pub(super) fn glibc(family: &str, release: &str) -> Option<&'static str> {
    let release = match family {
        "rhel" | "almalinux" | "rockylinux" | "oraclelinux" => release.split(['.', '-']).next()?,
        _ => release,
    };
    let version = match (family, release) {
        ("rhel" | "oraclelinux", "7") => "2.17",
        ("debian", "8") => "2.19",
        ("debian", "9") => "2.24",
        ("amazonlinux", "2") => "2.26",
        ("ubuntu", "18.04") => "2.27",
        ("debian", "10") | ("rhel" | "oraclelinux" | "almalinux" | "rockylinux", "8") => "2.28",
        ("debian", "11") | ("ubuntu", "20.04") => "2.31",
        ("amazonlinux", "2023") | ("rhel" | "oraclelinux" | "almalinux" | "rockylinux", "9") => "2.34",
        ("ubuntu", "22.04") => "2.35",
        ("debian", "12") => "2.36",
        ("fedora", "39") | ("ubuntu", "23.10") => "2.38",
        ("ubuntu", "24.04")
        | ("fedora", "40")
        | ("rhel" | "oraclelinux" | "almalinux" | "rockylinux", "10") => "2.39",
        ("fedora", "41") | ("ubuntu", "24.10") => "2.40",
        ("debian", "13") | ("fedora", "42") | ("ubuntu", "25.04") => "2.41",
        ("fedora", "43") | ("ubuntu", "25.10") => "2.42",
        ("fedora", "44") | ("ubuntu", "26.04") => "2.43",
        _ => return None,
    };
    Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::images::table::table;

    #[test]
    fn every_family_has_its_dates() {
        assert!(FAMILIES.is_sorted_by_key(|family| family.id));
        for family in FAMILIES.iter().filter(|family| !family.dates.is_empty()) {
            let repository = table().repositories.get(family.dates).expect(family.dates);
            assert!(!repository.cycles.is_empty(), "{}", family.id);
        }
    }

    #[test]
    fn releases_differ_in_their_package_manager() {
        let manager =
            |id, release, is_minimal| Family::named(id).and_then(|it| it.manager_of(release, is_minimal));
        assert_eq!(manager("centos", Some("7"), false), Some(Manager::Yum));
        assert_eq!(manager("rhel", Some("9"), true), Some(Manager::Microdnf));
        assert_eq!(manager("amazonlinux", Some("2023"), false), Some(Manager::Dnf));
        assert_eq!(manager("amazonlinux", None, false), None);
        assert_eq!(manager("debian", None, true), Some(Manager::Apt));
    }
}

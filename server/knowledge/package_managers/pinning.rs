//! How a package is written that has a version, or comes from a place that the name itself says.
//! Source: apt-get(8), apk-add(8), dnf(8), zypper(8), `pip install`, `npm install`, `gem install` and `go install` in
//! their own manuals.

use super::{Family, PackageManager};

/// How one tool is told a version.
struct Pinning {
    family: Family,
    /// The verbs, by their words, whose operands are packages.
    verbs: &'static [&'static [&'static str]],
    /// What stands between a name and its version, or what else says which version is wanted.
    signs: &'static [&'static str],
    /// How the name of a file ends that is a package itself.
    files: &'static [&'static str],
    /// Options that say the version, or name a file that does.
    options: &'static [&'static str],
}

static TABLE: [Pinning; 8] = [
    Pinning {
        family: Family::Apt,
        verbs: &[&["install"], &["reinstall"]],
        // `/` is followed by a release.
        signs: &["=", "/"],
        files: &[".deb"],
        options: &[],
    },
    Pinning {
        family: Family::Apk,
        verbs: &[&["add"]],
        signs: &["=", "~", ">", "<"],
        files: &[".apk"],
        options: &[],
    },
    Pinning {
        family: Family::Dnf,
        verbs: &[&["install"], &["in"], &["reinstall"], &["module", "install"]],
        signs: &[],
        files: &[".rpm"],
        options: &[],
    },
    Pinning {
        family: Family::Zypper,
        verbs: &[&["install"], &["in"]],
        signs: &["=", ">", "<"],
        files: &[".rpm"],
        options: &[],
    },
    Pinning {
        family: Family::Pip,
        verbs: &[&["install"]],
        signs: &["=", ">", "<"],
        files: &[".whl", ".tar.gz", ".zip"],
        options: &["-r", "--requirement", "-c", "--constraint"],
    },
    Pinning {
        family: Family::Npm,
        verbs: &[&["install"], &["i"], &["add"]],
        signs: &[],
        files: &[".tar", ".tar.gz", ".tgz"],
        options: &[],
    },
    Pinning {
        family: Family::Gem,
        verbs: &[&["install"], &["i"]],
        signs: &[":"],
        files: &[".gem"],
        options: &["-v", "--version", "-g", "--file"],
    },
    Pinning {
        family: Family::Go,
        verbs: &[&["install"], &["get"]],
        signs: &[],
        files: &[".go"],
        options: &[],
    },
];

impl PackageManager {
    /// Whether the operands behind a verb are packages that can have a version. The verb as its words.
    pub fn names_packages(&self, verb: &[&str]) -> bool {
        pinning(self.family).is_some_and(|pinning| pinning.verbs.contains(&verb))
    }

    /// The options that say the version of all packages, or name a file that does.
    pub fn version_options(&self) -> &'static [&'static str] {
        pinning(self.family).map(|pinning| pinning.options).unwrap_or_default()
    }

    /// Whether a package, as it is written, leaves its version to the day of the build. False for a file, an address, a
    /// folder and a group of packages, and for a manager that is not known so well.
    pub fn is_unpinned(&self, package: &str) -> bool {
        let Some(pinning) = pinning(self.family) else {
            return false;
        };
        let is_place = package.starts_with(['/', '.', '~']) || is_address(package);
        let is_file = pinning.files.iter().any(|end| package.ends_with(end));
        let has_sign = pinning.signs.iter().any(|sign| package.contains(sign));
        let is_repository = is_repository(package);
        if package.is_empty() || is_file || has_sign || is_place && !is_repository {
            return false;
        }
        match self.family {
            // A name with `-` behind it is taken away.
            Family::Apt => !package.ends_with('-'),
            Family::Apk | Family::Zypper => !package.starts_with('!'),
            Family::Dnf => !package.starts_with('@') && !package.contains(':') && !has_rpm_version(package),
            Family::Pip if is_repository => !package.contains('@'),
            Family::Pip => !package.contains(['/', '!', '~']),
            Family::Npm if is_repository => !package.contains('#'),
            // What stands before the first `/` is a scope, which has an `@` of its own.
            Family::Npm => !package.get(1..).unwrap_or_default().contains(['@', '#']),
            Family::Go => match package.split_once('@') {
                Some((_, version)) => matches!(version, "latest" | "none"),
                // A package of Go itself, such as `std`, has its version.
                None => package.split('/').next().is_some_and(|host| host.contains('.')),
            },
            _ => true,
        }
    }
}

fn pinning(family: Family) -> Option<&'static Pinning> {
    TABLE.iter().find(|pinning| pinning.family == family)
}

fn is_address(package: &str) -> bool {
    package.contains("://")
}

/// Whether a package is the address of a repository, whose newest commit is taken where none is named.
fn is_repository(package: &str) -> bool {
    let scheme = package.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        let tool = scheme.split('+').next().unwrap_or_default();
        matches!(tool, "git" | "hg" | "svn" | "bzr") && (scheme.contains('+') || tool == "git")
    })
}

/// Whether a version stands in `name-version-release`: what can be one, for names have numbers in them too.
fn has_rpm_version(package: &str) -> bool {
    let is_part =
        |part: &str| part.chars().all(|char| char.is_ascii_alphanumeric() || ".~^_:+".contains(char));
    let mut parts = package.split('-').skip(1).peekable();
    parts.peek().is_some()
        && parts.clone().all(is_part)
        && parts.any(|part| part.starts_with(|char: char| char.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use crate::knowledge::package_managers::of_program;

    #[track_caller]
    fn check(program: &str, unpinned: &[&str], pinned: &[&str]) {
        let manager = of_program(program).unwrap();
        for package in unpinned {
            assert!(manager.is_unpinned(package), "{program} {package}");
        }
        for package in pinned {
            assert!(!manager.is_unpinned(package), "{program} {package}");
        }
    }

    #[test]
    fn each_tool_has_a_way_to_say_a_version() {
        check("apt-get", &["a", "a.b", "libc++1"], &["a=1", "a/sid", "./a.deb", "a.deb", "a-"]);
        check("apk", &["a", "a@edge"], &["a=1", "a~1", "a>1", "a<2", "a.apk", "!a"]);
        check(
            "dnf",
            &["a", "a-b", "a-b-1x-c.d-e!"],
            &["a-1", "a-b-1.2-3.el8", "@a", "a:1", "a.rpm", "/usr/bin/a"],
        );
        check("zypper", &["a", "a-1"], &["a=1", "a>=1", "a<1", "a.rpm", "https://a.b/c", "!a"]);
        check(
            "pip",
            &["a", "a[b]", "git+https://a.b/c", "git+ssh://a.b/c.git"],
            &[
                "a==1",
                "a>1",
                "a~=1",
                "a!=1",
                ".",
                "./a",
                "a/b",
                "a.whl",
                "git+https://a.b/c@d",
                "https://a.b/c",
            ],
        );
        check(
            "npm",
            &["a", "@a/b", "git://a.b/c", "a/b"],
            &["a@1", "@a/b@1", "git://a.b/c#d", "a/b#c", "./a", "a.tgz", "https://a.b/c"],
        );
        check("gem", &["a"], &["a:1", "a.gem", "./a"]);
        check("go", &["a.b/c", "a.b/c@latest"], &["a.b/c@v1", "./...", ".", "std", "cmd/a", "a.go"]);
        check("cargo", &[], &["a"]);
    }
}

//! Where each tool keeps what it downloads and may throw away, and what moves that place. Source: the manual of each
//! tool; Docker's guide to cache mounts.

use super::Family;

/// A folder that a cache mount may lie on.
#[derive(Debug, PartialEq, Eq)]
pub struct CacheFolder {
    /// Whose it is.
    pub family: Family,
    /// Variables that move it, the first that is set counts, each with where the folder then lies below its value.
    pub variables: &'static [(&'static str, &'static str)],
    /// Where it lies without: absolute, or below `~`; empty where that differs between versions and systems.
    pub path: &'static str,
    /// An option that moves it.
    pub option: &'static str,
    /// Variables that switch it off.
    pub switches: &'static [&'static str],
    /// Whether later steps read it too: what a first step left in a mount, a step without the mount does not see.
    pub is_read_later: bool,
    /// Whether two builds at once may not share it.
    pub is_locked: bool,
}

/// Every folder. Not the virtual environments that Poetry keeps beside its cache, and not Cargo's `target`: what is in
/// a mount is not in the image.
pub static CACHE_FOLDERS: [CacheFolder; 16] = [
    CacheFolder {
        variables: &[("npm_config_cache", ""), ("NPM_CONFIG_CACHE", "")],
        option: "--cache",
        ..of(Family::Npm, "~/.npm")
    },
    CacheFolder { variables: &[("YARN_CACHE_FOLDER", "")], option: "--cache-folder", ..of(Family::Yarn, "") },
    CacheFolder {
        variables: &[("npm_config_store_dir", ""), ("PNPM_HOME", "/store"), ("XDG_DATA_HOME", "/pnpm/store")],
        option: "--store-dir",
        ..of(Family::Pnpm, "~/.local/share/pnpm/store")
    },
    CacheFolder {
        variables: &[("BUN_INSTALL_CACHE_DIR", ""), ("BUN_INSTALL", "/install/cache")],
        option: "--cache-dir",
        ..of(Family::Bun, "~/.bun/install/cache")
    },
    CacheFolder {
        variables: &[("PIP_CACHE_DIR", ""), ("XDG_CACHE_HOME", "/pip")],
        option: "--cache-dir",
        switches: &["PIP_NO_CACHE_DIR"],
        ..of(Family::Pip, "~/.cache/pip")
    },
    CacheFolder {
        variables: &[("UV_CACHE_DIR", ""), ("XDG_CACHE_HOME", "/uv")],
        option: "--cache-dir",
        switches: &["UV_NO_CACHE"],
        ..of(Family::Uv, "~/.cache/uv")
    },
    CacheFolder {
        variables: &[("POETRY_CACHE_DIR", "/cache"), ("XDG_CACHE_HOME", "/pypoetry/cache")],
        switches: &["POETRY_NO_CACHE"],
        ..of(Family::Poetry, "~/.cache/pypoetry/cache")
    },
    CacheFolder {
        variables: &[("POETRY_CACHE_DIR", "/artifacts"), ("XDG_CACHE_HOME", "/pypoetry/artifacts")],
        switches: &["POETRY_NO_CACHE"],
        ..of(Family::Poetry, "~/.cache/pypoetry/artifacts")
    },
    CacheFolder {
        variables: &[("PDM_CACHE_DIR", ""), ("XDG_CACHE_HOME", "/pdm")],
        ..of(Family::Pdm, "~/.cache/pdm")
    },
    CacheFolder {
        variables: &[("PIPENV_CACHE_DIR", ""), ("XDG_CACHE_HOME", "/pipenv")],
        ..of(Family::Pipenv, "~/.cache/pipenv")
    },
    CacheFolder {
        variables: &[("GOMODCACHE", ""), ("GOPATH", "/pkg/mod")],
        is_read_later: true,
        ..of(Family::Go, "~/go/pkg/mod")
    },
    CacheFolder {
        variables: &[("GOCACHE", ""), ("XDG_CACHE_HOME", "/go-build")],
        is_read_later: true,
        ..of(Family::Go, "~/.cache/go-build")
    },
    CacheFolder {
        variables: &[("CARGO_HOME", "/registry")],
        is_read_later: true,
        ..of(Family::Cargo, "~/.cargo/registry")
    },
    CacheFolder { is_read_later: true, is_locked: true, ..of(Family::Maven, "~/.m2/repository") },
    CacheFolder {
        variables: &[("GRADLE_USER_HOME", "/caches")],
        option: "--gradle-user-home",
        is_read_later: true,
        is_locked: true,
        ..of(Family::Gradle, "~/.gradle/caches")
    },
    CacheFolder {
        variables: &[("NUGET_PACKAGES", "")],
        option: "--packages",
        is_read_later: true,
        ..of(Family::DotNet, "~/.nuget/packages")
    },
];

const fn of(family: Family, path: &'static str) -> CacheFolder {
    CacheFolder {
        family,
        variables: &[],
        path,
        option: "",
        switches: &[],
        is_read_later: false,
        is_locked: false,
    }
}

/// The folders of a tool.
pub fn cache_folders(family: Family) -> impl Iterator<Item = &'static CacheFolder> {
    CACHE_FOLDERS.iter().filter(move |folder| folder.family == family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_can_be_told_apart() {
        for (index, folder) in CACHE_FOLDERS.iter().enumerate() {
            assert!(folder.path.is_empty() || folder.path.starts_with("~/"), "{}", folder.path);
            assert!(folder.variables.iter().all(|(_, below)| below.is_empty() || below.starts_with('/')));
            let mut others = CACHE_FOLDERS.iter().skip(index + 1);
            assert!(
                folder.path.is_empty() || others.all(|other| other.path != folder.path),
                "{}",
                folder.path
            );
        }
    }
}

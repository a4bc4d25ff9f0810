//! What each tool reads of a project to install its dependencies: the manifests, the switches that leave the project
//! itself out, and what makes it read more. Source: the manual of each tool.

use super::Family;

/// How a tool installs the dependencies of the project it runs in.
#[derive(Debug, PartialEq, Eq)]
pub struct Project {
    /// Whose it is.
    pub family: Family,
    /// The sub-commands that do it where they name no package, as written; empty for the program alone.
    pub verbs: &'static [&'static str],
    /// Options that have it work elsewhere, or on more than one project.
    pub elsewhere: &'static [&'static str],
    /// The files that make a folder a project; the first one that is there counts. `*` stands for a name.
    pub manifests: &'static [&'static str],
    /// Read where they are there; of a folder all files.
    pub others: &'static [&'static str],
    /// Where one of these is there, more may be read, or the copy that follows would overwrite what was installed.
    pub blockers: &'static [&'static str],
    /// The lock files, the newest first.
    pub locks: &'static [&'static str],
    /// Whether it installs the project itself too, and which switch leaves that out.
    pub itself: Option<&'static str>,
    /// Where one of these words stands in a manifest, that reads or runs other files of the project.
    pub reading_words: &'static [&'static str],
}

/// Every tool that installs the dependencies of a project.
pub static PROJECTS: [Project; 16] = [
    Project {
        family: Family::Npm,
        verbs: &["install", "i", "ci", "clean-install", "ic", "install-clean"],
        elsewhere: &["-g", "--global", "-C", "--prefix", "-w", "--workspace"],
        manifests: &["package.json"],
        others: &["package-lock.json", "npm-shrinkwrap.json", ".npmrc"],
        blockers: &["node_modules", "binding.gyp"],
        locks: &["package-lock.json", "npm-shrinkwrap.json"],
        ..NOTHING
    },
    Project {
        family: Family::Yarn,
        verbs: &["", "install"],
        elsewhere: &["--cwd"],
        manifests: &["package.json"],
        others: &["yarn.lock", ".npmrc", ".yarnrc", ".yarnrc.yml", ".yarn/releases", ".yarn/plugins"],
        blockers: &[
            "node_modules",
            "binding.gyp",
            ".yarn/cache",
            ".yarn/patches",
            ".yarn/versions",
            ".pnp.cjs",
            "lerna.json",
        ],
        locks: &["yarn.lock"],
        ..NOTHING
    },
    Project {
        family: Family::Pnpm,
        verbs: &["install", "i"],
        elsewhere: &["-C", "--dir", "-F", "--filter", "--filter-prod", "-g", "--global", "-r", "--recursive"],
        manifests: &["package.json"],
        others: &["pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"],
        blockers: &["node_modules", "binding.gyp", ".pnpmfile.cjs", ".pnpmfile.mjs", "patches"],
        locks: &["pnpm-lock.yaml"],
        ..NOTHING
    },
    Project {
        family: Family::Bun,
        verbs: &["install", "i", "ci"],
        elsewhere: &["--cwd", "-g", "--global", "--filter", "-c", "--config"],
        manifests: &["package.json"],
        others: &["bun.lock", "bun.lockb", "bunfig.toml", ".npmrc"],
        blockers: &["node_modules", "binding.gyp", "patches"],
        locks: &["bun.lock", "bun.lockb"],
        ..NOTHING
    },
    Project {
        family: Family::Go,
        verbs: &["mod download"],
        elsewhere: &["-C", "-modfile"],
        manifests: &["go.mod"],
        others: &["go.sum"],
        blockers: &["vendor", "go.work"],
        locks: &["go.sum"],
        ..NOTHING
    },
    Project {
        family: Family::Uv,
        verbs: &["sync"],
        elsewhere: &["--directory", "--project", "--package", "--all-packages", "--script", "--config-file"],
        manifests: &["pyproject.toml"],
        others: &["uv.lock", "uv.toml", ".python-version"],
        blockers: &[".venv"],
        locks: &["uv.lock"],
        itself: Some("--no-install-project"),
        reading_words: &["path =", "path=", "workspace", "file:", "find-links"],
    },
    Project {
        family: Family::Poetry,
        verbs: &["install", "sync"],
        elsewhere: &["-C", "--directory", "-P", "--project"],
        manifests: &["pyproject.toml"],
        others: &["poetry.lock", "poetry.toml"],
        blockers: &[".venv"],
        locks: &["poetry.lock"],
        itself: Some("--no-root"),
        reading_words: &["path =", "path=", "file:", "requires-plugins"],
    },
    Project {
        family: Family::Pdm,
        verbs: &["install", "sync"],
        elsewhere: &["-p", "--project", "-c", "--config", "-L", "--lockfile"],
        manifests: &["pyproject.toml"],
        others: &["pdm.lock", "pdm.toml"],
        blockers: &[".venv", "__pypackages__", ".pdm-plugins"],
        locks: &["pdm.lock"],
        itself: Some("--no-self"),
        reading_words: &["path =", "path=", "file:", "post_install", "pre_install", "plugins"],
    },
    Project {
        family: Family::Pipenv,
        verbs: &["install", "sync"],
        elsewhere: &["-e", "--editable", "-r", "--requirements"],
        manifests: &["Pipfile"],
        others: &["Pipfile.lock"],
        blockers: &[".venv"],
        locks: &["Pipfile.lock"],
        reading_words: &["path =", "path=", "file =", "file=", "file:", "editable"],
        ..NOTHING
    },
    Project {
        family: Family::Bundler,
        verbs: &["", "install", "i"],
        elsewhere: &["--gemfile"],
        manifests: &["Gemfile"],
        others: &["Gemfile.lock", ".ruby-version", ".tool-versions"],
        blockers: &[".bundle", "vendor/bundle", "vendor/cache"],
        locks: &["Gemfile.lock"],
        ..NOTHING
    },
    Project {
        family: Family::Composer,
        verbs: &["install", "i"],
        elsewhere: &["-d", "--working-dir"],
        manifests: &["composer.json"],
        others: &["composer.lock", "auth.json"],
        blockers: &["vendor"],
        locks: &["composer.lock"],
        ..NOTHING
    },
    Project {
        family: Family::Maven,
        verbs: &["dependency:go-offline", "dependency:resolve", "dependency:resolve-plugins"],
        elsewhere: &[
            "-f",
            "--file",
            "-pl",
            "--projects",
            "-s",
            "--settings",
            "-gs",
            "--global-settings",
            "-t",
        ],
        manifests: &["pom.xml"],
        others: &["mvnw", ".mvn"],
        reading_words: &["<module>", "<relativePath>", "systemPath", "file:"],
        ..NOTHING
    },
    Project {
        family: Family::Gradle,
        verbs: &["dependencies"],
        elsewhere: &[
            "-b",
            "--build-file",
            "-c",
            "--settings-file",
            "-p",
            "--project-dir",
            "-I",
            "--include-build",
        ],
        manifests: &["build.gradle", "build.gradle.kts"],
        others: &[
            "settings.gradle",
            "settings.gradle.kts",
            "gradle.properties",
            "gradle.lockfile",
            "gradlew",
            "gradle",
        ],
        blockers: &["buildSrc", "build-logic", "libs"],
        locks: &["gradle.lockfile"],
        reading_words: &["include", "apply from", "apply(from", "files(", "fileTree", "file(", "project("],
        ..NOTHING
    },
    Project {
        family: Family::DotNet,
        verbs: &["restore"],
        elsewhere: &["--configfile", "--packages", "-s", "--source", "--lock-file-path"],
        manifests: &["*.csproj", "*.fsproj", "*.vbproj"],
        others: &[
            "nuget.config",
            "NuGet.Config",
            "NuGet.config",
            "Directory.Build.props",
            "Directory.Packages.props",
            "global.json",
            "packages.lock.json",
        ],
        blockers: &["obj", "bin", "Directory.Build.targets"],
        locks: &["packages.lock.json"],
        reading_words: &["<Import", "RestoreSources"],
        ..NOTHING
    },
    Project {
        family: Family::Cargo,
        verbs: &["fetch"],
        elsewhere: &["--manifest-path", "-C"],
        // It looks for the sources of every target before it fetches anything.
        manifests: &[],
        locks: &["Cargo.lock"],
        ..NOTHING
    },
    Project {
        family: Family::Mix,
        verbs: &["deps.get"],
        elsewhere: &[],
        manifests: &["mix.exs"],
        others: &["mix.lock"],
        blockers: &["deps", "_build"],
        locks: &["mix.lock"],
        reading_words: &["path:", "apps_path", "in_umbrella", "File.", "Code.", "System.cmd", "\"VERSION\""],
        ..NOTHING
    },
];

const NOTHING: Project = Project {
    family: Family::Npm,
    verbs: &[],
    elsewhere: &[],
    manifests: &[],
    others: &[],
    blockers: &[],
    locks: &[],
    itself: None,
    reading_words: &[],
};

/// How a manager installs the dependencies of a project; `None` where it has no such command.
pub fn project(family: Family) -> Option<&'static Project> {
    PROJECTS.iter().find(|project| project.family == family)
}

/// Whether a file of this name is a manifest of the tool, or is read beside it. `*` may stand in the name, as in
/// `package*.json`.
pub fn is_manifest(project: &Project, name: &str) -> bool {
    let mut names = project.manifests.iter().chain(project.others).chain(project.locks);
    names.any(|known| match (known.strip_prefix('*'), name.split_once('*')) {
        (Some(end), _) => name.ends_with(end),
        (None, Some((start, end))) => known.starts_with(start) && known.ends_with(end),
        (None, None) => *known == name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_stands_once_and_its_verbs_install() {
        for (index, project) in PROJECTS.iter().enumerate() {
            assert!(PROJECTS.iter().skip(index + 1).all(|other| other.family != project.family));
            for verb in project.verbs {
                let words: Vec<&str> = verb.split_whitespace().collect();
                let managers = super::super::all().iter().filter(|manager| manager.family == project.family);
                let mut found = managers.filter_map(|manager| manager.verb(&words)).map(|verb| verb.action);
                assert!(
                    found.any(|action| action == super::super::Action::Install),
                    "{:?} {verb}",
                    project.family
                );
            }
        }
    }

    #[test]
    fn names_with_wildcards_are_manifests() {
        let is = |family, name| is_manifest(project(family).unwrap(), name);
        assert!(is(Family::Npm, "package*.json") && is(Family::Npm, "package-lock.json"));
        assert!(
            is(Family::DotNet, "App.csproj")
                && is(Family::DotNet, "*.csproj")
                && !is(Family::DotNet, "App.cs")
        );
        assert!(is(Family::Poetry, "pyproject.toml") && !is(Family::Pipenv, "requirements.txt"));
    }
}

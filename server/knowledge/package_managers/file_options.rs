//! Options with which a package manager reads a file or folder that is named on the command line: settings,
//! certificates, indexes and constraints. Source: the manual of each tool.

use super::Family;

/// The options of a manager whose values may be paths, as they are written. Those that name the project are no part of them:
/// [`super::projects::Project::folders`].
pub fn file_options(family: Family) -> &'static [&'static str] {
    match family {
        Family::Apt => &["-c", "--config-file", "-oDir", "-oRootDir"],
        Family::Apk => {
            &["-X", "--repository", "-p", "--root", "--cache-dir", "--keys-dir", "--repositories-file"]
        }
        Family::Dnf => &["-c", "--config", "--installroot", "--repofrompath"],
        Family::Zypper => {
            &["-c", "--config", "-D", "--reposd-dir", "-R", "--root", "--installroot", "-p", "--plus-repo"]
        }
        Family::Pacman => {
            &["-b", "--dbpath", "-r", "--root", "--cachedir", "--config", "--gpgdir", "--hookdir"]
        }
        Family::Pip => &[
            "-i",
            "--index-url",
            "--extra-index-url",
            "--build-constraint",
            "--cert",
            "--client-cert",
            "--group",
            "--log",
        ],
        Family::Uv => &[
            "-b",
            "--build-constraint",
            "--build-constraints",
            "--config-file",
            "--default-index",
            "--env-file",
            "--exclude",
            "--excludes",
            "--extra-index-url",
            "-f",
            "--find-links",
            "-i",
            "--index",
            "--index-url",
            "--override",
            "--overrides",
        ],
        Family::Pdm => &["-c", "--config", "--override"],
        Family::Pipenv => &["-i", "--index", "--extra-pip-args", "--pypi-mirror"],
        Family::Npm | Family::Pnpm => &[
            "--cafile",
            "--global-pnpmfile",
            "--globalconfig",
            "--lockfile-dir",
            "--node-options",
            "--pnpmfile",
            "--registry",
            "--script-shell",
            "--userconfig",
        ],
        Family::Yarn => &["--cafile", "--preferred-cache-folder", "--registry", "--use-yarnrc"],
        Family::Bun => &["-c", "--config", "--cafile", "--env-file", "-r", "--preload", "--registry"],
        Family::Maven => &[
            "-s",
            "--settings",
            "-gs",
            "--global-settings",
            "-t",
            "--toolchains",
            "-gt",
            "--global-toolchains",
        ],
        Family::Gradle => &["-I", "--init-script"],
        Family::DotNet => &["--configfile", "-s", "--source"],
        _ => &[],
    }
}

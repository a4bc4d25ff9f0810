//! How package managers are told to leave out what only the developers of a project need. Source: each tool's own manual.

use super::package_managers::Family;

/// How a tool is told about them.
pub struct Tool {
    /// Whose commands.
    pub family: Family,
    /// What it is called with to install all that a project needs; the program's own name where nothing is enough.
    pub verbs: &'static [&'static str],
    /// Options that leave them out, or with which nothing of the project is installed.
    pub leaves_out: &'static [&'static str],
    /// The one to add.
    pub option: &'static str,
    /// The variable that leaves them out.
    pub variable: &'static str,
    /// The file in which a project says what it needs; empty where that is not read.
    pub manifest: &'static str,
    /// The field of the manifest that names them.
    pub field: &'static str,
}

/// The tools that install what developers need unless they are told not to.
pub static TOOLS: [Tool; 5] = [
    Tool {
        family: Family::Npm,
        verbs: &["install", "i", "ci", "clean-install"],
        leaves_out: &[
            "--omit=dev",
            "--production",
            "--prod",
            "--only=production",
            "-g",
            "--global",
            "--dry-run",
            "--package-lock-only",
            "--prefix",
            "-w",
            "--workspace",
        ],
        option: "--omit=dev",
        variable: "NODE_ENV",
        manifest: "package.json",
        field: "devDependencies",
    },
    Tool {
        family: Family::Yarn,
        verbs: &["yarn", "install"],
        leaves_out: &["--production", "--prod", "--version", "--help", "--cwd"],
        option: "--production",
        variable: "NODE_ENV",
        manifest: "package.json",
        field: "devDependencies",
    },
    Tool {
        family: Family::Pnpm,
        verbs: &["install", "i"],
        leaves_out: &[
            "--prod",
            "-P",
            "--production",
            "-g",
            "--global",
            "-r",
            "--recursive",
            "--filter",
            "--dir",
        ],
        option: "--prod",
        variable: "NODE_ENV",
        manifest: "package.json",
        field: "devDependencies",
    },
    Tool {
        family: Family::Composer,
        verbs: &["install", "i"],
        leaves_out: &["--no-dev", "--no-install", "--dry-run", "-d", "--working-dir"],
        option: "--no-dev",
        variable: "COMPOSER_NO_DEV",
        manifest: "composer.json",
        field: "require-dev",
    },
    Tool {
        family: Family::Poetry,
        verbs: &["install", "sync"],
        leaves_out: &["--no-dev", "--without=dev", "--only=main", "--only-root", "--dry-run"],
        option: "--only main",
        variable: "POETRY_WITHOUT",
        manifest: "",
        field: "",
    },
];

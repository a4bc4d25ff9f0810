//! What tools, people and templates of ignore files bring to every project.

use super::{TESTS, bare};
use crate::context::patterns::is_plain;
use crate::path;

/// What tools and people leave behind in folders of their own; a fresh checkout has none of it.
const LEFT_BY_TOOLS: [&str; 80] = [
    "*.log",
    "*.pyc",
    "*.swp",
    "*.tmp",
    "*~",
    "__pycache__",
    "azds.yaml",
    "backup",
    "backups",
    "bin",
    "bower_components",
    "build",
    "cache",
    "celerybeat-schedule",
    "charts",
    "compose*",
    "compose.yaml",
    "compose.yml",
    "composer.phar",
    "cover",
    "coverage",
    "coverage.out",
    "coverage.xml",
    "cython_debug",
    "db.sqlite3",
    "desktop.ini",
    "develop-eggs",
    "dist",
    "docker-compose*",
    "docker-compose*.yaml",
    "docker-compose*.yml",
    "docker-compose.override.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "dumps",
    "eggs",
    "env",
    "files",
    "htmlcov",
    "instance",
    "ipython_config.py",
    "jspm_packages",
    "junit.xml",
    "lerna-debug.log",
    "lib-cov",
    "local_settings.py",
    "logs",
    "nbproject",
    "node_modules",
    "nosetests.xml",
    "npm-debug.log",
    "npm-debug.log*",
    "obj",
    "out",
    "pids",
    "pip-log.txt",
    "pip-wheel-metadata",
    "pnpm-debug.log*",
    "pom.xml.tag",
    "profile_default",
    "release.properties",
    "reports",
    "sdist",
    "secrets.dev.yaml",
    "storage",
    "surefire-reports",
    "target",
    "temp",
    "test-results",
    "Thumbs.db",
    "tmp",
    "typings",
    "uploads",
    "values.dev.yaml",
    "vendor",
    "venv",
    "wheels",
    "yarn-debug.log*",
    "yarn-error.log",
    "yarn-error.log*",
];

/// What people write for the next reader and not for the build: listed in templates of ignore files, there or not.
const DOCUMENTS: [&str; 6] = ["changelog", "contributing", "dockerfile", "license", "makefile", "readme"];

/// Whether a pattern is for what tools, people and templates bring to every project. Names with a dot are settings of a machine, or
/// what a tool keeps.
pub(super) fn is_usual(pattern: &str) -> bool {
    let pattern = bare(pattern);
    let name = path::name(pattern);
    // Whatever the ending, it is the same that was left: `coverage.*`.
    let stem = name.split(['.', '*']).next().unwrap_or_default();
    // `*tar.gz` is for files of a kind, as `*.tar.gz` is.
    let is_kind = name.strip_prefix('*').is_some_and(|rest| rest.contains('.') && is_plain(rest));
    pattern.split('/').any(|part| part.starts_with('.'))
        || is_kind
        || name.starts_with("*.")
        || name == TESTS
        || LEFT_BY_TOOLS.contains(&stem)
        || LEFT_BY_TOOLS.contains(&name)
        || is_document(name)
}

/// Whether a pattern names what lies in most projects beside the sources: `README.md`, `LICENSE`, `Dockerfile*`.
fn is_document(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let word = name.split(['.', '*', '-', '_']).next().unwrap_or_default();
    DOCUMENTS.contains(&word)
}

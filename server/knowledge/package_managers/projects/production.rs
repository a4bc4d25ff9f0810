//! How the tools that install the dependencies of a project leave out what only its developers need. Source: npm-install(1), the
//! manuals of Yarn 1, pnpm, Bun, uv ("Managing dependencies"), Poetry ("Managing dependencies") and PDM, bundle-config(1), `composer help install`.

use super::Production;

pub(super) const NPM: Production = Production {
    leaves_out: &["--omit=dev", "--production", "--prod", "--only=production"],
    elsewhere: &["-g", "--global", "--dry-run", "--package-lock-only", "--prefix", "-w", "--workspace"],
    asks: &["--include=dev", "--dev", "--production=false", "--prod=false"],
    option: "--omit=dev",
    variables: &["NODE_ENV"],
    field: "devDependencies",
    tables: &[],
};

pub(super) const YARN: Production = Production {
    leaves_out: &["--production", "--prod"],
    elsewhere: &["--version", "--help", "--cwd"],
    asks: &["--production=false", "--prod=false"],
    option: "--production",
    variables: &["NODE_ENV"],
    field: "devDependencies",
    tables: &[],
};

pub(super) const PNPM: Production = Production {
    leaves_out: &["--prod", "-P", "--production"],
    elsewhere: &["-g", "--global", "-r", "--recursive", "--filter", "--dir"],
    asks: &["--dev", "-D", "--prod=false", "--production=false"],
    option: "--prod",
    variables: &["NODE_ENV"],
    field: "devDependencies",
    tables: &[],
};

pub(super) const BUN: Production = Production {
    leaves_out: &["--production", "-p", "--omit=dev"],
    elsewhere: &["--cwd", "--dry-run", "--filter", "-g", "--global", "--lockfile-only"],
    asks: &["--production=false"],
    option: "--production",
    variables: &[],
    field: "devDependencies",
    tables: &[],
};

pub(super) const UV: Production = Production {
    leaves_out: &["--no-dev", "--no-default-groups", "--no-group=dev", "--only-group"],
    elsewhere: &["--check", "--directory", "--dry-run", "--package", "--project", "--script"],
    asks: &["--dev", "--group", "--all-groups"],
    option: "--no-dev",
    variables: &["UV_NO_DEV", "UV_NO_DEFAULT_GROUPS", "UV_NO_GROUP"],
    field: "",
    tables: &["dependency-groups.dev", "tool.uv.dev-dependencies", "tool.uv.default-groups"],
};

pub(super) const POETRY: Production = Production {
    leaves_out: &["--no-dev", "--without=dev", "--only=main", "--only-root"],
    elsewhere: &["--dry-run"],
    asks: &["--with", "--all-groups"],
    option: "--only main",
    variables: &["POETRY_WITHOUT"],
    field: "",
    tables: &["dependency-groups", "tool.poetry.dev-dependencies", "tool.poetry.group"],
};

pub(super) const PDM: Production = Production {
    leaves_out: &["--prod", "--production", "--without=dev"],
    elsewhere: &["--check", "--dry-run", "-p", "--project"],
    asks: &["-G", "--group", "--with", "-d", "--dev"],
    option: "--prod",
    variables: &[],
    field: "",
    tables: &["dependency-groups", "tool.pdm.dev-dependencies"],
};

// An option does it no longer: it is a setting of the project, which the program needs as well.
pub(super) const BUNDLER: Production = Production {
    leaves_out: &["--without"],
    elsewhere: &["--gemfile"],
    asks: &["--with"],
    option: "",
    variables: &["BUNDLE_WITHOUT", "BUNDLE_ONLY"],
    field: "",
    tables: &[],
};

pub(super) const COMPOSER: Production = Production {
    leaves_out: &["--no-dev"],
    elsewhere: &["--no-install", "--dry-run"],
    asks: &["--dev"],
    option: "--no-dev",
    variables: &["COMPOSER_NO_DEV"],
    field: "require-dev",
    tables: &[],
};

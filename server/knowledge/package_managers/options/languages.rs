//! Those of the package managers and build tools of programming languages. Source: each one's command reference.

use super::Choice;

pub(super) const PIP: &[Choice] = &[
    (&["install", "download", "wheel", "uninstall"], "--requirement", "the packages that a file lists"),
    (&["install", "download", "wheel"], "--constraint", "the versions that a file allows"),
    (
        &["install", "download", "wheel"],
        "--require-hashes",
        "fails where a package has not the hash that the file says",
    ),
    (&["install", "download", "wheel"], "--no-deps", "leaves out what the packages need"),
    (&["install"], "--upgrade", "brings the named packages to newer versions"),
    (&["install"], "--editable", "leaves the code in its folder"),
    (&["install", "download", "wheel"], "--index-url", "the package index"),
    (&["install", "download", "wheel"], "--extra-index-url", "one more package index"),
    (&["install", "download", "wheel"], "--find-links", "a folder or page with packages"),
    (&["install", "download", "wheel"], "--no-index", "asks no package index"),
    (&["install", "download", "wheel"], "--only-binary", "takes wheels alone for these packages"),
    (&["install"], "--target", "the folder that packages are installed into"),
    (&["install"], "--prefix", "the folder whose `lib` and `bin` are installed into"),
    (&["install"], "--user", "installs for the user alone"),
    (&["install", "uninstall"], "--break-system-packages", "changes what the distribution manages"),
    (&["install"], "--root-user-action=ignore", "does not warn of root"),
    (&["download"], "--dest", "the folder that packages are put into"),
    (&["wheel"], "--wheel-dir", "the folder that wheels are put into"),
    (&["uninstall"], "--yes", "asks nothing"),
];

pub(super) const UV: &[Choice] = &[
    (&["sync", "run"], "--locked", "fails where the lock file would change"),
    (&["sync", "run"], "--frozen", "takes the lock file as it is"),
    (&["sync", "run"], "--no-dev", "leaves out what only development needs"),
    (&["sync"], "--no-install-project", "leaves out the project itself"),
    (&["sync"], "--no-editable", "copies the project into the environment"),
    (&["sync", "run"], "--extra", "an optional part of the dependencies"),
    (&["sync", "run"], "--all-extras", "all optional parts of the dependencies"),
    (&["sync", "pip install", "pip sync"], "--compile-bytecode", "compiles modules while installing"),
    (&["pip install", "pip sync", "pip uninstall"], "--system", "works in the system's Python"),
    (&["pip install"], "--requirement", "the packages that a file lists"),
    (&["pip install"], "--constraint", "the versions that a file allows"),
    (&["pip install"], "--no-deps", "leaves out what the packages need"),
    (&["pip install"], "--upgrade", "brings the named packages to newer versions"),
    (&["pip install"], "--editable", "leaves the code in its folder"),
];

pub(super) const PIPENV: &[Choice] = &[
    (&["install"], "--deploy", "fails where the lock file is out of date"),
    (&["install", "sync"], "--system", "installs into the system's Python"),
    (&["install", "sync"], "--dev", "with what only development needs"),
];

pub(super) const POETRY: &[Choice] = &[
    (&["install", "sync"], "--no-root", "leaves out the project itself"),
    (&["install", "sync", "update"], "--only", "these groups of dependencies alone"),
    (&["install", "sync", "update"], "--without", "leaves out groups of dependencies"),
    (&["install", "sync", "update"], "--with", "with optional groups of dependencies"),
    (&["install", "sync", "add"], "--extras", "optional parts of the dependencies"),
    (&["install", "sync", "add", "update", "remove", "build"], "--no-interaction", "asks nothing"),
    (&["install", "sync", "add", "update", "remove", "build"], "--no-ansi", "writes without colours"),
];

pub(super) const PDM: &[Choice] = &[
    (&["install", "sync"], "--prod", "leaves out what only development needs"),
    (&["install", "sync"], "--no-editable", "copies the project into the environment"),
    (&["install", "sync"], "--no-self", "leaves out the project itself"),
    (&["install"], "--frozen-lockfile", "takes the lock file as it is"),
];

pub(super) const CONDA: &[Choice] = &[
    (&["install", "create", "update"], "--channel", "one more place to take packages from"),
    (&["install", "create", "env create", "env update"], "--file", "what a file lists"),
    (&["install", "create", "update", "remove", "env"], "--name", "the environment, by its name"),
    (&["install", "create", "update", "remove", "env"], "--prefix", "the environment, by its folder"),
    (&["env update"], "--prune", "removes what the file does not list"),
    (&["clean"], "--all", "deletes packages, lists and archives"),
];

pub(super) const NPM: &[Choice] = &[
    (&["ci", "install", "i", "update", "prune"], "--omit=dev", "leaves out what only development needs"),
    (&["ci", "install", "i", "update", "rebuild"], "--ignore-scripts", "runs no scripts of packages"),
    (&["ci", "install", "i", "update"], "--no-audit", "does not report known weaknesses"),
    (&["ci", "install", "i", "update"], "--no-fund", "does not say who wants money"),
    (&["ci", "install", "i"], "--prefer-offline", "takes what is in the cache without asking for newer"),
    (&["ci", "install", "i"], "--legacy-peer-deps", "leaves out peer dependencies, as npm 6 did"),
    (&["install", "i", "uninstall", "update"], "--global", "works on the system's packages"),
    (&["ci", "install", "i", "run"], "--workspace", "in one workspace alone"),
    (&["cache clean"], "--force", "deletes it really"),
];

pub(super) const YARN: &[Choice] = &[
    (&["", "install"], "--immutable", "fails where the lock file would change (version 2 and later)"),
    (&["", "install"], "--frozen-lockfile", "fails where the lock file would change (version 1)"),
    (&["", "install"], "--production", "leaves out what only development needs (version 1)"),
    (&["", "install", "add"], "--network-timeout", "how long it waits, in milliseconds (version 1)"),
    (&["workspaces focus"], "--production", "leaves out what only development needs"),
    (&["workspaces focus"], "--all", "for all workspaces"),
];

pub(super) const PNPM: &[Choice] = &[
    (&["install", "i"], "--frozen-lockfile", "fails where the lock file would change"),
    (&["install", "i", "fetch", "prune", "deploy"], "--prod", "leaves out what only development needs"),
    (&["install", "i"], "--offline", "takes what is in the store alone"),
    (&["install", "i", "add", "rebuild"], "--ignore-scripts", "runs no scripts of packages"),
    (&["add", "remove", "update"], "--global", "works on the system's packages"),
];

pub(super) const BUN: &[Choice] = &[
    (&["install", "i"], "--frozen-lockfile", "fails where the lock file would change"),
    (&["install", "i", "ci"], "--production", "leaves out what only development needs"),
    (&["install", "i", "add"], "--ignore-scripts", "runs no scripts of the project"),
    (&["add", "remove"], "--global", "works on the system's packages"),
];

const GO_BUILDS: &[&str] = &["build", "install", "run", "test"];
pub(super) const GO: &[Choice] = &[
    (&["build", "test"], "-o", "the file that is written"),
    (GO_BUILDS, "-ldflags", "options of the linker"),
    (GO_BUILDS, "-trimpath", "leaves the folders of the build out of the program"),
    (GO_BUILDS, "-tags", "build tags"),
    (GO_BUILDS, "-mod", "how modules are loaded: readonly, vendor or mod"),
    (GO_BUILDS, "-race", "looks for races while the program runs"),
    (GO_BUILDS, "-v", "names the packages"),
    (GO_BUILDS, "-buildvcs=false", "leaves out what version control says"),
    (&["test"], "-run", "the tests whose names match"),
    (&["mod download", "build", "install"], "-x", "shows the commands that are run"),
    (&["clean"], "-cache", "deletes what was compiled"),
    (&["clean"], "-modcache", "deletes the downloaded modules"),
];

const CARGO_BUILDS: &[&str] =
    &["build", "b", "run", "r", "test", "t", "rustc", "chef cook", "zigbuild", "auditable build"];
const CARGO_LOCKS: &[&str] =
    &["build", "b", "run", "r", "test", "t", "rustc", "fetch", "install", "chef cook", "zigbuild", "vendor"];
pub(super) const CARGO: &[Choice] = &[
    (CARGO_BUILDS, "--release", "with optimizations"),
    (CARGO_LOCKS, "--locked", "fails where the lock file would change"),
    (CARGO_LOCKS, "--offline", "without the network"),
    (CARGO_BUILDS, "--target", "the platform to compile for"),
    (CARGO_BUILDS, "--bin", "one program alone"),
    (CARGO_BUILDS, "--package", "one package of the workspace"),
    (CARGO_BUILDS, "--features", "features to turn on"),
    (CARGO_BUILDS, "--no-default-features", "turns off the features that are on by themselves"),
    (CARGO_BUILDS, "--profile", "the profile to compile with"),
    (&["install", "binstall"], "--version", "the version to install"),
    (&["install"], "--path", "the folder of the code"),
    (&["install"], "--git", "the repository of the code"),
    (&["install"], "--root", "the folder to install into"),
    (&["install"], "--features", "features to turn on"),
    (&["chef cook", "chef prepare"], "--recipe-path", "the file of the recipe"),
];

pub(super) const GEM: &[Choice] = &[
    (&["install", "i", "update"], "--no-document", "leaves out documentation"),
    (&["install", "i"], "--version", "the version to install"),
];

pub(super) const BUNDLER: &[Choice] = &[
    (&["", "install", "i"], "--jobs", "how many gems are installed at once"),
    (&["", "install", "i"], "--retry", "how often it tries again"),
    (&["clean"], "--force", "also where gems are shared"),
];

pub(super) const COMPOSER: &[Choice] = &[
    (&["install", "i", "update", "u"], "--no-dev", "leaves out what only development needs"),
    (&["install", "i", "update", "u", "require"], "--no-scripts", "runs no scripts of the project"),
    (&["install", "i", "update", "u", "require"], "--no-interaction", "asks nothing"),
    (&["install", "i", "update", "u", "require"], "--no-progress", "shows no progress"),
    (&["install", "i", "update", "u", "require"], "--optimize-autoloader", "finds classes faster"),
    (&["install", "i"], "--no-autoloader", "writes no autoloader"),
    (&["install", "i", "update", "u", "require"], "--prefer-dist", "takes archives rather than repositories"),
    (&["dump-autoload"], "--optimize", "finds classes faster"),
    (&["dump-autoload"], "--no-dev", "leaves out what only development needs"),
];

const MAVEN_PACKS: &[&str] = &["package", "verify", "install", "deploy", "clean"];
pub(super) const MAVEN: &[Choice] = &[
    (MAVEN_PACKS, "-DskipTests", "compiles the tests, but does not run them"),
    (
        &["", "package", "verify", "install", "deploy", "clean", "compile", "test"],
        "--batch-mode",
        "asks nothing",
    ),
    (
        &["", "package", "verify", "install", "deploy", "clean", "compile", "test"],
        "--offline",
        "without the network",
    ),
];

pub(super) const GRADLE: &[Choice] = &[
    (&["", "build", "assemble", "bootJar", "clean", "test"], "--no-daemon", "leaves no program running"),
    (&["", "build", "assemble", "bootJar", "clean", "test"], "--offline", "without the network"),
    (&["build", "clean"], "--exclude-task", "leaves out a task"),
];

const DOTNET_BUILDS: &[&str] = &["build", "publish", "pack", "test", "run"];
pub(super) const DOTNET: &[Choice] = &[
    (DOTNET_BUILDS, "--configuration", "Release or Debug"),
    (&["build", "publish", "pack"], "--output", "the folder that is written"),
    (DOTNET_BUILDS, "--no-restore", "fetches no dependencies"),
    (&["publish", "pack", "test", "run"], "--no-build", "takes what is compiled already"),
    (&["restore", "build", "publish"], "--runtime", "the platform to compile for"),
    (&["publish"], "--self-contained", "with the .NET runtime"),
    (&["restore"], "--locked-mode", "fails where the lock file would change"),
    (&["tool install"], "--global", "installs for the user"),
    (&["tool install"], "--tool-path", "the folder that is installed into"),
];

pub(super) const MIX: &[Choice] = &[
    (&["deps.get"], "--only", "the dependencies of one environment alone"),
    (&["release"], "--overwrite", "replaces the release that is there"),
    (&["local.hex", "local.rebar", "archive.install", "escript.install"], "--force", "asks nothing"),
];

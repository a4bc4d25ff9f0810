//! Those of the package managers and build tools of programming languages. Source: each one's command reference.

use super::Table;

pub(super) const PIP: Table = &[
    ("install", "installs packages"),
    ("uninstall", "removes packages"),
    ("wheel", "builds wheels of packages"),
    ("download", "fetches packages without installing them"),
    ("cache purge", "deletes all that pip keeps"),
    ("freeze", "lists the installed packages with their versions"),
    ("check", "says whether the installed packages fit each other"),
    ("list", "lists the installed packages"),
];

pub(super) const UV: Table = &[
    ("sync", "installs the project's dependencies"),
    ("pip install", "installs packages"),
    ("pip sync", "installs exactly what a file lists"),
    ("pip uninstall", "removes packages"),
    ("pip compile", "writes a file of pinned requirements"),
    ("venv", "makes a virtual environment"),
    ("run", "runs a command in the project's environment"),
    ("add", "adds dependencies to the project"),
    ("remove", "removes dependencies from the project"),
    ("lock", "writes the lock file"),
    ("export", "writes the lock file in another format"),
    ("python install", "installs versions of Python"),
    ("tool install", "installs the programs of a package"),
    ("build", "builds packages of the project"),
    ("cache clean", "deletes all that uv keeps"),
    ("cache prune", "deletes what uv keeps without need"),
];

pub(super) const PIPENV: Table = &[
    ("install", "installs packages, or the project's dependencies"),
    ("sync", "installs what the lock file says"),
    ("requirements", "writes a file of pinned requirements"),
    ("run", "runs a command in the project's environment"),
    ("lock", "writes the lock file"),
    ("update", "writes the lock file, and installs what it says"),
    ("uninstall", "removes packages"),
    ("clean", "removes packages that the lock file does not have"),
];

pub(super) const POETRY: Table = &[
    ("install", "installs the project's dependencies"),
    ("sync", "installs exactly what the lock file says"),
    ("config", "sets how Poetry works"),
    ("run", "runs a command in the project's environment"),
    ("build", "builds packages of the project"),
    ("export", "writes the lock file in another format"),
    ("add", "adds dependencies to the project"),
    ("remove", "removes dependencies from the project"),
    ("lock", "writes the lock file"),
    ("update", "brings dependencies to newer versions"),
    ("cache clear", "deletes what Poetry keeps"),
    ("self add", "adds packages to Poetry's own environment"),
];

pub(super) const PDM: Table = &[
    ("sync", "installs what the lock file says"),
    ("install", "installs the project's dependencies"),
    ("run", "runs a command in the project's environment"),
    ("build", "builds packages of the project"),
    ("export", "writes the lock file in another format"),
    ("add", "adds dependencies to the project"),
    ("remove", "removes dependencies from the project"),
    ("lock", "writes the lock file"),
    ("update", "brings dependencies to newer versions"),
    ("cache clear", "deletes what PDM keeps"),
];

pub(super) const CONDA: Table = &[
    ("install", "installs packages"),
    ("create", "makes an environment, with packages"),
    ("env create", "makes an environment from a file"),
    ("env update", "brings an environment to what a file says"),
    ("env remove", "deletes an environment"),
    ("update", "brings packages to newer versions"),
    ("remove", "removes packages"),
    ("clean", "deletes caches: what its options name"),
    ("run", "runs a command in an environment"),
    ("config", "sets how it works"),
];

pub(super) const NPM: Table = &[
    ("ci", "installs exactly what the lock file says"),
    ("install", "installs packages, or the project's dependencies"),
    ("run", "runs a script of package.json"),
    ("prune", "removes packages that package.json does not name"),
    ("cache clean", "deletes the downloaded packages"),
    ("update", "brings packages to newer versions"),
    ("uninstall", "removes packages"),
    ("rebuild", "builds the installed packages again"),
    ("config", "sets how npm works"),
    ("pack", "makes an archive of a package"),
    ("start", "runs the script `start` of package.json"),
    ("test", "runs the script `test` of package.json"),
];

pub(super) const YARN: Table = &[
    ("install", "installs the project's dependencies"),
    ("build", "runs the script `build` of package.json"),
    ("run", "runs a script of package.json"),
    ("add", "adds dependencies to the project"),
    ("remove", "removes dependencies from the project"),
    ("workspaces focus", "installs what some workspaces need (version 2 and later)"),
    ("cache clean", "deletes the downloaded packages"),
    ("config", "sets how Yarn works"),
    ("global add", "installs packages for all of the system (version 1)"),
    ("global remove", "removes packages from all of the system (version 1)"),
    ("up", "brings dependencies to newer versions (version 2 and later)"),
    ("upgrade", "brings dependencies to newer versions (version 1)"),
];

pub(super) const PNPM: Table = &[
    ("install", "installs the project's dependencies"),
    ("fetch", "fetches what the lock file says, and installs nothing yet"),
    ("run", "runs a script of package.json"),
    ("build", "runs the script `build` of package.json"),
    ("deploy", "copies a package of a workspace with its dependencies"),
    ("prune", "removes packages that are not needed"),
    ("add", "adds dependencies to the project"),
    ("remove", "removes dependencies from the project"),
    ("update", "brings dependencies to newer versions"),
    ("rebuild", "builds the installed packages again"),
    ("config", "sets how pnpm works"),
    ("store prune", "deletes downloaded packages that no project uses"),
];

pub(super) const BUN: Table = &[
    ("install", "installs the project's dependencies"),
    ("ci", "installs exactly what the lock file says"),
    ("run", "runs a script of package.json, or a file"),
    ("build", "bundles files"),
    ("add", "adds dependencies to the project"),
    ("remove", "removes dependencies from the project"),
    ("update", "brings dependencies to newer versions"),
    ("test", "runs the tests"),
    ("pm cache rm", "deletes the downloaded packages"),
];

pub(super) const GO: Table = &[
    ("build", "compiles packages"),
    ("install", "compiles programs and puts them into GOBIN"),
    ("mod download", "fetches the modules that go.mod names"),
    ("mod tidy", "brings go.mod to what the code needs"),
    ("mod vendor", "copies the modules into the folder vendor"),
    ("mod verify", "checks the downloaded modules"),
    ("get", "adds or changes dependencies in go.mod"),
    ("generate", "runs the commands that the code names"),
    ("test", "runs the tests"),
    ("vet", "looks for mistakes"),
    ("run", "compiles and runs a program"),
    ("env", "shows or sets Go's variables"),
    ("clean", "deletes files that a build made: what its options name"),
    ("work vendor", "copies the modules of a workspace into the folder vendor"),
];

pub(super) const CARGO: Table = &[
    ("build", "compiles the project"),
    ("install", "compiles and installs programs"),
    ("fetch", "fetches the project's dependencies"),
    ("test", "runs the tests"),
    ("run", "compiles and runs a program of the project"),
    ("chef prepare", "writes the recipe of the dependencies"),
    ("chef cook", "compiles the dependencies of a recipe"),
    ("binstall", "installs programs that are compiled already"),
    ("vendor", "copies the dependencies into a folder"),
    ("update", "brings the lock file to newer versions"),
    ("rustc", "compiles one target with options for the compiler"),
    ("zigbuild", "compiles the project with zig as the linker"),
    ("uninstall", "removes installed programs"),
    ("clean", "deletes what was compiled"),
];

pub(super) const GEM: Table = &[
    ("install", "installs gems"),
    ("update", "brings gems to newer versions"),
    ("uninstall", "removes gems"),
    ("build", "builds a gem"),
    ("cleanup", "removes older versions of gems"),
];

pub(super) const BUNDLER: Table = &[
    ("install", "installs what the Gemfile says"),
    ("config", "sets how Bundler works"),
    ("exec", "runs a command with the gems of the bundle"),
    ("cache", "copies the gems into vendor/cache"),
    ("update", "brings gems to newer versions"),
    ("add", "adds a gem to the Gemfile, and installs it"),
    ("remove", "removes gems from the Gemfile"),
    ("clean", "removes gems that the bundle does not use"),
    ("lock", "writes the lock file"),
];

pub(super) const COMPOSER: Table = &[
    ("install", "installs what the lock file says"),
    ("dump-autoload", "writes the autoloader"),
    ("require", "adds packages to the project, and installs them"),
    ("update", "brings packages to newer versions"),
    ("remove", "removes packages from the project"),
    ("create-project", "makes a project from a package"),
    ("config", "sets how Composer works"),
    ("run-script", "runs a script of composer.json"),
    ("clear-cache", "deletes what Composer keeps"),
    ("global require", "installs packages for all of the user's projects"),
    ("self-update", "brings Composer to a newer version"),
];

pub(super) const MAVEN: Table = &[
    ("package", "compiles, tests and packs the project"),
    ("verify", "packs the project and checks the package"),
    ("install", "packs the project and copies the package to the local repository"),
    ("compile", "compiles the project"),
    ("test", "runs the tests"),
    ("clean", "deletes what was built"),
    ("deploy", "copies the package to the remote repository"),
    ("dependency:go-offline", "fetches what the build needs"),
    ("dependency:resolve", "fetches the dependencies"),
    ("dependency:copy-dependencies", "copies the dependencies into a folder"),
];

pub(super) const GRADLE: Table = &[
    ("build", "compiles, packs and tests the project"),
    ("assemble", "compiles and packs the project"),
    ("bootJar", "packs a Spring Boot program"),
    ("bootWar", "packs a Spring Boot web application"),
    ("shadowJar", "packs the project with its dependencies"),
    ("installDist", "puts the program and its libraries into a folder"),
    ("jar", "packs the classes"),
    ("test", "runs the tests"),
    ("check", "runs the tests and all other checks"),
    ("dependencies", "shows the dependencies"),
    ("clean", "deletes what was built"),
];

pub(super) const DOTNET: Table = &[
    ("restore", "fetches the project's dependencies"),
    ("build", "compiles the project"),
    ("publish", "compiles the project and puts all that it needs into a folder"),
    ("test", "runs the tests"),
    ("run", "compiles and runs the project"),
    ("pack", "makes a NuGet package"),
    ("tool install", "installs a tool"),
    ("tool restore", "installs the tools of the project"),
    ("workload install", "installs workloads"),
    ("workload restore", "installs the workloads of the project"),
    ("add package", "adds a package to the project"),
    ("remove package", "removes a package from the project"),
    ("clean", "deletes what was built"),
    ("nuget locals", "lists or deletes the downloaded packages"),
];

pub(super) const MIX: Table = &[
    ("deps.get", "fetches the dependencies"),
    ("deps.compile", "compiles the dependencies"),
    ("compile", "compiles the project"),
    ("release", "puts together a release"),
    ("local.hex", "installs Hex"),
    ("local.rebar", "installs rebar"),
    ("test", "runs the tests"),
    ("deps.update", "brings dependencies to newer versions"),
    ("archive.install", "installs an archive"),
    ("escript.install", "installs an escript"),
    ("deps.clean", "deletes dependencies"),
    ("clean", "deletes what was compiled"),
];

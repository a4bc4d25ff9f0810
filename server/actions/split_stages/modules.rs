//! The packages of a project of Node.js: what installs them, how those that only its build needs are taken away again, and
//! whether the others need libraries of the system.
//! Source: npm, `npm prune` and package-lock.json; Yarn classic, `yarn install --production`; Yarn 4, `yarn workspaces focus`
//! and `nodeLinker`; pnpm, `pnpm prune` and `onlyBuiltDependencies`; what each of them left when it was run.

use serde_json::Value;

use super::scripts::{Step, package, step};
use super::subject::{Subject, Task};
use crate::path;
use crate::syntax::Kind;
use crate::syntax::mount::Mount;

/// The packages of a project.
pub(super) struct Modules {
    manager: Manager,
    /// The absolute folder of the project.
    pub(super) folder: String,
    package: Value,
    /// The last command that installs them.
    install: Install,
}

/// A command that installs the packages of a project.
struct Install {
    /// What the program is told.
    words: Vec<String>,
    /// The mounts of its RUN as they are written, each with a blank behind it.
    mounts: String,
    /// Whether another command can be told the same, and finds the same where it runs.
    is_plain: bool,
}

impl Install {
    fn of(subject: &Subject<'_>, task: &Task<'_>) -> Option<Install> {
        let instruction = subject.cx.document.file().instruction(task.item)?;
        let mounts = Mount::all(instruction);
        let is_plain = task.assignments.is_empty()
            && mounts.iter().all(|mount| matches!(mount.kind(), "cache" | "secret" | "ssh"))
            && mounts.iter().all(|mount| mount.target().is_none_or(|target| target.starts_with('/')))
            && task.words.iter().all(|word| {
                word.chars().all(|char| char.is_ascii_alphanumeric() || "-_=.:/@,+".contains(char))
            });
        let written = mounts.iter().map(|mount| format!("{} ", instruction.str(mount.part)));
        Some(Install { words: task.words.get(1..)?.to_vec(), mounts: written.collect(), is_plain })
    }

    /// What it is told beside these words.
    fn others(&self, known: &[&str]) -> String {
        let name = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
        let others = self.words.iter().filter(|word| !known.contains(&name(word).as_str()));
        others.map(|word| format!(" {word}")).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manager {
    Npm,
    /// Version 1.
    ClassicYarn,
    /// Version 4 and later, with packages in `node_modules`.
    Yarn,
    Pnpm,
}

/// Packages whose install script builds or fetches nothing that needs a library of the system.
const SELF_CONTAINED: [&str; 15] = [
    "@nestjs/core",
    "@scarf/scarf",
    "@swc/core",
    "argon2",
    "bcrypt",
    "better-sqlite3",
    "bufferutil",
    "core-js",
    "core-js-pure",
    "es5-ext",
    "esbuild",
    "fsevents",
    "msgpackr-extract",
    "protobufjs",
    "utf-8-validate",
];

/// Scripts of the project that Yarn and pnpm run with every install, and with what takes packages away: with programs that
/// are gone by then.
const WITH_INSTALLS: [&str; 6] =
    ["install", "postinstall", "postprepare", "preinstall", "prepare", "prepublish"];

/// Settings of pnpm with which packages lie elsewhere than in links below `node_modules`, or several projects have them.
const SETTINGS_OF_PNPM: [&str; 12] = [
    "global-virtual-store",
    "GlobalVirtualStore",
    "inject",
    "modules-dir",
    "modulesDir",
    "node-linker",
    "nodeLinker",
    "packages:",
    "public-hoist",
    "symlink",
    "virtual-store-dir",
    "virtualStoreDir",
];

/// The first version of pnpm that runs the install scripts of packages by their names alone.
const FIRST_TO_ASK: u32 = 10;

impl Modules {
    /// Those that the steps above the instruction `end` install, all with one program into one folder; `None` where there
    /// are others, or it is not known where they lie.
    pub(super) fn of(subject: &Subject<'_>, end: usize) -> Option<Modules> {
        let runs = subject.items().filter(|(index, item)| *index < end && item.kind == Kind::Run);
        let mut found: Option<(String, String, Install)> = None;
        for task in runs.filter_map(|(index, _)| subject.tasks(index)).flatten() {
            let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
            let package = package(subject, &task.folder).unwrap_or_default();
            if step(&words, &package) == Some(Step::Install) {
                let (program, folder) = (words.first()?.to_string(), task.folder.clone());
                let is_same = |other: &(String, String, Install)| (&other.0, &other.1) == (&program, &folder);
                found.as_ref().is_none_or(is_same).then_some(())?;
                found = Some((program, folder, Install::of(subject, &task)?));
            }
        }
        let (program, folder, install) = found?;
        let package = package(subject, &folder)?;
        let manager = match program.as_str() {
            "npm" => Manager::Npm,
            "yarn" => yarn(subject, &folder, &package)?,
            "pnpm" => pnpm(subject, &folder)?,
            _ => return None,
        };
        let runs_with =
            |name: &str| package.get("scripts").is_some_and(|scripts| scripts.get(name).is_some());
        let is_still = manager == Manager::Npm || !WITH_INSTALLS.into_iter().any(runs_with);
        let is_alone = package.get("workspaces").is_none() && !has_local(&package);
        let is_new = subject.is_absent(&path::absolute(&folder, "node_modules"));
        let is_plain = folder.chars().all(|char| char.is_ascii_alphanumeric() || "/._-@".contains(char));
        (is_still && is_alone && is_new && is_plain).then_some(Modules { manager, folder, package, install })
    }

    /// The packages that only the build needs.
    pub(super) fn development(&self) -> Vec<&str> {
        let names = |field: &str| self.package.get(field).and_then(Value::as_object).into_iter().flatten();
        let stays = |name: &String| {
            ["dependencies", "optionalDependencies"]
                .iter()
                .any(|field| names(field).any(|(own, _)| own == name))
        };
        names("devDependencies")
            .map(|(name, _)| name)
            .filter(|name| !stays(name))
            .map(String::as_str)
            .collect()
    }

    /// Whether they can be taken away as they were installed.
    pub(super) fn can_be_pruned(&self) -> bool {
        self.manager == Manager::Npm || self.install.is_plain
    }

    /// The mounts and the command that take away what only the build needs, `before` standing before the command. What
    /// may fetch anything again is told and given what the install was.
    pub(super) fn pruning(&self, before: &str) -> String {
        let Install { mounts, .. } = &self.install;
        match self.manager {
            Manager::Npm => {
                let peers = self.install.words.iter().find(|word| *word == "--legacy-peer-deps");
                let peers = peers.map(|word| format!(" {word}")).unwrap_or_default();
                format!("{before}npm prune --omit=dev{peers}")
            }
            Manager::ClassicYarn => {
                let known = ["install", "--frozen-lockfile", "--production", "--prod"];
                let others = self.install.others(&known);
                format!("{mounts}{before}yarn install --production --frozen-lockfile{others}")
            }
            Manager::Yarn => format!("{mounts}{before}yarn workspaces focus --production"),
            // With another store than they came from it asks before it fetches them again; where `CI` is set it does so.
            Manager::Pnpm => format!("{mounts}{before}CI=true pnpm prune --prod"),
        }
    }

    pub(super) fn manager(&self) -> Manager {
        self.manager
    }

    /// Whether the packages that stay are known to need no library of the system; `None` where some of them lie in other
    /// folders of the project.
    pub(super) fn are_self_contained(&self, subject: &Subject<'_>) -> Option<bool> {
        let read = |name: &str| subject.read(&path::absolute(&self.folder, name));
        match self.manager {
            Manager::Npm => match read("package-lock.json") {
                Some(lock) => locked_by_npm(&serde_json::from_str(&lock).ok()?),
                None => Some(false),
            },
            Manager::Pnpm => {
                let is_asked = release(&self.package, "pnpm").is_some_and(|major| major >= FIRST_TO_ASK)
                    && !installs_older_pnpm(subject);
                let own = self.package.get("pnpm");
                let allowed = own.and_then(|own| own.get("onlyBuiltDependencies")).and_then(Value::as_array);
                let is_known =
                    |name: &Value| name.as_str().is_some_and(|name| SELF_CONTAINED.contains(&name));
                let others = own.and_then(Value::as_object).is_some_and(|own| {
                    own.keys().any(|key| key.contains("Build") && key != "onlyBuiltDependencies")
                });
                let is_silent = read("pnpm-workspace.yaml").is_none() && !others;
                Some(is_asked && is_silent && allowed.is_none_or(|names| names.iter().all(is_known)))
            }
            Manager::ClassicYarn | Manager::Yarn => Some(false),
        }
    }
}

/// What a package-lock.json says of the packages that stay.
fn locked_by_npm(lock: &Value) -> Option<bool> {
    let packages = lock.get("packages")?.as_object()?;
    let is = |package: &Value, field: &str| package.get(field).and_then(Value::as_bool) == Some(true);
    let mut stay = packages.iter().filter(|(place, package)| !place.is_empty() && !is(package, "dev"));
    let has_links = stay.clone().any(|(_, package)| is(package, "link"));
    let is_free = |(place, package): (&String, &Value)| {
        let name = place.rsplit("node_modules/").next().unwrap_or_default();
        !is(package, "hasInstallScript") || SELF_CONTAINED.contains(&name)
    };
    (!has_links).then(|| stay.all(is_free))
}

/// Whether a project has packages of its own folders.
fn has_local(package: &Value) -> bool {
    const LOCAL: [&str; 5] = ["file:", "link:", "portal:", "workspace:", "."];
    ["dependencies", "optionalDependencies"].iter().any(|key| {
        let all = package.get(key).and_then(Value::as_object);
        let mut versions = all.into_iter().flat_map(serde_json::Map::values).filter_map(Value::as_str);
        versions.any(|version| LOCAL.iter().any(|start| version.starts_with(start)))
    })
}

/// Whether a step asks for a version of pnpm that does not look at `packageManager`, and runs all scripts.
fn installs_older_pnpm(subject: &Subject<'_>) -> bool {
    let runs = subject.items().filter(|(_, item)| item.kind == Kind::Run);
    let mut words =
        runs.flat_map(|(index, _)| subject.tasks(index).unwrap_or_default()).flat_map(|task| task.words);
    words.any(|word| {
        let version = word.strip_prefix("pnpm@").and_then(|version| version.split('.').next());
        version
            .is_some_and(|major| major.parse::<u32>().map_or(major != "latest", |major| major < FIRST_TO_ASK))
    })
}

/// The first number of the version that `packageManager` names of a program.
fn release(package: &Value, program: &str) -> Option<u32> {
    let named = package.get("packageManager")?.as_str()?;
    named.strip_prefix(program)?.strip_prefix('@')?.split('.').next()?.parse().ok()
}

/// Which Yarn it is; `None` for versions between, and those that keep packages in archives.
fn yarn(subject: &Subject<'_>, folder: &str, package: &Value) -> Option<Manager> {
    let read = |name: &str| subject.read(&path::absolute(folder, name));
    let lock = read("yarn.lock")?;
    let named = release(package, "yarn");
    match read(".yarnrc.yml") {
        None => {
            let moves = read(".yarnrc").is_some_and(|settings| settings.contains("modules-folder"));
            let is_classic =
                named.is_none_or(|major| major == 1) && lock.contains("# yarn lockfile v1") && !moves;
            is_classic.then_some(Manager::ClassicYarn)
        }
        Some(settings) => {
            let line =
                |start: &str| settings.lines().find_map(|line| line.strip_prefix(start)).map(str::trim);
            let path = line("yarnPath:").and_then(|path| path.rsplit_once("/yarn-"));
            let major = path.and_then(|(_, version)| version.split('.').next()?.parse().ok());
            let is_here =
                line("nodeLinker:").is_some_and(|linker| linker.trim_matches(['"', '\'']) == "node-modules");
            let is_new = major.or(named).is_some_and(|major: u32| major >= 4);
            (is_here && is_new && lock.contains("__metadata:")).then_some(Manager::Yarn)
        }
    }
}

/// That it is pnpm as it is set up by itself; `None` for other ways, and for several projects.
fn pnpm(subject: &Subject<'_>, folder: &str) -> Option<Manager> {
    let read = |name: &str| subject.read(&path::absolute(folder, name));
    read("pnpm-lock.yaml")?;
    let settings = [".npmrc", "pnpm-workspace.yaml"].map(|name| read(name).unwrap_or_default());
    let is_other = |text: &String| SETTINGS_OF_PNPM.iter().any(|setting| text.contains(setting));
    (!settings.iter().any(is_other)).then_some(Manager::Pnpm)
}

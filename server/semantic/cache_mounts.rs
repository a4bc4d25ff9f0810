//! Where package managers keep what they download at a step: for the user, the home and the variables in force there.
//! What is not known for sure is `None`.

use super::Model;
use super::cache_settings::may_be_set;
use super::facts::Facts;
use super::late_installs::ranges_above;
use super::packages::PackageCommand;
use super::users::{created, is_root};
use crate::knowledge::package_managers::Family;
use crate::knowledge::package_managers::cache_folders::{CacheFolder, cache_folders};
use crate::syntax::mount::Mount;
use crate::syntax::shell::RunAs;
use crate::syntax::word::Value;
use crate::syntax::{File, Instruction, Kind};

/// The store of pnpm before version 7, and of a project on another file system than the home.
const PNPM_STORE: &str = ".pnpm-store";
const FIRST_PNPM_WITH_DATA_FOLDER: u32 = 7;

/// Who runs a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runner {
    /// The name or number.
    pub user: String,
    /// The home of the user.
    home: String,
    /// The numbers of the user and, where it is known, of the group; `None` for root.
    pub numbers: Option<(String, Option<String>)>,
}

/// A folder that a tool writes to at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFolder {
    /// Whose and which.
    pub folder: &'static CacheFolder,
    /// Where it lies: an absolute path.
    pub path: String,
    /// Who writes there.
    pub runner: Runner,
}

/// Whether the stage of a step is built on an image whose `docker-clean` deletes packages after each install.
pub fn has_docker_clean(model: &Model, item: usize) -> bool {
    model.base_image(item).is_some_and(|base| base.apt.is_some())
}

impl Runner {
    /// Who runs a command of a step; `None` where the user, the home or the numbers are not known.
    pub fn of(file: &File, model: &Model, item: usize, user: &RunAs) -> Option<Runner> {
        let own = || match &model.environment_at(item)?.user {
            Value::Known(user) => Some(user.split(':').next().unwrap_or_default().to_owned()),
            Value::Unset => Some(model.base_image(item)?.user?.to_owned()),
            Value::Unknown => None,
        };
        match user {
            RunAs::Own => Runner::named(file, model, item, own()?),
            // Whose home it is then, sudo's settings say.
            RunAs::Sudo => Runner::named(file, model, item, own()?).filter(|runner| runner.numbers.is_none()),
            RunAs::User(name) => Runner::named(file, model, item, name.as_deref()?.to_owned()),
        }
    }

    fn named(file: &File, model: &Model, item: usize, user: String) -> Option<Runner> {
        /// Users of official images that have a home of their own.
        const AT_HOME: [&str; 5] = ["app", "bun", "gradle", "node", "ubuntu"];
        let base = model.base_image(item)?;
        if is_root(&user) {
            return Some(Runner { user, home: "/root".to_owned(), numbers: None });
        }
        let known = base
            .users
            .iter()
            .find(|known| (known.name == user || known.id == user) && AT_HOME.contains(&known.name));
        if let Some(known) = known {
            let numbers = Some((known.id.to_owned(), Some(known.group.to_owned())));
            return Some(Runner { user, home: format!("/home/{}", known.name), numbers });
        }
        // A command may be run by whom the same step has made.
        let steps = file.items().get(model.stage_at(item)?.from()..=item)?;
        steps.iter().filter(|step| step.kind == Kind::Run).find_map(|step| {
            let facts = Facts::of(&step.instruction)?;
            let creation =
                created(facts).into_iter().find(|creation| creation.name.as_deref() == Some(&user))?;
            let words = &facts.script.commands().get(creation.command)?.words;
            let has = |option: &str| {
                words.iter().any(|word| word.value.as_deref().is_some_and(|word| word.starts_with(option)))
            };
            let is_moved =
                has("--home") || has("-d") || has("-h") || has("--system") || has("-r") || has("-S");
            let is_made = !creation.is_useradd || has("-m") || has("--create-home");
            let number = creation.number?.to_string();
            let runner =
                Runner { user: user.clone(), home: format!("/home/{user}"), numbers: Some((number, None)) };
            (is_made && !is_moved).then_some(runner)
        })
    }

    /// The fields of a cache mount without which this user cannot write to it.
    pub fn fields(&self) -> String {
        match &self.numbers {
            None => String::new(),
            Some((user, None)) => format!(",uid={user}"),
            Some((user, Some(group))) => format!(",uid={user},gid={group}"),
        }
    }
}

/// What a variable of the environment is worth for the programs of a step: the inner `None` is none. `None` where that
/// is not known.
pub(super) fn variable(
    model: &Model,
    item: usize,
    instruction: &Instruction,
    name: &str,
) -> Option<Option<String>> {
    // Set for one command, or exported: whatever that comes to.
    if instruction.source().contains(name) {
        return None;
    }
    let found = model.variable(name, item);
    match found.value {
        Value::Known(value) => Some(Some(value).filter(|value| !value.is_empty())),
        Value::Unset => Some(None),
        Value::Unknown if found.origin.is_some() => None,
        Value::Unknown => {
            let base = model.base_image(item)?;
            match base.environment.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => Some(Some((*value)?.to_owned())),
                None => (!base.may_set(name)).then_some(None),
            }
        }
    }
}

/// The home that the programs of a step find; `None` where it is not known.
fn home(model: &Model, item: usize, instruction: &Instruction, runner: &Runner) -> Option<String> {
    Some(variable(model, item, instruction, "HOME")?.unwrap_or_else(|| runner.home.clone()))
}

/// As [`home`], for a command of a package manager.
pub fn home_of(file: &File, model: &Model, item: usize, package: &PackageCommand) -> Option<String> {
    let runner = Runner::of(file, model, item, &package.user)?;
    home(model, item, file.instruction(item)?, &runner)
}

/// Whether a RUN keeps settings that may say where a package manager keeps what it downloads.
pub(super) fn moves_caches(instruction: &Instruction) -> bool {
    let settings = ["config set", "set cache", "env -w", "config --global"];
    let has = |text: &str| instruction.source().contains(text);
    // Another home has other caches.
    let moves_home = || has("usermod") && (has("--home") || has(" -d ") || has(" -md "));
    instruction.ast().kind == Kind::Run && (settings.iter().any(|setting| has(setting)) || moves_home())
}

/// Whether an instruction says something of what apt does with the packages that it has downloaded.
pub fn configures_downloads(instruction: &Instruction) -> bool {
    let words = ["docker-clean", "Keep-Downloaded", "apt.conf", "Dir::Cache"];
    words.iter().any(|word| instruction.source().contains(word))
}

/// The folders that a tool writes to at a step; none where they are not known, or switched off.
pub fn known_folders(
    file: &File,
    model: &Model,
    item: usize,
    package: &PackageCommand,
    facts: &Facts,
) -> Vec<KnownFolder> {
    if !keeps_usual_folders(package, facts) {
        return Vec::new();
    }
    usual_folders(file, model, item, package.manager.family, &package.user)
}

/// Whether no option of a command says another folder, or that nothing is kept.
pub fn keeps_usual_folders(package: &PackageCommand, facts: &Facts) -> bool {
    let words = package.words(&facts.script);
    let moves = |folder: &CacheFolder| {
        !folder.option.is_empty()
            && package.options.iter().any(|index| {
                let word = words.get(*index).map(|word| facts.script.str(word.part)).unwrap_or_default();
                word.starts_with(folder.option)
            })
    };
    !package.has_flag(&facts.script, package.manager.no_cache)
        && !cache_folders(package.manager.family).any(moves)
}

/// The folders that the commands of a tool write to at a step if their options say no other; none where they are not known.
pub fn usual_folders(
    file: &File,
    model: &Model,
    item: usize,
    family: Family,
    user: &RunAs,
) -> Vec<KnownFolder> {
    let found = || {
        let instruction = file.instruction(item)?;
        if model.environment_at(item)?.moves_caches || moves_caches(instruction) {
            return None;
        }
        let runner = Runner::of(file, model, item, user)?;
        let home = home(model, item, instruction, &runner)?;
        let folder = |folder: &'static CacheFolder| {
            if folder.switches.iter().any(|name| variable(model, item, instruction, name) != Some(None)) {
                return None;
            }
            for (name, below) in folder.variables {
                if let Some(value) = variable(model, item, instruction, name)? {
                    let path = format!("{}{below}", value.trim_end_matches('/'));
                    return path.starts_with('/').then_some(KnownFolder {
                        folder,
                        path,
                        runner: runner.clone(),
                    });
                }
            }
            if folder.family == Family::Yarn {
                let path = classic_yarn_folder(file, model, item, &runner, &home)?;
                return Some(KnownFolder { folder, path, runner: runner.clone() });
            }
            let below = folder.path.strip_prefix('~')?;
            Some(KnownFolder { folder, path: format!("{home}{below}"), runner: runner.clone() })
        };
        cache_folders(family).map(folder).collect::<Option<Vec<_>>>()
    };
    found().unwrap_or_default()
}

/// Where Yarn 1 keeps what it downloads, if that is what surely runs: an official image of Node brings it, and nothing brings
/// a later one or settings. As root it takes another folder for the home.
/// Source: yarnpkg/yarn, `src/util/user-home-dir.js` and `user-dirs.js`; nodejs/docker-node, README.md.
fn classic_yarn_folder(
    file: &File,
    model: &Model,
    item: usize,
    runner: &Runner,
    home: &str,
) -> Option<String> {
    const LATER: [&str; 7] =
        ["berry", "config set", "corepack", "install yarn", "-g yarn", "set version", ".yarnrc"];
    let is_node = model.base_image(item).is_some_and(|image| image.repository == "node");
    let is_setting = |name: &str| name.starts_with(".yarn");
    if !is_node || may_be_set(file, model, item, &is_setting, &LATER) {
        return None;
    }
    let instruction = file.instruction(item)?;
    Some(match variable(model, item, instruction, "XDG_CACHE_HOME")? {
        Some(cache) => format!("{}/yarn", cache.trim_end_matches('/')),
        None if runner.numbers.is_none() => "/usr/local/share/.cache/yarn".to_owned(),
        None => format!("{home}/.cache/yarn"),
    })
}

/// Whether pnpm surely keeps its store below the data of the user: it is one of version 7 or later, and nothing brings
/// settings that say another folder. Source: pnpm, "Settings", `storeDir`; its change log, 7.0.0.
pub fn has_usual_pnpm_store(file: &File, model: &Model, item: usize) -> bool {
    let is_setting = |name: &str| matches!(name, ".npmrc" | "pnpm-workspace.yaml");
    let steps = || ranges_above(model, item).into_iter().flatten().chain([item]);
    let texts = || steps().filter_map(|step| Some(file.instruction(step)?.source()));
    let majors = || {
        texts().flat_map(|text| text.split("pnpm@").skip(1)).map(|rest| {
            let digits = rest.split(|char: char| !char.is_ascii_digit()).next().unwrap_or_default();
            digits.parse::<u32>().unwrap_or_default()
        })
    };
    majors().next().is_some()
        && majors().all(|major| major >= FIRST_PNPM_WITH_DATA_FOLDER)
        && !may_be_set(file, model, item, &is_setting, &["config set", "storeDir", "store-dir", ".npmrc"])
}

/// Whether a mount lies on a folder, or above it.
pub fn covers(mount: &Mount, path: &str) -> bool {
    let target = mount.target().unwrap_or_default().trim_end_matches('/');
    !target.is_empty()
        && (path == target || path.strip_prefix(target).is_some_and(|rest| rest.starts_with('/')))
}

/// Whether the target of a mount reads as if it were a folder of this tool, wherever the home is.
pub fn is_meant_for(mount: &Mount, family: Family) -> bool {
    let target = mount.target().unwrap_or_default().trim_end_matches('/');
    let ends = |end: &str| target.strip_suffix(end).is_some_and(|start| start.ends_with('/'));
    cache_folders(family).any(|folder| {
        let tail = folder.path.trim_start_matches("~/");
        !tail.is_empty() && ends(tail)
    }) || match family {
        Family::Go => ends("pkg/mod"),
        Family::Cargo => ends("cargo/registry"),
        Family::Maven => ends(".m2"),
        Family::Gradle => ends(".gradle"),
        Family::Pnpm => ends("pnpm/store") || ends(PNPM_STORE),
        Family::Yarn => [".cache/yarn", ".yarn", ".yarn-cache", ".yarn/cache"].iter().any(|end| ends(end)),
        _ => false,
    }
}

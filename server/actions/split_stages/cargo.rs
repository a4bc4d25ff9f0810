//! What Cargo builds: the programs of packages and workspaces, and where it puts them.
//! Source: The Cargo Book, "Workspaces", "Cargo Targets", "Profiles", "Build Cache", "Configuration" and `cargo build`.

use super::subject::{Subject, Task};
use super::words::Words;
use crate::context::glob::Glob;
use crate::path;
use crate::semantic::tables::{Tables, unquoted};

/// Options of cargo that take the next word as their value.
pub(super) const VALUE_OPTIONS: [&str; 16] = [
    "F",
    "Z",
    "bin",
    "color",
    "config",
    "example",
    "features",
    "j",
    "jobs",
    "manifest-path",
    "p",
    "package",
    "path",
    "profile",
    "target",
    "target-dir",
];

/// The tables of a `.cargo/config.toml` that say nothing of where programs are put and how they are linked.
const CONFIGURATION: [&str; 11] = [
    "alias",
    "build.incremental",
    "build.jobs",
    "build.target-dir",
    "http",
    "net",
    "profile",
    "registries",
    "registry",
    "source",
    "term",
];

/// A package or the root of a workspace.
struct Manifest {
    /// The folder, absolute.
    folder: String,
    tables: Tables,
}

/// The places of what a `cargo build` with these words makes; `None` where they are not known.
pub(super) fn programs(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<String>> {
    let words = Words::read(words, &VALUE_OPTIONS)?;
    let moves = ["config", "Z", "C", "example", "examples", "lib", "all-targets", "tests", "benches"];
    let is_known = |(name, value): (&str, &str)| {
        let is_glued = name.starts_with(['p', 'Z']) && !VALUE_OPTIONS.contains(&name);
        !is_glued && !moves.contains(&name) && !value.contains('$')
    };
    (words.operands.is_empty() && words.options().all(is_known)).then_some(())?;
    let start = manifest_folder(subject, task, &words)?;
    let root = root(subject, &start)?;
    let target = target_folder(subject, task, &words, &root)?;
    let profile = match words.value(&["profile"]) {
        None if words.has(&["release", "r"]) => "release",
        None | Some("dev" | "test") => "debug",
        Some("release" | "bench") => "release",
        Some(name) => root.tables.has(&format!("profile.{name}")).then_some(name)?,
    };
    let folder = match words.value(&["target"]) {
        Some(triple) => format!("{target}/{triple}/{profile}"),
        None => format!("{target}/{profile}"),
    };
    let named: Vec<&str> = words.values("bin").collect();
    let names = if named.is_empty() {
        selected(subject, &words, &start, &root)?
    } else {
        named.into_iter().map(str::to_owned).collect()
    };
    Some(names.into_iter().map(|name| format!("{folder}/{name}")).collect())
}

/// The programs of the package in a folder; `None` where its manifest does not tell.
pub(super) fn names(subject: &Subject<'_>, folder: &str) -> Option<Vec<String>> {
    let names = bins(subject, &manifest(subject, folder)?)?;
    (!names.is_empty()).then_some(names)
}

fn manifest(subject: &Subject<'_>, folder: &str) -> Option<Manifest> {
    let folder = folder.trim_end_matches('/').to_owned();
    let tables = Tables::read(&subject.read(&format!("{folder}/Cargo.toml"))?);
    Some(Manifest { folder, tables })
}

/// The folders that a folder lies in, itself first.
fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder.trim_end_matches('/')), |folder| {
        folder.rsplit_once('/').map(|(above, _)| above)
    })
}

fn manifest_folder(subject: &Subject<'_>, task: &Task<'_>, words: &Words<'_>) -> Option<String> {
    match words.value(&["manifest-path"]) {
        Some(path) => Some(task.place(path)?.strip_suffix("/Cargo.toml")?.to_owned()),
        None => {
            let has_manifest = |folder: &&str| !subject.is_absent(&format!("{folder}/Cargo.toml"));
            upwards(&task.folder).find(has_manifest).map(str::to_owned)
        }
    }
}

/// The workspace that a package belongs to, or the package itself.
fn root(subject: &Subject<'_>, folder: &str) -> Option<Manifest> {
    let own = manifest(subject, folder)?;
    if own.tables.has("workspace") {
        return Some(own);
    }
    if let Some(path) = own.tables.string("package.workspace") {
        return manifest(subject, &path::absolute(folder, path));
    }
    for above in upwards(folder).skip(1) {
        let Some(found) = manifest(subject, above) else { continue };
        if found.tables.has("workspace") {
            let is_excluded = found
                .tables
                .strings("workspace.exclude")
                .iter()
                .any(|path| path::is_within(folder, &path::absolute(&found.folder, path)));
            return Some(if is_excluded { own } else { found });
        }
    }
    Some(own)
}

/// The folder that all is built in, absolute.
fn target_folder(
    subject: &Subject<'_>,
    task: &Task<'_>,
    words: &Words<'_>,
    root: &Manifest,
) -> Option<String> {
    let has_triple = subject.variable(task, "CARGO_BUILD_TARGET").is_some()
        || subject.variable(task, "CARGO_BUILD_BUILD_DIR").is_some();
    (!has_triple).then_some(())?;
    let mut configured = None;
    for file in subject.brought.iter().filter(|file| file.place.contains("/.cargo/config")) {
        let (folder, _) = file.place.split_once("/.cargo/config")?;
        if !path::is_within(&task.folder, folder) {
            continue;
        }
        let tables = Tables::read(&subject.cx.context.read(&file.path)?);
        let is_known = |path: &str| {
            CONFIGURATION.iter().any(|known| below_path(path, known)) || path == "build" || path.is_empty()
        };
        tables.paths().all(is_known).then_some(())?;
        if let Some(path) = tables.string("build.target-dir") {
            (configured.is_none()).then_some(())?;
            configured = Some(path::absolute(folder, path));
        }
    }
    let variable = subject.variable(task, "CARGO_TARGET_DIR");
    let variable = variable.or_else(|| subject.variable(task, "CARGO_BUILD_TARGET_DIR"));
    let place = match (words.value(&["target-dir"]), variable) {
        (Some(place), _) => task.place(place)?,
        (None, Some(place)) => path::absolute(&task.folder, &place),
        (None, None) => configured.unwrap_or_else(|| format!("{}/target", root.folder)),
    };
    (!place.contains('$')).then(|| place.trim_end_matches('/').to_owned())
}

/// Whether a path of a file of settings is a table, or is in it.
fn below_path(path: &str, table: &str) -> bool {
    path.strip_prefix(table).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The programs of the packages that are built.
fn selected(subject: &Subject<'_>, words: &Words<'_>, start: &str, root: &Manifest) -> Option<Vec<String>> {
    let packages: Vec<&str> = words.values("p").chain(words.values("package")).collect();
    let is_root = start == root.folder;
    let is_virtual = is_root && !root.tables.has("package");
    let has_defaults = root.tables.has("workspace.default-members");
    let own = || manifest(subject, start).map(|own| vec![own]);
    let chosen = if words.has(&["workspace", "all"]) {
        words.values("exclude").next().is_none().then_some(())?;
        members(subject, root, "members")?
    } else if !packages.is_empty() {
        let all = members(subject, root, "members")?;
        let is_named = |member: &Manifest| {
            member.tables.string("package.name").is_some_and(|name| packages.contains(&name))
        };
        let chosen: Vec<Manifest> = all.into_iter().filter(is_named).collect();
        (chosen.len() == packages.len()).then_some(chosen)?
    } else if is_root && has_defaults {
        members(subject, root, "default-members")?
    } else if is_virtual {
        members(subject, root, "members")?
    } else {
        own()?
    };
    let mut names: Vec<String> = Vec::new();
    for package in &chosen {
        let new = bins(subject, package)?.into_iter().filter(|name| !names.contains(name));
        names.extend(new.collect::<Vec<_>>());
    }
    (!names.is_empty()).then_some(names)
}

/// The members of a workspace, or those that are built if none is named, by the name of the list.
fn members(subject: &Subject<'_>, root: &Manifest, list: &str) -> Option<Vec<Manifest>> {
    let patterns = root.tables.strings(&format!("workspace.{list}"));
    let globs: Vec<Glob> =
        patterns.iter().map(|pattern| Glob::wildcard(clean(pattern)).ok()).collect::<Option<_>>()?;
    let excluded = root.tables.strings("workspace.exclude");
    let mut all = Vec::new();
    let folders = subject.brought.iter().filter_map(|file| file.place.strip_suffix("/Cargo.toml"));
    for folder in folders {
        let Some(path) = path::below(folder, &root.folder) else { continue };
        let is_itself =
            path.is_empty() && (root.tables.has("package") && list == "members" || patterns.contains(&"."));
        let is_excluded = excluded.iter().any(|other| path::is_within(path, clean(other)));
        let is_listed = !path.is_empty() && !is_excluded && globs.iter().any(|glob| glob.matches(path));
        let is_new = |all: &[Manifest]| all.iter().all(|other| other.folder != folder);
        if (is_itself || is_listed) && is_new(&all) {
            all.push(manifest(subject, folder)?);
        }
    }
    // What a member names by its path belongs to the workspace, too.
    let mut index = 0;
    while let Some(member) = all.get(index).filter(|_| list == "members") {
        let text = subject.read(&format!("{}/Cargo.toml", member.folder))?;
        let folder = member.folder.clone();
        for part in text.split("path").skip(1) {
            let Some(value) = part.trim_start().strip_prefix('=').map(str::trim_start) else { continue };
            let quoted = value.split(value.get(..1)?).nth(1).unwrap_or_default();
            let place = path::absolute(&folder, quoted);
            let is_inside = path::is_within(&place, &root.folder);
            if let Some(other) = manifest(subject, &place).filter(|_| is_inside) {
                let is_excluded =
                    excluded.iter().any(|path| path::is_within(&place, &path::absolute(&root.folder, path)));
                if !is_excluded && all.iter().all(|known| known.folder != other.folder) {
                    all.push(other);
                }
            }
        }
        index += 1;
    }
    Some(all)
}

fn clean(pattern: &str) -> &str {
    pattern.trim_start_matches("./").trim_end_matches('/')
}

/// The programs of a package that are built without being named.
fn bins(subject: &Subject<'_>, manifest: &Manifest) -> Option<Vec<String>> {
    let (folder, tables) = (manifest.folder.as_str(), &manifest.tables);
    let package = tables.string("package.name")?.to_owned();
    (!tables.has("package.autobins")).then_some(())?;
    let described = tables.array("bin");
    let value = |table: &[(&str, &str)], key: &str| {
        table.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned())
    };
    let text = |table: &[(&str, &str)], key: &str| {
        value(table, key).and_then(|value| unquoted(&value).map(str::to_owned))
    };
    // With a feature that is not asked for they are left out.
    let is_free = |name: &String| {
        described.iter().all(|table| {
            text(table, "name").as_ref() != Some(name) || value(table, "required-features").is_none()
        })
    };
    let mut names: Vec<String> = described.iter().filter_map(|table| text(table, "name")).collect();
    let is_main_named =
        described.iter().any(|table| text(table, "path").is_some_and(|path| clean(&path) == "src/main.rs"));
    if !subject.is_absent(&format!("{folder}/src/main.rs")) && !is_main_named && !names.contains(&package) {
        names.push(package);
    }
    let others = format!("{folder}/src/bin");
    for file in &subject.brought {
        let Some(path) = path::below(&file.place, &others) else { continue };
        let name = match path.split_once('/') {
            Some((name, "main.rs")) => name,
            Some(_) => continue,
            None => path.strip_suffix(".rs").unwrap_or_default(),
        };
        let is_named_there = described
            .iter()
            .any(|table| text(table, "path").is_some_and(|path| path::absolute(folder, &path) == file.place));
        if !name.is_empty() && !is_named_there && !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    names.retain(is_free);
    Some(names)
}

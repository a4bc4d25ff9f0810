//! Rust: programs to which the C library is linked, and other libraries where a crate says so.
//! Source: The Cargo Book, "Cargo Targets", "Build cache" and `cargo install`; crates.io, "-sys" packages.

use super::deeds::Deeds;
use super::subject::{Subject, Task, is_within};
use super::words::Words;
use super::{Artefact, Language, Runtime};
use crate::knowledge::images::{Libc, runtime};
use crate::knowledge::project_files::RUST as FILES;

pub(super) static RUST: Language = Language {
    images: &["rust"],
    files: &FILES,
    runs_source: false,
    builds,
    runtime: run_on,
    runs: |_, _| false,
};

/// Options of cargo that take the next word as their value.
const VALUE_OPTIONS: [&str; 14] = [
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
];

/// Crates that bind a library and bring it with them, or one that every image has. Others link what the build image has.
const SELF_CONTAINED: [&str; 16] = [
    "aws-lc-sys",
    "blake3",
    "bzip2-sys",
    "core-foundation-sys",
    "errno",
    "inotify-sys",
    "iana-time-zone",
    "js-sys",
    "linux-raw-sys",
    "lz4-sys",
    "ring",
    "security-framework-sys",
    "tikv-jemalloc-sys",
    "web-sys",
    "windows-sys",
    "zstd-sys",
];

fn builds(subject: &Subject<'_>, task: &Task<'_>, _: &[Artefact]) -> Option<Vec<Artefact>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cargo", "fetch" | "check" | "test" | "clippy" | "fmt" | "update" | "--version", ..]
        | ["rustup", "target" | "component" | "default" | "show", ..] => Some(Vec::new()),
        ["cargo", "build" | "b", rest @ ..] => programs(subject, task, rest),
        ["cargo", "install", rest @ ..] => installed(subject, task, rest),
        _ => None,
    }
}

fn programs(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<Artefact>> {
    let with_target: Vec<&str> = VALUE_OPTIONS.into_iter().chain(["target"]).collect();
    let words = Words::read(words, &with_target)?;
    let moves = [
        "manifest-path",
        "target-dir",
        "config",
        "Z",
        "C",
        "p",
        "package",
        "workspace",
        "all",
        "example",
        "lib",
    ];
    let is_plain = words.operands.is_empty() && !words.has(&moves);
    let is_moved = subject.variable(task, "CARGO_TARGET_DIR").is_some()
        || subject.variable(task, "CARGO_BUILD_TARGET").is_some()
        || subject.brought.iter().any(|file| file.path.contains(".cargo/config"));
    (is_plain && !is_moved).then_some(())?;
    let profile = match words.value(&["profile"]) {
        None if words.has(&["release", "r"]) => "release",
        None | Some("dev") => "debug",
        Some("release") => "release",
        Some(_) => return None,
    };
    let folder = match words.value(&["target"]) {
        Some(target) if target.contains('$') => return None,
        Some(target) => format!("{}/target/{target}/{profile}", task.folder.trim_end_matches('/')),
        None => format!("{}/target/{profile}", task.folder.trim_end_matches('/')),
    };
    let names = match words.value(&["bin"]) {
        Some(name) => vec![name.to_owned()],
        None => names(subject, &task.folder)?,
    };
    Some(names.into_iter().map(|name| Artefact::at(format!("{folder}/{name}"))).collect())
}

fn installed(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<Artefact>> {
    let with_root: Vec<&str> =
        VALUE_OPTIONS.into_iter().chain(["root", "git", "version", "vers", "tag"]).collect();
    let words = Words::read(words, &with_root)?;
    (!words.has(&["root", "git", "target", "profile"])).then_some(())?;
    let folder = subject.variable(task, "CARGO_HOME").unwrap_or_else(|| "/usr/local/cargo".to_owned());
    let artefact = |name: String, is_tool| {
        let from = format!("{folder}/bin/{name}");
        Artefact { is_tool, to: format!("/usr/local/bin/{name}"), from }
    };
    match words.value(&["path"]) {
        Some(path) => {
            let names = names(subject, &task.place(path)?)?;
            Some(names.into_iter().map(|name| artefact(name, false)).collect())
        }
        None => Some(words.operands.iter().map(|name| artefact((*name).to_owned(), true)).collect()),
    }
}

/// The programs of a package; `None` where its manifest does not tell.
fn names(subject: &Subject<'_>, folder: &str) -> Option<Vec<String>> {
    let folder = folder.trim_end_matches('/');
    let manifest = subject.read(&format!("{folder}/Cargo.toml"))?;
    let lines = entries(&manifest);
    let value = |table: &str, key: &str| {
        let found = lines.iter().find(|(section, name, _)| section == table && name == key);
        found.map(|(.., value)| value.clone())
    };
    let package = value("package", "name")?;
    let is_told = value("package", "autobins").is_none()
        && value("package", "default-run").is_none_or(|name| name == package)
        && !lines.iter().any(|(section, ..)| section == "workspace");
    is_told.then_some(())?;
    let of_bins = |key: &str| -> Vec<String> {
        let found = lines.iter().filter(|(section, name, _)| section == "[bin]" && name == key);
        found.map(|(.., value)| value.clone()).collect()
    };
    let mut names = of_bins("name");
    let is_main_named = of_bins("path").iter().any(|path| path.ends_with("src/main.rs"));
    if !subject.is_absent(&format!("{folder}/src/main.rs")) && !is_main_named && !names.contains(&package) {
        names.push(package);
    }
    let others = format!("{folder}/src/bin");
    for file in subject.brought.iter().filter(|file| is_within(&file.place, &others)) {
        let name = file.place.get(others.len() + 1..)?;
        let name = name.split('/').next()?.trim_end_matches(".rs").to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then_some(names)
}

/// The entries of a manifest that are written on one line: the table, the key and the value without quotes.
fn entries(text: &str) -> Vec<(String, String, String)> {
    let mut section = String::new();
    let mut entries = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')) {
            section = header.0.trim().to_owned();
            section = section.strip_suffix(']').map_or(section.clone(), |inner| format!("{inner}]"));
            entries.push((section.clone(), String::new(), String::new()));
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let value = value.trim().trim_matches(['"', '\'']).to_owned();
            entries.push((section.clone(), key.trim().to_owned(), value));
        }
    }
    entries
}

fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    let release = subject.base.release.as_ref()?;
    deeds.headers.is_empty().then_some(())?;
    let mut locks = subject.brought.iter().filter(|file| file.place.ends_with("/Cargo.lock")).peekable();
    locks.peek()?;
    let is_free = |text: &str| {
        let names = text.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
        { names }.all(|name| !name.ends_with("-sys") || SELF_CONTAINED.contains(&name))
    };
    locks.all(|lock| subject.cx.context.read(&lock.path).is_some_and(|text| is_free(&text))).then_some(())?;
    let runtime = Runtime::new(runtime::distribution(release)?, &["ca-certificates", "tzdata"]);
    // Programs for musl bring it with them.
    let is_musl = subject.base.libc == Some(Libc::Musl);
    let is_static = is_musl || deeds.artefacts.iter().all(|it| it.is_tool || it.from.contains("-musl/"));
    if is_static { Some(runtime) } else { runtime.of_same_release(subject) }
}

//! Rust: programs to which the C library is linked, and other libraries where a crate says so.
//! Source: The Cargo Book, "Cargo Targets", "Build cache" and `cargo install`; crates.io, "-sys" packages.

use super::deeds::Deeds;
use super::subject::{Subject, Task};
use super::words::Words;
use super::{Artefact, Language, Runtime, cargo};
use crate::knowledge::images::{Libc, runtime};
use crate::knowledge::project_files::RUST as FILES;
use crate::path;

pub(super) static RUST: Language = Language {
    images: &["rust"],
    files: &FILES,
    runs_source: false,
    builds,
    runtime: run_on,
    runs: |_, _| false,
};

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

/// Crates that link a library of the system and are not called so.
const LINKED: [&str; 13] = [
    "blas-src",
    "hidapi",
    "intel-mkl-src",
    "lapack-src",
    "libxml",
    "ncurses",
    "netlib-src",
    "openblas-src",
    "opencv",
    "pam",
    "pcap",
    "x11",
    "xcb",
];

/// Words by which the code of a project links a library, each with the file that it stands in.
const LINKING: [(&str, &str); 5] = [
    ("Cargo.toml", "\nlinks"),
    (".rs", "rustc-link-lib"),
    (".rs", "rustc-flags"),
    (".rs", "pkg_config"),
    (".rs", "#[link("),
];

fn builds(subject: &Subject<'_>, task: &Task<'_>, _: &[Artefact]) -> Option<Vec<Artefact>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cargo", "fetch" | "check" | "test" | "clippy" | "fmt" | "update" | "--version", ..]
        | ["rustup", "target" | "component" | "default" | "show", ..] => Some(Vec::new()),
        ["cargo", "build" | "b", rest @ ..] => {
            let places = cargo::programs(subject, task, rest)?;
            Some(places.into_iter().map(Artefact::at).collect())
        }
        ["cargo", "install", rest @ ..] => installed(subject, task, rest),
        _ => None,
    }
}

fn installed(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<Artefact>> {
    let with_root: Vec<&str> =
        cargo::VALUE_OPTIONS.into_iter().chain(["root", "git", "version", "vers", "tag"]).collect();
    let words = Words::read(words, &with_root)?;
    (!words.has(&["git", "target", "config", "example", "examples"])).then_some(())?;
    let root = match words.value(&["root"]) {
        Some(root) => Some(task.place(root)?),
        None => subject.variable(task, "CARGO_INSTALL_ROOT").map(|root| path::absolute(&task.folder, &root)),
    };
    let is_moved = root.is_none();
    let home = || subject.variable(task, "CARGO_HOME").unwrap_or_else(|| "/usr/local/cargo".to_owned());
    let folder = root.unwrap_or_else(home);
    let folder = folder.trim_end_matches('/');
    let artefact = |name: String, is_tool| {
        let from = format!("{folder}/bin/{name}");
        let to = if is_moved { format!("/usr/local/bin/{name}") } else { from.clone() };
        Artefact { is_tool, to, from }
    };
    match words.value(&["path"]) {
        Some(path) => {
            let named: Vec<&str> = words.values("bin").collect();
            let names = if named.is_empty() {
                cargo::names(subject, &task.place(path)?)?
            } else {
                named.into_iter().map(str::to_owned).collect()
            };
            Some(names.into_iter().map(|name| artefact(name, false)).collect())
        }
        None => Some(words.operands.iter().map(|name| artefact((*name).to_owned(), true)).collect()),
    }
}

fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    let release = subject.base.release.as_ref()?;
    deeds.headers.is_empty().then_some(())?;
    let mut locks = subject.brought.iter().filter(|file| file.place.ends_with("/Cargo.lock")).peekable();
    locks.peek()?;
    let is_free = |text: &str| {
        let names = text.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
        let links =
            |name: &str| name.ends_with("-sys") && !SELF_CONTAINED.contains(&name) || LINKED.contains(&name);
        !{ names }.any(links)
    };
    links_nothing(subject)?;
    locks.all(|lock| subject.cx.context.read(&lock.path).is_some_and(|text| is_free(&text))).then_some(())?;
    let runtime = Runtime::new(runtime::distribution(release)?, &["ca-certificates", "tzdata"]);
    // Programs for musl bring it with them.
    let is_musl = subject.base.libc == Some(Libc::Musl);
    let is_static = is_musl || deeds.artefacts.iter().all(|it| it.is_tool || it.from.contains("-musl/"));
    if is_static { Some(runtime) } else { runtime.of_same_release(subject) }
}

/// `None` where the code of the project links a library, or cannot be read.
fn links_nothing(subject: &Subject<'_>) -> Option<()> {
    // What is vendored is among the locked crates.
    let is_own = |path: &str| !path.split('/').any(|part| matches!(part, "target" | "vendor"));
    for file in subject.brought.iter().filter(|file| is_own(&file.path)) {
        let words = LINKING.iter().filter(|(end, _)| file.path.ends_with(end)).map(|(_, word)| *word);
        let words: Vec<&str> = words.collect();
        if !words.is_empty() {
            let text = subject.cx.context.read(&file.path)?;
            (!words.iter().any(|word| text.contains(word))).then_some(())?;
        }
    }
    Some(())
}

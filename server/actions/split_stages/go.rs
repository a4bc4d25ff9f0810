//! Go: one program, to which nothing but the C library is linked.
//! Source: `go help build`, `go help install`, `go help buildmode`; "Install the package" in `go help packages`.

use super::deeds::Deeds;
use super::subject::{Subject, Task};
use super::words::Words;
use super::{Artefact, Language, Runtime};
use crate::knowledge::images::{Libc, runtime};
use crate::knowledge::project_files::GO as FILES;
use crate::path;
use crate::syntax::Kind;

pub(super) static GO: Language = Language {
    images: &["golang"],
    files: &FILES,
    runs_source: false,
    builds,
    runtime: run_on,
    runs: |_, _| false,
};

/// Options of `go build` that take the next word as their value.
const VALUE_OPTIONS: [&str; 16] = [
    "asmflags",
    "buildmode",
    "buildvcs",
    "compiler",
    "covermode",
    "coverpkg",
    "gccgoflags",
    "gcflags",
    "installsuffix",
    "ldflags",
    "mod",
    "o",
    "p",
    "pgo",
    "pkgdir",
    "tags",
];

fn builds(subject: &Subject<'_>, task: &Task<'_>, _: &[Artefact]) -> Option<Vec<Artefact>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["go", "mod" | "get" | "vet" | "test" | "fmt" | "version" | "env" | "list" | "clean", ..] => {
            Some(Vec::new())
        }
        ["go", "build", rest @ ..] => program(subject, task, rest).map(|artefact| vec![artefact]),
        ["go", "install", rest @ ..] => installed(subject, task, rest).map(|artefact| vec![artefact]),
        _ => None,
    }
}

/// What a `go build` makes.
fn program(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Artefact> {
    let words = Words::read(words, &VALUE_OPTIONS)?;
    let packages = &words.operands;
    let is_program = words.value(&["buildmode"]).is_none_or(|mode| matches!(mode, "pie" | "exe" | "default"));
    let is_plain = !words.has(&["C", "overlay", "toolexec", "n"]);
    let is_one = packages.len() <= 1 || packages.iter().all(|package| package.ends_with(".go"));
    (is_program && is_plain && is_one).then_some(())?;
    let name = || name(subject, task, packages.first().copied().unwrap_or("."));
    let place = match words.value(&["o"]) {
        None => task.place(&name()?)?,
        Some(output) => {
            let place = task.place(output)?;
            // Into a folder it goes by its own name.
            let is_folder = output.ends_with('/') || place == task.folder || !subject.is_absent(&place);
            if is_folder { path::from_root(&format!("{place}/{}", name()?)) } else { place }
        }
    };
    Some(Artefact::at(place))
}

/// What a `go install` makes: a tool where it comes from elsewhere.
fn installed(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Artefact> {
    let words = Words::read(words, &VALUE_OPTIONS)?;
    let package = match words.operands.as_slice() {
        [] => ".",
        [one] => *one,
        _ => return None,
    };
    let remote = package.split_once('@');
    let name = match remote {
        Some((path, _)) => last_part(path)?.to_owned(),
        None => name(subject, task, package)?,
    };
    let folder = match (subject.variable(task, "GOBIN"), subject.variable(task, "GOPATH")) {
        (Some(folder), _) => folder,
        (None, Some(folder)) => format!("{folder}/bin"),
        (None, None) => "/go/bin".to_owned(),
    };
    let artefact =
        Artefact { to: format!("/usr/local/bin/{name}"), ..Artefact::at(format!("{folder}/{name}")) };
    Some(Artefact { is_tool: remote.is_some(), ..artefact })
}

/// How the program of a package is called.
fn name(subject: &Subject<'_>, task: &Task<'_>, package: &str) -> Option<String> {
    if let Some(file) = package.strip_suffix(".go") {
        let stem = path::name(file);
        return (!stem.contains(['*', '$'])).then(|| stem.to_owned());
    }
    (package == "." || package.starts_with("./")).then_some(())?;
    (!package.contains("...")).then_some(())?;
    let place = task.place(package)?;
    match subject.read(&format!("{}/go.mod", place.trim_end_matches('/'))) {
        Some(module) => {
            let line = module.lines().find_map(|line| line.trim().strip_prefix("module "))?;
            let path = line.split("//").next()?.trim().trim_matches(['"', '`']);
            last_part(path).map(str::to_owned)
        }
        None => Some(path::name(&place)).filter(|name| !name.is_empty()).map(str::to_owned),
    }
}

/// The last part of a module's path that is no version.
fn last_part(path: &str) -> Option<&str> {
    let is_version = |part: &&str| {
        part.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    path.rsplit('/').find(|part| !is_version(part)).filter(|part| !part.is_empty())
}

/// The plain image of the same release: it has the C library that the program may be linked to.
fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    let release = subject.base.release.as_ref()?;
    // Without a compiler for C, which Alpine's images lack, Go does without cgo.
    let lacks_compiler = subject.base.libc == Some(Libc::Musl) && !deeds.has_tools;
    let is_static = lacks_compiler || is_static(subject);
    (deeds.headers.is_empty() || is_static).then_some(())?;
    let runtime = Runtime::new(runtime::distribution(release)?, &["ca-certificates", "tzdata"]);
    if is_static { Some(runtime) } else { runtime.of_same_release(subject) }
}

/// Whether every build says that it links no C.
fn is_static(subject: &Subject<'_>) -> bool {
    let runs = subject.items().filter(|(_, item)| item.kind == Kind::Run);
    let tasks = runs.filter_map(|(index, _)| subject.tasks(index)).flatten();
    let mut builds = tasks.filter(|task| {
        matches!(task.words.as_slice(), [go, verb, ..] if go == "go" && matches!(verb.as_str(), "build" | "install"))
    });
    builds.all(|task| subject.known_variable(&task, "CGO_ENABLED").as_deref() == Some("0"))
}

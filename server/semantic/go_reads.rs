//! What of a build context no Go build reads, where a stage does nothing with it but build Go programs.
//! Source: `go help packages`, `go help build`, `go help environment`, "File types" of `go help filetype`; the documentation of
//! package `embed`: a pattern reaches no file outside of the folder of its package.

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::dependencies::place;
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::go_commands::{can_be_told, given, only_builds};
use super::ignorable::mentions;
use super::late_installs::ranges_above;
use super::packages::PackageCommand;
use super::stages::{Base, Stage};
use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::package_managers::{Action, Family};
use crate::knowledge::unneeded_files::UNNEEDED;
use crate::path;
use crate::syntax::word::Value;
use crate::syntax::{File, Instruction, Kind};

/// Where a context has more files, nothing is told.
const MOST_FILES: usize = 10_000;

/// Ends of the names of what `go build` reads, and of what the C compiler and the linker read for it.
const READ: [&str; 36] = [
    ".S",
    ".a",
    ".c",
    ".cc",
    ".cpp",
    ".cxx",
    ".def",
    ".f",
    ".f90",
    ".for",
    ".go",
    ".h",
    ".hh",
    ".hpp",
    ".hxx",
    ".inc",
    ".inl",
    ".ipp",
    ".ld",
    ".lds",
    ".m",
    ".mm",
    ".o",
    ".pc",
    ".pgo",
    ".s",
    ".so",
    ".swig",
    ".swigcxx",
    ".syso",
    ".tcc",
    "go.env",
    "go.mod",
    "go.sum",
    "go.work",
    "go.work.sum",
];

/// Histories that `go build` writes into the program.
const HISTORIES: [&str; 5] = [".git", ".hg", ".svn", ".bzr", ".fslckout"];

/// The beginnings of the names of what seldom changes, and is not worth a word.
const QUIET: [&str; 8] = [
    ".dockerignore",
    ".editorconfig",
    ".git",
    "COPYING",
    "Dockerfile.dockerignore",
    "LICENCE",
    "LICENSE",
    "NOTICE",
];

/// What the Go builds of a stage leave alone. All names are of the top of the context, and sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The first RUN that builds, as an index of the file's instructions.
    pub build: usize,
    /// Files and folders that are copied and that nothing in the stage reads, but for what seldom changes.
    pub names: Vec<String>,
    /// The files that are read, or may be.
    pub files: Vec<String>,
    /// The folders of which the same is true.
    pub folders: Vec<String>,
}

/// The command of a RUN that builds Go programs.
pub fn go_build(facts: &Facts) -> Option<&PackageCommand> {
    let is_build =
        |package: &&PackageCommand| package.manager.family == Family::Go && package.action == Action::Build;
    facts.packages.iter().find(is_build)
}

/// What a copy of the whole context brings and nothing in its stage reads: only Go programs are built there, and only
/// they leave it. `None` where something else may read it.
pub fn unread(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    view: &View<'_>,
    copy: &FolderCopy,
) -> Option<Unread> {
    let stage = model.stage_at(copy.item)?;
    let below_copy = copy.item + 1..stage.items.end;
    let facts_of = |step: usize| file.item(step).and_then(|item| Facts::of(&item.instruction));
    let build =
        below_copy.clone().find(|step| facts_of(*step).is_some_and(|facts| go_build(facts).is_some()))?;
    let is_alone = is_inner(file, model, stage, copy)
        && is_first(file, model, copy)
        && is_project_folder(model, build, &copy.destination)
        && can_be_told(model, build)
        && below_copy.clone().all(|step| only_builds(file, model, step, &copy.destination));
    let is_module =
        matches!(context.entry("go.mod"), Lookup::File(_)) && view.is_trustworthy(["go.mod"].into_iter());
    if !is_alone || !is_module || !HISTORIES.iter().all(|name| is_kept_out(context, view, name)) {
        return None;
    }
    let is_embedding = |name: &String| {
        name.ends_with(".go") && context.read(name).is_none_or(|text| text.contains("go:embed"))
    };
    if context.list("")?.iter().any(is_embedding) {
        return None;
    }
    let walk = view.walk("", MOST_FILES);
    let is_source = |path: &str| READ.iter().any(|end| path.ends_with(end));
    let mut found = Unread { build, names: Vec::new(), files: Vec::new(), folders: Vec::new() };
    let mut tops: Vec<(&str, bool, bool)> = Vec::new();
    for (path, _) in &walk.files {
        let (top, is_folder) = path.split_once('/').map_or((path.as_str(), false), |(top, _)| (top, true));
        match tops.iter_mut().find(|(name, ..)| *name == top) {
            Some((_, _, is_read)) => *is_read |= is_source(path),
            None => tops.push((top, is_folder, is_source(path) || top == "vendor" || mentions(file, top))),
        }
    }
    tops.sort_unstable();
    for (top, is_folder, is_read) in tops {
        let is_reported_elsewhere = UNNEEDED.iter().any(|kind| kind.is_reported && kind.name == top);
        let is_quiet =
            is_reported_elsewhere || QUIET.iter().any(|start| top.starts_with(start)) && top != ".github";
        match (is_read, is_folder) {
            (true, true) => found.folders.push(top.to_owned()),
            (true, false) => found.files.push(top.to_owned()),
            (false, _) if is_quiet => {}
            (false, _) => found.names.push(top.to_owned()),
        }
    }
    walk.is_complete.then_some(found)
}

/// Whether the build surely gets nothing of a path of the context.
fn is_kept_out(context: &dyn BuildContext, view: &View<'_>, name: &str) -> bool {
    let is_empty = || {
        let walk = view.walk(name, 1);
        walk.is_complete && walk.files.is_empty()
    };
    context.entry(name) == Lookup::Absent || view.is_ignored(name) && is_empty()
}

/// Whether it is the only copy of the whole context in its stage and in those below it.
fn is_first(file: &File, model: &Model, copy: &FolderCopy) -> bool {
    let Some(last) = model.stage_at(copy.item).and_then(|stage| stage.items.clone().last()) else {
        return false;
    };
    let mut steps = ranges_above(model, last).into_iter().flatten().chain([last]);
    let is_other = |step: usize| {
        step != copy.item && FolderCopy::of(file, model, step).is_some_and(|other| other.source.is_empty())
    };
    copy.source.is_empty() && !steps.any(is_other)
}

/// Whether a stage is in no image, is not run, and only single files and folders below the copied one are
/// copied out of it.
fn is_inner(file: &File, model: &Model, stage: &Stage, copy: &FolderCopy) -> bool {
    let is_program = |step: usize| file.item(step).is_none_or(|item| item.kind.runs_in_container());
    let is_hidden = |later: &Stage| later.index > stage.index && later.base == Base::Unknown;
    let is_unknown = |step: usize| {
        let words = model.source_words(file, step);
        file.item(step).is_some_and(|item| item.kind != Kind::From)
            && words.iter().any(|word| word.source == CopyFrom::Unknown)
    };
    let leaves_rest = |step: usize| {
        CopyStep::of(file, model, step).is_some_and(|out| {
            out.from == CopyFrom::Stage(stage.index)
                && out.sources.iter().all(|source| {
                    let path = source.value.as_deref().filter(|path| !path.contains(['*', '?', '[']));
                    let path = path.and_then(|path| place(&Value::Known("/".to_owned()), path));
                    path.is_some_and(|path| !path::is_within(&copy.destination, &path))
                })
        })
    };
    !model.may_be_shipped(stage.index)
        && !model.is_base(stage.index)
        && !stage.items.clone().any(is_program)
        && !model.stages().iter().any(is_hidden)
        && !(0..file.items().len()).any(is_unknown)
        && model.stage_uses(file, stage.index).iter().all(|found| leaves_rest(found.item))
}

/// Whether a folder of the image holds nothing but the project: no home, no folder of the system, no cache of Go.
fn is_project_folder(model: &Model, step: usize, folder: &str) -> bool {
    const OTHERS: [&str; 12] = [
        "/",
        "/bin",
        "/etc",
        "/go",
        "/home",
        "/lib",
        "/root",
        "/usr",
        "/usr/local",
        "/usr/local/go",
        "/var",
        "/go/src",
    ];
    let has_place = |name: &&str| match given(model, name, step) {
        Value::Known(value) => path::is_within(&value, folder),
        Value::Unset => false,
        Value::Unknown => true,
    };
    let is_home = folder.strip_prefix("/home/").is_some_and(|rest| !rest.contains('/'));
    folder.starts_with('/')
        && !OTHERS.contains(&folder)
        && !is_home
        && !["HOME", "GOPATH", "GOMODCACHE", "GOCACHE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]
            .iter()
            .any(has_place)
}

/// Whether an instruction is a RUN that builds Go programs.
pub fn builds_go(instruction: &Instruction) -> bool {
    Facts::of(instruction).is_some_and(|facts| go_build(facts).is_some())
}

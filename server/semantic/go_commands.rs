//! Steps that read nothing of a project but the sources of its Go programs. A short list of what is surely so; whatever
//! is not on it counts as reading more.
//! Source: `go help build`, `go help environment`; `cmd/link`, `-extldflags`.

use super::Model;
use super::facts::Facts;
use super::independence::command_reads_nothing;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::Family;
use crate::syntax::mount::Mount;
use crate::syntax::shell::{Form, Word};
use crate::syntax::word::Value;
use crate::syntax::{File, Kind, Script};

/// Variables that name files or programs for a build, or give it options.
const SWITCHES: [&str; 14] = [
    "AR",
    "CC",
    "CGO_CFLAGS",
    "CGO_CPPFLAGS",
    "CGO_CXXFLAGS",
    "CGO_FFLAGS",
    "CGO_LDFLAGS",
    "CXX",
    "FC",
    "GOENV",
    "GOTOOLDIR",
    "GOWORK",
    "PKG_CONFIG",
    "PKG_CONFIG_PATH",
];

/// Variables that a command may be given: what is built for, and where modules come from.
const PLAIN_VARIABLES: [&str; 12] = [
    "CGO_ENABLED",
    "GO111MODULE",
    "GOAMD64",
    "GOARCH",
    "GOARM",
    "GOARM64",
    "GONOSUMDB",
    "GOOS",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "GOTOOLCHAIN",
];

/// Options that make `go` read no other file.
const PLAIN_OPTIONS: [&str; 24] = [
    "a",
    "asan",
    "asmflags",
    "buildmode",
    "buildvcs",
    "d",
    "gcflags",
    "i",
    "installsuffix",
    "json",
    "ldflags",
    "mod",
    "msan",
    "n",
    "o",
    "p",
    "race",
    "t",
    "tags",
    "trimpath",
    "u",
    "v",
    "work",
    "x",
];

/// Whether the environment of a step leaves `go build` at what it reads by itself: modules, no files and programs of others.
pub(super) fn can_be_told(model: &Model, step: usize) -> bool {
    let is_plain =
        |flag: &str| ["-mod=", "-buildvcs=", "-trimpath"].iter().any(|start| flag.starts_with(start));
    let has_plain_flags = match given(model, "GOFLAGS", step) {
        Value::Known(flags) => flags.split_whitespace().all(is_plain),
        Value::Unset => true,
        Value::Unknown => false,
    };
    let uses_modules = match given(model, "GO111MODULE", step) {
        Value::Known(value) => matches!(value.as_str(), "" | "on" | "auto"),
        Value::Unset => true,
        Value::Unknown => false,
    };
    has_plain_flags && uses_modules && !SWITCHES.iter().any(|name| model.is_set(name, step))
}

/// What the file gives a variable for a step; an image of Go sets none in a way that counts here.
pub(super) fn given(model: &Model, name: &str, step: usize) -> Value {
    if model.is_set(name, step) { model.variable(name, step).value } else { Value::Unset }
}

/// Whether a step reads nothing of the project, which lies at `project`, a [`super::dependencies::place`], but the sources of
/// Go programs.
pub(super) fn only_builds(file: &File, model: &Model, step: usize, project: &str) -> bool {
    let Some(instruction) = file.instruction(step) else {
        return false;
    };
    match instruction.ast().kind {
        Kind::Run => {
            let Some(facts) = Facts::of(instruction) else {
                return false;
            };
            let script = &facts.script;
            let text = script.text().text();
            script.form() == Form::Shell
                && model.has_posix_shell(step)
                && instruction.heredocs().is_empty()
                && !script.has_error()
                && !text.contains(['<', '`'])
                && !text.contains("$(")
                && !["GO111MODULE=off", "GOFLAGS="].iter().any(|word| text.contains(word))
                && !SWITCHES.iter().any(|name| text.contains(&format!("{name}=")))
                && Mount::all(instruction)
                    .iter()
                    .all(|mount| matches!(mount.kind(), "cache" | "secret" | "ssh"))
                && (0..script.commands().len()).all(|command| is_known(facts, command, project))
        }
        Kind::Onbuild | Kind::Shell | Kind::Unknown => false,
        _ => true,
    }
}

fn is_known(facts: &Facts, command: usize, project: &str) -> bool {
    const PROGRAMS: [&str; 8] =
        ["addgroup", "adduser", "groupadd", "mkdir", "strip", "update-ca-certificates", "upx", "useradd"];
    if command_reads_nothing(facts, command, project) {
        return true;
    }
    let Some(found) = facts.script.commands().get(command).filter(|found| found.nesting.is_top()) else {
        return false;
    };
    let is_plain_variable = |word: &Word| {
        let name = facts.script.str(word.part).split('=').next().unwrap_or_default();
        PLAIN_VARIABLES.contains(&name)
    };
    if let Some(package) = facts.package_of(command) {
        return found.assignments.iter().all(is_plain_variable) && is_plain_go(package, &facts.script);
    }
    let is_plain = |word: &Word| word.value.as_deref().is_some_and(|value| !value.contains(['*', '?', '[']));
    found.assignments.is_empty()
        && found.words.iter().all(is_plain)
        && facts.invocation_of(command).is_some_and(|invocation| PROGRAMS.contains(&&*invocation.name))
}

/// Whether a command of Go has only options that make it read nothing more.
fn is_plain_go(package: &PackageCommand, script: &Script) -> bool {
    let words = package.words(script);
    let text = |index: &usize| words.get(*index).map(|word| script.str(word.part)).unwrap_or_default();
    let verb = words.get(package.verb).and_then(|word| word.value.as_deref());
    let is_plain_verb = match package.verb_words {
        1 => matches!(verb, Some("build" | "get" | "install")),
        _ => matches!(verb, Some("download" | "tidy" | "vendor")),
    };
    let is_plain_option = |index: &usize| {
        let option = text(index).trim_start_matches(['"', '\'']);
        let name = option.strip_prefix("--").or_else(|| option.strip_prefix('-'));
        let name = name.and_then(|name| name.split('=').next()).unwrap_or_default();
        PLAIN_OPTIONS.contains(&name)
    };
    // The C linker can be given any file.
    let links_plainly = |word: &Word| match script.str(word.part).split_once("extldflags") {
        Some((_, rest)) => {
            !rest.contains(['/', '$']) && !["-Wl", "-T", "-L", "-l"].iter().any(|flag| rest.contains(flag))
        }
        None => true,
    };
    package.manager.family == Family::Go
        && is_plain_verb
        && !package.has_unknown_words
        && package.options.iter().all(is_plain_option)
        && package.operands.iter().all(|index| words.get(*index).is_some_and(|word| word.value.is_some()))
        && words.iter().all(links_plainly)
}

//! `libc-mismatch`

use crate::knowledge::images::Libc;
use crate::path;
use crate::rules::edits::change_tag;
use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep, CopyWord};
use crate::semantic::linked::{Built, Language, built, may_link};
use crate::semantic::stages::Stage;
use crate::syntax::Script;
use crate::syntax::shell::{Command, Form};

declare_rule! {
    /// ## What it does
    /// Finds a program that a stage builds against glibc and that is copied where that library is not: to Alpine, which has
    /// musl, to `scratch`, or to a release whose glibc is older than 2.34 while the program's is not. Programs of Go, Rust and C
    /// are followed from the command that builds them.
    ///
    /// ## Why is this bad?
    /// The container does not start: `no such file or directory`, which means the loader and not the program, or `version
    /// GLIBC_2.34 not found`. A program of Go is linked to glibc as soon as it resolves a host name, unless it is built
    /// with `CGO_ENABLED=0`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN go build -o /bin/server .
    /// FROM alpine:3.20
    /// COPY --from=build /bin/server /bin/server
    /// CMD ["/bin/server"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM golang:1.23 AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN CGO_ENABLED=0 go build -o /bin/server .
    /// FROM alpine:3.20
    /// COPY --from=build /bin/server /bin/server
    /// CMD ["/bin/server"]
    /// ```
    /// ```dockerfile,good
    /// FROM rust:1.83-bookworm AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN cargo build --release
    /// FROM debian:bookworm-slim
    /// COPY --from=build /src/target/release/server /bin/server
    /// CMD ["/bin/server"]
    /// ```
    ///
    /// ## Never reported
    /// Base images that are not in Layerwise's tables; a build that says `-static`, `musl`, `CGO_ENABLED`, `GOARCH` or the
    /// like, also in the image's environment; a stage that installs `gcompat` or `libc6-compat`; programs whose place only the
    /// shell or the tool knows (`go build` without `-o`).
    ///
    /// ## Fix safety
    /// For Go `CGO_ENABLED=0`: suggested, as a package that needs C is not compiled any more. For an older Debian its next
    /// release that fits: unsafe, as other programs change with it.
    pub(crate) static LIBC_MISMATCH = {
        id: "libc-mismatch", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Stages],
        check: Steps(is_step, check),
        fix: Suggested(fix),
    }
}

/// Programs that are linked against this glibc or a newer one do not start with an older one.
/// Source: glibc 2.34, NEWS: `libpthread` and others became part of libc, and with that the symbols of each start-up.
const WATERSHED: (u32, u32) = (2, 34);

fn is_step(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    match ast.kind {
        Kind::Copy => instruction.flag("from").is_some(),
        Kind::Run => may_link(instruction),
        _ => false,
    }
}

/// A program that a stage builds, with the RUN that does.
struct Program {
    item: usize,
    built: Built,
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps.iter().copied() {
        let Some(item) = file.item(index).filter(|item| item.kind == Kind::Copy) else {
            continue;
        };
        let (Some(copy), Some(stage)) = (CopyStep::of(file, model, index), model.stage_at(index)) else {
            continue;
        };
        let CopyFrom::Stage(from) = copy.from else {
            continue;
        };
        let Some(from) = model.stages().get(from).filter(|from| from.index < stage.index) else {
            continue;
        };
        for word in &copy.sources {
            let Some(program) = program(cx, steps, from, word) else {
                continue;
            };
            if let Some(trouble) = trouble(cx, from, stage) {
                let name = shown(word.value.as_deref().unwrap_or_default());
                let built = match program.built.language {
                    Language::Go => "is built with cgo against",
                    Language::C | Language::Rust => "is linked to",
                };
                out.push_at(index, item.instruction.place(word.part), format!("`{name}` {built} {trouble}"));
            }
        }
    }
}

/// What the two images have that does not go together, as the end of a sentence.
fn trouble(cx: &Cx<'_>, from: &Stage, to: &Stage) -> Option<String> {
    let model = cx.document.model();
    let source = model.base_image(from.from()).filter(|image| image.libc == Some(Libc::Glibc))?;
    let root = model.root_stage(to.from())?;
    let target = root.base_image()?;
    let name = root.image().map_or("scratch", |image| image.text());
    let is_bare = root.image().is_some_and(|image| image.name().contains("distroless/static"));
    match target.libc {
        // This one has certificates and time zones, and no library.
        _ if is_bare => Some(format!("glibc, which is not in `{}`", shown(name))),
        Some(Libc::None) => Some(format!("glibc, which is not in `{}`", shown(name))),
        Some(Libc::Musl) if !brings_glibc(cx, to) => {
            Some(format!("glibc, and `{}` has musl instead", shown(name)))
        }
        Some(Libc::Glibc) => {
            let (newer, older) = (source.glibc?, target.glibc?);
            let is_mismatch = version(newer)? >= WATERSHED && version(older)? < WATERSHED;
            is_mismatch.then(|| format!("glibc {newer}, and `{}` has {older}", shown(name)))
        }
        Some(Libc::Musl) | None => None,
    }
}

fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Whether a stage, or one that it is built on, installs what lets programs of glibc run.
fn brings_glibc(cx: &Cx<'_>, stage: &Stage) -> bool {
    let (items, model) = (cx.document.file().items(), cx.document.model());
    let mut own = model.chain(stage.index).filter_map(|found| items.get(found.items.clone())).flatten();
    own.any(|item| {
        ["gcompat", "libc6-compat", "glibc"].iter().any(|name| item.instruction.source().contains(name))
    })
}

/// The program behind a word of a COPY, if the stage builds it so that it needs a C library.
fn program(cx: &Cx<'_>, steps: &[usize], from: &Stage, word: &CopyWord) -> Option<Program> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let source = word.value.as_deref()?;
    let path = path::from_root(source);
    let own = steps.iter().copied().filter(|index| from.items.contains(index));
    let programs = own.filter_map(|item| {
        let instruction = file.instruction(item)?;
        model.environment_at(item).filter(|found| found.shell.is_posix())?;
        let facts = Facts::of(instruction).filter(|_| instruction.ast().kind == Kind::Run)?;
        let workdir = model.folder_at(item);
        let is_it = |built: &Built| {
            let is_folder = built.language == Language::Rust;
            let is_inside = path::is_within(&path, &built.path) && (is_folder || path == built.path);
            let holds = path != "/" && path::is_within(&built.path, &path);
            (is_inside || holds) && !path.contains("musl") && needs_library(cx, item, built.language)
        };
        let built = built(instruction, facts, &workdir).into_iter().find(is_it)?;
        Some(Program { item, built })
    });
    { programs }.next()
}

/// Whether nothing around a RUN says that it links statically.
fn needs_library(cx: &Cx<'_>, item: usize, language: Language) -> bool {
    let model = cx.document.model();
    let is_unset = |name: &str| !model.is_set(name, item);
    match language {
        Language::C => is_unset("LDFLAGS"),
        Language::Rust => is_unset("RUSTFLAGS") && is_unset("CARGO_BUILD_TARGET"),
        Language::Go => ["CGO_ENABLED", "GOARCH", "GOFLAGS", "GOOS"].into_iter().all(is_unset),
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (file, model) = (cx.document.file(), cx.document.model());
        let copy = CopyStep::of(file, model, finding.item)?;
        let CopyFrom::Stage(from) = copy.from else {
            return None;
        };
        let (from, to) = (model.stages().get(from)?, model.stage_at(finding.item)?);
        let item = file.item(finding.item)?;
        let is_here = |word: &&CopyWord| item.absolute(item.instruction.place(word.part)) == finding.span;
        let word = copy.sources.iter().find(is_here)?;
        let steps: Vec<usize> = from.items.clone().collect();
        let program = program(cx, &steps, from, word)?;
        if program.built.language == Language::Go {
            let item = file.item(program.item)?;
            let script = &Facts::of(&item.instruction)?.script;
            let command =
                script.commands().get(program.built.command).filter(|_| script.form() != Form::Exec)?;
            if needs_cgo(cx, script, script.commands().get(program.built.command)?) {
                return None;
            }
            let edit = Edit::insert(item.absolute(script.place(command.part)).start, "CGO_ENABLED=0 ");
            return Some(Fix::new("Build without cgo", Safety::Suggested, vec![edit]));
        }
        let root = model.root_stage(to.from())?;
        let (source, target) = (model.base_image(from.from())?, root.base_image()?);
        let (new, old) = (source.release.as_ref()?.codename()?, target.release.as_ref()?.codename()?);
        let tag = root.image()?.tag()?;
        let is_same = source.release.as_ref()?.family.id == target.release.as_ref()?.family.id;
        let tag = is_same.then(|| tag.replacen(old, new, 1)).filter(|changed| changed != tag)?;
        change_tag(cx, root, tag)
    };
    fix().into_iter().collect()
}

/// Whether a build of Go fails without cgo, or what it builds does not work: it asks for what only cgo can do, or the module needs
/// a package that is written in C. Source: Go documentation, "Data Race Detector", "Build modes".
fn needs_cgo(cx: &Cx<'_>, script: &Script, command: &Command) -> bool {
    const FLAGS: [&str; 5] = ["race", "msan", "asan", "linkshared", "buildmode="];
    const MODULES: [&str; 3] =
        ["github.com/mattn/go-sqlite3", "github.com/confluentinc/confluent-kafka-go", "gopkg.in/rana/ora"];
    let mut words = command.words.iter().map(|word| script.str(word.part));
    let is_flag = |word: &str| {
        let name = word.trim_start_matches('-');
        name.len() < word.len() && FLAGS.iter().any(|flag| name.starts_with(flag))
    };
    words.any(is_flag)
        || cx.context.read("go.mod").is_some_and(|text| MODULES.iter().any(|module| text.contains(module)))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LIBC_MISMATCH);

    const GO: &str = "FROM golang:1.23 AS b\nWORKDIR /s\nRUN go build -o bin/a .\n";

    #[test]
    fn a_program_of_glibc_is_followed_to_where_there_is_none() {
        check(&format!(
            "{GO}FROM scratch\nCOPY --from=b /s/bin/a /a\n            # ^^^^^^^^ `/s/bin/a` is built with cgo against glibc, which is not in `scratch`\n"
        ));
        check(&format!(
            "{GO}FROM alpine:3.20 AS c\nFROM c\nCOPY --from=b /s/bin/ /a\n            # ^^^^^^^ `/s/bin/` is built with cgo against glibc, and `alpine:3.20` has musl instead\n"
        ));
        check(
            "FROM rust:1.83-bookworm AS b\nWORKDIR /s\nRUN cargo build --release\nFROM debian:buster-slim\nCOPY --from=b /s/target/release/a /a\n            # ^^^^^^^^^^^^^^^^^^^ `/s/target/release/a` is linked to glibc 2.36, and `debian:buster-slim` has 2.28\n",
        );
        check(
            "FROM debian:12 AS b\nRUN gcc -o /a a.c\nFROM gcr.io/distroless/static-debian12\nCOPY --from=b /a /a\n            # ^^ `/a` is linked to glibc, which is not in `gcr.io/distroless/static-debian12`\n",
        );
    }

    #[test]
    fn what_may_run_there_is_silent() {
        let copy = "COPY --from=b /s/bin/a /a\n";
        check_none(&format!("{GO}FROM debian:12\n{copy}"));
        check_none(&format!("{GO}FROM me/alpine\n{copy}"));
        check_none(&format!("{GO}FROM alpine:3.20\nRUN apk add --no-cache libc6-compat\n{copy}"));
        check_none(&format!("{GO}FROM scratch\nCOPY --from=b /s/other /a\n"));
        check_none(&format!("{GO}FROM gcr.io/distroless/base-debian12\n{copy}"));
        check_none(&format!(
            "FROM golang:1.23 AS b\nENV CGO_ENABLED=0\nWORKDIR /s\nRUN go build -o bin/a .\nFROM scratch\n{copy}"
        ));
        check_none(&format!(
            "FROM golang:1.23-alpine AS b\nWORKDIR /s\nRUN go build -o bin/a .\nFROM scratch\n{copy}"
        ));
        check_none(
            "FROM debian:12 AS b\nRUN gcc -o /a a.c\nFROM debian:12\nFROM ubuntu:24.04\nCOPY --from=b /a /a\n",
        );
    }

    #[test]
    fn cgo_is_switched_off_or_the_release_follows() {
        check_fix(
            &format!("{GO}FROM scratch\nCOPY --from=b /s/bin/a /a\n"),
            &format!(
                "{}FROM scratch\nCOPY --from=b /s/bin/a /a\n",
                GO.replace("go build", "CGO_ENABLED=0 go build")
            ),
        );
        check_fix(
            "FROM rust:1.83-bookworm AS b\nWORKDIR /s\nRUN cargo build\nFROM debian:buster-slim\nCOPY --from=b /s/target/a /a\n",
            "FROM rust:1.83-bookworm AS b\nWORKDIR /s\nRUN cargo build\nFROM debian:bookworm-slim\nCOPY --from=b /s/target/a /a\n",
        );
        for flag in ["-race", "-buildmode=c-shared"] {
            let build = GO.replace("go build", &format!("go build {flag}"));
            check_no_fix(&format!("{build}FROM scratch\nCOPY --from=b /s/bin/a /a\n"));
        }
        let module = "#- go.mod\nmodule a\nrequire github.com/mattn/go-sqlite3 v1.14.22\n#- Dockerfile\n";
        check_no_fix(&format!("{module}{GO}FROM scratch\nCOPY --from=b /s/bin/a /a\n"));
        check_no_fix(
            "FROM rust:1.83 AS b\nWORKDIR /s\nRUN cargo build\nFROM alpine:3.20\nCOPY --from=b /s/target/a /a\n",
        );
    }
}

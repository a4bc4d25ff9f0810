//! `artefact-in-cache-mount`

use std::collections::HashMap;

use crate::knowledge::package_managers::projects::offline;
use crate::path;
use crate::rules::edits::end::append_command;
use crate::rules::prelude::*;
use crate::semantic::cache_mounts::is_meant_for;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::dependencies::place;
use crate::semantic::list_updates::run_facts;
use crate::semantic::stages::Base;
use crate::syntax::mount::Mount;

declare_rule! {
    /// ## What it does
    /// Finds a later step that reads what an earlier one has left in a cache mount: a file that was built there, or the
    /// packages that a build without network expects.
    ///
    /// ## Why is this bad?
    /// What is in a mount is in no layer. The later step does not find it, or finds what another build has left.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// # syntax=docker/dockerfile:1
    /// FROM rust:1.90 AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN --mount=type=cache,target=/app/target cargo build --release
    /// FROM debian:13-slim
    /// COPY --from=build /app/target/release/app /usr/local/bin/app
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// # syntax=docker/dockerfile:1
    /// FROM rust:1.90 AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN --mount=type=cache,target=/app/target cargo build --release && mkdir -p /artifacts && cp -r /app/target/release/app /artifacts/
    /// FROM debian:13-slim
    /// COPY --from=build /artifacts/app /usr/local/bin/app
    /// ```
    ///
    /// ## Never reported
    /// A file that another step of the stage may have put there as well.
    pub(crate) static ARTEFACT_IN_CACHE_MOUNT = {
        id: "artefact-in-cache-mount", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(is_concerned, check),
        fix: Suggested(fix),
    }
}

/// The folder that a fix copies to.
const ARTIFACTS: &str = "/artifacts";

fn is_concerned(instruction: &Instruction) -> bool {
    has_cache_mount(instruction) || is_copy_from(instruction) || expects_packages(instruction)
}

fn has_cache_mount(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    ast.kind == Kind::Run
        && !ast.flags.is_empty()
        && Mount::all(instruction).iter().any(|mount| mount.kind() == "cache" || mount.kind().contains('$'))
}

fn is_copy_from(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    ast.kind == Kind::Copy && instruction.flag("from").is_some()
}

/// Whether a RUN without a cache mount has a package manager fetch nothing.
fn expects_packages(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| instruction.ast().kind == Kind::Run);
    facts.is_some_and(|facts| facts.packages.iter().any(|package| is_offline(package, facts)))
        && !has_cache_mount(instruction)
}

fn is_offline(package: &PackageCommand, facts: &Facts) -> bool {
    let family = package.manager.family;
    matches!(family, Family::DotNet | Family::Maven | Family::Gradle | Family::Cargo)
        && package.has_flag(&facts.script, offline(family))
}

/// The steps of a file that may read what is in a mount, in order.
#[derive(Default)]
struct Readers {
    /// For each stage the copies from it, and from the stages that are built right on it.
    copies: HashMap<usize, Vec<usize>>,
    /// RUNs that expect packages.
    runs: Vec<usize>,
}

impl Readers {
    fn of(cx: &Cx<'_>, steps: impl Iterator<Item = usize>) -> Readers {
        let (file, model) = (cx.document.file(), cx.document.model());
        let mut readers = Readers::default();
        for step in steps {
            let Some(item) = file.item(step) else { continue };
            match item.kind {
                Kind::Run if expects_packages(&item.instruction) => readers.runs.push(step),
                Kind::Copy if is_copy_from(&item.instruction) => {}
                _ => continue,
            }
            if let Some(CopyFrom::Stage(from)) = CopyStep::of(file, model, step).map(|copy| &copy.from) {
                let from = *from;
                let below = match model.stages().get(from).map(|stage| &stage.base) {
                    Some(Base::Stage(base)) => Some(*base),
                    _ => None,
                };
                for stage in [Some(from), below].into_iter().flatten() {
                    readers.copies.entry(stage).or_default().push(step);
                }
            }
        }
        readers
    }
}

/// A later step that reads what is in a mount.
struct Reader {
    /// The step.
    item: usize,
    /// What it reads, as a message and a fix name it.
    what: What,
}

enum What {
    /// A path, as the source of a COPY.
    Path(Part, String),
    /// The packages of a tool, told not to fetch any: the verb's place in the RUN's script.
    Packages(String),
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let items = cx.document.file().items();
    let readers = Readers::of(cx, steps.iter().copied());
    if readers.copies.is_empty() && readers.runs.is_empty() {
        return;
    }
    for index in steps.iter().copied() {
        let Some(item) = items.get(index).filter(|item| item.kind == Kind::Run) else { continue };
        for mount in cx.document.model().mounts(cx.document.file(), index) {
            let Some(reader) = reader(cx, index, &mount, &readers) else { continue };
            let Some(other) = items.get(reader.item) else { continue };
            let line = cx.document.line_number(other.span().start);
            let message = match &reader.what {
                What::Path(_, path) => {
                    format!(
                        "what is in a cache mount is in no layer: the COPY in line {line} does not find `{path}`"
                    )
                }
                What::Packages(name) => {
                    format!(
                        "what is in a cache mount is in no layer: `{name}` in line {line} does not find its packages"
                    )
                }
            };
            let pushed = out.push_at(index, item.instruction.place(mount.part), message);
            pushed.related(other.span(), "this reads what is in the mount");
        }
    }
}

/// The first step that reads what a RUN has left in one of its mounts.
fn reader(cx: &Cx<'_>, index: usize, mount: &Mount, readers: &Readers) -> Option<Reader> {
    let model = cx.document.model();
    let written = mount.target().filter(|_| mount.kind() == "cache" && !mount.has_unknown_target())?;
    let target = place(&model.environment_at(index)?.workdir, written)
        .filter(|target| target.starts_with('/') && target != "/")?;
    let stage = model.stage_at(index)?;
    let copies = readers.copies.get(&stage.index).into_iter().flatten().copied();
    let copies = copies.filter(|step| *step > index);
    let copy = { copies }.find_map(|step| Some(Reader { item: step, what: copied(cx, step, &target)? }));
    let first = readers.runs.partition_point(|step| *step <= index);
    let runs = readers.runs.get(first..)?.iter().copied().take_while(|step| stage.items.contains(step));
    let run = { runs }.find_map(|step| Some(Reader { item: step, what: expected(cx, step, mount)? }));
    let found = [copy, run].into_iter().flatten().min_by_key(|reader| reader.item)?;
    // Somebody else may put the same there.
    let mut others = (stage.from() + 1..stage.items.end).filter(|step| *step != index);
    (!others.any(|step| may_fill(cx, step, mount, &target))).then_some(found)
}

/// What a COPY takes out of a folder.
fn copied(cx: &Cx<'_>, step: usize, folder: &str) -> Option<What> {
    let copy = CopyStep::of(cx.document.file(), cx.document.model(), step)?;
    copy.sources.iter().find_map(|source| {
        let path = source.value.as_ref()?;
        let rooted = if path.starts_with('/') { path.clone() } else { format!("/{path}") };
        let is_inside = path::is_inside(&rooted, folder);
        is_inside.then_some(What::Path(source.part, rooted))
    })
}

/// The command of a RUN that expects the packages of a mount.
fn expected(cx: &Cx<'_>, step: usize, mount: &Mount) -> Option<What> {
    let facts = run_facts(cx.document.file(), cx.document.model(), step)?;
    let expects =
        |package: &&PackageCommand| is_offline(package, facts) && is_meant_for(mount, package.manager.family);
    facts.packages.iter().find(expects).map(|package| What::Packages(package.name(&facts.script)))
}

/// Whether a step may put something into the folder that a mount covers.
fn may_fill(cx: &Cx<'_>, step: usize, mount: &Mount, target: &str) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(item) = file.item(step) else {
        return false;
    };
    if item.kind == Kind::Run {
        let names =
            run_facts(file, model, step).is_none_or(|facts| facts.script.text().text().contains(target));
        let is_own = |other: &Mount| other.target() == mount.target();
        return names && !model.mounts(file, step).iter().any(is_own);
    }
    CopyStep::of(file, model, step).is_some_and(|copy| {
        let place = copy.target().and_then(|to| place(&model.environment_at(step)?.workdir, to));
        place.is_none_or(|place| path::is_within(&place, target))
    })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let items = cx.document.file().items();
        let item = items.get(finding.item)?;
        let here = |mount: &Mount| item.absolute(item.instruction.place(mount.part)) == finding.span;
        let mount = cx.document.model().mounts(cx.document.file(), finding.item).into_iter().find(here)?;
        let readers = Readers::of(cx, 0..items.len());
        let Reader { item: reader, what } = reader(cx, finding.item, &mount, &readers)?;
        let other = items.get(reader)?;
        match what {
            What::Packages(_) => {
                let flag = item.instruction.str(mount.part);
                let end = other.instruction.place(other.instruction.ast().keyword).end;
                let edit = Edit::insert(other.start + end, format!(" {flag}"));
                Some(Fix::new("Mount the cache there too", Safety::Suggested, vec![edit]))
            }
            What::Path(part, path) => {
                let name = path::name(path.trim_end_matches('/'));
                let is_plain =
                    path.chars().all(|char| char.is_ascii_alphanumeric() || "/._-+".contains(char));
                let is_written = cx.document.model().is_root(finding.item)
                    && !cx.document.text().to_string().contains(ARTIFACTS);
                let is_word = matches!(other.instruction.ast().arguments, Arguments::Words(_));
                if !is_plain || !is_written || !is_word || name.is_empty() {
                    return None;
                }
                let command = format!("mkdir -p {ARTIFACTS} && cp -r {path} {ARTIFACTS}/");
                let place = other.absolute(other.instruction.place(part));
                let edits = vec![
                    append_command(cx, finding.item, &command)?,
                    Edit::replace(place, format!("{ARTIFACTS}/{name}")),
                ];
                Some(Fix::new("Copy it out of the mount in the same step", Safety::Suggested, edits))
            }
        }
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(ARTEFACT_IN_CACHE_MOUNT);

    #[test]
    fn what_a_later_stage_does_not_find_is_found() {
        check(
            "
FROM rust:1 AS b
WORKDIR /app
RUN --mount=type=cache,target=target cargo build
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ what is in a cache mount is in no layer: the COPY in line 6 does not find `/app/target/debug/c`
FROM a:1
COPY --from=b app/target/debug/c /c
",
        );
        let built = |run: &str, from: &str| {
            check_none(&format!(
                "FROM rust:1 AS b\nWORKDIR /app\n{run}\nFROM a:1\nCOPY --from=b {from} /c\n"
            ));
        };
        built("RUN --mount=type=cache,target=/app/target cargo build && cp target/debug/c /c", "/c");
        built(
            "RUN --mount=type=cache,target=/app/target cargo build\nRUN cp /x /app/target/debug/c",
            "/app/target/debug/c",
        );
        built(
            "RUN --mount=type=cache,target=/app/target cargo build\nCOPY c /app/target/debug/c",
            "/app/target/debug/c",
        );
        built("RUN --mount=type=cache,target=$T cargo build", "/app/target/debug/c");
        built("RUN --mount=type=tmpfs,target=/app/target cargo build", "/app/target/debug/c");
    }

    #[test]
    fn packages_that_a_build_expects_are_found() {
        let mount = "--mount=type=cache,target=/root/.nuget/packages";
        check_fix(
            &format!("FROM a:1\nRUN {mount} dotnet restore\nCOPY . .\nRUN dotnet publish --no-restore\n"),
            &format!(
                "FROM a:1\nRUN {mount} dotnet restore\nCOPY . .\nRUN {mount} dotnet publish --no-restore\n"
            ),
        );
        check_none(&format!(
            "FROM a:1\nRUN {mount} dotnet restore\nRUN {mount} dotnet publish --no-restore\n"
        ));
        check_none(&format!("FROM a:1\nRUN {mount} dotnet restore\nRUN dotnet publish\n"));
    }

    #[test]
    fn the_target_may_be_in_a_variable() {
        check(
            "
FROM rust:1 AS b
ARG OUT=/app/target
RUN --mount=type=cache,target=$OUT cargo build
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ what is in a cache mount is in no layer: the COPY in line 6 does not find `/app/target/c`
FROM a:1
COPY --from=b /app/target/c /c
",
        );
    }

    #[test]
    fn it_is_copied_out_only_where_that_is_plain() {
        let after = "\nFROM c:1\nCOPY --from=b /t/x /x\n";
        check_no_fix(&format!("FROM a:1 AS b\nUSER me\nRUN --mount=type=cache,target=/t make{after}"));
        check_no_fix(&format!("FROM a:1 AS b\nRUN --mount=type=cache,target=/t make || true{after}"));
        check_no_fix(
            "FROM a:1 AS b\nRUN --mount=type=cache,target=/t make\nFROM c:1\nCOPY --from=b /t/*.jar /x\n",
        );
    }
}

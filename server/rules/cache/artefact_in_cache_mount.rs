//! `artefact-in-cache-mount`

use crate::rules::edits::append_command;
use crate::rules::prelude::*;
use crate::semantic::cache_mounts::is_meant_for;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::dependencies::{below, place};
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
        check: Steps(has_cache_mount, check),
        fix: Suggested(fix),
    }
}

/// The folder that a fix copies to.
const ARTIFACTS: &str = "/artifacts";

fn has_cache_mount(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    ast.kind == Kind::Run
        && !ast.flags.is_empty()
        && Mount::all(instruction).iter().any(|mount| mount.kind() == "cache")
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
    for index in steps.iter().copied() {
        let Some(item) = items.get(index) else { continue };
        for mount in Mount::all(&item.instruction) {
            let Some(reader) = reader(cx, index, &mount) else { continue };
            let Some(other) = items.get(reader.item) else { continue };
            let line = cx.document.text().position(other.span().start, crate::text::Encoding::Utf8).line + 1;
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
fn reader(cx: &Cx<'_>, index: usize, mount: &Mount) -> Option<Reader> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let written = mount.target().filter(|target| mount.kind() == "cache" && !target.contains('$'))?;
    let target = place(&model.environment_at(index)?.workdir, written)
        .filter(|target| target.starts_with('/') && target != "/")?;
    let stage = model.stage_at(index)?;
    // Somebody else may put the same there.
    let others = (stage.from() + 1..stage.items.end).filter(|step| *step != index);
    let may_fill = |step: usize| {
        file.items().get(step).is_some_and(|item| {
            let is_run = item.kind == Kind::Run
                && run_facts(file, model, step).is_none_or(|facts| {
                    let words = facts.script.text().text();
                    words.contains(target.as_str())
                });
            let has_mount =
                Mount::all(&item.instruction).iter().any(|other| other.target() == mount.target());
            is_run && !has_mount
        }) || CopyStep::of(file, model, step).is_some_and(|copy| {
            let destination = copy.destination.and_then(|destination| destination.value);
            let place = destination.and_then(|to| place(&model.environment_at(step)?.workdir, &to));
            place.is_none_or(|place| below(&place, &target).is_some())
        })
    };
    if others.into_iter().any(may_fill) {
        return None;
    }
    let later = file.items().iter().enumerate().skip(index + 1);
    later.into_iter().find_map(|(step, item)| {
        let what = match item.kind {
            Kind::Copy => {
                let copy = CopyStep::of(file, model, step)?;
                let CopyFrom::Stage(from) = copy.from else { return None };
                let is_here = from == stage.index
                    || matches!(model.stages().get(from).map(|other| &other.base), Some(Base::Stage(base)) if *base == stage.index);
                copy.sources.iter().filter(|_| is_here).find_map(|source| {
                    let path = source.value.as_ref()?;
                    let rooted = if path.starts_with('/') { path.clone() } else { format!("/{path}") };
                    below(&rooted, &target).is_some_and(|rest| !rest.is_empty()).then_some(What::Path(source.part, rooted))
                })?
            }
            Kind::Run if stage.items.contains(&step) => {
                let facts = run_facts(file, model, step)?;
                let has_mount = Mount::all(&item.instruction).iter().any(|other| other.kind() == "cache");
                let package = facts.packages.iter().find(|package| {
                    let flags: &[&str] = match package.manager.family {
                        Family::DotNet => &["--no-restore"],
                        Family::Maven => &["-o", "--offline"],
                        Family::Gradle | Family::Cargo => &["--offline"],
                        _ => &[],
                    };
                    !flags.is_empty()
                        && is_meant_for(mount, package.manager.family)
                        && package.has_flag(&facts.script, flags)
                })?;
                (!has_mount).then(|| What::Packages(package.name(&facts.script)))?
            }
            _ => return None,
        };
        Some(Reader { item: step, what })
    })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let items = cx.document.file().items();
        let item = items.get(finding.item)?;
        let here = |mount: &Mount| item.absolute(item.instruction.place(mount.part)) == finding.span;
        let mount = Mount::all(&item.instruction).into_iter().find(here)?;
        let Reader { item: reader, what } = reader(cx, finding.item, &mount)?;
        let other = items.get(reader)?;
        match what {
            What::Packages(_) => {
                let flag = item.instruction.str(mount.part);
                let end = other.instruction.place(other.instruction.ast().keyword).end;
                let edit = Edit::insert(other.start + end, format!(" {flag}"));
                Some(Fix::new("Mount the cache there too", Safety::Suggested, vec![edit]))
            }
            What::Path(part, path) => {
                let facts = Facts::of(&item.instruction)?;
                let name = path.trim_end_matches('/').rsplit('/').next()?;
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
                    append_command(item, facts, &command)?,
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
    fn it_is_copied_out_only_where_that_is_plain() {
        let after = "\nFROM c:1\nCOPY --from=b /t/x /x\n";
        check_no_fix(&format!("FROM a:1 AS b\nUSER me\nRUN --mount=type=cache,target=/t make{after}"));
        check_no_fix(&format!("FROM a:1 AS b\nRUN --mount=type=cache,target=/t make || true{after}"));
        check_no_fix(
            "FROM a:1 AS b\nRUN --mount=type=cache,target=/t make\nFROM c:1\nCOPY --from=b /t/*.jar /x\n",
        );
    }
}

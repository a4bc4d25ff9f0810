//! `wrong-cache-mount`

use crate::path;
use crate::rules::prelude::*;
use crate::semantic::cache_mounts::{
    Runner, configures_downloads, covers, has_docker_clean, has_usual_pnpm_store, is_meant_for, known_folders,
};
use crate::semantic::list_updates::run_facts;
use crate::syntax::mount::Mount;
use crate::syntax::shell::{Form, Joint, Shape};

declare_rule! {
    /// ## What it does
    /// Finds a cache mount that keeps nothing: the tool writes elsewhere, for this user, this home or these variables;
    /// or it may not write there; or the image deletes what it has written.
    ///
    /// ## Why is this bad?
    /// The step looks as if it had a cache, and downloads everything whenever it runs.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// # syntax=docker/dockerfile:1
    /// FROM golang:1.25
    /// ENV GOPATH=""
    /// WORKDIR /src
    /// COPY go.mod go.sum ./
    /// RUN --mount=type=cache,target=/go/pkg/mod go mod download
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// # syntax=docker/dockerfile:1
    /// FROM golang:1.25
    /// ENV GOPATH=""
    /// WORKDIR /src
    /// COPY go.mod go.sum ./
    /// RUN --mount=type=cache,target=/root/go/pkg/mod go mod download
    /// ```
    ///
    /// ## Never reported
    /// A mount for a tool, user or base image that is not known, and where the tool is told its folder in a way that cannot
    /// be followed.
    pub(crate) static WRONG_CACHE_MOUNT = {
        id: "wrong-cache-mount", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: StageSteps(has_cache_mount, check),
        fix: Suggested(fix),
    }
}

/// The file with which Debian's and Ubuntu's images have apt delete what it downloaded.
const DOCKER_CLEAN: &str = "/etc/apt/apt.conf.d/docker-clean";

fn has_cache_mount(instruction: &Instruction) -> bool {
    let is_run = instruction.ast().kind == Kind::Run && !instruction.ast().flags.is_empty();
    let is_cache = |mount: &Mount| mount.kind() == "cache" || mount.kind().contains('$');
    is_run && Mount::all(instruction).iter().any(is_cache)
}

/// Whether a mount is a cache of which it is known where it lies.
fn is_known_cache(mount: &Mount) -> bool {
    let is_known = |target: &str| target.starts_with('/') && !target.contains('$');
    mount.kind() == "cache" && mount.target().is_some_and(is_known)
}

/// What is wrong with a mount.
enum Flaw {
    /// The tool writes here.
    Elsewhere(String),
    /// Root owns it, and this user writes.
    NotOwned(String),
    /// What apt has downloaded is deleted.
    Cleaned,
}

/// The mounts of a RUN that keep nothing, with the command that they are meant for.
fn flaws<'a>(cx: &Cx<'_>, index: usize, facts: &'a Facts) -> Vec<(Mount, &'a PackageCommand, Flaw)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let all = model.mounts(file, index);
    let mut found = Vec::new();
    // Where one lies is not known: it may keep what another does not.
    if all.iter().any(Mount::has_unknown_target) {
        return found;
    }
    for mount in all.iter().filter(|mount| is_known_cache(mount)) {
        let flaw = facts.packages.iter().find_map(|package| {
            if is_cleaned(cx, index, mount, package) {
                return Some((package, Flaw::Cleaned));
            }
            if !is_meant_for(mount, package.manager.family) {
                return None;
            }
            let is_old_store =
                mount.target().is_some_and(|target| target.trim_end_matches('/').ends_with("/.pnpm-store"));
            if is_old_store && !has_usual_pnpm_store(file, model, index) {
                return None;
            }
            let known = known_folders(file, model, index, package, facts);
            let own = known.iter().find(|known| covers(mount, &known.path));
            let flaw = match own {
                // Where several are known the others are for other mounts.
                None => {
                    let tail = path::name(mount.target()?.trim_end_matches('/'));
                    let elsewhere =
                        known.iter().find(|known| known.path.ends_with(tail)).or(match known.as_slice() {
                            [only] => Some(only),
                            _ => None,
                        })?;
                    let is_covered = all.iter().any(|other| covers(other, &elsewhere.path));
                    (!is_covered).then(|| Flaw::Elsewhere(elsewhere.path.clone()))?
                }
                Some(known) => {
                    let runner = known.runner.clone();
                    let is_open = runner.numbers.is_none() || mount.field(&["uid", "mode"]).is_some();
                    (!is_open).then_some(Flaw::NotOwned(runner.user))?
                }
            };
            Some((package, flaw))
        });
        found.extend(flaw.map(|(package, flaw)| (mount.clone(), package, flaw)));
    }
    found
}

/// Whether a mount is to hold apt's packages, and nothing has turned off that the image deletes them.
fn is_cleaned(cx: &Cx<'_>, index: usize, mount: &Mount, package: &PackageCommand) -> bool {
    let (items, model) = (cx.document.file().items(), cx.document.model());
    let is_kept = || {
        items.get(index).is_none_or(|item| configures_downloads(&item.instruction))
            || model.environment_at(index).is_none_or(|environment| environment.configures_downloads)
    };
    package.installs_with(Family::Apt)
        && covers(mount, "/var/cache/apt/archives")
        && has_docker_clean(model, index)
        && !is_kept()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps.iter().copied() {
        let (Some(facts), Some(item)) = (run_facts(file, model, index), file.item(index)) else {
            continue;
        };
        for (mount, package, flaw) in flaws(cx, index, facts) {
            let target = mount.target().unwrap_or_default();
            let tool = package.manager.name;
            let message = match flaw {
                Flaw::Elsewhere(path) => {
                    format!(
                        "the mount keeps nothing: `{tool}` keeps what it downloads in `{path}` here, not in `{target}`"
                    )
                }
                Flaw::NotOwned(user) => {
                    format!(
                        "the mount keeps nothing: `{target}` belongs to root, and `{user}` cannot write to it"
                    )
                }
                Flaw::Cleaned => format!(
                    "the mount keeps no packages: `docker-clean` in the base image has `{tool}` delete them after each install"
                ),
            };
            out.push_at(index, item.instruction.place(mount.part), message);
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (file, model) = (cx.document.file(), cx.document.model());
        let item = file.item(finding.item)?;
        let facts = run_facts(file, model, finding.item)?;
        let here = |(mount, _, _): &(Mount, &PackageCommand, Flaw)| {
            item.absolute(item.instruction.place(mount.part)) == finding.span
        };
        let (mount, package, flaw) = flaws(cx, finding.item, facts).into_iter().find(here)?;
        let target = mount.field(&["target", "dst", "destination"])?;
        let place = item.absolute(item.instruction.place(target.value_part));
        let is_literal = item.instruction.str(target.value_part) == mount.target()?;
        let owner = match mount.field(&["uid", "mode"]) {
            None => Runner::of(file, model, finding.item, &package.user)?.fields(),
            Some(_) => String::new(),
        };
        let (title, edit) = match flaw {
            _ if !is_literal => return None,
            Flaw::Elsewhere(path) => {
                (format!("Mount `{path}`"), Edit::replace(place, format!("{path}{owner}")))
            }
            Flaw::NotOwned(user) => (format!("Give the mount to `{user}`"), Edit::insert(place.end, owner)),
            Flaw::Cleaned => {
                let script = &facts.script;
                let is_chain = script.elements().iter().all(|element| {
                    matches!(element.joint, Joint::Start | Joint::And | Joint::Then)
                        && matches!(element.shape, Shape::Simple | Shape::Compound)
                });
                let is_root = Runner::of(file, model, finding.item, &package.user)?.numbers.is_none();
                let start = item.absolute(script.place(script.elements().first()?.part)).start;
                let can_be_prefixed = is_chain && is_root && script.form() == Form::Shell;
                let edit = Edit::insert(start, format!("rm -f {DOCKER_CLEAN} && "));
                can_be_prefixed.then_some(("Keep the downloaded packages".to_owned(), edit))?
            }
        };
        Some(Fix::new(title, Safety::Suggested, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WRONG_CACHE_MOUNT);

    #[test]
    fn a_mount_elsewhere_is_found() {
        check(
            "
FROM node:22
USER node
RUN --mount=type=cache,target=/root/.npm npm ci
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the mount keeps nothing: `npm` keeps what it downloads in `/home/node/.npm` here, not in `/root/.npm`
FROM golang:1.25
RUN --mount=type=cache,target=/root/go/pkg/mod go build ./...
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the mount keeps nothing: `go` keeps what it downloads in `/go/pkg/mod` here, not in `/root/go/pkg/mod`
FROM python:3.13
ENV PIP_CACHE_DIR=/pip
RUN --mount=type=cache,target=/root/.cache/pip pip install a
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the mount keeps nothing: `pip` keeps what it downloads in `/pip` here, not in `/root/.cache/pip`
FROM rust:1.90
RUN --mount=type=cache,target=/root/.cargo/registry cargo build
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the mount keeps nothing: `cargo` keeps what it downloads in `/usr/local/cargo/registry` here, not in `/root/.cargo/registry`
",
        );
        check_none("FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\n");
        check_none(
            "FROM golang:1.25\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build\n",
        );
        check_none("FROM node:22\nUSER app\nRUN --mount=type=cache,target=/root/.npm npm ci\n");
        check_none("FROM own:1\nUSER node\nRUN --mount=type=cache,target=/root/.npm npm ci\n");
        check_none(
            "FROM node:22\nRUN npm config set cache /x\nUSER node\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
        );
        check_none("FROM node:22\nUSER node\nRUN --mount=type=cache,target=/x npm ci --cache /x\n");
        check_none("FROM node:22\nRUN --mount=type=cache,target=/x/.npm npm set cache /x/.npm && npm ci\n");
    }

    #[test]
    fn what_a_variable_says_of_a_mount_is_heard() {
        check(
            "
FROM node:22
ARG USERS=/root
USER node
RUN --mount=type=cache,target=$USERS/.npm npm ci
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the mount keeps nothing: `npm` keeps what it downloads in `/home/node/.npm` here, not in `/root/.npm`
",
        );
        check_no_fix(
            "FROM node:22\nARG USERS=/root\nUSER node\nRUN --mount=type=cache,target=$USERS/.npm npm ci\n",
        );
        check_none(
            "FROM node:22\nARG A\nUSER node\nRUN --mount=type=cache,target=/root/.npm --mount=type=cache,target=$A npm ci\n",
        );
    }

    #[test]
    fn yarn_1_keeps_its_cache_elsewhere_as_root() {
        let with = |head: &str, target: &str| {
            format!(
                "FROM node:22\n{head}WORKDIR /app\nCOPY package.json yarn.lock ./\nRUN --mount=type=cache,target={target} yarn install --frozen-lockfile\n"
            )
        };
        for target in ["/root/.cache/yarn", "/root/.yarn", "/app/.yarn-cache"] {
            check_fix(&with("", target), &with("", "/usr/local/share/.cache/yarn"));
        }
        check_fix(
            &with("USER node\n", "/usr/local/share/.cache/yarn,uid=1000"),
            &with("USER node\n", "/home/node/.cache/yarn,uid=1000"),
        );
        check_none(&with("", "/usr/local/share/.cache/yarn"));
        check_none(&with("", "/usr/local/share/.cache/yarn/v6"));
        check_none(&with("ENV YARN_CACHE_FOLDER=/root/.yarn\n", "/root/.yarn"));
        check_none(&with("ENV XDG_CACHE_HOME=/root/.cache\n", "/root/.cache/yarn"));
        // Another Yarn has other folders, and the project may bring it.
        for head in
            ["RUN corepack enable\n", "COPY .yarnrc.yml ./\n", "COPY . .\n", "RUN npm i -g yarn@berry\n"]
        {
            check_none(&with(head, "/root/.yarn"));
        }
        check_none(&with("", "/root/.cache/yarn").replace("node:22", "debian:13"));
    }

    #[test]
    fn a_store_of_an_older_pnpm_is_found() {
        let with = |install: &str, target: &str| {
            format!(
                "FROM node:22\nRUN {install}\nWORKDIR /app\nCOPY package.json pnpm-lock.yaml ./\nRUN --mount=type=cache,target={target} pnpm install --frozen-lockfile\n"
            )
        };
        let new = "npm install -g pnpm@9.1.0";
        for target in ["/root/.pnpm-store", "/app/.pnpm-store"] {
            check_fix(&with(new, target), &with(new, "/root/.local/share/pnpm/store"));
        }
        for other in [
            "npm install -g pnpm@6",
            "npm install -g pnpm",
            "corepack enable",
            "npm install -g pnpm@9 && pnpm config set store-dir /root/.pnpm-store",
        ] {
            check_none(&with(other, "/root/.pnpm-store"));
        }
        for copied in [".npmrc pnpm-lock.yaml", "pnpm-workspace.yaml", "web"] {
            check_none(&with(new, "/root/.pnpm-store").replace("pnpm-lock.yaml", copied));
        }
    }

    #[test]
    fn a_mount_of_another_owner_is_found() {
        check(
            "FROM node:22\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm npm ci\n  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the mount keeps nothing: `/home/node/.npm` belongs to root, and `node` cannot write to it\n",
        );
        check_none(
            "FROM node:22\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci\n",
        );
        check_fix(
            "FROM node:22\nRUN --mount=type=cache,target=/root/.npm su node -c 'npm ci'\n",
            "FROM node:22\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 su node -c 'npm ci'\n",
        );
        check_none("FROM node:22\nRUN --mount=type=cache,target=/root/.npm su me -c 'npm ci'\n");
        check_fix(
            "FROM node:22\nUSER node\nRUN --mount=type=cache,target=/root/.npm,sharing=locked npm ci\n",
            "FROM node:22\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000,sharing=locked npm ci\n",
        );
    }

    #[test]
    fn packages_that_docker_clean_deletes_are_found() {
        let run = "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked";
        check(&format!(
            "FROM debian:13\n{run} apt-get update && apt-get install -y a\n  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the mount keeps no packages: `docker-clean` in the base image has `apt-get` delete them after each install\n"
        ));
        check_none(&format!(
            "FROM debian:13\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\n{run} apt-get install -y a\n"
        ));
        check_none(&format!("FROM own:1\n{run} apt-get install -y a\n"));
        check_fix(
            &format!("FROM debian:13\n{run} apt-get update && apt-get install -y a\n"),
            &format!(
                "FROM debian:13\n{run} rm -f {DOCKER_CLEAN} && apt-get update && apt-get install -y a\n"
            ),
        );
    }
}

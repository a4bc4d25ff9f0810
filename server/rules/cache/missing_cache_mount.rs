//! `missing-cache-mount`

use crate::knowledge::package_managers::PackageManager;
use crate::rules::cache_mounts::{is_download, is_read_later, mounts, spared};
use crate::rules::prelude::*;
use crate::semantic::list_updates::run_facts;
use crate::semantic::settled::running_facts;

declare_rule! {
    /// ## What it does
    /// Finds an install or a build that downloads its packages whenever it runs, where a cache mount could keep them.
    ///
    /// ## Why is this bad?
    /// When one dependency changes, the step runs again, and the layer is all that the builder has kept: every package
    /// is downloaded anew. A cache mount stays with the builder between builds and is in no image.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// # syntax=docker/dockerfile:1
    /// FROM node:22 AS build
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// FROM nginx:1.28
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// # syntax=docker/dockerfile:1
    /// FROM node:22 AS build
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN --mount=type=cache,target=/root/.npm npm ci
    /// FROM nginx:1.28
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    ///
    /// ## Never reported
    /// A step that is told to leave no cache in its layer (`npm-cache-kept` and the like): the action `add-cache-mounts` is
    /// there all the same. A command that cleans up its cache or switches it off; packages that are only linked to it, as pnpm's
    /// global ones; a base image, a user or a setting with which it is not known
    /// where the tool writes; for tools whose later steps read the cache too (Go, Cargo, Maven, Gradle, .NET), a stage that
    /// ships, and one that has a step which is not known.
    ///
    /// ## Fix safety
    /// None where a step or another stage reads what the tool leaves in the layers: one that names the folder, takes it or works
    /// offline. Offered one by one: a mount helps where the builder keeps its caches, which many build services do not. All steps of
    /// the stage that run the tool get the mount. What a tool builds, such as Cargo's `target`, is never put into one.
    ///
    /// ## References
    /// - [Docker: use cache mounts](https://docs.docker.com/build/cache/optimize/#use-cache-mounts)
    pub(crate) static MISSING_CACHE_MOUNT = {
        id: "missing-cache-mount", group: Cache, severity: Hint, since: "0.1.0",
        also: [],
        check: StageSteps(downloads, check),
        fix: Unsafe(fix),
    }
}

fn downloads(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| instruction.ast().kind == Kind::Run);
    facts.is_some_and(|facts| facts.packages.iter().any(is_download))
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    // What a first step of these has left in its layer, the next does not download.
    let mut seen: Vec<Family> = Vec::new();
    for index in steps.iter().copied() {
        let Some(facts) = run_facts(file, model, index) else {
            continue;
        };
        let spared: Vec<_> =
            spared(cx, index, facts).filter(|(package, _)| !seen.contains(&package.manager.family)).collect();
        let families = spared.iter().map(|(package, _)| package.manager.family);
        seen.extend(families.filter(|family| is_read_later(*family)));
        // Of each tool the first command, and of each branch that a test of files decides on.
        let mut told: Vec<(Family, Vec<Part>)> = Vec::new();
        for (package, path) in spared {
            let key = (package.manager.family, branches(facts, package));
            if told.contains(&key) {
                continue;
            }
            told.push(key);
            let Some(verb) = package.words(&facts.script).get(package.verb) else {
                continue;
            };
            let name = package.name(&facts.script);
            let message =
                format!("each time `{name}` runs it downloads everything: no cache mount keeps `{path}`");
            out.push_at(index, facts.script.place(verb.part), message);
        }
    }
}

/// The branches that a command stands in and a test of files decides on.
fn branches(facts: &Facts, package: &PackageCommand) -> Vec<Part> {
    let command = facts.script.commands().get(package.command).map(|command| command.part);
    let guards = facts.script.guards().iter().map(|guard| guard.part);
    guards.filter(|part| command.is_some_and(|command| part.holds(command))).collect()
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (_, _, package) = package_at(cx, finding)?;
        let stage = cx.document.model().stage_at(finding.item)?;
        let managers = managers(cx, finding.item);
        let families = managers.iter().map(|manager| manager.family).collect::<Vec<_>>();
        let (managers, edits) = match mounts(cx, stage, &families) {
            Some(edits) => (managers, edits),
            // What one of them needs may be in the way of its mounts alone.
            None => (vec![package.manager], mounts(cx, stage, &[package.manager.family])?),
        };
        let names: Vec<String> = managers.iter().map(|manager| format!("`{}`", manager.name)).collect();
        let title = match names.split_last()? {
            (only, []) => format!("Keep what {only} downloads in a cache mount"),
            (last, others) => format!("Keep what {} and {last} download in cache mounts", others.join(", ")),
        };
        Some(Fix::new(title, Safety::Unsafe, edits))
    };
    fix().into_iter().collect()
}

/// The package managers of a RUN that mounts would spare downloads, as far as they run with the files of the build context.
fn managers(cx: &Cx<'_>, index: usize) -> Vec<&'static PackageManager> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut managers: Vec<&'static PackageManager> = Vec::new();
    if let Some(facts) = running_facts(file, model, cx.context, index) {
        for (package, _) in spared(cx, index, &facts) {
            if managers.iter().all(|manager| manager.family != package.manager.family) {
                managers.push(package.manager);
            }
        }
    }
    managers
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MISSING_CACHE_MOUNT);

    const SYNTAX: &str = "# syntax=docker/dockerfile:1\n";

    /// The mounts that the fix gives to the RUN of a stage.
    fn mounted(head: &str, run: &str, mounts: &[&str]) {
        let mounts: String =
            mounts.iter().map(|mount| format!("--mount=type=cache,target={mount} ")).collect();
        let fix = check_fix(
            &format!("{SYNTAX}{head}\nRUN {run}\nFROM a:1\n"),
            &format!("{SYNTAX}{head}\nRUN {mounts}{run}\nFROM a:1\n"),
        );
        assert_eq!(fix.safety, Safety::Unsafe);
    }

    #[test]
    fn the_mount_of_yarn_1_lies_where_that_writes() {
        let head = |user: &str| format!("FROM node:22{user}\nWORKDIR /app\nCOPY package.json yarn.lock ./");
        mounted(&head(""), "yarn install --frozen-lockfile", &["/usr/local/share/.cache/yarn"]);
        mounted(&head("\nUSER node"), "yarn", &["/home/node/.cache/yarn,uid=1000,gid=1000"]);
        check_none("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN yarn install\nFROM a:1\n");
        check_none("FROM node:22\nRUN --mount=type=cache,target=/root/.pnpm-store pnpm install\nFROM a:1\n");
    }

    #[test]
    fn the_mount_lies_where_the_tool_writes() {
        mounted("FROM node:22", "npm ci", &["/root/.npm"]);
        mounted("FROM node:22\nUSER node", "npm ci", &["/home/node/.npm,uid=1000,gid=1000"]);
        mounted("FROM node:22", "gosu node npm ci", &["/home/node/.npm,uid=1000,gid=1000"]);
        mounted("FROM node:22\nENV npm_config_cache=/c", "npm ci", &["/c"]);
        mounted("FROM node:22\nENV PNPM_HOME=/pnpm", "pnpm install", &["/pnpm/store"]);
        mounted("FROM python:3.13", "pip install -r a.txt", &["/root/.cache/pip"]);
        mounted("FROM python:3.13\nENV XDG_CACHE_HOME=/x", "uv sync", &["/x/uv"]);
        mounted(
            "FROM python:3.13\nENV HOME=/h",
            "poetry install",
            &["/h/.cache/pypoetry/cache", "/h/.cache/pypoetry/artifacts"],
        );
        mounted("FROM golang:1.25", "go mod download", &["/go/pkg/mod", "/root/.cache/go-build"]);
        mounted(
            "FROM golang:1.25\nENV GOPATH=\"\"",
            "go build",
            &["/root/go/pkg/mod", "/root/.cache/go-build"],
        );
        mounted("FROM rust:1.90", "cargo build --release", &["/usr/local/cargo/registry"]);
        mounted("FROM maven:3.9", "mvn package", &["/root/.m2/repository,sharing=locked"]);
        mounted(
            "FROM python:3.13\nRUN useradd -m -u 1234 me\nUSER me",
            "pip install a",
            &["/home/me/.cache/pip,uid=1234"],
        );
    }

    const FRONTEND: &str = "FROM node:22\nWORKDIR /app\nCOPY package.json yarn.lock* package-lock.json* ./\n";

    #[test]
    fn each_tool_of_a_step_is_told_and_all_get_their_mounts() {
        check(
            "
FROM node:22
RUN npm ci && pnpm install && npm install
      # ^^ each time `npm ci` runs it downloads everything: no cache mount keeps `/root/.npm`
                 # ^^^^^^^ each time `pnpm install` runs it downloads everything: no cache mount keeps `/root/.local/share/pnpm/store`
FROM a:1
",
        );
        mounted("FROM node:22", "npm ci && pnpm install", &["/root/.npm", "/root/.local/share/pnpm/store"]);
    }

    #[test]
    fn the_context_tells_which_tool_is_run() {
        let run = "RUN if [ -f yarn.lock ]; then yarn --frozen-lockfile; elif [ -f package-lock.json ]; then npm ci; else exit 1; fi";
        let after = "\nFROM nginx:1.28\n";
        check(&format!(
            "#- package.json\n{{}}\n#- package-lock.json\n{{}}\n#- Dockerfile\n{FRONTEND}{run}\n{}# ^^ each time `npm ci` runs it downloads everything: no cache mount keeps `/root/.npm`{after}",
            " ".repeat(92)
        ));
        let files = "#- package.json\n{}\n#- package-lock.json\n{}\n#- Dockerfile\n";
        check_fix(
            &format!("{files}{SYNTAX}{FRONTEND}{run}{after}"),
            &format!(
                "{SYNTAX}{FRONTEND}{}{after}",
                run.replace("RUN ", "RUN --mount=type=cache,target=/root/.npm ")
            ),
        );
        // Any of them may run.
        let run = run.replace("yarn.lock", "pnpm-lock.yaml").replace("yarn --frozen-lockfile", "pnpm i");
        check_fix(
            &format!("{SYNTAX}FROM node:22\n{run}{after}"),
            &format!(
                "{SYNTAX}FROM node:22\n{}{after}",
                run.replace(
                    "RUN ",
                    "RUN --mount=type=cache,target=/root/.local/share/pnpm/store --mount=type=cache,target=/root/.npm "
                )
            ),
        );
    }

    #[test]
    fn every_step_that_reads_the_cache_gets_the_mount() {
        let mounts = "--mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build";
        check_fix(
            &format!(
                "{SYNTAX}FROM golang:1.25 AS b\nRUN go mod download\nCOPY . .\nRUN go build -o /o\nFROM a:1\nCOPY --from=b /o /o\n"
            ),
            &format!(
                "{SYNTAX}FROM golang:1.25 AS b\nRUN {mounts} go mod download\nCOPY . .\nRUN {mounts} go build -o /o\nFROM a:1\nCOPY --from=b /o /o\n"
            ),
        );
        // One that says what it builds reads the modules all the same.
        check_fix(
            &format!("{SYNTAX}FROM golang:1.25\nRUN go mod download\nRUN go build -o /o ./b\nFROM a:1\n"),
            &format!(
                "{SYNTAX}FROM golang:1.25\nRUN {mounts} go mod download\nRUN {mounts} go build -o /o ./b\nFROM a:1\n"
            ),
        );
        // A mount that only one of them can have hides the modules from the other.
        check_none("FROM golang:1.25\nRUN go mod download\nUSER me\nRUN go build\nFROM a:1\n");
        // The step that only the shell knows would not see the modules.
        check_none("FROM golang:1.25\nRUN go mod download\nRUN make\nFROM a:1\n");
        check_none("FROM golang:1.25\nRUN go mod download\nCMD [\"go\", \"run\", \".\"]\n");
        check_none("FROM maven:3.9 AS b\nRUN mvn package\nFROM a:1\nCOPY --from=b /root/.m2/repository /m\n");
    }

    #[test]
    fn what_another_step_has_left_is_not_downloaded() {
        check(
            "
FROM rust:1.90 AS b
RUN cargo fetch
        # ^^^^^ each time `cargo fetch` runs it downloads everything: no cache mount keeps `/usr/local/cargo/registry`
RUN cargo build --release
FROM a:1
COPY --from=b /o /o
",
        );
        check_none(
            "FROM python:3.13\nCOPY wheels /wheels\nRUN pip install --no-index --find-links /wheels -r a.txt\n",
        );
        check_none("FROM node:22\nCOPY . .\nRUN pnpm install --offline\n");
    }

    #[test]
    fn what_would_only_point_into_a_mount_is_left() {
        let pnpm = "FROM node:22\nRUN pnpm add -g turbo\nRUN turbo prune web && pnpm install\n";
        check_none(pnpm);
        check_none("FROM node:22 AS a\nRUN npm run b && pnpm i --global turbo\nFROM a\nRUN pnpm install\n");
        mounted("FROM node:22", "pnpm add turbo", &["/root/.local/share/pnpm/store"]);
        for file in [
            "#- pnpm-workspace.yaml\nenableGlobalVirtualStore: true\n",
            "#- .npmrc\nenable-global-virtual-store=true\n",
        ] {
            check_no_fix(&format!("#- Dockerfile\n{SYNTAX}FROM node:22\nRUN pnpm install\n{file}"));
        }
        check_none("FROM python:3.13\nENV UV_LINK_MODE=symlink\nRUN uv sync\n");
        check_none("FROM python:3.13\nRUN uv sync --link-mode=symlink\n");
        mounted("FROM python:3.13\nENV UV_LINK_MODE=copy", "uv sync", &["/root/.cache/uv"]);
    }

    #[test]
    fn what_is_cleaned_or_switched_off_or_not_known_is_left() {
        check_none("FROM python:3.13\nRUN pip install --no-cache-dir a\n");
        check_none("FROM python:3.13\nENV PIP_NO_CACHE_DIR=1\nRUN pip install a\n");
        check_none("FROM python:3.13\nRUN pip install a && rm -rf /root/.cache\n");
        check_none("FROM node:22\nRUN npm ci && npm cache clean --force\n");
        check_none("FROM python:3.13\nRUN uv sync --frozen && rm -rf .venv\nFROM a:1\n");
        check_none("FROM node:22\nRUN npm run build\n");
        check_none("FROM own:1\nRUN npm ci\n");
        check_none("FROM node:22\nUSER me\nRUN npm ci\n");
        check_none("FROM node:22\nRUN --mount=type=cache,target=/root npm ci\n");
        check_none("FROM alpine:3.22\nRUN apk add --no-cache b\n");
        check_none("FROM debian:13\nRUN apt-get update\nRUN apt-get install -y b\n");
    }

    #[test]
    fn what_is_read_in_the_layers_is_no_matter_for_a_mount() {
        for reader in [
            "RUN ls /root/.npm >/keep",
            "FROM a:1\nCOPY --from=x /root/.npm /root/.npm",
            "FROM a:1\nCOPY --from=x /root /root\nRUN npm ci --offline",
            "FROM x\nRUN npm install --offline",
        ] {
            check_no_fix(&format!(
                "{SYNTAX}FROM node:22 AS x\nCOPY package.json .\nRUN npm ci\n{reader}\nFROM b:1\n"
            ));
        }
    }

    #[test]
    fn a_cache_that_is_kept_in_the_layer_is_told_alone() {
        check_none("FROM node:22\nRUN npm ci\n");
        check_none("FROM python:3.13\nRUN pip install a\n");
        check(
            "
FROM node:22 AS b
RUN npm ci
      # ^^ each time `npm ci` runs it downloads everything: no cache mount keeps `/root/.npm`
FROM a:1
COPY --from=b /b /b
",
        );
    }

    #[test]
    fn a_mount_whose_target_is_in_a_variable_is_one() {
        let with = |target: &str| {
            format!(
                "FROM node:22 AS b\nARG STORE=/root/.npm\nARG GIVEN\nRUN --mount=type=cache,target={target} npm ci\nFROM a:1\nCOPY --from=b /b /b\n"
            )
        };
        for target in
            ["${STORE}", "$STORE,id=npm-$GIVEN", "/root/${D:-.npm}", "$GIVEN", "$GOPATH/x", "\"/root/.npm\""]
        {
            check_none(&with(target));
        }
        assert_eq!(crate::fixture::found(&MISSING_CACHE_MOUNT, &with("/x${STORE}x")).len(), 1);
    }

    #[test]
    fn an_old_frontend_is_raised() {
        check_fix(
            "FROM node:22\nRUN npm ci\nFROM a:1\n",
            "# syntax=docker/dockerfile:1\nFROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM a:1\n",
        );
    }

    #[test]
    fn what_a_copy_has_brought_is_not_hidden() {
        let build = "RUN cargo build --release\nFROM b:1\nCOPY --from=1 /o /o\n";
        for copy in [
            "COPY --from=a /usr/local/cargo /usr/local/cargo",
            "COPY --from=a $CARGO_HOME $CARGO_HOME",
            "COPY --from=a /c /usr/local/cargo/registry/",
            "WORKDIR /usr/local\nCOPY --from=a /c cargo",
        ] {
            check_none(&format!("FROM c:1 AS a\nFROM rust:1.90\n{copy}\n{build}"));
            check_none(
                &format!("FROM c:1 AS a\nFROM rust:1.90 AS d\n{copy}\nFROM d\n{build}")
                    .replace("--from=1", "--from=2"),
            );
        }
        check(
            "
FROM rust:1.90 AS b
RUN --mount=type=cache,target=/usr/local/cargo/registry cargo fetch
RUN cargo build --release
        # ^^^^^ each time `cargo build` runs it downloads everything: no cache mount keeps `/usr/local/cargo/registry`
FROM a:1
COPY --from=b /o /o
",
        );
        check_none("FROM python:3.13\nCOPY wheels /root/.cache/pip\nRUN pip install a\n");
        // Nor is a mount's content taken along with a folder above it.
        check_none(
            "FROM rust:1.90\nRUN cargo build\nFROM rust:1.90\nCOPY --from=0 /usr/local/cargo /usr/local/cargo\n",
        );
        mounted(
            "FROM rust:1.90\nCOPY --from=c:1 /c /usr/local/bin/\nCOPY . /",
            "cargo build --release",
            &["/usr/local/cargo/registry"],
        );
    }
}

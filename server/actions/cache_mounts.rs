//! `add-cache-mounts`: all that the package managers of a stage download is kept in cache mounts.

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::Fix;
use crate::rules::cache_mounts::{mounts, spared_families};

pub(super) static ADD_CACHE_MOUNTS: Action = Action {
    id: "add-cache-mounts",
    kind: Kind::Rewrite,
    scope: Scope::Stage,
    summary: "Keep what the package managers of a stage download in cache mounts",
    is_local: false,
    changes: &[],
    keeps: Meaning::CommandsWithCaches,
    find: add,
};

fn add(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let Some(stage) = cx.document.model().stage_at(place.index()) else {
        return Vec::new();
    };
    let families = spared_families(cx, stage);
    let edits = if families.is_empty() { None } else { mounts(cx, stage, &families) };
    let candidate = |edits| rewriting("Add cache mounts to this stage", edits);
    edits.map(candidate).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn every_package_manager_of_the_stage_gets_its_mounts() {
        let after = "# syntax=docker/dockerfile:1\nFROM python:3.13 AS a\nRUN --mount=type=cache,target=/root/.cache/pip pip install b\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/pip --mount=type=cache,target=/root/.npm npm ci && pip install c\nFROM node:22\nRUN npm ci\n";
        let title = check(
            &ADD_CACHE_MOUNTS,
            "# syntax=docker/dockerfile:1\nFROM python:3.13 AS a\nRUN pip install b\nCOPY$0 . .\nRUN npm ci && pip install c\nFROM node:22\nRUN npm ci\n",
            after,
        );
        assert_eq!(title, "Add cache mounts to this stage");
    }

    #[test]
    fn a_mount_that_is_there_stays_and_the_frontend_is_raised() {
        check(
            &ADD_CACHE_MOUNTS,
            "FROM$0 python:3.13\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN pip install b\n",
            "# syntax=docker/dockerfile:1\nFROM python:3.13\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN --mount=type=cache,target=/root/.cache/pip pip install b\n",
        );
    }

    #[test]
    fn a_stage_that_a_mount_would_break_gets_none() {
        // What is in a mount is not in the image.
        check_none(&ADD_CACHE_MOUNTS, "FROM golang:1.25\nRUN$0 go mod download\n");
        check_none(&ADD_CACHE_MOUNTS, "FROM golang:1.25\nRUN$0 go mod download\nRUN make\nFROM a\n");
        check_none(
            &ADD_CACHE_MOUNTS,
            "FROM golang:1.25 AS b\nRUN$0 go mod download\nFROM b AS c\nRUN go build\nFROM a\nCOPY --from=c d d\n",
        );
        check_none(
            &ADD_CACHE_MOUNTS,
            "FROM golang:1.25 AS b\nRUN go mod download\nFROM b AS c\nRUN$0 go build\nFROM a\nCOPY --from=c d d\n",
        );
        check_none(&ADD_CACHE_MOUNTS, "FROM node:22\nRUN$0 npm ci && npm cache clean --force\n");
        check_none(&ADD_CACHE_MOUNTS, "FROM node:22\nRUN npm ci\nFROM a\nRUN$0 b\n");
        check_none(
            &ADD_CACHE_MOUNTS,
            "FROM golang:1.25\nRUN --mount=type=cache,target=/go/pkg/mod/cache go mod download$0\nRUN --mount=type=cache,target=/go/pkg/mod/cache go build\n",
        );
        check_none(&ADD_CACHE_MOUNTS, "# syntax=own/frontend\nFROM node:22\nRUN$0 npm ci\n");
    }

    #[test]
    fn where_settings_move_the_cache_it_gets_no_mount() {
        let none = |files: &[(&str, &str)], steps: &str| {
            let files: String = files.iter().map(|(path, text)| format!("#- {path}\n{text}\n")).collect();
            check_none(&ADD_CACHE_MOUNTS, &format!("{files}#- Dockerfile\n{steps}"));
        };
        let pip = "FROM python:3.13\nCOPY$0 pip.conf /etc/pip.conf\nCOPY r.txt .\nRUN pip install -r r.txt\n";
        none(&[("pip.conf", "[global]\nno-cache-dir = true"), ("r.txt", "a")], pip);
        none(
            &[("ci/x.ini", "[global]\nno_cache_dir=1"), ("r.txt", "a")],
            &pip.replace("pip.conf /", "ci/x.ini /"),
        );
        let npm = "FROM node:22\nWORKDIR /app\nCOPY$0 . .\nRUN npm ci\n";
        none(&[("package.json", "{}"), (".npmrc", "cache=/app/.c")], npm);
        let pnpm = "FROM node:22\nENV PNPM_HOME=/pnpm\nWORKDIR /app\nCOPY$0 . .\nRUN pnpm install\n";
        none(&[("package.json", "{}"), (".npmrc", "store-dir=.store")], pnpm);
        let home = "FROM node:22\nRUN usermod -d /data node\nUSER node\nRUN$0 npm ci\n";
        check_none(&ADD_CACHE_MOUNTS, home);
        check(
            &ADD_CACHE_MOUNTS,
            "#- package.json\n{}\n#- .npmrc\nregistry=https://a/b\n#- Dockerfile\n# syntax=docker/dockerfile:1\nFROM node:22\nCOPY$0 . .\nRUN npm ci\n",
            "# syntax=docker/dockerfile:1\nFROM node:22\nCOPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
        );
    }
}

//! Stages as people write them, before and after.

use super::super::tests::{check, check_none};
use super::ORDER_LAYERS;

const NPM: &str =
    "#- package.json\n{}\n#- package-lock.json\n{}\n#- src/index.js\nx\n#- .dockerignore\nnode_modules\n";

/// What the action makes of a Dockerfile with some files beside it; nothing more at a second run.
fn ordered(files: &str, before: &str, after: &str) {
    let fixture = |text: &str| match files {
        "" => text.to_owned(),
        files => format!("{files}#- Dockerfile\n{text}"),
    };
    let cursor = |text: &str| text.replacen("FROM", "FROM$0", 1);
    let title = check(&ORDER_LAYERS, &fixture(&cursor(before)), after);
    assert_eq!(title, "Order the layers of this stage");
    check_none(&ORDER_LAYERS, &fixture(&cursor(after)));
}

fn left(files: &str, text: &str) {
    let text = text.replacen("FROM", "FROM$0", 1);
    check_none(&ORDER_LAYERS, &if files.is_empty() { text } else { format!("{files}#- Dockerfile\n{text}") });
}

#[test]
fn packages_come_before_the_source_and_manifests_before_their_install() {
    ordered(
        NPM,
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\nRUN npm ci\nRUN npm run build\nCMD [\"node\", \"src\"]\n",
        "FROM node:22\nWORKDIR /app\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nCMD [\"node\", \"src\"]\n",
    );
}

#[test]
fn what_is_in_order_is_left() {
    left(
        NPM,
        "FROM node:22\nWORKDIR /app\nRUN apt-get update && apt-get install -y git\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
    );
}

#[test]
fn a_step_moves_with_its_comments_and_keeps_what_is_not_its_own() {
    ordered(
        "",
        "FROM debian:13\n# About the base.\n\n# The source.\nCOPY . /app\n# About the source.\n\n# Tools.\n\nRUN apt-get update \\\n # why\n && apt-get install -y make\nRUN make -C /app\n",
        "FROM debian:13\n# About the base.\n\n# Tools.\n\nRUN apt-get update \\\n # why\n && apt-get install -y make\n\n# The source.\nCOPY . /app\n# About the source.\nRUN make -C /app\n",
    );
}

#[test]
fn a_copy_that_the_download_does_not_read_comes_below_it() {
    let files = "#- go.mod\nmodule a\n#- go.sum\n\n#- cmd/main.go\npackage main\n";
    let before = "FROM golang:1.25\nWORKDIR /src\nCOPY go.mod go.sum ./\nCOPY ./cmd ./cmd\nRUN go mod download\nRUN go build -o /app ./cmd\n";
    let after = "FROM golang:1.25\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY ./cmd ./cmd\nRUN go build -o /app ./cmd\n";
    ordered(files, before, after);
    left(&files.replace("module a", "module a\nreplace b => ./cmd"), before);
    left("", before);
}

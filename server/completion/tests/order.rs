//! What comes first: what the stage, the image and the project have.

use super::*;

fn first(fixture: &str, count: usize) -> String {
    labels(fixture).split(' ').take(count).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_workdir_is_a_folder_to_work_in() {
    check_labels("FROM a\nWORKDIR $0", "/app /usr/src/app /src /workspace /srv /opt");
    assert_eq!(first("FROM a\nWORKDIR /w\nWORKDIR $0", 2), "/w /app");
    assert_eq!(first("FROM httpd:2.4\nWORKDIR $0", 2), "/usr/local/apache2 /app");
    assert_eq!(first("FROM a\nCOPY x $0", 2), "/app/ /etc/");
    assert_eq!(first("FROM a\nWORKDIR /w\nCOPY x $0", 3), "./ /w/ /etc/");
}

#[test]
fn a_stage_has_the_folders_and_files_of_those_below_it() {
    assert_eq!(first("FROM a AS p\nWORKDIR /work\nFROM p\nCOPY x $0", 2), "./ /work/");
    assert_eq!(labels("FROM a AS p\nWORKDIR /w\nFROM p AS q\nFROM c\nCOPY --from=q /$0 y"), "/w/");
    let project = "#- src/a.js\n#- src/lib/b.js\n#- package.json\n#- .dockerignore\nDockerfile\n#- Dockerfile\nFROM a AS p\n                   WORKDIR /app\nCOPY package.json ./\nCOPY src ./src\nFROM p AS q\nFROM c\nCOPY --from=q ";
    assert_eq!(labels(&format!("{project}/app/$0 y")), "/app/ /app/package.json");
    assert_eq!(labels(&format!("{project}/app/src/$0 y")), "/app/src/a.js /app/src/lib/");
    let whole = project.replace("COPY package.json ./\nCOPY src ./src", "COPY . .");
    assert_eq!(labels(&format!("{whole}/app/p$0 y")), "/app/package.json");
    assert!(!labels(&format!("{whole}/app/$0 y")).contains("Dockerfile"));
}

#[test]
fn the_cache_of_the_project_comes_first() {
    let target = "RUN --mount=type=cache,target=$0";
    let project = "#- package-lock.json\n#- Dockerfile\n";
    assert_eq!(first(&format!("{project}FROM node:22-alpine\n{target}"), 1), "/root/.npm");
    let yarn = first(&format!("#- yarn.lock\n#- Dockerfile\nFROM node:22-alpine\n{target}"), 1);
    assert!(yarn.contains("yarn"), "{yarn}");
    assert_eq!(first(&format!("FROM golang:1.25\n{target}"), 1), "/go/pkg/mod");
    assert!(first(&format!("FROM rust:1\n{target}"), 1).contains("cargo"));
    let in_stage = first(&format!("FROM a\nRUN pip install b\n{target}"), 1);
    assert_eq!(in_stage, "/root/.cache/pip");
    let twice = format!("FROM node:22\nRUN --mount=type=cache,target=/root/.npm {} npm ci", &target[4..]);
    assert!(!labels(&twice).split(' ').any(|folder| folder == "/root/.npm"));
    assert_eq!(first("FROM a\nRUN --mount=type=bind,source=uv.lock,target=$0", 1), "uv.lock");
}

#[test]
fn a_variable_is_one_that_the_image_reads() {
    assert_eq!(first("FROM node:22\nENV $0", 2), "NODE_ENV NODE_OPTIONS");
    assert!(first("FROM python:3.13-slim\nENV $0", 4).contains("PYTHONUNBUFFERED"));
    assert_eq!(first("FROM a\nENV $0", 2), "LANG LC_ALL");
    check_labels("FROM a\nENV NODE_ENV=$0", "production");
    check_none("FROM a\nARG NODE_ENV=$0");
}

#[test]
fn what_every_file_has_comes_first() {
    assert_eq!(first("FROM a\n$0", 3), "RUN COPY WORKDIR");
    assert_eq!(first("FROM a\nCOPY --$0", 1), "--from");
    assert_eq!(first("FROM a\nRUN -$0", 1), "--mount");
}

#[test]
fn commands_know_the_files_of_the_project() {
    let project = "#- package.json\n{ \"scripts\": { \"build\": \"tsc\", \"test\": \"jest\" } }\n#- requirements.txt\n#- Dockerfile\nFROM a\n";
    check_labels(&format!("{project}RUN npm run $0"), "build test");
    check_labels(&format!("{project}RUN pip install -r $0"), "requirements.txt");
}

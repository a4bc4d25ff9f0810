//! What users asked the other servers for, each named after its thread.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, codes, position, push, range};
use crate::text::apply;

const URI: &str = "untitled:a";

fn labels(client: &mut Client, uri: &str, line: u32, character: u32) -> Vec<String> {
    let params = json!({ "textDocument": { "uri": uri }, "position": position(line, character) });
    let answer = client.request("textDocument/completion", params).unwrap();
    answer.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

fn quick_fixes(client: &mut Client, line: u32) -> Vec<Value> {
    let context = json!({ "diagnostics": [], "only": ["quickfix"] });
    let params =
        json!({ "textDocument": { "uri": URI }, "range": range((line, 0), (line, 99)), "context": context });
    client.request("textDocument/codeAction", params).unwrap().as_array().unwrap().clone()
}

/// A folder with a Dockerfile and two files, of which one is ignored.
fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    for (path, text) in [("src/main.go", "package main\n"), ("a.log", "x\n"), (".dockerignore", "*.log\n")] {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let uri = format!("file://{}", folder.path().join("Dockerfile").display());
    (folder, uri)
}

#[test]
fn vscode_docker_2537_file_paths_are_completed_for_copy() {
    let (_folder, uri) = folder();
    let mut client = Client::start(push());
    client.open(&uri, 1, "FROM scratch\nCOPY \nCOPY src/ma /x\n");
    let sources = labels(&mut client, &uri, 1, 5);
    assert!(sources.contains(&"src/".to_owned()), "{sources:?}");
    assert_eq!(labels(&mut client, &uri, 2, 11), ["main.go"]);
    client.shut_down();
}

#[test]
fn language_server_154_image_names_and_tags_are_completed() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM no\nFROM node:\n");
    assert!(labels(&mut client, URI, 0, 7).contains(&"node".to_owned()));
    assert!(labels(&mut client, URI, 1, 10).len() > 5);
    client.shut_down();
}

#[test]
fn vscode_extension_197_one_rule_is_ignored_for_one_line() {
    let mut client = Client::start(push());
    let source = "FROM debian:12\nRUN apt-get update && apt-get install curl\n";
    client.open(URI, 1, source);
    let actions = quick_fixes(&mut client, 1);
    let silence = actions.iter().find(|action| {
        let edits = action["edit"]["documentChanges"][0]["edits"].as_array();
        edits.is_some_and(|edits| apply(source, edits).contains("# layerwise: ignore=missing-yes\nRUN"))
    });
    assert!(silence.is_some(), "{actions:?}");
    client.shut_down();
}

#[test]
fn vscode_docker_3175_nested_indentation_is_kept() {
    let mut client = Client::start(push());
    let source = "FROM a\nRUN if b; then \\\n  c; \\\n    d; \\\n  fi\n";
    client.open(URI, 1, source);
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": URI }, "options": options });
    let edits = client.request("textDocument/formatting", params).unwrap();
    let formatted = apply(source, edits.as_array().unwrap());
    let indents: Vec<usize> =
        formatted.lines().skip(2).map(|line| line.len() - line.trim_start().len()).collect();
    assert_eq!(indents, [4, 6, 4], "{formatted}");
    client.shut_down();
}

#[test]
fn hadolint_1137_a_heredoc_is_read_as_its_shell_reads_it() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install curl\nEOF\n");
    let found = client.published(URI, Some(1));
    assert!(found.iter().any(|found| codes(std::slice::from_ref(found)) == ["missing-yes"] && found.range.start.line == 3));
    client.open("untitled:b", 1, "FROM python:3.13\nRUN <<EOF\n#!/usr/bin/env python3\nimport apt\nEOF\n");
    let found = client.published("untitled:b", Some(1));
    assert!(found.iter().all(|found| found.range.start.line < 2), "{found:?}");
    client.shut_down();
}

#[test]
fn docker_language_server_497_all_errors_are_found_at_once_and_without_docker() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a:1\nCOPPY a b\nEXPOSE x\nSTOPSIGNAL NOPE\n");
    let found = client.published(URI, Some(1));
    let codes = codes(&found);
    for code in ["unknown-instruction", "invalid-port", "invalid-signal"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    client.shut_down();
}

#[test]
fn vscode_extension_33_nothing_is_said_twice() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a\nFROM b AS B\nMAINTAINER c\nCMD d\nRUN cd /x\nRUN sudo apt-get install e\n");
    let found = client.published(URI, Some(1));
    assert!(found.len() > 4);
    for (index, one) in found.iter().enumerate() {
        let same =
            |other: &&crate::client::Diagnostic| other.range == one.range && other.message == one.message;
        assert!(!found[index + 1..].iter().any(|other| same(&other)), "{one:?}");
    }
    client.shut_down();
}

#[test]
fn docker_language_server_195_every_use_of_a_stage_is_found() {
    let mut client = Client::start(push());
    client.open(
        URI,
        1,
        "FROM a AS build\nFROM build AS c\nFROM d\nCOPY --from=build x y\nRUN --mount=from=Build,target=/z e\n",
    );
    let context = json!({ "includeDeclaration": false });
    let params = json!({ "textDocument": { "uri": URI }, "position": position(0, 11), "context": context });
    let uses = client.request("textDocument/references", params).unwrap();
    let lines: Vec<u64> = uses
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["range"]["start"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [1, 3, 4]);
    client.shut_down();
}

#[test]
fn language_service_118_every_flag_of_buildkit_is_known() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a\nCOPY --\nADD --\nRUN --\n");
    assert_eq!(
        labels(&mut client, URI, 1, 7),
        ["--from", "--chown", "--link", "--chmod", "--exclude", "--parents"]
    );
    let add = labels(&mut client, URI, 2, 6);
    assert!(
        ["--checksum", "--keep-git-dir", "--unpack", "--link"]
            .iter()
            .all(|flag| add.contains(&(*flag).to_owned())),
        "{add:?}"
    );
    assert_eq!(labels(&mut client, URI, 3, 6), ["--mount", "--device", "--network", "--security"]);
    client.shut_down();
}

#[test]
fn hadolint_1094_the_rules_of_hadolint_are_in_the_editor() {
    let mut client = Client::start(push());
    client.open(
        URI,
        1,
        "FROM debian\n# hadolint ignore=DL3014\nRUN apt-get install curl\nRUN apt-get install git\n",
    );
    let found = client.published(URI, Some(1));
    let at = |code: &str| -> Vec<u32> {
        let named = found.iter().filter(|found| codes(std::slice::from_ref(found)) == [code]);
        named.map(|found| found.range.start.line).collect()
    };
    assert_eq!(at("floating-base-tag"), [0]);
    assert_eq!(at("missing-yes"), [3]);
    client.shut_down();
}

#[test]
fn a_file_with_another_name_is_copied_by_it() {
    let (folder, uri) = folder();
    let mut capabilities = push();
    capabilities["workspace"]["fileOperations"] = json!({ "willRename": true });
    let mut client = Client::start(capabilities);
    assert!(client.initialized["capabilities"]["workspace"]["fileOperations"]["willRename"].is_object());
    let source = "FROM scratch\nCOPY src/main.go ./\n";
    client.open(&uri, 4, source);
    let path = |name: &str| format!("file://{}", folder.path().join(name).display());
    let rename = json!({ "oldUri": path("src"), "newUri": path("lib") });
    let edit = client.request("workspace/willRenameFiles", json!({ "files": [rename] })).unwrap();
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri, "version": 4 }));
    assert_eq!(apply(source, change["edits"].as_array().unwrap()), "FROM scratch\nCOPY lib/main.go ./\n");
    let elsewhere = json!({ "oldUri": path("other"), "newUri": path("lib") });
    assert_eq!(
        client.request("workspace/willRenameFiles", json!({ "files": [elsewhere] })).unwrap(),
        Value::Null
    );
    client.shut_down();
}

#[test]
fn files_that_are_not_open_follow_too_and_so_do_ignore_files() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let path = |name: &str| root.join(name);
    let uri = |name: &str| format!("file://{}", path(name).display());
    for (name, text) in [
        ("Dockerfile", "FROM scratch\nCOPY b.txt /x\n"),
        ("sub/Dockerfile", "FROM scratch\nCOPY a.txt /x\n"),
        ("sub/.dockerignore", "*.log\n!a.txt\n"),
        ("sub/a.txt", ""),
    ] {
        std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
        std::fs::write(path(name), text).unwrap();
    }
    let mut capabilities = push();
    capabilities["workspace"]["fileOperations"] = json!({ "willRename": true });
    let mut client = Client::spawn();
    let folders = json!([{ "uri": format!("file://{}", root.display()), "name": "x" }]);
    client.initialize(json!({ "capabilities": capabilities, "workspaceFolders": folders }));
    let rename = json!({ "oldUri": uri("sub/a.txt"), "newUri": uri("sub/my%20a.txt") });
    let edit = client.request("workspace/willRenameFiles", json!({ "files": [rename] })).unwrap();
    let changes = edit["documentChanges"].as_array().unwrap();
    let changed: Vec<(&str, &Value, &str)> = changes
        .iter()
        .map(|change| {
            let document = &change["textDocument"];
            let text = change["edits"][0]["newText"].as_str().unwrap();
            (document["uri"].as_str().unwrap(), &document["version"], text)
        })
        .collect();
    let (dockerfile, ignore_file) = (uri("sub/Dockerfile"), uri("sub/.dockerignore"));
    assert_eq!(
        changed,
        [(&*dockerfile, &Value::Null, "[\"my a.txt\", \"/x\"]"), (&*ignore_file, &Value::Null, "my a.txt"),]
    );
    client.shut_down();
}

#[test]
fn a_dockerfile_with_another_name_is_still_built() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let path = |name: &str| root.join(name);
    let uri = |name: &str| format!("file://{}", path(name).display());
    let files = [
        ("web/app.Dockerfile", "FROM scratch\n"),
        (
            "compose.yaml",
            "services:\n  a:\n    build: {context: web, dockerfile: './app.Dockerfile'}\n  b:\n    build: web\n  c:\n    build: {context: ., dockerfile: web/app.Dockerfile}\n",
        ),
        ("docker-bake.hcl", "target \"a\" {\n  dockerfile = \"web/app.Dockerfile\"\n}\n"),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          file: web/app.Dockerfile\n",
        ),
    ];
    for (name, text) in files {
        std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
        std::fs::write(path(name), text).unwrap();
    }
    let mut capabilities = push();
    capabilities["workspace"]["fileOperations"] = json!({ "willRename": true });
    let mut client = Client::spawn();
    let folders = json!([{ "uri": format!("file://{}", root.display()), "name": "x" }]);
    client.initialize(json!({ "capabilities": capabilities, "workspaceFolders": folders }));
    // One of them is open, and says something else than on the disk.
    let bake = "target \"a\" {\n  dockerfile = \"./web/app.Dockerfile\" // é\n}\n";
    let document = json!({ "uri": uri("docker-bake.hcl"), "languageId": "hcl", "version": 3, "text": bake });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let mut renamed = |old: &str, new: &str| -> Vec<(String, String)> {
        let rename = json!({ "oldUri": uri(old), "newUri": uri(new) });
        let edit = client.request("workspace/willRenameFiles", json!({ "files": [rename] })).unwrap();
        let changes = edit["documentChanges"].as_array().cloned().unwrap_or_default();
        let text = |change: &Value| {
            let name = change["textDocument"]["uri"].as_str().unwrap().to_owned();
            let before = files.iter().find(|(file, _)| uri(file) == name).unwrap();
            let before = if before.0 == "docker-bake.hcl" { bake } else { before.1 };
            (before.to_owned(), apply(before, change["edits"].as_array().unwrap()))
        };
        changes.iter().map(text).collect()
    };
    let expected = |pairs: [(&str, &str); 3]| -> Vec<(String, String)> {
        let texts = [files[3].1, files[1].1, bake];
        let with = |(text, (old, new)): (&str, (&str, &str))| {
            (text.to_owned(), text.replace("./app.Dockerfile", old).replace("web/app.Dockerfile", new))
        };
        texts.into_iter().zip(pairs).map(with).collect()
    };
    let same = ("./tool.Dockerfile", "web/tool.Dockerfile");
    assert_eq!(renamed("web/app.Dockerfile", "web/tool.Dockerfile"), expected([same; 3]));
    // To another folder: `./` goes where the path goes up.
    let moved = ("../docker/Dockerfile", "docker/Dockerfile");
    assert_eq!(renamed("web/app.Dockerfile", "docker/Dockerfile"), expected([moved; 3]));
    // With its folder; the build context `web` would have to follow first.
    let found = renamed("web", "site");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[1].1.contains("web, dockerfile: './app.Dockerfile'"), "{found:?}");
    assert!(found[1].1.contains("dockerfile: site/app.Dockerfile"), "{found:?}");
    assert_eq!(renamed("web/other", "web/tool"), []);
    client.shut_down();
}

#[test]
fn secrets_that_builds_are_given_are_offered() {
    let (folder, uri) = folder();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "compose.yaml",
        "services:\n  a:\n    build: {context: ., secrets: [npmrc, {source: key, target: deploy}]}\nsecrets: {npmrc: {file: a}, key: {file: b}}\n",
    );
    write(
        "docker-bake.hcl",
        "target \"a\" {\n  secret = [\"type=env,id=TOKEN\", { type = \"file\", id = \"pip\", src = \"c\" }]\n}\n",
    );
    write(
        ".github/workflows/ci.yml",
        "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          secrets: |\n            github=${{ secrets.GITHUB_TOKEN }}\n          secret-files: |\n            gpg=./d\n",
    );
    let mut client = Client::start(push());
    let source = "FROM a AS b\nRUN --mount=type=secret,id=own c\nFROM a\nRUN --mount=type=secret,id= c\n";
    client.open(&uri, 1, source);
    let params = json!({ "textDocument": { "uri": uri }, "position": position(3, 27) });
    let answer = client.request("textDocument/completion", params).unwrap();
    let items = answer["items"].as_array().or(answer.as_array()).unwrap();
    let shown: Vec<String> =
        items.iter().map(|item| format!("{} {}", item["label"], item["detail"])).collect();
    let expected = [
        "\"own\" \"also in line 2\"",
        "\"TOKEN\" \"given in docker-bake.hcl\"",
        "\"deploy\" \"given in compose.yaml\"",
        "\"github\" \"given in .github/workflows/ci.yml\"",
        "\"gpg\" \"given in .github/workflows/ci.yml\"",
        "\"npmrc\" \"given in compose.yaml\"",
        "\"pip\" \"given in docker-bake.hcl\"",
    ];
    assert_eq!(shown, expected);
    client.shut_down();
}

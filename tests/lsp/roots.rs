//! Folders that the client has open, several of them, and documents that lie in none.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, codes, position, pull, push, range};

const SOURCE: &str = "FROM debian\nCOPY here /x\n";

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn folder(path: &Path) -> Value {
    json!({ "uri": uri(path), "name": "x" })
}

/// Two folders with settings and a build context of their own each, and the addresses of their Dockerfiles.
fn two() -> (tempfile::TempDir, [std::path::PathBuf; 2], [String; 2]) {
    let parent = tempfile::tempdir().unwrap();
    let root = parent.path().canonicalize().unwrap();
    let roots = ["a", "b"].map(|name| root.join(name));
    for root in &roots {
        fs::create_dir_all(root.join("docker")).unwrap();
        fs::write(root.join("docker/Dockerfile"), SOURCE).unwrap();
        fs::write(root.join("here"), "").unwrap();
    }
    // What is beside the Dockerfile counts where nothing else is open.
    fs::write(roots[1].join("docker/here"), "").unwrap();
    let uris = [0, 1].map(|index: usize| uri(&roots[index].join("docker/Dockerfile")));
    (parent, roots, uris)
}

fn context(client: &mut Client, uri: &str) -> String {
    let answer = client.request("layerwise/buildContext", json!({ "uri": uri })).unwrap();
    answer["folder"].as_str().unwrap().to_owned()
}

#[test]
fn every_root_has_its_settings_and_its_context() {
    let (_parent, roots, uris) = two();
    fs::write(roots[0].join("layerwise.toml"), "[rules]\nfloating-base-tag = \"off\"\n").unwrap();
    fs::write(roots[1].join(".hadolint.yaml"), "override: { info: [DL3006] }\n").unwrap();
    let compose = "services: {x: {build: {context: ., dockerfile: docker/Dockerfile}}}\n";
    fs::write(roots[1].join("compose.yaml"), compose).unwrap();
    let mut client = Client::spawn();
    let folders: Vec<Value> = roots.iter().map(|root| folder(root)).collect();
    client.initialize(json!({ "capabilities": pull(), "workspaceFolders": folders }));
    for uri in &uris {
        client.open(uri, 1, SOURCE);
    }
    assert_eq!(client.pulled(&uris[0]), []);
    let found = client.pulled(&uris[1]);
    assert_eq!((codes(&found), found[0].severity), (vec!["floating-base-tag"], 3));
    for (uri, root) in uris.iter().zip(&roots) {
        assert_eq!(context(&mut client, uri), root.display().to_string());
    }
    client.shut_down();
}

#[test]
fn roots_come_and_go() {
    let (_parent, roots, uris) = two();
    let mut client = Client::spawn();
    client.initialize(json!({ "capabilities": push(), "workspaceFolders": [folder(&roots[0])] }));
    for uri in &uris {
        client.open(uri, 1, SOURCE);
    }
    assert_eq!(context(&mut client, &uris[0]), roots[0].display().to_string());
    assert_eq!(context(&mut client, &uris[1]), roots[1].join("docker").display().to_string());
    fs::remove_file(roots[1].join("docker/here")).unwrap();
    let event = json!({ "added": [folder(&roots[1])], "removed": [folder(&roots[0])] });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    assert_eq!(context(&mut client, &uris[1]), roots[1].display().to_string());
    assert_eq!(context(&mut client, &uris[0]), roots[0].join("docker").display().to_string());
    client.shut_down();
}

#[test]
fn an_untitled_document_is_answered_without_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("layerwise.toml"), "[rules]\nfloating-base-tag = \"off\"\n").unwrap();
    let mut client = Client::spawn();
    let folders = json!([{ "uri": uri(folder.path()), "name": "x" }]);
    client.initialize(json!({ "capabilities": pull(), "workspaceFolders": folders }));
    let document = "untitled:Untitled-1";
    let source = "FROM debian AS base\nRUN <<EOF\necho $A\nEOF\nFROM base\nCOPY here /x\n";
    client.open(document, 1, source);
    assert_eq!(codes(&client.pulled(document)), ["floating-base-tag"]);
    let answer = client.request("layerwise/buildContext", json!({ "uri": document }));
    assert_eq!(answer, Ok(Value::Null));
    let params = json!({
        "textDocument": { "uri": document },
        "position": position(4, 6),
        "positions": [position(4, 6)],
        "range": range((0, 0), (6, 0)),
        "context": { "diagnostics": [], "includeDeclaration": true, "triggerKind": 1, "isRetrigger": false },
        "options": { "tabSize": 4, "insertSpaces": true },
        "newName": "other",
        "ch": "\n",
        "previousResultId": "none",
    });
    const ANSWERED: [&str; 12] = [
        "hover",
        "definition",
        "declaration",
        "references",
        "documentHighlight",
        "rename",
        "documentSymbol",
        "foldingRange",
        "selectionRange",
        "semanticTokens/full",
        "codeAction",
        "codeLens",
    ];
    for method in ANSWERED {
        let answer = client.request(&format!("textDocument/{method}"), params.clone()).unwrap();
        assert!(!answer.is_null(), "{method}");
    }
    const TAKEN: [&str; 10] = [
        "completion",
        "signatureHelp",
        "prepareRename",
        "linkedEditingRange",
        "documentLink",
        "inlayHint",
        "formatting",
        "rangeFormatting",
        "onTypeFormatting",
        "semanticTokens/range",
    ];
    for method in TAKEN {
        let answer = client.request(&format!("textDocument/{method}"), params.clone());
        assert!(answer.is_ok(), "{method}: {answer:?}");
    }
    client.shut_down();
}

#[test]
fn a_workspace_without_folders_has_no_files_to_report() {
    let mut client = Client::start(pull());
    let answer = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    assert_eq!(answer, Ok(json!({ "items": [] })));
    client.open("untitled:a", 1, SOURCE);
    assert_eq!(codes(&client.pulled("untitled:a")), ["floating-base-tag"]);
    client.shut_down();
}

#[test]
fn a_client_without_hints_has_the_costs_above_the_lines() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("here"), "four").unwrap();
    let document = uri(&folder.path().join("Dockerfile"));
    let lenses = |client: &mut Client| -> Vec<(u64, String)> {
        client.open(&document, 1, SOURCE);
        let params = json!({ "textDocument": { "uri": document } });
        let lenses = client.request("textDocument/codeLens", params).unwrap();
        let shown = |lens: &Value| {
            let line = lens["range"]["start"]["line"].as_u64().unwrap();
            (line, lens["command"]["title"].as_str().unwrap().to_owned())
        };
        lenses.as_array().unwrap().iter().map(shown).collect()
    };
    let mut client = Client::start(push());
    let shown = lenses(&mut client);
    assert!(shown.iter().any(|(line, title)| *line == 1 && title.starts_with("1 file, 4 B")), "{shown:?}");
    client.shut_down();
    let mut capabilities = push();
    capabilities["textDocument"]["inlayHint"] = json!({});
    let mut client = Client::start(capabilities);
    let shown = lenses(&mut client);
    assert!(shown.iter().all(|(line, _)| *line == 0), "{shown:?}");
    client.shut_down();
}

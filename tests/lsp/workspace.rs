//! The findings of all Dockerfiles of the client's folders, asked for at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::{Client, pull, push};

const FLOATING: &str = "FROM nats\n";
const PINNED: &str = "FROM nats:1\n";

/// A folder with these files, by its real path.
fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    (folder, root)
}

/// A client with one folder, which watches files or not.
fn start(root: &Path, watches: bool) -> Client {
    let mut capabilities = pull();
    if watches {
        capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    }
    let mut client = Client::spawn();
    let folders = json!([{ "uri": uri(root), "name": "x" }]);
    client
        .initialize(json!({ "processId": null, "capabilities": capabilities, "workspaceFolders": folders }));
    client
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn ask(client: &mut Client, known: &Value) -> i64 {
    client.ask("workspace/diagnostic", json!({ "previousResultIds": known }))
}

fn report(client: &mut Client, known: &Value) -> Vec<Value> {
    let id = ask(client, known);
    items(&client.wait(id).unwrap())
}

fn items(report: &Value) -> Vec<Value> {
    report["items"].as_array().unwrap().clone()
}

/// What is said of each file below a folder: the kind, and the codes or the id.
fn said(root: &Path, items: &[Value]) -> BTreeMap<String, String> {
    let said = |item: &Value| {
        let path = item["uri"].as_str().unwrap().strip_prefix(&format!("{}/", uri(root))).unwrap().to_owned();
        let codes: Vec<&str> = item["items"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| item["code"].as_str().unwrap())
            .collect();
        (path, format!("{} {}", item["kind"].as_str().unwrap(), codes.join(" ")).trim_end().to_owned())
    };
    items.iter().map(said).collect()
}

fn expected(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, said)| ((*path).to_owned(), (*said).to_owned())).collect()
}

/// What the client keeps of a report.
fn known(items: &[Value]) -> Value {
    items.iter().map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect()
}

fn changed(client: &mut Client, path: &Path) {
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(path), "type": 2 }] }));
}

#[test]
fn all_dockerfiles_of_the_folders_are_reported() {
    let (_folder, root) = folder(&[
        ("Dockerfile", FLOATING),
        ("a b/é.Dockerfile", FLOATING),
        ("clean/Containerfile", PINNED),
        ("clean/.dockerignore", "../x\n"),
        ("open/Dockerfile", FLOATING),
        ("built/Dockerfile", FLOATING),
        (".git/Dockerfile", FLOATING),
        ("clean/notes.md", "FROM nats\n"),
        (".gitignore", "built\n"),
    ]);
    fs::write(root.join("Dockerfile.binary"), b"FROM \xff\xfe\n").unwrap();
    let mut client = start(&root, false);
    assert_eq!(client.initialized["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"], true);
    let open = uri(&root.join("open/Dockerfile"));
    client.open(&open, 5, PINNED);
    let items = report(&mut client, &json!([]));
    let mut said = said(&root, &items);
    said.retain(|path, _| !path.starts_with("a%20b"));
    let files = [
        ("Dockerfile", "full floating-base-tag"),
        ("clean/.dockerignore", "full unreachable-pattern"),
        ("clean/Containerfile", "full"),
        ("open/Dockerfile", "full"),
    ];
    assert_eq!((said, items.len()), (expected(&files), 5));
    for item in &items {
        let version = if item["uri"] == open { json!(5) } else { Value::Null };
        assert_eq!((item.get("version"), item["resultId"].is_string()), (Some(&version), true), "{item}");
    }
    client.shut_down();
    let client = Client::start(push());
    assert!(client.initialized["capabilities"]["diagnosticProvider"].is_null());
    client.shut_down();
}

#[test]
fn a_client_that_has_everything_is_answered_when_something_changes() {
    let (_folder, root) =
        folder(&[("a/Dockerfile", FLOATING), ("b/Dockerfile", FLOATING), ("c/Dockerfile", PINNED)]);
    let mut client = start(&root, true);
    let first = report(&mut client, &json!([]));
    let files = ["full floating-base-tag", "full floating-base-tag", "full"];
    let paths = ["a/Dockerfile", "b/Dockerfile", "c/Dockerfile"];
    let pairs: Vec<(&str, &str)> = paths.into_iter().zip(files).collect();
    assert_eq!(said(&root, &first), expected(&pairs));

    let id = ask(&mut client, &known(&first));
    fs::write(root.join("b/Dockerfile"), PINNED).unwrap();
    // Nothing that is looked at here.
    changed(&mut client, &root.join("notes.md"));
    changed(&mut client, &root.join("b/Dockerfile"));
    let second = items(&client.wait(id).unwrap());
    let files = [("a/Dockerfile", "unchanged"), ("b/Dockerfile", "full"), ("c/Dockerfile", "unchanged")];
    assert_eq!(said(&root, &second), expected(&files));

    // A file that is gone has nothing any more; a new one is found.
    fs::remove_file(root.join("a/Dockerfile")).unwrap();
    fs::rename(root.join("c"), root.join("d")).unwrap();
    changed(&mut client, &root.join("c"));
    // Whoever asked before might be answered with half of it.
    let id = ask(&mut client, &known(&second));
    let third = items(&client.wait(id).unwrap());
    let files = [
        ("a/Dockerfile", "full"),
        ("b/Dockerfile", "unchanged"),
        ("c/Dockerfile", "full"),
        ("d/Dockerfile", "full"),
    ];
    assert_eq!(said(&root, &third), expected(&files));
    assert!(third.iter().filter(|item| item["resultId"].is_null()).count() == 2, "{third:?}");

    // The settings are part of it.
    let third: Vec<Value> = third.into_iter().filter(|item| item["resultId"].is_string()).collect();
    fs::write(root.join("b/Dockerfile"), FLOATING).unwrap();
    let id = ask(&mut client, &known(&third));
    let settings = json!({ "settings": { "layerwise": { "rules": { "floating-base-tag": "error" } } } });
    client.notify("workspace/didChangeConfiguration", settings);
    let fourth = items(&client.wait(id).unwrap());
    assert_eq!(said(&root, &fourth)["b/Dockerfile"], "full floating-base-tag");
    let found = fourth.iter().find(|item| item["kind"] == "full").unwrap();
    assert_eq!(found["items"][0]["severity"], 1);
    client.shut_down();
}

#[test]
fn a_client_that_tells_of_no_changes_is_answered_at_once() {
    let (_folder, root) = folder(&[("a/Dockerfile", FLOATING)]);
    let mut client = start(&root, false);
    let first = report(&mut client, &json!([]));
    assert_eq!(said(&root, &report(&mut client, &known(&first))), expected(&[("a/Dockerfile", "unchanged")]));
    fs::write(root.join("a/Dockerfile"), PINNED).unwrap();
    fs::write(root.join("Dockerfile"), FLOATING).unwrap();
    let files = [("Dockerfile", "full floating-base-tag"), ("a/Dockerfile", "full")];
    assert_eq!(said(&root, &report(&mut client, &known(&first))), expected(&files));
    client.shut_down();
}

#[test]
fn a_client_that_asks_of_the_workspace_alone_is_told_of_open_documents_there() {
    let (_folder, root) = folder(&[("a/Dockerfile", FLOATING)]);
    let (_other, elsewhere) = folder(&[]);
    let (open, outside) = (uri(&root.join("a/Dockerfile")), uri(&elsewhere.join("Dockerfile")));
    let codes = |items: &[Value], uri: &str| {
        let item = items.iter().find(|item| item["uri"] == uri).unwrap_or_else(|| panic!("{items:?}"));
        item["items"].as_array().map_or(0, Vec::len)
    };
    let mut client = start(&root, true);
    client.open(&open, 1, FLOATING);
    // It has not asked yet.
    assert_eq!(client.published(&open, Some(1)).len(), 1);
    let first = report(&mut client, &json!([]));
    assert_eq!(client.published(&open, None), []);
    assert_eq!(codes(&first, &open), 1);
    let id = ask(&mut client, &known(&first));
    client.change(&open, 2, json!([{ "text": "FROM nats\nFROM nats\n" }]));
    let second = items(&client.wait(id).unwrap());
    assert!(codes(&second, &open) > 1, "{second:?}");
    let id = ask(&mut client, &known(&second));
    client.open(&outside, 1, FLOATING);
    assert_eq!(codes(&items(&client.wait(id).unwrap()), &outside), 1);
    // Nothing was published meanwhile: what is asked for about a document is not taken back.
    assert_eq!(client.pulled(&outside).len(), 1);
    assert!(!client.has_notification("textDocument/publishDiagnostics"));
    client.shut_down();
}

#[test]
fn a_question_that_waits_can_be_cancelled_and_ends_with_the_server() {
    let (_folder, root) = folder(&[("Dockerfile", FLOATING)]);
    let mut client = start(&root, true);
    let first = known(&report(&mut client, &json!([])));
    let id = ask(&mut client, &first);
    client.notify("$/cancelRequest", json!({ "id": id }));
    assert_eq!(client.wait(id).unwrap_err().code, -32800);
    let id = ask(&mut client, &first);
    let end = client.ask("shutdown", Value::Null);
    assert_eq!((client.wait(end), client.wait(id)), (Ok(Value::Null), Ok(json!({ "items": [] }))));
    client.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn an_answer_comes_in_parts_and_says_how_far_it_is() {
    let many: String = (0..200).map(|index| format!("FROM me/nats{index}\n")).collect();
    let names: Vec<String> = (0..12).map(|index| format!("{index}/Dockerfile")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), many.as_str())).collect();
    let (_folder, root) = folder(&files);
    let mut client = start(&root, true);
    let params = json!({ "previousResultIds": [], "partialResultToken": "part", "workDoneToken": 7 });
    let id = client.ask("workspace/diagnostic", params.clone());
    assert_eq!(client.wait(id), Ok(json!({ "items": [] })));
    // Everything was said before the answer.
    let told = client.told("$/progress");
    let of = |token: Value| -> Vec<&Value> {
        told.iter().filter(|params| params["token"] == token).map(|params| &params["value"]).collect()
    };
    let parts = of(json!("part"));
    let all: Vec<Value> = parts.iter().flat_map(|part| items(part)).collect();
    assert!(parts.len() > 1 && all.len() == 12, "{} {}", parts.len(), all.len());
    let kinds: Vec<&str> = of(json!(7)).iter().map(|value| value["kind"].as_str().unwrap()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"begin"), Some(&"end")));
    assert!(kinds.len() > 5 && kinds[1..kinds.len() - 1].iter().all(|kind| *kind == "report"), "{kinds:?}");
    assert!(of(json!(7)).windows(2).all(|pair| pair[1]["percentage"].is_null()
        || pair[0]["percentage"].as_u64() < pair[1]["percentage"].as_u64()));

    // What is not new is not sent, as long as nothing is.
    let mut params = params;
    params["previousResultIds"] = known(&all);
    let id = client.ask("workspace/diagnostic", params);
    fs::write(root.join("0/Dockerfile"), PINNED).unwrap();
    changed(&mut client, &root.join("0/Dockerfile"));
    assert_eq!(client.wait(id), Ok(json!({ "items": [] })));
    let told = client.told("$/progress");
    let parts: Vec<Value> = told
        .iter()
        .filter(|params| params["token"] == "part")
        .flat_map(|params| items(&params["value"]))
        .collect();
    assert_eq!(parts.iter().filter(|part| part["kind"] == "full").count(), 1);
    assert_eq!(parts.len(), 12);
    client.shut_down();
}

#[test]
fn files_that_are_not_open_are_left_out_where_that_is_set() {
    let (_folder, root) = folder(&[
        ("Dockerfile", FLOATING),
        ("quiet/Dockerfile", FLOATING),
        ("quiet/open/Dockerfile", FLOATING),
        ("quiet/layerwise.toml", "diagnostics = \"open\"\n"),
    ]);
    let mut client = start(&root, true);
    client.open(&uri(&root.join("quiet/open/Dockerfile")), 1, FLOATING);
    let first = report(&mut client, &json!([]));
    let told = "full floating-base-tag";
    assert_eq!(said(&root, &first), expected(&[("Dockerfile", told), ("quiet/open/Dockerfile", told)]));
    let id = ask(&mut client, &known(&first));
    let set = json!({ "settings": { "layerwise": { "diagnostics": "open" } } });
    client.notify("workspace/didChangeConfiguration", set);
    let second = items(&client.wait(id).unwrap());
    let files = [("Dockerfile", "full"), ("quiet/open/Dockerfile", "unchanged")];
    assert_eq!(said(&root, &second), expected(&files));
    client.shut_down();
}

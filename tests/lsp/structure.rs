//! Outlines, symbols of all documents, folds, growing selections.

use serde_json::{Value, json};

use crate::client::{Client, position, push, range};

const URI: &str = "untitled:a";
const SOURCE: &str = "# 🐳\n# b\nFROM 🐳/a AS base\nENV A=1\nRUN b \\\n  c\n";

fn about(client: &mut Client, method: &str) -> Value {
    let params = json!({ "textDocument": { "uri": URI }, "positions": [position(2, 15), position(9, 9)] });
    client.request(&format!("textDocument/{method}"), params).unwrap()
}

#[test]
fn an_outline_is_a_tree_or_a_list() {
    let mut capabilities = push();
    capabilities["textDocument"]["documentSymbol"] = json!({ "hierarchicalDocumentSymbolSupport": true });
    let mut client = Client::start(capabilities);
    client.open(URI, 1, SOURCE);
    let tree = about(&mut client, "documentSymbol");
    let stage = &tree[0];
    assert_eq!((&stage["name"], &stage["kind"]), (&json!("base"), &json!(2)));
    assert_eq!(stage["range"], range((2, 0), (5, 3)));
    assert_eq!(stage["selectionRange"], range((2, 13), (2, 17)));
    let variable = &stage["children"][0]["children"][0];
    assert_eq!((&variable["name"], &variable["detail"]), (&json!("A"), &json!("1")));
    assert_eq!(stage["children"][1]["detail"], "b c");
    client.shut_down();

    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    let list = about(&mut client, "documentSymbol");
    let names: Vec<(&str, &str)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|symbol| {
            (symbol["name"].as_str().unwrap(), symbol["containerName"].as_str().unwrap_or_default())
        })
        .collect();
    assert_eq!(names, [("base", ""), ("ENV", "base"), ("A", "ENV"), ("RUN", "base")]);
    client.shut_down();
}

#[test]
fn symbols_are_found_in_every_open_dockerfile() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    client.open("untitled:b", 1, "FROM x AS Release_Base\nARG B\n");
    let document = json!({ "uri": "untitled:c", "languageId": "yaml", "version": 1, "text": SOURCE });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let mut found = |query: &str| -> Vec<(String, String)> {
        let symbols = client.request("workspace/symbol", json!({ "query": query })).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let symbols = symbols.as_array().unwrap().iter();
        symbols.map(|symbol| (text(&symbol["location"]["uri"]), text(&symbol["name"]))).collect()
    };
    let pair = |uri: &str, name: &str| (uri.to_owned(), name.to_owned());
    assert_eq!(found("bas"), [pair(URI, "base"), pair("untitled:b", "Release_Base")]);
    assert_eq!(found("RB"), [pair("untitled:b", "Release_Base")]);
    assert_eq!(found("").len(), 4);
    assert_eq!(found("run"), []);
    client.shut_down();
}

#[test]
fn comments_stages_and_instructions_fold() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    let expected = json!([
        { "startLine": 0, "endLine": 1, "kind": "comment" },
        { "startLine": 2, "endLine": 5 },
        { "startLine": 4, "endLine": 5 },
    ]);
    assert_eq!(about(&mut client, "foldingRange"), expected);
    client.shut_down();
}

#[test]
fn every_selection_grows_to_the_whole_document() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    let answers = about(&mut client, "selectionRange");
    let all = range((0, 0), (6, 0));
    assert_eq!(answers[1], json!({ "range": all }));
    let mut ranges = Vec::new();
    let mut next = Some(&answers[0]);
    while let Some(selection) = next {
        ranges.push(selection["range"].clone());
        next = selection.get("parent");
    }
    let expected = [
        range((2, 13), (2, 17)),
        range((2, 5), (2, 17)),
        range((2, 0), (2, 17)),
        range((2, 0), (5, 3)),
        range((0, 0), (5, 3)),
        range((0, 0), (6, 0)),
    ];
    assert_eq!(ranges, expected);
    client.shut_down();
}

#[test]
fn symbols_are_found_in_dockerfiles_that_are_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let file = |name: &str| root.join(name);
    std::fs::write(file("Dockerfile"), "FROM a AS web\n").unwrap();
    std::fs::write(file("b.Dockerfile"), "FROM a AS zed\n").unwrap();
    let mut capabilities = push();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let mut client = Client::spawn();
    let uri = |name: &str| format!("file://{}", file(name).display());
    let folders = json!([{ "uri": format!("file://{}", root.display()), "name": "x" }]);
    client.initialize(json!({ "capabilities": capabilities, "workspaceFolders": folders }));
    client.open(&uri("b.Dockerfile"), 1, "FROM a AS zed2\n");
    let found = |client: &mut Client| -> Vec<String> {
        let symbols = client.request("workspace/symbol", json!({ "query": "e" })).unwrap();
        let name = |symbol: &Value| symbol["name"].as_str().unwrap().to_owned();
        symbols.as_array().unwrap().iter().map(name).collect()
    };
    // The open document comes first, with the text that it has in the editor.
    assert_eq!(found(&mut client), ["zed2", "web"]);
    std::fs::write(file("Dockerfile"), "FROM a AS edge\n").unwrap();
    let changes = json!([{ "uri": uri("Dockerfile"), "type": 2 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    assert_eq!(found(&mut client), ["zed2", "edge"]);
    client.shut_down();
}

//! Definitions, references, highlights, new names.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, ResponseError, position, push, range, with_encoding};

const URI: &str = "untitled:a";
const SOURCE: &str = "ARG TAG=22\nFROM 🐳/node:${TAG} AS Build\nARG TAG\nFROM debian\nCOPY --from=build a b\nRUN --mount=type=bind,from=build,target=/x echo é $TAG\n";

/// A client that also takes links and asks before it renames.
fn rich() -> Value {
    let mut capabilities = push();
    capabilities["textDocument"]["definition"] = json!({ "linkSupport": true });
    capabilities["textDocument"]["rename"] = json!({ "prepareSupport": true });
    capabilities
}

fn start(capabilities: Value) -> Client {
    let mut client = Client::start(capabilities);
    client.open(URI, 7, SOURCE);
    client
}

fn ask(client: &mut Client, method: &str, line: u32, character: u32) -> Result<Value, ResponseError> {
    let params = json!({ "textDocument": { "uri": URI }, "position": position(line, character),
        "context": { "includeDeclaration": false }, "newName": "x" });
    client.request(&format!("textDocument/{method}"), params)
}

fn at(client: &mut Client, method: &str, line: u32, character: u32) -> Value {
    ask(client, method, line, character).unwrap()
}

#[test]
fn a_definition_is_a_link_where_the_client_takes_links() {
    let mut client = start(rich());
    assert_eq!(client.initialized["capabilities"]["renameProvider"], json!({ "prepareProvider": true }));
    let stage = json!([{
        "originSelectionRange": range((5, 27), (5, 32)),
        "targetUri": URI,
        "targetRange": range((1, 0), (1, 28)),
        "targetSelectionRange": range((1, 23), (1, 28)),
    }]);
    assert_eq!(at(&mut client, "definition", 5, 28), stage);
    assert_eq!(at(&mut client, "definition", 3, 7), Value::Null);
    client.shut_down();

    let mut client = start(push());
    assert_eq!(client.initialized["capabilities"]["renameProvider"], true);
    let stage = json!([{ "uri": URI, "range": range((1, 23), (1, 28)) }]);
    assert_eq!(at(&mut client, "definition", 5, 28), stage);
    let global = json!([{ "uri": URI, "range": range((0, 4), (0, 7)) }]);
    assert_eq!(at(&mut client, "definition", 2, 5), global);
    let own = json!([{ "uri": URI, "range": range((2, 4), (2, 7)) }]);
    assert_eq!(at(&mut client, "declaration", 2, 5), own);
    client.shut_down();
}

#[test]
fn the_source_of_a_copy_leads_to_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a b")).unwrap();
    fs::write(folder.path().join("a b/c.txt"), "").unwrap();
    let uri = |name: &str| format!("file://{}/{name}", folder.path().display());
    let mut client = Client::start(push());
    client.open(&uri("Dockerfile"), 1, "FROM x\nCOPY [\"a b/c.txt\", \"/d\"]\n");
    let params = json!({ "textDocument": { "uri": uri("Dockerfile") }, "position": position(1, 9) });
    let places = client.request("textDocument/definition", params).unwrap();
    assert_eq!(places, json!([{ "uri": uri("a%20b/c.txt"), "range": range((0, 0), (0, 0)) }]));
    client.shut_down();
}

#[test]
fn uses_are_counted_in_the_clients_encoding() {
    for (encoding, column) in [("utf-8", 52), ("utf-16", 51), ("utf-32", 51)] {
        let mut client = start(with_encoding(push(), encoding));
        let use_in_run = json!({ "range": range((5, column), (5, column + 3)), "kind": 2 });
        let highlights = at(&mut client, "documentHighlight", 5, column);
        assert_eq!(highlights, json!([use_in_run]), "{encoding}");
        client.shut_down();
    }
    let mut client = start(push());
    let write = json!({ "range": range((0, 4), (0, 7)), "kind": 3 });
    let read = json!({ "range": range((1, 15), (1, 18)), "kind": 2 });
    let taken_over = json!({ "range": range((2, 4), (2, 7)), "kind": 3 });
    assert_eq!(at(&mut client, "documentHighlight", 0, 4), json!([write, read, taken_over]));
    let place = |line, start, end| json!({ "uri": URI, "range": range((line, start), (line, end)) });
    assert_eq!(at(&mut client, "references", 1, 26), json!([place(4, 12, 17), place(5, 27, 32)]));
    assert_eq!(at(&mut client, "references", 3, 7), json!([]));
    client.shut_down();
}

#[test]
fn a_stage_is_renamed_or_it_is_said_why_not() {
    let mut client = start(rich());
    let prepared = at(&mut client, "prepareRename", 4, 13);
    assert_eq!(prepared, json!({ "range": range((4, 12), (4, 17)), "placeholder": "build" }));
    assert_eq!(at(&mut client, "prepareRename", 3, 7), Value::Null);
    let edit = |line, start, end| json!({ "range": range((line, start), (line, end)), "newText": "x" });
    let edits = [edit(1, 23, 28), edit(4, 12, 17), edit(5, 27, 32)];
    let document = json!({ "uri": URI, "version": 7 });
    let changes = json!({ "documentChanges": [{ "textDocument": document, "edits": edits }] });
    assert_eq!(at(&mut client, "rename", 4, 13), changes);
    assert_eq!(at(&mut client, "rename", 3, 7), Value::Null);

    client.open(URI, 8, "FROM a AS b\nFROM c AS x\n");
    let error = ask(&mut client, "rename", 0, 10).unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (-32803, "there is a stage `x` already"));
    client.shut_down();
}

#[test]
fn names_are_typed_as_one() {
    let mut client = start(push());
    client.open(URI, 8, "FROM a AS b\nFROM b\n");
    let linked = at(&mut client, "linkedEditingRange", 1, 6);
    assert_eq!(linked["ranges"], json!([range((0, 10), (0, 11)), range((1, 5), (1, 6))]));
    assert!(linked["wordPattern"].is_string(), "{linked}");
    assert_eq!(at(&mut client, "linkedEditingRange", 0, 6), Value::Null);
    client.shut_down();
}

#[test]
fn what_is_no_dockerfile_is_left_in_peace() {
    let mut client = Client::start(push());
    let document = json!({ "uri": URI, "languageId": "yaml", "version": 1, "text": SOURCE });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    for method in
        ["definition", "references", "documentHighlight", "rename", "documentSymbol", "foldingRange"]
    {
        assert_eq!(at(&mut client, method, 4, 13), Value::Null, "{method}");
    }
    client.shut_down();
}

#[test]
fn the_stages_are_a_hierarchy_of_calls() {
    let mut client = start(push());
    assert_eq!(client.initialized["capabilities"]["callHierarchyProvider"], true);
    let items = at(&mut client, "prepareCallHierarchy", 4, 13);
    let build = json!({ "name": "Build", "kind": 2, "uri": URI,
        "range": range((1, 0), (1, 28)), "selectionRange": range((1, 23), (1, 28)) });
    assert_eq!(items, json!([build]));
    let last = json!({ "name": "stage 1", "kind": 2, "uri": URI,
        "range": range((3, 0), (3, 11)), "selectionRange": range((3, 0), (3, 4)) });
    let words = json!([range((4, 12), (4, 17)), range((5, 27), (5, 32))]);
    let incoming = client.request("callHierarchy/incomingCalls", json!({ "item": build })).unwrap();
    assert_eq!(incoming, json!([{ "from": last, "fromRanges": words }]));
    let outgoing = client.request("callHierarchy/outgoingCalls", json!({ "item": last })).unwrap();
    assert_eq!(outgoing, json!([{ "to": build, "fromRanges": words }]));
    assert_eq!(at(&mut client, "prepareCallHierarchy", 0, 5), Value::Null);
    client.shut_down();
}

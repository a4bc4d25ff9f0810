//! Findings, published or asked for, and what the disk adds to them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, codes, pull, push, range};

const URI: &str = "untitled:a";

/// Copies a manifest that is there or not, and files that show the folder to be the build context.
const NODE: &str = "FROM node:22.14.0\nWORKDIR /app\nCOPY index.js lib.js package.json ./\n";
const ON_DISK: &str = "missing-copy-source";

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A folder with a Dockerfile and what it copies, the manifest only if it is not to be missed.
fn folder(is_missing: bool) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), NODE).unwrap();
    fs::write(folder.path().join("index.js"), "").unwrap();
    fs::write(folder.path().join("lib.js"), "").unwrap();
    if !is_missing {
        fs::write(folder.path().join("package.json"), "{}\n").unwrap();
    }
    let uri = uri(&folder.path().join("Dockerfile"));
    (folder, uri)
}

#[test]
fn findings_are_published_with_their_version_and_withdrawn_at_the_end() {
    let mut client = Client::start(push());
    client.open(URI, 7, "# a\nFROM nats\n");
    let diagnostics = client.published(URI, Some(7));
    assert_eq!(codes(&diagnostics), ["floating-base-tag"]);
    assert_eq!(json!(diagnostics[0].range.start.line), 1);
    assert_eq!((diagnostics[0].severity, diagnostics[0].source.as_str()), (2, "layerwise"));
    client.change(URI, 8, json!([{ "range": range((1, 9), (1, 9)), "text": ":1" }]));
    assert_eq!(client.published(URI, Some(8)), []);
    client.change(URI, 9, json!([{ "range": range((1, 9), (1, 11)), "text": "" }]));
    assert_eq!(client.published(URI, Some(9)), diagnostics);
    client.close(URI);
    assert_eq!(client.published(URI, None), []);
    client.shut_down();
}

#[test]
fn a_client_that_asks_is_told_what_is_new_only() {
    let mut client = Client::start(pull());
    assert!(client.initialized["capabilities"]["diagnosticProvider"].is_object());
    client.open(URI, 1, "# a\nFROM nats\n");
    let first = client.report(URI, None);
    assert_eq!((&first["kind"], first["items"].as_array().unwrap().len()), (&json!("full"), 1), "{first}");
    let id = first["resultId"].as_str().unwrap().to_owned();
    let unchanged = json!({ "kind": "unchanged", "resultId": id });
    assert_eq!(client.report(URI, Some(&id)), unchanged);

    // What is found has not changed, though the text has.
    client.change(URI, 2, json!([{ "range": range((0, 2), (0, 3)), "text": "be" }]));
    assert_eq!(client.report(URI, Some(&id)), unchanged);

    client.change(URI, 3, json!([{ "range": range((0, 0), (0, 0)), "text": "\n" }]));
    let moved = client.report(URI, Some(&id));
    assert_eq!((&moved["kind"], &moved["items"][0]["range"]["start"]["line"]), (&json!("full"), &json!(2)));
    assert_ne!(moved["resultId"], first["resultId"]);

    // Nothing is published to it.
    client.close(URI);
    assert_eq!(client.report(URI, None), json!({ "kind": "full", "items": [] }));
    client.open("untitled:b", 1, "FROM a:1\n");
    assert_eq!(client.pulled("untitled:b"), []);
    client.shut_down();
}

#[test]
fn what_the_disk_adds_is_published_too() {
    let (_folder, uri) = folder(true);
    let mut client = Client::start(push());
    client.open(&uri, 1, NODE);
    let mut diagnostics = client.published(&uri, Some(1));
    while !codes(&diagnostics).contains(&ON_DISK) {
        diagnostics = client.published(&uri, Some(1));
    }
    client.shut_down();
}

#[test]
fn an_answer_has_what_the_disk_adds() {
    let (_folder, with) = folder(true);
    let (_other, without) = folder(false);
    let mut client = Client::start(pull());
    client.open(&with, 1, NODE);
    client.open(&without, 1, NODE);
    assert!(codes(&client.pulled(&with)).contains(&ON_DISK));
    assert!(!codes(&client.pulled(&without)).contains(&ON_DISK));
    client.shut_down();
}

#[test]
fn a_client_that_asks_is_told_to_ask_again() {
    let (_folder, uri) = folder(true);
    let mut capabilities = pull();
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let mut client = Client::start(capabilities);
    client.open(&uri, 1, NODE);
    if !codes(&client.pulled(&uri)).contains(&ON_DISK) {
        client.asked("workspace/diagnostic/refresh");
        assert!(codes(&client.pulled(&uri)).contains(&ON_DISK));
    }
    client.shut_down();
}

#[test]
fn a_file_that_appears_or_goes_changes_what_is_found() {
    let (folder, uri) = folder(false);
    let mut capabilities = push();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let mut client = Client::start(capabilities);
    let registered = client.asked("client/registerCapability");
    assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    client.open(&uri, 1, NODE);
    assert!(!codes(&client.published(&uri, Some(1))).contains(&ON_DISK));

    let changed = |kind: u8| {
        let file = format!("file://{}", folder.path().join("package.json").display());
        json!({ "changes": [{ "uri": file, "type": kind }] })
    };
    fs::remove_file(folder.path().join("package.json")).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed(3));
    assert!(codes(&client.published(&uri, Some(1))).contains(&ON_DISK));
    fs::write(folder.path().join("package.json"), "{}\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed(1));
    assert!(!codes(&client.published(&uri, Some(1))).contains(&ON_DISK));
    client.shut_down();
}

#[test]
fn what_the_disk_added_does_not_come_and_go_while_typing() {
    let (_folder, uri) = folder(true);
    let mut client = Client::start(push());
    client.open(&uri, 1, NODE);
    while !codes(&client.published(&uri, Some(1))).contains(&ON_DISK) {}
    client.change(&uri, 2, json!([{ "range": range((3, 0), (3, 0)), "text": "#" }]));
    // The very first message for the new version knows it already.
    assert!(codes(&client.published(&uri, Some(2))).contains(&ON_DISK));
    client.shut_down();
}

#[test]
fn a_client_that_only_says_it_asks_is_told_unasked_until_it_does() {
    let mut client = Client::start(pull());
    client.open(URI, 1, "# a\nFROM nats\n");
    let published = client.published(URI, Some(1));
    assert_eq!(codes(&published), ["floating-base-tag"]);
    client.change(URI, 2, json!([{ "range": range((0, 0), (0, 0)), "text": "\n" }]));
    assert_eq!(client.published(URI, Some(2))[0].range.start.line, 2);
    assert_eq!(codes(&client.pulled(URI)), ["floating-base-tag"]);
    assert_eq!(client.published(URI, None), []);
    client.shut_down();
}

#[test]
fn a_client_that_can_is_shown_the_copy_that_spoils_the_install() {
    let source = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
    let mut able = pull();
    able["textDocument"]["diagnostic"]["relatedInformation"] = json!(true);
    let related = json!([{
        "location": { "uri": URI, "range": range((2, 0), (2, 8)) }, "message": "this brings the source",
    }]);
    for (client, expected) in [(pull(), None), (able, Some(&related))] {
        let mut client = Client::start(client);
        client.open(URI, 1, source);
        let report = client.report(URI, None);
        let mut items = report["items"].as_array().unwrap().iter();
        let found = items.find(|item| item["code"] == "source-before-dependencies").unwrap();
        assert_eq!(found.get("relatedInformation"), expected, "{found}");
        client.shut_down();
    }
}

#[test]
fn a_finding_says_what_its_text_is_and_where_its_code_is_explained() {
    let source = "FROM a:1\nMAINTAINER me\nCMD [\"b\"]\nCMD [\"c\"]\nFROM nats\n";
    let page = |name: &str| json!({ "href": format!("https://docs.docker.com/go/dockerfile/rule/{name}/") });
    let expected = [
        ("maintainer", json!([2]), page("maintainer-deprecated")),
        ("duplicate-instruction", json!([1]), page("multiple-instructions-disallowed")),
        ("floating-base-tag", Value::Null, Value::Null),
    ];
    let support = json!({ "codeDescriptionSupport": true, "tagSupport": { "valueSet": [1, 2] } });
    for (name, able) in [("publishDiagnostics", push()), ("diagnostic", pull())] {
        let (unable, mut able) = (able.clone(), able);
        able["textDocument"][name] = support.clone();
        for (capabilities, shows) in [(unable, false), (able, true)] {
            let mut client = Client::start(capabilities);
            client.open(URI, 1, source);
            let items = match name {
                "diagnostic" => client.report(URI, None)["items"].take(),
                _ => client.notification("textDocument/publishDiagnostics", |_| true)["diagnostics"].take(),
            };
            let items = items.as_array().unwrap();
            for (code, tags, page) in &expected {
                let found = items.iter().find(|item| item["code"] == *code).unwrap();
                let wanted = if shows { (tags, page) } else { (&Value::Null, &Value::Null) };
                assert_eq!((&found["tags"], &found["codeDescription"]), wanted, "{found}");
            }
            client.shut_down();
        }
    }
}

//! Code actions that silence findings: what is offered, and that what was found is gone afterwards.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, codes, plain, push, range};
use crate::text::apply;

const SOURCE: &str = "# syntax=docker/dockerfile:1\r\nFROM debian as a\r\nRUN apt-get install \\\r\n  é\r\n";

fn actions(client: &mut Client, uri: &str, range: Value) -> Vec<Value> {
    let context = json!({ "diagnostics": [], "only": ["quickfix"] });
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
    client.request("textDocument/codeAction", params).unwrap().as_array().unwrap().clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

fn everywhere() -> Value {
    range((0, 0), (9, 0))
}

#[test]
fn every_finding_can_be_silenced_and_is_gone_then() {
    let uri = "untitled:a";
    let mut client = Client::start(plain());
    client.open(uri, 1, SOURCE);
    let found = client.published(uri, Some(1));
    let offered = actions(&mut client, uri, everywhere());
    let mut version = 1;
    for finding in &found {
        let is_silence = |action: &&Value| {
            let title = action["title"].as_str().unwrap();
            let diagnostics = action["diagnostics"].as_array().unwrap();
            title.starts_with("Ignore ")
                && diagnostics.iter().any(|diagnostic| diagnostic["code"] == finding.code.as_str())
        };
        let silences: Vec<&Value> = offered.iter().filter(is_silence).collect();
        let checks = silences.iter().filter(|action| action["title"].as_str().unwrap().contains("BuildKit"));
        assert_eq!(silences.len() - checks.count(), 2, "{}", finding.code);
        for action in silences {
            assert_eq!(action["kind"], "quickfix");
            assert!(action.get("isPreferred").is_none(), "{action}");
            let text = apply(SOURCE, action["edit"]["changes"][uri].as_array().unwrap());
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
            version += 1;
            client.change(uri, version, json!([{ "text": text }]));
            let left = client.published(uri, Some(version));
            assert_eq!(left.len(), found.len() - 1, "{action}");
            assert!(!codes(&left).contains(&finding.code.as_str()), "{action}");
        }
    }
    client.shut_down();
}

#[test]
fn fixes_come_before_what_silences() {
    let uri = "untitled:a";
    let mut client = Client::start(push());
    client.open(uri, 1, "FROM debian:12 as a\n");
    let offered = actions(&mut client, uri, everywhere());
    assert_eq!(
        titles(&offered)[1..],
        [
            "Ignore `from-as-casing` for this instruction",
            "Ignore `from-as-casing` in this file",
            "Ignore BuildKit's check `FromAsCasing` in this file",
        ]
    );
    assert_eq!(offered[0]["isPreferred"], true);
    client.shut_down();
}

#[test]
fn what_silences_several_findings_is_offered_once() {
    let uri = "untitled:a";
    let mut client = Client::start(push());
    client.open(uri, 1, "FROM debian\nFROM alpine\n");
    let offered = actions(&mut client, uri, everywhere());
    let of = |title: &str| -> Vec<usize> {
        let same = offered.iter().filter(|action| action["title"] == title);
        same.map(|action| action["diagnostics"].as_array().unwrap().len()).collect()
    };
    assert_eq!(of("Ignore `floating-base-tag` in this file"), [2]);
    assert_eq!(of("Ignore `floating-base-tag` for this instruction"), [1, 1]);
    client.shut_down();
}

#[test]
fn an_error_of_syntax_cannot_be_silenced() {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/Dockerfile", folder.path().display());
    let mut client = Client::start(push());
    client.open(&uri, 1, "FROM debian:12\nRNU a\n");
    let offered = actions(&mut client, &uri, everywhere());
    let silences = |title: &&&str| title.starts_with("Ignore ") || title.starts_with("Turn off ");
    assert_eq!(titles(&offered).iter().find(silences), None);
    client.shut_down();
}

const OFF: &str = "Turn off `floating-base-tag` in layerwise.toml";

/// The action that turns the rule off in the settings file, for a Dockerfile in a folder below `folder`.
fn turn_off(client: &mut Client, uri: &str) -> Option<Value> {
    let offered = actions(client, uri, everywhere());
    offered.into_iter().find(|action| action["title"] == OFF)
}

#[test]
fn a_rule_is_turned_off_in_the_nearest_settings_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("app")).unwrap();
    let settings = folder.path().join("layerwise.toml");
    fs::write(&settings, "# 🐳\n[rules] # é\nmaintainer = 'off'\n").unwrap();
    let [uri, settings_uri] =
        ["app/Dockerfile", "layerwise.toml"].map(|name| format!("file://{}/{name}", folder.path().display()));
    let mut client = Client::start(push());
    client.open(&uri, 1, "FROM debian\n");
    assert_eq!(codes(&client.published(&uri, Some(1))), ["floating-base-tag"]);
    let action = turn_off(&mut client, &uri).unwrap();
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0]["textDocument"], json!({ "uri": settings_uri, "version": null }));
    let written = fs::read_to_string(&settings).unwrap();
    let text = apply(&written, changes[0]["edits"].as_array().unwrap());
    assert_eq!(text, "# 🐳\n[rules] # é\nfloating-base-tag = \"off\"\nmaintainer = 'off'\n");

    fs::write(&settings, text).unwrap();
    let changes = json!([{ "uri": settings_uri, "type": 2 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    assert_eq!(client.published(&uri, Some(1)), []);
    client.shut_down();
}

#[test]
fn a_settings_file_is_made_in_the_folder_that_the_client_has_open() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("app")).unwrap();
    let root = format!("file://{}", folder.path().display());
    let uri = format!("{root}/app/Dockerfile");
    let start = |capabilities: Value| {
        let mut client = Client::spawn();
        let folders = json!([{ "uri": root, "name": "a" }]);
        client.initialize(json!({ "capabilities": capabilities, "workspaceFolders": folders }));
        client.open(&uri, 1, "FROM debian\n");
        client
    };
    let mut client = start(push());
    let action = turn_off(&mut client, &uri).unwrap();
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    let settings_uri = format!("{root}/layerwise.toml");
    assert_eq!(changes[0], json!({ "kind": "create", "uri": settings_uri }));
    assert_eq!(changes[1]["textDocument"]["uri"], settings_uri);
    let text = apply("", changes[1]["edits"].as_array().unwrap());
    assert_eq!(text, "[rules]\nfloating-base-tag = \"off\"\n");

    // What the client has set beats the file: the edit would change nothing.
    let settings = json!({ "layerwise": { "rules": { "floating-base-tag": "error" } } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    assert_eq!(turn_off(&mut client, &uri), None);
    client.shut_down();

    for operations in [json!([]), json!(["rename"])] {
        let mut capabilities = push();
        capabilities["workspace"]["workspaceEdit"]["resourceOperations"] = operations;
        let mut client = start(capabilities);
        assert_eq!(turn_off(&mut client, &uri), None);
        client.shut_down();
    }
    let mut client = start(plain());
    assert_eq!(turn_off(&mut client, &uri), None);
    client.shut_down();
}

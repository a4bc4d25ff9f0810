//! Settings: at the start, asked for, sent, and found on disk.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Answers, Client, codes, pull, push};

const URI: &str = "untitled:a";
const RULE: &str = "floating-base-tag";
const SOURCE: &str = "FROM debian\n";

/// Settings that give the rule a level.
fn level(level: &str) -> Value {
    json!({ "rules": { RULE: level } })
}

fn off() -> Value {
    level("off")
}

fn with_configuration(mut capabilities: Value) -> Value {
    capabilities["workspace"]["configuration"] = json!(true);
    capabilities
}

#[test]
fn settings_may_come_at_the_start() {
    for options in [json!({ "layerwise": off() }), off()] {
        let mut client = Client::spawn();
        client.initialize(json!({ "capabilities": pull(), "initializationOptions": options }));
        client.open(URI, 1, SOURCE);
        assert_eq!(client.pulled(URI), []);
        client.shut_down();
    }
}

#[test]
fn settings_are_asked_for_where_the_client_answers() {
    let mut client = Client::spawn();
    client.answers = Answers::Good { settings: off() };
    client.initialize(json!({ "capabilities": with_configuration(push()) }));
    let asked = client.asked("workspace/configuration");
    assert_eq!(asked["items"], json!([{ "section": "layerwise" }]));
    client.open(URI, 1, SOURCE);
    let mut diagnostics = client.published(URI, Some(1));
    while !diagnostics.is_empty() {
        diagnostics = client.published(URI, Some(1));
    }

    // An empty notice means: ask again.
    client.answers = Answers::Good { settings: json!({}) };
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    assert_eq!(codes(&client.published(URI, Some(1))), [RULE]);
    client.shut_down();
}

#[test]
fn settings_may_be_sent() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    assert_eq!(codes(&client.published(URI, Some(1))), [RULE]);
    let settings = json!({ "layerwise": level("error") });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    assert_eq!(client.published(URI, Some(1))[0].severity, 1);
    let settings = json!({ "layerwise": off() });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    assert_eq!(client.published(URI, Some(1)), []);
    client.shut_down();
}

#[test]
fn what_is_wrong_with_settings_is_said_and_the_rest_holds() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    client.published(URI, Some(1));
    let rules = json!({ "floating-base-tga": "off", RULE: "off" });
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "layerwise": { "rules": rules } } }),
    );
    let warning = client.notification("window/logMessage", |_| true);
    let message = warning["message"].as_str().unwrap();
    assert!(message.contains("`floating-base-tga`"), "{message}");
    assert_eq!(client.published(URI, Some(1)), []);
    client.shut_down();
}

#[test]
fn a_settings_file_holds_and_is_read_again_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("layerwise.toml");
    fs::write(&file, "[rules]\nfloating-base-tag = 'off'\n").unwrap();
    fs::create_dir(folder.path().join("app")).unwrap();
    let uri = format!("file://{}/app/Dockerfile", folder.path().display());
    let mut client = Client::start(push());
    client.open(&uri, 1, SOURCE);
    assert_eq!(client.published(&uri, Some(1)), []);

    fs::write(&file, "[rules]\nfloating-base-tag = 'hint'\n").unwrap();
    let changes = json!([{ "uri": format!("file://{}", file.display()), "type": 2 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    let diagnostics = client.published(&uri, Some(1));
    assert_eq!(codes(&diagnostics), [RULE]);
    assert_eq!(diagnostics[0].severity, 4);

    // The editor's settings beat the file's.
    let settings = json!({ "layerwise": level("info") });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    assert_eq!(client.published(&uri, Some(1))[0].severity, 3);
    client.shut_down();
}

#[test]
fn the_settings_of_hadolint_hold_and_are_read_again_when_they_change() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".hadolint.yaml");
    fs::write(&file, "ignored: [DL3006]\n").unwrap();
    fs::create_dir(folder.path().join("app")).unwrap();
    let [uri, file_uri] =
        ["app/Dockerfile", ".hadolint.yaml"].map(|name| format!("file://{}/{name}", folder.path().display()));
    let mut client = Client::spawn();
    let folders = json!([{ "uri": format!("file://{}", folder.path().display()), "name": "a" }]);
    client.initialize(json!({ "capabilities": push(), "workspaceFolders": folders }));
    client.open(&uri, 1, SOURCE);
    assert_eq!(client.published(&uri, Some(1)), []);

    fs::write(&file, "override: { info: [DL3006] }\nignore: []\n").unwrap();
    let changes = json!([{ "uri": file_uri, "type": 2 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    assert_eq!(client.published(&uri, Some(1))[0].severity, 3);
    let problems = client.published(&file_uri, None);
    assert_eq!(problems[0].message, "unknown key `ignore`; did you mean `ignored`?");
    client.shut_down();
}

#[test]
fn what_is_wrong_in_a_settings_file_is_shown_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("layerwise.toml");
    fs::write(&file, "# é\n[rules]\nfloating-base-tga = 'off'\n").unwrap();
    let [uri, settings_uri] =
        ["Dockerfile", "layerwise.toml"].map(|name| format!("file://{}/{name}", folder.path().display()));
    let changes = json!([{ "uri": settings_uri, "type": 2 }]);
    for capabilities in [push(), pull()] {
        fs::write(&file, "# é\n[rules]\nfloating-base-tga = 'off'\n").unwrap();
        let pulls = capabilities == pull();
        let mut client = Client::start(capabilities);
        client.open(&uri, 1, SOURCE);
        if pulls {
            client.pulled(&uri);
        }
        let problems = client.published(&settings_uri, None);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.contains("`floating-base-tag`"), "{problems:?}");
        let start = problems[0].range.start;
        assert_eq!((start.line, start.character), (2, 0));

        fs::write(&file, "[rules]\nfloating-base-tag = 'off'\n").unwrap();
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
        assert_eq!(client.published(&settings_uri, None), []);

        fs::write(&file, "[rules\n").unwrap();
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
        assert_eq!(client.published(&settings_uri, None).len(), 1);
        fs::remove_file(&file).unwrap();
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
        assert_eq!(client.published(&settings_uri, None), []);
        client.shut_down();
    }
}

#[test]
fn the_build_context_in_use_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("app")).unwrap();
    let uri = format!("file://{}/app/Dockerfile", folder.path().display());
    let mut client = Client::start(pull());
    client.open(&uri, 1, SOURCE);
    client.open(URI, 1, SOURCE);
    let asked = |client: &mut Client, uri: &str| {
        client.request("layerwise/buildContext", json!({ "uri": uri })).unwrap()
    };
    let guessed = json!({ "folder": folder.path().join("app"), "given": false });
    assert_eq!(asked(&mut client, &uri), guessed);
    assert_eq!(asked(&mut client, URI), Value::Null);
    client.shut_down();

    fs::write(folder.path().join("layerwise.toml"), "[context]\ndir = \".\"\n").unwrap();
    let mut client = Client::start(pull());
    client.open(&uri, 1, SOURCE);
    let answer = asked(&mut client, &uri);
    assert_eq!(
        (&answer["given"], answer["folder"].as_str().unwrap().trim_end_matches("/.")),
        (&json!(true), folder.path().to_str().unwrap())
    );
    client.shut_down();
}

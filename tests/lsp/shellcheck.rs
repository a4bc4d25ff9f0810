//! What ShellCheck finds, after the findings that need no other program.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, Diagnostic, codes, push, range};
use crate::programs::shellcheck;

const URI: &str = "untitled:a";
const RULE: &str = "shellcheck";
const SOURCE: &str = "FROM me/app:1\nRUN cat $A\nWORKDIR /b\n";

fn place(diagnostic: &Diagnostic) -> [u32; 4] {
    let (start, end) = (&diagnostic.range.start, &diagnostic.range.end);
    [start.line, start.character, end.line, end.character]
}

fn start(program: &str) -> Client {
    let mut client = Client::spawn();
    let options = json!({ "shellcheck": program, "extend": [] });
    client.initialize(json!({ "capabilities": push(), "initializationOptions": options }));
    client
}

#[test]
fn its_findings_follow_and_stay_while_other_lines_change() {
    let Some(program) = shellcheck() else { return };
    let mut client = start(&program);
    client.open(URI, 1, SOURCE);
    assert_eq!(codes(&client.published(URI, Some(1))), [""; 0]);
    let found = client.published(URI, Some(1));
    assert_eq!((codes(&found), place(&found[0])), (vec![RULE], [1, 8, 1, 10]));
    assert!(found[0].message.ends_with("(SC2086)"), "{}", found[0].message);

    // The text is the same: the first answer has it already.
    client.change(URI, 2, json!([{ "range": range((0, 14), (0, 14)), "text": "\n" }]));
    assert_eq!(place(&client.published(URI, Some(2))[0]), [2, 8, 2, 10]);
    client.change(URI, 3, json!([{ "range": range((2, 8), (2, 10)), "text": "\"$A\"" }]));
    assert_eq!(codes(&client.published(URI, Some(3))), [""; 0]);

    let params = |uri: &str| json!({ "textDocument": { "uri": uri }, "range": range((1, 8), (1, 10)), "context": { "diagnostics": [] } });
    client.open("untitled:b", 1, SOURCE);
    let actions = client.request("textDocument/codeAction", params("untitled:b")).unwrap();
    let titles: Vec<&Value> = actions.as_array().unwrap().iter().map(|action| &action["title"]).collect();
    let expected = [
        "Change `$A` to `\"$A\"` (SC2086)",
        "Ignore `SC2086` for this instruction",
        "Ignore `SC2086` in this file",
    ];
    assert_eq!(titles[..3], expected);
    client.shut_down();
}

#[test]
fn a_folder_that_is_opened_does_not_say_what_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("program"), format!("#!/bin/sh\ntouch '{}'\n", path("was-here").display())).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path("program"), fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::write(path("layerwise.toml"), format!("shellcheck = '{}'\n", path("program").display())).unwrap();
    let uri = format!("file://{}", path("Dockerfile").display());
    let mut client = Client::start(push());
    client.open(&uri, 1, SOURCE);
    let warning = client.notification("window/logMessage", |_| true);
    assert!(warning["message"].as_str().unwrap().contains("is not run by the server"), "{warning}");
    assert_eq!(codes(&client.published(&uri, Some(1))), [""; 0]);
    client.shut_down();
    assert!(!path("was-here").exists());
}

#[test]
fn a_single_code_is_turned_off_in_the_settings() {
    let Some(program) = shellcheck() else { return };
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}", folder.path().join("Dockerfile").display());
    let settings_uri = format!("file://{}", folder.path().join("layerwise.toml").display());
    let mut client = start(&program);
    client.open(&uri, 1, SOURCE);
    assert_eq!(codes(&client.published(&uri, Some(1))), [""; 0]);
    assert_eq!(codes(&client.published(&uri, Some(1))), [RULE]);
    let params = json!({ "textDocument": { "uri": uri }, "range": range((1, 8), (1, 10)), "context": { "diagnostics": [] } });
    let actions = client.request("textDocument/codeAction", params).unwrap();
    let offered = |title: &str| actions.as_array().unwrap().iter().find(|action| action["title"] == title);
    assert!(offered("Turn off `shellcheck` with all its codes in layerwise.toml").is_some(), "{actions}");
    let action = offered("Turn off `SC2086` in layerwise.toml").unwrap();
    let text = action["edit"]["documentChanges"][1]["edits"][0]["newText"].as_str().unwrap();
    assert_eq!(text, "[rules]\nSC2086 = \"off\"\n");

    fs::write(folder.path().join("layerwise.toml"), text).unwrap();
    let changes = json!([{ "uri": settings_uri, "type": 1 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    assert_eq!(client.published(&uri, Some(1)), []);
    client.shut_down();
}

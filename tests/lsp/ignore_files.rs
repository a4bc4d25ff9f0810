//! Ignore files as documents of their own, and documents of other kinds that are opened by mistake.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, codes, position, pull, push, range};

/// A folder with these files, and the address of one of it.
fn folder(files: &[&str], name: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for path in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    let uri = format!("file://{}/{name}", folder.path().display());
    (folder, uri)
}

fn open(client: &mut Client, uri: &str, language: &str, text: &str) {
    let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
}

fn at(client: &mut Client, method: &str, uri: &str, line: u32, character: u32) -> Value {
    let params = json!({ "textDocument": { "uri": uri }, "position": position(line, character) });
    client.request(&format!("textDocument/{method}"), params).unwrap()
}

#[test]
fn documents_of_other_kinds_are_left_in_peace() {
    let mut client = Client::start(pull());
    for (uri, language) in [
        ("file:///nowhere/compose.yaml", "dockerfile"),
        ("file:///nowhere/compose.yaml", "yaml.docker-compose"),
        ("file:///nowhere/docker-bake.hcl", "dockerfile"),
        ("file:///nowhere/docker-bake.json", "dockerfile"),
        ("file:///nowhere/bake", "hcl"),
        ("file:///nowhere/.gitignore", "ignore"),
    ] {
        open(&mut client, uri, language, "from a\nCOPPY  b \\\nc\n");
        assert_eq!(client.pulled(uri), [], "{uri} {language}");
        for method in ["hover", "completion", "definition", "signatureHelp"] {
            assert_eq!(at(&mut client, method, uri, 0, 5), Value::Null, "{method} {uri} {language}");
        }
        let params =
            json!({ "textDocument": { "uri": uri }, "options": { "tabSize": 4, "insertSpaces": true } });
        assert_eq!(client.request("textDocument/formatting", params), Ok(Value::Null), "{uri} {language}");
        client.close(uri);
    }
    client.shut_down();
}

#[test]
fn an_ignore_file_is_never_read_as_a_dockerfile() {
    for (name, language) in [
        (".dockerignore", "dockerfile"),
        (".dockerignore", "ignore"),
        ("Dockerfile.dockerignore", "dockerfile"),
    ] {
        let (_folder, uri) = folder(&["from a", "COPPY b"], name);
        let mut client = Client::start(pull());
        open(&mut client, &uri, language, "from a\nCOPPY b\n  x \\\\ny\n");
        let found = client.pulled(&uri);
        assert!(codes(&found).iter().all(|code| *code == "unmatched-pattern"), "{name}");
        let params =
            json!({ "textDocument": { "uri": uri }, "options": { "tabSize": 4, "insertSpaces": true } });
        assert_eq!(client.request("textDocument/formatting", params), Ok(Value::Null), "{name}");
        let params = json!({ "textDocument": { "uri": uri }, "range": range((0, 0), (2, 0)), "context": { "diagnostics": [] } });
        let actions = client.request("textDocument/codeAction", params).unwrap();
        let titles: Vec<&str> =
            actions.as_array().unwrap().iter().filter_map(|action| action["title"].as_str()).collect();
        let is_about_patterns =
            |title: &&str| title.contains("pattern") || title.contains("Apply all safe fixes");
        assert!(titles.iter().all(is_about_patterns), "{name}: {titles:?}");
        client.shut_down();
    }
}

#[test]
fn patterns_are_judged_in_the_folder_of_the_ignore_file() {
    let (folder, uri) = folder(&["a.log", "d/b.log", "keep.md"], ".dockerignore");
    let mut client = Client::start(push());
    open(&mut client, &uri, "ignore", "# logs\n*.log\n../x\n*.log\n!keep.md\nno/way\n");
    let expected = [
        ("unreachable-pattern", 2),
        ("duplicate-pattern", 3),
        ("idle-exception", 4),
        ("unmatched-pattern", 5),
    ];
    // What needs the disk comes after what does not.
    let is_whole = |params: &Value| params["diagnostics"].as_array().unwrap().len() == expected.len();
    let published = client.notification("textDocument/publishDiagnostics", is_whole);
    for (diagnostic, (code, line)) in published["diagnostics"].as_array().unwrap().iter().zip(expected) {
        assert_eq!(
            (&diagnostic["code"], &diagnostic["range"]["start"]["line"]),
            (&json!(code), &json!(line))
        );
    }
    let hover = at(&mut client, "hover", &uri, 1, 2);
    let says = format!("**Matches** 1 in `{}`: `a.log`", folder.path().display());
    assert_eq!(hover["contents"]["value"], says);
    assert_eq!(hover["range"], range((1, 0), (1, 5)));
    let place = json!([{ "uri": uri.replace(".dockerignore", "keep.md"), "range": range((0, 0), (0, 0)) }]);
    assert_eq!(at(&mut client, "definition", &uri, 4, 3), place);
    let offered = at(&mut client, "completion", &uri, 6, 0);
    let labels: Vec<&str> =
        offered.as_array().unwrap().iter().filter_map(|item| item["label"].as_str()).collect();
    assert_eq!(labels[..3], ["a.log", "d", "keep.md"]);
    client.shut_down();
}

#[test]
fn the_ignore_file_of_a_dockerfile_belongs_to_its_build() {
    let (folder, uri) = folder(&["app/a.go", "build/Dockerfile"], "build/Dockerfile.dockerignore");
    let compose = "services:\n  web:\n    build:\n      context: .\n      dockerfile: build/Dockerfile\n";
    fs::write(folder.path().join("compose.yaml"), compose).unwrap();
    let mut client = Client::spawn();
    let root = format!("file://{}", folder.path().display());
    let folders = json!([{ "uri": root, "name": "x" }]);
    client.initialize(
        json!({ "processId": null, "rootUri": root, "workspaceFolders": folders, "capabilities": push() }),
    );
    open(&mut client, &uri, "ignore", "app/*.go\n");
    let says = format!("**Matches** 1 in `{}`: `app/a.go`", folder.path().display());
    assert_eq!(at(&mut client, "hover", &uri, 0, 2)["contents"]["value"], says);
    client.shut_down();
}

#[test]
fn what_is_wrong_with_a_pattern_is_mended_silenced_and_switched_off() {
    let (folder, uri) = folder(&["d/a"], ".dockerignore");
    let mut client = Client::start(pull());
    open(&mut client, &uri, "ignore", "../d\nd\nd\n");
    assert_eq!(codes(&client.pulled(&uri)), ["unreachable-pattern", "duplicate-pattern"]);
    let document = json!({ "uri": uri });
    let context = json!({ "diagnostics": [] });
    let params = json!({ "textDocument": document, "range": range((0, 0), (0, 4)), "context": context });
    let actions = client.request("textDocument/codeAction", params).unwrap();
    let titles: Vec<&str> =
        actions.as_array().unwrap().iter().filter_map(|action| action["title"].as_str()).collect();
    let expected = [
        "Remove the pattern",
        "Write `d`",
        "Ignore `unreachable-pattern` for this pattern",
        "Ignore `unreachable-pattern` in this file",
        "Turn off `unreachable-pattern` in layerwise.toml",
    ];
    assert_eq!(titles[..5], expected);
    let edits = &actions[0]["edit"]["documentChanges"][0]["edits"];
    assert_eq!(crate::text::apply("../d\nd\nd\n", edits.as_array().unwrap()), "d\nd\n");
    fs::write(folder.path().join("layerwise.toml"), "[rules]\nduplicate-pattern = \"off\"\n").unwrap();
    let settings = format!("file://{}/layerwise.toml", folder.path().display());
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": settings, "type": 1 }] }));
    assert_eq!(codes(&client.pulled(&uri)), ["unreachable-pattern"]);
    client.shut_down();
}

#[test]
fn the_first_answer_about_an_ignore_file_is_whole() {
    let (_folder, uri) = folder(&["a.txt", "Dockerfile"], ".dockerignore");
    let mut capabilities = pull();
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let mut client = Client::start(capabilities);
    open(&mut client, &uri, "ignore", "a.txt\nb.txt\n");
    assert_eq!(codes(&client.pulled(&uri)), ["unmatched-pattern"]);
    client.shut_down();
}

#[test]
fn the_definition_of_a_pattern_is_what_it_matches() {
    let (folder, uri) = folder(&["a.md", "d/b.md", "Dockerfile"], ".dockerignore");
    let mut client = Client::start(push());
    open(&mut client, &uri, "ignore", "**/*.md\nd\n");
    let found = at(&mut client, "definition", &uri, 0, 3);
    let uris: Vec<&str> =
        found.as_array().unwrap().iter().map(|place| place["uri"].as_str().unwrap()).collect();
    let path = |name: &str| format!("file://{}/{name}", folder.path().display());
    assert_eq!(uris, [path("a.md"), path("d/b.md")]);
    assert_eq!(at(&mut client, "definition", &uri, 1, 0), Value::Null);
    client.shut_down();
}

//! Formatting: a document, a range, while typing; what the editor asks for, and what the settings say.

use serde_json::{Value, json};

use crate::client::{Client, position, push, range};
use crate::text::apply;

const URI: &str = "untitled:a";
const SOURCE: &str = "  FROM 🐳/a\n\n\n\nRUN b '🐳' && \\  \n  c \\\n    d";

fn edits(client: &mut Client, method: &str, mut params: Value) -> Vec<Value> {
    params["textDocument"] = json!({ "uri": URI });
    let answer = client.request(&format!("textDocument/{method}"), params).unwrap();
    answer.as_array().unwrap().clone()
}

fn formatted(client: &mut Client, options: Value) -> String {
    apply(SOURCE, &edits(client, "formatting", json!({ "options": options })))
}

#[test]
fn formatting_is_offered() {
    let client = Client::start(push());
    let capabilities = &client.initialized["capabilities"];
    assert_eq!(capabilities["documentFormattingProvider"], true);
    assert_eq!(capabilities["documentRangeFormattingProvider"], true);
    let typing = json!({ "firstTriggerCharacter": "\\", "moreTriggerCharacter": ["`", "\n"] });
    assert_eq!(capabilities["documentOnTypeFormattingProvider"], typing);
    client.shut_down();
}

#[test]
fn a_document_is_formatted_as_the_editor_asks() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    let spaces = json!({ "tabSize": 4, "insertSpaces": true });
    let expected = "FROM 🐳/a\n\n\nRUN b '🐳' && \\  \n    c \\\n      d";
    assert_eq!(formatted(&mut client, spaces), expected);
    let all = json!({
        "tabSize": 2, "insertSpaces": false, "trimTrailingWhitespace": true, "insertFinalNewline": true,
        "trimFinalNewlines": true, "something.else": "x",
    });
    assert_eq!(formatted(&mut client, all), "FROM 🐳/a\n\n\nRUN b '🐳' && \\\n\tc \\\n\t\td\n");
    client.shut_down();
}

#[test]
fn edits_are_small() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a\nRUN b '🐳' \\  \n  c\n");
    let options = json!({ "tabSize": 4, "insertSpaces": true, "trimTrailingWhitespace": true });
    let expected = json!([
        { "range": range((1, 12), (1, 14)), "newText": "" },
        { "range": range((2, 0), (2, 2)), "newText": "    " },
    ]);
    assert_eq!(json!(edits(&mut client, "formatting", json!({ "options": options }))), expected);
    client.shut_down();
}

#[test]
fn a_range_is_formatted_alone() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let params = json!({ "range": range((5, 1), (5, 1)), "options": options });
    let expected = SOURCE.replace("\n  c", "\n    c");
    assert_eq!(apply(SOURCE, &edits(&mut client, "rangeFormatting", params)), expected);
    client.shut_down();
}

#[test]
fn the_next_line_is_indented_while_typing() {
    let mut client = Client::start(push());
    let source = "FROM a\nRUN 🐳 \\\nb\n";
    client.open(URI, 1, source);
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let params = json!({ "position": position(1, 8), "ch": "\\", "options": options });
    let answer = edits(&mut client, "onTypeFormatting", params);
    assert_eq!(apply(source, &answer), "FROM a\nRUN 🐳 \\\n    b\n");
    client.shut_down();
}

#[test]
fn settings_beat_what_the_editor_asks_for() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    let format = json!({ "indent": "tab", "operators": "leading", "max-blank-lines": 1 });
    let settings = json!({ "layerwise": { "format": format } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    assert_eq!(formatted(&mut client, options), "FROM 🐳/a\n\nRUN b '🐳' \\  \n\t&& c \\\n\t\td");
    client.shut_down();
}

#[test]
fn other_documents_are_left_alone() {
    let mut client = Client::start(push());
    let document = json!({ "uri": URI, "languageId": "yaml", "version": 1, "text": SOURCE });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": URI }, "options": options });
    assert_eq!(client.request("textDocument/formatting", params).unwrap(), Value::Null);
    client.shut_down();
}

#[test]
fn a_document_is_formatted_before_it_is_saved_where_that_is_set() {
    let mut capabilities = push();
    capabilities["textDocument"]["synchronization"] = json!({ "willSaveWaitUntil": true });
    let mut client = Client::start(capabilities);
    assert_eq!(client.initialized["capabilities"]["textDocumentSync"]["willSaveWaitUntil"], true);
    client.open(URI, 1, SOURCE);
    let save = |client: &mut Client, reason: u32| {
        let params = json!({ "textDocument": { "uri": URI }, "reason": reason });
        client.request("textDocument/willSaveWaitUntil", params).unwrap()
    };
    assert_eq!(save(&mut client, 1), Value::Null);
    let set = json!({ "settings": { "layerwise": { "format": { "on-save": true, "indent": 2 } } } });
    client.notify("workspace/didChangeConfiguration", set);
    for reason in [1, 3] {
        let edits = save(&mut client, reason);
        let expected = "FROM 🐳/a\n\n\nRUN b '🐳' && \\\n  c \\\n    d\n";
        assert_eq!(apply(SOURCE, edits.as_array().unwrap()), expected);
    }
    // What is saved by itself is still being typed.
    assert_eq!(save(&mut client, 2), Value::Null);
    client.shut_down();
    let client = Client::start(push());
    assert!(client.initialized["capabilities"]["textDocumentSync"]["willSaveWaitUntil"].is_null());
    client.shut_down();
}

//! Clients that can little, that answer with errors, and that make mistakes.

use serde_json::{Value, json};

use crate::client::{Answers, Client, codes, position, pull, push};

const INVALID_PARAMS: i64 = -32602;
const PARSE_ERROR: i64 = -32700;
const URI: &str = "untitled:a";

/// Whether the server is alive and knows what it knew.
fn check_alive(client: &mut Client) {
    client.open(URI, 1, "FROM nats\n");
    assert_eq!(codes(&client.published(URI, Some(1))), ["floating-base-tag"]);
    client.close(URI);
    assert_eq!(client.published(URI, None), []);
}

#[test]
fn a_client_that_can_nothing_is_served() {
    let mut client = Client::start(json!({}));
    let capabilities = &client.initialized["capabilities"];
    assert!(capabilities.get("diagnosticProvider").is_none(), "{capabilities}");
    assert!(capabilities.get("codeActionProvider").is_none(), "{capabilities}");
    check_alive(&mut client);
    client.open(URI, 1, "FROM a:1\n");
    let params = json!({ "textDocument": { "uri": URI }, "position": position(0, 1) });
    let hover = client.request("textDocument/hover", params).unwrap();
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert_eq!(client.requests, []);
    client.shut_down();
}

#[test]
fn a_client_that_refuses_everything_is_served() {
    let mut capabilities = pull();
    capabilities["workspace"]["configuration"] = json!(true);
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    capabilities["workspace"]["didChangeConfiguration"] = json!({ "dynamicRegistration": true });
    let mut client = Client::spawn();
    client.answers = Answers::Errors;
    client.initialize(json!({ "capabilities": capabilities }));
    client.asked("client/registerCapability");
    client.asked("workspace/configuration");
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.asked("workspace/configuration");
    client.open(URI, 1, "FROM nats\n");
    assert_eq!(codes(&client.pulled(URI)), ["floating-base-tag"]);
    // Settings that are sent hold all the same, and the refresh that follows is refused.
    let settings = json!({ "layerwise": { "rules": { "floating-base-tag": "hint" } } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    client.asked("workspace/diagnostic/refresh");
    assert_eq!(client.pulled(URI)[0].severity, 4);
    client.shut_down();
}

#[test]
fn changes_of_a_document_that_is_not_open_are_ignored() {
    let mut client = Client::start(push());
    client.change(URI, 5, json!([{ "text": "FROM nats\n" }]));
    let warning = client.notification("window/logMessage", |_| true);
    assert!(warning["message"].as_str().unwrap().contains("not open"), "{warning}");
    client.close(URI);
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": URI } }));
    let params = json!({ "textDocument": { "uri": URI }, "position": position(0, 1) });
    assert_eq!(client.request("textDocument/hover", params), Ok(Value::Null));
    check_alive(&mut client);
    client.shut_down();
}

#[test]
fn a_document_that_is_opened_twice_is_the_second() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM nats\n");
    client.open(URI, 2, "FROM a:1\n");
    assert_eq!(client.published(URI, Some(2)), []);
    client.shut_down();
}

#[test]
fn wrong_params_are_an_error_of_that_request_only() {
    let mut client = Client::start(push());
    for params in [json!({}), json!([]), json!({ "textDocument": { "uri": 1 } }), Value::Null] {
        let error = client.request("textDocument/hover", params).unwrap_err();
        assert_eq!(error.code, INVALID_PARAMS);
    }
    client.notify("textDocument/didOpen", json!({ "textDocument": {} }));
    client.notify("textDocument/didChange", json!(3));
    check_alive(&mut client);
    client.shut_down();
}

#[test]
fn a_message_that_is_no_json_is_answered_and_survived() {
    let mut client = Client::start(push());
    for (body, code) in [("{", PARSE_ERROR), ("", PARSE_ERROR), ("[]", -32600), ("7", -32600)] {
        client.write(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        assert_eq!(client.wait(0).unwrap_err().code, code, "{body:?}");
    }
    client.write(b"Content-Length: 2\r\n\r\n\xff\xff");
    assert_eq!(client.wait(0).unwrap_err().code, PARSE_ERROR);
    check_alive(&mut client);
    client.shut_down();
}

#[test]
fn a_header_that_is_none_is_answered_and_survived() {
    let mut client = Client::start(push());
    client.write(b"Content-Length: many\r\n\r\n{\"jsonrpc\":\"2.0\"}");
    assert_eq!(client.wait(0).unwrap_err().code, PARSE_ERROR);
    check_alive(&mut client);
    client.shut_down();
}

#[test]
fn answers_that_nobody_asked_for_are_ignored() {
    let mut client = Client::start(push());
    client.send(&json!({ "jsonrpc": "2.0", "id": 77, "result": 1 }));
    client.send(&json!({ "jsonrpc": "2.0", "id": null, "error": { "code": 1, "message": "x" } }));
    client.send(&json!({ "jsonrpc": "2.0", "id": "x" }));
    check_alive(&mut client);
    client.shut_down();
}

#[test]
fn ids_may_be_strings() {
    let mut client = Client::start(push());
    client.send(&json!({ "jsonrpc": "2.0", "id": "seven", "method": "unheard/of" }));
    // The client keeps results by number: one that has none counts as 0.
    assert_eq!(client.wait(0).unwrap_err().code, -32601);
    client.shut_down();
}

#[test]
fn a_document_that_is_no_dockerfile_has_no_findings() {
    let mut client = Client::start(pull());
    for (language, count) in [("dockerignore", 0), ("dockerfile", 1)] {
        let document = json!({ "uri": URI, "languageId": language, "version": 1, "text": "FROM nats\n" });
        client.notify("textDocument/didOpen", json!({ "textDocument": document }));
        assert_eq!(client.pulled(URI).len(), count, "{language}");
        client.close(URI);
    }
    client.shut_down();
}

#[test]
fn half_a_character_does_not_put_the_text_out_of_step() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM nats\n");
    client.published(URI, Some(1));
    let start = position(0, 0);
    let change = json!({
        "jsonrpc": "2.0",
        "method": "textDocument/didChange",
        "params": {
            "textDocument": { "uri": URI, "version": 2 },
            "contentChanges": [{ "range": { "start": start, "end": start }, "text": "# HALF\n" }],
        },
    });
    let body = change.to_string().replace("HALF", "\\ud83d");
    client.write(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    let found = client.published(URI, Some(2));
    assert_eq!(codes(&found), ["floating-base-tag"]);
    assert_eq!(found[0].range.start.line, 1);
    client.shut_down();
}

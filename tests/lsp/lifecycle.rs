//! From the start to the end of a session.

use serde_json::{Value, json};

use crate::client::{Client, push, server};

const NOT_INITIALIZED: i64 = -32002;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_REQUEST: i64 = -32600;

#[test]
fn a_session_ends_well_after_shutdown() {
    let client = Client::start(push());
    assert_eq!(client.initialized["serverInfo"]["name"], "layerwise");
    client.shut_down();
}

#[test]
fn shutdown_may_come_with_parameters() {
    let mut client = Client::start(push());
    assert_eq!(client.request("shutdown", json!({})), Ok(Value::Null));
    client.notify("exit", json!({}));
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn an_end_without_shutdown_is_a_failure() {
    let mut client = Client::start(push());
    client.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn an_end_before_the_start_is_a_failure() {
    let mut client = Client::spawn();
    client.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn the_end_of_the_input_is_the_end() {
    let mut client = Client::start(push());
    client.close_input();
    assert_eq!(client.exit_code(), 1);

    let mut client = Client::start(push());
    client.request("shutdown", Value::Null).unwrap();
    client.close_input();
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn nothing_is_answered_before_the_start() {
    let mut client = Client::spawn();
    let params =
        json!({ "textDocument": { "uri": "untitled:a" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(client.request("textDocument/hover", params.clone()).unwrap_err().code, NOT_INITIALIZED);
    assert_eq!(client.request("shutdown", Value::Null).unwrap_err().code, NOT_INITIALIZED);
    // Too early, and therefore ignored.
    client.open("untitled:a", 1, "LOST\n");
    client.initialize(json!({ "capabilities": push() }));
    assert_eq!(client.request("textDocument/hover", params), Ok(Value::Null));
    client.shut_down();
}

#[test]
fn a_session_starts_once() {
    let mut client = Client::start(push());
    let error = client.request("initialize", json!({ "capabilities": {} })).unwrap_err();
    assert_eq!(error.code, INVALID_REQUEST);
    client.shut_down();
}

#[test]
fn nothing_is_answered_after_shutdown() {
    let mut client = Client::start(push());
    client.request("shutdown", Value::Null).unwrap();
    let params =
        json!({ "textDocument": { "uri": "untitled:a" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(client.request("textDocument/hover", params).unwrap_err().code, INVALID_REQUEST);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn a_method_that_is_not_known_is_not_found() {
    let mut client = Client::start(push());
    for method in ["textDocument/unheardOf", "textDocument/moniker", "layerwise/unheardOf"] {
        let params = json!({
            "textDocument": { "uri": "untitled:a" }, "position": { "line": 0, "character": 0 },
        });
        assert_eq!(client.request(method, params).unwrap_err().code, METHOD_NOT_FOUND, "{method}");
    }
    // Nobody waits for an answer to these.
    client.notify("$/unheardOf", json!({}));
    client.notify("textDocument/unheardOf", json!({}));
    client.shut_down();
}

#[test]
fn a_request_can_be_cancelled() {
    let mut client = Client::start(push());
    client.open("untitled:a", 1, "FROM a:1\n");
    let params = json!({
        "textDocument": { "uri": "untitled:a" },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } },
        "context": { "diagnostics": [] },
    });
    let id = client.ask("textDocument/codeAction", params.clone());
    client.notify("$/cancelRequest", json!({ "id": id }));
    // It may have been done by then. It is answered in any case, and once.
    match client.wait(id) {
        Ok(actions) => assert!(actions.is_array()),
        Err(error) => assert_eq!(error.code, -32800),
    }
    client.notify("$/cancelRequest", json!({ "id": 999 }));
    assert!(client.request("textDocument/codeAction", params).unwrap().is_array());
    client.shut_down();
}

#[test]
fn a_server_talks_on_a_socket() {
    for words in [["--socket", "PORT"].as_slice(), &["--socket=PORT", "--clientProcessId=1"]] {
        let arguments =
            |port: u16| words.iter().map(|word| word.replace("PORT", &port.to_string())).collect();
        let mut client = Client::listen(&arguments);
        client.initialize(json!({ "processId": null, "rootUri": null, "capabilities": push() }));
        client.open("untitled:a", 1, "FROM nats\n");
        assert_eq!(client.published("untitled:a", Some(1)).len(), 1);
        client.shut_down();
        // Who is gone needs no server.
        let mut client = Client::listen(&arguments);
        client.initialize(json!({ "processId": null, "rootUri": null, "capabilities": push() }));
        client.hang_up();
        assert_eq!(client.exit_code(), 1);
    }
}

#[cfg(unix)]
#[test]
fn a_server_talks_on_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    for (number, words) in
        [["--pipe", "NAME"].as_slice(), &["--pipe=NAME", "--clientProcessId=1"]].iter().enumerate()
    {
        let name = folder.path().join(format!("a blank {number}.sock"));
        let arguments = words.iter().map(|word| word.replace("NAME", name.to_str().unwrap()));
        let mut client = Client::listen_on_pipe(&name, arguments.collect());
        client.initialize(json!({ "processId": null, "rootUri": null, "capabilities": push() }));
        client.open("untitled:a", 1, "FROM node\n");
        assert_eq!(client.published("untitled:a", Some(1)).len(), 1);
        client.shut_down();
    }
    let nobody = folder.path().join("nobody");
    let run = server(&["lsp", "--pipe"]).arg(&nobody).stderr(std::process::Stdio::piped()).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8(run.stderr).unwrap().contains("the server cannot start: "));
    let run = server(&["lsp", "--socket=1", "--pipe"]).arg(&nobody).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
}

#[test]
fn a_socket_that_nobody_listens_to_is_said() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    drop(listener);
    let run = server(&["lsp", "--socket", &port]).stderr(std::process::Stdio::piped()).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(said.contains("the server cannot start: ") && run.stdout.is_empty(), "{said}");
    let run = server(&["lsp", "--stdio", "--socket", &port]).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
}

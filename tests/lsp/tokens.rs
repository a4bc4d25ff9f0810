//! Semantic tokens.

use serde_json::{Value, json};

use crate::client::{Client, push, range, with_encoding};

const URI: &str = "untitled:a";

fn capabilities() -> Value {
    let mut capabilities = push();
    let requests = json!({ "range": true, "full": { "delta": true } });
    capabilities["textDocument"]["semanticTokens"] =
        json!({ "requests": requests, "tokenTypes": [], "tokenModifiers": [], "formats": ["relative"] });
    capabilities
}

fn ask(client: &mut Client, method: &str, more: Value) -> Value {
    let mut params = json!({ "textDocument": { "uri": URI } });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.request(&format!("textDocument/semanticTokens/{method}"), params).unwrap()
}

fn data(answer: &Value) -> Vec<u64> {
    answer["data"].as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
}

/// The tokens as line, column, length and name.
fn shown(client: &Client, data: &[u64]) -> Vec<(u64, u64, u64, String)> {
    let legend = &client.initialized["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"];
    let (mut line, mut column) = (0, 0);
    let mut shown = Vec::new();
    for token in data.chunks(5) {
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        line += token[0];
        let name = legend[usize::try_from(token[3]).unwrap()].as_str().unwrap();
        shown.push((line, column, token[2], name.to_owned()));
    }
    shown
}

fn token(line: u64, column: u64, length: u64, name: &str) -> (u64, u64, u64, String) {
    (line, column, length, name.to_owned())
}

#[test]
fn tokens_count_in_the_clients_units() {
    let source = "# 🐳\nENV A=\"🐳$B\"\n";
    for (encoding, whale) in [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)] {
        let mut client = Client::start(with_encoding(capabilities(), encoding));
        client.open(URI, 1, source);
        let answer = ask(&mut client, "full", json!({}));
        let expected = [
            token(0, 0, 2 + whale, "comment"),
            token(1, 0, 3, "keyword"),
            token(1, 4, 1, "variable"),
            token(1, 5, 1, "operator"),
            token(1, 6, 1 + whale, "string"),
            token(1, 7 + whale, 2, "variable"),
            token(1, 9 + whale, 1, "string"),
        ];
        assert_eq!(shown(&client, &data(&answer)), expected, "{encoding}");
        client.shut_down();
    }
}

#[test]
fn a_script_that_is_an_argument_is_highlighted_line_by_line() {
    let mut client = Client::start(capabilities());
    client.open(URI, 1, "FROM a\nRUN <<E\necho 'b\nc'\nE\n");
    let answer = ask(&mut client, "full", json!({}));
    let tokens = shown(&client, &data(&answer));
    assert_eq!(
        tokens[4..],
        [
            token(2, 0, 4, "function"),
            token(2, 5, 2, "string"),
            token(3, 0, 2, "string"),
            token(4, 0, 1, "namespace")
        ]
    );
    client.shut_down();
}

#[test]
fn a_range_has_the_tokens_of_what_it_touches() {
    let mut client = Client::start(capabilities());
    client.open(URI, 1, "FROM a\nUSER b\nUSER c\n");
    let answer = ask(&mut client, "range", json!({ "range": range((1, 1), (1, 3)) }));
    assert_eq!(shown(&client, &data(&answer)), [token(1, 0, 4, "keyword"), token(1, 5, 1, "string")]);
    client.shut_down();
}

#[test]
fn a_delta_leads_from_the_old_tokens_to_the_new() {
    let mut client = Client::start(capabilities());
    client.open(URI, 1, "FROM a\nUSER b\nUSER c\n");
    let first = ask(&mut client, "full", json!({}));
    client.change(URI, 2, json!([{ "range": range((1, 0), (1, 0)), "text": "EXPOSE 80\n" }]));
    let delta = ask(&mut client, "full/delta", json!({ "previousResultId": first["resultId"] }));
    let edits = delta["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1, "{delta}");
    let number = |name: &str| usize::try_from(edits[0][name].as_u64().unwrap()).unwrap();
    let mut tokens = data(&first);
    let start = number("start");
    tokens.splice(start..start + number("deleteCount"), data(&edits[0]));
    let whole = ask(&mut client, "full", json!({}));
    assert_eq!(tokens, data(&whole));
    assert!(data(&edits[0]).len() < tokens.len());

    // Nothing has changed since; and a client that knows something else gets all of it.
    let same = ask(&mut client, "full/delta", json!({ "previousResultId": whole["resultId"] }));
    assert_eq!(same["edits"], json!([]));
    let unknown = ask(&mut client, "full/delta", json!({ "previousResultId": "x" }));
    assert_eq!(data(&unknown), data(&whole));
    client.shut_down();
}

#[test]
fn tokens_are_offered_to_who_shows_them_and_of_dockerfiles() {
    let mut client = Client::start(push());
    assert_eq!(client.initialized["capabilities"]["semanticTokensProvider"], Value::Null);
    client.open(URI, 1, "FROM a\n");
    let document = json!({ "uri": "untitled:b", "languageId": "yaml", "version": 1, "text": "a: b\n" });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let params = json!({ "textDocument": { "uri": "untitled:b" } });
    let answer = client.request("textDocument/semanticTokens/full", params).unwrap();
    assert_eq!(answer["data"], json!([]));
    client.shut_down();
}

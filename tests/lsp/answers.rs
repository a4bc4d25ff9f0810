//! Hover and completion.

use serde_json::{Value, json};

use crate::client::{Client, position, push, range};
use crate::text::apply;

const URI: &str = "untitled:a";

fn at(method: &str, client: &mut Client, line: u32, character: u32) -> Value {
    let params = json!({ "textDocument": { "uri": URI }, "position": position(line, character) });
    client.request(method, params).unwrap()
}

fn items(client: &mut Client, line: u32, character: u32) -> Vec<Value> {
    at("textDocument/completion", client, line, character).as_array().unwrap().clone()
}

fn item<'a>(items: &'a [Value], label: &str) -> &'a Value {
    items.iter().find(|item| item["label"] == label).unwrap_or_else(|| panic!("no `{label}` in {items:?}"))
}

#[test]
fn an_instruction_is_explained_as_the_client_takes_it() {
    let mut client = Client::start(push());
    client.open(URI, 1, "# 🐳\nFROM debian:12\n");
    let hover = at("textDocument/hover", &mut client, 1, 2);
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert_eq!(hover["range"], range((1, 0), (1, 4)));
    let markdown = hover["contents"]["value"].as_str().unwrap().to_owned();
    assert!(markdown.contains("FROM"), "{markdown}");
    assert_eq!(at("textDocument/hover", &mut client, 0, 1), Value::Null);
    client.shut_down();

    let mut client =
        Client::start(json!({ "textDocument": { "hover": { "contentFormat": ["plaintext"] } } }));
    client.open(URI, 1, "FROM debian:12\n");
    let hover = at("textDocument/hover", &mut client, 0, 2);
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let plain = hover["contents"]["value"].as_str().unwrap();
    assert!(plain.contains("FROM") && !plain.contains('`') && plain != markdown, "{plain}");
    client.shut_down();
}

#[test]
fn a_variable_is_explained_with_its_value() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM debian:12\nENV GREETING=hello\nRUN echo 🐳 $GREETING\n");
    let hover = at("textDocument/hover", &mut client, 2, 15);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("hello"), "{hover}");
    assert_eq!(hover["range"]["start"]["line"], 2);
    client.shut_down();
}

#[test]
fn a_stage_is_completed_where_it_can_stand() {
    let source = "FROM golang:1.24 AS builder\nFROM scratch\nCOPY --from=🐳bu /a /b\n";
    let mut client = Client::start(push());
    let triggers = client.initialized["capabilities"]["completionProvider"]["triggerCharacters"].clone();
    assert!(triggers.as_array().unwrap().contains(&json!("=")), "{triggers}");
    let source = source.replace('🐳', "");
    client.open(URI, 1, &source);
    let items = items(&mut client, 2, 14);
    let edit = item(&items, "builder")["textEdit"].clone();
    assert_eq!(apply(&source, &[edit]), source.replace("=bu ", "=builder "));
    client.shut_down();
}

#[test]
fn an_instruction_is_completed_at_the_start_of_a_line() {
    let source = "FROM debian:12\nWOR\n";
    let mut client = Client::start(push());
    client.open(URI, 1, source);
    let items = items(&mut client, 1, 3);
    let item = item(&items, "WORKDIR");
    let fixed = apply(source, &[item["textEdit"].clone()]);
    assert!(fixed.starts_with("FROM debian:12\nWORKDIR"), "{fixed}");
    assert_eq!(item["kind"], 14);
    client.shut_down();
}

#[test]
fn the_tags_of_an_image_are_shown_newest_first() {
    let source = "FROM --platform=linux/amd64 node: AS build\n";
    let mut client = Client::start(push());
    let triggers = client.initialized["capabilities"]["completionProvider"]["triggerCharacters"].clone();
    assert!(triggers.as_array().unwrap().contains(&json!(":")), "{triggers}");
    client.open(URI, 1, source);
    let items = items(&mut client, 0, 33);
    assert_eq!(
        apply(source, &[item(&items, "22-slim")["textEdit"].clone()]),
        source.replace("node:", "node:22-slim")
    );
    let order = |label| item(&items, label)["sortText"].as_str().unwrap().to_owned();
    assert!(order("24") < order("22") && order("22") < order("16"));
    client.shut_down();
}

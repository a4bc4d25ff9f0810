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

/// A client that knows more of completions than the protocol had at first.
fn start_with(item: Value, defaults: &[&str]) -> Client {
    let mut capabilities = push();
    capabilities["textDocument"]["completion"] =
        json!({ "completionItem": item, "completionList": { "itemDefaults": defaults } });
    Client::start(capabilities)
}

#[test]
fn the_user_chooses_whether_a_completion_keeps_the_rest_of_the_word() {
    let source = "ARG LONG=1\nFROM golang:1.24 AS builder\nFROM scratch\nCOPY --from=buXX /a /b\nCOPY --fr /a /b\nENV A=${LON\n";
    let mut client = start_with(json!({ "insertReplaceSupport": true }), &[]);
    client.open(URI, 1, source);
    let offered = items(&mut client, 3, 14);
    let edit = &item(&offered, "builder")["textEdit"];
    assert_eq!(edit["newText"], "builder");
    assert_eq!((&edit["insert"], &edit["replace"]), (&range((3, 12), (3, 14)), &range((3, 12), (3, 16))));
    // At the end of the word both are one, and what is written behind a label belongs behind the word.
    let offered = items(&mut client, 3, 16);
    assert_eq!(item(&offered, "builder")["textEdit"]["range"], range((3, 12), (3, 16)));
    let offered = items(&mut client, 4, 7);
    let edit = &item(&offered, "--from")["textEdit"];
    assert_eq!((&edit["newText"], &edit["range"]), (&json!("--from="), &range((4, 5), (4, 9))));
    client.shut_down();
    let mut client = Client::start(push());
    client.open(URI, 1, source);
    let offered = items(&mut client, 3, 14);
    assert_eq!(item(&offered, "builder")["textEdit"]["range"], range((3, 12), (3, 16)));
    client.shut_down();
}

#[test]
fn what_completions_have_in_common_is_said_once() {
    let source = "FROM golang:1.24 AS builder\n\nRUN --mount=type=cache,ta=x\nCOPY --from=b /a /b\n";
    let places = [(1, 0), (2, 25), (3, 13), (3, 4)];
    let snippets = json!({ "snippetSupport": true });
    let mut whole = start_with(snippets.clone(), &[]);
    let mut short = start_with(snippets, &["editRange", "insertTextFormat"]);
    whole.open(URI, 1, source);
    short.open(URI, 1, source);
    for (line, character) in places {
        let wanted = items(&mut whole, line, character);
        let mut list = at("textDocument/completion", &mut short, line, character);
        let defaults = list["itemDefaults"].clone();
        assert_eq!(
            (list["isIncomplete"].clone(), defaults["editRange"].is_object()),
            (json!(false), true),
            "{list}"
        );
        let items = list["items"].as_array_mut().unwrap();
        let count = items.iter().filter(|item| item["textEdit"].is_null()).count();
        assert!(count > items.len() / 2, "{line}:{character}: {count} of {}", items.len());
        // As a client puts them together.
        for item in &mut *items {
            let text = item.as_object_mut().unwrap().remove("textEditText");
            if item["textEdit"].is_null() {
                let text = text.unwrap_or_else(|| item["label"].clone());
                item["textEdit"] = json!({ "range": defaults["editRange"], "newText": text });
            }
            if let (None, Some(format)) = (item.get("insertTextFormat"), defaults.get("insertTextFormat")) {
                item["insertTextFormat"] = format.clone();
            }
            if item["insertTextFormat"] == 1 {
                item.as_object_mut().unwrap().remove("insertTextFormat");
            }
        }
        assert_eq!(*items, wanted, "{line}:{character}");
    }
    // Keywords are snippets, but for those that have nothing to fill in.
    assert_eq!(at("textDocument/completion", &mut short, 1, 0)["itemDefaults"]["insertTextFormat"], 2);
    whole.shut_down();
    short.shut_down();
}

#[test]
fn what_tells_completions_apart_stands_beside_them() {
    let source = "ARG LONG=1\nFROM golang:1.24 AS builder\nFROM node:\nCOPY --from= /a /b\nRUN echo $L\n\n";
    for (support, takes) in [(json!({ "labelDetailsSupport": true }), true), (json!({}), false)] {
        let mut client = start_with(support, &[]);
        client.open(URI, 1, source);
        let mut beside = |line, character, label: &str| {
            let offered = items(&mut client, line, character);
            let found = item(&offered, label);
            assert!(
                !takes
                    || found["labelDetails"]["description"] == found["detail"]
                    || found["labelDetails"].is_null()
            );
            found["labelDetails"]["description"].as_str().unwrap_or_default().to_owned()
        };
        let found = [beside(3, 12, "builder"), beside(2, 10, "16"), beside(5, 0, "WORKDIR")];
        let is_told = [
            found[0].contains("from golang:1.24"),
            found[1].starts_with("end of life since"),
            !found[2].is_empty(),
        ];
        assert_eq!(is_told, [takes, takes, false], "{found:?}");
        client.shut_down();
    }
}

//! What is proposed while somebody types. Editors take a proposal on Enter, so a word that is typed whole has none.

use serde_json::{Value, json};

use crate::client::{Client, position, push, range};

const URI: &str = "untitled:a";

/// Why a client asks.
const INVOKED: u8 = 1;
const CHARACTER: u8 = 2;
const INCOMPLETE: u8 = 3;

/// Somebody who types in the last line of a document.
struct Typist {
    client: Client,
    version: i32,
    line: u32,
    column: u32,
}

impl Typist {
    /// At the end of a text.
    fn start(text: &str) -> Typist {
        let mut capabilities = push();
        capabilities["textDocument"]["completion"] = json!({ "contextSupport": true });
        let mut client = Client::start(capabilities);
        client.open(URI, 1, text);
        let last = text.rsplit('\n').next().unwrap();
        let (line, column) = (text.matches('\n').count() as u32, last.len() as u32);
        Typist { client, version: 1, line, column }
    }

    /// Without asking.
    fn write(&mut self, text: &str) {
        self.version += 1;
        let place = (self.line, self.column);
        self.client.change(URI, self.version, json!([{ "range": range(place, place), "text": text }]));
        self.column += text.len() as u32;
    }

    /// The list that is proposed.
    fn ask(&mut self, kind: u8) -> Value {
        let params = json!({
            "textDocument": { "uri": URI },
            "position": position(self.line, self.column),
            "context": { "triggerKind": kind },
        });
        self.client.request("textDocument/completion", params).unwrap()
    }

    /// The labels that are proposed.
    fn labels(&mut self, kind: u8) -> Vec<String> {
        let list = self.ask(kind);
        assert_eq!(list["isIncomplete"], true, "{list}");
        let label = |item: &Value| item["label"].as_str().unwrap().to_owned();
        list["items"].as_array().unwrap().iter().map(label).collect()
    }

    /// How many proposals there are after each letter, as the client asks for them.
    fn count(&mut self, word: &str, kind: u8) -> Vec<usize> {
        let letters = word.chars().map(|letter| {
            self.write(&letter.to_string());
            self.labels(kind).len()
        });
        letters.collect()
    }
}

#[test]
fn a_whole_word_has_no_proposals_and_a_longer_one_has() {
    for (text, word) in [
        ("FROM alpine:", "3.20"),
        ("FROM node:", "22-slim"),
        ("FROM a AS build\nFROM ", "build"),
        ("FROM a\nEXPOSE ", "80"),
        ("FROM a\nEXPOSE 80/", "tcp"),
        ("FROM a\nUSER ", "root"),
        ("FROM a\nWORKDIR /app\nCOPY x ", "/app"),
        ("FROM a\nWORKDIR /app\nCOPY x ", "/app/"),
        ("FROM a\nHEALTHCHECK ", "NONE"),
        ("FROM a\nSTOPSIGNAL ", "SIGTERM"),
        ("FROM debian\nRUN apt-get ", "update"),
        ("ARG NAME\nFROM $", "NAME"),
        ("# layerwise: ignore=", "root-user"),
    ] {
        let mut typist = Typist::start(text);
        assert_ne!(typist.ask(CHARACTER)["items"], json!([]), "{text}");
        let counts = typist.count(word, INCOMPLETE);
        assert_eq!(counts.last(), Some(&0), "{text}{word}: {counts:?}");
        assert!(counts.iter().any(|count| *count > 0), "{text}{word}: {counts:?}");
        assert!(!typist.labels(INVOKED).is_empty(), "{text}{word}");
        typist.client.shut_down();
    }
    let mut typist = Typist::start("FROM alpine:");
    assert_eq!(typist.count("3.2", INCOMPLETE).last(), Some(&0));
    typist.write("0");
    assert_eq!(typist.labels(INCOMPLETE), [""; 0]);
    typist.write("x");
    assert!(typist.labels(INCOMPLETE).contains(&"3.20".to_owned()));
    typist.client.shut_down();
}

#[test]
fn a_dot_or_a_slash_ends_a_destination() {
    for (text, letter, first) in [
        ("FROM a\nWORKDIR /w\nCOPY . ", ".", "./"),
        ("FROM a\nCOPY . ", "/", "/app/"),
        ("FROM a\nWORKDIR ", "/", "/app"),
        ("FROM a\nWORKDIR /x/../\nCOPY a /", ".", ""),
    ] {
        let mut typist = Typist::start(text);
        typist.write(letter);
        assert_eq!(typist.labels(CHARACTER), [""; 0], "{text}{letter}");
        assert_eq!(typist.labels(INVOKED).first().map_or("", String::as_str), first, "{text}{letter}");
        typist.client.shut_down();
    }
    // Something has to follow a source.
    let mut typist = Typist::start("FROM a AS b\nWORKDIR /x\nFROM a\nCOPY --from=b ");
    typist.write("/");
    assert_eq!(typist.labels(CHARACTER), ["/x/"]);
    typist.client.shut_down();
}

#[test]
fn a_client_that_says_the_same_of_typing_and_asking_is_seen_typing() {
    let mut typist = Typist::start("FROM a\nUSER ");
    let counts = typist.count("root", INVOKED);
    assert!(counts[0] > 0 && counts[3] == 0, "{counts:?}");
    // Nothing was typed since.
    assert_eq!(typist.labels(INVOKED), ["root"]);
    typist.client.shut_down();
    // VS Code does not ask unasked in the midst of a number.
    let mut typist = Typist::start("FROM alpine:");
    assert_eq!(typist.count("3.2", INCOMPLETE).last(), Some(&0));
    typist.write("0");
    assert!(typist.labels(INVOKED).contains(&"3.20".to_owned()));
    typist.client.shut_down();
    // The first question is no growth, and neither is one elsewhere.
    let mut typist = Typist::start("FROM a\nUSER root");
    assert_eq!(typist.labels(INVOKED), ["root"]);
    typist.write("\nUSER root");
    (typist.line, typist.column) = (2, 9);
    assert_eq!(typist.labels(INVOKED), ["root"]);
    typist.client.shut_down();
}

#[test]
fn a_client_that_does_not_say_why_it_asks_is_told_everything_at_once() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a\nUSER root");
    let params = json!({ "textDocument": { "uri": URI }, "position": position(1, 9) });
    let answer = client.request("textDocument/completion", params).unwrap();
    assert_eq!(answer[0]["label"], "root", "{answer}");
    client.shut_down();
}

/// The list behind the `=` of a comment that silences rules, as this client is told, and the client.
fn rules_for(item: Value, text: &str) -> (Client, Value) {
    let mut capabilities = push();
    capabilities["textDocument"]["completion"] = json!({ "contextSupport": true, "completionItem": item });
    let mut client = Client::start(capabilities);
    client.open(URI, 1, text);
    let line = text.matches('\n').count() as u32;
    let column = text.rsplit('\n').next().unwrap().len() as u32;
    let params = json!({
        "textDocument": { "uri": URI }, "position": position(line, column), "context": { "triggerKind": CHARACTER },
    });
    let list = client.request("textDocument/completion", params).unwrap();
    (client, list)
}

#[test]
fn the_page_of_a_rule_is_sent_once_it_is_shown() {
    let resolving = json!({ "resolveSupport": { "properties": ["documentation"] } });
    let (mut client, list) = rules_for(resolving, "FROM a\n# layerwise: ignore=");
    let items = list["items"].as_array().unwrap();
    assert!(items.len() > 50 && list.to_string().len() < 100_000, "{}", list.to_string().len());
    let item = items.iter().find(|item| item["label"] == "root-user").unwrap();
    assert_eq!(item["documentation"], Value::Null, "{item}");
    let resolved = client.request("completionItem/resolve", item.clone()).unwrap();
    assert!(resolved["documentation"]["value"].as_str().unwrap().contains("What it does"), "{resolved}");
    assert_eq!(resolved["textEdit"], item["textEdit"]);
    // Nothing of it is lost, be it known here or not.
    let mut more = item.clone();
    more["textEditText"] = json!("root-user");
    more["mine"] = json!([1]);
    let mut resolved = client.request("completionItem/resolve", more.clone()).unwrap();
    assert!(resolved.as_object_mut().unwrap().remove("documentation").is_some(), "{resolved}");
    assert_eq!(resolved, more);
    client.shut_down();

    let (client, all) = rules_for(json!({}), "FROM a\n# layerwise: ignore=");
    client.shut_down();
    let (client, some) = rules_for(json!({}), "FROM a\n# layerwise: ignore=rootu");
    client.shut_down();
    let count = |list: &Value| list["items"].as_array().unwrap().len();
    assert!(0 < count(&some) && count(&some) < count(&all) / 5, "{} of {}", count(&some), count(&all));
    assert!(some["items"].as_array().unwrap().iter().all(|item| item["documentation"] != Value::Null));
}

#[test]
fn what_nobody_is_to_write_is_struck_out() {
    let tags = |item: Value, text: &str, label: &str| {
        let (client, list) = rules_for(item, text);
        client.shut_down();
        let items = list["items"].as_array().unwrap();
        items.iter().find(|item| item["label"] == label).unwrap()["tags"].clone()
    };
    let support = json!({ "tagSupport": { "valueSet": [1] } });
    assert_eq!(tags(support.clone(), "FROM a\nMAIN", "MAINTAINER"), json!([1]));
    assert_eq!(tags(support.clone(), "FROM a\nMAIN", "RUN"), Value::Null);
    assert_eq!(tags(support.clone(), "FROM node:", "16"), json!([1]));
    assert_eq!(tags(support, "FROM node:", "24"), Value::Null);
    assert_eq!(tags(json!({}), "FROM node:", "16"), Value::Null);
}

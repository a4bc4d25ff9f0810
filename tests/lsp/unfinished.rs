//! What is unfinished while somebody types is no error yet: it is told once the line is left, the file is saved, or nothing is
//! typed for a while.

use serde_json::{Value, json};

use crate::client::{Client, Diagnostic, codes, pull, push, range};

const URI: &str = "untitled:a";

/// Types a character at a place of the document; gives the version that it makes.
fn type_at(client: &mut Client, version: &mut i32, place: (u32, u32), typed: &str) -> i32 {
    *version += 1;
    client.change(URI, *version, json!([{ "range": range(place, place), "text": typed }]));
    *version
}

/// The errors while each line is typed below what stands there, and above the rest.
fn errors(head: &str, typed: &str, tail: &str) -> Vec<String> {
    let mut client = Client::start(push());
    let mut version = 1;
    client.open(URI, version, &format!("{head}\n{tail}"));
    let mut place = (u32::try_from(head.matches('\n').count()).unwrap(), 0);
    let mut errors = Vec::new();
    for (index, character) in typed.char_indices() {
        let version = type_at(&mut client, &mut version, place, &character.to_string());
        place = if character == '\n' { (place.0 + 1, 0) } else { (place.0, place.1 + 1) };
        let found: Vec<Diagnostic> = client.published(URI, Some(version));
        let found = found.iter().filter(|found| found.severity == 1);
        errors.extend(found.map(|found| format!("{:?}: {}", &typed[..=index], found.message)));
    }
    client.shut_down();
    errors
}

#[test]
fn a_line_is_no_error_while_it_is_typed() {
    let head = "FROM debian:12\nWORKDIR /app\n";
    for (head, typed) in [
        ("", "FROM node:22.1 AS build"),
        (head, "COPY --chown=1:1 a /b/"),
        (head, "RUN --mount=type=cache,target=/root/.npm npm ci"),
        (head, "CMD [\"node\", \"a.js\"]"),
        (head, "SHELL [\"bash\", \"-c\"]"),
        (head, "ENV A=\"b c\" D=${HOME:-f}"),
        (head, "HEALTHCHECK --interval=30s CMD curl a"),
        (head, "ONBUILD EXPOSE 80/tcp"),
        (head, "STOPSIGNAL SIGTERM"),
        (head, "RUN if a; then b; fi \\\n && c"),
        (head, "RUN <<EOF\nif a; then\n  b\nfi\nEOF"),
        (head, "ADD https://a.b/c /d/"),
    ] {
        for tail in ["", "\nRUN x\nCMD [\"x\"]\n"] {
            assert_eq!(errors(head, typed, tail), Vec::<String>::new(), "{typed:?} {tail:?}");
        }
    }
    assert_eq!(errors("", "# syntax=docker/dockerfile:1\nARG A=1\nFROM a:1", ""), Vec::<String>::new());
}

#[test]
fn what_no_typing_mends_and_other_lines_are_told_at_once() {
    assert_eq!(
        errors("FROM a:1\n", "RUB b", ""),
        [
            "\"RUB\": `RUB` is no instruction; did you mean `RUN`?",
            "\"RUB \": `RUB` is no instruction; did you mean `RUN`?",
            "\"RUB b\": `RUB` is no instruction; did you mean `RUN`?",
        ]
    );
    // The line above is left.
    assert_eq!(
        errors("FROM a:1\n", "EXPOSE\nR", ""),
        ["\"EXPOSE\\n\": `EXPOSE` has no argument", "\"EXPOSE\\nR\": `EXPOSE` has no argument",]
    );
    assert_eq!(errors("FROM a:1\nEXPOSE\n", "R", ""), ["\"R\": `EXPOSE` has no argument"]);
    // In the middle of a line nothing is put to its end.
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a:1\nCOP a /b\n");
    client.change(URI, 2, json!([{ "range": range((1, 2), (1, 3)), "text": "" }]));
    assert_eq!(codes(&client.published(URI, Some(2))), ["unknown-instruction"]);
    client.shut_down();
}

#[test]
fn it_is_told_after_a_while() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a:1\nCOPY\n");
    assert_eq!(codes(&client.published(URI, Some(1))), ["missing-argument"]);
    type_at(&mut client, &mut 1, (1, 4), " ");
    assert_eq!(client.published(URI, Some(2)), []);
    assert_eq!(codes(&client.published(URI, Some(2))), ["missing-argument"]);
    client.shut_down();
}

#[test]
fn a_client_that_asks_is_told_to_ask_again() {
    let mut capabilities = pull();
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let mut client = Client::start(capabilities);
    client.open(URI, 1, "FROM a:1\nCOPY\n");
    assert_eq!(codes(&client.pulled(URI)), ["missing-argument"]);
    type_at(&mut client, &mut 1, (1, 4), " ");
    assert_eq!(client.pulled(URI), []);
    assert_eq!(client.asked("workspace/diagnostic/refresh"), Value::Null);
    assert_eq!(codes(&client.pulled(URI)), ["missing-argument"]);
    client.shut_down();
}

#[test]
fn a_client_that_cannot_be_told_later_is_told_at_once() {
    let mut client = Client::start(pull());
    client.open(URI, 1, "FROM a:1\nCOPY\n");
    type_at(&mut client, &mut 1, (1, 4), " ");
    assert_eq!(codes(&client.pulled(URI)), ["missing-argument"]);
    client.shut_down();
}

#[test]
fn what_is_saved_is_told_and_what_is_held_back_can_be_mended() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a:1\nSTOPSIGNAL SIGTER\n");
    assert_eq!(client.published(URI, Some(1)).len(), 1);
    type_at(&mut client, &mut 1, (1, 17), " ");
    assert_eq!(client.published(URI, Some(2)).len(), 1);
    client.change(URI, 3, json!([{ "range": range((1, 17), (1, 18)), "text": "" }]));
    assert_eq!(client.published(URI, Some(3)), []);
    let params = json!({ "textDocument": { "uri": URI }, "range": range((1, 12), (1, 12)),
        "context": { "diagnostics": [] } });
    let actions = client.request("textDocument/codeAction", params).unwrap();
    let is_fix = |action: &Value| action["title"] == "Change `SIGTER` to `SIGTERM`";
    assert!(actions.as_array().unwrap().iter().any(is_fix), "{actions}");
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": URI } }));
    assert_eq!(codes(&client.published(URI, Some(3))), ["invalid-signal"]);
    client.shut_down();
}

//! The server's text is the client's text, whatever the edits and however positions count. What the server has is
//! seen in what it finds: a copy that is opened anew has the same findings in the same places.

use serde_json::{Value, json};

use crate::client::{Client, Diagnostic, codes, position, pull, push, range, with_encoding};
use crate::text::{ENCODINGS, Encoding, Numbers, random_change, replace};

const EDITED: &str = "untitled:edited";
const FRESH: &str = "untitled:fresh";

const SOURCE: &str = "FROM a:1\nFROM é\r\n🐳 LOST\rFROM a\nfrom --platform=🐳🐳 \\\n  x\nCOPY --from=🐳 a b\nFROM nats AS 🐳\n";

/// What is found in a text that is opened anew.
fn found_anew(client: &mut Client, text: &str) -> Vec<Diagnostic> {
    client.open(FRESH, 1, text);
    let diagnostics = client.published(FRESH, Some(1));
    client.close(FRESH);
    assert_eq!(client.published(FRESH, None), []);
    diagnostics
}

/// The changes with one that changes nothing, so that nothing is held back as what is still being typed.
fn by_no_hand(mut changes: Vec<Value>) -> Value {
    changes.push(json!({ "range": range((0, 0), (0, 0)), "text": "" }));
    json!(changes)
}

fn check_edits(encoding: Encoding) {
    let mut client = Client::start(with_encoding(push(), encoding.name()));
    assert_eq!(client.initialized["capabilities"]["positionEncoding"], encoding.name());
    let mut numbers = Numbers::new(7);
    let mut text = SOURCE.to_owned();
    client.open(EDITED, 0, &text);
    let mut most = client.published(EDITED, Some(0)).len();
    for version in 1..=120 {
        let count = 1 + numbers.below(3);
        let changes: Vec<Value> =
            (0..count).map(|_| random_change(&mut text, &mut numbers, encoding)).collect();
        client.change(EDITED, version, by_no_hand(changes));
        let diagnostics = client.published(EDITED, Some(version));
        assert_eq!(diagnostics, found_anew(&mut client, &text), "{encoding:?} {version} {text:?}");
        most = most.max(diagnostics.len());
    }
    assert!(most > 5, "too little is found for this to show anything");
    client.shut_down();
}

#[test]
fn edits_in_utf_8_leave_the_text_right() {
    check_edits(Encoding::Utf8);
}

#[test]
fn edits_in_utf_16_leave_the_text_right() {
    check_edits(Encoding::Utf16);
}

#[test]
fn edits_in_utf_32_leave_the_text_right() {
    check_edits(Encoding::Utf32);
}

#[test]
fn columns_count_in_the_unit_that_was_agreed_on() {
    for (encoding, column) in ENCODINGS.into_iter().zip([27, 22, 20]) {
        let mut client = Client::start(with_encoding(push(), encoding.name()));
        // The image stands behind é and two whales, on the third line: a lone \r ends one too.
        client.open(EDITED, 1, "# a\rb\nFROM --platform=é🐳🐳 nginx\n");
        let diagnostics = client.published(EDITED, Some(1));
        let floating = diagnostics.iter().find(|diagnostic| diagnostic.code == "floating-base-tag").unwrap();
        let start = floating.range.start;
        assert_eq!((start.line, start.character), (2, column), "{encoding:?}");
        client.shut_down();
    }
}

#[test]
fn utf_16_is_spoken_with_a_client_that_offers_nothing_known() {
    for capabilities in [push(), with_encoding(push(), "utf-7")] {
        let client = Client::start(capabilities);
        assert_eq!(client.initialized["capabilities"]["positionEncoding"], "utf-16");
        client.shut_down();
    }
}

#[test]
fn a_change_without_a_range_is_the_whole_text() {
    let mut client = Client::start(push());
    client.open(EDITED, 1, "FROM nats\n");
    assert_eq!(codes(&client.published(EDITED, Some(1))), ["floating-base-tag"]);
    let more = json!([{ "text": "FROM a:1\n" }, { "range": range((1, 0), (1, 0)), "text": "FROM nginx\n" }]);
    client.change(EDITED, 2, more);
    let diagnostics = client.published(EDITED, Some(2));
    assert_eq!(diagnostics, found_anew(&mut client, "FROM a:1\nFROM nginx\n"));
    assert!(diagnostics.iter().any(|diagnostic| diagnostic.message.contains("nginx")), "{diagnostics:?}");
    client.shut_down();
}

#[test]
fn positions_out_of_range_are_clamped() {
    let mut client = Client::start(push());
    let huge = u32::MAX;
    for (range, expected) in [
        (range((0, 99), (0, huge)), "FROM a:1x\nFROM nats\n"),
        (range((7, 3), (huge, huge)), "FROM a:1\nFROM nats\nx"),
        (range((1, 5), (0, 0)), "FROM a:1\nFROM xnats\n"),
        (json!({ "start": position(1, 7), "end": position(1, huge) }), "FROM a:1\nFROM nax\n"),
    ] {
        client.open(EDITED, 1, "FROM a:1\nFROM nats\n");
        client.change(EDITED, 2, by_no_hand(vec![json!({ "range": range, "text": "x" })]));
        let diagnostics = client.published(EDITED, Some(2));
        assert!(!diagnostics.is_empty());
        assert_eq!(diagnostics, found_anew(&mut client, expected), "{range}");
        client.close(EDITED);
        assert_eq!(client.published(EDITED, None), []);
    }
    client.shut_down();
}

/// Sends changes as fast as the pipe takes them, with requests between them that nobody waits for. Gives the
/// text that they make.
fn burst(client: &mut Client, count: i32, pulls: bool) -> String {
    let mut numbers = Numbers::new(11);
    let mut text = SOURCE.repeat(20);
    client.open(EDITED, 0, &text);
    let mut ids = Vec::new();
    for version in 1..=count {
        let change = if version % 2 == 0 {
            random_change(&mut text, &mut numbers, Encoding::Utf16)
        } else {
            // Typing at one place, as people do.
            let start = text.find('\n').map_or(0, |end| end + 1);
            replace(&mut text, start, start, ["A", "\n", "🐳"][numbers.below(3)], Encoding::Utf16)
        };
        client.change(EDITED, version, by_no_hand(vec![change]));
        if version % 50 == 0 {
            let params = json!({ "textDocument": { "uri": EDITED }, "position": position(3, 2) });
            ids.push(client.ask("textDocument/hover", params.clone()));
            ids.push(client.ask("textDocument/completion", params));
            if pulls && version % 500 == 0 {
                let params = json!({ "textDocument": { "uri": EDITED } });
                ids.push(client.ask("textDocument/diagnostic", params));
            }
        }
    }
    for id in ids {
        client.wait(id).unwrap();
    }
    text
}

#[test]
fn ten_thousand_changes_at_once_leave_the_text_right() {
    let mut client = Client::start(push());
    let text = burst(&mut client, 10_000, false);
    let diagnostics = client.published(EDITED, Some(10_000));
    assert_eq!(diagnostics, found_anew(&mut client, &text));
    assert!(diagnostics.len() > 5, "{diagnostics:?}");
    client.shut_down();
}

#[test]
fn ten_thousand_changes_at_once_leave_the_text_right_for_a_client_that_asks() {
    let mut client = Client::start(pull());
    let text = burst(&mut client, 10_000, true);
    let diagnostics = client.pulled(EDITED);
    client.open(FRESH, 1, &text);
    assert_eq!(diagnostics, client.pulled(FRESH));
    assert!(diagnostics.len() > 5, "{diagnostics:?}");
    client.shut_down();
}

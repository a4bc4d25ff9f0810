//! What is shown while a document is read and written: links, hints, lenses and signatures.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, position, push, range};

const URI: &str = "untitled:a";

fn ask(client: &mut Client, method: &str, uri: &str, more: Value) -> Value {
    let mut params = json!({ "textDocument": { "uri": uri } });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.request(&format!("textDocument/{method}"), params).unwrap()
}

#[test]
fn an_image_leads_to_its_page_and_a_source_to_its_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a b.txt"), "a").unwrap();
    let path = folder.path().join("Dockerfile");
    let uri = format!("file://{}", path.display());
    let mut client = Client::start(push());
    client.open(&uri, 1, "FROM node:22\nCOPY [\"a b.txt\", \"c\", \"/d/\"]\n# 🐳 https://e.f\n");
    let links = ask(&mut client, "documentLink", &uri, json!({}));
    let file = format!("file://{}/a%20b.txt", folder.path().display());
    let expected = [
        json!({ "range": range((0, 5), (0, 9)), "target": "https://hub.docker.com/_/node" }),
        json!({ "range": range((1, 6), (1, 15)), "target": file }),
        json!({ "range": range((2, 5), (2, 16)), "target": "https://e.f" }),
    ];
    assert_eq!(links, json!(expected));
    client.shut_down();
}

#[test]
fn a_variable_shows_its_value() {
    let mut client = Client::start(push());
    client.open(URI, 1, "ARG V=22\nFROM node:$V AS a\nFROM b\nCOPY --from=0 c d\n");
    let hints = ask(&mut client, "inlayHint", URI, json!({ "range": range((0, 0), (9, 0)) }));
    let expected = [
        json!({ "position": position(1, 12), "label": "=22" }),
        json!({ "position": position(3, 13), "label": " a" }),
    ];
    assert_eq!(hints, json!(expected));
    let hints = ask(&mut client, "inlayHint", URI, json!({ "range": range((2, 0), (9, 0)) }));
    assert_eq!(hints, json!(expected[1..]));
    client.shut_down();
}

#[test]
fn a_stage_shows_who_uses_it() {
    let mut client = Client::start(push());
    client.open(URI, 1, "FROM a AS b\nRUN c\nFROM d\nCOPY --from=b e f\n");
    let lenses = ask(&mut client, "codeLens", URI, json!({}));
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().map(|lens| lens["command"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["used once, 1 layer", "built by default, 1 layer"]);
    assert_eq!(lenses[1]["range"], range((2, 0), (2, 4)));
    assert_eq!(lenses[0]["command"]["command"], "");
    client.shut_down();
}

#[test]
fn the_uses_of_a_stage_can_be_shown_where_the_client_has_a_command_for_it() {
    let mut capabilities = push();
    capabilities["experimental"] = json!({ "commands": { "commands": ["layerwise.showReferences"] } });
    let mut client = Client::start(capabilities);
    client.open(URI, 1, "FROM a AS b\nFROM d\nCOPY --from=b e f\n");
    let lenses = ask(&mut client, "codeLens", URI, json!({}));
    let places = json!([{ "uri": URI, "range": range((2, 12), (2, 13)) }]);
    assert_eq!(lenses[0]["command"]["command"], "layerwise.showReferences");
    assert_eq!(lenses[0]["command"]["arguments"], json!([URI, position(0, 0), places]));
    assert_eq!(lenses[1]["command"]["command"], "");
    client.shut_down();
}

#[test]
fn a_signature_is_given_as_the_client_takes_it() {
    let at = json!({ "position": position(0, 8) });
    let mut client = Client::start(push());
    client.open(URI, 1, "USER a:b\n");
    let help = ask(&mut client, "signatureHelp", URI, at.clone());
    assert_eq!(help["activeParameter"], 1);
    assert_eq!(help["signatures"][0]["label"], "USER user:group");
    assert_eq!(help["signatures"][0]["parameters"][1]["label"], "group");
    assert_eq!(help["signatures"][0]["parameters"][1]["documentation"]["kind"], "plaintext");
    assert_eq!(ask(&mut client, "signatureHelp", URI, json!({ "position": position(0, 2) })), Value::Null);
    client.shut_down();

    let mut capabilities = push();
    capabilities["textDocument"]["signatureHelp"] = json!({ "signatureInformation": {
        "documentationFormat": ["markdown"], "activeParameterSupport": true,
        "parameterInformation": { "labelOffsetSupport": true },
    } });
    let mut client = Client::start(capabilities);
    client.open(URI, 1, "USER a:b\n");
    let help = ask(&mut client, "signatureHelp", URI, at);
    assert_eq!(help["signatures"][0]["parameters"][1]["label"], json!([10, 15]));
    assert_eq!(help["signatures"][0]["activeParameter"], 1);
    assert_eq!(help["signatures"][0]["documentation"]["kind"], "markdown");
    client.shut_down();
}

#[test]
fn a_blank_in_a_command_asks_for_no_signature() {
    let mut client = Client::start(push());
    client.open(URI, 1, "RUN apt-get  \nRUN \nCOPY a  \n");
    for (place, trigger, is_given) in [
        (position(0, 12), json!({ "triggerKind": 2, "triggerCharacter": " ", "isRetrigger": true }), false),
        (position(0, 12), json!({ "triggerKind": 1, "isRetrigger": false }), true),
        (position(1, 4), json!({ "triggerKind": 2, "triggerCharacter": " ", "isRetrigger": false }), true),
        (position(2, 7), json!({ "triggerKind": 2, "triggerCharacter": " ", "isRetrigger": true }), true),
    ] {
        let help = ask(&mut client, "signatureHelp", URI, json!({ "position": place, "context": trigger }));
        assert_eq!(help != Value::Null, is_given, "{place} {trigger}: {help}");
    }
    client.shut_down();
}

#[test]
fn other_documents_are_left_in_peace() {
    let mut client = Client::start(push());
    let text = "# https://a.b\nFROM a:$b\n";
    let document = json!({ "uri": URI, "languageId": "yaml", "version": 1, "text": text });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    for (method, more) in [
        ("documentLink", json!({})),
        ("codeLens", json!({})),
        ("inlayHint", json!({ "range": range((0, 0), (9, 0)) })),
        ("signatureHelp", json!({ "position": position(1, 6) })),
    ] {
        assert_eq!(ask(&mut client, method, URI, more), Value::Null, "{method}");
    }
    client.shut_down();
}

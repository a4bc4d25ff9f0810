//! Code actions: what is offered to whom, and what comes of it.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, codes, plain, pull, push, range};
use crate::text::apply;

const URI: &str = "untitled:a";
const SOURCE: &str = "# 🐳\nFROM debian:12\nRUN apt-get update && apt-get install curl\n";
const YES: &str = "missing-yes";

fn actions(client: &mut Client, range: Value, only: Option<Value>) -> Vec<Value> {
    let mut context = json!({ "diagnostics": [] });
    if let Some(only) = only {
        context["only"] = only;
    }
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    let actions = client.request("textDocument/codeAction", params).unwrap();
    actions.as_array().unwrap().clone()
}

fn kinds(actions: &[Value]) -> Vec<&str> {
    let mut kinds: Vec<&str> = actions.iter().map(|action| action["kind"].as_str().unwrap()).collect();
    kinds.dedup();
    kinds
}

/// The text after an action's edit, which must be one of this document at its version.
fn applied(action: &Value, version: i32) -> String {
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{action}");
    assert_eq!(changes[0]["textDocument"], json!({ "uri": URI, "version": version }));
    apply(SOURCE, changes[0]["edits"].as_array().unwrap())
}

fn everywhere() -> Value {
    range((0, 0), (9, 0))
}

/// The fix of the rule that has a safe one.
fn safe_fix(actions: &[Value]) -> &Value {
    let of_rule = |action: &&Value| action["diagnostics"][0]["code"] == YES;
    actions.iter().find(of_rule).unwrap()
}

#[test]
fn a_finding_at_the_range_is_mended() {
    let mut client = Client::start(push());
    client.open(URI, 3, SOURCE);
    let diagnostics = client.published(URI, Some(3));
    let index = codes(&diagnostics).iter().position(|code| *code == YES).unwrap();
    let actions = actions(&mut client, everywhere(), Some(json!(["quickfix"])));
    let action = safe_fix(&actions);
    assert_eq!((&action["kind"], &action["isPreferred"]), (&json!("quickfix"), &json!(true)), "{action}");
    assert_eq!(action["diagnostics"][0]["message"], diagnostics[index].message);
    let fixed = applied(action, 3);
    assert_eq!(fixed, SOURCE.replace("install curl", "install -y curl"));

    // What the edit makes of the text has lost the finding.
    client.change(URI, 4, json!([{ "text": fixed }]));
    assert!(!codes(&client.published(URI, Some(4))).contains(&YES));
    client.shut_down();
}

#[test]
fn only_what_is_safe_is_preferred() {
    let mut client = Client::start(push());
    client.open(URI, 3, SOURCE);
    let actions = actions(&mut client, everywhere(), None);
    // A suggested fix: it changes what is installed.
    let of_rule = |action: &&Value| action["diagnostics"][0]["code"] == "apt-recommends";
    let suggested = actions.iter().find(of_rule).unwrap();
    assert!(suggested.get("isPreferred").is_none(), "{suggested}");
    client.shut_down();
}

#[test]
fn a_place_without_findings_has_no_fixes() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    assert_eq!(actions(&mut client, range((0, 0), (0, 1)), Some(json!(["quickfix"]))), Vec::<Value>::new());
    client.shut_down();
}

#[test]
fn a_finding_that_the_client_names_is_mended_wherever_the_cursor_is() {
    let mut client = Client::start(pull());
    client.open(URI, 1, SOURCE);
    let report = client.report(URI, None);
    let items = report["items"].as_array().unwrap();
    let named = items.iter().find(|item| item["code"] == YES).unwrap();
    let params = json!({
        "textDocument": { "uri": URI }, "range": range((0, 0), (0, 0)), "context": { "diagnostics": [named] },
    });
    let actions = client.request("textDocument/codeAction", params).unwrap();
    safe_fix(actions.as_array().unwrap());
    client.shut_down();
}

#[test]
fn all_that_is_safe_is_fixed_at_once() {
    let mut client = Client::start(push());
    client.open(URI, 5, SOURCE);
    for only in ["source.fixAll.layerwise", "source.fixAll", "source"] {
        let actions = actions(&mut client, range((0, 0), (0, 0)), Some(json!([only])));
        assert_eq!(kinds(&actions), ["source.fixAll.layerwise"]);
        let fixed = applied(&actions[0], 5);
        assert!(fixed.contains("install -y curl"), "{fixed}");
        assert!(!fixed.contains("--no-install-recommends"), "{fixed}");
    }
    client.change(URI, 6, json!([{ "text": "FROM debian:12\n" }]));
    assert!(actions(&mut client, everywhere(), Some(json!(["source.fixAll"]))).is_empty());
    client.shut_down();
}

#[test]
fn only_the_kinds_that_are_wanted_are_offered() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    let mut kinds_of = |only: Option<Value>| -> Vec<String> {
        let actions = actions(&mut client, everywhere(), only);
        kinds(&actions).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(kinds_of(None), ["quickfix", "source.fixAll.layerwise"]);
    assert_eq!(kinds_of(Some(json!([""]))), ["quickfix", "source.fixAll.layerwise"]);
    assert_eq!(kinds_of(Some(json!(["quickfix"]))), ["quickfix"]);
    assert_eq!(kinds_of(Some(json!(["source"]))), ["source.fixAll.layerwise"]);
    for other in ["refactor.move", "quick", "source.organizeImports", "source.fixAll.layerwise.more"] {
        assert!(kinds_of(Some(json!([other]))).is_empty(), "{other}");
    }
    client.shut_down();
}

#[test]
fn a_light_bulb_does_not_fix_everything() {
    let mut client = Client::start(push());
    client.open(URI, 1, SOURCE);
    let context = json!({ "diagnostics": [], "triggerKind": 2 });
    let params = json!({ "textDocument": { "uri": URI }, "range": everywhere(), "context": context });
    let actions = client.request("textDocument/codeAction", params).unwrap();
    assert_eq!(kinds(actions.as_array().unwrap()), ["quickfix"]);
    client.shut_down();
}

#[test]
fn a_client_without_versions_is_given_plain_changes() {
    let mut capabilities = push();
    capabilities["workspace"] = json!({});
    capabilities["textDocument"]["codeAction"]["isPreferredSupport"] = json!(false);
    let mut client = Client::start(capabilities);
    client.open(URI, 1, SOURCE);
    let actions = actions(&mut client, everywhere(), Some(json!(["quickfix"])));
    let action = safe_fix(&actions);
    assert!(action["edit"].get("documentChanges").is_none(), "{action}");
    assert!(action.get("isPreferred").is_none(), "{action}");
    let edits = action["edit"]["changes"][URI].as_array().unwrap();
    assert_eq!(apply(SOURCE, edits), SOURCE.replace("install curl", "install -y curl"));
    client.shut_down();
}

#[test]
fn what_takes_long_is_made_when_it_is_chosen() {
    let mut capabilities = push();
    capabilities["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    capabilities["textDocument"]["codeAction"]["resolveSupport"] = json!({ "properties": ["edit"] });
    let mut client = Client::start(capabilities);
    client.open(URI, 2, SOURCE);
    let offered = actions(&mut client, everywhere(), None);
    let action = offered.iter().find(|action| action["kind"] == "source.fixAll.layerwise").unwrap();
    assert!(action.get("edit").is_none(), "{action}");
    let resolved = client.request("codeAction/resolve", action.clone()).unwrap();
    assert!(applied(&resolved, 2).contains("install -y curl"));

    // What lacks nothing, and what is somebody else's, comes back as it is.
    for whole in [json!({ "edit": { "changes": {} } }), json!({ "data": 7 }), json!({ "data": { "id": 1 } })]
    {
        let mut other = whole.clone();
        other["title"] = json!("a");
        assert_eq!(client.request("codeAction/resolve", other.clone()).unwrap(), other);
    }
    let quick_fix = offered.iter().find(|action| action.get("edit").is_some()).unwrap();
    assert_eq!(client.request("codeAction/resolve", quick_fix.clone()).unwrap(), *quick_fix);

    // Who asks for it alone, as on saving, is not made to ask twice.
    let actions = actions(&mut client, everywhere(), Some(json!(["source.fixAll"])));
    assert!(applied(&actions[0], 2).contains("install -y curl"));
    client.close(URI);
    assert_eq!(client.request("codeAction/resolve", action.clone()).unwrap_err().code, -32801);
    client.shut_down();
}

#[test]
fn what_changes_nothing_is_not_offered() {
    let mut capabilities = push();
    capabilities["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    capabilities["textDocument"]["codeAction"]["resolveSupport"] = json!({ "properties": ["edit"] });
    let mut client = Client::start(capabilities);
    // Its rule has safe fixes; for this place there is none.
    client.open(
        URI,
        1,
        "FROM debian:13\nRUN apt-get update && apt-get install -y zsh curl \\\n  git=1:2 # x\n",
    );
    // Once everything is known that ShellCheck, too, has to say.
    let mut is_offered = || {
        let offered = actions(&mut client, range((1, 0), (1, 0)), None);
        let is_offered = kinds(&offered).contains(&"source.fixAll.layerwise");
        std::thread::sleep(std::time::Duration::from_millis(20));
        is_offered
    };
    assert!(!(0..500).all(|_| is_offered()));
    client.shut_down();
}

const RUNS: &str = "FROM debian:12\nRUN useradd a\nRUN useradd b\n";

fn titled<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    actions.iter().find(|action| action["title"] == title).unwrap()
}

#[test]
fn a_place_can_be_written_in_another_way() {
    let mut client = Client::start(push());
    client.open(URI, 1, RUNS);
    let cursor = range((2, 0), (2, 0));
    for only in ["refactor", "refactor.rewrite"] {
        let actions = actions(&mut client, cursor.clone(), Some(json!([only])));
        let merge = titled(&actions, "Merge with the `RUN` above");
        assert_eq!(merge["kind"], "refactor.rewrite", "{merge}");
        let edits = merge["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
        assert_eq!(apply(RUNS, edits), "FROM debian:12\nRUN useradd a \\\n    && useradd b\n");
    }
    assert!(actions(&mut client, cursor, Some(json!(["refactor.inline"]))).is_empty());
    client.shut_down();
}

#[test]
fn a_stage_is_optimised_by_its_kind_wherever_the_cursor_is_in_it() {
    const BEFORE: &str = "FROM node:22\n\n# The source.\nCOPY main.js /app/\n\nRUN apt-get update && apt-get install -y make\n";
    const AFTER: &str = "FROM node:22\n\nRUN apt-get update && apt-get install -y make && rm -rf /var/lib/apt/lists/*\n\n# The source.\nCOPY main.js /app/\n";
    let mut client = Client::start(push());
    client.open(URI, 1, BEFORE);
    for line in [0, 1, 2, 4, 5] {
        let only = Some(json!(["refactor.rewrite.optimise"]));
        let offered = actions(&mut client, range((line, 0), (line, 0)), only);
        let [action] = offered.as_slice() else { panic!("{line}: {offered:?}") };
        assert_eq!(action["kind"], "refactor.rewrite.optimise");
        let edits = action["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
        assert_eq!(apply(BEFORE, edits), AFTER);
    }
    let menu = actions(&mut client, range((0, 0), (0, 0)), None);
    assert!(menu.iter().all(|action| action["kind"] != "refactor.rewrite.optimise"), "{menu:?}");
    client.shut_down();
}

#[test]
fn a_place_can_be_written_in_another_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("package.json"), "{}").unwrap();
    let root = format!("file://{}", folder.path().display());
    let uri = format!("{root}/Dockerfile");
    let offered = |capabilities: Value| {
        let mut client = Client::spawn();
        client.initialize(json!({ "capabilities": capabilities }));
        client.open(&uri, 1, "FROM node:22\nCOPY . /app\nRUN npm ci\n");
        let context = json!({ "diagnostics": [], "only": ["refactor.rewrite"] });
        let params =
            json!({ "textDocument": { "uri": uri }, "range": range((1, 0), (1, 0)), "context": context });
        let actions = client.request("textDocument/codeAction", params).unwrap();
        client.shut_down();
        let actions = actions.as_array().cloned().unwrap_or_default();
        actions.into_iter().find(|action| action["title"].as_str().unwrap().contains(".dockerignore"))
    };
    let action = offered(push()).unwrap();
    assert_eq!(action["title"], "Create `.dockerignore`");
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    let ignore_file = format!("{root}/.dockerignore");
    assert_eq!(changes[0], json!({ "kind": "create", "uri": ignore_file }));
    assert_eq!(changes[1]["textDocument"]["uri"], ignore_file);
    assert_eq!(apply("", changes[1]["edits"].as_array().unwrap()), "**/node_modules\n");

    // Nobody is offered what their editor cannot do.
    assert_eq!(offered(plain()), None);
    fs::write(folder.path().join(".dockerignore"), "dist").unwrap();
    let action = offered(plain()).unwrap();
    assert_eq!(action["title"], "Extend `.dockerignore`");
    assert_eq!(
        apply("dist", action["edit"]["changes"][&ignore_file].as_array().unwrap()),
        "dist\n**/node_modules\n"
    );
}

#[test]
fn what_was_chosen_is_made_for_the_version_it_was_offered_for() {
    let mut capabilities = push();
    capabilities["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    capabilities["textDocument"]["codeAction"]["resolveSupport"] = json!({ "properties": ["edit"] });
    let mut client = Client::start(capabilities);
    client.open(URI, 2, RUNS);
    let offered = actions(&mut client, range((2, 0), (2, 0)), Some(json!(["refactor"])));
    let offered = titled(&offered, "Merge with the `RUN` above");
    assert!(offered.get("edit").is_none(), "{offered}");
    let resolved = client.request("codeAction/resolve", offered.clone()).unwrap();
    let edits = resolved["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
    assert_eq!(apply(RUNS, edits), "FROM debian:12\nRUN useradd a \\\n    && useradd b\n");
    client.change(URI, 3, json!([{ "text": RUNS }]));
    assert_eq!(client.request("codeAction/resolve", offered.clone()).unwrap_err().code, -32801);
    client.shut_down();
}

#[test]
fn a_finding_leads_to_the_refactoring_that_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let source =
        "FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\nCMD [\"/app\"]\n";
    for (name, text) in [("Dockerfile", source), ("go.mod", "module a\n"), ("main.go", "package main\n")] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let uri = format!("file://{}", folder.path().join("Dockerfile").display());
    let mut client = Client::start(push());
    client.open(&uri, 1, source);
    let params = json!({
        "textDocument": { "uri": uri },
        "range": range((0, 6), (0, 6)),
        "context": { "diagnostics": [], "only": ["quickfix"], "triggerKind": 2 }
    });
    let actions = client.request("textDocument/codeAction", params).unwrap();
    let split = titled(
        actions.as_array().unwrap(),
        "Split into build and runtime stages (final base debian:bookworm-slim)",
    );
    assert_eq!(split["kind"], "quickfix");
    assert_eq!(split["diagnostics"][0]["code"], "build-tools-in-final-image");
    let edits = split["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
    assert!(apply(source, edits).contains("COPY --from=build /app /app\n"));
    client.shut_down();
}

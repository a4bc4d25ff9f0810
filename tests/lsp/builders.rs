//! Those who build a Dockerfile: what they say of it reaches the answers, and follows their files.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, position, pull, push, range};

/// A server for a client with these folders.
fn start(capabilities: Value, folders: &[&Path]) -> Client {
    let mut client = Client::spawn();
    let folders: Vec<Value> = folders.iter().map(|folder| named(folder)).collect();
    client
        .initialize(json!({ "processId": null, "capabilities": capabilities, "workspaceFolders": folders }));
    client
}

/// A folder as the protocol names it.
fn named(folder: &Path) -> Value {
    json!({ "uri": uri(folder), "name": "x" })
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// Writes files below a folder.
fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn changed(client: &mut Client, path: &Path) {
    let changes = json!([{ "uri": uri(path), "type": 2 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
}

fn hover(client: &mut Client, uri: &str, line: u32, character: u32) -> String {
    let params = json!({ "textDocument": { "uri": uri }, "position": position(line, character) });
    let hover = client.request("textDocument/hover", params).unwrap();
    hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

const SOURCE: &str =
    "ARG VERSION\nFROM debian:$VERSION AS base\nFROM base AS edge\nCOPY --from=assets a /b\n";

fn compose(version: &str) -> String {
    format!(
        "services:\n  web:\n    build:\n      context: .\n      target: base\n      args:\n        VERSION: {version}\n      additional_contexts:\n        assets: ../assets\n"
    )
}

#[test]
fn an_argument_that_builders_do_not_agree_on_shows_what_each_gives() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let source = "ARG VERSION=22\nFROM node:$VERSION\nARG VERSION\nRUN echo $VERSION\n";
    let bake = "target \"app\" {\n  args = { VERSION = \"4\" }\n}\ntarget \"tool\" {\n  context = \".\"\n}\n";
    let compose = "services:\n  web:\n    build:\n      context: .\n      args:\n        VERSION: 3\n";
    write(&root, &[("Dockerfile", source), ("docker-bake.hcl", bake), ("compose.yaml", compose)]);
    let mut client = start(push(), &[&root]);
    let document = uri(&root.join("Dockerfile"));
    client.open(&document, 1, source);
    for (line, character) in [(0, 5), (1, 12), (3, 12)] {
        let shown = hover(&mut client, &document, line, character);
        for said in [
            "**`VERSION`** depends on who builds",
            "Default of `ARG`",
            ": `22`",
            "`web` in `compose.yaml` gives `3`",
            "`app` in `docker-bake.hcl` gives `4`",
            "`tool` in `docker-bake.hcl` leaves it at its default",
        ] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
    }
    client.shut_down();
}

#[test]
fn what_a_compose_file_gives_reaches_the_document_and_follows_the_file() {
    for capabilities in [push(), pull()] {
        let pulls = capabilities["textDocument"]["diagnostic"].is_object();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let without = "services:\n  web:\n    build: .\n";
        write(&root, &[("Dockerfile", SOURCE), ("compose.yaml", without)]);
        let mut capabilities = capabilities;
        capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
        let mut client = start(capabilities, &[&root]);
        let document = uri(&root.join("Dockerfile"));
        client.open(&document, 1, SOURCE);
        let has = |found: &[crate::client::Diagnostic]| {
            found.iter().any(|found| found.code == "invalid-default-arg-in-from" && found.severity == 1)
        };
        if pulls {
            assert!(has(&client.pulled(&document)));
        } else {
            assert!(has(&client.published(&document, Some(1))));
        }
        assert!(!hover(&mut client, &document, 1, 14).contains("7.1"));

        let file = root.join("compose.yaml");
        fs::write(&file, compose("7.1")).unwrap();
        changed(&mut client, &file);
        if pulls {
            client.asked("workspace/diagnostic/refresh");
            assert!(!has(&client.pulled(&document)));
        } else {
            while has(&client.published(&document, Some(1))) {}
        }
        let shown = hover(&mut client, &document, 1, 14);
        assert!(shown.contains("`7.1`") && shown.contains("Given to the build"), "{shown}");
        let shown = hover(&mut client, &document, 3, 13);
        assert_eq!(shown, "**Context** `assets`: the build is given `../assets`");
        let shown = hover(&mut client, &document, 1, 26);
        assert!(shown.contains("The target of `web` in `compose.yaml`"), "{shown}");
        let shown = hover(&mut client, &document, 3, 1);
        assert!(!shown.contains("compose.yaml"), "this stage is not built: {shown}");

        // What is typed next has it too.
        fs::write(&file, compose("7.2")).unwrap();
        changed(&mut client, &file);
        client.change(&document, 2, json!([{ "text": format!("{SOURCE}# end\n") }]));
        assert!(hover(&mut client, &document, 1, 14).contains("`7.2`"));
        fs::remove_file(&file).unwrap();
        changed(&mut client, &file);
        assert!(!hover(&mut client, &document, 1, 14).contains("`7.2`"));
        client.shut_down();
    }
}

#[test]
fn a_lens_says_who_builds_a_stage() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let bake = "target \"image\" {\n  target = \"edge\"\n}\n";
    write(&root, &[("Dockerfile", SOURCE), ("docker-bake.hcl", bake), ("compose.yaml", &compose("1"))]);
    let mut client = start(push(), &[&root]);
    let document = uri(&root.join("Dockerfile"));
    client.open(&document, 1, SOURCE);
    let params = json!({ "textDocument": { "uri": document } });
    let lenses = client.request("textDocument/codeLens", params).unwrap();
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().filter_map(|lens| lens["command"]["title"].as_str()).collect();
    assert!(titles.contains(&"used once, target of web, 0 layers"), "{titles:?}");
    assert!(titles.contains(&"target of image, 1 layer"), "{titles:?}");
    client.shut_down();
}

#[test]
fn the_server_asks_to_be_told_of_the_files_of_builders() {
    let mut capabilities = push();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let mut client = start(capabilities, &[]);
    let asked = client.asked("client/registerCapability").to_string();
    for glob in
        ["compose*.y*ml", "docker-bake*.hcl", "docker-bake*.json", "devcontainer.json", "skaffold*.y*ml"]
    {
        assert!(asked.contains(glob), "{glob}: {asked}");
    }
    client.shut_down();
}

fn ask(
    client: &mut Client,
    method: &str,
    uri: &str,
    place: (u32, u32),
) -> Result<Value, crate::client::ResponseError> {
    let params = json!({ "textDocument": { "uri": uri }, "position": position(place.0, place.1),
        "context": { "includeDeclaration": false }, "newName": "core" });
    client.request(&format!("textDocument/{method}"), params)
}

#[test]
fn a_stage_and_the_targets_that_name_it_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let bake = "target \"image\" {\n  target = \"Base\" # é\n}\n";
    write(&root, &[("Dockerfile", SOURCE), ("docker-bake.hcl", bake), ("compose.yaml", &compose("1"))]);
    let [document, compose_file, bake_file] =
        ["Dockerfile", "compose.yaml", "docker-bake.hcl"].map(|name| uri(&root.join(name)));
    let mut client = start(push(), &[&root]);
    client.open(&document, 1, SOURCE);
    let found = ask(&mut client, "references", &document, (1, 26)).unwrap();
    let places = json!([
        { "uri": document, "range": range((2, 5), (2, 9)) },
        { "uri": compose_file, "range": range((4, 14), (4, 18)) },
        { "uri": bake_file, "range": range((1, 12), (1, 16)) },
    ]);
    assert_eq!(found, places);
    let edit = ask(&mut client, "rename", &document, (2, 6)).unwrap();
    let changes = edit["documentChanges"].as_array().unwrap();
    let changed = |uri: &str, before: &str| {
        let change = changes.iter().find(|change| change["textDocument"]["uri"] == uri).unwrap();
        crate::text::apply(before, change["edits"].as_array().unwrap())
    };
    assert_eq!(changes.len(), 3);
    assert_eq!(changed(&compose_file, &compose("1")), compose("1").replace("base", "core"));
    assert_eq!(changed(&bake_file, bake), bake.replace("Base", "core"));
    assert_eq!(changed(&document, SOURCE), SOURCE.replace("base", "core"));

    // From the other side, where the client opens such a file with the server; nothing else is answered there.
    let text = compose("2");
    let opened = json!({ "uri": compose_file, "languageId": "yaml", "version": 1, "text": text });
    client.notify("textDocument/didOpen", json!({ "textDocument": opened }));
    let stage = json!([{ "uri": document, "range": range((1, 24), (1, 28)) }]);
    assert_eq!(ask(&mut client, "definition", &compose_file, (4, 16)), Ok(stage));
    assert_eq!(ask(&mut client, "definition", &compose_file, (3, 9)), Ok(Value::Null));
    assert_eq!(ask(&mut client, "references", &compose_file, (4, 16)), Ok(Value::Null));
    let refused = ask(&mut client, "rename", &document, (2, 6)).unwrap_err();
    assert!(refused.message.contains("compose.yaml` names it too, and is not saved"), "{refused:?}");
    client.shut_down();
}

/// What comes of renaming the stage `base` beside one file of a builder: the file afterwards, or why it is refused.
fn renamed_beside(name: &str, text: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    write(&root, &[("Dockerfile", SOURCE), (name, text)]);
    let mut client = start(push(), &[&root]);
    let [document, file] = ["Dockerfile", name].map(|name| uri(&root.join(name)));
    client.open(&document, 1, SOURCE);
    let edit = ask(&mut client, "rename", &document, (2, 6)).map_err(|error| error.message)?;
    let changes = edit["documentChanges"].as_array().unwrap();
    let change = changes.iter().find(|change| change["textDocument"]["uri"] == file);
    let after = change.map(|change| crate::text::apply(text, change["edits"].as_array().unwrap()));
    client.shut_down();
    Ok(after.unwrap_or_else(|| text.to_owned()))
}

/// What comes of renaming the ARG in the first line of `source` beside one file of a builder: the file afterwards, or why it is
/// refused.
fn argument_renamed_beside(source: &str, name: &str, text: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    write(&root, &[("Dockerfile", source), (name, text)]);
    let mut client = start(push(), &[&root]);
    let [document, file] = ["Dockerfile", name].map(|name| uri(&root.join(name)));
    client.open(&document, 1, source);
    let edit = ask(&mut client, "rename", &document, (0, 5)).map_err(|error| error.message)?;
    let changes = edit["documentChanges"].as_array().unwrap();
    let change = changes.iter().find(|change| change["textDocument"]["uri"] == file);
    let after = change.map(|change| crate::text::apply(text, change["edits"].as_array().unwrap()));
    client.shut_down();
    Ok(after.unwrap_or_else(|| text.to_owned()))
}

#[test]
fn an_argument_is_renamed_where_it_is_given_a_value() {
    let list = "services:\n  web:\n    build:\n      context: .\n      args:\n      - VERSION=1\n      - OTHER=VERSION\n";
    let bake = "target \"a\" {\n  args = {\n    VERSION = \"1\" # VERSION\n    \"OTHER\" = \"2\"\n  }\n}\n";
    let devcontainer = "{ \"build\": { \"dockerfile\": \"Dockerfile\", \"args\": { \"VERSION\": \"1\" } } }";
    let workflow = |given: &str| {
        let step = "uses: docker/build-push-action@v6\n      with:\n        context: .\n        build-args:";
        format!("jobs:\n  image:\n    steps:\n    - {step} {given}\n")
    };
    for (name, text) in [
        (".github/workflows/ci.yml", &*workflow("|\n          OTHER=1\n\n          VERSION=$VERSION\n")),
        (".github/workflows/ci.yml", &workflow("VERSION=${{ github.sha }}")),
        ("compose.yaml", &compose("1")),
        ("compose.yaml", list),
        ("docker-bake.hcl", bake),
        ("devcontainer.json", devcontainer),
    ] {
        let after = text.replacen("VERSION", "core", 1);
        assert_eq!(argument_renamed_beside(SOURCE, name, text), Ok(after), "{name}");
    }
    let other = compose("1").replace("VERSION", "OTHER");
    assert_eq!(argument_renamed_beside(SOURCE, "compose.yaml", &other), Ok(other.clone()));
}

#[test]
fn every_argument_that_is_given_one_value_is_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let source = "FROM debian AS base\nARG VERSION=1\nUSER $VERSION\nFROM base AS a\nUSER $VERSION\nFROM debian\nARG VERSION=2\n\
                  USER $VERSION\nENV X=1\n";
    let mut client = start(push(), &[&root]);
    let document = uri(&root.join("Dockerfile"));
    let renamed = |client: &mut Client, version: i32| {
        client.open(&document, version, source);
        let edit = ask(client, "rename", &document, (6, 5)).unwrap();
        let changes = edit["documentChanges"].as_array().unwrap();
        let change = changes.iter().find(|change| change["textDocument"]["uri"] == document).unwrap();
        client.close(&document);
        crate::text::apply(source, change["edits"].as_array().unwrap())
    };
    // Nothing is known to build it.
    assert_eq!(renamed(&mut client, 1).matches("core").count(), 2);
    client.shut_down();
    write(&root, &[("Dockerfile", source), ("compose.yaml", &compose("1"))]);
    let mut client = start(push(), &[&root]);
    assert_eq!(renamed(&mut client, 2), source.replace("VERSION", "core"));
    client.shut_down();
}

#[test]
fn an_argument_that_cannot_be_followed_is_not_renamed() {
    let refused = |source: &str, text: &str, why: &str| {
        let refusal = argument_renamed_beside(source, "compose.yaml", text).unwrap_err();
        assert!(refusal.contains(why), "{refusal}");
    };
    refused(SOURCE, &compose("").replace(": \n", ":\n"), "not in letters that can be replaced");
    refused(
        SOURCE,
        &compose("1").replace("VERSION", "\"VERS\\x49ON\""),
        "not in letters that can be replaced",
    );
    let shared = "x-args: &args {VERSION: 1}\nservices:\n  a: {build: {context: ., args: *args}}\n  b: {build: {context: ., dockerfile: other, args: *args}}\n";
    refused(SOURCE, shared, "in one place with that of");
    let workflow = "jobs:\n  image:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        context: .\n        build-args: \"VERS\\x49ON=1\"\n";
    let refusal = argument_renamed_beside(SOURCE, ".github/workflows/ci.yml", workflow).unwrap_err();
    assert!(refusal.contains("not in letters that can be replaced"), "{refusal}");
}

fn service(target: &str) -> String {
    format!("services:\n  web:\n    build:\n      context: .\n{target}")
}

#[test]
fn a_target_is_renamed_wherever_its_letters_stand() {
    let web = |target: &str| service(&format!("      target: {target}\n"));
    for target in
        ["base # base", "'base' # base", "\"base\" # it's \"base\"", "!!str base", "|-\n        base"]
    {
        let expected = web(&target.replacen("base", "core", 1));
        assert_eq!(renamed_beside("compose.yaml", &web(target)), Ok(expected), "{target}");
    }
    let devcontainer =
        "{ /* base */ \"build\": { \"dockerfile\": \"Dockerfile\", // é\n \"target\": \"base\" // base\n} }";
    let expected = devcontainer.replace("\"base\"", "\"core\"");
    assert_eq!(renamed_beside(".devcontainer.json", devcontainer), Ok(expected));
    let bake = "target \"base\" {\n  target = (\"base\")\n}\n";
    let expected = bake.replace("(\"base", "(\"core");
    assert_eq!(renamed_beside("docker-bake.hcl", bake), Ok(expected));
    // Another document of the same text, over the first.
    let second = format!("{}---\nservices: {{web: {{build: {{target: base}}}}}}\n", service(""));
    assert_eq!(renamed_beside("compose.yaml", &second), Ok(second.replace("base", "core")));
    let second = "build: {}\n---\nbuild:\n  artifacts:\n  - image: a\n    docker:\n      target: base\n";
    assert_eq!(renamed_beside("skaffold.yaml", second), Ok(second.replace("base", "core")));
}

#[test]
fn a_stage_whose_name_cannot_be_replaced_everywhere_is_not_renamed() {
    let web = |target: &str| service(&format!("      target: {target}\n"));
    let targets = ["*name", "&name base", "\"b\\x61se\"", "${TARGET:-base}", "${TARGET-Base}"];
    let composed = targets.map(|target| format!("x-name: &name base\n{}", web(target)));
    let shared = "x-build: &build {target: base, context: .}\nservices:\n  a: {build: {<<: *build}}\n  b: {build: {<<: *build, dockerfile: other}}\n".to_owned();
    let baked = [
        "variable \"STAGE\" {\n  default = \"base\"\n}\ntarget \"a\" {\n  target = STAGE\n}\n",
        "variable \"X\" {\n  default = \"base\"\n}\nfunction \"pick\" {\n  params = []\n  result = X\n}\ntarget \"a\" {\n  target = pick()\n}\n",
        "target \"a\" {\n  matrix = { stage = [\"base\", \"edge\"] }\n  target = stage\n}\n",
        "target \"a\" {\n  target = \"${\"base\"}\"\n}\n",
        "target \"a\" {\n  target = \"b\\u0061se\"\n}\n",
    ];
    let files = composed.into_iter().chain([shared]).map(|text| ("compose.yaml", text));
    for (name, text) in files.chain(baked.map(|text| ("docker-bake.hcl", text.to_owned()))) {
        let refusal = renamed_beside(name, &text).expect_err(&text);
        assert!(refusal.contains(&format!("{name}` names the stage too, ")), "{text}: {refusal}");
    }
    // What is made of something else names something else.
    for text in [web("${TARGET:-edge}"), web("${base_target}"), web("edge # base")] {
        assert_eq!(renamed_beside("compose.yaml", &text), Ok(text.clone()));
    }
    let other = "variable \"STAGE\" {\n  default = \"edge\"\n}\ntarget \"base\" {\n  target = STAGE\n}\n";
    assert_eq!(renamed_beside("docker-bake.hcl", other), Ok(other.to_owned()));
}

/// What comes of renaming the stage `base` of `Dockerfile` beside these files: what each that changes is afterwards, or why it is
/// refused.
fn renamed_among(files: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    write(&root, &[("Dockerfile", SOURCE)]);
    write(&root, files);
    let mut client = start(push(), &[&root]);
    let document = uri(&root.join("Dockerfile"));
    client.open(&document, 1, SOURCE);
    let edit = ask(&mut client, "rename", &document, (2, 6)).map_err(|error| error.message)?;
    let changes = edit["documentChanges"].as_array().unwrap();
    let after = files.iter().filter_map(|(name, text)| {
        let own = uri(&root.join(name));
        let change = changes.iter().find(|change| change["textDocument"]["uri"] == own)?;
        Some(((*name).to_owned(), crate::text::apply(text, change["edits"].as_array().unwrap())))
    });
    let after = after.collect();
    client.shut_down();
    Ok(after)
}

const OVER: &str = "services:\n  web:\n    build:\n      target: base\n";

#[test]
fn a_target_is_renamed_in_a_file_that_goes_over_another() {
    let own = service("      target: edge\n");
    let renamed = OVER.replace("base", "core");
    for name in [
        "compose.override.yaml",
        "docker-compose.override.yml",
        "compose.prod.yaml",
        "docker-compose.dev.yml",
    ] {
        let expected = vec![(name.to_owned(), renamed.clone())];
        assert_eq!(renamed_among(&[("compose.yml", &own), (name, OVER)]), Ok(expected), "{name}");
    }
    // It goes over what is of another Dockerfile.
    let other = own.replace("context: .", "context: other");
    assert_eq!(renamed_among(&[("compose.yaml", &other), ("compose.override.yaml", OVER)]), Ok(Vec::new()));
    // What it says nothing of is said once.
    let both = service("      target: base\n");
    let says_less = "services: {web: {build: {args: {A: 1}}}}\n";
    let expected = vec![("compose.yaml".to_owned(), both.replace("base", "core"))];
    assert_eq!(renamed_among(&[("compose.yaml", &both), ("compose.override.yaml", says_less)]), Ok(expected));
}

#[test]
fn a_target_is_renamed_in_a_service_that_extends_another() {
    let common = "services: {common: {build: {context: ..}}}\n";
    let own = "services:\n  web:\n    profiles: [x]\n    extends: {file: parts/common.yml, service: common}\n    build: {target: base}\n  job:\n    extends: web\n";
    let files = [("compose.yaml", own), ("parts/common.yml", common)];
    let expected = vec![("compose.yaml".to_owned(), own.replace("base", "core"))];
    assert_eq!(renamed_among(&files), Ok(expected));
    let around = "services: {a: {extends: b, build: {target: base}}, b: {extends: a}}\n";
    assert!(
        renamed_among(&[("compose.yaml", around)])
            .is_err_and(|refusal| refusal.contains("compose.yaml` names"))
    );
}

#[test]
fn a_target_of_what_is_not_known_is_not_renamed() {
    let missing = OVER.replace("build:", "extends: {file: ../not-there.yml, service: web}\n    build:");
    for files in [[("compose.override.yaml", OVER)], [("compose.override.yaml", missing.as_str())]] {
        let refusal = renamed_among(&files).expect_err(files[0].1);
        assert!(refusal.contains("compose.override.yaml` names such a stage"), "{refusal}");
    }
    let other = OVER.replace("base", "unheard-of");
    assert_eq!(renamed_among(&[("compose.override.yaml", &other)]), Ok(Vec::new()));
}

#[test]
fn what_goes_over_another_file_gives_its_arguments_too() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let over = "services: {web: {build: {args: {VERSION: '7.1'}}}}\n";
    write(
        &root,
        &[
            ("Dockerfile", SOURCE),
            ("compose.yaml", &service("      target: base\n")),
            ("compose.override.yaml", over),
        ],
    );
    let mut client = start(push(), &[&root]);
    let document = uri(&root.join("Dockerfile"));
    client.open(&document, 1, SOURCE);
    let params = json!({ "textDocument": { "uri": document } });
    let lenses = client.request("textDocument/codeLens", params).unwrap().to_string();
    assert!(lenses.contains("target of web,") && !lenses.contains("target of web, web"), "{lenses}");
    client.shut_down();
}

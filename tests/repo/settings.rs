//! What editors are told of the settings is generated from the server.

use std::{env, fs};

use layerwise::settings::{page, schema};
use serde_json::{Value, json};

use crate::root;

/// The settings that the extension itself has; the server never sees them.
fn of_the_extension() -> [(&'static str, Value); 2] {
    let path = json!({
        "description": "The program that is run as the server. Without it the one in the extension is taken, else the \
                        one on the path.",
        "type": ["string", "null"],
        "default": null,
        "scope": "machine-overridable",
    });
    let trace = json!({
        "description": "Whether the messages to and from the server are shown in the output.",
        "type": "string",
        "enum": ["off", "messages", "verbose"],
        "default": "off",
        "scope": "window",
    });
    [("layerwise.server.path", path), ("layerwise.trace.server", trace)]
}

fn check_current(path: &str, current: &str) {
    let file = root().join(path);
    if env::var_os("LAYERWISE_UPDATE").is_some_and(|value| value == "1") {
        fs::write(&file, current).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        written == current,
        "{path} is stale: `LAYERWISE_UPDATE=1 cargo test --test repo` writes it anew"
    );
}

#[test]
fn the_schema_of_the_settings_file_is_current() {
    let schema = serde_json::to_string_pretty(&schema::schema()).unwrap();
    check_current("editors/layerwise.schema.json", &format!("{schema}\n"));
}

#[test]
fn the_page_of_all_settings_is_current() {
    check_current("server/settings/SETTINGS.md", &page::page());
}

#[test]
fn the_settings_of_the_extension_are_current() {
    const PATH: &str = "editors/vscode/package.json";
    const START: &str = "      \"title\": \"Layerwise\",\n      \"properties\": ";
    const END: &str = "\n    }\n  },\n  \"scripts\"";
    let mut properties = schema::editor_properties();
    properties.extend(of_the_extension().map(|(name, value)| (name.to_owned(), value)));
    let properties = serde_json::to_string_pretty(&properties).unwrap().replace('\n', "\n      ");
    let written = fs::read_to_string(root().join(PATH)).unwrap().replace("\r\n", "\n");
    let (before, rest) = written.split_once(START).expect("the settings");
    let (_, after) = rest.split_once(END).expect("the scripts after the settings");
    check_current(PATH, &format!("{before}{START}{properties}{END}{after}"));
}

#[test]
fn the_extension_has_the_version_of_the_server() {
    for path in ["editors/vscode/package.json", "editors/vscode/package-lock.json"] {
        let manifest: Value = serde_json::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap();
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"), "{path}");
    }
    let emacs = fs::read_to_string(root().join("editors/emacs/layerwise.el")).unwrap();
    assert!(emacs.contains(concat!("\n;; Version: ", env!("CARGO_PKG_VERSION"), "\n")));
}

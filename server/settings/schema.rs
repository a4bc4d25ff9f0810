//! What can be set, as JSON Schema: for `layerwise.toml`, and flat for the settings of an editor. Every description is
//! written here once; what is read is in [`super::read`].

use serde_json::{Map, Value, json};

use crate::rules::page::summary;
use crate::rules::{ALL, Group, OptionKind, Rule, RuleOption};
use crate::settings::{GROUPS, group_name};

/// The levels that a rule can have; a syntax rule cannot be off.
const LEVELS: [&str; 5] = ["off", "hint", "info", "warning", "error"];

/// The schema of `layerwise.toml` (JSON Schema, draft 7).
pub fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "layerwise.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "extend": extend(),
            "rules": rules(),
            "context": table("What a build is given.", context()),
            "check": table("What `layerwise check` takes from the settings.", check()),
            "format": table("How documents are formatted.", format()),
            "hints": table("What is shown between the words.", hints()),
            "diagnostics": diagnostics(),
            "shellcheck": shellcheck(),
        }
    })
}

fn diagnostics() -> Value {
    json!({
        "description": "Which files an editor that asks for the findings of the whole workspace gets them of: all Dockerfiles \
                        of it and their ignore files, which is the default, or only those that are open.",
        "type": "string",
        "enum": ["open", "workspace"],
    })
}

fn shellcheck() -> Value {
    json!({
        "description": "The ShellCheck that is asked about shell text: `auto` takes the one on the search path, `off` none, \
                        and everything else is the path of the program.",
        "type": "string",
    })
}

/// The settings that an editor has, as VS Code declares them: a flat table whose names begin with `layerwise.`. Nothing
/// is set by default, so that a `layerwise.toml` is never beaten by a default.
pub fn editor_properties() -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert("layerwise.extend".to_owned(), with_default(extend(), json!([])));
    properties.insert("layerwise.rules".to_owned(), with_default(rules(), json!({})));
    properties.insert("layerwise.diagnostics".to_owned(), with_default(diagnostics(), Value::Null));
    // It says what is run: a folder that is merely opened must not set it.
    let mut shellcheck = with_default(shellcheck(), Value::Null);
    shellcheck["scope"] = json!("machine");
    properties.insert("layerwise.shellcheck".to_owned(), shellcheck);
    for (table, keys) in [("context", context()), ("format", format()), ("hints", hints())] {
        for (key, value) in keys {
            let default = if value["type"] == "object" { json!({}) } else { Value::Null };
            properties.insert(format!("layerwise.{table}.{key}"), with_default(value, default));
        }
    }
    properties
}

fn with_default(mut property: Value, default: Value) -> Value {
    if default.is_null() {
        property = json!({ "description": property["description"], "anyOf": [property, { "type": "null" }] });
        if let Some(Value::Object(inner)) = property.pointer_mut("/anyOf/0") {
            inner.remove("description");
        }
    }
    property["default"] = default;
    property["scope"] = json!("resource");
    property
}

fn table(description: &str, properties: Map<String, Value>) -> Value {
    json!({
        "description": description,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn extend() -> Value {
    let groups = GROUPS.map(group_name).into_iter();
    let names: Vec<&str> = groups.chain(ALL.iter().map(|rule| rule.id)).collect();
    json!({
        "description": "Groups and rules to turn on that are off by default.",
        "type": "array",
        "uniqueItems": true,
        "items": { "type": "string", "enum": names },
    })
}

fn rules() -> Value {
    let properties: Map<String, Value> = ALL.iter().map(|rule| (rule.id.to_owned(), of_rule(rule))).collect();
    let mut rules = table(
        "The level of a rule, or a table with its `level` and its own options. A code of another tool stands for the rules that \
         carry it, and one of ShellCheck such as `SC2086`, with a level, for itself.",
        properties,
    );
    rules["patternProperties"] = json!({ "^[A-Z][A-Za-z0-9]*$": { "type": ["string", "object"] } });
    rules
}

fn of_rule(rule: &Rule) -> Value {
    let levels = if rule.group == Group::Syntax { &LEVELS[1..] } else { &LEVELS[..] };
    let level = json!({ "type": "string", "enum": levels });
    let mut properties: Map<String, Value> =
        rule.options.iter().map(|option| (option.name.to_owned(), of_option(option))).collect();
    properties.insert("level".to_owned(), level.clone());
    json!({
        "description": summary(rule),
        "anyOf": [level, { "type": "object", "additionalProperties": false, "properties": properties }],
    })
}

fn of_option(option: &RuleOption) -> Value {
    let mut schema = match option.kind {
        OptionKind::Strings => json!({ "type": "array", "items": { "type": "string" } }),
        OptionKind::Switch => json!({ "type": "boolean" }),
    };
    schema["description"] = json!(option.docs);
    schema
}

fn context() -> Map<String, Value> {
    map([
        (
            "dir",
            json!({
                "description": "The folder of the build context, relative to layerwise.toml, or to the folder that \
                                the editor has open. Without it the folder of the Dockerfile counts, as a guess.",
                "type": "string",
            }),
        ),
        ("target", json!({ "description": "The stage that is built.", "type": "string" })),
        (
            "args",
            json!({
                "description": "The build arguments, by name.",
                "type": "object",
                "additionalProperties": { "type": ["string", "number", "boolean"] },
            }),
        ),
    ])
}

fn check() -> Map<String, Value> {
    map([(
        "fail-on",
        json!({
            "description": "The least severity that makes `check` exit with 1: `warning` by default.",
            "type": "string",
            "enum": &LEVELS[1..],
        }),
    )])
}

fn format() -> Map<String, Value> {
    map([
        (
            "indent",
            json!({
                "description": "The indent of continued lines: spaces, or `tab`. Without it the editor decides, and \
                                `layerwise fmt` takes 4.",
                "anyOf": [{ "type": "integer", "minimum": 1, "maximum": 8 }, { "type": "string", "enum": ["tab"] }],
            }),
        ),
        (
            "on-save",
            json!({
                "description": "Whether a document is formatted before the editor saves it, as `layerwise fmt` does it; off by \
                                default. Editors that format on save themselves do not need it.",
                "type": "boolean",
            }),
        ),
        (
            "operators",
            json!({
                "description": "Where `&&`, `||` and `|` stand between two lines; `keep` leaves them.",
                "type": "string",
                "enum": ["keep", "leading", "trailing"],
            }),
        ),
        (
            "max-blank-lines",
            json!({
                "description": "The most blank lines in a row between instructions.",
                "type": "integer",
                "minimum": 0,
            }),
        ),
    ])
}

fn hints() -> Map<String, Value> {
    let switch = |description: &str| json!({ "description": description, "type": "boolean" });
    map([
        ("files", switch("How many files a COPY brings, and how many bytes.")),
        (
            "reruns",
            switch(
                "Which costly commands a change of what a COPY brings runs again, and what runs a costly RUN again.",
            ),
        ),
        ("values", switch("What variables come to, and which stage a number means.")),
    ])
}

fn map<const N: usize>(properties: [(&str, Value); N]) -> Map<String, Value> {
    properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, read};

    fn keys(table: &Value) -> Vec<&str> {
        table["properties"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn what_is_described_is_what_is_read() {
        let schema = schema();
        assert_eq!(keys(&schema), read::KEYS);
        let tables = &schema["properties"];
        assert_eq!(keys(&tables["check"]), read::CHECK_KEYS);
        assert_eq!(keys(&tables["context"]), read::CONTEXT_KEYS);
        assert_eq!(keys(&tables["format"]), read::FORMAT_KEYS);
        assert_eq!(keys(&tables["hints"]), read::HINT_KEYS);
    }

    /// A value that a schema of ours allows.
    fn example(schema: &Value) -> Vec<Value> {
        if let Some(alternatives) = schema["anyOf"].as_array() {
            return alternatives.iter().flat_map(example).collect();
        }
        if let Some(names) = schema["enum"].as_array() {
            return names.clone();
        }
        match schema["type"].as_str() {
            Some("array") => vec![json!(example(&schema["items"]))],
            Some("integer") => ["minimum", "maximum"].map(|end| schema[end].clone()).to_vec(),
            Some("object") => match schema["properties"].as_object() {
                Some(properties) => vec![
                    properties.iter().map(|(key, value)| (key.clone(), example(value)[0].clone())).collect(),
                ],
                None => vec![json!({ "A": "b", "C": 1, "D": true })],
            },
            Some("boolean") => vec![json!(true), json!(false)],
            Some("string") => vec![json!("a")],
            _ => vec![Value::Null],
        }
    }

    #[test]
    fn what_is_allowed_is_read_without_a_complaint() {
        for (key, property) in schema()["properties"].as_object().unwrap() {
            for value in example(property) {
                let (_, problems) = Settings::from_json(&json!({ key: value }));
                assert_eq!(problems, [], "{key}: {value}");
            }
        }
        for (name, property) in editor_properties() {
            let path: Vec<&str> = name.split('.').skip(1).collect();
            for value in example(&property).into_iter().chain([property["default"].clone()]) {
                let nested = path.iter().rev().fold(value, |inner, key| json!({ *key: inner }));
                let (_, problems) = Settings::from_json(&nested);
                assert_eq!(problems, [], "{nested}");
            }
        }
    }

    #[test]
    fn the_options_of_a_rule_are_those_that_it_declares() {
        let of_rule = |id: &str| schema()["properties"]["rules"]["properties"][id]["anyOf"][1].clone();
        assert_eq!(keys(&of_rule("untrusted-registry")), ["allow", "level"]);
        assert_eq!(keys(&of_rule("root-user")), ["level"]);
        assert_eq!(of_rule("root-user")["additionalProperties"], false);
    }

    #[test]
    fn what_an_editor_sets_by_default_is_nothing() {
        for (name, property) in editor_properties() {
            let path: Vec<&str> = name.split('.').skip(1).collect();
            let nested =
                path.iter().rev().fold(property["default"].clone(), |inner, key| json!({ *key: inner }));
            assert_eq!(Settings::from_json(&nested).0, Settings::default(), "{name}");
        }
    }
}

//! The page of all settings, as Markdown, from their schema.

use std::fmt::Write as _;

use serde_json::Value;

use super::schema::schema;

/// Every setting in one page: what it is for, and what it may be.
pub fn page() -> String {
    let mut page = "# Settings\n\nGenerated from the server's own schema: `LAYERWISE_UPDATE=1 cargo test --test repo` writes it \
                    anew.\n\nIn `layerwise.toml`, in the folder of the Dockerfile or above it. In an editor the same keys stand below \
                    `layerwise`. The command line beats the editor, and the editor beats the file.\n\n\
                    | key | values | what |\n|---|---|---|\n"
        .to_owned();
    let schema = schema();
    for (key, value) in properties(&schema) {
        // The table of rules has a page of its own.
        let inner: Vec<(&String, &Value)> =
            if key == "rules" { Vec::new() } else { properties(value).collect() };
        if inner.is_empty() {
            row(&mut page, key, value);
        }
        for (name, value) in inner {
            row(&mut page, &format!("{key}.{name}"), value);
        }
    }
    page.push_str(
        "\nA rule is `\"off\"`, `\"hint\"`, `\"info\"`, `\"warning\"` or `\"error\"`, or a table with that as its `level` beside the \
         rule's own options; [the page of the rules](../rules/RULES.md) has them all. A syntax rule cannot be off.\n",
    );
    page
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn row(page: &mut String, key: &str, value: &Value) {
    let what = value.get("description").and_then(Value::as_str).unwrap_or_default().replace('|', "\\|");
    let _ = writeln!(page, "| `{key}` | {} | {what} |", values(key, value));
}

/// What a value may be, in a few words.
fn values(key: &str, schema: &Value) -> String {
    if let Some(alternatives) = schema.get("anyOf").and_then(Value::as_array) {
        return alternatives.iter().map(|one| values(key, one)).collect::<Vec<_>>().join(", ");
    }
    if let Some(names) = schema.get("enum").and_then(Value::as_array) {
        return names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    }
    let number = |end: &str| schema.get(end).and_then(Value::as_u64);
    match (schema.get("type").and_then(Value::as_str), number("minimum"), number("maximum")) {
        (Some("integer"), Some(least), Some(most)) => format!("{least} to {most}"),
        (Some("integer"), Some(least), None) => format!("a number from {least} upwards"),
        (Some("array"), ..) => "a list of groups and rules".to_owned(),
        (Some("object"), ..) if key == "rules" => "a level or a table for each rule".to_owned(),
        (Some("object"), ..) => "a table of names and values".to_owned(),
        (Some(kind), ..) => format!("a {kind}"),
        (None, ..) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_row() {
        let page = page();
        for row in [
            "| `check.fail-on` | `\"hint\"`, `\"info\"`, `\"warning\"`, `\"error\"` | ",
            "| `context.args` | a table of names and values | ",
            "| `context.dir` | a string | ",
            "| `extend` | a list of groups and rules | ",
            "| `format.indent` | 1 to 8, `\"tab\"` | ",
            "| `rules` | a level or a table for each rule | ",
        ] {
            assert!(page.contains(row), "{row}");
        }
    }
}

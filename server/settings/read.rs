//! Settings from JSON values: the editor's `layerwise` section, and `layerwise.toml` once it is parsed. Unknown
//! keys, unknown rules and wrong values become problems; everything else still holds.

use serde_json::Value;

use crate::rules::names::shell_check_code;
use crate::rules::{ALL, OptionKind, Rule, Severity};
use crate::settings::cursor::Cursor;
use crate::settings::format::FormatSettings;
use crate::settings::names::{ids_named, rules_named};
use crate::settings::{SettingProblem, Settings, ShellCheckSetting};

/// The keys at the top, and in each table, sorted.
pub(super) const KEYS: [&str; 8] =
    ["check", "context", "diagnostics", "extend", "format", "hints", "rules", "shellcheck"];
pub(super) const CHECK_KEYS: [&str; 1] = ["fail-on"];
pub(super) const CONTEXT_KEYS: [&str; 3] = ["args", "dir", "target"];
pub(super) const FORMAT_KEYS: [&str; 4] = ["indent", "max-blank-lines", "on-save", "operators"];

pub(super) const HINT_KEYS: [&str; 3] = ["files", "reruns", "values"];

/// A problem and the keys that lead to its place; list items count from 0.
#[cfg_attr(not(any(feature = "cli", feature = "lsp")), allow(dead_code, reason = "only TOML has places"))]
pub(super) struct Problem {
    pub(super) message: String,
    pub(super) keys: Vec<String>,
    /// Whether the last key itself is wrong, not its value.
    pub(super) of_key: bool,
}

impl Settings {
    /// Reads settings as an editor sends them. `null` counts as not set, here and inside. Problems have no span.
    pub fn from_json(value: &Value) -> (Settings, Vec<SettingProblem>) {
        let (settings, problems) = read(value, ALL);
        let without_span = |problem: Problem| SettingProblem { message: problem.message, span: None };
        (settings, problems.into_iter().map(without_span).collect())
    }
}

/// Reads settings, and says where they are wrong. `rules` are the rules that exist.
pub(super) fn read(value: &Value, rules: &[&'static Rule]) -> (Settings, Vec<Problem>) {
    let mut settings = Settings::default();
    let mut cursor = Cursor { keys: Vec::new(), problems: Vec::new() };
    cursor.table(value, &KEYS, |cursor, key, value| match key {
        "check" => cursor.table(value, &CHECK_KEYS, |cursor, _, value| {
            settings.check.fail_on = cursor.severity(value);
        }),
        "context" => read_context(cursor, value, &mut settings),
        "diagnostics" => settings.diagnostics = cursor.diagnostics(value),
        "format" => read_format(cursor, value, &mut settings.format),
        "hints" => cursor.table(value, &HINT_KEYS, |cursor, key, value| match key {
            "files" => settings.hints.files = cursor.switch(value),
            "reruns" => settings.hints.reruns = cursor.switch(value),
            _ => settings.hints.values = cursor.switch(value),
        }),
        "extend" => read_extend(cursor, value, rules, &mut settings),
        "shellcheck" => settings.shellcheck = cursor.string(value).as_deref().map(ShellCheckSetting::new),
        _ => read_rules(cursor, value, rules, &mut settings),
    });
    (settings, cursor.problems)
}

fn read_context(cursor: &mut Cursor, value: &Value, settings: &mut Settings) {
    cursor.table(value, &CONTEXT_KEYS, |cursor, key, value| match key {
        "dir" => settings.context.dir = cursor.string(value),
        "target" => settings.context.target = cursor.string(value),
        _ => {
            let Some(arguments) = cursor.object(value) else { return };
            for (name, value) in arguments {
                cursor.within(name, |cursor| {
                    if let Some(value) = cursor.argument(value) {
                        settings.context.args.insert(name.clone(), value);
                    }
                });
            }
        }
    });
}

fn read_format(cursor: &mut Cursor, value: &Value, format: &mut FormatSettings) {
    cursor.table(value, &FORMAT_KEYS, |cursor, key, value| match key {
        "indent" => format.indent = cursor.indent(value),
        "on-save" => format.on_save = cursor.switch(value),
        "operators" => format.operators = cursor.operators(value),
        _ => format.max_blank_lines = cursor.count(value),
    });
}

fn read_extend(cursor: &mut Cursor, value: &Value, rules: &[&'static Rule], settings: &mut Settings) {
    let Some(list) = value.as_array() else {
        cursor.wrong_value("a list of rules and groups", value);
        return;
    };
    for (index, item) in list.iter().enumerate() {
        cursor.within(&index.to_string(), |cursor| {
            let Some(name) = cursor.string(item) else { return };
            match ids_named(&name, rules) {
                Ok(ids) => settings.extend.extend(ids),
                Err(message) => cursor.problem(message, false),
            }
        });
    }
}

fn read_rules(cursor: &mut Cursor, value: &Value, rules: &[&'static Rule], settings: &mut Settings) {
    let Some(table) = cursor.object(value) else { return };
    for (name, value) in table.iter().filter(|(_, value)| !value.is_null()) {
        cursor.within(name, |cursor| {
            let code = shell_check_code(name);
            let level = match (rules_named(name, rules), &code) {
                (Ok(meant), _) => {
                    meant.iter().for_each(|rule| read_rule(cursor, value, rule, settings));
                    meant.first().and_then(|rule| settings.rules.get(rule.id)?.level)
                }
                (Err(_), Some(_)) => cursor.level_of_code(value),
                (Err(message), None) => return cursor.problem(message, true),
            };
            if let Some(code) = code {
                settings.rules.entry(code).or_default().level = level;
            }
        });
    }
}

fn read_rule(cursor: &mut Cursor, value: &Value, rule: &'static Rule, settings: &mut Settings) {
    let entry = settings.rules.entry(rule.id.to_owned()).or_default();
    if !value.is_object() {
        entry.level = cursor.level(value, rule);
        return;
    }
    let known: Vec<&str> =
        std::iter::once("level").chain(rule.options.iter().map(|option| option.name)).collect();
    cursor.table(value, &known, |cursor, key, value| {
        let Some(option) = rule.options.iter().find(|option| option.name == key) else {
            entry.level = cursor.level(value, rule);
            return;
        };
        let read = match option.kind {
            OptionKind::Strings => cursor.strings(value).map(Value::from),
            OptionKind::Switch => cursor.switch(value).map(Value::from),
        };
        entry.options.extend(read.map(|value| (key.to_owned(), value)));
    });
}

/// The severity of a name; `None` where it is none.
pub(crate) fn severity_named(name: &str) -> Option<Severity> {
    match name {
        "hint" => Some(Severity::Hint),
        "info" => Some(Severity::Info),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::format::{Indent, Operators};
    use crate::settings::tests::RULES;
    use crate::settings::{Diagnostics, Level};
    use serde_json::json;

    fn check(value: &Value, messages: &[&str]) -> Settings {
        let (settings, problems) = read(value, &RULES);
        let found: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(found, messages);
        settings
    }

    #[test]
    fn a_code_of_shellcheck_has_a_level_of_its_own() {
        let settings = check(&json!({ "rules": { "sc2086": "off", "SC2046": "error" } }), &[]);
        assert_eq!(settings.rules["SC2086"].level, Some(Level::Off));
        assert_eq!(settings.rules["SC2046"].level, Some(Level::On(Severity::Error)));
        check(&json!({ "rules": { "SC2086": ["off"] } }), &["`rules.SC2086` is a list, not a string"]);
        check(&json!({ "rules": { "SC208": "off" } }), &["unknown rule `SC208`"]);
    }

    #[test]
    fn every_key_is_read() {
        let value = json!({
            "extend": ["style", "cache-kept"],
            "rules": {"cache-kept": "off", "odd-casing": {"level": "error", "allow": ["a", "b"]}},
            "context": {"dir": "..", "target": "prod", "args": {"VERSION": "1", "DEPTH": 2, "FAST": true}},
            "check": {"fail-on": "error"},
            "format": {"indent": "tab", "operators": "trailing", "max-blank-lines": 0, "on-save": true},
            "diagnostics": "open",
        });
        let settings = check(&value, &[]);
        assert_eq!(settings.extend, ["style", "cache-kept"]);
        assert_eq!(settings.rules["cache-kept"].level, Some(Level::Off));
        assert_eq!(settings.rules["odd-casing"].level, Some(Level::On(Severity::Error)));
        assert_eq!(settings.strings("odd-casing", "allow"), ["a", "b"]);
        assert_eq!(settings.context.dir.as_deref(), Some(".."));
        assert_eq!(settings.context.target.as_deref(), Some("prod"));
        let args: Vec<(&str, &str)> =
            settings.context.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(args, [("DEPTH", "2"), ("FAST", "true"), ("VERSION", "1")]);
        assert_eq!(settings.check.fail_on, Some(Severity::Error));
        let (indent, operators) = (Some(Indent::Tab), Some(Operators::Trailing));
        let (max_blank_lines, on_save) = (Some(0), Some(true));
        assert_eq!(settings.format, FormatSettings { indent, operators, max_blank_lines, on_save });
        assert_eq!(settings.diagnostics, Some(Diagnostics::Open));
        assert_eq!(
            check(&json!({"diagnostics": "workspace"}), &[]).diagnostics,
            Some(Diagnostics::Workspace)
        );
        let indent = check(&json!({"format": {"indent": 8}}), &[]).format.indent;
        assert_eq!(indent, Some(Indent::Spaces(8)));
    }

    #[test]
    fn a_wrong_format_is_said() {
        let check_format = |format: Value, message: &str| {
            let settings = check(&json!({"format": format}), &[message]);
            assert_eq!(settings.format, FormatSettings::default());
        };
        check(&json!({"diagnostics": "opened"}), &["unknown scope `opened`; did you mean `open`?"]);
        check_format(json!({"indnt": 2}), "unknown key `format.indnt`; did you mean `indent`?");
        check_format(json!({"indent": 0}), "an indent of 0 is not one of 1 to 8");
        check_format(json!({"indent": "tabs"}), "unknown indent `tabs`; did you mean `tab`?");
        check_format(
            json!({"indent": "two"}),
            "unknown indent `two`; an indent is `tab` or a number from 1 to 8",
        );
        check_format(
            json!({"indent": true}),
            "`format.indent` is a truth value, not `tab` or a number from 1 to 8",
        );
        check_format(
            json!({"operators": "lead"}),
            "unknown place `lead`; operators are keep, leading or trailing",
        );
        check_format(
            json!({"max-blank-lines": -1}),
            "`format.max-blank-lines` is -1, not a whole number from 0 upwards",
        );
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_holds() {
        let value = json!({
            "contxt": {},
            "extend": ["styl", 3, "size"],
            "rules": {"cache-kep": "off", "odd-casing": "warn", "unknown-word": "off", "style": "off", "cache-kept": "hint"},
            "context": {"dir": 1, "targt": "x", "args": {"A": ["x"]}},
            "check": {"fail-on": "never"},
        });
        let settings = check(
            &value,
            &[
                "unknown level `never`; the levels are hint, info, warning, error",
                "`context.args.A` is a list, not a string",
                "`context.dir` is a number, not a string",
                "unknown key `context.targt`; did you mean `target`?",
                "unknown key `contxt`; did you mean `context`?",
                "unknown rule or group `styl`; did you mean `style`?",
                "`extend.1` is a number, not a string",
                "unknown rule `cache-kep`; did you mean `cache-kept`?",
                "unknown level `warn`; the levels are off, hint, info, warning, error",
                "`style` is a group of rules, not a rule",
                "`unknown-word` is a syntax rule, which is always on",
            ],
        );
        assert_eq!(settings.extend, ["size"]);
        assert_eq!(settings.rules["cache-kept"].level, Some(Level::On(Severity::Hint)));
        assert_eq!(settings.context.args.len(), 0);
    }

    #[test]
    fn an_option_that_a_rule_does_not_have_or_that_is_of_another_kind_is_said() {
        let value = json!({"rules": {
            "cache-kept": {"foo": 1, "levle": "info"},
            "odd-casing": {"alow": ["a"], "strict": "yes", "allow": "a"},
        }});
        let settings = check(
            &value,
            &[
                "unknown key `rules.cache-kept.foo`",
                "unknown key `rules.cache-kept.levle`; did you mean `level`?",
                "`rules.odd-casing.allow` is a string, not a list of strings",
                "unknown key `rules.odd-casing.alow`; did you mean `allow`?",
                "`rules.odd-casing.strict` is a string, not true or false",
            ],
        );
        assert!(settings.rules.values().all(|rule| rule.options.is_empty()), "{settings:?}");
        let some = json!({"rules": {"odd-casing": {"allow": ["a", 1, "b"], "strict": true}}});
        let settings = check(&some, &["`rules.odd-casing.allow.1` is a number, not a string"]);
        assert_eq!(settings.strings("odd-casing", "allow"), ["a", "b"]);
        assert_eq!(settings.rules["odd-casing"].options["strict"], true);
    }

    #[test]
    fn null_is_not_set() {
        let value =
            json!({"rules": {"cache-kept": null}, "context": {"dir": null, "args": null}, "check": null});
        assert_eq!(check(&value, &[]), Settings::default());
        assert_eq!(check(&Value::Null, &[]), Settings::default());
    }

    #[test]
    fn settings_that_are_no_table_are_refused() {
        assert_eq!(check(&json!("style"), &["the settings are a string, not a table"]), Settings::default());
    }
}

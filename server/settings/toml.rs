//! Settings from the text of a `layerwise.toml`.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::rules::{ALL, Rule};
use crate::settings::read::{Problem, read};
use crate::settings::{SettingProblem, Settings};
use crate::text::Span;

impl Settings {
    /// Reads the text of a `layerwise.toml`. Broken TOML is a problem like any other: what could be read of it
    /// holds.
    pub fn from_toml(source: &str) -> (Settings, Vec<SettingProblem>) {
        from_toml(source, ALL)
    }
}

fn from_toml(source: &str, rules: &[&'static Rule]) -> (Settings, Vec<SettingProblem>) {
    let (table, errors) = DeTable::parse_recoverable(source);
    let (settings, problems) = read(&table_to_json(table.get_ref()), rules);
    let syntax = errors.iter().map(|error| SettingProblem {
        message: format!("this is not TOML: {}", error.message()),
        span: error.span(),
    });
    let spanned = problems
        .into_iter()
        .map(|problem| SettingProblem { span: span_of(table.get_ref(), &problem), message: problem.message });
    let mut problems: Vec<SettingProblem> = syntax.chain(spanned).collect();
    problems.sort_by_key(|problem| problem.span.as_ref().map(|span| span.start));
    (settings, problems)
}

fn table_to_json(table: &DeTable<'_>) -> Value {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), to_json(value))).collect()
}

fn to_json(value: &Spanned<DeValue<'_>>) -> Value {
    match value.get_ref() {
        DeValue::String(string) => Value::from(string.as_ref()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(integer.as_str()),
        },
        DeValue::Float(float) => match float.as_str().parse::<f64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(float.as_str()),
        },
        DeValue::Boolean(truth) => Value::from(*truth),
        DeValue::Datetime(datetime) => Value::from(datetime.to_string()),
        DeValue::Array(array) => array.iter().map(to_json).collect(),
        DeValue::Table(table) => table_to_json(table),
    }
}

/// The place of a problem; `None` where its keys lead nowhere.
fn span_of(table: &DeTable<'_>, problem: &Problem) -> Option<Span> {
    let (first, rest) = problem.keys.split_first()?;
    let (key, value) = table.get_key_value(first.as_str())?;
    if rest.is_empty() && problem.of_key {
        return Some(key.span());
    }
    let mut value = value;
    for (index, name) in rest.iter().enumerate() {
        let is_last = index + 1 == rest.len();
        value = match value.get_ref() {
            DeValue::Table(table) => {
                let (key, value) = table.get_key_value(name.as_str())?;
                if is_last && problem.of_key {
                    return Some(key.span());
                }
                value
            }
            DeValue::Array(array) => array.get(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value.span())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;
    use crate::settings::Level;
    use crate::settings::tests::RULES;

    fn check(source: &str, problems: &[(&str, &str)]) -> Settings {
        let (settings, found) = from_toml(source, &RULES);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|problem| (&source[problem.span.clone().unwrap()], problem.message.as_str()))
            .collect();
        assert_eq!(found, problems);
        settings
    }

    #[test]
    fn problems_stand_on_the_key_or_on_the_value() {
        let settings = check(
            "extend = [\"style\", \"siz\"]\n\
             [rules]\ncache-kep = \"off\"\nodd-casing = { level = \"loud\" }\ncache-kept = \"error\"\n\
             [context]\ndir = 4\n",
            &[
                ("\"siz\"", "unknown rule or group `siz`; did you mean `size`?"),
                ("cache-kep", "unknown rule `cache-kep`; did you mean `cache-kept`?"),
                ("\"loud\"", "unknown level `loud`; the levels are off, hint, info, warning, error"),
                ("4", "`context.dir` is a number, not a string"),
            ],
        );
        assert_eq!(settings.extend, ["style"]);
        assert_eq!(settings.rules["cache-kept"].level, Some(Level::On(Severity::Error)));
    }

    #[test]
    fn broken_toml_leaves_the_rest_standing() {
        let (settings, problems) = from_toml("[rules]\ncache-kept = \"off\"\n[context\n", &RULES);
        assert_eq!(settings.rules["cache-kept"].level, Some(Level::Off));
        assert!(problems[0].message.starts_with("this is not TOML: "), "{problems:?}");
    }

    #[test]
    fn numbers_of_every_notation_become_arguments() {
        let settings = check("[context.args]\nA = 0x10\nB = 1.5\nC = 2024-01-02\n", &[]);
        let args: Vec<&str> = settings.context.args.values().map(String::as_str).collect();
        assert_eq!(args, ["16", "1.5", "2024-01-02"]);
    }
}

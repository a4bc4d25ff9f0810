//! A reader of JSON values that knows where it is, and keeps what is wrong there.

use serde_json::{Map, Value};

use super::format::{Indent, Operators};
use super::read::{Problem, severity_named};
use super::suggestion::{closest, with_suggestion};
use super::{Diagnostics, Level};
use crate::rules::{Group, Rule, Severity};

/// Where the reader is, and what was wrong so far.
pub(super) struct Cursor {
    pub(super) keys: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

impl Cursor {
    pub(super) fn problem(&mut self, message: String, of_key: bool) {
        self.problems.push(Problem { message, keys: self.keys.clone(), of_key });
    }

    pub(super) fn wrong_value(&mut self, expected: &str, value: &Value) {
        if value.is_null() {
            return;
        }
        let name = self.keys.join(".");
        let message = match name.as_str() {
            "" => format!("the settings are {}, not {expected}", kind(value)),
            _ => format!("`{name}` is {}, not {expected}", kind(value)),
        };
        self.problem(message, false);
    }

    pub(super) fn within(&mut self, key: &str, read: impl FnOnce(&mut Cursor)) {
        self.keys.push(key.to_owned());
        read(self);
        self.keys.pop();
    }

    /// Reads each known key of a table; the others are problems.
    pub(super) fn table(
        &mut self,
        value: &Value,
        known: &[&str],
        mut read: impl FnMut(&mut Cursor, &str, &Value),
    ) {
        let Some(table) = self.object(value) else { return };
        for (key, value) in table.iter().filter(|(_, value)| !value.is_null()) {
            self.within(key, |cursor| {
                if known.contains(&key.as_str()) {
                    read(cursor, key, value);
                } else {
                    let message = format!("unknown key `{}`", cursor.keys.join("."));
                    cursor.problem(with_suggestion(message, closest(key, known.iter().copied())), true);
                }
            });
        }
    }

    pub(super) fn object<'a>(&mut self, value: &'a Value) -> Option<&'a Map<String, Value>> {
        if !value.is_object() {
            self.wrong_value("a table", value);
        }
        value.as_object()
    }

    pub(super) fn string(&mut self, value: &Value) -> Option<String> {
        if !value.is_string() {
            self.wrong_value("a string", value);
        }
        value.as_str().map(str::to_owned)
    }

    /// The strings of a list, as far as its items are strings.
    pub(super) fn strings(&mut self, value: &Value) -> Option<Vec<String>> {
        let Some(list) = value.as_array() else {
            self.wrong_value("a list of strings", value);
            return None;
        };
        let mut strings = Vec::new();
        for (index, item) in list.iter().enumerate() {
            self.within(&index.to_string(), |cursor| strings.extend(cursor.string(item)));
        }
        Some(strings)
    }

    /// The value of a build argument: a string, or what is written like one.
    pub(super) fn argument(&mut self, value: &Value) -> Option<String> {
        match value {
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => self.string(value),
        }
    }

    pub(super) fn severity(&mut self, value: &Value) -> Option<Severity> {
        let name = self.string(value)?;
        let severity = severity_named(&name);
        if severity.is_none() {
            self.wrong_level(&name, &["hint", "info", "warning", "error"]);
        }
        severity
    }

    pub(super) fn level(&mut self, value: &Value, rule: &Rule) -> Option<Level> {
        let name = self.string(value)?;
        if name == "off" && rule.group == Group::Syntax {
            self.problem(format!("`{}` is a syntax rule, which is always on", rule.id), false);
            return None;
        }
        self.level_named(&name)
    }

    /// The level of a single code of another program.
    pub(super) fn level_of_code(&mut self, value: &Value) -> Option<Level> {
        let name = self.string(value)?;
        self.level_named(&name)
    }

    fn level_named(&mut self, name: &str) -> Option<Level> {
        if name == "off" {
            return Some(Level::Off);
        }
        let severity = severity_named(name);
        if severity.is_none() {
            self.wrong_level(name, &["off", "hint", "info", "warning", "error"]);
        }
        severity.map(Level::On)
    }

    pub(super) fn indent(&mut self, value: &Value) -> Option<Indent> {
        let spaces = value.as_u64().and_then(|count| usize::try_from(count).ok());
        match (value.as_str(), spaces) {
            (Some("tab"), _) => Some(Indent::Tab),
            (_, Some(count @ 1..=8)) => Some(Indent::Spaces(count)),
            (None, Some(count)) => {
                self.problem(format!("an indent of {count} is not one of 1 to 8"), false);
                None
            }
            (Some(name), _) => {
                self.wrong_name("indent", name, &["tab"], "an indent is `tab` or a number from 1 to 8");
                None
            }
            _ => {
                self.wrong_value("`tab` or a number from 1 to 8", value);
                None
            }
        }
    }

    pub(super) fn operators(&mut self, value: &Value) -> Option<Operators> {
        let name = self.string(value)?;
        match name.as_str() {
            "keep" => Some(Operators::Keep),
            "leading" => Some(Operators::Leading),
            "trailing" => Some(Operators::Trailing),
            _ => {
                let known = ["keep", "leading", "trailing"];
                self.wrong_name("place", &name, &known, "operators are keep, leading or trailing");
                None
            }
        }
    }

    pub(super) fn diagnostics(&mut self, value: &Value) -> Option<Diagnostics> {
        let name = self.string(value)?;
        match name.as_str() {
            "open" => Some(Diagnostics::Open),
            "workspace" => Some(Diagnostics::Workspace),
            _ => {
                let known = ["open", "workspace"];
                self.wrong_name(
                    "scope",
                    &name,
                    &known,
                    "diagnostics are of the open files or of the workspace",
                );
                None
            }
        }
    }

    pub(super) fn count(&mut self, value: &Value) -> Option<usize> {
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        let expected = "a whole number from 0 upwards";
        if count.is_none() && value.is_number() {
            self.problem(format!("`{}` is {value}, not {expected}", self.keys.join(".")), false);
        } else if count.is_none() {
            self.wrong_value(expected, value);
        }
        count
    }

    pub(super) fn switch(&mut self, value: &Value) -> Option<bool> {
        if !value.is_boolean() {
            self.wrong_value("true or false", value);
        }
        value.as_bool()
    }

    pub(super) fn wrong_level(&mut self, name: &str, known: &[&str]) {
        self.wrong_name("level", name, known, &format!("the levels are {}", known.join(", ")));
    }

    /// A name that is none of the known ones: what it was likely meant for, else which ones there are.
    pub(super) fn wrong_name(&mut self, what: &str, name: &str, known: &[&str], otherwise: &str) {
        let message = match closest(name, known.iter().copied()) {
            Some(meant) => with_suggestion(format!("unknown {what} `{name}`"), Some(meant)),
            None => format!("unknown {what} `{name}`; {otherwise}"),
        };
        self.problem(message, false);
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

//! Settings from the text of a `.hadolint.yaml`. Unknown keys and wrong values become problems; everything else still
//! holds.

use serde_json::Value as Json;

use super::yaml::{self, Node, Value};
use crate::rules::pragma::Speaker;
use crate::rules::{Severity, names};
use crate::settings::suggestion::{closest, with_suggestion};
use crate::settings::{SettingProblem, Settings};

/// The rule that the trusted registries are a setting of, and its option.
const REGISTRIES: (&str, &str) = ("untrusted-registry", "allow");

/// The rules that look at the labels of one kind, those that look at all, and their option.
const LABEL_RULES: [(&str, &str); 6] = [
    ("url", "label-url"),
    ("semver", "label-version"),
    ("hash", "label-git-hash"),
    ("rfc3339", "label-time"),
    ("spdx", "label-license"),
    ("email", "label-email"),
];
const ALL_LABEL_RULES: [&str; 2] = ["label-empty", "label-missing"];
const LABELS: &str = "labels";
/// The rule for labels that are not in the schema, and its option.
const OTHER_LABELS: (&str, &str) = ("label-unexpected", "allow");

const KEYS: [&str; 12] = [
    "disable-ignore-pragma",
    "failure-threshold",
    "format",
    "formats",
    "ignored",
    "label-schema",
    "no-color",
    "no-fail",
    "override",
    "strict-labels",
    "trustedRegistries",
    "verbose",
];

/// hadolint's forms of a report that there are here too, and those that there are not.
pub(crate) const FORMATS: [&str; 6] = ["tty", "json", "checkstyle", "gitlab_codeclimate", "gnu", "sarif"];
const OTHER_FORMATS: [&str; 4] = ["codacy", "codeclimate", "junit", "sonarqube"];

const LABEL_KINDS: [&str; 8] = ["text", "rawtext", "url", "semver", "hash", "rfc3339", "spdx", "email"];

/// What the severities are called there, and what they are here.
const LEVELS: [(&str, Severity); 4] = [
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("info", Severity::Info),
    ("style", Severity::Hint),
];

impl Settings {
    /// Reads the text of a `.hadolint.yaml`. Broken YAML is a problem like any other.
    pub fn from_hadolint(source: &str) -> (Settings, Vec<SettingProblem>) {
        let mut reader = Reader {
            settings: Settings::default(),
            labels: Vec::new(),
            has_strict_labels: false,
            problems: Vec::new(),
        };
        match yaml::parse(source) {
            Ok(Some(Node { value: Value::Null, .. }) | None) => {}
            Ok(Some(Node { value: Value::Table(pairs), .. })) => {
                for (key, value) in &pairs {
                    reader.read(key, value);
                }
            }
            Ok(Some(other)) => reader.problem(&other, "the settings are no table of keys".to_owned()),
            Err((message, span)) => {
                let message = format!("this is not YAML: {message}");
                reader.problems.push(SettingProblem { message, span: Some(span) });
            }
        }
        reader.apply_schema();
        (reader.settings, reader.problems)
    }
}

struct Reader {
    settings: Settings,
    /// The labels of the schema and their kinds.
    labels: Vec<(String, String)>,
    has_strict_labels: bool,
    problems: Vec<SettingProblem>,
}

impl Reader {
    fn problem(&mut self, node: &Node, message: String) {
        self.problems.push(SettingProblem { message, span: Some(node.span.clone()) });
    }

    fn read(&mut self, key: &Node, value: &Node) {
        let Some(name) = scalar(key).filter(|name| KEYS.contains(name)) else {
            let name = scalar(key).unwrap_or("?");
            let message = with_suggestion(format!("unknown key `{name}`"), closest(name, KEYS));
            return self.problem(key, message);
        };
        match (name, &value.value) {
            (_, Value::Null) | ("no-color" | "verbose", _) => {}
            ("ignored", _) => self.settings.hadolint.ignored = self.codes(name, value),
            ("trustedRegistries", _) => {
                let registries =
                    self.list(name, value).into_iter().map(|(text, _)| Json::from(text)).collect();
                self.set(REGISTRIES.0, REGISTRIES.1, registries);
            }
            ("strict-labels", _) => self.has_strict_labels = self.truth(name, value),
            ("disable-ignore-pragma", _) => {
                self.settings.hadolint.disable_ignore_pragma = self.truth(name, value);
            }
            ("no-fail", _) => self.settings.hadolint.no_fail = self.truth(name, value),
            ("failure-threshold", _) => self.threshold(value),
            ("format" | "formats", _) => {
                for (format, node) in self.list(name, value) {
                    self.format(format, node);
                }
            }
            (_, Value::Table(pairs)) if name == "override" => {
                for (level, codes) in pairs {
                    self.level(level, codes);
                }
            }
            (_, Value::Table(pairs)) => {
                for (label, kind) in pairs {
                    self.label(label, kind);
                }
            }
            _ => self.problem(value, format!("`{name}` is no table of keys")),
        }
    }

    fn level(&mut self, level: &Node, codes: &Node) {
        let name = scalar(level).unwrap_or("?");
        let Some((_, severity)) = LEVELS.iter().find(|(known, _)| *known == name) else {
            let meant = closest(name, LEVELS.map(|(known, _)| known));
            let message = with_suggestion(format!("unknown key `override.{name}`"), meant);
            return self.problem(level, message);
        };
        for code in self.codes(&format!("override.{name}"), codes) {
            // As in hadolint, the worst of several holds.
            let entry = self.settings.hadolint.levels.entry(code).or_insert(*severity);
            *entry = (*entry).max(*severity);
        }
    }

    fn label(&mut self, label: &Node, kind: &Node) {
        let (Some(label), Some(name)) = (scalar(label), scalar(kind)) else {
            return self.problem(kind, "a label's kind is a word".to_owned());
        };
        if LABEL_KINDS.contains(&name) {
            self.labels.push((label.to_owned(), name.to_owned()));
        } else {
            self.problem(kind, unknown("kind of label", name, &LABEL_KINDS));
        }
    }

    /// Makes the schema of the labels what the rules are set to.
    fn apply_schema(&mut self) {
        let labels = std::mem::take(&mut self.labels);
        if labels.is_empty() {
            // No key is empty: of a list without labels each one is another.
            if self.has_strict_labels {
                self.set(OTHER_LABELS.0, OTHER_LABELS.1, Json::from(vec![""]));
            }
            return;
        }
        let all: Json = labels.iter().map(|(label, _)| Json::from(label.as_str())).collect();
        for (kind, rule) in LABEL_RULES {
            let of_kind = labels.iter().filter(|(_, wanted)| wanted == kind);
            self.set(rule, LABELS, of_kind.map(|(label, _)| Json::from(label.as_str())).collect());
        }
        for rule in ALL_LABEL_RULES {
            self.set(rule, LABELS, all.clone());
        }
        if self.has_strict_labels {
            self.set(OTHER_LABELS.0, OTHER_LABELS.1, all);
        }
    }

    fn set(&mut self, rule: &str, option: &str, value: Json) {
        let rule = self.settings.rules.entry(rule.to_owned()).or_default();
        rule.options.insert(option.to_owned(), value);
    }

    fn threshold(&mut self, value: &Node) {
        let name = scalar(value).unwrap_or("?");
        let severity = match name {
            // The mildest: everything that is reported makes the check fail.
            "ignore" | "none" => Some(Severity::Hint),
            _ => LEVELS.iter().find(|(known, _)| *known == name).map(|(_, severity)| *severity),
        };
        self.settings.hadolint.failure_threshold = severity;
        if severity.is_none() {
            let known = ["error", "warning", "info", "style", "ignore", "none"];
            self.problem(value, unknown("threshold", name, &known));
        }
    }

    fn format(&mut self, format: &str, node: &Node) {
        if FORMATS.contains(&format) {
            self.settings.hadolint.format.get_or_insert_with(|| format.to_owned());
        } else if OTHER_FORMATS.contains(&format) {
            self.problem(node, format!("Layerwise writes no `{format}`"));
        } else {
            self.problem(node, unknown("format", format, &FORMATS));
        }
    }

    /// The codes of a list that are codes.
    fn codes(&mut self, key: &str, value: &Node) -> Vec<String> {
        let mut codes = Vec::new();
        for (name, node) in self.list(key, value) {
            match names::problem(name, Speaker::Hadolint) {
                Some((message, meant)) => self.problem(node, with_suggestion(message, meant)),
                None => codes.push(name.to_owned()),
            }
        }
        codes
    }

    /// The strings of a list; a string by itself is a list of one.
    fn list<'a>(&mut self, key: &str, value: &'a Node) -> Vec<(&'a str, &'a Node)> {
        let items = match &value.value {
            Value::List(items) => items.as_slice(),
            Value::Null => &[],
            _ => std::slice::from_ref(value),
        };
        let mut strings = Vec::new();
        for item in items {
            match scalar(item) {
                Some(text) => strings.push((text, item)),
                None => self.problem(item, format!("`{key}` is no list of strings")),
            }
        }
        strings
    }

    fn truth(&mut self, key: &str, value: &Node) -> bool {
        match scalar(value) {
            Some("true" | "True" | "TRUE") => true,
            Some("false" | "False" | "FALSE") => false,
            _ => {
                self.problem(value, format!("`{key}` is neither `true` nor `false`"));
                false
            }
        }
    }
}

fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    match closest(name, known.iter().copied()) {
        Some(meant) => with_suggestion(format!("unknown {what} `{name}`"), Some(meant)),
        None => format!("unknown {what} `{name}`; there are {}", known.join(", ")),
    }
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(text) => Some(text),
        Value::Null | Value::List(_) | Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::by_id;

    #[track_caller]
    fn check(source: &str, problems: &[(&str, &str)]) -> Settings {
        let (settings, found) = Settings::from_hadolint(source);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|problem| (&source[problem.span.clone().unwrap()], problem.message.as_str()))
            .collect();
        assert_eq!(found, problems);
        settings
    }

    #[test]
    fn every_key_is_read() {
        let source = "failure-threshold: info\nformat: sarif\nignored:\n  - DL3008\n  - SC2086\nlabel-schema:\n  \
                      author: text\n  license: spdx\nno-color: true\nno-fail: true\noverride:\n  error: [DL3009]\n  \
                      warning: [DL3009, DL3015]\n  info:\n  style: [DL3003]\nstrict-labels: true\n\
                      disable-ignore-pragma: true\ntrustedRegistries:\n  - docker.io\n  - \"*.gcr.io\"\n";
        let settings = check(source, &[]);
        let hadolint = &settings.hadolint;
        assert_eq!(hadolint.ignored, ["DL3008", "SC2086"]);
        let levels: Vec<_> = hadolint.levels.iter().map(|(code, level)| (code.as_str(), *level)).collect();
        let expected =
            [("DL3003", Severity::Hint), ("DL3009", Severity::Error), ("DL3015", Severity::Warning)];
        assert_eq!(levels, expected);
        assert_eq!(hadolint.failure_threshold, Some(Severity::Info));
        assert_eq!(hadolint.format.as_deref(), Some("sarif"));
        assert_eq!((hadolint.no_fail, hadolint.disable_ignore_pragma), (true, true));
        assert_eq!(settings.strings("label-license", "labels"), ["license"]);
        assert_eq!(settings.strings("label-missing", "labels"), ["author", "license"]);
        assert_eq!(settings.strings("label-unexpected", "allow"), ["author", "license"]);
        assert_eq!(settings.strings("untrusted-registry", "allow"), ["docker.io", "*.gcr.io"]);
        for (id, rule) in &settings.rules {
            let declared = by_id(id).expect("a rule").options;
            assert!(
                rule.options.keys().all(|name| declared.iter().any(|option| option.name == name)),
                "{id}"
            );
        }
        let one = check("trustedRegistries: docker.io\nignored: dl3008\n", &[]);
        assert_eq!(one.strings("untrusted-registry", "allow"), ["docker.io"]);
        assert_eq!(one.hadolint.ignored, ["dl3008"]);
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_holds() {
        let source = "ignore: [DL3008]\nignored: [DL38008, DL3009, DL9999, [x]]\noverride: { errors: [], error: [x] }\n\
                      failure-threshold: high\nno-fail: maybe\nformat: codacy\nformats: [sarfi]\nlabel-schema: { a: txt, b: url }\n";
        let settings = check(
            source,
            &[
                ("ignore", "unknown key `ignore`; did you mean `ignored`?"),
                ("[", "`ignored` is no list of strings"),
                ("DL38008", "unknown rule `DL38008`; did you mean `DL3008`?"),
                ("DL9999", "`DL9999` is no code of hadolint 2.15"),
                ("errors", "unknown key `override.errors`; did you mean `error`?"),
                ("x", "unknown rule `x`"),
                ("high", "unknown threshold `high`; there are error, warning, info, style, ignore, none"),
                ("maybe", "`no-fail` is neither `true` nor `false`"),
                ("codacy", "Layerwise writes no `codacy`"),
                ("sarfi", "unknown format `sarfi`; did you mean `sarif`?"),
                ("txt", "unknown kind of label `txt`; did you mean `text`?"),
            ],
        );
        assert_eq!(settings.hadolint.ignored, ["DL3009"]);
        assert_eq!(settings.strings("label-empty", "labels"), ["b"]);
    }

    #[test]
    fn nothing_and_broken_text_are_no_failure() {
        for source in ["", "# c\n", "---\n", "ignored:\n"] {
            assert_eq!(check(source, &[]), Settings::default());
        }
        check("- a\n", &[("", "the settings are no table of keys")]);
        let (settings, problems) = Settings::from_hadolint("ignored: [\n");
        assert!(problems[0].message.starts_with("this is not YAML: "), "{problems:?}");
        assert_eq!(settings, Settings::default());
    }
}

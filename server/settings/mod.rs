//! What users can set, wherever it was written, and what it makes of a rule. Knows nothing of files: who finds
//! `layerwise.toml` is [`crate::discovery`], where it exists.

mod cursor;
pub mod format;
pub(crate) mod hadolint;
#[cfg(any(feature = "cli", feature = "lsp"))]
pub(crate) mod hadolint_file;
pub(crate) mod names;
pub mod page;
pub(crate) mod read;
pub mod schema;
pub(crate) mod suggestion;
#[cfg(any(feature = "cli", feature = "lsp"))]
mod toml;
#[cfg(feature = "lsp")]
pub(crate) mod turn_off;
#[cfg(any(feature = "cli", feature = "lsp"))]
pub(crate) mod yaml;

use std::collections::BTreeMap;

use crate::rules::{Finding, Group, Rule, Severity};
use crate::settings::format::FormatSettings;
use crate::text::Span;
use hadolint::HadolintSettings;

/// The settings in force for one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Rules and groups that are turned on, by id and by name.
    pub extend: Vec<String>,
    /// What is set about single rules, by id, and the levels of single codes of ShellCheck.
    pub rules: BTreeMap<String, RuleSettings>,
    /// What a build is given.
    pub context: ContextSettings,
    /// What `check` takes from the settings.
    pub check: CheckSettings,
    /// What a `.hadolint.yaml` says. What is set about a rule beats it.
    pub hadolint: HadolintSettings,
    /// How documents are formatted.
    pub format: FormatSettings,
    /// What is shown between the words and above the lines.
    pub hints: HintSettings,
    /// Which files of a workspace are reported on; `None` is all.
    pub diagnostics: Option<Diagnostics>,
    /// Which `shellcheck` is asked about shell text; `None` leaves it to the other settings, and at last to `Auto`.
    pub shellcheck: Option<ShellCheckSetting>,
    /// Rules and groups that the command line turns on, whatever else is set.
    pub enabled: Vec<String>,
    /// Rules and groups that the command line turns off, whatever else is set.
    pub disabled: Vec<String>,
}

/// What is set about one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSettings {
    /// Its level; `None` leaves it to the other settings.
    pub level: Option<Level>,
    /// The options that are set, each of the kind that the rule declares.
    pub options: serde_json::Map<String, serde_json::Value>,
}

/// The level of a rule. Any level but `Off` turns the rule on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It does not run.
    Off,
    /// It runs, and its findings are so bad.
    On(Severity),
}

/// What a build is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextSettings {
    /// The folder of the build context. As written; [`crate::discovery`] makes it relative to the settings file.
    pub dir: Option<String>,
    /// The stage that is built.
    pub target: Option<String>,
    /// The build arguments, by name.
    pub args: BTreeMap<String, String>,
}

/// What is shown between the words and above the lines; `None` is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HintSettings {
    /// What variables come to, and the names of stages.
    pub values: Option<bool>,
    /// How many files a COPY brings.
    pub files: Option<bool>,
    /// What a COPY runs again, and what runs a costly RUN again.
    pub reruns: Option<bool>,
}

/// Which files of a workspace an editor is told of that asks about all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diagnostics {
    /// Those that are open.
    Open,
    /// All Dockerfiles, and their ignore files.
    Workspace,
}

/// Which `shellcheck` is asked about shell text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellCheckSetting {
    /// The one on the search path, if there is one.
    Auto,
    /// None.
    Off,
    /// The program at this path.
    Path(String),
}

impl ShellCheckSetting {
    /// Reads `auto`, `off`, or else a path.
    pub fn new(text: &str) -> ShellCheckSetting {
        match text {
            "auto" => ShellCheckSetting::Auto,
            "off" => ShellCheckSetting::Off,
            path => ShellCheckSetting::Path(path.to_owned()),
        }
    }
}

/// What `check` takes from the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckSettings {
    /// The least severity that makes `check` fail.
    pub fail_on: Option<Severity>,
}

/// Something in the settings that cannot be used. Everything else in them holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// Where, in bytes of the settings file; `None` where the settings came from no file.
    pub span: Option<Span>,
}

impl Settings {
    /// One layer of settings over another: a list grows, a value of `higher` beats one of `lower`.
    #[must_use]
    pub fn merge(lower: Settings, higher: Settings) -> Settings {
        let mut merged = lower;
        append_new(&mut merged.extend, higher.extend);
        append_new(&mut merged.enabled, higher.enabled);
        append_new(&mut merged.disabled, higher.disabled);
        for (id, rule) in higher.rules {
            let merged_rule = merged.rules.entry(id).or_default();
            merged_rule.level = rule.level.or(merged_rule.level);
            merged_rule.options.extend(rule.options);
        }
        merged.context.dir = higher.context.dir.or(merged.context.dir);
        merged.context.target = higher.context.target.or(merged.context.target);
        merged.context.args.extend(higher.context.args);
        merged.format.merge(higher.format);
        merged.hints.values = higher.hints.values.or(merged.hints.values);
        merged.hints.files = higher.hints.files.or(merged.hints.files);
        merged.hints.reruns = higher.hints.reruns.or(merged.hints.reruns);
        merged.diagnostics = higher.diagnostics.or(merged.diagnostics);
        merged.shellcheck = higher.shellcheck.or(merged.shellcheck);
        merged.check.fail_on = higher.check.fail_on.or(merged.check.fail_on);
        // There is one such file at most.
        if higher.hadolint != HadolintSettings::default() {
            merged.hadolint = higher.hadolint;
        }
        merged
    }

    /// How bad the findings of a rule are; `None` where the rule does not run. A syntax rule always runs.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        let level = self.rules.get(rule.id).and_then(|settings| settings.level);
        let set = match level {
            Some(Level::On(severity)) => Some(severity),
            Some(Level::Off) => None,
            None => (rule.default_on || names(&self.extend, rule)).then_some(rule.severity),
        };
        let runs = rule.group == Group::Syntax || self.overridden(rule).unwrap_or(set.is_some());
        runs.then(|| set.unwrap_or(rule.severity))
    }

    /// Whether a user chose how bad the findings of a rule are.
    pub fn sets_level(&self, rule: &Rule) -> bool {
        self.rules.get(rule.id).is_some_and(|settings| settings.level.is_some())
    }

    /// The strings of a list among a rule's options; none where there is no such list.
    pub fn strings(&self, rule: &str, option: &str) -> Vec<&str> {
        let value = self.rules.get(rule).and_then(|settings| settings.options.get(option));
        let list = value.and_then(serde_json::Value::as_array).map(Vec::as_slice);
        list.unwrap_or_default().iter().filter_map(serde_json::Value::as_str).collect()
    }

    /// Whether an option of a rule is `true`.
    pub(crate) fn asks(&self, rule: &str, option: &str) -> bool {
        let value = self.rules.get(rule).and_then(|settings| settings.options.get(option));
        value.and_then(serde_json::Value::as_bool) == Some(true)
    }

    /// How bad a finding is whose rule is on, or runs because hadolint's settings name one of its codes; `None` where
    /// it is not reported.
    pub(crate) fn heard(&self, finding: &Finding, is_on: impl Fn() -> bool) -> Option<Severity> {
        match self.level_of_code(finding) {
            Some(Level::Off) => return None,
            Some(Level::On(severity)) => return Some(severity),
            None => {}
        }
        if self.hadolint == HadolintSettings::default() || self.is_set(finding.rule) {
            return Some(finding.severity);
        }
        if self.hadolint.ignores(finding) {
            return None;
        }
        self.hadolint.level(finding).or_else(|| is_on().then_some(finding.severity))
    }

    /// The level of the single code that a finding of ShellCheck carries; `None` where nothing is set about it.
    fn level_of_code(&self, finding: &Finding) -> Option<Level> {
        let code = finding.shell_check_code()?;
        let is_off = self.disabled.iter().any(|disabled| disabled == code);
        if is_off { Some(Level::Off) } else { self.rules.get(code)?.level }
    }

    /// Whether hadolint's settings have a rule run that is off otherwise.
    pub(crate) fn is_named_for_hadolint(&self, rule: &Rule) -> bool {
        !self.is_set(rule) && self.hadolint.speaks_of(rule)
    }

    /// Whether anything but hadolint's settings says how bad a rule is, or whether it runs.
    fn is_set(&self, rule: &Rule) -> bool {
        self.sets_level(rule) || self.overridden(rule).is_some()
    }

    /// What the command line says of a rule. A rule named beats its group named; off beats on.
    fn overridden(&self, rule: &Rule) -> Option<bool> {
        for name in [rule.id, group_name(rule.group)] {
            if self.disabled.iter().any(|disabled| disabled == name) {
                return Some(false);
            }
            if self.enabled.iter().any(|enabled| enabled == name) {
                return Some(true);
            }
        }
        None
    }
}

/// Every group, in the order of their declaration.
pub const GROUPS: [Group; 6] =
    [Group::Syntax, Group::Correctness, Group::Cache, Group::Size, Group::Security, Group::Style];

/// The name of a group, as users write it.
pub fn group_name(group: Group) -> &'static str {
    match group {
        Group::Syntax => "syntax",
        Group::Correctness => "correctness",
        Group::Cache => "cache",
        Group::Size => "size",
        Group::Security => "security",
        Group::Style => "style",
    }
}

/// The name of a severity, as users write it.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Hint => "hint",
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn names(list: &[String], rule: &Rule) -> bool {
    list.iter().any(|name| name == rule.id || name == group_name(rule.group))
}

fn append_new(list: &mut Vec<String>, more: Vec<String>) {
    for name in more {
        if !list.contains(&name) {
            list.push(name);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::rules::{Check, RuleOption};
    use crate::settings::format::Indent;

    const fn rule(id: &'static str, group: Group, severity: Severity, default_on: bool) -> Rule {
        Rule {
            id,
            group,
            severity,
            default_on,
            since: "0.1.0",
            also: &["DL0001"],
            docs: "",
            safety: None,
            options: &[],
            changes: &[],
            tag: None,
            check: Check::File(|_, _| {}),
            only: None,
            fix: None,
        }
    }

    pub(crate) static SYNTAX: Rule = rule("unknown-word", Group::Syntax, Severity::Error, true);
    pub(crate) static SIZE: Rule = rule("cache-kept", Group::Size, Severity::Info, true);
    pub(crate) static STYLE: Rule = Rule {
        options: &[
            RuleOption::strings("allow", "words that are as they are meant."),
            RuleOption::switch("strict", "whether to look at all words."),
        ],
        ..rule("odd-casing", Group::Style, Severity::Warning, false)
    };
    pub(crate) static RULES: [&Rule; 3] = [&SIZE, &STYLE, &SYNTAX];

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn leveled(id: &str, level: Level) -> Settings {
        let rule = RuleSettings { level: Some(level), ..RuleSettings::default() };
        Settings { rules: BTreeMap::from([(id.to_owned(), rule)]), ..Settings::default() }
    }

    #[test]
    fn a_rule_runs_by_default_or_by_extension() {
        let settings = Settings::default();
        assert_eq!(settings.severity(&SIZE), Some(Severity::Info));
        assert_eq!(settings.severity(&STYLE), None);
        for name in ["style", "odd-casing"] {
            let settings = Settings { extend: list(&[name]), ..Settings::default() };
            assert_eq!(settings.severity(&STYLE), Some(Severity::Warning), "{name}");
        }
    }

    #[test]
    fn a_level_beats_the_default_and_the_extension() {
        assert_eq!(leveled("cache-kept", Level::Off).severity(&SIZE), None);
        assert_eq!(leveled("odd-casing", Level::On(Severity::Hint)).severity(&STYLE), Some(Severity::Hint));
        let extended = Settings { extend: list(&["style"]), ..leveled("odd-casing", Level::Off) };
        assert_eq!(extended.severity(&STYLE), None);
    }

    #[test]
    fn syntax_rules_cannot_be_turned_off() {
        let settings = Settings { disabled: list(&["syntax"]), ..leveled("unknown-word", Level::Off) };
        assert_eq!(settings.severity(&SYNTAX), Some(Severity::Error));
    }

    #[test]
    fn the_command_line_beats_the_settings_and_a_rule_beats_its_group() {
        let off = Settings { enabled: list(&["cache-kept"]), ..leveled("cache-kept", Level::Off) };
        assert_eq!(off.severity(&SIZE), Some(Severity::Info));
        let on = Settings { disabled: list(&["size"]), ..leveled("cache-kept", Level::On(Severity::Error)) };
        assert_eq!(on.severity(&SIZE), None);
        let both =
            Settings { disabled: list(&["size"]), enabled: list(&["cache-kept"]), ..Settings::default() };
        assert_eq!(both.severity(&SIZE), Some(Severity::Info));
    }

    #[test]
    fn the_higher_settings_win_where_they_say_something() {
        let mut lower = leveled("cache-kept", Level::Off);
        lower.context.dir = Some("lower".to_owned());
        lower.context.args =
            BTreeMap::from([("A".to_owned(), "1".to_owned()), ("B".to_owned(), "1".to_owned())]);
        lower.check.fail_on = Some(Severity::Error);
        lower.extend = list(&["style"]);
        let mut higher = leveled("odd-casing", Level::On(Severity::Info));
        lower.format.indent = Some(Indent::Tab);
        lower.format.max_blank_lines = Some(3);
        higher.format.max_blank_lines = Some(1);
        higher.context.target = Some("prod".to_owned());
        higher.context.args = BTreeMap::from([("B".to_owned(), "2".to_owned())]);
        higher.extend = list(&["style", "cache"]);
        let merged = Settings::merge(lower, higher);
        assert_eq!(merged.rules["cache-kept"].level, Some(Level::Off));
        assert_eq!(merged.rules["odd-casing"].level, Some(Level::On(Severity::Info)));
        assert_eq!(merged.context.dir.as_deref(), Some("lower"));
        assert_eq!(merged.context.target.as_deref(), Some("prod"));
        assert_eq!(merged.context.args["A"], "1");
        assert_eq!(merged.context.args["B"], "2");
        assert_eq!(merged.format.indent, Some(Indent::Tab));
        assert_eq!(merged.format.max_blank_lines, Some(1));
        assert_eq!(merged.check.fail_on, Some(Severity::Error));
        assert_eq!(merged.extend, list(&["style", "cache"]));
    }
}

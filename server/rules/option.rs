//! What a rule's table in the settings may hold beside its level: the rule declares it, and the settings, their schema and
//! the rule's documentation take it from there.

/// A setting of one rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleOption {
    /// Its key.
    pub name: &'static str,
    /// What its value is.
    pub kind: OptionKind,
    /// What it does, Markdown.
    pub docs: &'static str,
}

/// What the value of an option is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// A list of strings; empty where nothing is set.
    Strings,
    /// `true` or `false`, which it is where nothing is set.
    Switch,
}

impl RuleOption {
    /// An option whose value is a list of strings.
    pub(crate) const fn strings(name: &'static str, docs: &'static str) -> RuleOption {
        RuleOption { name, kind: OptionKind::Strings, docs }
    }

    /// An option that is on or off.
    pub(crate) const fn switch(name: &'static str, docs: &'static str) -> RuleOption {
        RuleOption { name, kind: OptionKind::Switch, docs }
    }
}

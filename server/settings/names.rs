//! The names by which settings and the command line call rules: their ids, the codes that other tools have for what they
//! find, and groups.

use crate::rules::names::shell_check_code;
use crate::rules::{Group, Rule};
use crate::settings::suggestion::{closest_rule, closest_rule_or_group, with_suggestion};
use crate::settings::{GROUPS, group_name};

/// The rules that a name stands for: the one of this id, else all that carry it as a code, in any case of letters. Otherwise
/// what is wrong with it.
pub(crate) fn rules_named(name: &str, rules: &[&'static Rule]) -> Result<Vec<&'static Rule>, String> {
    if GROUPS.map(group_name).contains(&name) {
        return Err(format!("`{name}` is a group of rules, not a rule"));
    }
    let named: Vec<&'static Rule> = rules.iter().copied().filter(|rule| rule.id == name).collect();
    let carries = |rule: &&Rule| rule.also.iter().any(|code| code.eq_ignore_ascii_case(name));
    let meant = if named.is_empty() { rules.iter().copied().filter(carries).collect() } else { named };
    if meant.is_empty() {
        return Err(with_suggestion(format!("unknown rule `{name}`"), closest_rule(name, rules)));
    }
    Ok(meant)
}

/// As [`rules_named`], by their ids; the name of a group stands for itself.
pub(crate) fn ids_named(name: &str, rules: &[&'static Rule]) -> Result<Vec<String>, String> {
    if GROUPS.map(group_name).contains(&name) {
        return Ok(vec![name.to_owned()]);
    }
    let meant = rules_named(name, rules).map_err(|_| {
        with_suggestion(format!("unknown rule or group `{name}`"), closest_rule_or_group(name, rules))
    })?;
    Ok(meant.into_iter().map(|rule| rule.id.to_owned()).collect())
}

/// As [`ids_named`], where something is turned off: a code of ShellCheck stands for itself too.
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "settings tell it of each rule"))]
pub(crate) fn ids_turned_off(name: &str, rules: &[&'static Rule]) -> Result<Vec<String>, String> {
    match (shell_check_code(name), ids_named(name, rules)) {
        (Some(code), ids) => Ok(ids.unwrap_or_default().into_iter().chain([code]).collect()),
        (None, ids) => ids,
    }
}

/// What is said where a rule or a group is turned off by its name and runs all the same; `None` where it can be off.
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "settings tell it of each rule"))]
pub(crate) fn always_on(name: &str, rules: &[&'static Rule]) -> Option<String> {
    if name == group_name(Group::Syntax) {
        return Some(format!("the rules of `{name}` are always on"));
    }
    let rule = rules.iter().find(|rule| rule.id == name && rule.group == Group::Syntax)?;
    Some(format!("`{}` is a syntax rule, which is always on", rule.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::RULES;

    #[test]
    fn a_code_stands_for_the_rules_that_carry_it() {
        let ids = |name: &str| ids_named(name, &RULES);
        assert_eq!(ids("dl0001").unwrap(), ["cache-kept", "odd-casing", "unknown-word"]);
        assert_eq!(ids("odd-casing").unwrap(), ["odd-casing"]);
        assert_eq!(ids("style").unwrap(), ["style"]);
        let unknown = "unknown rule or group `odd-casin`; did you mean `odd-casing`?";
        assert_eq!(ids("odd-casin").unwrap_err(), unknown);
        assert_eq!(rules_named("style", &RULES).err().unwrap(), "`style` is a group of rules, not a rule");
    }

    #[test]
    fn what_cannot_be_off_is_told() {
        let syntax = "`unknown-word` is a syntax rule, which is always on";
        assert_eq!(always_on("unknown-word", &RULES).as_deref(), Some(syntax));
        assert_eq!(always_on("syntax", &RULES).as_deref(), Some("the rules of `syntax` are always on"));
        assert_eq!((always_on("odd-casing", &RULES), always_on("style", &RULES)), (None, None));
    }
}

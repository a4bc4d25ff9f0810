//! The names by which a comment or a setting may call a rule.

use super::pragma::Speaker;
use super::prelude::shown;
use super::{ALL, by_id};
use crate::knowledge::hadolint;
use crate::settings::suggestion::{closest, closest_rule};
use crate::settings::{GROUPS, group_name};

/// What is wrong with a name where Layerwise or hadolint is spoken to, and what was meant; `None` for the name of a
/// rule or of a code, and for a code that a newer ShellCheck may have.
pub(crate) fn problem(name: &str, speaker: Speaker) -> Option<(String, Option<&'static str>)> {
    let is_code = |code: &&str| code.eq_ignore_ascii_case(name);
    let is_known = by_id(name).is_some()
        || is_numbered(name, "SC")
        || hadolint::CODES.iter().any(|code| is_code(&code.name))
        || ALL.iter().any(|rule| rule.also.iter().any(&is_code));
    if is_known {
        return None;
    }
    // One code is as good a guess as the other.
    if speaker == Speaker::Hadolint && is_numbered(name, "DL") {
        return Some((format!("`{name}` is no code of hadolint {}", hadolint::VERSION), None));
    }
    if GROUPS.map(group_name).contains(&name) {
        return Some((format!("`{name}` is a group of rules, not a rule"), None));
    }
    let codes = hadolint::CODES.iter().map(|code| code.name);
    let meant = match speaker {
        Speaker::Layerwise => closest_rule(name, ALL).or_else(|| closest(name, codes)),
        Speaker::Hadolint => closest(name, codes).or_else(|| closest_rule(name, ALL)),
    };
    Some((format!("unknown rule `{}`", shown(name)), meant))
}

/// Whether Layerwise hears a name in its comments.
pub(crate) fn is_known(name: &str) -> bool {
    problem(name, Speaker::Layerwise).is_none()
}

/// A code of ShellCheck as it writes it; `None` for any other name.
pub(crate) fn shell_check_code(name: &str) -> Option<String> {
    is_numbered(name, "SC").then(|| name.to_ascii_uppercase())
}

/// Whether a name is a prefix and four digits.
fn is_numbered(name: &str, prefix: &str) -> bool {
    let start = name.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix));
    let digits = start.and(name.get(prefix.len()..)).unwrap_or_default();
    digits.len() == 4 && digits.chars().all(|char| char.is_ascii_digit())
}

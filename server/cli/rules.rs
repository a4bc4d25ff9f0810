//! `layerwise rules` and `layerwise explain`: the rules as a list, and the documentation of one.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::bail;
use serde::Serialize;

use crate::actions;
use crate::cli::Outcome;
use crate::cli::arguments::ListFormat;
use crate::knowledge::hadolint::CODES;
use crate::rules::hadolint_page::NO_RULE_YET;
use crate::rules::page::{document, safety_name, summary};
use crate::rules::{ALL, Rule};
use crate::settings::suggestion::{closest_rule, with_suggestion};
use crate::settings::{GROUPS, group_name, severity_name};

#[derive(Serialize)]
struct RuleReport {
    id: &'static str,
    group: &'static str,
    severity: &'static str,
    default_on: bool,
    also: &'static [&'static str],
    safety: Option<&'static str>,
    summary: String,
}

pub(super) fn list(format: ListFormat) -> anyhow::Result<Outcome> {
    let rules: Vec<RuleReport> = ALL.iter().map(|rule| report(rule)).collect();
    let output = match format {
        ListFormat::Json => serde_json::to_string(&rules)? + "\n",
        ListFormat::Text => table(&rules),
    };
    std::io::stdout().write_all(output.as_bytes())?;
    Ok(Outcome::Clean)
}

/// Prints the docs of a rule, or of every rule that carries a code of another tool; of a group which rules are in it, of an
/// action what it does, and of a code that no rule carries why.
pub(super) fn explain(name: &str) -> anyhow::Result<Outcome> {
    let named: Vec<&&Rule> = ALL.iter().filter(|rule| rule.id == name).collect();
    let carries = |rule: &Rule| rule.also.iter().any(|code| code.eq_ignore_ascii_case(name));
    let mut meant: Vec<&&Rule> =
        if named.is_empty() { ALL.iter().filter(|rule| carries(rule)).collect() } else { named };
    if is_of_shellcheck(name) {
        meant.extend(ALL.iter().filter(|rule| rule.id == "shellcheck"));
    }
    let mut documents: Vec<String> = meant.into_iter().map(|rule| document(rule, 1)).collect();
    if documents.is_empty() {
        documents.extend(explain_group(name).or_else(|| explain_action(name)).or_else(|| explain_code(name)));
    }
    if documents.is_empty() {
        bail!(with_suggestion(format!("unknown rule `{name}`"), closest_rule(name, ALL)));
    }
    std::io::stdout().write_all(documents.join("\n").as_bytes())?;
    Ok(Outcome::Clean)
}

fn explain_group(name: &str) -> Option<String> {
    let group = GROUPS.into_iter().find(|group| group_name(*group) == name)?;
    let mut text = format!("# {name}\n\nA group of rules:\n\n");
    for rule in ALL.iter().filter(|rule| rule.group == group) {
        let state = if rule.default_on { "" } else { " (off)" };
        let _ = writeln!(text, "- {}{state}: {}", rule.id, summary(rule));
    }
    Some(text)
}

fn explain_action(name: &str) -> Option<String> {
    let action = actions::by_id(name)?;
    let how = match action.is_local {
        true => "An editor offers it where it can be done.".to_owned(),
        false => format!(
            "An editor offers it where it can be done; `layerwise fix --action {name}` does it wherever it can be done."
        ),
    };
    Some(format!("# {name}\n\nA rewriting: {}. {how}\n", action.summary))
}

/// A code of hadolint that no rule carries.
fn explain_code(name: &str) -> Option<String> {
    let code = CODES.iter().find(|code| code.name.eq_ignore_ascii_case(name))?;
    let reason = code.missing.unwrap_or(NO_RULE_YET);
    Some(format!("# {}\n\nhadolint: {}. No rule here: {reason}.\n", code.name, code.about))
}

/// Whether a name is one of ShellCheck's codes, any of which that rule may carry.
fn is_of_shellcheck(name: &str) -> bool {
    let digits = name.get(..2).filter(|head| head.eq_ignore_ascii_case("sc")).and_then(|_| name.get(2..));
    digits.is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn report(rule: &Rule) -> RuleReport {
    RuleReport {
        id: rule.id,
        group: group_name(rule.group),
        severity: severity_name(rule.severity),
        default_on: rule.default_on,
        also: rule.also,
        safety: rule.safety.map(safety_name),
        summary: summary(rule),
    }
}

fn table(rules: &[RuleReport]) -> String {
    // The codes of other tools would fill the line: the JSON has them, and `explain` takes them.
    let rows: Vec<[String; 4]> = rules
        .iter()
        .map(|rule| {
            let severity =
                if rule.default_on { rule.severity.to_owned() } else { format!("{} (off)", rule.severity) };
            let id = rule.id.to_owned();
            [id, rule.group.to_owned(), severity, rule.safety.unwrap_or("-").to_owned()]
        })
        .collect();
    let header = ["rule", "group", "severity", "fix"].map(str::to_owned);
    let mut widths = [0; 4];
    for row in std::iter::once(&header).chain(&rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let mut table = String::new();
    let summaries = std::iter::once("summary").chain(rules.iter().map(|rule| rule.summary.as_str()));
    for (row, summary) in std::iter::once(&header).chain(&rows).zip(summaries) {
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(table, "{cell:width$}  ");
        }
        table.push_str(summary);
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::LISTED_RULE;

    #[test]
    fn the_table_is_aligned() {
        assert_eq!(
            table(&[report(&LISTED_RULE)]),
            "rule       group  severity    fix   summary\n\
             list-kept  size   info (off)  safe  Finds lists that stay\n"
        );
    }
}

//! `layerwise rules`, `layerwise explain`, and the rules page of the repository: three views of the same docs.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::bail;
use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::arguments::Format;
use crate::cli::report::safety_name;
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

/// Every rule in one Markdown page, by group.
pub fn page() -> String {
    let mut page = "# Rules\n\nGenerated from the documentation in the rules' own files: \
                    `UPDATE_EXPECT=1 cargo test --test repo` writes it anew.\n"
        .to_owned();
    let groups =
        GROUPS.map(|group| (group, ALL.iter().filter(|rule| rule.group == group).collect::<Vec<_>>()));
    for (group, rules) in groups.iter().filter(|(_, rules)| !rules.is_empty()) {
        let _ = writeln!(page, "\n- {}", group_name(*group));
        for rule in rules {
            let _ = writeln!(page, "  - [{}](#{}): {}", rule.id, rule.id, summary(rule));
        }
    }
    for rule in groups.iter().flat_map(|(_, rules)| rules) {
        let _ = write!(page, "\n{}", document(rule, 2));
    }
    page
}

pub(super) fn list(format: Format) -> anyhow::Result<Outcome> {
    let rules: Vec<RuleReport> = ALL.iter().map(|rule| report(rule)).collect();
    let output = match format {
        Format::Json => serde_json::to_string(&rules)? + "\n",
        Format::Text => table(&rules),
    };
    std::io::stdout().write_all(output.as_bytes())?;
    Ok(Outcome::Clean)
}

/// Prints the docs of a rule, or of every rule that carries a code of another tool.
pub(super) fn explain(name: &str) -> anyhow::Result<Outcome> {
    let named: Vec<&&Rule> = ALL.iter().filter(|rule| rule.id == name).collect();
    let carries = |rule: &Rule| rule.also.iter().any(|code| code.eq_ignore_ascii_case(name));
    let meant = if named.is_empty() { ALL.iter().filter(|rule| carries(rule)).collect() } else { named };
    if meant.is_empty() {
        bail!(with_suggestion(format!("unknown rule `{name}`"), closest_rule(name, ALL)));
    }
    let documents: Vec<String> = meant.into_iter().map(|rule| document(rule, 1)).collect();
    std::io::stdout().write_all(documents.join("\n").as_bytes())?;
    Ok(Outcome::Clean)
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
    let rows: Vec<[String; 5]> = rules
        .iter()
        .map(|rule| {
            let severity =
                if rule.default_on { rule.severity.to_owned() } else { format!("{} (off)", rule.severity) };
            let id = rule.id.to_owned();
            [id, rule.group.to_owned(), severity, rule.safety.unwrap_or("-").to_owned(), rule.also.join(" ")]
        })
        .collect();
    let header = ["rule", "group", "severity", "fix", "also"].map(str::to_owned);
    let mut widths = [0; 5];
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

/// A rule's documentation under a heading of its own; `level` is the depth of that heading.
fn document(rule: &Rule, level: usize) -> String {
    let heading = "#".repeat(level);
    let state = if rule.default_on { "" } else { ", off unless it is turned on" };
    let mut document = format!(
        "{heading} {}\n\nGroup: {}. Severity: {}{state}. Since {}.",
        rule.id,
        group_name(rule.group),
        severity_name(rule.severity),
        rule.since
    );
    if let Some(safety) = rule.safety {
        let _ = write!(document, " Fix: {}.", safety_name(safety));
    }
    if !rule.also.is_empty() {
        let _ = write!(document, " Also: {}.", rule.also.join(", "));
    }
    document.push_str("\n\n");
    let mut in_code = false;
    for line in plain_lines(rule) {
        in_code ^= line.starts_with("```");
        // The docs begin their headings at the second level: one rule alone, or deeper in the page.
        if line.starts_with("## ") && !in_code {
            document.push_str(&"#".repeat(level - 1));
        }
        document.push_str(line);
        document.push('\n');
    }
    document
}

/// The first sentence of the section "What it does".
fn summary(rule: &Rule) -> String {
    let section = plain_lines(rule).skip_while(|line| !line.starts_with("## What it does")).skip(1);
    let paragraph: Vec<&str> = section
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let paragraph = paragraph.join(" ");
    match paragraph.split_once(". ") {
        Some((sentence, _)) => sentence.to_owned(),
        None => paragraph.trim_end_matches('.').to_owned(),
    }
}

/// The lines of a rule's docs, without the blank that a doc comment puts before each of them.
fn plain_lines(rule: &Rule) -> impl Iterator<Item = &'static str> {
    rule.docs.trim_end().lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::Safety;
    use crate::rules::{Group, Severity};

    static RULE: Rule = Rule {
        id: "list-kept",
        group: Group::Size,
        severity: Severity::Info,
        default_on: false,
        since: "0.1.0",
        also: &["DL1", "DL2"],
        docs: " ## What it does\n Finds lists\n that stay. More of it.\n ## Example\n ```dockerfile,bad\n ## not a heading\n ```\n",
        safety: Some(Safety::Safe),
        check: |_, _| {},
        fix: None,
    };

    #[test]
    fn the_summary_is_the_first_sentence() {
        assert_eq!(summary(&RULE), "Finds lists that stay");
    }

    #[test]
    fn a_document_has_its_headings_below_its_title() {
        assert_eq!(
            document(&RULE, 2),
            "## list-kept\n\nGroup: size. Severity: info, off unless it is turned on. Since 0.1.0. Fix: safe. \
             Also: DL1, DL2.\n\n### What it does\nFinds lists\nthat stay. More of it.\n### Example\n\
             ```dockerfile,bad\n## not a heading\n```\n"
        );
    }

    #[test]
    fn the_table_is_aligned() {
        assert_eq!(
            table(&[report(&RULE)]),
            "rule       group  severity    fix   also     summary\n\
             list-kept  size   info (off)  safe  DL1 DL2  Finds lists that stay\n"
        );
    }
}

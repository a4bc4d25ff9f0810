//! The documentation of rules as Markdown: one rule for `explain` and for editors, all of them for the page of the
//! repository. Takes every word from the rules' own docs.

use std::fmt::Write as _;

use crate::fix::Safety;
use crate::rules::{ALL, OptionKind, Rule};
use crate::settings::{GROUPS, group_name, severity_name};

/// Every rule in one Markdown page, by group.
pub fn page() -> String {
    let mut page = "# Rules\n\nGenerated from the documentation in the rules' own files: \
                    `LAYERWISE_UPDATE=1 cargo test --test repo` writes it anew.\n"
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

/// A rule's documentation under a heading of its own; `level` is the depth of that heading.
pub(crate) fn document(rule: &Rule, level: usize) -> String {
    let heading = "#".repeat(level);
    let state = if rule.default_on { "" } else { ", off unless it is turned on" };
    let mut document = format!(
        "{heading} {}\n\nGroup: {}. Severity: {}{state}. Since {}.",
        rule.id,
        group_name(rule.group),
        severity_name(rule.severity),
        rule.since
    );
    if rule.is_about_ignore_files() {
        document.push_str(" About ignore files (`.dockerignore`).");
    }
    if let Some(safety) = rule.safety {
        let _ = write!(document, " Fix: {}.", safety_name(safety));
    }
    if !rule.also.is_empty() {
        let _ = write!(document, " Also: {}.", rule.also.join(", "));
    }
    document.push_str("\n\n");
    let mut in_code = false;
    let mut options = options(rule);
    for line in plain_lines(rule) {
        in_code ^= line.starts_with("```");
        // References end the docs.
        if line == "## References" && !options.is_empty() && !in_code {
            let _ = write!(document, "{heading}# Options\n{options}\n");
            options.clear();
        }
        // The docs begin their headings at the second level: one rule alone, or deeper in the page.
        if line.starts_with("## ") && !in_code {
            document.push_str(&"#".repeat(level - 1));
        }
        document.push_str(line);
        document.push('\n');
    }
    if !options.is_empty() {
        let _ = write!(document, "\n{heading}# Options\n{options}");
    }
    document
}

/// A line for each option of a rule.
fn options(rule: &Rule) -> String {
    rule.options.iter().fold(String::new(), |mut lines, option| {
        let kind = match option.kind {
            OptionKind::Strings => "a list of strings",
            OptionKind::Switch => "`true` or `false`",
        };
        let _ = writeln!(lines, "- `{}`, {kind}: {}", option.name, option.docs);
        lines
    })
}

/// The name of a safety, as users read it.
pub(crate) fn safety_name(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Suggested => "suggested",
        Safety::Unsafe => "unsafe",
    }
}

/// The first sentence of the section "What it does".
pub(crate) fn summary(rule: &Rule) -> String {
    let section = plain_lines(rule).skip_while(|line| !line.starts_with("## What it does")).skip(1);
    let paragraph: Vec<&str> = section
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let paragraph = paragraph.join(" ");
    // A full stop in code ends no sentence.
    let is_in_code = |at: usize| paragraph.get(..at).is_some_and(|text| text.matches('`').count() % 2 == 1);
    let mut ends = paragraph.match_indices(". ").map(|(at, _)| at).filter(|at| !is_in_code(*at));
    match ends.next().and_then(|end| paragraph.get(..end)) {
        Some(sentence) => sentence.to_owned(),
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
    use crate::fixture::LISTED_RULE;
    use crate::rules::RuleOption;

    #[test]
    fn the_summary_is_the_first_sentence() {
        assert_eq!(summary(&LISTED_RULE), "Finds lists that stay");
        const WITH_CODE: Rule =
            Rule { docs: " ## What it does\n Finds `. a` and `b`. More.\n", ..LISTED_RULE };
        assert_eq!(summary(&WITH_CODE), "Finds `. a` and `b`");
    }

    #[test]
    fn a_document_has_its_headings_below_its_title() {
        assert_eq!(
            document(&LISTED_RULE, 2),
            "## list-kept\n\nGroup: size. Severity: info, off unless it is turned on. Since 0.1.0. Fix: safe. \
             Also: DL1, DL2.\n\n### What it does\nFinds lists\nthat stay. More of it.\n### Example\n\
             ```dockerfile,bad\n## not a heading\n```\n"
        );
    }

    #[test]
    fn options_stand_above_the_references() {
        const WITH_OPTIONS: Rule = Rule {
            docs: " ## What it does\n Finds lists.\n\n ## References\n - none\n",
            options: &[
                RuleOption::strings("allow", "lists that may stay."),
                RuleOption::switch("all", "whether to look at all."),
            ],
            ..LISTED_RULE
        };
        let options = "## Options\n- `allow`, a list of strings: lists that may stay.\n- `all`, `true` or `false`: \
                       whether to look at all.\n";
        let document = document(&WITH_OPTIONS, 1);
        assert!(
            document.ends_with(&format!("Finds lists.\n\n{options}\n## References\n- none\n")),
            "{document}"
        );
        const AT_THE_END: Rule = Rule { docs: " ## What it does\n Finds lists.\n", ..WITH_OPTIONS };
        assert!(super::document(&AT_THE_END, 1).ends_with(&format!("Finds lists.\n\n{options}")));
    }
}

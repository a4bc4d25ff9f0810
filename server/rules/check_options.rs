//! The options of BuildKit's checks: `# check=skip=NAME[,NAME];experimental=NAME[,NAME];error=true` at the head of a
//! file, or above one instruction, for which `error` means nothing.
//! Source: BuildKit, `frontend/dockerfile/linter/linter.go` (`ParseLintOptions`, `WithMergedConfigFromComments`).

use super::{Finding, Rule};
use crate::document::Document;
use crate::syntax::Instruction;
use crate::syntax::directives::DirectiveKind;

/// What a file or a comment says of BuildKit's checks. Options that BuildKit does not know say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CheckOptions {
    skip: Vec<String>,
    experimental: Vec<String>,
    /// Whether what the checks find makes the build fail.
    pub(super) error: bool,
}

impl CheckOptions {
    /// Those of a whole file.
    pub(super) fn of(document: &Document) -> CheckOptions {
        let directive = document.file().directives().get(DirectiveKind::Check);
        directive.map(|directive| CheckOptions::read(&directive.value)).unwrap_or_default()
    }

    /// Those of the comments above an instruction: the first such comment counts.
    pub(super) fn above(instruction: &Instruction) -> CheckOptions {
        let comments = instruction.comments().iter();
        let texts = comments.filter_map(|span| instruction.source().get(span.clone()));
        let value = |text: &str| {
            let (key, value) = text.trim_start_matches('#').trim().split_once('=')?;
            // What follows a blank is a reason.
            let value = value.split_whitespace().next()?;
            key.trim_end().eq_ignore_ascii_case("check").then(|| CheckOptions::read(value))
        };
        { texts }.find_map(value).unwrap_or_default()
    }

    fn read(value: &str) -> CheckOptions {
        let mut options = CheckOptions::default();
        let list = |names: &str| names.split(',').map(|name| name.trim().to_owned()).collect();
        for (key, value) in value.split(';').filter_map(|option| option.split_once('=')) {
            match key.trim() {
                "skip" => options.skip = list(value),
                "experimental" => options.experimental = list(value),
                "error" => options.error = is_true(value.trim()),
                _ => {}
            }
        }
        options
    }

    /// Whether a finding is not to be reported.
    pub(super) fn skip(&self, finding: &Finding) -> bool {
        finding.also.iter().any(|code| is_check_name(code) && holds(&self.skip, code))
    }

    /// Whether a rule that is off is to run.
    pub(super) fn turn_on(&self, rule: &Rule) -> bool {
        rule.also.iter().any(|code| is_check_name(code) && holds(&self.experimental, code))
    }
}

fn holds(names: &[String], code: &str) -> bool {
    names.iter().any(|name| name == "all" || name.eq_ignore_ascii_case(code))
}

/// Whether a code is the name of one of BuildKit's checks.
pub(super) fn is_check_name(code: &str) -> bool {
    !code.contains(|char: char| char.is_ascii_digit())
}

/// The ways in which Go writes true.
fn is_true(value: &str) -> bool {
    ["1", "t", "T", "true", "TRUE", "True"].contains(&value)
}

#[cfg(test)]
mod tests {
    use crate::document::Cx;
    use crate::fixture::Fixture;
    use crate::rules::run;

    /// What is found, each with its severity.
    fn found(source: &str) -> Vec<String> {
        let fixture = Fixture::new(source);
        let shown = |cx: &Cx<'_>| {
            let findings = run(cx).into_iter();
            findings.map(|finding| format!("{:?} {}", finding.severity, finding.rule.id)).collect()
        };
        fixture.look(shown)
    }

    const BOTH: &str = "FROM a as b\nMAINTAINER c\n";

    #[test]
    fn checks_are_skipped() {
        assert_eq!(
            found(BOTH),
            ["Warning floating-base-tag", "Warning from-as-casing", "Warning maintainer"]
        );
        let skipped = found(&format!("# check=skip=FromAsCasing, maintainerdeprecated\n{BOTH}"));
        assert_eq!(skipped, ["Warning floating-base-tag"]);
        assert_eq!(found(&format!("# check = error=false;skip=all\n{BOTH}")), ["Warning floating-base-tag"]);
    }

    #[test]
    fn a_comment_speaks_of_the_next_instruction() {
        let source = "FROM a:1\n# check=skip=MaintainerDeprecated we know\nMAINTAINER c\nMAINTAINER d\n";
        assert_eq!(found(source), ["Warning maintainer"]);
    }

    #[test]
    fn errors_are_what_the_checks_find() {
        let error = found(&format!("# check=error=true\n{BOTH}"));
        assert_eq!(error, ["Warning floating-base-tag", "Error from-as-casing", "Error maintainer"]);
    }

    #[test]
    fn experimental_checks_are_turned_on() {
        let source = "# c\nFROM a:1 AS b\n";
        assert_eq!(found(source), [""; 0]);
        for names in ["all", "InvalidDefinitionDescription"] {
            let source = format!("# check=experimental={names}\n{source}");
            assert_eq!(found(&source), ["Warning misleading-description"]);
        }
    }
}

//! The options of BuildKit's checks: `# check=skip=NAME[,NAME];experimental=NAME[,NAME];error=true` at the head of a
//! file, or above one instruction, for which `error` means nothing.
//! Source: BuildKit, `frontend/dockerfile/linter/linter.go` (`ParseLintOptions`, `WithMergedConfigFromComments`).

use super::{Finding, Rule};
use crate::document::Document;
use crate::syntax::Instruction;
use crate::syntax::directives::DirectiveKind;
use crate::text::Span;

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
        let source = instruction.source();
        // With blanks in front, BuildKit takes the `#` for a part of the name.
        let is_first =
            |span: &&Span| source.get(..span.start).is_some_and(|above| !above.ends_with([' ', '\t']));
        let comments = instruction.comments().iter().filter(is_first);
        let texts = comments.filter_map(|span| source.get(span.clone()));
        let value = |text: &str| text.get(value_of(text)?).map(CheckOptions::read);
        { texts }.find_map(value).unwrap_or_default()
    }

    fn read(value: &str) -> CheckOptions {
        let mut options = CheckOptions::default();
        for option in options_of(value) {
            let setting = value.get(option.setting).unwrap_or_default();
            let names = || setting.split(',').map(|name| name.trim().to_owned()).collect();
            match value.get(option.key).unwrap_or_default() {
                "skip" => options.skip = names(),
                "experimental" => options.experimental = names(),
                "error" => options.error = is_true(setting),
                _ => {}
            }
        }
        options
    }

    /// Whether a finding is not to be reported. What is experimental is not skipped but not turned on.
    pub(super) fn skip(&self, finding: &Finding) -> bool {
        finding.rule.default_on
            && finding.also.iter().any(|code| is_check_name(code) && holds(&self.skip, code))
    }

    /// Whether a rule that is off is to run.
    pub(super) fn turn_on(&self, rule: &Rule) -> bool {
        rule.also.iter().any(|code| is_check_name(code) && holds(&self.experimental, code))
    }
}

/// One option of `check`, in bytes of its value.
pub(crate) struct CheckOption {
    pub(crate) key: Span,
    /// What stands behind the `=`, without the blanks around it.
    pub(crate) setting: Span,
}

/// The place of the value in a comment that is `# check=…`, to the first blank: what follows is a reason.
pub(crate) fn value_of(comment: &str) -> Option<Span> {
    let (key, value) = comment.split_once('=')?;
    let key = key.trim_start().strip_prefix('#')?.trim();
    let value = value.trim_start();
    let start = comment.len() - value.len();
    let length = value.split([' ', '\t', '\r']).next().unwrap_or_default().len();
    key.eq_ignore_ascii_case("check").then_some(start..start + length)
}

/// The options in a value of `check`, which ends at the first blank. There are three at most: the third goes to the
/// end.
pub(crate) fn options_of(value: &str) -> Vec<CheckOption> {
    let value = value.split(' ').next().unwrap_or_default();
    let mut options = Vec::new();
    let mut start = 0;
    for option in value.splitn(3, ';') {
        if let Some((key, setting)) = option.split_once('=') {
            let behind = start + key.len() + 1;
            let inner = |text: &str, start: usize| {
                let inner = start + text.len() - text.trim_start().len();
                inner..inner + text.trim().len()
            };
            options.push(CheckOption { key: inner(key, start), setting: inner(setting, behind) });
        }
        start += option.len() + 1;
    }
    options
}

/// Whether a list names a check, as it is written there: BuildKit compares them with their case.
fn holds(names: &[String], code: &str) -> bool {
    names == ["all"] || names.iter().any(|name| name == code)
}

/// Whether a code is the name of one of BuildKit's checks.
pub(crate) fn is_check_name(code: &str) -> bool {
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

    const BOTH: &str = "FROM node as b\nMAINTAINER c\n";

    #[test]
    fn checks_are_skipped() {
        assert_eq!(
            found(BOTH),
            ["Warning floating-base-tag", "Warning from-as-casing", "Warning maintainer"]
        );
        let skipped = found(&format!("# check=skip=FromAsCasing,MaintainerDeprecated\n{BOTH}"));
        assert_eq!(skipped, ["Warning floating-base-tag"]);
        // BuildKit reads to the first blank, and knows no other casing.
        let skipped = found(&format!("# check=skip=FromAsCasing, MaintainerDeprecated\n{BOTH}"));
        assert_eq!(skipped, ["Warning floating-base-tag", "Warning maintainer"]);
        assert_eq!(found(&format!("  # check=skip=all\n{BOTH}")), found(BOTH));
        let skipped = found(&format!("# check=skip=fromascasing,maintainerDeprecated\n{BOTH}"));
        let rest: Vec<&String> =
            skipped.iter().filter(|found| !found.ends_with("unknown-rule-name")).collect();
        assert_eq!(rest, found(BOTH).iter().collect::<Vec<_>>());
        assert_eq!(found(&format!("# check = error=false;skip=all\n{BOTH}")), ["Warning floating-base-tag"]);
    }

    #[test]
    fn a_comment_speaks_of_the_next_instruction() {
        let source = "FROM a:1\n# check=skip=MaintainerDeprecated we know\nMAINTAINER c\nMAINTAINER d\n";
        assert_eq!(found(source), ["Warning maintainer"]);
        let indented = "FROM a:1\n  # check=skip=MaintainerDeprecated\nMAINTAINER c\n";
        assert_eq!(found(indented), ["Warning maintainer"]);
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
        let both = format!("# check=experimental=all;skip=all\n{source}");
        assert_eq!(found(&both), ["Warning misleading-description"]);
    }
}

//! Settings from the text of a `.hadolint.yaml`, and what they make of a finding.
//! Source: hadolint, README.md, "Configure", and `src/Hadolint/Config/Configuration.hs`.

use std::collections::BTreeMap;

use crate::rules::{Finding, Rule, Severity};

/// What a `.hadolint.yaml` says beside what every settings file can say. Rules are named by their codes there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HadolintSettings {
    /// The codes whose findings are not reported.
    pub ignored: Vec<String>,
    /// How bad the findings of a code are.
    pub levels: BTreeMap<String, Severity>,
    /// Whether hadolint's own comments silence nothing.
    pub disable_ignore_pragma: bool,
    /// Whether `check` never fails because of findings.
    pub no_fail: bool,
    /// The least severity that makes `check` fail.
    pub failure_threshold: Option<Severity>,
    /// The form of the report, by hadolint's name.
    pub format: Option<String>,
}

impl HadolintSettings {
    /// Whether a finding is not to be reported.
    pub(crate) fn ignores(&self, finding: &Finding) -> bool {
        self.ignored.iter().any(|name| finding.is_called(name))
    }

    /// How bad a finding is, where that is said.
    pub(crate) fn level(&self, finding: &Finding) -> Option<Severity> {
        let levels = self.levels.iter().filter(|(name, _)| finding.is_called(name));
        levels.map(|(_, severity)| *severity).max()
    }

    /// Whether a rule is to run for some of its codes.
    pub(crate) fn speaks_of(&self, rule: &Rule) -> bool {
        let mut names = self.levels.keys();
        names.any(|name| name == rule.id || rule.also.iter().any(|code| code.eq_ignore_ascii_case(name)))
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::rules::run;

    /// What is found with these settings files in front of a Dockerfile.
    #[track_caller]
    fn check(files: &str, dockerfile: &str, expected: &[&str]) {
        let fixture = Fixture::new(&format!("{files}#- Dockerfile\n{dockerfile}"));
        let found: Vec<String> = fixture.look(|cx| {
            let findings = run(cx);
            let findings = findings.iter().filter(|finding| finding.rule.id != "unreachable-stage");
            findings.map(|finding| format!("{:?} {}", finding.severity, finding.rule.id)).collect()
        });
        assert_eq!(found, expected);
    }

    const FLOATING: &str = "FROM node\nFROM node:latest\n";

    #[test]
    fn a_code_silences_just_the_findings_that_carry_it() {
        check("", FLOATING, &["Warning floating-base-tag"; 2]);
        check("#- .hadolint.yaml\nignored: [DL3006]\n", FLOATING, &["Warning floating-base-tag"]);
        check("#- .hadolint.yaml\nignored: [dl3006, DL3007]\n", FLOATING, &[]);
    }

    #[test]
    fn a_code_has_its_own_level() {
        let levels = "#- .hadolint.yaml\noverride: { error: [DL3006], style: [DL3007] }\n";
        check(levels, FLOATING, &["Error floating-base-tag", "Hint floating-base-tag"]);
        let both = format!("{levels}ignored: [DL3006]\n");
        check(&both, FLOATING, &["Hint floating-base-tag"]);
    }

    #[test]
    fn a_level_turns_a_rule_on() {
        let source = "# c\nFROM a:1 AS b\n";
        check("#- .hadolint.yaml\nignored: [DL3000]\n", source, &[]);
        let named = "#- .hadolint.yaml\noverride: { info: [misleading-description] }\n";
        check(named, source, &["Info misleading-description"]);
        let off = format!("{named}#- layerwise.toml\n[rules]\nmisleading-description = 'off'\n");
        check(&off, source, &[]);
    }

    #[test]
    fn what_is_set_about_a_rule_beats_its_codes() {
        let codes = "#- .hadolint.yaml\nignored: [DL3006]\noverride: { error: [DL3007] }\n";
        let on = format!("{codes}#- layerwise.toml\n[rules]\nfloating-base-tag = 'info'\n");
        check(&on, FLOATING, &["Info floating-base-tag"; 2]);
        let off = format!("{codes}#- layerwise.toml\n[rules]\nfloating-base-tag = 'off'\n");
        check(&off, FLOATING, &[]);
    }

    #[test]
    fn the_comments_of_hadolint_can_be_turned_off_and_ours_cannot() {
        let off = "#- .hadolint.yaml\ndisable-ignore-pragma: true\n";
        let source = "# hadolint ignore=DL3006\nFROM node\n# layerwise: ignore=DL3006\nFROM node\n";
        check("", source, &[]);
        check(off, source, &["Warning floating-base-tag"]);
        let global = "# hadolint global ignore=DL3006\nFROM node\n";
        check("", global, &[]);
        check(off, global, &["Warning floating-base-tag"]);
    }

    #[test]
    fn the_comment_of_a_stage_speaks_of_all_of_it() {
        let source = "# hadolint stage ignore=DL3000\nFROM a:1\nWORKDIR b\nFROM c:1\nWORKDIR d\n";
        check("", source, &["Warning relative-workdir"]);
    }
}

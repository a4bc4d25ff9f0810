//! The page for those who come from hadolint, as Markdown: its codes and our rules, which the rules themselves say, and
//! how settings, comments and options carry over.

use std::fmt::Write as _;

use super::{ALL, Rule};
use crate::knowledge::hadolint::{CODES, Code};

/// The whole page.
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let _ = writeln!(page, "\n| hadolint | is about | Layerwise |\n|---|---|---|");
    for code in CODES {
        let _ = writeln!(page, "| {} | {} | {} |", code.name, code.about, answer(code));
    }
    page
}

/// What stands beside a code for which a rule is still to be written.
pub const NO_RULE_YET: &str = "no rule yet";

/// The rules that carry a code, or why there is none.
fn answer(code: &Code) -> String {
    let rules: Vec<String> =
        ALL.iter().filter(|rule| rule.also.contains(&code.name)).map(|rule| link(rule)).collect();
    match (rules.is_empty(), code.missing) {
        (false, _) => rules.join(", "),
        (true, Some(reason)) => format!("none: {reason}"),
        (true, None) => NO_RULE_YET.to_owned(),
    }
}

fn link(rule: &Rule) -> String {
    let state = if rule.default_on { "" } else { " (off unless it is turned on)" };
    format!("[{}](RULES.md#{}){state}", rule.id, rule.id)
}

const INTRODUCTION: &str = "\
# From hadolint

Generated from the rules and from the list of hadolint's codes: `LAYERWISE_UPDATE=1 cargo test --test repo` writes it anew.

`layerwise check` takes the place of `hadolint`, `layerwise fix` repairs what it finds, and `layerwise lsp` shows it while
you type. Your `.hadolint.yaml` and your ignore comments keep working as they are. `layerwise explain DL3009` tells which
rule a code is.

## The command

| hadolint | Layerwise |
|---|---|
| `hadolint FILE…`, `hadolint -` | `layerwise check FILE…`, `layerwise check -`; folders are searched too |
| `--format tty`, `json`, `checkstyle`, `gitlab_codeclimate`, `gnu`, `sarif` | the same names; `json`, `checkstyle` and `gnu` have another content |
| `--format codeclimate`, `codacy`, `sonarqube`, `junit` | none; `sarif` is read by most services |
| `-f`, `-t`, `--no-fail` | the same |
| `--failure-threshold LEVEL` | the same, or `--fail-on LEVEL`, with `hint` for `style` |
| `--ignore CODE` | the same, or `--disable RULE`; `ignored` in `.hadolint.yaml` |
| `--error CODE` and the like | a level in `layerwise.toml`, or `override` in `.hadolint.yaml` |
| `--trusted-registry`, `--require-label`, `--strict-labels`, `--disable-ignore-pragma` | their keys in `.hadolint.yaml`; `label-schema` for `--require-label` |
| `--output FILE` | `>FILE` |
| `--file-path-in-report PATH` | none: run it where the file is, without a container |
| `--no-color` | `NO_COLOR=1` |
| `--config FILE`, `HADOLINT_…` variables | not read: the file is found by its name |

Without a threshold hadolint fails on findings from `info` upwards, and Layerwise from `warning` upwards. The levels of hadolint are called
`error`, `warning`, `info` and, for `style`, `hint`. A rule has a level of its own, which need not be that of hadolint.

## Settings

`.hadolint.yaml` or `.hadolint.yml` is looked for in the folder of the Dockerfile and upwards, to the folder that the editor
has open or the one in which the program was started; then where hadolint looks: `$XDG_CONFIG_HOME/hadolint.yaml`,
`~/.config/hadolint.yaml`, `~/.hadolint/hadolint.yaml`, `~/.hadolint/config.yaml`, `~/.hadolint.yaml`. The first one holds, and
it need not be moved to `layerwise.toml`: what that says of a rule beats it. An unknown key, code or value is a warning that
names the nearest known one.

| `.hadolint.yaml` | what it does here | in `layerwise.toml` |
|---|---|---|
| `ignored: [DL3009]` | findings with this code are not reported; others of the same rule are | `[rules]`, `apt-lists-kept = \"off\"` |
| `override: { error: [DL3009] }` | findings with this code have this level; a rule that is off is turned on for this code | `apt-lists-kept = \"error\"` |
| `failure-threshold: warning` | the least level that makes `check` fail; `ignore` and `none` fail on anything | `[check]`, `fail-on = \"warning\"` |
| `no-fail: true` | findings never make `check` fail; `--fail-on` and `fail-on` beat it | - |
| `trustedRegistries: [docker.io]` | images of other registries are found | `untrusted-registry = { allow = [\"docker.io\"] }` |
| `label-schema: { source: url }` | labels are looked for, and their values looked at | `label-missing = { labels = [\"source\"] }`, `label-url` and its like |
| `strict-labels: true` | labels that the schema does not have are found | `label-unexpected = { allow = [\"source\"] }` |
| `disable-ignore-pragma: true` | `# hadolint ignore=` and the like silence nothing; `# layerwise:` comments do | - |
| `format: sarif` | the form of `check`'s report where `--format` is not given | - |
| `no-color`, `verbose` | nothing: colours follow the terminal and `NO_COLOR` | - |

Rules of style that are no checks of BuildKit are off here; `extend = [\"style\"]` turns them on. Where hadolint asks for more
than is of use everywhere, an option does so too: `pipe-without-pipefail = { every-pipe = true }` before every pipe, and
`consecutive-runs = { build-stages = true }`, which the rules about caches have as well, in stages that are thrown away. What
PowerShell and cmd run is not read; hadolint reads it as if a POSIX shell did.

## Comments

| comment | what it silences |
|---|---|
| `# hadolint ignore=DL3006,SC2086` | the next instruction; the comment need not stand on the line right above it |
| `# hadolint stage ignore=DL3006` above a FROM | the stage |
| `# hadolint global ignore=DL3006` | the file |
| `# hadolint shell=powershell` | nothing, but names the shell of what follows in the stage, or of all stages above the first FROM |
| `# layerwise: ignore=floating-base-tag` | the next instruction, by the name of the rule or by a code |
| `# layerwise: ignore-file=floating-base-tag` | the file |

Text after the names is a reason, with or without a `#` before it. A code silences the findings that carry it, not the whole
rule.

## Codes

What hadolint finds through ShellCheck (`SC…`) has no place in this table: ShellCheck is built into hadolint, and Layerwise
asks the program `shellcheck` where it is installed; see the rule [shellcheck](RULES.md#shellcheck). hadolint takes every
`/bin/sh` for one that knows POSIX and no more. Layerwise looks what the base image has: nothing is said of `[[` under the ash
of Alpine, nor of what only some shells know (SC3000 to SC3999) where the shell is not known.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str) -> String {
        let page = page();
        let start = format!("| {name} |");
        page.lines().find(|line| line.starts_with(&start)).expect("a row").to_owned()
    }

    #[test]
    fn a_code_has_its_rules_or_a_reason() {
        let expected =
            "| DL3006 | an image without a tag | [floating-base-tag](RULES.md#floating-base-tag) |";
        assert_eq!(row("DL3006"), expected);
        assert!(row("DL1001").contains("none: "), "{}", row("DL1001"));
        assert_eq!(CODES.iter().filter(|code| row(code.name).is_empty()).count(), 0);
    }

    #[test]
    fn every_code_has_an_answer() {
        let unanswered = CODES.iter().filter(|code| answer(code) == NO_RULE_YET).map(|code| code.name);
        assert_eq!(unanswered.collect::<Vec<_>>(), Vec::<&str>::new());
    }

    #[test]
    fn a_code_with_a_rule_has_no_reason_why_it_has_none() {
        let carried = |code: &&Code| ALL.iter().any(|rule| rule.also.contains(&code.name));
        let contradictory: Vec<&str> = CODES
            .iter()
            .filter(|code| code.missing.is_some())
            .filter(carried)
            .map(|code| code.name)
            .collect();
        // A code that hadolint has given up may live on here.
        let gone = ["DL3005", "DL3017", "DL3031", "DL3039"];
        assert!(contradictory.iter().all(|name| gone.contains(name)), "{contradictory:?}");
    }
}

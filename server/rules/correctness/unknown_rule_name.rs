//! `unknown-rule-name`

use crate::rules::check_options::{is_check_name, options_of, value_of};
use crate::rules::pragma::Slip;
use crate::rules::prelude::*;
use crate::rules::{ALL, names, pragma};
use crate::settings::suggestion::{closest, with_suggestion};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds a name in an ignore comment that is the name of no rule: in `# layerwise: ignore=` and `ignore-file=`, in
    /// hadolint's comments, and in BuildKit's `# check=skip=` and `experimental=`; a misspelt `ignore` itself; and a comment
    /// of ours without its `:`, its `=` or its names.
    ///
    /// Codes of the form `SC1234` are never reported: a newer ShellCheck may have more of them. BuildKit tells small letters
    /// from capitals. A comment that silences nothing because there is nothing to silence is not reported either.
    ///
    /// ## Why is this bad?
    /// The comment does nothing: what it was written to silence is still reported.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// # layerwise: ignore=floating-base-tga
    /// FROM debian
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// # layerwise: ignore=floating-base-tag
    /// FROM debian
    /// ```
    ///
    /// ## Fix safety
    /// Suggested: what was meant is a guess, and the corrected comment hides a finding.
    ///
    /// ## References
    /// - [BuildKit: the `check` directive](https://docs.docker.com/reference/dockerfile/#check)
    /// - [hadolint: ignoring rules](https://github.com/hadolint/hadolint#ignoring-rules)
    pub(crate) static UNKNOWN_RULE_NAME = {
        id: "unknown-rule-name", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Comments],
        check: Instruction(check),
        fix: Suggested(fix),
    }
}

/// A name that means nothing: its place in the comment, what is said of it, and what was meant.
struct Unknown {
    span: Span,
    message: String,
    meant: Option<&'static str>,
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for span in instruction.comments().iter().chain(instruction.inner_comments()) {
        let comment = instruction.source().get(span.clone()).unwrap_or_default();
        for unknown in unknown_names(comment) {
            let place = span.start + unknown.span.start..span.start + unknown.span.end;
            out.push(place, with_suggestion(unknown.message, unknown.meant));
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = cx.document.file().item(finding.item).and_then(|item| {
        let instruction = &item.instruction;
        let mut comments = instruction.comments().iter().chain(instruction.inner_comments());
        let span = comments.find(|span| item.absolute((*span).clone()).contains(&finding.span.start))?;
        let start = item.start + span.start;
        let unknown = unknown_names(instruction.source().get(span.clone())?);
        let here = unknown.into_iter().find(|unknown| start + unknown.span.start == finding.span.start)?;
        let meant = here.meant?;
        let edit = Edit::replace(finding.span.clone(), meant);
        Some(Fix::new(format!("Change it to `{meant}`"), Safety::Suggested, vec![edit]))
    });
    fix.into_iter().collect()
}

fn unknown_names(comment: &str) -> Vec<Unknown> {
    if let Some((span, slip)) = pragma::slip(comment, names::is_known) {
        let (message, meant) = match slip {
            Slip::Colon => ("`layerwise` without a `:` silences nothing".to_owned(), Some("layerwise:")),
            Slip::Equals("ignore-file") => {
                ("`ignore-file` without a `=` silences nothing".to_owned(), Some("ignore-file="))
            }
            Slip::Equals(_) => ("`ignore` without a `=` silences nothing".to_owned(), Some("ignore=")),
            Slip::Names(key) => (format!("`{key}=` names no rule"), None),
        };
        return vec![Unknown { span, message, meant }];
    }
    if let Some((span, key)) = pragma::unknown_key(comment) {
        let meant = closest(key, ["ignore", "ignore-file"]);
        let message = format!("`{}` is nothing that Layerwise reads in a comment", shown(key));
        return meant.is_some().then_some(Unknown { span, message, meant }).into_iter().collect();
    }
    if let Some((span, meant)) = pragma::slip_of_hadolint(comment) {
        let written = shown(comment.get(span.clone()).unwrap_or_default());
        let message = format!("`{written}` is nothing that hadolint reads in a comment");
        return vec![Unknown { span, message, meant: Some(meant) }];
    }
    if let Some(pragma) = pragma::read(comment) {
        let of_rule = |span: &Span| {
            let name = comment.get(span.clone())?;
            let (message, meant) = names::problem(name, pragma.speaker)?;
            Some(Unknown { span: span.clone(), message, meant })
        };
        return pragma.names.iter().filter_map(of_rule).collect();
    }
    value_of(comment).map(|value| unknown_checks(comment, value)).unwrap_or_default()
}

fn unknown_checks(comment: &str, value: Span) -> Vec<Unknown> {
    let text = comment.get(value.clone()).unwrap_or_default();
    let known = || ALL.iter().flat_map(|rule| rule.also).copied().filter(|code| is_check_name(code));
    let mut unknown = Vec::new();
    for option in options_of(text) {
        let setting = text.get(option.setting.clone()).unwrap_or_default();
        if !matches!(text.get(option.key), Some("skip" | "experimental")) || setting == "all" {
            continue;
        }
        let mut start = value.start + option.setting.start;
        for part in setting.split(',') {
            let name = part.trim();
            let place = start + part.len() - part.trim_start().len();
            start += part.len() + 1;
            let is_known = known().any(|check| check == name);
            let meant = closest(name, known()).filter(|_| !is_known);
            // Other frontends have names of other forms.
            let has_form = name.starts_with(|first: char| first.is_ascii_uppercase())
                && name.chars().all(|char| char.is_ascii_alphabetic());
            if meant.is_some() || has_form && !is_known {
                let message = format!("BuildKit has no check `{}`", shown(name));
                unknown.push(Unknown { span: place..place + name.len(), message, meant });
            }
        }
    }
    unknown
}

#[cfg(test)]
mod tests {
    check_rule!(UNKNOWN_RULE_NAME);
    use super::*;

    #[test]
    fn a_name_of_no_rule_is_found_in_every_comment_of_ours() {
        check(
            "
# layerwise: ignore=floating-base-tag,floating-base-tga,x why
                                    # ^^^^^^^^^^^^^^^^^ unknown rule `floating-base-tga`; did you mean `floating-base-tag`?
                                                      # ^ unknown rule `x`
FROM a
# layerwise: ignore-file=style
                       # ^^^^^ `style` is a group of rules, not a rule
# layerwise: ingore=missing-yes
           # ^^^^^^ `ingore` is nothing that Layerwise reads in a comment; did you mean `ignore`?
RUN b \\
  # layerwise: ignore-file=DL9999
                         # ^^^^^^ unknown rule `DL9999`
  c
",
        );
    }

    #[test]
    fn of_hadolint_what_is_no_code_is_found() {
        check(
            "
# hadolint ignore=DL3008,DL38008,missing-yse
                       # ^^^^^^^ unknown rule `DL38008`; did you mean `DL3008`?
                               # ^^^^^^^^^^^ unknown rule `missing-yse`; did you mean `missing-yes`?
FROM a
# hadolint global ignore=DL9999
                       # ^^^^^^ `DL9999` is no code of hadolint 2.15
RUN b
",
        );
        check_none(
            "# hadolint global ignore=DL3005,SC2086 # why, not\nFROM a\n# hadolint ignore=dl3008\nRUN b\n",
        );
        check_none("# hadolint ignore=missing-yes we know, and more\nFROM a\n");
    }

    #[test]
    fn a_comment_that_hadolint_does_not_read_is_found() {
        check(
            "
# hadolint ingore=DL3008
         # ^^^^^^ `ingore` is nothing that hadolint reads in a comment; did you mean `ignore`?
FROM a
# hadolint: global ignore=DL3008
# ^^^^^^^^^ `hadolint:` is nothing that hadolint reads in a comment; did you mean `hadolint`?
RUN b
",
        );
        check_fix("FROM a\n# hadolint: ignore=DL3008\nRUN b\n", "FROM a\n# hadolint ignore=DL3008\nRUN b\n");
        check_none("# hadolint shell=bash\nFROM a\n# hadolint: see its page\n# hadolint says a=b\nRUN b\n");
    }

    #[test]
    fn of_buildkit_what_is_no_check_is_found() {
        check(
            "
# check=error=true;skip=FromAsCasing,fromascasing,Other
                                   # ^^^^^^^^^^^^ BuildKit has no check `fromascasing`; did you mean `FromAsCasing`?
                                                # ^^^^^ BuildKit has no check `Other`
FROM a
# check=experimental=InvalidDefintionDescription why
                   # ^^^^^^^^^^^^^^^^^^^^^^^^^^^ BuildKit has no check `InvalidDefintionDescription`; did you mean `InvalidDefinitionDescription`?
RUN b
",
        );
        check_none("# check=skip=all;experimental=InvalidDefinitionDescription\nFROM a\n");
        check_none("# see: check=skip=fromascasing\n# a check=b\nFROM a\n");
    }

    #[test]
    fn codes_of_other_tools_are_names_of_rules() {
        check_none("# layerwise: ignore=DL3006,StageNameCasing,SC2086,DL3007\nFROM a\n");
        // Another tool's word behind our name.
        check_none("# layerwise: https://example.com/?a=b\nFROM a\n");
    }

    #[test]
    fn a_comment_without_its_colon_its_sign_or_its_names_is_found() {
        check(
            "
# layerwise ignore=DL3006
# ^^^^^^^^^ `layerwise` without a `:` silences nothing; did you mean `layerwise:`?
# layerwise: ignore DL3006
           # ^^^^^^^ `ignore` without a `=` silences nothing; did you mean `ignore=`?
# layerwise: ignore-file=
           # ^^^^^^^^^^^^ `ignore-file=` names no rule
FROM a:1
# layerwise: ignore what follows
RUN b
",
        );
        check_fix("# layerwise ignore=DL3006\nFROM a:1\n", "# layerwise: ignore=DL3006\nFROM a:1\n");
        check_fix("# layerwise: ignore DL3006 why\nFROM a:1\n", "# layerwise: ignore=DL3006 why\nFROM a:1\n");
        check_no_fix("# layerwise: ignore=\nFROM a:1\n");
    }

    #[test]
    fn the_name_is_changed_and_the_reason_stays() {
        check_fix(
            "# layerwise: ignore=missing-yse why\nFROM a:1\n",
            "# layerwise: ignore=missing-yes why\nFROM a:1\n",
        );
        check_fix("# check=skip=fromAsCasing\nFROM a:1\n", "# check=skip=FromAsCasing\nFROM a:1\n");
        check_no_fix("# layerwise: ignore=x\nFROM a:1\n");
    }
}

//! `unknown-instruction`

use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::rules::syntax::lost_continuation::is_lost;
use crate::settings::suggestion::{closest, with_suggestion};
use crate::syntax::ast::KEYWORDS;

declare_rule! {
    /// ## What it does
    /// Finds a line that begins with no instruction that Docker knows. Most often a letter is wrong, or the line
    /// above lost the `\` that continued it.
    ///
    /// ## Why is this bad?
    /// The file does not build: Docker reads all of it before the first step runs.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// COPPY app /usr/local/bin/app
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// COPY app /usr/local/bin/app
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12
    /// ONBUILD COPY app /usr/local/bin/app
    /// ```
    ///
    /// ## Templates
    /// Where a line begins with `{{`, `{%` or `<%`, the file is a template that something else makes Dockerfiles of. The first
    /// such line is told, and nothing else is found: which of the lines end up together is not known.
    ///
    /// Where an image has a place to be filled in, as in `FROM {{ base }}`, `FROM <%= base %>`, `FROM %%BASE%%` or `FROM @BASE@`,
    /// nothing is found in the instructions that have one but what Docker refuses as it stands.
    ///
    /// ## Fixes of a whole file
    /// Where a line is no instruction, nothing but the syntax is mended when all fixes are made at once: what the file means
    /// is not known before.
    pub(crate) static UNKNOWN_INSTRUCTION = {
        id: "unknown-instruction", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        changes: [Stages, Configuration],
        check: Instruction(check),
        only: is_unexplained,
        fix: Suggested(fix),
    }
}

/// A message shows so many characters of a keyword: what is none can be as long as a file.
const MOST_SHOWN: usize = 40;

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    if ast.kind != Kind::Unknown {
        return;
    }
    if is_of_template(instruction) {
        let message = "this line is for a template engine: nothing else is looked at";
        out.push(instruction.place(ast.keyword), message).severity(Severity::Info);
        return;
    }
    let keyword = instruction.str(ast.keyword);
    let shown: String = keyword.chars().take(MOST_SHOWN).collect();
    let message = with_suggestion(format!("`{shown}` is no instruction"), meant(keyword));
    out.push(instruction.place(ast.keyword), message);
}

/// Whether an instruction is none, but a line for one of the usual template engines.
pub(crate) fn is_of_template(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    let keyword = instruction.str(ast.keyword);
    ast.kind == Kind::Unknown && ["{{", "{%", "<%", "@@"].iter().any(|mark| keyword.starts_with(mark))
}

/// Other rules say what is wrong with a line that lost its continuation, and with one of NUL bytes.
fn is_unexplained(cx: &Cx<'_>, index: usize) -> bool {
    let item = cx.document.file().item(index);
    let has_nul = item.is_some_and(|item| {
        let keyword = item.instruction.ast().innermost().keyword;
        item.instruction.str(keyword).contains('\0')
    });
    !has_nul && !is_lost(cx.document.file(), index)
}

/// The instruction that a keyword looks like.
fn meant(keyword: &str) -> Option<&'static str> {
    if keyword.len() > MOST_SHOWN {
        return None;
    }
    closest(keyword, KEYWORDS.iter().map(|(name, _)| *name))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = cx.document.file().item(finding.item).and_then(|item| {
        let keyword = item.instruction.ast().innermost().keyword;
        let written = item.instruction.str(keyword);
        let meant = meant(written)?;
        let is_lower = written.chars().any(char::is_lowercase) && !written.chars().any(char::is_uppercase);
        let text = if is_lower { meant.to_lowercase() } else { meant.to_owned() };
        let title = format!("Change `{written}` to `{text}`");
        Some(Fix::new(title, Safety::Suggested, vec![Edit::replace(finding.span.clone(), text)]))
    });
    edit.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    check_rule!(UNKNOWN_INSTRUCTION);

    #[test]
    fn a_slip_is_named_and_something_else_is_only_found() {
        check(
            "
FROM a:1
RUM b
^^^ `RUM` is no instruction; did you mean `RUN`?
FOO c
^^^ `FOO` is no instruction
",
        );
    }

    #[test]
    fn what_onbuild_keeps_is_looked_at() {
        check(
            "FROM a:1\nONBUILD WROKDIR /a\n        ^^^^^^^ `WROKDIR` is no instruction; did you mean `WORKDIR`?\n",
        );
        check_none("FROM a:1\nONBUILD\nonbuild run a\n");
    }

    #[test]
    fn a_long_line_without_blanks_is_not_shown_whole() {
        let found = crate::fixture::found(&UNKNOWN_INSTRUCTION, &"x".repeat(100));
        assert_eq!(found, [format!("0:0-100 `{}` is no instruction", "x".repeat(40))]);
    }

    fn found_by_all(text: &str) -> Vec<&'static str> {
        Fixture::new(text).look(|cx| crate::rules::run(cx).iter().map(|finding| finding.rule.id).collect())
    }

    #[test]
    fn a_template_is_told_once_and_nothing_else() {
        for mark in ["{{if a}}", "{% if a %}", "<% if a %>", "{{- end }}"] {
            let text = format!("FROM a\n{mark}\nCMD a\n{mark}\nCMD a\n");
            let found = crate::fixture::found(&UNKNOWN_INSTRUCTION, &text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with("1:0-"), "{found:?}");
            assert_eq!(found_by_all(&text), ["unknown-instruction"]);
            assert_eq!(severities(&text), [Severity::Info]);
        }
        assert_ne!(found_by_all("FROM a\nRUN echo \\\n{{if}}\n"), ["unknown-instruction"]);
    }

    #[test]
    fn where_a_template_fills_a_line_only_what_docker_refuses_is_found() {
        for place in ["{{ base }}", "<%= base %>", "%%BASE%%", "@BASE@"] {
            let found = |image: &str| {
                found_by_all(&format!(
                    "FROM {image}\nWORKDIR a/{place}\nRUN apt-get update && apt-get install {place}\nMAINTAINER b\nEXPOSE {place}\n"
                ))
            };
            let (template, other) = (found(place), found("debian:12"));
            let is_plain =
                |id: &&str| !matches!(*id, "invalid-image-reference" | "extra-argument" | "invalid-port");
            assert_eq!(
                template.iter().copied().filter(is_plain).collect::<Vec<_>>(),
                ["maintainer"],
                "{place}"
            );
            assert!(template.contains(&"invalid-port"), "{place}");
            assert!(
                other.contains(&"relative-workdir") && other.contains(&"missing-yes"),
                "{place}: {other:?}"
            );
        }
    }

    #[test]
    fn the_keyword_keeps_its_case() {
        check_fix("FROM a:1\nrum b\n", "FROM a:1\nrun b\n");
        check_fix("FROM a:1\nONBUILD RUNN b\n", "FROM a:1\nONBUILD RUN b\n");
        check_no_fix("FROM a:1\nFOO b\n");
    }

    #[test]
    fn what_comes_to_light_does_not_forbid_the_fix() {
        check_fix("FORM node\n", "FROM node\n");
        check_fix("FROM a:1\nRUNN apt-get install b\n", "FROM a:1\nRUN apt-get install b\n");
    }

    #[test]
    fn no_line_is_swallowed() {
        // As RUN it would take the lines to the end of the file.
        check_no_fix("FROM a:1\nRUNN <<E\nRUN b\n");
    }
}

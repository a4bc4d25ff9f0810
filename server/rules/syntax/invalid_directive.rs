//! `invalid-directive`

use crate::rules::prelude::*;
use crate::settings::suggestion::{closest, with_suggestion};
use crate::syntax::directives::{Directive, DirectiveKind};
use crate::syntax::{reference, value};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds a parser directive at the head of the file that Docker refuses: given twice, an escape character that is
    /// neither `\` nor a backtick, an option of `check` that there is not, a frontend in `syntax` that is no image.
    ///
    /// ## Why is this bad?
    /// The file does not build.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// # escape=^
    /// FROM debian:12
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// # escape=\
    /// FROM debian:12
    /// ```
    ///
    /// ## Fix safety
    /// The backslash, by which such a file is read, is a suggestion; the backtick is unsafe, since the file is read anew with it.
    pub(crate) static INVALID_DIRECTIVE = {
        id: "invalid-directive", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        changes: [Comments],
        check: File(check),
        fix: Suggested(fix),
    }
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let file = cx.document.file();
    for directive in &file.directives().all {
        let Some((span, message)) = problem(directive) else {
            continue;
        };
        let index = file.index_at(span.start).unwrap_or(file.items().len());
        let start = file.item(index).map_or(file.tail().start, |item| item.start);
        out.push_at(index, span.start - start..span.end - start, message);
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let is_value = |directive: &&Directive| {
        directive.kind == DirectiveKind::Escape && !directive.repeated && directive.value_span == finding.span
    };
    if !cx.document.file().directives().all.iter().any(|directive| is_value(&directive)) {
        return Vec::new();
    }
    let change = |name: &str, escape: &str, safety: Safety| {
        let title = format!("Make the {name} the escape character");
        Fix::new(title, safety, vec![Edit::replace(finding.span.clone(), escape)])
    };
    vec![change("backslash", "\\", Safety::Suggested), change("backtick", "`", Safety::Unsafe)]
}

/// Where in the file, and what is wrong.
fn problem(directive: &Directive) -> Option<(Span, String)> {
    let value = directive.value.as_str();
    // BuildKit takes the value of these two to the first blank.
    let word = value.split(' ').next().unwrap_or_default();
    let start = directive.value_span.start;
    match directive.kind {
        DirectiveKind::Escape | DirectiveKind::Check | DirectiveKind::Syntax if directive.repeated => {
            Some((directive.span.clone(), "the same directive stands above: each is given once".to_owned()))
        }
        DirectiveKind::Escape if !matches!(value, "`" | "\\") => {
            let message = format!(
                "`{}` is no escape character: there are the backslash and the backtick",
                shown(value)
            );
            Some((directive.value_span.clone(), message))
        }
        DirectiveKind::Escape => None,
        DirectiveKind::Check => {
            let (option, message) = check_problem(word)?;
            Some((start + option.start..start + option.end, message))
        }
        DirectiveKind::Syntax => {
            let problem = reference::problem(word)?;
            let text = shown(word.get(problem.span.clone())?);
            let span = start + problem.span.start..start + problem.span.end;
            Some((span, format!("`{text}` {}", problem.what)))
        }
    }
}

/// The first option of `check` that is refused. There are three at most: the third goes to the end.
fn check_problem(value: &str) -> Option<(Span, String)> {
    let mut start = 0;
    for option in value.splitn(3, ';') {
        let span = start..start + option.len();
        start = span.end + 1;
        let Some((key, setting)) = option.split_once('=') else {
            return Some((span, format!("`{}` is no option: it has no `=`", shown(option))));
        };
        match key.trim() {
            "skip" | "experimental" => {}
            "error" if value::boolean(setting.trim()).is_some() => {}
            "error" => {
                return Some((span, format!("`{}` is neither `true` nor `false`", shown(setting.trim()))));
            }
            key => {
                let message = format!("`check` has no option `{}`", shown(key));
                let meant = closest(key, ["skip", "error", "experimental"]);
                return Some((span, with_suggestion(message, meant)));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_DIRECTIVE);
    use super::*;

    #[test]
    fn directives_are_given_once_and_have_values_of_their_kind() {
        let what = "has capital letters: a repository's name is in lower case";
        check(&format!("# syntax=Docker/Dockerfile:1\n#               ^^^^^^^^^^ `Dockerfile` {what}\n"));
        check(
            "# escape=^\n#        ^ `^` is no escape character: there are the backslash and the backtick\nFROM a\n",
        );
        check(
            "# escape=\\\n# Escape=`\n^^^^^^^^^^ the same directive stands above: each is given once\nFROM a\n",
        );
    }

    #[test]
    fn check_has_three_options() {
        check("# check=skp=all\n#       ^^^^^^^ `check` has no option `skp`; did you mean `skip`?\nFROM a\n");
        check("# check=skip=all;error\n#                ^^^^^ `error` is no option: it has no `=`\nFROM a\n");
        check("# check=error=yes\n#       ^^^^^^^^^ `yes` is neither `true` nor `false`\nFROM a\n");
        check_none("# check=skip=A,B;experimental=all;error=1\nFROM a\n");
        check_none("# check=skip=all ; what follows a blank is not read\nFROM a\n");
    }

    #[test]
    fn an_escape_character_is_offered() {
        check_fix("# escape=^\nFROM a:1\nRUN a \\\n    b\n", "# escape=\\\nFROM a:1\nRUN a \\\n    b\n");
        check_no_fix("# escape=`\n# escape=`\nFROM a:1\n");
    }

    #[test]
    fn comments_are_no_directives() {
        check_none("# a\n# escape=^\nFROM a\n");
        check_none("FROM a\n# check=x\n");
        check_none("# syntax=docker/dockerfile:1 and more\n# escape=`\n");
    }
}

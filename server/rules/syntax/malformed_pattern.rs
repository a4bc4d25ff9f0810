//! `malformed-pattern`

use crate::context::glob::Flaw;
use crate::context::patterns::Patterns;
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a pattern of an ignore file that is none: a class without an end, a `!` alone, a line of more than 64 KB.
    ///
    /// ## Why is this bad?
    /// Every build with this context fails, and not always with a message that names the line.
    ///
    /// ## Example
    /// ```dockerignore,bad
    /// *.log
    /// data[0-9
    /// ```
    /// Use instead:
    /// ```dockerignore,good
    /// *.log
    /// data[0-9]
    /// ```
    ///
    /// ## References
    /// Docker reference, "Build context", ".dockerignore files"; Go, `path/filepath.Match`.
    pub(crate) static MALFORMED_PATTERN = {
        id: "malformed-pattern", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Patterns(check),
    }
}

fn check(_: &Cx<'_>, patterns: &Patterns, out: &mut Findings) {
    for problem in patterns.problems().iter().filter(|problem| problem.flaw == Flaw::Malformed) {
        let message = match problem.pattern.as_str() {
            "" => "this line is too long: the build fails".to_owned(),
            pattern => format!("`{}` is no pattern: the build fails", shown(pattern)),
        };
        out.push(patterns.span(problem.line), message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MALFORMED_PATTERN);

    #[test]
    fn a_class_without_an_end_is_found() {
        check(
            "..\n  a[ \n  ^^ `a[` is no pattern: the build fails\n!\n^ `!` is no pattern: the build fails\n",
        );
    }

    #[test]
    fn what_is_not_understood_is_left() {
        check_none("a[[:alpha:]]\n# a[\n");
    }
}

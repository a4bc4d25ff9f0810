//! `duplicate-pattern`

use crate::context::patterns::{Patterns, Slip};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a pattern of an ignore file that stands above already, or lies in a folder that a pattern above leaves out with all
    /// that is in it, with no exception between that could make it count again.
    ///
    /// ## Why is this bad?
    /// It does nothing. Whoever takes one of the two out wonders why nothing changes.
    ///
    /// ## Example
    /// ```dockerignore,bad
    /// node_modules
    /// *.log
    /// node_modules/
    /// ```
    /// Use instead:
    /// ```dockerignore,fixed
    /// node_modules
    /// *.log
    /// ```
    pub(crate) static DUPLICATE_PATTERN = {
        id: "duplicate-pattern", group: Correctness, severity: Info, since: "0.1.0",
        also: [],
        tag: Unnecessary,
        check: Patterns(check),
        fix: Safe(fix),
    }
}

fn check(_: &Cx<'_>, patterns: &Patterns, out: &mut Findings) {
    for (_, pattern, slip) in patterns.judged() {
        let (earlier, says) = match slip {
            Some(Slip::Repeated(earlier)) => (earlier, "says the same"),
            Some(Slip::Covered(earlier)) => (earlier, "leaves out all of the folder"),
            _ => continue,
        };
        let message = format!("line {} {says}", earlier + 1);
        out.push(patterns.span(pattern.line()), message).related(patterns.span(earlier), "here");
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    remove_pattern(cx, finding, Safety::Safe).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DUPLICATE_PATTERN);

    #[test]
    fn a_repetition_counts_where_the_other_sign_is_between() {
        check("a\n# a\n/a/\n^^^ line 1 says the same\n");
        check_none("*\n!a\n*\n!a/b\n");
    }

    #[test]
    fn what_lies_in_a_folder_that_is_left_out_changes_nothing() {
        let all = "leaves out all of the folder";
        check(&format!("docs/**\ndocs/x.md\n^^^^^^^^^ line 1 {all}\n!docs/y.md\ndocs/z.md\n"));
        check(&format!("/docs/\nx\ndocs/*/a?\n^^^^^^^^^ line 1 {all}\n"));
        check_none("docs\n!docs/a\ndocs/a/b\ndocsx/y\n");
        check_none("*/docs\ndocs/a\n");
        check_fix("docs/*\ndocs/x.md\n", "docs/*\n");
    }

    #[test]
    fn of_three_two_go() {
        check_fix("a\na\nb\n", "a\nb\n");
        check("a\na\n^ line 1 says the same\na\n^ line 2 says the same\n");
    }
}

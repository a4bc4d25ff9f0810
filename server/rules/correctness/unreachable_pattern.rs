//! `unreachable-pattern`

use crate::context::Lookup;
use crate::context::patterns::{Patterns, Slip};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a pattern of an ignore file that can match nothing: one that leads out of the build context, and one that is the
    /// context itself.
    ///
    /// ## Why is this bad?
    /// What somebody wanted to leave out is sent, copied and shipped all the same. Patterns are relative to the build context,
    /// wherever the ignore file lies.
    ///
    /// ## Example
    /// ```dockerignore,bad
    /// *.log
    /// ../secrets
    /// ```
    /// Use instead:
    /// ```dockerignore,fixed
    /// *.log
    /// ```
    ///
    /// ## Fix safety
    /// Taking the line out changes nothing. Where the context has what the line would name without its `../`, that is offered
    /// too, as suggested: it leaves more out.
    pub(crate) static UNREACHABLE_PATTERN = {
        id: "unreachable-pattern", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        tag: Unnecessary,
        check: Patterns(check),
        fix: Safe(fix),
    }
}

fn check(_: &Cx<'_>, patterns: &Patterns, out: &mut Findings) {
    for (_, pattern, slip) in patterns.judged() {
        let why = match slip {
            Some(Slip::Root) => "it is the build context itself",
            Some(Slip::Outside) => "it lies outside of the build context",
            Some(Slip::Repeated(_) | Slip::Covered(_) | Slip::Idle) | None => continue,
        };
        out.push(patterns.span(pattern.line()), format!("`{}` never matches: {why}", shown(pattern.text())));
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(patterns) = cx.document.patterns() else { return Vec::new() };
    let Some((_, pattern)) = patterns.at(finding.span.start) else { return Vec::new() };
    let mut fixes = vec![remove_pattern(cx, finding, Safety::Safe)];
    let inside = pattern.text().trim_start_matches("../");
    let is_there = matches!(cx.context.entry(inside), Lookup::File(_) | Lookup::Folder);
    fixes.push((!matches!(inside, "" | "." | ".." | "/") && is_there).then(|| {
        let mark = if pattern.is_exception() { "!" } else { "" };
        let edit = Edit::replace(finding.span.clone(), format!("{mark}{inside}"));
        Fix::new(format!("Write `{mark}{inside}`"), Safety::Suggested, vec![edit])
    }));
    fixes.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNREACHABLE_PATTERN);

    #[test]
    fn what_lies_outside_never_matches() {
        check("../a\n^^^^ `../a` never matches: it lies outside of the build context\n/../b\n");
        check("\u{feff}x\n./\n^^ `.` never matches: it is the build context itself\n");
    }

    #[test]
    fn a_line_goes_whole_and_the_last_one_leaves_no_line_break() {
        check_fix("a\r\n  ../b  \r\nc\r\n", "a\r\nc\r\n");
        check_fix("a\n../b", "a");
        check_fix("# why\n../b\nc\n", "# why\nc\n");
    }

    #[test]
    fn a_comment_silences_the_line_below_or_the_file() {
        check_none("# layerwise: ignore=unreachable-pattern it is for another tool\n../a\n");
        check_none("../a\n# layerwise: ignore-file=unreachable-pattern\n");
        check(
            "# layerwise: ignore=unreachable-pattern\n\n../a\n^^^^ `../a` never matches: it lies outside of the build context\n",
        );
    }
}

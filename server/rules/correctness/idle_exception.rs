//! `idle-exception`

use crate::context::Certainty;
use crate::context::listing::Listing;
use crate::context::patterns::{Patterns, Slip};
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds an exception (`!`) of an ignore file that takes nothing back: nothing is ignored above it, or nothing of what it
    /// matches in the build context.
    ///
    /// ## Why is this bad?
    /// The last pattern that matches wins: an exception above what it is an exception to does nothing, and the file stays out
    /// of the build.
    ///
    /// ## Example
    /// ```dockerignore,bad
    /// !README.md
    /// *.md
    /// ```
    /// Use instead:
    /// ```dockerignore,fixed
    /// *.md
    /// ```
    ///
    /// ## Fix safety
    /// Taking the exception out changes nothing where nothing is ignored above it. Where that follows from what lies in the
    /// folder now, the fix is unsafe: what comes later may need the exception.
    pub(crate) static IDLE_EXCEPTION = {
        id: "idle-exception", group: Correctness, severity: Info, since: "0.1.0",
        also: [],
        tag: Unnecessary,
        check: ContextPatterns(check),
        fix: Safe(fix),
    }
}

fn check(cx: &Cx<'_>, patterns: &Patterns, out: &mut Findings) {
    let said = |text: &str, why: &str| format!("`!{}` takes nothing back: {why}", shown(text));
    let mut open = Vec::new();
    for (index, pattern, slip) in patterns.judged().filter(|(_, pattern, _)| pattern.is_exception()) {
        match slip {
            Some(Slip::Idle) => drop(
                out.push(patterns.span(pattern.line()), said(pattern.text(), "nothing is ignored above it")),
            ),
            Some(_) => {}
            None => open.push((index, pattern)),
        }
    }
    if open.is_empty() || cx.context.certainty() != Certainty::Given {
        return;
    }
    let listing = Listing::new(cx.context, patterns.file(), open.iter().map(|(_, pattern)| *pattern));
    for (index, pattern) in open {
        let matches = listing.matches(cx.context, patterns.file(), index);
        if matches.is_complete && !matches.matched.is_empty() && matches.changed.is_empty() {
            let why = "what it matches is not ignored above it";
            out.push(patterns.span(pattern.line()), said(pattern.text(), why));
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let patterns = cx.document.patterns();
    let slip = patterns.and_then(|patterns| {
        let (index, _) = patterns.at(finding.span.start)?;
        patterns.judged().find(|(other, ..)| *other == index)?.2
    });
    let safety = if slip == Some(Slip::Idle) { Safety::Safe } else { Safety::Unsafe };
    remove_pattern(cx, finding, safety).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(IDLE_EXCEPTION);

    #[test]
    fn an_exception_needs_what_is_ignored_above() {
        check("!a\n^^ `!a` takes nothing back: nothing is ignored above it\na\n");
        check("b*\n!a\n^^ `!a` takes nothing back: what it matches is not ignored above it\n#- a\n#- b\n");
        check_none("d\n!d/*.md\n#- d/x.md\n");
        check_none("b*\n!a\n");
    }

    #[test]
    fn what_follows_from_the_folder_is_no_safe_fix() {
        assert_eq!(check_fix("b*\n!a\nc\n#- a\n", "b*\nc\n").safety, Safety::Unsafe);
        assert_eq!(check_fix("!a\nb\n", "b\n").safety, Safety::Safe);
    }
}

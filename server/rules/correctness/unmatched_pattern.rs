//! `unmatched-pattern`

mod usual;

use crate::context::ignore::{IgnoreFile, Pattern};
use crate::context::listing::Listing;
use crate::context::patterns::{Patterns, is_plain};
use crate::context::view::View;
use crate::context::{Certainty, Lookup};
use crate::path;
use crate::rules::prelude::*;
use crate::settings::suggestion::{closest, with_suggestion};
use usual::is_usual;

declare_rule! {
    /// ## What it does
    /// Finds a pattern of an ignore file that matches nothing in the build context, all of which could be seen. Where it
    /// would below a folder, that is said: Docker takes a pattern from the top of the build context on, as git does not.
    /// Source: Docker, ".dockerignore files".
    ///
    /// ## Why is this bad?
    /// Most often it is a slip, or it is relative to another folder than the build context: what it was written for is sent
    /// with every build.
    ///
    /// ## Example
    /// ```dockerignore,bad
    /// test-data/images
    /// docs
    /// #- docs/index.md
    /// ```
    /// Use instead:
    /// ```dockerignore,fixed
    /// docs
    /// #- docs/index.md
    /// ```
    ///
    /// ```dockerignore,bad
    /// *.snap
    /// #- src/a.snap
    /// ```
    /// ```dockerignore,fixed
    /// **/*.snap
    /// #- src/a.snap
    /// ```
    ///
    /// ## Never reported
    /// What comes and goes: what `.gitignore` names too, and what tools and people leave in every project, such as
    /// `node_modules`, `.git` and `*.log`; what templates of ignore files list, such as `README.md`, `LICENSE` and
    /// `docker-compose*`. Nor what is there neither at the top nor deeper, and may come: names of files and folders such as
    /// `examples`, but where another one is called much like it, and wildcards such as `test_*.py`, but below a folder that is not
    /// there.
    ///
    /// ## Fix safety
    /// Unsafe: what the pattern was written for may come back, and `**/` may leave out what the build needs.
    pub(crate) static UNMATCHED_PATTERN = {
        id: "unmatched-pattern", group: Correctness, severity: Hint, since: "0.1.0",
        also: [],
        check: ContextPatterns(check),
        fix: Unsafe(fix),
    }
}

fn check(cx: &Cx<'_>, patterns: &Patterns, out: &mut Findings) {
    if cx.context.certainty() != Certainty::Given {
        return;
    }
    let view = View::new(cx.context);
    let of_git = cx.context.read(".gitignore").unwrap_or_default();
    let is_judged =
        |text: &str| !comes_and_goes(text, &view, &of_git) && (!is_usual(text) || is_same_anywhere(text));
    let open: Vec<_> = patterns
        .judged()
        .filter(|(_, pattern, slip)| slip.is_none() && is_judged(pattern.text()))
        .map(|(index, pattern, _)| (index, pattern))
        .collect();
    let listing = Listing::new(cx.context, patterns.file(), open.iter().map(|(_, pattern)| *pattern));
    let is_unmatched = |(index, _): &(usize, &Pattern)| {
        let matches = listing.matches(cx.context, patterns.file(), *index);
        matches.is_complete && matches.matched.is_empty()
    };
    let unmatched: Vec<&Pattern> =
        open.into_iter().filter(is_unmatched).map(|(_, pattern)| pattern).collect();
    for (pattern, deeper) in unmatched.iter().zip(deeper(cx, patterns, &unmatched)) {
        let text = pattern.text();
        let what = if is_plain(text) { "is not" } else { "matches nothing" };
        let message = match deeper {
            0 if is_usual(text) || is_for_what_may_come(cx, text) => continue,
            0 => {
                let message = format!("`{}` {what} in the build context", shown(text));
                with_suggestion(message, near(cx, text).as_deref())
            }
            _ => format!(
                "`{}` {what} at the top of the build context; `{}` matches {deeper}",
                shown(text),
                shown(&anywhere(text))
            ),
        };
        out.push(patterns.span(pattern.line()), message);
    }
}

/// The pattern that matches below every folder what this one does at the top.
fn anywhere(text: &str) -> String {
    format!("**/{text}")
}

/// How much each of some patterns would match below folders, and of what is sent; 0 where that is not known, and where the author
/// says that the top is meant.
fn deeper(cx: &Cx<'_>, patterns: &Patterns, unmatched: &[&Pattern]) -> Vec<usize> {
    let document = cx.document.text().to_string();
    let is_from_top = |pattern: &Pattern| {
        let written = document.get(patterns.span(pattern.line())).unwrap_or_default();
        pattern.is_exception() || written.starts_with('/') || pattern.text().starts_with("**")
    };
    let lines: Vec<String> = unmatched.iter().map(|pattern| anywhere(pattern.text())).collect();
    let file = IgnoreFile::new(&lines.join("\n"));
    if file.patterns().len() != lines.len() {
        return vec![0; lines.len()];
    }
    let listing = Listing::new(cx.context, &file, file.patterns().iter());
    let is_sent = |path: &String| {
        let path = path.trim_end_matches('/');
        !path.starts_with(".git/") && !patterns.file().verdict(path).is_ignored
    };
    let count = |(index, pattern): (usize, &&Pattern)| {
        let matches = listing.matches(cx.context, &file, index);
        let is_known = matches.is_complete && !is_from_top(pattern);
        if is_known { matches.matched.iter().filter(|path| is_sent(path)).count() } else { 0 }
    };
    unmatched.iter().enumerate().map(count).collect()
}

/// Whether a pattern is for what git leaves out: that is there today and not tomorrow.
fn comes_and_goes(pattern: &str, view: &View<'_>, of_git: &str) -> bool {
    let pattern = bare(pattern);
    let core = |text: &str| text.trim_matches(['*', '/']).to_owned();
    let named_by_git = |line: &str| {
        let line = bare(line.trim());
        let is_below = line.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('/'));
        is_below || !core(line).is_empty() && core(line) == core(pattern) && !is_plain(pattern)
    };
    // What lies below a folder that git leaves out, or empties, is left out as well, whatever the rest of the pattern finds there.
    let folder = pattern.split('/').take_while(|part| is_plain(part)).collect::<Vec<_>>().join("/");
    let is_left_out =
        || view.is_left_out_by_git(&folder) || view.is_left_out_by_git(&path::join(&folder, "anything"));
    !folder.is_empty() && is_left_out() || of_git.lines().any(named_by_git)
}

/// A pattern of either kind without what says how deep it reaches.
fn bare(pattern: &str) -> &str {
    pattern.trim_start_matches("**/").trim_end_matches("/**").trim_end_matches("/*").trim_matches('/')
}

/// Whether what a pattern is for may come, and nothing says that it is a slip.
fn is_for_what_may_come(cx: &Cx<'_>, text: &str) -> bool {
    let pattern = bare(text);
    let parts: Vec<&str> = pattern.split('/').take_while(|part| is_plain(part)).collect();
    let folder = parts.join("/");
    match is_plain(pattern) {
        true => !pattern.contains('/') && near(cx, text).is_none(),
        false => folder.is_empty() || cx.context.entry(&folder) != Lookup::Absent,
    }
}

/// A name at the top of the build context that is much like a pattern without folders.
fn near(cx: &Cx<'_>, text: &str) -> Option<String> {
    let pattern = bare(text);
    let names = cx.context.list("").filter(|_| is_plain(pattern) && !pattern.contains('/'))?;
    // `package-lock.json` is no slip of `package.json`.
    let is_alike = |name: &&str| name.chars().count().abs_diff(pattern.chars().count()) < 2;
    closest(pattern, names.iter().map(String::as_str).filter(is_alike)).map(str::to_owned)
}

/// The folders of Jest's tests, which templates list and which stand beside the sources.
const TESTS: &str = "__tests__";

/// Whether what a pattern is for is the same wherever it lies: files of a kind.
fn is_same_anywhere(pattern: &str) -> bool {
    pattern == TESTS || pattern.starts_with("*.") && !pattern.contains('/')
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let wider = || {
        let patterns = cx.document.patterns()?;
        let (_, pattern) = patterns.at(finding.span.start)?;
        let count = deeper(cx, patterns, &[pattern]).into_iter().next().filter(|count| *count > 0)?;
        let text = anywhere(pattern.text());
        let title = format!("Write `{}`, which matches {count}", shown(&text));
        Some(Fix::new(title, Safety::Unsafe, vec![Edit::replace(finding.span.clone(), text)]))
    };
    wider().into_iter().chain(remove_pattern(cx, finding, Safety::Unsafe)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNMATCHED_PATTERN);

    #[test]
    fn what_matches_nothing_is_found_where_all_was_seen() {
        check(
            "
l*g
**/*c.md
c/?
e/?
^^^ `e/?` matches nothing in the build context
x/y
^^^ `x/y` is not in the build context
b
#- a.txt
#- b/cc.md
#- c/dd
",
        );
        check_none("x/y\n");
    }

    #[test]
    fn what_lies_deeper_is_told_and_can_be_meant() {
        check(
            "__tests__\n^^^^^^^^^ `__tests__` is not at the top of the build context; `**/__tests__` matches 2\n#- src/__tests__/a\n#- lib/b/__tests__/c\n",
        );
        check(
            "*.spec.js\n^^^^^^^^^ `*.spec.js` matches nothing at the top of the build context; `**/*.spec.js` matches 1\n#- src/a.spec.js\n",
        );
        check_fix("d\nfoo/b*\n#- x/foo/bar\n#- d/e\n", "d\n**/foo/b*\n");
        check_fix("x\n!foo/c\n#- a/foo/c\n#- x/b\n", "x\n");
        check("/foo/b\n^^^^^^ `foo/b` is not in the build context\n#- a/foo/b\n");
        check_none("*.spec.js\n#- .gitignore\n*.spec.js\n#- src/a.spec.js\n");
        // Elsewhere the same name may be another thing.
        check_none("build\nvendor\nREADME.md\n#- src/build/a\n#- src/vendor/b\n#- src/README.md\n");
    }

    #[test]
    fn what_templates_list_is_left() {
        check_none("**b*\nout2\n.a/c\n**/secrets.dev.yaml\n#- .gitignore\n/b/\nout2/d/*\n#- a\n");
        check_none("README.md\nLICENSE\nDockerfile*\n**/docker-compose*\nhtmlcov/\ncoverage.xml\n#- a\n");
        check_none("examples\nrendered/\n**/drafts\npackage-lock.json\n#- package.json\n");
        check("readme2/a\n^^^^^^^^^ `readme2/a` is not in the build context\n#- a\n");
    }

    #[test]
    fn what_keeps_out_what_may_come_is_left() {
        check_none("test_*.py\n**/draft-*\nsrc/*_old.c\n#- src/a.c\n");
        check(
            "test_*.py\n^^^^^^^^^ `test_*.py` matches nothing at the top of the build context; `**/test_*.py` matches 1\nold/a*.c\n^^^^^^^^ `old/a*.c` matches nothing in the build context\n#- src/test_a.py\n",
        );
    }

    #[test]
    fn what_comes_and_goes_is_left() {
        check_none("coverage.*\nstorage/*\nfiles/\n*tar.gz\ndist*\n#- a\n");
        check(
            "test-dta\n^^^^^^^^ `test-dta` is not in the build context; did you mean `test-data`?\n#- test-data/a\n",
        );
        check_none("node_modules\n**/target/\n.env\n**/*.tmp\nbuilt/**\n#- .gitignore\n/built/\n#- a\n");
        check_none(
            "bower_components\nx*\n!built/c/d/\nbuilt/*/e\nf/g/h\n#- .gitignore\n/built\nx*\n#- f/.gitignore\n/g\n#- a\n",
        );
        check(
            "built/c\n^^^^^^^ `built/c` is not in the build context\n#- .gitignore\n/a/built\nb*\n!built\n#- a/b\n",
        );
    }

    #[test]
    fn what_git_leaves_out_below_a_folder_is_left() {
        check_none("a/b/*\nc\n#- .gitignore\na/b/*\n!a/b/.keep\nc/*\n#- d\n");
    }

    #[test]
    fn a_folder_too_big_is_not_judged() {
        let files: String = (0..3_000).map(|number| format!("#- d/{number}\n")).collect();
        check_none(&format!("**/x.md\nd/x*.md\n{files}"));
        check(&format!("x/y.md\n^^^^^^ `x/y.md` is not in the build context\n{files}"));
    }
}

//! `unmatched-pattern`

use crate::context::Certainty;
use crate::context::listing::Listing;
use crate::context::patterns::{Patterns, is_plain};
use crate::context::view::View;
use crate::path;
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a pattern of an ignore file that matches nothing in the build context, all of which could be seen.
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
    /// ## Never reported
    /// What comes and goes: what `.gitignore` names too, and what tools and people leave in every project, such as
    /// `node_modules`, `.git` and `*.log`; and what templates of ignore files list, such as `README.md`, `LICENSE` and
    /// `docker-compose*`.
    ///
    /// ## Fix safety
    /// Unsafe: what the pattern was written for may come back.
    pub(crate) static UNMATCHED_PATTERN = {
        id: "unmatched-pattern", group: Correctness, severity: Hint, since: "0.1.0",
        also: [],
        check: ContextPatterns(check),
        fix: Unsafe(fix),
    }
}

/// What tools and people leave behind in folders of their own; a fresh checkout has none of it.
const LEFT_BY_TOOLS: [&str; 57] = [
    "*.log",
    "*.pyc",
    "*.swp",
    "*.tmp",
    "*~",
    "__pycache__",
    "__tests__",
    "azds.yaml",
    "bin",
    "bower_components",
    "build",
    "cache",
    "charts",
    "compose*",
    "compose.yaml",
    "compose.yml",
    "composer.phar",
    "coverage",
    "coverage.out",
    "coverage.xml",
    "desktop.ini",
    "dist",
    "docker-compose*",
    "docker-compose*.yaml",
    "docker-compose*.yml",
    "docker-compose.override.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "env",
    "htmlcov",
    "junit.xml",
    "lerna-debug.log",
    "logs",
    "nbproject",
    "node_modules",
    "nosetests.xml",
    "npm-debug.log",
    "npm-debug.log*",
    "obj",
    "out",
    "pids",
    "pnpm-debug.log*",
    "pom.xml.tag",
    "release.properties",
    "secrets.dev.yaml",
    "surefire-reports",
    "target",
    "temp",
    "test-results",
    "Thumbs.db",
    "tmp",
    "values.dev.yaml",
    "vendor",
    "venv",
    "yarn-debug.log*",
    "yarn-error.log",
    "yarn-error.log*",
];

/// What people write for the next reader and not for the build: listed in templates of ignore files, there or not.
const DOCUMENTS: [&str; 6] = ["changelog", "contributing", "dockerfile", "license", "makefile", "readme"];

fn check(cx: &Cx<'_>, patterns: &Patterns, out: &mut Findings) {
    if cx.context.certainty() != Certainty::Given {
        return;
    }
    let view = View::new(cx.context);
    let of_git = cx.context.read(".gitignore").unwrap_or_default();
    let open: Vec<_> = patterns
        .judged()
        .filter(|(_, pattern, slip)| slip.is_none() && !comes_and_goes(pattern.text(), &view, &of_git))
        .collect();
    let listing = Listing::new(cx.context, patterns.file(), open.iter().map(|(_, pattern, _)| *pattern));
    for (index, pattern, _) in open {
        let matches = listing.matches(cx.context, patterns.file(), index);
        if matches.is_complete && matches.matched.is_empty() {
            let what = if is_plain(pattern.text()) { "is not in" } else { "matches nothing in" };
            let message = format!("`{}` {what} the build context", shown(pattern.text()));
            out.push(patterns.span(pattern.line()), message);
        }
    }
}

/// Whether a pattern is for what is there today and not tomorrow. Names with a dot are settings of a machine, or what a
/// tool keeps.
fn comes_and_goes(pattern: &str, view: &View<'_>, of_git: &str) -> bool {
    let bare = |text: &str| {
        text.trim_start_matches("**/")
            .trim_end_matches("/**")
            .trim_end_matches("/*")
            .trim_matches('/')
            .to_owned()
    };
    let pattern = bare(pattern);
    let name = path::name(&pattern);
    let core = |text: &str| text.trim_matches(['*', '/']).to_owned();
    let named_by_git = |line: &str| {
        let line = bare(line.trim());
        let is_below = line.strip_prefix(&pattern).is_some_and(|rest| rest.starts_with('/'));
        is_below || !core(&line).is_empty() && core(&line) == core(&pattern) && !is_plain(&pattern)
    };
    // What lies below a folder that git leaves out is left out as well, whatever the rest of the pattern finds there.
    let parts = pattern.split('/').take_while(|part| is_plain(part)).collect::<Vec<_>>();
    pattern.split('/').any(|part| part.starts_with('.'))
        || name.starts_with("*.")
        || LEFT_BY_TOOLS.contains(&name)
        || is_document(name)
        || !parts.is_empty() && view.is_left_out_by_git(&parts.join("/"))
        || of_git.lines().any(named_by_git)
}

/// Whether a pattern names what lies in most projects beside the sources: `README.md`, `LICENSE`, `Dockerfile*`.
fn is_document(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let word = name.split(['.', '*', '-', '_']).next().unwrap_or_default();
    DOCUMENTS.contains(&word)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    remove_pattern(cx, finding, Safety::Unsafe).into_iter().collect()
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
^^^ `l*g` matches nothing in the build context
**/*c.md
c/?
^^^ `c/?` matches nothing in the build context
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
    fn what_templates_list_is_left() {
        check_none("**b*\nout2\n.a/c\n**/secrets.dev.yaml\n#- .gitignore\n/b/\nout2/d/*\n#- a\n");
        check_none("README.md\nLICENSE\nDockerfile*\n**/docker-compose*\nhtmlcov/\ncoverage.xml\n#- a\n");
        check("readme2\n^^^^^^^ `readme2` is not in the build context\n#- a\n");
    }

    #[test]
    fn what_comes_and_goes_is_left() {
        check_none("node_modules\n**/target/\n.env\n**/*.tmp\nbuilt/**\n#- .gitignore\n/built/\n#- a\n");
        check_none(
            "bower_components\nx*\n!built/c/d/\nbuilt/*/e\nf/g/h\n#- .gitignore\n/built\nx*\n#- f/.gitignore\n/g\n#- a\n",
        );
        check(
            "built\n^^^^^ `built` is not in the build context\n#- .gitignore\n/a/built\nb*\n!built\n#- a/b\n",
        );
    }

    #[test]
    fn a_folder_too_big_is_not_judged() {
        let files: String = (0..3_000).map(|number| format!("#- d/{number}\n")).collect();
        check_none(&format!("**/x.md\nd/x*.md\n{files}"));
        check(&format!("x*.md\n^^^^^ `x*.md` matches nothing in the build context\n{files}"));
    }
}

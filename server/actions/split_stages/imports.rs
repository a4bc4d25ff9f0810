//! The packages that the code of a project of Node.js loads. Source: Node.js, "ECMAScript modules" and "Modules: CommonJS";
//! TypeScript, "Modules": what is imported as a type is gone when it is compiled.

use super::subject::Subject;
use crate::path;

/// So many files of code are read.
const MOST_FILES: usize = 600;

/// Whether code that may run loads one of these packages; `None` where that is not known.
pub(super) fn loads(subject: &Subject<'_>, packages: &[&str]) -> Option<bool> {
    let code: Vec<_> = subject.brought.iter().filter(|file| may_run(&file.path)).collect();
    (code.len() <= MOST_FILES).then_some(())?;
    for file in code {
        let text = subject.cx.context.read(&file.path)?;
        if packages.iter().any(|package| names(&text, package)) {
            return Some(true);
        }
    }
    Some(false)
}

/// Whether a file is code, and neither a test nor a setting of a tool.
fn may_run(path: &str) -> bool {
    let name = path::name(path);
    let is_code = name.rsplit_once('.').is_some_and(|(_, ending)| {
        matches!(ending, "cjs" | "cts" | "js" | "jsx" | "mjs" | "mts" | "ts" | "tsx")
    });
    let is_apart = |part: &str| {
        matches!(part, "__mocks__" | "__tests__" | "coverage" | "e2e" | "spec" | "test" | "tests")
            || part.starts_with('.')
    };
    is_code
        && !path.split('/').any(is_apart)
        && ![".config.", ".d.", ".spec.", ".test.", "-spec.", ".e2e-spec."]
            .iter()
            .any(|mark| name.contains(mark))
}

/// Whether code has the name of a package, or of a file in it, where one is loaded: behind `from`, `import` or `require`.
fn names(text: &str, package: &str) -> bool {
    text.match_indices(package).any(|(start, _)| {
        let (before, after) = text.split_at(start);
        let is_whole = after.get(package.len()..).is_some_and(|rest| rest.starts_with(['"', '\'', '`', '/']));
        let Some(before) = before.strip_suffix(['"', '\'', '`']).filter(|_| is_whole) else {
            return false;
        };
        let before = before.trim_end().trim_end_matches('(').trim_end();
        // What stands between the keyword and `from` begins with `type` where it is gone later.
        let is_type = || {
            let statement = before.rfind("import").max(before.rfind("export"));
            let rest = statement.and_then(|start| before.get(start + "import".len()..));
            rest.is_some_and(|rest| rest.trim_start().starts_with("type "))
        };
        before.ends_with("require") || before.ends_with("import") || before.ends_with("from") && !is_type()
    })
}

//! What can be typed: what lies in the folder, and what many projects leave out.

use crate::completion::{Completion, Kind};
use crate::context::Lookup;
use crate::context::dockerfile_name::is_dockerfile_name;
use crate::context::ignore::Pattern;
use crate::context::patterns::is_plain;
use crate::document::Cx;
use crate::path;
use crate::text::{Edit, Span};

/// So many entries of a folder are offered.
const MOST_ENTRIES: usize = 500;

/// What many projects leave out, and why.
const USUAL: [(&str, &str); 10] = [
    (".git", "the history"),
    ("**/node_modules", "installed packages"),
    ("**/__pycache__", "compiled modules"),
    ("**/.venv", "installed packages"),
    ("**/target", "what was built"),
    ("**/.env", "settings of a machine, often with passwords"),
    ("**/*.log", "logs"),
    ("**/.DS_Store", "how a folder is shown"),
    ("**/Dockerfile*", "no image needs them"),
    ("**/.dockerignore", "no image needs them"),
];

/// What a pattern begins with that matches at any depth.
const ANYWHERE: &str = "**/";

/// What can be typed at a byte offset. Nothing in comments; no paths behind a wildcard.
pub fn complete(cx: &Cx<'_>, offset: usize) -> Vec<Completion> {
    let Some(patterns) = cx.document.patterns() else { return Vec::new() };
    let Some(line) = patterns.lines().iter().find(|line| offset <= line.end) else { return Vec::new() };
    // Behind a pattern's blanks, or before a line's first word, is the same as on its own.
    let start = line.start.min(offset);
    let typed = cx.document.text().slice(start..offset);
    if typed.starts_with('#') {
        return Vec::new();
    }
    let pattern = typed.trim_start_matches('!');
    let first = offset - pattern.len();
    let mut completions = Vec::new();
    let known = |text: &str| patterns.file().patterns().iter().any(|pattern| pattern.text() == text);
    if is_plain(pattern) {
        let folder = pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_exception = typed.starts_with('!');
        // The line that is typed lists nothing yet.
        let own = cx.document.line_number(offset) as usize;
        let is_other =
            |pattern: &&Pattern| pattern.is_exception() == is_exception && pattern.line() + 1 != own;
        let all = patterns.file().patterns().iter().filter(is_other);
        let listed: Vec<&str> = all.map(|pattern| pattern.text()).collect();
        let is_new = |name: &Completion| !listed.contains(&path::join(folder, &name.label).as_str());
        let mut found: Vec<Completion> = paths(cx, pattern, offset).unwrap_or_default();
        found.retain(is_new);
        found.sort_by_key(|name| is_dockerfile_name(&name.label) || name.label.ends_with(".dockerignore"));
        completions.extend(found);
    }
    let begins =
        |text: &str| !pattern.contains('/') || pattern.starts_with(ANYWHERE) && text.starts_with(ANYWHERE);
    let is_one_name = pattern.trim_start_matches(ANYWHERE).find('/').is_none();
    let usual = USUAL.into_iter().filter(|(text, _)| is_one_name && begins(text) && !known(text));
    completions
        .extend(usual.map(|(text, why)| completion(Kind::Value, text, Some(why.to_owned()), first..offset)));
    completions
}

/// What lies in the folder that was typed.
fn paths(cx: &Cx<'_>, pattern: &str, offset: usize) -> Option<Vec<Completion>> {
    let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let folder = path::in_context(folder);
    let span = offset - name.len()..offset;
    let entry = |name: String| match cx.context.entry(&path::join(&folder, &name)) {
        Lookup::File(_) => Some(completion(Kind::File, &name, None, span.clone())),
        Lookup::Folder => Some(completion(Kind::Folder, &name, None, span.clone())),
        Lookup::Absent | Lookup::Unknown => None,
    };
    // What has a wildcard in its name would have to be escaped.
    let names = cx.context.list(&folder)?.into_iter().filter(|name| is_plain(name));
    Some(names.take(MOST_ENTRIES).filter_map(entry).collect())
}

fn completion(kind: Kind, text: &str, detail: Option<String>, span: Span) -> Completion {
    Completion {
        label: text.to_owned(),
        kind,
        detail,
        documentation: None,
        edit: Edit::replace(span, text),
        snippet: None,
        is_deprecated: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;
    use crate::dockerignore::tests::look;

    /// The labels that are offered at `$0`, with what each replaces.
    fn offered(source: &str) -> Vec<(String, String)> {
        let offset = source.find("$0").unwrap();
        let source = source.replacen("$0", "", 1);
        let context = MemoryContext::of_files(&[("d/a", ""), ("b*", "")]);
        let completions = look(&source, &context, |cx| complete(cx, offset));
        completions.into_iter().map(|found| (found.label, source[found.edit.span].to_owned())).collect()
    }

    fn pair(label: &str, replaced: &str) -> (String, String) {
        (label.to_owned(), replaced.to_owned())
    }

    #[test]
    fn paths_come_before_what_is_usual() {
        let all = offered("x\n!d$0\n");
        assert_eq!(all[..2], [pair("d", "d"), pair(".git", "d")]);
        assert_eq!(all.len(), 1 + USUAL.len());
        assert_eq!(offered("/d/a$0"), [pair("a", "a")]);
    }

    #[test]
    fn what_is_there_is_not_offered_again_and_nothing_in_comments() {
        assert!(!offered(".git\n$0").contains(&pair(".git", "")));
        assert!(!offered("d\n$0").contains(&pair("d", "")));
        assert!(offered("d\n!$0").contains(&pair("d", "")));
        assert!(offered("d$0").contains(&pair("d", "d")));
        assert_eq!(offered("# d$0\n"), []);
        assert_eq!(offered("**/d/$0"), []);
    }

    #[test]
    fn what_is_usual_at_any_depth_is_offered_behind_its_beginning() {
        let all = offered("**/n$0");
        assert!(
            all.contains(&pair("**/node_modules", "**/n")) && !all.contains(&pair(".git", "**/n")),
            "{all:?}"
        );
        assert_eq!(offered("**/$0").len(), USUAL.len() - 1);
    }
}

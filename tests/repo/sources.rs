//! Rust sources as far as the tests need them: without comments and strings, and as the paths they name.

use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// One Rust file.
pub(crate) struct Source {
    /// Relative to the root, with `/` between its parts.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Whether all of it is for tests.
    pub(crate) only_tests: bool,
}

impl Source {
    /// Its lines without the tests at its end.
    pub(crate) fn product(&self) -> Vec<&str> {
        let lines: Vec<&str> = self.text.lines().collect();
        let is_start = |at: &usize| test_module(&lines[*at..]).is_some_and(|line| line.ends_with('{'));
        let end = (0..lines.len()).find(is_start).unwrap_or(lines.len());
        lines[..if self.only_tests { 0 } else { end }].to_vec()
    }

    /// The module, as its path from the crate's root: `server/rules/mod.rs` is `["rules"]`.
    pub(crate) fn module(&self) -> Vec<&str> {
        let path = self.path.strip_prefix("server/").unwrap_or(&self.path).trim_end_matches(".rs");
        let mut parts: Vec<&str> = path.split('/').collect();
        if matches!(parts.last(), Some(&("mod" | "lib" | "main"))) {
            parts.pop();
        }
        parts
    }

    /// Every path that the product part names, from the crate's root where it leads into this crate:
    /// `crate::a::B`, and `self` and `super` resolved to it; macros with their `!`.
    pub(crate) fn paths(&self) -> Vec<Vec<String>> {
        let tokens = tokens(&self.product().join("\n"));
        let module: Vec<String> = self.module().into_iter().map(str::to_owned).collect();
        let mut paths = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            if is_name(&tokens[at]) {
                at = read_path(&tokens, at, &mut Vec::new(), &mut paths);
            } else {
                at += 1;
            }
        }
        paths.into_iter().map(|path| resolve(path, &module)).collect()
    }
}

/// Every Rust file below `folder`, which is relative to the root.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    files.sort();
    let mut sources: Vec<Source> = files
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            Source { path, text: fs::read_to_string(&file).unwrap(), only_tests: false }
        })
        .collect();
    let tests: Vec<Vec<String>> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        let module = source.module();
        source.only_tests =
            tests.iter().any(|test| module.len() >= test.len() && module[..test.len()] == test[..]);
    }
    assert!(!sources.is_empty(), "{folder} has no Rust file");
    sources
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules that a file declares for tests, in files of their own.
fn test_modules(source: &Source) -> Vec<Vec<String>> {
    let lines: Vec<&str> = source.text.lines().collect();
    (0..lines.len())
        .filter_map(|at| {
            let (_, name) = test_module(&lines[at..])?.strip_suffix(';')?.split_once("mod ")?;
            let parent = source.module().into_iter();
            Some(parent.chain([name]).map(str::to_owned).collect())
        })
        .collect()
}

/// The line that declares or opens a module, where the first of `lines` says that it is for tests.
fn test_module<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let is_for_tests = lines.first()?.starts_with("#[cfg(") && lines.first()?.contains("test");
    let next = lines.iter().find(|line| !line.starts_with("#["))?;
    (is_for_tests && next.contains("mod ")).then_some(*next)
}

/// Names, `::`, and every other character by itself; no comments, no strings, no lifetimes.
fn tokens(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    let starts =
        |at: usize, word: &str| word.chars().enumerate().all(|(i, c)| characters.get(at + i) == Some(&c));
    while let Some(&character) = characters.get(at) {
        if starts(at, "//") {
            while at < characters.len() && characters[at] != '\n' {
                at += 1;
            }
        } else if let Some(end) = raw_string_end(&characters, at) {
            at = end;
        } else if character == '"' {
            at += 1;
            while at < characters.len() && characters[at] != '"' {
                at += if characters[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if character == '\'' {
            // A character, or a lifetime, which has no second quote.
            at += match (characters.get(at + 1), characters.get(at + 2)) {
                (Some('\\'), _) => {
                    1 + characters[at + 3..].iter().position(|c| *c == '\'').map_or(0, |length| length + 3)
                }
                (Some(_), Some('\'')) => 3,
                _ => 1,
            };
        } else if starts(at, "::") {
            tokens.push("::".to_owned());
            at += 2;
        } else if is_name_character(character) {
            let length = characters[at..].iter().take_while(|c| is_name_character(**c)).count();
            tokens.push(characters[at..at + length].iter().collect());
            at += length;
        } else {
            if !character.is_whitespace() {
                tokens.push(character.to_string());
            }
            at += 1;
        }
    }
    tokens
}

fn raw_string_end(characters: &[char], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).and_then(|before| characters.get(before));
    if characters.get(at) != Some(&'r')
        || before.is_some_and(|before| is_name_character(*before) && *before != 'b')
    {
        return None;
    }
    let hashes = characters[at + 1..].iter().take_while(|c| **c == '#').count();
    let start = at + 1 + hashes;
    if characters.get(start) != Some(&'"') {
        return None;
    }
    let is_end = |place: &usize| {
        characters[*place] == '"'
            && characters[place + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    (start + 1..characters.len()).find(is_end).map(|end| end + 1 + hashes)
}

fn is_name_character(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first == '_' || first.is_alphabetic())
}

/// Reads the path that begins at a token, with its groups in braces, each as a path of its own. Returns the place
/// after it.
fn read_path(
    tokens: &[String],
    start: usize,
    prefix: &mut Vec<String>,
    paths: &mut Vec<Vec<String>>,
) -> usize {
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    let depth = prefix.len();
    prefix.push(token(start).to_owned());
    let mut at = start + 1;
    let mut grouped = false;
    while token(at) == "::" && (is_name(token(at + 1)) || token(at + 1) == "{") {
        if token(at + 1) == "{" {
            at += 2;
            while !matches!(token(at), "}" | "") {
                at = match token(at) {
                    "as" => at + 2,
                    name if is_name(name) => read_path(tokens, at, prefix, paths),
                    _ => at + 1,
                };
            }
            at += 1;
            grouped = true;
            break;
        }
        prefix.push(token(at + 1).to_owned());
        at += 2;
    }
    if !grouped {
        let mut path = prefix.clone();
        if let (Some(last), "!") = (path.last_mut(), token(at))
            && token(at + 1) != "="
        {
            last.push('!');
        }
        paths.push(path);
    }
    prefix.truncate(depth);
    at
}

/// `crate::…` for `self::…` and `super::…` in a module.
fn resolve(path: Vec<String>, module: &[String]) -> Vec<String> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    let relative = supers > 0 || (path.len() > 1 && path[0] == "self");
    if !relative {
        return path;
    }
    let kept = &module[..module.len().saturating_sub(supers)];
    let rest = path.iter().skip_while(|part| *part == "super" || *part == "self");
    std::iter::once("crate".to_owned()).chain(kept.iter().cloned()).chain(rest.cloned()).collect()
}

#[test]
fn the_paths_of_a_source_are_read() {
    let text = r##"//! crate::no
use crate::text::{Span, self as t, deep::{A, B}};
fn f<'a>(x: &'a str, c: char) { std::fs::read("crate::no"); println!("{}", 'x'); super::g(r#"std::no"#); if c != '\'' {} }
#[cfg(test)]
mod tests {
    use crate::no;
}
"##;
    let source =
        Source { path: "server/rules/cache/x.rs".to_owned(), text: text.to_owned(), only_tests: false };
    let paths: Vec<String> = source.paths().iter().map(|path| path.join("::")).collect();
    let long: Vec<&str> = paths.iter().filter(|path| path.contains([':', '!'])).map(String::as_str).collect();
    assert_eq!(
        long,
        [
            "crate::text::Span",
            "crate::text::self",
            "crate::text::deep::A",
            "crate::text::deep::B",
            "std::fs::read",
            "println!",
            "crate::rules::cache::g",
        ]
    );
}

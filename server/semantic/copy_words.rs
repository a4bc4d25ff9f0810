//! Paths as the words of a COPY or ADD, written so that the build reads them back as these files and no others.
//! Source: BuildKit, `parser/line_parsers.go` (words end at blanks, whatever is in quotes), `shell/lex.go` (`$`, quotes and
//! the escape character) and `llbsolver/file` with Go's `filepath.Match` (patterns in sources).

use serde_json::Value;

/// The sources and the destination of a COPY, as its words, or as a list where a blank is in one of them; `None` where
/// there is no way to write them that every shell of words reads the same.
pub fn copy_words(sources: &[&str], destination: &str, escape: char) -> Option<String> {
    let words = sources.iter().map(|source| source_word(source, escape));
    let mut words: Vec<String> = words.collect::<Option<_>>()?;
    words.push(word(destination, escape)?);
    let is_flag = words.first().is_some_and(|first| first.starts_with("--"));
    if !is_flag && !words.iter().any(|word| needs_list(word)) {
        return Some(words.join(" "));
    }
    Some(list(words.iter().map(String::as_str)))
}

/// A path of the build context as a source says it: what would be a pattern, a variable or a quote stands for itself. Blanks
/// stay: see [`needs_list`]. `None` where it cannot be said.
pub fn source_word(path: &str, escape: char) -> Option<String> {
    let mut literal = String::with_capacity(path.len());
    for char in path.chars() {
        match char {
            '*' | '?' | '[' => literal.extend(['[', char, ']']),
            char => literal.push(char),
        }
    }
    word(&literal, escape)
}

/// Whether a word can only be said in a list.
pub fn needs_list(word: &str) -> bool {
    word.contains(char::is_whitespace)
}

/// Words as a list.
pub fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(string).collect();
    format!("[{}]", words.join(", "))
}

/// A word as a string of a list.
pub fn string(word: &str) -> String {
    Value::from(word).to_string()
}

fn word(path: &str, escape: char) -> Option<String> {
    // A backslash parts folders, or hides what follows in a pattern; `<<` begins a heredoc.
    let is_sayable = !path.is_empty()
        && !path.contains(['\\', escape])
        && !path.contains("<<")
        && !path.contains(char::is_control);
    is_sayable.then(|| {
        let mut word = String::with_capacity(path.len());
        for char in path.chars() {
            if matches!(char, '$' | '"' | '\'') {
                word.push(escape);
            }
            word.push(char);
        }
        word
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::semantic::copies::CopyStep;

    /// What a COPY of these words copies, and to where.
    fn read_back(words: &str) -> Vec<String> {
        let document = Document::new(&format!("FROM a\nCOPY {words}\n"));
        let step = CopyStep::of(document.file(), document.model(), 1).expect("a copy");
        let words = step.sources.iter().chain(&step.destination);
        words.map(|word| word.value.clone().unwrap_or_default()).collect()
    }

    #[test]
    fn words_are_read_back_as_they_were_meant() {
        for (path, said) in [
            ("a/b.c", "a/b.c"),
            ("web ui", "web ui"),
            ("a$b", "a$b"),
            ("it's", "it's"),
            ("a\"b c", "a\"b c"),
            ("[id].txt", "[[]id].txt"),
            ("a*?", "a[*][?]"),
            ("--x", "--x"),
        ] {
            let words = copy_words(&[path, "d"], "/to the/$x[1]", '\\').expect("words");
            assert_eq!(read_back(&words), [said, "d", "/to the/$x[1]"], "{words}");
            let words = copy_words(&[path], "/to", '\\').expect("words");
            assert_eq!(read_back(&words), [said, "/to"], "{words}");
        }
        assert_eq!(copy_words(&["a", "b"], "/c/", '\\').as_deref(), Some("a b /c/"));
        assert_eq!(copy_words(&["web ui"], "/c/", '\\').as_deref(), Some("[\"web ui\", \"/c/\"]"));
        assert_eq!(copy_words(&["a$b"], "/c", '`').as_deref(), Some("a`$b /c"));
    }

    #[test]
    fn what_cannot_be_said_is_not() {
        for path in ["back\\slash", "a\nb", "<<a", ""] {
            assert_eq!(copy_words(&[path], "/c", '\\'), None, "{path}");
        }
        assert_eq!(copy_words(&["a`b"], "/c", '`'), None);
    }
}

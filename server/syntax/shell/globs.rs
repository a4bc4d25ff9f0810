//! Words that the shell replaces with the names of files. Source: POSIX, "2.13 Pattern Matching Notation".

use super::{Script, Word};

impl Script {
    /// What a word says where no file has the name that its brackets ask for, as the shell leaves it then: the `a[b]` of
    /// `pip install a[b]`. `None` where it has an expansion, another glob, or quotes around a part of it.
    pub fn unmatched<'a>(&'a self, word: &'a Word) -> Option<&'a str> {
        let is_plain = |written: &&str| !written.contains(['$', '`', '\\', '"', '\'', '*', '?']);
        let written = || Some(self.str(word.part)).filter(is_plain);
        word.value.as_deref().or_else(written)
    }
}

/// Whether the shell looks for files with a name like a word, which is as it is written and has no expansions: `*`, `?` or
/// a bracket that is closed, none of them quoted. `[` alone is a command.
pub(super) fn has_glob(written: &str) -> bool {
    if !written.contains(['*', '?', '[']) {
        return false;
    }
    let mut quote = None;
    let mut has_open_bracket = false;
    let mut chars = written.chars().peekable();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (None | Some('"'), '\\') => drop(chars.next()),
            (Some(open), _) if open == char => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(char),
            (None, '*' | '?') => return true,
            (None, '[') => has_open_bracket |= chars.peek().is_some(),
            (None, ']') if has_open_bracket => return true,
            (None, _) => {}
        }
    }
    false
}

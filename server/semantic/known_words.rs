//! What a word of a script comes to where the file says so: by variables of the script itself, by ENV, and by ARG, which has its
//! default unless a build gives it another value.
//! Source: POSIX, "2.6.5 Field Splitting"; Docker reference, "RUN": ENV and ARG are in the environment of its shell.

use super::Model;
use super::own_variables;
use super::packages::PackageCommand;
use crate::syntax::Script;
use crate::syntax::shell::Word;

/// The words that a shell makes of one word of the instruction `item`: none of an empty variable, several of a list. `None`
/// where a part of it is not known.
pub fn known_words(model: &Model, item: usize, script: &Script, word: &Word) -> Option<Vec<String>> {
    if let Some(value) = &word.value {
        return Some(vec![value.to_string()]);
    }
    let split = |value: &str| value.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    if let Some(values) = own_variables::values(script, word) {
        return Some(values.into_iter().flat_map(split).collect());
    }
    let written = script.str(word.part);
    let quoted = written.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    let written = quoted.unwrap_or(written);
    if written.contains(['"', '\'', '\\', '`', '(', '*', '?', '[', '~']) {
        return None;
    }
    let expanded = model.expand_at(item, written);
    let is_known = |name: &str| model.is_set(name, item) && !own_variables::may_set(script, name);
    let value = expanded.value.filter(|_| expanded.uses.iter().all(|used| is_known(&used.name)))?;
    match quoted {
        Some(_) => Some(vec![value]),
        None => (!value.contains(['*', '?', '['])).then(|| split(&value)),
    }
}

/// Whether a package manager may be given options that only a build, or the base image, knows.
pub fn may_have_options(model: &Model, item: usize, script: &Script, package: &PackageCommand) -> bool {
    package.has_unknown_options && {
        let words = package.words(script);
        let has_none = |index: &usize| {
            let known = words.get(*index).and_then(|word| known_words(model, item, script, word));
            known.is_some_and(|words| !words.iter().any(|word| word.starts_with('-')))
        };
        package.takes_more || !package.operands.iter().all(has_none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::semantic::facts::Facts;

    /// The words that the last word of the last instruction comes to, between `|`.
    fn last(source: &str) -> Option<String> {
        let document = Document::new(source);
        let item = document.file().items().len() - 1;
        let facts = Facts::of(document.file().instruction(item)?)?;
        let word = facts.script.commands().last()?.words.last()?;
        Some(known_words(document.model(), item, &facts.script, word)?.join("|"))
    }

    #[test]
    fn what_the_file_says_is_known() {
        assert_eq!(last("FROM a\nENV P=\"b c\"\nRUN d $P").as_deref(), Some("b|c"));
        assert_eq!(last("FROM a\nARG V=3.13\nRUN d python${V}-dev").as_deref(), Some("python3.13-dev"));
        assert_eq!(last("FROM a\nRUN P='b c' && d $P").as_deref(), Some("b|c"));
        assert_eq!(last("FROM a\nENV P=\"b c*\"\nRUN d \"$P\"").as_deref(), Some("b c*"));
        assert_eq!(last("FROM a\nENV P=\nRUN d $P").as_deref(), Some(""));
        assert_eq!(last("ARG V=1\nFROM a\nARG V\nRUN d ${V:-2}").as_deref(), Some("1"));
    }

    #[test]
    fn what_only_a_build_or_an_image_knows_is_not() {
        for source in [
            "FROM a\nRUN b $P",
            "FROM a\nARG P\nRUN b $P",
            "FROM a\nENV P=c\nRUN read P < x; b $P",
            "FROM a\nENV P=c\nRUN for P in x y; do b $P; done; b $P",
            "FROM a\nENV P=c\nRUN P=$(x); b $P",
            "FROM a\nENV P=c\nRUN b $P*",
            "FROM a\nENV P=c\nRUN b \"$P\"c\"$P\"",
            "FROM a\nENV P=*.deb\nRUN b $P",
            "ARG V=1\nFROM a\nRUN b $V",
        ] {
            assert_eq!(last(source), None, "{source}");
        }
    }

    #[test]
    fn options_in_variables_are_seen() {
        let may_have = |source: &str| {
            let document = Document::new(source);
            let item = document.file().items().len() - 1;
            let facts = document.file().instruction(item).and_then(Facts::of).expect("facts");
            may_have_options(document.model(), item, &facts.script, &facts.packages[0])
        };
        assert!(!may_have("FROM a\nENV P=\"b c\"\nRUN apt-get install $P"));
        assert!(may_have("FROM a\nENV P=\"-y c\"\nRUN apt-get install $P"));
        assert!(may_have("FROM a\nENV P=c\nRUN apt-get install $P $Q"));
        assert!(may_have("FROM a\nENV P=c\nRUN x | xargs apt-get install $P"));
    }
}

//! "Did you mean": the known word that a user most likely meant.

use crate::rules::Rule;
use crate::settings::{GROUPS, group_name};

/// The candidate nearest to `word`, case aside; `None` where none is near enough to be a slip of the keyboard.
pub(crate) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    // Of two letters another word is too easily made.
    let length = word.chars().count();
    let limit = if length < 3 { 0 } else { length / 3 };
    // As many letters as one has more than the other, so far apart they are at least.
    let is_near = |candidate: &&str| candidate.chars().count().abs_diff(length) <= limit;
    candidates
        .into_iter()
        .filter(is_near)
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The candidate of which `word` most likely is a slip of the keyboard, case aside, where people make the names themselves:
/// files, variables, stages. One that differs in its first letter or in a digit is meant as it is written, and of two that are
/// as near none is the likelier.
pub(crate) fn slip_of<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = match word.chars().count() {
        0..3 => 0,
        3..8 => 1,
        _ => 2,
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let near = candidates.into_iter().filter_map(|candidate| {
        let other = candidate.to_lowercase();
        let is_alike = word.chars().next() == other.chars().next() && digits(&word) == digits(&other);
        let distance = is_alike.then(|| strsim::damerau_levenshtein(&word, &other))?;
        (distance <= limit).then_some((distance, candidate))
    });
    let mut near: Vec<(usize, &str)> = near.collect();
    near.sort_unstable();
    near.dedup();
    match near.as_slice() {
        [(first, candidate), rest @ ..] if rest.first().is_none_or(|(second, _)| second > first) => {
            Some(candidate)
        }
        _ => None,
    }
}

/// The rule that `word` most likely meant: the one that carries it as another tool's code, else the nearest id.
pub(crate) fn closest_rule(word: &str, rules: &[&'static Rule]) -> Option<&'static str> {
    let by_code = rules.iter().find(|rule| rule.also.iter().any(|code| code.eq_ignore_ascii_case(word)));
    by_code.map(|rule| rule.id).or_else(|| closest(word, rules.iter().map(|rule| rule.id)))
}

/// As [`closest_rule`], among the groups too.
pub(crate) fn closest_rule_or_group(word: &str, rules: &[&'static Rule]) -> Option<&'static str> {
    closest(word, GROUPS.map(group_name)).or_else(|| closest_rule(word, rules))
}

/// `message`, followed by what was likely meant.
pub(crate) fn with_suggestion(message: String, suggestion: Option<&str>) -> String {
    match suggestion {
        Some(suggestion) => format!("{message}; did you mean `{suggestion}`?"),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::RULES;

    #[test]
    fn a_slip_is_mended_and_another_word_is_not() {
        assert_eq!(closest("contxt", ["check", "context"]), Some("context"));
        assert_eq!(closest("CONTEXT", ["check", "context"]), Some("context"));
        assert_eq!(closest("registry", ["check", "context"]), None);
        assert_eq!(closest("", ["check"]), None);
        assert_eq!((closest("b", ["a", "B"]), closest("bc", ["bd"])), (Some("B"), None));
    }

    #[test]
    fn a_name_that_somebody_has_made_is_rarely_another() {
        assert_eq!(
            slip_of("requirments.txt", ["requirements.txt", "requests.txt"]),
            Some("requirements.txt")
        );
        assert_eq!(slip_of("biulder", ["builder"]), Some("builder"));
        for (word, other) in [
            ("nginx.prod.conf", "nginx.dev.conf"),
            ("key2.pem", "key1.pem"),
            ("CODE_VERSION", "NODE_VERSION"),
            ("NAME", "GAME"),
            ("ab", "ac"),
        ] {
            assert_eq!(slip_of(word, [other]), None, "{word}");
        }
        assert_eq!(slip_of("bulder", ["builder", "bolder"]), None);
        assert_eq!(slip_of("Readme.md", ["README.md", "README.rd"]), Some("README.md"));
    }

    #[test]
    fn a_code_of_another_tool_leads_to_its_rule() {
        assert_eq!(closest_rule("dl0001", &RULES), Some("cache-kept"));
        assert_eq!(closest_rule_or_group("sise", &RULES), Some("size"));
    }
}

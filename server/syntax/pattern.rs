//! The shell patterns of `${name#…}`, `%` and `/`: `*`, `?` and escapes, no brackets.
//! Source: BuildKit, `frontend/dockerfile/shell/lex.go` (`convertShellPatternToRegex`).

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Star,
    Any,
    Literal(char),
}

/// `None` where an escape means nothing to BuildKit.
pub(super) fn parse(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        tokens.push(match char {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => match chars.next()? {
                escaped @ ('}' | '/' | '*' | '?' | '\\') => Token::Literal(escaped),
                _ => return None,
            },
            _ => Token::Literal(char),
        });
    }
    Some(tokens)
}

/// Every end of a match that begins at the first character, ascending.
fn ends(tokens: &[Token], value: &[char]) -> Vec<usize> {
    let mut reached = vec![false; value.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for token in tokens {
        let mut next = vec![false; value.len() + 1];
        let mut carry = false;
        for (index, slot) in next.iter_mut().enumerate() {
            let here = reached.get(index) == Some(&true);
            let before = index.checked_sub(1);
            let advanced = before.is_some_and(|before| reached.get(before) == Some(&true));
            carry = carry || here;
            *slot = match token {
                Token::Star => carry,
                Token::Any => advanced,
                Token::Literal(char) => advanced && before.and_then(|before| value.get(before)) == Some(char),
            };
        }
        reached = next;
    }
    (0..=value.len()).filter(|index| reached.get(*index) == Some(&true)).collect()
}

pub(super) fn without_prefix(tokens: &[Token], value: &str, greedy: bool) -> String {
    let chars: Vec<char> = value.chars().collect();
    let ends = ends(tokens, &chars);
    let end = if greedy { ends.last() } else { ends.first() };
    chars.into_iter().skip(end.copied().unwrap_or(0)).collect()
}

pub(super) fn without_suffix(tokens: &[Token], value: &str, greedy: bool) -> String {
    let tokens: Vec<Token> = tokens.iter().rev().copied().collect();
    let reversed: String = value.chars().rev().collect();
    without_prefix(&tokens, &reversed, greedy).chars().rev().collect()
}

pub(super) fn replaced(tokens: &[Token], value: &str, replacement: &str, all: bool) -> String {
    let chars: Vec<char> = value.chars().collect();
    let mut result = String::new();
    let mut position = 0;
    while let Some(rest) = chars.get(position..) {
        match ends(tokens, rest).last() {
            Some(&length) => {
                result.push_str(replacement);
                result.extend(rest.iter().take(length.max(1)).skip(length));
                position += length.max(1);
                if !all {
                    result.extend(chars.iter().skip(position));
                    return result;
                }
            }
            None => {
                result.extend(rest.first());
                position += 1;
            }
        }
        if position >= chars.len() {
            break;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_suffixes_are_taken_short_or_long() {
        let pattern = parse("*/").unwrap();
        assert_eq!(without_prefix(&pattern, "a/b/c", false), "b/c");
        assert_eq!(without_prefix(&pattern, "a/b/c", true), "c");
        let pattern = parse("/*").unwrap();
        assert_eq!(without_suffix(&pattern, "a/b/c", false), "a/b");
        assert_eq!(without_suffix(&pattern, "a/b/c", true), "a");
        assert_eq!(without_prefix(&parse("x").unwrap(), "a", true), "a");
    }

    #[test]
    fn replacements_are_one_or_all() {
        let pattern = parse("b?").unwrap();
        assert_eq!(replaced(&pattern, "abcabd", "-", false), "a-abd");
        assert_eq!(replaced(&pattern, "abcabd", "-", true), "a-a-");
        assert_eq!(replaced(&parse("\\*").unwrap(), "a*b", "", true), "ab");
    }

    #[test]
    fn an_escape_of_an_ordinary_character_is_no_pattern() {
        assert!(parse("\\a").is_none());
    }
}

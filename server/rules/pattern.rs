//! Patterns in the options of rules: `*` stands for any characters.

/// Whether a name fits a pattern in which `*` stands for any characters.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(head) else {
        return false;
    };
    while let Some((part, after)) = rest.split_once('*') {
        let Some((_, behind)) = name.split_once(part) else {
            return false;
        };
        (name, rest) = (behind, after);
    }
    name.ends_with(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        assert!(matches("localhost/*", "localhost/a/b"));
        assert!(matches("*/a*c", "x/abc"));
        assert!(!matches("localhost/*", "other/a"));
        assert!(!matches("a", "ab"));
    }
}

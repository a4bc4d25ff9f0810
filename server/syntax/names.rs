//! The names of variables, which a Dockerfile and the shells spell alike.
//! Source: POSIX, "3.216 Name".

/// Whether a text is a name: a letter or `_` first, then letters, digits and `_`, all of ASCII.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| is_name_char(first) && !first.is_ascii_digit())
        && text.chars().all(is_name_char)
}

/// Whether a character can stand in a name, behind the first one.
pub fn is_name_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_begins_no_name() {
        let names = ["A", "_", "a1_b"];
        let others = ["", "1a", "a-b", "ä", "a b", "a="];
        assert!(names.into_iter().all(is_name));
        assert!(!others.into_iter().any(is_name));
    }
}

//! JSON as editors' files have it: with comments, which the reader of YAML does not know.

/// The same text with spaces in the place of its comments (`//` to the end of the line, and `/* */`). Nothing moves.
pub(super) fn without_comments(source: &str) -> String {
    let (mut without, mut rest) = (String::with_capacity(source.len()), source);
    while let Some(char) = rest.chars().next() {
        let (length, is_comment) = match char {
            '"' => (string(rest), false),
            '/' if rest.starts_with("//") => (rest.find(['\r', '\n']).unwrap_or(rest.len()), true),
            '/' if rest.starts_with("/*") => (rest[2..].find("*/").map_or(rest.len(), |end| end + 4), true),
            char => (char.len_utf8(), false),
        };
        let (part, after) = rest.split_at(length);
        match is_comment {
            true => without.extend(part.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
            false => without.push_str(part),
        }
        rest = after;
    }
    without
}

/// How long the string is that a text begins with.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, char)| {
        let ends = !is_escaped && *char == '"';
        is_escaped = !is_escaped && *char == '\\';
        ends
    });
    end.map_or(text.len(), |(end, _)| end + 1)
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn comments_are_blank_and_strings_are_whole() {
        let source = "{ // é\n \"a\": \"http://b\\\"//\", /* \"\n */ \"c\": 1 // d";
        let shown = "{      \n \"a\": \"http://b\\\"//\",     \n    \"c\": 1     ";
        assert_eq!(without_comments(source), shown);
        assert_eq!(
            (without_comments("\"a // b"), without_comments("/*/ é")),
            ("\"a // b".into(), "      ".into())
        );
    }
}

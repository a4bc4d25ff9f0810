//! Continued lines of a command as a script writes them.

/// Operators and words behind which a shell goes on in the next line by itself.
const OPERATORS: [&str; 4] = [";", "&&", "||", "|"];
const WORDS: [&str; 5] = ["then", "do", "else", "{", "("];

/// Whether a line ends inside of quotes, or that cannot be said.
pub(super) fn has_quoted_break(source: &str) -> bool {
    let (mut quote, mut is_escaped) = (None, false);
    for char in source.chars() {
        match (is_escaped, quote, char) {
            (_, Some(_), '\n') => return true,
            (true, _, _) => is_escaped = false,
            (_, None | Some('"'), '\\') => is_escaped = true,
            (_, None, '\'' | '"') => quote = Some(char),
            (_, Some(open), _) if char == open => quote = None,
            _ => {}
        }
    }
    quote.is_some()
}

/// Continued lines without the escape at their ends where the shell reads on anyway. No line may end in quotes.
pub(super) fn without_needless_escapes(source: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    // A brace is one only where a command begins.
    let mut begins = true;
    for line in source.split('\n') {
        let kept = line.strip_suffix('\\').map_or(line, str::trim_end);
        let is_operator = OPERATORS
            .iter()
            .any(|operator| kept.strip_suffix(operator).is_some_and(|before| !before.ends_with(['\\', '$'])));
        let (before, last) = kept.rsplit_once([' ', '\t']).unwrap_or(("", kept));
        let is_first = before.trim().is_empty() && begins || before.trim_end().ends_with(';');
        begins = is_operator || is_first && WORDS.contains(&last);
        lines.push(if begins { kept } else { line });
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_stays_where_the_line_would_end() {
        for (before, after) in [
            ("a \\\n  b", "a \\\n  b"),
            ("a; \\\n  b", "a;\n  b"),
            ("a && \\\nb | \\\nc", "a &&\nb |\nc"),
            ("{ \\\n  a; \\\n} > b", "{\n  a;\n} > b"),
            ("echo { \\\n  a", "echo { \\\n  a"),
            ("if a; then \\\n b; \\\nfi", "if a; then\n b;\nfi"),
            ("echo then \\\n b", "echo then \\\n b"),
            ("find a -exec b \\; \\\n -o c", "find a -exec b \\; \\\n -o c"),
        ] {
            assert_eq!(without_needless_escapes(before), after);
        }
    }

    #[test]
    fn a_break_in_quotes_is_seen() {
        for source in ["a 'b \\\nc'", "a \"b \\\nc\"", "a 'b"] {
            assert!(has_quoted_break(source), "{source}");
        }
        for source in ["a 'b' \\\nc", "a \\' \\\nb", "a \"'\" \\\nb"] {
            assert!(!has_quoted_break(source), "{source}");
        }
    }
}

//! Values and lists as Markdown.

/// Longer texts are cut: a hover is no place for them.
const LONGEST: usize = 400;

/// A text in code type, whatever is in it.
pub(crate) fn code(text: &str) -> String {
    if text.is_empty() {
        return "empty".to_owned();
    }
    let mut shown: String =
        text.chars().take(LONGEST).map(|char| if char == '\n' { ' ' } else { char }).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let longest = shown.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// A heading line and facts below it.
pub(super) fn facts(heading: &str, facts: &[String]) -> String {
    let mut text = format!("{heading}\n");
    for fact in facts {
        text.push_str("\n- ");
        text.push_str(fact);
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_holds_backticks_and_line_breaks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(code(&"é".repeat(500)).chars().count(), LONGEST + 3);
    }
}

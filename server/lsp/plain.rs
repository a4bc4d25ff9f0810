//! Markdown as plain text, for clients that show it as it is. Knows what our own texts use: headings, code,
//! emphasis, links.

/// The text without its marks. Code between fences is kept as it is.
pub(crate) fn text(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            plain.push_str(line);
        } else {
            push_line(&mut plain, line);
        }
        plain.push('\n');
    }
    plain.truncate(plain.trim_end().len());
    plain
}

fn push_line(plain: &mut String, line: &str) {
    let heading = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'));
    let mut rest = heading.unwrap_or(line);
    while let Some(mark) = rest.find(['`', '*', '[']) {
        let (before, marked) = rest.split_at(mark);
        plain.push_str(before);
        rest = push_marked(plain, marked);
    }
    plain.push_str(rest);
}

/// Pushes what stands between the marks that `marked` begins with; gives what comes after them.
fn push_marked<'a>(plain: &mut String, marked: &'a str) -> &'a str {
    let (inside, rest) = between(marked, "`", "`")
        .or_else(|| between(marked, "**", "**"))
        .or_else(|| link(marked))
        // No mark after all. All three are one byte long.
        .unwrap_or_else(|| marked.split_at(1));
    plain.push_str(inside);
    rest
}

/// What stands between two marks, and what comes after them.
fn between<'a>(marked: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    marked.strip_prefix(open)?.split_once(close)
}

/// The text of `[text](target)` and what comes after it.
fn link(marked: &str) -> Option<(&str, &str)> {
    let (text, rest) = between(marked, "[", "](")?;
    let (_, rest) = rest.split_once(')')?;
    (!text.contains(['[', ']'])).then_some((text, rest))
}

#[cfg(test)]
mod tests {
    fn check(markdown: &str, expected: &str) {
        assert_eq!(super::text(markdown), expected);
    }

    #[test]
    fn marks_are_left_out() {
        check(
            "## `FROM`\n\nSets the **base** image, see [the reference](https://a.b/c).",
            "FROM\n\nSets the base image, see the reference.",
        );
    }

    #[test]
    fn code_is_kept() {
        check("```dockerfile\nRUN [\"a\"] # `x` **\n```\n", "RUN [\"a\"] # `x` **");
        check("`COPY *.c [ab]` takes `a*`", "COPY *.c [ab] takes a*");
    }

    #[test]
    fn marks_without_an_end_are_text() {
        check("a * b, 2 ** 3, [x] and `é", "a * b, 2 ** 3, [x] and `é");
        check("#!shebang", "#!shebang");
    }
}

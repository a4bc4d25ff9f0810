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
    if let Some((text, target, rest)) = link(marked) {
        push_line(plain, text);
        // A place in the text itself leads nowhere here.
        if target.contains("://") && target != text {
            plain.push_str(&format!(" ({target})"));
        }
        return rest;
    }
    let (inside, rest) = code(marked)
        .or_else(|| between(marked, "**", "**"))
        // No mark after all. All three are one byte long.
        .unwrap_or_else(|| marked.split_at(1));
    plain.push_str(inside);
    rest
}

/// The text of `` `code` ``, between as many backticks as it takes, and what comes after it.
fn code(marked: &str) -> Option<(&str, &str)> {
    let (ticks, _) = marked.split_at(marked.len() - marked.trim_start_matches('`').len());
    let (inside, rest) = between(marked, ticks, ticks).filter(|_| !ticks.is_empty())?;
    // A blank keeps a backtick apart from the marks.
    let trimmed = inside.strip_prefix(' ').and_then(|inside| inside.strip_suffix(' '));
    Some((trimmed.filter(|_| ticks.len() > 1).unwrap_or(inside), rest))
}

/// What stands between two marks, and what comes after them.
fn between<'a>(marked: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    marked.strip_prefix(open)?.split_once(close)
}

/// The text and the target of `[text](target)`, and what comes after it.
fn link(marked: &str) -> Option<(&str, &str, &str)> {
    let (text, rest) = between(marked, "[", "](")?;
    let (target, rest) = rest.split_once(')')?;
    (!text.contains(['[', ']'])).then_some((text, target, rest))
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
            "FROM\n\nSets the base image, see the reference (https://a.b/c).",
        );
        check("[`a`](#a), [https://a.b](https://a.b)", "a, https://a.b");
    }

    #[test]
    fn code_is_kept() {
        check("```dockerfile\nRUN [\"a\"] # `x` **\n```\n", "RUN [\"a\"] # `x` **");
        check("`COPY *.c [ab]` takes `a*`", "COPY *.c [ab] takes a*");
        check("`` # escape=` `` and `` ` ``, `b`", "# escape=` and `, b");
    }

    #[test]
    fn marks_without_an_end_are_text() {
        check("a * b, 2 ** 3, [x] and `é", "a * b, 2 ** 3, [x] and `é");
        check("#!shebang", "#!shebang");
    }
}

//! Places that a template engine fills in before Docker sees the file: `{{ base }}`, `<%= base %>`, `%%BASE%%`, `@BASE@`.
//! Source: the manuals of Jinja, of Go's `text/template`, of ERB, and of CMake and Autoconf, `configure_file`.

use super::names::is_name;

/// Whether a text has such a place. In shell text it can be meant as it stands: `docker inspect -f {{.Id}}`.
pub fn has_placeholder(text: &str) -> bool {
    if !text.bytes().any(|byte| matches!(byte, b'{' | b'<' | b'%' | b'@')) {
        return false;
    }
    let is_between =
        |(open, close): (&str, &str)| text.split_once(open).is_some_and(|(_, behind)| behind.contains(close));
    [("{{", "}}"), ("{%", "%}"), ("<%", "%>")].into_iter().any(is_between)
        || ["%%", "@"].into_iter().any(|mark| has_name_between(text, mark))
}

fn has_name_between(text: &str, mark: &str) -> bool {
    let parts: Vec<&str> = text.split(mark).collect();
    matches!(parts.as_slice(), [_, between @ .., _] if between.iter().any(|part| is_name(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_usual_engines_fill_in_is_known() {
        for text in ["FROM {{base}}", "FROM a:{{ .b }}-c", "FROM <%= a %>", "FROM a:%%B%%", "FROM @A@:@B@"] {
            assert!(has_placeholder(text), "{text}");
        }
        for text in
            ["FROM a@sha256:b", "FROM ${A}", "RUN b@c.d e@f.g", "RUN date +%%", "RUN a {{", "RUN }} {{"]
        {
            assert!(!has_placeholder(text), "{text}");
        }
    }
}

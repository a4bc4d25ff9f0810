//! The parser directives: special comments at the very top of a Dockerfile.
//!
//! Source: `parser/directives.go`, `parser/parser.go` and `linter/linter.go` of moby/buildkit.

/// A value that a directive commonly has.
#[derive(Debug, PartialEq, Eq)]
pub struct Value {
    /// As it is written; a value that ends in `=` is to be continued.
    pub text: &'static str,
    /// One line.
    pub summary: &'static str,
}

/// A directive.
#[derive(Debug, PartialEq, Eq)]
pub struct Directive {
    /// In lower case; any case is read.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Markdown.
    pub documentation: &'static str,
    /// Values to offer, the best first.
    pub values: &'static [Value],
    /// Whether only these values are valid.
    pub closed: bool,
    /// The place in the Dockerfile reference.
    pub link: &'static str,
}

/// Every directive, sorted by name.
pub fn all() -> &'static [Directive] {
    &ALL
}

/// A directive by its name, in any case.
pub fn directive(name: &str) -> Option<&'static Directive> {
    all().iter().find(|directive| directive.name.eq_ignore_ascii_case(name))
}

static ALL: [Directive; 3] = [
    Directive {
        name: "check",
        summary: "How build checks are judged",
        documentation: "Switches build checks off, lets their warnings fail the build, or switches experimental ones on. \
            Up to three options, separated by `;`; check names by `,`.

```dockerfile
# check=skip=JSONArgsRecommended,StageNameCasing;error=true
```

Since frontend 1.8; `experimental` since 1.10. An unknown option fails the build.",
        values: &[
            Value { text: "error=true", summary: "A warning fails the build" },
            Value { text: "skip=", summary: "Checks to leave out" },
            Value { text: "skip=all", summary: "No checks" },
            Value { text: "experimental=", summary: "Experimental checks to add" },
            Value { text: "experimental=all", summary: "All experimental checks" },
        ],
        closed: false,
        link: "https://docs.docker.com/reference/dockerfile/#check",
    },
    Directive {
        name: "escape",
        summary: "The character that escapes and that continues a line",
        documentation: "A backslash by default. The backtick makes Windows paths readable, in which a backslash at the end of a line \
            would continue it.

```dockerfile
# escape=`
COPY app.exe C:\\app\\
```",
        values: &[
            Value { text: "`", summary: "The backtick, for Windows paths" },
            Value { text: "\\", summary: "The backslash, as without the directive" },
        ],
        closed: true,
        link: "https://docs.docker.com/reference/dockerfile/#escape",
    },
    Directive {
        name: "syntax",
        summary: "The frontend image that reads the file",
        documentation: "Names the frontend that builds the file, so that new syntax works with an old builder. \
            `docker/dockerfile:1` follows the newest stable release; a version such as `1.7` pins it; \
            `-labs` adds what is experimental.

```dockerfile
# syntax=docker/dockerfile:1
```

The image is fetched before the build. Any image can be named, and it decides what the file means.",
        values: &[
            Value { text: "docker/dockerfile:1", summary: "The newest stable release of version 1" },
            Value { text: "docker/dockerfile:1-labs", summary: "The newest release with experimental features" },
        ],
        closed: false,
        link: "https://docs.docker.com/reference/dockerfile/#syntax",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_those_of_buildkits_parser() {
        let names: Vec<&str> = all().iter().map(|directive| directive.name).collect();
        assert_eq!(names, ["check", "escape", "syntax"]);
    }

    #[test]
    fn each_is_documented_with_an_example_of_itself_and_linked() {
        for directive in all() {
            let example = format!("```dockerfile\n# {}=", directive.name);
            assert!(directive.documentation.contains(&example), "{}", directive.name);
            assert!(directive.link.ends_with(&format!("#{}", directive.name)), "{}", directive.name);
            assert!(!directive.values.is_empty(), "{}", directive.name);
        }
    }

    #[test]
    fn only_escape_has_a_closed_set_of_values() {
        let closed: Vec<&str> =
            all().iter().filter(|directive| directive.closed).map(|directive| directive.name).collect();
        assert_eq!(closed, ["escape"]);
        let escape = directive("escape").expect("a directive");
        let values: Vec<&str> = escape.values.iter().map(|value| value.text).collect();
        assert_eq!(values, ["`", "\\"]);
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(directive("sYnTax").map(|directive| directive.name), Some("syntax"));
        assert_eq!(directive("syntaxes"), None);
    }
}

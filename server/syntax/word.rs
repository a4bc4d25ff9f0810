//! BuildKit's word lexer: quotes, escapes and `$variables` as the *builder* reads them (not as a shell does).
//! Source: BuildKit, `frontend/dockerfile/shell/lex.go`; the order of its steps is kept, so that what it
//! accepts is accepted here and what it rejects is rejected at the same character.

mod lexer;
mod variable;

use super::pattern;
use crate::text::Span;

/// How a text is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The escape character.
    pub escape: char,
    /// Keep quotes in the result.
    pub raw_quotes: bool,
    /// Keep escape characters in the result.
    pub raw_escapes: bool,
    /// Treat quotes as ordinary characters (heredoc bodies).
    pub plain_quotes: bool,
    /// Leave variables without a value as they are written.
    pub keep_unset: bool,
    /// Split the text into words too.
    pub split: bool,
}

impl Reading {
    /// As arguments of an instruction are read.
    pub fn arguments(escape: char) -> Reading {
        Reading {
            escape,
            raw_quotes: false,
            raw_escapes: false,
            plain_quotes: false,
            keep_unset: false,
            split: false,
        }
    }

    /// As BuildKit looks for heredocs: nothing is taken away, and the escape character is always `\`.
    pub(crate) fn heredocs() -> Reading {
        Reading {
            escape: '\\',
            raw_quotes: true,
            raw_escapes: true,
            plain_quotes: false,
            keep_unset: true,
            split: true,
        }
    }
}

/// What a variable is worth somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// This text.
    Known(String),
    /// It has no value.
    Unset,
    /// It cannot be known here.
    Unknown,
}

/// A `$name` or `${name…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The variable's name.
    pub name: String,
    /// From the `$` to its end, in bytes of the text.
    pub span: Span,
    /// The name alone, in bytes of the text.
    pub name_span: Span,
    /// What follows the name: `:-`, `+`, `#`, `//` …; empty for a plain use.
    pub modifier: String,
}

/// What a text comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text after expansion; `None` where a value in it is unknown.
    pub value: Option<String>,
    /// The text split at unquoted blanks, each word with its place in the text; none unless the reading splits.
    pub words: Vec<(String, Span)>,
    /// Every variable in the text, outer before inner.
    pub uses: Vec<Use>,
    /// Why the text is rejected; `value` and `words` are empty then, as in BuildKit.
    pub error: Option<WordError>,
}

/// Why BuildKit rejects a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordError {
    /// What is wrong.
    pub kind: WordErrorKind,
    /// Where, in bytes of the text.
    pub span: Span,
}

/// What can be wrong with a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordErrorKind {
    /// A `'` or `"` without its partner.
    UnterminatedQuote(char),
    /// A `${` without `}`, or a `/` pattern without its second `/`.
    UnterminatedVariable,
    /// `${}`, `${:…`, `${{`.
    BadSubstitution,
    /// A modifier that BuildKit does not have, such as `:=`.
    UnsupportedModifier(String),
    /// A `#`, `%` or `/` pattern with an escape that means nothing.
    InvalidPattern,
    /// `${name:?message}` of a variable without a value.
    Required(String),
}

/// Whether a text comes to itself, whatever any variable is worth: nothing in it has a meaning of its own.
pub fn is_plain(text: &str, escape: char) -> bool {
    !text.contains(['$', '\'', '"', '<', escape])
}

/// Reads a text; `lookup` gives the values of variables.
pub fn expand(text: &str, reading: Reading, lookup: &dyn Fn(&str) -> Value) -> Expanded {
    lexer::expand(text, reading, lookup)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Value {
        match name {
            "x" => Value::Known("ab.tar.gz".to_owned()),
            "empty" => Value::Known(String::new()),
            "who" => Value::Unknown,
            _ => Value::Unset,
        }
    }

    fn splitting() -> Reading {
        Reading { split: true, ..Reading::arguments('\\') }
    }

    fn value(text: &str) -> String {
        let expanded = expand(text, Reading::arguments('\\'), &lookup);
        match (expanded.error, expanded.value) {
            (Some(error), _) => format!("error {:?}", error.kind),
            (None, None) => "unknown".to_owned(),
            (None, Some(value)) => value,
        }
    }

    #[test]
    fn variables_and_their_modifiers_expand() {
        assert_eq!(value("$x-${x}_$y!"), "ab.tar.gz-ab.tar.gz_!");
        assert_eq!(value("${y:-d}${y-d}${empty:-d}${empty-d}${x:-d}"), "dddab.tar.gz");
        assert_eq!(value("${y:+d}${y+d}${empty:+d}${empty+d}${x:+d}"), "dd");
        assert_eq!(value("${x%.*} ${x%%.*} ${x#*.} ${x##*.}"), "ab.tar ab tar.gz gz");
        assert_eq!(value("${x/./-} ${x//./-} ${x//\\//-}"), "ab-tar.gz ab-tar-gz ab.tar.gz");
        assert_eq!(value("${y:-${x:-z}}"), "ab.tar.gz");
        assert_eq!(value("${x:?no}"), "ab.tar.gz");
        assert_eq!(value("a$ b$"), "a$ b$");
        assert_eq!(value("${who:-a}"), "unknown");
        assert_eq!(value("${who:?no}"), "unknown");
    }

    #[test]
    fn what_nests_too_deep_is_unknown() {
        let nested = format!("{}x{}", "${y:-".repeat(100_000), "}".repeat(100_000));
        assert_eq!(value(&nested), "unknown");
        let nested = format!("{}x{}", "${y:-".repeat(50), "}".repeat(50));
        assert_eq!(value(&nested), "x");
    }

    #[test]
    fn quotes_and_escapes_go_away() {
        assert_eq!(value(r#"'$x' "$x" \$x "\$x\"\a" \a"#), r#"$x ab.tar.gz $x $x"\a a"#);
    }

    #[test]
    fn what_buildkit_rejects_is_an_error() {
        assert_eq!(value("'a"), "error UnterminatedQuote('\\'')");
        assert_eq!(value("\"a$"), "error UnterminatedQuote('\"')");
        assert_eq!(value("${x"), "error UnterminatedVariable");
        assert_eq!(value("${x:-"), "error UnterminatedVariable");
        assert_eq!(value("${x/a}"), "error UnterminatedVariable");
        assert_eq!(value("${}"), "error BadSubstitution");
        assert_eq!(value("${x:=a}"), "error UnsupportedModifier(\":=\")");
        assert_eq!(value("${x^^}"), "error UnsupportedModifier(\"^\")");
        assert_eq!(value("${y:?no}"), "error Required(\"y\")");
        assert_eq!(value("${x#\\a}"), "error InvalidPattern");
    }

    #[test]
    fn uses_carry_their_places_outer_before_inner() {
        let text = "a${y:-b$x}c";
        let uses = expand(text, Reading::arguments('\\'), &lookup).uses;
        let shown: Vec<(&str, &str, &str)> = uses
            .iter()
            .map(|found| (&text[found.span.clone()], &text[found.name_span.clone()], found.modifier.as_str()))
            .collect();
        assert_eq!(shown, [("${y:-b$x}", "y", ":-"), ("$x", "x", "")]);
    }

    #[test]
    fn plain_text_is_read_like_any_other() {
        let words = expand("  ab\tü c\u{b}", splitting(), &lookup).words;
        assert_eq!(words, [("ab".into(), 2..4), ("ü".into(), 5..7), ("c".into(), 8..9)]);
        assert_eq!(value(" a  b "), " a  b ");
    }

    #[test]
    fn words_split_at_blanks_outside_quotes() {
        let words = expand("a 'b c'd  $x\\ e", splitting(), &lookup).words;
        let shown: Vec<(&str, Span)> =
            words.iter().map(|(word, span)| (word.as_str(), span.clone())).collect();
        assert_eq!(shown, [("a", 0..1), ("b cd", 2..8), ("ab.tar.gz e", 10..15)]);
    }
}

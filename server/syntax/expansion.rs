//! Where the builder expands variables, and what it refuses there.
//! Source: BuildKit, the `Expand` methods of `frontend/dockerfile/instructions/commands.go`, and `dispatch`,
//! `toCommand`, `buildDispatchStates` of `dockerfile2llb/convert.go`.

use super::ast::{Arguments, Ast, Kind};
use super::heredoc;
use super::instruction::Instruction;
use super::joined::Part;
use super::mount::Mount;
use super::word::{self, Reading, Value, WordError, WordErrorKind};
use crate::text::Span;

/// A text that BuildKit refuses to expand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpansionError {
    /// What is wrong.
    pub kind: WordErrorKind,
    /// Where, in bytes of the instruction's source.
    pub span: Span,
}

/// What is wrong with the texts that the builder expands in an instruction, or in the one that an ONBUILD keeps; the
/// first error of each text. The values of variables play no part.
pub fn errors(instruction: &Instruction) -> Vec<ExpansionError> {
    errors_with(instruction, &|_| Value::Unknown)
}

/// As [`errors`], where `lookup` gives the values of variables.
pub fn errors_with(instruction: &Instruction, lookup: &dyn Fn(&str) -> Value) -> Vec<ExpansionError> {
    let ast = instruction.ast().innermost();
    let arguments = Reading::arguments(instruction.escape());
    let mut errors = Vec::new();
    for (part, text) in texts(instruction, ast) {
        let Some(WordError { kind, span }) = error(&text, arguments, lookup) else {
            continue;
        };
        let is_as_written = instruction.str(part) == text;
        let part = if is_as_written { part.within(span) } else { part };
        errors.push(ExpansionError { kind, span: instruction.place(part) });
    }
    if matches!(ast.kind, Kind::Add | Kind::Copy) {
        // The lines of a heredoc are read with the backslash, whatever the file's escape character is.
        let lines = Reading { plain_quotes: true, ..Reading::arguments('\\') };
        for heredoc in instruction.heredocs().iter().filter(|heredoc| heredoc.expand) {
            let body = instruction.source().get(heredoc.body.clone()).unwrap_or_default();
            let start = heredoc.body.start;
            errors.extend(error(body, lines, lookup).map(|error| ExpansionError {
                kind: error.kind,
                span: start + error.span.start..start + error.span.end,
            }));
        }
    }
    errors
}

/// What a text comes to where no variable is known; `None` where it depends on one, or is refused.
pub fn literal(text: &str, escape: char) -> Option<String> {
    word::expand(text, Reading::arguments(escape), &|_| Value::Unknown).value
}

fn error(text: &str, reading: Reading, lookup: &dyn Fn(&str) -> Value) -> Option<WordError> {
    let is_plain = !text.contains(['$', '\'', '"']);
    if is_plain { None } else { word::expand(text, reading, lookup).error.map(without_blank) }
}

/// BuildKit calls the blank after `${name` a modifier; what is wrong is that the variable does not end.
fn without_blank(error: WordError) -> WordError {
    match &error.kind {
        WordErrorKind::UnsupportedModifier(modifier) if modifier.chars().all(char::is_whitespace) => {
            let span = error.span.start..error.span.end - modifier.len();
            WordError { kind: WordErrorKind::UnterminatedVariable, span }
        }
        _ => error,
    }
}

/// Each text that is expanded by itself: where it stands, and what it is after flags and JSON are read.
fn texts(instruction: &Instruction, ast: &Ast) -> Vec<(Part, String)> {
    let line = instruction.line().text();
    let written = |part: &Part| (*part, instruction.str(*part).to_owned());
    let mut texts = Vec::new();
    let flags: &[&str] = match ast.kind {
        Kind::Add => &["chown", "chmod", "checksum"],
        Kind::Copy => &["chown", "chmod", "from"],
        Kind::From => &["platform"],
        _ => &[],
    };
    for flag in ast.flags.iter().filter(|flag| flags.contains(&flag.name_in(line))) {
        texts.extend(flag.value_part.map(|part| (part, flag.value.clone())));
    }
    if ast.kind == Kind::Run {
        let fields = Mount::all(instruction).into_iter().flat_map(|mount| mount.fields);
        texts.extend(fields.filter_map(|field| Some((field.value_part, field.value?))));
    }
    match (ast.kind, &ast.arguments) {
        (Kind::From, Arguments::Words(words)) => texts.extend(words.first().map(written)),
        (Kind::Add | Kind::Copy | Kind::Expose | Kind::Volume, Arguments::Words(words)) => {
            let words = words.iter().map(written);
            texts.extend(words.filter(|(_, text)| !heredoc::is_heredoc(text)));
        }
        (Kind::Add | Kind::Copy | Kind::Volume, Arguments::Json(strings)) => {
            texts.extend(strings.iter().map(|string| (string.part, string.value.clone())));
        }
        // The name of an ARG is taken as it is.
        (Kind::Arg, Arguments::KeyValues(pairs)) => {
            texts.extend(pairs.iter().filter_map(|pair| pair.value).map(|value| written(&value)));
        }
        (Kind::Env | Kind::Label, Arguments::KeyValues(pairs)) => {
            let parts = pairs.iter().flat_map(|pair| [Some(pair.key), pair.value]).flatten();
            texts.extend(parts.map(|part| written(&part)));
        }
        (Kind::Stopsignal | Kind::User | Kind::Workdir, Arguments::Text(part)) => texts.push(written(part)),
        _ => {}
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn found(source: &str) -> Vec<&str> {
        let file = File::new(source);
        errors(&file.items()[0].instruction).into_iter().map(|error| &source[error.span]).collect()
    }

    #[test]
    fn errors_stand_where_the_builder_expands() {
        assert_eq!(found("ENV A='b C=d"), ["'b C=d"]);
        assert_eq!(found("ENV A it's"), ["'s"]);
        assert_eq!(found("ARG 'A=b'"), ["'"]);
        assert_eq!(found("FROM --platform=${a b${"), ["${a", "${"]);
        assert_eq!(found("COPY --chown=${a --exclude=${ b$ ${c \"d /e"), ["${a", "${c", "\"d"]);
        assert_eq!(found("COPY [\"${a\", \"b\"]"), ["\"${a\""]);
        assert_eq!(found("RUN --mount=target=${a echo 'b"), ["${a"]);
        assert_eq!(found("ONBUILD USER ${a"), ["${a"]);
        assert_eq!(found("USER a\\\n${b"), ["${b"]);
    }

    #[test]
    fn nothing_else_is_expanded() {
        for source in [
            "RUN echo 'a ${",
            "CMD it's",
            "MAINTAINER it's",
            "HEALTHCHECK CMD 'a",
            "FROM a AS 'b",
            "SHELL 'a",
        ] {
            assert_eq!(found(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn the_lines_of_a_heredoc_are_expanded_where_its_name_is_not_quoted() {
        assert_eq!(found("COPY <<E /a\nit's ${b^} c\nE\n"), ["${b^"]);
        assert_eq!(found("COPY <<'E' /a\n${b^}\nE\n"), [""; 0]);
        assert_eq!(found("RUN <<E\n${b^}\nE\n"), [""; 0]);
    }
}

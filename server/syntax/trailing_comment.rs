//! A `#` after the arguments of an instruction. Docker has no comments there: it takes the words for arguments.

use super::ast::{Arguments, Ast, Kind};
use super::expansion;
use super::instruction::Instruction;
use super::joined::Part;
use super::json::{self, Json};
use super::key_values::is_blank;

/// Text that was meant as a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrailingComment {
    /// From the `#` to the end of the line, in the joined line.
    pub part: Part,
    /// Whether BuildKit refuses the instruction because of it; otherwise it is taken as arguments.
    pub is_refused: bool,
}

/// The comment after the arguments of an instruction, or of the one that an ONBUILD keeps; `None` where there is none,
/// and in shell text, where a shell reads it.
pub fn trailing_comment(instruction: &Instruction) -> Option<TrailingComment> {
    let ast = instruction.ast().innermost();
    let rest = instruction.str(ast.rest);
    if !rest.contains('#') {
        return None;
    }
    let start = start(instruction, ast)?;
    let line = instruction.line();
    // What stands on the next continued line is no part of it.
    let from = instruction.place(Part::new(start, start + 1)).start;
    let line_length = instruction.source().get(from..)?.find('\n');
    let end = line_length.map_or(ast.rest.end as usize, |length| line.offset(from + length));
    let text = line.text().get(start..end.max(start))?;
    let part = Part::new(start, start + text.trim_end().len());
    let is_refused = match ast.kind {
        Kind::From | Kind::Expose | Kind::Healthcheck | Kind::Stopsignal | Kind::Shell => true,
        Kind::Env | Kind::Label if !is_legacy(&ast.arguments) => true,
        _ => expansion::errors(instruction).iter().any(|error| error.span.start >= from),
    };
    Some(TrailingComment { part, is_refused })
}

/// Where it begins, in the joined line.
fn start(instruction: &Instruction, ast: &Ast) -> Option<usize> {
    let is_comment = |part: &&Part| instruction.str(**part).starts_with('#');
    match (ast.kind, &ast.arguments) {
        (Kind::Add | Kind::Copy | Kind::Volume, Arguments::Words(words))
            if words.first().is_some_and(|word| instruction.str(*word).starts_with('[')) =>
        {
            after_json(instruction, ast)
        }
        // A file can be called `#a`: sources and destination come first.
        (Kind::Add | Kind::Copy, Arguments::Words(words)) => {
            words.iter().skip(2).find(is_comment).map(|word| word.start as usize)
        }
        (Kind::From | Kind::Expose | Kind::Volume, Arguments::Words(words)) => {
            words.iter().skip(1).find(is_comment).map(|word| word.start as usize)
        }
        (Kind::Env | Kind::Label | Kind::Arg, Arguments::KeyValues(pairs)) => match pairs.as_slice() {
            [pair] if pair.legacy => after_blank(instruction, pair.value?, true),
            pairs => {
                let mut keys = pairs.iter().skip(1).map(|pair| pair.key);
                keys.find(|key| is_comment(&key)).map(|key| key.start as usize)
            }
        },
        (Kind::Stopsignal | Kind::User | Kind::Workdir, Arguments::Text(part)) => {
            after_blank(instruction, *part, false)
        }
        (Kind::Maintainer, Arguments::Text(part)) => after_blank(instruction, *part, true),
        (Kind::Cmd | Kind::Entrypoint | Kind::Run | Kind::Shell, Arguments::Text(_)) => {
            after_json(instruction, ast)
        }
        (Kind::Healthcheck, Arguments::Healthcheck(kind, command)) => match **command {
            Arguments::Text(part)
                if instruction.str(*kind).eq_ignore_ascii_case("NONE") && is_comment(&&part) =>
            {
                Some(part.start as usize)
            }
            _ => None,
        },
        _ => None,
    }
}

/// A `#` after a blank outside quotes; where the text can be prose, only one with a blank after it.
fn after_blank(instruction: &Instruction, part: Part, is_prose: bool) -> Option<usize> {
    let text = instruction.str(part);
    let mut quote = None;
    let mut before = None;
    for (offset, char) in text.char_indices() {
        match quote {
            Some(open) if char == open => quote = None,
            None if matches!(char, '\'' | '"') && text.get(offset + 1..)?.contains(char) => {
                quote = Some(char)
            }
            None if char == '#' && before.is_some_and(is_blank) => {
                let next = text.get(offset + 1..)?.chars().next();
                if !is_prose || next.is_some_and(is_blank) {
                    return Some(part.start as usize + offset);
                }
            }
            _ => {}
        }
        before = Some(char);
    }
    None
}

/// A `#` after a JSON array, which is none with it.
fn after_json(instruction: &Instruction, ast: &Ast) -> Option<usize> {
    let text = instruction.str(ast.rest);
    let close = text.match_indices('#').map(|(offset, _)| offset).find(|offset| {
        let before = text.get(..*offset).unwrap_or_default();
        before.ends_with(is_blank) && matches!(json::read(before, 0), Json::Strings(_))
    })?;
    Some(ast.rest.start as usize + close)
}

fn is_legacy(arguments: &Arguments) -> bool {
    matches!(arguments, Arguments::KeyValues(pairs) if pairs.iter().any(|pair| pair.legacy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn found(source: &str) -> Option<(String, bool)> {
        let file = File::new(source);
        let instruction = &file.items()[0].instruction;
        let comment = trailing_comment(instruction)?;
        Some((instruction.str(comment.part).to_owned(), comment.is_refused))
    }

    #[test]
    fn comments_that_are_refused() {
        for source in [
            "FROM a # b",
            "FROM a AS b # b",
            "EXPOSE 80 # b",
            "ENV A=1 # b",
            "LABEL a=b c=d # b",
            "HEALTHCHECK NONE # b",
            "STOPSIGNAL SIGTERM # b",
            "SHELL [\"a\"] # b",
            "ONBUILD EXPOSE 80 # b",
            "EXPOSE 80 # b\\\n 443",
        ] {
            assert_eq!(found(source), Some(("# b".to_owned(), true)), "{source}");
        }
        assert_eq!(found("WORKDIR /a # it's"), Some(("# it's".to_owned(), true)));
    }

    #[test]
    fn comments_that_are_taken_as_arguments() {
        for source in [
            "COPY a b # b",
            "COPY [\"a\", \"b\"] # b",
            "ARG A=1 # b",
            "WORKDIR /a # b",
            "USER a\t# b",
            "VOLUME /a # b",
            "ENV A b # b",
            "MAINTAINER a # b",
            "CMD [\"a\"] # b",
            "RUN [\"a\", \"#\"] # b",
        ] {
            assert_eq!(found(source), Some(("# b".to_owned(), false)), "{source}");
        }
    }

    #[test]
    fn what_is_no_comment() {
        for source in [
            "RUN a # b",
            "CMD a # b",
            "HEALTHCHECK CMD a # b",
            "ENV A=#b",
            "ENV A='x # b'",
            "ENV COLOR #fff",
            "LABEL title The #1 of all",
            "COPY #a #b",
            "WORKDIR /a#b",
            "USER '# a'",
            "CMD [\"#\", \"a\"]",
            "MAINTAINER a <a@b.c> #5",
        ] {
            assert_eq!(found(source), None, "{source}");
        }
    }
}

//! `missing-argument`

use crate::rules::prelude::*;
use crate::syntax::heredoc::is_heredoc;
use crate::syntax::key_values::KeyValue;
use crate::syntax::trailing_comment::trailing_comment;
use crate::syntax::{expansion, json::JsonString};

declare_rule! {
    /// ## What it does
    /// Finds an instruction that lacks what it needs: a COPY without a destination, an ENV without a value, a FROM that
    /// ends with `AS`, a HEALTHCHECK without CMD, an instruction with nothing behind its name.
    ///
    /// ## Why is this bad?
    /// The file does not build: Docker reads all of it before the first step runs.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// COPY app
    /// ENV MODE=production LEVEL
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// COPY app /usr/local/bin/
    /// ENV MODE=production LEVEL=1
    /// ```
    pub(crate) static MISSING_ARGUMENT = {
        id: "missing-argument", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for ast in instruction.ast().with_trigger() {
        let keyword = ast.kind.keyword();
        let mut at = |part: Part, what: &str| {
            out.push(instruction.place(part), what.to_owned());
        };
        match (ast.kind, &ast.arguments) {
            // Docker runs these with an empty command, and knows no unknown ones.
            (Kind::Run | Kind::Cmd | Kind::Entrypoint | Kind::Unknown, Arguments::None) => {}
            (Kind::Copy | Kind::Add, arguments) => copy(instruction, ast, arguments, &mut at),
            (_, Arguments::None) => at(ast.keyword, &format!("`{keyword}` has no argument")),
            (Kind::Run, Arguments::Json(strings)) if strings.is_empty() => {
                at(ast.rest, "`RUN` has an empty command");
            }
            (Kind::Shell, Arguments::Json(strings)) if strings.is_empty() => {
                at(ast.rest, "`SHELL` has an empty command");
            }
            (Kind::From, Arguments::Words(words)) => {
                if let [_, word] = words.as_slice()
                    && instruction.str(*word).eq_ignore_ascii_case("AS")
                {
                    at(*word, &format!("no stage name follows `{}`", instruction.str(*word)));
                }
            }
            (Kind::Volume, arguments) => volume(instruction, ast, arguments, &mut at),
            (Kind::Env | Kind::Label | Kind::Arg, Arguments::KeyValues(pairs)) => {
                key_values(instruction, ast.kind, pairs, &mut at);
            }
            (Kind::Healthcheck, Arguments::Healthcheck(kind, command)) => {
                healthcheck(instruction, *kind, command, &mut at);
            }
            _ => {}
        }
    }
}

fn copy(instruction: &Instruction, ast: &Ast, arguments: &Arguments, at: &mut dyn FnMut(Part, &str)) {
    let words: Vec<(Part, &str)> = match arguments {
        Arguments::Words(words) => words.iter().map(|word| (*word, instruction.str(*word))).collect(),
        Arguments::Json(strings) => {
            strings.iter().map(|string| (string.part, string.value.as_str())).collect()
        }
        Arguments::None => Vec::new(),
        _ => return,
    };
    let keyword = ast.kind.keyword();
    match words.as_slice() {
        [] => at(ast.keyword, &format!("`{keyword}` has no source and no destination")),
        [(word, _)] => at(*word, &format!("`{keyword}` has no destination")),
        [.., (word, text)] if is_heredoc(text) => {
            at(*word, &format!("`{keyword}` has no destination: a heredoc is a source"));
        }
        _ => {}
    }
}

fn volume(instruction: &Instruction, ast: &Ast, arguments: &Arguments, at: &mut dyn FnMut(Part, &str)) {
    let is_blank = |text: &str| {
        let value = expansion::literal(text.trim(), instruction.escape());
        value.is_some_and(|value| value.is_empty())
    };
    let blank: Vec<Part> = match arguments {
        Arguments::Words(words) => {
            words.iter().filter(|word| is_blank(instruction.str(**word))).copied().collect()
        }
        Arguments::Json(strings) if strings.is_empty() => vec![ast.rest],
        Arguments::Json(strings) => {
            let blank = strings.iter().filter(|string| is_blank(&string.value));
            blank.map(|JsonString { part, .. }| *part).collect()
        }
        _ => Vec::new(),
    };
    blank.into_iter().for_each(|part| at(part, "`VOLUME` has an empty path"));
}

fn key_values(instruction: &Instruction, kind: Kind, pairs: &[KeyValue], at: &mut dyn FnMut(Part, &str)) {
    let keyword = kind.keyword();
    let comment = trailing_comment(instruction).map_or(u32::MAX, |comment| comment.part.start);
    for pair in pairs.iter().filter(|pair| pair.key.start < comment) {
        let key = shown(instruction.str(pair.key));
        match pair.value {
            Some(_) if pair.key.is_empty() => {
                at(pair.part(), &format!("`{keyword}` has a value without a name"));
            }
            None if kind == Kind::Arg => {}
            None if pair.legacy => at(pair.key, &format!("`{key}` has no value")),
            None => {
                at(pair.key, &format!("`{key}` has no `=` and no value; a value with blanks needs quotes"));
            }
            Some(_) => {}
        }
    }
}

fn healthcheck(instruction: &Instruction, kind: Part, command: &Arguments, at: &mut dyn FnMut(Part, &str)) {
    let is_empty = match command {
        Arguments::None => true,
        Arguments::Json(strings) => strings.is_empty(),
        _ => false,
    };
    match instruction.str(kind).to_uppercase().as_str() {
        "NONE" => {}
        "CMD" if is_empty => at(kind, "no command follows `CMD`"),
        "CMD" => {}
        _ => at(kind, "`CMD` or `NONE` is missing here"),
    }
}

#[cfg(test)]
mod tests {
    check_rule!(MISSING_ARGUMENT);
    use super::*;

    #[test]
    fn an_instruction_with_nothing_behind_its_name() {
        for keyword in [
            "FROM",
            "ENV",
            "LABEL",
            "ARG",
            "EXPOSE",
            "VOLUME",
            "USER",
            "WORKDIR",
            "STOPSIGNAL",
            "MAINTAINER",
            "ONBUILD",
            "HEALTHCHECK",
            "SHELL",
            "env",
            "FROM --platform=a",
        ] {
            assert_eq!(crate::fixture::found(&MISSING_ARGUMENT, keyword).len(), 1, "{keyword}");
        }
        check("ONBUILD USER\n        ^^^^ `USER` has no argument\n");
        check_none("RUN\nCMD\nENTRYPOINT\nCMD []\nENTRYPOINT []\nFOO\n");
        check("RUN []\n    ^^ `RUN` has an empty command\n");
        check("SHELL []\n      ^^ `SHELL` has an empty command\n");
    }

    #[test]
    fn a_copy_has_a_destination() {
        check(
            "
COPY --link
^^^^ `COPY` has no source and no destination
ADD a
    ^ `ADD` has no destination
COPY [\"a\"]
      ^^^ `COPY` has no destination
COPY a <<E
       ^^^ `COPY` has no destination: a heredoc is a source
E
",
        );
        check_none("COPY a b\nCOPY [\"a\", \"b\"]\nADD <<E /a\nE\n");
    }

    #[test]
    fn a_name_has_a_value_and_a_value_a_name() {
        check(
            "
ENV A
    ^ `A` has no value
ENV A=b c
        ^ `c` has no `=` and no value; a value with blanks needs quotes
LABEL =b
      ^^ `LABEL` has a value without a name
ARG =b A
    ^^ `ARG` has a value without a name
",
        );
        check_none("ENV A b c\nENV A = b\nENV A=\nENV A='b c'\nARG A B\nENV A=1 # b c\n");
    }

    #[test]
    fn a_health_check_has_a_command() {
        check("HEALTHCHECK --interval=1s CMD\n                          ^^^ no command follows `CMD`\n");
        check("HEALTHCHECK CMD []\n            ^^^ no command follows `CMD`\n");
        check("HEALTHCHECK curl a\n            ^^^^ `CMD` or `NONE` is missing here\n");
        check_none("HEALTHCHECK none\nHEALTHCHECK cmd a\n");
    }

    #[test]
    fn a_stage_name_and_a_path_are_not_empty() {
        check("FROM a as\n       ^^ no stage name follows `as`\n");
        check("VOLUME [\"a\", \" \"]\n             ^^^ `VOLUME` has an empty path\n");
        check("VOLUME /a ''\n          ^^ `VOLUME` has an empty path\n");
        check_none("FROM a AS b\nFROM as\nVOLUME $A\n");
    }
}

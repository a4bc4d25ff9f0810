//! From an instruction to the script that it holds.

use super::heredocs::{self, Read};
use super::walk::{self, Walked};
use super::{Command, Element, Form, Joined, Joint, Nesting, Part, RunAs, Script, Shape, Word, inner};
use crate::syntax::json::JsonString;
use crate::syntax::{Arguments, Instruction, Kind};

impl Script {
    /// The commands of a RUN, CMD, ENTRYPOINT or HEALTHCHECK, or of the one that ONBUILD keeps. `None` for
    /// another instruction, a script for another interpreter, and files given by COPY heredocs.
    pub fn of(instruction: &Instruction) -> Option<Script> {
        let ast = instruction.ast().innermost();
        let arguments = match &ast.arguments {
            Arguments::Healthcheck(_, command) => command,
            other => other,
        };
        match (ast.kind, arguments) {
            (Kind::Run | Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck, Arguments::Json(strings)) => {
                let word = |string: &JsonString| Word {
                    part: string.part,
                    value: Some(string.value.as_str().into()),
                };
                Some(Script::exec(instruction.line().clone(), strings.iter().map(word).collect()))
            }
            (Kind::Run, Arguments::Text(part)) if !instruction.heredocs().is_empty() => {
                heredocs::read(instruction, ast, *part).map(Script::parse)
            }
            (Kind::Run | Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck, Arguments::Text(part)) => {
                let text = instruction.line().piece(*part);
                Some(Script::parse(Read { text, form: Form::Shell, interpreter: None }))
            }
            _ => None,
        }
    }

    fn exec(text: Joined, words: Vec<Word>) -> Script {
        let part = match (words.first(), words.last()) {
            (Some(first), Some(last)) => Part { start: first.part.start, end: last.part.end },
            _ => Part::default(),
        };
        let command = Command {
            part,
            assignments: Vec::new(),
            words,
            joint: Joint::Start,
            nesting: Nesting::default(),
            element: 0,
            user: RunAs::Own,
        };
        let elements = vec![Element { part, joint: Joint::Start, shape: Shape::Simple }];
        let inner = inner::scripts(&command, text.text(), true);
        let mut walked = Walked { commands: vec![command], elements, ..Walked::default() };
        inner.into_iter().for_each(|inner| inner.append_to(&mut walked.commands, &mut walked.outputs));
        Script::new(Read { text, form: Form::Exec, interpreter: None }, walked)
    }

    fn parse(read: Read) -> Script {
        let walked = walk::commands(read.text.text());
        Script::new(read, walked)
    }

    fn new(Read { text, form, interpreter }: Read, walked: Walked) -> Script {
        let Walked { commands, elements, outputs, bashisms, functions, guards, has_error } = walked;
        Script {
            text,
            commands,
            elements,
            outputs,
            bashisms,
            functions,
            guards,
            form,
            interpreter,
            has_error,
        }
    }
}

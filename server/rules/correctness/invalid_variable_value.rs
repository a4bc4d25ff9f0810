//! `invalid-variable-value`

use crate::knowledge::signals;
use crate::rules::prelude::*;
use crate::semantic::Model;
use crate::syntax::port::{self, PortProblem};
use crate::syntax::value;

declare_rule! {
    /// ## What it does
    /// Finds an EXPOSE, STOPSIGNAL, VOLUME or `--chmod` whose variables come to something that the builder refuses.
    /// What is written out and refused has rules of its own.
    ///
    /// ## Why is this bad?
    /// The build ends at this instruction.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// ARG PORT=80800
    /// EXPOSE $PORT
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// ARG PORT=8080
    /// EXPOSE $PORT
    /// ```
    pub(crate) static INVALID_VARIABLE_VALUE = {
        id: "invalid-variable-value", group: Correctness, severity: Error, since: "0.1.0",
        also: [],
        check: Steps(has_variable, check),
    }
}

fn has_variable(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    let is_read = match ast.kind {
        Kind::Expose | Kind::Stopsignal | Kind::Volume => true,
        Kind::Add | Kind::Copy => !ast.flags.is_empty(),
        _ => false,
    };
    is_read && instruction.str(ast.part()).contains('$')
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let model = cx.document.model();
    for index in steps {
        let Some(item) = cx.document.file().item(*index) else {
            continue;
        };
        let instruction = &item.instruction;
        for (part, text) in texts(instruction) {
            let place = instruction.place(part);
            if text.contains('$')
                && !is_in_comment(instruction, place.start)
                && let Some(problem) = problem(model, *index, instruction.ast().kind, &text)
            {
                out.push_at(*index, place, format!("`{}` {problem}", shown(&text)));
            }
        }
    }
}

/// What of an instruction is judged, and where it stands.
fn texts(instruction: &Instruction) -> Vec<(Part, String)> {
    let ast = instruction.ast();
    let written = |part: &Part| (*part, instruction.str(*part).to_owned());
    match (ast.kind, &ast.arguments) {
        (Kind::Add | Kind::Copy, _) => {
            let flags = ast.flags_named(instruction.line().text(), "chmod");
            flags.filter_map(|flag| Some((flag.value_part?, flag.value.clone()))).collect()
        }
        (Kind::Expose | Kind::Volume, Arguments::Words(words)) => words.iter().map(written).collect(),
        (Kind::Volume, Arguments::Json(strings)) => {
            strings.iter().map(|string| (string.part, string.value.clone())).collect()
        }
        (Kind::Stopsignal, Arguments::Text(part)) => vec![written(part)],
        _ => Vec::new(),
    }
}

/// What a text comes to and why that is refused: the rest of a sentence that begins with the text.
fn problem(model: &Model, index: usize, kind: Kind, text: &str) -> Option<String> {
    if kind == Kind::Expose {
        let ports = model.split_at(index, text).words.into_iter();
        return ports.filter_map(|(port, _)| Some((port::problem(&port)?, port))).map(port_message).next();
    }
    let value = model.expand_at(index, text).value?;
    let what = match kind {
        Kind::Stopsignal if signals::number(&value).is_none() => "no signal",
        Kind::Volume if value.is_empty() => "no folder",
        Kind::Add | Kind::Copy if !value.is_empty() && !value::is_mode(&value) => "no mode",
        _ => return None,
    };
    Some(match value.as_str() {
        "" => "comes to nothing".to_owned(),
        _ => format!("comes to `{}`, which is {what}", shown(&value)),
    })
}

fn port_message((problem, port): (PortProblem, String)) -> String {
    match problem {
        PortProblem::OutOfRange(_) => format!("comes to `{}`: ports go from 0 to 65535", shown(&port)),
        PortProblem::Other(what) => format!("comes to `{}`: it {what}", shown(&port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(INVALID_VARIABLE_VALUE);

    #[test]
    fn known_values_are_judged() {
        check(
            "
FROM scratch
ARG A=x B=80 C=\"80 90000\"
EXPOSE $A $B $C
       ^^ `$A` comes to `x`: it has the port `x`, which is no number
             ^^ `$C` comes to `90000`: ports go from 0 to 65535
STOPSIGNAL SIG$A
           ^^^^^ `SIG$A` comes to `SIGx`, which is no signal
COPY --chmod=$A a /b
             ^^ `$A` comes to `x`, which is no mode
VOLUME [\"/a\", \"$D\"]
              ^^^^ `$D` comes to nothing
",
        );
    }

    #[test]
    fn what_is_right_or_not_known_is_not() {
        check_none(
            "FROM a:1\nARG A B=80\nEXPOSE $A $B $C\nSTOPSIGNAL $A\nCOPY --chmod=$A a /b\nVOLUME $C /d$A\n",
        );
        check_none("FROM scratch\nEXPOSE $A 99999\nCOPY --chmod=$A a /b\nSTOPSIGNAL x\nONBUILD EXPOSE $A\n");
    }
}

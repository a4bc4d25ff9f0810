//! `misleading-description`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a comment above a named stage or an ARG that does not begin with the name of that stage or argument.
    ///
    /// Off where it is not turned on, as in BuildKit.
    ///
    /// ## Why is this bad?
    /// `docker build --call=outline` shows such a comment as the description of the stage or argument only where it
    /// begins with its name. An empty comment, `#`, between the two says that it is none.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// # The compiler lives here
    /// FROM golang:1.23 AS build
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// # build compiles the program
    /// FROM golang:1.23 AS build
    /// ```
    pub(crate) static MISLEADING_DESCRIPTION = {
        id: "misleading-description", group: Style, severity: Warning, since: "0.1.0",
        also: ["InvalidDefinitionDescription"],
        default_on: false,
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast();
    let names: Vec<String> = match (ast.kind, &ast.arguments) {
        (Kind::From, Arguments::Words(words)) => {
            words.get(2).map(|part| instruction.str(*part).to_lowercase()).into_iter().collect()
        }
        (Kind::Arg, Arguments::KeyValues(pairs)) => {
            pairs.iter().map(|pair| instruction.str(pair.key).to_owned()).collect()
        }
        _ => return,
    };
    let Some(span) = instruction.comments().last() else {
        return;
    };
    let text = instruction.source().get(span.clone()).unwrap_or_default();
    let text = text.trim_start_matches('#').trim();
    let first_word = text.split(' ').next().unwrap_or_default();
    let Some(name) = names.first() else {
        return;
    };
    if !text.is_empty() && !is_directive(text) && !names.iter().any(|name| name == first_word) {
        let message = match names.len() {
            1 => format!("the comment does not begin with `{name}`"),
            _ => "the comment does not begin with the name of an argument".to_owned(),
        };
        out.push(span.clone(), message);
    }
}

/// Whether the text of a comment may be a parser directive, which describes nothing.
fn is_directive(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or_default().trim();
    text.contains('=') && ["syntax", "escape", "check"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MISLEADING_DESCRIPTION);

    #[test]
    fn a_description_begins_with_the_name() {
        check("# the base\n^^^^^^^^^^ the comment does not begin with `base`\nFROM a:1 AS base\n");
        check_none(
            "# base is it\nFROM a:1 AS Base\n# base: not\n#\nFROM a:1 AS b\n# free\nFROM a:1\nRUN b\n",
        );
        check_none("# check=skip=all\nARG A\n");
    }

    #[test]
    fn any_argument_of_several_will_do() {
        check("# C\n^^^ the comment does not begin with the name of an argument\nARG A=1 B\n");
        check_none("# B is\nARG A=1 B\n");
    }
}

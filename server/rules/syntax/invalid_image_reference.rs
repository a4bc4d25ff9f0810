//! `invalid-image-reference`

use crate::rules::prelude::*;
use crate::syntax::mount::Mount;
use crate::syntax::{expansion, reference};

declare_rule! {
    /// ## What it does
    /// Finds an image that no registry can have: in FROM, in `COPY --from` and in a mount's `from=`. Names are in lower
    /// case, and a tag has no blanks and no second colon. A stage's name is no image; FROM finds it in lower case only.
    ///
    /// What depends on a variable is left alone.
    ///
    /// ## Why is this bad?
    /// The build ends when Docker reads the name.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM Debian:12
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// ```
    pub(crate) static INVALID_IMAGE_REFERENCE = {
        id: "invalid-image-reference", group: Syntax, severity: Error, since: "0.1.0",
        also: ["InvalidDefaultArgInFrom"],
        check: Steps(picks, check),
    }
}

/// A word that is no reference.
struct Wrong {
    part: Part,
    name: String,
    problem: reference::ReferenceProblem,
}

fn picks(instruction: &Instruction) -> bool {
    !wrong(instruction).is_empty()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let model = cx.document.model();
    for index in steps {
        let Some(item) = cx.document.file().item(*index) else {
            continue;
        };
        let instruction = &item.instruction;
        let is_from = instruction.ast().kind == Kind::From;
        let stages_above = model.stages().iter().take_while(|stage| stage.from() < *index);
        let is_stage = |name: &str| match is_from {
            // FROM compares the case; COPY and mounts do not.
            true => stages_above.clone().any(|stage| stage.name.as_deref() == Some(name)),
            false => model.stage_named(name).is_some(),
        };
        for Wrong { part, name, problem } in wrong(instruction) {
            if is_stage(&name) {
                continue;
            }
            let text = shown(name.get(problem.span.clone()).unwrap_or_default());
            let is_as_written = instruction.str(part) == name;
            let part = if is_as_written && !part.is_empty() { part.within(problem.span) } else { part };
            let pushed = out.push_at(*index, instruction.place(part), format!("`{text}` {}", problem.what));
            // BuildKit asks no more than whether FROM comes to a name.
            pushed.also(if is_from { &["InvalidDefaultArgInFrom"] } else { &[] });
        }
    }
}

/// The words of an instruction that are no references, whatever the stages are.
fn wrong(instruction: &Instruction) -> Vec<Wrong> {
    let ast = instruction.ast();
    let names: Vec<(Part, String)> = match (ast.kind, &ast.arguments) {
        (Kind::From, Arguments::Words(words)) => match words.as_slice() {
            [_, keyword, _] if !instruction.str(*keyword).eq_ignore_ascii_case("AS") => Vec::new(),
            [word] | [word, _, _] => vec![(*word, instruction.str(*word).to_owned())],
            // Another rule says that there are too many words.
            _ => Vec::new(),
        },
        (Kind::Copy, _) => {
            let flag = instruction.flag("from");
            let named = flag.filter(|flag| !flag.value.is_empty() && flag.value.parse::<i64>().is_err());
            let name = named.and_then(|flag| Some((flag.value_part?, flag.value.clone())));
            // Another rule says that variables have no place here.
            name.into_iter().filter(|(_, name)| !name.contains('$')).collect()
        }
        (Kind::Run, _) => {
            let mounts = Mount::all(instruction).into_iter();
            let from = mounts.flat_map(|mount| mount.fields).filter(|field| field.key == "from");
            let names = from.filter_map(|field| Some((field.value_part, field.value?)));
            names.filter(|(_, name)| !name.is_empty() && !name.contains('$')).collect()
        }
        _ => Vec::new(),
    };
    let wrong = |(part, text): (Part, String)| {
        let name = expansion::literal(&text, instruction.escape())?;
        let problem = reference::problem(&name)?;
        Some(Wrong { part, name, problem })
    };
    names.into_iter().filter_map(wrong).collect()
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_IMAGE_REFERENCE);
    use super::*;

    #[test]
    fn the_wrong_part_is_marked() {
        check(
            "
FROM example.com/Debian:12
                 ^^^^^^ `Debian` has capital letters: a repository's name is in lower case
FROM debian: AS b
           ^ `:` is no tag: the name after the colon is missing
COPY --from=ngi__nx:1:2 a b
                   ^^^^ `:1:2` is no tag
RUN --mount=type=bind,from=A,target=/a b
                           ^ `A` has capital letters: a repository's name is in lower case
FROM \"\"
     ^^ `` is empty
",
        );
    }

    #[test]
    fn stages_are_no_images() {
        check_none("FROM a:1 AS b-\nFROM b-\nCOPY --from=B- a b\nRUN --mount=from=B-,target=/a c\n");
        check(
            "FROM a:1 AS Build\nFROM Build\n     ^^^^^ `Build` has capital letters: a repository's name is in lower case\n",
        );
        check("FROM b-\n     ^^ `b-` is no repository's name\nFROM a:1 AS b-\n");
    }

    #[test]
    fn what_is_not_known_is_left_alone() {
        check_none(
            "FROM {{ a }}\nFROM $A\nFROM A${B}\nCOPY --from=$A a b\nCOPY --from=0 a b\nFROM scratch\nONBUILD COPY --from=A- a b\n",
        );
    }
}

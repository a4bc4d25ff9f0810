//! The proof: an instruction is read again after its edits, and says what it said before.

use crate::semantic::environment::Shell;
use crate::syntax::joined::Part;
use crate::syntax::shell::Word;
use crate::syntax::{Arguments, Ast, Instruction, Script};
use crate::text::Edit;

use super::lines::BLANKS;
use super::tight::Reading;

/// Whether an instruction is the same after edits of its source (in order and apart), but for blanks between words.
pub(super) fn is_same(before: &Instruction, edits: &[Edit], shell: &Shell) -> bool {
    let Some(source) = applied(before.source(), edits) else { return false };
    let Some(after) = before.with_source(&source) else { return false };
    let (old, new) = (Side { instruction: before }, Side { instruction: &after });
    after.source() == source
        && after.is_open() == before.is_open()
        && old.texts_kept() == new.texts_kept()
        && same_ast(&old, before.ast(), &new, after.ast())
        && old.tight_texts(shell) == new.tight_texts(shell)
        && (!shell.is_posix() || same_script(before, &after))
}

fn applied(source: &str, edits: &[Edit]) -> Option<String> {
    let mut text = String::with_capacity(source.len());
    let mut done = 0;
    for edit in edits {
        text.push_str(source.get(done..edit.span.start)?);
        text.push_str(&edit.new_text);
        done = edit.span.end;
    }
    text.push_str(source.get(done..)?);
    Some(text)
}

/// An instruction before or after.
struct Side<'a> {
    instruction: &'a Instruction,
}

impl<'a> Side<'a> {
    fn str(&self, part: Part) -> &'a str {
        self.instruction.str(part)
    }

    /// What must not change by a byte: comments and heredocs.
    fn texts_kept(&self) -> Vec<&'a str> {
        let instruction = self.instruction;
        let comments = instruction.comments().iter().chain(instruction.inner_comments()).cloned();
        let heredocs = instruction.heredocs().iter();
        let lines = heredocs.flat_map(|heredoc| [Some(heredoc.body.clone()), heredoc.end.clone()]);
        let spans = comments.chain(lines.flatten());
        let names = instruction.heredocs().iter().map(|heredoc| heredoc.name.as_str());
        spans.filter_map(|span| instruction.source().get(span)).chain(names).collect()
    }

    fn tight_texts(&self, shell: &Shell) -> Option<Vec<&'a str>> {
        let (instruction, text) = (self.instruction, self.instruction.line().text());
        let reading = Reading::new(instruction.ast(), text, instruction.escape(), shell)?;
        Some(reading.tight_texts().collect())
    }
}

fn same_ast(old: &Side<'_>, before: &Ast, new: &Side<'_>, after: &Ast) -> bool {
    let flags = |side: &Side<'_>, ast: &Ast| -> Vec<String> {
        ast.flags.iter().map(|flag| side.str(flag.part).to_owned()).collect()
    };
    before.kind == after.kind
        && old.str(before.keyword) == new.str(after.keyword)
        && flags(old, before) == flags(new, after)
        && same_arguments(old, before, &before.arguments, new, &after.arguments)
}

fn same_arguments(old: &Side<'_>, ast: &Ast, before: &Arguments, new: &Side<'_>, after: &Arguments) -> bool {
    use crate::syntax::Kind::{Cmd, Entrypoint, Healthcheck, Run};
    match (before, after) {
        (Arguments::None, Arguments::None) => true,
        (Arguments::Words(words), Arguments::Words(others)) => {
            words.iter().map(|word| old.str(*word)).eq(others.iter().map(|word| new.str(*word)))
        }
        (Arguments::Json(strings), Arguments::Json(others)) => {
            strings.iter().map(|string| &string.value).eq(others.iter().map(|string| &string.value))
        }
        (Arguments::KeyValues(pairs), Arguments::KeyValues(others)) => {
            let shown = |side: &Side<'_>, key: Part, value: Option<Part>| {
                (side.str(key).to_owned(), value.map(|value| side.str(value).to_owned()))
            };
            let pairs = pairs.iter().map(|pair| (shown(old, pair.key, pair.value), pair.legacy));
            pairs.eq(others.iter().map(|pair| (shown(new, pair.key, pair.value), pair.legacy)))
        }
        (Arguments::Healthcheck(kind, command), Arguments::Healthcheck(other, other_command)) => {
            old.str(*kind) == new.str(*other) && same_arguments(old, ast, command, new, other_command)
        }
        (Arguments::Trigger(inner), Arguments::Trigger(other)) => same_ast(old, inner, new, other),
        (Arguments::Text(part), Arguments::Text(other))
            if matches!(ast.kind, Run | Cmd | Entrypoint | Healthcheck) =>
        {
            without_blanks(old.str(*part)) == without_blanks(new.str(*other))
        }
        (Arguments::Text(part), Arguments::Text(other))
        | (Arguments::BadJson(part), Arguments::BadJson(other))
        | (Arguments::Unknown(part), Arguments::Unknown(other)) => old.str(*part) == new.str(*other),
        _ => false,
    }
}

fn without_blanks(text: &str) -> String {
    text.replace(BLANKS, "")
}

/// Whether a shell reads the same commands, with the same words.
fn same_script(before: &Instruction, after: &Instruction) -> bool {
    match (Script::of(before), Script::of(after)) {
        (None, None) => true,
        (Some(before), Some(after)) => shown(&before) == shown(&after),
        _ => false,
    }
}

/// Each command with what joins it, what it stands in, and its words.
fn shown(script: &Script) -> Vec<String> {
    let word = |word: &Word| (without_blanks(script.str(word.part)), word.value.clone());
    let commands = script.commands().iter().map(|command| {
        let words: Vec<_> = command.assignments.iter().chain(&command.words).map(word).collect();
        format!("{:?} {:?} {} {words:?}", command.joint, command.nesting, command.element)
    });
    let elements = script.elements().iter().map(|element| format!("{:?} {:?}", element.joint, element.shape));
    commands.chain(elements).chain([script.has_error().to_string()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    /// Whether an instruction is the same where `old` in it becomes `new`.
    fn same(source: &str, old: &str, new: &str) -> bool {
        let file = File::new(source);
        let start = source.find(old).unwrap();
        let edit = Edit::replace(start..start + old.len(), new);
        is_same(&file.items()[0].instruction, &[edit], &Shell::default_posix())
    }

    #[test]
    fn blanks_between_words_are_the_same() {
        assert!(same("RUN a \\\n b\n", "\n b", "\n\t  b"));
        assert!(same("RUN a \"$(b  c)\"\n", "b  c", "b c"));
        assert!(same("COPY a  b\n", "a  b", "a b"));
        assert!(same("RUN a && \\\n b\n", "&& \\\n b", "\\\n && b"));
    }

    #[test]
    fn everything_else_is_not() {
        for (source, old, new) in [
            ("RUN a 'b  c'\n", "b  c", "b c"),
            ("RUN a b\n", "a b", "ab"),
            ("RUN a ;; b\n", ";;", "; ;"),
            ("RUN a \\\n# b\n c\n", "# b", "# B"),
            ("RUN <<A\n b\nA\n", " b", "b"),
            ("COPY a b\n", "a b", "ab"),
            ("COPY --link a b\n", "--link", "--chmod=1"),
            ("ENV a=\"b  c\"\n", "b  c", "b c"),
            ("ENV a b  c\n", "b  c", "b c"),
            ("WORKDIR a  b\n", "a  b", "a b"),
            ("CMD [\"a\", \"b \"]\n", "\"b \"", "\"b\""),
            ("RUN a\n", "a", "a \\"),
            ("RUN a \\\n b\n", "\\\n b", "\n b"),
            ("ONBUILD RUN a b\n", "a b", "a c"),
        ] {
            assert!(!same(source, old, new), "{source} with {new}");
        }
    }
}

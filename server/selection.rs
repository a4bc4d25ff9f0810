//! What a selection grows to, step by step: a word, an argument, a flag, a command, an instruction, a stage, the file.

use crate::document::Document;
use crate::semantic::facts::Facts;
use crate::semantic::variable_uses::kept_variable_uses;
use crate::syntax::mount::Mount;
use crate::syntax::{Arguments, Ast, Instruction, Item, Kind, Part};
use crate::text::Span;

/// The spans around a byte offset, each inside the next; the last is the whole document.
pub fn spans(document: &Document, offset: usize) -> Vec<Span> {
    let file = document.file();
    let whole = 0..document.text().len();
    let mut spans = Vec::new();
    if let Some((index, item)) = file.index_at(offset).and_then(|index| Some((index, file.item(index)?))) {
        let has_shell = document.model().has_posix_shell(index);
        spans.extend(in_item(item, offset, has_shell));
        if let Some(stage) = document.model().stage_at(index)
            && let Some([first, .., last] | [first @ last]) = file.items().get(stage.items.clone())
        {
            let comments =
                first.instruction.comments().first().map(|comment| first.absolute(comment.clone()));
            let starts = [Some(first.span().start), comments.map(|comment| comment.start)];
            spans.extend(starts.into_iter().flatten().map(|start| start..last.span().end));
        }
    } else {
        let tail = document.text().slice(file.tail());
        let inside = offset.saturating_sub(file.tail().start);
        let around = [word(&tail, inside), line(&tail, inside)];
        spans.extend(around.map(|span| file.tail().start + span.start..file.tail().start + span.end));
    }
    spans.retain(|span| span.start <= offset && offset <= span.end && !span.is_empty());
    spans.push(whole);
    spans.sort_by_key(|span| (span.len(), span.start));
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        let is_around = |inner: &Span| span.start <= inner.start && inner.end <= span.end && span != *inner;
        if nested.last().is_none_or(is_around) {
            nested.push(span);
        }
    }
    nested
}

/// The spans of an instruction that may be around an offset of the document, in no order.
fn in_item(item: &Item, offset: usize, has_shell: bool) -> Vec<Span> {
    let instruction = &*item.instruction;
    let source = instruction.source();
    let inside = offset.saturating_sub(item.start);
    let mut spans = vec![word(source, inside), line(source, inside), instruction.span()];
    spans.extend(instruction.comments().iter().chain(instruction.inner_comments()).cloned());
    if let (Some(first), Some(last)) = (instruction.comments().first(), instruction.comments().last()) {
        spans.push(first.start..last.end);
        // What stands above a FROM is about the stage.
        if instruction.ast().kind != Kind::From {
            spans.push(first.start..instruction.span().end);
        }
    }
    for heredoc in instruction.heredocs() {
        let end = heredoc.end.as_ref().map_or(heredoc.body.end, |end| end.end);
        spans.extend([heredoc.body.clone(), heredoc.body.start..end]);
        spans.extend(heredoc.end.clone());
    }
    for found in kept_variable_uses(instruction, has_shell) {
        spans.extend([found.name_span.clone(), found.span.clone()]);
    }
    if let Some(facts) = Facts::of(instruction).filter(|_| has_shell) {
        let script = &facts.script;
        let elements = script.elements().iter().map(|element| element.part);
        let commands = script.commands().iter();
        let commands = commands.flat_map(|command| {
            command.assignments.iter().chain(&command.words).map(|word| word.part).chain([command.part])
        });
        spans.extend(elements.chain(commands).map(|part| script.place(part)));
    }
    let mut parts = Vec::new();
    push_parts(&mut parts, instruction.ast());
    for mount in Mount::all(instruction) {
        for field in &mount.fields {
            let end = field.key_part.end.max(field.value_part.end);
            parts.extend([field.key_part, field.value_part, Part { end, ..field.key_part }]);
        }
    }
    parts.extend(blank_word(instruction, inside));
    let quoted = parts.iter().filter(|part| is_quoted(instruction.str(**part)));
    let unquoted: Vec<Part> = quoted.map(|part| part.within(1..part.len() - 1)).collect();
    parts.extend(unquoted);
    spans.extend(parts.into_iter().map(|part| instruction.place(part)));
    spans.into_iter().map(|span| item.absolute(span)).collect()
}

fn push_parts(parts: &mut Vec<Part>, ast: &Ast) {
    parts.extend([ast.keyword, ast.rest, ast.part()]);
    for flag in &ast.flags {
        parts.extend([flag.part, flag.name]);
        parts.extend(flag.value_part);
    }
    push_arguments(parts, &ast.arguments);
}

fn push_arguments(parts: &mut Vec<Part>, arguments: &Arguments) {
    match arguments {
        Arguments::Words(words) => parts.extend(words),
        Arguments::Json(strings) => parts.extend(strings.iter().map(|string| string.part)),
        Arguments::KeyValues(pairs) => {
            for pair in pairs {
                parts.extend([pair.key, pair.part()]);
                parts.extend(pair.value);
            }
        }
        Arguments::Healthcheck(kind, command) => {
            parts.push(*kind);
            push_arguments(parts, command);
        }
        Arguments::Trigger(kept) => push_parts(parts, kept),
        Arguments::Text(part) | Arguments::BadJson(part) | Arguments::Unknown(part) => parts.push(*part),
        Arguments::None => {}
    }
}

/// Whether one pair of quotes is around a text.
fn is_quoted(text: &str) -> bool {
    let is_in = |quote: char| {
        let inner = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
        inner.is_some_and(|inner| !inner.contains(quote))
    };
    is_in('"') || is_in('\'')
}

/// What blanks leave together around an offset of the source, in the joined line.
fn blank_word(instruction: &Instruction, offset: usize) -> Option<Part> {
    let joined = instruction.line().offset(offset);
    let text = instruction.line().text();
    let span = around(text, joined, |char| !char.is_whitespace());
    let part = Part::new(span.start, span.end);
    // A blank in quotes parts nothing.
    (!instruction.str(part).contains(['"', '\''])).then_some(part)
}

/// The letters, digits and `_` around an offset.
fn word(text: &str, offset: usize) -> Span {
    around(text, offset, |char| char.is_alphanumeric() || char == '_')
}

/// The line around an offset, without blanks at its ends.
fn line(text: &str, offset: usize) -> Span {
    let Span { start, end } = around(text, offset, |char| char != '\n');
    let line = text.get(start..end).unwrap_or_default();
    start + (line.len() - line.trim_start().len())..start + line.trim_end().len()
}

fn around(text: &str, offset: usize, is_inside: impl Fn(char) -> bool + Copy) -> Span {
    let before = text.get(..offset).unwrap_or_default();
    let after = text.get(offset..).unwrap_or_default();
    let start = before.trim_end_matches(is_inside).len();
    start..offset + (after.len() - after.trim_start_matches(is_inside).len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{Fixture, half_typed};

    /// What a selection at `$0` grows to before it is the whole document.
    fn check(fixture: &str, expected: &[&str]) {
        let (fixture, offset) = Fixture::cursor(fixture);
        let mut spans = spans(&fixture.document, offset);
        spans.pop();
        let shown: Vec<String> = spans.into_iter().map(|span| fixture.document.text().slice(span)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_word_grows_to_its_argument_and_its_instruction() {
        check(
            "ARG x\nFROM a\nCOPY --chown=$u:r$0oot b c\n",
            &[
                "root",
                "$u:root",
                "--chown=$u:root",
                "COPY --chown=$u:root b c",
                "FROM a\nCOPY --chown=$u:root b c",
            ],
        );
        check(
            "ARG x\nFROM a\nENV A=\"b $0c\" D=e\n",
            &[
                "c",
                "b c",
                "\"b c\"",
                "A=\"b c\"",
                "A=\"b c\" D=e",
                "ENV A=\"b c\" D=e",
                "FROM a\nENV A=\"b c\" D=e",
            ],
        );
        check(
            "ARG x\nCMD [\"a\", \"$0b c\"]",
            &["b", "b c", "\"b c\"", "\"a\", \"b c\"", "[\"a\", \"b c\"]", "CMD [\"a\", \"b c\"]"],
        );
    }

    #[test]
    fn a_mount_grows_by_its_fields() {
        check(
            "ARG x\nRUN --mount=type=cache,target=/r$0oot/.npm a",
            &[
                "root",
                "/root/.npm",
                "target=/root/.npm",
                "type=cache,target=/root/.npm",
                "--mount=type=cache,target=/root/.npm",
                "RUN --mount=type=cache,target=/root/.npm a",
            ],
        );
    }

    #[test]
    fn a_command_grows_to_the_script() {
        check(
            "ARG x\nRUN a \\\n  && b ${v$0:-c} d\n",
            &[
                "v",
                "${v:-c}",
                "b ${v:-c} d",
                "&& b ${v:-c} d",
                "a \\\n  && b ${v:-c} d",
                "RUN a \\\n  && b ${v:-c} d",
            ],
        );
        check("ARG x\nRUN <<E\na\nb $0c\nE\n", &["c", "b c", "a\nb c\n", "a\nb c\nE", "RUN <<E\na\nb c\nE"]);
    }

    #[test]
    fn a_comment_grows_to_its_block() {
        check("ARG x\n# a\n# b $0c\nRUN d\n", &["c", "# b c", "# a\n# b c", "# a\n# b c\nRUN d"]);
        check("ARG x\n# $0a\nFROM b\nRUN c\n", &["a", "# a", "# a\nFROM b\nRUN c"]);
        check("ARG x\n# a $0b\n", &["b", "# a b"]);
        check("$0", &[]);
    }

    proptest! {
        #[test]
        fn every_span_is_inside_the_next(source in half_typed()) {
            let document = Document::new(&source);
            for offset in (0..=source.len()).filter(|offset| source.is_char_boundary(*offset)) {
                let spans = spans(&document, offset);
                prop_assert_eq!(spans.last(), Some(&(0..source.len())));
                prop_assert!(spans.iter().all(|span| span.start <= offset && offset <= span.end));
                prop_assert!(spans.iter().all(|span| source.get(span.clone()).is_some()), "{:?}", spans);
                let inside = |(inner, outer): (&Span, &Span)| outer.start <= inner.start && inner.end <= outer.end;
                prop_assert!(spans.iter().zip(spans.iter().skip(1)).all(inside));
            }
        }
    }
}

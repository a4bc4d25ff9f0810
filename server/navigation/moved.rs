//! What names a file of the build context that gets another name.

use crate::document::Cx;
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::copy_words::{list, needs_list, source_word, string};
use crate::syntax::{Arguments, Item, Part};
use crate::text::Edit;

/// A file or folder of the build context that gets another path there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The path it has.
    pub old: String,
    /// The path it gets.
    pub new: String,
}

/// The edits that make every source of a COPY, ADD or bind mount follow files and folders of the build context. What has a
/// variable or a pattern in the part that moves stays.
pub fn follow(cx: &Cx<'_>, moved: &[Moved]) -> Vec<Edit> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut edits = Vec::new();
    for (index, item) in file.items().iter().enumerate() {
        if let Some(step) = CopyStep::of(file, model, index).filter(|step| step.from == CopyFrom::Context) {
            edits.extend(copy(item, step, moved));
        }
        for (mount, from) in model.bind_mounts(file, index) {
            let field = mount.field(&["source", "src"]).filter(|_| from == CopyFrom::Context);
            edits.extend(field.and_then(|field| mounted(item, field.value_part, moved)));
        }
    }
    edits
}

/// The edits of one COPY or ADD: word by word, or all as a list where a word can only be said in one.
fn copy(item: &Item, step: &CopyStep, moved: &[Moved]) -> Vec<Edit> {
    let instruction = &*item.instruction;
    let escape = instruction.escape();
    let words = |part: Part| Some(unquoted(instruction.str(part))).filter(|(_, inner)| is_literal(inner));
    let change = |part: Part| {
        let (quotes, inner) = words(part)?;
        let (start, path, end) = followed(inner, moved)?;
        Some((quotes, format!("{start}{}{end}", source_word(&path, escape)?)))
    };
    let sources = step.sources.iter().map(|word| word.part);
    let changes: Vec<(Part, usize, String)> =
        sources.filter_map(|part| change(part).map(|(quotes, text)| (part, quotes, text))).collect();
    let arguments = match &instruction.ast().innermost().arguments {
        Arguments::Json(_) => None,
        Arguments::Words(words) if changes.iter().any(|(.., text)| needs_list(text)) => Some(words),
        _ => {
            return changes
                .iter()
                .filter_map(|(part, quotes, text)| word_edit(item, *part, *quotes, text))
                .collect();
        }
    };
    let Some(arguments) = arguments else {
        let strings = changes.iter().map(|(part, _, text)| whole(item, *part, string(text)));
        return strings.flatten().collect();
    };
    let (Some(first), Some(last), false) = (arguments.first(), arguments.last(), step.has_heredocs) else {
        return Vec::new();
    };
    let said = |part: &Part| {
        let change = changes.iter().find(|(changed, ..)| changed == part);
        change.map_or_else(|| instruction.str(*part), |(.., text)| text.as_str())
    };
    let all = Part { start: first.start, end: last.end };
    whole(item, all, list(arguments.iter().map(said))).into_iter().collect()
}

/// A word with another text, in its quotes where they change nothing of it.
fn word_edit(item: &Item, part: Part, quotes: usize, text: &str) -> Option<Edit> {
    let text = if quotes > 0 && is_literal(text) { format!("\"{text}\"") } else { text.to_owned() };
    whole(item, part, text)
}

/// The value of a mount's `source`, which knows no other way to say a path than as it is.
fn mounted(item: &Item, part: Part, moved: &[Moved]) -> Option<Edit> {
    let inner = Some(item.instruction.str(part)).filter(|inner| is_literal(inner))?;
    let (start, path, end) = followed(inner, moved)?;
    let is_plain = is_literal(&path) && !path.contains(char::is_whitespace) && !path.contains(',');
    whole(item, part, format!("{start}{path}{end}")).filter(|_| is_plain)
}

/// Puts a text in the place of a part, if that is not broken over lines.
fn whole(item: &Item, part: Part, text: String) -> Option<Edit> {
    let place = item.absolute(item.instruction.place(part));
    (place.len() == part.len()).then(|| Edit::replace(place, text))
}

/// What stands in the quotes of a word, if it has some, and how long one is.
fn unquoted(written: &str) -> (usize, &str) {
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or((0, written), |inner| (1, inner))
}

fn is_literal(text: &str) -> bool {
    !text.contains(['$', '"', '\'', '\\', '`'])
}

/// What a path is called afterwards, if it moves or lies in what does: what stands before that (`./`), the new path, and what
/// stands behind.
fn followed<'a>(written: &'a str, moved: &[Moved]) -> Option<(&'a str, String, &'a str)> {
    let clean = path::in_context(written);
    let (moved, rest) = moved.iter().find_map(|moved| Some((moved, path::below(&clean, &moved.old)?)))?;
    (!moved.old.is_empty()).then_some(())?;
    // A leading `./` or `/` stays.
    let start = written.find(&clean)?;
    let end = start + clean.len() - if rest.is_empty() { 0 } else { rest.len() + 1 };
    Some((written.get(..start)?, moved.new.clone(), written.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::{Moved, follow};
    use crate::fixture::Fixture;

    fn check(before: &str, after: &str) {
        check_name(before, "lib/b", after);
    }

    /// As [`check`], where `src/a` gets this name.
    fn check_name(before: &str, new: &str, after: &str) {
        let fixture = Fixture::new(before);
        let moved = [Moved { old: "src/a".to_owned(), new: new.to_owned() }];
        let mut edits = fixture.look(|cx| follow(cx, &moved));
        let mut text = fixture.document.text().clone();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        for edit in edits {
            text.replace(edit.span, &edit.new_text);
        }
        assert_eq!(text.to_string(), after);
    }

    #[test]
    fn sources_follow_their_file() {
        check(
            "FROM x\nCOPY src/a ./src/a/c.txt /src/a/ src/ab src/*/a /src/a\nADD [\"src/a\", \"/d\"]\n",
            "FROM x\nCOPY lib/b ./lib/b/c.txt /lib/b/ src/ab src/*/a /src/a\nADD [\"lib/b\", \"/d\"]\n",
        );
        check(
            "FROM x\nRUN --mount=type=bind,source=src/a/c,target=/src/a d\n",
            "FROM x\nRUN --mount=type=bind,source=lib/b/c,target=/src/a d\n",
        );
    }

    #[test]
    fn what_is_not_of_the_context_stays() {
        let source = "FROM x AS y\nARG A=src\nCOPY --from=y src/a /b\nCOPY $A/a /b\nRUN cat src/a\n";
        check(source, source);
    }

    #[test]
    fn names_of_any_kind_are_followed() {
        let before =
            "FROM x\nCOPY --chown=1 src/a/c ./src/a $D/ d/\nADD [\"src/a\", \"/d\"]\nCOPY \"src/a\" /d\n";
        check_name(
            before,
            "so urce",
            "FROM x\nCOPY --chown=1 [\"so urce/c\", \"./so urce\", \"$D/\", \"d/\"]\nADD [\"so urce\", \"/d\"]\nCOPY [\"so urce\", \"/d\"]\n",
        );
        check_name(
            before,
            "a$[1]",
            "FROM x\nCOPY --chown=1 a\\$[[]1]/c ./a\\$[[]1] $D/ d/\nADD [\"a\\\\$[[]1]\", \"/d\"]\nCOPY a\\$[[]1] /d\n",
        );
        check_name("FROM x\nCOPY \"src/a\" /d\n", "b", "FROM x\nCOPY \"b\" /d\n");
        let mount = "FROM x\nRUN --mount=type=bind,source=src/a,target=/a d\n";
        check_name(mount, "so urce", mount);
        let broken = "FROM x\nCOPY src/a \\\n  /d\n";
        check_name(broken, "so urce", broken);
    }
}

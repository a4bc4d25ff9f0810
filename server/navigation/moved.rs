//! What names a file of the build context that gets another name.

use crate::document::Cx;
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::syntax::{Item, Part};
use crate::text::Edit;

/// The edits that make every source of a COPY, ADD or bind mount follow a file or folder of the build context from one
/// path to another, both relative to the context. What has a variable or a pattern in it stays.
pub fn follow(cx: &Cx<'_>, old: &str, new: &str) -> Vec<Edit> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut edits = Vec::new();
    for (index, item) in file.items().iter().enumerate() {
        if let Some(step) = CopyStep::of(file, model, index).filter(|step| step.from == CopyFrom::Context) {
            edits.extend(step.sources.iter().filter_map(|word| edit(item, word.part, old, new)));
        }
        for (mount, from) in model.bind_mounts(file, index) {
            let field = mount.field(&["source", "src"]).filter(|_| from == CopyFrom::Context);
            edits.extend(field.and_then(|field| edit(item, field.value_part, old, new)));
        }
    }
    edits
}

/// The path that a part names, if it is the one that moves or lies in it, as it is named afterwards.
fn edit(item: &Item, part: Part, old: &str, new: &str) -> Option<Edit> {
    let written = item.instruction.str(part);
    let quotes = if written.starts_with('"') && written.ends_with('"') && written.len() > 1 { 1 } else { 0 };
    let inner = written.get(quotes..written.len() - quotes)?;
    let clean = path::in_context(inner);
    let rest = clean.strip_prefix(old).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    let is_literal =
        !inner.contains(['$', '"', '\'', '\\']) && !old.is_empty() && !new.contains(char::is_whitespace);
    // A leading `./` or `/` stays.
    let start = inner.find(&clean).filter(|_| is_literal)?;
    let text = format!("{}{new}{rest}{}", inner.get(..start)?, inner.get(start + clean.len()..)?);
    let place = item.absolute(item.instruction.place(part));
    let is_whole = place.len() == part.len();
    is_whole.then(|| Edit::replace(place.start + quotes..place.end - quotes, text))
}

#[cfg(test)]
mod tests {
    use super::follow;
    use crate::fixture::Fixture;

    fn check(before: &str, after: &str) {
        let fixture = Fixture::new(before);
        let mut edits = fixture.look(|cx| follow(cx, "src/a", "lib/b"));
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
}

//! What is copied, as the build context has it, and where it goes.

use super::Hover;
use super::markup::{code, facts};
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::context::{Lookup, size};
use crate::document::cursor::Cursor;
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep, CopyWord};
use crate::syntax::Part;
use crate::syntax::word::Value;

/// So many files of a folder are counted, and so many of a pattern are named.
const MOST_FILES: usize = 5_000;
const MOST_NAMED: usize = 10;

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    copied(cursor).or_else(|| mounted(cursor))
}

fn copied(cursor: &Cursor<'_>) -> Option<Hover> {
    let step = CopyStep::of(cursor.cx.document.file(), cursor.model(), cursor.index)?;
    if let Some(destination) = step.destination.as_ref().filter(|word| cursor.is_on(word.part)) {
        return about_destination(cursor, destination);
    }
    let word = step.sources.iter().find(|word| cursor.is_on(word.part))?;
    let source = word.value.as_deref()?;
    if step.from != CopyFrom::Context || source.contains("://") || source.starts_with("git@") {
        return None;
    }
    about_source(cursor, word.part, source)
}

fn mounted(cursor: &Cursor<'_>) -> Option<Hover> {
    let mounts = cursor.model().bind_mounts(cursor.cx.document.file(), cursor.index);
    let fields = mounts.iter().filter(|(_, from)| *from == CopyFrom::Context);
    let mut fields = fields.filter_map(|(mount, _)| mount.field(&["source", "src"]));
    let field = fields.find(|field| cursor.is_on(field.value_part))?;
    about_source(cursor, field.value_part, field.value.as_deref().filter(|value| !value.contains('$'))?)
}

fn about_source(cursor: &Cursor<'_>, part: Part, source: &str) -> Option<Hover> {
    let context = cursor.cx.context;
    context.root()?;
    let view = View::new(context);
    let ignore = context.ignore_file().map(|(path, _)| path);
    let ignored = || match &ignore {
        Some(ignore) => format!("Kept out of the build by {}", code(ignore)),
        None => "Kept out of the build".to_owned(),
    };
    let (heading, lines) = match view.resolve(source) {
        Sources::Found(paths) => match paths.as_slice() {
            [only] => about_entry(&view, only, context.entry(only))?,
            all => {
                let mut lines: Vec<String> = all.iter().take(MOST_NAMED).map(|path| code(path)).collect();
                if all.len() > MOST_NAMED {
                    lines.push(format!("and {} more", all.len() - MOST_NAMED));
                }
                (format!("**{} entries of the build context**", all.len()), lines)
            }
        },
        Sources::IgnoredAll => (format!("**{}** of the build context", code(source)), vec![ignored()]),
        Sources::Missing => (format!("**{}** is not in the build context", code(source)), Vec::new()),
        Sources::Unknown => return None,
    };
    Some(cursor.hover(part, facts(&heading, &lines)))
}

/// What is at a path of the context, as a heading and facts below it.
fn about_entry(view: &View<'_>, path: &str, lookup: Lookup) -> Option<(String, Vec<String>)> {
    let shown = if path.is_empty() { "The build context".to_owned() } else { code(path) };
    match lookup {
        Lookup::File(bytes) => Some((format!("**{shown}**, a file"), vec![size::shown(bytes)])),
        Lookup::Folder => {
            let walk = view.walk(path, MOST_FILES);
            let bytes = walk.files.iter().map(|(_, bytes)| bytes).sum();
            let more = if walk.is_complete { "" } else { "at least " };
            let files = format!("{more}{} files, {}", walk.files.len(), size::shown(bytes));
            Some((format!("**{shown}**, a folder"), vec![format!("The build gets {files}")]))
        }
        Lookup::Absent | Lookup::Unknown => None,
    }
}

fn about_destination(cursor: &Cursor<'_>, destination: &CopyWord) -> Option<Hover> {
    let value = destination.value.as_deref()?;
    let absolute = if value.starts_with('/') {
        path::from_root(value)
    } else {
        match &cursor.model().environment_at(cursor.index)?.workdir {
            Value::Known(folder) => path::absolute(folder, value),
            Value::Unset | Value::Unknown => return None,
        }
    };
    let folder = if value.ends_with('/') || value == "." { ", a folder" } else { "" };
    let mut markdown = format!("**Destination**: {}{folder}", code(&absolute));
    let written = cursor.instruction().str(destination.part);
    if written != absolute {
        markdown.push_str(&format!("\n\nWritten as {}", code(written)));
    }
    Some(cursor.hover(destination.part, markdown))
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use crate::fixture::Fixture;

    const CONTEXT: &str =
        "#- .dockerignore\n*.log\n#- a.log\n#- src/b.c\nint;\n#- src/c.c\nint;\n#- Dockerfile\n";

    fn says(fixture: &str, wanted: &str) {
        let (fixture, offset) = Fixture::cursor(fixture);
        let markdown = fixture.look(|cx| find(cx, offset)).map(|hover| hover.markdown).unwrap_or_default();
        assert!(markdown.contains(wanted), "{markdown}");
    }

    #[test]
    fn what_is_copied_is_shown_as_the_build_gets_it() {
        says(
            &format!("{CONTEXT}FROM a\nCOPY s$0rc /x\n"),
            "**`src`**, a folder\n\n- The build gets 2 files, 10 B",
        );
        says(&format!("{CONTEXT}FROM a\nCOPY src/$0b.c /x\n"), "**`src/b.c`**, a file\n\n- 5 B");
        says(
            &format!("{CONTEXT}FROM a\nCOPY src/*$0.c /x\n"),
            "**2 entries of the build context**\n\n- `src/b.c`",
        );
        says(&format!("{CONTEXT}FROM a\nCOPY a.$0log /x\n"), "Kept out of the build by `.dockerignore`");
        says(&format!("{CONTEXT}FROM a\nCOPY no$0ne /x\n"), "**`none`** is not in the build context");
        says(
            "FROM a\nWORKDIR /app\nCOPY a s$0ub/\n",
            "**Destination**: `/app/sub`, a folder\n\nWritten as `sub/`",
        );
    }
}

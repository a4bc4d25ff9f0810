//! The inside of `--mount=`: types, keys and values, but for the stages of `from=`.

use super::cursor::Cursor;
use super::{Completion, Kind, caches, path};
use crate::knowledge::flags::{self, ValueKind};
use crate::knowledge::markdown;
use crate::knowledge::mounts::{self, DEFAULT_TYPE, Key, KeyValue, MountType};
use crate::syntax::Part;
use crate::syntax::mount::Mount;
use crate::text::Span;

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let (name, value) = cursor.flag_value()?;
    let known = flags::flag(cursor.ast.kind.keyword(), name)?;
    let written = cursor.instruction().str(value);
    if known.value != ValueKind::Mount || written.contains(['"', '\'']) {
        return None;
    }
    let before = cursor.before(value.start as usize);
    let start = cursor.joined - before.rsplit(',').next()?.len();
    let rest = cursor.line().get(start..value.end as usize)?;
    let field = rest.split(',').next()?;
    let end = start + field.len();
    let given: Vec<&str> = written.split(',').filter(|other| *other != field).collect();
    let kind = given_type(written);
    match field.split_once('=') {
        Some((key, _)) if cursor.joined > start + key.len() => {
            values(cursor, kind, key, Part::new(start + key.len() + 1, end))
        }
        found => {
            let has_value = found.is_some();
            let key_end = start + found.map_or(field.len(), |(key, _)| key.len());
            if has_value && cursor.joined == start {
                // Before a whole field comes another one.
                let given: Vec<&str> = written.split(',').collect();
                return keys(cursor, kind, &given, Part::new(start, start), Some(","));
            }
            keys(cursor, kind, &given, Part::new(start, key_end), (!has_value).then_some(""))
        }
    }
}

/// The type of a mount that is half written.
fn given_type(written: &str) -> Option<&'static MountType> {
    let fields = written.split(',').filter_map(|field| field.split_once('='));
    let mut types = fields.filter(|(key, _)| key.eq_ignore_ascii_case("type"));
    mounts::mount_type(types.next().map_or(DEFAULT_TYPE, |(_, name)| name))
}

/// The keys that are not given yet; `behind` is what follows the value that is still to be typed, `None` where that stands
/// there.
fn keys(
    cursor: &Cursor<'_>,
    kind: Option<&'static MountType>,
    given: &[&str],
    part: Part,
    behind: Option<&str>,
) -> Option<Vec<Completion>> {
    let span = if part.is_empty() { cursor.offset..cursor.offset } else { cursor.place(part)? };
    let is_given = |name: &str| {
        given.iter().any(|field| field.split('=').next().is_some_and(|key| key.eq_ignore_ascii_case(name)))
    };
    let mut completions = Vec::new();
    // What is written behind a key whose value does not stand there yet.
    let text = |name: &str, has_value: bool| match behind {
        Some(behind) if has_value => format!("{name}={behind}"),
        Some(behind) => format!("{name}{behind}"),
        None => name.to_owned(),
    };
    if !is_given("type") {
        let completion = Completion::new(Kind::Flag, "type", span.clone()).writing(text("type", true));
        completions.push(completion.documentation(Some(mounts::TYPE_DOCUMENTATION.to_owned())));
    }
    let Some(kind) = kind else {
        return Some(completions);
    };
    let is_free = |key: &&Key| !is_given(key.name) && !key.aliases.iter().any(|alias| is_given(alias));
    for key in kind.usual_first().into_iter().filter(is_free) {
        let has_value = key.value != KeyValue::Bool;
        let mut completion =
            Completion::new(Kind::Flag, key.name, span.clone()).writing(text(key.name, has_value));
        // Plain text, in every client.
        completion.detail = key.default.map(|default| format!("default: {}", default.replace('`', "")));
        completions.push(completion.documentation(markdown::mount_key(kind.name, key.name)));
    }
    Some(completions)
}

fn values(
    cursor: &Cursor<'_>,
    kind: Option<&'static MountType>,
    key: &str,
    part: Part,
) -> Option<Vec<Completion>> {
    let span = cursor.place(part)?;
    if key.eq_ignore_ascii_case("type") {
        let completion = |kind: &MountType| {
            Completion::new(Kind::Value, kind.name, span.clone())
                .detail(kind.summary)
                .documentation(markdown::mount_type(kind.name))
        };
        return Some(mounts::all().iter().map(completion).collect());
    }
    let key = kind?.key(key)?;
    let words: &[&str] = match key.value {
        KeyValue::Bool => &["true", "false"],
        KeyValue::Choice(words) => words,
        // Its stages are another completer's.
        KeyValue::Stage => return None,
        KeyValue::Path if key.name == "source" && kind?.name == "bind" => {
            let written = cursor.line().get(cursor.ast.keyword.start as usize..cursor.joined)?;
            let mount = written.rsplit("--mount=").next()?;
            let from = mount.split(',').find_map(|field| field.strip_prefix("from="));
            return match from {
                // BuildKit counts stages for COPY alone.
                Some(from) if from.parse::<usize>().is_err() => {
                    path::of_stage(cursor, part, &Some(from.to_owned()))
                }
                Some(_) => Some(Vec::new()),
                None => path::sources(cursor, part),
            };
        }
        KeyValue::Path if key.name == "target" && kind?.name == "cache" => {
            return caches::complete(cursor, part);
        }
        KeyValue::Path if key.name == "target" && kind?.name == "bind" => {
            let written = cursor.flag_value().map(|(_, value)| cursor.instruction().str(value))?;
            let source = written.split(',').find_map(|field| {
                let (key, value) = field.split_once('=')?;
                ["source", "src"].contains(&key).then_some(value)
            });
            // The same place below the WORKDIR, as a rule. Source: Docker reference, "RUN --mount=type=bind".
            let same = source.filter(|source| !source.starts_with('/') && !source.contains('$'));
            let same =
                same.map(|source| Completion::new(Kind::File, source, span).detail("below the WORKDIR"));
            return Some(same.into_iter().chain(path::destinations(cursor, part)?).collect());
        }
        KeyValue::Path => return path::destinations(cursor, part),
        KeyValue::Name if key.name == "id" => return Some(ids(cursor, kind?.name, &span)),
        _ => &[],
    };
    Some(words.iter().map(|word| Completion::new(Kind::Value, *word, span.clone())).collect())
}

/// What other mounts of a type are called in the file, and the secrets that builds are given.
fn ids(cursor: &Cursor<'_>, kind: &str, span: &Span) -> Vec<Completion> {
    let mut completions: Vec<Completion> = Vec::new();
    for (index, item) in cursor.cx.document.file().items().iter().enumerate() {
        let mounts = Mount::all(&item.instruction);
        let is_other = |mount: &&Mount| index != cursor.index || !mount.part.touches(cursor.joined);
        for mount in mounts.iter().filter(|mount| mount.kind() == kind).filter(is_other) {
            let known = mount.value(&["id"]).filter(|id| !id.is_empty());
            let Some(id) = known.filter(|id| completions.iter().all(|other| other.label != *id)) else {
                continue;
            };
            let detail = format!("also in line {}", cursor.line_number(index));
            completions.push(Completion::new(Kind::Value, id, span.clone()).detail(detail));
        }
    }
    let given = cursor.cx.document.inputs().secrets.iter().filter(|_| kind == "secret");
    for (id, file) in given {
        if completions.iter().all(|other| other.label != *id) {
            completions
                .push(Completion::new(Kind::Value, id, span.clone()).detail(format!("given in {file}")));
        }
    }
    completions
}

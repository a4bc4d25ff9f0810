//! What the files of builders have in common: trees of tables, lists and words. A word that is made from something else
//! (`${VERSION}`, `{{.TAG}}`) is not known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::settings::yaml::{Node, Value};
use crate::text::Span;

/// Whether a text says all by itself.
pub(super) fn is_literal(text: &str) -> bool {
    !text.contains('$') && !text.contains("{{")
}

/// Whether a text holds a name as a word of its own.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let is_inner = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let mut parts = text.split(name);
    let mut before = parts.next().unwrap_or_default();
    parts.any(|after| {
        !std::mem::replace(&mut before, after).ends_with(is_inner) && !after.starts_with(is_inner)
    })
}

/// Names with values; `None` for one that is not known.
pub(super) fn arguments(node: &Node) -> BTreeMap<String, Option<String>> {
    match &node.value {
        Value::Table(_) => {
            let known = |value: &Node| scalar(value).filter(|value| is_literal(value)).map(str::to_owned);
            let entries = pairs(node).into_iter().filter(|(name, _)| is_literal(name));
            entries.map(|(name, value)| (name.to_owned(), known(value))).collect()
        }
        Value::List(list) => list.iter().filter_map(|item| argument(scalar(item)?)).collect(),
        Value::Null | Value::Scalar(_) => BTreeMap::new(),
    }
}

/// `NAME=VALUE`; a name alone takes its value from the environment of the build.
pub(super) fn argument(text: &str) -> Option<(String, Option<String>)> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value).filter(|value| is_literal(value))),
        None => (text, None),
    };
    (!name.is_empty() && is_literal(name)).then(|| (name.to_owned(), value.map(str::to_owned)))
}

/// Where names are given values, each with the place of its letters; `None` where a name is written in another way than it
/// reads, or stands for a variable of the same name.
pub(super) fn argument_places(source: &str, node: &Node) -> Vec<(String, Option<Span>)> {
    match &node.value {
        Value::Table(entries) => {
            let of_entry = |(key, value): &(Node, Node)| match scalar(key) {
                Some("<<") => match &value.value {
                    Value::List(tables) => {
                        tables.iter().flat_map(|table| argument_places(source, table)).collect()
                    }
                    _ => argument_places(source, value),
                },
                Some(name) => {
                    let place = place(source, key).filter(|_| value.value != Value::Null);
                    vec![(name.to_owned(), place)]
                }
                None => Vec::new(),
            };
            entries.iter().flat_map(of_entry).collect()
        }
        Value::List(list) => {
            let of_item = |item: &Node| {
                let text = scalar(item)?;
                let name = text.split_once('=').map(|(name, _)| name);
                let place = name.zip(place(source, item));
                let place = place.map(|(name, place)| place.start..place.start + name.len());
                Some((name.unwrap_or(text).to_owned(), place))
            };
            list.iter().filter_map(of_item).collect()
        }
        Value::Null | Value::Scalar(_) => Vec::new(),
    }
}

/// As [`argument_places`], for a text with a `NAME=VALUE` in each line.
pub(super) fn line_places(source: &str, node: &Node) -> Vec<(String, Option<Span>)> {
    let written = source.get(node.span.clone()).unwrap_or_default();
    let mut start = node.span.start;
    let mut lines = written.split_inclusive('\n').filter_map(|line| {
        let place = start + line.len() - line.trim_start().len();
        start += line.len();
        Some((place, line.trim())).filter(|(_, line)| !line.is_empty())
    });
    let said = scalar(node).unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty());
    said.map(|line| {
        // From a line on that is written in another way than it reads no place is known.
        let place = lines.by_ref().next().filter(|(_, written)| *written == line).map(|(place, _)| place);
        let name = line.split_once('=').map(|(name, _)| name);
        let place = name.zip(place).map(|(name, place)| place..place + name.len());
        (name.unwrap_or(line).to_owned(), place)
    })
    .collect()
}

/// The ids of secrets, as compose files and bake files name them: by a name, by fields such as `id=a,env=A`, or by a table.
/// Source: Docker, "Compose Build Specification", `secrets`: `target` is the id, or else `source`; "Bake file reference",
/// `target.secret`.
pub(super) fn secrets(node: &Node) -> Vec<String> {
    let id = |item: &Node| {
        let of_text = |text: &str| match text.split_once('=') {
            None => text.to_owned(),
            Some(_) => text
                .split(',')
                .find_map(|field| field.trim().strip_prefix("id="))
                .unwrap_or_default()
                .to_owned(),
        };
        let of_table = || ["target", "id", "source"].into_iter().find_map(|key| scalar(get(item, key)?));
        scalar(item).map(of_text).or_else(|| of_table().map(str::to_owned))
    };
    items(node).iter().filter_map(id).filter(|id| !id.is_empty() && is_literal(id)).collect()
}

/// Names of contexts with what they are, as it is written.
pub(super) fn contexts(node: &Node) -> BTreeMap<String, String> {
    match &node.value {
        Value::Table(_) => {
            let known = |(name, value): (&str, &Node)| Some((name.to_owned(), scalar(value)?.to_owned()));
            pairs(node).into_iter().filter_map(known).collect()
        }
        Value::List(list) => {
            let known = |item| scalar(item)?.split_once('=');
            list.iter().filter_map(known).map(|(name, what)| (name.to_owned(), what.to_owned())).collect()
        }
        Value::Null | Value::Scalar(_) => BTreeMap::new(),
    }
}

/// What a table has under a key.
pub(super) fn get<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    pairs(node).into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}

/// The keys and values of a table; what it has itself before what it merges in (`<<: *other`).
pub(super) fn pairs(node: &Node) -> Vec<(&str, &Node)> {
    let Value::Table(entries) = &node.value else { return Vec::new() };
    let is_merge = |key: &Node| scalar(key) == Some("<<");
    let mut found: Vec<(&str, &Node)> =
        entries.iter().filter_map(|(key, value)| Some((scalar(key)?, value))).collect();
    found.retain(|(key, _)| *key != "<<");
    for (_, merged) in entries.iter().filter(|(key, _)| is_merge(key)) {
        let tables = match &merged.value {
            Value::List(tables) => tables.as_slice(),
            _ => std::slice::from_ref(merged),
        };
        for (key, value) in tables.iter().flat_map(pairs) {
            if found.iter().all(|(known, _)| *known != key) {
                found.push((key, value));
            }
        }
    }
    found
}

/// A document over another: what both say, the higher says.
pub(super) fn over(lower: Node, higher: Node) -> Node {
    match (lower.value, higher.value) {
        (Value::Table(mut pairs), Value::Table(more)) => {
            pairs.extend(more);
            Node { span: lower.span, value: Value::Table(merged(pairs)) }
        }
        (value, Value::Null) => Node { span: lower.span, value },
        (_, value) => Node { span: higher.span, value },
    }
}

/// Tables of one name together, and what is said again later in the place of what was said first.
pub(super) fn merged(pairs: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    let mut merged: Vec<(Node, Node)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut joined = BTreeSet::new();
    for (key, node) in pairs {
        let place = scalar(&key).map_or(merged.len(), |name| match places.get(name) {
            Some(place) => *place,
            None => *places.entry(name.to_owned()).or_insert(merged.len()),
        });
        match (merged.get_mut(place).map(|(_, known)| known), node) {
            (None, node) => merged.push((key, node)),
            (Some(Node { value: Value::Table(known), .. }), Node { value: Value::Table(more), .. }) => {
                known.extend(more);
                joined.insert(place);
            }
            (Some(known), node) => *known = node,
        }
    }
    // Once for all that came together: anew for each would take the square of the time.
    for place in joined {
        if let Some((_, Node { value: Value::Table(all), .. })) = merged.get_mut(place) {
            *all = self::merged(std::mem::take(all));
        }
    }
    merged
}

/// The items of a list.
pub(super) fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

/// A word, as it is written.
pub(super) fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(text) => Some(text),
        _ => None,
    }
}

/// Where the letters of a word stand, without quotes; `None` where it is written in another way than it reads.
pub(super) fn place(source: &str, node: &Node) -> Option<Span> {
    let (text, written) = (scalar(node)?, source.get(node.span.clone())?);
    let start = node.span.start + written.find(text).filter(|start| *start <= 1)?;
    (written.trim_matches(['"', '\'']).trim_end() == text).then(|| start..start + text.len())
}

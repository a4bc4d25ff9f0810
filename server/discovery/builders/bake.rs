//! What a bake file says of builds: the targets, with what they inherit.
//! Source: Docker, "Bake file reference", "Inheritance in Bake"; buildx, `bake/bake.go`: a target has what the targets
//! that it inherits have, the later ones over the earlier, and over all its own; of maps each name by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{arguments, contexts, get, is_literal, items, pairs, scalar};
use super::{Builder, Builds, Reader};
use crate::settings::yaml::{Node, Value};

/// So deep targets may inherit.
const MOST_DEPTH: usize = 16;

/// What is said of a target.
#[derive(Default)]
struct Fields<'a> {
    plain: BTreeMap<&'a str, &'a Node>,
    arguments: BTreeMap<String, Option<String>>,
    contexts: BTreeMap<String, String>,
}

impl Reader<'_> {
    /// The builds of a bake file. A target that only others inherit is no build.
    pub(super) fn bake(&self, tree: &Node) -> Builds {
        let targets: BTreeMap<&str, &Node> =
            get(tree, "target").map(pairs).unwrap_or_default().into_iter().collect();
        let of = |node: &Node, key: &str| -> Vec<String> {
            let list = get(node, key).map(items).unwrap_or_default();
            list.iter().filter_map(scalar).map(str::to_owned).collect()
        };
        let inherited: BTreeSet<String> =
            targets.values().flat_map(|target| of(target, "inherits")).collect();
        let groups = get(tree, "group").map(pairs).unwrap_or_default();
        let grouped: BTreeSet<String> =
            groups.into_iter().flat_map(|(_, group)| of(group, "targets")).collect();
        let is_built =
            |name: &str| grouped.contains(name) || !inherited.contains(name) && !name.starts_with('_');
        let build = |name: &&str| {
            let fields = fields(&targets, name, 0)?;
            if fields.plain.contains_key("dockerfile-inline") {
                return None;
            }
            let context = fields.plain.get("context").map_or(Some("."), |node| scalar(node))?;
            let (builder, dockerfile) =
                self.in_context(name, &|key| fields.plain.get(key).copied(), context)?;
            let (arguments, contexts) = (fields.arguments, fields.contexts);
            Some((Builder { arguments, contexts, ..builder }, dockerfile))
        };
        targets.keys().filter(|name| is_built(name)).filter_map(build).collect()
    }
}

/// What is said of a target, itself or by what it inherits; `None` where that is not known.
fn fields<'a>(targets: &BTreeMap<&'a str, &'a Node>, name: &str, depth: usize) -> Option<Fields<'a>> {
    let own = targets.get(name).copied().filter(|_| depth < MOST_DEPTH)?;
    let mut fields = Fields::default();
    if let Some(inherits) = get(own, "inherits") {
        let Value::List(parents) = &inherits.value else { return None };
        for parent in parents {
            let parent = scalar(parent).filter(|parent| is_literal(parent))?;
            let Fields { plain, arguments, contexts } = self::fields(targets, parent, depth + 1)?;
            fields.plain.extend(plain);
            fields.arguments.extend(arguments);
            fields.contexts.extend(contexts);
        }
    }
    for (key, node) in pairs(own) {
        match (key, &node.value) {
            // Without a value it is not given.
            ("args", Value::Table(entries)) => {
                let given = |name: &str| {
                    entries.iter().any(|(key, value)| scalar(key) == Some(name) && value.value != Value::Null)
                };
                fields.arguments.extend(arguments(node).into_iter().filter(|(name, _)| given(name)));
            }
            ("contexts", Value::Table(_)) => fields.contexts.extend(contexts(node)),
            // What is made by a function can be anything.
            ("args" | "contexts", _) => return None,
            (key, _) => drop(fields.plain.insert(key, node)),
        }
    }
    Some(fields)
}

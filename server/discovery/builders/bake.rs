//! What a bake file says of builds: the targets, with what they inherit.
//! Source: Docker, "Bake file reference", "Inheritance in Bake"; buildx, `bake/bake.go`: a target has what the targets
//! that it inherits have, the later ones over the earlier, and over all its own; of maps each name by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{argument_places, arguments, contexts, get, is_literal, items, mentions, pairs, scalar};
use super::{Builder, Builds, Reader, Target};
use crate::settings::yaml::{Node, Value};
use crate::text::Span;

/// So deep targets may inherit.
const MOST_DEPTH: usize = 16;

/// So many fields are handed from targets to those that inherit them, and to builds, in one file.
const MOST_FIELDS: usize = 200_000;

/// What is said of a target.
#[derive(Clone, Default)]
struct Fields<'a> {
    plain: BTreeMap<&'a str, &'a Node>,
    arguments: BTreeMap<String, Option<String>>,
    places: Vec<(String, Option<Span>)>,
    contexts: BTreeMap<String, String>,
}

impl Reader<'_> {
    /// The builds of a bake file. A target that only others inherit is no build.
    pub(super) fn bake(&self, tree: &Node) -> Builds {
        let nodes: BTreeMap<&str, &Node> =
            get(tree, "target").map(pairs).unwrap_or_default().into_iter().collect();
        let of = |node: &Node, key: &str| -> Vec<String> {
            let list = get(node, key).map(items).unwrap_or_default();
            list.iter().filter_map(scalar).map(str::to_owned).collect()
        };
        let inherited: BTreeSet<String> = nodes.values().flat_map(|target| of(target, "inherits")).collect();
        let groups = get(tree, "group").map(pairs).unwrap_or_default();
        let grouped: BTreeSet<String> =
            groups.into_iter().flat_map(|(_, group)| of(group, "targets")).collect();
        let is_built =
            |name: &str| grouped.contains(name) || !inherited.contains(name) && !name.starts_with('_');
        let names: Vec<&str> = nodes.keys().copied().filter(|name| is_built(name)).collect();
        let part = |kind: &str, key: &str| -> Vec<(&str, &Node)> {
            let all = get(tree, kind).map(pairs).unwrap_or_default();
            all.into_iter().filter_map(|(name, node)| Some((name, get(node, key)?))).collect()
        };
        let makers = [part("variable", "default"), part("function", "result")].concat();
        let mut targets = Targets { source: self.source, nodes, known: BTreeMap::new(), spent: 0 };
        let build = |name: &str| {
            let fields = targets.fields(name, 0)?;
            if fields.plain.contains_key("dockerfile-inline") {
                return None;
            }
            let context = fields.plain.get("context").map_or(Some("."), |node| scalar(node))?;
            let (builder, dockerfile) =
                self.in_context(name, &|key| fields.plain.get(key).copied(), context)?;
            let matrix = fields.plain.get("matrix").map(|matrix| pairs(matrix)).unwrap_or_default();
            let target = match builder.target {
                Target::Unknown(written) => Target::Unknown(
                    self.with_parts(written, matrix.into_iter().chain(makers.iter().copied())),
                ),
                target => target,
            };
            let Fields { arguments, places: argument_places, contexts, .. } = fields;
            Some((Builder { target, arguments, argument_places, contexts, ..builder }, dockerfile))
        };
        names.into_iter().filter_map(build).collect()
    }

    /// A text that is made of others, with the text of these behind it.
    fn with_parts<'a>(
        &self,
        mut written: String,
        parts: impl Iterator<Item = (&'a str, &'a Node)>,
    ) -> String {
        let mut parts: Vec<(&str, &Node)> = parts.collect();
        while let Some(index) = parts.iter().position(|(name, _)| mentions(&written, name)) {
            let (_, part) = parts.swap_remove(index);
            written.push(' ');
            written.push_str(self.written(part));
        }
        written
    }
}

/// The targets of a file, with what was found out about them.
struct Targets<'a> {
    source: &'a str,
    nodes: BTreeMap<&'a str, &'a Node>,
    /// Each that was asked for; `None` where it is not known, and as long as it is looked at.
    known: BTreeMap<&'a str, Option<Fields<'a>>>,
    /// So many fields were handed out.
    spent: usize,
}

impl<'a> Targets<'a> {
    /// What is said of a target, itself or by what it inherits; `None` where that is not known.
    fn fields(&mut self, name: &str, depth: usize) -> Option<Fields<'a>> {
        let (name, own) = self.nodes.get_key_value(name).map(|(name, node)| (*name, *node))?;
        if !self.known.contains_key(name) {
            if depth >= MOST_DEPTH {
                return None;
            }
            self.known.insert(name, None);
            let fields = self.read(own, depth);
            self.known.insert(name, fields);
        }
        let fields = self.known.get(name)?.as_ref()?;
        self.spent +=
            1 + fields.plain.len() + fields.arguments.len() + fields.places.len() + fields.contexts.len();
        (self.spent <= MOST_FIELDS).then(|| fields.clone())
    }

    fn read(&mut self, own: &'a Node, depth: usize) -> Option<Fields<'a>> {
        let mut fields = Fields::default();
        if let Some(inherits) = get(own, "inherits") {
            let Value::List(parents) = &inherits.value else { return None };
            for parent in parents {
                let parent = scalar(parent).filter(|parent| is_literal(parent))?;
                let Fields { plain, arguments, places, contexts } = self.fields(parent, depth + 1)?;
                fields.plain.extend(plain);
                fields.arguments.extend(arguments);
                fields.places.extend(places);
                fields.contexts.extend(contexts);
            }
        }
        for (key, node) in pairs(own) {
            match (key, &node.value) {
                // Without a value it is not given.
                ("args", Value::Table(entries)) => {
                    let given = entries.iter().filter(|(_, value)| value.value != Value::Null);
                    let given: BTreeSet<&str> = given.filter_map(|(key, _)| scalar(key)).collect();
                    let said = arguments(node).into_iter();
                    fields.arguments.extend(said.filter(|(name, _)| given.contains(name.as_str())));
                    fields.places.extend(argument_places(self.source, node));
                }
                ("contexts", Value::Table(_)) => fields.contexts.extend(contexts(node)),
                // What is made by a function can be anything.
                ("args" | "contexts", _) => return None,
                (key, _) => drop(fields.plain.insert(key, node)),
            }
        }
        Some(fields)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Target, builders_in};

    fn targets(source: &str) -> Vec<(String, Target)> {
        let builds = builders_in(Path::new("/a/docker-bake.hcl"), source.to_owned());
        builds.into_iter().map(|(builder, _)| (builder.name, builder.target)).collect()
    }

    #[test]
    fn what_is_inherited_many_times_over_is_looked_at_once() {
        let parents = |level: usize| vec![format!("\"t{level}\""); 8].join(", ");
        let mut source: String = (0..14)
            .map(|level| format!("target \"t{level}\" {{\n inherits = [{}]\n}}\n", parents(level + 1)))
            .collect();
        source += "target \"t14\" {\n target = \"prod\"\n}\n";
        let found = targets(&source);
        assert!(matches!(&found[..], [(name, Target::Stage(stage, _))] if name == "t0" && stage == "prod"));
    }

    #[test]
    fn targets_that_inherit_themselves_are_not_known() {
        let source = "group \"g\" {\n targets = [\"a\", \"c\"]\n}\ntarget \"a\" {\n inherits = [\"b\"]\n}\n\
             target \"b\" {\n inherits = [\"a\"]\n}\ntarget \"c\" {\n target = \"x\"\n}\n";
        let names: Vec<String> = targets(source).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["c"]);
    }

    #[test]
    fn so_much_that_is_inherited_is_not_followed() {
        let count = 1_500;
        let arguments: String = (0..count).map(|index| format!("  a{index} = \"1\"\n")).collect();
        let heirs: String =
            (0..count).map(|index| format!("target \"t{index}\" {{\n inherits = [\"base\"]\n}}\n")).collect();
        let found = targets(&format!("target \"base\" {{\n args = {{\n{arguments}  }}\n}}\n{heirs}"));
        assert!(!found.is_empty() && found.len() < 200, "{}", found.len());
    }
}

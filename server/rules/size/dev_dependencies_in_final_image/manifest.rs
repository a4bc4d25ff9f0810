//! What the manifest of a project says of what only its developers need.

use serde_json::Value as Json;

use super::Tool;
use crate::context::Lookup;
use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;
use crate::semantic::tables::Tables;

/// Whether a manifest asks for anything that only developers need; `None` where it does not say such things.
pub(super) fn asks_for_more(text: &str, tool: Tool) -> Option<bool> {
    if tool.project.family == Family::Bundler {
        // What belongs to no group is for everybody. A Gemfile is a program: it may read others.
        let may_have_groups = text.contains("group") || text.contains("eval") || text.contains("gemspec");
        return (!may_have_groups).then_some(false);
    }
    if !tool.production.tables.is_empty() {
        // Which of its groups are for developers alone, a project says in several ways.
        let tables = Tables::read(text);
        let may_have_groups = tool.production.tables.iter().any(|table| tables.has(table));
        return (tables.has("project") || tables.has("tool")).then_some(false).filter(|_| !may_have_groups);
    }
    names_more(&serde_json::from_str(text).ok()?, tool)
}

/// As [`asks_for_more`], of a manifest that is JSON.
pub(super) fn names_more(manifest: &Json, tool: Tool) -> Option<bool> {
    let field = Some(tool.production.field).filter(|field| !field.is_empty())?;
    match manifest.get(field) {
        None => manifest.is_object().then_some(false),
        Some(names) => Some(!names.as_object()?.is_empty()),
    }
}

/// The text of the manifest that an install reads; `None` where that is not known.
pub(super) fn own_manifest(
    cx: &Cx<'_>,
    index: usize,
    facts: &Facts,
    package: &PackageCommand,
    tool: Tool,
) -> Option<String> {
    // In another folder it reads another manifest.
    let is_elsewhere =
        tool.project.family == Family::Composer && package.has_flag(&facts.script, &["-d", "--working-dir"]);
    if is_elsewhere { None } else { manifest(cx, index, tool) }
}

/// The text of the manifest that a COPY before an instruction brings by its name, or with the whole context.
fn manifest(cx: &Cx<'_>, index: usize, tool: Tool) -> Option<String> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let name = *tool.project.manifests.first()?;
    let start = model.stage_at(index)?.from();
    let sources = (start..index)
        .rev()
        .filter_map(|step| CopyStep::of(file, model, step))
        .flat_map(|copy| &copy.sources);
    let path = sources.filter_map(|source| source.value.as_deref()).find_map(|source| {
        let source = source.trim_start_matches("./").to_owned();
        let is_all = matches!(source.as_str(), "" | "." | "package*.json" | "composer.*" | "*.json");
        if is_all { Some(name.to_owned()) } else { source.ends_with(name).then_some(source) }
    })?;
    cx.context.read(&path)
}

/// Whether the build context has no manifest of a tool's projects: what is installed comes from elsewhere.
pub(super) fn is_absent(cx: &Cx<'_>, tool: Tool) -> bool {
    let manifests = tool.project.manifests;
    let lists = cx.context.list("").unwrap_or_default();
    let is_there = |manifest: &&str| cx.context.entry(manifest) != Lookup::Absent;
    !lists.is_empty() && !manifests.iter().any(is_there)
}

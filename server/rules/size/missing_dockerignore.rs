//! `missing-dockerignore`

use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::rules::ignore_lines::{IGNORE_FILE, with_lines};
use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;
use crate::semantic::folder_copies::may_copy_seen_folder;
use crate::semantic::ignorable::{Doubt, Ignorable, ignorable};
use crate::semantic::ignore_entries::ignore_entries;

declare_rule! {
    /// ## What it does
    /// Finds a copy of a whole folder that brings what was made on the developer's machine, the history of the project,
    /// or a file of secrets, where no ignore file leaves anything out: `.git`, `node_modules`, `__pycache__`, virtual
    /// environments, `vendor` of Composer, `target`, `_build` of Mix, `.next`, `.gradle`, `obj`, `.env`.
    ///
    /// ## Why is this bad?
    /// All of it is sent to the builder and ends up in the image. `.git` changes with every commit, so that no step
    /// below the copy is ever taken from the cache; modules of another platform replace those that were installed.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- package.json
    /// {}
    /// #- package-lock.json
    /// {}
    /// #- node_modules/express/index.js
    /// #- Dockerfile
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// COPY . .
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// #- package.json
    /// {}
    /// #- package-lock.json
    /// {}
    /// #- node_modules/express/index.js
    /// #- .dockerignore
    /// **/node_modules
    /// #- Dockerfile
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// COPY . .
    /// ```
    ///
    /// ## Never reported
    /// What a COPY, an ADD or a mount names; modules, environments and builds that no step of the file makes. `.git` where a
    /// step may ask git something: by itself, through a script or a plugin that a file of the project names, or as `go build`,
    /// `composer install` and `dotnet publish` do, which write the commit into what they make; nothing, where it is deleted
    /// before; and where git was installed in the image of a step that builds the project, whose own programs may run it. It is
    /// reported all the same where it ends up in the image, unless the image installs git or starts it: then
    /// there is no fix. `.env` unless a `.gitignore`
    /// leaves it out, or, where there is none, an example lies beside it; and where a step runs programs of the project, which
    /// may read it.
    ///
    /// ## Severity
    /// A hint in an image that people work in, as a development container.
    ///
    /// ## Fix safety
    /// The new file names only what is there. A program that reads its `.env` from the image when it is started misses it: where a
    /// manifest of the project names a library that loads one, as `dotenv`, `.env` is left in, or is the only one and unsafe to
    /// leave out.
    ///
    /// ## References
    /// - [Docker: .dockerignore files](https://docs.docker.com/build/concepts/context/#dockerignore-files)
    /// - [Go: -buildvcs](https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies)
    pub(crate) static MISSING_DOCKERIGNORE = {
        id: "missing-dockerignore", group: Size, severity: Warning, since: "0.1.0",
        also: [],
        check: ContextSteps(may_copy_seen_folder, check),
        fix: Suggested(fix),
    }
}

fn check(cx: &Cx<'_>, _: &[usize], out: &mut Findings) {
    if has_none(cx.context) {
        report(cx, out, &|_| "there is no `.dockerignore`".to_owned());
    }
}

fn has_none(context: &dyn BuildContext) -> bool {
    context.ignore_file().is_none() && context.entry(IGNORE_FILE) == Lookup::Absent
}

/// The findings about what reaches the image, at the sources of the copies; `because` ends a message, given `it` or `them`.
pub(super) fn report(cx: &Cx<'_>, out: &mut Findings, because: &dyn Fn(&str) -> String) {
    let mut found = left_in(cx).unwrap_or_default();
    found.sort_by_key(|found| found.copy.item);
    for found in found.chunk_by(|first, second| first.copy.item == second.copy.item) {
        report_copy(cx, out, found, because);
    }
}

/// What reaches the image and has no business there, but for what a `!` of the ignore file takes back: that was chosen by hand.
fn left_in(cx: &Cx<'_>) -> Option<Vec<Ignorable>> {
    let view = View::new(cx.context);
    let mut found = ignorable(cx.document.file(), cx.document.model(), cx.context, &view)?;
    found.retain(|found| !view.takes_back(&found.path));
    Some(found)
}

/// The finding about what one copy brings.
fn report_copy(cx: &Cx<'_>, out: &mut Findings, found: &[Ignorable], because: &dyn Fn(&str) -> String) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(copy) = found.first().map(|found| &found.copy) else {
        return;
    };
    let source = CopyStep::of(file, model, copy.item).and_then(|step| step.sources.first());
    let (Some(item), Some(source)) = (file.item(copy.item), source) else {
        return;
    };
    let (reach, them) = if found.len() == 1 { ("reaches", "it") } else { ("reach", "them") };
    let place = if ships(cx, copy.item) { "the image" } else { "the build" };
    let note = match found.iter().find_map(|found| found.doubt) {
        Some(Doubt::IsDeleted) => "; deleting it in a later step leaves it in the layer",
        Some(Doubt::IsAskedFor) => "; a step that may ask git can run in a stage that is not shipped",
        Some(Doubt::IsLoaded) => "; the program may load `.env` from there",
        None => "",
    };
    let costs = match is_followed(cx, copy.item) {
        true => "runs all that follows again",
        false => "makes the layer anew",
    };
    let message =
        format!("{} {reach} {place}, and a change of {them} {costs}: {}{note}", list(found), because(them));
    let severity = severity_outside_workplaces(cx, copy.item, &MISSING_DOCKERIGNORE);
    out.push_at(copy.item, item.instruction.place(source.part), message).severity(severity);
}

/// Whether a step comes after a copy that runs again with it: in its stage, in those that are built on it, or in those that
/// take something of a stage which does not ship.
fn is_followed(cx: &Cx<'_>, copy: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(stage) = model.stage_at(copy) else {
        return true;
    };
    let mut later = file.items().iter().enumerate().skip(copy + 1);
    !model.is_shipped(stage.index)
        || later.any(|(index, item)| {
            matches!(item.kind, Kind::Run | Kind::Copy | Kind::Add)
                && model.stage_at(index).is_some_and(|other| model.has_base(other.index, stage.index))
        })
}

/// `a`, `b` and `c`.
fn list(found: &[Ignorable]) -> String {
    let paths: Vec<String> = found.iter().map(|found| format!("`{}`", found.path)).collect();
    match paths.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn fix(cx: &Cx<'_>, _: &Finding) -> Vec<Fix> {
    if has_none(cx.context) { leave_out(cx).into_iter().collect() } else { Vec::new() }
}

/// The fix that adds a line for each of what reaches the image to the ignore file, or to a new one.
pub(super) fn leave_out(cx: &Cx<'_>) -> Option<Fix> {
    let found = left_in(cx)?;
    let free = ignore_entries(cx.document, cx.context)?;
    let is_free = |found: &&Ignorable| free.contains(&found.pattern);
    let (loaded, others): (Vec<&Ignorable>, Vec<&Ignorable>) =
        found.iter().filter(is_free).partition(|found| found.doubt == Some(Doubt::IsLoaded));
    // What the program may load goes by itself, if somebody says so.
    let (left_out, safety) =
        if others.is_empty() { (loaded, Safety::Unsafe) } else { (others, Safety::Suggested) };
    let patterns: Vec<&str> = left_out.iter().map(|found| found.pattern).collect();
    let file = with_lines(cx.context, &patterns)?;
    let title = match file.create {
        true => format!("Create `{}`", file.path),
        false => format!("Leave them out in `{}`", file.path),
    };
    Some(Fix { files: vec![file], ..Fix::new(title, safety, Vec::new()) })
}

#[cfg(test)]
mod tests;

//! `source-before-dependencies`

use crate::context::view::View;
use crate::rules::copies_below_install;
use crate::rules::ignore_lines::leaving_out;
use crate::rules::manifest_copies::{
    LateRun, comments_start, manifest_copies, put_above, put_below, without_project,
};
use crate::rules::prelude::*;
use crate::semantic::cache_mounts::home_of;
use crate::semantic::dependencies::{DependencyInstall, has_install};
use crate::semantic::folder_copies::may_copy_folder;
use crate::semantic::independence::division;
use crate::semantic::late_installs::{is_any_above, late_install, seen_late_install};
use crate::semantic::manifests::{self, Manifests};

declare_rule! {
    /// ## What it does
    /// Finds an install of a project's dependencies that comes after a copy of the whole source, in the same stage or in one
    /// that is built on it: npm, Yarn, pnpm, Bun, pip, uv, Poetry, PDM, Pipenv, conda, Go, Cargo, Maven, Gradle, Bundler,
    /// Composer, .NET and Mix. Where the manifests are copied by name, it finds other copies above the install that this
    /// does not read, and source in the same copy.
    ///
    /// ## Why is this bad?
    /// A step runs again when anything above it has changed. Every edit of the source thus downloads and installs all
    /// dependencies again, although they are the same. The files that name them change seldom: copied first and alone,
    /// they let the cache keep the install.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- package.json
    /// { "name": "app", "dependencies": { "express": "5.1.0" } }
    /// #- package-lock.json
    /// {}
    /// #- Dockerfile
    /// FROM node:22
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// CMD ["node", "server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// COPY . .
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile,good
    /// FROM python:3.13
    /// WORKDIR /app
    /// COPY requirements.txt ./
    /// RUN pip install --no-cache-dir -r requirements.txt
    /// COPY . .
    /// ```
    ///
    /// ```dockerfile,bad
    /// #- go.mod
    /// module example.com/app
    /// #- go.sum
    ///
    /// #- cmd/main.go
    /// package main
    /// #- Dockerfile
    /// FROM golang:1.25
    /// WORKDIR /src
    /// COPY go.mod go.sum ./
    /// COPY ./cmd ./cmd
    /// RUN go mod download
    /// RUN go build -o /app ./cmd
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM golang:1.25
    /// WORKDIR /src
    /// COPY go.mod go.sum ./
    /// RUN go mod download
    /// COPY ./cmd ./cmd
    /// RUN go build -o /app ./cmd
    /// ```
    ///
    /// ## Never reported
    /// Beside manifests that are copied by name: a copy that one of them names (`replace => ./lib` in `go.mod`, a
    /// project that is referred to, an included file), one to where the system or the users have their settings, and any
    /// above an install that may run scripts (npm, Yarn, pnpm and Bun without `--ignore-scripts`) or whose manifest is a
    /// program (Gradle, Mix); source in the same COPY as a `package.json` is reported where the build context shows that
    /// nothing of the project runs at install. Without a known build context, only Go files and `cmd` above `go mod download` are reported.
    ///
    /// ## Fix
    /// Offered where the build context is known, every word of the install is, and it reads nothing there but its manifests:
    /// no local package, no script of the project that runs at install; manifests of workspaces and of projects that are
    /// referred to are copied as well. Where the tool installs the project itself too (uv, Poetry, PDM), the dependencies
    /// are installed first, alone. A folder such as
    /// `node_modules` that git leaves out, and the ignore file does not, is added to that: it would be copied over what was
    /// installed.
    pub(crate) static SOURCE_BEFORE_DEPENDENCIES = {
        id: "source-before-dependencies", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: StepsAndContext(installs_or_copies, check, copies_below_install::check),
        fix: Suggested(fix),
    }
}

/// Whether it is a RUN that installs a project's dependencies, or a copy that may bring a whole folder.
fn installs_or_copies(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Run => Facts::of(instruction).is_some_and(has_install),
        _ => may_copy_folder(instruction),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let items = cx.document.file().items();
    let is_install = |index: &usize| items.get(*index).is_some_and(|item| item.kind == Kind::Run);
    let (installs, copies): (Vec<usize>, Vec<usize>) = steps.iter().partition(|index| is_install(index));
    for (index, item) in installs.iter().filter_map(|index| Some((*index, items.get(*index)?))) {
        if !is_any_above(cx.document.model(), &copies, index) {
            continue;
        }
        let Some((install, copy)) = late_install(cx.document.file(), cx.document.model(), index) else {
            continue;
        };
        let (Some(facts), Some(source)) = (Facts::of(&item.instruction), items.get(copy.item)) else {
            continue;
        };
        say(cx, out, (index, facts, &install), (source, "the source", "this brings the source"));
    }
}

/// The finding of an install below a copy: the RUN with what it says, the copy with what it brings and why that is told.
pub(crate) fn say(
    cx: &Cx<'_>,
    out: &mut Findings,
    (index, facts, install): (usize, &Facts, &DependencyInstall),
    (copy, brings, related): (&Item, &str, &'static str),
) {
    let package = facts.packages.get(install.package);
    let Some(part) = package.and_then(|package| package.part(&facts.script)) else {
        return;
    };
    let message = format!(
        "every change of {brings} runs `{}` again: the {} in line {} comes before it",
        facts.script.str(part),
        copy.kind.keyword(),
        cx.document.line_number(copy.span().start)
    );
    out.push_at(index, facts.script.place(part), message).related(copy.span(), related);
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = manifests_first(cx, finding).or_else(|| copies_below_install::fix(cx, finding));
    fix.into_iter().collect()
}

/// The manifests copied above the install, and the source below it.
fn manifests_first(cx: &Cx<'_>, finding: &Finding) -> Option<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let late = seen_late_install(file, model, cx.context, finding.item);
    let (install, copy) = late.filter(|(install, _)| install.is_known)?;
    let LateRun { run, facts, package, source } = LateRun::new(cx, finding.item, &install, &copy)?;
    let split = division(&run.instruction, facts, &install, &copy)?;
    let home = home_of(file, model, finding.item, package);
    let view = View::new(cx.context);
    let Manifests { files, switch, strays } =
        manifests::files(cx.context, &view, &copy, &install, package, &facts.script, home.as_deref())?;
    if !view.is_trustworthy(files.iter().map(String::as_str)) {
        return None;
    }
    let ignored = leaving_out(cx, &strays)?;
    let lines = manifest_copies(cx, &view, &copy, &files)?;
    let newline = source.instruction.newline();
    let mut above: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
    if let Some(switch) = switch {
        above.push_str(&without_project(&run.instruction, facts, package, switch)?);
        above.push_str(newline);
        let edits = put_above(cx, &copy, finding.item, above)?;
        let title =
            format!("Install the dependencies alone first, with `{switch}`, and copy the source below");
        return Some(Fix { files: ignored, ..Fix::new(title, Safety::Suggested, edits) });
    }
    let mut edits = put_below(cx, &[copy.item], finding.item, split)?;
    if copy.item + 1 == finding.item && !lines.is_empty() {
        // The manifests take the place of the source, with what stands between that and the install.
        let first = edits.first_mut()?;
        *first = Edit::replace(first.span.start..source.span().end, above.trim_end());
    } else if !lines.is_empty() {
        edits.insert(1, Edit::insert(run.start + comments_start(&run.instruction, false), above));
    }
    let title = "Copy the manifests first, and the source after the install";
    Some(Fix { files: ignored, ..Fix::new(title, Safety::Suggested, edits) })
}

#[cfg(test)]
mod tests;

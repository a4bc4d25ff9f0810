//! The manifests of a project that are copied by name, with other files in the same COPY or in others, above what installs or
//! fetches the dependencies: what of it the tool does not read could come later.

use super::Model;
use super::cache_mounts::home_of;
use super::copies::{CopyFrom, CopyStep, brings_context};
use super::dependencies::{DependencyInstall, Reads, installs, place};
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::late_builds::{fetching_build, may_have_fetched};
use super::late_installs::ranges_above;
use super::manifests;
use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::package_managers::Family;
use crate::knowledge::package_managers::projects::{Project, is_manifest, project};
use crate::path;
use crate::syntax::{File, Kind};

/// A COPY or ADD that names the manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedManifests {
    /// The command that installs or fetches.
    pub install: DependencyInstall,
    /// What is copied, as if it were the whole folder in which the manifests lie.
    pub project: FolderCopy,
    /// The files of the context that the command reads, as clean paths.
    pub files: Vec<String>,
    /// Which of the sources it does not read, as indexes of them.
    pub others: Vec<usize>,
}

/// The manifests of an install in the RUN `index`, in one COPY with files that it does not read, as the build context shows.
/// `None` where there are none, or where the same was installed above.
pub fn of_install(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    index: usize,
) -> Option<NamedManifests> {
    let install = installs(file, model, index).into_iter().next()?;
    // A setup.py, a build.gradle may be any program.
    let is_known = !matches!(install.family, Family::Gradle | Family::Mix | Family::Cargo);
    if !is_known || !install.is_known || install.reads == Reads::Everything {
        return None;
    }
    let named = named(file, model, context, index, install)?;
    let mut above = ranges_above(model, index).into_iter().flatten();
    let is_settled =
        above.any(|step| installs(file, model, step).iter().any(|earlier| earlier.covers(&named.install)));
    (!is_settled && !named.others.is_empty()).then_some(named)
}

/// The manifests of a build in the RUN `index` that fetches the dependencies itself, in a COPY of their own or with other
/// files, where no step above may have fetched them.
pub fn of_build(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    index: usize,
) -> Option<NamedManifests> {
    let build = fetching_build(file, model, index)?;
    if may_have_fetched(file, model, index, &build) {
        return None;
    }
    let named = named(file, model, context, index, build)?;
    let mut below = named.project.item + 1..index;
    // A script may fetch as well.
    let is_quiet = !below.clone().any(|step| file.item(step).is_some_and(|item| item.kind == Kind::Run));
    let brings_more = below.any(|step| brings_context(file, model, step));
    (is_quiet && (!named.others.is_empty() || brings_more)).then_some(named)
}

/// The nearest COPY of the stage above a command that names what it reads.
fn named(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    index: usize,
    install: DependencyInstall,
) -> Option<NamedManifests> {
    let first = model.stage_at(index)?.from() + 1;
    let facts = Facts::of(file.instruction(index)?)?;
    let package = facts.packages.get(install.package)?;
    let tool = project(install.family);
    let home = home_of(file, model, index, package);
    for step in (first..index).rev() {
        if FolderCopy::seen(file, model, context, step).is_some_and(|copy| copy.serves(&install)) {
            return None;
        }
        let Some((copy, paths)) = copied_files(file, model, context, step) else {
            continue;
        };
        let view = View::new(context);
        let files = match install.family {
            Family::Cargo => cargo_files(&copy, &install),
            _ => manifests::files(context, &view, &copy, &install, package, &facts.script, home.as_deref())
                .filter(|manifests| manifests.switch.is_none())
                .map(|manifests| manifests.files),
        };
        let Some(files) = files.filter(|files| files.iter().any(|file| paths.contains(file))) else {
            continue;
        };
        let is_apart = |path: &String| !files.contains(path) && !is_setting(tool, path::name(path));
        let others = paths.iter().enumerate().filter(|(_, path)| is_apart(path)).map(|(index, _)| index);
        let others = others.collect();
        let is_seen = view.is_trustworthy(paths.iter().map(String::as_str));
        let named = NamedManifests { install, project: copy, files, others };
        return is_seen.then_some(named);
    }
    None
}

/// The files that name the dependencies of a build with Cargo. That reads the sources too before it fetches anything, so that
/// this tells what could be apart, and not what it needs.
fn cargo_files(copy: &FolderCopy, build: &DependencyInstall) -> Option<Vec<String>> {
    let folder = copy.source_of(&build.folder)?;
    Some(["Cargo.toml", "Cargo.lock"].iter().map(|name| path::join(&folder, name)).collect())
}

/// What a COPY of several files of one folder, or of one file, brings: as if it were the folder, and the paths of its sources.
fn copied_files(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    step: usize,
) -> Option<(FolderCopy, Vec<String>)> {
    let copy = CopyStep::of(file, model, step)?;
    let target = copy.target()?;
    let is_folder = target.ends_with(['/', '.']);
    if copy.from != CopyFrom::Context || copy.has_heredocs || !is_folder {
        return None;
    }
    let path_of = |source: Option<&str>| {
        let source = source.filter(|source| !source.contains(['*', '?', '[', ':']))?;
        Some(path::in_context(source))
    };
    let paths: Vec<String> =
        copy.sources.iter().map(|source| path_of(source.value.as_deref())).collect::<Option<_>>()?;
    let mut files = paths.iter().filter(|path| matches!(context.entry(path), Lookup::File(_)));
    let source = path::parent(files.next()?).to_owned();
    let is_known = |path: &String| matches!(context.entry(path), Lookup::File(_) | Lookup::Folder);
    if !files.all(|path| path::parent(path) == source) || !paths.iter().all(is_known) {
        return None;
    }
    let destination = place(&model.environment_at(step)?.workdir, target)?;
    Some((FolderCopy { item: step, source, destination }, paths))
}

/// Whether a file of this name may say something to a tool.
fn is_setting(tool: Option<&Project>, name: &str) -> bool {
    name.starts_with('.') || tool.is_some_and(|tool| is_manifest(tool, name) || tool.blockers.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;
    use crate::document::Document;

    /// The sources that a Go build or install below a COPY does not read.
    fn others(files: &[(&str, &str)], steps: &str) -> Option<Vec<usize>> {
        let document = Document::new(&format!("FROM a:1\nWORKDIR /s\n{steps}\n"));
        let (file, model) = (document.file(), document.model());
        let context = MemoryContext::of_files(files);
        let last = file.items().len() - 1;
        let named =
            of_build(file, model, &context, last).or_else(|| of_install(file, model, &context, last))?;
        Some(named.others)
    }

    #[test]
    fn what_the_tool_does_not_read_is_told() {
        let go = [("go.mod", "require a v1"), ("go.sum", ""), ("main.go", ""), ("w/x", "")];
        assert_eq!(others(&go, "COPY main.go go.mod go.sum w ./\nRUN go build"), Some(vec![0, 3]));
        assert_eq!(others(&go, "COPY go.mod go.sum ./\nCOPY w w\nRUN go build"), Some(Vec::new()));
        let cargo = [("Cargo.toml", "[dependencies]\na = \"1\""), ("Cargo.lock", ""), ("src/main.rs", "")];
        assert_eq!(others(&cargo, "COPY Cargo.toml ./\nCOPY src src\nRUN cargo build"), Some(Vec::new()));
        assert_eq!(others(&cargo, "COPY Cargo.toml src ./\nRUN cargo build"), Some(vec![1]));
        assert_eq!(others(&cargo, "COPY Cargo.toml ./\nRUN cargo build"), None);
        assert_eq!(others(&cargo, "COPY Cargo.toml ./\nRUN ./fetch\nCOPY src src\nRUN cargo build"), None);
        let npm = [("package.json", "{}"), ("package-lock.json", "{}"), (".npmrc", ""), ("i.js", "")];
        assert_eq!(others(&npm, "COPY package.json package-lock.json i.js ./\nRUN npm ci"), Some(vec![2]));
        for steps in [
            "COPY go.mod go.sum ./\nRUN go build",
            "COPY go.mod go.sum main.go ./\nRUN go mod download\nRUN go build",
            "COPY go.mod go.sum main.go ./\nRUN ./fetch\nRUN go build",
            "COPY go.mod go.sum main.go /\nRUN go build",
            "COPY go.mod go.sum $A ./\nRUN go build",
            "COPY go.* main.go ./\nRUN go build",
            "COPY go.mod go.sum missing.go ./\nRUN go build",
        ] {
            assert_eq!(others(&go, steps), None, "{steps}");
        }
        let hook = [("package.json", "{\"scripts\":{\"postinstall\":\"node i.js\"}}"), ("i.js", "")];
        assert_eq!(others(&hook, "COPY package.json i.js ./\nRUN npm install"), None);
        assert_eq!(others(&npm, "COPY package.json package-lock.json .npmrc ./\nRUN npm ci"), None);
    }
}

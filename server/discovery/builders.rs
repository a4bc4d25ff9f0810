//! Who builds a Dockerfile: compose files, bake files, devcontainers, skaffold and GitHub's workflows, in the
//! folders around it. What they say with variables of their own is not known. Reads the disk, within bounds.

mod bake;
mod compose;
mod formats;
mod hcl;
mod json;
mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::Discovery;
use crate::settings::yaml::{self, Node};
use crate::text::Span;
use tree::{arguments, contexts, is_literal, mentions, scalar, secrets};

/// One build of a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Builder {
    /// The file that says so.
    pub file: PathBuf,
    /// What it calls the build: a service, a target, an image; empty where it gives no name.
    pub name: String,
    /// The folder of the build context.
    pub context: PathBuf,
    /// The stage that is built.
    pub target: Target,
    /// The build arguments; `None` for a value that is not known.
    pub arguments: BTreeMap<String, Option<String>>,
    /// Where its file names the build arguments: each as it reads, and the place of its letters where they can be replaced.
    pub argument_places: Vec<(String, Option<Span>)>,
    /// Contexts with a name: what each is, as it is written.
    pub contexts: BTreeMap<String, String>,
    /// The ids of the secrets that its steps can mount.
    pub secrets: Vec<String>,
    /// Where its file names the Dockerfile, where it stands there as it reads.
    pub dockerfile: Option<NamedFile>,
}

/// A path in a builder's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// The folder that it is relative to.
    pub base: PathBuf,
    /// The place of its letters.
    pub place: Span,
}

/// The stage that a builder asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// It names none: the last one.
    Last,
    /// The one of this name, which stands there in its file, where it stands there as it reads.
    Stage(String, Option<Span>),
    /// The one of this name, as another file says that this one goes over.
    Elsewhere(String),
    /// One that is not known: what is written there, and in what it is made of.
    Unknown(String),
}

impl Target {
    /// Whether it is not known, and what it is made of holds this name.
    pub(crate) fn may_be(&self, stage: &str) -> bool {
        matches!(self, Target::Unknown(written) if mentions(&written.to_ascii_lowercase(), &stage.to_ascii_lowercase()))
    }
}

/// Builds, each with the Dockerfile that it names.
pub(super) type Builds = Vec<(Builder, PathBuf)>;

/// So many folders upwards are searched at most, and so many files in each.
const MOST_FOLDERS: usize = 16;
const MOST_FILES: usize = 24;

/// Folders beside the files of which builders are looked for too.
const FOLDERS: [&str; 3] = ["", ".devcontainer", ".github/workflows"];

/// Words in the names of stages that are not shipped.
const DEVELOPMENT: [&str; 10] =
    ["ci", "debug", "dev", "develop", "development", "lint", "local", "test", "testing", "tests"];

impl Builder {
    /// Whether what it builds is for those who work on the project.
    pub(super) fn is_for_development(&self) -> bool {
        let says_so = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.split(['-', '_', '.']).any(|word| DEVELOPMENT.contains(&word))
        };
        is_devcontainer(&name_of(&self.file))
            || matches!(&self.target, Target::Stage(name, _) | Target::Elsewhere(name) if says_so(name))
    }
}

/// Whether a file may say how something is built.
pub fn is_builder_file(path: &Path) -> bool {
    let name = name_of(path);
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let is_compose = name.starts_with("compose") || name.starts_with("docker-compose");
    let is_bake = name.starts_with("docker-bake") && (name.ends_with(".json") || name.ends_with(".hcl"));
    is_yaml
        && (is_compose
            || name.starts_with("skaffold")
            || path.parent().is_some_and(|folder| folder.ends_with(".github/workflows")))
        || is_bake
        || is_devcontainer(&name)
}

fn is_devcontainer(name: &str) -> bool {
    matches!(name, "devcontainer.json" | ".devcontainer.json")
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The builds of a Dockerfile (an absolute path) that files in the folders around it name, up to `root` where that is above; the
/// nearest first.
pub fn builders(discovery: &Discovery, dockerfile: &Path, root: Option<&Path>) -> Vec<Builder> {
    let wanted = plain(dockerfile);
    let home = dockerfile.parent();
    let inside = |folder: &&Path| root.is_some_and(|root| folder.starts_with(root)) || Some(*folder) == home;
    let folders = dockerfile.ancestors().skip(1).take_while(inside).take(MOST_FOLDERS);
    let builds: Vec<Arc<Builds>> = folders.map(|folder| discovery.builds_in(folder)).collect();
    let found = builds.iter().flat_map(|builds| builds.iter()).filter(|(_, file)| *file == wanted);
    found.map(|(builder, _)| builder.clone()).collect()
}

/// All builds that the files of a folder name, each with the Dockerfile that it names.
pub(super) fn in_folder(folder: &Path) -> Builds {
    builder_files(folder).flat_map(|file| read(&file, folder)).collect()
}

/// The files of a folder that may say how something in it is built.
pub(crate) fn builder_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    FOLDERS.iter().flat_map(|below| files(&folder.join(below)).into_iter().take(MOST_FILES))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(5_000);
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = paths.filter(|path| is_builder_file(path) && path.is_file()).collect();
    // What goes over another comes behind it.
    files.sort_by_key(|path| (compose::is_override(path), path.clone()));
    files
}

/// The builds that a file names, each with the Dockerfile that it names; `root` is the folder that a workflow runs in.
fn read(file: &Path, root: &Path) -> Builds {
    super::read(file).map(|source| of_text(file, root, source)).unwrap_or_default()
}

/// The builds that a file (an absolute path) would name if this was its text, each with the Dockerfile that it names;
/// none for what is no builder's file. A Dockerfile that is not known has no path.
pub(crate) fn builders_in(file: &Path, source: String) -> Vec<(Builder, PathBuf)> {
    let Some(home) = file.parent().filter(|_| is_builder_file(file)) else { return Vec::new() };
    let root =
        if home.ends_with(".github/workflows") { home.ancestors().nth(2).unwrap_or(home) } else { home };
    of_text(file, root, source)
}

fn of_text(file: &Path, root: &Path, source: String) -> Builds {
    let home = file.parent().unwrap_or(root);
    let name = name_of(file);
    let source = if name.ends_with(".json") { json::without_comments(&source) } else { source };
    let trees = if name.ends_with(".hcl") {
        hcl::parse(&source).into_iter().collect()
    } else {
        yaml::documents(&source).unwrap_or_default()
    };
    let found = Reader { file, home, source: &source };
    if name.starts_with("skaffold") {
        return trees.iter().flat_map(|tree| found.skaffold(tree)).collect();
    }
    // The later documents go over the first.
    let Some(tree) = trees.into_iter().reduce(tree::over) else { return Vec::new() };
    if is_devcontainer(&name) {
        return found.devcontainer(&tree).into_iter().collect();
    }
    if name.starts_with("docker-bake") {
        return found.bake(&tree);
    }
    if home.ends_with(".github/workflows") {
        return Reader { home: root, ..found }.workflow(&tree);
    }
    found.compose(tree)
}

/// A YAML text as one tree: the later documents go over the first.
fn yaml_tree(source: &str) -> Option<Node> {
    yaml::documents(source).unwrap_or_default().into_iter().reduce(tree::over)
}

/// The files of a folder that name a build whose Dockerfile is not known, because what they go over or extend is not.
pub(crate) fn stray_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = files(folder);
    let is_unknown = |(_, dockerfile): &(Builder, PathBuf)| dockerfile.as_os_str().is_empty();
    found.retain(|file| read(file, folder).iter().any(is_unknown));
    found
}

struct Reader<'a> {
    file: &'a Path,
    /// The folder that its paths are relative to.
    home: &'a Path,
    source: &'a str,
}

impl Reader<'_> {
    /// A build with nothing but a context, relative to the home, and a Dockerfile; `None` where they are not known.
    fn build(&self, name: &str, context: Option<&str>, dockerfile: &Path) -> Option<(Builder, PathBuf)> {
        let context = context.filter(|context| is_literal(context) && !context.contains("://"))?;
        let builder = Builder {
            file: self.file.to_owned(),
            name: name.to_owned(),
            context: plain(&self.home.join(context)),
            target: Target::Last,
            arguments: BTreeMap::new(),
            argument_places: Vec::new(),
            contexts: BTreeMap::new(),
            secrets: Vec::new(),
            dockerfile: None,
        };
        Some((builder, plain(dockerfile)))
    }

    /// A build whose Dockerfile is named relative to its context: `field` gives what is said of it.
    fn in_context<'a>(
        &self,
        name: &str,
        field: &dyn Fn(&str) -> Option<&'a Node>,
        context: &str,
    ) -> Option<(Builder, PathBuf)> {
        let dockerfile =
            field("dockerfile").map_or(Some("Dockerfile"), scalar).filter(|file| is_literal(file))?;
        let base = self.home.join(context);
        let dockerfile = base.join(dockerfile);
        let (builder, dockerfile) = self.build(name, Some(context), &dockerfile)?;
        let builder = Builder {
            target: self.target(field("target")),
            arguments: field("args").map(arguments).unwrap_or_default(),
            argument_places: self.argument_places(field("args")),
            contexts: field("additional_contexts").map(contexts).unwrap_or_default(),
            secrets: field("secret").map(secrets).unwrap_or_default(),
            dockerfile: self.named_file(&base, field("dockerfile")),
            ..builder
        };
        Some((builder, dockerfile))
    }

    fn target(&self, node: Option<&Node>) -> Target {
        match node.map(|node| (node, scalar(node))) {
            None | Some((_, Some(""))) => Target::Last,
            Some((node, Some(name))) if is_literal(name) => {
                Target::Stage(name.to_owned(), tree::place(self.source, node))
            }
            Some((node, _)) => Target::Unknown(self.written(node).to_owned()),
        }
    }

    /// Where a path is named that is relative to a folder.
    fn named_file(&self, base: &Path, node: Option<&Node>) -> Option<NamedFile> {
        Some(NamedFile { base: plain(base), place: tree::place(self.source, node?)? })
    }

    fn argument_places(&self, node: Option<&Node>) -> Vec<(String, Option<Span>)> {
        node.map(|node| tree::argument_places(self.source, node)).unwrap_or_default()
    }

    /// The text of a value.
    fn written(&self, node: &Node) -> &str {
        self.source.get(node.span.clone()).unwrap_or_default()
    }
}

/// A path without `.`, and without `..` where the text alone can say so.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

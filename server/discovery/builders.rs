//! Who builds a Dockerfile: compose files, bake files in JSON, devcontainers, skaffold and GitHub's workflows, in the
//! folders around it. What they say with variables of their own is not known. Reads the disk, within bounds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::Discovery;
use crate::settings::yaml::{self, Node, Value};

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
    pub target: Option<String>,
    /// The build arguments; `None` for a value that is not known.
    pub arguments: BTreeMap<String, Option<String>>,
}

/// Builds, each with the Dockerfile that it names.
pub(super) type Builds = Vec<(Builder, PathBuf)>;

/// So many folders upwards are searched at most, and so many files in each.
const MOST_FOLDERS: usize = 16;
const MOST_FILES: usize = 24;

/// Folders beside the files of which builders are looked for too.
const FOLDERS: [&str; 3] = ["", ".devcontainer", ".github/workflows"];

/// Whether a file may say how something is built.
pub fn is_builder_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let is_compose = name.starts_with("compose") || name.starts_with("docker-compose");
    let is_bake = name.starts_with("docker-bake") && name.ends_with(".json");
    is_yaml
        && (is_compose
            || name.starts_with("skaffold")
            || path.parent().is_some_and(|folder| folder.ends_with(".github/workflows")))
        || is_bake
        || matches!(name.as_str(), "devcontainer.json" | ".devcontainer.json")
}

/// The builds of a Dockerfile (an absolute path) that the folders around it tell of, up to `root` where that is above; the
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

/// All builds that the files of a folder tell of, each with the Dockerfile that it names.
pub(super) fn in_folder(folder: &Path) -> Builds {
    let files = FOLDERS.iter().flat_map(|below| {
        let mut files = files(&folder.join(below));
        files.truncate(MOST_FILES);
        files
    });
    files.flat_map(|file| read(&file, folder)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(5_000);
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = paths.filter(|path| is_builder_file(path) && path.is_file()).collect();
    files.sort();
    files
}

/// The builds that a file tells of, each with the Dockerfile that it names; `root` is the folder that a workflow runs in.
fn read(file: &Path, root: &Path) -> Vec<(Builder, PathBuf)> {
    let Ok(source) = super::read(file) else {
        return Vec::new();
    };
    let is_json = file.extension().is_some_and(|end| end == "json");
    // These have comments, which YAML does not know.
    let without_comments = |line: &&str| !is_json || !line.trim_start().starts_with("//");
    let source: Vec<&str> = source.lines().filter(without_comments).collect();
    let Ok(Some(tree)) = yaml::parse(&source.join("\n")) else {
        return Vec::new();
    };
    let home = file.parent().unwrap_or(root);
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let found = Reader { file, home };
    if name.contains("devcontainer") {
        return found.devcontainer(&tree).into_iter().collect();
    }
    if name.starts_with("docker-bake") {
        return found.bake(&tree);
    }
    if name.starts_with("skaffold") {
        return found.skaffold(&tree);
    }
    if home.ends_with(".github/workflows") {
        return Reader { file, home: root }.workflow(&tree);
    }
    found.compose(&tree)
}

struct Reader<'a> {
    file: &'a Path,
    /// The folder that its paths are relative to.
    home: &'a Path,
}

impl Reader<'_> {
    /// `context` is relative to the home, `dockerfile` to `base`, where they are known.
    fn build(
        &self,
        name: &str,
        context: Option<&str>,
        dockerfile: PathBuf,
        target: Option<&str>,
        arguments: BTreeMap<String, Option<String>>,
    ) -> Option<(Builder, PathBuf)> {
        let context = context.filter(|context| is_literal(context) && !context.contains("://"))?;
        let builder = Builder {
            file: self.file.to_owned(),
            name: name.to_owned(),
            context: plain(&self.home.join(context)),
            target: target.filter(|target| is_literal(target)).map(str::to_owned),
            arguments,
        };
        Some((builder, plain(&dockerfile)))
    }

    /// A build whose Dockerfile is named relative to its context.
    fn in_context(&self, name: &str, build: &Node, context: &str) -> Option<(Builder, PathBuf)> {
        let dockerfile =
            get(build, "dockerfile").map_or(Some("Dockerfile"), scalar).filter(|file| is_literal(file))?;
        let target = get(build, "target").and_then(scalar);
        let arguments = get(build, "args").map(arguments).unwrap_or_default();
        self.build(name, Some(context), self.home.join(context).join(dockerfile), target, arguments)
    }

    fn compose(&self, tree: &Node) -> Vec<(Builder, PathBuf)> {
        let services = get(tree, "services").map(pairs).unwrap_or_default();
        let build = |(name, service): (&str, &Node)| {
            let build = get(service, "build")?;
            match scalar(build) {
                Some(context) => {
                    let dockerfile = self.home.join(context).join("Dockerfile");
                    self.build(name, Some(context), dockerfile, None, BTreeMap::new())
                }
                None if get(build, "dockerfile_inline").is_some() => None,
                None => self.in_context(name, build, get(build, "context").map_or(Some("."), scalar)?),
            }
        };
        services.into_iter().filter_map(build).collect()
    }

    fn bake(&self, tree: &Node) -> Vec<(Builder, PathBuf)> {
        let targets = get(tree, "target").map(pairs).unwrap_or_default();
        let build = |(name, target): (&str, &Node)| {
            // What it inherits may say otherwise.
            if get(target, "inherits").is_some() || get(target, "matrix").is_some() {
                return None;
            }
            self.in_context(name, target, get(target, "context").map_or(Some("."), scalar)?)
        };
        targets.into_iter().filter_map(build).collect()
    }

    fn devcontainer(&self, tree: &Node) -> Option<(Builder, PathBuf)> {
        let build = get(tree, "build")?;
        let dockerfile = get(build, "dockerfile").and_then(scalar)?;
        let context = get(build, "context").map_or(Some("."), scalar);
        let target = get(build, "target").and_then(scalar);
        let arguments = get(build, "args").map(arguments).unwrap_or_default();
        self.build("", context, self.home.join(dockerfile), target, arguments)
    }

    fn skaffold(&self, tree: &Node) -> Vec<(Builder, PathBuf)> {
        let artifacts =
            get(tree, "build").and_then(|build| get(build, "artifacts")).map(items).unwrap_or_default();
        let build = |artifact: &Node| {
            let name = get(artifact, "image").and_then(scalar).unwrap_or_default();
            let context = get(artifact, "context").map_or(Some("."), scalar)?;
            let docker = get(artifact, "docker");
            let get = |key: &str| docker.and_then(|docker| get(docker, key));
            let dockerfile =
                get("dockerfile").map_or(Some("Dockerfile"), scalar).filter(|file| is_literal(file))?;
            let arguments = get("buildArgs").map(arguments).unwrap_or_default();
            let dockerfile = self.home.join(context).join(dockerfile);
            self.build(name, Some(context), dockerfile, get("target").and_then(scalar), arguments)
        };
        artifacts.iter().filter_map(build).collect()
    }

    /// The steps of `docker/build-push-action` after a checkout: paths are those of the repository.
    fn workflow(&self, tree: &Node) -> Vec<(Builder, PathBuf)> {
        let jobs = get(tree, "jobs").map(pairs).unwrap_or_default();
        let build = |(job, step): (&str, &Node)| {
            get(step, "uses").and_then(scalar).filter(|uses| uses.starts_with("docker/build-push-action"))?;
            let with = get(step, "with")?;
            // Without a context it builds what is in the repository's git, which is much the same.
            let context = get(with, "context").and_then(scalar)?;
            let dockerfile = match get(with, "file") {
                Some(file) => self.home.join(scalar(file).filter(|file| is_literal(file))?),
                None => self.home.join(context).join("Dockerfile"),
            };
            let lines = get(with, "build-args").and_then(scalar).unwrap_or_default().lines();
            let arguments = lines.filter_map(|line| argument(line.trim())).collect();
            self.build(job, Some(context), dockerfile, get(with, "target").and_then(scalar), arguments)
        };
        let steps = jobs.into_iter().flat_map(|(job, node)| {
            let steps = get(node, "steps").map(items).unwrap_or_default();
            steps.iter().map(move |step| (job, step))
        });
        steps.filter_map(build).collect()
    }
}

/// Whether a text says all by itself.
fn is_literal(text: &str) -> bool {
    !text.contains('$') && !text.contains("{{")
}

fn arguments(node: &Node) -> BTreeMap<String, Option<String>> {
    match &node.value {
        Value::Table(_) => {
            let known = |value: &Node| scalar(value).filter(|value| is_literal(value)).map(str::to_owned);
            pairs(node).into_iter().map(|(name, value)| (name.to_owned(), known(value))).collect()
        }
        Value::List(list) => list.iter().filter_map(|item| argument(scalar(item)?)).collect(),
        Value::Null | Value::Scalar(_) => BTreeMap::new(),
    }
}

/// `NAME=VALUE`; a name alone takes its value from whoever runs the build.
fn argument(text: &str) -> Option<(String, Option<String>)> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value).filter(|value| is_literal(value))),
        None => (text, None),
    };
    (!name.is_empty() && is_literal(name)).then(|| (name.to_owned(), value.map(str::to_owned)))
}

fn get<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    pairs(node).into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn pairs(node: &Node) -> Vec<(&str, &Node)> {
    match &node.value {
        Value::Table(pairs) => pairs.iter().filter_map(|(key, value)| Some((scalar(key)?, value))).collect(),
        _ => Vec::new(),
    }
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(text) => Some(text),
        _ => None,
    }
}

/// A path without `.`, and without `..` as far as its text tells.
fn plain(path: &Path) -> PathBuf {
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

//! What compose files say of builds, together with the file that one goes over and the services that one extends.
//! Source: Docker, "Merge Compose files": a later file goes over the earlier, its paths are those of the first; "Extend your
//! Compose file": paths of an extended service are relative to its own file. compose-go, `cli/options.go`: the names that
//! are taken unasked, and in what order.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::tree::{arguments, contexts, get, is_literal, pairs, scalar, secrets};
use super::{Builder, Builds, Reader, Target, name_of, plain};
use crate::settings::yaml::Node;

/// The files that are taken unasked, the first that is there.
const BASES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// So many files are read for one, and so far services extend others.
const MOST_FILES: usize = 8;
const MOST_DEPTH: usize = 8;

/// A compose file that was read.
struct File {
    path: PathBuf,
    tree: Node,
}

/// The files that are read for one, which is the first, and the services of each.
struct Project<'a> {
    files: &'a [File],
    services: Vec<HashMap<&'a str, &'a Node>>,
}

/// A `build` of a service, in the file of this number. The higher ones come first.
type Layer<'a> = (usize, &'a Node);

/// Whether a compose file is one that goes over another wherever it is used.
pub(super) fn is_override(path: &Path) -> bool {
    let name = name_of(path);
    let is_compose = name.starts_with("compose") || name.starts_with("docker-compose");
    is_compose && name.split('.').any(|word| word == "override")
}

impl Reader<'_> {
    /// The builds of a compose file. Where it is not known what the file goes over, the Dockerfile has no path.
    pub(super) fn compose(&self, tree: Node) -> Builds {
        let files = files(self.file, tree);
        let project =
            Project { files: &files, services: files.iter().map(|file| file.services().collect()).collect() };
        let services = files.first().into_iter().flat_map(File::services);
        services.filter_map(|(name, _)| self.service(name, &project)).collect()
    }

    fn service(&self, name: &str, project: &Project<'_>) -> Option<(Builder, PathBuf)> {
        let mut layers = Vec::new();
        let mut is_known = project.add_layers(name, 0, 0, &mut layers);
        // What it says of none, the file below says alone.
        layers.first()?;
        let is_below = |file: &File| is_base(&file.path) && file.path.parent() == self.file.parent();
        let base = project.files.iter().position(is_below).filter(|base| *base != 0);
        let says_where = field(&layers, "context").or(field(&layers, "dockerfile")).is_some();
        match base {
            Some(base) if is_override(self.file) || !says_where => {
                is_known &= !project.services.get(base)?.contains_key(name)
                    || project.add_layers(name, base, 0, &mut layers);
            }
            None if is_override(self.file) && !says_where => is_known = false,
            _ => {}
        }
        if field(&layers, "dockerfile_inline").is_some() {
            return None;
        }
        let says_where = field(&layers, "context").or(field(&layers, "dockerfile")).is_some();
        let target = match field(&layers, "target") {
            None if !is_known => Target::Unknown(String::new()),
            found => self.layered_target(found),
        };
        if !is_known && !says_where {
            // Of the Dockerfile nothing is known but that it has this stage.
            let (builder, _) = self.build(name, Some("."), Path::new(""))?;
            return Some((Builder { target, ..builder }, PathBuf::new()));
        }
        let (home, context) = match field(&layers, "context") {
            Some((file, context)) => (project.files.get(file)?.path.parent()?, scalar(context)?),
            None => (self.home, "."),
        };
        let dockerfile = match field(&layers, "dockerfile") {
            Some((_, dockerfile)) => scalar(dockerfile).filter(|file| is_literal(file))?,
            None => "Dockerfile",
        };
        let (builder, _) = self.build(name, Some(context), Path::new(""))?;
        let context = home.join(context);
        let dockerfile = plain(&context.join(dockerfile));
        let mut builder = Builder { context: plain(&context), target, ..builder };
        for (_, build) in layers.iter().rev() {
            builder.arguments.extend(get(build, "args").map(arguments).unwrap_or_default());
            builder.contexts.extend(get(build, "additional_contexts").map(contexts).unwrap_or_default());
        }
        let own = layers.iter().filter(|(file, _)| *file == 0);
        let named = field(&layers, "dockerfile").filter(|(file, _)| *file == 0);
        builder.dockerfile = named.and_then(|(_, node)| self.named_file(&context, Some(node)));
        builder.secrets = field(&layers, "secrets").map(|(_, node)| secrets(node)).unwrap_or_default();
        builder.argument_places =
            own.flat_map(|(_, build)| self.argument_places(get(build, "args"))).collect();
        Some((builder, dockerfile))
    }

    /// The target that a layer names.
    fn layered_target(&self, found: Option<Layer<'_>>) -> Target {
        match found {
            Some((0, node)) => self.target(Some(node)),
            Some((_, node)) => match scalar(node) {
                Some("") => Target::Last,
                Some(name) if is_literal(name) => Target::Elsewhere(name.to_owned()),
                other => Target::Unknown(other.unwrap_or_default().to_owned()),
            },
            None => Target::Last,
        }
    }
}

/// The file with what it goes over and what its services extend.
fn files(path: &Path, tree: Node) -> Vec<File> {
    let mut files = vec![File { path: path.to_owned(), tree }];
    if !is_base(path) {
        let beside = BASES.iter().map(|base| path.with_file_name(base));
        files.extend(beside.filter(|base| base.is_file()).take(1).filter_map(|base| File::read(&base)));
    }
    let mut next = 0;
    while let Some(file) = files.get(next) {
        next += 1;
        let mut extended: Vec<PathBuf> =
            file.services().filter_map(|(_, service)| file.extended(service)?.1).collect();
        extended.sort();
        extended.dedup();
        let new = extended.into_iter().filter(|path| files.iter().all(|known| known.path != *path));
        let new: Vec<File> =
            new.take(MOST_FILES.saturating_sub(files.len())).filter_map(|path| File::read(&path)).collect();
        files.extend(new);
    }
    files
}

impl File {
    fn read(path: &Path) -> Option<File> {
        let source = super::super::read(path).ok()?;
        Some(File { path: path.to_owned(), tree: super::yaml_tree(&source)? })
    }

    fn services(&self) -> impl Iterator<Item = (&str, &Node)> {
        get(&self.tree, "services").map(pairs).unwrap_or_default().into_iter()
    }

    /// The service that one extends, and the file that it is in where that is another; `None` where it extends none.
    fn extended<'a>(&self, service: &'a Node) -> Option<(Option<&'a str>, Option<PathBuf>)> {
        let extends = get(service, "extends")?;
        let file = get(extends, "file").map(|file| {
            let file = scalar(file).filter(|file| is_literal(file)).unwrap_or_default();
            plain(&self.path.with_file_name(file))
        });
        let name = scalar(extends).or_else(|| get(extends, "service").and_then(scalar));
        Some((name, file.filter(|file| *file != self.path)))
    }
}

/// Whether a file is taken unasked.
fn is_base(path: &Path) -> bool {
    BASES.contains(&name_of(path).as_str())
}

impl<'a> Project<'a> {
    /// Adds what a service of a file says of its build, and below it what the services say that it extends. Whether all of
    /// these are known.
    fn add_layers(&self, name: &str, file: usize, depth: usize, layers: &mut Vec<Layer<'a>>) -> bool {
        let (Some(place), Some(services)) = (self.files.get(file), self.services.get(file)) else {
            return false;
        };
        let Some(service) = services.get(name).copied().filter(|_| depth < MOST_DEPTH) else { return false };
        layers.extend(get(service, "build").map(|build| (file, build)));
        match place.extended(service) {
            None => true,
            Some((Some(name), None)) => self.add_layers(name, file, depth + 1, layers),
            Some((Some(name), Some(path))) => {
                let other = self.files.iter().position(|file| file.path == path);
                other.is_some_and(|other| self.add_layers(name, other, depth + 1, layers))
            }
            Some((None, _)) => false,
        }
    }
}

/// What the highest layer says that says anything of it. A `build` that is a word is a context.
fn field<'a>(layers: &[Layer<'a>], key: &str) -> Option<Layer<'a>> {
    layers.iter().find_map(|(file, build)| match scalar(build) {
        Some(_) => (key == "context").then_some((*file, *build)),
        None => Some((*file, get(build, key)?)),
    })
}

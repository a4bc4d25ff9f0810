//! What devcontainers, skaffold and GitHub's workflows say of builds.

use std::path::PathBuf;

use super::tree::{argument, arguments, get, is_literal, items, line_places, pairs, scalar};
use super::{Builder, Builds, Reader, plain};
use crate::settings::yaml::Node;

impl Reader<'_> {
    pub(super) fn devcontainer(&self, tree: &Node) -> Option<(Builder, PathBuf)> {
        let build = get(tree, "build")?;
        let dockerfile = get(build, "dockerfile").and_then(scalar)?;
        let context = get(build, "context").map_or(Some("."), scalar);
        let (builder, dockerfile) = self.build("", context, &self.home.join(dockerfile))?;
        let arguments = get(build, "args").map(arguments).unwrap_or_default();
        let argument_places = self.argument_places(get(build, "args"));
        let target = self.target(get(build, "target"));
        let named = self.named_file(self.home, get(build, "dockerfile"));
        Some((Builder { target, arguments, argument_places, dockerfile: named, ..builder }, dockerfile))
    }

    pub(super) fn skaffold(&self, tree: &Node) -> Builds {
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
            let base = self.home.join(context);
            let (builder, dockerfile) = self.build(name, Some(context), &base.join(dockerfile))?;
            let named = self.named_file(&base, get("dockerfile"));
            let (target, argument_places) =
                (self.target(get("target")), self.argument_places(get("buildArgs")));
            Some((Builder { target, arguments, argument_places, dockerfile: named, ..builder }, dockerfile))
        };
        artifacts.iter().filter_map(build).collect()
    }

    /// The steps of `docker/build-push-action` after a checkout: paths are those of the repository.
    pub(super) fn workflow(&self, tree: &Node) -> Builds {
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
            let given = get(with, "build-args");
            let argument_places = given.map(|given| line_places(self.source, given)).unwrap_or_default();
            let lines = given.and_then(scalar).unwrap_or_default().lines();
            let arguments = lines.filter_map(|line| argument(line.trim())).collect();
            let lines = get(with, "build-contexts").and_then(scalar).unwrap_or_default().lines();
            let contexts = lines.filter_map(|line| line.trim().split_once('='));
            let contexts = contexts.map(|(name, what)| (name.to_owned(), what.to_owned())).collect();
            // What lies around a checkout is not there for everybody.
            let inside = |(builder, _): &(Builder, PathBuf)| builder.context.starts_with(plain(self.home));
            let (builder, dockerfile) = self.build(job, Some(context), &dockerfile).filter(inside)?;
            let target = self.target(get(with, "target"));
            let lists =
                ["secrets", "secret-files", "secret-envs"].into_iter().filter_map(|key| get(with, key));
            let lines = names_in_lines(lists.filter_map(scalar));
            let secrets = lines.filter(|id| is_literal(id)).map(str::to_owned).collect();
            let dockerfile_name = self.named_file(self.home, get(with, "file"));
            let builder = Builder { target, arguments, argument_places, contexts, secrets, ..builder };
            Some((Builder { dockerfile: dockerfile_name, ..builder }, dockerfile))
        };
        let steps = jobs.into_iter().flat_map(|(job, node)| {
            let steps = get(node, "steps").map(items).unwrap_or_default();
            steps.iter().map(move |step| (job, step))
        });
        steps.filter_map(build).collect()
    }
}

/// What stands before `=` in the lines of texts.
fn names_in_lines<'a>(texts: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    texts.flat_map(str::lines).filter_map(|line| Some(line.trim().split_once('=')?.0))
}

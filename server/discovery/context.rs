//! Which folder is the build context of a Dockerfile, and why: what is set, else what a file says that builds it, else
//! the folder around it in which most of what it copies exists. Reads the disk, within bounds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::builders::{Builder, Target};
use crate::context::Certainty;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::disk::DiskContext;
use crate::document::Document;
use crate::semantic::layers::Layers;
use crate::semantic::named_files::{OneOf, named_files};

/// A build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The folder.
    pub folder: PathBuf,
    /// How sure that is.
    pub certainty: Certainty,
    /// Why it was taken, for people: ``compose.yaml builds it as `web` ``.
    pub why: String,
}

/// So many folders upwards are looked at.
const MOST_FOLDERS: usize = 16;

/// The build context of a Dockerfile (an absolute path), unless it was set: what those who build it say, `found` in the
/// folders up to `root`, or what `source`, its text, shows by what it copies. Builders that differ in their folder are no
/// help.
pub fn choose(found: &[Builder], dockerfile: &Path, source: &str, root: Option<&Path>) -> Option<Chosen> {
    let home = dockerfile.parent()?;
    if let Some(first) = found.first().filter(|first| first.context.is_dir())
        && found.iter().all(|builder| builder.context == first.context)
    {
        let why = told(first, found.len(), root.unwrap_or(home));
        return Some(Chosen { folder: first.context.clone(), certainty: Certainty::Given, why });
    }
    let (folder, why) = by_sources(dockerfile, home, source, root);
    Some(Chosen { folder, certainty: Certainty::Guessed, why })
}

/// As [`choose`], by what is saved of a Dockerfile; one that was never saved copies nothing.
pub fn of_saved(found: &[Builder], dockerfile: &Path, root: Option<&Path>) -> Option<Chosen> {
    choose(found, dockerfile, &super::read(dockerfile).unwrap_or_default(), root)
}

fn told(builder: &Builder, count: usize, root: &Path) -> String {
    let file = builder.file.strip_prefix(root).unwrap_or(&builder.file).display();
    let name = if builder.name.is_empty() { String::new() } else { format!(" as `{}`", builder.name) };
    let target = match &builder.target {
        Target::Stage(target, _) | Target::Elsewhere(target) => format!(" with the target `{target}`"),
        Target::Last | Target::Unknown(_) => String::new(),
    };
    match count {
        1 => format!("{file} builds it{name}{target}"),
        _ => format!("{file} builds it{name}{target}, and {} more do so there", count - 1),
    }
}

/// The folder, from the Dockerfile's own upwards, that has most of what is copied, and then of what commands name; of several
/// the nearest.
fn by_sources(dockerfile: &Path, home: &Path, source: &str, root: Option<&Path>) -> (PathBuf, String) {
    let document = Document::new(source);
    let layers = Layers::of(document.file(), document.model());
    let inputs = layers.steps().flat_map(|(_, step)| &step.inputs.context);
    let copied: BTreeSet<&str> =
        inputs.filter_map(|input| input.path.as_deref()).filter(|path| !path.is_empty()).collect();
    let named = named_files(document.file(), document.model());
    let inside = |folder: &&Path| *folder == home || root.is_some_and(|root| folder.starts_with(root));
    let count = |folder: &Path| {
        let context = DiskContext::new(folder, Some(dockerfile), Certainty::Guessed);
        let view = View::new(&context);
        let is_there = |path: &str| matches!(view.resolve(path), Sources::Found(_) | Sources::IgnoredAll);
        let has_one = |paths: &&OneOf| paths.iter().any(|path| is_there(path));
        (copied.iter().filter(|path| is_there(path)).count(), named.iter().filter(has_one).count())
    };
    let mut best = (home, count(home));
    for folder in home.ancestors().skip(1).take_while(inside).take(MOST_FOLDERS) {
        if best.1 == (copied.len(), named.len()) {
            break;
        }
        let found = count(folder);
        if found > best.1 {
            best = (folder, found);
        }
    }
    let why = match best.1 {
        (0, 0) => "a guess: the folder of the Dockerfile".to_owned(),
        (0, found) => format!("a guess: {found} of {} files that its commands name are there", named.len()),
        (found, _) => format!("a guess: {found} of {} sources are there", copied.len()),
    };
    (best.0.to_owned(), why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::builders::builders;
    use crate::discovery::inputs::inputs;
    use crate::discovery::{Discovered, Discovery};
    use crate::settings::Settings;
    use std::fs;

    /// What is chosen for a Dockerfile among these files: the folder, why, and the arguments.
    fn chosen(files: &[(&str, &str)], dockerfile: &str) -> String {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let dockerfile = root.path().join(dockerfile);
        let found = builders(&Discovery::default(), &dockerfile, Some(root.path()));
        let chosen = of_saved(&found, &dockerfile, Some(root.path())).unwrap();
        let given = inputs(&Settings::default(), &Discovered::default(), &found, None, root.path());
        let folder = chosen.folder.strip_prefix(root.path()).unwrap().to_string_lossy().into_owned();
        let arguments: Vec<String> =
            given.arguments.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        let unknown: Vec<String> = given.unknown_arguments.iter().map(|name| format!(" {name}?")).collect();
        format!("{folder}|{}|{}{}", chosen.why, arguments.concat(), unknown.concat())
    }

    const COMPOSE: &str = "services:\n  web:\n    build:\n      context: ..\n      dockerfile: docker/Dockerfile\n      args:\n        A: 1\n        B: $HOME\n";

    #[test]
    fn a_compose_file_says_how_its_services_are_built() {
        let files = [("docker/compose.yaml", COMPOSE), ("docker/Dockerfile", "FROM a\n")];
        assert_eq!(chosen(&files, "docker/Dockerfile"), "|docker/compose.yaml builds it as `web`| A=1 B?");
        let short = [("compose.yml", "services: {db: {build: ./db}}"), ("db/Dockerfile", "FROM a\n")];
        assert_eq!(chosen(&short, "db/Dockerfile"), "db|compose.yml builds it as `db`|");
    }

    #[test]
    fn other_builders_are_understood_too() {
        let dockerfile = ("a/Dockerfile", "FROM a\n");
        let bake = r#"{"target": {"app": {"context": "a", "args": {"V": "2"}}}}"#;
        assert_eq!(
            chosen(&[("docker-bake.json", bake), dockerfile], "a/Dockerfile"),
            "a|docker-bake.json builds it as `app`| V=2"
        );
        let devcontainer = "// why\n{\"build\": {\"dockerfile\": \"../a/Dockerfile\", \"context\": \"..\"}}";
        let files = [(".devcontainer/devcontainer.json", devcontainer), dockerfile];
        assert_eq!(chosen(&files, "a/Dockerfile"), "|.devcontainer/devcontainer.json builds it|");
        let skaffold = "build:\n  artifacts:\n  - image: x\n    context: a\n";
        assert_eq!(
            chosen(&[("skaffold.yaml", skaffold), dockerfile], "a/Dockerfile"),
            "a|skaffold.yaml builds it as `x`|"
        );
        let workflow = "jobs:\n  image:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        context: .\n        file: a/Dockerfile\n        build-args: |\n          V=1\n          W=${{ x }}\n";
        let files = [(".github/workflows/ci.yml", workflow), dockerfile];
        assert_eq!(chosen(&files, "a/Dockerfile"), "|.github/workflows/ci.yml builds it as `image`| V=1 W?");
        let outside = workflow.replace("context: .", "context: ../..");
        let files = [(".github/workflows/ci.yml", outside.as_str()), dockerfile];
        assert_eq!(chosen(&files, "a/Dockerfile"), "a|a guess: the folder of the Dockerfile|");
    }

    #[test]
    fn builders_that_differ_are_no_help() {
        let files = [
            (
                "compose.yaml",
                "services:\n  a: {build: {context: ., dockerfile: a/Dockerfile, args: [V=1, W=1]}}\n  b: {build: {context: a, args: [V=2, W=1]}}\n",
            ),
            ("a/Dockerfile", "FROM a\n"),
        ];
        assert_eq!(chosen(&files, "a/Dockerfile"), "a|a guess: the folder of the Dockerfile| W=1 V?");
        let same = files[0].1.replace("context: .,", "context: a,").replace("a/Dockerfile", "Dockerfile");
        assert_eq!(
            chosen(&[("compose.yaml", &same), files[1]], "a/Dockerfile"),
            "a|compose.yaml builds it as `a`, and 1 more do so there| W=1 V?"
        );
    }

    #[test]
    fn a_builder_of_something_else_or_elsewhere_is_none() {
        let files = [
            (
                "compose.yaml",
                "services:\n  a: {build: {context: b}}\n  b: {build: {context: \"${X}\", dockerfile: a/Dockerfile}}\n  c: {build: {dockerfile_inline: FROM a}}\n",
            ),
            ("Dockerfile", "FROM a\n"),
        ];
        assert_eq!(chosen(&files, "Dockerfile"), "|a guess: the folder of the Dockerfile|");
    }

    #[test]
    fn the_folder_that_has_what_is_copied_is_guessed() {
        let source = "FROM a\nCOPY package.json src/ ./\nCOPY docker/x y\n";
        let files = [("docker/Dockerfile", source), ("package.json", ""), ("src/a", ""), ("docker/x", "")];
        assert_eq!(chosen(&files, "docker/Dockerfile"), "|a guess: 3 of 3 sources are there|");
        assert_eq!(
            chosen(&[files[0], ("docker/package.json", "")], "docker/Dockerfile"),
            "docker|a guess: 1 of 3 sources are there|"
        );
    }

    #[test]
    fn what_commands_name_decides_where_everything_is_copied() {
        let file = |run: &'static str| format!("FROM a\nWORKDIR /app\nCOPY . .\nRUN {run}\n");
        for (run, name) in [
            ("./gradlew build", "gradlew"),
            ("npm install", "package.json"),
            ("cd web && yarn", "web/package.json"),
            ("make -j4 -C web all", "web/makefile"),
            ("make", "Makefile"),
            ("pip install -r requirements/base.txt", "requirements/base.txt"),
            ("sh -c 'scripts/build.sh'", "scripts/build.sh"),
            ("mvn package", "pom.xml"),
        ] {
            let source = file(run);
            let files = [("docker/ci/Dockerfile", &*source), (name, ""), ("docker/a", "")];
            let expected = if run.contains("gradle") { 2 } else { 1 };
            let expected = format!("|a guess: 1 of {expected} files that its commands name are there|");
            assert_eq!(chosen(&files, "docker/ci/Dockerfile"), expected, "{run}");
            // The nearest folder that has it.
            let beside = format!("docker/{name}");
            let files = [files[0], files[1], (&*beside, "")];
            assert_eq!(chosen(&files, "docker/ci/Dockerfile"), format!("docker{expected}"), "{run}");
        }
        for (run, lock) in [
            ("npm ci", "package-lock.json"),
            ("pnpm install --frozen-lockfile", "pnpm-lock.yaml"),
            ("yarn --immutable", "yarn.lock"),
        ] {
            let source = file(run);
            let files = [
                ("docker/Dockerfile", &*source),
                ("docker/package.json", ""),
                ("package.json", ""),
                (lock, ""),
            ];
            let expected = "|a guess: 2 of 2 files that its commands name are there|";
            assert_eq!(chosen(&files, "docker/Dockerfile"), expected, "{run}");
            let expected = "docker|a guess: 1 of 2 files that its commands name are there|";
            assert_eq!(chosen(files.get(..3).unwrap(), "docker/Dockerfile"), expected, "{run}");
        }
        for run in ["/opt/gradlew build", "make -f $X", "npm ci left-pad", "./made"] {
            let source = file(run);
            let files = [("docker/Dockerfile", &*source), ("package.json", ""), ("gradlew", "")];
            assert_eq!(
                chosen(&files, "docker/Dockerfile"),
                "docker|a guess: the folder of the Dockerfile|",
                "{run}"
            );
        }
    }
}

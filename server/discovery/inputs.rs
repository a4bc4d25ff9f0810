//! What a build of a Dockerfile is given, by what is set and by those who build it: arguments, targets and contexts.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;

use super::Discovered;
use super::builders::{Builder, Target};
use crate::semantic::bases::is_workplace_name;
use crate::semantic::inputs::{Build, Inputs, SetTarget, Targets, familiar};
use crate::settings::Settings;

/// What a build of the Dockerfile at `path` is given: what is set, by `own`, its settings file, or otherwise, over what those
/// who build it agree on. Files are named relative to `root`.
pub fn inputs(
    settings: &Settings,
    own: &Discovered,
    found: &[Builder],
    path: Option<&Path>,
    root: &Path,
) -> Inputs {
    let (mut arguments, mut unknown_arguments) = agreed(found);
    unknown_arguments.retain(|name| !settings.context.args.contains_key(name));
    arguments.extend(settings.context.args.clone());
    let (targets, workplaces) = match &settings.context.target {
        Some(target) => (Targets::These([Some(target.clone())].into()), BTreeSet::new()),
        None => (targets(found), workplaces(found)),
    };
    let is_built_for_it = || match found {
        [] => path.is_some_and(is_of_devcontainer),
        _ => found.iter().all(|builder| builder.is_for_development() && builder.target == Target::Last),
    };
    let is_for_development = settings.context.target.is_none()
        && (path.is_some_and(|path| is_called_so(path, root)) || is_built_for_it());
    let set_target = settings.context.target.clone().map(|name| {
        let file = own.path.as_deref().filter(|_| own.settings.context.target.as_ref() == Some(&name));
        SetTarget { name, file: file.map(|file| shown(file, root)) }
    });
    let named = |(name, what): (&String, &String)| (familiar(name).to_owned(), what.clone());
    let contexts = found.iter().rev().flat_map(|builder| &builder.contexts).map(named).collect();
    let secrets = found
        .iter()
        .rev()
        .flat_map(|builder| builder.secrets.iter().map(|id| (id.clone(), shown(&builder.file, root))));
    let secrets = secrets.collect();
    let builds = found.iter().map(|builder| build(builder, root)).collect();
    Inputs {
        arguments,
        unknown_arguments,
        targets,
        set_target,
        workplaces,
        is_for_development,
        contexts,
        secrets,
        builds,
    }
}

fn shown(file: &Path, root: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).to_string_lossy().into_owned()
}

/// Whether a file, or a folder below `root` that it lies in, is called after development or tests, as `Dockerfile.dev` and
/// `docker/development/Dockerfile`. Of a folder the whole name counts: `test-app` may be what is tested.
fn is_called_so(path: &Path, root: &Path) -> bool {
    let lower = |name: &OsStr| name.to_string_lossy().to_lowercase();
    let is_one_word =
        |name: String| !name.trim_start_matches('.').contains(['-', '_', '.']) && is_workplace_name(&name);
    let mut folders = path.parent().and_then(|folder| folder.strip_prefix(root).ok()).into_iter().flatten();
    path.file_name().is_some_and(|name| is_workplace_name(&lower(name)))
        || folders.any(|folder| is_one_word(lower(folder)))
}

/// Whether a file lies where editors look for development containers.
/// Source: containers.dev, "devcontainer.json".
fn is_of_devcontainer(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.components().any(|part| part.as_os_str() == ".devcontainer"))
}

/// The arguments with one value, and those without.
fn agreed(builders: &[Builder]) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let names: BTreeSet<&String> = builders.iter().flat_map(|builder| builder.arguments.keys()).collect();
    let (mut arguments, mut unknown) = (BTreeMap::new(), BTreeSet::new());
    for name in names {
        let mut values = builders.iter().map(|builder| builder.arguments.get(name).cloned().flatten());
        match values.next().flatten() {
            Some(value) if values.all(|other| other.as_ref() == Some(&value)) => {
                arguments.insert(name.clone(), value);
            }
            _ => drop(unknown.insert(name.clone())),
        }
    }
    (arguments, unknown)
}

/// The stages that ship. What is built for those who work on the project says nothing of these.
fn targets(builders: &[Builder]) -> Targets {
    let mut names = BTreeSet::new();
    for builder in builders.iter().filter(|builder| !builder.is_for_development()) {
        match &builder.target {
            Target::Last => drop(names.insert(None)),
            Target::Stage(name, _) | Target::Elsewhere(name) => drop(names.insert(Some(name.clone()))),
            Target::Unknown(_) => return Targets::Unknown,
        }
    }
    if names.iter().all(Option::is_none) { Targets::Last } else { Targets::These(names) }
}

fn workplaces(builders: &[Builder]) -> BTreeSet<Option<String>> {
    let name = |builder: &Builder| match &builder.target {
        Target::Last => Some(None),
        Target::Stage(name, _) | Target::Elsewhere(name) => Some(Some(name.clone())),
        Target::Unknown(_) => None,
    };
    builders.iter().filter(|builder| builder.is_for_development()).filter_map(name).collect()
}

fn build(builder: &Builder, root: &Path) -> Build {
    let shown = shown(&builder.file, root);
    let (target, place) = match &builder.target {
        Target::Stage(name, place) => (Some(name.clone()), place.clone()),
        // The other file says so too.
        Target::Last | Target::Elsewhere(_) | Target::Unknown(_) => (None, None),
    };
    let file = builder.file.to_string_lossy().into_owned();
    Build { file, shown, name: builder.name.clone(), target, place, arguments: builder.arguments.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::Discovery;
    use crate::discovery::builders::builders;
    use std::fs;

    /// What a build of `Dockerfile` among these files is given.
    fn given(files: &[(&str, &str)]) -> Inputs {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files.iter().chain(&[("Dockerfile", "FROM a\n")]) {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = builders(&Discovery::default(), &root.path().join("Dockerfile"), Some(root.path()));
        inputs(&Settings::default(), &Discovered::default(), &found, None, root.path())
    }

    fn these(names: &[Option<&str>]) -> Targets {
        Targets::These(names.iter().map(|name| name.map(str::to_owned)).collect())
    }

    const BAKE: &str = r#"
variable "TAG" { default = "1" }
group "default" { targets = ["app", "tool"] }
target "_common" {
  args = { A = "1", B = "${TAG}", C = null }
  contexts = { "docker.io/library/alpine:latest" = "docker-image://alpine:3.20" }
}
target "base" { target = "base" }
target "app" {
  inherits = ["base", "_common"]
  target = "prod" // over what it inherits
  args = { A = "2", D = 4, (TAG) = "x" }
}
target "tool" {
  inherits = ["app"]
  target = "tool"
}
"#;

    #[test]
    fn a_bake_file_is_read_with_what_its_targets_inherit() {
        let given = given(&[("docker-bake.hcl", BAKE)]);
        assert_eq!(given.targets, these(&[Some("prod"), Some("tool")]));
        let arguments: Vec<(&str, &str)> =
            given.arguments.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(arguments, [("A", "2"), ("D", "4")]);
        assert!(given.unknown_arguments.contains("B") && !given.unknown_arguments.contains("C"));
        assert_eq!(given.context("alpine"), Some("docker-image://alpine:3.20"));
        assert_eq!(given.context("alpine:3"), None);
        let build = given.builds_of("PROD").next().unwrap();
        assert_eq!((build.shown.as_str(), build.name.as_str()), ("docker-bake.hcl", "app"));
        assert_eq!(build.place.clone().map(|place| &BAKE[place]), Some("prod"));
    }

    #[test]
    fn what_is_made_by_a_variable_or_a_function_is_not_known() {
        let unknown = |source: &str| given(&[("docker-bake.hcl", source)]);
        assert_eq!(unknown("target \"a\" { target = X }").targets, Targets::Unknown);
        let matrix = "target \"a\" {\n  matrix = { t = [\"x\", \"y\"] }\n  target = t\n}";
        assert_eq!(unknown(matrix).targets, Targets::Unknown);
        for source in [
            "target \"a\" { context = X }",
            "target \"a\" { args = merge(X, {}) }",
            "target \"a\" { inherits = [X] }",
            "target \"a\" { inherits = [\"a\"] }",
            "target \"a\" { dockerfile-inline = \"FROM x\" }",
            "target \"a\" {",
        ] {
            assert_eq!(unknown(source), Inputs::default(), "{source}");
        }
    }

    #[test]
    fn blocks_of_one_target_are_one() {
        let source = "target \"a\" { target = \"x\" }\ntarget \"a\" {\n  args = { V = 1 }\n}\n";
        let given = given(&[("docker-bake.hcl", source)]);
        assert_eq!((given.targets, given.arguments.len()), (these(&[Some("x")]), 1));
    }

    #[test]
    fn compose_files_merge_and_name_contexts() {
        let compose = "x-build: &build\n  context: .\n  args: {A: 1}\n  target: 'prod'\nservices:\n  web:\n    build:\n      <<: *build\n      target: edge\n  job:\n    build: {<<: *build, additional_contexts: [src=../x]}\n  other:\n    build: {context: ., additional_contexts: {lib: ../lib}}\n";
        let given = given(&[
            ("compose.yaml", compose),
            ("compose.override.yaml", "services: {web: {build: {target: nothing, args: [B=2]}}}"),
        ]);
        assert_eq!(given.targets, these(&[None, Some("edge"), Some("nothing"), Some("prod")]));
        assert_eq!((given.context("src"), given.context("lib")), (Some("../x"), Some("../lib")));
        assert!(given.unknown_arguments.contains("A") && given.unknown_arguments.contains("B"));
        let place = given.builds_of("prod").next().unwrap().place.clone();
        assert_eq!(place.map(|place| &compose[place]), Some("prod"));
    }

    #[test]
    fn what_is_built_to_work_in_does_not_ship() {
        let compose = "services: {web: {build: {context: ., target: app-dev}}}";
        let given = given(&[
            ("compose.yaml", compose),
            (
                ".devcontainer/devcontainer.json",
                "// é\n{\"build\": {\"dockerfile\": \"../Dockerfile\", \"target\": \"tools\"}}",
            ),
        ]);
        assert_eq!(given.targets, Targets::Last);
        assert!(!given.is_for_development);
        let expected = ["app-dev", "tools"].map(|name| Some(name.to_owned()));
        assert_eq!(given.workplaces, expected.into());
        let place = given.builds_of("tools").next().unwrap().place.clone().unwrap();
        assert_eq!(place.start, "// é\n{\"build\": {\"dockerfile\": \"../Dockerfile\", \"target\": \"".len());
    }

    #[test]
    fn a_file_that_only_a_development_container_builds_or_that_is_called_so_is_for_development() {
        let built = "{\"build\": {\"dockerfile\": \"../Dockerfile\"}}";
        let files = [("Dockerfile", "FROM a\n"), (".devcontainer/devcontainer.json", built)];
        assert!(given(&files).is_for_development);
        assert!(!given(&files[..1]).is_for_development);
        let of = |path: &str| {
            let own = Discovered::default();
            inputs(&Settings::default(), &own, &[], Some(Path::new(path)), Path::new("")).is_for_development
        };
        assert!(of("/a/.devcontainer/b/Dockerfile") && !of("/a/Dockerfile"));
        let compose = "services: {a: {build: {context: ., dockerfile: Dockerfile.dev}}}";
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("compose.yaml"), compose).unwrap();
        let path = root.path().join("Dockerfile.dev");
        let found = builders(&Discovery::default(), &path, Some(root.path()));
        assert_eq!(found.len(), 1);
        let own = Discovered::default();
        assert!(inputs(&Settings::default(), &own, &found, Some(&path), root.path()).is_for_development);
        assert!(of("/a/Dockerfile.dev") && of("/a/test.Dockerfile") && !of("/a/Dockerfile.devices"));
        assert!(of("/a/development.Dockerfile") && of("/a/Dockerfile-ci") && of("/a/Dockerfile_local"));
        let below = |root: &str, path: &str| {
            let own = Discovered::default();
            inputs(&Settings::default(), &own, &[], Some(Path::new(path)), Path::new(root)).is_for_development
        };
        assert!(
            below("/dev/a", "/dev/a/docker/development/web/Dockerfile") && below("/a", "/a/.ci/Dockerfile")
        );
        assert!(!below("/dev/a", "/dev/a/Dockerfile") && !below("/a", "/a/latest/Dockerfile"));
        assert!(!below("/a", "/a/test-app/Dockerfile"));
    }

    #[test]
    fn what_is_set_beats_what_is_found() {
        let mut settings = Settings::default();
        settings.context.target = Some("mine".to_owned());
        let builder = "services: {web: {build: {context: ., target: prod}}}";
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("compose.yaml"), builder).unwrap();
        let found = builders(&Discovery::default(), &root.path().join("Dockerfile"), Some(root.path()));
        let mut own = Discovered::default();
        let given = inputs(&settings, &own, &found, None, root.path());
        assert_eq!(given.targets, these(&[Some("mine")]));
        let names = |given: &Inputs| -> Vec<(String, Option<String>)> {
            let owned = |(name, file): (&str, Option<&str>)| (name.to_owned(), file.map(str::to_owned));
            given.named_targets().map(owned).collect()
        };
        let of_compose = ("prod".to_owned(), Some("compose.yaml".to_owned()));
        assert_eq!(names(&given), [("mine".to_owned(), None), of_compose.clone()]);
        own.path = Some(root.path().join("layerwise.toml"));
        own.settings = settings.clone();
        let given = inputs(&settings, &own, &found, None, root.path());
        assert_eq!(names(&given), [("mine".to_owned(), Some("layerwise.toml".to_owned())), of_compose]);
    }
}

//! What the files of a project that say how it is built name: makefiles, scripts, workflows. What they name and what is not
//! there is made, or brought, before the build.

use super::BuildContext;
use crate::path;

/// Where such files lie, beside a folder itself.
const FOLDERS: [&str; 15] = [
    "",
    ".azure-pipelines",
    ".buildkite",
    ".circleci",
    ".github/workflows",
    ".gitlab",
    ".pipelines",
    "bin",
    "build",
    "ci",
    "docker",
    "hack",
    "script",
    "scripts",
    "tools",
];

/// So many of them are read, and so many folders beside these are looked into.
const MOST_FILES: usize = 48;
const MOST_FOLDERS: usize = 64;

/// The files of a repository around a build context that say how something is built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The path of the build context from the repository.
    pub way: String,
    /// The folder of each, from the repository, and its text.
    pub files: Vec<(String, String)>,
}

/// The texts of such files in a build context and around it.
pub(crate) struct Making(Around);

impl Making {
    /// Reads them.
    pub(crate) fn of(context: &dyn BuildContext) -> Making {
        let mut around = context.making_around();
        let list = |folder: &str| context.list(folder).unwrap_or_default();
        let paths = paths(&list).into_iter();
        let own =
            paths.filter_map(|(folder, path)| Some((path::join(&around.way, &folder), context.read(&path)?)));
        let own: Vec<(String, String)> = own.collect();
        around.files.extend(own);
        Making(around)
    }

    /// Whether one of them names a path of the build context, or the highest of its folders that is not there, or copies a file of
    /// its name to its place.
    pub(crate) fn names(&self, context: &dyn BuildContext, source: &str) -> bool {
        let source = path::in_context(source);
        let is_absent = |folder: &&str| context.entry(folder) == super::Lookup::Absent;
        let folder = path::ancestry(&source).find(is_absent);
        let is_named = |path: &str| self.0.files.iter().any(|(home, text)| self.is_named(home, text, path));
        is_named(&source) || folder.is_some_and(is_named)
    }

    fn is_named(&self, home: &str, text: &str, path: &str) -> bool {
        let way = &self.0.way;
        let whole = path::join(way, path);
        // From the folder that both lie in, which the file may name with `../`.
        let mut below = Some(home).filter(|home| !home.is_empty());
        while let Some(folder) = below.filter(|folder| !path::is_within(&whole, folder)) {
            below = Some(path::parent(folder)).filter(|folder| !folder.is_empty());
        }
        let below = below.and_then(|folder| path::below(&whole, folder)).unwrap_or(&whole);
        let is_own = way.is_empty() || path::is_within(home, way);
        is_own && stands_in(text, path)
            || [whole.as_str(), below].iter().any(|path| path.contains('/') && stands_in(text, path))
            || copies_to(text, home, &whole)
    }

    /// Whether one of them gives a build an argument of this name, as `--build-arg NAME=…` does.
    pub(crate) fn gives(&self, name: &str) -> bool {
        self.0.files.iter().any(|(_, text)| given(text, name))
    }
}

/// The files below a folder that say how something is built: their folders and paths. `list` gives the names in a folder.
pub(crate) fn paths(list: &dyn Fn(&str) -> Vec<String>) -> Vec<(String, String)> {
    let names = list("");
    let is_known = |name: &&String| FOLDERS.contains(&name.as_str());
    // What has a dot is a file most often, and what begins with one is no place for them.
    let others = names.iter().filter(|name| !name.contains('.') && !is_known(name)).take(MOST_FOLDERS);
    let others = others.map(|name| (name.as_str(), false));
    let folders = FOLDERS.iter().map(|folder| (*folder, true)).chain(others);
    let paths = folders.flat_map(|(folder, has_programs)| {
        let names = if folder.is_empty() { names.clone() } else { list(folder) };
        let names = names.into_iter().filter(move |name| says_how(folder, name, has_programs));
        names.map(move |name| (folder.to_owned(), path::join(folder, &name)))
    });
    paths.take(MOST_FILES).collect()
}

/// Whether a file of this name in this folder says how something is built; one without an extension does so where programs are.
fn says_how(folder: &str, name: &str, has_programs: bool) -> bool {
    const NAMES: [&str; 17] = [
        ".drone.yml",
        ".gitlab-ci.yml",
        ".goreleaser.yaml",
        ".goreleaser.yml",
        ".travis.yml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        "buildspec.yml",
        "cloudbuild.yaml",
        "earthfile",
        "gnumakefile",
        "jenkinsfile",
        "justfile",
        "makefile",
        "package.json",
        "taskfile.yaml",
        "taskfile.yml",
    ];
    const ENDS: [&str; 6] = [".bash", ".bat", ".cmd", ".mk", ".ps1", ".sh"];
    let name = name.to_ascii_lowercase();
    let is_workflow = folder.starts_with('.') && (name.ends_with(".yml") || name.ends_with(".yaml"));
    let is_program = has_programs && !folder.is_empty() && !name.contains('.');
    is_workflow || is_program || NAMES.contains(&&*name) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a path stands in a text, and not as a part of another. A bare word may be anything: it has to stand where something is
/// written to, or before a slash.
fn stands_in(text: &str, path: &str) -> bool {
    const WRITES: [&str; 9] = ["-d", "-o", "--outdir", "--output", ">", ">>", "mkdir", "path:", "-p"];
    let is_bare = !path.contains(['/', '.']);
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    text.match_indices(path).any(|(start, _)| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + path.len()..).unwrap_or_default();
        let ends = !after.starts_with(is_part)
            && !after.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_part));
        let is_relative = before.ends_with('/');
        // `./a`, `$ROOT/a`, `$(PWD)/a` and `${{ github.workspace }}/a` are in the folder of the project; `b/a` is another.
        let head = before.trim_end_matches('/').trim_end_matches("./").trim_end_matches('.');
        let head = head.trim_end_matches(is_part).strip_suffix('$').unwrap_or(head);
        let begins = match is_relative {
            true => !head.ends_with(is_part),
            false => !before.ends_with(is_part) && !before.ends_with('.'),
        };
        let word = before.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
        let is_written = || is_relative || after.starts_with('/') || WRITES.contains(&&*word);
        begins && ends && (!is_bare || is_written())
    })
}

/// Whether a command of a text, in a file of the folder `home`, copies a file of the last name of `path` to its place: `cp a/b
/// ../c/`, `docker cp a:/b ../c`. Both paths are those from the repository, where the command may run too.
fn copies_to(text: &str, home: &str, path: &str) -> bool {
    const COPIERS: [&str; 6] = ["cp", "install", "mv", "rsync", "scp", "Copy-Item"];
    let (folder, name) = (path::parent(path), path::name(path));
    let leads_there = |target: &str| {
        let target = target.trim_matches(['"', '\'']);
        let is_there = |from: &str| {
            let target = path::in_context(&path::join(from, target));
            target == folder || target == path
        };
        !target.starts_with('/') && [home, ""].into_iter().any(is_there)
    };
    text.replace("\\\n", " ").lines().any(|line| {
        let mut commands = line.split(['&', '|', ';']).map(|command| command.split_whitespace());
        commands.any(|command| {
            let words: Vec<&str> =
                command.skip_while(|word| !COPIERS.contains(&word.trim_start_matches('@'))).collect();
            let Some((target, sources)) = words.split_last().filter(|_| words.len() > 2) else {
                return false;
            };
            let is_it = |source: &&str| {
                let source = source.trim_matches(['"', '\'']);
                source.rsplit(['/', ':']).next() == Some(name)
            };
            sources.iter().skip(1).any(is_it) && leads_there(target)
        })
    })
}

/// Whether a text gives a build an argument: `--build-arg NAME`, `--build-arg="NAME=…"`, `"--build-arg", "NAME=…"`,
/// `build-arg:NAME=…`, `--set *.args.NAME=…`, and each line below `build-args: |`. Where a variable stands in place of the name,
/// it may be any.
/// Source: Docker, "docker buildx build", `--build-arg`, and "docker buildx bake", `--set`; buildctl's `--opt`; the inputs of
/// docker/build-push-action.
fn given(text: &str, name: &str) -> bool {
    const OPTION: &str = "build-arg";
    const SET: &str = ".args.";
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let begins = |text: &str| {
        text.starts_with('$') || text.strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_part))
    };
    let is_set = |(start, set): (usize, &str)| text.get(start + set.len()..).is_some_and(begins);
    text.match_indices(SET).any(is_set)
        || text.match_indices(OPTION).any(|(start, _)| {
            let rest = text.get(start + OPTION.len()..).unwrap_or_default();
            match rest.strip_prefix('s') {
                Some(block) => {
                    let lines = block.split_inclusive('\n');
                    let (first, lines) = (block.lines().next().unwrap_or_default(), lines.skip(1));
                    let indent = |line: &str| line.len() - line.trim_start().len();
                    let line_start =
                        text.get(..start).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
                    let is_below = |line: &&str| line.trim().is_empty() || indent(line) > indent(line_start);
                    let first = first.trim_start_matches([':', ' ', '"', '\'']);
                    begins(first)
                        || lines
                            .take_while(is_below)
                            .any(|line| begins(line.trim_start_matches([' ', '-', '"', '\''])))
                }
                None => begins(
                    rest.trim_start_matches(['=', ':', ' ', '\t', '"', '\'', ',', '\\', '\n', '\r', '`']),
                ),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stands_for_itself() {
        for text in [
            "cp a dist/app",
            "x > ./dist/app",
            "path: ${{ github.workspace }}/dist/app",
            "[\"dist/app\"]",
            "dist/app/b",
        ] {
            assert!(stands_in(text, "dist/app"), "{text}");
        }
        for text in ["a/dist/app", "dist/apps", "dist/app.go", "mydist/app", "dist", ""] {
            assert!(!stands_in(text, "dist/app"), "{text}");
        }
    }

    #[test]
    fn a_bare_word_has_to_be_written_to() {
        for text in ["go build -o app .", "path: app", "mkdir -p app", "cp a ./app", "cp a app/"] {
            assert!(stands_in(text, "app"), "{text}");
        }
        for text in ["docker build -t app .", "# the app", "b/app"] {
            assert!(!stands_in(text, "app"), "{text}");
        }
    }

    #[test]
    fn the_arguments_of_builds_are_seen_however_they_are_given() {
        for text in [
            "docker build --build-arg A .",
            "docker build --build-arg A=1 .",
            "podman build --build-arg=A=${A} .",
            "docker build --build-arg \"A=$(b)\" .",
            "docker build `\n  --build-arg `\n  A=$A .",
            "docker build --build-arg \\\n    'A=1' .",
            "[\"docker\", \"build\", \"--build-arg\", \"A=1\"]",
            "additionalBuildArgs '--build-arg A=2.7'",
            "arguments: --build-arg A=$(b)",
            "buildctl build --opt build-arg:A=1",
            "docker buildx bake --set *.args.A=1",
            "  with:\n    build-args: |\n      B=1\n      A=${{ c }}\n    push: true",
            "  build-args: A=1",
            "  build-args: ${{ inputs.args }}",
            "while read -r l; do a+=(--build-arg \"$l\"); done < build.env",
            "docker build --build-arg ${KEY}=${VALUE} .",
        ] {
            assert!(given(text, "A"), "{text}");
        }
        for text in [
            "docker build --build-arg AB .",
            "A=1",
            "--build-arg B=A",
            "    build-args: |\n      B=1\n    A: 1\n",
            "",
        ] {
            assert!(!given(text, "A"), "{text}");
        }
    }

    #[test]
    fn what_is_copied_to_a_folder_is_there_by_its_name() {
        let path = "internal/scp/a.jar";
        for (home, text) in [
            ("internal/scp/image", "\tdocker cp c:/usr/app/a.jar ../"),
            ("", "cp -f out/a.jar \\\n  internal/scp"),
            ("tools", "cd b && cp \"$OUT/a.jar\" \"../internal/scp/\""),
            ("tools", "scp host:a.jar ../internal/scp/a.jar"),
        ] {
            assert!(copies_to(text, home, path), "{text}");
        }
        for (home, text) in [
            ("tools", "cp out/a.jar ../internal"),
            ("", "cp b.jar internal/scp/"),
            ("", "rm a.jar internal/scp"),
            ("", "cp a.jar"),
        ] {
            assert!(!copies_to(text, home, path), "{text}");
        }
    }
}

//! What the files of a project that say how it is built name: makefiles, scripts, workflows. What they name and what is not
//! there is made, or brought, before the build.

use super::BuildContext;
use crate::path;

/// Where such files lie, beside the build context itself.
const FOLDERS: [&str; 11] = [
    "",
    ".circleci",
    ".github/workflows",
    "bin",
    "build",
    "ci",
    "docker",
    "hack",
    "script",
    "scripts",
    "tools",
];

/// So many of them are read.
const MOST_FILES: usize = 48;

/// The texts of such files in a build context.
pub(crate) struct Making {
    texts: Vec<String>,
}

impl Making {
    /// Reads them.
    pub(crate) fn of(context: &dyn BuildContext) -> Making {
        let paths = FOLDERS.iter().flat_map(|folder| {
            let names = context.list(folder).unwrap_or_default().into_iter();
            names.filter(|name| says_how(folder, name)).map(|name| path::join(folder, &name))
        });
        Making { texts: paths.take(MOST_FILES).filter_map(|path| context.read(&path)).collect() }
    }

    /// Whether one of them names a path of the build context, or the highest of its folders that is not there.
    pub(crate) fn names(&self, context: &dyn BuildContext, source: &str) -> bool {
        let source = path::in_context(source);
        let is_absent = |folder: &&str| context.entry(folder) == super::Lookup::Absent;
        let folder = path::ancestry(&source).find(is_absent);
        let is_named = |path: &str| self.texts.iter().any(|text| stands_in(text, path));
        is_named(&source) || folder.is_some_and(is_named)
    }
}

/// Whether a file of this name in this folder says how something is built.
fn says_how(folder: &str, name: &str) -> bool {
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
    let is_program = !folder.is_empty() && !name.contains('.');
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
        // `./a`, `$(PWD)/a` and `${{ github.workspace }}/a` are in the folder of the project; `b/a` is another.
        let head = before.trim_end_matches('/').trim_end_matches("./").trim_end_matches('.');
        let begins = match is_relative {
            true => !head.ends_with(is_part),
            false => !before.ends_with(is_part) && !before.ends_with('.'),
        };
        let word = before.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
        let is_written = || is_relative || after.starts_with('/') || WRITES.contains(&&*word);
        begins && ends && (!is_bare || is_written())
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
}

//! What kind of document the client has opened: clients name languages in many ways, and some files are opened by
//! mistake.

use crate::context::dockerfile_name::is_dockerfile_name;
use crate::path;
use tower_lsp::ls_types::Uri;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// A Dockerfile.
    Dockerfile,
    /// A file that says what the build context leaves out.
    IgnoreFile,
    /// Anything else: it is ignored.
    Other,
}

/// How languages are called in which no Dockerfile is written, whatever its name: other formats of Docker.
const OTHER_LANGUAGES: [&str; 12] = [
    "docker-compose",
    "dockercompose",
    "compose",
    "dockerbake",
    "docker-bake",
    "hcl",
    "terraform",
    "json",
    "jsonc",
    "toml",
    "yaml",
    "yml",
];
/// How files end that are none.
const OTHER_ENDINGS: [&str; 7] = [".hcl", ".json", ".jsonc", ".toml", ".tf", ".yaml", ".yml"];

impl DocumentKind {
    /// The kind of a document by its language, or by the name of its file where the client has another language for that. Users
    /// start the server for files of their own names and say so by the language; other ignore files than a build's have other
    /// rules.
    pub(crate) fn new(uri: &Uri, language_id: &str) -> DocumentKind {
        let path = uri.path().as_str().to_ascii_lowercase();
        let name = path::name(&path);
        let language = language_id.to_ascii_lowercase();
        if name.ends_with(".dockerignore") || (language == "dockerignore" && !name.ends_with("ignore")) {
            return DocumentKind::IgnoreFile;
        }
        // `Dockerfile.json` may well build what is called so.
        let is_named_so = ["dockerfile", "containerfile"].iter().any(|start| name.starts_with(start));
        // `dockerfile-ts`, `source.dockerfile`; an empty name says nothing.
        let has_language = matches!(&*language, "" | "docker")
            || ["dockerfile", "containerfile"].iter().any(|known| language.contains(known));
        let is_other = language.split('.').any(|part| OTHER_LANGUAGES.contains(&part))
            || name.ends_with("ignore")
            || (!is_named_so && OTHER_ENDINGS.iter().any(|ending| name.ends_with(ending)))
            || !(has_language || is_dockerfile_name(name));
        if is_other { DocumentKind::Other } else { DocumentKind::Dockerfile }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_something_else_is_no_dockerfile() {
        use DocumentKind::{Dockerfile, IgnoreFile, Other};
        for (uri, language_id, expected) in [
            ("file:///a/Dockerfile", "dockerfile", Dockerfile),
            ("file:///a/build", "Dockerfile", Dockerfile),
            ("file:///a/Dockerfile.json", "dockerfile", Dockerfile),
            ("untitled:Untitled-1", "", Dockerfile),
            ("untitled:Untitled-1", "dockerignore", IgnoreFile),
            ("file:///a/.dockerignore", "dockerfile", IgnoreFile),
            ("file:///a/.dockerignore", "ignore", IgnoreFile),
            ("file:///a/Dockerfile.dockerignore", "dockerfile", IgnoreFile),
            ("file:///a/.gitignore", "ignore", Other),
            ("file:///a/.gitignore", "dockerignore", Other),
            ("file:///a/compose.yaml", "yaml.docker-compose", Other),
            ("file:///a/compose.yaml", "dockerfile", Other),
            ("file:///a/compose", "dockercompose", Other),
            ("file:///a/compose.yaml", "yaml", Other),
            ("file:///a/docker-bake.hcl", "dockerfile", Other),
            ("file:///a/docker-bake", "hcl", Other),
            ("file:///a/docker-bake.json", "dockerfile", Other),
            ("file:///a/Dockerfile", "json", Other),
            ("file:///a/layerwise.toml", "plaintext", Other),
            ("file:///a/Makefile", "makefile", Other),
            ("file:///a/notes.txt", "plaintext", Other),
            ("file:///a/run.sh", "shellscript", Other),
            ("file:///a/Dockerfile", "plaintext", Dockerfile),
            ("file:///a/web.Dockerfile", "plaintext", Dockerfile),
            ("file:///a/Containerfile.dev", "text", Dockerfile),
            ("file:///a/build", "containerfile", Dockerfile),
            ("file:///a/notes.txt", "dockerfile", Dockerfile),
            ("untitled:Untitled-1", "plaintext", Other),
        ] {
            let kind = DocumentKind::new(&uri.parse().unwrap(), language_id);
            assert_eq!(kind, expected, "{uri} {language_id}");
        }
    }
}

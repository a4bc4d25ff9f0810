//! The `.env` of a project: whether it is somebody's own, or a source file like others, and who may read it.
//! Sources: gitignore(5); the documentation of the frameworks that load it: Laravel, Symfony, Vite, Next.js, Expo, Rails'
//! dotenv, Django's environ; sqlx, "Compile-time verification", which reads it while Cargo builds.

use super::Model;
use super::ignorable::mentions;
use super::node_scripts::started;
use super::project_deeds::{Deed, deeds, steps_that_see};
use super::project_files::project_files;
use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::git_askers::is_told_by;
use crate::knowledge::package_managers::Family;
use crate::knowledge::package_managers::projects::{PROJECTS, is_name};
use crate::path;
use crate::syntax::File;
use crate::syntax::names::is_name_char;

/// Its name.
const NAME: &str = ".env";

/// Whether the `.env` at the top of a build context is known to be of one machine alone: the repository leaves it out, or has
/// an example of it. One that is committed belongs to the project.
pub fn is_private(context: &dyn BuildContext) -> bool {
    const EXAMPLES: [&str; 5] = [".env.dist", ".env.example", ".env.sample", ".env.template", "env.example"];
    match (context.entry(".gitignore"), context.read(".gitignore")) {
        (_, Some(_)) => View::new(context).is_left_out_by_git(NAME),
        (Lookup::Absent, None) => EXAMPLES.iter().any(|name| matches!(context.entry(name), Lookup::File(_))),
        _ => false,
    }
}

/// Whether the `.env` at the top of a build context is there for Compose: a Compose file beside it takes the value of one of
/// its variables.
pub fn is_of_compose(context: &dyn BuildContext) -> bool {
    const FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
    let names = context.read(NAME).unwrap_or_default();
    let names: Vec<&str> = names.lines().filter_map(|line| Some(line.split_once('=')?.0.trim())).collect();
    let is_end = |rest: &str| !rest.starts_with(is_name_char);
    let takes = |text: &str, name: &str| {
        [format!("${{{name}"), format!("${name}")].iter().any(|start| {
            text.match_indices(start).any(|(at, _)| text.get(at + start.len()..).is_some_and(is_end))
        })
    };
    let texts = FILES.iter().filter_map(|file| context.read(file));
    { texts }.any(|text| names.iter().any(|name| !name.is_empty() && takes(&text, name)))
}

/// Whether a manifest of the project names a library that loads a `.env` when the program starts. What cannot be read may.
/// Source: the documentation of these libraries.
pub fn may_be_loaded(context: &dyn BuildContext, view: &View<'_>) -> bool {
    // Most of them are called after the file: `godotenv`, `python-dotenv`, `vlucas/phpdotenv`.
    const LOADERS: [&str; 8] = [
        "dotenv",
        "--env-file",
        "cleanenv",
        "django-environ",
        "environs",
        "laravel/framework",
        "pydantic-settings",
        "python-decouple",
    ];
    const OTHERS: [&str; 4] = ["Cargo.toml", "environment.yml", "setup.cfg", "setup.py"];
    let is_manifest = |path: &str| {
        let name = path::name(path);
        let is_requirements = name.starts_with("requirements") && name.ends_with(".txt");
        let mut known = PROJECTS.iter().flat_map(|project| project.manifests).chain(&OTHERS);
        is_requirements || known.any(|known| is_name(known, name))
    };
    let files = project_files(context, view, &is_manifest);
    files.is_none_or(|files| {
        let names = |text: &str| LOADERS.iter().any(|loader| text.contains(loader));
        files.iter().any(|(_, text)| names(&text.to_ascii_lowercase()))
    })
}

/// Whether a step of a file may read the `.env` of the build context: it runs programs of the project, or is not known.
pub fn may_be_read(file: &File, model: &Model, context: &dyn BuildContext, view: &View<'_>) -> bool {
    let reads = |deed: Deed<'_>| match deed {
        Deed::Program(_) | Deed::Unknown => true,
        Deed::Tool(family, words) => tool_reads(context, view, family, &words),
    };
    mentions(file, NAME)
        || steps_that_see(file, model, context).any(|step| deeds(file, model, step).into_iter().any(reads))
}

fn tool_reads(context: &dyn BuildContext, view: &View<'_>, family: Family, words: &[&str]) -> bool {
    match family {
        Family::Cargo | Family::Gradle | Family::Mix => true,
        // Its scripts run the project, as `artisan package:discover`.
        Family::Composer => !words.contains(&"--no-scripts"),
        Family::Npm | Family::Yarn | Family::Pnpm | Family::Bun => {
            let manifest = context.read("package.json").map(|text| ("package.json".to_owned(), text));
            let started = started(words, manifest.as_slice());
            started.builds || !started.texts.is_empty()
        }
        // It is nothing to the SDK, but a project may name it.
        Family::DotNet => {
            let files = project_files(context, view, &|path| is_told_by(family, path));
            let names = |text: &str| {
                let text = text.to_ascii_lowercase();
                let is_end = |rest: &str| !rest.starts_with(|char: char| char.is_ascii_alphanumeric());
                let names_file =
                    text.match_indices(NAME).any(|(at, _)| text.get(at + NAME.len()..).is_some_and(is_end));
                names_file || text.contains("dotenv") || text.contains("dotnetenv")
            };
            files.is_none_or(|files| files.iter().any(|(_, text)| names(text)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;

    #[test]
    fn what_compose_takes_values_from_is_its_own() {
        let is_of_compose = |compose: &str| {
            is_of_compose(&MemoryContext::of_files(&[(".env", "# A=\nTAG = 1\n"), ("compose.yaml", compose)]))
        };
        assert!(is_of_compose("image: a:${TAG:-b}") && is_of_compose("image: a:$TAG\n"));
        assert!(
            !is_of_compose("image: a:${TAGS}") && !is_of_compose("env_file: .env") && !is_of_compose("$A")
        );
    }

    #[test]
    fn a_library_that_loads_it_is_known_by_the_manifests() {
        let may_be_loaded = |files: &[(&str, &str)]| {
            let context = MemoryContext::of_files(files);
            may_be_loaded(&context, &View::new(&context))
        };
        for (file, text) in [
            ("go.mod", "require github.com/joho/godotenv v1.5.1\n"),
            ("a/package.json", "{\"dependencies\": {\"dotenv\": \"16\"}}"),
            ("requirements/base.txt", ""),
            ("requirements-prod.txt", "python-dotenv==1.0\n"),
            ("pyproject.toml", "dependencies = ['Pydantic-Settings>=2']\n"),
            ("composer.json", "{\"require\": {\"laravel/framework\": \"11\"}}"),
        ] {
            assert_eq!(may_be_loaded(&[(file, text)]), !text.is_empty(), "{file}");
        }
        assert!(!may_be_loaded(&[("package-lock.json", "dotenv"), ("README.md", "dotenv"), ("go.mod", "")]));
    }

    #[test]
    fn what_a_repository_leaves_out_is_private() {
        let is_private = |files: &[(&str, &str)]| is_private(&MemoryContext::of_files(files));
        for text in [".env", "/.env\nb", "*.env", ".env*\n!.env.example", "!.env\n**/.env\r\n"] {
            assert!(is_private(&[(".gitignore", text)]), "{text}");
        }
        for text in ["", "# .env", ".env\n!.env", ".env.local", "a/.env"] {
            assert!(!is_private(&[(".gitignore", text), (".env.example", "")]), "{text}");
        }
        assert!(is_private(&[(".env.example", "")]));
        assert!(!is_private(&[(".env", "")]));
    }
}

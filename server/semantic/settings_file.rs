//! The `.env` of a project: whether it is somebody's own, or a source file like others, and who may read it.
//! Sources: gitignore(5); the documentation of the frameworks that load it: Laravel, Symfony, Vite, Next.js, Expo, Rails'
//! dotenv, Django's environ; sqlx, "Compile-time verification", which reads it while Cargo builds.

use super::Model;
use super::ignorable::mentions;
use super::node_scripts::started;
use super::project_deeds::{Deed, deeds, steps_that_see};
use crate::context::glob::Glob;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::package_managers::Family;
use crate::syntax::File;

/// Its name.
const NAME: &str = ".env";

/// Whether the `.env` at the top of a build context is known to be of one machine alone: the repository leaves it out, or has
/// an example of it. One that is committed belongs to the project.
pub fn is_private(context: &dyn BuildContext) -> bool {
    const EXAMPLES: [&str; 5] = [".env.dist", ".env.example", ".env.sample", ".env.template", "env.example"];
    match (context.entry(".gitignore"), context.read(".gitignore")) {
        (_, Some(text)) => leaves_out(&text),
        (Lookup::Absent, None) => EXAMPLES.iter().any(|name| matches!(context.entry(name), Lookup::File(_))),
        _ => false,
    }
}

/// Whether a `.gitignore` leaves out the `.env` beside it: the last line that fits counts.
fn leaves_out(text: &str) -> bool {
    let fits = |line: &str| {
        let pattern = line.strip_prefix("**/").or_else(|| line.strip_prefix('/')).unwrap_or(line);
        !pattern.contains('/') && Glob::wildcard(pattern).is_ok_and(|glob| glob.matches(NAME))
    };
    let lines = text.lines().map(str::trim_end).filter(|line| !line.starts_with('#'));
    let mut verdicts = lines.rev().filter_map(|line| match line.strip_prefix('!') {
        Some(line) => fits(line).then_some(false),
        None => fits(line).then_some(true),
    });
    verdicts.next().unwrap_or(false)
}

/// Whether a step of a file may read the `.env` of the build context: it runs programs of the project, or is not known.
pub fn may_be_read(file: &File, model: &Model, context: &dyn BuildContext) -> bool {
    let reads = |deed: Deed<'_>| match deed {
        Deed::Unknown => true,
        Deed::Tool(family, words) => tool_reads(context, family, &words),
    };
    mentions(file, NAME)
        || steps_that_see(file, model, context).any(|step| deeds(file, model, step).into_iter().any(reads))
}

fn tool_reads(context: &dyn BuildContext, family: Family, words: &[&str]) -> bool {
    match family {
        Family::Cargo | Family::Gradle | Family::Mix => true,
        // Its scripts run the project, as `artisan package:discover`.
        Family::Composer => !words.contains(&"--no-scripts"),
        Family::Npm | Family::Yarn | Family::Pnpm | Family::Bun => {
            let manifest = context.read("package.json").map(|text| ("package.json".to_owned(), text));
            let started = started(words, manifest.as_slice());
            started.builds || !started.texts.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;

    #[test]
    fn what_a_repository_leaves_out_is_private() {
        let is_private = |files: &[(&str, &str)]| is_private(&MemoryContext::of_files(files));
        for text in [".env", "/.env\nb", "*.env", ".env*\n!.env.example", "!.env\n**/.env\r\n"] {
            assert!(is_private(&[(".gitignore", text)]), "{text}");
        }
        for text in ["", "# .env", ".env\n!.env", ".env.local", "a/.env", ".env/"] {
            assert!(!is_private(&[(".gitignore", text), (".env.example", "")]), "{text}");
        }
        assert!(is_private(&[(".env.example", "")]));
        assert!(!is_private(&[(".env", "")]));
    }
}

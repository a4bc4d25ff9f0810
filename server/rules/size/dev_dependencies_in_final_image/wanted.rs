//! Signs that what developers need is wanted in an image: it is one for them, or the install says so.

use serde_json::Value as Json;

use super::Tool;
use crate::rules::prelude::*;
use crate::semantic::packages::PackageCommand;
use crate::syntax::shell::{Joint, Nesting};

/// Whether an image of a stage is one to work or test in, or somebody to sit in.
pub(super) fn is_for_developers(cx: &Cx<'_>, stage: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let items = || model.chain(stage).filter_map(|stage| file.items().get(stage.items.clone())).flatten();
    // Nobody debugs or measures the tests of a program that is shipped.
    let has_debugger = |item: &Item| {
        let source = item.instruction.source();
        matches!(item.kind, Kind::Run | Kind::Copy | Kind::Add)
            && ["pcov", "xdebug"].iter().any(|name| source.contains(name))
    };
    model.is_workplace(stage)
        || model.runs_development_server(file, stage)
        || !model.runs_program(file, stage)
        || items().any(has_debugger)
}

/// Whether who wrote an install knew of them and took them: an option names them, it stands in a branch, a comment speaks of
/// them, or another install of the file leaves them out.
pub(super) fn is_chosen(
    cx: &Cx<'_>,
    index: usize,
    facts: &Facts,
    package: &PackageCommand,
    tool: Tool,
) -> bool {
    let command = facts.script.commands().get(package.command);
    let is_alternative = command.is_some_and(|command| {
        command.joint == Joint::Or || command.nesting.any(Nesting::BRANCH.and(Nesting::FUNCTION))
    });
    let leaves_out = |facts: &Facts| {
        let mut others = facts.packages.iter().filter(|other| other.manager.family == tool.project.family);
        others.any(|other| other.has_flag(&facts.script, tool.production.leaves_out))
    };
    let file = cx.document.file();
    let mut runs = file.items().iter().filter(|item| item.kind == Kind::Run);
    package.has_flag(&facts.script, tool.production.asks)
        || is_alternative
        || file.instruction(index).is_some_and(is_explained)
        || runs.any(|run| Facts::of(&run.instruction).is_some_and(leaves_out))
}

/// Whether a comment of an instruction speaks of what developers do.
fn is_explained(instruction: &Instruction) -> bool {
    const WORDS: [&str; 11] = [
        "dev",
        "devdependencies",
        "developer",
        "developers",
        "development",
        "lint",
        "linter",
        "linters",
        "test",
        "testing",
        "tests",
    ];
    let mut comments = instruction.comments().iter().chain(instruction.inner_comments());
    comments.any(|comment| {
        let text = instruction.source().get(comment.clone()).unwrap_or_default().to_ascii_lowercase();
        text.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
    })
}

/// Whether a manifest in JSON names among what only developers need a tool that a deployment may start from the same image: what
/// changes the tables of databases.
pub(super) fn names_tool_of_deployments(manifest: &str) -> bool {
    const TOOLS: [&str; 8] = [
        "@mikro-orm/cli",
        "db-migrate",
        "drizzle-kit",
        "knex",
        "node-pg-migrate",
        "prisma",
        "sequelize-cli",
        "umzug",
    ];
    let names = serde_json::from_str::<Json>(manifest).ok();
    let names = names.as_ref().and_then(|manifest| manifest.get("devDependencies")?.as_object());
    names.is_some_and(|names| TOOLS.iter().any(|tool| names.contains_key(*tool)))
}

#[cfg(test)]
mod tests {
    use crate::fixture::found;
    use crate::rules::size::dev_dependencies_in_final_image::DEV_DEPENDENCIES_IN_FINAL_IMAGE;

    /// How many installs are found in a Dockerfile with a manifest that names such dependencies.
    fn count(dockerfile: &str) -> usize {
        let files = "#- package.json\n{\"devDependencies\": {\"jest\": \"1\"}}\n#- composer.json\n{\"require-dev\": {\"phpunit/phpunit\": \"1\"}}\n#- Dockerfile\n";
        found(&DEV_DEPENDENCIES_IN_FINAL_IMAGE, &format!("{files}{dockerfile}")).len()
    }

    #[test]
    fn an_image_for_developers_has_them() {
        let with = |stage: &str, before: &str, start: &str| {
            count(&format!("FROM php:8.4{stage}\nCOPY . .\n{before}RUN composer install\nCMD {start}\n"))
        };
        assert_eq!(with("", "", "php a.php"), 1);
        assert_eq!(with(" AS development", "", "php a.php"), 0);
        assert_eq!(with("", "", "[\"sleep\", \"30\"]"), 0);
        assert_eq!(with("", "", "php artisan serve"), 0);
        assert_eq!(with("", "RUN pecl install xdebug && docker-php-ext-enable xdebug\n", "php a.php"), 0);
    }

    #[test]
    fn what_is_chosen_is_left() {
        let npm = |run: &str| count(&format!("FROM node:22\nCOPY . .\n{run}\nCMD [\"node\", \"a.js\"]\n"));
        assert_eq!(npm("RUN npm ci"), 1);
        assert_eq!(npm("# The packages\nRUN npm ci"), 1);
        for run in [
            "RUN npm ci --include=dev",
            "RUN npm ci --include dev",
            "RUN npm install --production=false",
            "RUN if [ \"$A\" ]; then npm ci; fi",
            "RUN test -n \"$A\" || npm ci",
            "# With those for the tests\nRUN npm ci",
            "RUN npm ci --omit=dev\nWORKDIR b\nRUN npm ci",
        ] {
            assert_eq!(npm(run), 0, "{run}");
        }
        for install in [
            "poetry install --with=dev",
            "poetry install --with a,dev",
            "uv sync --all-groups",
            "pdm install -G a",
        ] {
            assert_eq!(count(&format!("FROM python:3\nRUN {install}\nCMD [\"a\"]\n")), 0, "{install}");
        }
    }

    #[test]
    fn a_tool_of_deployments_may_be_started_from_the_image() {
        let with = |tool: &str| {
            let text = format!(
                "#- package.json\n{{\"devDependencies\": {{\"{tool}\": \"1\"}}}}\n#- Dockerfile\nFROM node:22\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n"
            );
            found(&DEV_DEPENDENCIES_IN_FINAL_IMAGE, &text).len()
        };
        assert_eq!((with("db-migrate"), with("prisma"), with("mocha")), (0, 0, 1));
    }
}

//! `dev-dependencies-in-final-image`

mod manifest;
mod wanted;

use manifest::{asks_for_more, is_absent, names_more, own_manifest};
use serde_json::Value as Json;

use super::yarn_cache_kept::uses_later_yarn;
use crate::knowledge::package_managers::projects::{Production, Project, project};
use crate::path;
use crate::rules::edits::argument_after;
use crate::rules::prelude::*;
use crate::semantic::bases::is_workplace_name;
use crate::semantic::caches;
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds an install of a project's dependencies in the image that ships, with those that only its developers need, where
    /// no later step builds or tests anything: npm, Yarn 1, pnpm, Bun, Composer, Poetry, uv and PDM without the option that
    /// leaves them out, Bundler without the setting, and Pipenv with the option that adds them.
    ///
    /// ## Why is this bad?
    /// Test runners, bundlers and linters are often most of what is installed, and the program loads none of them.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci && npm cache clean --force
    /// COPY src src
    /// CMD ["node", "src/server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci --omit=dev && npm cache clean --force
    /// COPY src src
    /// CMD ["node", "src/server.js"]
    /// ```
    ///
    /// ## Fix
    /// Adds the option, where the project's manifest can be read, asks for such dependencies, and has no script that an
    /// install runs: a `prepare` that calls one of them would fail.
    ///
    /// ## Never reported
    /// In a stage that no image is built on, or that another copies from; before a step that may build or test something, which is
    /// every command that is not known to do nothing of the kind; where a variable as `NODE_ENV`, `BUNDLE_WITHOUT` or `UV_NO_DEV`
    /// may be set, or one as `RAILS_ENV` says that the image is a developer's; where the program is started by a script of the
    /// manifest (`npm start`), by `uv run`, which installs them itself, or with modules that Node is told to load before it.
    /// In an image to work or test in: by the name of its stage, file or folder, by a server made for development, by a debugger as
    /// Xdebug. Where they are chosen: an option asks for them (`--with dev`), the install stands in a branch, a comment above it
    /// speaks of tests or development, or another install of the file leaves them out. And where one of them is a tool that a
    /// deployment may start from the same image, as `prisma` and `db-migrate`, which change databases.
    /// What pip is told to install it installs: it knows no such dependencies.
    ///
    /// ## Fix safety
    /// A program may load what its manifest only gives to developers.
    pub(crate) static DEV_DEPENDENCIES_IN_FINAL_IMAGE = {
        id: "dev-dependencies-in-final-image", group: Size, severity: Info, since: "0.1.0",
        also: [],
        check: ContextSteps(installs_project, check),
        fix: Suggested(fix),
    }
}

/// Commands that build and test nothing, beside those of package managers.
const HARMLESS: [&str; 24] = [
    ":", "[", "addgroup", "adduser", "cd", "chmod", "chown", "cp", "echo", "export", "groupadd", "ln", "ls",
    "mkdir", "mv", "printf", "pwd", "rm", "set", "test", "touch", "true", "useradd", "usermod",
];

/// How a tool leaves out what only developers need.
#[derive(Clone, Copy)]
struct Tool {
    project: &'static Project,
    production: &'static Production,
}

/// The commands of a RUN that install with what developers need.
fn installs(facts: &Facts) -> impl Iterator<Item = (&PackageCommand, Option<Tool>)> {
    let script = &facts.script;
    facts.packages.iter().filter_map(move |package| {
        let is_project =
            package.action == Action::Install && package.operands.is_empty() && !package.has_unknown_words;
        if is_project && package.manager.family == Family::Pipenv {
            return package.has_flag(script, &["--dev", "-d"]).then_some((package, None));
        }
        let verb = match package.verb == package.program {
            true => "",
            false => package.words(script).get(package.verb)?.value.as_deref()?,
        };
        let project = project(package.manager.family)?;
        let tool = Tool { project, production: project.production.as_ref()? };
        let is_meant = is_project
            && project.verbs.contains(&verb)
            && !package.has_flag(script, tool.production.leaves_out)
            && !package.has_flag(script, tool.production.elsewhere);
        is_meant.then_some((package, Some(tool)))
    })
}

fn installs_project(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Run
        && Facts::of(instruction).is_some_and(|facts| installs(facts).next().is_some())
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let in_image = |index: &usize| model.stage_at(*index).is_some_and(|stage| model.is_shipped(stage.index));
    for index in steps.iter().copied().filter(in_image).filter(|index| model.has_posix_shell(*index)) {
        let Some(facts) = file.item(index).and_then(|item| Facts::of(&item.instruction)) else {
            continue;
        };
        for (package, tool) in installs(facts) {
            let mut images = model.stage_at(index).into_iter().flat_map(|stage| model.built_on(stage.index));
            let needs_them = needs_more(cx, index, facts, package.command)
                || images.any(|image| {
                    !is_run_plainly(cx, image.index, tool) || wanted::is_for_developers(cx, image.index)
                })
                || tool.is_some_and(|tool| wanted::is_chosen(cx, index, facts, package, tool));
            let is_set = tool.is_some_and(|tool| may_be_set(cx, index, facts, tool));
            let asks_for_none = tool.is_some_and(|tool| {
                let manifest = own_manifest(cx, index, facts, package, tool);
                let is_missing = manifest.is_none() && is_absent(cx, tool);
                is_missing
                    || manifest.as_deref().is_some_and(wanted::names_tool_of_deployments)
                    || manifest.and_then(|manifest| asks_for_more(&manifest, tool)) == Some(false)
            });
            let place =
                package.words(&facts.script).get(package.verb).map(|word| facts.script.place(word.part));
            if let Some(place) = place.filter(|_| !needs_them && !is_set && !asks_for_none) {
                let name = if package.verb == package.program {
                    package.manager.name.to_owned()
                } else {
                    package.name(&facts.script)
                };
                let message =
                    format!("`{name}` also installs what only developers need, into the image that ships");
                out.push_at(index, place, message);
            }
        }
    }
}

/// Whether something behind a command may need them: a command in the same stage or in one that is built on it, or a stage
/// that copies from it.
fn needs_more(cx: &Cx<'_>, index: usize, facts: &Facts, command: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(stage) = model.stage_at(index).map(|stage| stage.index) else {
        return true;
    };
    let is_harmless = |facts: &Facts, from: usize| {
        let mut commands = facts.script.commands().iter().enumerate().skip(from);
        commands.all(|(index, command)| match (facts.package_of(index), facts.invocation_of(index)) {
            (Some(package), _) => {
                matches!(package.action, Action::Install | Action::UpdateLists | Action::Clean)
            }
            (None, Some(invocation)) => HARMLESS.contains(&&*invocation.name),
            (None, None) => command.words.is_empty(),
        })
    };
    let mut later = file.items().iter().enumerate().skip(index + 1).filter(|(other, item)| {
        item.kind == Kind::Run
            && model.stage_at(*other).is_some_and(|other| model.has_base(other.index, stage))
    });
    !is_harmless(facts, command + 1)
        || later.any(|(_, item)| !Facts::of(&item.instruction).is_some_and(|facts| is_harmless(facts, 0)))
        || caches::is_taken_from_stage(file, model, stage, &[""])
}

/// Whether what the image runs is surely no script of the manifest, and no test.
fn is_run_plainly(cx: &Cx<'_>, stage: usize, tool: Option<Tool>) -> bool {
    let model = cx.document.model();
    let Some(run) = model.run_of(cx.document.file(), stage) else {
        return false;
    };
    let first = run.arguments.first().filter(|argument| !argument.starts_with('-'));
    let is_test = ["phpunit", "pytest", "rspec", "tox"]
        .iter()
        .any(|name| run.program == *name || run.arguments.iter().any(|argument| argument.contains(name)));
    match tool.map(|tool| tool.project.family) {
        Some(Family::Npm | Family::Yarn | Family::Pnpm) => {
            // `dev-server.js` may load them.
            let is_for_developers = |file: &&String| is_workplace_name(path::name(file));
            run.program == "node" && first.is_some_and(|first| !is_for_developers(&first))
        }
        // What has no dot may be a script, or a command of its own.
        Some(Family::Bun) => run.program == "bun" && first.is_some_and(|first| first.contains('.')),
        Some(Family::Uv) => run.program != "uv" && !is_test,
        _ => !is_test,
    }
}

/// Whether a variable or a setting may leave them out.
fn may_be_set(cx: &Cx<'_>, index: usize, facts: &Facts, tool: Tool) -> bool {
    let model = cx.document.model();
    let is_on = |name: &&str| {
        let variable = model.variable(name, index);
        match variable.value {
            Value::Known(value) => *name != "NODE_ENV" || value == "production",
            Value::Unset => false,
            Value::Unknown => variable.origin.is_some(),
        }
    };
    let variables = tool.production.variables;
    let base = model.base_image(index);
    let may_be_of_base = |name: &&str| *name == "NODE_ENV" && base.is_none_or(|base| base.may_set(name));
    let text = facts.script.text().text();
    let names = |item: &Item| {
        let source = item.instruction.source();
        ["bundle config", "bunfig", "config set", "NPM_CONFIG", "npm_config", ".npmrc"]
            .iter()
            .any(|name| source.contains(name))
    };
    let is_configured = cx.document.file().items().iter().any(names);
    variables.iter().any(|name| is_on(name) || may_be_of_base(name) || text.contains(name))
        || is_configured
        || is_of_developers(cx, index)
        || tool.project.family == Family::Yarn && uses_later_yarn(cx)
}

/// Whether a variable says that the image is one to develop or test with.
fn is_of_developers(cx: &Cx<'_>, index: usize) -> bool {
    const NAMES: [&str; 6] = ["APP_ENV", "FLASK_ENV", "HANAMI_ENV", "NODE_ENV", "RACK_ENV", "RAILS_ENV"];
    let is_so = |name: &str| match cx.document.model().variable(name, index).value {
        Value::Known(value) => matches!(value.as_str(), "dev" | "development" | "local" | "test"),
        Value::Unset | Value::Unknown => false,
    };
    NAMES.into_iter().any(is_so)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let (item, facts, package) = package_at(cx, finding)?;
        let (_, tool) = installs(facts).find(|(found, _)| found.command == package.command)?;
        let tool = tool?;
        let text = own_manifest(cx, finding.item, facts, package, tool)?;
        let manifest: Json = serde_json::from_str(&text).ok()?;
        let has_some = names_more(&manifest, tool)?;
        let has_scripts = manifest.get("scripts").and_then(Json::as_object).is_some_and(|scripts| {
            let runs = |name: &String| {
                ["install", "prepare", "prepublish"].iter().any(|part| name.contains(part))
                    || name.starts_with("post-")
                    || name.starts_with("pre-")
            };
            scripts.keys().any(runs)
        });
        let edit = argument_after(item, facts, package.command, package.verb, tool.production.option)?;
        (has_some && !has_scripts)
            .then(|| Fix::new(format!("Add `{}`", tool.production.option), Safety::Suggested, vec![edit]))
    };
    edit().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DEV_DEPENDENCIES_IN_FINAL_IMAGE);

    #[test]
    fn a_server_for_developers_may_need_them() {
        let steps = "FROM node:22\nCOPY package.json ./\nRUN npm ci\n";
        check_none(&format!("{steps}CMD [\"node\", \"build/dev-server.js\"]\n"));
        check(&format!(
            "{steps}      # ^^ `npm ci` also installs what only developers need, into the image that ships\nCMD [\"node\", \"build/server.js\"]\n"
        ));
    }

    #[test]
    fn a_gemfile_without_groups_asks_for_nothing_more() {
        let steps = "#- Dockerfile\nFROM ruby:3.4\nCOPY Gemfile ./\nRUN bundle install\n";
        let end = "CMD [\"ruby\", \"a.rb\"]\n";
        check_none(&format!("#- Gemfile\ngem 'a'\n{steps}{end}"));
        check(&format!(
            "#- Gemfile\ngem 'a', group: :test\n{steps}         # ^^^^^^^ `bundle install` also installs what only developers need, into the image that ships\n{end}"
        ));
    }

    #[test]
    fn installs_with_what_developers_need_are_found() {
        check(
            "
FROM node:22 AS base
COPY package.json ./
RUN npm ci && npm cache clean --force
      # ^^ `npm ci` also installs what only developers need, into the image that ships
RUN yarn && rm -rf /x
  # ^^^^ `yarn` also installs what only developers need, into the image that ships
FROM base
CMD [\"node\", \"a.js\"]
",
        );
        check(
            "
FROM php:8.4
RUN composer install
           # ^^^^^^^ `composer install` also installs what only developers need, into the image that ships
RUN composer install --working-dir=/a && composer -d /a install
           # ^^^^^^^ `composer install` also installs what only developers need, into the image that ships
                                                      # ^^^^^^^ `composer install` also installs what only developers need, into the image that ships
RUN pipenv install --dev && poetry install
         # ^^^^^^^ `pipenv install` also installs what only developers need, into the image that ships
                                 # ^^^^^^^ `poetry install` also installs what only developers need, into the image that ships
CMD [\"php\", \"a.php\"]
",
        );
        check(
            "
FROM a:1
RUN uv sync && pdm install && bundle install
     # ^^^^ `uv sync` also installs what only developers need, into the image that ships
                 # ^^^^^^^ `pdm install` also installs what only developers need, into the image that ships
                                   # ^^^^^^^ `bundle install` also installs what only developers need, into the image that ships
CMD [\"a\"]
",
        );
        check(
            "
FROM oven/bun:1
RUN bun install --frozen-lockfile
      # ^^^^^^^ `bun install` also installs what only developers need, into the image that ships
CMD [\"bun\", \"src/a.ts\"]
",
        );
    }

    #[test]
    fn where_they_may_be_needed_or_are_left_out_it_is_silent() {
        for steps in [
            "RUN bun install --production\nCMD [\"bun\", \"a.ts\"]",
            "RUN bun install -p\nCMD [\"bun\", \"a.ts\"]",
            "RUN bun install\nCMD [\"bun\", \"start\"]",
            "RUN uv sync --no-dev\nCMD [\"a\"]",
            "RUN uv sync --no-group dev\nCMD [\"a\"]",
            "RUN UV_NO_DEV=1 uv sync\nCMD [\"a\"]",
            "RUN uv sync\nCMD [\"uv\", \"run\", \"a\"]",
            "RUN pdm install --prod\nCMD [\"a\"]",
            "ENV BUNDLE_WITHOUT=development:test\nRUN bundle install\nCMD [\"a\"]",
            "ENV RAILS_ENV=development\nRUN bundle install\nCMD [\"a\"]",
            "RUN bundle config set without development && bundle install\nCMD [\"a\"]",
            "RUN bundle install\nCMD [\"bundle\", \"exec\", \"rspec\"]",
            "RUN npm ci --omit=dev\nCMD [\"node\", \"a.js\"]",
            "RUN npm install --omit dev\nCMD [\"node\", \"a.js\"]",
            "RUN npm install express\nCMD [\"node\", \"a.js\"]",
            "RUN npm ci && npm run build\nCMD [\"node\", \"a.js\"]",
            "RUN npm ci\nRUN ./build.sh\nCMD [\"node\", \"a.js\"]",
            "RUN npm ci\nRUN npm prune\nCMD [\"node\", \"a.js\"]",
            "RUN npm ci\nCMD [\"npm\", \"start\"]",
            "RUN npm ci\nCMD [\"node\", \"-r\", \"ts-node/register\", \"a.ts\"]",
            "RUN npm ci",
            "ENV NODE_ENV=production\nRUN npm ci\nCMD [\"node\", \"a.js\"]",
            "ARG NODE_ENV\nRUN npm ci\nCMD [\"node\", \"a.js\"]",
            "RUN NODE_ENV=production npm ci\nCMD [\"node\", \"a.js\"]",
            "COPY .npmrc ./\nRUN npm ci\nCMD [\"node\", \"a.js\"]",
            "COPY .yarnrc.yml ./\nRUN yarn install\nCMD [\"node\", \"a.js\"]",
            "RUN npm ci\nCMD [\"node\", \"a.js\"]\nFROM b\nCOPY --from=0 /a /a\nCMD [\"node\", \"a.js\"]",
        ] {
            check_none(&format!("FROM node:22\n{steps}\n"));
        }
        check_none("FROM me/node\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n");
        check_none(
            "FROM node:22 AS b\nRUN npm ci\nFROM b AS t\nRUN jest\nFROM b\nCMD [\"node\", \"a.js\"]\n",
        );
        check_none("FROM python:3\nRUN pipenv install && poetry install --only main\nCMD [\"a\"]\n");
        check_none("FROM python:3\nRUN poetry install\nCMD [\"poetry\", \"run\", \"pytest\"]\n");
    }

    #[test]
    fn a_manifest_that_asks_for_none_is_silent() {
        let of = |manifest: &str| {
            let text = format!(
                "#- package.json\n{manifest}\n#- Dockerfile\nFROM node:22\nCOPY package.json ./\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n"
            );
            crate::fixture::found(&DEV_DEPENDENCIES_IN_FINAL_IMAGE, &text).len()
        };
        assert_eq!(of("{}"), 0);
        assert_eq!(of("{\"devDependencies\": {}}"), 0);
        assert_eq!(of("{\"devDependencies\": {\"b\": \"1\"}}"), 1);
        assert_eq!(of("broken"), 1);
    }

    #[test]
    fn a_project_of_python_without_groups_asks_for_nothing_more() {
        let found = |install: &str, manifest: &str| {
            let text = format!(
                "#- pyproject.toml\n{manifest}\n#- Dockerfile\nFROM python:3\nCOPY pyproject.toml ./\nRUN {install}\nCMD [\"a\"]\n"
            );
            crate::fixture::found(&DEV_DEPENDENCIES_IN_FINAL_IMAGE, &text).len()
        };
        let project =
            "[project]\nname = 'a'\ndependencies = ['b']\n[project.optional-dependencies]\ndev = ['c']";
        for install in ["uv sync", "poetry install", "pdm install"] {
            assert_eq!(found(install, project), 0, "{install}");
            assert_eq!(
                found(install, &format!("{project}\n[dependency-groups]\ndev = ['d']")),
                1,
                "{install}"
            );
            assert_eq!(found(install, "broken"), 1, "{install}");
        }
        // Others than `dev` are asked for by name.
        assert_eq!(found("uv sync", &format!("{project}\n[dependency-groups]\ndocs = ['d']")), 0);
        assert_eq!(found("uv sync", &format!("{project}\n[tool.uv]\ndev-dependencies = ['d']")), 1);
        assert_eq!(found("poetry install", "[tool.poetry.dependencies]\nb = '1'"), 0);
        assert_eq!(found("poetry install", "[tool.poetry.group.test.dependencies]\nb = '1'"), 1);
        assert_eq!(found("poetry install", "[tool.poetry.dev-dependencies]\nb = '1'"), 1);
        assert_eq!(found("pdm install", "[tool.pdm.dev-dependencies]\nb = ['c']"), 1);
    }

    #[test]
    fn the_manifest_says_whether_they_can_be_left_out() {
        let file = "FROM node:22\nCOPY package*.json ./\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";
        let with = |manifest: &str| format!("#- package.json\n{manifest}\n#- Dockerfile\n{file}");
        check_fix(
            &with("{\"devDependencies\": {\"jest\": \"1\"}}"),
            &file.replace("npm ci", "npm ci --omit=dev"),
        );
        check_no_fix(&with(
            "{\"devDependencies\": {\"husky\": \"1\"}, \"scripts\": {\"prepare\": \"husky\"}}",
        ));
        check_no_fix(file);
    }
}

//! `missing-user`

use std::collections::BTreeSet;

use crate::path;
use crate::rules::prelude::*;
use crate::semantic::stages::Stage;
use crate::semantic::users::names_user_changer;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds an image that runs a program as root because no USER says otherwise: its CMD or ENTRYPOINT starts an interpreter
    /// (`node`, `python`, `java`, …), and the base image is known to run as root.
    ///
    /// ## Why is this bad?
    /// Whoever gets hold of the program may change every file of the container, and stands one flaw of the kernel away from the
    /// host.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// COPY server.js /srv/
    /// CMD ["node", "/srv/server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22.11
    /// COPY server.js /srv/
    /// USER 1000
    /// CMD ["node", "/srv/server.js"]
    /// ```
    ///
    /// ## Never reported
    /// Development containers, whose editors have a setting of their own for it (`remoteUser`); files called after development,
    /// tests or CI, or in a folder called so (`Dockerfile.dev`, `ci/Dockerfile`); and stages called so (`dev`, `test-e2e`)
    /// that nothing is built on; a server that is made for development (`npm run dev`, `vite`, `flask run --debug`,
    /// `manage.py runserver`, `nodemon`), which often writes beside the sources.
    /// Base images that are not in Layerwise's tables; programs that may change the user themselves, such as servers and
    /// scripts; files that name `gosu`, `su-exec` and the like; and an EXPOSE of a port below 1024, which root alone may use
    /// in some settings.
    ///
    /// ## Fix safety
    /// Unsafe, and offered where the base image has a user made for this: the program may have to write files that belong to
    /// root. The user is named by number, which Kubernetes can tell from root's (`unresolvable-user`).
    pub(crate) static MISSING_USER = {
        id: "missing-user", group: Security, severity: Hint, since: "0.1.0",
        also: [],
        changes: [Configuration],
        check: Steps(is_about_users, check),
        fix: Unsafe(fix),
    }
}

/// Programs that run a script of the application, and as whom they are told.
const INTERPRETERS: [&str; 22] = [
    "bun",
    "bundle",
    "celery",
    "deno",
    "dotnet",
    "flask",
    "gunicorn",
    "hypercorn",
    "java",
    "node",
    "npm",
    "npx",
    "perl",
    "pnpm",
    "puma",
    "python",
    "python3",
    "rackup",
    "ruby",
    "streamlit",
    "uvicorn",
    "yarn",
];

/// Programs that run the one behind them as the user that they have.
const INITS: [&str; 3] = ["catatonit", "dumb-init", "tini"];

fn is_about_users(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::User | Kind::Cmd | Kind::Entrypoint | Kind::Expose => true,
        _ => names_user_changer(instruction),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let mut told = BTreeSet::new();
    let model = cx.document.model();
    for stage in model.built_stages().filter(|stage| !is_for_development(cx, stage)) {
        if let Some((index, place, program)) = found_in(cx, stage, steps).filter(|found| told.insert(found.0))
        {
            out.push_at(index, place, format!("`{program}` runs as root: no USER says otherwise"));
        }
    }
}

/// Whether an image is one that people work in, or runs what is made for that.
fn is_for_development(cx: &Cx<'_>, stage: &Stage) -> bool {
    let model = cx.document.model();
    model.is_workplace(stage.index) || model.runs_development_server(cx.document.file(), stage.index)
}

/// What is found in the image of a stage: the instruction, the place in it, and the program.
fn found_in<'a>(cx: &Cx<'a>, stage: &Stage, steps: &[usize]) -> Option<(usize, Span, &'a str)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let in_chain = |index: &&usize| {
        model.stage_at(**index).is_some_and(|below| model.has_base(stage.index, below.index))
    };
    let steps: Vec<(usize, &Item)> =
        steps.iter().filter(in_chain).filter_map(|index| Some((*index, file.item(*index)?))).collect();
    let last = |kind: Kind| steps.iter().rev().find(|(_, item)| item.kind == kind);
    // An init alone runs the CMD; that of an image below counts no more where the ENTRYPOINT is set.
    let runs_command = |(index, item): &&(usize, &Item)| {
        let first = model.stage_at(*index).map(|stage| stage.from());
        let has_command = last(Kind::Cmd).zip(first).is_some_and(|((command, _), first)| *command > first);
        is_init_alone(&item.instruction) && has_command
    };
    let entrypoint = last(Kind::Entrypoint).filter(|entrypoint| !runs_command(entrypoint));
    let (index, start) = entrypoint.or_else(|| last(Kind::Cmd))?;
    let settles = |(_, item): &(usize, &Item)| match item.kind {
        Kind::Cmd | Kind::Entrypoint => false,
        Kind::Expose => has_low_port(&item.instruction),
        _ => true,
    };
    let is_root = model.base_image(stage.from()).is_some_and(|image| image.user == Some("root"));
    let program = program(&start.instruction).filter(|_| is_root && !steps.iter().any(settles))?;
    // An interpreter alone is a base for others, not a program.
    let has_words =
        has_arguments(&start.instruction) || start.kind == Kind::Entrypoint && last(Kind::Cmd).is_some();
    let is_found = INTERPRETERS.contains(&program) && has_words && model.has_posix_shell(*index);
    is_found.then(|| (*index, start.instruction.place(start.instruction.ast().keyword), program))
}

fn has_low_port(instruction: &Instruction) -> bool {
    let Arguments::Words(words) = &instruction.ast().arguments else {
        return true;
    };
    words.iter().any(|part| {
        let port = instruction.str(*part).split('/').next().unwrap_or_default();
        port.parse::<u32>().is_ok_and(|port| port < 1024)
    })
}

/// Whether an ENTRYPOINT is an init without a program, such as `["dumb-init", "--"]`.
fn is_init_alone(instruction: &Instruction) -> bool {
    let Arguments::Json(words) = &instruction.ast().arguments else {
        return false;
    };
    let mut words = words.iter().map(|word| &*word.value);
    words.next().is_some_and(|first| INITS.contains(&path::name(first)))
        && words.all(|word| word.starts_with('-'))
}

/// The program that is run in the end.
fn program(instruction: &Instruction) -> Option<&str> {
    let facts = Facts::of(instruction)?;
    let [command] = facts.script.commands() else {
        return None;
    };
    let mut words = command.words.iter().map(|word| word.value.as_deref());
    let mut first = words.next()??;
    let is_init = |word: &str| INITS.contains(&path::name(word)) || word == "exec";
    while is_init(first) || first.starts_with('-') {
        first = words.next()??;
    }
    Some(path::name(first))
}

/// Whether the program is given something to run.
fn has_arguments(instruction: &Instruction) -> bool {
    let commands = Facts::of(instruction).map(|facts| facts.script.commands()).unwrap_or_default();
    let last = commands.first().and_then(|command| command.words.last()?.value.as_deref());
    // An image of a language only says which one it is.
    const TELL: [&str; 8] = ["--help", "--version", "-V", "-h", "-v", "-version", "help", "version"];
    last.is_some_and(|last| program(instruction) != Some(path::name(last)) && !TELL.contains(&last))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let (items, model) = (cx.document.file().items(), cx.document.model());
        let stage = model.stage_at(finding.item)?;
        let image = model.base_image(finding.item)?;
        let [user] = image.users.as_slice() else {
            return None;
        };
        let starts = stage
            .items
            .clone()
            .filter(|index| items.get(*index).is_some_and(|item| item.kind.starts_container()));
        let first = starts.min()?;
        let builds = |item: &Item| matches!(item.kind, Kind::Add | Kind::Copy | Kind::Run | Kind::Workdir);
        if items.get(first..stage.items.end)?.iter().any(builds) || model.is_base(stage.index) {
            return None;
        }
        let item = items.get(first)?;
        // What is said above the instruction is said about it.
        let above = item.instruction.comments().first().map(|comment| item.absolute(comment.clone()).start);
        let place = above.unwrap_or(item.span().start);
        let edit = Edit::insert(place, format!("USER {}{}", user.id, item.instruction.newline()));
        let title = format!("Add `USER {}`, the number of `{}`", user.id, user.name);
        Some(Fix::new(title, Safety::Unsafe, vec![edit]))
    };
    edit().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MISSING_USER);

    #[test]
    fn a_program_of_a_known_image_is_found() {
        let message = "`python` runs as root: no USER says otherwise";
        check(&format!(
            "FROM python:3.13-slim AS base\nENTRYPOINT [\"/sbin/tini\", \"--\", \"python\", \"-m\", \"app\"]\n^^^^^^^^^^ {message}\nFROM base\nEXPOSE 8000\n"
        ));
    }

    #[test]
    fn an_init_alone_runs_the_command() {
        let init = "ENTRYPOINT [\"/usr/bin/dumb-init\", \"--\"]";
        check(&format!(
            "FROM node:22\n{init}\nCMD [\"node\", \"a.js\"]\n^^^ `node` runs as root: no USER says otherwise\n"
        ));
        check_none(&format!("FROM node:22 AS a\nCMD [\"node\", \"a.js\"]\nFROM a\n{init}\n"));
        check_none(&format!("FROM node:22\n{init}\nCMD [\"/start\"]\n"));
        check_none("FROM node:22\nENTRYPOINT [\"/start\", \"--\"]\nCMD [\"node\", \"a.js\"]\n");
    }

    #[test]
    fn what_may_change_the_user_or_is_not_known_is_silent() {
        let start = "CMD node a.js\n";
        check_none(&format!("FROM node:22\nUSER node\n{start}"));
        check_none(&format!("FROM node:22 AS a\nUSER node\nFROM a\n{start}"));
        check_none(&format!("FROM me/node:22\n{start}"));
        check_none(&format!("FROM node:22\nRUN apk add su-exec\n{start}"));
        check_none(&format!("FROM node:22\nEXPOSE 80\n{start}"));
        check_none(&format!("FROM node:22\nCOPY e /\nENTRYPOINT [\"/e\"]\n{start}"));
        check_none(&format!("FROM node:22 AS build\n{start}FROM nginx:1.27\n"));
        check_none("FROM node:22\nRUN npm ci\n");
        check_none("FROM python:3.13\nCMD [\"python3\"]\n");
        check_none("FROM node:22\nCMD [\"/bin/node\", \"-v\"]\n");
        check_none("FROM nginx:1.27\nCMD nginx -g 'daemon off;'\n");
        check_none("FROM gcr.io/distroless/nodejs22-debian12:nonroot\nCMD [\"node\", \"a.js\"]\n");
    }

    #[test]
    fn a_server_for_development_is_silent() {
        for start in [
            "[\"npm\", \"run\", \"dev\"]",
            "npx vite --host",
            "[\"tini\", \"--\", \"npm\", \"run\", \"start:dev\"]",
        ] {
            check_none(&format!("FROM node:22\nCMD {start}\n"));
        }
        check_none("FROM node:22\nENTRYPOINT [\"npm\"]\nCMD [\"run\", \"dev\"]\n");
        check_none("FROM python:3.13\nCMD python manage.py runserver 0.0.0.0:8000\n");
        for start in ["npx vite preview", "npm run start", "node dev.js"] {
            let found = crate::fixture::found(&MISSING_USER, &format!("FROM node:22\nCMD {start}\n"));
            assert_eq!(found.len(), 1, "{start}");
        }
    }

    #[test]
    fn the_fix_brings_no_finding_about_its_user() {
        let fix = check_fix("FROM node:22\nCMD node a.js\n", "FROM node:22\nUSER 1000\nCMD node a.js\n");
        assert_eq!(fix.title, "Add `USER 1000`, the number of `node`");
        let found = crate::fixture::found(
            &crate::rules::security::unresolvable_user::UNRESOLVABLE_USER,
            "FROM node:22\nUSER 1000\nCMD node a.js\n",
        );
        assert!(found.is_empty());
    }

    #[test]
    fn a_user_that_is_there_is_taken() {
        check_fix(
            "FROM node:22\nCOPY a.js .\nENTRYPOINT [\"node\"]\n# what it runs\nCMD [\"a.js\"]\n",
            "FROM node:22\nCOPY a.js .\nUSER 1000\nENTRYPOINT [\"node\"]\n# what it runs\nCMD [\"a.js\"]\n",
        );
        check_no_fix("FROM python:3.13\nCMD python a.py\n");
        check_no_fix("FROM node:22\nCMD node a.js\nRUN npm ci\n");
    }
}

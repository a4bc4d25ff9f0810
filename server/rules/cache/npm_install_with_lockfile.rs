//! `npm-install-with-lockfile`

use serde_json::Value;

use crate::context::Lookup;
use crate::context::view::View;
use crate::path;
use crate::rules::edits::replace_word;
use crate::rules::prelude::*;
use crate::semantic::arrivals::arrival;
use crate::semantic::dependencies::installs;
use crate::semantic::npm_versions::Npm;
use crate::syntax::Script;
use crate::syntax::shell::{Joint, Nesting};

declare_rule! {
    /// ## What it does
    /// Finds `npm install` where a lock file lies beside the `package.json`.
    ///
    /// ## Why is this bad?
    /// `npm install` may install other versions than the lock file names, and rewrites it where it does not fit: the
    /// same commit gives different images, and nothing says so. `npm ci` installs what the lock file names or fails, and
    /// spends no time on finding versions.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- package.json
    /// { "dependencies": { "express": "^5.1.0" } }
    /// #- package-lock.json
    /// { "packages": { "": { "dependencies": { "express": "^5.1.0" } } } }
    /// #- Dockerfile
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm install
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// ```
    ///
    /// ## Never reported
    /// An npm that has no `npm ci` (before 5.7), or that cannot read the lock file: npm 6 and older, which come with Node 14
    /// and older, need the `dependencies` that version 3 of the file leaves out. Where it is not known which npm is run, a
    /// lock file that only newer ones read is left alone. `npm ci || npm install`, and an install beside a comment that speaks of
    /// `npm ci` or of the lock file: it is meant so.
    ///
    /// ## Fix safety
    /// Offered where the lock file names what the `package.json` and those of all workspaces ask for, since `npm ci` fails
    /// otherwise, and where no step before has installed other packages there, since `npm ci` begins with an empty
    /// `node_modules`.
    ///
    /// ## References
    /// - [npm: npm ci](https://docs.npmjs.com/cli/commands/npm-ci)
    /// - [npm: lockfileVersion](https://docs.npmjs.com/cli/configuring-npm/package-lock-json#lockfileversion)
    pub(crate) static NPM_INSTALL_WITH_LOCKFILE = {
        id: "npm-install-with-lockfile", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: ContextEach(installs_plainly, check),
        fix: Suggested(fix),
    }
}

const LOCKS: [&str; 2] = ["npm-shrinkwrap.json", "package-lock.json"];

fn installs_plainly(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| instruction.ast().kind == Kind::Run);
    facts.is_some_and(|facts| {
        let mut npm = facts.packages.iter().filter(|package| package.manager.family == Family::Npm);
        npm.any(|package| is_plain_install(package, &facts.script))
    })
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let view = View::new(cx.context);
    for index in steps.iter().copied() {
        let item = cx.document.file().item(index);
        let Some(facts) = item.and_then(|item| Facts::of(&item.instruction)) else {
            continue;
        };
        let installs = npm_installs(cx, index, facts);
        let is_meant = item.is_some_and(|item| states_reason(&item.instruction));
        for (package, folder) in
            installs.into_iter().filter(|(package, _)| !is_meant && !is_resort(package, facts))
        {
            let Some((_, lock)) = LOCKS.into_iter().find_map(|name| arrives(cx, &view, index, &folder, name))
            else {
                continue;
            };
            let Some(verb) = package.words(&facts.script).get(package.verb) else {
                continue;
            };
            if !can_use(Npm::at(cx.document.file(), cx.document.model(), index), cx, &lock) {
                continue;
            }
            let written = facts.script.str(verb.part);
            let message =
                format!("`npm {written}` may install other versions than `{lock}` names, `npm ci` does not");
            out.push_at(index, facts.script.place(verb.part), message);
        }
    }
}

/// Whether a comment beside a RUN says why it does not follow the lock file.
fn states_reason(instruction: &Instruction) -> bool {
    const WORDS: [&str; 5] = ["npm ci", "lockfile", "lock file", "package-lock", "optional dep"];
    let comments = instruction.comments().iter().chain(instruction.inner_comments());
    let mut comments = comments.filter_map(|span| instruction.source().get(span.clone()));
    comments.any(|comment| {
        let comment = comment.to_ascii_lowercase();
        WORDS.iter().any(|word| comment.contains(word))
    })
}

/// Whether an install is what is left where `npm ci` fails, or cannot be run: `npm ci || npm install`.
fn is_resort(package: &PackageCommand, facts: &Facts) -> bool {
    let command = facts.script.commands().get(package.command);
    let is_other_way =
        command.is_some_and(|command| command.joint == Joint::Or || command.nesting.any(Nesting::BRANCH));
    let mut verbs = facts
        .packages
        .iter()
        .filter(|other| other.manager.family == Family::Npm)
        .map(|other| other.words(&facts.script).get(other.verb).and_then(|verb| verb.value.as_deref()));
    is_other_way && verbs.any(|verb| matches!(verb, Some("ci" | "clean-install")))
}

/// Whether an npm has an `npm ci` that can read a lock file of the context; `None` is one that is not known.
fn can_use(npm: Option<Npm>, cx: &Cx<'_>, lock: &str) -> bool {
    let has_dependencies = || {
        let text = cx.context.read(&path::in_context(lock));
        let lock = text.and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let version = |lock: &Value| lock.get("lockfileVersion").and_then(Value::as_u64);
        lock.is_some_and(|lock| matches!(version(&lock), Some(1 | 2)) || lock.get("dependencies").is_some())
    };
    npm.is_none_or(|npm| npm.has_ci) && (npm.is_some_and(|npm| npm.reads_packages) || has_dependencies())
}

/// The commands of a RUN that `npm ci` could take the place of, with the folders they run in.
fn npm_installs<'a>(cx: &Cx<'_>, index: usize, facts: &'a Facts) -> Vec<(&'a PackageCommand, String)> {
    let found = installs(cx.document.file(), cx.document.model(), index).into_iter();
    let found = found.filter(|install| install.family == Family::Npm && !install.folder.starts_with('?'));
    let found = found.filter_map(|install| Some((facts.packages.get(install.package)?, install.folder)));
    found.filter(|(package, _)| is_plain_install(package, &facts.script)).collect()
}

fn is_plain_install(package: &PackageCommand, script: &Script) -> bool {
    let words = package.words(script);
    let is_install = words.get(package.verb).is_some_and(|verb| verb.is("install") || verb.is("i"));
    let mut options = package.options.iter().filter_map(|index| words.get(*index)?.value.as_deref());
    let keeps_lock = |option: &str| {
        !option.starts_with("--no-package-lock")
            && !option.starts_with("--package-lock")
            && !option.starts_with("--no-save")
            && !option.starts_with("--dry-run")
    };
    is_install && options.all(keeps_lock)
}

/// The file of the context that lies at `folder/name` when a step is run, with that step's number.
fn arrives(cx: &Cx<'_>, view: &View<'_>, index: usize, folder: &str, name: &str) -> Option<(usize, String)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let target = format!("{}/{name}", folder.trim_end_matches('/'));
    let start = model.stage_at(index)?.from() + 1;
    (start..index).rev().find_map(|step| Some((step, arrival(file, model, view, step, &target)?)))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (item, facts, package) = package_at(cx, finding)?;
        let view = View::new(cx.context);
        let (_, folder) = npm_installs(cx, finding.item, facts)
            .into_iter()
            .find(|(found, _)| found.verb == package.verb)?;
        let (_, lock) = LOCKS.into_iter().find_map(|name| arrives(cx, &view, finding.item, &folder, name))?;
        let (_, manifest) = arrives(cx, &view, finding.item, &folder, "package.json")?;
        let read =
            |path: &str| serde_json::from_str::<Value>(&cx.context.read(&path::in_context(path))?).ok();
        let (root, lock) = (read(&manifest)?, read(&lock)?);
        let read_below = |below: &str| {
            let name = format!("{below}/package.json");
            read(&arrives(cx, &view, finding.item, &folder, &name)?.1)
        };
        let above = path::in_context(&manifest);
        let above = above.strip_suffix("package.json")?.trim_end_matches('/');
        let packages = lock.get("packages")?;
        let fits = fits(&root, packages.get("")?, &ROOT_FIELDS)
            && known_workspaces(&root, cx, above)?.iter().all(|path| packages.get(path).is_some())
            && folders_of(&lock).all(|(path, locked)| {
                read_below(path).is_some_and(|manifest| fits(&manifest, locked, &FIELDS))
            });
        if !fits || has_other_packages(cx, finding.item, package, facts) {
            return None;
        }
        let edit = replace_word(item, facts, package.command, package.verb, "ci")?;
        Some(Fix::new("Use `npm ci`", Safety::Suggested, vec![edit]))
    };
    fix().into_iter().collect()
}

/// Whether npm has installed something before in the stage, which `npm ci` would delete.
fn has_other_packages(cx: &Cx<'_>, index: usize, install: &PackageCommand, facts: &Facts) -> bool {
    let is_npm = |package: &PackageCommand, script: &Script| {
        package.installs_with(Family::Npm) && !package.has_flag(script, &["-g", "--global"])
    };
    let start = cx.document.model().stage_at(index).map_or(0, |stage| stage.from());
    let steps = cx.document.file().items().get(start..index).unwrap_or_default();
    let here = facts.packages.iter().filter(|package| package.command < install.command);
    here.into_iter().any(|package| is_npm(package, &facts.script))
        || steps
            .iter()
            .filter_map(|item| Facts::of(&item.instruction))
            .any(|facts| facts.packages.iter().any(|package| is_npm(package, &facts.script)))
}

/// What a lock file has of a `package.json`.
const FIELDS: [&str; 4] = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/// As [`FIELDS`], of the one beside it.
const ROOT_FIELDS: [&str; 5] =
    ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "workspaces"];

/// Whether what a lock file has of a `package.json` is what stands there.
fn fits(manifest: &Value, locked: &Value, fields: &[&str]) -> bool {
    let nothing = Value::Object(serde_json::Map::new());
    let of = |value: &Value, field: &str| value.get(field).unwrap_or(&nothing).clone();
    fields.iter().all(|field| of(manifest, field) == of(locked, field))
}

/// The folders of the project that a lock file has beside the top: workspaces, and packages that are named by their path.
fn folders_of(lock: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let packages = lock.get("packages").and_then(Value::as_object).into_iter().flatten();
    let is_own = |path: &str| !path.is_empty() && !path.split('/').any(|part| part == "node_modules");
    packages.map(|(path, locked)| (path.as_str(), locked)).filter(move |(path, _)| is_own(path))
}

/// The workspaces of a project in a folder of the context, as paths below it; `None` where they cannot be told.
fn known_workspaces(manifest: &Value, cx: &Cx<'_>, above: &str) -> Option<Vec<String>> {
    let Some(workspaces) = manifest.get("workspaces") else {
        return Some(Vec::new());
    };
    let patterns = workspaces.as_array().or_else(|| workspaces.get("packages")?.as_array())?;
    let mut found = Vec::new();
    for pattern in patterns {
        let pattern = path::in_context(pattern.as_str()?);
        let (folder, names) = match pattern.strip_suffix("/*") {
            Some(folder) => (folder, cx.context.list(&path::join(above, folder))?),
            None => match pattern.rsplit_once('/') {
                Some((folder, name)) => (folder, vec![name.to_owned()]),
                None => ("", vec![pattern.clone()]),
            },
        };
        if folder.contains(['*', '?', '[', '{', '!'])
            || names.iter().any(|name| name.contains(['*', '{', '!']))
        {
            return None;
        }
        let paths = names.iter().map(|name| path::join(folder, name));
        let is_package = |path: &String| {
            let manifest = path::join(above, &path::join(path, "package.json"));
            cx.context.entry(&manifest) != Lookup::Absent
        };
        found.extend(paths.filter(is_package));
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(NPM_INSTALL_WITH_LOCKFILE);

    #[test]
    fn what_is_meant_so_is_left_alone() {
        let with = |run: &str| {
            format!(
                "#- package.json\n{{}}\n#- package-lock.json\n{{ \"packages\": {{ \"\": {{}} }} }}\n#- Dockerfile\nFROM node:22\nWORKDIR /app\nCOPY . .\n{run}\n"
            )
        };
        assert!(crate::fixture::finds(
            &NPM_INSTALL_WITH_LOCKFILE,
            &with("# Install the packages.\nRUN npm install")
        ));
        for run in [
            "# npm ci fails on musl: the lock file misses optional packages.\nRUN npm install",
            "RUN npm ci || npm install",
            "RUN npm ci --omit=dev 2>/dev/null || npm install --omit=dev",
            "RUN if [ \"$A\" = b ]; then npm ci; else npm install; fi",
            "RUN \\\n  # The lockfile is of another platform.\n  npm install",
        ] {
            check_none(&with(run));
        }
    }

    const FILES: &str = "#- package.json\n{\"dependencies\":{\"a\":\"1\"}}\n#- package-lock.json\n{\"lockfileVersion\":2,\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}}}}\n";

    fn with(dockerfile: &str) -> String {
        format!("{FILES}#- Dockerfile\n{dockerfile}")
    }

    #[test]
    fn an_install_beside_a_lock_file_is_found() {
        let message = "may install other versions than `package-lock.json` names, `npm ci` does not";
        for copy in ["COPY package*.json ./", "COPY . .", "COPY package-lock.json /app/package-lock.json"] {
            check(&with(&format!(
                "FROM a:1\nWORKDIR /app\n{copy}\nRUN npm install --omit=dev\n        ^^^^^^^ `npm install` {message}\n"
            )));
        }
        // What is named must be there.
        check(&format!(
            "FROM node:22\nWORKDIR /app\nCOPY package-lock.json ./\nRUN npm i\n        ^ `npm i` {message}\n"
        ));
    }

    #[test]
    fn an_install_without_or_of_something_else_is_not() {
        check_none(&with("FROM a:1\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\n"));
        check_none(&with("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN npm install a\n"));
        check_none(&with("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN npm install -g && npm ci\n"));
        check_none(&with("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN npm install --no-package-lock\n"));
        check_none(&with("FROM a:1\nWORKDIR /app\nCOPY . .\nWORKDIR /b\nRUN npm install\n"));
        check_none("FROM a:1\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install\n");
        check_none("#- package.json\n{}\n#- Dockerfile\nFROM a:1\nWORKDIR /app\nCOPY . .\nRUN npm install\n");
    }

    #[test]
    fn only_a_lock_file_that_fits_is_relied_on() {
        let fix = check_fix(
            &with("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN set -e; npm install --omit=dev && b\n"),
            &with("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN set -e; npm ci --omit=dev && b\n"),
        );
        assert_eq!(fix.safety, Safety::Suggested);
        let install = "#- Dockerfile\nFROM a:1\nWORKDIR /app\nCOPY . .\nRUN npm install\n";
        check_no_fix(&format!(
            "#- package.json\n{{\"dependencies\":{{\"a\":\"1\"}}}}\n#- package-lock.json\n{{\"lockfileVersion\":2,\"packages\":{{\"\":{{}}}}}}\n{install}"
        ));
        check_no_fix(&format!(
            "#- package.json\n{{}}\n#- package-lock.json\n{{\"lockfileVersion\":1}}\n{install}"
        ));
        check_no_fix(&with("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN npm install b && npm install\n"));
    }

    /// A project with a lock file of some version, installed on an image.
    fn locked(version: u8, head: &str) -> String {
        format!(
            "#- package.json\n{{\"dependencies\":{{\"a\":\"1\"}}}}\n#- package-lock.json\n{{\"lockfileVersion\":{version},\"packages\":{{\"\":{{\"dependencies\":{{\"a\":\"1\"}}}}}}}}\n#- Dockerfile\n{head}\nWORKDIR /app\nCOPY . .\nRUN npm install\n"
        )
    }

    #[test]
    fn a_lock_file_that_this_npm_cannot_read_is_none() {
        for head in ["FROM node:14", "FROM node:10.15-alpine", "FROM node:fermium", "FROM a:1"] {
            check_none(&locked(3, head));
        }
        for head in ["FROM node:15", "FROM node:22-alpine", "FROM node", "FROM node:14\nRUN npm i -g npm@8"] {
            let fixed = locked(3, head).replace("RUN npm install\n", "RUN npm ci\n");
            check_fix(&locked(3, head), &fixed);
        }
        // Which it is then is not known.
        check_none(&locked(3, "FROM node:14\nRUN npm install --global npm"));
    }

    #[test]
    fn an_npm_without_ci_is_left() {
        for head in
            ["FROM node:6", "FROM node:8.9", "FROM node:9.0.0", "FROM node:10.2-alpine", "FROM node:boron"]
        {
            check_none(&locked(2, head));
        }
        for head in ["FROM node:8", "FROM node:10.15", "FROM node:14", "FROM a:1"] {
            let fixed = locked(2, head).replace("RUN npm install\n", "RUN npm ci\n");
            check_fix(&locked(2, head), &fixed);
        }
    }

    /// A project with a workspace `packages/b`, as its own manifest and as the lock file has it.
    fn workspaces(manifest: &str, lock: &str, rest: &str) -> String {
        format!(
            "#- package.json\n{{\"workspaces\":[\"packages/*\"]}}\n#- packages/b/package.json\n{manifest}\n#- package-lock.json\n{{\"lockfileVersion\":3,\"packages\":{{\"\":{{\"workspaces\":[\"packages/*\"]}},\"node_modules/b\":{{\"link\":true}},\"packages/b\":{lock}}}}}\n{rest}#- Dockerfile\nFROM node:22\nWORKDIR /app\n"
        )
    }

    #[test]
    fn every_workspace_agrees_with_the_lock_file() {
        let install = "COPY . .\nRUN npm install\n";
        let (one, other) = ("{\"dependencies\":{\"a\":\"1\"}}", "{\"dependencies\":{\"a\":\"2\"}}");
        check_fix(
            &format!("{}{install}", workspaces(one, one, "")),
            &format!("{}COPY . .\nRUN npm ci\n", workspaces(one, one, "")),
        );
        check_no_fix(&format!("{}{install}", workspaces(one, other, "")));
        // A workspace that the lock file does not know, and one that is not in the image yet.
        check_no_fix(&format!("{}{install}", workspaces(one, one, "#- packages/c/package.json\n{}\n")));
        check_no_fix(&format!("{}COPY package*.json ./\nRUN npm install\n", workspaces(one, one, "")));
    }
}

//! `npm-install-with-lockfile`

use serde_json::Value;

use crate::context::path;
use crate::context::view::View;
use crate::rules::edits::replace_word;
use crate::rules::prelude::*;
use crate::semantic::arrivals::arrival;
use crate::semantic::dependencies::installs;
use crate::syntax::Script;

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
    /// ## Fix safety
    /// Offered where the lock file names what the `package.json` asks for, since `npm ci` fails otherwise, and where no
    /// step before has installed other packages there, since `npm ci` begins with an empty `node_modules`.
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
        let item = cx.document.file().items().get(index);
        let Some(facts) = item.and_then(|item| Facts::of(&item.instruction)) else {
            continue;
        };
        for (package, folder) in npm_installs(cx, index, facts) {
            let Some((_, lock)) = LOCKS.into_iter().find_map(|name| arrives(cx, &view, index, &folder, name))
            else {
                continue;
            };
            let Some(verb) = package.words(&facts.script).get(package.verb) else {
                continue;
            };
            let written = facts.script.str(verb.part);
            let message =
                format!("`npm {written}` may install other versions than `{lock}` names, `npm ci` does not");
            out.push_at(index, facts.script.place(verb.part), message);
        }
    }
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
        let fits = fits(
            &cx.context.read(&path::in_context(&manifest))?,
            &cx.context.read(&path::in_context(&lock))?,
        );
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

/// Whether a lock file names what a `package.json` asks for.
fn fits(manifest: &str, lock: &str) -> bool {
    let (Ok(manifest), Ok(lock)) =
        (serde_json::from_str::<Value>(manifest), serde_json::from_str::<Value>(lock))
    else {
        return false;
    };
    let Some(root) = lock.get("packages").and_then(|packages| packages.get("")) else {
        return false;
    };
    let nothing = Value::Object(serde_json::Map::new());
    ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "workspaces"]
        .iter()
        .all(|field| manifest.get(field).unwrap_or(&nothing) == root.get(field).unwrap_or(&nothing))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(NPM_INSTALL_WITH_LOCKFILE);

    const FILES: &str = "#- package.json\n{\"dependencies\":{\"a\":\"1\"}}\n#- package-lock.json\n{\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}}}}\n";

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
            "FROM a:1\nWORKDIR /app\nCOPY package-lock.json ./\nRUN npm i\n        ^ `npm i` {message}\n"
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
            "#- package.json\n{{\"dependencies\":{{\"a\":\"1\"}}}}\n#- package-lock.json\n{{\"packages\":{{\"\":{{}}}}}}\n{install}"
        ));
        check_no_fix(&format!("#- package.json\n{{}}\n#- package-lock.json\n{{}}\n{install}"));
        check_no_fix(&with("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN npm install b && npm install\n"));
    }
}

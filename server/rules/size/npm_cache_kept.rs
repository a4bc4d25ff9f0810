//! `npm-cache-kept`

use crate::knowledge::package_managers::projects::offline;
use crate::rules::clean_up::clean_at_end;
use crate::rules::prelude::*;
use crate::semantic::caches;

declare_rule! {
    /// ## What it does
    /// Finds an `npm install` or `npm ci` that leaves what it downloaded in the layer.
    ///
    /// ## Why is this bad?
    /// Every package lies in the layer a second time, packed, in a cache that nothing in the image reads.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci --omit=dev
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci --omit=dev && npm cache clean --force
    /// ```
    ///
    /// ## Fix
    /// Empties the cache at the end of the same RUN, or right behind the command where npm may not be there at the end. It is not
    /// offered where a later step names the cache or installs with `--offline`, or where another stage takes the cache. It is a suggestion where a
    /// later step runs a script that cannot be read, which may do so: `sh setup.sh`, `make`, and `npm run build` unless the
    /// `package.json` of the build context shows what that runs.
    ///
    /// ## Silent
    /// In a stage that no image is built on; where a mount takes the cache, the same RUN deletes it afterwards, or a script called after cleaning may, or
    /// `npm_config_cache` or `--cache` says where it is to be.
    pub(crate) static NPM_CACHE_KEPT = {
        id: "npm-cache-kept", group: Size, severity: Info, since: "0.1.0",
        also: [],
        options: [BUILD_STAGES],
        check: Run(check),
        only: is_shipped_with_cache,
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    let installs = |package: &&PackageCommand| {
        package.manager.family == Family::Npm && matches!(package.action, Action::Install | Action::Upgrade)
    };
    let Some(last) = facts.packages.iter().rfind(installs) else {
        return;
    };
    let text = facts.script.text().text().to_ascii_lowercase();
    let keeps = !last.has_flag(&facts.script, &["--cache", "--dry-run", "--package-lock-only"])
        && !last.has_flag(&facts.script, offline(Family::Npm))
        && !text.contains("npm_config_cache")
        && !text.contains("config set cache")
        && !caches::has_mount_like(instruction, &["npm", "$"])
        && !caches::has_mount(instruction, &["/root/.npm"])
        && !caches::is_removed_after(facts, last.command, &[".npm", "/root/."]);
    if keeps && let Some(command) = facts.script.commands().get(last.command) {
        let message = format!("`{}` leaves the packed packages in this layer", last.name(&facts.script));
        out.push(facts.script.place(command.part), message);
    }
}

fn is_shipped_with_cache(cx: &Cx<'_>, item: usize) -> bool {
    let variable = |name| cx.document.model().variable(name, item).origin.is_some();
    // A folder that is named is meant to be kept.
    is_looked_at(cx, item, &NPM_CACHE_KEPT) && !variable("npm_config_cache") && !variable("NPM_CONFIG_CACHE")
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    clean_at_end(cx, finding, &[".npm"])
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(NPM_CACHE_KEPT);

    #[test]
    fn the_last_install_is_found_however_it_is_written() {
        check(
            "
FROM a
RUN npm i b && npm install -g c && npm run build
             # ^^^^^^^^^^^^^^^^ `npm install` leaves the packed packages in this layer
",
        );
    }

    #[test]
    fn a_cache_that_is_not_kept_is_silent() {
        check_none("FROM a\nRUN npm ci && npm cache clean --force && npm run build\n");
        check_none("FROM a\nRUN npm ci && rm -rf ~/.npm\n");
        check_none("FROM a\nRUN npm ci --cache /tmp/x && npm cache verify\n");
        check_none("FROM a\nRUN npm config set cache /tmp/x && npm ci\n");
        check_none("FROM a\nENV npm_config_cache=/x\nRUN npm ci\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/home/b/.npm npm ci\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/root npm ci\n");
        check_none("FROM a\nRUN npm ci\nFROM b\nCOPY --from=0 /a /a\n");
        check_none("FROM a\nRUN pnpm install && npm run build\n");
    }

    #[test]
    fn the_context_tells_which_branch_runs() {
        let docker = "#- Dockerfile\nFROM node:22\nWORKDIR /app\nCOPY . .\n";
        let run = "RUN if [ -f yarn.lock ]; then yarn; elif [ -f package-lock.json ]; then npm ci; else npm i; fi\n";
        check_none(&format!("#- package.json\n{{}}\n#- yarn.lock\n{docker}{run}"));
        let lock = "#- package.json\n{}\n#- package-lock.json\n{}\n";
        let clean = run.replace("npm ci", "npm ci && npm cache clean --force");
        let [before, after] = [run, clean.as_str()]
            .map(|run| format!("{lock}{docker}{}", run.replace("else npm i", "else exit 1")));
        assert_eq!(check_fix(&before, &after).safety, Safety::Safe);
        // Where the context is not known, any of them may run.
        let [before, after] = [&before, &after]
            .map(|text| text.trim_start_matches(lock).trim_start_matches("#- Dockerfile\n").to_owned());
        assert_eq!(check_fix(&before, &after).safety, Safety::Suggested);
    }

    #[test]
    fn the_cache_is_that_of_whoever_runs_npm() {
        check_fix(
            "FROM a\nUSER node\nRUN npm ci \\\n && npm run build\n",
            "FROM a\nUSER node\nRUN npm ci \\\n && npm run build \\\n && npm cache clean --force\n",
        );
        check_no_fix("FROM a\nRUN HOME=/x npm ci\n");
        check_no_fix("FROM a\nRUN su b -c 'npm ci' && npm ci && sudo -u b npm ci\n");
    }

    #[test]
    fn a_script_that_cannot_be_read_makes_it_a_suggestion() {
        let safety = |files: &str, run: &str| {
            let before = format!("{files}FROM a\nRUN npm ci\nCOPY . .\nRUN {run}\n");
            let after = format!("FROM a\nRUN npm ci && npm cache clean --force\nCOPY . .\nRUN {run}\n");
            check_fix(&before, &after).safety
        };
        assert_eq!(safety("", "sh /s.sh"), Safety::Suggested);
        assert_eq!(safety("", "npm run build"), Safety::Suggested);
        assert_eq!(safety("", "apt-get update && tsc"), Safety::Safe);
        let manifest = |script: &str| {
            format!("#- package.json\n{{\"scripts\": {{\"build\": \"{script}\"}}}}\n#- Dockerfile\n")
        };
        assert_eq!(safety(&manifest("vite build"), "npm run build"), Safety::Safe);
        assert_eq!(safety(&manifest("./b.sh"), "npm run build"), Safety::Suggested);
    }

    #[test]
    fn npm_that_may_be_gone_at_the_end_cleans_up_at_once() {
        for (before, after) in [
            ("apk add npm && npm ci", " && apk del npm"),
            ("npm ci", " && apt-get purge -y nodejs"),
            ("cd /b && npm ci", " && rm -rf /b"),
            ("if b; then npm ci", "; fi"),
            ("if b; then npm ci \\\n --c", " && d; fi && e"),
        ] {
            check_fix(
                &format!("FROM a\nRUN {before}{after}\n"),
                &format!("FROM a\nRUN {before} && npm cache clean --force{after}\n"),
            );
        }
        check_fix(
            "FROM a\nRUN set -ex; \\\n npm ci; \\\n apk del npm\n",
            "FROM a\nRUN set -ex; \\\n npm ci; npm cache clean --force; \\\n apk del npm\n",
        );
        for run in [
            "set -x; npm ci; apk del npm",
            "set -e; b && npm ci; apk del npm",
            "if b; then npm i c; else npm i d; fi",
            "for b in c; do npm ci; done",
            "npm ci | tee b; rm -rf /usr/lib/node_modules",
            "npm ci > b && apk del npm",
            "if b || npm ci; then c; fi",
            "b || npm ci && apk del npm",
        ] {
            check_no_fix(&format!("FROM a\nRUN {run}\n"));
        }
        check_no_fix("FROM a\nSHELL [\"/bin/sh\", \"-ec\"]\nRUN npm ci; apk del npm\n");
    }

    #[test]
    fn npm_that_needs_the_cache_is_left() {
        check_no_fix("FROM a\nRUN npm ci\nRUN npm install --prefer-offline b && npm cache clean --force\n");
        check_no_fix("FROM a\nRUN npm ci\nRUN ls /root/.npm >/keep\n");
        check_no_fix("FROM a AS x\nRUN npm ci\nFROM a\nCOPY --from=x /root/.npm /root/.npm\nFROM x\n");
    }
}

//! `yarn-cache-kept`

use crate::knowledge::package_managers::projects::offline;
use crate::rules::clean_up::clean_at_end;
use crate::rules::prelude::*;
use crate::semantic::caches;

declare_rule! {
    /// ## What it does
    /// Finds a `yarn install` of Yarn 1 that leaves what it downloaded in the layer.
    ///
    /// ## Why is this bad?
    /// Every package lies in the layer a second time, in a cache that nothing in the image reads.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json yarn.lock ./
    /// RUN yarn install --frozen-lockfile
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json yarn.lock ./
    /// RUN yarn install --frozen-lockfile && yarn cache clean
    /// ```
    ///
    /// ## Fix
    /// Empties the cache at the end of the same RUN, or right behind the command where yarn may not be there at the end. It is not
    /// offered where a later step installs with `--offline`, where another stage takes the cache, and where the build context has the settings
    /// of a later Yarn. It is a suggestion where a later step runs a script that cannot be read.
    ///
    /// ## Silent
    /// Where anything in the file tells of Yarn 2 or later, whose cache can be what the program runs from; in a stage that no
    /// image is built on; where a mount takes the cache or the same RUN deletes it afterwards, also with `rm`, which hadolint does not see.
    pub(crate) static YARN_CACHE_KEPT = {
        id: "yarn-cache-kept", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3060"],
        options: [BUILD_STAGES],
        check: Run(check),
        only: is_shipped_by_yarn_1,
        fix: Safe(fix),
    }
}

/// What only those write who use a later Yarn, or leave its version to the project.
const SIGNS_OF_LATER: [&str; 9] = [
    ".yarnrc.yml",
    ".yarn/",
    ".yarn ",
    ".pnp.",
    "yarn set version",
    "corepack",
    "--immutable",
    "yarn workspaces focus",
    "yarn plugin",
];

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    let installs = |package: &&PackageCommand| {
        package.manager.family == Family::Yarn && matches!(package.action, Action::Install | Action::Upgrade)
    };
    let Some(last) = facts.packages.iter().rfind(installs) else {
        return;
    };
    let informs = last.has_flag(&facts.script, &["--version", "-v", "--help", "-h", "--cache-folder"])
        || last.has_flag(&facts.script, offline(Family::Yarn));
    let keeps = !informs
        && !caches::has_mount_like(instruction, &["yarn", ".cache", "$"])
        && !caches::has_mount(instruction, &["/usr/local/share/.cache/yarn", "/root/.cache/yarn"])
        && !caches::is_removed_after(facts, last.command, &[".cache", "yarn", "YARN"]);
    if keeps && let Some(command) = facts.script.commands().get(last.command) {
        let says_install = |package: &PackageCommand| {
            package.manager.family == Family::Yarn
                && package.words(&facts.script).get(package.verb).is_some_and(|verb| verb.is("install"))
        };
        let codes: &[&str] = if facts.packages.iter().any(says_install) { &["DL3060"] } else { &[] };
        let message = format!("`{}` leaves the downloaded packages in this layer", last.name(&facts.script));
        out.push(facts.script.place(command.part), message).also(codes);
    }
}

fn is_shipped_by_yarn_1(cx: &Cx<'_>, item: usize) -> bool {
    is_looked_at(cx, item, &YARN_CACHE_KEPT)
        && !uses_later_yarn(cx)
        // A folder that is named is meant to be kept.
        && cx.document.model().variable("YARN_CACHE_FOLDER", item).origin.is_none()
}

/// Whether a file says something that only those write who use a later Yarn than the first.
pub(super) fn uses_later_yarn(cx: &Cx<'_>) -> bool {
    let items = cx.document.file().items().iter();
    { items }.any(|item| SIGNS_OF_LATER.iter().any(|sign| item.instruction.source().contains(sign)))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let is_later = cx.context.read(".yarnrc.yml").is_some()
        || cx.context.read("package.json").is_some_and(|text| text.contains("packageManager"));
    if is_later {
        return Vec::new();
    }
    clean_at_end(cx, finding, &[".cache"])
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(YARN_CACHE_KEPT);

    #[test]
    fn the_last_install_is_found_however_it_is_written() {
        check(
            "
FROM a
RUN yarn install && yarn global add b && yarn build
                  # ^^^^^^^^^^^^^^^^^ `yarn global add` leaves the downloaded packages in this layer
",
        );
    }

    #[test]
    fn a_cache_that_is_not_kept_is_silent() {
        check_none("FROM a\nRUN yarn && yarn cache clean && yarn build\n");
        check_none("FROM a\nRUN yarn --version\n");
        check_none("FROM a\nRUN yarn && rm -rf /usr/local/share/.cache\n");
        check_none("FROM a\nRUN yarn && rm -rf $(yarn cache dir)\n");
        check_none("FROM a\nENV YARN_CACHE_FOLDER=/x\nRUN yarn\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/yarn yarn --cache-folder /yarn\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/root/.cache/yarn yarn\n");
        check_none("FROM a\nRUN yarn\nFROM b\nCOPY --from=0 /a /a\n");
    }

    #[test]
    fn a_later_yarn_may_run_from_its_cache() {
        check_none("FROM a\nCOPY .yarnrc.yml ./\nRUN yarn install\n");
        check_none("FROM a\nCOPY .yarn ./.yarn\nRUN yarn install\n");
        check_none("FROM a\nRUN corepack enable\nRUN yarn install\n");
        check_none("FROM a\nRUN yarn install --immutable\n");
        check_no_fix("#- .yarnrc.yml\na: b\n#- Dockerfile\nFROM a\nCOPY . .\nRUN yarn install\n");
        check_no_fix(
            "#- package.json\n{\"packageManager\": \"yarn@4\"}\n#- Dockerfile\nFROM a\nRUN yarn install\n",
        );
    }

    #[test]
    fn the_cache_is_emptied_at_the_end() {
        check_fix(
            "FROM a\nUSER b\nRUN yarn && yarn build\n",
            "FROM a\nUSER b\nRUN yarn && yarn build && yarn cache clean\n",
        );
        check_no_fix("FROM a\nRUN yarn\nRUN yarn --offline\n");
        check_no_fix("FROM a AS x\nRUN yarn\nFROM a\nCOPY --from=x /root/.cache /c\nFROM x\n");
        check_fix(
            "FROM a\nRUN npm i -g yarn && yarn && npm rm -g yarn\n",
            "FROM a\nRUN npm i -g yarn && yarn && yarn cache clean && npm rm -g yarn\n",
        );
    }
}

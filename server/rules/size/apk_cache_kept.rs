//! `apk-cache-kept`

use crate::rules::edits::flag_against_cache;
use crate::rules::prelude::*;
use crate::semantic::caches;

declare_rule! {
    /// ## What it does
    /// Finds an `apk add` that leaves the package index in the layer.
    ///
    /// ## Why is this bad?
    /// The index takes some megabytes and is of no use in the image. With `--no-cache` apk fetches it, uses it and
    /// keeps nothing; no `apk update` and no clean-up is needed.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// RUN apk add curl
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM alpine:3.20
    /// RUN apk add --no-cache curl
    /// ```
    ///
    /// ## Silent
    /// In a stage that no image is built on, and where a cache mount takes the index or the same RUN deletes it afterwards.
    ///
    /// ## hadolint
    /// It asks in every stage; one that is thrown away may keep what it likes. Where the same RUN deletes `/var/cache/apk`, nothing stays, and nothing is said. A command behind `sudo` is found.
    pub(crate) static APK_CACHE_KEPT = {
        id: "apk-cache-kept", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3019"],
        check: Run(check),
        only: ships,
        fix: Safe(fix),
    }
}

const FLAG: &str = "--no-cache";

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    for package in facts.packages.iter().filter(|package| package.installs_with(Family::Apk)) {
        let keeps = !package.has_unknown_words
            && !package.has_flag(&facts.script, &[FLAG, "--no-network", "--simulate", "-s"])
            && !caches::has_mount(instruction, &["/var/cache/apk", "/etc/apk/cache", "/lib/apk"])
            && !caches::is_removed_after(facts, package.command, &["/var/cache/apk", "/etc/apk/cache"]);
        if keeps && let Some(verb) = package.words(&facts.script).get(package.verb) {
            out.push(
                facts.script.place(verb.part),
                format!("`apk add` keeps the package index without `{FLAG}`"),
            );
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    flag_against_cache(cx, finding, FLAG, &["/apk"])
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(APK_CACHE_KEPT);

    #[test]
    fn an_add_without_the_flag_is_found() {
        check(
            "
FROM a
RUN apk update && apk -U add --virtual .b c
                       # ^^^ `apk add` keeps the package index without `--no-cache`
",
        );
    }

    #[test]
    fn an_index_that_is_not_kept_is_silent() {
        check_none("FROM a\nRUN apk --no-cache add b && apk add $X && apk del c\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/var/cache/apk/ apk add b\n");
        check_none("FROM a\nRUN apk add b && rm -rf /var/cache/apk/*\n");
        check_none("FROM a\nCMD apk add b\n");
    }

    #[test]
    fn a_stage_that_is_thrown_away_may_keep_it() {
        check_none("FROM a AS x\nRUN apk add b\nFROM c\nCOPY --from=x /d /d\n");
    }

    #[test]
    fn a_cache_that_another_stage_takes_is_left() {
        check_no_fix("FROM a AS x\nRUN apk add b\nFROM x\nCOPY --from=x /var/cache/apk/* /d/\n");
    }

    #[test]
    fn the_flag_goes_behind_the_verb() {
        check_fix(
            "FROM a\nONBUILD RUN apk \\\n add \\\n b\n",
            "FROM a\nONBUILD RUN apk \\\n add --no-cache \\\n b\n",
        );
        check_fix(
            "FROM a\nRUN [\"apk\",\"add\",\"b\"]\n",
            "FROM a\nRUN [\"apk\",\"add\", \"--no-cache\",\"b\"]\n",
        );
    }
}

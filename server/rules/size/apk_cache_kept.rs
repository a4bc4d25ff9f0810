//! `apk-cache-kept`

use crate::rules::edits::{argument_after, flag_against_cache, remove_command};
use crate::rules::prelude::*;
use crate::semantic::caches;
use crate::semantic::known_words::may_have_options;

declare_rule! {
    /// ## What it does
    /// Finds an `apk add` that leaves the package index in the layer, and an `apk update` that does so although each `apk add`
    /// of the RUN fetches its own.
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
    /// ## Fix safety
    /// An `apk update` in the same RUN goes with it, where nothing else reads the index: with the flag it is of no use, and its
    /// index would stay in the layer. An `apk upgrade` beside it gets the flag too.
    ///
    /// ## Silent
    /// In a stage that no image is built on, and where a cache mount takes the index or the same RUN deletes it afterwards, or a script called after cleaning may.
    ///
    /// ## hadolint
    /// It asks in every stage; one that is thrown away may keep what it likes. Where the same RUN deletes `/var/cache/apk`, nothing stays, and nothing is said. Nor is it where packages stand
    /// in a variable that nothing in the file sets: that may hold options. A command behind `sudo` is found.
    pub(crate) static APK_CACHE_KEPT = {
        id: "apk-cache-kept", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3019"],
        options: [BUILD_STAGES],
        check: Steps(has_apk, check),
        fix: Safe(fix),
    }
}

const FLAG: &str = "--no-cache";

fn has_apk(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| instruction.ast().innermost().kind == Kind::Run);
    facts.is_some_and(|facts| facts.packages.iter().any(|package| package.manager.family == Family::Apk))
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps.iter().copied().filter(|index| is_looked_at(cx, *index, &APK_CACHE_KEPT)) {
        let Some(instruction) = cx.document.file().instruction(index) else { continue };
        let Some(facts) = Facts::of(instruction) else { continue };
        let last_removal =
            caches::last_removal(facts, Some(Family::Apk), &["/var/cache/apk", "/etc/apk/cache"]);
        let is_kept = |package: &PackageCommand| {
            !caches::has_mount(instruction, &["/var/cache/apk", "/etc/apk/cache", "/lib/apk"])
                && last_removal <= Some(package.command)
        };
        let place = |package: &PackageCommand| {
            Some(facts.script.place(package.words(&facts.script).get(package.verb)?.part))
        };
        let update = useless_update(facts).filter(|update| is_kept(update) && !is_read_later(cx, index));
        if let Some(place) = update.and_then(place) {
            let message = format!("`apk update` keeps a package index that `apk add {FLAG}` does not read");
            out.push_at(index, place, message);
        }
        for package in facts.packages.iter().filter(|package| package.installs_with(Family::Apk)) {
            let keeps = !may_have_options(cx.document.model(), index, &facts.script, package)
                && !package.has_flag(&facts.script, &[FLAG, "--no-network", "--simulate", "-s"])
                && is_kept(package);
            if let Some(place) = place(package).filter(|_| keeps) {
                out.push_at(index, place, format!("`apk add` keeps the package index without `{FLAG}`"));
            }
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    if let Some((item, facts, package)) = package_at(cx, finding)
        && package.action == Action::UpdateLists
    {
        let edit = remove_command(item, facts, package.command);
        return edit
            .map(|edit| Fix::new("Remove `apk update`", Safety::Safe, vec![edit]))
            .into_iter()
            .collect();
    }
    let mut fixes = flag_against_cache(cx, finding, FLAG, &["/var/cache/apk", "/etc/apk/cache"]);
    // With the flag apk fetches the index itself, and the one that `apk update` has left is still in the layer.
    if let (Some(fix), Some(edits)) = (fixes.first_mut(), update_before(cx, finding)) {
        fix.edits.extend(edits);
        fix.edits.sort_by_key(|edit| edit.span.start);
    }
    fixes
}

/// Takes away the `apk update` of the RUN, where nothing but the install of a finding relies on it, and upgrades that can fetch
/// the index themselves.
fn update_before(cx: &Cx<'_>, finding: &Finding) -> Option<Vec<Edit>> {
    let (item, facts, install) = package_at(cx, finding)?;
    let is_upgrade =
        |package: &PackageCommand| package.action == Action::Upgrade && !package.has_unknown_options;
    let update = lone_update(facts, |package| package.command == install.command || is_upgrade(package))?;
    if update.command > install.command || is_read_later(cx, finding.item) {
        return None;
    }
    let mut edits = vec![remove_command(item, facts, update.command)?];
    let of_apk = facts.packages.iter().filter(|package| package.manager.family == Family::Apk);
    for upgrade in of_apk.filter(|package| is_upgrade(package) && !package.has_flag(&facts.script, &[FLAG])) {
        edits.push(argument_after(item, facts, upgrade.command, upgrade.verb, FLAG)?);
    }
    Some(edits)
}

/// The `apk update` of a RUN whose installs all fetch the index themselves and keep none.
fn useless_update(facts: &Facts) -> Option<&PackageCommand> {
    let update = lone_update(facts, |_| false)?;
    let mut installs = facts.packages.iter().filter(|package| package.installs_with(Family::Apk));
    installs.any(|install| install.command > update.command).then_some(update)
}

/// The first `apk update` of a RUN, without options, whose index no command reads but such as `is_spared` names.
fn lone_update(facts: &Facts, is_spared: impl Fn(&PackageCommand) -> bool) -> Option<&PackageCommand> {
    let mut others = facts.packages.iter().filter(|package| package.manager.family == Family::Apk);
    let update = others.clone().find(|package| package.action == Action::UpdateLists)?;
    let has_options = update.words(&facts.script).len() > update.verb + 1;
    let spares_it = |package: &PackageCommand| {
        matches!(package.action, Action::Remove | Action::Clean)
            || package.command == update.command
            || is_spared(package)
            || (package.installs_with(Family::Apk) || package.action == Action::Upgrade)
                && package.has_flag(&facts.script, &[FLAG])
    };
    (!has_options && others.all(spares_it)).then_some(update)
}

/// Whether something below a step of its image may read the index: any `apk` but an install that fetches its own.
fn is_read_later(cx: &Cx<'_>, index: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let reads = |item: &Item| {
        let source = item.instruction.source();
        // As often as `apk` is said, a command says it that fetches an index of its own.
        let fetching = |facts: &Facts| {
            let own = facts.packages.iter().filter(|package| {
                package.installs_with(Family::Apk) && package.has_flag(&facts.script, &[FLAG])
            });
            own.count()
        };
        let facts = Facts::of(&item.instruction).filter(|_| item.kind == Kind::Run);
        item.kind != Kind::From && source.matches("apk").count() > facts.map(fetching).unwrap_or_default()
    };
    model.stages().iter().any(|stage| {
        let own = model.stage_at(index).is_some_and(|own| model.has_base(stage.index, own.index));
        let later = file.items().get(stage.items.start.max(index + 1)..stage.items.end).unwrap_or_default();
        own && later.iter().any(reads)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(APK_CACHE_KEPT);

    #[test]
    fn stages_that_are_thrown_away_count_where_that_is_asked_for() {
        let stages = "FROM a AS b\nRUN apk add c\n      # ^^^ `apk add` keeps the package index without `--no-cache`\nFROM d\nCOPY --from=b /e /\n";
        let asked = "#- layerwise.toml\n[rules]\napk-cache-kept = { build-stages = true }\n#- Dockerfile\n";
        check(&format!("{asked}{stages}"));
        check_none(
            &stages.replace("      # ^^^ `apk add` keeps the package index without `--no-cache`\n", ""),
        );
    }

    #[test]
    fn packages_in_a_variable_of_the_script_hide_no_flag() {
        check(
            "FROM a\nRUN deps='b c' && apk add --virtual .deps $deps\n                    # ^^^ `apk add` keeps the package index without `--no-cache`\n",
        );
        check_none("FROM a\nRUN deps='--no-cache c' && apk add $deps\n");
        check(
            "FROM a\nENV D='b c'\nRUN apk add $D\n      # ^^^ `apk add` keeps the package index without `--no-cache`\n",
        );
        check_none("FROM a\nENV D='--no-cache c'\nRUN apk add $D\n");
    }

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
    fn an_update_that_nothing_reads_goes_too() {
        check_fix(
            "FROM a\nRUN apk update && \\\n  apk add b && c\n",
            "FROM a\nRUN apk add --no-cache b && c\n",
        );
        for (command, after) in [
            ("apk update && apk add b && apk add c", "apk update && apk add --no-cache b && apk add c"),
            ("apk update && apk upgrade && apk add b", "apk upgrade --no-cache && apk add --no-cache b"),
            (
                "apk update && apk add b && apk -U upgrade",
                "apk add --no-cache b && apk -U upgrade --no-cache",
            ),
            ("apk update -X d && apk add b", "apk update -X d && apk add --no-cache b"),
            (
                "apk update && apk add b\nRUN apk search c",
                "apk update && apk add --no-cache b\nRUN apk search c",
            ),
        ] {
            check_fix(&format!("FROM a\nRUN {command}\n"), &format!("FROM a\nRUN {after}\n"));
        }
    }

    #[test]
    fn an_update_above_installs_that_fetch_their_own_is_found() {
        check(
            "FROM a\nRUN apk update && apk add --no-cache b\n      # ^^^^^^ `apk update` keeps a package index that `apk add --no-cache` does not read\n",
        );
        check_fix(
            "FROM a\nRUN apk update \\\n && apk add --no-cache b\nRUN apk add --no-cache c\n",
            "FROM a\nRUN apk add --no-cache b\nRUN apk add --no-cache c\n",
        );
        check_none("FROM a\nRUN apk update && apk add --no-cache b\nRUN apk info c\n");
        check_none("FROM a\nRUN apk update && apk upgrade && apk add --no-cache b\n");
        check_none("FROM a\nRUN apk add --no-cache b && apk update\nRUN apk search c\n");
        check_none("FROM a\nRUN apk update && apk add --no-cache b && rm -rf /var/cache/apk/*\n");
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

//! `system-upgrade`

use crate::rules::edits::remove_command;
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds an upgrade of all packages that the base image has brought.
    ///
    /// ## Why is this bad?
    /// Every package that is upgraded is in the image twice: the old files stay in the layers below. What is installed
    /// depends on the day of the build, and the cache keeps it as it was then. A newer base image brings the same, once.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update && apt-get upgrade -y && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ## Silent
    /// In a stage that no image is built on. Where a comment above the step or in it speaks of upgrades, patches, security, vulnerabilities or a CVE, or an option of
    /// the command does (`--security`): then it is meant, say for a daily build. On a base image that is not supported any more: there is no newer one, and `end-of-life-base` says so.
    /// Where packages are named or taken from another release (`-t bookworm-backports`), and for pacman: Arch Linux supports no upgrade of single packages.
    ///
    /// ## Fix safety
    /// Suggested: what is installed changes. Not offered where the RUN would do nothing but fetch lists and clean up.
    pub(crate) static SYSTEM_UPGRADE = {
        id: "system-upgrade", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3035"],
        check: Run(check),
        only: may_have_newer_base,
        fix: Suggested(fix),
    }
}

/// Whether the image is shipped, and its base may still be built anew.
fn may_have_newer_base(cx: &Cx<'_>, item: usize) -> bool {
    ships(cx, item) && cx.document.model().base_image(item).is_none_or(|image| image.ended().is_none())
}

/// Whether a comment says that an upgrade is meant.
fn is_explained(instruction: &Instruction) -> bool {
    let mut comments = instruction.comments().iter().chain(instruction.inner_comments());
    comments.any(|comment| {
        let text = instruction.source().get(comment.clone()).unwrap_or_default().to_ascii_lowercase();
        ["cve-", "cves", "patch", "security", "upgrad", "vulnerab"].iter().any(|word| text.contains(word))
    })
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    if is_explained(instruction) {
        return;
    }
    const ONLY_SAYS: [&str; 6] = ["-s", "--simulate", "--dry-run", "--just-print", "--no-act", "--assumeno"];
    // Only what mends something: said in the command, as a comment would say it.
    const MENDS: [&str; 6] = ["--security", "--sec-severity", "--advisory", "--bugfix", "--cve", "--bz"];
    let upgrades = |package: &&PackageCommand| {
        upgrades_all(package)
            && ![&ONLY_SAYS[..], &MENDS].iter().any(|flags| package.has_flag(&facts.script, flags))
    };
    // What comes from another release is in no newer base image.
    let is_from_elsewhere = |package: &&PackageCommand| {
        package.manager.family == Family::Apt
            && package.has_flag(&facts.script, &["-t", "--target-release", "--default-release"])
    };
    let upgrades = facts.packages.iter().filter(upgrades);
    for package in upgrades.filter(|package| !is_from_elsewhere(package)) {
        let words = package.words(&facts.script);
        let Some(verb) = words.get(package.verb) else {
            continue;
        };
        let is_distribution = verb.is("dist-upgrade") || verb.is("dup");
        let codes: &[&str] =
            if package.manager.family == Family::Zypper && is_distribution { &["DL3035"] } else { &[] };
        let message = format!(
            "`{}` ships what it replaces as well: a newer base image does not",
            package.name(&facts.script)
        );
        out.push(facts.script.place(verb.part), message).also(codes);
    }
}

fn upgrades_all(package: &PackageCommand) -> bool {
    package.action == Action::Upgrade
        && package.operands.is_empty()
        && package.verb_words == 1
        && !package.has_unknown_options
        && package.manager.family.is_of_distribution()
        // Arch Linux supports no upgrade of single packages: all of them is the only way there.
        && package.manager.family != Family::Pacman
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = package_at(cx, finding)
        .filter(|(_, facts, package)| does_more(facts, package.command) && !changes_sources(facts))
        .and_then(|(item, facts, package)| remove_command(item, facts, package.command));
    edit.map(|edit| Fix::new("Remove the upgrade", Safety::Suggested, vec![edit])).into_iter().collect()
}

/// Whether a script changes where packages come from: to go to what is there is what the upgrade is for.
fn changes_sources(facts: &Facts) -> bool {
    let text = facts.script.text().text();
    ["sources.list", "/etc/apk/repositories", "yum.repos.d"].iter().any(|place| text.contains(place))
}

/// Whether a script without one of its commands still does something for the image.
fn does_more(facts: &Facts, command: usize) -> bool {
    let does_something = |other: &usize| match (facts.package_of(*other), facts.invocation_of(*other)) {
        (Some(package), _) => {
            !matches!(package.action, Action::UpdateLists | Action::Upgrade | Action::Clean)
        }
        (None, Some(invocation)) => !matches!(&*invocation.name, "rm" | "set"),
        (None, None) => true,
    };
    (0..facts.script.commands().len()).filter(|other| *other != command).any(|other| does_something(&other))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SYSTEM_UPGRADE);

    #[test]
    fn an_upgrade_of_everything_is_found() {
        check(
            "
FROM a
RUN apk -U upgrade
         # ^^^^^^^ `apk upgrade` ships what it replaces as well: a newer base image does not
RUN dnf -y update && zypper dup -y
         # ^^^^^^ `dnf update` ships what it replaces as well: a newer base image does not
                          # ^^^ `zypper dup` ships what it replaces as well: a newer base image does not
",
        );
    }

    #[test]
    fn an_upgrade_to_another_release_stays() {
        check_no_fix(
            "FROM a\nRUN sed -i s/bookworm/trixie/ /etc/apt/sources.list && apt-get update && apt-get dist-upgrade -y && apt-get install -y b\n",
        );
    }

    #[test]
    fn an_upgrade_of_something_is_silent() {
        check_none("FROM a\nRUN apt-get -t bookworm-backports -y upgrade\n");
        check_none("FROM a\nRUN apt-get -s upgrade && dnf update --assumeno\n");
        check_none("FROM a\nRUN apk upgrade b && dnf update -y c && apt-get update && apt-get upgrade $X\n");
        check_none("FROM a\nRUN pacman -Syu --noconfirm && pip install -U b\n");
    }

    #[test]
    fn an_upgrade_that_is_meant_or_cannot_be_spared_is_silent() {
        check_none("FROM a\n# Security fixes of the day\nRUN apk upgrade\n");
        check_none("FROM a\nRUN b && \\\n# CVE-2024-1\n  apk upgrade\n");
        check_none(
            "FROM a\nRUN yum -y update-minimal --security --sec-severity=Critical && dnf upgrade -y --advisory=b\n",
        );
        check_none("FROM centos:7\nRUN yum update -y\n");
        check_none("FROM a AS b\nRUN apk upgrade\nFROM c\nCOPY --from=b /d /d\n");
        check(
            "FROM a\n# Get the lists\nRUN apk upgrade\n      # ^^^^^^^ `apk upgrade` ships what it replaces as well: a newer base image does not\n",
        );
    }

    #[test]
    fn the_command_goes_with_its_operator() {
        check_fix("FROM a\nRUN b && \\\n  apk upgrade && \\\n  c\n", "FROM a\nRUN b && \\\n  c\n");
        check_fix("FROM a\nRUN b \\\n  && apk upgrade\n", "FROM a\nRUN b\n");
        check_fix("FROM a\nRUN apk upgrade; b\n", "FROM a\nRUN b\n");
        check_no_fix("FROM a\nRUN apk upgrade\n");
        check_no_fix(
            "FROM a\nRUN set -e; apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*\n",
        );
        check_no_fix("FROM a\nRUN apk upgrade || b\n");
        check_no_fix("FROM a\nRUN if a; then apk upgrade; fi; b\n");
        check_no_fix("FROM a\nRUN a || apk upgrade && b\n");
    }
}

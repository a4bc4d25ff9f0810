//! `dnf-cache-kept`

use crate::rules::clean_up::clean_at_end;
use crate::rules::prelude::*;
use crate::semantic::caches;

declare_rule! {
    /// ## What it does
    /// Finds a `dnf`, `microdnf`, `yum`, `tdnf` or `zypper` whose package lists and downloads stay in the layer.
    ///
    /// ## Why is this bad?
    /// They take tens to hundreds of megabytes and are of no use in the image: the lists are out of date as soon as it is
    /// built. A later step cannot take them out of this layer again.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM rockylinux:9
    /// RUN dnf install -y nginx
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM rockylinux:9
    /// RUN dnf install -y nginx && dnf clean all
    /// ```
    ///
    /// ## Fix
    /// Has the same program clean up at the end of the same RUN, or right behind the command where that program may not be there
    /// at the end, or only where a condition holds. It is not offered where it is run on another root folder; where neither the user is root nor
    /// `sudo` is used; where a later step names the caches or works with them (`--cacheonly`); or where the end of the command
    /// cannot be extended, as after `|| true`. It is a suggestion where a later step runs a script that cannot be read.
    ///
    /// ## Silent
    /// In a stage that no image is built on, and where a mount covers the caches; hadolint names these too. After
    /// `rm -rf` of something else than the caches hadolint is silent, and this rule is not.
    pub(crate) static DNF_CACHE_KEPT = {
        id: "dnf-cache-kept", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3032", "DL3036", "DL3040"],
        options: [BUILD_STAGES],
        check: Run(check),
        only: is_wanted,
        fix: Safe(fix),
    }
}

/// Options with which nothing is fetched, or is fetched to be kept.
const KEEPS_ON_PURPOSE: [&str; 6] =
    ["--assumeno", "--dry-run", "--download-only", "--downloadonly", "--help", "-D"];

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    let mut seen: Vec<&str> = Vec::new();
    // The last command of each program is the one behind which it has to be cleaned up.
    for package in facts.packages.iter().rev().filter(|package| fetches(package, facts)) {
        let cache = cache_of(package);
        if seen.contains(&cache) {
            continue;
        }
        seen.push(cache);
        let folders: Vec<&str> = package.manager.caches.iter().map(|cache| cache.path).collect();
        // A brace is for the shell to expand.
        let deleted: Vec<&str> = folders.iter().copied().chain(["/var/cache/{"]).collect();
        let is_kept = !folders.iter().any(|folder| caches::has_mount(instruction, &[folder]))
            && !caches::is_deleted_after(facts, package.command, &deleted)
            && !facts
                .packages
                .iter()
                .any(|other| other.command > package.command && cleans(other, package, facts));
        if is_kept && let Some(command) = facts.script.commands().get(package.command) {
            let message =
                format!("`{}` leaves its lists and downloads in this layer", package.name(&facts.script));
            let all = facts.packages.iter().filter(|other| other.manager == package.manager);
            let code = { all }.find_map(|package| code(package, facts));
            out.push(facts.script.place(command.part), message).also(code.unwrap_or_default());
        }
    }
}

fn fetches(package: &PackageCommand, facts: &Facts) -> bool {
    matches!(package.manager.family, Family::Dnf | Family::Zypper)
        && matches!(package.action, Action::Install | Action::Upgrade | Action::UpdateLists)
        && !package.has_flag(&facts.script, &KEEPS_ON_PURPOSE)
        && !["keepcache", "cachedir"].iter().any(|word| facts.script.text().text().contains(word))
}

/// The cache that it fills, by the name of the program that owns it.
fn cache_of(package: &PackageCommand) -> &'static str {
    match package.manager.name {
        // Where there are both, the one is the other.
        "yum" => "dnf",
        name => name,
    }
}

fn cleans(other: &PackageCommand, package: &PackageCommand, facts: &Facts) -> bool {
    let words = other.words(&facts.script);
    let mut what = other.operands.iter().filter_map(|index| words.get(*index)?.value.as_deref());
    other.action == Action::Clean
        && cache_of(other) == cache_of(package)
        // What dnf has installed it does not keep; the lists it does.
        && (package.manager.family == Family::Zypper || what.any(|word| matches!(word, "all" | "metadata")))
}

/// What hadolint calls it, whose rules know fewer commands.
fn code(package: &PackageCommand, facts: &Facts) -> Option<&'static [&'static str]> {
    let verb = package.words(&facts.script).get(package.verb)?.value.as_deref()?;
    match (package.manager.name, verb) {
        ("yum", "install") => Some(&["DL3032"]),
        ("zypper", "install" | "in") => Some(&["DL3036"]),
        (
            "dnf" | "microdnf",
            "install" | "in" | "upgrade" | "up" | "upgrade-minimal" | "up-min" | "reinstall" | "rei",
        ) => Some(&["DL3040"]),
        _ => None,
    }
}

fn is_wanted(cx: &Cx<'_>, item: usize) -> bool {
    is_looked_at(cx, item, &DNF_CACHE_KEPT)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let item = cx.document.file().item(finding.item);
    let has_other_root = item.and_then(|item| Facts::of(&item.instruction)).is_none_or(|facts| {
        facts.packages.iter().any(|package| package.has_flag(&facts.script, &["--installroot", "--root"]))
            || facts.script.text().text().contains("root=")
            || facts.script.text().text().contains("root ")
    });
    if has_other_root { Vec::new() } else { clean_at_end(cx, finding, &["/var/cache"]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DNF_CACHE_KEPT);

    #[test]
    fn the_last_command_of_each_program_counts() {
        check(
            "
FROM a
RUN yum -y install b && yum clean all && yum install -y c && microdnf install d
                                       # ^^^^^^^^^^^^^^^^ `yum install` leaves its lists and downloads in this layer
                                                           # ^^^^^^^^^^^^^^^^^^ `microdnf install` leaves its lists and downloads in this layer
RUN zypper -n in b && rm -rf /tmp/x
  # ^^^^^^^^^^^^^^ `zypper in` leaves its lists and downloads in this layer
RUN dnf install -y b && dnf clean packages
  # ^^^^^^^^^^^^^^^^ `dnf install` leaves its lists and downloads in this layer
",
        );
    }

    #[test]
    fn caches_are_emptied_in_many_ways() {
        check_none("FROM a\nRUN yum install -y b && dnf clean all && rm -r c\n");
        check_none("FROM a\nRUN yum install -y b; yum -y clean metadata\n");
        check_none("FROM a\nRUN dnf install -y b && rm -rf /var/cache/*\n");
        check_none("FROM a\nRUN dnf install -y b && rm -rf /var/cache/{dnf,yum}\n");
        check_none("FROM a\nRUN microdnf install b && find /var/cache/yum -delete\n");
        check_none("FROM a\nRUN zypper in -y b && zypper cc -a\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y b\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/var/cache zypper in b\n");
        check_none("FROM a\nRUN dnf install -y --setopt=keepcache=1 b && dnf install --assumeno c\n");
    }

    #[test]
    fn a_stage_that_is_thrown_away_may_keep_them() {
        check_none("FROM a\nRUN dnf install -y b\nFROM c\nCOPY --from=0 /a /a\n");
        check_fix(
            "FROM a AS x\nRUN tdnf install -y b\nFROM x\n",
            "FROM a AS x\nRUN tdnf install -y b && tdnf clean all\nFROM x\n",
        );
    }

    #[test]
    fn the_style_of_the_command_is_kept() {
        check_fix(
            "FROM a\nRUN zypper -n in b \\\n  && c\n",
            "FROM a\nRUN zypper -n in b \\\n  && c \\\n  && zypper clean --all\n",
        );
        check_fix(
            "FROM a\nUSER b\nRUN sudo -E yum install -y b\n",
            "FROM a\nUSER b\nRUN sudo -E yum install -y b && sudo -E yum clean all\n",
        );
        check_fix(
            "FROM a\nRUN set -ex; \\\n  dnf install -y b; \\\n  c\n",
            "FROM a\nRUN set -ex; \\\n  dnf install -y b; \\\n  c; \\\n  dnf clean all\n",
        );
    }

    #[test]
    fn a_program_that_may_not_be_there_at_the_end_is_not_called_there() {
        for (before, after) in [
            ("if b; then yum install -y c", "; fi"),
            ("which yum && yum install -y c", "; d"),
            ("yum install -y python3", " && ln -sf /usr/bin/python3 /usr/bin/python"),
            ("yum install -y b", " && rm -rf /etc/yum.repos.d/*"),
        ] {
            check_fix(
                &format!("FROM a\nRUN {before}{after}\n"),
                &format!("FROM a\nRUN {before} && yum clean all{after}\n"),
            );
        }
        check_no_fix("FROM a\nRUN apt-get install -y b || yum install -y c\n");
        check_no_fix("FROM a\nRUN yum install -y c || apt-get install -y b\n");
        check_no_fix("FROM a\nRUN dnf install -y b || true\n");
    }

    #[test]
    fn what_is_not_roots_or_lies_elsewhere_is_left() {
        check_no_fix("FROM a\nUSER b\nRUN dnf install -y b\n");
        check_no_fix("FROM a\nRUN sudo -u b dnf install -y b\n");
        check_no_fix("FROM a\nRUN dnf install -y --installroot /x b\n");
        check_no_fix("FROM a\nRUN dnf install -y --installroot=/x b\n");
        check_no_fix("FROM a AS x\nRUN dnf install -y b\nFROM a\nCOPY --from=x /var/cache/dnf /c\nFROM x\n");
    }
}

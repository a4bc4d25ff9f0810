//! `apt-lists-kept`

use crate::rules::edits::end::append_command;
use crate::rules::prelude::*;
use crate::semantic::apt;
use crate::semantic::cache_readers::{Filled, Reading};
use crate::semantic::caches;
use crate::semantic::packages::Privilege;

declare_rule! {
    /// ## What it does
    /// Finds an `apt-get update` whose package lists stay in the layer.
    ///
    /// ## Why is this bad?
    /// The lists take 20 to 50 MB and are of no use in the image: they are out of date as soon as it is built. A
    /// later step cannot take them out of this layer again.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ## Fix
    /// Deletes the lists at the end of the same RUN. It is not offered where a later step of this stage, or of
    /// one that is built on it, installs without an update of its own or names the lists; where neither the user is root nor `sudo` is
    /// used throughout; or where the
    /// end of the command cannot be extended, as after `|| true`. It is a suggestion where a later step runs a script that
    /// cannot be read, which may install from them.
    ///
    /// ## Silent
    /// In a stage that no image is built on, and where a mount covers the lists. Where an installer of the image's own, such as
    /// `install-packages`, stands behind the update in place of `apt-get install`: it may clean up, and so may a script that is called after that, such as `clean-layer.sh`; hadolint names those.
    ///
    /// ## hadolint
    /// `apt-get dist-clean` cleans up as well, which hadolint does not know. It takes the `rm -rf` of anything in the same
    /// RUN for a clean-up, and does not look behind `sudo`; both are found here.
    pub(crate) static APT_LISTS_KEPT = {
        id: "apt-lists-kept", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3009"],
        options: [BUILD_STAGES],
        check: Run(check),
        only: is_wanted,
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    let mut updates = facts
        .packages
        .iter()
        .filter(|package| package.action == Action::UpdateLists && package.manager.family == Family::Apt);
    let Some(last) = updates.next_back() else {
        return;
    };
    let is_removed = apt::removals(facts).any(|command| command > last.command);
    if !is_removed
        && !is_for_wrapper(facts, last)
        && !caches::is_cleaned_by_script(facts, last.command)
        && !apt::has_mount_on_lists(instruction)
        && let Some(command) = facts.script.commands().get(last.command)
    {
        let message = format!("`{} update` leaves the package lists in this layer", last.manager.name);
        out.push(facts.script.place(command.part), message);
    }
}

/// Whether an update is followed by no install of apt but by an installer of the image's own, such as `install-packages` or
/// `clean-install`: such programs are made to clean up.
fn is_for_wrapper(facts: &Facts, update: &PackageCommand) -> bool {
    let mut later = facts.packages.iter().filter(|package| package.command > update.command);
    let installs = later.any(|package| package.installs_with(Family::Apt));
    let mut programs = facts.invocations.iter().filter(|invocation| invocation.command > update.command);
    let is_wrapper =
        |name: &str| name.split(['-', '_']).any(|word| word == "install") && name.contains(['-', '_']);
    !installs && programs.any(|invocation| is_wrapper(&invocation.name) && !invocation.name.contains("-ext-"))
}

fn is_wanted(cx: &Cx<'_>, item: usize) -> bool {
    is_looked_at(cx, item, &APT_LISTS_KEPT)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        if apt::is_relied_on_after(cx.document.file(), cx.document.model(), finding.item) {
            return None;
        }
        let removal = "rm -rf /var/lib/apt/lists/*";
        let (family, folders) = (Family::Apt, &["/var/lib/apt"][..]);
        let filled =
            Filled { item: finding.item, family, folders, has_plain_scripts: !has_scripts_of_apt(cx) };
        let safety = match filled.reading(cx.document.file(), cx.document.model()) {
            Reading::None => Safety::Safe,
            Reading::Possible => Safety::Suggested,
            Reading::Certain => return None,
        };
        let edit = match apt::privilege(facts)? {
            Privilege::Own if cx.document.model().is_root(finding.item) => {
                append_command(cx, finding.item, removal)
            }
            Privilege::Own => None,
            Privilege::Sudo => append_command(cx, finding.item, &format!("sudo {removal}")),
        };
        Some((edit?, safety))
    };
    let fix = |(edit, safety)| Fix::new("Delete the package lists in this layer", safety, vec![edit]);
    edit().map(fix).into_iter().collect()
}

/// Whether a script of the project runs apt.
fn has_scripts_of_apt(cx: &Cx<'_>) -> bool {
    const SCRIPTS: [&str; 4] = ["GNUmakefile", "makefile", "Makefile", "package.json"];
    let runs_apt = |text: String| text.contains("apt-get") || text.contains("apt install");
    SCRIPTS.iter().any(|path| cx.context.read(path).is_some_and(runs_apt))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(APT_LISTS_KEPT);

    #[test]
    fn a_comment_in_backticks_hides_nothing_behind_it() {
        let install = "FROM debian:12\nRUN apt-get update && apt-get install -y a";
        check_none(&format!("{install} `# it's b` && rm -rf /var/lib/apt/lists/*\n"));
        check_none(&format!("{install} \\\n  c `# d` \\\n  && rm -rf /var/lib/apt/lists/*\n"));
    }

    #[test]
    fn the_last_update_counts() {
        check(
            "
FROM a
RUN apt-get update && rm -rf /var/lib/apt/lists/* && apt-get update
                                                   # ^^^^^^^^^^^^^^ `apt-get update` leaves the package lists in this layer
",
        );
    }

    #[test]
    fn lists_are_removed_in_many_ways() {
        check_none("FROM a\nRUN apt-get update && rm -r /var/lib/apt/lists\n");
        check_none("FROM a\nRUN apt-get update && rm -fr /tmp/* '/var/lib/apt'\n");
        check_none("FROM a\nRUN apt-get update && find /var/lib/apt/lists -type f -delete\n");
        check_none("FROM a\nRUN apt-get update && apt-get dist-clean\n");
        check_none("FROM a\nRUN c() { rm -rf /var/lib/apt/lists/*; }; apt-get update && c\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\n");
        check_none("FROM a\nRUN apt-get update && install-packages b\n");
        check_none("FROM a\nRUN apt-get update && apt-get install -y b && /usr/local/bin/clean-layer.sh\n");
        check(
            "FROM php\nRUN apt-get update && apt-get install -y b && docker-php-ext-install c\n  # ^^^^^^^^^^^^^^ `apt-get update` leaves the package lists in this layer\n",
        );
        check_none("FROM a\nRUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update\n");
    }

    #[test]
    fn lists_that_another_command_names_may_be_what_is_removed() {
        let after = |removal: &str| {
            format!("FROM debian:12\nRUN apt-get update && apt-get install -y b && {removal}\n")
        };
        for removal in [
            "cd /var/lib/apt/lists && rm -rf *",
            "(cd /var/lib/apt && rm -rf lists/*)",
            "cd / && rm -rf var/lib/apt/lists/*",
            "D=/var/lib/apt/lists; rm -rf \"$D\"/*",
            "for d in /var/lib/apt/lists /tmp; do rm -rf \"$d\"/*; done",
        ] {
            check_none(&after(removal));
        }
        for removal in [
            "cd /var/lib/apt/lists && rm -rf /tmp/x",
            "rm -rf $D",
            "rm -rf \"/var/lib/apt/lists/*\"",
            "rm -rf '/var/lib/apt/lists/*'",
        ] {
            assert_eq!(crate::fixture::found(&APT_LISTS_KEPT, &after(removal)).len(), 1, "{removal}");
        }
        check_none(&after("rm -rf \"/var/lib/apt/lists\"/*"));
    }

    #[test]
    fn a_stage_that_is_thrown_away_may_keep_them() {
        check_none("FROM a\nRUN apt-get update\nFROM b\nCOPY --from=0 /a /a\n");
        check_fix(
            "FROM a AS x\nRUN apt-get update\nFROM x\n",
            "FROM a AS x\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\nFROM x\n",
        );
    }

    #[test]
    fn the_style_of_the_command_is_kept() {
        check_fix(
            "FROM a\nRUN apt-get update && \\\n  apt-get install -y a\n",
            "FROM a\nRUN apt-get update && \\\n  apt-get install -y a && \\\n  rm -rf /var/lib/apt/lists/*\n",
        );
        check_fix(
            "FROM a\nRUN apt-get update \\\r\n\t&& apt-get install -y a\r\n",
            "FROM a\nRUN apt-get update \\\r\n\t&& apt-get install -y a \\\r\n\t&& rm -rf /var/lib/apt/lists/*\r\n",
        );
        check_fix(
            "FROM a\nRUN apt-get update && apt-get install -y \\\n  a \\\n  # c\n  b\n",
            "FROM a\nRUN apt-get update && apt-get install -y \\\n  a \\\n  # c\n  b \\\n  && rm -rf /var/lib/apt/lists/*\n",
        );
        check_fix(
            "FROM a\nRUN set -eux; \\\n\tapt-get update; \\\n\tapt-get install -y a; \\\n\t\\\n\techo b\n",
            "FROM a\nRUN set -eux; \\\n\tapt-get update; \\\n\tapt-get install -y a; \\\n\t\\\n\techo b; \\\n\trm -rf /var/lib/apt/lists/*\n",
        );
        check_fix(
            "FROM a\nRUN <<E\napt-get update\napt-get install -y a\nE\n",
            "FROM a\nRUN <<E\napt-get update\napt-get install -y a && rm -rf /var/lib/apt/lists/*\nE\n",
        );
    }

    #[test]
    fn an_end_that_cannot_be_extended_is_left() {
        check_no_fix("FROM a\nRUN apt-get update && apt-get install -y a || true\n");
        check_no_fix("FROM a\nRUN apt-get update &\n");
        check_no_fix("FROM a\nRUN apt-get update; f() { a; }\n");
        check_no_fix("FROM a\nRUN apt-get update && exec b\n");
        check_no_fix("FROM a\nRUN set -f; apt-get update\n");
        check_no_fix("FROM a\nRUN apt-get update # && a\n");
        check_no_fix("FROM a\nRUN [\"apt-get\", \"update\"]\n");
        check_no_fix("FROM a\nRUN apt-get update && cat <<E\nE\n");
    }

    #[test]
    fn lists_that_a_later_step_needs_are_left() {
        check_no_fix("FROM a\nRUN apt-get update\nRUN apt-get install -y b\n");
        check_no_fix("FROM a\nRUN apt-get update\nRUN sh -c 'apt-get install -y b'\n");
        check_no_fix("FROM a AS x\nRUN apt-get update\nFROM x\nRUN apt-get install -y b\n");
        check_no_fix("FROM a AS x\nRUN apt-get update\nONBUILD RUN apt-get install -y b\nFROM x\n");
        check_fix(
            "FROM a\nRUN apt-get update\nRUN apt-get update && apt-get install -y b && rm -r /var/lib/apt/lists\n",
            "FROM a\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y b && rm -r /var/lib/apt/lists\n",
        );
    }

    #[test]
    fn a_script_that_cannot_be_read_may_need_them() {
        let safety = |run: &str| {
            let install = "FROM a\nRUN apt-get update && apt-get install -y b";
            let after = format!("{install} && rm -rf /var/lib/apt/lists/*\nRUN {run}\n");
            check_fix(&format!("{install}\nRUN {run}\n"), &after).safety
        };
        assert_eq!(safety("sh /s.sh"), Safety::Suggested);
        assert_eq!(safety("make && npm run build && python a.py"), Safety::Safe);
        let files = "#- Makefile\nb:\n\tapt-get install c\n#- Dockerfile\n";
        let install = format!("{files}FROM a\nRUN apt-get update && apt-get install -y b");
        let after = format!("{install} && rm -rf /var/lib/apt/lists/*\nRUN make\n");
        assert_eq!(check_fix(&format!("{install}\nRUN make\n"), &after).safety, Safety::Suggested);
        check_no_fix("FROM a\nRUN apt-get update && apt-get install -y b\nRUN ls /var/lib/apt/lists >/c\n");
    }

    #[test]
    fn only_root_can_remove_them() {
        check_no_fix("FROM a\nUSER b\nRUN apt-get update\n");
        check_no_fix("FROM a\nUSER $B\nRUN apt-get update\n");
        check_no_fix("FROM a\nRUN sudo apt-get update && apt-get install -y b\n");
        check_no_fix("FROM a\nRUN sudo -u b apt-get update\n");
        check_fix(
            "FROM a\nUSER b\nRUN sudo apt-get update\n",
            "FROM a\nUSER b\nRUN sudo apt-get update && sudo rm -rf /var/lib/apt/lists/*\n",
        );
        check_fix(
            "FROM a\nUSER 0:0\nRUN apt-get update\n",
            "FROM a\nUSER 0:0\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\n",
        );
    }

    #[test]
    fn half_an_instruction_is_left() {
        check_no_fix(
            "FROM debian:12\nRUN apt-get update\n  && apt-get install -y --no-install-recommends a\n",
        );
    }
}

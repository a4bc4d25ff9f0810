//! `end-user-apt`

use crate::rules::edits::{argument_after, replace_word};
use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::syntax::shell::Word;

declare_rule! {
    /// ## What it does
    /// Finds `apt` where `apt-get` or `apt-cache` is meant.
    ///
    /// ## Why is this bad?
    /// `apt` is made for people at a terminal. It warns in every script that its command line may change between
    /// versions; that of `apt-get` does not.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update && apt install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ## Fix safety
    /// Only for `install`, `update`, `remove` and `purge`, which `apt-get` has too. It keeps the packages that it
    /// downloaded, and `apt` does not; in Debian's and Ubuntu's images they are removed anyway. `upgrade` differs between
    /// the two, and `list` and `search` are `apt-cache`'s business.
    pub(crate) static END_USER_APT = {
        id: "end-user-apt", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3027"],
        check: Run(check),
        fix: Suggested(fix),
    }
}

/// The program's word of each `apt`.
fn programs(facts: &Facts) -> impl Iterator<Item = (&Invocation, &Word)> {
    let programs = facts.invocations.iter().filter(|invocation| &*invocation.name == "apt");
    programs.filter_map(|invocation| {
        let words = &invocation.command(&facts.script)?.words;
        Some((invocation, words.get(invocation.program)?))
    })
}

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    for (_, word) in programs(facts) {
        let message = "`apt` is made for terminals, and its command line may change";
        out.push(facts.script.place(word.part), message);
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edits = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let (invocation, _) = programs(facts).find(|(_, word)| {
            word.is("apt") && item.absolute(facts.script.place(word.part)) == finding.span
        })?;
        let package = facts.package_of(invocation.command)?;
        let verb = package.words(&facts.script).get(package.verb)?.value.as_deref()?;
        let asks = matches!(verb, "install" | "remove" | "purge");
        if !asks && verb != "update" {
            return None;
        }
        let mut edits = vec![replace_word(item, facts, invocation.command, invocation.program, "apt-get")?];
        if asks && !package.has_unknown_options && !package.has_flag(&facts.script, package.manager.yes) {
            edits.push(argument_after(item, facts, package.command, package.verb, "-y")?);
        }
        Some(edits)
    };
    edits().map(|edits| Fix::new("Change to `apt-get`", Safety::Suggested, edits)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(END_USER_APT);

    #[test]
    fn apt_is_found_and_its_relatives_are_not() {
        check(
            "FROM a\nRUN sudo /usr/bin/apt list\n       # ^^^^^^^^^^^^ `apt` is made for terminals, and its command line may change\n",
        );
        check_none("FROM a\nRUN apt-get update && apt-key list && echo apt && aptitude update\n");
        check_none("FROM a\nRUN command -v apt || command -V apt\n");
    }

    #[test]
    fn what_apt_get_has_too_is_changed() {
        check_fix("FROM a\nRUN apt -q update\n", "FROM a\nRUN apt-get -q update\n");
        check_fix(
            "FROM a\nRUN apt-get update && apt \\\n install b\n",
            "FROM a\nRUN apt-get update && apt-get \\\n install -y b\n",
        );
        check_fix(
            "FROM a\nRUN [\"apt\", \"purge\", \"-y\", \"b\"]\n",
            "FROM a\nRUN [\"apt-get\", \"purge\", \"-y\", \"b\"]\n",
        );
        check_no_fix("FROM a\nRUN apt list --installed\nRUN apt upgrade -y\nRUN apt autoremove -y\n");
        check_no_fix("FROM a\nRUN /usr/bin/apt update\n");
    }
}

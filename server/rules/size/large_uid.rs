//! `large-uid`

use crate::rules::edits::argument_after;
use crate::rules::prelude::*;
use crate::semantic::users::{UserCreation, created};

declare_rule! {
    /// ## What it does
    /// Finds a `useradd` with a number of 100,000 or more and without `-l`.
    ///
    /// ## Why is this bad?
    /// `useradd` writes an entry for the user into `/var/log/lastlog` and `/var/log/faillog`, which hold one place for every
    /// lower number. They are sparse files, and Docker does not keep the holes: the layer grows by hundreds of bytes
    /// for each number, to megabytes or gigabytes.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN useradd -u 1000000 app
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN useradd -l -u 1000000 app
    /// ```
    ///
    /// ## Silent
    /// In a stage that no image is built on. Where the number is in a variable: hadolint takes the length of its name for that of the number.
    pub(crate) static LARGE_UID = {
        id: "large-uid", group: Size, severity: Warning, since: "0.1.0",
        also: ["DL3046"],
        check: Run(check),
        only: ships,
        fix: Safe(fix),
    }
}

/// The least number that is large.
const LARGE: u64 = 100_000;

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    for (user, number) in large(facts) {
        let words = facts.script.commands().get(user.command).map(|command| command.words.as_slice());
        if let Some(word) = words.unwrap_or_default().get(user.program) {
            let message = format!("`useradd` with the number {number} makes huge log files without `-l`");
            out.push(facts.script.place(word.part), message);
        }
    }
}

fn large(facts: &Facts) -> impl Iterator<Item = (UserCreation, u64)> {
    let users = created(facts).into_iter().filter(|user| user.is_useradd && !user.has_no_log);
    users.filter_map(|user| user.number.filter(|number| *number >= LARGE).map(|number| (user, number)))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let (user, _) = large(facts).find(|(user, _)| {
            let words = facts.script.commands().get(user.command).map(|command| command.words.as_slice());
            let word = words.unwrap_or_default().get(user.program);
            word.is_some_and(|word| item.absolute(facts.script.place(word.part)) == finding.span)
        })?;
        argument_after(item, facts, user.command, user.program, "-l")
    };
    edit().map(|edit| Fix::new("Add `-l`", Safety::Safe, vec![edit])).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LARGE_UID);

    #[test]
    fn a_large_number_is_found() {
        check(
            "FROM a\nRUN useradd --uid 100000 b\n  # ^^^^^^^ `useradd` with the number 100000 makes huge log files without `-l`\n",
        );
        check_none(
            "FROM a\nRUN useradd -u 99999 b && useradd -lu 100000 c && adduser -u 100000 d && useradd -u $USER_ID e\n",
        );
    }

    #[test]
    fn the_option_comes_first() {
        check_fix("FROM a\nRUN sudo useradd -mu 100000 b\n", "FROM a\nRUN sudo useradd -l -mu 100000 b\n");
    }
}

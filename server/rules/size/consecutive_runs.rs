//! `consecutive-runs`

use crate::rules::merge::{Sees, merge};
use crate::rules::prelude::*;
use crate::syntax::shell::{Form, Nesting};

declare_rule! {
    /// ## What it does
    /// Finds a RUN of one command that follows another such RUN.
    ///
    /// ## Why is this bad?
    /// Each RUN makes a layer. What one deletes or overwrites stays in the layer of the other, and each layer costs
    /// a little time whenever the image is pulled. Keep them apart where a part changes more often than the rest.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN useradd app
    /// RUN mkdir /data
    /// RUN chown app /data
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN useradd app \
    ///     && mkdir /data \
    ///     && chown app /data
    /// ```
    ///
    /// ## Fix
    /// Merges all that follow each other with `&&`. It is not offered across anything that the shell would
    /// remember, such as `cd` or `export`.
    ///
    /// ## Silent
    /// In a stage that no image is built on: its layers are nobody's, and each is a step that need not run again.
    ///
    /// ## hadolint
    /// It asks in every stage. What PowerShell and cmd run is not joined: `&&` is not the same there.
    pub(crate) static CONSECUTIVE_RUNS = {
        id: "consecutive-runs", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3059"],
        options: [BUILD_STAGES],
        check: Steps(is_short, check),
        fix: Suggested(fix),
    }
}

/// Whether it is a RUN of one command.
fn is_short(instruction: &Instruction) -> bool {
    let has_one = |facts: &Facts| {
        // What `sh -c` is given belongs to that command.
        let own = facts.script.commands().iter().filter(|command| !command.nesting.any(Nesting::SCRIPT));
        own.count() == 1 && facts.script.form() != Form::Heredoc
    };
    instruction.ast().kind == Kind::Run && Facts::of(instruction).is_some_and(has_one)
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for pair in steps.windows(2) {
        if let [first, second] = *pair
            && first + 1 == second
            && let Some(before) = cx.document.file().items().get(first)
            && let Some(item) = cx.document.file().items().get(second)
            && has_same_flags(&before.instruction, &item.instruction)
            && is_looked_at(cx, second, &CONSECUTIVE_RUNS)
        {
            let keyword = item.instruction.ast().keyword;
            let message = "this `RUN` makes a layer of its own for one command; so does the one before";
            out.push_at(second, item.instruction.place(keyword), message);
        }
    }
}

/// Whether a RUN of one command follows another that has the same flags.
fn follows(cx: &Cx<'_>, second: usize) -> bool {
    let items = cx.document.file().items();
    let pair = second.checked_sub(1).and_then(|first| items.get(first)).zip(items.get(second));
    pair.is_some_and(|(first, second)| {
        let (first, second) = (&first.instruction, &second.instruction);
        is_short(first) && is_short(second) && has_same_flags(first, second)
    })
}

fn has_same_flags(first: &Instruction, second: &Instruction) -> bool {
    let (before, after) = (first.ast().flags.iter(), second.ast().flags.iter());
    before.map(|flag| first.str(flag.part)).eq(after.map(|flag| second.str(flag.part)))
}

/// So many instructions before and after the found one are merged with it; a second fix does the rest.
const MOST_MERGED: usize = 20;

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let seam = |from: usize, index: usize| merge(cx.document, index, Sees::All(from));
    let is_next = |index: &usize| follows(cx, *index) && seam(index.saturating_sub(1), *index).is_some();
    let before = (0..=finding.item).rev().take(MOST_MERGED).take_while(is_next).count();
    // What the first leaves may reach further than to the next.
    let joined = |from: usize| {
        let seams: Option<Vec<Edit>> = (from + 1..=finding.item).map(|index| seam(from, index)).collect();
        Some((from, seams?))
    };
    let Some((from, mut edits)) = (finding.item - before.min(finding.item)..finding.item).find_map(joined)
    else {
        return Vec::new();
    };
    let after = (finding.item + 1..).take(MOST_MERGED).take_while(|index| follows(cx, *index));
    edits.extend(after.map_while(|index| seam(from, index)));
    let title = format!("Merge {} `RUN` instructions", edits.len() + 1);
    vec![Fix::new(title, Safety::Suggested, edits)]
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(CONSECUTIVE_RUNS);

    #[test]
    fn short_runs_that_follow_each_other_are_found() {
        check(
            "
FROM a
RUN b
# c
RUN sh -c 'd && e'
^^^ this `RUN` makes a layer of its own for one command; so does the one before
",
        );
    }

    #[test]
    fn longer_ones_other_flags_and_what_lies_between_are_silent() {
        check_none("FROM a\nRUN b && c\nRUN d\nRUN e; f\nRUN g | h\n");
        check_none("FROM a\nRUN b\nRUN --network=none d\nFROM e\nRUN f\nUSER g\nRUN h\n");
        check_none("FROM a\nSHELL [\"cmd\"]\nRUN b\nFROM e\nONBUILD RUN b\nRUN c\n");
    }

    #[test]
    fn no_fix_joins_what_another_shell_reads() {
        check_no_fix("FROM a\nSHELL [\"powershell\", \"-Command\"]\nRUN Write-Host b\nRUN Write-Host c\n");
        check_no_fix("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN choco install b\nRUN b -v\n");
    }

    #[test]
    fn layers_that_nobody_ships_may_be_many() {
        check_none("FROM a AS x\nRUN b\nRUN c\nFROM d\nCOPY --from=x /e /e\n");
    }

    #[test]
    fn comments_and_lines_are_kept() {
        check_fix(
            "FROM a\nRUN b \\\n  c\n\n# d\n  # e\nRUN \\\n  f\n",
            "FROM a\nRUN b \\\n  c \\\n  # d\n  # e\n  && f\n",
        );
        check_fix("FROM a\r\nRUN b\r\nRUN c\r\n", "FROM a\r\nRUN b \\\r\n    && c\r\n");
        check_fix(
            "# escape=`\nFROM a\nSHELL [\"sh\", \"-c\"]\nRUN b\nRUN c",
            "# escape=`\nFROM a\nSHELL [\"sh\", \"-c\"]\nRUN b `\n    && c",
        );
    }

    #[test]
    fn state_and_what_cannot_be_joined_stay_apart() {
        check_no_fix("FROM a\nRUN cd b\nRUN c\n");
        check_no_fix("FROM a\nRUN A=b\nRUN c\n");
        check_no_fix("FROM a\nRUN b &\nRUN c\n");
        check_no_fix("FROM a\nRUN b\nRUN c;\n");
        check_no_fix("FROM a\nRUN b\nRUN [\"c\"]\n");
        check_no_fix("FROM a\nRUN b\n# hadolint ignore=DL3000\nRUN c\n");
        check_no_fix("FROM a\nRUN b # x\nRUN c\n");
        check_fix("FROM a\nRUN (cd b)\nRUN c\n", "FROM a\nRUN (cd b) \\\n    && c\n");
    }

    #[test]
    fn a_merge_stops_where_the_next_cannot_be_joined() {
        check_fix("FROM a\nRUN b\nRUN cd c\nRUN d\nRUN e\n", "FROM a\nRUN b \\\n    && cd c\nRUN d\nRUN e\n");
    }
}

//! `consecutive-runs`

use crate::rules::merge::{Sees, merge};
use crate::rules::prelude::*;
use crate::semantic::dependencies::has_install;
use crate::semantic::list_updates::fetches_lists;
use crate::syntax::shell::{Form, Nesting};

declare_rule! {
    /// ## What it does
    /// Finds a RUN of one command that follows another such RUN. Of many that follow each other the second is named, once.
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
    /// Merges all that follow each other with `&&`, but nothing across what the shell would remember, such as `cd` or
    /// `export`.
    ///
    /// ## Silent
    /// In a stage that no image is built on: its layers are nobody's, and each is a step that need not run again. Where
    /// an empty line and a comment begin a section of its own. Behind the install of a project's dependencies, which need
    /// not run again when the next step fails. Of an update of package lists and the install behind it, which
    /// `separate-package-update` reports.
    ///
    /// ## hadolint
    /// It asks in every stage, and names each RUN but the first, across sections too. What PowerShell and cmd run is not joined: `&&` is not the same there.
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
    let items = cx.document.file().items();
    let joins = |pair: &[usize]| match *pair {
        [first, second] => {
            let both = items.get(first).zip(items.get(second));
            first + 1 == second
                && both.is_some_and(|(first, second)| goes_with(&first.instruction, &second.instruction))
                && is_looked_at(cx, second, &CONSECUTIVE_RUNS)
        }
        _ => false,
    };
    let mut rest = steps;
    while let [_, behind @ ..] = rest {
        let count = rest.windows(2).take_while(|pair| joins(pair)).count();
        let second = behind.first().filter(|_| count > 0);
        if let Some((index, item)) = second.and_then(|second| Some((*second, items.get(*second)?))) {
            let message = match count {
                1 => "this `RUN` and the one above make a layer each for one command".to_owned(),
                2 => {
                    "this `RUN`, the one above and the one below make a layer each for one command".to_owned()
                }
                _ => format!(
                    "this `RUN`, the one above and the {} below make a layer each for one command",
                    count - 1
                ),
            };
            out.push_at(index, item.instruction.place(item.instruction.ast().keyword), message);
        }
        rest = behind.get(count..).unwrap_or_default();
    }
}

/// Whether a RUN of one command follows another that it goes with.
fn follows(cx: &Cx<'_>, second: usize) -> bool {
    let items = cx.document.file().items();
    let pair = second.checked_sub(1).and_then(|first| items.get(first)).zip(items.get(second));
    pair.is_some_and(|(first, second)| {
        let (first, second) = (&first.instruction, &second.instruction);
        is_short(first) && is_short(second) && goes_with(first, second)
    })
}

/// Whether a RUN of one command belongs into the layer of the one above it.
fn goes_with(first: &Instruction, second: &Instruction) -> bool {
    let both = Facts::of(first).zip(Facts::of(second));
    has_same_flags(first, second)
        && !begins_section(second)
        && both.is_some_and(|(first, second)| {
            let only_installs = has_install(first) && !has_install(second);
            !only_installs && !fetches_lists_for(first, second)
        })
}

/// Whether an empty line and a comment stand above it.
fn begins_section(instruction: &Instruction) -> bool {
    let above = instruction.comments().first().and_then(|comment| instruction.source().get(..comment.start));
    above.is_some_and(|above| above.contains('\n'))
}

/// Whether the first fetches package lists that the second installs from.
fn fetches_lists_for(first: &Facts, second: &Facts) -> bool {
    let update = first.packages.iter().find(|package| fetches_lists(package, first));
    update.is_some_and(|update| {
        second.packages.iter().any(|package| package.installs_with(update.manager.family))
    })
}

fn has_same_flags(first: &Instruction, second: &Instruction) -> bool {
    let (before, after) = (first.ast().flags.iter(), second.ast().flags.iter());
    before.map(|flag| first.str(flag.part)).eq(after.map(|flag| second.str(flag.part)))
}

/// So many instructions become one, and so many that follow each other are looked at.
const MOST: (usize, usize) = (50, 200);

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(mut from) = finding.item.checked_sub(1) else {
        return Vec::new();
    };
    let (mut edits, mut merged, mut is_new) = (Vec::new(), 0, true);
    for index in (finding.item..).take(MOST.1).take_while(|index| follows(cx, *index)) {
        let seam = (index - from < MOST.0).then(|| merge(cx.document, index, Sees::All(from))).flatten();
        match seam {
            Some(edit) => {
                edits.push(edit);
                merged += if is_new { 2 } else { 1 };
                is_new = false;
            }
            // What stands before is left as it is, and the next may be joined to this one.
            None => (from, is_new) = (index, true),
        }
    }
    let title = format!("Merge {merged} `RUN` instructions");
    if edits.is_empty() { Vec::new() } else { vec![Fix::new(title, Safety::Suggested, edits)] }
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
^^^ this `RUN` and the one above make a layer each for one command
",
        );
    }

    #[test]
    fn many_that_follow_each_other_are_named_once() {
        check(
            "
FROM a
RUN b
RUN c
^^^ this `RUN`, the one above and the 2 below make a layer each for one command
RUN d
RUN e
USER f
RUN g
RUN --network=none h
RUN --network=none i
^^^ this `RUN` and the one above make a layer each for one command
",
        );
        let runs: String = ('b'..='z').map(|name| format!("RUN {name}\n")).collect();
        let merged: Vec<String> = ('b'..='z').map(|name| name.to_string()).collect();
        check_fix(&format!("FROM a\n{runs}"), &format!("FROM a\nRUN {}\n", merged.join(" \\\n    && ")));
    }

    #[test]
    fn longer_ones_other_flags_and_what_lies_between_are_silent() {
        check_none("FROM a\nRUN b && c\nRUN d\nRUN e; f\nRUN g | h\n");
        check_none("FROM a\nRUN b\nRUN --network=none d\nFROM e\nRUN f\nUSER g\nRUN h\n");
        check_none("FROM a\nSHELL [\"cmd\"]\nRUN b\nFROM e\nONBUILD RUN b\nRUN c\n");
    }

    #[test]
    fn sections_stay_apart() {
        check_none("FROM a\nRUN b\n\n# c\nRUN d\n\n# e\n# f\n\nRUN g\n");
        check_fix("FROM a\nRUN b\n\nRUN c\n\n# d\nRUN e\n", "FROM a\nRUN b \\\n    && c\n\n# d\nRUN e\n");
        check_fix(
            "FROM a\nRUN b\n\n# c\nRUN d\n# e\nRUN f\n",
            "FROM a\nRUN b\n\n# c\nRUN d \\\n    # e\n    && f\n",
        );
    }

    #[test]
    fn the_install_of_a_project_is_kept_when_the_next_step_fails() {
        check_none("FROM node:22\nRUN npm ci\nRUN npm run build\n");
        check_fix(
            "FROM python:3.13\nRUN pip install -r a.txt\nRUN pip install -r b.txt\nRUN c\n",
            "FROM python:3.13\nRUN pip install -r a.txt \\\n    && pip install -r b.txt\nRUN c\n",
        );
    }

    #[test]
    fn lists_and_what_is_installed_from_them_are_left_to_the_rule_of_updates() {
        check_none("FROM debian:13\nRUN apt-get update\nRUN apt-get install -y b\n");
        check_fix(
            "FROM debian:13\nRUN apt-get update\nRUN apt-get install -y b\nRUN c\n",
            "FROM debian:13\nRUN apt-get update\nRUN apt-get install -y b \\\n    && c\n",
        );
        check_fix(
            "FROM debian:13\nRUN apt-get update\nRUN b\n",
            "FROM debian:13\nRUN apt-get update \\\n    && b\n",
        );
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
            "FROM a\nRUN b \\\n  c\n# d\n\n  # e\nRUN \\\n  f\n",
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
    fn a_merge_stops_where_the_next_cannot_be_joined_and_begins_anew() {
        check_fix(
            "FROM a\nRUN b\nRUN cd c\nRUN d\nRUN e\n",
            "FROM a\nRUN b \\\n    && cd c\nRUN d \\\n    && e\n",
        );
    }
}

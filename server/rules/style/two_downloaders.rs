//! `two-downloaders`

use std::ops::Range;

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a RUN that downloads with `wget` or `curl`, where its stage has used both.
    ///
    /// ## Why is this bad?
    /// One of them is enough: the other is a package more in the image, and one more thing to know.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN curl -fsSLO https://example.com/a
    /// RUN wget -q https://example.com/b
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN curl -fsSLO https://example.com/a
    /// RUN curl -fsSLO https://example.com/b
    /// ```
    pub(crate) static TWO_DOWNLOADERS = {
        id: "two-downloaders", group: Style, severity: Hint, since: "0.1.0",
        also: ["DL4001"],
        default_on: false,
        check: Steps(downloads, check),
    }
}

const DOWNLOADERS: [&str; 2] = ["curl", "wget"];

fn downloads(instruction: &Instruction) -> bool {
    uses(instruction).next().is_some()
}

/// The downloaders that a RUN calls, each as an index of them and with its place.
fn uses(instruction: &Instruction) -> impl Iterator<Item = (usize, Range<usize>)> {
    let is_run = instruction.ast().innermost().kind == Kind::Run;
    let facts = Facts::of(instruction).filter(|_| is_run);
    facts.into_iter().flat_map(|facts| {
        facts.invocations.iter().filter_map(|invocation| {
            let downloader = DOWNLOADERS.iter().position(|name| **name == *invocation.name)?;
            let word = invocation.command(&facts.script)?.words.get(invocation.program)?;
            Some((downloader, facts.script.place(word.part)))
        })
    })
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut stage = None;
    let mut is_used = [false; 2];
    for step in steps {
        let Some(item) = file.item(*step) else {
            continue;
        };
        if !model.environment_at(*step).is_some_and(|environment| environment.shell.is_posix()) {
            continue;
        }
        let current = model.stage_at(*step).map(|stage| stage.index);
        if current != stage {
            (stage, is_used) = (current, [false; 2]);
        }
        let mut both = None;
        for (downloader, place) in uses(&item.instruction) {
            is_used.get_mut(downloader).into_iter().for_each(|used| *used = true);
            if is_used == [true; 2] {
                both.get_or_insert((downloader, place));
            }
        }
        if let Some((downloader, place)) = both {
            let [here, other] = if downloader == 0 { ["curl", "wget"] } else { ["wget", "curl"] };
            out.push_at(*step, place, format!("this stage downloads with `{here}` and with `{other}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(TWO_DOWNLOADERS);

    #[test]
    fn both_in_a_stage_are_found() {
        check(
            "
FROM a
RUN wget b
RUN apk add curl && curl c && wget d
                  # ^^^^ this stage downloads with `curl` and with `wget`
RUN wget e
  # ^^^^ this stage downloads with `wget` and with `curl`
RUN make
",
        );
    }

    #[test]
    fn one_in_each_stage_is_no_pair() {
        check_none("FROM a\nRUN wget b\nFROM a\nRUN curl c && apk add wget\nCMD wget d\n");
        check_none("FROM a\nSHELL [\"powershell\"]\nRUN wget a\nRUN curl b\n");
    }
}

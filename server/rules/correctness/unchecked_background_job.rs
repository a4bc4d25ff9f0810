//! `unchecked-background-job`

use crate::rules::prelude::*;
use crate::semantic::failures::deaf_wait;

declare_rule! {
    /// ## What it does
    /// Finds a `wait` without arguments after commands that `&` has started beside each other.
    ///
    /// ## Why is this bad?
    /// It waits for all of them and is 0, whatever they ended with: the step succeeds although a download has failed, and the
    /// layer is kept in the cache.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN wget https://example.org/a & wget https://example.org/b & wait
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN wget https://example.org/a & first=$!; wget https://example.org/b & second=$!; wait "$first" && wait "$second"
    /// ```
    pub(crate) static UNCHECKED_BACKGROUND_JOB = {
        id: "unchecked-background-job", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: Run(check),
    }
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    if instruction.ast().innermost().kind != Kind::Run {
        return;
    }
    let wait = deaf_wait(facts).and_then(|wait| facts.script.commands().get(wait));
    if let Some(wait) = wait {
        let message = "`wait` without the jobs' numbers succeeds, whatever they ended with";
        out.push(facts.script.place(wait.part), message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNCHECKED_BACKGROUND_JOB);

    #[test]
    fn jobs_that_nobody_asks_about_are_found() {
        check(
            "
FROM a
RUN b & c >d & wait
             # ^^^^ `wait` without the jobs' numbers succeeds, whatever they ended with
RUN for e in f; do g $e & done; wait
                              # ^^^^ `wait` without the jobs' numbers succeeds, whatever they ended with
",
        );
    }

    #[test]
    fn a_wait_that_asks_or_has_nothing_to_wait_for_is_silent() {
        for run in
            ["b & wait $!", "b && c 2>&1 | d &>e; wait", "b & c=$!; wait \"$c\"", "b & c", "echo '&'; wait"]
        {
            check_none(&format!("FROM a\nRUN {run}\n"));
        }
    }
}

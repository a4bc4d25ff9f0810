//! `swallowed-failure`

use crate::rules::prelude::*;
use crate::semantic::environment::Shell;
use crate::semantic::failures::{Swallower, swallowed};

declare_rule! {
    /// ## What it does
    /// Finds an install of packages whose failure does not fail the RUN: before `|| true` in a longer list, and before a `;` or
    /// a line break without `set -e`.
    ///
    /// ## Why is this bad?
    /// Only the last command decides whether the step has failed. The image is built without the packages, the layer is kept in
    /// the cache, and what is wrong shows up much later. In `a || b && c`, `c` runs although `a` has failed.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update; apt-get install -y curl; rm -rf /var/lib/apt/lists/*
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN set -e; apt-get update; apt-get install -y curl; rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ## Silent
    /// At `apk add a || true` alone, which says that it may fail. Where a later command may ask how the install ended, inside of conditions, loops and groups, where the SHELL stops at errors by
    /// itself (`-e`), and at an install without named packages.
    pub(crate) static SWALLOWED_FAILURE = {
        id: "swallowed-failure", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: Run(check),
        only: goes_on_at_errors,
    }
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    if instruction.ast().innermost().kind != Kind::Run {
        return;
    }
    let script = &facts.script;
    for swallowed in swallowed(facts) {
        let Some(command) = script.commands().get(swallowed.command) else { continue };
        let first = command.words.first().map(|word| script.str(word.part)).unwrap_or_default();
        let why = match swallowed.by {
            Swallower::Or(next) => {
                let next = script.commands().get(next).and_then(|next| next.words.first());
                format!(
                    "`|| {}` swallows it",
                    shown(next.map(|word| script.str(word.part)).unwrap_or_default())
                )
            }
            Swallower::Then => "the next command runs all the same, without `set -e`".to_owned(),
        };
        out.push(
            script.place(command.part),
            format!("a failure of this `{}` goes unnoticed: {why}", shown(first)),
        );
    }
}

fn goes_on_at_errors(cx: &Cx<'_>, item: usize) -> bool {
    match cx.document.model().environment_at(item).map(|environment| &*environment.shell) {
        Some(Shell::Posix(_, options)) => {
            let stops = |option: &String| {
                option == "errexit"
                    || option.starts_with('-') && !option.starts_with("--") && option.contains('e')
            };
            !options.iter().any(stops)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SWALLOWED_FAILURE);

    #[test]
    fn installs_that_may_fail_unheard_are_found() {
        check(
            "
FROM debian:12
RUN apt-get update && apt-get install -y a || true
                    # ^^^^^^^^^^^^^^^^^^^^ a failure of this `apt-get` goes unnoticed: `|| true` swallows it
RUN pip install a || echo b && c
  # ^^^^^^^^^^^^^ a failure of this `pip` goes unnoticed: `|| echo` swallows it
RUN apk add a; true
  # ^^^^^^^^^ a failure of this `apk` goes unnoticed: the next command runs all the same, without `set -e`
RUN <<E
npm install -g a
^^^^^^^^^^^^^^^^ a failure of this `npm` goes unnoticed: the next command runs all the same, without `set -e`
b
E
",
        );
    }

    #[test]
    fn what_is_heard_or_last_is_silent() {
        for run in [
            "apt-get update; apt-get install -y a",
            "set -eux; apk add a; b",
            "set -o errexit; apk add a; b",
            "apk add a && b || exit 1",
            "apk add a || apk add b",
            "apk add a || true",
            "b; apk add a || echo none; c",
            "apk add a || { echo b; exit 1; }",
            "if b; then apk add a; c; fi",
            "apk add a; c=$?; exit $c",
            "apk add a; if [ $? = 0 ]; then b; fi",
            "a; true",
            "npm install; b",
        ] {
            check_none(&format!("FROM a\nRUN {run}\n"));
        }
        check_none("FROM a\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN apk add a; b\n");
        check_none("FROM a\nRUN <<E\n#!/bin/sh -e\napk add a\nb\nE\nRUN <<E\nset -e\napk add a\nb\nE\n");
    }
}

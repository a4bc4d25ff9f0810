//! `swallowed-failure`

use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::semantic::failures::{Swallowed, Swallower, swallowed};
use crate::semantic::stages::Base;
use crate::syntax::Script;

declare_rule! {
    /// ## What it does
    /// Finds an install of packages, or a check of a file (`sha256sum -c`, `gpg --verify`), whose failure does not fail the RUN:
    /// before `|| true` in a longer list, and before a `;` or a line break without `set -e`. As one `set -e` mends them all,
    /// one `;` of a RUN is named, that behind a check first.
    ///
    /// It is a hint where the last commands of the step may fail for want of what is missing, so that somebody may notice, and
    /// where the base image is not known, which may bring a SHELL that stops at errors.
    ///
    /// ## Why is this bad?
    /// Only the last command decides whether the step has failed. The image is built without the packages, or with a file that
    /// is not what was meant, the layer is kept in the cache, and what is wrong shows up much later. In `a || b && c`, `c` runs
    /// although `a` has failed.
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
    /// At `apk add a || true` alone, which says that it may fail. Where a later command may ask how it ended, inside of
    /// conditions, loops and groups, where the SHELL stops at errors by itself (`-e`), and at an install without named packages.
    pub(crate) static SWALLOWED_FAILURE = {
        id: "swallowed-failure", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(swallows, check),
    }
}

fn swallows(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| instruction.ast().kind == Kind::Run);
    facts.is_some_and(|facts| !swallowed(facts).is_empty())
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps.iter().copied() {
        let found = file.item(index).zip(model.environment_at(index));
        let found = found
            .filter(|(_, environment)| environment.shell.is_posix() && !environment.shell.stops_at_errors());
        let Some((item, environment)) = found else { continue };
        let Some(facts) = Facts::of(&item.instruction) else { continue };
        let is_shell_known = environment.has_own_shell
            || model.base_image(index).is_some()
            || matches!(model.root(index), Some(Base::Scratch))
            || facts.script.interpreter().is_some();
        for swallowed in swallowed(facts) {
            let may_stop = !is_shell_known && matches!(swallowed.by, Swallower::Then(_));
            push(index, item, facts, swallowed, may_stop, out);
        }
    }
}

/// `may_stop` tells that the base image may bring a SHELL that stops at errors.
fn push(index: usize, item: &Item, facts: &Facts, swallowed: Swallowed, may_stop: bool, out: &mut Findings) {
    let script = &facts.script;
    let Some(command) = script.commands().get(swallowed.command) else { return };
    let package = facts.package_of(swallowed.command).map(|package| package.name(script));
    let program = || facts.invocation_of(swallowed.command).map(|invocation| invocation.name.to_string());
    let name = package.or_else(program).unwrap_or_default();
    let what = match swallowed {
        Swallowed { is_check: true, .. } => format!("the step goes on where `{name}` finds a wrong file"),
        Swallowed { is_unnoticed: true, .. } => format!("a failure of `{name}` goes unnoticed"),
        _ => format!("the step goes on where `{name}` fails"),
    };
    let (semicolon, why) = match swallowed.by {
        Swallower::Or(next) => {
            let next = script.commands().get(next).and_then(|next| next.words.first());
            let next = shown(next.map(|word| script.str(word.part)).unwrap_or_default());
            (None, format!("`|| {next}` swallows it"))
        }
        Swallower::Then(element) => {
            let semicolon = semicolon_behind(script, element);
            let next = if semicolon.is_some() { "what stands behind this `;`" } else { "the next command" };
            let unless = if may_stop { ", unless the SHELL of the base image stops at errors" } else { "" };
            (semicolon, format!("{next} runs all the same, without `set -e`{unless}"))
        }
    };
    let is_sure = (swallowed.is_check || swallowed.is_unnoticed) && !may_stop;
    let severity = if is_sure { Severity::Warning } else { Severity::Hint };
    let place = script.place(semicolon.unwrap_or(command.part));
    let pushed = out.push_at(index, place, format!("{what}: {why}")).severity(severity);
    if semicolon.is_some() {
        pushed.related(item.absolute(script.place(command.part)), format!("`{name}` is here"));
    }
}

/// The `;` that ends a top-level element; `None` where a line break does.
fn semicolon_behind(script: &Script, element: usize) -> Option<Part> {
    let [element, next] = script.elements().get(element..element + 2)? else { return None };
    let gap = script.text().text().get(element.part.end as usize..next.part.start as usize)?;
    let before = gap.split_once(';').filter(|(before, _)| !before.contains('\n'))?.0;
    let start = element.part.end + before.len() as u32;
    Some(Part { start, end: start + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::found;
    check_rule!(SWALLOWED_FAILURE);

    #[test]
    fn installs_that_may_fail_unheard_are_found() {
        check(
            "
FROM debian:12
RUN apt-get update && apt-get install -y a || true
                    # ^^^^^^^^^^^^^^^^^^^^ a failure of `apt-get install` goes unnoticed: `|| true` swallows it
RUN pip install a || echo b && c
  # ^^^^^^^^^^^^^ the step goes on where `pip install` fails: `|| echo` swallows it
RUN apt-get install -y a && b; rm -rf c && apt-get clean
                           # ^ a failure of `apt-get install` goes unnoticed: what stands behind this `;` runs all the same, without `set -e`
RUN apk add aa; b; apk add c; d
            # ^ the step goes on where `apk add` fails: what stands behind this `;` runs all the same, without `set -e`
RUN <<E
npm install -g a
^^^^^^^^^^^^^^^^ the step goes on where `npm install` fails: the next command runs all the same, without `set -e`
b
E
",
        );
    }

    #[test]
    fn a_check_that_stops_nothing_is_found_at_its_semicolon() {
        check(
            "
FROM debian:12
RUN apk add a; echo b | sha512sum -c - && c; tar xf b
                                         # ^ the step goes on where `sha512sum` finds a wrong file: what stands behind this `;` runs all the same, without `set -e`
RUN gpg --verify b.asc; b
                    # ^ the step goes on where `gpg` finds a wrong file: what stands behind this `;` runs all the same, without `set -e`
",
        );
        check_none(
            "FROM debian:12\nRUN sha256sum -c a | grep -q OK; b\nRUN sha256sum a; gpg --import b; c\n",
        );
        check_none("FROM debian:12\nRUN set -e; sha256sum -c a; b\n");
    }

    #[test]
    fn it_is_a_hint_where_somebody_may_notice() {
        let (hint, warning) = ([Severity::Hint], [Severity::Warning]);
        for sure in ["apk add a; true", "apk add a; b; rm -f c", "sha256sum -c a; b", "apk add a; b || :"] {
            assert_eq!(severities(&format!("FROM alpine:3.22\nRUN {sure}\n")), warning, "{sure}");
        }
        for unsure in [
            "apk add a; b",
            "apk add a; echo b > /etc/a/c",
            "apk add a; rm b",
            "apk add a; true && b",
            "apk add a; if b; then true; fi",
            "apk add a; echo $(b)",
            "apk add npm; npm cache clean --force",
        ] {
            assert_eq!(severities(&format!("FROM alpine:3.22\nRUN {unsure}\n")), hint, "{unsure}");
        }
        assert_eq!(severities("FROM me/a\nRUN apk add a; true\n"), hint);
        assert_eq!(severities("FROM me/a\nSHELL [\"/bin/sh\", \"-c\"]\nRUN apk add a; true\n"), warning);
        assert_eq!(severities("FROM me/a\nRUN b && apk add a || true\n"), warning);
        let messages = found(&SWALLOWED_FAILURE, "FROM me/a\nRUN apk add a; true\n");
        assert!(messages[0].ends_with(", unless the SHELL of the base image stops at errors"));
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

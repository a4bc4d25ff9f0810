//! `cleanup-in-later-layer`

use crate::rules::merge::{Sees, merge};
use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::semantic::leftovers::{deletes, late_deletions, late_strip};
use crate::semantic::script_ends::may_hide;

declare_rule! {
    /// ## What it does
    /// Finds a step that deletes what an earlier step of the same file has put into its layer, or strips what an earlier layer
    /// holds.
    ///
    /// ## Why is this bad?
    /// It frees nothing. The earlier layer is shipped whole, and the deletion is one layer more; a stripped file is there
    /// twice.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM rockylinux:9
    /// RUN dnf install -y nginx
    /// RUN dnf clean all
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM rockylinux:9
    /// RUN dnf install -y nginx \
    ///     && dnf clean all
    /// ```
    ///
    /// ## Fix
    /// Merges the step with the RUN just before it, if that one made what is deleted, nothing lies between, and its end is
    /// surely reached.
    ///
    /// ## Silent
    /// In a stage that no image is built on. At caches and lists where the step itself may have filled them: with a package
    /// manager of its own, or with a program that is not known. At `apt-get clean`: apt keeps no downloads in the images of
    /// Debian and Ubuntu, so there is nothing to delete.
    pub(crate) static CLEANUP_IN_LATER_LAYER = {
        id: "cleanup-in-later-layer", group: Size, severity: Info, since: "0.1.0",
        also: [],
        check: Steps(takes_away, check),
        fix: Safe(fix),
    }
}

fn takes_away(instruction: &Instruction) -> bool {
    deletes(instruction) || late_strip(instruction).is_some()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps.iter().copied().filter(|index| ships(cx, *index) && model.has_posix_shell(*index)) {
        let Some(item) = file.item(index) else { continue };
        let strip = late_strip(&item.instruction).zip(Facts::of(&item.instruction));
        let part = strip.and_then(|(strip, facts)| Some((facts, facts.script.commands().get(strip)?.part)));
        if let Some((facts, part)) = part {
            let message = "this frees nothing: the file as it was stays in the layer below";
            out.push_at(index, facts.script.place(part), message);
        }
    }
    for deletion in late_deletions(file, model, steps) {
        let found = file.item(deletion.item).zip(file.item(deletion.made_by));
        let Some((item, maker)) = found.filter(|_| ships(cx, deletion.item)) else {
            continue;
        };
        let line = cx.document.line_number(maker.span().start);
        if let Some(facts) = Facts::of(&item.instruction) {
            let message = format!("this frees nothing: what it deletes stays in the layer of line {line}");
            out.push_at(deletion.item, facts.script.place(deletion.part), message);
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let deleting = file.items().iter().enumerate().filter(|(_, item)| deletes(&item.instruction));
    let all = late_deletions(file, model, &deleting.map(|(index, _)| index).collect::<Vec<_>>());
    let mut own = all.iter().filter(|deletion| deletion.item == finding.item);
    let is_next = own.clone().next().is_some() && own.all(|deletion| deletion.made_by + 1 == deletion.item);
    let facts_at = |index: usize| file.item(index).and_then(|item| Facts::of(&item.instruction));
    let deletes_only = || {
        let facts = facts_at(finding.item)?;
        let before = facts_at(finding.item.checked_sub(1)?)?;
        let is_hidden = |invocation: &Invocation| may_hide(before, &invocation.name);
        Some(is_without_state(facts) && !facts.invocations.iter().any(is_hidden))
    };
    if !is_next || deletes_only() != Some(true) {
        return Vec::new();
    }
    let fix =
        |edit| Fix::new("Merge with the `RUN` above, where it frees something", Safety::Safe, vec![edit]);
    merge(cx.document, finding.item, Sees::Nothing).map(fix).into_iter().collect()
}

/// Whether nothing in a RUN depends on the folder or the variables of the shell.
fn is_without_state(facts: &Facts) -> bool {
    facts.invocations.len() == facts.script.commands().len()
        && facts.invocations.iter().all(|invocation| {
            let is_package = facts.packages.iter().any(|package| package.command == invocation.command);
            let mut words =
                invocation.arguments(&facts.script).iter().map(|word| facts.script.str(word.part));
            match &*invocation.name {
                "rm" => words.all(|word| word.starts_with(['/', '-']) && !word.contains('$')),
                _ => is_package && words.all(|word| !word.contains('$')),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(CLEANUP_IN_LATER_LAYER);

    #[test]
    fn what_an_earlier_step_made_is_found_again() {
        check(
            "
FROM a
RUN apt-get update && apt-get install -y gcc=1 curl
COPY x /tmp/x
RUN curl -o /tmp/y b && wget c -O /tmp/z
RUN apt-get purge -y gcc && rm -rf /var/lib/apt/lists/* /tmp/x && rm /tmp/y && rm /tmp/q
  # ^^^^^^^^^^^^^^^^^^^^ this frees nothing: what it deletes stays in the layer of line 3
                                 # ^^^^^^^^^^^^^^^^^^^^ this frees nothing: what it deletes stays in the layer of line 3
                                                                   # ^^^^^^ this frees nothing: what it deletes stays in the layer of line 5
",
        );
    }

    #[test]
    fn what_is_stripped_late_is_found() {
        check(
            "
FROM golang:1.25
RUN go build -o /app .
RUN apk add --no-cache binutils && find / -name a -exec strip {} + && echo b
                                 # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this frees nothing: the file as it was stays in the layer below
RUN strip --strip-all /app
  # ^^^^^^^^^^^^^^^^^^^^^^ this frees nothing: the file as it was stays in the layer below
",
        );
        check_none("FROM a\nRUN make && strip b\nRUN $C && strip b\nRUN strip b -o c\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/b strip /b/c\n");
        check_none("FROM a AS x\nRUN strip /b\nFROM c\nCOPY --from=x /b /b\n");
        check_no_fix("FROM a\nRUN make\nRUN strip b\n");
    }

    #[test]
    fn through_stages_and_groups_of_packages_too() {
        check(
            "
FROM a AS b
RUN apk add --no-cache --virtual .c gcc
FROM b
RUN apk del .c
  # ^^^^^^^^^^ this frees nothing: what it deletes stays in the layer of line 3
",
        );
    }

    #[test]
    fn what_the_same_step_made_or_the_base_brought_is_silent() {
        check_none("FROM a\nRUN apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*\n");
        check_none("FROM a\nRUN rm -rf /var/lib/apt/lists/* && apk del b\n");
        check_none("FROM a\nRUN apk add --no-cache b\nRUN rm -rf /var/cache/apk/*\n");
        check_none("FROM a\nRUN apk add b && rm -rf /var/cache/apk/*\nRUN rm -rf /var/cache/apk/*\n");
        check_none("FROM a\nRUN apt-get update\nRUN rm -rf /var/lib/apt/lists/*\nFROM b\n");
        check_none(
            "FROM a\nRUN --mount=type=cache,target=/var/cache/dnf dnf install -y b\nRUN dnf clean all\n",
        );
    }

    #[test]
    fn what_the_step_may_have_brought_by_itself_is_silent() {
        let start = "FROM debian:12\nRUN apt-get update && apt-get install -y b\nRUN";
        for own in [
            "apt-get update && apt-get install -y $P && apt-get clean && rm -rf /var/lib/apt/lists/*",
            "if a; then apt-get update; fi; rm -rf /var/lib/apt/lists/*",
            "/a/install && rm -rf /var/lib/apt/lists/*",
            "$A && rm -rf /var/lib/apt/lists/*",
            "apt-get clean && rm -rf /var/cache/apt/*",
        ] {
            check_none(&format!("{start} {own}\n"));
        }
        check_none("FROM fedora:42\nRUN dnf install -y b\nRUN dnf upgrade -y && dnf clean all\n");
        check_none("FROM debian:12\nRUN if a; then apt-get update; fi\nRUN rm -rf /var/lib/apt/lists/*\n");
        check(
            "
FROM debian:12
RUN apt-get update
RUN apt-get install -y a
RUN apt-get clean && echo b && rm -rf /var/lib/apt/lists/*
                                    # ^^^^^^^^^^^^^^^^^^^^ this frees nothing: what it deletes stays in the layer of line 3
",
        );
    }

    #[test]
    fn only_a_deletion_right_behind_is_merged() {
        check_fix(
            "FROM a\nRUN cd /x && apt-get update && \\\n  b\n\n# c\nRUN rm -rf /var/lib/apt/lists/*\n",
            "FROM a\nRUN cd /x && apt-get update && \\\n  b && \\\n  # c\n  rm -rf /var/lib/apt/lists/*\n",
        );
        check_no_fix("FROM a\nRUN apt-get update\nUSER b\nRUN rm -rf /var/lib/apt/lists/*\n");
        check_no_fix("FROM a\nRUN apt-get update\nRUN rm -rf /var/lib/apt/lists/* && b\n");
        check_no_fix("FROM a\nRUN apt-get update\nRUN rm -rf /var/lib/apt/lists/* $b\n");
        check_no_fix("FROM a\nRUN apt-get update || true\nRUN rm -rf /var/lib/apt/lists/*\n");
        for before in [
            "if b; then exit 0; fi",
            "for b in c; do return; done",
            "{ eval \"exit 0\"; }",
            "rm() { b; }; rm",
            "b; alias rm=b; c",
            "PATH=/b && c",
        ] {
            check_no_fix(&format!(
                "FROM a\nRUN apt-get update && {before}\nRUN rm -rf /var/lib/apt/lists/*\n"
            ));
        }
        check_no_fix("FROM a\nRUN --network=host apt-get update\nRUN rm -rf /var/lib/apt/lists/*\n");
    }
}

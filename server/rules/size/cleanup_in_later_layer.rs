//! `cleanup-in-later-layer`

use crate::context::view::View;
use crate::rules::Severity;
use crate::rules::bind_mount::mount_instead;
use crate::rules::copied_weight::{TRIVIAL, copied_weight};
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
    /// A file that a COPY brings for one RUN, which removes it, is mounted for that RUN instead, as a suggestion:
    /// ```dockerfile,bad
    /// FROM python:3.13
    /// COPY requirements.txt /tmp/
    /// RUN pip install --no-cache-dir -r /tmp/requirements.txt && rm /tmp/requirements.txt
    /// ```
    /// ```dockerfile,fixed
    /// # syntax=docker/dockerfile:1
    /// FROM python:3.13
    /// RUN --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt pip install --no-cache-dir -r /tmp/requirements.txt
    /// ```
    /// That is offered where the commands that are given the file are known to read it and no more, and nothing else could miss it:
    /// no RUN lies between, the COPY has no flag but `--from`, and the folder is there without it. A script has to be in the
    /// build context, and to take nothing away where it lies. BuildKit drops what is written into a mount.
    ///
    /// ## Severity
    /// A hint for files of the build context that are known to weigh next to nothing: there is nothing to free.
    ///
    /// ## Silent
    /// In a stage that no image is built on. At caches and lists where the step itself may have filled them: with a package
    /// manager of its own, or with a program that is not known. At `apt-get clean`: apt keeps no downloads in the images of
    /// Debian and Ubuntu, so there is nothing to delete.
    pub(crate) static CLEANUP_IN_LATER_LAYER = {
        id: "cleanup-in-later-layer", group: Size, severity: Info, since: "0.1.0",
        also: [],
        check: ContextSteps(takes_away, check),
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
    let view = View::new(cx.context);
    for deletion in late_deletions(file, model, steps) {
        let found = file.item(deletion.item).zip(file.item(deletion.made_by));
        let Some((item, maker)) = found.filter(|_| ships(cx, deletion.item)) else {
            continue;
        };
        let weight = copied_weight(cx, &view, deletion.made_by);
        let is_light = weight.is_some_and(|weight| weight < TRIVIAL);
        let severity = if is_light { Severity::Hint } else { CLEANUP_IN_LATER_LAYER.severity };
        let line = cx.document.line_number(maker.span().start);
        if let Some(facts) = Facts::of(&item.instruction) {
            let message = format!("this frees nothing: what it deletes stays in the layer of line {line}");
            out.push_at(deletion.item, facts.script.place(deletion.part), message).severity(severity);
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let deleting = file.items().iter().enumerate().filter(|(_, item)| deletes(&item.instruction));
    let all = late_deletions(file, model, &deleting.map(|(index, _)| index).collect::<Vec<_>>());
    let mut own = all.iter().filter(|deletion| deletion.item == finding.item);
    let mounted = || {
        let item = file.item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let is_it = |part: Part| item.absolute(facts.script.place(part)) == finding.span;
        let deletion = all.iter().find(|deletion| deletion.item == finding.item && is_it(deletion.part))?;
        mount_instead(cx, finding.item, deletion.command)
    };
    let is_next = own.clone().next().is_some() && own.all(|deletion| deletion.made_by + 1 == deletion.item);
    let facts_at = |index: usize| file.item(index).and_then(|item| Facts::of(&item.instruction));
    let deletes_only = || {
        let facts = facts_at(finding.item)?;
        let before = facts_at(finding.item.checked_sub(1)?)?;
        let is_hidden = |invocation: &Invocation| may_hide(before, &invocation.name);
        Some(is_without_state(facts) && !facts.invocations.iter().any(is_hidden))
    };
    if !is_next || deletes_only() != Some(true) {
        return mounted().into_iter().collect();
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
    fn what_was_built_cloned_and_installed_in_the_folder_is_found() {
        check(
            "
FROM rust:1.90
WORKDIR /a
RUN cargo build --release && npm ci --omit=dev
RUN git clone https://b/c.git && git clone https://b/d /d
RUN cp target/release/e /e && rm -rf ./target/
                                   # ^^^^^^^^^ this frees nothing: what it deletes stays in the layer of line 4
WORKDIR /
RUN rm -rf a/c && rm -rf /d && rm -r a/node_modules
         # ^^^ this frees nothing: what it deletes stays in the layer of line 5
                       # ^^ this frees nothing: what it deletes stays in the layer of line 5
                                   # ^^^^^^^^^^^^^^ this frees nothing: what it deletes stays in the layer of line 4
",
        );
        let stage = |text: &str| check_none(&format!("FROM rust:1.90\nWORKDIR /a\n{text}\n"));
        stage("RUN cargo build && rm -rf target");
        stage("RUN --mount=type=cache,target=/a/target cargo build\nRUN rm -rf target");
        stage("RUN cargo build --target-dir /t\nRUN rm -rf target");
        stage("ENV CARGO_TARGET_DIR=/t\nRUN cargo build\nRUN rm -rf target");
        stage("RUN cd b && cargo build\nRUN rm -rf target");
        stage("RUN cargo build\nRUN cd b && rm -rf target");
        stage("RUN cargo build\nWORKDIR b\nRUN rm -rf target ../target");
        stage("RUN git clone https://b/c d\nRUN rm -rf c $d");
        stage("RUN npm install -g b\nRUN rm -rf node_modules");
    }

    #[test]
    fn what_weighs_nothing_is_a_hint() {
        let with = |bytes: usize| {
            let script = "b".repeat(bytes);
            severities(&format!(
                "#- b.sh\n{script}\n#- Dockerfile\nFROM a\nCOPY b.sh /tmp/b.sh\nRUN /tmp/b.sh && rm /tmp/b.sh\n"
            ))
        };
        assert_eq!((with(9), with(70_000)), (vec![Severity::Hint], vec![Severity::Info]));
    }

    #[test]
    fn what_is_copied_by_name_and_deleted_by_its_ending_is_found() {
        check(
            "
FROM a
COPY --from=b /c/d.deb e.txt /tmp/
RUN dpkg -i /tmp/*.deb && rm /tmp/*.deb
                           # ^^^^^^^^^^ this frees nothing: what it deletes stays in the layer of line 3
",
        );
        check_none("FROM a\nCOPY d.deb /tmp/\nRUN rm /tmp/*.rpm /b/*.deb\n");
    }

    #[test]
    fn what_developers_need_and_is_pruned_later_is_found() {
        check(
            "
FROM node:22
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev
                   # ^^^^^^^^^^^^^^^^^^^^ this frees nothing: what it deletes stays in the layer of line 3
",
        );
        check_none("FROM node:22\nRUN npm ci && npm run build && npm prune --omit=dev\n");
        check_none("FROM node:22\nRUN npm ci --omit=dev\nRUN npm prune --omit=dev\n");
        check_none("FROM node:22\nRUN npm ci\nRUN npm prune\n");
        check_none(
            "FROM node:22 AS b\nRUN npm ci\nRUN npm prune --production\nFROM node:22\nCOPY --from=b /a /a\n",
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

    const SYNTAX: &str = "# syntax=docker/dockerfile:1\n";

    #[track_caller]
    fn mounted(before: &str, after: &str) {
        let fix = check_fix(&format!("{SYNTAX}FROM a\n{before}"), &format!("{SYNTAX}FROM a\n{after}"));
        assert_eq!(fix.safety, Safety::Suggested);
    }

    #[test]
    fn what_is_copied_for_one_step_is_mounted() {
        let mount = "--mount=type=bind,source=x.txt,target=/tmp/x.txt";
        mounted(
            "COPY ./x.txt /tmp/\nENV B=c\nRUN cat /tmp/x.txt >/d && rm /tmp/x.txt\n",
            &format!("ENV B=c\nRUN {mount} cat /tmp/x.txt >/d\n"),
        );
        mounted(
            "# b\nCOPY x.txt /tmp/x.txt\nRUN --network=none sed -e 's/{a}/b/g' /tmp/x.txt >/d \\\n  && rm -f /tmp/x.txt /tmp/c \\\n  && e\n",
            &format!(
                "# b\nRUN {mount} --network=none sed -e 's/{{a}}/b/g' /tmp/x.txt >/d \\\n  && rm -f /tmp/c \\\n  && e\n"
            ),
        );
        mounted(
            "COPY --from=b /c/d.whl /tmp/\nRUN pip install --no-cache-dir /tmp/d.whl && rm /tmp/d.whl\n",
            "RUN --mount=type=bind,from=b,source=/c/d.whl,target=/tmp/d.whl pip install --no-cache-dir /tmp/d.whl\n",
        );
        mounted(
            "COPY b.c /\nCOPY x.txt /tmp/\nRUN cp /tmp/x.txt /b.c /d && rm /tmp/x.txt /b.c\n",
            &format!("RUN {mount} --mount=type=bind,source=b.c,target=/b.c cp /tmp/x.txt /b.c /d\n"),
        );
    }

    #[test]
    fn what_a_mount_would_not_stand_is_left() {
        let copy = "COPY x.txt /tmp/";
        for (copy, run) in [
            (copy, "rm /tmp/x.txt"),
            (copy, "sed -i s/a/b/ /tmp/x.txt && cat /tmp/x.txt && rm /tmp/x.txt"),
            (copy, "cat /tmp/x.txt && mv /tmp/x.txt /b && rm /tmp/x.txt"),
            (copy, "b /tmp/x.txt && rm /tmp/x.txt"),
            (copy, "cat </tmp/x.txt && rm /tmp/x.txt"),
            (copy, "cat /tmp/x.txt && cd /tmp && cat x.txt && rm /tmp/x.txt"),
            (copy, "cat /tmp/x.txt && rm -rf /tmp/x.txt"),
            (copy, "cat /tmp/x.txt && rm /tmp/x.txt /tmp/*"),
            (copy, "cat /tmp/x.txt && rm /tmp/x.txt && chmod -R a+r /tmp"),
            (copy, "cat /tmp/x.txt && rm /tmp/x.txt && rm \"$A\""),
            (copy, "cp -p /tmp/x.txt /b && rm /tmp/x.txt"),
            (copy, "$A && cat /tmp/x.txt && rm /tmp/x.txt"),
            (copy, "cat /tmp/x.txt && rm /tmp/x.txt || true"),
            (copy, "--mount=type=tmpfs,target=/tmp cat /tmp/x.txt && rm /tmp/x.txt"),
            ("COPY --chmod=600 x.txt /tmp/", "cat /tmp/x.txt && rm /tmp/x.txt"),
            ("COPY --from=0 x.txt /tmp/", "cat /tmp/x.txt && rm /tmp/x.txt"),
            ("ARG A=b\nCOPY $A/x.txt /tmp/", "cat /tmp/x.txt && rm /tmp/x.txt"),
            ("COPY x.txt y /tmp/", "cat /tmp/x.txt && rm /tmp/x.txt"),
            ("COPY x.txt /b/", "cat /b/x.txt && rm /b/x.txt"),
            ("ADD x.txt /tmp/", "cat /tmp/x.txt && rm /tmp/x.txt"),
            ("COPY x.txt /tmp/\nRUN c", "cat /tmp/x.txt && rm /tmp/x.txt"),
            ("COPY x.txt /tmp/\nCOPY d /tmp/", "cat /tmp/x.txt && rm /tmp/x.txt"),
            ("# hadolint ignore=DL3045\nCOPY x.txt /tmp/", "cat /tmp/x.txt && rm /tmp/x.txt"),
        ] {
            check_no_fix(&format!("{SYNTAX}FROM a\n{copy}\nRUN {run}\n"));
        }
        check_no_fix("# syntax=b/c:1\nFROM a\nCOPY x.txt /tmp/\nRUN cat /tmp/x.txt && rm /tmp/x.txt\n");
    }

    #[test]
    fn a_script_is_mounted_where_it_is_seen_to_take_nothing_away() {
        let start = format!("#- Dockerfile\n{SYNTAX}FROM a\n");
        let copied = "COPY b/x.sh /tmp/\nRUN chmod +x /tmp/x.sh && /tmp/x.sh c && rm -f /tmp/x.sh\n";
        let mount = "--mount=type=bind,source=b/x.sh,target=/tmp/x.sh,rw";
        let mounted = format!("RUN {mount} chmod +x /tmp/x.sh && /tmp/x.sh c\n");
        let script =
            "#- b/x.sh\n#!/usr/bin/env bash\napt-get update\n# rm -rf /tmp\nrm -rf /var/lib/apt/lists/*\n";
        check_fix(&format!("{start}{copied}{script}"), &format!("{start}{mounted}{script}"));
        check_no_fix(&format!("{SYNTAX}FROM a\n{copied}"));
        for line in ["rm -rf /tmp/*", "rm -- \"$0\"", "cd /tmp; rm *", "echo x.sh", "find /tmp -delete"] {
            check_no_fix(&format!("{start}{copied}#- b/x.sh\n#!/bin/sh\n{line}\n"));
        }
        check_no_fix(&format!("{start}{copied}#- b/x.sh\n#!/usr/bin/python3\n"));
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

//! `install-without-update`

use crate::rules::prelude::*;
use crate::semantic::package_lists::{Cause, may_lack_lists, without_lists};

declare_rule! {
    /// ## What it does
    /// Finds an install with apt where there are no package lists: an earlier step removed them, or none has fetched
    /// them and the base image is known to hold none.
    ///
    /// A step whose doings are not known (a script, an image that is no official one) may have fetched them, and
    /// nothing is said.
    ///
    /// ## Why is this bad?
    /// apt finds no package, and the build ends with "Unable to locate package".
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get install -y --no-install-recommends curl
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    pub(crate) static INSTALL_WITHOUT_UPDATE = {
        id: "install-without-update", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(may_lack_lists, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let file = cx.document.file();
    for found in without_lists(file, cx.document.model(), steps) {
        let facts = file.item(found.item).and_then(|item| Facts::of(&item.instruction));
        let verb = facts.and_then(|facts| {
            let package = facts.packages.get(found.package)?;
            Some((facts, package, package.words(&facts.script).get(package.verb)?))
        });
        let Some((facts, package, verb)) = verb else {
            continue;
        };
        let cause = match found.cause {
            Cause::NeverFetched => "the base image has none, and no step fetches them".to_owned(),
            Cause::Removed { item, command } if item == found.item => {
                format!("`{}` above removed them", command_name(cx, item, command))
            }
            Cause::Removed { item, command } => {
                format!("line {} removed them, and no step fetches them again", line(cx, item, command))
            }
        };
        let name = package.name(&facts.script);
        out.push_at(
            found.item,
            facts.script.place(verb.part),
            format!("`{name}` finds no package lists: {cause}"),
        );
    }
}

/// The 1-based line of a command.
fn line(cx: &Cx<'_>, item: usize, command: usize) -> u32 {
    let place = cx.document.file().item(item).and_then(|item| {
        let facts = Facts::of(&item.instruction)?;
        Some(item.absolute(facts.script.place(facts.script.commands().get(command)?.part)).start)
    });
    cx.document.line_number(place.unwrap_or(0))
}

/// The program of a command.
fn command_name(cx: &Cx<'_>, item: usize, command: usize) -> String {
    let facts = cx.document.file().item(item).and_then(|item| Facts::of(&item.instruction));
    let name = facts.and_then(|facts| facts.invocation_of(command).map(|found| &*found.name));
    name.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(INSTALL_WITHOUT_UPDATE);

    #[test]
    fn lists_that_were_removed_are_missing_also_in_a_child() {
        check(
            "
FROM me/base AS a
RUN apt-get update && apt-get install -y x \\
  && rm -rf /var/lib/apt/lists/*
FROM a
RUN sudo apt install -y y
           # ^^^^^^^ `apt install` finds no package lists: line 4 removed them, and no step fetches them again
RUN apt-get install -y z
",
        );
        check(
            "FROM me/base\nRUN apt-get distclean && apt-get install -y y\n                                 ^^^^^^^ `apt-get install` finds no package lists: `apt-get` above removed them\n",
        );
    }

    #[test]
    fn a_base_image_without_lists_is_known() {
        check(
            "FROM ubuntu\nRUN apt-get install -y curl\n          # ^^^^^^^ `apt-get install` finds no package lists: the base image has none, and no step fetches them\n",
        );
        check(
            "FROM node:22\nRUN mkdir /a && apt-get install -y git vim\n                      # ^^^^^^^ `apt-get install` finds no package lists: the base image has none, and no step fetches them\n",
        );
        check_none("FROM me/ubuntu\nRUN apt-get install -y curl\n");
        check_none("FROM node:22-alpine\nRUN apt-get install -y curl\n");
        // A digest alone does not say which variant it is.
        check_none("FROM node@sha256:ab\nRUN apt-get install -y vim\n");
    }

    #[test]
    fn what_is_there_needs_no_lists() {
        check_none("FROM debian:12\nRUN apt-get install --update -y curl && apt-get install -y vim\n");
        check_none("FROM node:22\nRUN apt-get install -y git libssl-dev\n");
        check_none("FROM debian:12\nRUN apt-get install -y tar ./a.deb /b/c $X && apt-get -s install curl\n");
        check_none(
            "FROM a\nRUN apt-get update && apt-get install -y x && rm -r /var/lib/apt/lists\nRUN apt-get install x=1\n",
        );
    }

    #[test]
    fn behind_the_unknown_nothing_is_said() {
        check_none("FROM debian:12\nRUN curl a | bash -\nRUN apt-get install -y curl\n");
        check_none("FROM debian:12\nRUN ./setup && apt-get install -y curl\n");
        check_none("FROM debian:12\nRUN $X\nRUN apt-get install -y curl\n");
        check_none("FROM debian:12\nRUN <<E\n#!/usr/bin/python\nE\nRUN apt-get install -y curl\n");
        check_none("FROM debian:12\nCOPY --from=a / /\nRUN apt-get install -y curl\n");
        check_none(
            "FROM debian:12\nRUN apt-get install -y curl || (apt-get update && apt-get install -y curl)\n",
        );
        check_none("FROM debian:12\nRUN if a; then apt-get update; fi\nRUN apt-get install -y curl\n");
        check_none(
            "FROM a\nRUN if [ -n a ]; then rm -rf /var/lib/apt/lists/*; fi\nRUN apt-get install -y curl\n",
        );
        check_none("FROM a\nRUN rm -rf /var/lib/{apt,dpkg}\nRUN apt-get install -y curl\n");
    }

    #[test]
    fn a_mount_over_the_lists_hides_those_of_the_layers() {
        check_none(
            "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\n\
             RUN --mount=type=cache,target=/var/lib/apt apt-get install -y curl\n",
        );
        check(
            "
FROM debian:12
RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update
RUN apt-get install -y curl
          # ^^^^^^^ `apt-get install` finds no package lists: the base image has none, and no step fetches them
",
        );
    }
}

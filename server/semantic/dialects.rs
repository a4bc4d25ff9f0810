//! Which shell reads the shell text of an instruction, as far as that is known: by SHELL and comments, by what is to
//! read a heredoc, and by what the base image has as `/bin/sh`.

use super::Model;
use super::environment::Shell;
use crate::knowledge::images::{self, BinSh};
use crate::syntax::Script;

/// A shell that reads POSIX shell text, with what it adds to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Some `/bin/sh`: which one is not known.
    Sh,
    /// dash.
    Dash,
    /// The ash of BusyBox.
    Ash,
    /// bash, also as `/bin/sh`.
    Bash,
    /// ksh.
    Ksh,
    /// zsh.
    Zsh,
}

impl Dialect {
    fn named(program: &str) -> Option<Dialect> {
        match program {
            "sh" => Some(Dialect::Sh),
            "dash" => Some(Dialect::Dash),
            "ash" => Some(Dialect::Ash),
            "bash" => Some(Dialect::Bash),
            "ksh" => Some(Dialect::Ksh),
            "zsh" => Some(Dialect::Zsh),
            _ => None,
        }
    }
}

impl Model {
    /// The shell that reads the shell text of the instruction `item`; `None` where it is none that reads POSIX shell text,
    /// and before the first FROM.
    pub fn dialect(&self, item: usize, script: &Script) -> Option<Dialect> {
        let environment = self.environment_at(item)?;
        let Shell::Posix(program, _) = &*environment.shell else {
            return None;
        };
        let own = script.interpreter().and_then(|interpreter| Dialect::named(interpreter.name()));
        let dialect = own.or_else(|| Dialect::named(program))?;
        if dialect != Dialect::Sh || environment.replaces_sh {
            return Some(dialect);
        }
        let of_image = self.base_image(item).and_then(|base| base.shell);
        Some(match of_image.or_else(|| self.likely_sh(item, environment.sh_of_manager)) {
            Some(BinSh::Dash) => Dialect::Dash,
            Some(BinSh::Ash) => Dialect::Ash,
            Some(BinSh::Bash) => Dialect::Bash,
            Some(BinSh::None) | None => Dialect::Sh,
        })
    }

    /// What `/bin/sh` is in an image that is not known, by its tag and by the package manager of a step; `None` where they do
    /// not agree.
    fn likely_sh(&self, item: usize, of_manager: Option<BinSh>) -> Option<BinSh> {
        let tag = self.root_stage(item).and_then(|stage| stage.image()?.tag());
        match (tag.and_then(images::shell_of_tag), of_manager) {
            (Some(of_tag), Some(of_manager)) => Some(of_tag).filter(|of_tag| *of_tag == of_manager),
            (of_tag, of_manager) => of_tag.or(of_manager),
        }
    }
}

/// Whether a text may put another shell in the place of `/bin/sh`.
pub(super) fn replaces_sh(source: &str) -> bool {
    source.contains("/bin/sh") && source.contains("ln ")
        || source.contains("dpkg-reconfigure") && source.contains("dash")
        || source.contains("dash/sh")
}

/// What `/bin/sh` is where a RUN can use the package manager that it uses; `None` where it uses several, asks which one is
/// there, or uses one of which that is not known: apt works with rpm too.
/// Source: the distributions that come with it, see `knowledge::images`.
pub(super) fn sh_of_managers(source: &str) -> Option<BinSh> {
    const QUESTIONS: [&str; 6] = ["command -v", "which ", "type ", "if ", "case ", "apt"];
    let is_verb = |word: &str| {
        word.starts_with('-') || matches!(word, "add" | "in" | "install" | "ref" | "update" | "upgrade")
    };
    let words = || source.split_whitespace();
    let pairs = words().zip(words().skip(1)).filter(|(_, verb)| is_verb(verb));
    let mut told = pairs.filter_map(|(program, _)| match program {
        "apk" => Some(BinSh::Ash),
        "dnf" | "microdnf" | "pacman" | "tdnf" | "yum" | "zypper" => Some(BinSh::Bash),
        _ => None,
    });
    let first = told.next()?;
    let is_sure = told.all(|sh| sh == first) && !QUESTIONS.iter().any(|question| source.contains(question));
    is_sure.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::semantic::facts::Facts;

    fn last(text: &str) -> Option<Dialect> {
        let document = Document::new(text);
        let (index, item) = document.file().items().iter().enumerate().next_back()?;
        let facts = Facts::of(&item.instruction)?;
        document.model().dialect(index, &facts.script)
    }

    #[test]
    fn the_base_image_says_what_sh_is() {
        assert_eq!(last("FROM debian:12\nRUN a\n"), Some(Dialect::Dash));
        assert_eq!(last("FROM alpine:3.20 AS x\nFROM x\nRUN a\n"), Some(Dialect::Ash));
        assert_eq!(last("FROM fedora:41\nRUN a\n"), Some(Dialect::Bash));
        assert_eq!(last("FROM me/app\nRUN a\n"), Some(Dialect::Sh));
    }

    #[test]
    fn of_an_image_that_is_not_known_the_tag_and_the_package_manager_tell() {
        for (steps, dialect) in [
            ("FROM me/app:1.2-alpine\nRUN a\n", Dialect::Ash),
            ("FROM me/app:1.2-bookworm\nRUN a\n", Dialect::Dash),
            ("FROM me/app:ubi9\nRUN a\n", Dialect::Bash),
            ("FROM me/app:1.2\nRUN apk add --no-cache b\nRUN a\n", Dialect::Ash),
            ("FROM me/app\nRUN b && \\\n microdnf -y install c\nRUN a\n", Dialect::Bash),
            ("FROM me/app AS x\nRUN yum install -y c\nFROM x\nRUN a\n", Dialect::Bash),
            ("FROM me/app\nRUN apt-get install -y b\nRUN a\n", Dialect::Sh),
            ("FROM me/app\nRUN which apk && apk add b\nRUN a\n", Dialect::Sh),
            ("FROM me/app\nRUN apk add b || dnf install b\nRUN a\n", Dialect::Sh),
            ("FROM me/app:alpine\nRUN yum install -y b\nRUN a\n", Dialect::Sh),
            ("FROM debian:12\nRUN apk add b\nRUN a\n", Dialect::Dash),
            ("FROM me/app:alpine\nRUN ln -sf /bin/bash /bin/sh\nRUN a\n", Dialect::Sh),
        ] {
            assert_eq!(last(steps), Some(dialect), "{steps}");
        }
    }

    #[test]
    fn shell_comments_and_the_first_line_of_a_heredoc_say_more() {
        assert_eq!(last("FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\nRUN a\n"), Some(Dialect::Bash));
        assert_eq!(last("# hadolint shell=ksh\nFROM debian:12\nRUN a\n"), Some(Dialect::Ksh));
        assert_eq!(last("FROM debian:12\nRUN <<E\n#!/usr/bin/env -S bash -e\na\nE\n"), Some(Dialect::Bash));
        assert_eq!(last("FROM debian:12\nRUN <<E\n#!/bin/sh\na\nE\n"), Some(Dialect::Dash));
        assert_eq!(last("FROM debian:12\nRUN <<E bash -e\na\nE\n"), Some(Dialect::Bash));
        assert_eq!(last("FROM debian:12\nRUN cat <<E | bash\na\nE\n"), Some(Dialect::Dash));
    }

    #[test]
    fn who_replaces_sh_leaves_it_open() {
        assert_eq!(last("FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\nRUN a\n"), Some(Dialect::Sh));
        assert_eq!(last("FROM debian:12\nRUN ln -s /bin/bash /x\nRUN a\n"), Some(Dialect::Dash));
    }

    #[test]
    fn what_is_no_posix_shell_has_none() {
        assert_eq!(last("FROM a\nSHELL [\"pwsh\", \"-c\"]\nRUN a\n"), None);
        assert_eq!(last("# escape=`\nFROM a\nRUN a\n"), None);
        assert_eq!(last("FROM mcr.microsoft.com/windows/nanoserver:1809\nRUN a\n"), None);
    }
}

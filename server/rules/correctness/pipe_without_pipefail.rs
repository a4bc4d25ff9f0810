//! `pipe-without-pipefail`

use crate::knowledge::images::BinSh;
use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::semantic::environment::Shell;
use crate::semantic::pipes;

declare_rule! {
    /// ## What it does
    /// Finds a pipe in a RUN whose left side may fail, under a shell that looks at the right side only.
    ///
    /// ## Why is this bad?
    /// The step succeeds although half of it failed: `curl … | sort > names` leaves an empty file, `curl … | sh` runs half a
    /// script, and the layer is kept in the cache.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN wget -qO - https://example.org/names | sort > /names
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// SHELL ["/bin/bash", "-o", "pipefail", "-c"]
    /// RUN wget -qO - https://example.org/names | sort > /names
    /// ```
    /// ```dockerfile,good
    /// FROM alpine:3.20
    /// RUN set -o pipefail && wget -qO - https://example.org/names | sort > /names
    /// ```
    ///
    /// ## Fix
    /// Says above the first such RUN of the stage which shell is meant: bash where the base image is known to have it, ash
    /// of Alpine. dash, which is `/bin/sh` in Debian and Ubuntu, has had no `pipefail` before 0.5.13. It is not offered
    /// where that would change more: below are shell forms of CMD, ENTRYPOINT or HEALTHCHECK, pipes that
    /// end before their left side does (`yes |`, `| head`, `| grep -q`) or whose left side may fail without a mistake
    /// (`grep … |`, `xargs … |`), or an `echo` of backslashes, which
    /// dash replaces and bash does not.
    ///
    /// ## Severity
    /// A hint, where all that may fail only looks at what is there or picks lines (`find`, `ls`, `cat`, `grep`, `sort`, …), or
    /// says which version it is.
    ///
    /// ## Silent
    /// Where the RUN itself, or the SHELL of this stage or of the one it is built on, says `pipefail`, also that of an image which
    /// is known to have one (`cimg/…`, `quay.io/jupyter/…`, `bitnami/…`, `apache/airflow`); where the left side is
    /// `echo`, `printf`, `yes` or `true`, or `printenv`, `id` and the like without arguments, or a filter that reads another pipe (`cut`, `head`, `sed`, `tr`, …); in a condition; and before `|| true`.
    ///
    /// Where the right side fails by itself of an empty input and of one that ends too early: `tar x` and `tar t`, with and
    /// without compression, `gzip -d`, `bzip2 -d`, `zstd -d`, `gpg --dearmor`, `gpg --import`, `apt-key add`, `git apply`, and
    /// `grep -q`, which has to see what it looks for, as has a `grep` at the end whose findings nobody keeps. Before `sha256sum -c` and the like, which refuse an empty list and take
    /// what is left of a short one, only where the left side picks lines of a file. They have to be the end of the
    /// pipe: the failure of the `gpg` in `curl … | gpg --dearmor | tee a.gpg` goes unnoticed.
    ///
    /// In a `$(…)` among the words of a command, in a test and behind `for … in`: there nobody asks how it ended, with
    /// `pipefail` or without. In `A=$(… | …)` the assignment does; it is left alone where a test behind it reads `$A`, or `wget` or
    /// `curl -f` an address with `$A` in its path.
    ///
    /// ## hadolint
    /// It names all of these too: it asks for `pipefail` before any pipe.
    pub(crate) static PIPE_WITHOUT_PIPEFAIL = {
        id: "pipe-without-pipefail", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL4006"],
        options: [RuleOption::switch(
            EVERY_PIPE,
            "whether to find every RUN with a pipe and without `pipefail`, as hadolint does, whatever the pipe \
             joins.",
        )],
        check: Run(check),
        only: has_no_pipefail,
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    if instruction.ast().kind != Kind::Run || instruction.source().contains("pipefail") {
        return;
    }
    // One for all, and the worst one: they are mended together.
    let mut unheard = pipes::unheard(facts).peekable();
    let first = unheard.peek().copied();
    let fallible = unheard.find(|index| !pipes::only_looks(facts, *index));
    let Some(command) = fallible.or(first).and_then(|index| facts.script.commands().get(index)) else {
        if let Some(command) = pipes::first(facts) {
            let message = "a pipe without `pipefail` ends as its last command does";
            out.push(facts.script.place(command.part), message).where_asked(EVERY_PIPE);
        }
        return;
    };
    let severity = if fallible.is_some() { PIPE_WITHOUT_PIPEFAIL.severity } else { Severity::Hint };
    // What is assigned before the program does not fail.
    let program = command.words.first().map_or(command.part, |word| word.part);
    let written = shown(facts.script.str(program).split_whitespace().next().unwrap_or_default());
    let message = format!("a failure of `{written}` goes unnoticed before this pipe without `pipefail`");
    out.push(facts.script.place(command.part), message).severity(severity);
}

/// The option that asks for `pipefail` before pipes without which nothing goes unnoticed, too.
const EVERY_PIPE: &str = "every-pipe";

fn has_no_pipefail(cx: &Cx<'_>, item: usize) -> bool {
    match cx.document.model().environment_at(item).map(|environment| &*environment.shell) {
        Some(Shell::Posix(_, options)) => !options.iter().any(|option| option.contains("pipefail")),
        _ => false,
    }
}

/// Each fix looks at every step of its stage: in a longer stage than anybody writes there is none.
const MOST_STEPS: usize = 500;

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let edit = || {
        let stage = model.stage_at(finding.item).filter(|stage| !model.is_base(stage.index))?;
        let environment = model.environment_at(finding.item).filter(|found| !found.has_own_shell)?;
        if *environment.shell != Shell::default_posix() {
            return None;
        }
        let base = model.base_image(finding.item)?;
        let is_alpine = base.release.as_ref().is_some_and(|release| release.family.id == "alpine");
        let shell = match base.shell {
            _ if base.has_bash == Some(true) => "/bin/bash",
            Some(BinSh::Ash) if is_alpine => "/bin/ash",
            _ => return None,
        };
        let items = file.items().get(stage.items.clone()).filter(|items| items.len() <= MOST_STEPS)?;
        let found = file.item(finding.item)?;
        // SHELL says nothing to the shell that reads a heredoc.
        if Facts::of(&found.instruction)?.script.interpreter().is_some() {
            return None;
        }
        let is_found = |item: &&Item| {
            let facts = Facts::of(&item.instruction);
            let is_run = item.instruction.ast().kind == Kind::Run;
            let is_named = std::ptr::eq(*item, found);
            is_named
                || is_run
                    && !item.instruction.source().contains("pipefail")
                    && facts.is_some_and(|facts| pipes::unheard(facts).next().is_some())
        };
        let first = items.iter().position(|item| is_found(&item))?;
        let may_echo = shell == "/bin/ash" || base.shell == Some(BinSh::Bash);
        let minds = |item: &Item| pipes::minds_pipefail(&item.instruction, may_echo);
        if items.get(first..)?.iter().any(minds) {
            return None;
        }
        let item = items.get(first)?;
        // What is said above the RUN is said about it.
        let above = item.instruction.comments().first().map(|comment| item.absolute(comment.clone()).start);
        let text = format!("SHELL [\"{shell}\", \"-o\", \"pipefail\", \"-c\"]");
        let edit =
            Edit::insert(above.unwrap_or(item.span().start), format!("{text}{}", item.instruction.newline()));
        Some(Fix::new(format!("Add `{text}`"), Safety::Suggested, vec![edit]))
    };
    edit().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(PIPE_WITHOUT_PIPEFAIL);

    #[test]
    fn what_reads_sums_does_not_hear_of_half_a_download() {
        check(
            "FROM a\nRUN curl b | sha256sum -c\n  # ^^^^^^ a failure of `curl` goes unnoticed before this pipe without `pipefail`\n",
        );
    }

    #[test]
    fn what_the_image_has_set_counts() {
        for image in
            ["cimg/base:2026.01", "quay.io/jupyter/base-notebook", "bitnami/node:24", "apache/airflow:3.1.0"]
        {
            check_none(&format!("FROM {image}\nRUN curl b | sha256sum > c\n"));
        }
        check_none("FROM mambaorg/micromamba:2 AS a\nFROM a\nRUN curl b | sha256sum > c\n");
        check(
            "FROM bitnami/minideb:bookworm\nRUN curl b | sha256sum > c\n  # ^^^^^^ a failure of `curl` goes unnoticed before this pipe without `pipefail`\n",
        );
    }

    #[test]
    fn what_fails_of_half_an_input_hears_of_it() {
        for pipe in [
            "curl b | tar xz",
            "curl b | sudo tar -xzf - -C /c",
            "curl b | (cd /c && tar x)",
            "curl b | { tar x; }",
            "curl b | (cd /c; tar x)",
            "curl b | gunzip | tar x",
            "curl b | tee c | apt-key add -",
            "wget -qO- b | gpg --dearmor -o /c",
            "a b | grep -q c",
            "a b | grep -E c && d | grep e > /dev/null",
        ] {
            check_none(&format!("FROM a\nRUN {pipe}\n"));
        }
        for pipe in [
            "tar xzf c.tgz",
            "gpg --dearmor > c | tee d",
            "gzip > c",
            "patch -p1",
            "grep c > d",
            "grep -v c",
            "sh",
            "(cd /c && sh)",
            "{ sh; }",
            "while read c; do d; done",
            "if read c; then d; fi",
        ] {
            let run = format!("FROM a\nRUN curl b | {pipe}\n");
            check(&format!(
                "{run}  # ^^^^^^ a failure of `curl` goes unnoticed before this pipe without `pipefail`\n"
            ));
        }
    }

    #[test]
    fn nobody_asks_how_a_word_of_a_command_ended() {
        check_none("FROM a\nRUN a $(b | c) && export D=\"$(e | f)\" && [ \"$(g | h)\" = i ]\n");
        check_none("FROM a\nRUN for a in $(b | c); do d; done\n");
        check(
            "FROM a\nRUN A=$(b | c) && d\n      # ^ a failure of `b` goes unnoticed before this pipe without `pipefail`\n",
        );
    }

    #[test]
    fn what_is_looked_at_later_is_missed_there() {
        for rest in [
            "[ -n \"$A\" ]",
            "[ \"$A\" = \"$D\" ] || exit 1",
            "d && test \"x${A}\" != x",
            "wget https://d/${A}/e.tgz",
            "curl -fsSL \"https://d/v$A.tgz\" -o e",
        ] {
            let found =
                crate::fixture::finds(&PIPE_WITHOUT_PIPEFAIL, &format!("FROM a\nRUN A=$(b | c) && {rest}\n"));
            assert!(!found, "{rest}");
        }
        for rest in [
            "d \"$A\"",
            "[ -n \"$D\" ]",
            "curl -sSL https://d/v$A.tgz -o e",
            "wget \"https://d/e?v=$A\"",
            "wget -O $A https://d/e",
        ] {
            let found =
                crate::fixture::finds(&PIPE_WITHOUT_PIPEFAIL, &format!("FROM a\nRUN A=$(b | c) && {rest}\n"));
            assert!(found, "{rest}");
        }
        assert!(crate::fixture::finds(&PIPE_WITHOUT_PIPEFAIL, "FROM a\nRUN [ -n \"$A\" ]; A=$(b | c)\n"));
    }

    #[test]
    fn what_only_looks_comes_last_and_is_a_hint() {
        check(
            "FROM a\nRUN find b | sort && curl c | sort\n                   # ^^^^^^ a failure of `curl` goes unnoticed before this pipe without `pipefail`\n",
        );
        check(
            "FROM a\nRUN find b | xargs -r apk info -W | sort\n  # ^^^^^^ a failure of `find` goes unnoticed before this pipe without `pipefail`\n",
        );
        assert_eq!(severities("FROM a\nRUN find b | xargs -r apk info -W | sort\n"), [Severity::Hint]);
        assert_eq!(severities("FROM a\nRUN find b | sort | c | d\n"), [Severity::Warning]);
        for question in ["--version", "-version 2>&1", "version", "--help"] {
            assert_eq!(
                severities(&format!("FROM a\nRUN b {question} | c\n")),
                [Severity::Hint],
                "{question}"
            );
        }
        assert_eq!(severities("FROM a\nRUN b --version c | d\n"), [Severity::Warning]);
    }

    #[test]
    fn the_first_left_side_that_may_fail_is_found() {
        check(
            "
FROM a
RUN echo a | gpg b | c && curl d | sh
           # ^^^^^ a failure of `gpg` goes unnoticed before this pipe without `pipefail`
RUN b=$(c | d) && sudo e f | g
      # ^ a failure of `c` goes unnoticed before this pipe without `pipefail`
RUN a $(b) | c
  # ^^^^^^ a failure of `a` goes unnoticed before this pipe without `pipefail`
",
        );
    }

    #[test]
    fn a_program_fails_and_no_assignment_before_it() {
        check(
            "FROM a\nRUN A=b C=d curl e | sh\n  # ^^^^^^^^^^^^^^ a failure of `curl` goes unnoticed before this pipe without `pipefail`\n",
        );
    }

    #[test]
    fn what_cannot_fail_or_is_heard_is_silent() {
        check_none("FROM a\nRUN crontab -l | { cat; echo b; } | crontab -\n");
        check_none(
            "FROM a\nRUN echo a | b && printf c | d && yes | e && printenv | f && env | g && id | h\n",
        );
        check_none("FROM a\nRUN A=$(echo b | cut -d. -f1 | tr -d .) && echo c | sed s/c/d/ | e\n");
        check_none("FROM a\nRUN set -o pipefail && a | b\n");
        check_none("FROM a\nRUN <<E\nset -euxo pipefail\na | b\nE\n");
        check_none("FROM a\nRUN if a | b; then c; fi && ! d | e\n");
        check_none("FROM a\nRUN a | b || true\n");
        check_none("FROM a\nRUN a || b && c; d\n");
        check_none("FROM a\nRUN (a | b && c) || true\nRUN { d | e; f; } || :\nRUN a | b && c || true\n");
        check(
            "FROM a\nRUN (a | b && c) && d || e\n   # ^ a failure of `a` goes unnoticed before this pipe without `pipefail`\n",
        );
        check_none("FROM a\nRUN grep b c | sha256sum -c - && awk b c | shasum -a 256 --check\n");
        check_none("FROM a\nRUN bash -c 'a | b'\n");
        check_none("FROM a\nRUN [\"a\", \"|\", \"b\"]\nCMD a | b\n");
        check_none("FROM a AS x\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nFROM x\nRUN a | b\n");
        check_none("FROM a\nSHELL [\"pwsh\", \"-c\"]\nRUN a | b\n");
    }

    #[test]
    fn one_shell_serves_the_stage() {
        check_fix(
            "FROM debian:12\nRUN a\n# b\nRUN c | d\n\nRUN e | f\nCMD [\"g\"]\n",
            "FROM debian:12\nRUN a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\n# b\nRUN c | d\n\nRUN e | f\nCMD [\"g\"]\n",
        );
        check_fix(
            "FROM alpine:3.20\nRUN a | b && echo 'c\\n'\n",
            "FROM alpine:3.20\nSHELL [\"/bin/ash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b && echo 'c\\n'\n",
        );
    }

    #[test]
    fn every_pipe_is_found_where_that_is_asked_for() {
        let asked =
            "#- layerwise.toml\n[rules]\npipe-without-pipefail = { every-pipe = true }\n#- Dockerfile\n";
        check(&format!(
            "{asked}FROM debian:12\nRUN x && echo a | b\n       # ^^^^^^ a pipe without `pipefail` ends as its last command does\n"
        ));
        check_none(&format!("{asked}FROM a\nRUN set -o pipefail; echo a | b\n"));
        check_fix(
            &format!("{asked}FROM debian:12\nRUN echo a | b\n"),
            "FROM debian:12\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN echo a | b\n",
        );
    }

    #[test]
    fn a_shell_that_may_not_be_there_or_changes_more_is_left() {
        check_no_fix("FROM me/a\nRUN a | b\n");
        check_no_fix("FROM busybox\nRUN a | b\n");
        check_no_fix("FROM debian:12\nRUN <<E bash\na | b\nE\n");
        check_no_fix("FROM debian:12\nRUN <<E\n#!/bin/bash\na | b\nE\n");
        check_no_fix("FROM debian:12\nRUN a | b\nCMD c\n");
        check_no_fix("FROM debian:12\nRUN a | b\nRUN yes | c\n");
        check_no_fix("FROM debian:12\nRUN a | head -n 1\n");
        check_no_fix("FROM debian:12\nRUN a | b && c | grep -q d\n");
        check_no_fix("FROM debian:12\nRUN find b -print0 | xargs -0 c | sort -u\n");
        check_no_fix("FROM debian:12\nRUN grep b c | d\n");
        check_no_fix("FROM debian:12\nRUN a | b && echo 'c\\n'\n");
        check_no_fix("FROM debian:12\nRUN a | b\nONBUILD RUN c\n");
        check_no_fix("FROM debian:12\nRUN a | { head -n 1; }\n");
        check_no_fix("FROM debian:12\nRUN a | while read b; do break; done\n");
        check_no_fix("FROM debian:12\nSHELL [\"/bin/sh\", \"-ec\"]\nRUN a | b\n");
        check_no_fix("FROM debian:12 AS x\nRUN a | b\nFROM x\n");
    }
}

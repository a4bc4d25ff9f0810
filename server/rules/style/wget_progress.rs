//! `wget-progress`

use crate::knowledge::images::Userland;
use crate::rules::edits::argument_after;
use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::syntax::Script;

declare_rule! {
    /// ## What it does
    /// Finds `wget` that is not told how to show its progress.
    ///
    /// ## Why is this bad?
    /// It writes a line for every 50 kilobytes: a download of some size fills the log of the build.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN wget https://example.com/big.tar.gz
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN wget --progress=dot:giga https://example.com/big.tar.gz
    /// ```
    ///
    /// ## Silent
    /// In images whose `wget` is that of BusyBox, such as Alpine, unless the file installs the other one, and where a step of the
    /// stage names `busybox`, which may be whose `wget` it is (`busybox wget`, `ln -s /bin/busybox …`): BusyBox has no
    /// `--progress`, and a build that gives it one fails. hadolint reports these too.
    ///
    /// ## Fix safety
    /// Only where the base image is known to have no BusyBox.
    pub(crate) static WGET_PROGRESS = {
        id: "wget-progress", group: Style, severity: Hint, since: "0.1.0",
        also: ["DL3047"],
        default_on: false,
        check: Run(check),
        only: is_gnu,
        fix: Safe(fix),
    }
}

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    for invocation in facts.invocations.iter().filter(|invocation| is_loud(invocation, &facts.script)) {
        let word =
            invocation.command(&facts.script).and_then(|command| command.words.get(invocation.program));
        if let Some(word) = word {
            let message = "`wget` writes its progress into the log of the build, line by line";
            out.push(facts.script.place(word.part), message);
        }
    }
}

fn is_loud(invocation: &Invocation, script: &Script) -> bool {
    let mut words = invocation.arguments(script).iter().filter_map(|word| word.value.as_deref());
    &*invocation.name == "wget" && !words.any(says_enough)
}

/// Whether an option of wget says how much it writes, or that nothing is downloaded.
fn says_enough(option: &str) -> bool {
    if let Some(long) = option.strip_prefix("--") {
        let name = long.split('=').next().unwrap_or_default();
        let quiet = ["progress", "quiet", "no-verbose", "output-file", "append-output", "help", "version"];
        return quiet.contains(&name);
    }
    let Some(cluster) = option.strip_prefix('-') else {
        return false;
    };
    let mut letters = cluster.chars();
    while let Some(letter) = letters.next() {
        match letter {
            'q' | 'o' | 'a' | 'h' | 'V' => return true,
            // `-nv`, `-nc` and the like are of two letters.
            'n' if letters.next() == Some('v') => return true,
            // The rest is the value.
            'A' | 'B' | 'D' | 'e' | 'I' | 'i' | 'l' | 'O' | 'P' | 'Q' | 'R' | 'T' | 't' | 'U' | 'w' | 'X' => {
                return false;
            }
            _ => {}
        }
    }
    false
}

/// Whether the `wget` of a step is not known to be that of BusyBox.
fn is_gnu(cx: &Cx<'_>, index: usize) -> bool {
    let base = cx.document.model().base_image(index);
    let is_of_busybox = base.and_then(|base| base.userland) == Some(Userland::BusyBox);
    !is_of_busybox && !names_busybox(cx, index) || installs_wget(cx, index)
}

/// Whether a step up to this one, in its stage or in those that it is built on, names BusyBox.
fn names_busybox(cx: &Cx<'_>, index: usize) -> bool {
    let (items, model) = (cx.document.file().items(), cx.document.model());
    let Some(stage) = model.stage_at(index) else {
        return false;
    };
    let mut steps = model.chain(stage.index).flat_map(|stage| stage.items.clone());
    steps.any(|step| {
        step <= index && items.get(step).is_some_and(|item| item.instruction.source().contains("busybox"))
    })
}

/// Whether a step up to this one installs the package.
fn installs_wget(cx: &Cx<'_>, index: usize) -> bool {
    let items = cx.document.file().items().iter().take(index + 1);
    let mut facts = items.filter_map(|item| Facts::of(&item.instruction));
    facts.any(|facts| {
        facts.packages.iter().filter(|package| package.installs_with(Family::Apk)).any(|package| {
            let mut names = package.operand_values(&facts.script);
            names.any(|name| name.split(['=', '~', '<', '>', '@']).next() == Some("wget"))
        })
    })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let base = cx.document.model().base_image(finding.item)?;
        base.userland.filter(|userland| *userland == Userland::Gnu)?;
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let invocation = facts.invocations.iter().find(|invocation| {
            let word =
                invocation.command(&facts.script).and_then(|command| command.words.get(invocation.program));
            word.is_some_and(|word| item.absolute(facts.script.place(word.part)) == finding.span)
        })?;
        let edit =
            argument_after(item, facts, invocation.command, invocation.program, "--progress=dot:giga")?;
        Some(Fix::new("Add `--progress=dot:giga`".to_owned(), Safety::Safe, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WGET_PROGRESS);

    #[test]
    fn who_says_nothing_about_progress_is_found() {
        check(
            "
FROM debian:12
RUN cd b && wget -O q c && wget -nc -P o d
          # ^^^^ `wget` writes its progress into the log of the build, line by line
                         # ^^^^ `wget` writes its progress into the log of the build, line by line
",
        );
        for options in ["-q", "-qO- b", "-nv", "-Nq", "--quiet", "--progress=bar", "-o b", "-ab", "--version"]
        {
            check_none(&format!("FROM debian:12\nRUN wget {options} c\n"));
        }
    }

    #[test]
    fn busybox_knows_no_progress() {
        check_none("FROM alpine:3.20\nRUN wget b\nFROM busybox:1.37 AS c\nFROM c\nRUN wget d\n");
        let message = "`wget` writes its progress into the log of the build, line by line";
        check(&format!("FROM alpine:3.20\nRUN apk add wget\nRUN wget b\n  # ^^^^ {message}\n"));
    }

    #[test]
    fn the_one_of_busybox_may_be_elsewhere_too() {
        check_none("FROM debian:12\nRUN apt-get install -y busybox && busybox wget b\n");
        check_none("FROM debian:12 AS a\nRUN ln -s /bin/busybox /usr/bin/wget\nFROM a\nRUN wget b\n");
        check_none("FROM debian:12\nCOPY --from=busybox:1.37 /bin/wget /bin/wget\nRUN wget b\n");
        let message = "`wget` writes its progress into the log of the build, line by line";
        check(&format!("FROM debian:12\nRUN wget b\n  # ^^^^ {message}\nRUN busybox ls\n"));
    }

    #[test]
    fn an_option_is_added_where_wget_is_known() {
        check_fix(
            "FROM debian:12\nRUN a && \\\n  wget b\n",
            "FROM debian:12\nRUN a && \\\n  wget --progress=dot:giga b\n",
        );
        check_no_fix("FROM me/a\nRUN wget b\n");
        check_no_fix("FROM alpine:3.20\nRUN apk add wget && wget b\n");
    }
}

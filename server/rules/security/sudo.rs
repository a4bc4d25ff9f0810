//! `sudo`

use crate::path;
use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::semantic::stages::Stage;
use crate::syntax::shell::{Command, Form, Joint, Nesting, RunAs, Word, wrappers};
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds `sudo` in RUN, and a line for `sudoers` that lets a user of the image run everything as root without a password
    /// (`NOPASSWD: ALL`).
    ///
    /// ## Why is this bad?
    /// Root needs none. For another user it takes a password file and a program that runs as root in the image for ever, it
    /// drops most of the environment, and it stands between the program and its signals. `USER root` before the step, and
    /// the other user after it, does the same and leaves nothing behind.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// USER root
    /// RUN sudo mkdir /srv/app
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// USER root
    /// RUN mkdir /srv/app
    /// ```
    ///
    /// ## Severity
    /// A hint, where nothing in the file installs `sudo` and the user is not known: the base image brings it, and may run as
    /// somebody else than root. So is one in an image that people work in. `NOPASSWD: ALL` is a hint: it takes from USER what that is
    /// for, and is found in images that run a program and that nobody works in.
    ///
    /// ## Silent
    /// Where the script asks first who it is run by, as in `if [ "$(id -u)" -ne 0 ]; then sudo …; fi`, and where another user
    /// than that of the step calls it, as in `su bob -c 'sudo …'`. hadolint names both.
    ///
    /// ## Fix safety
    /// Only where the user is root as far as the file says so: after a USER, on Debian and Ubuntu without one, or where the same
    /// user installs packages of the distribution without `sudo`.
    pub(crate) static SUDO = {
        id: "sudo", group: Security, severity: Warning, since: "0.1.0",
        also: ["DL3004"],
        check: Steps(names_sudo, check),
        fix: Suggested(fix),
    }
}

fn names_sudo(instruction: &Instruction) -> bool {
    instruction.ast().innermost().kind == Kind::Run
        && instruction.source().contains("sudo")
        && Facts::of(instruction).is_some_and(|facts| found(facts).is_some() || grant(facts).is_some())
}

/// The first word of a script that lets somebody run everything as root without a password, where it is written to `sudoers`.
fn grant(facts: &Facts) -> Option<&Word> {
    const TAG: &str = "NOPASSWD:";
    let text = |word: &Word| facts.script.str(word.part);
    let is_for_all = |word: &&Word| {
        let rest = text(word).split_once(TAG).map(|(_, rest)| rest.trim_start());
        rest.is_some_and(|rest| rest.starts_with("ALL"))
    };
    let mut words = facts.script.commands().iter().flat_map(|command| &command.words);
    let is_written = || facts.script.text().text().contains("/sudoers");
    words.find(is_for_all).filter(|_| is_written())
}

/// The first use of `sudo` in a script, but for those that are only for others than root.
fn found(facts: &Facts) -> Option<(usize, usize)> {
    uses(facts).find(|(command, _)| !asks_for_user(facts, *command))
}

/// Whether a command is run only where the script has found out something, and the user has been asked for before.
fn asks_for_user(facts: &Facts, index: usize) -> bool {
    let Some(command) = facts.script.commands().get(index) else {
        return false;
    };
    let is_guarded = command.nesting.any(Nesting::BRANCH) || matches!(command.joint, Joint::And | Joint::Or);
    let before = facts.script.text().text().get(..command.part.start as usize).unwrap_or_default();
    // In a list, only what stands right before it is asked.
    let question = match command.nesting.any(Nesting::BRANCH) {
        true => before,
        false => before.rsplit([';', '\n']).next().unwrap_or_default(),
    };
    is_guarded && ["id -u", "EUID", "$UID", "whoami", "$USER"].iter().any(|name| question.contains(name))
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    // One change of the user mends the whole step.
    for index in steps {
        let Some(facts) = file.item(*index).and_then(|item| Facts::of(&item.instruction)) else {
            continue;
        };
        let is_read = model.has_posix_shell(*index) || facts.script.form() == Form::Exec;
        if !is_read {
            continue;
        }
        if let Some(word) = grant(facts).filter(|_| is_in_program(cx, *index)) {
            let message = "`NOPASSWD: ALL` lets whoever gets hold of this user do all that root may";
            out.push_at(*index, facts.script.place(word.part), message).also(&[]).severity(Severity::Hint);
        }
        let Some((command, word)) = found(facts) else {
            continue;
        };
        let words = facts.script.commands().get(command).map(|command| command.words.as_slice());
        let Some(word) = words.unwrap_or_default().get(word) else {
            continue;
        };
        let is_root = is_surely_root(cx, *index);
        let message = match (names_user(facts, command), is_root) {
            (true, _) => "`USER` runs a step as another user without `sudo`",
            (false, true) => "`sudo` is of no use to root",
            (false, false) => "`USER root` before the step does the same without `sudo`",
        };
        let is_ours = is_root && !names_user(facts, command) || installs_sudo(cx, *index);
        let severity = match is_ours {
            true => severity_outside_workplaces(cx, *index, &SUDO),
            false => Severity::Hint,
        };
        out.push_at(*index, facts.script.place(word.part), message).severity(severity);
    }
}

/// Whether an instruction goes into an image that is there to run a program, and not to be worked in.
fn is_in_program(cx: &Cx<'_>, index: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_program =
        |stage: &Stage| model.runs_program(file, stage.index) && !model.is_workplace(stage.index);
    model.stage_at(index).is_some_and(|stage| model.built_on(stage.index).any(is_program))
}

/// Whether a step of the file, in the stage of an instruction or one that it is built on, names the package `sudo` to a
/// package manager.
fn installs_sudo(cx: &Cx<'_>, index: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(stage) = model.stage_at(index) else {
        return false;
    };
    let steps =
        model.chain(stage.index).flat_map(|stage| file.items().get(stage.items.clone()).unwrap_or_default());
    let mut runs = steps.filter(|item| item.kind == Kind::Run && item.instruction.source().contains("sudo"));
    runs.any(|item| {
        let facts = Facts::of(&item.instruction);
        let packages =
            facts.into_iter().flat_map(|facts| facts.packages.iter().map(move |package| (facts, package)));
        packages.filter(|(_, package)| package.action == Action::Install).any(|(facts, package)| {
            let words = package.words(&facts.script);
            package.operands.iter().filter_map(|operand| words.get(*operand)).any(|word| word.is("sudo"))
        })
    })
}

/// Whether a command is run as a user that is named before its program.
fn names_user(facts: &Facts, command: usize) -> bool {
    let program = facts.invocation_of(command).map_or(0, |invocation| invocation.program);
    let words = facts.script.commands().get(command).and_then(|command| command.words.get(..program));
    let is_user = |word: &Word| {
        word.value.as_deref().is_some_and(|word| {
            word.starts_with("--user")
                || word.starts_with('-') && !word.starts_with("--") && word.contains('u')
        })
    };
    words.unwrap_or_default().iter().any(is_user)
}

/// Where `sudo` stands, unless another user than that of the step calls it (`su bob -c 'sudo …'`, `gosu bob sudo …`): each
/// command with the index of the word.
fn uses(facts: &Facts) -> impl Iterator<Item = (usize, usize)> {
    facts.invocations.iter().filter_map(|invocation| {
        let command = invocation.command(&facts.script)?;
        let before = command.words.get(..=invocation.program)?;
        let is_sudo = |value: &str| path::name(value) == "sudo";
        let index = before.iter().position(|word| word.value.as_deref().is_some_and(is_sudo))?;
        // `sudo` without what it runs is the program itself.
        let callers = wrappers::programs(before.get(..=index)?, &command.user);
        let is_own = callers.iter().all(|caller| !matches!(caller.user, RunAs::User(_)));
        is_own.then_some((invocation.command, index))
    })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edits = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction).filter(|_| is_surely_root(cx, finding.item))?;
        let (command, word) = found(facts)?;
        let word = facts.script.commands().get(command)?.words.get(word)?;
        if item.absolute(facts.script.place(word.part)) != finding.span {
            return None;
        }
        uses(facts).map(|(command, word)| without(item, facts, command, word)).collect::<Option<Vec<Edit>>>()
    };
    edits().map(|edits| Fix::new("Drop `sudo`", Safety::Suggested, edits)).into_iter().collect()
}

/// Takes `sudo` and the options away that mean nothing for root. `None` where it has others, or runs no program.
fn without(item: &Item, facts: &Facts, command: usize, word: usize) -> Option<Edit> {
    let words = &facts.script.commands().get(command)?.words;
    let mut rest = words.iter().skip(word + 1);
    let next = rest.find(|word| !["-E", "-H", "-n", "-S"].iter().any(|option| word.is(option)))?;
    let is_option = facts.script.str(next.part).trim_start_matches(['"', '\'']).starts_with('-');
    let start = facts.script.place(words.get(word)?.part).start;
    let span = item.absolute(start..facts.script.place(next.part).start);
    (!is_option).then(|| Edit::delete(span))
}

fn is_surely_root(cx: &Cx<'_>, item: usize) -> bool {
    let model = cx.document.model();
    match model.environment_at(item).map(|environment| &environment.user) {
        Some(Value::Known(_)) => model.is_root(item),
        Some(Value::Unset) if model.base_image(item).is_some_and(|image| image.user == Some("root")) => true,
        Some(_) => manages_packages(cx, item),
        None => false,
    }
}

/// So many steps are looked at.
const MOST_STEPS: usize = 200;

/// Whether a step, or one above it that the same user runs, installs packages of a distribution by itself: nobody but root can.
fn manages_packages(cx: &Cx<'_>, index: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let from = model.stage_at(index).map_or(index, |stage| stage.from());
    let steps = (from + 1..=index).rev().take(MOST_STEPS).filter_map(|step| Some((step, file.item(step)?)));
    let own = steps.take_while(|(_, item)| item.kind != Kind::User);
    { own }.filter(|(step, item)| item.kind == Kind::Run && model.has_posix_shell(*step)).any(|(_, item)| {
        Facts::of(&item.instruction)
            .is_some_and(|facts| facts.packages.iter().any(|package| needs_root(facts, package)))
    })
}

/// Whether a command changes the packages of the system, and the step fails where it may not.
fn needs_root(facts: &Facts, package: &PackageCommand) -> bool {
    let commands = facts.script.commands();
    let changes =
        matches!(package.action, Action::Install | Action::Remove | Action::UpdateLists | Action::Upgrade);
    let is_joined = |command: &&Command| matches!(command.joint, Joint::Start | Joint::And | Joint::Then);
    let is_sure = commands.get(package.command).filter(is_joined).is_some_and(|command| {
        command.nesting.is_top() && !command.words.iter().any(|word| word.is("sudo") || word.is("--root"))
    });
    let is_heard = commands.get(package.command + 1).is_none_or(|next| next.joint == Joint::And);
    changes && package.manager.family.is_of_distribution() && is_sure && is_heard
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SUDO);

    #[test]
    fn another_user_than_that_of_the_step_may_need_it() {
        for run in [
            "su bob -c 'sudo ls'",
            "su - bob -s /bin/bash -c 'sudo make install'",
            "gosu bob sudo ls",
            "su-exec bob sudo ls",
            "setpriv --reuid=1000 sudo ls",
            "runuser bob -c 'sudo ls'",
            "runuser -u bob -- sudo ls",
        ] {
            check_none(&format!("FROM debian:12\nUSER root\nRUN {run}\n"));
        }
        let message = "`sudo` is of no use to root";
        check(&format!("FROM debian:12\nUSER root\nRUN gosu root sudo ls\n            # ^^^^ {message}\n"));
    }

    #[test]
    fn who_needs_no_password_is_root() {
        let message = "`NOPASSWD: ALL` lets whoever gets hold of this user do all that root may";
        check(&format!(
            "FROM a\nRUN echo 'b ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/b\n       # ^^^^^^^^^^^^^^^^^^^^^^^^^^^ {message}\nUSER b\nCMD [\"/c\"]\n"
        ));
        let count = |from: &str, line: &str, file: &str| {
            let text = format!("FROM {from}\nRUN echo \"{line}\" | tee -a {file}\nCMD [\"/c\"]\n");
            crate::fixture::found(&SUDO, &text).len()
        };
        assert_eq!(count("a", "$U ALL=(ALL:ALL) NOPASSWD:ALL", "/etc/sudoers"), 1);
        // One program alone may be meant.
        assert_eq!(count("a", "b ALL=(ALL) NOPASSWD:/usr/bin/c", "/etc/sudoers"), 0);
        assert_eq!(count("a", "b ALL=(ALL) NOPASSWD: ALL", "/usr/share/doc"), 0);
        assert_eq!(count("a AS dev", "b ALL=(ALL) NOPASSWD: ALL", "/etc/sudoers"), 0);
        check_none(
            "FROM a AS b\nRUN echo 'c ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers\nCMD [\"/c\"]\nFROM d\n",
        );
        for start in ["", "CMD [\"bash\"]\n", "CMD sleep infinity\n"] {
            check_none(&format!("FROM a\nRUN echo 'b ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers\n{start}"));
        }
    }

    #[test]
    fn a_password_that_nobody_needs_has_no_fix_of_sudo() {
        let text = |sudo: &str| {
            format!(
                "FROM debian:12\nRUN {sudo}true && echo 'b ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers\nCMD [\"/c\"]\n"
            )
        };
        check_no_fix(&text(""));
    }

    #[test]
    fn where_people_work_it_is_a_hint() {
        let of = |image: &str| severities(&format!("FROM {image}\nRUN apt-get install -y sudo && sudo b\n"));
        assert_eq!(of("mcr.microsoft.com/devcontainers/base:bookworm"), [Severity::Hint]);
        assert_eq!(of("debian:12"), [Severity::Warning]);
    }

    #[test]
    fn the_first_of_a_step_is_found() {
        check(
            "FROM a\nRUN b && env A=b sudo -u c d; sudo e\n               # ^^^^ `USER` runs a step as another user without `sudo`\n",
        );
        check(
            "FROM a\nRUN sudo -E b -u c\n  # ^^^^ `USER root` before the step does the same without `sudo`\n",
        );
        check("FROM a\nUSER root\nRUN sudo b\n  # ^^^^ `sudo` is of no use to root\n");
        check_none("FROM a\nRUN apt-get install -y sudo && usermod -aG sudo b\nCMD sudo b\n");
    }

    #[test]
    fn what_asks_who_runs_it_is_silent() {
        check_none("FROM a\nRUN if [ \"$(id -u)\" -ne 0 ]; then sudo b; else b; fi\n");
        check_none("FROM a\nRUN [ \"$EUID\" -eq 0 ] || sudo b\n");
        check(
            "FROM a\nRUN id -u && b; sudo c\n              # ^^^^ `USER root` before the step does the same without `sudo`\n",
        );
    }

    #[test]
    fn what_the_base_image_brings_is_a_hint() {
        assert_eq!(severities("FROM a\nRUN sudo b\n"), [Severity::Hint]);
        assert_eq!(severities("FROM a\nUSER b\nRUN sudo c\n"), [Severity::Hint]);
        assert_eq!(severities("FROM a\nUSER root\nRUN sudo c\n"), [Severity::Warning]);
        assert_eq!(
            severities("FROM debian:12 AS a\nRUN apt-get install -y sudo\nFROM a\nUSER b\nRUN sudo c\n"),
            [Severity::Warning]
        );
    }

    #[test]
    fn who_manages_packages_is_root() {
        check(
            "FROM a\nRUN apt-get update && sudo b\n                    # ^^^^ `sudo` is of no use to root\n",
        );
        check_fix("FROM a\nRUN apk add b\nRUN sudo c\n", "FROM a\nRUN apk add b\nRUN c\n");
        for run in [
            "RUN apt-get update\nUSER c\nRUN sudo b",
            "RUN apt-get update || true; sudo b",
            "RUN if c; then apt-get update; fi; sudo b",
            "RUN sudo apt-get update && sudo b",
            "RUN conda install c && sudo b",
            "RUN sudo b && apt-get install d | e",
        ] {
            check_no_fix(&format!("FROM a\n{run}\n"));
        }
    }

    #[test]
    fn only_root_can_do_without() {
        check_fix(
            "FROM ubuntu:24.04\nRUN sudo -E a && \\\n  sudo b | sudo tee /c\n",
            "FROM ubuntu:24.04\nRUN a && \\\n  b | tee /c\n",
        );
        check_fix("FROM x\nUSER 0\nRUN [\"sudo\", \"a\"]\n", "FROM x\nUSER 0\nRUN [\"a\"]\n");
        check_no_fix("FROM x\nRUN sudo a\n");
        check_no_fix("FROM ubuntu\nUSER b\nRUN sudo a\n");
        check_no_fix("FROM ubuntu\nRUN sudo -u b a\n");
        check_no_fix("FROM ubuntu\nRUN sudo a && sudo\n");
    }
}

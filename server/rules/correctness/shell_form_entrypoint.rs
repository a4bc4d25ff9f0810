//! `shell-form-entrypoint`

use crate::rules::Severity;
use crate::rules::exec_form::write_in_exec_form;
use crate::rules::prelude::*;
use crate::semantic::Model;
use crate::semantic::dialects::Dialect;
use crate::semantic::purpose::only_waits;
use crate::syntax::shell::{Command, Shape};

declare_rule! {
    /// ## What it does
    /// Finds ENTRYPOINT and CMD in shell form, unless a SHELL of the file says which shell is meant.
    ///
    /// ## Why is this bad?
    /// The container then runs a shell which runs the program. `docker stop` signals the shell, which need not pass it
    /// on: the program is killed after ten seconds. An ENTRYPOINT in shell form also drops CMD and all arguments.
    ///
    /// dash, which is `/bin/sh` in Debian and Ubuntu, starts the program as a process of its own. bash and the ash of BusyBox
    /// (1.28 and newer, Alpine 3.7) give it their place where the command is one simple command, and every shell does behind
    /// `exec`: there the signals arrive.
    ///
    /// ## Severity
    /// A hint, where the shell is known to give its place to the program, or the program only waits (`sleep infinity`, `tail -f
    /// /dev/null`), which ignores `docker stop` in either form, and no arguments are dropped. BuildKit and hadolint
    /// report it all the same.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// CMD node server.js
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22.11
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile,good
    /// FROM node:22.11
    /// SHELL ["/bin/sh", "-c"]
    /// CMD exec node server.js
    /// ```
    ///
    /// ## Fix
    /// Without a shell a script needs a `#!` line. Where the file or the build context shows one without it, no fix is offered;
    /// one that the base image brings is not looked at.
    ///
    /// ## hadolint
    /// Where a SHELL of the file says which shell is meant, the shell form is left alone, as BuildKit does. The
    /// command of a HEALTHCHECK is too, of which hadolint asks the same: Docker sends no signals to it, and `|| exit 1` needs a shell.
    pub(crate) static SHELL_FORM_ENTRYPOINT = {
        id: "shell-form-entrypoint", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["JSONArgsRecommended", "DL3025"],
        changes: [Configuration],
        check: StageSteps(is_in_shell_form, check),
        fix: Suggested(fix),
    }
}

/// What a CMD or ENTRYPOINT in shell form says; the keyword where that is nothing.
fn command_of(instruction: &Instruction) -> Option<Part> {
    let ast = instruction.ast();
    match ast.arguments {
        _ if !ast.kind.starts_container() => None,
        Arguments::Text(part) => Some(part),
        Arguments::None => Some(ast.keyword),
        _ => None,
    }
}

fn is_in_shell_form(instruction: &Instruction) -> bool {
    command_of(instruction).is_some()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps {
        let environment = model.environment_at(*index).filter(|environment| !environment.has_own_shell);
        let (Some(item), Some(_)) = (file.item(*index), environment) else {
            continue;
        };
        let instruction = &item.instruction;
        let Some(part) = command_of(instruction) else {
            continue;
        };
        let keyword = instruction.ast().kind.keyword();
        let drops_arguments = item.kind == Kind::Entrypoint && !reads_arguments(instruction.str(part));
        let (what, severity) = match reach(model, *index, instruction) {
            Reach::Program | Reach::Nobody if drops_arguments => {
                (": CMD and the arguments of `docker run` are dropped", Severity::Warning)
            }
            Reach::Nobody => {
                (" needs a shell; what only waits hears no signals without it either", Severity::Hint)
            }
            Reach::Program => (" needs a shell, which here gives its place to the program", Severity::Hint),
            Reach::Shell => (": signals go to a shell, not to the program", Severity::Warning),
            Reach::Unknown => (": signals may go to a shell, not to the program", Severity::Warning),
        };
        let message = format!("{keyword} in shell form{what}");
        let pushed = out.push_at(*index, instruction.place(part), message);
        pushed.also(SHELL_FORM_ENTRYPOINT.also).severity(severity);
    }
}

/// Whether a script reads the arguments that it is given.
fn reads_arguments(script: &str) -> bool {
    ["$@", "$*", "${@", "${*", "$1", "$0", "${1", "${0"].iter().any(|name| script.contains(name))
}

/// What the signals of `docker stop` reach.
enum Reach {
    Shell,
    Program,
    /// As the first process `sleep` and `tail` have no ear for them.
    Nobody,
    Unknown,
}

/// Measured with dash 0.5.12, bash 5.2 and BusyBox 1.35. Source: BusyBox, `shell/ash.c`, `evalstring`; bash, `builtins/evalstring.c`.
fn reach(model: &Model, index: usize, instruction: &Instruction) -> Reach {
    let Some(script) = Facts::of(instruction).map(|facts| &facts.script) else {
        return Reach::Unknown;
    };
    if only_waits(script) {
        return Reach::Nobody;
    }
    let last = script.commands().iter().rfind(|command| command.nesting.is_top());
    let is_last = |command: &&Command| command.element + 1 == script.elements().len();
    let words = last.filter(is_last).map(|command| command.words.as_slice()).unwrap_or_default();
    if words.len() > 1 && words.first().is_some_and(|word| word.is("exec")) {
        return Reach::Program;
    }
    let end = script.elements().last().map_or(0, |element| element.part.end as usize);
    let is_alone = match (script.commands(), script.elements()) {
        ([command], [element]) => element.shape == Shape::Simple && element.part == command.part,
        _ => false,
    };
    let is_alone = is_alone && script.text().text().get(end..).unwrap_or_default().trim().is_empty();
    match model.dialect(index, script) {
        Some(Dialect::Dash) => Reach::Shell,
        Some(Dialect::Bash) if is_alone => Reach::Program,
        Some(Dialect::Ash) if is_alone && is_new(model, index) => Reach::Program,
        _ => Reach::Unknown,
    }
}

/// Whether the BusyBox of an image is known to give its place to the program: older ones start it as a process of its own.
fn is_new(model: &Model, index: usize) -> bool {
    let Some(image) = model.base_image(index) else {
        return false;
    };
    let release = image.release.as_ref().filter(|release| release.family.id == "alpine");
    let number = release.and_then(|release| release.number.as_deref());
    let (major, minor) = number.and_then(|number| number.split_once('.')).unwrap_or_default();
    major != "2" && !(major == "3" && minor.parse::<u32>().is_ok_and(|minor| minor < 7))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    write_in_exec_form(cx, finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SHELL_FORM_ENTRYPOINT);

    #[test]
    fn the_shell_form_is_found() {
        check(
            "FROM a:1\nENTRYPOINT b c\n         # ^^^ ENTRYPOINT in shell form: signals may go to a shell, not to the program\n",
        );
        check(
            "FROM a:1\nCMD [\"b\"\n  # ^^^^ CMD in shell form: signals may go to a shell, not to the program\n",
        );
        check_none("FROM a:1\nCMD [\"b\"]\nENTRYPOINT []\nONBUILD CMD b\nHEALTHCHECK CMD b\nRUN b\n");
    }

    #[test]
    fn whom_a_signal_reaches_depends_on_the_shell() {
        check(
            "FROM debian:12\nCMD b c\n  # ^^^ CMD in shell form: signals go to a shell, not to the program\n",
        );
        let place = "CMD in shell form needs a shell, which here gives its place to the program";
        check(&format!("FROM alpine:3.20\nCMD b c\n  # ^^^ {place}\n"));
        check(&format!("FROM rockylinux:9\nCMD A=1 b $C\n  # ^^^^^^^^ {place}\n"));
        check(&format!("FROM debian:12\nCMD cd /a && exec b\n  # ^^^^^^^^^^^^^^^ {place}\n"));
        check(&format!("FROM a/b:1\nRUN dnf install -y c\nCMD b c\n  # ^^^ {place}\n"));
        check(
            "FROM a/b:1-alpine\nCMD b c\n  # ^^^ CMD in shell form: signals may go to a shell, not to the program\n",
        );
        check(
            "FROM alpine:3.20\nENTRYPOINT b\n         # ^ ENTRYPOINT in shell form: CMD and the arguments of `docker run` are dropped\n",
        );
        let levels = |text: &str| severities(&format!("FROM {text}\n"));
        for hint in ["alpine:3.20\nCMD b", "a:1\nCMD exec b", "alpine:3.20\nENTRYPOINT exec b \"$@\""] {
            assert_eq!(levels(hint), [Severity::Hint], "{hint}");
        }
        for warning in
            ["alpine:3.5\nCMD b", "alpine:3.20\nCMD b && c", "alpine:3.20\nCMD b | c", "alpine:3.20\nCMD b &"]
        {
            assert_eq!(levels(warning), [Severity::Warning], "{warning}");
        }
        assert_eq!(levels("alpine:3.20\nENTRYPOINT b"), [Severity::Warning]);
    }

    #[test]
    fn what_only_waits_hears_nothing() {
        let waits = "CMD in shell form needs a shell; what only waits hears no signals without it either";
        check(&format!("FROM debian:12\nCMD sleep infinity\n  # ^^^^^^^^^^^^^^ {waits}\n"));
        for command in ["tail -f /dev/null", "while :; do sleep 9; done"] {
            assert_eq!(severities(&format!("FROM a\nCMD {command}\n")), [Severity::Hint], "{command}");
        }
        for command in ["CMD tail -f /log", "CMD sleep 3 && b", "ENTRYPOINT sleep infinity"] {
            assert_eq!(severities(&format!("FROM debian:12\n{command}\n")), [Severity::Warning], "{command}");
        }
    }

    #[test]
    fn a_shell_of_the_file_allows_it() {
        check_none("FROM a:1 AS a\nSHELL [\"/bin/bash\", \"-c\"]\nCMD b\nFROM a\nCMD c\n");
    }

    #[test]
    fn one_plain_command_becomes_a_list() {
        check_fix(
            "FROM a:1\nCMD b \"c d\" '\"$e' \\\n  f\\ g\n",
            "FROM a:1\nCMD [\"b\", \"c d\", \"\\\"$e\", \"f g\"]\n",
        );
        check_fix("FROM a:1\nCMD bash -c 'b; c'\n", "FROM a:1\nCMD [\"bash\", \"-c\", \"b; c\"]\n");
    }

    #[test]
    fn what_needs_a_shell_is_left() {
        for command in [
            "b $C",
            "b && c",
            "b | c",
            "b > c",
            "A=1 b",
            "exec b",
            "ulimit -n 1",
            "b *.c",
            "cd /b",
            "b &",
            "b `c`",
            "b ~/c",
            "if b; then c; fi",
            "b;",
            "b {c,d}",
            "echo a",
            "(b)",
        ] {
            check_no_fix(&format!("FROM a:1\nCMD {command}\n"));
        }
        check_no_fix("FROM a:1\nENTRYPOINT b\nCMD [\"c\"]\n");
        check_no_fix("# escape=`\nFROM a:1\nCMD b\n");
        check_no_fix("FROM a:1\nCMD b \\\n# why\n  c\n");
    }
}

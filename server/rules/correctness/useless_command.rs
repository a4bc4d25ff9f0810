//! `useless-command`

use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::syntax::mount::Mount;
use crate::syntax::shell::Joint;

declare_rule! {
    /// ## What it does
    /// Finds programs in RUN that do nothing for the image: `ssh`, `vim`, `shutdown`, `service`, `ps`, `free`, `top`, `kill`,
    /// `mount`, `ifconfig`.
    ///
    /// ## Why is this bad?
    /// A step keeps files, and nothing else. What it starts ends with it, what it mounts is gone, and nobody sits there to
    /// edit or to look.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN service nginx start
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// CMD ["nginx", "-g", "daemon off;"]
    /// ```
    ///
    /// ## Silent
    /// Where the program has something to do, which hadolint does not look at: a `service` that later commands of the same
    /// RUN talk to or that one of them stops, `kill` and `ps` beside a program in the background, `vim` with options or
    /// commands, `ssh` with a mount that brings keys or that learns the key of a host, `mount` in a privileged step.
    pub(crate) static USELESS_COMMAND = {
        id: "useless-command", group: Correctness, severity: Info, since: "0.1.0",
        also: ["DL3001"],
        check: Run(check),
    }
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    for invocation in facts.invocations.iter().filter(|invocation| is_useless(instruction, facts, invocation))
    {
        let words = invocation.command(&facts.script).map(|command| command.words.as_slice());
        if let Some(word) = words.unwrap_or_default().get(invocation.program) {
            let message = format!("`{}` does nothing for the image", invocation.name);
            out.push(facts.script.place(word.part), message);
        }
    }
}

fn is_useless(instruction: &Instruction, facts: &Facts, invocation: &Invocation) -> bool {
    let script = &facts.script;
    let arguments = invocation.arguments(script);
    let is_last = invocation.command + 1 == script.commands().len();
    // Something runs that can be looked at and ended.
    let has_others = || {
        let starts = |other: &Invocation| {
            matches!(&*other.name, "service" | "systemctl") || other.name.ends_with("ctl")
        };
        has_background(script.text().text())
            || script.commands().iter().any(|command| command.joint == Joint::Background)
            || facts.invocations.iter().any(starts)
    };
    let has_service_before = || {
        let mut before = facts.invocations.iter().filter(|other| other.command < invocation.command);
        before.any(|other| &*other.name == "service")
    };
    let line = instruction.line().text();
    // Whether it is there at all is worth knowing.
    if arguments.iter().any(|word| ["--help", "--version", "-V"].iter().any(|option| word.is(option))) {
        return false;
    }
    match &*invocation.name {
        "free" | "ifconfig" | "shutdown" | "top" => true,
        "kill" | "ps" => !has_others(),
        // What was started is asked to write down what it holds.
        "service" => {
            is_last && !(has_service_before() && arguments.last().is_some_and(|word| word.is("stop")))
        }
        "mount" => !line.contains("--security=insecure"),
        "ssh" => {
            let has_keys =
                Mount::all(instruction).iter().any(|mount| matches!(mount.kind(), "ssh" | "secret"));
            // It writes the key of the other side into `known_hosts`.
            !has_keys && !line.contains("StrictHostKeyChecking")
        }
        "vim" => !arguments.iter().any(|word| script.str(word.part).starts_with(['-', '+'])),
        _ => false,
    }
}

/// Whether something is sent into the background at the end of a text or of a group.
fn has_background(text: &str) -> bool {
    let mut pieces = text.split('&').skip(1).peekable();
    let mut is_double = false;
    while let Some(after) = pieces.next() {
        let next = after.trim_start();
        if !is_double && (next.starts_with([')', '}']) || next.is_empty() && pieces.peek().is_none()) {
            return true;
        }
        is_double = after.is_empty();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(USELESS_COMMAND);

    #[test]
    fn programs_without_effect_are_found() {
        check(
            "
FROM a
RUN sudo service b start; vim c
                        # ^^^ `vim` does nothing for the image
",
        );
        check("FROM a\nRUN b && service c start\n       # ^^^^^^^ `service` does nothing for the image\n");
        check("FROM a\nRUN kill 1\n  # ^^^^ `kill` does nothing for the image\n");
    }

    #[test]
    fn programs_with_something_to_do_are_silent() {
        check_none("FROM a\nRUN service mysql start && mysql -e x\nRUN b & sleep 1; ps; kill $!\n");
        check_none(
            "FROM a\nRUN (b &) && kill 1\nRUN service c start && d; service c stop\nRUN pg_ctl start && kill 1\nRUN vim +PluginInstall +qall\n",
        );
        check_none("FROM a\nRUN --mount=type=ssh ssh -T b\nRUN --security=insecure mount x y\n");
        check_none("FROM a\nRUN ssh -o StrictHostKeyChecking=accept-new git@b || true\n");
        check_none(
            "FROM a\nRUN apt-get install -y vim ssh && echo kill && mount --version\nCMD service a start\n",
        );
    }
}

//! `sudo`

use crate::rules::prelude::*;
use crate::syntax::shell::Word;
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds `sudo` in RUN.
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
    /// ## Fix safety
    /// Only where the user is root as far as the file says so: after a USER, or on Debian and Ubuntu without one.
    pub(crate) static SUDO = {
        id: "sudo", group: Security, severity: Warning, since: "0.1.0",
        also: ["DL3004"],
        check: Run(check),
        fix: Suggested(fix),
    }
}

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    // One change of the user mends the whole step.
    if let Some((command, word)) = uses(facts).next()
        && let Some(word) = facts.script.commands().get(command).and_then(|command| command.words.get(word))
    {
        let message = match names_user(facts, command) {
            true => "`USER` runs a step as another user; `sudo` stays in the image as a way to become root",
            false => "`sudo` is of no use to root, and a way to become root for all others",
        };
        out.push(facts.script.place(word.part), message);
    }
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

/// Where `sudo` stands: each command with the index of the word.
fn uses(facts: &Facts) -> impl Iterator<Item = (usize, usize)> {
    facts.invocations.iter().filter_map(|invocation| {
        let words = &invocation.command(&facts.script)?.words;
        let before = words.get(..=invocation.program)?;
        let is_sudo = |value: &str| value.rsplit('/').next() == Some("sudo");
        let index = before.iter().position(|word| word.value.as_deref().is_some_and(is_sudo))?;
        Some((invocation.command, index))
    })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edits = || {
        let item = cx.document.file().items().get(finding.item)?;
        let facts = Facts::of(&item.instruction).filter(|_| is_surely_root(cx, finding.item))?;
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
        Some(Value::Unset) => model.base_image(item).is_some_and(|image| image.user == Some("root")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SUDO);

    #[test]
    fn the_first_of_a_step_is_found() {
        check(
            "FROM a\nRUN b && env A=b sudo -u c d; sudo e\n               # ^^^^ `USER` runs a step as another user; `sudo` stays in the image as a way to become root\n",
        );
        check(
            "FROM a\nRUN sudo -E b -u c\n  # ^^^^ `sudo` is of no use to root, and a way to become root for all others\n",
        );
        check_none("FROM a\nRUN apt-get install -y sudo && usermod -aG sudo b\nCMD sudo b\n");
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

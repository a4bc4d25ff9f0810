//! `ineffective-export`

use crate::rules::prelude::*;
use crate::semantic::shell_state::{State, lost};

declare_rule! {
    /// ## What it does
    /// Finds a RUN that ends by setting variables of its shell: `export`, `source ~/.bashrc`, `. venv/bin/activate`,
    /// `conda activate`.
    ///
    /// ## Why is this bad?
    /// Every RUN has a shell of its own, and no command follows in this one: what is set is lost at once. ENV sets a
    /// variable for the steps below and for the container.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN export APP_HOME=/srv/app
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// ENV APP_HOME=/srv/app
    /// ```
    ///
    /// ## Silent
    /// At a `source` of a file that may do more than set variables, where a value comes from a command, and where the RUN puts
    /// back what it has saved itself (`IFS=$OLD_IFS`).
    pub(crate) static INEFFECTIVE_EXPORT = {
        id: "ineffective-export", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        tag: Unnecessary,
        check: Run(check),
    }
}

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    for lost in lost(facts).iter().filter(|lost| lost.state == State::Variables) {
        if let Some(command) = facts.script.commands().get(lost.command) {
            let message = "what this sets ends with this RUN, and no command follows that could see it";
            out.push(facts.script.place(command.part), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(INEFFECTIVE_EXPORT);

    #[test]
    fn variables_that_nothing_sees_are_found() {
        check(
            "
FROM a
RUN b >/dev/stdout
RUN b && . venv/bin/activate
       # ^^^^^^^^^^^^^^^^^^^ what this sets ends with this RUN, and no command follows that could see it
",
        );
    }

    #[test]
    fn variables_that_something_sees_are_silent() {
        check_none("FROM a\nRUN export B=c && d\nRUN cd /x\nRUN export B=$(c)\nCMD export B=c\n");
        check_none("FROM a\nSHELL [\"powershell\"]\nRUN export B=c\n");
    }
}

//! `cd-in-run`

use crate::rules::prelude::*;
use crate::semantic::shell_state::{State, lost};

declare_rule! {
    /// ## What it does
    /// Finds a RUN that changes the folder with `cd`. One finding for each RUN.
    ///
    /// ## Why is this bad?
    /// The reader of a long RUN has to follow where each command works. WORKDIR says it once, makes the folder where it is
    /// missing, and holds for the steps below too.
    ///
    /// There is another side: a WORKDIR moves all steps below, and the container as well. In a subshell, or for one command
    /// in a folder that nothing else works in, `cd` is the better choice. That is why the rule is off by default, and why it
    /// has no fix.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN cd /usr/src/app && make
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// WORKDIR /usr/src/app
    /// RUN make
    /// ```
    ///
    /// ## Silent
    /// Where nothing follows in the folder: that is `ineffective-cd`.
    pub(crate) static CD_IN_RUN = {
        id: "cd-in-run", group: Style, severity: Hint, since: "0.1.0",
        also: ["DL3003"],
        default_on: false,
        check: Run(check),
    }
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    let is_onbuild = instruction.ast().kind == Kind::Onbuild;
    let is_lost = || lost(facts).iter().any(|lost| lost.state == State::Folder);
    let cd = facts
        .script
        .commands()
        .iter()
        .find(|command| command.words.first().is_some_and(|word| word.is("cd")));
    if let Some(command) = cd.filter(|_| !is_onbuild && !is_lost()) {
        out.push(
            facts.script.place(command.part),
            "this folder holds to the end of the RUN; WORKDIR sets it for all steps",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(CD_IN_RUN);

    #[test]
    fn the_first_change_of_the_folder_is_found() {
        check(
            "
FROM a
RUN mkdir b && cd b && make && cd c && make
             # ^^^^ this folder holds to the end of the RUN; WORKDIR sets it for all steps
",
        );
    }

    #[test]
    fn a_folder_in_which_nothing_works_has_a_rule_of_its_own() {
        check_none("FROM a\nRUN cd b\nRUN echo cd b\nRUN cd b && make && cd c\nCMD cd b && c\n");
    }
}

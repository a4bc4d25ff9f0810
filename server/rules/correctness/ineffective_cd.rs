//! `ineffective-cd`

use crate::path;
use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;
use crate::semantic::independence::reads_nothing;
use crate::semantic::shell_state::{State, lost};
use crate::syntax::shell::{Command, Form};
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds a RUN that ends with `cd`.
    ///
    /// ## Why is this bad?
    /// The folder is that of the RUN's own shell, and no command follows in it: the next step begins in the WORKDIR again.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN cd /usr/src
    /// RUN apt-get update
    /// WORKDIR /srv
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// WORKDIR /usr/src
    /// RUN apt-get update
    /// WORKDIR /srv
    /// ```
    ///
    /// ## Silent
    /// At `RUN cd x && make && cd ..` and the like: it only goes back, to where it was, the root or home folder, or the WORKDIR. At `RUN cd x && make`, which hadolint names too: the commands behind `cd` see it, and WORKDIR would move all steps
    /// below as well.
    ///
    /// ## Fix safety
    /// Only where the path is absolute and no step up to the next WORKDIR depends on the folder: what the steps do stays
    /// as it was.
    pub(crate) static INEFFECTIVE_CD = {
        id: "ineffective-cd", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3003"],
        changes: [Configuration],
        tag: Unnecessary,
        check: Run(check),
        only: leads_elsewhere,
        fix: Suggested(fix),
    }
}

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    // Where one leads to the next, the last is the folder that was meant.
    if let Some(command) = last_cd(facts) {
        out.push(
            facts.script.place(command.part),
            "no command follows in this folder: the next step begins in the WORKDIR again",
        );
    }
}

/// The last `cd` of a RUN that no command sees.
fn last_cd(facts: &Facts) -> Option<&Command> {
    let last = lost(facts).into_iter().rfind(|lost| lost.state == State::Folder)?;
    facts.script.commands().get(last.command)
}

/// Whether the last `cd` of a RUN does not just go back to the WORKDIR, or to where the RUN was before.
fn leads_elsewhere(cx: &Cx<'_>, index: usize) -> bool {
    let facts = cx.document.file().instruction(index).and_then(Facts::of);
    if facts.is_some_and(goes_back) {
        return false;
    }
    let environment = cx.document.model().environment_at(index);
    let Some((facts, Value::Known(workdir))) = facts.zip(environment.map(|environment| &environment.workdir))
    else {
        return true;
    };
    let Some([_, folder]) = last_cd(facts).map(|command| command.words.as_slice()) else { return true };
    facts.script.commands().len() == 1
        || folder.value.as_deref().map(path::from_root).as_ref() != Some(workdir)
}

/// Whether the last `cd` of a RUN leaves the folder of another one, in which something was done, and enters none that was meant.
fn goes_back(facts: &Facts) -> bool {
    let script = &facts.script;
    let moves =
        |command: &Command| command.words.first().is_some_and(|name| name.is("cd") || name.is("pushd"));
    let folder = |command: &Command| {
        let word = command.words.get(1)?;
        Some(script.str(word.part).trim_matches(['"', '\'']).trim_end_matches('/').to_owned())
    };
    let Some(last) = last_cd(facts) else {
        return false;
    };
    let is_before = |command: &&Command| command.part.end <= last.part.start;
    let mut before =
        script.commands().iter().filter(is_before).skip_while(|command| !moves(command)).peekable();
    let mut entered = before.clone().filter(|command| moves(command)).map(folder);
    let is_back = match folder(last).as_deref() {
        None | Some("" | "-" | "~" | "$HOME" | "${HOME}" | "$OLDPWD" | "${OLDPWD}") => true,
        Some(other) => {
            other.split('/').all(|part| part == "..")
                || entered.any(|folder| folder.as_deref() == Some(other))
        }
    };
    is_back && before.any(|command| !moves(command))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = |(item, folder): (&Item, &str)| {
        let edit = Edit::replace(item.span(), format!("WORKDIR {folder}"));
        Fix::new(format!("Change to `WORKDIR {folder}`"), Safety::Suggested, vec![edit])
    };
    only_folder(cx, finding.item).filter(|_| moves_nothing(cx, finding.item)).map(fix).into_iter().collect()
}

/// The folder of a RUN that is one `cd` to an absolute path, and nothing else.
fn only_folder<'a>(cx: &Cx<'a>, index: usize) -> Option<(&'a Item, &'a str)> {
    let item = cx.document.file().item(index)?;
    let instruction = &item.instruction;
    let facts = Facts::of(instruction)?;
    let [command] = facts.script.commands() else {
        return None;
    };
    let [_, folder] = command.words.as_slice() else {
        return None;
    };
    let folder = folder.value.as_deref()?;
    let is_plain = folder.starts_with('/')
        && folder.chars().all(|char| char.is_ascii_alphanumeric() || "/._-".contains(char));
    let is_alone = instruction.ast().kind == Kind::Run
        && instruction.ast().flags.is_empty()
        && facts.script.form() == Form::Shell
        && !instruction.is_multiline()
        && command.words.first().is_some_and(|word| word.is("cd"));
    (is_plain && is_alone).then_some((item, folder))
}

/// Whether every step behind a RUN does the same in any folder, up to a WORKDIR that says a whole path.
fn moves_nothing(cx: &Cx<'_>, run: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(stage) = model.stage_at(run) else {
        return false;
    };
    for index in run + 1..stage.items.end {
        let Some(instruction) = file.instruction(index) else {
            return false;
        };
        let is_same = match instruction.ast().kind {
            Kind::Workdir => {
                let Arguments::Text(part) = instruction.ast().arguments else {
                    return false;
                };
                return instruction.str(part).starts_with('/');
            }
            Kind::Copy | Kind::Add => CopyStep::of(file, model, index)
                .and_then(CopyStep::target)
                .is_some_and(|destination| destination.starts_with('/')),
            Kind::Run => Facts::of(instruction).is_some_and(|facts| reads_nothing(instruction, facts, "/")),
            Kind::Onbuild | Kind::Unknown | Kind::From => false,
            _ => true,
        };
        if !is_same {
            return false;
        }
    }
    // The folder at the end is that of the container.
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(INEFFECTIVE_CD);

    #[test]
    fn going_back_to_the_folder_is_no_mistake() {
        check_none("FROM a\nWORKDIR /b\nRUN cd c && make && cd /b\n");
        for back in ["..", "../..", "-", "/", "~", "\"$OLDPWD\"", ""] {
            check_none(&format!("FROM a\nRUN cd b/c && make && cd {back}\n"));
        }
        check_none("FROM a\nRUN cd /b && cd c && make && cd /b\n");
        check(
            "FROM a\nRUN cd b && cd ..\n          # ^^^^^ no command follows in this folder: the next step begins in the WORKDIR again\n",
        );
        check(
            "FROM a\nRUN make && cd ..\n          # ^^^^^ no command follows in this folder: the next step begins in the WORKDIR again\n",
        );
        check(
            "FROM a\nWORKDIR /b\nRUN cd c && make && cd /d\n                  # ^^^^^ no command follows in this folder: the next step begins in the WORKDIR again\n",
        );
    }

    #[test]
    fn a_folder_that_nothing_works_in_is_found() {
        check(
            "
FROM a
RUN mkdir b && cd b
             # ^^^^ no command follows in this folder: the next step begins in the WORKDIR again
RUN cd b && cd c
          # ^^^^ no command follows in this folder: the next step begins in the WORKDIR again
",
        );
        check_none("FROM a\nRUN cd b && c\nRUN (cd b)\nRUN cd b || exit\nCMD cd b\n");
    }

    #[test]
    fn a_folder_that_would_move_a_step_is_no_workdir() {
        check_fix(
            "FROM a\nRUN cd /b\nENV A=b\nCOPY c /d\nRUN apk add --no-cache c\nWORKDIR /e\n",
            "FROM a\nWORKDIR /b\nENV A=b\nCOPY c /d\nRUN apk add --no-cache c\nWORKDIR /e\n",
        );
        check_no_fix("FROM a\nRUN cd /b\n");
        check_no_fix("FROM a\nRUN cd /b\nCOPY . .\nWORKDIR /e\n");
        check_no_fix("FROM a\nRUN cd /b\nRUN make\nWORKDIR /e\n");
        check_no_fix("FROM a\nRUN cd /b\nWORKDIR e\n");
        check_no_fix("FROM a\nRUN cd b\nWORKDIR /e\n");
        check_no_fix("FROM a\nRUN x && cd /b\nWORKDIR /e\n");
        check_no_fix("FROM a\nRUN cd /b\nFROM c\nWORKDIR /e\n");
    }
}

//! What a program that checks shell text has to know beside the text: the shell, and the variables that the Dockerfile
//! gives it. Two instructions of one text and one question have one answer.

use std::sync::Arc;

use super::Model;
use super::dialects::Dialect;
use super::facts::Facts;
use super::variable_uses::kept_variable_uses;
use crate::knowledge::variables::variable;
use crate::syntax::mount::Mount;
use crate::syntax::shell::Form;
use crate::syntax::{Instruction, Kind};

/// What is asked about the shell text of one instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The shell that reads it.
    pub dialect: Dialect,
    /// The variables that it reads and that the Dockerfile or the builder gives it, sorted.
    pub variables: Vec<Arc<str>>,
}

impl Question {
    /// The question about the instruction `item`; `None` where no shell reads it that is known to be a POSIX one.
    pub fn of(model: &Model, item: usize, instruction: &Instruction) -> Option<Question> {
        let innermost = instruction.ast().innermost().kind;
        let facts = Facts::of(instruction).filter(|_| innermost == Kind::Run)?;
        let dialect = model.dialect(item, &facts.script)?;
        if facts.script.form() == Form::Exec || dialect == Dialect::Zsh {
            return None;
        }
        let read = kept_variable_uses(instruction, true);
        let mounts = Mount::all(instruction);
        let is_mounted = |name: &str| mounts.iter().any(|mount| mount.value(&["env"]) == Some(name));
        let is_given = |name: &str| model.is_set(name, item) || is_mounted(name) || variable(name).is_some();
        let given = read.filter(|found| is_given(&found.name));
        let mut variables: Vec<Arc<str>> = given.map(|found| found.name.as_str().into()).collect();
        variables.sort();
        variables.dedup();
        Some(Question { dialect, variables })
    }

    /// What stands before the text in the script that is checked.
    pub fn head(&self, text: &str) -> String {
        let program = match self.dialect {
            Dialect::Sh => "sh",
            // ash can do what dash can, and more.
            Dialect::Dash | Dialect::Ash => "dash",
            Dialect::Bash => "bash",
            Dialect::Ksh => "ksh",
            Dialect::Zsh => "zsh",
        };
        let mut head = format!("#!/bin/{program}\n");
        // What the first lines say of the whole script would be said of its first command alone.
        let directives =
            text.lines().map(str::trim_start).take_while(|line| line.starts_with('#') || line.is_empty());
        for line in
            directives.filter(|line| line.trim_start_matches('#').trim_start().starts_with("shellcheck "))
        {
            head.push_str(line.trim_end());
            head.push('\n');
        }
        for name in &self.variables {
            head.push_str("export ");
            head.push_str(name);
            head.push_str("=1\n");
        }
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn head(text: &str) -> String {
        let document = Document::new(text);
        let (index, item) = document.file().items().iter().enumerate().next_back().unwrap();
        let question = Question::of(document.model(), index, &item.instruction).expect("a question");
        question.head(Facts::of(&item.instruction).unwrap().script.text().text())
    }

    #[test]
    fn variables_of_the_dockerfile_are_made_known() {
        let text = "FROM debian:12\nARG b\nENV A=1 unread=2\nRUN x=1 y $b ${A} $c $x $http_proxy\n";
        assert_eq!(head(text), "#!/bin/dash\nexport A=1\nexport b=1\nexport http_proxy=1\n");
    }

    #[test]
    fn a_secret_is_known_by_the_variable_that_it_is_mounted_as() {
        let text = "FROM debian:12\nRUN --mount=type=secret,id=A,env=A x $A $B\n";
        assert_eq!(head(text), "#!/bin/dash\nexport A=1\n");
    }

    #[test]
    fn what_the_first_lines_switch_off_is_off_everywhere() {
        let text = "FROM fedora:41\nRUN <<E\n#!/bin/bash\n\n# shellcheck disable=SC2086\n# b\na\n# shellcheck disable=SC2000\nE\n";
        assert_eq!(head(text), "#!/bin/bash\n# shellcheck disable=SC2086\n");
    }

    #[test]
    fn what_no_posix_shell_reads_is_not_asked_about() {
        for text in [
            "FROM a\nRUN [\"a\"]\n",
            "FROM a\nCOPY a b\n",
            "FROM a\nSHELL [\"cmd\", \"/c\"]\nRUN a\n",
            "FROM a\nSHELL [\"zsh\", \"-c\"]\nRUN a\n",
            "FROM a\nRUN <<E\n#!/usr/bin/python3\na\nE\n",
        ] {
            let document = Document::new(text);
            let (index, item) = document.file().items().iter().enumerate().next_back().unwrap();
            assert_eq!(Question::of(document.model(), index, &item.instruction), None, "{text}");
        }
    }
}

//! `shell-form-entrypoint`

use crate::rules::prelude::*;
use crate::semantic::environment::Shell;
use crate::syntax::Arguments;
use crate::syntax::shell::{Form, Joint, Shape};

declare_rule! {
    /// ## What it does
    /// Finds ENTRYPOINT and CMD in shell form, unless a SHELL of the file says which shell is meant.
    ///
    /// ## Why is this bad?
    /// The container then runs a shell which runs the program. `docker stop` signals the shell, which need not pass it
    /// on: the program is killed after ten seconds. An ENTRYPOINT in shell form also drops CMD and all arguments.
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
    pub(crate) static SHELL_FORM_ENTRYPOINT = {
        id: "shell-form-entrypoint", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["JSONArgsRecommended", "DL3025"],
        changes: [Configuration],
        check: Instruction(check),
        only: has_default_shell,
        fix: Suggested(fix),
    }
}

/// What a shell does itself, or may do otherwise than the program of that name.
const BUILTINS: [&str; 48] = [
    ".", ":", "[", "[[", "alias", "bg", "break", "builtin", "case", "cd", "command", "continue", "declare",
    "echo", "eval", "exec", "exit", "export", "false", "fg", "getopts", "hash", "jobs", "kill", "let",
    "local", "popd", "printf", "pushd", "pwd", "read", "readonly", "return", "set", "shift", "shopt",
    "source", "test", "time", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
];

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast();
    if !matches!(ast.kind, Kind::Cmd | Kind::Entrypoint) {
        return;
    }
    let part = match ast.arguments {
        Arguments::Text(part) => part,
        Arguments::None => ast.keyword,
        _ => return,
    };
    let message = format!("{} in shell form: signals go to a shell, not to the program", ast.kind.keyword());
    out.push(instruction.place(part), message).also(SHELL_FORM_ENTRYPOINT.also);
}

fn has_default_shell(cx: &Cx<'_>, item: usize) -> bool {
    let environment = cx.document.model().environment_at(item);
    environment.is_some_and(|environment| !environment.has_own_shell)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().items().get(finding.item) else {
        return Vec::new();
    };
    let instruction = &item.instruction;
    let environment = cx.document.model().environment_at(finding.item);
    let is_posix = environment.is_some_and(|environment| environment.shell == Shell::default_posix());
    if !is_posix || instruction.ast().kind == Kind::Entrypoint && has_command(cx, finding.item) {
        return Vec::new();
    }
    let fix = words(instruction).map(|words| {
        let json: Vec<String> = words.iter().map(|word| json_string(word)).collect();
        let edit = Edit::replace(finding.span.clone(), format!("[{}]", json.join(", ")));
        Fix::new("Write it in exec form", Safety::Suggested, vec![edit])
    });
    fix.into_iter().collect()
}

/// Whether the stage has a CMD, whose words the exec form of its ENTRYPOINT would take up.
fn has_command(cx: &Cx<'_>, item: usize) -> bool {
    let items = cx.document.file().items();
    let stage = cx.document.model().stage_at(item).and_then(|stage| items.get(stage.items.clone()));
    stage.unwrap_or_default().iter().any(|item| item.instruction.ast().kind == Kind::Cmd)
}

/// The words of a single command that needs no shell.
fn words(instruction: &Instruction) -> Option<Vec<&str>> {
    let script = &Facts::of(instruction)?.script;
    let ([command], [element]) = (script.commands(), script.elements()) else {
        return None;
    };
    let after = script.text().text().get(element.part.end as usize..)?;
    let is_alone = script.form() == Form::Shell
        && !script.has_error()
        && element.shape == Shape::Simple
        && element.joint == Joint::Start
        && element.part == command.part
        && command.assignments.is_empty()
        && after.trim().is_empty();
    let words: Vec<&str> = command.words.iter().map(|word| word.value.as_deref()).collect::<Option<_>>()?;
    let program = words.first()?;
    let is_plain = |word: &&str| !word.starts_with('~') && !word.contains('{');
    (is_alone && !BUILTINS.contains(program) && words.iter().all(is_plain)).then_some(words)
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SHELL_FORM_ENTRYPOINT);

    #[test]
    fn the_shell_form_is_found() {
        check(
            "FROM a:1\nENTRYPOINT b c\n         # ^^^ ENTRYPOINT in shell form: signals go to a shell, not to the program\n",
        );
        check(
            "FROM a:1\nCMD [\"b\"\n  # ^^^^ CMD in shell form: signals go to a shell, not to the program\n",
        );
        check_none("FROM a:1\nCMD [\"b\"]\nENTRYPOINT []\nONBUILD CMD b\nHEALTHCHECK CMD b\nRUN b\n");
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

//! `shell-form-entrypoint`

use crate::rules::exec_form::write_in_exec_form;
use crate::rules::prelude::*;

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
    ///
    /// ## hadolint
    /// Where a SHELL of the file says which shell is meant, the shell form is left alone, as BuildKit does.
    pub(crate) static SHELL_FORM_ENTRYPOINT = {
        id: "shell-form-entrypoint", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["JSONArgsRecommended", "DL3025"],
        changes: [Configuration],
        check: Instruction(check),
        only: has_default_shell,
        fix: Suggested(fix),
    }
}

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
    write_in_exec_form(cx, finding)
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

//! `shell-syntax-error`

use crate::rules::prelude::*;
use crate::semantic::dialects::Dialect;
use crate::syntax::shell::Form;
use crate::syntax::shell::flaw::{FlawKind, flaw};

declare_rule! {
    /// ## What it does
    /// Finds a RUN that no POSIX shell can read: a quote, bracket, `if`, loop or `case` that is never closed, a word that closes
    /// what was never opened, and an operator that has no command beside it.
    ///
    /// ## Why is this bad?
    /// The shell gives up before it runs anything, and the build fails.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN wget https://example.org/a & && wget https://example.org/b & wait
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN wget https://example.org/a && wget https://example.org/b
    /// ```
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN if [ -e /a ]; then rm /a
    /// ```
    ///
    /// ## Silent
    /// From the first word on that shells read in different ways: `[[`, `((`, `function`, arrays, `$'…'`. One error is reported,
    /// since what follows it is read in another way than was meant.
    pub(crate) static SHELL_SYNTAX_ERROR = {
        id: "shell-syntax-error", group: Correctness, severity: Error, since: "0.1.0",
        also: ["SC1046", "SC1056", "SC1058", "SC1061", "SC1070", "SC1072", "SC1089"],
        check: Run(check),
        only: is_known_to_read_it,
    }
}

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    let script = &facts.script;
    if script.form() == Form::Exec {
        return;
    }
    let Some(flaw) = flaw(script.text().text()) else {
        return;
    };
    let found = shown(script.str(flaw.part));
    let (message, also): (String, &'static [&'static str]) = match flaw.kind {
        FlawKind::Unclosed(close) => {
            let also: &'static [&'static str] = match close {
                "fi" => &["SC1046"],
                "done" => &["SC1061"],
                "}" if found == "{" => &["SC1056"],
                _ => &["SC1072"],
            };
            (unclosed(&found, close), also)
        }
        FlawKind::NothingBefore => (format!("there is no command before this `{found}`"), &["SC1070"]),
        FlawKind::NothingAfter => (format!("there is no command after this `{found}`"), &["SC1072"]),
        FlawKind::NeverOpened => (never_opened(&found), &["SC1089"]),
        FlawKind::NoTarget => (format!("there is no file after this `{found}`"), &["SC1072"]),
        FlawKind::Missing("do") => ("`do` is missing before this".to_owned(), &["SC1058"]),
        FlawKind::Missing(what) => (format!("`{what}` is missing before `{found}`"), &["SC1072"]),
        FlawKind::Misplaced => ("this bracket can stand neither here nor in a word".to_owned(), &["SC1072"]),
    };
    out.push(script.place(flaw.part), message).also(also);
}

fn unclosed(open: &str, close: &str) -> String {
    match open {
        "'" | "\"" | "`" => format!("this {open} is never closed"),
        _ => format!("this `{open}` has no `{close}`"),
    }
}

fn never_opened(found: &str) -> String {
    match found {
        ";;" | ";&" | ";;&" => format!("this `{found}` stands outside of a `case`"),
        "then" | "elif" | "else" | "fi" => format!("this `{found}` belongs to no `if`"),
        "do" | "done" => format!("this `{found}` belongs to no loop"),
        "esac" => "this `esac` belongs to no `case`".to_owned(),
        _ => format!("this `{found}` closes nothing"),
    }
}

fn is_known_to_read_it(cx: &Cx<'_>, item: usize) -> bool {
    let dialect = || {
        let instruction = cx.document.file().instruction(item)?;
        cx.document.model().dialect(item, &Facts::of(instruction)?.script)
    };
    matches!(dialect(), Some(Dialect::Sh | Dialect::Dash | Dialect::Ash | Dialect::Bash))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SHELL_SYNTAX_ERROR);

    #[test]
    fn cmd_and_powershell_read_another_language() {
        check_none("FROM golang:1.23-windowsservercore-ltsc2022\nRUN if exist C:\\a del C:\\a\n");
        check_none("ARG I\nFROM $I\nRUN if exist C:\\a del C:\\a\n");
    }

    #[test]
    fn an_image_called_after_windows_may_have_another_shell() {
        check_none("FROM me/node-windows:8\nRUN iex ((new-object a).b('c')); d\n");
    }

    #[test]
    fn what_is_never_closed_is_found_where_it_is_opened() {
        check(
            "
FROM a
RUN a && if b; then \\
       # ^^ this `if` has no `fi`
    # why
    c
RUN for d in e; do f
  # ^^^ this `for` has no `done`
RUN case $g in h) i
  # ^^^^ this `case` has no `esac`
RUN { j; k
  # ^ this `{` has no `}`
RUN (l
  # ^ this `(` has no `)`
RUN m \"n $(o
       # ^^ this `$(` has no `)`
RUN p 'q
    # ^ this ' is never closed
RUN r ${s
    # ^^ this `${` has no `}`
",
        );
    }

    #[test]
    fn what_closes_or_joins_nothing_is_found() {
        check(
            "
FROM a
RUN a & && b
      # ^^ there is no command before this `&&`
RUN a &&
    # ^^ there is no command after this `&&`
RUN b ; ; c
      # ^ there is no command before this `;`
RUN d ;; e
    # ^^ this `;;` stands outside of a `case`
RUN f; fi
     # ^^ this `fi` belongs to no `if`
RUN g; done
     # ^^^^ this `done` belongs to no loop
RUN for h in i; j; done
              # ^ `do` is missing before this
RUN if k; then l; fi m
                   # ^ `;` is missing before `m`
RUN n > && o
    # ^ there is no file after this `>`
RUN if p; then q && fi
               # ^^ there is no command after this `&&`
RUN r)
   # ^ this `)` closes nothing
RUN s && (t) u
           # ^ `;` is missing before `u`
RUN v (w)
    # ^ this bracket can stand neither here nor in a word
RUN case x in $y esac && z
               # ^^^^ `)` is missing before `esac`
RUN case x in y z) a;; esac
              # ^ `)` is missing before `z`
",
        );
        check("FROM a\nRUN <<E\nif a\nfi\n^^ this `fi` belongs to no `if`\nE\n");
    }

    #[test]
    fn what_a_shell_reads_is_silent() {
        for run in [
            "set -eux; for a in b c; do d \"$a\"; done; e",
            "if a; then if b; then c; fi fi; { d; } >e 2>&1 | f && (g; h) & wait",
            "case \"$a\" in (b|c) d ;; *) e; esac; case f in g) esac",
            "f() { g; }; h () ( i ); a | while read b; do c; done <d",
            "a \"$(b 'c)' \"d)\")\" `e` ${f:-\"g}\"} ${h%%'}'} $((1 + (2)))",
            "! a || b; a &",
            "echo } done # ' (",
            "a=b; c=$(d | e) f; x='a'\\''b'",
            "a 2>&1 >/dev/null <b 3<&- && >c",
            "[ -n \"$a\" ] && until b; do c; done",
        ] {
            check_none(&format!("FROM a\nRUN {run}\n"));
        }
        check_none("FROM a\nRUN <<E\ncat <<-'F' >b\n\tif (\n\tF\nif c; then\n  d\nfi\nE\n");
        check_none("FROM a\nRUN cat <<E >b && c\nif (\nE\n");
    }

    #[test]
    fn what_shells_read_in_different_ways_is_left() {
        for run in [
            "a=(b c); if",
            "[[ a && b ]]; if",
            "((a)); if",
            "function f { a; }; if",
            "a $'\\'' 'b",
            "a <(b); if",
            "cat <<<a; if",
        ] {
            check_none(&format!("FROM a\nRUN {run}\n"));
        }
        check_none("FROM a\nSHELL [\"/bin/zsh\", \"-c\"]\nRUN if\n");
        check_none("FROM a\nSHELL [\"cmd\", \"/c\"]\nRUN a & && b\n");
        check_none("FROM a\nRUN [\"if\"]\nCMD if\n");
    }
}

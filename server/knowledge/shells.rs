//! The lists that SHELL is usually given, and what shells do themselves.
//!
//! Source: the Docker reference, "SHELL"; the manuals of the shells.

/// A shell with its options.
#[derive(Debug, PartialEq, Eq)]
pub struct Shell {
    /// As it is written.
    pub list: &'static str,
    /// One line.
    pub summary: &'static str,
}

/// Those that are usual, the best first.
pub fn all() -> &'static [Shell] {
    &ALL
}

/// What some shell does itself, or may do otherwise than the program of that name.
const BUILTINS: [&str; 83] = [
    "!",
    ".",
    ":",
    "[",
    "[[",
    "alias",
    "bg",
    "bind",
    "break",
    "builtin",
    "caller",
    "case",
    "cd",
    "chdir",
    "command",
    "compgen",
    "complete",
    "compopt",
    "continue",
    "coproc",
    "declare",
    "dirs",
    "disown",
    "do",
    "done",
    "echo",
    "elif",
    "else",
    "enable",
    "esac",
    "eval",
    "exec",
    "exit",
    "export",
    "false",
    "fc",
    "fg",
    "fi",
    "for",
    "function",
    "getopts",
    "hash",
    "help",
    "history",
    "if",
    "in",
    "jobs",
    "kill",
    "let",
    "local",
    "logout",
    "mapfile",
    "popd",
    "printf",
    "pushd",
    "pwd",
    "read",
    "readarray",
    "readonly",
    "return",
    "select",
    "set",
    "shift",
    "shopt",
    "source",
    "suspend",
    "test",
    "then",
    "time",
    "times",
    "trap",
    "true",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "unalias",
    "unset",
    "until",
    "wait",
    "while",
    "{",
    "}",
];

/// Whether a shell does itself what this name says, or may do otherwise than the program of that name.
pub fn is_builtin(name: &str) -> bool {
    BUILTINS.contains(&name)
}

static ALL: [Shell; 6] = [
    Shell {
        list: r#"["/bin/bash", "-o", "pipefail", "-c"]"#,
        summary: "bash; a pipe fails where any part of it does",
    },
    Shell {
        list: r#"["/bin/bash", "-euo", "pipefail", "-c"]"#,
        summary: "bash; stops at errors and at unset variables",
    },
    Shell {
        list: r#"["/bin/ash", "-eo", "pipefail", "-c"]"#,
        summary: "BusyBox's shell, as in Alpine; stops at errors",
    },
    Shell { list: r#"["/bin/sh", "-c"]"#, summary: "as without a SHELL on Linux" },
    Shell {
        list: r#"["powershell", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]"#,
        summary: "Windows PowerShell; stops at errors",
    },
    Shell { list: r#"["cmd", "/S", "/C"]"#, summary: "as without a SHELL on Windows" },
];

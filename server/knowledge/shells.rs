//! The lists that SHELL is usually given.
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

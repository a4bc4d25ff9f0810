//! `debug-symbols-kept`

use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;

declare_rule! {
    /// ## What it does
    /// Finds `go build` without `-ldflags="-s -w"`, and C or C++ that is linked with `-g`, where nothing strips the program
    /// afterwards.
    ///
    /// ## Why is this bad?
    /// What debuggers read is a quarter to a half of such a program. Go's own stack traces do not need it.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23
    /// RUN go build -o /app .
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23
    /// RUN go build -trimpath -ldflags="-s -w" -o /app .
    /// ```
    ///
    /// ## Never reported
    /// Cargo, where `Cargo.toml` says what is kept; builds for a debugger (`-gcflags="-N -l"`); where `GOFLAGS` is set, or the
    /// same RUN calls `strip` or `upx`.
    pub(crate) static DEBUG_SYMBOLS_KEPT = {
        id: "debug-symbols-kept", group: Size, severity: Hint, since: "0.1.0",
        also: [],
        default_on: false,
        check: Run(check),
        only: is_not_set,
    }
}

/// Programs that link C and C++.
const LINKERS: [&str; 6] = ["c++", "cc", "clang", "clang++", "g++", "gcc"];

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    let text = facts.script.text().text();
    let strips = |invocation: &Invocation| invocation.name.ends_with("strip") || &*invocation.name == "upx";
    if instruction.ast().kind != Kind::Run || facts.invocations.iter().any(strips) || text.contains("GOFLAGS")
    {
        return;
    }
    for invocation in &facts.invocations {
        let written: Vec<&str> =
            invocation.arguments(&facts.script).iter().map(|word| facts.script.text_of(word)).collect();
        let message = match &*invocation.name {
            "go" if keeps_go_symbols(&written) => {
                "`-ldflags=\"-s -w\"` would leave out what only debuggers read"
            }
            name if LINKERS.contains(&name) && keeps_c_symbols(&written) => {
                "`-g` keeps what only debuggers read in the program"
            }
            _ => continue,
        };
        if let Some(command) = invocation.command(&facts.script) {
            out.push(facts.script.place(command.part), message);
        }
    }
}

fn keeps_go_symbols(words: &[&str]) -> bool {
    let says = |word: &&str| word.contains("ldflags") || word.contains("gcflags") || word.contains('$');
    let flags = words.iter().skip_while(|word| !word.contains("ldflags")).take(2);
    let is_stripped =
        flags.into_iter().any(|word| word.contains("-s") || word.contains("-w") || word.contains('$'));
    let is_debugged = words.iter().any(|word| word.contains("gcflags"));
    let is_unknown = words.iter().any(|word| word.starts_with('$') && says(word));
    matches!(words.first(), Some(&("build" | "install"))) && !is_stripped && !is_debugged && !is_unknown
}

fn keeps_c_symbols(words: &[&str]) -> bool {
    let is_debug = |word: &&str| {
        word.strip_prefix("-g").is_some_and(|rest| matches!(rest, "" | "1" | "2" | "3" | "gdb" | "dwarf"))
    };
    words.iter().any(is_debug)
        && !words.iter().any(|word| matches!(*word, "-c" | "-s" | "-S" | "-E" | "-Wl,-s"))
}

fn is_not_set(cx: &Cx<'_>, item: usize) -> bool {
    cx.document.model().variable("GOFLAGS", item).origin.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DEBUG_SYMBOLS_KEPT);

    #[test]
    fn what_only_debuggers_read_is_found() {
        check(
            "
FROM a
RUN CGO_ENABLED=0 go build -ldflags \"-X b=c\" -o /d && gcc -O2 -g e.c -o e
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `-ldflags=\"-s -w\"` would leave out what only debuggers read
                                                    # ^^^^^^^^^^^^^^^^^^^ `-g` keeps what only debuggers read in the program
",
        );
    }

    #[test]
    fn what_is_stripped_or_unknown_is_silent() {
        for run in [
            "go build -ldflags=\"-s -w\" .",
            "go build -ldflags '-w -X b=c' .",
            "go build -ldflags \"$LDFLAGS\" .",
            "go build $FLAGS .",
            "go build -gcflags='all=-N -l' .",
            "go build -o b && strip b",
            "GOFLAGS=-ldflags=-s go build",
            "go test ./...",
            "gcc -g -c e.c",
            "gcc -s -g e.c",
            "gcc -O2 e.c",
            "cargo build --release",
        ] {
            check_none(&format!("FROM a\nRUN {run}\n"));
        }
        check_none("FROM a\nENV GOFLAGS=-ldflags=-w\nRUN go build\n");
    }
}

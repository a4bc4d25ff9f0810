//! What a RUN builds that may be linked to the C library of its image, judging by its words.
//! Source: `go help build`, `cmd/cgo` ("cgo is enabled by default for native builds on systems where it is expected to
//! work"); The Cargo Book, "Build cache"; gcc(1).

use super::facts::Facts;
use crate::knowledge::package_managers::Family;
use crate::path;
use crate::syntax::Instruction;
use crate::syntax::shell::Word;
use crate::syntax::word::Value;

/// What a program is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C, C++ and what their compilers take.
    C,
    /// Go, where cgo is not known to be off.
    Go,
    /// Rust.
    Rust,
}

/// A program, or a folder of programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The command that builds it, as an index of the script's.
    pub command: usize,
    /// What it is written in.
    pub language: Language,
    /// Where it is put: absolute and clean.
    pub path: String,
}

/// Whether an instruction may build something that is linked to a C library.
pub fn may_link(instruction: &Instruction) -> bool {
    Facts::of(instruction)
        .is_some_and(|facts| !built(instruction, facts, &Value::Known("/".to_owned())).is_empty())
}

/// What a RUN in the folder `workdir` builds: nothing that it is seen to link statically or for another system, and nothing
/// whose place only the shell knows.
pub fn built(instruction: &Instruction, facts: &Facts, workdir: &Value) -> Vec<Built> {
    let place = |path: &str| match workdir {
        _ if path.starts_with('/') => Some(path::from_root(path)),
        Value::Known(folder) if !facts.moves && !path.starts_with('~') => Some(path::absolute(folder, path)),
        _ => None,
    };
    let text = instruction.source();
    let is_static = |language: Language| {
        let words: &[&str] = match language {
            Language::C => &["-static", "musl", "-c "],
            Language::Go => &["CGO_ENABLED", "GOARCH", "GOOS=d", "GOOS=w", "GOOS=$", "netgo", "static"],
            Language::Rust => &["musl", "crt-static", "--target"],
        };
        words.iter().any(|word| text.contains(word))
    };
    let of = |command: usize, language: Language, path: Option<String>| {
        path.filter(|_| !is_static(language)).map(|path| Built { command, language, path })
    };
    facts
        .invocations
        .iter()
        .filter_map(|invocation| {
            let arguments = invocation.arguments(&facts.script);
            let command = invocation.command;
            let package = facts.package_of(command);
            let verb = package.map(|package| {
                package
                    .words(&facts.script)
                    .get(package.verb)
                    .and_then(|word| word.value.as_deref())
                    .unwrap_or_default()
            });
            match (&*invocation.name, package.map(|package| package.manager.family)) {
                (_, Some(Family::Go)) if verb == Some("build") => {
                    // Without a name it is put into the folder, as what the package is called.
                    let is_list = arguments
                        .iter()
                        .any(|word| word.value.as_deref().is_none_or(|word| word.contains("...")));
                    let path =
                        output(arguments).or_else(|| (!has_output(arguments) && !is_list).then_some("?"));
                    of(command, Language::Go, path.and_then(place))
                }
                (_, Some(Family::Cargo)) if matches!(verb, Some("build" | "b")) => {
                    of(command, Language::Rust, place("target"))
                }
                ("c++" | "cc" | "clang" | "clang++" | "g++" | "gcc", _) => {
                    of(command, Language::C, output(arguments).and_then(place))
                }
                _ => None,
            }
        })
        .collect()
}

/// The value of `-o`.
fn output(words: &[Word]) -> Option<&str> {
    let behind = words.windows(2).find_map(|pair| match pair {
        [option, path] if option.is("-o") || option.is("--o") => path.value.as_deref(),
        _ => None,
    });
    let glued = || words.iter().find_map(|word| word.value.as_deref()?.strip_prefix("-o="));
    behind.or_else(glued)
}

/// Whether there is a `-o`, whatever its value.
fn has_output(words: &[Word]) -> bool {
    words
        .iter()
        .filter_map(|word| word.value.as_deref())
        .any(|word| word.trim_start_matches('-').starts_with('o'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn shown(run: &str) -> Vec<String> {
        let file = File::new(&format!("RUN {run}\n"));
        let instruction = &file.items()[0].instruction;
        let facts = Facts::of(instruction).expect("facts");
        let all = built(instruction, facts, &Value::Known("/w".to_owned()));
        all.iter().map(|built| format!("{:?} {}", built.language, built.path)).collect()
    }

    #[test]
    fn the_words_tell_what_is_put_where() {
        assert_eq!(shown("go build -ldflags '-s -w' -o bin/a ./cmd/a"), ["Go /w/bin/a"]);
        assert_eq!(shown("cd x && GOOS=linux go build -o=/a ."), ["Go /a"]);
        assert_eq!(shown("go build -v ./cmd/a"), ["Go /w/?"]);
        assert_eq!(shown("cargo build --release --locked"), ["Rust /w/target"]);
        assert_eq!(shown("gcc -O2 a.c -o /usr/bin/a -lm"), ["C /usr/bin/a"]);
    }

    #[test]
    fn what_is_static_or_not_known_is_left_out() {
        for run in [
            "CGO_ENABLED=0 go build -o a",
            "go build -ldflags '-extldflags \"-static\"' -o a",
            "GOARCH=$TARGETARCH go build -o a",
            "go build ./...",
            "go build -o $A",
            "cd x && go build -o a",
            "go vet -o a",
            "cargo build --target x86_64-unknown-linux-musl",
            "gcc -static -o a a.c",
            "gcc -c a.c -o a.o",
        ] {
            assert_eq!(shown(run), [""; 0], "{run}");
        }
    }
}

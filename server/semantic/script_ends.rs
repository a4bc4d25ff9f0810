//! Whether a command that is put behind the last one of a shell text is run, and is the program of its name: what may leave
//! the shell before, and what may have another program run.
//! Source: POSIX, "2.14 Special Built-In Utilities", "2.9.1 Simple Commands".

use super::archives::base_name;
use super::facts::Facts;
use super::shell_asks::{Asked, asked};
use super::shell_state::is_profile;
use crate::syntax::shell::{Command, Nesting, Word};

/// Builtins that give a variable a value.
const SETTERS: [&str; 8] = ["declare", "export", "getopts", "local", "read", "readonly", "typeset", "unset"];

/// Whether the end of a script is reached wherever nothing in it fails.
pub fn reaches_end(facts: &Facts) -> bool {
    own_commands(facts).all(|command| !may_leave(facts, command))
}

/// Whether a script may have made something else of a program's name: a function, an alias, another place to look for it.
pub fn may_hide(facts: &Facts, program: &str) -> bool {
    let script = &facts.script;
    script.functions().iter().any(|function| &*function.name == program)
        || own_commands(facts).any(|command| {
            let sets_path = |word: &Word| sets_path(script.str(word.part));
            if command.words.is_empty() {
                return command.assignments.iter().any(sets_path);
            }
            let Asked::Does(name, words) = asked(command, script) else {
                return false;
            };
            let arguments = || words.iter();
            match name {
                "alias" => arguments().any(|word| {
                    word.value
                        .as_deref()
                        .is_none_or(|value| value.split_once('=').is_some_and(|(alias, _)| alias == program))
                }),
                "hash" | "enable" => true,
                name => SETTERS.contains(&name) && arguments().any(sets_path),
            }
        })
}

/// The commands that the shell of a script runs itself.
fn own_commands(facts: &Facts) -> impl Iterator<Item = &Command> {
    facts.script.commands().iter().filter(|command| !command.nesting.any(Nesting::OWN_PROCESS))
}

/// Whether a command may leave the shell of a script without failing. What fails ends the step without what is behind it,
/// and with it.
pub(super) fn may_leave(facts: &Facts, command: &Command) -> bool {
    let script = &facts.script;
    let (name, words) = match asked(command, script) {
        Asked::Does(name, words) => (name, words),
        Asked::Tells => return false,
        // The name of a builtin may be in a variable, but no builtin has a path.
        Asked::Unknown => {
            let name = command.words.iter().find(|word| word.value.is_none());
            return !name.is_some_and(|name| script.str(name.part).contains('/'));
        }
    };
    let fails = || {
        let status = words.first().and_then(|word| word.value.as_deref()?.parse::<u8>().ok());
        status.is_some_and(|status| status != 0)
    };
    let is_in_function = || script.functions().iter().any(|function| function.part.holds(command.part));
    match name {
        "exec" | "eval" => true,
        "exit" | "logout" => !fails(),
        "return" => !fails() && !is_in_function(),
        "." | "source" => {
            let name = words.first().map(|word| base_name(script.str(word.part)));
            !name.is_some_and(|name| is_profile(name) || matches!(name, "os-release" | "lsb-release"))
        }
        _ => false,
    }
}

/// Whether a word sets PATH to something that is looked at before what it was.
fn sets_path(word: &str) -> bool {
    let Some(rest) = word.strip_prefix("PATH") else {
        return false;
    };
    let Some(value) = rest.strip_prefix('=') else {
        return rest.is_empty() || rest.starts_with("+=") && !rest.starts_with("+=:");
    };
    let value = value.trim_matches(['"', '\'']);
    !["$PATH:", "${PATH}:"].iter().any(|start| value.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn with<T>(run: &str, look: impl Fn(&Facts) -> T) -> T {
        let file = File::new(&format!("RUN {run}\n"));
        look(Facts::of(&file.items()[0].instruction).expect("facts"))
    }

    #[test]
    fn what_ends_well_before_the_end_is_seen_however_deep() {
        for run in [
            "if a; then exit 0; fi",
            "for a in b; do { c || exit; }; done",
            "case a in b) exit $?;; esac",
            "a && { return; }",
            "if a; then return 0; fi",
            "f() { exit 0; }; f",
            "eval \"exit 0\"",
            "command exit 0",
            "builtin eval \"$A\"",
            ". ./a",
            "A=exit; $A 0",
            "exec >b",
        ] {
            assert!(!with(run, reaches_end), "{run}");
        }
    }

    #[test]
    fn what_fails_or_is_another_process_is_none() {
        for run in [
            "if a; then exit 1; fi",
            "(exit 0)",
            "a | exit",
            "b=$(exit 0)",
            "sh -c 'exit 0'",
            "f() { return 0; }; f",
            ". /etc/os-release && . \"$HOME/.cargo/env\"",
            "$A/bin/b && \"${A}/c\"",
        ] {
            assert!(with(run, reaches_end), "{run}");
        }
    }

    #[test]
    fn a_name_may_be_given_to_something_else() {
        let hides = |run: &str| with(run, |facts| may_hide(facts, "rm"));
        for run in [
            "rm() { a; }; b",
            "{ function rm { a; }; }",
            "alias rm=a",
            "alias rm='a b'",
            "alias \"$A\"",
            "PATH=/a",
            "export PATH=/a:$PATH",
            "declare -x PATH=/a",
            "unset PATH",
            "read -r PATH",
            "hash -p /a rm",
        ] {
            assert!(hides(run), "{run}");
        }
        for run in [
            "f() { rm a; }; f",
            "alias ll=rm",
            "PATH=/a b",
            "PATH=\"$PATH:/a\"",
            "export PATH=${PATH}:/a A=b",
            "(PATH=/a)",
        ] {
            assert!(!hides(run), "{run}");
        }
    }
}

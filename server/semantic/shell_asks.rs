//! What a command asks of the shell that reads it, behind words that only say how: `command`, `builtin`, `time`.
//! Source: POSIX, "command"; the Bash manual, "Bourne Shell Builtins"; the Z shell manual, "Precommand Modifiers".

use crate::syntax::shell::{Command, Script, Word};

/// What a command asks of its shell.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// To run a program, or what it does itself; the words behind it.
    Does(&'a str, &'a [Word]),
    /// Only to say what something is.
    Tells,
    /// Only the shell knows.
    Unknown,
}

/// What a command has its shell run, behind `command` and the like; `None` where only the shell knows.
pub fn name_for_shell<'a>(command: &'a Command, script: &Script) -> Option<&'a str> {
    match asked(command, script) {
        Asked::Does(name, _) => Some(name),
        Asked::Tells => Some("command"),
        Asked::Unknown => None,
    }
}

/// What a command asks of its shell; a path that only the shell knows is `/`, and no words at all are `:`.
pub fn asked<'a>(command: &'a Command, script: &Script) -> Asked<'a> {
    let mut words = command.words.as_slice();
    while let Some((first, rest)) = words.split_first() {
        let Some(name) = first.value.as_deref() else {
            return if is_path(script.str(first.part)) { Asked::Does("/", rest) } else { Asked::Unknown };
        };
        if !matches!(name, "builtin" | "command" | "nocorrect" | "noglob" | "time" | "!" | "-") {
            return Asked::Does(name, rest);
        }
        words = rest;
        while let Some((option, behind)) = words.split_first()
            && option.value.as_deref().is_some_and(|option| option.starts_with('-'))
        {
            if option.is("-v") || option.is("-V") {
                return Asked::Tells;
            }
            words = behind;
        }
    }
    Asked::Does(":", &[])
}

/// Whether a word that only the shell knows surely names a program by its path.
fn is_path(written: &str) -> bool {
    let is_quoted = written.len() > 1 && written.starts_with('"') && written.ends_with('"');
    let start = written.find(['$', '`']).unwrap_or(written.len());
    match is_quoted {
        true => written.contains('/') && !written.contains(['`', '(']),
        false => written.get(..start).is_some_and(|start| start.contains('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::facts::Facts;
    use crate::syntax::File;

    #[test]
    fn what_is_run_stands_behind_what_says_how() {
        for (run, name) in [
            ("command -p exit 0", Some("exit")),
            ("builtin eval a", Some("eval")),
            ("time a", Some("a")),
            ("command -v a", Some("command")),
            ("/$A/b c", Some("/")),
            ("\"$A/b\" c", Some("/")),
            ("A=b", Some(":")),
            ("$A/b", None),
            ("$A b", None),
        ] {
            let file = File::new(&format!("RUN {run}\n"));
            let facts = Facts::of(&file.items()[0].instruction).expect("facts");
            assert_eq!(name_for_shell(&facts.script.commands()[0], &facts.script), name, "{run}");
        }
    }
}

//! The shells that read the script of a heredoc: the one of its `#!` line, or the one that is given it as its input.

use super::shells::is_posix_shell;
use super::{Joined, RunAs, inner, walk, wrappers};
use crate::path;

/// A shell that reads a script.
#[derive(Clone, Debug)]
pub struct Interpreter {
    name: Box<str>,
    options: Vec<Box<str>>,
    call: Joined,
}

impl Interpreter {
    /// The POSIX shell that a `#!` line names; without the `#!`.
    pub(super) fn of_line(line: &str) -> Option<Interpreter> {
        let (options, names): (Vec<&str>, Vec<&str>) =
            line.split_whitespace().partition(|word| word.starts_with('-'));
        let mut names = names.into_iter().map(path::name);
        let name = names.next().and_then(|name| if name == "env" { names.next() } else { Some(name) })?;
        let options = options.into_iter().map(Box::from).collect();
        is_posix_shell(name).then(|| Interpreter { name: name.into(), options, call: Joined::default() })
    }

    /// The POSIX shell that is all that a command starts, and that reads what it is given.
    pub(super) fn of_call(call: Joined) -> Option<Interpreter> {
        let text = call.text();
        let walked = walk::commands(text);
        let ([command], [_]) = (&*walked.commands, &*walked.elements) else { return None };
        let is_whole = text.get(command.part.start as usize..command.part.end as usize) == Some(text.trim());
        if walked.has_error || !is_whole || text.contains(['<', '>']) {
            return None;
        }
        let programs = wrappers::programs(&command.words, &command.user);
        let [program] = &*programs else { return None };
        let name = wrappers::name_at(&command.words, program.word).filter(|name| is_posix_shell(name))?;
        let words = command.words.get(program.word + 1..program.end)?;
        if program.takes_more || program.user != RunAs::Own || !inner::reads_input(words) {
            return None;
        }
        let options = words.iter().filter_map(|word| word.value.clone()).collect();
        Some(Interpreter { name: name.into(), options, call })
    }

    /// Its name, without a path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is started with.
    pub fn options(&self) -> impl Iterator<Item = &str> {
        self.options.iter().map(|option| &**option)
    }

    /// The words of the instruction that start it; none where a `#!` line does.
    pub fn call(&self) -> &Joined {
        &self.call
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;
    use crate::syntax::shell::{Form, Script};

    fn script(source: &str) -> Option<Script> {
        Script::of(&File::new(source).items()[0].instruction)
    }

    fn shown(source: &str) -> Vec<String> {
        let script = script(source).expect("a script");
        let words = |command: &crate::syntax::shell::Command| {
            let words = command.words.iter().map(|word| script.text_of(word).to_owned());
            words.collect::<Vec<_>>().join(" ")
        };
        script.commands().iter().map(words).collect()
    }

    #[test]
    fn a_shell_that_a_heredoc_is_given_to_reads_it_as_its_script() {
        for call in [
            "<<E bash",
            "<<E /bin/bash -e",
            "<<E env bash",
            "<<'E' /usr/bin/env A=b bash -o pipefail",
            "bash <<E",
            "bash -s <<E",
            "timeout 5 bash -eux <<E",
            "bash <<E -e",
            "--mount=type=tmpfs,target=/x <<E bash",
        ] {
            let source = format!("RUN {call}\na b\n[[ c ]]\nE\n");
            let script = script(&source).unwrap();
            assert_eq!(script.interpreter().map(Interpreter::name), Some("bash"), "{call}");
            assert_eq!((shown(&source), script.form()), (vec!["a b".to_owned()], Form::Heredoc), "{call}");
            assert_eq!(&source[script.place(script.commands()[0].part)], "a b", "{call}");
        }
        let options = |source: &str| {
            let script = script(source).unwrap();
            script.interpreter().unwrap().options().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(options("RUN <<E bash -eo pipefail\na\nE\n"), ["-eo", "pipefail"]);
        assert_eq!(options("RUN <<E\n#!/usr/bin/env -S bash -e\na\nE\n"), ["-S", "-e"]);
    }

    #[test]
    fn what_another_program_is_given_is_no_script() {
        for (call, commands) in [
            ("<<E python3 -u", "python3 -u"),
            ("python3 -u <<E", "python3 -u"),
            ("<<E env node", "env node"),
            ("<<E cat >> /a", "cat"),
            ("<<E bash a", "bash a"),
            ("bash -c b <<E", "bash -c b"),
            ("sudo bash <<E", "sudo bash"),
            ("3<<E bash", "bash"),
        ] {
            for body in ["if (x) { it's $a }", "def f():\n\n  return"] {
                let source = format!("RUN {call}\n{body}\nE\n");
                assert_eq!(shown(&source), [commands], "{source}");
                assert!(script(&source).unwrap().interpreter().is_none(), "{source}");
            }
        }
        assert_eq!(shown("RUN <<E cat > /a && b 'c'\nif d\nE\n"), ["cat", "b c"]);
        assert_eq!(shown("RUN <<E bash\na \\$b\nE\n"), ["bash"]);
        let source = "RUN <<E cat > /a\n$b\nE\n";
        let variables = script(source).unwrap().variables();
        assert_eq!(variables.iter().map(|variable| &*variable.name).collect::<Vec<_>>(), ["b"]);
        assert_eq!(&source[script(source).unwrap().place(variables[0].part)], "$b");
    }
}

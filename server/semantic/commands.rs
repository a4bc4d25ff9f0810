//! What a simple command runs: the program behind `sudo`, `env`, `exec` and the like, and its arguments.

use crate::syntax::Script;
use crate::syntax::shell::wrappers::{self, Program};
use crate::syntax::shell::{Command, RunAs, Word};

/// A program that a simple command runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The command, as an index of the script's.
    pub command: usize,
    /// The word that names the program, as an index of the command's words.
    pub program: usize,
    /// The base name of the program.
    pub name: Box<str>,
    /// Whether `xargs` or `find -exec` gives it further arguments.
    pub takes_more: bool,
    /// Who runs it.
    pub user: RunAs,
    /// One past its last word.
    end: usize,
}

impl Invocation {
    /// The programs that the simple commands of a script run, in order: one each, and what a `find` runs behind it; one
    /// that only the shell can name is left out.
    pub(crate) fn all(script: &Script) -> Vec<Invocation> {
        let commands = script.commands().iter().enumerate();
        commands.flat_map(|(index, command)| Invocation::of(index, command)).collect()
    }

    fn of(index: usize, command: &Command) -> Vec<Invocation> {
        let programs = wrappers::programs(&command.words, &command.user).into_iter();
        let invocation = |Program { word, end, takes_more, user }: Program| {
            let name = wrappers::name_at(&command.words, word)?.into();
            Some(Invocation { command: index, program: word, name, takes_more, user, end })
        };
        programs.filter_map(invocation).collect()
    }

    /// The words after the program.
    pub fn arguments<'a>(&self, script: &'a Script) -> &'a [Word] {
        let command = script.commands().get(self.command);
        command.and_then(|command| command.words.get(self.program + 1..self.end)).unwrap_or_default()
    }

    /// The words after the program as they are written, without the quotes around them.
    pub fn written_arguments<'a>(&self, script: &'a Script) -> Vec<&'a str> {
        let word = |word: &Word| script.str(word.part).trim_matches(['"', '\'']);
        self.arguments(script).iter().map(word).collect()
    }

    /// The simple command.
    pub fn command<'a>(&self, script: &'a Script) -> Option<&'a Command> {
        script.commands().get(self.command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::facts::Facts;
    use crate::syntax::File;

    /// Each program with its words, and who runs it.
    fn shown(source: &str) -> Vec<String> {
        let file = File::new(source);
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        let show = |invocation: &Invocation| {
            let words = invocation.arguments(&facts.script).iter().map(|word| facts.script.str(word.part));
            let user = match &invocation.user {
                RunAs::Own => String::new(),
                other => format!(" as {other:?}"),
            };
            format!("{} {}{user}", invocation.name, words.collect::<Vec<_>>().join(" "))
        };
        facts.invocations.iter().map(show).collect()
    }

    #[test]
    fn what_a_wrapper_runs_is_seen_with_its_own_words() {
        for wrapped in [
            "timeout -k 5 10 a -b",
            "nice -n 10 ionice -c3 a -b",
            "stdbuf -oL -e 0 a -b",
            "env -u X Y=z /usr/bin/a -b",
            "builtin a -b",
            "busybox a -b",
            "nohup setsid xvfb-run -s x a -b",
            "gosu root a -b",
        ] {
            assert_eq!(shown(&format!("RUN {wrapped}")), ["a -b"], "{wrapped}");
        }
        assert_eq!(shown("RUN command -v a; sudo"), ["command -v a", "sudo "]);
        assert_eq!(shown("RUN chroot /x a"), ["chroot /x a"]);
    }

    #[test]
    fn what_find_runs_stands_behind_it() {
        assert_eq!(
            shown("RUN find /a -name b -exec chmod 7 {} \\; -o -exec sudo rm {} + && c"),
            [
                "find /a -name b -exec chmod 7 {} \\; -o -exec sudo rm {} +",
                "chmod 7 {}",
                "rm {} as Sudo",
                "c "
            ]
        );
    }

    #[test]
    fn another_user_is_told() {
        for run in [
            "gosu u a",
            "su-exec u:g a",
            "sudo -Hu u a",
            "setpriv --reuid=u --init-groups a",
            "runuser -u u -- a",
        ] {
            assert_eq!(shown(&format!("RUN {run}")), ["a  as User(Some(\"u\"))"], "{run}");
        }
        assert_eq!(shown("RUN gosu $U a"), ["a  as User(None)"]);
        assert_eq!(shown("RUN su u -c 'a'"), ["su u -c 'a'", "a  as User(Some(\"u\"))"]);
    }
}

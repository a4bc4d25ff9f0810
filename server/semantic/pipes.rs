//! Pipes: the commands on their left whose failure nobody hears of, and what fails once somebody does.
//! Source: POSIX, "2.9.2 Pipelines"; bash(1), "pipefail".

use super::facts::Facts;
use crate::syntax::shell::{Command, Joint, Nesting};
use crate::syntax::{Arguments, Instruction, Kind};

/// Programs that only fail where the right side has gone, which that tells of.
const SURE: [&str; 5] = [":", "echo", "printf", "true", "yes"];

/// The commands left of a pipe that may fail without anyone noticing, as indexes of the script's, in order.
pub fn unheard(facts: &Facts) -> impl Iterator<Item = usize> {
    let commands = facts.script.commands();
    let asked = Nesting::CONDITION.and(Nesting::NEGATED).and(Nesting::SCRIPT).and(Nesting::BROKEN);
    let pipes = commands.iter().enumerate().filter(|(_, command)| command.joint == Joint::Pipe);
    let lefts = pipes.filter_map(|(index, _)| Some((left_of(commands, index)?, index)));
    let heard = move |index: usize| {
        let after = commands.get(index + 1..).unwrap_or_default();
        let next = after.iter().find(|command| command.joint != Joint::Pipe);
        next.is_some_and(|next| {
            next.joint == Joint::Or && next.words.iter().any(|word| word.is("true") || word.is(":"))
        })
    };
    lefts.filter_map(move |(left, index)| {
        let is_sure = match facts.invocation_of(left) {
            Some(invocation) => SURE.contains(&&*invocation.name),
            None => commands.get(left)?.words.is_empty(),
        };
        let is_missed = || is_selection(facts, left) && checks_sums(facts, index);
        (!commands.get(left)?.nesting.any(asked) && !is_sure && !heard(index) && !is_missed()).then_some(left)
    })
}

/// Whether a command picks lines of what it reads: where it fails there is none.
fn is_selection(facts: &Facts, command: usize) -> bool {
    let name = facts.invocation_of(command).map(|invocation| &*invocation.name);
    matches!(name, Some("awk" | "egrep" | "fgrep" | "grep" | "sed"))
}

/// Whether a command compares check sums that it reads, and fails where it is given none.
/// Source: coreutils, `src/cksum.c`; BusyBox, `coreutils/md5_sha1_sum.c`.
fn checks_sums(facts: &Facts, command: usize) -> bool {
    facts.invocation_of(command).is_some_and(|invocation| {
        let is_sum = invocation.name.ends_with("sum");
        let is_check = |word: &str| {
            word == "--check" || word.starts_with('-') && !word.starts_with("--") && word.contains('c')
        };
        let mut words = invocation.arguments(&facts.script).iter();
        (is_sum || &*invocation.name == "shasum")
            && words.any(|word| word.value.as_deref().is_some_and(is_check))
    })
}

/// The command that a pipe leads from; the last one of a group.
fn left_of(commands: &[Command], right: usize) -> Option<usize> {
    let is_inside = |command: &Command| command.nesting.any(Nesting::SUBSTITUTION);
    let own = commands.get(right).is_some_and(is_inside);
    commands.get(..right)?.iter().rposition(|command| own || !is_inside(command))
}

/// Whether an instruction runs otherwise under bash or ash with `pipefail` than under the shell that is there: its command
/// is kept with the shell for later, a pipe is left before its end, or it has backslashes replaced (unless `may_echo`).
pub fn minds_pipefail(instruction: &Instruction, may_echo: bool) -> bool {
    let ast = instruction.ast();
    let command = match &ast.arguments {
        Arguments::Healthcheck(_, command) => command,
        other => other,
    };
    match ast.kind {
        Kind::Onbuild | Kind::Shell => true,
        Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck => matches!(command, Arguments::Text(_)),
        Kind::Run => Facts::of(instruction).is_some_and(|facts| {
            let echoes =
                facts.script.text().text().contains("echo") && facts.script.text().text().contains('\\');
            (echoes && !may_echo) || stops_early(facts)
        }),
        _ => false,
    }
}

/// Programs that end with a failure to say something: that nothing was found, or that one of many failed.
const TELLING: [&str; 7] = ["cmp", "diff", "egrep", "fgrep", "find", "grep", "xargs"];

/// Whether a pipe has a right side that may end first, so that the left one fails for want of a reader, or a left side whose
/// failure may be no mistake.
fn stops_early(facts: &Facts) -> bool {
    let script = &facts.script;
    let commands = script.commands();
    commands.iter().enumerate().filter(|(_, command)| command.joint == Joint::Pipe).any(|(index, command)| {
        let left_index = left_of(commands, index);
        let left = left_index.and_then(|left| facts.invocation_of(left));
        let tells = left_index.and_then(|left| commands.get(left)?.words.first());
        if tells.is_some_and(|word| TELLING.iter().any(|name| word.is(name))) {
            return true;
        }
        let Some(right) = facts.invocation_of(index) else {
            return true;
        };
        let mut words = right.arguments(script).iter().map(|word| script.str(word.part));
        let has_letter = |word: &str, letters: [char; 2]| {
            word.starts_with('-') && !word.starts_with("--") && word.contains(letters)
        };
        let stops = match &*right.name {
            "head" | "read" | "less" | "more" | "true" => true,
            "grep" | "egrep" | "fgrep" => words.any(|word| {
                has_letter(word, ['q', 'm'])
                    || word.starts_with("--quiet")
                    || word.starts_with("--max")
                    || word == "--silent"
            }),
            "sed" => words.any(|word| word.contains('q')),
            "awk" | "gawk" | "mawk" | "perl" => script.str(command.part).contains("exit"),
            _ => false,
        };
        stops || left.is_some_and(|left| &*left.name == "yes")
    })
}

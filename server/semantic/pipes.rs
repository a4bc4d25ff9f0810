//! Pipes: the commands on their left whose failure is ignored, and what would fail with `pipefail`.
//! Source: POSIX, "2.9.2 Pipelines"; bash(1), "pipefail".

use std::collections::BTreeMap;

use super::facts::Facts;
use super::pipe_results;
use crate::knowledge::pipe_programs::{self, Input};
use crate::syntax::shell::{Command, Joint, Nesting, Word};
use crate::syntax::{Arguments, Instruction, Kind};

/// Programs that only fail where the right side has ended, which then fails too.
const SURE: [&str; 10] = [":", "echo", "printf", "set", "trap", "true", "umask", "uname", "unset", "yes"];

/// Programs that cannot fail where they are given nothing.
const SURE_ALONE: [&str; 9] = ["arch", "date", "env", "hostname", "id", "nproc", "printenv", "pwd", "whoami"];

/// Programs that write what they read in another form: behind another pipe they cannot fail. Of what `grep` does not find it
/// says so.
const FILTERS: [&str; 15] = [
    "awk", "column", "cut", "fold", "gawk", "head", "nl", "rev", "sed", "sort", "tac", "tail", "tr", "uniq",
    "wc",
];

/// The commands left of a pipe that may fail without anyone noticing, though with `pipefail` somebody would; as indexes of
/// the script's, in order.
pub fn unheard(facts: &Facts) -> impl Iterator<Item = usize> {
    let commands = facts.script.commands();
    let asked = Nesting::CONDITION.and(Nesting::NEGATED).and(Nesting::SCRIPT).and(Nesting::BROKEN);
    let pipes = commands.iter().enumerate().filter(|(_, command)| command.joint == Joint::Pipe);
    let rights: BTreeMap<usize, usize> =
        pipes.filter_map(|(index, _)| Some((left_of(commands, index)?, index))).collect();
    let lefts: Vec<usize> = rights.keys().copied().collect();
    let heard = heard(commands);
    let noticed = noticed(facts, &rights);
    let let_pass = let_pass(facts);
    lefts.into_iter().filter(move |left| {
        let is_sure = match facts.invocation_of(*left) {
            // Where nobody has a table yet, `crontab -l` fails: it begins from nothing.
            Some(invocation) if &*invocation.name == "crontab" => {
                invocation.written_arguments(&facts.script).contains(&"-l")
            }
            Some(invocation) => {
                let is_middle = commands.get(*left).is_some_and(|command| command.joint == Joint::Pipe);
                let name = &&*invocation.name;
                let is_alone = || invocation.written_arguments(&facts.script).is_empty();
                SURE.contains(name)
                    || SURE_ALONE.contains(name) && is_alone()
                    || is_middle && FILTERS.contains(name)
            }
            None => commands.get(*left).is_none_or(|command| command.words.is_empty()),
        };
        let is_asked = || commands.get(*left).is_none_or(|command| command.nesting.any(asked));
        let is_let_pass = |index: usize| {
            let element = commands.get(index).map(|command| command.element);
            element.and_then(|element| let_pass.get(element)) == Some(&true)
        };
        let is_heard = rights.get(left).and_then(|right| heard.get(*right)).copied().unwrap_or_default();
        // What picks lines of a file writes none where it fails.
        let picks = matches!(
            facts.invocation_of(*left).map(|invocation| &*invocation.name),
            Some("awk" | "egrep" | "fgrep" | "grep" | "sed")
        );
        let is_noticed = noticed
            .get(left)
            .is_some_and(|noticed| if picks { noticed.if_empty } else { noticed.if_cut_off });
        !is_sure
            && !is_asked()
            && !is_heard
            && !is_let_pass(*left)
            && !is_noticed
            && counts(commands, *left)
            && !pipe_results::is_looked_at(facts, *left)
    })
}

/// For each element of a script whether its failure is let pass: `|| true` ends the list that it stands in.
fn let_pass(facts: &Facts) -> Vec<bool> {
    let (elements, commands) = (facts.script.elements(), facts.script.commands());
    let mut swallows: Vec<Option<bool>> = vec![None; elements.len()];
    for command in commands {
        if let Some(swallows) = swallows.get_mut(command.element) {
            swallows.get_or_insert(command.words.iter().any(|word| word.is("true") || word.is(":")));
        }
    }
    let mut passes = vec![false; elements.len()];
    let mut behind = false;
    for (index, next) in elements.iter().enumerate().skip(1).rev() {
        behind = match next.joint {
            Joint::And => behind,
            Joint::Or => swallows.get(index).copied().flatten() == Some(true),
            _ => false,
        };
        if let Some(passes) = passes.get_mut(index - 1) {
            *passes = behind;
        }
    }
    passes
}

/// The command on the left of the first pipe, whatever it is; not in a script for a shell of its own.
pub fn first(facts: &Facts) -> Option<&Command> {
    let commands = facts.script.commands();
    let apart = Nesting::SCRIPT.and(Nesting::BROKEN);
    let is_pipe = |command: &Command| command.joint == Joint::Pipe && !command.nesting.any(apart);
    commands.get(left_of(commands, commands.iter().position(is_pipe)?)?)
}

/// For each command whether `|| true` stands at the end of the pipe that goes on behind it.
fn heard(commands: &[Command]) -> Vec<bool> {
    let mut heard = vec![false; commands.len()];
    // From the end: each pipe is gone along once.
    let mut behind = false;
    for (heard, next) in heard.iter_mut().rev().skip(1).zip(commands.iter().rev()) {
        if next.joint != Joint::Pipe {
            let swallows = next.words.iter().any(|word| word.is("true") || word.is(":"));
            behind = next.joint == Joint::Or && swallows;
        }
        *heard = behind;
    }
    heard
}

/// Whether the command at the end of a pipe fails by itself where one on the left does.
#[derive(Clone, Copy)]
struct Noticed {
    /// Of one that then writes a part.
    if_cut_off: bool,
    /// Of one that then writes nothing.
    if_empty: bool,
}

/// What the right sides make of a failure of each command left of a pipe.
fn noticed(facts: &Facts, rights: &BTreeMap<usize, usize>) -> BTreeMap<usize, Noticed> {
    let mut noticed: BTreeMap<usize, Noticed> = BTreeMap::new();
    // From the end: what the next right side makes of it is known then.
    for (left, right) in rights.iter().rev() {
        let input = input_of(facts, *right);
        let further = noticed.get(right).copied();
        let is = |is_refused: bool, further: Option<bool>| match further {
            None => is_refused || only_tells(facts, *right),
            Some(further) => (is_refused || input == Input::Passed) && further,
        };
        let if_cut_off = is(input == Input::Refused, further.map(|further| further.if_cut_off));
        let if_empty = is(
            matches!(input, Input::Refused | Input::RefusedIfEmpty),
            further.map(|further| further.if_empty),
        );
        noticed.insert(*left, Noticed { if_cut_off, if_empty });
    }
    noticed
}

/// Whether a command looks for something, and what it finds is only printed: then it is there to fail where that is
/// not to be seen.
fn only_tells(facts: &Facts, index: usize) -> bool {
    let (commands, script) = (facts.script.commands(), &facts.script);
    let Some((command, invocation)) = commands.get(index).zip(facts.invocation_of(index)) else {
        return false;
    };
    let end = commands.get(index + 1).map_or(u32::MAX, |next| next.part.start);
    let is_own = |word: &&Word| command.part.start <= word.part.start && word.part.start < end;
    let is_kept = || script.outputs().iter().filter(is_own).any(|word| !word.is("/dev/null"));
    let outer = Nesting::SUBSTITUTION.and(Nesting::SUBSHELL).and(Nesting::GROUP).and(Nesting::LOOP);
    pipe_programs::looks_for(&invocation.name, &invocation.written_arguments(script))
        && !is_kept()
        && !command.nesting.any(outer)
}

/// What the command right of a pipe, or the one that reads for it in `(cd /a && tar x)`, makes of half an input.
fn input_of(facts: &Facts, right: usize) -> Input {
    facts.invocation_of(reader_of(facts, right)).map_or(Input::Taken, |invocation| {
        pipe_programs::input(&invocation.name, &invocation.written_arguments(&facts.script))
    })
}

/// The command that reads what comes through the pipe before `right`: the `tar` of `| (cd /a && tar x)`.
fn reader_of(facts: &Facts, right: usize) -> usize {
    let commands = facts.script.commands();
    let name = |index: usize| facts.invocation_of(index).map(|invocation| &*invocation.name);
    let is_aside = |index: &usize| {
        let follows =
            commands.get(index + 1).is_some_and(|next| matches!(next.joint, Joint::And | Joint::Then));
        follows && matches!(name(*index), Some("cd" | "mkdir"))
    };
    (right..commands.len()).find(|index| !is_aside(index)).unwrap_or(right)
}

/// Whether a command is the condition of a loop that ends with its input: `| while read a; do …`.
fn reads_to_end(facts: &Facts, right: usize) -> bool {
    let script = &facts.script;
    let before = facts
        .script
        .commands()
        .get(right)
        .and_then(|command| script.text().text().get(..command.part.start as usize));
    let leaves = |word: &Word| ["break", "exit", "return"].iter().any(|name| word.is(name));
    before.is_some_and(|before| before.trim_end().ends_with("while"))
        && !script.commands().iter().filter_map(|command| command.words.first()).any(leaves)
}

/// Whether somebody asks how a command ended: not inside `echo $(…)` and `for a in $(…)`, only inside `A=$(…)`.
fn counts(commands: &[Command], index: usize) -> bool {
    let Some(command) = commands.get(index).filter(|command| command.nesting.any(Nesting::SUBSTITUTION))
    else {
        return true;
    };
    let holds = |outer: &&Command| outer.part.holds(command.part);
    let outer = commands.get(..index).unwrap_or_default().iter().rev().find(holds);
    outer.is_some_and(|outer| outer.words.is_empty())
}

/// Whether a command does nothing but look at what is there.
pub fn only_looks(facts: &Facts, command: usize) -> bool {
    facts.invocation_of(command).is_some_and(|invocation| {
        let arguments = invocation.written_arguments(&facts.script);
        pipe_programs::only_looks(&invocation.name, &arguments)
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

/// Whether a pipe has a right side that may end first, so that the left one fails for want of a reader, or a left side whose
/// failure may be no mistake.
fn stops_early(facts: &Facts) -> bool {
    let script = &facts.script;
    let commands = script.commands();
    commands.iter().enumerate().filter(|(_, command)| command.joint == Joint::Pipe).any(|(index, _)| {
        let left_index = left_of(commands, index);
        let left = left_index.and_then(|left| facts.invocation_of(left));
        let first = left_index.and_then(|left| commands.get(left)?.words.first()?.value.as_deref());
        let mut names = first.into_iter().chain(left.map(|left| &*left.name));
        if names.any(pipe_programs::may_fail_rightly) {
            return true;
        }
        let reader = reader_of(facts, index);
        let Some((right, command)) = facts.invocation_of(reader).zip(commands.get(reader)) else {
            return true;
        };
        let mut words = right.arguments(script).iter().map(|word| script.str(word.part));
        let has_letter = |word: &str, letters: [char; 2]| {
            word.starts_with('-') && !word.starts_with("--") && word.contains(letters)
        };
        let stops = match &*right.name {
            "read" => !reads_to_end(facts, index),
            "dd" | "head" | "less" | "more" | "true" => true,
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

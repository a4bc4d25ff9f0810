//! Failures that nobody hears of: what goes on after a command has failed, or waits for one without asking how it ended.
//! Source: POSIX, "2.8.2 Exit Status for Commands", "set -e", and "wait".

use super::facts::Facts;
use crate::knowledge::package_managers::Action;
use crate::syntax::shell::{Form, Joint};

/// A failure that is swallowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swallowed {
    /// The command that may fail, as an index of the script's.
    pub command: usize,
    /// What swallows it.
    pub by: Swallower,
}

/// What swallows a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swallower {
    /// `||` before the command of this index, which does not fail.
    Or(usize),
    /// `;` or a line break, without `set -e`.
    Then,
}

/// Programs that do not fail, whatever they are given.
const SURE: [&str; 4] = [":", "echo", "printf", "true"];

/// The installs of a script whose failure is swallowed, in order. What the shell's own options say (`sh -ec`) is not known
/// here.
pub fn swallowed(facts: &Facts) -> Vec<Swallowed> {
    let script = &facts.script;
    if script.form() == Form::Exec || script.has_error() {
        return Vec::new();
    }
    let installs = facts.packages.iter().filter(|package| package.action == Action::Install);
    let installs = installs.filter(|package| !package.operands.is_empty());
    installs
        .filter_map(|package| {
            let by = swallower(facts, package.command)?;
            Some(Swallowed { command: package.command, by })
        })
        .collect()
}

fn swallower(facts: &Facts, index: usize) -> Option<Swallower> {
    let commands = facts.script.commands();
    let command = commands.get(index).filter(|command| command.nesting.is_top())?;
    let rest = commands.get(index + 1..)?;
    let next = rest.first()?;
    if next.nesting.is_top() && next.joint == Joint::Or {
        // `a || true` says that `a` may fail. In a longer list it may be meant for what stands before, and what
        // stands behind runs as if nothing were.
        let is_followed =
            rest.get(1).is_some_and(|after| after.nesting.is_top() && after.joint == Joint::And);
        if command.joint != Joint::And && !is_followed {
            return None;
        }
        return is_sure(facts, index + 1).then_some(Swallower::Or(index + 1));
    }
    if stops_at_errors(facts, index) {
        return None;
    }
    // The list that the command stands in goes on to the next `;`.
    let elements = facts.script.elements().get(command.element + 1..)?;
    let after = elements.iter().find(|element| !matches!(element.joint, Joint::And | Joint::Pipe))?;
    let is_asked = facts.script.text().text().contains("$?");
    (after.joint == Joint::Then && !is_asked).then_some(Swallower::Then)
}

fn is_sure(facts: &Facts, index: usize) -> bool {
    let sure =
        facts.invocation_of(index).is_some_and(|found| found.program == 0 && SURE.contains(&&*found.name));
    let words =
        facts.script.commands().get(index).map(|command| command.words.as_slice()).unwrap_or_default();
    sure || words.first().is_some_and(|word| word.is("exit")) && words.get(1).is_some_and(|word| word.is("0"))
}

/// Whether `set -e` stands before a command, or in the `#!` line.
fn stops_at_errors(facts: &Facts, index: usize) -> bool {
    let script = &facts.script;
    let has_option = |word: &str| {
        word == "errexit" || word.starts_with('-') && !word.starts_with("--") && word.contains('e')
    };
    let first = script.text().text().lines().next().filter(|line| line.starts_with("#!"));
    let before = facts.invocations.iter().take_while(|invocation| invocation.command < index);
    let mut sets = before.filter(|invocation| &*invocation.name == "set");
    first.is_some_and(|line| line.split_whitespace().skip(1).any(has_option))
        || sets
            .any(|set| set.arguments(script).iter().any(|word| word.value.as_deref().is_some_and(has_option)))
}

/// The `wait` without arguments of a script that starts something beside it: whatever that ends with, it is 0.
pub fn deaf_wait(facts: &Facts) -> Option<usize> {
    let script = &facts.script;
    if script.form() == Form::Exec || script.has_error() {
        return None;
    }
    let wait = facts.invocations.iter().find(|invocation| {
        &*invocation.name == "wait" && invocation.program == 0 && invocation.arguments(script).is_empty()
    })?;
    let commands = script.commands();
    let pairs = commands.iter().zip(commands.iter().skip(1)).take(wait.command);
    let text = script.text().text();
    let mut gaps =
        pairs.filter_map(|(left, right)| text.get(left.part.end as usize..right.part.start as usize));
    gaps.any(has_background).then_some(wait.command)
}

/// Whether a lone `&` stands in what joins two commands.
fn has_background(gap: &str) -> bool {
    let bytes = gap.as_bytes();
    bytes.iter().enumerate().any(|(index, byte)| {
        let before = index.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(index + 1);
        *byte == b'&'
            && !matches!(before, Some(b'&' | b'>' | b'<' | b'|'))
            && !matches!(after, Some(b'&' | b'>'))
    })
}

//! Ignored failures: what goes on after a command has failed, or waits for one without checking how it ended.
//! Source: POSIX, "2.8.2 Exit Status for Commands", "set -e", and "wait".

use super::commands::Invocation;
use super::facts::Facts;
use super::packages::PackageCommand;
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::shell::{Command, Element, Form, Joint, Nesting, Shape, Word};

/// A failure that does not fail its RUN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swallowed {
    /// The command that may fail, as an index of the script's.
    pub command: usize,
    /// Whether it holds a file against a checksum or a signature: else it installs packages.
    pub is_check: bool,
    /// What swallows it.
    pub by: Swallower,
    /// Whether the step surely succeeds all the same: what decides it cannot fail for want of what the command makes.
    pub is_unnoticed: bool,
}

/// What swallows a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swallower {
    /// `||` before the command of this index, which does not fail.
    Or(usize),
    /// `;` or a line break behind the top-level element of this index, without `set -e`.
    Then(usize),
}

/// Programs that do not fail, whatever they are given.
const SURE: [&str; 4] = [":", "echo", "printf", "true"];

/// Programs that hold files against checksums where they are told to.
const CHECKSUMS: [&str; 8] =
    ["b2sum", "md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shasum"];

/// The installs and checks of a script whose failure is swallowed, in order. As one `set -e` mends every `;` of a script, one
/// of them is told: that of a check before that of an install. What the shell's own options say (`sh -ec`) is not known here.
pub fn swallowed(facts: &Facts) -> Vec<Swallowed> {
    let script = &facts.script;
    if script.form() == Form::Exec || script.has_error() {
        return Vec::new();
    }
    let commands = facts.invocations.iter().filter_map(|invocation| {
        let is_check = is_check(facts, invocation);
        let installs =
            |package: &PackageCommand| package.action == Action::Install && !package.operands.is_empty();
        let counts = is_check || facts.package_of(invocation.command).is_some_and(installs);
        counts.then_some((invocation.command, is_check))
    });
    let found = commands.filter_map(|(command, is_check)| {
        let by = swallower(facts, command)?;
        Some(Swallowed { command, is_check, by, is_unnoticed: is_unnoticed(facts, by) })
    });
    let mut found: Vec<Swallowed> = found.collect();
    let is_then = |swallowed: &&Swallowed| matches!(swallowed.by, Swallower::Then(_));
    let told = found.iter().filter(is_then).min_by_key(|swallowed| !swallowed.is_check).copied();
    found.retain(|swallowed| !is_then(&swallowed) || told == Some(*swallowed));
    found.dedup_by_key(|swallowed| swallowed.by);
    found
}

/// Whether a program checks files, and says so by how it ends.
fn is_check(facts: &Facts, invocation: &Invocation) -> bool {
    let words = invocation.written_arguments(&facts.script);
    let has = |long: &str, short: char| {
        words.iter().any(|word| {
            *word == long || word.starts_with('-') && !word.starts_with("--") && word.contains(short)
        })
    };
    match &*invocation.name {
        "gpgv" | "gpgv2" => true,
        "gpg" | "gpg2" => words.contains(&"--verify"),
        name => CHECKSUMS.contains(&name) && has("--check", 'c'),
    }
}

fn swallower(facts: &Facts, index: usize) -> Option<Swallower> {
    let commands = facts.script.commands();
    let is_top = |command: &&Command| command.nesting.without(Nesting::PIPELINE).is_top();
    let command = commands.get(index).filter(is_top)?;
    let rest = commands.get(index + 1..)?;
    let next = rest.first()?;
    // What stands behind the pipe decides.
    if next.joint == Joint::Pipe && next.element == command.element {
        return None;
    }
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
    let elements = facts.script.elements().iter().enumerate().skip(command.element + 1);
    let (end, after) =
        { elements }.find(|(_, element)| !matches!(element.joint, Joint::And | Joint::Pipe))?;
    let is_asked = facts.script.text().text().contains("$?");
    (after.joint == Joint::Then && !is_asked).then_some(Swallower::Then(end - 1))
}

/// Whether the step succeeds after a failure that is swallowed so: whatever decides how it ends cannot fail.
fn is_unnoticed(facts: &Facts, by: Swallower) -> bool {
    let elements = facts.script.elements();
    let begins = |element: &Element| !matches!(element.joint, Joint::And | Joint::Or | Joint::Pipe);
    let first = match by {
        Swallower::Then(_) => elements.iter().rposition(begins).unwrap_or_default(),
        Swallower::Or(command) => {
            facts.script.commands().get(command).map_or(elements.len(), |command| command.element)
        }
    };
    let tail = elements.iter().enumerate().skip(first);
    let mut tail = tail.map(|(index, element)| (element.joint, cannot_fail(facts, index)));
    let sure = tail.next().is_some_and(|(_, sure)| sure);
    tail.fold(sure, |sure, (joint, own)| match joint {
        Joint::Or => sure || own,
        _ => sure && own,
    })
}

/// Whether a top-level element ends well whatever is or is not installed.
fn cannot_fail(facts: &Facts, index: usize) -> bool {
    let script = &facts.script;
    let Some(element) = script.elements().get(index).filter(|element| element.shape == Shape::Simple) else {
        return false;
    };
    let own = |word: &Word| element.part.start <= word.part.start && word.part.start < element.part.end;
    let is_device = |word: &Word| word.value.as_deref().is_some_and(|word| word.starts_with("/dev/"));
    // The folder of a file that is written may be what is missing.
    let writes = script.outputs().iter().any(|word| own(word) && !is_device(word));
    let commands = script.commands().iter().enumerate().filter(|(_, command)| command.element == index);
    let mut commands = commands.map(|(command, _)| command).peekable();
    !writes
        && commands.peek().is_some()
        && commands.all(|command| is_sure(facts, command) || tidies(facts, command))
}

/// Whether a command does nothing but tidy up, with what every image has that it is written for.
fn tidies(facts: &Facts, index: usize) -> bool {
    use Family::{Apk, Apt, Dnf, Pacman, Zypper};
    let cleans = |package: &PackageCommand| {
        let is_system = matches!(package.manager.family, Apk | Apt | Dnf | Pacman | Zypper);
        let is_bare = package.action == Action::Remove && package.operands.is_empty();
        is_system && (package.action == Action::Clean || is_bare)
    };
    let has_flag = |invocation: &Invocation, flag: char| {
        let words = invocation.written_arguments(&facts.script);
        words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(flag))
    };
    facts.package_of(index).is_some_and(cleans)
        || facts.invocation_of(index).is_some_and(|invocation| match &*invocation.name {
            "rm" => has_flag(invocation, 'f'),
            "mkdir" => has_flag(invocation, 'p'),
            _ => false,
        })
}

fn is_sure(facts: &Facts, index: usize) -> bool {
    let sure =
        facts.invocation_of(index).is_some_and(|found| found.program == 0 && SURE.contains(&&*found.name));
    let words =
        facts.script.commands().get(index).map(|command| command.words.as_slice()).unwrap_or_default();
    sure || words.first().is_some_and(|word| word.is("exit")) && words.get(1).is_some_and(|word| word.is("0"))
}

/// Whether `set -e` stands before a command, given by its index, or the shell that reads a heredoc is started so.
pub fn stops_at_errors(facts: &Facts, index: usize) -> bool {
    let script = &facts.script;
    let has_option = |word: &str| {
        word == "errexit" || word.starts_with('-') && !word.starts_with("--") && word.contains('e')
    };
    let before = facts.invocations.iter().take_while(|invocation| invocation.command < index);
    let mut sets = before.filter(|invocation| &*invocation.name == "set");
    script.interpreter().is_some_and(|interpreter| interpreter.options().any(has_option))
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

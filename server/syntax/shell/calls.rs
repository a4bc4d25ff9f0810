//! Functions of a shell text: what is in one is done where it is called, not where it is written.

use super::{Command, Nesting, Part};

/// A function.
#[derive(Clone, Debug)]
pub struct Definition {
    /// What it is called by.
    pub name: Box<str>,
    /// All of it.
    pub part: Part,
}

/// The commands of a text, those of functions where they are called: as often as they are, up to a few times as many
/// as there were. Functions that nothing calls stay as they are written.
pub(super) fn in_order(commands: Vec<Command>, definitions: &[Definition]) -> Vec<Command> {
    if definitions.is_empty() {
        return commands;
    }
    let outermost: Vec<&Definition> = definitions
        .iter()
        .filter(|one| !definitions.iter().any(|other| other.part.holds(one.part) && other.part != one.part))
        .collect();
    let mut text =
        Text { owners: owners(&commands, &outermost), commands: &commands, definitions: outermost };
    let called = text.called();
    // An uncalled function is no function of its own here.
    for owner in &mut text.owners {
        *owner = owner.filter(|owner| called.get(*owner) == Some(&true));
    }
    let mut done = Vec::with_capacity(commands.len());
    let budget = commands.len() * 4 + 64;
    for (index, command) in commands.iter().enumerate() {
        if text.owners.get(index).is_some_and(Option::is_none) {
            done.push(command.clone());
            text.call(command, command, &mut Vec::new(), budget, &mut done);
        }
    }
    done
}

/// For each command the function it stands in.
fn owners(commands: &[Command], definitions: &[&Definition]) -> Vec<Option<usize>> {
    let owner = |command: &Command| {
        // They are sorted, and none is in another.
        let index = definitions.partition_point(|definition| definition.part.end <= command.part.start);
        definitions.get(index).filter(|definition| definition.part.holds(command.part)).map(|_| index)
    };
    commands.iter().map(owner).collect()
}

struct Text<'a> {
    commands: &'a [Command],
    definitions: Vec<&'a Definition>,
    owners: Vec<Option<usize>>,
}

impl Text<'_> {
    /// For each function whether something outside of all functions leads to it.
    fn called(&self) -> Vec<bool> {
        let mut called = vec![false; self.definitions.len()];
        let mut open: Vec<Option<usize>> = vec![None];
        while let Some(caller) = open.pop() {
            for (command, _) in self.commands.iter().zip(&self.owners).filter(|(_, owner)| **owner == caller)
            {
                let Some(target) = self.target(command, command) else {
                    continue;
                };
                if let Some(is_called) = called.get_mut(target).filter(|is_called| !**is_called) {
                    *is_called = true;
                    open.push(Some(target));
                }
            }
        }
        called
    }

    /// The function that a command calls when it is run as a part of `at`: the last of the name above that.
    fn target(&self, command: &Command, at: &Command) -> Option<usize> {
        let name = command.words.first()?.value.as_deref()?;
        let above = self
            .definitions
            .iter()
            .rposition(|definition| &*definition.name == name && definition.part.end <= at.part.start);
        // One function calls another that is written below it.
        above
            .or_else(|| self.definitions.iter().rposition(|definition| &*definition.name == name))
            .filter(|_| !command.nesting.any(Nesting::SCRIPT))
    }

    /// Adds what a command does if it calls a function; `open` are the functions it stands in.
    fn call(
        &self,
        command: &Command,
        at: &Command,
        open: &mut Vec<usize>,
        budget: usize,
        done: &mut Vec<Command>,
    ) {
        let Some(target) = self.target(command, at).filter(|target| !open.contains(target)) else {
            return;
        };
        open.push(target);
        let body = self.commands.iter().zip(&self.owners).filter(|(_, owner)| **owner == Some(target));
        for (inner, _) in body {
            if done.len() >= budget {
                break;
            }
            done.push(Command {
                nesting: inner.nesting.without(Nesting::FUNCTION).and(at.nesting),
                element: at.element,
                ..inner.clone()
            });
            self.call(inner, at, open, budget, done);
        }
        open.pop();
    }
}

//! What the rules know of a file's instructions, each by itself. It is kept with the instruction, so that a keystroke
//! pays for the instruction it touches, and for one look at each of the others.

use std::ops::Range;

use super::found::{Findings, Found};
use super::pragma::Speaker;
use super::suppress;
use super::{ALL, Check};
use crate::document::Document;
use crate::semantic::facts::Facts;
use crate::syntax::{Instruction, Item, Kind};

/// What is kept with the instructions of a file, taken together.
pub(super) struct Survey<'a> {
    /// What is found in instructions by themselves, with their indexes in the file; in order.
    pub(super) found: Vec<(usize, &'a [Found])>,
    /// The instructions that each rule picks.
    pub(super) steps: Steps,
    /// The names that comments silence in the whole file; in order.
    pub(super) silenced: Vec<(Speaker, &'a str)>,
    /// The instructions below comments that silence something in them, or in the stage that they begin; in order.
    pub(super) commented: Vec<usize>,
}

/// For each rule of [`ALL`] the instructions that it picks, as indexes of the file's; in order.
#[derive(Default)]
pub(super) struct Steps {
    /// Those of all rules, one rule after the other.
    items: Vec<usize>,
    /// For each rule where its own are.
    ranges: Vec<Range<usize>>,
}

impl Steps {
    /// Those that the rule of this index picks.
    pub(super) fn of(&self, rule: usize) -> &[usize] {
        self.ranges.get(rule).and_then(|range| self.items.get(range.clone())).unwrap_or_default()
    }
}

/// What is kept with an instruction until it changes.
struct Kept {
    /// What the rules find in it by itself.
    found: Box<[Found]>,
    /// The names that its comments silence in the whole file.
    silenced: Box<[(Speaker, String)]>,
    /// The rules that pick it.
    picks: Picks,
}

/// Some of the rules that pick steps, each by its number among them, and [`MORE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Picks([u64; 2]);

/// The number that says that comments above an instruction may silence what is found in it, or in its stage.
const COMMENTED: usize = 125;
/// The number that says that more is kept with an instruction than what picks it.
const MORE: usize = 126;

impl Picks {
    fn insert(&mut self, number: usize) {
        self.0.get_mut(number / 64).into_iter().for_each(|word| *word |= 1 << (number % 64));
    }

    fn both(self, other: Picks) -> Picks {
        let (Picks([first, second]), Picks([others, more])) = (self, other);
        Picks([first & others, second & more])
    }

    fn either(self, other: Picks) -> Picks {
        let (Picks([first, second]), Picks([others, more])) = (self, other);
        Picks([first | others, second | more])
    }

    fn for_each(self, mut tell: impl FnMut(usize)) {
        for (index, mut word) in self.0.into_iter().enumerate() {
            while word != 0 {
                tell(index * 64 + word.trailing_zeros() as usize);
                word &= word - 1;
            }
        }
    }
}

impl<'a> Survey<'a> {
    /// Of the rules that are wanted (indexes of [`ALL`]): the steps of others may be missing.
    pub(super) fn of(document: &'a Document, is_wanted: &dyn Fn(usize) -> bool) -> Survey<'a> {
        let numbers: Vec<usize> = numbered().collect();
        let wanted = wanted_picks(&numbers, is_wanted);
        Survey::of_picks(document, &numbers, wanted)
    }

    /// Of all rules, where only what is found in some of the instructions (as indexes of the file's) is asked for: the steps
    /// of a rule that finds nothing in these may be missing.
    pub(super) fn near(document: &'a Document, items: Range<usize>) -> Survey<'a> {
        let numbers: Vec<usize> = numbered().collect();
        let finds_elsewhere = |rule: usize| {
            ALL.get(rule)
                .is_some_and(|rule| matches!(rule.check, Check::StepsAnywhere(..) | Check::StageSteps(..)))
        };
        let wanted = wanted_picks(&numbers, &finds_elsewhere);
        let all = document.file().items();
        let near = all.get(items.start.min(all.len())..items.end.min(all.len())).unwrap_or_default();
        let wanted = near.iter().fold(wanted, |wanted, item| wanted.either(picks(item)));
        Survey::of_picks(document, &numbers, wanted)
    }

    fn of_picks(document: &'a Document, numbers: &[usize], wanted: Picks) -> Survey<'a> {
        let picks = |item: &Item| picks(item).both(wanted);
        // Counted first: room for all is made at once.
        let mut counts = vec![0; MORE + 1];
        let items = document.file().items();
        items.iter().for_each(|item| picks(item).for_each(|number| bump(&mut counts, number)));
        let mut ends = Vec::with_capacity(numbers.len());
        let mut ranges = vec![0..0; ALL.len()];
        let mut length = 0;
        for (rule, count) in numbers.iter().zip(&counts) {
            ends.push(length);
            ranges.get_mut(*rule).into_iter().for_each(|range| *range = length..length + count);
            length += count;
        }
        let mut survey = Survey {
            found: Vec::with_capacity(counts.get(MORE).copied().unwrap_or(0)),
            steps: Steps { items: vec![0; length], ranges },
            silenced: Vec::new(),
            commented: Vec::new(),
        };
        for (index, item) in items.iter().enumerate() {
            picks(item).for_each(|number| match ends.get_mut(number) {
                Some(end) => {
                    survey.steps.items.get_mut(*end).into_iter().for_each(|step| *step = index);
                    *end += 1;
                }
                None if number == COMMENTED => survey.commented.push(index),
                None => survey.add(index, kept(&item.instruction)),
            });
        }
        survey
    }

    fn add(&mut self, index: usize, kept: Option<&'a Kept>) {
        if let Some(kept) = kept {
            self.found.push((index, &kept.found));
            let names = kept.silenced.iter().map(|(speaker, name)| (*speaker, name.as_str()));
            self.silenced.extend(names);
        }
    }
}

/// Those of the rules with these numbers that are wanted, and what is wanted always.
fn wanted_picks(numbers: &[usize], is_wanted: &dyn Fn(usize) -> bool) -> Picks {
    let mut wanted = Picks::default();
    let is_picker = |(_, rule): &(usize, &usize)| is_wanted(**rule);
    numbers.iter().enumerate().filter(is_picker).for_each(|(number, _)| wanted.insert(number));
    [COMMENTED, MORE].into_iter().for_each(|number| wanted.insert(number));
    wanted
}

/// What picks an instruction. A copy stands beside it: most need not be visited.
fn picks(item: &Item) -> Picks {
    let made = || kept(&item.instruction).map(|kept| kept.picks.0).unwrap_or_default();
    Picks(item.picks.get_or_init(made))
}

fn bump(counts: &mut [usize], number: usize) {
    counts.get_mut(number).into_iter().for_each(|count| *count += 1);
}

/// The rules that have a number, as indexes of [`ALL`], in the order of their numbers.
fn numbered() -> impl Iterator<Item = usize> {
    ALL.iter()
        .enumerate()
        .filter(|(_, rule)| {
            matches!(
                rule.check,
                Check::Steps(..)
                    | Check::Each(..)
                    | Check::StepsAnywhere(..)
                    | Check::StageSteps(..)
                    | Check::ContextSteps(..)
                    | Check::ContextEach(..)
                    | Check::StepsAndContext(..)
            )
        })
        .map(|(index, _)| index)
}

/// What is kept with an instruction, made on first use.
fn kept(instruction: &Instruction) -> Option<&Kept> {
    instruction.findings().get_or_init(|| {
        let mut findings = Findings::new();
        let mut picks = Picks::default();
        let innermost = instruction.ast().innermost().kind;
        let facts = if innermost == Kind::Run { Facts::of(instruction) } else { None };
        for (index, rule) in ALL.iter().enumerate() {
            findings.begin(index, rule);
            match (&rule.check, facts) {
                (Check::Instruction(check), _) => check(instruction, &mut findings),
                (Check::Run(check), Some(facts)) => check(instruction, facts, &mut findings),
                _ => {}
            }
        }
        for (number, rule) in numbered().filter_map(|rule| ALL.get(rule)).enumerate() {
            match &rule.check {
                Check::Steps(picked, _)
                | Check::Each(picked, _)
                | Check::StepsAnywhere(picked, _)
                | Check::StageSteps(picked, _)
                | Check::ContextSteps(picked, _)
                | Check::ContextEach(picked, _)
                | Check::StepsAndContext(picked, _, _)
                    if picked(instruction) =>
                {
                    picks.insert(number)
                }
                _ => {}
            }
        }
        let silenced: Box<[(Speaker, String)]> = suppress::of_file(instruction).into();
        if suppress::is_commented(instruction) {
            picks.insert(COMMENTED);
        }
        if !findings.found.is_empty() || !silenced.is_empty() {
            picks.insert(MORE);
        }
        Kept { found: findings.found.into(), silenced, picks }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_number_of_its_own() {
        let numbers = numbered().count();
        assert!(numbers <= COMMENTED);
        for number in (0..numbers).chain([COMMENTED, MORE]) {
            let mut picks = Picks::default();
            picks.insert(number);
            let mut found = Vec::new();
            picks.for_each(|number| found.push(number));
            assert_eq!(found, [number]);
        }
    }
}

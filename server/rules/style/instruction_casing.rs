//! `instruction-casing`

use crate::document::Document;
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds instructions that are not written in the case, upper or lower, that most of the file is written in.
    ///
    /// ARG instructions before the first FROM are not looked at.
    ///
    /// ## Why is this bad?
    /// Instructions are found by their shape: a file in one case is read faster. Docker itself takes either.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// run apk add --no-cache curl
    /// CMD ["curl", "--version"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM alpine:3.20
    /// RUN apk add --no-cache curl
    /// CMD ["curl", "--version"]
    /// ```
    pub(crate) static INSTRUCTION_CASING = {
        id: "instruction-casing", group: Style, severity: Warning, since: "0.1.0",
        also: ["ConsistentInstructionCasing"],
        changes: [Stages, Configuration],
        check: StepsAnywhere(is_not_upper, check),
        fix: Safe(fix),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    Upper,
}

impl Case {
    fn holds(self, keyword: &str) -> bool {
        !keyword.bytes().any(|byte| match self {
            Case::Lower => byte.is_ascii_uppercase(),
            Case::Upper => byte.is_ascii_lowercase(),
        })
    }

    fn write(self, keyword: &str) -> String {
        match self {
            Case::Lower => keyword.to_ascii_lowercase(),
            Case::Upper => keyword.to_ascii_uppercase(),
        }
    }
}

/// The case that a file is written in.
struct Majority {
    case: Case,
    /// Whether as many keywords have the other one.
    is_tie: bool,
}

fn is_not_upper(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    ast.kind != Kind::Unknown && !Case::Upper.holds(instruction.str(ast.keyword))
}

/// In a file that is all in upper case there is nothing to do.
fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let Majority { case, is_tie } = majority(cx.document, steps);
    let share = if is_tie { "half" } else { "most" };
    let name = if case == Case::Lower { "lower" } else { "upper" };
    for (index, item) in keywords(cx.document) {
        let part = item.instruction.ast().keyword;
        let keyword = item.instruction.str(part);
        if !case.holds(keyword) {
            let message = format!("`{keyword}` is not in {name} case, as {share} of the file is");
            out.push_at(index, item.instruction.place(part), message);
        }
    }
}

/// The case that most keywords have; those of mixed case have no say. `others` are the instructions that are not in
/// upper case.
fn majority(document: &Document, others: &[usize]) -> Majority {
    let items = document.file().items();
    let first = first_keyword(document);
    let others = others.iter().filter(|index| **index >= first).filter_map(|index| items.get(*index));
    let (mut lower, mut mixed) = (0, 0);
    for item in others {
        match Case::Lower.holds(item.instruction.str(item.instruction.ast().keyword)) {
            true => lower += 1,
            false => mixed += 1,
        }
    }
    let upper = keywords(document).count() - lower - mixed;
    let case = if lower > upper { Case::Lower } else { Case::Upper };
    Majority { case, is_tie: lower == upper }
}

/// The first instruction that has a say: what stands above the first FROM has none.
fn first_keyword(document: &Document) -> usize {
    document.model().stages().first().map_or(usize::MAX, |stage| stage.from())
}

/// The instructions that have a say, with their indexes.
fn keywords(document: &Document) -> impl Iterator<Item = (usize, &Item)> {
    let items = document.file().items().iter().enumerate().skip(first_keyword(document));
    items.filter(|(_, item)| item.kind != Kind::Unknown)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let instruction = &item.instruction;
    let others = keywords(cx.document).filter(|(_, item)| is_not_upper(&item.instruction));
    let Majority { case, .. } = majority(cx.document, &others.map(|(index, _)| index).collect::<Vec<_>>());
    let write = |part: Part| {
        let place = item.absolute(instruction.place(part));
        Edit::replace(place, case.write(instruction.str(part)))
    };
    let keyword = case.write(instruction.str(instruction.ast().keyword));
    let mut edits = vec![write(instruction.ast().keyword)];
    // AS goes with its FROM.
    if let (Kind::From, Arguments::Words(words)) = (instruction.ast().kind, &instruction.ast().arguments) {
        let has_as = |part: &&Part| instruction.str(**part).eq_ignore_ascii_case("as");
        edits.extend(words.get(1).filter(has_as).map(|part| write(*part)));
    }
    vec![Fix::new(format!("Write `{keyword}`"), Safety::Safe, edits)]
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(INSTRUCTION_CASING);

    #[test]
    fn the_majority_counts() {
        check("from a:1\nrun b\nRUN c\n^^^ `RUN` is not in lower case, as most of the file is\n");
        check_none("FROM a:1\nRUN b\nONBUILD run c\n");
    }

    #[test]
    fn a_tie_is_for_upper_case_and_mixed_case_has_no_say() {
        check("FROM a:1\nrun b\n^^^ `run` is not in upper case, as half of the file is\n");
        check("FROM a:1\nRun b\n^^^ `Run` is not in upper case, as most of the file is\n");
    }

    #[test]
    fn arguments_before_from_have_no_say() {
        check_none("arg A\narg B\nFROM a:1\n");
    }

    #[test]
    fn as_goes_with_from() {
        check_fix("from a:1 as b\nRUN c\nRUN d\n", "FROM a:1 AS b\nRUN c\nRUN d\n");
    }
}

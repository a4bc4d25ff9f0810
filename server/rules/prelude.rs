//! What a rule's file needs.

pub(crate) use super::declare::declare_rule;
pub(crate) use super::{Finding, Findings};
pub(crate) use crate::document::Cx;
pub(crate) use crate::fix::{Fix, Safety};
pub(crate) use crate::knowledge::package_managers::{Action, Family};
pub(crate) use crate::semantic::facts::Facts;
pub(crate) use crate::semantic::packages::PackageCommand;
pub(crate) use crate::syntax::{Instruction, Item, Kind, Part};
pub(crate) use crate::text::Edit;

/// The package-manager command that a finding of a RUN stands in, with its instruction.
pub(crate) fn package_at<'a>(
    cx: &Cx<'a>,
    finding: &Finding,
) -> Option<(&'a Item, &'a Facts, &'a PackageCommand)> {
    let item = cx.document.file().items().get(finding.item)?;
    let facts = Facts::of(&item.instruction)?;
    let holds = |package: &&PackageCommand| {
        let words = package.words(&facts.script);
        let place = words.get(package.verb).map(|word| item.absolute(facts.script.place(word.part)));
        place.as_ref() == Some(&finding.span)
    };
    Some((item, facts, facts.packages.iter().find(holds)?))
}

#[cfg(test)]
pub(crate) use crate::fixture::check_rule;

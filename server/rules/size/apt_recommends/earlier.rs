//! What installs above a command have brought already.

use super::names;
use crate::knowledge::recommends;
use crate::rules::prelude::*;

/// So many steps back an earlier install is looked for.
const MOST_STEPS: usize = 200;

/// Whether an install above a command, in its stage or those that it is built on, has brought a package that nothing removes
/// again: apt installs what is recommended with a new package alone.
pub(super) fn is_installed_before(cx: &Cx<'_>, (item, command): (usize, usize), name: &str) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(own) = model.stage_at(item) else { return false };
    let steps = model.chain(own.index).flat_map(|stage| stage.items.clone().rev());
    let steps = steps.filter(|step| *step <= item).take(MOST_STEPS);
    let earlier = steps.filter_map(|step| Some((step, Facts::of(file.instruction(step)?)?)));
    let earlier = earlier.flat_map(|(step, facts)| {
        let packages = facts.packages.iter().filter(move |package| (step, package.command) < (item, command));
        packages.filter(|package| package.manager.family == Family::Apt).map(move |package| (package, facts))
    });
    let mut is_brought = false;
    for (package, facts) in earlier {
        match package.action {
            Action::Remove => return false,
            Action::Install => {
                let mut names = names(package, facts);
                is_brought |=
                    names.any(|(_, other)| other.is_some_and(|other| recommends::comes_with(name, other)));
            }
            _ => {}
        }
    }
    is_brought
}

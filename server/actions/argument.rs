//! `add-arg` and `inline-arg`: an ARG that is missing, and one that is not worth a name.

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::{Fix, Subject};
use crate::semantic::variable_uses::{Reader, variable_uses};
use crate::semantic::variables::Origin;
use crate::syntax::key_values::KeyValue;
use crate::syntax::{Arguments, Instruction, Item, Kind as Keyword};
use crate::text::Edit;

pub(super) static ADD_ARG: Action = Action {
    id: "add-arg",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Declare a variable that nothing sets",
    is_local: true,
    changes: &[],
    keeps: Meaning::Commands,
    find: add,
};

pub(super) static INLINE_ARG: Action = Action {
    id: "inline-arg",
    kind: Kind::Inline,
    scope: Scope::Place,
    summary: "Write the value of an `ARG` wherever it is read",
    is_local: false,
    changes: &[Subject::Stages, Subject::Configuration],
    keeps: Meaning::Bases,
    find: inline,
};

fn add(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let (model, items) = (cx.document.model(), cx.document.file().items());
    let (index, instruction) = (place.index(), place.instruction());
    let Some(stage) = model.stage_at(index).filter(|_| place.ast().kind != Keyword::Onbuild) else {
        return Vec::new();
    };
    let local = place.span.start.saturating_sub(place.item.start);
    let uses = variable_uses(instruction, model.has_posix_shell(index));
    let text = instruction.source().get(instruction.span()).unwrap_or_default();
    let is_missing = |name: &str, reader: Reader| {
        // A shell has variables of its own.
        let may_be_shells = reader == Reader::Shell
            && (text.contains(&format!("{name}=")) || name.contains(|char: char| char.is_ascii_lowercase()));
        // There is no image without a PATH.
        name != "PATH" && reader != Reader::Container && !model.is_set(name, index) && !may_be_shells
    };
    let here = uses.iter().filter(|found| found.span.start <= local && local <= found.span.end);
    let is_on = here.clone().count() > 0;
    let wanted = uses.iter().filter(|found| !is_on || found.span.start <= local && local <= found.span.end);
    let mut names: Vec<&str> = Vec::new();
    for found in wanted.filter(|found| is_missing(&found.name, found.reader)) {
        if !names.contains(&found.name.as_str()) && names.len() < MOST_NAMES {
            names.push(&found.name);
        }
    }
    // FROM reads what stands before the first of them.
    let first = model.stages().first().map_or(0, |stage| stage.from());
    let before = if stage.from() == index { first } else { index };
    let newline = instruction.newline();
    let keyword = instruction.str(place.ast().keyword);
    let keyword = if keyword.contains(|char: char| char.is_ascii_uppercase()) { "ARG" } else { "arg" };
    let edit = |name: &str| match before.checked_sub(1).and_then(|previous| items.get(previous)) {
        Some(previous) => Edit::insert(previous.span().end, format!("{newline}{keyword} {name}")),
        None => {
            let start = items.first().map_or(0, |item| item.span().start);
            Edit::insert(start, format!("{keyword} {name}{newline}"))
        }
    };
    let candidate = |name: &str| rewriting(format!("Declare `{name}` with `ARG`"), vec![edit(name)]);
    names.into_iter().map(candidate).collect()
}

/// So many are offered at once.
const MOST_NAMES: usize = 5;

fn inline(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let edits = || {
        let (pair, name, value) = argument(place.item)?;
        let (model, items) = (cx.document.model(), cx.document.file().items());
        let own = place.index();
        if !is_plain(value)
            || cx.document.inputs().arguments.contains_key(name)
            || is_redeclared(items, own, name)
        {
            return None;
        }
        let mut edits = Vec::new();
        for (index, item) in items.iter().enumerate().skip(own + 1) {
            let has_shell = model.has_posix_shell(index);
            let is_named = item.instruction.source().contains(name);
            // What is not read here could read it.
            if is_named
                && (item.instruction.ast().kind == Keyword::Onbuild || !has_shell)
                && model.is_set(name, index)
            {
                return None;
            }
            for found in variable_uses(&item.instruction, has_shell).iter().filter(|found| found.name == name)
            {
                if model.variable_used(index, &item.instruction, found).origin != Some(Origin::Arg(own))
                    || found.reader == Reader::Container
                {
                    continue;
                }
                let is_bare = found.written == format!("${name}") || found.written == format!("${{{name}}}");
                if !is_bare {
                    return None;
                }
                edits.push(Edit::replace(item.absolute(found.span.clone()), value));
            }
        }
        if edits.is_empty() {
            return None;
        }
        edits.push(Edit::delete(place.item.span().start..place.item.end()));
        Some((format!("Inline `{}`", place.instruction().str(pair.key)), edits))
    };
    edits().map(|(title, edits)| rewriting(title, edits)).into_iter().collect()
}

/// The only name that an ARG declares, with the value that it is given.
fn argument(item: &Item) -> Option<(&KeyValue, &str, &str)> {
    let instruction = &item.instruction;
    let (Keyword::Arg, Arguments::KeyValues(pairs)) = (instruction.ast().kind, &instruction.ast().arguments)
    else {
        return None;
    };
    let [pair] = pairs.as_slice() else { return None };
    Some((pair, instruction.str(pair.key), instruction.str(pair.value?)))
}

/// Whether a value is the same in every instruction, with and without quotes around it.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|char| char.is_ascii_alphanumeric() || "._-+:/@".contains(char))
}

/// Whether another instruction gives the name a value, or takes this one up.
fn is_redeclared(items: &[Item], own: usize, name: &str) -> bool {
    let names = |instruction: &Instruction| match &instruction.ast().innermost().arguments {
        Arguments::KeyValues(pairs) => pairs.iter().any(|pair| instruction.str(pair.key) == name),
        _ => false,
    };
    let kinds = [Keyword::Arg, Keyword::Env];
    let others = items.iter().enumerate().filter(|(index, _)| *index != own);
    { others }
        .any(|(_, item)| kinds.contains(&item.instruction.ast().innermost().kind) && names(&item.instruction))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn what_nothing_sets_is_declared() {
        let title = check(&ADD_ARG, "FROM a\n# why\nCOPY $A/$0 b\n", "FROM a\nARG A\n# why\nCOPY $A/ b\n");
        assert_eq!(title, "Declare `A` with `ARG`");
        check(&ADD_ARG, "FROM $0$A\n", "ARG A\nFROM $A\n");
        check(&ADD_ARG, "ARG B\nFROM c AS d\nfrom a:$0$A\n", "ARG B\narg A\nFROM c AS d\nfrom a:$A\n");
        check(&ADD_ARG, "FROM a\nRUN$0 b $TARGETARCH\n", "FROM a\nARG TARGETARCH\nRUN b $TARGETARCH\n");
    }

    #[test]
    fn what_is_set_or_the_shells_own_is_not() {
        check_none(&ADD_ARG, "FROM a\nARG A\nCOPY$0 $A b\n");
        check_none(&ADD_ARG, "FROM a\nRUN$0 A=1; b $A\n");
        check_none(&ADD_ARG, "FROM a\nRUN$0 for i in a; do b $i; done\n");
        check_none(&ADD_ARG, "FROM a\nCMD$0 b $A\n");
        check_none(&ADD_ARG, "FROM a\nENV$0 PATH=/b:$PATH\n");
    }

    #[test]
    fn an_argument_gives_way_to_its_value() {
        let title = check(
            &INLINE_ARG,
            "# v\nARG V$0=1.2\nFROM a:$V AS b\nFROM c:${V}-d\n",
            "# v\nFROM a:1.2 AS b\nFROM c:1.2-d\n",
        );
        assert_eq!(title, "Inline `V`");
        check(
            &INLINE_ARG,
            "FROM a\nARG V$0=1\nRUN b \"$V\"\nENV C=$V\nFROM d\nUSER $V\n",
            "FROM a\nRUN b \"1\"\nENV C=1\nFROM d\nUSER $V\n",
        );
    }

    #[test]
    fn an_argument_that_means_more_stays() {
        for (value, rest) in [
            ("=1", "ENV V=2\nUSER $V"),
            ("=1", "USER ${V:-2}"),
            ("=1", "ONBUILD USER $V"),
            ("='a b'", "USER $V"),
            ("", "USER $V"),
            ("=1", "USER a"),
            ("=1 W=2", "USER $V"),
        ] {
            check_none(&INLINE_ARG, &format!("FROM a\nARG V$0{value}\n{rest}\n"));
        }
        check_none(&INLINE_ARG, "ARG V$0=1\nFROM a:$V\nARG V\nUSER $V\n");
    }
}

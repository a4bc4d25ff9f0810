//! What ONBUILD keeps for the build that begins with the image: which variables it finds there.
//! Source: Dockerfile reference, "ONBUILD".

use std::collections::BTreeSet;

use crate::document::Document;
use crate::syntax::{Arguments, Kind};

/// The names that ONBUILD instructions of the same stage, above the instruction `item`, declare or set in the other build.
pub fn names_before(document: &Document, item: usize) -> BTreeSet<&str> {
    let first = document.model().stage_at(item).map_or(item, |stage| stage.from());
    let above = document.file().items().get(first..item).unwrap_or_default();
    let mut names = BTreeSet::new();
    for item in above.iter().filter(|item| item.kind == Kind::Onbuild) {
        if let (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) =
            (item.instruction.ast().innermost().kind, &item.instruction.ast().innermost().arguments)
        {
            names.extend(pairs.iter().map(|pair| item.instruction.str(pair.key)));
        }
    }
    names
}

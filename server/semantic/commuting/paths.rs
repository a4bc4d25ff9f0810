//! Where a RUN looks for programs, as far as the file says so.

use super::targets::Target;
use crate::semantic::Model;
use crate::syntax::{Arguments, File, Instruction, Kind};

/// Whether a RUN looks for no program where a COPY writes: that could take the place of one that it runs.
pub(super) fn lie_apart(file: &File, model: &Model, run: usize, target: &Target) -> bool {
    if !model.is_set("PATH", run) {
        return true;
    }
    let Some(stage) = model.stage_at(run) else {
        return false;
    };
    let steps = model.chain(stage.index).flat_map(|stage| stage.items.start..stage.items.end.min(run));
    let instructions = steps.filter_map(|step| file.item(step)).map(|item| &item.instruction);
    let texts = instructions.filter_map(|instruction| search_path(instruction));
    { texts }.all(|text| text.split(':').all(|folder| is_apart(folder, target)))
}

/// What an instruction sets PATH to, as written.
fn search_path(instruction: &Instruction) -> Option<&str> {
    let ast = instruction.ast();
    let (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
        return None;
    };
    let pair = pairs.iter().rev().find(|pair| instruction.str(pair.key) == "PATH")?;
    Some(pair.value.map_or("", |value| instruction.str(value).trim_matches(['"', '\''])))
}

fn is_apart(folder: &str, target: &Target) -> bool {
    matches!(folder, "$PATH" | "${PATH}")
        || folder.starts_with('/') && !folder.contains(['$', '`', '\\']) && !target.touches(folder)
}

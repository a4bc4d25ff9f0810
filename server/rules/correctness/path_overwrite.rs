//! `path-overwrite`

use crate::rules::prelude::*;
use crate::syntax::word::{self, Reading, Value};

declare_rule! {
    /// ## What it does
    /// Finds an ENV that gives PATH a new value without the old one, and without the folders of the system.
    ///
    /// ## Why is this bad?
    /// The programs of the system are no longer found: not even `ls`, and not by the steps below.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// ENV PATH=/opt/tool/bin
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// ENV PATH=/opt/tool/bin:$PATH
    /// ```
    pub(crate) static PATH_OVERWRITE = {
        id: "path-overwrite", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Configuration],
        check: Instruction(check),
        only: is_posix,
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for value in overwrites(instruction) {
        out.push(
            instruction.place(value),
            "this PATH has neither the old one in it nor the folders of the system",
        );
    }
}

/// The values of PATH without the old one.
fn overwrites(instruction: &Instruction) -> Vec<Part> {
    let (Kind::Env, Arguments::KeyValues(pairs)) = (instruction.ast().kind, &instruction.ast().arguments)
    else {
        return Vec::new();
    };
    let values =
        pairs.iter().filter(|pair| instruction.str(pair.key) == "PATH").filter_map(|pair| pair.value);
    values.filter(|value| loses_path(instruction.str(*value), instruction.escape())).collect()
}

fn loses_path(text: &str, escape: char) -> bool {
    let lookup = |_: &str| Value::Known(String::new());
    let expanded = word::expand(text, Reading::arguments(escape), &lookup);
    // Any variable may hold the old value.
    let Some(value) = expanded.value.filter(|_| expanded.uses.is_empty()) else {
        return false;
    };
    let is_system = |folder: &str| matches!(folder.trim_end_matches('/'), "/bin" | "/usr/bin");
    !value.contains('$') && value.starts_with('/') && !value.split(':').any(is_system)
}

/// The base image of Windows takes what Windows has for PATH.
fn is_posix(cx: &Cx<'_>, item: usize) -> bool {
    let model = cx.document.model();
    // On scratch there is no system whose folders could be missed.
    let is_empty =
        model.stage_at(item).is_some_and(|stage| stage.base == crate::semantic::stages::Base::Scratch);
    !is_empty && model.environment_at(item).is_some_and(|environment| environment.shell.is_posix())
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let values = overwrites(&item.instruction).into_iter();
    let here = values.filter(|value| item.absolute(item.instruction.place(*value)) == finding.span);
    let fix = |value: Part| {
        let text = item.instruction.str(value);
        let is_quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
        let is_plain = !text.contains(['\'', '"', ' ', '\t', item.instruction.escape()]);
        let end = match (is_quoted, is_plain) {
            (true, _) => finding.span.end.checked_sub(1)?,
            (false, true) => finding.span.end,
            (false, false) => return None,
        };
        let edit = Edit::insert(end, ":$PATH");
        Some(Fix::new("Append the old PATH", Safety::Suggested, vec![edit]))
    };
    here.filter_map(fix).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(PATH_OVERWRITE);

    #[test]
    fn a_path_without_the_system_is_found() {
        let message = "this PATH has neither the old one in it nor the folders of the system";
        check(&format!("FROM a:1\nENV A=b PATH=/c:/d\n           # ^^^^^ {message}\n"));
    }

    #[test]
    fn the_old_one_or_the_system_will_do() {
        check_none("FROM a:1\nENV PATH=/c:$PATH\nENV PATH=/c:/usr/bin:/bin\nENV PATH=$OTHER OPATH=/c\n");
        check_none("FROM scratch\nENV PATH=/c\n");
        check_none("# escape=`\nFROM a:1\nENV PATH=/c\n");
    }

    #[test]
    fn it_goes_into_the_quotes() {
        check_fix("FROM a:1\nENV PATH=\"/c d\" B=1\n", "FROM a:1\nENV PATH=\"/c d:$PATH\" B=1\n");
        check_no_fix("FROM a:1\nENV PATH='/c'\n");
    }
}

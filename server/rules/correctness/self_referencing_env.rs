//! `self-referencing-env`

use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::semantic::stages::Base;
use crate::semantic::variable_uses::{VariableUse, own_uses};

declare_rule! {
    /// ## What it does
    /// Finds an ENV that reads a variable which only the same ENV sets.
    ///
    /// ## Why is this bad?
    /// All values of an ENV are made before the first is set: the variable is empty there.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// ENV TOOL_HOME=/opt/tool TOOL_CONFIG=$TOOL_HOME/config
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// ENV TOOL_HOME=/opt/tool
    /// ENV TOOL_CONFIG=$TOOL_HOME/config
    /// ```
    pub(crate) static SELF_REFERENCING_ENV = {
        id: "self-referencing-env", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3044", "UndefinedVar"],
        changes: [Configuration],
        check: Steps(may_read_itself, check),
        fix: Suggested(fix),
    }
}

fn may_read_itself(instruction: &Instruction) -> bool {
    !own_uses(instruction).is_empty()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps {
        for found in unset(cx, *index) {
            let model = cx.document.model();
            let is_set = match model.root(*index) {
                Some(Base::Scratch) => Some(false),
                _ => model.base_image(*index).and_then(|image| image.sets(&found.name)),
            };
            let value = match is_set {
                Some(false) => "which is empty here",
                Some(true) => "which has the value of the base image here",
                None => "which is empty here unless the base image sets it",
            };
            let message = format!("this very ENV sets `{}`, {value}", found.name);
            // `${A:-…}` is ready for it not to be set.
            let operator = found.written.strip_prefix("${").and_then(|rest| rest.strip_prefix(&*found.name));
            let is_ready = operator.is_some_and(|rest| rest.trim_start_matches(':').starts_with(['-', '+']));
            let severity = if is_ready { Severity::Hint } else { SELF_REFERENCING_ENV.severity };
            out.push_at(*index, found.span, message).also(SELF_REFERENCING_ENV.also).severity(severity);
        }
    }
}

/// What an ENV reads of itself and nothing above it sets.
fn unset(cx: &Cx<'_>, index: usize) -> Vec<VariableUse> {
    let model = cx.document.model();
    let item = cx.document.file().item(index).filter(|_| model.stage_at(index).is_some());
    let uses = item.map(|item| own_uses(&item.instruction)).unwrap_or_default();
    let is_unset = |found: &VariableUse| !model.is_set(&found.name, index) && found.name != "PATH";
    uses.into_iter().filter(is_unset).collect()
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let instruction = &item.instruction;
        let Arguments::KeyValues(pairs) = &instruction.ast().arguments else {
            return None;
        };
        let found = unset(cx, finding.item)
            .into_iter()
            .find(|found| item.absolute(found.span.clone()) == finding.span)?;
        let reader = pairs.iter().position(|pair| instruction.place(pair.part()).end >= found.span.end)?;
        let (before, _) = pairs.split_at_checked(reader)?;
        // What sets it must stand in front.
        before.iter().find(|pair| instruction.str(pair.key) == found.name)?;
        let (last, next) = (before.last()?, pairs.get(reader)?);
        let gap = Part { start: last.part().end, end: next.key.start };
        let newline = instruction.newline();
        let keyword = instruction.str(instruction.ast().keyword);
        let edit = Edit::replace(item.absolute(instruction.place(gap)), format!("{newline}{keyword} "));
        Some(Fix::new("Split the ENV", Safety::Suggested, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SELF_REFERENCING_ENV);

    #[test]
    fn what_only_the_same_env_sets_is_found() {
        check("FROM scratch\nENV A=1 B=${A}\n        # ^^^^ this very ENV sets `A`, which is empty here\n");
        check("FROM debian:12\nENV B=$A A=1\n    # ^^ this very ENV sets `A`, which is empty here\n");
        check(
            "FROM a:1\nENV B=$A A=1\n    # ^^ this very ENV sets `A`, which is empty here unless the base image sets it\n",
        );
        assert_eq!(
            severities("FROM a:1\nENV A=${A:-1} B=${A:-1}/c C=$A\n"),
            [Severity::Hint, Severity::Warning]
        );
    }

    #[test]
    fn what_is_set_above_is_not() {
        check_none("FROM a:1\nENV A=0\nENV A=1 B=$A\nENV PATH=/x:$PATH C=$PATH D=$D\nARG X=1 Y=$X\n");
    }

    #[test]
    fn the_env_is_split_in_front_of_the_reader() {
        check_fix(
            "FROM a:1\nENV A=1 \\\n    B=$A \\\n    C=2\n",
            "FROM a:1\nENV A=1\nENV B=$A \\\n    C=2\n",
        );
        check_no_fix("FROM a:1\nENV B=$A A=1\n");
        check_no_fix("FROM a:1\nENV A=1 \\\n# why\n  B=$A\n");
    }
}

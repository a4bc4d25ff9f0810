//! `redundant-target-platform`

use crate::rules::prelude::*;
use crate::syntax::flags::Flag;
use crate::syntax::word::{self, Reading, Value};

declare_rule! {
    /// ## What it does
    /// Finds `FROM --platform=$TARGETPLATFORM`.
    ///
    /// ## Why is this bad?
    /// That is the platform which a FROM without the flag has.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM --platform=$TARGETPLATFORM alpine:3.20
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM alpine:3.20
    /// ```
    /// ```dockerfile,good
    /// FROM --platform=$BUILDPLATFORM golang:1.23
    /// ```
    pub(crate) static REDUNDANT_TARGET_PLATFORM = {
        id: "redundant-target-platform", group: Style, severity: Warning, since: "0.1.0",
        also: ["RedundantTargetPlatform", "DL3065"],
        changes: [Stages],
        tag: Unnecessary,
        check: Instruction(check),
        only: is_builders_own,
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    if let Some(flag) = redundant(instruction) {
        let message = format!("`{}` is the default", instruction.str(flag.part));
        out.push(instruction.place(flag.part), message).also(REDUNDANT_TARGET_PLATFORM.also);
    }
}

/// Whether no ARG before the first FROM gives the variable a value of the file's own, which then counts.
/// Source: BuildKit, `dockerfile2llb/convert.go`, `buildMetaArgs`.
fn is_builders_own(cx: &Cx<'_>, _: usize) -> bool {
    let items = cx.document.file().items().iter().take_while(|item| item.kind != Kind::From);
    let mut instructions = items.map(|item| &item.instruction);
    !instructions.any(|instruction| match &instruction.ast().arguments {
        Arguments::KeyValues(pairs) => {
            pairs.iter().any(|pair| instruction.str(pair.key) == "TARGETPLATFORM" && pair.value.is_some())
        }
        _ => false,
    })
}

fn redundant(instruction: &Instruction) -> Option<&Flag> {
    let ast = instruction.ast();
    let flag = instruction.flag("platform").filter(|_| ast.kind == Kind::From)?;
    // Any value would do: it comes out as it goes in.
    let value = "os/architecture";
    let lookup = |name: &str| match name {
        "TARGETPLATFORM" => Value::Known(value.to_owned()),
        _ => Value::Unset,
    };
    let expanded = word::expand(&flag.value, Reading::arguments(instruction.escape()), &lookup);
    let is_target = expanded.uses.iter().all(|found| found.name == "TARGETPLATFORM");
    (is_target && expanded.value.as_deref() == Some(value)).then_some(flag)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let instruction = &item.instruction;
        let ast = instruction.ast();
        let flag = redundant(instruction)?;
        // With the blanks after it.
        let line = instruction.line().text().get(flag.part.end as usize..)?;
        let blanks = line.len() - line.trim_start().len();
        let part = Part::new(flag.part.start as usize, flag.part.end as usize + blanks);
        let next = Part::new(part.end as usize, ast.rest.end as usize);
        let start = instruction.place(part).start;
        let edit = Edit::delete(item.absolute(start..instruction.place(next).start));
        Some(Fix::new("Remove the flag", Safety::Safe, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(REDUNDANT_TARGET_PLATFORM);

    #[test]
    fn every_way_to_write_it_is_found() {
        check(
            "FROM --platform=$TARGETPLATFORM a:1\n   # ^^^^^^^^^^^^^^^^^^^^^^^^^^ `--platform=$TARGETPLATFORM` is the default\n",
        );
        check_fix("FROM --platform=\"${TARGETPLATFORM}\" \\\n  a:1\n", "FROM a:1\n");
    }

    #[test]
    fn what_the_file_says_itself_is_no_default() {
        check_none("ARG TARGETPLATFORM=linux/amd64\nFROM --platform=$TARGETPLATFORM a:1\n");
        check_fix(
            "ARG TARGETPLATFORM\nFROM --platform=$TARGETPLATFORM a:1\n",
            "ARG TARGETPLATFORM\nFROM a:1\n",
        );
    }

    #[test]
    fn other_platforms_are_left() {
        check_none("FROM --platform=$TARGETOS/$TARGETARCH a:1\nFROM --platform=$BUILDPLATFORM a:1\n");
        check_none("FROM --platform=linux/amd64 a:1\nFROM --platform=${X:-$TARGETPLATFORM} a:1\nFROM a:1\n");
    }
}
